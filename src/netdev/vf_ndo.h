/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_VF_NDO_H
#define _NSW_NETDEV_VF_NDO_H

#include <linux/if_link.h>
#include <linux/types.h>

struct net_device;

/*
 * `ip link set PF vf N ...`: the legacy door to the policy of a VF. All are
 * called under RTNL and return 0 or the error of the model.
 */
int nsw_vf_ndo_set_mac(struct net_device *dev, int vf, u8 *mac);
int nsw_vf_ndo_set_vlan(struct net_device *dev, int vf, u16 vlan, u8 qos, __be16 proto);
int nsw_vf_ndo_set_spoofchk(struct net_device *dev, int vf, bool on);
int nsw_vf_ndo_set_trust(struct net_device *dev, int vf, bool on);
int nsw_vf_ndo_set_rate(struct net_device *dev, int vf, int min, int max);
int nsw_vf_ndo_set_rss_query(struct net_device *dev, int vf, bool on);
int nsw_vf_ndo_set_link_state(struct net_device *dev, int vf, int state);
int nsw_vf_ndo_get_config(struct net_device *dev, int vf, struct ifla_vf_info *info);
int nsw_vf_ndo_get_stats(struct net_device *dev, int vf, struct ifla_vf_stats *stats);

#endif
