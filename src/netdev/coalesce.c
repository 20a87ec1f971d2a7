// SPDX-License-Identifier: GPL-2.0-only
#include "netdev/coalesce.h"
#include "netdev/queue.h"

static enum hrtimer_restart nsw_coalesce_expire(struct hrtimer *timer)
{
	struct nsw_queue *queue = container_of(timer, struct nsw_queue, coalesce.timer);

	nsw_queue_wake(queue);
	return HRTIMER_NORESTART;
}

static void nsw_coalesce_write(struct nsw_coalesce *mod, u32 usecs, u32 frames)
{
	lockdep_assert_held(&mod->lock);
	WRITE_ONCE(mod->frames, min(frames, mod->max_frames));
	WRITE_ONCE(mod->usecs, usecs);
}

/* DIM has made up its mind. */
static void nsw_coalesce_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct nsw_coalesce *mod = container_of(dim, struct nsw_coalesce, dim);
	struct dim_cq_moder profile = net_dim_get_rx_moderation(dim->mode, dim->profile_ix);

	spin_lock_bh(&mod->lock);
	if (mod->adaptive)
		nsw_coalesce_write(mod, profile.usec, profile.pkts);
	spin_unlock_bh(&mod->lock);
	dim->state = DIM_START_MEASURE;
}

void nsw_coalesce_init(struct nsw_queue *queue)
{
	struct nsw_coalesce *mod = &queue->coalesce;

	hrtimer_init(&mod->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	mod->timer.function = nsw_coalesce_expire;
	spin_lock_init(&mod->lock);
	INIT_WORK(&mod->dim.work, nsw_coalesce_work);
	mod->dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
	nsw_coalesce_set(queue, NSW_MODERATION_OFF);
}

void nsw_coalesce_fini(struct nsw_queue *queue)
{
	hrtimer_cancel(&queue->coalesce.timer);
	cancel_work_sync(&queue->coalesce.dim.work);
}

void nsw_coalesce_set(struct nsw_queue *queue, enum nsw_moderation moderation)
{
	const struct nsw_moderation_level *level = nsw_moderation_level(moderation);
	struct nsw_coalesce *mod = &queue->coalesce;
	bool adaptive = moderation == NSW_MODERATION_ADAPTIVE;

	spin_lock_bh(&mod->lock);
	/* Under the lock: who changes the size comes here afterwards. */
	mod->max_frames = READ_ONCE(queue->size) / 2;
	WRITE_ONCE(mod->adaptive, adaptive);
	nsw_coalesce_write(mod, level->usecs, level->frames);
	/* Nobody counted down while it was off. */
	atomic_set(&mod->held, 0);
	spin_unlock_bh(&mod->lock);
}

bool nsw_coalesce_hold(struct nsw_queue *queue)
{
	struct nsw_coalesce *mod = &queue->coalesce;
	u32 held = atomic_inc_return(&mod->held);

	if (held == 1)
		hrtimer_start(&mod->timer, ns_to_ktime(READ_ONCE(mod->usecs) * NSEC_PER_USEC),
			      HRTIMER_MODE_REL);
	return held < READ_ONCE(mod->frames);
}

void nsw_coalesce_awake(struct nsw_queue *queue)
{
	hrtimer_try_to_cancel(&queue->coalesce.timer);
}

void nsw_coalesce_learn(struct nsw_queue *queue)
{
	struct nsw_coalesce *mod = &queue->coalesce;
	struct nsw_queue_stats *stats = &queue->stats;
	struct dim_sample sample = { };

	if (!READ_ONCE(mod->adaptive))
		return;
	dim_update_sample(u64_stats_read(&stats->wakeups), u64_stats_read(&stats->packets),
			  u64_stats_read(&stats->bytes), &sample);
	net_dim(&mod->dim, sample);
}

void nsw_coalesce_asleep(struct nsw_queue *queue)
{
	atomic_set(&queue->coalesce.held, 0);
}
