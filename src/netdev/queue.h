/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_QUEUE_H
#define _NSW_NETDEV_QUEUE_H

#include <linux/netdevice.h>
#include <linux/ptr_ring.h>
#include "model/types.h"

/* Frames that wait in one queue pair. */
#define NSW_QUEUE_RING_SIZE	256

/**
 * struct nsw_queue - receive side of a queue pair
 * @ring: frames that wait; any CPU produces, NAPI consumes
 * @napi: who takes them to the stack
 * @kicked: NAPI is running or about to, and will look at the ring again
 *
 * A frame costs no napi_schedule() while NAPI is awake, and the only lock on
 * the way is the producer's lock inside the ring, which flows with queues of
 * their own never contend for.
 */
struct nsw_queue {
	struct ptr_ring ring;
	struct napi_struct napi ____cacheline_aligned;
	bool kicked;
};

/**
 * struct nsw_queues - the queue pairs of an open interface
 * @dev: the interface
 * @num: how many
 * @queue: the queue pairs
 */
struct nsw_queues {
	struct net_device *dev;
	unsigned int num;
	struct nsw_queue queue[];
};

/**
 * nsw_queues_create() - queue pairs with their NAPI enabled
 * @dev: the interface
 * @num: how many
 *
 * Context: RTNL held.
 * Return: queue pairs, or NULL without memory.
 */
struct nsw_queues *nsw_queues_create(struct net_device *dev, unsigned int num);

/**
 * nsw_queues_destroy() - stop and free queue pairs
 * @queues: queue pairs that no RCU reader finds any more
 *
 * Context: RTNL held; waits for NAPI.
 * Return: how many waiting frames were thrown away.
 */
unsigned int nsw_queues_destroy(struct nsw_queues *queues);

/**
 * nsw_queues_purge() - throw waiting frames away
 * @queues: queue pairs in use
 *
 * Context: RTNL held; waits for NAPI.
 * Return: how many.
 */
unsigned int nsw_queues_purge(struct nsw_queues *queues);

/**
 * nsw_queues_deliver() - append a frame to the queue pair of its flow
 * @queues: queue pairs
 * @skb: frame as the stack wants it
 *
 * Context: RCU reader, bottom halves disabled.
 * Return: %NSW_DROP_NONE or %NSW_DROP_RX_FULL.
 */
enum nsw_drop_reason nsw_queues_deliver(struct nsw_queues *queues, struct sk_buff *skb);

#endif
