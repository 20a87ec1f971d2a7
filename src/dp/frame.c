// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include "dp/frame.h"

/* Tags that are looked through for the first that names a VLAN. */
#define NSW_FRAME_MAX_TAGS	8

static nsw_vlan_t nsw_frame_vlan(const struct sk_buff *skb)
{
	u16 vid = skb_vlan_tag_present(skb) ? skb_vlan_tag_get_id(skb) : 0;

	if (!vid)
		return NSW_VLAN_NONE;
	return skb->vlan_proto == htons(ETH_P_8021AD) ? NSW_VLAN_S | vid : vid;
}

/* Only raw sockets and foreign stacks send tags in the data. */
static noinline enum nsw_drop_reason nsw_frame_untag(struct sk_buff *skb)
{
	__be16 proto = eth_hdr(skb)->h_proto;
	u16 tci;

	if (!pskb_may_pull(skb, VLAN_ETH_HLEN))
		return NSW_DROP_MALFORMED;
	if (skb_ensure_writable(skb, VLAN_ETH_HLEN))
		return NSW_DROP_NO_MEMORY;
	if (__skb_vlan_pop(skb, &tci))
		return NSW_DROP_NO_MEMORY;
	skb_reset_mac_header(skb);
	__vlan_hwaccel_put_tag(skb, proto, tci);
	return NSW_DROP_NONE;
}

enum nsw_drop_reason nsw_frame_parse(struct sk_buff *skb, struct nsw_frame *frame)
{
	enum nsw_drop_reason drop;
	unsigned int depth = NSW_FRAME_MAX_TAGS;
	const struct ethhdr *eth;

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return NSW_DROP_MALFORMED;
	skb_reset_mac_header(skb);
	eth = eth_hdr(skb);
	/* A priority tag hides no VLAN: receivers take it off and look at the next. */
	while (unlikely(eth_type_vlan(eth->h_proto) && !nsw_frame_vlan(skb))) {
		if (!depth--)
			return NSW_DROP_MALFORMED;
		__vlan_hwaccel_clear_tag(skb);
		drop = nsw_frame_untag(skb);
		if (drop)
			return drop;
		eth = eth_hdr(skb);
	}

	frame->dst = nsw_mac_pack(eth->h_dest);
	frame->src = nsw_mac_pack(eth->h_source);
	frame->vlan = nsw_frame_vlan(skb);
	frame->tagged = frame->vlan != NSW_VLAN_NONE;
	return NSW_DROP_NONE;
}
