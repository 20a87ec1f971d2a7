// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include "model/fault.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vport.h"

static bool nsw_fault_is_of_frames(enum nsw_fault_kind kind)
{
	return kind == NSW_FAULT_KIND_DROP || kind == NSW_FAULT_KIND_CORRUPT;
}

bool nsw_fault_is_of_vport(enum nsw_fault_kind kind)
{
	return nsw_fault_is_of_frames(kind) || kind == NSW_FAULT_KIND_LINK;
}

static void nsw_fault_notify_locked(struct nsw_switch *sw, const struct nsw_fault *fault,
				    enum nsw_event event)
{
	nsw_switch_notify_locked(sw, &(struct nsw_change) {
		.event = event,
		.object = NSW_OBJECT_FAULT,
		.fault = fault,
	});
}

/* The VPort of a fault; it stays as long as the fault. */
static struct nsw_vport *nsw_fault_vport_locked(struct nsw_switch *sw,
						const struct nsw_fault *fault)
{
	return nsw_switch_deref(sw, sw->vports[fault->is.vport]);
}

static void nsw_fault_apply_locked(struct nsw_switch *sw, struct nsw_fault *fault)
{
	struct nsw_vport *vport;

	if (!nsw_fault_is_of_vport(fault->is.kind))
		return;
	vport = nsw_fault_vport_locked(sw, fault);
	if (fault->is.kind == NSW_FAULT_KIND_LINK) {
		nsw_vport_block_locked(vport, NSW_BLOCK_DOWN, true);
		return;
	}
	rcu_assign_pointer(vport->fault, fault);
	nsw_vport_block_locked(vport, NSW_BLOCK_FAULT, true);
}

static void nsw_fault_remove_locked(struct nsw_switch *sw, struct nsw_fault *fault)
{
	struct nsw_vport *vport;

	xa_erase(&sw->faults.all, fault->id);
	sw->faults.num--;
	nsw_fault_notify_locked(sw, fault, NSW_EVENT_DEL);
	if (nsw_fault_is_of_vport(fault->is.kind)) {
		vport = nsw_fault_vport_locked(sw, fault);
		if (fault->is.kind == NSW_FAULT_KIND_LINK) {
			nsw_vport_block_locked(vport, NSW_BLOCK_DOWN, false);
		} else {
			nsw_vport_block_locked(vport, NSW_BLOCK_FAULT, false);
			RCU_INIT_POINTER(vport->fault, NULL);
		}
	}
	kfree_rcu(fault, rcu);
}

/* Links whose time is over come back; the next one is waited for. */
static void nsw_fault_work(struct work_struct *work)
{
	struct nsw_fault_list *faults = container_of(to_delayed_work(work), struct nsw_fault_list,
						     work);
	struct nsw_switch *sw = container_of(faults, struct nsw_switch, faults);
	unsigned long id, now, next = MAX_JIFFY_OFFSET;
	struct nsw_fault *fault;

	nsw_switch_lock(sw);
	/* Once: time that passes between two looks would make what is left negative. */
	now = jiffies;
	xa_for_each(&faults->all, id, fault) {
		if (fault->is.kind != NSW_FAULT_KIND_LINK || !fault->is.delay)
			continue;
		if (time_after_eq(now, fault->until))
			nsw_fault_remove_locked(sw, fault);
		else
			next = min(next, fault->until - now);
	}
	if (next != MAX_JIFFY_OFFSET)
		schedule_delayed_work(&faults->work, next);
	nsw_switch_unlock(sw);
}

void nsw_fault_init(struct nsw_switch *sw)
{
	xa_init_flags(&sw->faults.all, XA_FLAGS_ALLOC1);
	INIT_DELAYED_WORK(&sw->faults.work, nsw_fault_work);
}

void nsw_fault_fini(struct nsw_switch *sw)
{
	struct nsw_fault *fault;
	unsigned long id;

	/* Whoever had it started has gone, and all VPorts but the default one. */
	nsw_switch_lock(sw);
	xa_for_each(&sw->faults.all, id, fault)
		nsw_fault_remove_locked(sw, fault);
	nsw_switch_unlock(sw);
	cancel_delayed_work_sync(&sw->faults.work);
	xa_destroy(&sw->faults.all);
}

static int nsw_fault_check_vport(struct nsw_switch *sw, const struct nsw_fault_params *params,
				 struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport = nsw_vport_get_locked(sw, params->vport, extack);

	if (IS_ERR(vport))
		return PTR_ERR(vport);
	if (params->kind == NSW_FAULT_KIND_LINK ? vport->blocked & NSW_BLOCK_DOWN :
						  vport->blocked & NSW_BLOCK_FAULT)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "VPort %u has a fault of this sort already", params->vport);
	return 0;
}

static int nsw_fault_check_locked(struct nsw_switch *sw, const struct nsw_fault_params *params,
				  struct netlink_ext_ack *extack)
{
	/* Netlink does not answer who fails with EINTR; the high ones stay in the kernel. */
	if (params->err >= ERESTARTSYS || params->err == EINTR)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u is no errno that a request can fail with", params->err);
	if (params->delay > NSW_FAULT_DELAY_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "a fault takes at most %u ms", NSW_FAULT_DELAY_MAX);
	if (nsw_fault_is_of_frames(params->kind) != !!params->every)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "every how many frames goes with drop and corrupt");
	if (nsw_fault_is_of_frames(params->kind) && params->delay)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "a delay goes with faults of requests and links");
	if (params->kind == NSW_FAULT_KIND_LINK && params->count)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "a link is down once: a count goes with other faults");
	if (sw->faults.num >= NSW_FAULT_MAX)
		return nsw_refuse(extack, ENOSPC, RESOURCES, "an adapter has at most %u faults",
				  NSW_FAULT_MAX);
	return nsw_fault_is_of_vport(params->kind) ? nsw_fault_check_vport(sw, params, extack) : 0;
}

static int nsw_fault_add_locked(struct nsw_switch *sw, struct nsw_fault *fault,
				struct netlink_ext_ack *extack)
{
	int err = nsw_fault_check_locked(sw, &fault->is, extack);

	if (err)
		return err;
	err = xa_alloc_cyclic(&sw->faults.all, &fault->id, fault, xa_limit_31b, &sw->faults.next,
			      GFP_KERNEL);
	if (err < 0)
		return err;
	sw->faults.num++;
	nsw_fault_apply_locked(sw, fault);
	nsw_fault_notify_locked(sw, fault, NSW_EVENT_ADD);
	if (fault->is.kind == NSW_FAULT_KIND_LINK && fault->is.delay) {
		fault->until = jiffies + msecs_to_jiffies(fault->is.delay);
		mod_delayed_work(system_wq, &sw->faults.work, 0);
	}
	return 0;
}

int nsw_fault_add(struct nsw_switch *sw, const struct nsw_fault_params *params, u32 *id,
		  struct netlink_ext_ack *extack)
{
	struct nsw_fault *fault = kzalloc(sizeof(*fault), GFP_KERNEL);
	int err;

	if (!fault)
		return -ENOMEM;
	fault->is = *params;
	nsw_switch_lock(sw);
	err = nsw_fault_add_locked(sw, fault, extack);
	if (!err)
		*id = fault->id;
	nsw_switch_unlock(sw);
	if (err)
		kfree(fault);
	return err;
}

struct nsw_fault *nsw_fault_get_locked(struct nsw_switch *sw, u32 id,
				       struct netlink_ext_ack *extack)
{
	struct nsw_fault *fault;

	nsw_switch_assert_locked(sw);
	fault = xa_load(&sw->faults.all, id);
	return fault ?: ERR_PTR(nsw_refuse(extack, ENOENT, INVALID_PARAMETER,
					   "fault %u does not exist", id));
}

int nsw_fault_del(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_fault *fault;

	nsw_switch_lock(sw);
	fault = nsw_fault_get_locked(sw, id, extack);
	if (!IS_ERR(fault))
		nsw_fault_remove_locked(sw, fault);
	nsw_switch_unlock(sw);
	return PTR_ERR_OR_ZERO(fault);
}

void nsw_fault_forget_vport_locked(struct nsw_vport *vport)
{
	struct nsw_switch *sw = vport->sw;
	struct nsw_fault *fault;
	unsigned long id;

	nsw_switch_assert_locked(sw);
	xa_for_each(&sw->faults.all, id, fault)
		if (nsw_fault_is_of_vport(fault->is.kind) && fault->is.vport == vport->id)
			nsw_fault_remove_locked(sw, fault);
}

/* What the next request meets; it goes when it has struck often enough. */
static bool nsw_fault_take_locked(struct nsw_switch *sw, enum nsw_fault_kind kind, u32 vf,
				  struct nsw_fault_params *met, u32 *number)
{
	struct nsw_fault *fault;
	unsigned long id;

	xa_for_each(&sw->faults.all, id, fault) {
		if (fault->is.kind != kind ||
		    (fault->is.vf != NSW_FAULT_ANY_VF && fault->is.vf != vf))
			continue;
		*met = fault->is;
		*number = fault->id;
		if (atomic_inc_return(&fault->hits) == fault->is.count)
			nsw_fault_remove_locked(sw, fault);
		else
			nsw_fault_notify_locked(sw, fault, NSW_EVENT_CHANGE);
		return true;
	}
	return false;
}

int nsw_fault_strike(struct nsw_switch *sw, enum nsw_fault_kind kind, u32 vf,
		     struct netlink_ext_ack *extack)
{
	struct nsw_fault_params met;
	u32 number;
	bool hit;

	/* Whether there are any is looked at again under the lock. */
	if (likely(!READ_ONCE(sw->faults.num)))
		return 0;
	nsw_switch_lock(sw);
	hit = nsw_fault_take_locked(sw, kind, vf, &met, &number);
	nsw_switch_unlock(sw);
	if (!hit)
		return 0;
	if (met.delay)
		msleep_interruptible(met.delay);
	if (!met.err)
		return 0;
	return nsw_refuse(extack, met.err, FAILURE, "fault %u was asked for", number);
}

bool nsw_fault_strike_rcu(struct nsw_fault *fault)
{
	u32 number = atomic_inc_return(&fault->frames);

	if (number % fault->is.every)
		return false;
	/* One that has struck often enough stays, and lets everything pass. */
	return atomic_add_unless(&fault->hits, 1, fault->is.count ?: U32_MAX);
}
