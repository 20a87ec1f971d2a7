// SPDX-License-Identifier: GPL-2.0-only
#include <linux/skbuff.h>
#include <linux/slab.h>
#include "netdev/queue.h"

static void nsw_queue_kick(struct nsw_queue *queue)
{
	/* Pairs with the full barrier in nsw_queue_poll(). */
	smp_mb();
	if (READ_ONCE(queue->kicked))
		return;
	if (napi_schedule_prep(&queue->napi)) {
		WRITE_ONCE(queue->kicked, true);
		__napi_schedule(&queue->napi);
	}
}

/*
 * GRO takes pages out of what it merges, so nobody else may look at them; and
 * what a local socket sends is a clone of what it keeps.
 */
static void nsw_queue_receive(struct napi_struct *napi, struct sk_buff *skb)
{
	if ((skb->dev->features & NETIF_F_GRO) && unlikely(skb_unclone(skb, GFP_ATOMIC)))
		netif_receive_skb(skb);
	else
		napi_gro_receive(napi, skb);
}

static int nsw_queue_poll(struct napi_struct *napi, int budget)
{
	struct nsw_queue *queue = container_of(napi, struct nsw_queue, napi);
	struct sk_buff *skb;
	int done = 0;

	while (done < budget) {
		skb = __ptr_ring_consume(&queue->ring);
		if (!skb)
			break;
		nsw_queue_receive(napi, skb);
		done++;
	}

	if (done < budget && napi_complete_done(napi, done)) {
		/* Who appends after this kicks; who came before is seen below. */
		smp_store_mb(queue->kicked, false);
		if (unlikely(!__ptr_ring_empty(&queue->ring)))
			nsw_queue_kick(queue);
	}
	return done;
}

static void nsw_queue_free_skb(void *skb)
{
	kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
}

static unsigned int nsw_queue_drain(struct nsw_queue *queue)
{
	unsigned int num = 0;
	struct sk_buff *skb;

	/* Senders may go on meanwhile; what waits now is what has to go. */
	while (num < NSW_QUEUE_RING_SIZE && (skb = ptr_ring_consume_bh(&queue->ring))) {
		nsw_queue_free_skb(skb);
		num++;
	}
	return num;
}

struct nsw_queues *nsw_queues_create(struct net_device *dev, unsigned int num)
{
	struct nsw_queues *queues;
	struct nsw_queue *queue;
	unsigned int i;

	queues = kvzalloc(struct_size(queues, queue, num), GFP_KERNEL);
	if (!queues)
		return NULL;
	queues->dev = dev;
	queues->num = num;

	for (i = 0; i < num; i++) {
		if (ptr_ring_init(&queues->queue[i].ring, NSW_QUEUE_RING_SIZE, GFP_KERNEL))
			goto cleanup_rings;
	}
	for (i = 0; i < num; i++) {
		queue = &queues->queue[i];
		netif_napi_add(dev, &queue->napi, nsw_queue_poll);
		napi_enable(&queue->napi);
	}
	return queues;

cleanup_rings:
	while (i--)
		ptr_ring_cleanup(&queues->queue[i].ring, NULL);
	kvfree(queues);
	return NULL;
}

unsigned int nsw_queues_destroy(struct nsw_queues *queues)
{
	unsigned int i, num = 0;

	for (i = 0; i < queues->num; i++) {
		napi_disable(&queues->queue[i].napi);
		__netif_napi_del(&queues->queue[i].napi);
	}
	synchronize_net();
	for (i = 0; i < queues->num; i++) {
		num += nsw_queue_drain(&queues->queue[i]);
		ptr_ring_cleanup(&queues->queue[i].ring, nsw_queue_free_skb);
	}
	kvfree(queues);
	return num;
}

unsigned int nsw_queues_purge(struct nsw_queues *queues)
{
	unsigned int i, num = 0;

	for (i = 0; i < queues->num; i++) {
		struct nsw_queue *queue = &queues->queue[i];

		napi_disable(&queue->napi);
		num += nsw_queue_drain(queue);
		WRITE_ONCE(queue->kicked, false);
		napi_enable(&queue->napi);
		/* Frames may have come while nobody could be scheduled. */
		local_bh_disable();
		if (!__ptr_ring_empty(&queue->ring))
			nsw_queue_kick(queue);
		local_bh_enable();
	}
	return num;
}

enum nsw_drop_reason nsw_queues_deliver(struct nsw_queues *queues, struct sk_buff *skb)
{
	unsigned int index = 0;
	struct nsw_queue *queue;

	if (queues->num > 1)
		index = reciprocal_scale(skb_get_hash(skb), queues->num);
	skb_record_rx_queue(skb, index);
	queue = &queues->queue[index];
	if (unlikely(ptr_ring_produce(&queue->ring, skb)))
		return NSW_DROP_RX_FULL;
	nsw_queue_kick(queue);
	return NSW_DROP_NONE;
}
