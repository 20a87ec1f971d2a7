// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>
#include "model/port.h"
#include "model/rate.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"

/* A byte at 1 Mbit/s takes 8000 ns. Exact enough to 1000 Gbit/s, and no overflow at 1 Mbit/s. */
#define NSW_RATE_SHIFT		20
#define NSW_RATE_BYTE_NS	(8000ULL << NSW_RATE_SHIFT)

static void nsw_rate_bucket_set(struct nsw_bucket *bucket, u32 mbps)
{
	bucket->mult = mbps ? div_u64(NSW_RATE_BYTE_NS, mbps) : 0;
	bucket->free_at = 0;
}

static u64 nsw_rate_bucket_cost(const struct nsw_bucket *bucket, u32 len)
{
	return len * bucket->mult >> NSW_RATE_SHIFT;
}

static void nsw_rate_bucket_take(struct nsw_bucket *bucket, u32 len, u64 full_at)
{
	bucket->free_at = max(bucket->free_at, full_at) + nsw_rate_bucket_cost(bucket, len);
}

static void nsw_rate_bucket_give_back(struct nsw_bucket *bucket, u32 len)
{
	bucket->free_at -= min(bucket->free_at, nsw_rate_bucket_cost(bucket, len));
}

/* Whoever has a guarantee for this frame does not wait, but uses the link all the same. */
static u64 nsw_rate_pool_take(struct nsw_pool *pool, u32 len, u64 now, u64 full_at,
			      bool guaranteed)
{
	u64 wait = 0;

	spin_lock(&pool->lock);
	if (guaranteed || now >= pool->link.free_at)
		nsw_rate_bucket_take(&pool->link, len, full_at);
	else
		wait = pool->link.free_at;
	spin_unlock(&pool->lock);
	return wait;
}

void nsw_rate_set(struct nsw_rate *rate, const struct nsw_rate_params *params)
{
	nsw_rate_bucket_set(&rate->max, params->max);
	nsw_rate_bucket_set(&rate->min, params->min);
	rate->pool = params->pool;
}

/* When a bucket was full at the latest. */
static u64 nsw_rate_full_at(u64 now, bool late)
{
	u64 hold = late ? NSW_RATE_LATE_NS : NSW_RATE_BURST_NS;

	return now > hold ? now - hold : 0;
}

u64 nsw_rate_take(struct nsw_rate *rate, u32 len, u64 now, bool waited)
{
	bool guaranteed = rate->min.mult && now >= rate->min.free_at;
	u64 full_at = nsw_rate_full_at(now, waited && !rate->held_by_max);
	u64 wait;

	if (now < rate->max.free_at) {
		rate->held_by_max = true;
		return rate->max.free_at;
	}
	if (rate->pool) {
		wait = nsw_rate_pool_take(rate->pool, len, now, full_at, guaranteed);
		if (wait) {
			rate->held_by_max = false;
			return rate->min.mult ? min(wait, rate->min.free_at) : wait;
		}
	}
	if (rate->max.mult)
		nsw_rate_bucket_take(&rate->max, len,
				     nsw_rate_full_at(now, waited && rate->held_by_max));
	if (guaranteed)
		nsw_rate_bucket_take(&rate->min, len, full_at);
	rate->drew_min = guaranteed;
	return 0;
}

void nsw_rate_give_back(struct nsw_rate *rate, u32 len)
{
	nsw_rate_bucket_give_back(&rate->max, len);
	if (rate->drew_min)
		nsw_rate_bucket_give_back(&rate->min, len);
	if (rate->pool) {
		spin_lock(&rate->pool->lock);
		nsw_rate_bucket_give_back(&rate->pool->link, len);
		spin_unlock(&rate->pool->lock);
	}
}

static void nsw_rate_pool_set_speed(struct nsw_pool *pool, u32 speed)
{
	spin_lock_bh(&pool->lock);
	nsw_rate_bucket_set(&pool->link, speed);
	spin_unlock_bh(&pool->lock);
}

void nsw_rate_pool_init(struct nsw_switch *sw)
{
	spin_lock_init(&sw->pool.lock);
	nsw_rate_pool_set_speed(&sw->pool, sw->speed);
}

/* What all VFs but one are guaranteed. */
static u64 nsw_rate_guaranteed(const struct nsw_switch *sw, const struct nsw_vf *but)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < sw->num_vfs; i++)
		if (&sw->vfs[i] != but)
			sum += sw->vfs[i].policy.min_rate;
	return sum;
}

int nsw_rate_check_locked(struct nsw_switch *sw, const struct nsw_vf *vf, u32 min, u32 max,
			  struct netlink_ext_ack *extack)
{
	u64 others;

	nsw_switch_assert_locked(sw);
	if (max > sw->speed || min > sw->speed)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u Mbit/s is above the link speed of %u Mbit/s",
				  max > sw->speed ? max : min, sw->speed);
	if (max && min > max)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "minimum rate %u Mbit/s is above maximum rate %u Mbit/s",
				  min, max);
	others = min ? nsw_rate_guaranteed(sw, vf) : 0;
	if (others + min > sw->speed)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "other VFs are guaranteed %llu of the link's %u Mbit/s",
				  others, sw->speed);
	return 0;
}

void nsw_rate_apply_locked(struct nsw_vport *vport)
{
	struct nsw_switch *sw = vport->sw;
	struct nsw_port *port = nsw_switch_deref(sw, vport->port);
	struct nsw_rate_params params = { .pool = sw->pool.used ? &sw->pool : NULL };

	if (vport->vf) {
		params.max = vport->vf->policy.max_rate;
		params.min = vport->vf->policy.min_rate;
	}
	if (port)
		port->ops->rate(port, &params);
}

void nsw_rate_update_locked(struct nsw_switch *sw, struct nsw_vport *vport)
{
	bool used = nsw_rate_guaranteed(sw, NULL);
	struct nsw_vport *other;
	u32 i;

	nsw_switch_assert_locked(sw);
	if (used == sw->pool.used) {
		if (vport)
			nsw_rate_apply_locked(vport);
		return;
	}
	sw->pool.used = used;
	for (i = 0; i < sw->caps.max_vports; i++) {
		other = nsw_switch_deref(sw, sw->vports[i]);
		if (other)
			nsw_rate_apply_locked(other);
	}
}

int nsw_rate_set_speed(struct nsw_switch *sw, u32 speed, struct netlink_ext_ack *extack)
{
	u32 i, highest = 0;
	int err = 0;

	if (!speed)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER, "a link has some speed");
	nsw_switch_lock(sw);
	for (i = 0; i < sw->num_vfs; i++)
		highest = max3(highest, sw->vfs[i].policy.max_rate, sw->vfs[i].policy.min_rate);
	if (highest > speed || nsw_rate_guaranteed(sw, NULL) > speed) {
		err = nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				 "VFs have transmit rates above %u Mbit/s", speed);
	} else {
		WRITE_ONCE(sw->speed, speed);
		nsw_rate_pool_set_speed(&sw->pool, speed);
	}
	nsw_switch_unlock(sw);
	return err;
}
