/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_QUEUE_H
#define _NSW_NETDEV_QUEUE_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/u64_stats_sync.h>
#include "model/types.h"
#include "netdev/coalesce.h"
#include "netdev/steering.h"
#include "netdev/xdp.h"

/* Frames that wait in one queue pair: what it has at first, and what it can have. */
#define NSW_QUEUE_RING_SIZE	256
#define NSW_QUEUE_RING_MIN	64
#define NSW_QUEUE_RING_MAX	4096

/**
 * struct nsw_queue_stats - counters of the receive side of a queue pair
 * @packets: frames taken from the ring
 * @bytes: their bytes, Ethernet headers included
 * @wakeups: how often NAPI was woken: what an interrupt would be
 * @xdp: what programs did with them
 * @syncp: consistency on 32-bit machines
 *
 * Written by whoever owns NAPI.
 */
struct nsw_queue_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t wakeups;
	struct nsw_xdp_stats xdp;
	struct u64_stats_sync syncp;
};

/**
 * struct nsw_queue_tx_stats - counters of the transmit side, one copy per CPU and queue
 * @packets: frames that the switch forwarded
 * @bytes: their bytes
 * @syncp: consistency on 32-bit machines
 */
struct nsw_queue_tx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	struct u64_stats_sync syncp;
};

/**
 * struct nsw_queue - receive side of a queue pair
 * @frames: the ring: frames that wait, the last one first; any CPU adds, whoever owns NAPI
 *	    takes all of them
 * @waiting: how many are in @frames, or about to be
 * @size: how many fit
 * @index: place among the queue pairs of the interface
 * @napi: who takes them to the stack
 * @taken: frames that were taken from @frames and wait for NAPI, the first one first
 * @kicked: NAPI is running or about to, and will look at @frames again
 * @redirected: an XDP program has redirected something: xdp_do_flush() is due
 * @encores: how often in a row NAPI, as a thread, came to an end and there was more already
 * @stats: counters
 * @coalesce: interrupt moderation
 * @xdp_rxq: what XDP programs see of it
 * @dev: the interface
 *
 * A frame costs no napi_schedule() while NAPI is awake, and no lock: two atomic operations on
 * one cache line, which flows with queues of their own never contend for. What NAPI has taken
 * does not count as waiting, so that at most twice @size frames are held.
 */
struct nsw_queue {
	struct llist_head frames;
	atomic_t waiting;
	int size;
	unsigned int index;
	struct napi_struct napi ____cacheline_aligned;
	struct sk_buff *taken;
	bool kicked;
	bool redirected;
	u8 encores;
	struct nsw_queue_stats stats ____cacheline_aligned;
	struct nsw_coalesce coalesce ____cacheline_aligned;
	struct xdp_rxq_info xdp_rxq;
	struct net_device *dev;
};

/**
 * struct nsw_queues - the queue pairs of an open interface
 * @num: how many
 * @queue: the queue pairs
 *
 * When their number changes, another one takes its place, which shares the
 * queue pairs that stay.
 */
struct nsw_queues {
	unsigned int num;
	struct nsw_queue *queue[];
};

/**
 * nsw_queues_create() - queue pairs with their NAPI enabled
 * @dev: the interface
 * @num: how many
 * @ring_size: frames that wait in each
 * @old: queue pairs to share as far as possible; or NULL
 *
 * Context: RTNL held.
 * Return: queue pairs, or NULL without memory.
 */
struct nsw_queues *nsw_queues_create(struct net_device *dev, unsigned int num,
				     unsigned int ring_size, const struct nsw_queues *old);

/**
 * nsw_queues_destroy() - stop and free queue pairs
 * @queues: queue pairs that no RCU reader finds any more
 * @heir: shares the first of them, and takes what waits in the others; or NULL
 *
 * Context: RTNL held; waits for NAPI.
 * Return: how many waiting frames were thrown away.
 */
unsigned int nsw_queues_destroy(struct nsw_queues *queues, struct nsw_queues *heir);

/**
 * nsw_queues_resize() - change how many frames fit
 * @queues: queue pairs in use
 * @ring_size: frames that wait in each
 *
 * What waits stays, in order, as far as it fits; the rest is counted as
 * %NSW_DROP_RX_RESET.
 *
 * Context: RTNL held; waits for NAPI.
 */
void nsw_queues_resize(struct nsw_queues *queues, unsigned int ring_size);

/**
 * nsw_queues_purge() - throw waiting frames away
 * @queues: queue pairs in use
 *
 * Context: RTNL held; waits for NAPI.
 * Return: how many.
 */
unsigned int nsw_queues_purge(struct nsw_queues *queues);

/**
 * nsw_queue_wake() - let NAPI look at the ring
 * @queue: the queue pair
 *
 * Context: any.
 */
void nsw_queue_wake(struct nsw_queue *queue);

/**
 * nsw_queue_create_tx_stats() - counters for the transmit side
 * @num: queues
 *
 * Return: per-CPU array, to be freed with free_percpu(); NULL without memory.
 */
struct nsw_queue_tx_stats __percpu *nsw_queue_create_tx_stats(unsigned int num);

/**
 * nsw_queue_count_tx() - a frame was sent
 * @stats: counters
 * @queue: by which queue
 * @len: its bytes
 *
 * Context: bottom halves disabled.
 */
static inline void nsw_queue_count_tx(struct nsw_queue_tx_stats __percpu *stats,
				      unsigned int queue, unsigned int len)
{
	struct nsw_queue_tx_stats *s = this_cpu_ptr(stats) + queue;

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->packets);
	u64_stats_add(&s->bytes, len);
	u64_stats_update_end(&s->syncp);
}

/**
 * nsw_queue_is_empty() - whether no frame waits
 * @queue: the queue pair
 *
 * One that NAPI is just giving to the stack does not wait any more.
 *
 * Context: any.
 * Return: true if none does.
 */
static inline bool nsw_queue_is_empty(const struct nsw_queue *queue)
{
	/* What is taken is seen there before it is gone from here. */
	return !atomic_read_acquire(&queue->waiting) && !READ_ONCE(queue->taken);
}

/**
 * nsw_queue_kick() - a frame has come for a queue pair whose NAPI sleeps
 * @queue: the queue pair
 *
 * Context: bottom halves disabled.
 */
void nsw_queue_kick(struct nsw_queue *queue);

/**
 * nsw_queue_append() - append a frame to a queue pair
 * @queue: the queue pair
 * @skb: frame as the stack wants it
 *
 * The frame may wait nowhere else: its link is the one in the sk_buff.
 *
 * Context: RCU reader or RTNL held, bottom halves disabled.
 * Return: %NSW_DROP_NONE or %NSW_DROP_RX_FULL.
 */
static inline enum nsw_drop_reason nsw_queue_append(struct nsw_queue *queue, struct sk_buff *skb)
{
	/* A flood that does not get in writes nothing that NAPI needs. */
	if (unlikely(atomic_read(&queue->waiting) >= READ_ONCE(queue->size)))
		return NSW_DROP_RX_FULL;
	if (unlikely(atomic_inc_return(&queue->waiting) > READ_ONCE(queue->size))) {
		atomic_dec(&queue->waiting);
		return NSW_DROP_RX_FULL;
	}
	skb_record_rx_queue(skb, queue->index);
	llist_add(&skb->ll_node, &queue->frames);
	/* llist_add() is a full barrier, which pairs with the one in nsw_queue_poll(). */
	if (!READ_ONCE(queue->kicked))
		nsw_queue_kick(queue);
	return NSW_DROP_NONE;
}

/**
 * nsw_queues_deliver() - append a frame to the queue pair of its flow
 * @queues: queue pairs
 * @skb: frame as the stack wants it
 *
 * Context: RCU reader, bottom halves disabled.
 * Return: %NSW_DROP_NONE or %NSW_DROP_RX_FULL.
 */
static inline enum nsw_drop_reason nsw_queues_deliver(struct nsw_queues *queues,
						      struct sk_buff *skb)
{
	unsigned int index = 0;

	if (queues->num > 1)
		index = nsw_steering_select(netdev_priv(skb->dev), skb, queues->num);
	return nsw_queue_append(queues->queue[index], skb);
}

#endif
