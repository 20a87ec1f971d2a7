// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "model/moderation.h"
#include "model/switch.h"
#include "netdev/channels.h"
#include "netdev/ethtool.h"
#include "netdev/func.h"
#include "netdev/selftest.h"
#include "netdev/steering.h"

/* What an Ethernet link can have, in Mb/s. */
static const u32 nsw_ethtool_speeds[] = {
	SPEED_10, SPEED_100, SPEED_1000, SPEED_2500, SPEED_5000, SPEED_10000, SPEED_25000,
	SPEED_40000, SPEED_50000, SPEED_100000, SPEED_200000, SPEED_400000,
};

static int nsw_ethtool_get_link_ksettings(struct net_device *dev,
					  struct ethtool_link_ksettings *settings)
{
	struct nsw_func *func = netdev_priv(dev);
	bool up = netif_carrier_ok(dev);

	settings->base.speed = up ? READ_ONCE(func->sw->speed) : SPEED_UNKNOWN;
	settings->base.duplex = up ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

/* All interfaces of the adapter share the speed that the PF is given. */
static int nsw_ethtool_set_link_ksettings(struct net_device *dev,
					  const struct ethtool_link_ksettings *settings)
{
	struct nsw_func *func = netdev_priv(dev);
	unsigned int i;

	if (func->kind != NSW_FUNC_PF)
		return -EOPNOTSUPP;
	if (settings->base.autoneg != AUTONEG_DISABLE || settings->base.port != PORT_OTHER)
		return -EINVAL;
	if (settings->base.duplex != DUPLEX_FULL && settings->base.duplex != DUPLEX_UNKNOWN)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(nsw_ethtool_speeds); i++)
		if (settings->base.speed == nsw_ethtool_speeds[i])
			return nsw_rate_set_speed(func->sw, settings->base.speed, NULL);
	return -EINVAL;
}

static void nsw_ethtool_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct nsw_func *func = netdev_priv(dev);

	channels->max_combined = func->limit;
	channels->combined_count = dev->real_num_rx_queues;
}

/* The kernel has compared it with the limit and with RSS. */
static int nsw_ethtool_set_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct nsw_func *func = netdev_priv(dev);

	/* Kernels before 6.11 do not look at contexts and rules. */
	if (nsw_steering_max_queue(func) >= channels->combined_count)
		return -EINVAL;
	return nsw_channels_set(func, channels->combined_count);
}

static void nsw_ethtool_get_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
				      struct kernel_ethtool_ringparam *kernel_ring,
				      struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);

	ring->rx_max_pending = NSW_QUEUE_RING_MAX;
	ring->rx_pending = func->ring_size;
}

static int nsw_ethtool_set_ringparam(struct net_device *dev, struct ethtool_ringparam *ring,
				     struct kernel_ethtool_ringparam *kernel_ring,
				     struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);

	if (ring->rx_pending < NSW_QUEUE_RING_MIN) {
		NL_SET_ERR_MSG_FMT(extack, "%u frames: a receive ring has %u to %u",
				   ring->rx_pending, NSW_QUEUE_RING_MIN, NSW_QUEUE_RING_MAX);
		return -EINVAL;
	}
	nsw_channels_resize(func, ring->rx_pending);
	return 0;
}

static int nsw_ethtool_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
				    struct kernel_ethtool_coalesce *kernel_coalesce,
				    struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);
	enum nsw_moderation moderation = READ_ONCE(func->moderation);
	const struct nsw_moderation_level *level = nsw_moderation_level(moderation);

	coalesce->use_adaptive_rx_coalesce = moderation == NSW_MODERATION_ADAPTIVE;
	coalesce->rx_coalesce_usecs = level->usecs;
	coalesce->rx_max_coalesced_frames = level->frames;
	return 0;
}

/* What is in effect now, which adaptive moderation chooses for each queue pair. */
static int nsw_ethtool_get_queue_coalesce(struct net_device *dev, u32 index,
					  struct ethtool_coalesce *coalesce)
{
	struct nsw_func *func = netdev_priv(dev);
	struct nsw_queues *queues = rtnl_dereference(func->queues);

	if (index >= dev->real_num_rx_queues)
		return -EINVAL;
	nsw_ethtool_get_coalesce(dev, coalesce, NULL, NULL);
	if (queues) {
		coalesce->rx_coalesce_usecs = READ_ONCE(queues->queue[index]->coalesce.usecs);
		coalesce->rx_max_coalesced_frames =
			READ_ONCE(queues->queue[index]->coalesce.frames);
	}
	return 0;
}

/*
 * The request holds what is now, with changes. One of the two numbers is
 * enough to say which level is meant.
 */
static enum nsw_moderation nsw_ethtool_choose_moderation(struct nsw_func *func,
							 const struct ethtool_coalesce *coalesce)
{
	enum nsw_moderation now = READ_ONCE(func->moderation);
	const struct nsw_moderation_level *level = nsw_moderation_level(now);
	s64 usecs = coalesce->rx_coalesce_usecs, frames = coalesce->rx_max_coalesced_frames;
	bool adaptive = coalesce->use_adaptive_rx_coalesce;
	bool same = usecs == level->usecs && frames == level->frames;

	if (adaptive)
		return same || now != NSW_MODERATION_ADAPTIVE ? NSW_MODERATION_ADAPTIVE : 0;
	if (same)
		return now == NSW_MODERATION_ADAPTIVE ? NSW_MODERATION_OFF : now;
	return nsw_moderation_find(usecs == level->usecs ? -1 : usecs,
				   frames == level->frames ? -1 : frames);
}

static int nsw_ethtool_set_coalesce(struct net_device *dev, struct ethtool_coalesce *coalesce,
				    struct kernel_ethtool_coalesce *kernel_coalesce,
				    struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);
	enum nsw_moderation moderation = nsw_ethtool_choose_moderation(func, coalesce);

	if (!moderation) {
		NL_SET_ERR_MSG_FMT(extack, "rx-usecs 0, %u, %u, %u are off, low, medium, high",
				   nsw_moderation_level(NSW_MODERATION_LOW)->usecs,
				   nsw_moderation_level(NSW_MODERATION_MEDIUM)->usecs,
				   nsw_moderation_level(NSW_MODERATION_HIGH)->usecs);
		return -EINVAL;
	}
	return nsw_moderation_request(func->sw, &func->port, moderation, extack);
}

/* Nothing on the way sends or heeds pause frames. */
static void nsw_ethtool_get_pauseparam(struct net_device *dev, struct ethtool_pauseparam *pause)
{
}

static int nsw_ethtool_get_fecparam(struct net_device *dev, struct ethtool_fecparam *fec)
{
	fec->fec = ETHTOOL_FEC_OFF;
	fec->active_fec = ETHTOOL_FEC_OFF;
	return 0;
}

static int nsw_ethtool_get_sset_count(struct net_device *dev, int set)
{
	switch (set) {
	case ETH_SS_STATS:
		return nsw_ethtool_get_stats_count(dev);
	case ETH_SS_TEST:
		return nsw_selftest_get_count();
	default:
		return -EOPNOTSUPP;
	}
}

static void nsw_ethtool_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		nsw_ethtool_get_stats_strings(dev, data);
	else if (set == ETH_SS_TEST)
		nsw_selftest_get_strings(data);
}

const struct ethtool_ops nsw_ethtool_ops = {
	NSW_COMPAT_RXFH_OPS,
	.supported_coalesce_params = ETHTOOL_COALESCE_RX_USECS |
				     ETHTOOL_COALESCE_RX_MAX_FRAMES |
				     ETHTOOL_COALESCE_USE_ADAPTIVE_RX,
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = nsw_ethtool_get_link_ksettings,
	.set_link_ksettings = nsw_ethtool_set_link_ksettings,
	.get_channels = nsw_ethtool_get_channels,
	.set_channels = nsw_ethtool_set_channels,
	.get_ringparam = nsw_ethtool_get_ringparam,
	.set_ringparam = nsw_ethtool_set_ringparam,
	.get_coalesce = nsw_ethtool_get_coalesce,
	.set_coalesce = nsw_ethtool_set_coalesce,
	.get_per_queue_coalesce = nsw_ethtool_get_queue_coalesce,
	.get_pauseparam = nsw_ethtool_get_pauseparam,
	.get_pause_stats = nsw_ethtool_get_pause_stats,
	.get_fecparam = nsw_ethtool_get_fecparam,
	.get_fec_stats = nsw_ethtool_get_fec_stats,
	.get_sset_count = nsw_ethtool_get_sset_count,
	.get_strings = nsw_ethtool_get_strings,
	.self_test = nsw_selftest_run,
	.get_ethtool_stats = nsw_ethtool_get_stats,
	.get_eth_mac_stats = nsw_ethtool_get_mac_stats,
	.get_rmon_stats = nsw_ethtool_get_rmon_stats,
	.get_rxfh_key_size = nsw_ethtool_get_rxfh_key_size,
	.get_rxfh_indir_size = nsw_ethtool_get_rxfh_indir_size,
	.get_rxnfc = nsw_ethtool_get_rxnfc,
	.set_rxnfc = nsw_ethtool_set_rxnfc,
	.get_ts_info = ethtool_op_get_ts_info,
};
