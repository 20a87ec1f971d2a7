// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/sch_generic.h>
#include "model/drop.h"
#include "model/stats.h"
#include "netdev/shaper.h"

/* With those that come in spite of a stopped queue: a program's, and what was on its way. */
#define NSW_SHAPER_FRAMES_MAX	(2 * NSW_SHAPER_FRAMES)

/* Frames that one turn sends before others get the CPU. */
#define NSW_SHAPER_BUDGET	64

/* Bytes of the headers that each segment will repeat. */
static unsigned int nsw_shaper_header_len(const struct sk_buff *skb)
{
	bool tcp = skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6);

	if (skb->encapsulation)
		return tcp ? skb_inner_tcp_all_headers(skb) :
			     skb_inner_transport_offset(skb) + sizeof(struct udphdr);
	return tcp ? skb_tcp_all_headers(skb) : skb_transport_offset(skb) + sizeof(struct udphdr);
}

/* Bytes on the wire, where a large packet is many frames. */
static unsigned int nsw_shaper_len(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int header, segs = info->gso_segs;

	if (!skb_is_gso(skb) || !skb_transport_header_was_set(skb))
		return skb->len;
	header = nsw_shaper_header_len(skb);
	if (unlikely(header >= skb->len))
		return skb->len;
	/* Others' large packets may come uncounted. */
	if (unlikely(!segs))
		segs = DIV_ROUND_UP(skb->len - header, info->gso_size);
	return skb->len + (segs - 1) * header;
}

/* Without a qdisc nobody would keep what we do not take. */
static bool nsw_shaper_has_qdisc(struct nsw_shaper *shaper, const struct sk_buff *skb)
{
	struct netdev_queue *txq = skb_get_tx_queue(shaper->dev, skb);
	bool has;

	rcu_read_lock();
	has = rcu_dereference(txq->qdisc)->enqueue;
	rcu_read_unlock();
	return has;
}

static bool nsw_shaper_is_full(struct nsw_shaper *shaper, const struct sk_buff *skb)
{
	u32 waiting = skb_queue_len(&shaper->frames);

	if (likely(waiting < NSW_SHAPER_FRAMES))
		return false;
	return waiting >= NSW_SHAPER_FRAMES_MAX || !nsw_shaper_has_qdisc(shaper, skb);
}

static void nsw_shaper_stop(struct nsw_shaper *shaper)
{
	unsigned int i;

	shaper->stopped = true;
	for (i = 0; i < shaper->dev->real_num_tx_queues; i++)
		netif_tx_stop_queue(netdev_get_tx_queue(shaper->dev, i));
}

static void nsw_shaper_wake(struct nsw_shaper *shaper)
{
	unsigned int i;

	shaper->stopped = false;
	for (i = 0; i < shaper->dev->num_tx_queues; i++)
		netif_tx_wake_queue(netdev_get_tx_queue(shaper->dev, i));
}

static void nsw_shaper_arm(struct nsw_shaper *shaper, u64 at)
{
	shaper->armed = true;
	hrtimer_start(&shaper->timer, ns_to_ktime(at), HRTIMER_MODE_ABS_SOFT);
}

/* The oldest frame, if it may go now; else the timer will come back to it. */
static struct sk_buff *nsw_shaper_next(struct nsw_shaper *shaper, unsigned int *len,
				       unsigned int budget)
{
	struct sk_buff *skb = skb_peek(&shaper->frames);
	u64 now, wait;

	if (!skb) {
		shaper->waited = false;
		return NULL;
	}
	now = ktime_get_ns();
	*len = nsw_shaper_len(skb);
	wait = budget ? nsw_rate_take(&shaper->rate, *len, now, shaper->waited) : now;
	if (wait) {
		shaper->waited = true;
		nsw_shaper_arm(shaper, wait);
		return NULL;
	}
	__skb_unlink(skb, &shaper->frames);
	if (shaper->stopped && skb_queue_len(&shaper->frames) < NSW_SHAPER_FRAMES / 2)
		nsw_shaper_wake(shaper);
	return skb;
}

/* Whoever has not seen it yet finds an empty queue, and goes on at once. */
static void nsw_shaper_update_used(struct nsw_shaper *shaper)
{
	bool used = shaper->limited || shaper->busy || !skb_queue_empty(&shaper->frames);

	if (used != *shaper->used)
		WRITE_ONCE(*shaper->used, used);
}

/*
 * Send what may go. One CPU at a time does, so that frames keep their order;
 * it does not hold the lock meanwhile, as a frame may come by here again.
 */
static void nsw_shaper_run(struct nsw_shaper *shaper)
{
	unsigned int budget = NSW_SHAPER_BUDGET, len;
	struct sk_buff *skb;
	bool sent;

	lockdep_assert_held(&shaper->lock);
	if (shaper->busy)
		return;
	shaper->busy = true;
	while ((skb = nsw_shaper_next(shaper, &len, budget))) {
		spin_unlock(&shaper->lock);
		sent = shaper->send(shaper->dev, skb);
		spin_lock(&shaper->lock);
		if (!sent)
			nsw_rate_give_back(&shaper->rate, len);
		budget--;
	}
	shaper->busy = false;
	nsw_shaper_update_used(shaper);
}

static enum hrtimer_restart nsw_shaper_expire(struct hrtimer *timer)
{
	struct nsw_shaper *shaper = container_of(timer, struct nsw_shaper, timer);

	spin_lock(&shaper->lock);
	shaper->armed = false;
	nsw_shaper_run(shaper);
	spin_unlock(&shaper->lock);
	return HRTIMER_NORESTART;
}

void nsw_shaper_init(struct nsw_shaper *shaper, struct net_device *dev,
		     struct nsw_stats __percpu *stats,
		     bool (*send)(struct net_device *dev, struct sk_buff *skb), bool *used)
{
	shaper->dev = dev;
	shaper->stats = stats;
	shaper->send = send;
	shaper->used = used;
	spin_lock_init(&shaper->lock);
	__skb_queue_head_init(&shaper->frames);
	hrtimer_init(&shaper->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	shaper->timer.function = nsw_shaper_expire;
}

void nsw_shaper_set(struct nsw_shaper *shaper, const struct nsw_rate_params *params)
{
	spin_lock_bh(&shaper->lock);
	nsw_rate_set(&shaper->rate, params);
	shaper->limited = nsw_rate_is_limited(params);
	nsw_shaper_update_used(shaper);
	if (!skb_queue_empty(&shaper->frames))
		nsw_shaper_arm(shaper, ktime_get_ns());
	spin_unlock_bh(&shaper->lock);
}

void nsw_shaper_xmit(struct nsw_shaper *shaper, struct sk_buff *skb)
{
	spin_lock(&shaper->lock);
	if (unlikely(!shaper->open || nsw_shaper_is_full(shaper, skb))) {
		spin_unlock(&shaper->lock);
		nsw_stats_drop(shaper->stats, NSW_DROP_RATE);
		kfree_skb_reason(skb, SKB_DROP_REASON_QDISC_DROP);
		return;
	}
	__skb_queue_tail(&shaper->frames, skb);
	/* Before the timer expires nothing can go. */
	if (!shaper->armed)
		nsw_shaper_run(shaper);
	if (skb_queue_len(&shaper->frames) >= NSW_SHAPER_FRAMES && !shaper->stopped &&
	    nsw_shaper_has_qdisc(shaper, skb_peek(&shaper->frames)))
		nsw_shaper_stop(shaper);
	spin_unlock(&shaper->lock);
}

void nsw_shaper_open(struct nsw_shaper *shaper)
{
	spin_lock_bh(&shaper->lock);
	shaper->open = true;
	spin_unlock_bh(&shaper->lock);
}

/* Free what was taken out of the queue, without the lock. */
static void nsw_shaper_drop(struct nsw_shaper *shaper, struct sk_buff_head *frames)
{
	struct sk_buff *skb;

	local_bh_disable();
	while ((skb = __skb_dequeue(frames))) {
		nsw_stats_drop(shaper->stats, NSW_DROP_RATE);
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	}
	local_bh_enable();
}

void nsw_shaper_flush(struct nsw_shaper *shaper)
{
	struct sk_buff_head frames;

	__skb_queue_head_init(&frames);
	spin_lock_bh(&shaper->lock);
	skb_queue_splice_init(&shaper->frames, &frames);
	if (shaper->stopped)
		nsw_shaper_wake(shaper);
	nsw_shaper_update_used(shaper);
	spin_unlock_bh(&shaper->lock);
	nsw_shaper_drop(shaper, &frames);
}

void nsw_shaper_close(struct nsw_shaper *shaper)
{
	struct sk_buff_head frames;

	__skb_queue_head_init(&frames);
	spin_lock_bh(&shaper->lock);
	skb_queue_splice_init(&shaper->frames, &frames);
	/* Sockets that bypass the qdisc may have found the interface up still. */
	shaper->open = false;
	shaper->stopped = false;
	nsw_shaper_update_used(shaper);
	spin_unlock_bh(&shaper->lock);
	/* With nothing to send it does not start again. */
	hrtimer_cancel(&shaper->timer);
	shaper->armed = false;
	nsw_shaper_drop(shaper, &frames);
}
