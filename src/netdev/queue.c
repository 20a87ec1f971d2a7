// SPDX-License-Identifier: GPL-2.0-only
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/llist.h>
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

void nsw_queue_kick(struct nsw_queue *queue)
{
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
static __always_inline void nsw_queue_receive(struct napi_struct *napi, struct sk_buff *skb)
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
					   struct sk_buff *skb)
{
	struct sk_buff *next;

	for (skb = nsw_xdp_receive(queue, prog, skb); skb; skb = next) {
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

/* What waits, in the order in which it came. */
static struct sk_buff *nsw_queue_take(struct nsw_queue *queue)
{
	struct llist_node *node = llist_del_all(&queue->frames);
	struct sk_buff *skb, *next, *list = NULL;
	int num = 0;

	llist_for_each_entry_safe(skb, next, node, ll_node) {
		skb->next = list;
		list = skb;
		num++;
	}
	WRITE_ONCE(queue->taken, list);
	/* Orders the two for nsw_queue_is_empty(). */
	atomic_sub_return_release(num, &queue->waiting);
	return list;
}

/* The next frame for whoever owns NAPI. */
static struct sk_buff *nsw_queue_next(struct nsw_queue *queue)
{
	struct sk_buff *skb = queue->taken;

	if (!skb) {
		if (llist_empty(&queue->frames))
			return NULL;
		skb = nsw_queue_take(queue);
	}
	WRITE_ONCE(queue->taken, skb->next);
	skb_mark_not_on_list(skb);
	return skb;
}

static int nsw_queue_poll(struct napi_struct *napi, int budget)
{
	struct nsw_queue *queue = container_of(napi, struct nsw_queue, napi);
	const struct nsw_func *func = netdev_priv(queue->dev);
	bool coalesce = READ_ONCE(queue->coalesce.usecs);
	struct bpf_prog *prog = rcu_dereference_bh(func->xdp_prog);
	unsigned int bytes = 0;
	struct sk_buff *skb;
	int done = 0;

	if (unlikely(coalesce))
		nsw_coalesce_awake(queue);
	while (done < budget) {
		skb = nsw_queue_next(queue);
		if (!skb)
			break;
		bytes += skb->len + ETH_HLEN;
		if (unlikely(prog))
			nsw_queue_receive_xdp(queue, prog, skb);
		else
			nsw_queue_receive(napi, skb);
		done++;
	}
	if (unlikely(queue->redirected)) {
		queue->redirected = false;
		xdp_do_flush();
	}
	nsw_queue_count(queue, done, bytes);

	if (unlikely(coalesce) && done < budget)
		nsw_coalesce_learn(queue);
	if (done < budget && napi_complete_done(napi, done)) {
		if (unlikely(coalesce))
			nsw_coalesce_asleep(queue);
		/* Who appends after this kicks; who came before is seen below. */
		smp_store_mb(queue->kicked, false);
		if (unlikely(!llist_empty(&queue->frames)))
			nsw_queue_go_on(queue);
		else if (unlikely(READ_ONCE(queue->encores)))
			WRITE_ONCE(queue->encores, 0);
	}
	return done;
}

/* All that waits, while NAPI is disabled. */
static struct sk_buff *nsw_queue_take_all(struct nsw_queue *queue)
{
	struct sk_buff *first = queue->taken, *rest, *last;

	rest = nsw_queue_take(queue);
	WRITE_ONCE(queue->taken, NULL);
	if (!first)
		return rest;
	for (last = first; last->next; last = last->next)
		;
	last->next = rest;
	return first;
}

/* An heir takes frames to the stack between those that it gets. */
static unsigned int nsw_queue_drain(struct nsw_queue *queue, struct nsw_queues *heir)
{
	struct sk_buff *skb, *more;
	unsigned int num = 0, lost = 0;

	/* Senders may go on meanwhile; what waits now is what has to go. */
	local_bh_disable();
	rcu_read_lock();
	for (skb = nsw_queue_take_all(queue); skb; skb = more) {
		more = skb->next;
		skb_mark_not_on_list(skb);
		if (heir && ++num % NAPI_POLL_WEIGHT == 0) {
			rcu_read_unlock();
			local_bh_enable();
			local_bh_disable();
			rcu_read_lock();
		}
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
	init_llist_head(&queue->frames);
	queue->size = ring_size;
	queue->dev = dev;
	queue->index = index;
	u64_stats_init(&queue->stats.syncp);
	if (xdp_rxq_info_reg(&queue->xdp_rxq, dev, index, 0))
		goto free_queue;
	if (xdp_rxq_info_reg_mem_model(&queue->xdp_rxq, MEM_TYPE_PAGE_SHARED, NULL))
		goto unreg_rxq;
	nsw_coalesce_init(queue);
	netif_napi_add(dev, &queue->napi, nsw_queue_poll);
	nsw_compat_set_queue_napi(dev, index, &queue->napi);
	napi_enable(&queue->napi);
	return queue;

unreg_rxq:
	xdp_rxq_info_unreg(&queue->xdp_rxq);
free_queue:
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
	/*
	 * Frames may have come while nobody could be scheduled, and a timer that
	 * they have started may have expired in vain, even if they are gone.
	 */
	local_bh_disable();
	nsw_queue_wake(queue);
	local_bh_enable();
}

static void nsw_queue_lose(struct nsw_queue *queue, struct sk_buff *skb)
{
	struct nsw_func *func = netdev_priv(queue->dev);
	struct sk_buff *more;

	for (; skb; skb = more) {
		more = skb->next;
		skb_mark_not_on_list(skb);
		nsw_stats_drop(func->stats, NSW_DROP_RX_RESET);
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	}
}

static void nsw_queue_resize(struct nsw_queue *queue, unsigned int size)
{
	struct sk_buff *first, *last;
	unsigned int num;

	nsw_queue_pause(queue);
	local_bh_disable();
	WRITE_ONCE(queue->size, size);
	first = nsw_queue_take_all(queue);
	for (last = first, num = 1; last && num < size; num++)
		last = last->next;
	if (last) {
		nsw_queue_lose(queue, last->next);
		last->next = NULL;
	}
	WRITE_ONCE(queue->taken, first);
	local_bh_enable();
	nsw_queue_resume(queue);
}

void nsw_queues_resize(struct nsw_queues *queues, unsigned int ring_size)
{
	unsigned int i;

	for (i = 0; i < queues->num; i++)
		nsw_queue_resize(queues->queue[i], ring_size);
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
