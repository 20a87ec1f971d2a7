/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics of queues by netlink (6.10), and which NAPI serves which queue (6.7). */
#ifndef _NSW_COMPAT_NET_NETDEV_QUEUES_H
#define _NSW_COMPAT_NET_NETDEV_QUEUES_H

#include <linux/netdevice.h>
#ifdef NSW_HAVE_NETDEV_STAT_OPS
#include_next <net/netdev_queues.h>
#else
struct netdev_queue_stats_rx {
	u64 bytes;
	u64 packets;
};

struct netdev_queue_stats_tx {
	u64 bytes;
	u64 packets;
};

struct netdev_stat_ops {
	void (*get_queue_stats_rx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_rx *stats);
	void (*get_queue_stats_tx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_tx *stats);
	void (*get_base_stats)(struct net_device *dev, struct netdev_queue_stats_rx *rx,
			       struct netdev_queue_stats_tx *tx);
};
#endif

static inline void nsw_compat_set_stat_ops(struct net_device *dev,
					   const struct netdev_stat_ops *ops)
{
#ifdef NSW_HAVE_NETDEV_STAT_OPS
	dev->stat_ops = ops;
#endif
}

/* Both directions of a queue pair; NULL: none any more. */
static inline void nsw_compat_set_queue_napi(struct net_device *dev, unsigned int index,
					     struct napi_struct *napi)
{
#ifdef NSW_HAVE_QUEUE_SET_NAPI
	netif_queue_set_napi(dev, index, NETDEV_QUEUE_TYPE_RX, napi);
	netif_queue_set_napi(dev, index, NETDEV_QUEUE_TYPE_TX, napi);
#endif
}

#endif
