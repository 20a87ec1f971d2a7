// SPDX-License-Identifier: GPL-2.0-only
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/ptr_ring.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/netdev_queues.h>
#include <net/sock.h>
#include "model/stats.h"
#include "netdev/func.h"
#include "netdev/queue.h"
#include "netdev/steering.h"

/* How often a thread goes on at once before it gives way, and for how long. */
#define NSW_QUEUE_ENCORES	64
#define NSW_QUEUE_PAUSE		(50 * NSEC_PER_USEC)

void nsw_queue_wake(struct nsw_queue *queue)
{
	if (!napi_schedule_prep(&queue->napi))
		return;
	WRITE_ONCE(queue->kicked, true);
	/* Who has scheduled NAPI owns it. */
	u64_stats_update_begin(&queue->stats.syncp);
	u64_stats_inc(&queue->stats.wakeups);
	u64_stats_update_end(&queue->stats.syncp);
	__napi_schedule(&queue->napi);
}

static void nsw_queue_kick(struct nsw_queue *queue)
{
	/* Pairs with the full barrier in nsw_queue_poll(). */
	smp_mb();
	if (READ_ONCE(queue->kicked))
		return;
	if (unlikely(READ_ONCE(queue->coalesce.usecs)) && nsw_coalesce_hold(queue))
		return;
	nsw_queue_wake(queue);
}

/*
 * NAPI has come to an end, and there is more. A thread that polls finds itself woken
 * then and goes on at once: where frames go in circles, as a program may have it,
 * nobody else would run in a kernel that does not preempt.
 */
static noinline void nsw_queue_go_on(struct nsw_queue *queue)
{
	u8 encores = READ_ONCE(queue->encores) + 1;

	if (!test_bit(NAPI_STATE_THREADED, &queue->napi.state)) {
		nsw_queue_kick(queue);
		return;
	}
	/* Whoever polls next may write it too; it need not be exact. */
	WRITE_ONCE(queue->encores, encores % NSW_QUEUE_ENCORES);
	if (encores < NSW_QUEUE_ENCORES) {
		nsw_queue_kick(queue);
		return;
	}
	hrtimer_start(&queue->coalesce.timer, ns_to_ktime(NSW_QUEUE_PAUSE), HRTIMER_MODE_REL);
}

/*
 * GRO takes pages out of what it merges, so nobody else may look at them; and
 * what a local socket sends is a clone of what it keeps. Nor does it expect
 * frames that belong to a socket, unless it is told.
 */
static void nsw_queue_receive(struct napi_struct *napi, struct sk_buff *skb)
{
	if (!(skb->dev->features & NETIF_F_GRO) || unlikely(skb_unclone(skb, GFP_ATOMIC))) {
		netif_receive_skb(skb);
		return;
	}
	skb_prepare_for_gro(skb);
	napi_gro_receive(napi, skb);
}

/* The same, after a program has looked at it. */
static noinline void nsw_queue_receive_xdp(struct nsw_queue *queue, struct bpf_prog *prog,
					   struct sk_buff *skb, bool *redirected)
{
	struct sk_buff *next;

	for (skb = nsw_xdp_receive(queue, prog, skb, redirected); skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		skb_record_rx_queue(skb, queue->index);
		nsw_queue_receive(&queue->napi, skb);
	}
}

static void nsw_queue_count(struct nsw_queue *queue, unsigned int packets, unsigned int bytes)
{
	u64_stats_update_begin(&queue->stats.syncp);
	u64_stats_add(&queue->stats.packets, packets);
	u64_stats_add(&queue->stats.bytes, bytes);
	u64_stats_update_end(&queue->stats.syncp);
}

static int nsw_queue_poll(struct napi_struct *napi, int budget)
{
	struct nsw_queue *queue = container_of(napi, struct nsw_queue, napi);
	const struct nsw_func *func = netdev_priv(queue->dev);
	bool coalesce = READ_ONCE(queue->coalesce.usecs);
	struct bpf_prog *prog = rcu_dereference_bh(func->xdp_prog);
	unsigned int bytes = 0;
	bool redirected = false;
	struct sk_buff *skb;
	int done = 0;

	if (unlikely(coalesce))
		nsw_coalesce_awake(queue);
	while (done < budget) {
		skb = __ptr_ring_consume(&queue->ring);
		if (!skb)
			break;
		bytes += skb->len + ETH_HLEN;
		if (unlikely(prog))
			nsw_queue_receive_xdp(queue, prog, skb, &redirected);
		else
			nsw_queue_receive(napi, skb);
		done++;
	}
	if (unlikely(redirected))
		xdp_do_flush();
	nsw_queue_count(queue, done, bytes);

	if (unlikely(coalesce) && done < budget)
		nsw_coalesce_learn(queue);
	if (done < budget && napi_complete_done(napi, done)) {
		if (unlikely(coalesce))
			nsw_coalesce_asleep(queue);
		/* Who appends after this kicks; who came before is seen below. */
		smp_store_mb(queue->kicked, false);
		if (unlikely(!__ptr_ring_empty(&queue->ring)))
			nsw_queue_go_on(queue);
		else if (unlikely(READ_ONCE(queue->encores)))
			WRITE_ONCE(queue->encores, 0);
	}
	return done;
}

static void nsw_queue_free_skb(void *skb)
{
	dev_kfree_skb_any(skb);
}

static unsigned int nsw_queue_drain(struct nsw_queue *queue, struct nsw_queues *heir)
{
	unsigned int size = READ_ONCE(queue->ring.size);
	unsigned int num = 0, lost = 0;
	struct sk_buff *skb;

	/* Senders may go on meanwhile; what waits now is what has to go. */
	local_bh_disable();
	rcu_read_lock();
	while (num++ < size && (skb = ptr_ring_consume(&queue->ring))) {
		if (heir && !nsw_queues_deliver(heir, skb))
			continue;
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
		lost++;
	}
	rcu_read_unlock();
	local_bh_enable();
	return lost;
}

static struct nsw_queue *nsw_queue_create(struct net_device *dev, unsigned int index,
					  unsigned int ring_size)
{
	struct nsw_queue *queue = kzalloc(sizeof(*queue), GFP_KERNEL);

	if (!queue)
		return NULL;
	if (ptr_ring_init(&queue->ring, ring_size, GFP_KERNEL)) {
		kfree(queue);
		return NULL;
	}
	queue->dev = dev;
	queue->index = index;
	u64_stats_init(&queue->stats.syncp);
	if (xdp_rxq_info_reg(&queue->xdp_rxq, dev, index, 0))
		goto cleanup_ring;
	if (xdp_rxq_info_reg_mem_model(&queue->xdp_rxq, MEM_TYPE_PAGE_SHARED, NULL))
		goto unreg_rxq;
	nsw_coalesce_init(queue, ring_size);
	netif_napi_add(dev, &queue->napi, nsw_queue_poll);
	nsw_compat_set_queue_napi(dev, index, &queue->napi);
	napi_enable(&queue->napi);
	return queue;

unreg_rxq:
	xdp_rxq_info_unreg(&queue->xdp_rxq);
cleanup_ring:
	ptr_ring_cleanup(&queue->ring, NULL);
	kfree(queue);
	return NULL;
}

/* Two steps, so that many queue pairs wait for RCU readers of their NAPI only once. */
static void nsw_queue_stop(struct nsw_queue *queue)
{
	napi_disable(&queue->napi);
	nsw_compat_set_queue_napi(queue->dev, queue->index, NULL);
	nsw_coalesce_fini(queue);
	__netif_napi_del(&queue->napi);
}

static void nsw_queue_free(struct nsw_queue *queue)
{
	/* Again: the end of the last poll, which is over now, may have started it. */
	hrtimer_cancel(&queue->coalesce.timer);
	xdp_rxq_info_unreg(&queue->xdp_rxq);
	ptr_ring_cleanup(&queue->ring, nsw_queue_free_skb);
	kfree(queue);
}

struct nsw_queues *nsw_queues_create(struct net_device *dev, unsigned int num,
				     unsigned int ring_size, const struct nsw_queues *old)
{
	unsigned int shared = old ? min(old->num, num) : 0;
	struct nsw_queues *queues;
	unsigned int i;

	queues = kzalloc(struct_size(queues, queue, num), GFP_KERNEL);
	if (!queues)
		return NULL;
	queues->ring_size = ring_size;
	for (i = 0; i < shared; i++)
		queues->queue[i] = old->queue[i];
	for (; i < num; i++) {
		queues->queue[i] = nsw_queue_create(dev, i, ring_size);
		if (!queues->queue[i])
			goto free_queues;
	}
	queues->num = num;
	return queues;

free_queues:
	for (num = shared; num < i; num++)
		nsw_queue_stop(queues->queue[num]);
	synchronize_net();
	while (num-- > shared)
		nsw_queue_free(queues->queue[num]);
	kfree(queues);
	return NULL;
}

unsigned int nsw_queues_destroy(struct nsw_queues *queues, struct nsw_queues *heir)
{
	unsigned int first = heir ? min(heir->num, queues->num) : 0;
	unsigned int i, lost = 0;

	for (i = first; i < queues->num; i++)
		nsw_queue_stop(queues->queue[i]);
	if (first < queues->num)
		synchronize_net();
	for (i = first; i < queues->num; i++) {
		lost += nsw_queue_drain(queues->queue[i], heir);
		nsw_queue_free(queues->queue[i]);
	}
	kfree(queues);
	return lost;
}

static void nsw_queue_pause(struct nsw_queue *queue)
{
	napi_disable(&queue->napi);
}

static void nsw_queue_resume(struct nsw_queue *queue)
{
	nsw_coalesce_asleep(queue);
	WRITE_ONCE(queue->kicked, false);
	napi_enable(&queue->napi);
	/* Frames may have come while nobody could be scheduled. */
	local_bh_disable();
	if (!__ptr_ring_empty(&queue->ring))
		nsw_queue_kick(queue);
	local_bh_enable();
}

/* A frame that does not fit any more. */
static void nsw_queue_lose(void *ptr)
{
	struct sk_buff *skb = ptr;
	struct nsw_func *func = netdev_priv(skb->dev);

	nsw_stats_drop(func->stats, NSW_DROP_RX_RESET);
	nsw_queue_free_skb(skb);
}

int nsw_queues_resize(struct nsw_queues *queues, unsigned int ring_size)
{
	struct ptr_ring **rings;
	unsigned int i;
	int err;

	rings = kcalloc(queues->num, sizeof(*rings), GFP_KERNEL);
	if (!rings)
		return -ENOMEM;
	for (i = 0; i < queues->num; i++) {
		nsw_queue_pause(queues->queue[i]);
		rings[i] = &queues->queue[i]->ring;
	}
	err = ptr_ring_resize_multiple_bh(rings, queues->num, ring_size, GFP_KERNEL,
					  nsw_queue_lose);
	if (!err)
		queues->ring_size = ring_size;
	for (i = 0; i < queues->num; i++)
		nsw_queue_resume(queues->queue[i]);
	kfree(rings);
	return err;
}

unsigned int nsw_queues_purge(struct nsw_queues *queues)
{
	unsigned int i, lost = 0;

	for (i = 0; i < queues->num; i++) {
		nsw_queue_pause(queues->queue[i]);
		lost += nsw_queue_drain(queues->queue[i], NULL);
		nsw_queue_resume(queues->queue[i]);
	}
	return lost;
}

struct nsw_queue_tx_stats __percpu *nsw_queue_create_tx_stats(unsigned int num)
{
	struct nsw_queue_tx_stats __percpu *stats;
	unsigned int i;
	int cpu;

	stats = __alloc_percpu(num * sizeof(*stats), __alignof__(*stats));
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		for (i = 0; i < num; i++)
			u64_stats_init(&per_cpu_ptr(stats, cpu)[i].syncp);
	return stats;
}

static __always_inline enum nsw_drop_reason nsw_queue_put(struct nsw_queue *queue,
							  unsigned int index,
							  struct sk_buff *skb)
{
	skb_record_rx_queue(skb, index);
	if (unlikely(ptr_ring_produce(&queue->ring, skb)))
		return NSW_DROP_RX_FULL;
	nsw_queue_kick(queue);
	return NSW_DROP_NONE;
}

enum nsw_drop_reason nsw_queues_deliver(struct nsw_queues *queues, struct sk_buff *skb)
{
	unsigned int index = 0;

	if (queues->num > 1)
		index = nsw_steering_select(netdev_priv(skb->dev), skb, queues->num);
	return nsw_queue_put(queues->queue[index], index, skb);
}

enum nsw_drop_reason nsw_queue_append(struct nsw_queue *queue, struct sk_buff *skb)
{
	return nsw_queue_put(queue, queue->index, skb);
}
