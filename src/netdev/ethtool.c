// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include "netdev/func.h"

static int nsw_ethtool_get_link_ksettings(struct net_device *dev,
					  struct ethtool_link_ksettings *settings)
{
	settings->base.speed = netif_carrier_ok(dev) ? SPEED_100000 : SPEED_UNKNOWN;
	settings->base.duplex = netif_carrier_ok(dev) ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static void nsw_ethtool_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	/* Follows the queue pairs of the VPort. */
	channels->max_combined = dev->real_num_rx_queues;
	channels->combined_count = dev->real_num_rx_queues;
}

const struct ethtool_ops nsw_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = nsw_ethtool_get_link_ksettings,
	.get_channels = nsw_ethtool_get_channels,
	.get_ts_info = ethtool_op_get_ts_info,
};
