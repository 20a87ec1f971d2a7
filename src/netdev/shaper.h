/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_SHAPER_H
#define _NSW_NETDEV_SHAPER_H

#include <linux/hrtimer.h>
#include <linux/skbuff.h>
#include "model/rate.h"

struct net_device;
struct nsw_stats;

/* Frames that wait for their turn. */
#define NSW_SHAPER_FRAMES	256

/**
 * struct nsw_shaper - the transmit queue of an interface that is limited
 * @dev: the interface
 * @stats: counters of its port
 * @send: brings a frame into the switch; returns whether it was forwarded
 * @used: frames have to come here; read by all of them, so it lies elsewhere
 * @lock: protects everything below, and writing to @used
 * @rate: when the next frame may go
 * @frames: frames that wait, the oldest first
 * @timer: wakes it when the next frame may go
 * @limited: there is a rate. Without one, frames still come here as long as
 *	     some are waiting, which they would overtake
 * @armed: the timer is set, so nobody else needs to look
 * @busy: somebody is sending, and will look at @frames again
 * @stopped: the stack has been told to hold its frames back
 * @open: the interface is up; otherwise frames are dropped
 * @waited: there were frames in @frames ever since one had to wait
 *
 * A frame that has to wait still belongs to its socket, as in the ring of a
 * NIC, so senders are held back rather than robbed. It has not entered the
 * switch yet: what happens to it is decided when it goes.
 */
struct nsw_shaper {
	struct net_device *dev;
	struct nsw_stats __percpu *stats;
	bool (*send)(struct net_device *dev, struct sk_buff *skb);
	bool *used;

	spinlock_t lock ____cacheline_aligned;
	struct nsw_rate rate;
	struct sk_buff_head frames;
	struct hrtimer timer;
	bool limited;
	bool armed;
	bool busy;
	bool stopped;
	bool open;
	bool waited;
};

/**
 * nsw_shaper_init() - an interface without limit
 * @shaper: what to initialise
 * @dev: the interface
 * @stats: counters of its port
 * @send: brings a frame into the switch, under RCU and with bottom halves
 *	  disabled; returns whether it was forwarded
 * @used: set to whether frames have to ask
 */
void nsw_shaper_init(struct nsw_shaper *shaper, struct net_device *dev,
		     struct nsw_stats __percpu *stats,
		     bool (*send)(struct net_device *dev, struct sk_buff *skb), bool *used);

/**
 * nsw_shaper_set() - change the rate
 * @shaper: the shaper
 * @params: how fast the interface may send
 *
 * Frames that wait go on at the new rate, before those that come later.
 *
 * Context: any but hard interrupts.
 */
void nsw_shaper_set(struct nsw_shaper *shaper, const struct nsw_rate_params *params);

/**
 * nsw_shaper_xmit() - send a frame as soon as the rate allows
 * @shaper: the shaper
 * @skb: frame; owned by this function
 *
 * Context: bottom halves disabled.
 */
void nsw_shaper_xmit(struct nsw_shaper *shaper, struct sk_buff *skb);

/**
 * nsw_shaper_open() - the interface comes up
 * @shaper: the shaper
 *
 * Context: process context.
 */
void nsw_shaper_open(struct nsw_shaper *shaper);

/**
 * nsw_shaper_flush() - throw waiting frames away
 * @shaper: shaper of an interface that is up
 *
 * Context: process context.
 */
void nsw_shaper_flush(struct nsw_shaper *shaper);

/**
 * nsw_shaper_close() - throw waiting frames away, and take no more
 * @shaper: shaper of an interface that goes down
 *
 * Afterwards neither the timer nor a queue of the stack is started.
 *
 * Context: process context; waits for a timer that is running.
 */
void nsw_shaper_close(struct nsw_shaper *shaper);

#endif
