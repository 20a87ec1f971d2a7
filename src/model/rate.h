/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_RATE_H
#define _NSW_MODEL_RATE_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct netlink_ext_ack;
struct nsw_switch;
struct nsw_vf;
struct nsw_vport;

/*
 * What a bucket can hold, as time at its rate: for a sender that was idle, and
 * for one that had a frame ready while a timer was late.
 */
#define NSW_RATE_BURST_NS	(20 * 1000 * 1000ULL)
#define NSW_RATE_LATE_NS	(1000 * 1000 * 1000ULL)

/**
 * struct nsw_bucket - a token bucket, kept as the time when it has a token
 * @mult: what a byte takes, in ns << 20; 0 for no limit
 * @free_at: when the next frame may go, in ns
 *
 * A frame goes as a whole when the time has come, however long it is, and its
 * length pushes the time on. So no frame is too long for a bucket, and no
 * division is needed.
 */
struct nsw_bucket {
	u64 mult;
	u64 free_at;
};

/**
 * struct nsw_pool - the link speed that all functions of an adapter share
 * @lock: taken for each frame, inside the lock of a shaper; a leaf
 * @link: bucket of the link speed
 * @used: somebody has a minimum, so that it matters who sends how much
 *
 * Nobody looks at it while no VF has a minimum.
 */
struct nsw_pool {
	spinlock_t lock;
	struct nsw_bucket link;
	bool used;
};

/**
 * struct nsw_rate_params - how fast an interface may send
 * @max: Mbit/s at most; 0 for no limit
 * @min: Mbit/s that are guaranteed; 0 for none
 * @pool: link speed to share; NULL while nobody has a minimum
 */
struct nsw_rate_params {
	u32 max;
	u32 min;
	struct nsw_pool *pool;
};

/**
 * struct nsw_rate - the transmit rate of an interface
 * @max: what limits it
 * @min: what it is guaranteed
 * @pool: link speed that it shares; NULL while nobody has a minimum
 * @drew_min: the last frame went on the guarantee
 * @held_by_max: the last frame that had to wait did so because of @max, otherwise
 *		 because of @pool: only that bucket makes up for a late timer
 *
 * The owner serialises all calls.
 */
struct nsw_rate {
	struct nsw_bucket max;
	struct nsw_bucket min;
	struct nsw_pool *pool;
	bool drew_min;
	bool held_by_max;
};

/**
 * nsw_rate_is_limited() - whether frames have to ask at all
 * @params: how fast an interface may send
 *
 * Return: true if they do.
 */
static inline bool nsw_rate_is_limited(const struct nsw_rate_params *params)
{
	return params->max || params->pool;
}

/**
 * nsw_rate_set() - start with other parameters
 * @rate: transmit rate
 * @params: how fast it may be from now on
 *
 * What was sent so far is forgiven.
 */
void nsw_rate_set(struct nsw_rate *rate, const struct nsw_rate_params *params);

/**
 * nsw_rate_take() - ask for a frame to go
 * @rate: transmit rate
 * @len: bytes
 * @now: time in ns
 * @waited: a frame was waiting all the time
 *
 * A frame with a guarantee goes on that, and others wait for what it uses of
 * the link; then it waits for the link like everybody.
 *
 * Context: bottom halves disabled; takes the lock of the pool.
 * Return: 0 when it goes, and has been paid for; else when to ask again.
 */
u64 nsw_rate_take(struct nsw_rate *rate, u32 len, u64 now, bool waited);

/**
 * nsw_rate_give_back() - the frame did not go after all
 * @rate: transmit rate
 * @len: as in the last nsw_rate_take(), which returned 0
 *
 * Context: as nsw_rate_take().
 */
void nsw_rate_give_back(struct nsw_rate *rate, u32 len);

/**
 * nsw_rate_pool_init() - share the link speed of an adapter
 * @sw: the switch, whose speed is set
 */
void nsw_rate_pool_init(struct nsw_switch *sw);

/**
 * nsw_rate_check_locked() - whether a VF can have these rates
 * @sw: the switch
 * @vf: the VF
 * @min: Mbit/s that are guaranteed; 0 for none
 * @max: Mbit/s at most; 0 for no limit
 * @extack: reason of a refusal
 *
 * Context: config lock held.
 * Return: 0; -EINVAL when @min is above @max or one of them above the link
 * speed; -ENOSPC when the link cannot guarantee that much.
 */
int nsw_rate_check_locked(struct nsw_switch *sw, const struct nsw_vf *vf, u32 min, u32 max,
			  struct netlink_ext_ack *extack);

/**
 * nsw_rate_apply_locked() - tell the interface of a VPort how fast it may send
 * @vport: the VPort
 *
 * Context: config lock held.
 */
void nsw_rate_apply_locked(struct nsw_vport *vport);

/**
 * nsw_rate_update_locked() - rates of a VF changed: tell whom that concerns
 * @sw: the switch
 * @vport: VPort of the VF, or NULL
 *
 * That is the VF itself, and everybody when the first minimum comes or the
 * last one goes.
 *
 * Context: config lock held.
 */
void nsw_rate_update_locked(struct nsw_switch *sw, struct nsw_vport *vport);

/**
 * nsw_rate_set_speed() - set the link speed of the adapter
 * @sw: the switch
 * @speed: Mbit/s
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0, -EINVAL for 0, or -EBUSY when a VF has a rate above @speed or the
 * guarantees of all together are.
 */
int nsw_rate_set_speed(struct nsw_switch *sw, u32 speed, struct netlink_ext_ack *extack);

#endif
