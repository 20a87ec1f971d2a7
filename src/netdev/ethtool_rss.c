// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ethtool.h>
#include <linux/in.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include "netdev/ethtool.h"
#include "netdev/func.h"
#include "netdev/steering.h"

u32 nsw_ethtool_get_rxfh_key_size(struct net_device *dev)
{
	return nsw_steering_has_rss(netdev_priv(dev)) ? NSW_RSS_KEY_SIZE : 0;
}

u32 nsw_ethtool_get_rxfh_indir_size(struct net_device *dev)
{
	return nsw_steering_has_rss(netdev_priv(dev)) ? NSW_RSS_TABLE_SIZE : 0;
}

int nsw_ethtool_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	const struct nsw_steering *steering;
	const struct nsw_rss *rss;
	unsigned int i;

	if (!nsw_steering_has_rss(netdev_priv(dev)))
		return -EOPNOTSUPP;
	steering = nsw_steering_get(netdev_priv(dev));
	if (!steering)
		return -ENOMEM;
	if (rxfh->rss_context > NSW_STEERING_CONTEXTS || !steering->rss[rxfh->rss_context])
		return -ENOENT;
	rss = steering->rss[rxfh->rss_context];
	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir)
		for (i = 0; i < NSW_RSS_TABLE_SIZE; i++)
			rxfh->indir[i] = rss->table[i];
	if (rxfh->key)
		memcpy(rxfh->key, rss->key, NSW_RSS_KEY_SIZE);
	return 0;
}

static int nsw_ethtool_find_context(const struct nsw_steering *steering,
				    struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 1; i <= NSW_STEERING_CONTEXTS; i++)
		if (!steering->rss[i])
			return i;
	NL_SET_ERR_MSG_FMT(extack, "all %u RSS contexts exist", NSW_STEERING_CONTEXTS);
	return -ENOSPC;
}

static int nsw_ethtool_del_context(struct nsw_func *func, const struct nsw_steering *steering,
				   u32 context, struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 0; i < steering->num_rules; i++) {
		if (steering->rule[i].context == context) {
			NL_SET_ERR_MSG_FMT(extack, "rule %u uses RSS context %u",
					   steering->rule[i].spec.location, context);
			return -EBUSY;
		}
	}
	return nsw_steering_set_rss(func, context, NULL);
}

int nsw_ethtool_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			 struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);
	const struct nsw_steering *steering;
	bool create = rxfh->rss_context == ETH_RXFH_CONTEXT_ALLOC;
	int context = rxfh->rss_context;
	struct nsw_rss *rss;
	unsigned int i;
	int err;

	if (!nsw_steering_has_rss(func)) {
		NL_SET_ERR_MSG(extack, "the capabilities of the adapter exclude RSS here");
		return -EOPNOTSUPP;
	}
	steering = nsw_steering_get(func);
	if (!steering)
		return -ENOMEM;
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG(extack, "the hash function is Toeplitz");
		return -EOPNOTSUPP;
	}
	if (create)
		context = nsw_ethtool_find_context(steering, extack);
	else if (rxfh->rss_context > NSW_STEERING_CONTEXTS || !steering->rss[context])
		context = -ENOENT;
	if (context < 0)
		return context;
	if (rxfh->rss_delete)
		return nsw_ethtool_del_context(func, steering, context, extack);

	rss = kmemdup(steering->rss[create ? 0 : context], sizeof(*rss), GFP_KERNEL);
	if (!rss)
		return -ENOMEM;
	if (rxfh->key)
		nsw_rss_set_key(rss, rxfh->key);
	/* The kernel has compared the entries with the number of queues. */
	if (rxfh->indir)
		for (i = 0; i < NSW_RSS_TABLE_SIZE; i++)
			rss->table[i] = rxfh->indir[i];
	else if (create)
		nsw_rss_spread(rss, dev->real_num_rx_queues);
	err = nsw_steering_set_rss(func, context, rss);
	if (err)
		kfree(rss);
	else
		rxfh->rss_context = context;
	return err;
}

/* What of a frame is hashed is not a choice. */
static int nsw_ethtool_get_hash_fields(struct ethtool_rxnfc *nfc)
{
	nfc->data = RXH_IP_SRC | RXH_IP_DST;
	switch (nfc->flow_type) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
		nfc->data |= RXH_L4_B_0_1 | RXH_L4_B_2_3;
		break;
	case IPV4_FLOW:
	case IPV6_FLOW:
	case SCTP_V4_FLOW:
	case SCTP_V6_FLOW:
	case AH_ESP_V4_FLOW:
	case AH_ESP_V6_FLOW:
	case AH_V4_FLOW:
	case ESP_V4_FLOW:
	case AH_V6_FLOW:
	case ESP_V6_FLOW:
		break;
	default:
		nfc->data = 0;
	}
	return 0;
}

static int nsw_ethtool_get_rule(const struct nsw_steering *steering, struct ethtool_rxnfc *nfc)
{
	const struct nsw_steering_rule *rule;
	unsigned int i;

	for (i = 0; i < steering->num_rules; i++) {
		rule = &steering->rule[i];
		if (rule->spec.location == nfc->fs.location) {
			nfc->fs = rule->spec;
			nfc->rss_context = rule->context;
			return 0;
		}
	}
	return -ENOENT;
}

int nsw_ethtool_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *nfc, u32 *locations)
{
	const struct nsw_steering *steering;
	unsigned int i;

	if (nfc->cmd == ETHTOOL_GRXRINGS) {
		nfc->data = dev->real_num_rx_queues;
		return 0;
	}
	if (!nsw_steering_has_rss(netdev_priv(dev)))
		return -EOPNOTSUPP;
	steering = nsw_steering_get(netdev_priv(dev));
	if (!steering)
		return -ENOMEM;
	switch (nfc->cmd) {
	case ETHTOOL_GRXFH:
		return nsw_ethtool_get_hash_fields(nfc);
	case ETHTOOL_GRXCLSRLCNT:
		nfc->rule_cnt = steering->num_rules;
		nfc->data = NSW_STEERING_RULES | RX_CLS_LOC_SPECIAL;
		return 0;
	case ETHTOOL_GRXCLSRULE:
		return nsw_ethtool_get_rule(steering, nfc);
	case ETHTOOL_GRXCLSRLALL:
		if (nfc->rule_cnt < steering->num_rules)
			return -EMSGSIZE;
		nfc->rule_cnt = steering->num_rules;
		nfc->data = NSW_STEERING_RULES;
		for (i = 0; i < steering->num_rules; i++)
			locations[i] = steering->rule[i].spec.location;
		return 0;
	}
	return -EOPNOTSUPP;
}

struct nsw_ethtool_tuple {
	u8 family;
	u8 proto;
};

static const struct nsw_ethtool_tuple nsw_ethtool_tuples[] = {
	[TCP_V4_FLOW] = { 4, IPPROTO_TCP },
	[UDP_V4_FLOW] = { 4, IPPROTO_UDP },
	[TCP_V6_FLOW] = { 6, IPPROTO_TCP },
	[UDP_V6_FLOW] = { 6, IPPROTO_UDP },
	[IPV4_USER_FLOW] = { 4, 0 },
	[IPV6_USER_FLOW] = { 6, 0 },
};

/* Source and destination address, and for TCP and UDP their ports. */
static bool nsw_ethtool_fill_tuple(const struct nsw_ethtool_tuple *tuple,
				   const union ethtool_flow_union *u, void *input)
{
	if (tuple->family == 4 && tuple->proto) {
		memcpy(input, &u->tcp_ip4_spec.ip4src, 4);
		memcpy(input + 4, &u->tcp_ip4_spec.ip4dst, 4);
		memcpy(input + 8, &u->tcp_ip4_spec.psrc, 2);
		memcpy(input + 10, &u->tcp_ip4_spec.pdst, 2);
		return !u->tcp_ip4_spec.tos;
	}
	if (tuple->family == 4) {
		memcpy(input, &u->usr_ip4_spec.ip4src, 4);
		memcpy(input + 4, &u->usr_ip4_spec.ip4dst, 4);
		return !u->usr_ip4_spec.l4_4_bytes && !u->usr_ip4_spec.tos &&
		       !u->usr_ip4_spec.proto;
	}
	memcpy(input, u->tcp_ip6_spec.ip6src, 16);
	memcpy(input + 16, u->tcp_ip6_spec.ip6dst, 16);
	if (tuple->proto) {
		memcpy(input + 32, &u->tcp_ip6_spec.psrc, 2);
		memcpy(input + 34, &u->tcp_ip6_spec.pdst, 2);
		return !u->tcp_ip6_spec.tclass;
	}
	return !u->usr_ip6_spec.l4_4_bytes && !u->usr_ip6_spec.tclass &&
	       !u->usr_ip6_spec.l4_proto;
}

static int nsw_ethtool_parse_rule(const struct ethtool_rx_flow_spec *spec,
				  struct nsw_steering_rule *rule)
{
	u32 type = spec->flow_type & ~FLOW_RSS;
	const struct nsw_ethtool_tuple *tuple;

	/* No FLOW_EXT, FLOW_MAC_EXT: VLANs are the switch's business. */
	if (type >= ARRAY_SIZE(nsw_ethtool_tuples) || !nsw_ethtool_tuples[type].family)
		return -EOPNOTSUPP;
	tuple = &nsw_ethtool_tuples[type];
	rule->match.flow.family = tuple->family;
	rule->match.flow.proto = tuple->proto;
	/* ip_ver of a mask is no condition, that of a value says 4. */
	if (!nsw_ethtool_fill_tuple(tuple, &spec->m_u, rule->match.mask))
		return -EOPNOTSUPP;
	nsw_ethtool_fill_tuple(tuple, &spec->h_u, rule->match.flow.input);
	return 0;
}

static int nsw_ethtool_find_location(const struct nsw_steering *steering, u32 *location)
{
	DECLARE_BITMAP(used, NSW_STEERING_RULES) = { };
	unsigned int i;

	if (*location < NSW_STEERING_RULES)
		return 0;
	if (!(*location & RX_CLS_LOC_SPECIAL))
		return -EINVAL;
	for (i = 0; i < steering->num_rules; i++)
		__set_bit(steering->rule[i].spec.location, used);
	*location = find_first_zero_bit(used, NSW_STEERING_RULES);
	return *location < NSW_STEERING_RULES ? 0 : -ENOSPC;
}

static int nsw_ethtool_add_rule(struct net_device *dev, const struct nsw_steering *steering,
				struct ethtool_rxnfc *nfc)
{
	struct nsw_steering_rule rule = { .spec = nfc->fs };
	int err;

	if (nfc->fs.ring_cookie >= dev->real_num_rx_queues)
		return -EINVAL;
	rule.queue = nfc->fs.ring_cookie;
	if (nfc->fs.flow_type & FLOW_RSS) {
		if (rule.queue || !nfc->rss_context)
			return -EOPNOTSUPP;
		if (nfc->rss_context > NSW_STEERING_CONTEXTS || !steering->rss[nfc->rss_context])
			return -ENOENT;
		rule.context = nfc->rss_context;
	}
	err = nsw_ethtool_parse_rule(&nfc->fs, &rule);
	if (!err)
		err = nsw_ethtool_find_location(steering, &rule.spec.location);
	if (!err)
		err = nsw_steering_add_rule(netdev_priv(dev), &rule);
	if (!err)
		nfc->fs.location = rule.spec.location;
	return err;
}

int nsw_ethtool_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *nfc)
{
	const struct nsw_steering *steering;

	if (!nsw_steering_has_rss(netdev_priv(dev)))
		return -EOPNOTSUPP;
	steering = nsw_steering_get(netdev_priv(dev));
	if (!steering)
		return -ENOMEM;
	switch (nfc->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return nsw_ethtool_add_rule(dev, steering, nfc);
	case ETHTOOL_SRXCLSRLDEL:
		return nsw_steering_del_rule(netdev_priv(dev), nfc->fs.location);
	}
	return -EOPNOTSUPP;
}
