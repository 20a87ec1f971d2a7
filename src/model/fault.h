/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_FAULT_H
#define _NSW_MODEL_FAULT_H

#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <uapi/linux/nicswitch.h>

struct netlink_ext_ack;
struct nsw_switch;
struct nsw_vport;

/*
 * Faults that somebody wants to see, to learn what his software makes of them.
 * Requests that meet one wait, fail, or both. Frames look at the word that says
 * whether their VPort is blocked anyway, so one that has no fault costs nothing.
 */

/* For every VF. */
#define NSW_FAULT_ANY_VF	U32_MAX

/* Milliseconds that a fault can last or delay something. */
#define NSW_FAULT_DELAY_MAX	60000

/* Faults that an adapter can have. */
#define NSW_FAULT_MAX		64

/**
 * struct nsw_fault_params - what a fault shall be
 * @kind: which one
 * @vf: whose messages meet it, or %NSW_FAULT_ANY_VF
 * @vport: which VPort has it: its frames or its link
 * @err: positive errno of requests; 0 for none
 * @delay: milliseconds: how long requests wait before they fail or go on; how
 *	   long the link is down, 0 until the fault is deleted
 * @count: how often it strikes before it goes; 0 until it is deleted
 * @every: every how many frames it strikes
 */
struct nsw_fault_params {
	enum nsw_fault_kind kind;
	u32 vf;
	u32 vport;
	u32 err;
	u32 delay;
	u32 count;
	u32 every;
};

/**
 * struct nsw_fault - a fault
 * @id: its number, from 1
 * @is: what it is
 * @hits: how often it has struck
 * @frames: frames that have met it
 * @until: when the link comes back, in jiffies
 * @rcu: frames may still look at it
 *
 * Protected by the config lock, but for @hits and @frames.
 */
struct nsw_fault {
	u32 id;
	struct nsw_fault_params is;
	atomic_t hits;
	atomic_t frames;
	unsigned long until;
	struct rcu_head rcu;
};

/**
 * struct nsw_fault_list - faults of an adapter
 * @all: by id
 * @next: where the search for a free id goes on
 * @num: how many there are
 * @work: brings links back
 */
struct nsw_fault_list {
	struct xarray all;
	u32 next;
	u32 num;
	struct delayed_work work;
};

/**
 * nsw_fault_is_of_vport() - whether a fault is of a VPort, its frames or its link
 * @kind: which fault
 *
 * Return: true if so; false for those of requests.
 */
bool nsw_fault_is_of_vport(enum nsw_fault_kind kind);

/**
 * nsw_fault_init() - an adapter without faults
 * @sw: its switch
 */
void nsw_fault_init(struct nsw_switch *sw);

/**
 * nsw_fault_fini() - the reverse of nsw_fault_init()
 * @sw: the switch, whose VPorts have gone
 *
 * Context: process context; waits for the work item.
 */
void nsw_fault_fini(struct nsw_switch *sw);

/**
 * nsw_fault_add() - from now on something fails
 * @sw: the switch
 * @params: what
 * @id: where its number goes
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL, -ENOENT without the VPort, -EBUSY when it has a fault of
 * this sort, -ENOSPC, -ENOMEM.
 */
int nsw_fault_add(struct nsw_switch *sw, const struct nsw_fault_params *params, u32 *id,
		  struct netlink_ext_ack *extack);

/**
 * nsw_fault_del() - a fault goes
 * @sw: the switch
 * @id: its number
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0 or -ENOENT.
 */
int nsw_fault_del(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_fault_get_locked() - look a fault up
 * @sw: the switch
 * @id: its number
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: the fault, or ERR_PTR(-ENOENT).
 */
struct nsw_fault *nsw_fault_get_locked(struct nsw_switch *sw, u32 id,
				       struct netlink_ext_ack *extack);

/**
 * nsw_fault_forget_vport_locked() - a VPort goes, and its faults with it
 * @vport: the VPort
 *
 * Context: config lock held.
 */
void nsw_fault_forget_vport_locked(struct nsw_vport *vport);

/**
 * nsw_fault_strike() - a request that may meet a fault
 * @sw: the switch
 * @kind: which sort of request
 * @vf: whose message it is, or %NSW_FAULT_ANY_VF
 * @extack: reason of a refusal
 *
 * Waits and fails as the first fault of this sort says. A signal ends the wait.
 *
 * Context: process context; takes the config lock, but waits without it.
 * Return: 0 or the error of the fault.
 */
int nsw_fault_strike(struct nsw_switch *sw, enum nsw_fault_kind kind, u32 vf,
		     struct netlink_ext_ack *extack);

/**
 * nsw_fault_strike_rcu() - a frame that meets a fault of its VPort
 * @fault: the fault
 *
 * Context: any; RCU reader.
 * Return: whether it is the frame's turn.
 */
bool nsw_fault_strike_rcu(struct nsw_fault *fault);

#endif
