// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "model/policy.h"
#include "model/switch.h"
#include "model/vf.h"
#include "netdev/func.h"
#include "netdev/vf_ndo.h"

static struct nsw_switch *nsw_vf_ndo_switch(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	return func->sw;
}

int nsw_vf_ndo_set_mac(struct net_device *dev, int vf, u8 *mac)
{
	struct nsw_switch *sw = nsw_vf_ndo_switch(dev);
	struct nsw_port *port = NULL;
	int err;

	ASSERT_RTNL();
	err = nsw_policy_set_mac(sw, vf, mac, NULL);
	if (err || !is_valid_ether_addr(mac))
		return err;
	/* Interfaces come and go under RTNL: this one stays while we hold it. */
	nsw_switch_lock(sw);
	if (vf < sw->num_vfs)
		port = sw->vfs[vf].port;
	nsw_switch_unlock(sw);
	if (port)
		nsw_func_set_mac(nsw_func_from_port(port), mac);
	return 0;
}

int nsw_vf_ndo_set_vlan(struct net_device *dev, int vf, u16 vlan, u8 qos, __be16 proto)
{
	if (proto != htons(ETH_P_8021Q) && proto != htons(ETH_P_8021AD))
		return -EPROTONOSUPPORT;
	return nsw_policy_set_port_vlan(nsw_vf_ndo_switch(dev), vf, vlan, qos,
					proto == htons(ETH_P_8021AD), NULL);
}

int nsw_vf_ndo_set_spoofchk(struct net_device *dev, int vf, bool on)
{
	return nsw_policy_set_spoofchk(nsw_vf_ndo_switch(dev), vf, on, NULL);
}

int nsw_vf_ndo_set_trust(struct net_device *dev, int vf, bool on)
{
	return nsw_policy_set_trust(nsw_vf_ndo_switch(dev), vf, on, NULL);
}

int nsw_vf_ndo_set_rate(struct net_device *dev, int vf, int min, int max)
{
	if (min < 0 || max < 0)
		return -EINVAL;
	return nsw_policy_set_rate(nsw_vf_ndo_switch(dev), vf, min, max, NULL);
}

int nsw_vf_ndo_set_rss_query(struct net_device *dev, int vf, bool on)
{
	return nsw_policy_set_rss_query(nsw_vf_ndo_switch(dev), vf, on, NULL);
}

int nsw_vf_ndo_set_link_state(struct net_device *dev, int vf, int state)
{
	static const enum nsw_link_policy links[] = {
		[IFLA_VF_LINK_STATE_AUTO] = NSW_LINK_AUTO,
		[IFLA_VF_LINK_STATE_ENABLE] = NSW_LINK_ENABLE,
		[IFLA_VF_LINK_STATE_DISABLE] = NSW_LINK_DISABLE,
	};

	if (state < 0 || state >= ARRAY_SIZE(links))
		return -EINVAL;
	return nsw_policy_set_link(nsw_vf_ndo_switch(dev), vf, links[state], NULL);
}

int nsw_vf_ndo_get_config(struct net_device *dev, int vf, struct ifla_vf_info *info)
{
	struct nsw_switch *sw = nsw_vf_ndo_switch(dev);
	const struct nsw_policy *policy;
	int err = 0;

	nsw_switch_lock(sw);
	if (vf >= 0 && vf < sw->num_vfs) {
		policy = &sw->vfs[vf].policy;
		info->vf = vf;
		ether_addr_copy(info->mac, sw->vfs[vf].mac);
		info->vlan = policy->pvlan & VLAN_VID_MASK;
		info->qos = policy->pcp;
		info->vlan_proto = htons(policy->pvlan & NSW_VLAN_S ? ETH_P_8021AD : ETH_P_8021Q);
		info->spoofchk = policy->spoofchk;
		info->trusted = policy->trust;
		info->linkstate = policy->link;
		info->rss_query_en = policy->rss_query;
		info->min_tx_rate = policy->min_rate;
		info->max_tx_rate = policy->max_rate;
	} else {
		err = -EINVAL;
	}
	nsw_switch_unlock(sw);
	return err;
}

int nsw_vf_ndo_get_stats(struct net_device *dev, int vf, struct ifla_vf_stats *stats)
{
	struct nsw_switch *sw = nsw_vf_ndo_switch(dev);
	struct nsw_stats_sum sum = { };
	int err = 0;

	nsw_switch_lock(sw);
	if (vf >= 0 && vf < sw->num_vfs)
		nsw_stats_add(&sum, sw->vfs[vf].stats);
	else
		err = -EINVAL;
	nsw_switch_unlock(sw);
	if (err)
		return err;

	stats->rx_packets = sum.rx_packets;
	stats->rx_bytes = sum.rx_bytes;
	stats->tx_packets = sum.tx_packets;
	stats->tx_bytes = sum.tx_bytes;
	stats->multicast = sum.rx_multicast - sum.rx_broadcast;
	stats->broadcast = sum.rx_broadcast;
	nsw_stats_drops(&sum, &stats->tx_dropped, &stats->rx_dropped);
	return 0;
}
