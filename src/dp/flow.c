// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include "dp/flow.h"

#define NSW_FLOW_IPV4_FRAGMENT	(0x2000 | 0x1fff)	/* more fragments, or an offset */
#define NSW_FLOW_PORTS_SIZE	4

static void nsw_flow_parse_ports(const struct sk_buff *skb, unsigned int offset, u8 proto,
				 struct nsw_flow *flow)
{
	const void *ports;
	u8 copy[NSW_FLOW_PORTS_SIZE];

	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return;
	ports = skb_header_pointer(skb, offset, sizeof(copy), copy);
	if (unlikely(!ports))
		return;
	memcpy(flow->input + flow->len, ports, sizeof(copy));
	flow->len += sizeof(copy);
	flow->proto = proto;
}

static void nsw_flow_parse_ipv4(const struct sk_buff *skb, struct nsw_flow *flow)
{
	const struct iphdr *ip;
	struct iphdr copy;

	ip = skb_header_pointer(skb, 0, sizeof(copy), &copy);
	if (unlikely(!ip || ip->version != 4 || ip->ihl < 5))
		return;
	flow->family = 4;
	flow->len = 2 * sizeof(ip->saddr);
	memcpy(flow->input, &ip->saddr, sizeof(ip->saddr));
	memcpy(flow->input + sizeof(ip->saddr), &ip->daddr, sizeof(ip->daddr));
	if (likely(!(ip->frag_off & htons(NSW_FLOW_IPV4_FRAGMENT))))
		nsw_flow_parse_ports(skb, ip->ihl * 4, ip->protocol, flow);
}

static void nsw_flow_parse_ipv6(const struct sk_buff *skb, struct nsw_flow *flow)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr copy;

	ip = skb_header_pointer(skb, 0, sizeof(copy), &copy);
	if (unlikely(!ip || ip->version != 6))
		return;
	flow->family = 6;
	flow->len = 2 * sizeof(ip->saddr);
	memcpy(flow->input, &ip->saddr, sizeof(ip->saddr));
	memcpy(flow->input + sizeof(ip->saddr), &ip->daddr, sizeof(ip->daddr));
	nsw_flow_parse_ports(skb, sizeof(copy), ip->nexthdr, flow);
}

void nsw_flow_parse(const struct sk_buff *skb, struct nsw_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	if (skb->protocol == htons(ETH_P_IP))
		nsw_flow_parse_ipv4(skb, flow);
	else if (skb->protocol == htons(ETH_P_IPV6))
		nsw_flow_parse_ipv6(skb, flow);
}
