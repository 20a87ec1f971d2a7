/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_VMQ_H
#define _NSW_MODEL_VMQ_H

#include <linux/container_of.h>
#include <linux/cpumask.h>
#include "model/caller.h"
#include "model/types.h"
#include "model/vport.h"

struct netlink_ext_ack;
struct nsw_switch;

/* The queue that takes what no other queue's filters take: VPort 0. */
#define NSW_DEFAULT_QUEUE_ID	0

/**
 * struct nsw_vmq - a VM queue (VMQ): a receive queue without a NIC switch
 * @vport: how frames see it; also its id, name, owner and counters
 * @announced: it can be found by requests
 * @completed: its allocation is complete
 * @buffers: receive buffers that were suggested; 0 for no suggestion
 * @vm: name of the virtual machine that it is for, or NULL
 * @cpus: CPUs that it may be served by, never empty
 *
 * Queues and the NIC switch exclude each other, so a queue takes the place of a
 * VPort: the same table, the same forwarding, the same kind of interface.
 *
 * Protected by the config lock.
 */
struct nsw_vmq {
	struct nsw_vport vport;
	bool announced;
	bool completed;
	u32 buffers;
	char *vm;
	struct cpumask cpus;
};

static inline struct nsw_vmq *nsw_vmq_from_vport(struct nsw_vport *vport)
{
	return container_of(vport, struct nsw_vmq, vport);
}

/**
 * struct nsw_vmq_params - what a new VM queue shall be
 * @caller: who asks
 * @name: friendly name, or NULL; copied
 * @vm: name of the virtual machine, or NULL; copied
 * @cpus: CPUs that may serve it; NULL for all
 * @buffers: suggested number of receive buffers, or 0
 */
struct nsw_vmq_params {
	const struct nsw_caller *caller;
	const char *name;
	const char *vm;
	const struct cpumask *cpus;
	u32 buffers;
};

/**
 * struct nsw_vmq_changes - parameters to change
 * @name: new name, or NULL to keep it
 * @cpus: new CPUs, or NULL to keep them
 * @set_buffers: @buffers counts
 * @buffers: new suggestion
 */
struct nsw_vmq_changes {
	const char *name;
	const struct cpumask *cpus;
	bool set_buffers;
	u32 buffers;
};

/**
 * nsw_vmq_open() - the PF has a driver: there can be VM queues
 * @sw: the switch
 *
 * Context: process context; takes the config lock.
 */
void nsw_vmq_open(struct nsw_switch *sw);

/**
 * nsw_vmq_close() - the PF loses its driver: no new VM queue, no new filter on one
 * @sw: the switch
 *
 * The caller then takes those away that there are.
 *
 * Context: process context; takes the config lock.
 */
void nsw_vmq_close(struct nsw_switch *sw);

/**
 * nsw_vmq_allocate() - OID_RECEIVE_FILTER_ALLOCATE_QUEUE
 * @sw: the switch
 * @params: what it shall be
 * @id: where the id goes, the lowest that is free
 * @extack: reason of a refusal
 *
 * The caller gives it its interface, and then announces it; until then nobody
 * else finds it. It is in state Allocated.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EBUSY while there is a NIC switch, -EOPNOTSUPP when VM queues are
 * not enabled, -ENODEV without a driver of the PF, -ENOSPC, -EINVAL, -ENOMEM.
 */
int nsw_vmq_allocate(struct nsw_switch *sw, const struct nsw_vmq_params *params, u32 *id,
		     struct netlink_ext_ack *extack);

/**
 * nsw_vmq_announce() - a VM queue is ready
 * @sw: the switch
 * @id: id of a queue from nsw_vmq_allocate()
 *
 * Context: process context; takes the config lock.
 */
void nsw_vmq_announce(struct nsw_switch *sw, u32 id);

/**
 * nsw_vmq_abort() - a VM queue did not become ready
 * @sw: the switch
 * @id: id of a queue from nsw_vmq_allocate(), without interface
 *
 * Context: process context; takes the config lock, waits for a grace period.
 */
void nsw_vmq_abort(struct nsw_switch *sw, u32 id);

/**
 * nsw_vmq_complete() - OID_RECEIVE_FILTER_QUEUE_ALLOCATION_COMPLETE for one queue
 * @sw: the switch
 * @caller: who asks
 * @id: queue id
 * @extack: reason of a refusal
 *
 * From here frames come: it is Running if it has filters, else Paused.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL for the default queue and for one that is complete, -ENOENT,
 * -EPERM.
 */
int nsw_vmq_complete(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		     struct netlink_ext_ack *extack);

/**
 * nsw_vmq_set() - OID_RECEIVE_FILTER_QUEUE_PARAMETERS
 * @sw: the switch
 * @caller: who asks
 * @id: queue id
 * @changes: what to change; all of it or nothing
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL, -ENOENT, -EPERM, -ENOMEM.
 */
int nsw_vmq_set(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		const struct nsw_vmq_changes *changes, struct netlink_ext_ack *extack);

/**
 * nsw_vmq_unlink_as() - first half of OID_RECEIVE_FILTER_FREE_QUEUE
 * @sw: the switch
 * @caller: who asks
 * @id: queue id
 * @extack: reason of a refusal
 *
 * Afterwards no frame finds it: its state is DMA Stopped, and says so. Its id is
 * taken until nsw_vmq_destroy().
 *
 * Context: process context; takes the config lock.
 * Return: the queue, owned by the caller; ERR_PTR(-EINVAL) for the default queue,
 * ERR_PTR(-ENOENT), ERR_PTR(-EPERM), ERR_PTR(-EBUSY) while it has filters.
 */
struct nsw_vmq *nsw_vmq_unlink_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
				  struct netlink_ext_ack *extack);

/**
 * nsw_vmq_destroy() - second half of OID_RECEIVE_FILTER_FREE_QUEUE
 * @vmq: from nsw_vmq_unlink_as(), after an RCU grace period
 *
 * Context: process context; takes the config lock.
 */
void nsw_vmq_destroy(struct nsw_vmq *vmq);

/**
 * nsw_vmq_get_locked() - look a VM queue up
 * @sw: the switch
 * @id: queue id; the default queue is none of them
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: the queue, or ERR_PTR(-ENOENT).
 */
struct nsw_vmq *nsw_vmq_get_locked(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_vmq_target_locked() - the queue that a filter shall be set on
 * @sw: the switch
 * @id: queue id, also that of the default queue
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: how frames see the queue, or an ERR_PTR().
 */
struct nsw_vport *nsw_vmq_target_locked(struct nsw_switch *sw, u32 id,
					struct netlink_ext_ack *extack);

/**
 * nsw_vmq_check_unused_locked() - refuse what cannot be while queues are used
 * @sw: the switch
 * @extack: reason of a refusal
 *
 * That is while there are VM queues, or filters on the default queue.
 *
 * Context: config lock held.
 * Return: 0, or -EBUSY.
 */
int nsw_vmq_check_unused_locked(struct nsw_switch *sw, struct netlink_ext_ack *extack);

/**
 * nsw_vmq_state() - where a VM queue is in its life
 * @vmq: the queue
 *
 * Context: config lock held.
 * Return: the state.
 */
enum nsw_queue_state nsw_vmq_state(const struct nsw_vmq *vmq);

/**
 * nsw_vmq_notify_locked() - tell of a change
 * @vmq: the queue
 * @event: what happened
 *
 * Context: config lock held.
 */
void nsw_vmq_notify_locked(struct nsw_vmq *vmq, enum nsw_event event);

#endif
