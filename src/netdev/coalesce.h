/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_COALESCE_H
#define _NSW_NETDEV_COALESCE_H

#include <linux/atomic.h>
#include <linux/dim.h>
#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include "model/moderation.h"

struct nsw_queue;

/**
 * struct nsw_coalesce - interrupt moderation of one queue pair
 * @usecs: time from the first frame that waits to the wake-up; 0: at once
 * @frames: so many frames that wait end the time early
 * @adaptive: the kernel's DIM library chooses the two
 * @held: frames that came since NAPI went to sleep, roughly
 * @timer: ends the time
 * @lock: one writer of the configuration at a time
 * @max_frames: bound of @frames, so that the ring does not fill meanwhile
 * @dim: state of DIM
 */
struct nsw_coalesce {
	u32 usecs;
	u32 frames;
	bool adaptive;
	atomic_t held;
	struct hrtimer timer;

	spinlock_t lock;
	u32 max_frames;
	struct dim dim;
};

/**
 * nsw_coalesce_init() - a queue pair that delivers at once
 * @queue: the queue pair, with its size
 */
void nsw_coalesce_init(struct nsw_queue *queue);

/**
 * nsw_coalesce_fini() - the reverse of nsw_coalesce_init()
 * @queue: a queue pair that nobody appends to, with its NAPI disabled
 *
 * Context: process context; waits for timer and work.
 */
void nsw_coalesce_fini(struct nsw_queue *queue);

/**
 * nsw_coalesce_set() - change the interrupt moderation
 * @queue: the queue pair
 * @moderation: what it shall be
 *
 * Context: any but hard interrupts.
 */
void nsw_coalesce_set(struct nsw_queue *queue, enum nsw_moderation moderation);

/**
 * nsw_coalesce_hold() - a frame has come for a sleeping queue pair
 * @queue: a queue pair with moderation
 *
 * Context: bottom halves disabled.
 * Return: whether the wake-up can wait; then the timer will do it.
 */
bool nsw_coalesce_hold(struct nsw_queue *queue);

/**
 * nsw_coalesce_awake() - NAPI runs, so nobody needs the timer
 * @queue: a queue pair with moderation
 *
 * Context: NAPI.
 */
void nsw_coalesce_awake(struct nsw_queue *queue);

/**
 * nsw_coalesce_learn() - adaptive moderation looks at what has come
 * @queue: a queue pair with moderation, whose ring is empty for now
 *
 * Context: NAPI, before it is completed: then another could run already.
 */
void nsw_coalesce_learn(struct nsw_queue *queue);

/**
 * nsw_coalesce_asleep() - NAPI is about to sleep
 * @queue: a queue pair with moderation
 *
 * The next frame is the first one again.
 *
 * Context: NAPI, or NAPI disabled; before a full memory barrier and a look at the ring.
 */
void nsw_coalesce_asleep(struct nsw_queue *queue);

#endif
