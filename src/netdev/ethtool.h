/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_ETHTOOL_H
#define _NSW_NETDEV_ETHTOOL_H

#include <linux/ethtool.h>

struct netdev_stat_ops;

extern const struct ethtool_ops nsw_ethtool_ops;
extern const struct netdev_stat_ops nsw_ethtool_stat_ops;

/*
 * ethtool -S and its groups, as struct ethtool_ops wants them; the strings and
 * their number are those of the set %ETH_SS_STATS.
 */
int nsw_ethtool_get_stats_count(struct net_device *dev);
void nsw_ethtool_get_stats_strings(struct net_device *dev, u8 *data);
void nsw_ethtool_get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data);
void nsw_ethtool_get_mac_stats(struct net_device *dev, struct ethtool_eth_mac_stats *stats);
void nsw_ethtool_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *stats,
				const struct ethtool_rmon_hist_range **ranges);
void nsw_ethtool_get_pause_stats(struct net_device *dev, struct ethtool_pause_stats *stats);
void nsw_ethtool_get_fec_stats(struct net_device *dev, struct ethtool_fec_stats *stats);

/*
 * ethtool -x, -X, -n, -N, as struct ethtool_ops wants them.
 */
u32 nsw_ethtool_get_rxfh_key_size(struct net_device *dev);
u32 nsw_ethtool_get_rxfh_indir_size(struct net_device *dev);
int nsw_ethtool_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh);
int nsw_ethtool_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			 struct netlink_ext_ack *extack);
int nsw_ethtool_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *nfc, u32 *locations);
int nsw_ethtool_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *nfc);

#endif
