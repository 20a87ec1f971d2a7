// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netdev_queues.h>
#include "model/drop.h"
#include "model/stats.h"
#include "netdev/ethtool.h"
#include "netdev/func.h"

/* Documentation/ethtool.rst lists the names; they stay as they are. */
static const char * const nsw_ethtool_port_names[] = {
	"rx_packets", "rx_bytes", "rx_multicast", "tx_packets", "tx_bytes",
};

#define NSW_ETHTOOL_DROP_NAME(reason, text, core)	"drop_" text,
static const char * const nsw_ethtool_drop_names[] = {
	NSW_DROPS(NSW_ETHTOOL_DROP_NAME)
};

static_assert(ARRAY_SIZE(nsw_ethtool_drop_names) == NSW_DROP_MAX);

static const char * const nsw_ethtool_rx_names[] = {
	"packets", "bytes", "wakeups", "xdp_drop", "xdp_tx", "xdp_redirect", "xdp_error",
};

static const char * const nsw_ethtool_tx_names[] = { "packets", "bytes" };

struct nsw_ethtool_rx {
	u64 packets;
	u64 bytes;
	u64 wakeups;
	u64 xdp_drop;
	u64 xdp_tx;
	u64 xdp_redirect;
	u64 xdp_error;
};

struct nsw_ethtool_tx {
	u64 packets;
	u64 bytes;
};

static void nsw_ethtool_read_rx(const struct nsw_func *func, unsigned int index,
				struct nsw_ethtool_rx *rx)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);
	const struct nsw_queue_stats *stats;
	unsigned int start;

	*rx = (struct nsw_ethtool_rx) { };
	if (!queues || index >= queues->num)
		return;
	stats = &queues->queue[index]->stats;
	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		rx->packets = u64_stats_read(&stats->packets);
		rx->bytes = u64_stats_read(&stats->bytes);
		rx->wakeups = u64_stats_read(&stats->wakeups);
		rx->xdp_drop = u64_stats_read(&stats->xdp.drops);
		rx->xdp_tx = u64_stats_read(&stats->xdp.tx);
		rx->xdp_redirect = u64_stats_read(&stats->xdp.redirects);
		rx->xdp_error = u64_stats_read(&stats->xdp.errors);
	} while (u64_stats_fetch_retry(&stats->syncp, start));
}

static void nsw_ethtool_read_tx_counted(const struct nsw_func *func, unsigned int index,
					struct nsw_ethtool_tx *tx)
{
	const struct nsw_queue_tx_stats *stats;
	u64 packets, bytes;
	unsigned int start;
	int cpu;

	*tx = (struct nsw_ethtool_tx) { };
	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(func->tx_stats, cpu) + index;
		do {
			start = u64_stats_fetch_begin(&stats->syncp);
			packets = u64_stats_read(&stats->packets);
			bytes = u64_stats_read(&stats->bytes);
		} while (u64_stats_fetch_retry(&stats->syncp, start));
		tx->packets += packets;
		tx->bytes += bytes;
	}
}

/* The first queue has sent what the others have not. */
static void nsw_ethtool_read_tx(const struct nsw_func *func, unsigned int index,
				struct nsw_ethtool_tx *tx)
{
	struct nsw_stats_sum sum = { };
	struct nsw_ethtool_tx other;
	unsigned int i;
	u64 packets = 0, bytes = 0;

	if (index)
		return nsw_ethtool_read_tx_counted(func, index, tx);
	for (i = 1; i < func->dev->num_tx_queues; i++) {
		nsw_ethtool_read_tx_counted(func, i, &other);
		packets += other.packets;
		bytes += other.bytes;
	}
	nsw_stats_add(&sum, func->stats);
	tx->packets = sum.tx_packets - packets;
	tx->bytes = sum.tx_bytes - bytes;
}

static void nsw_ethtool_put_name(u8 **data, const char *name)
{
	strscpy(*data, name, ETH_GSTRING_LEN);
	strreplace(*data, '-', '_');
	*data += ETH_GSTRING_LEN;
}

int nsw_ethtool_get_stats_count(struct net_device *dev)
{
	return ARRAY_SIZE(nsw_ethtool_port_names) + ARRAY_SIZE(nsw_ethtool_drop_names) +
	       dev->real_num_rx_queues * ARRAY_SIZE(nsw_ethtool_rx_names) +
	       dev->real_num_tx_queues * ARRAY_SIZE(nsw_ethtool_tx_names);
}

void nsw_ethtool_get_stats_strings(struct net_device *dev, u8 *data)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(nsw_ethtool_port_names); i++)
		nsw_ethtool_put_name(&data, nsw_ethtool_port_names[i]);
	for (i = 0; i < ARRAY_SIZE(nsw_ethtool_drop_names); i++)
		nsw_ethtool_put_name(&data, nsw_ethtool_drop_names[i]);
	for (i = 0; i < dev->real_num_rx_queues; i++)
		for (j = 0; j < ARRAY_SIZE(nsw_ethtool_rx_names); j++)
			ethtool_sprintf(&data, "rx_queue_%u_%s", i, nsw_ethtool_rx_names[j]);
	for (i = 0; i < dev->real_num_tx_queues; i++)
		for (j = 0; j < ARRAY_SIZE(nsw_ethtool_tx_names); j++)
			ethtool_sprintf(&data, "tx_queue_%u_%s", i, nsw_ethtool_tx_names[j]);
}

void nsw_ethtool_get_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	struct nsw_func *func = netdev_priv(dev);
	struct nsw_stats_sum sum = { };
	struct nsw_ethtool_rx rx;
	struct nsw_ethtool_tx tx;
	unsigned int i;

	nsw_stats_add(&sum, func->stats);
	*data++ = sum.rx_packets;
	*data++ = sum.rx_bytes;
	*data++ = sum.rx_multicast;
	*data++ = sum.tx_packets;
	*data++ = sum.tx_bytes;
	for (i = 1; i <= NSW_DROP_MAX; i++)
		*data++ = sum.drops[i];
	for (i = 0; i < dev->real_num_rx_queues; i++) {
		nsw_ethtool_read_rx(func, i, &rx);
		*data++ = rx.packets;
		*data++ = rx.bytes;
		*data++ = rx.wakeups;
		*data++ = rx.xdp_drop;
		*data++ = rx.xdp_tx;
		*data++ = rx.xdp_redirect;
		*data++ = rx.xdp_error;
	}
	for (i = 0; i < dev->real_num_tx_queues; i++) {
		nsw_ethtool_read_tx(func, i, &tx);
		*data++ = tx.packets;
		*data++ = tx.bytes;
	}
}

void nsw_ethtool_get_mac_stats(struct net_device *dev, struct ethtool_eth_mac_stats *stats)
{
	struct nsw_func *func = netdev_priv(dev);
	struct nsw_stats_sum sum = { };

	nsw_stats_add(&sum, func->stats);
	stats->FramesTransmittedOK = sum.tx_packets;
	stats->OctetsTransmittedOK = sum.tx_bytes;
	stats->FramesReceivedOK = sum.rx_packets;
	stats->OctetsReceivedOK = sum.rx_bytes;
	stats->FrameTooLongErrors = sum.drops[NSW_DROP_RX_OVERSIZE];
	stats->FramesLostDueToIntMACRcvError = sum.drops[NSW_DROP_RX_FULL];
}

void nsw_ethtool_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *stats,
				const struct ethtool_rmon_hist_range **ranges)
{
	struct nsw_func *func = netdev_priv(dev);
	struct nsw_stats_sum sum = { };

	/* No histogram: a counter for each length would be on the way of every frame. */
	nsw_stats_add(&sum, func->stats);
	stats->oversize_pkts = sum.drops[NSW_DROP_RX_OVERSIZE];
}

void nsw_ethtool_get_pause_stats(struct net_device *dev, struct ethtool_pause_stats *stats)
{
	stats->tx_pause_frames = 0;
	stats->rx_pause_frames = 0;
}

void nsw_ethtool_get_fec_stats(struct net_device *dev, struct ethtool_fec_stats *stats)
{
	stats->corrected_blocks.total = 0;
	stats->uncorrectable_blocks.total = 0;
}

static void nsw_ethtool_get_queue_rx(struct net_device *dev, int index,
				     struct netdev_queue_stats_rx *stats)
{
	struct nsw_ethtool_rx rx;

	nsw_ethtool_read_rx(netdev_priv(dev), index, &rx);
	stats->packets = rx.packets;
	stats->bytes = rx.bytes;
}

static void nsw_ethtool_get_queue_tx(struct net_device *dev, int index,
				     struct netdev_queue_stats_tx *stats)
{
	struct nsw_ethtool_tx tx;

	nsw_ethtool_read_tx(netdev_priv(dev), index, &tx);
	stats->packets = tx.packets;
	stats->bytes = tx.bytes;
}

/* What the interface has seen and no queue of today tells. */
static void nsw_ethtool_get_base(struct net_device *dev, struct netdev_queue_stats_rx *rx,
				 struct netdev_queue_stats_tx *tx)
{
	struct nsw_func *func = netdev_priv(dev);
	struct nsw_stats_sum sum = { };
	struct nsw_ethtool_rx rxq;
	struct nsw_ethtool_tx txq;
	unsigned int i;

	/* What is not set here is not reported. */
	tx->packets = 0;
	tx->bytes = 0;
	for (i = dev->real_num_tx_queues; i < dev->num_tx_queues; i++) {
		nsw_ethtool_read_tx_counted(func, i, &txq);
		tx->packets += txq.packets;
		tx->bytes += txq.bytes;
	}
	nsw_stats_add(&sum, func->stats);
	rx->packets = sum.rx_packets;
	rx->bytes = sum.rx_bytes;
	for (i = 0; i < dev->real_num_rx_queues; i++) {
		nsw_ethtool_read_rx(func, i, &rxq);
		rx->packets -= rxq.packets;
		rx->bytes -= rxq.bytes;
	}
}

const struct netdev_stat_ops nsw_ethtool_stat_ops = {
	.get_queue_stats_rx = nsw_ethtool_get_queue_rx,
	.get_queue_stats_tx = nsw_ethtool_get_queue_tx,
	.get_base_stats = nsw_ethtool_get_base,
};
