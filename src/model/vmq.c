// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include "model/affinity.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vmq.h"

void nsw_vmq_notify_locked(struct nsw_vmq *vmq, enum nsw_event event)
{
	nsw_switch_notify_locked(vmq->vport.sw, &(struct nsw_change) {
		.event = event,
		.object = NSW_OBJECT_QUEUE,
		.vmq = vmq,
	});
}

enum nsw_queue_state nsw_vmq_state(const struct nsw_vmq *vmq)
{
	if (vmq->vport.dying)
		return NSW_QUEUE_STATE_DMA_STOPPED;
	if (vmq->completed)
		return vmq->vport.num_filters ? NSW_QUEUE_STATE_RUNNING : NSW_QUEUE_STATE_PAUSED;
	return vmq->vport.num_filters ? NSW_QUEUE_STATE_SET : NSW_QUEUE_STATE_ALLOCATED;
}

void nsw_vmq_open(struct nsw_switch *sw)
{
	nsw_switch_lock(sw);
	sw->vmq_open = true;
	nsw_switch_unlock(sw);
}

void nsw_vmq_close(struct nsw_switch *sw)
{
	nsw_switch_lock(sw);
	sw->vmq_open = false;
	nsw_switch_unlock(sw);
}

int nsw_vmq_check_unused_locked(struct nsw_switch *sw, struct netlink_ext_ack *extack)
{
	nsw_switch_assert_locked(sw);
	if (sw->num_vmqs)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "the adapter has %u VM queues, which must go first",
				  sw->num_vmqs);
	if (sw->state == NSW_SWITCH_ABSENT && nsw_switch_num_filters(sw))
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "the default queue has %u receive filters, which must go first",
				  nsw_switch_num_filters(sw));
	return 0;
}

/* Whether the adapter is in VMQ mode, or can enter it. */
static int nsw_vmq_require(struct nsw_switch *sw, struct netlink_ext_ack *extack)
{
	nsw_switch_assert_locked(sw);
	if (sw->state != NSW_SWITCH_ABSENT)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "the adapter has a NIC switch, which excludes VM queues");
	if (!sw->caps.num_queues)
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "VM queues are not enabled on the adapter");
	if (!sw->vmq_open)
		return nsw_refuse(extack, ENODEV, FAILURE, "the PF has no driver");
	return 0;
}

struct nsw_vmq *nsw_vmq_get_locked(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport = NULL;
	struct nsw_vmq *vmq;

	nsw_switch_assert_locked(sw);
	if (id < sw->num_places)
		vport = nsw_switch_deref(sw, sw->vports[id]);
	if (vport && vport->vmq && !vport->dying) {
		vmq = nsw_vmq_from_vport(vport);
		if (vmq->announced)
			return vmq;
	}
	return ERR_PTR(nsw_refuse(extack, ENOENT, INVALID_PARAMETER,
				  "VM queue %u does not exist", id));
}

/* The same for requests of which the default queue knows nothing. */
static struct nsw_vmq *nsw_vmq_get_own(struct nsw_switch *sw, const struct nsw_caller *caller,
				       u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq;
	int err;

	if (id == NSW_DEFAULT_QUEUE_ID)
		return ERR_PTR(nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
					  "the default queue is neither allocated nor freed"));
	vmq = nsw_vmq_get_locked(sw, id, extack);
	if (IS_ERR(vmq))
		return vmq;
	err = nsw_caller_check(caller, vmq->vport.owner, "VM queue", id, extack);
	return err ? ERR_PTR(err) : vmq;
}

struct nsw_vport *nsw_vmq_target_locked(struct nsw_switch *sw, u32 id,
					struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq;
	int err;

	err = nsw_vmq_require(sw, extack);
	if (err)
		return ERR_PTR(err);
	if (id == NSW_DEFAULT_QUEUE_ID)
		return &sw->vport0;
	vmq = nsw_vmq_get_locked(sw, id, extack);
	return IS_ERR(vmq) ? ERR_CAST(vmq) : &vmq->vport;
}

static int nsw_vmq_find_id(struct nsw_switch *sw, u32 *id, struct netlink_ext_ack *extack)
{
	u32 i;

	/* One that is being freed has its id still. */
	for (i = 1; sw->num_vmqs < sw->caps.num_queues && i < sw->num_places; i++) {
		if (!rcu_access_pointer(sw->vports[i])) {
			*id = i;
			return 0;
		}
	}
	return nsw_refuse(extack, ENOSPC, RESOURCES, "all %u VM queues are allocated",
			  sw->caps.num_queues);
}

static void nsw_vmq_publish(struct nsw_switch *sw, struct nsw_vmq *vmq)
{
	struct nsw_vport *vport = &vmq->vport;

	vport->vmq = true;
	vport->qps = 1;
	vport->moderation = NSW_MODERATION_OFF;
	vport->state = NSW_VPORT_STATE_DEACTIVATED;
	nsw_vport_block_locked(vport, NSW_BLOCK_SILENT, true);
	nsw_vport_block_locked(vport, NSW_BLOCK_INACTIVE, true);
	nsw_vport_update_link_locked(vport);
	sw->num_vmqs++;
	rcu_assign_pointer(sw->vports[vport->id], vport);
}

static int nsw_vmq_allocate_locked(struct nsw_switch *sw, const struct nsw_vmq_params *params,
				   u32 *id, struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq;
	int err;

	err = nsw_vmq_require(sw, extack) ?:
	      nsw_affinity_check(params->cpus, extack) ?:
	      nsw_vmq_find_id(sw, id, extack);
	if (err)
		return err;
	vmq = kzalloc(sizeof(*vmq), GFP_KERNEL);
	if (!vmq)
		return -ENOMEM;
	err = nsw_vport_init(&vmq->vport, sw, NULL);
	if (err)
		goto free_vmq;
	err = nsw_switch_copy_name(params->name, &vmq->vport.name, extack) ?:
	      nsw_switch_copy_name(params->vm, &vmq->vm, extack);
	if (err)
		goto fini_vport;
	vmq->vport.id = *id;
	vmq->vport.owner = nsw_caller_owner(params->caller);
	vmq->buffers = params->buffers;
	cpumask_copy(&vmq->cpus, params->cpus ?: cpu_possible_mask);
	nsw_vmq_publish(sw, vmq);
	return 0;

fini_vport:
	nsw_vport_fini(&vmq->vport);
free_vmq:
	kfree(vmq);
	return err;
}

int nsw_vmq_allocate(struct nsw_switch *sw, const struct nsw_vmq_params *params, u32 *id,
		     struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_vmq_allocate_locked(sw, params, id, extack);
	nsw_switch_unlock(sw);
	return err;
}

void nsw_vmq_announce(struct nsw_switch *sw, u32 id)
{
	struct nsw_vmq *vmq;

	nsw_switch_lock(sw);
	vmq = nsw_vmq_from_vport(nsw_switch_deref(sw, sw->vports[id]));
	vmq->announced = true;
	nsw_vmq_notify_locked(vmq, NSW_EVENT_ADD);
	nsw_switch_unlock(sw);
}

int nsw_vmq_complete(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		     struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq;
	int err;

	nsw_switch_lock(sw);
	vmq = nsw_vmq_get_own(sw, caller, id, extack);
	err = PTR_ERR_OR_ZERO(vmq);
	if (!err && vmq->completed)
		err = nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				 "the allocation of VM queue %u is complete already", id);
	if (!err) {
		vmq->completed = true;
		vmq->vport.state = NSW_VPORT_STATE_ACTIVATED;
		nsw_vport_block_locked(&vmq->vport, NSW_BLOCK_INACTIVE, false);
		nsw_vmq_notify_locked(vmq, NSW_EVENT_CHANGE);
	}
	nsw_switch_unlock(sw);
	return err;
}

static int nsw_vmq_set_locked(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
			      const struct nsw_vmq_changes *changes,
			      struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq = nsw_vmq_get_own(sw, caller, id, extack);
	char *name;
	int err;

	if (IS_ERR(vmq))
		return PTR_ERR(vmq);
	err = nsw_affinity_check(changes->cpus, extack) ?:
	      nsw_switch_copy_name(changes->name, &name, extack);
	if (err)
		return err;
	if (name) {
		kfree(vmq->vport.name);
		vmq->vport.name = name;
	}
	if (changes->cpus)
		cpumask_copy(&vmq->cpus, changes->cpus);
	if (changes->set_buffers)
		vmq->buffers = changes->buffers;
	nsw_vmq_notify_locked(vmq, NSW_EVENT_CHANGE);
	return 0;
}

int nsw_vmq_set(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		const struct nsw_vmq_changes *changes, struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_vmq_set_locked(sw, caller, id, changes, extack);
	nsw_switch_unlock(sw);
	return err;
}

static struct nsw_vmq *nsw_vmq_unlink_locked(struct nsw_switch *sw,
					     const struct nsw_caller *caller, u32 id,
					     struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq = nsw_vmq_get_own(sw, caller, id, extack);

	if (IS_ERR(vmq))
		return vmq;
	if (vmq->vport.num_filters)
		return ERR_PTR(nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
					  "VM queue %u still has %u receive filters",
					  id, vmq->vport.num_filters));
	nsw_vport_retire_locked(&vmq->vport);
	nsw_vmq_notify_locked(vmq, NSW_EVENT_CHANGE);
	return vmq;
}

struct nsw_vmq *nsw_vmq_unlink_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
				  struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq;

	nsw_switch_lock(sw);
	vmq = nsw_vmq_unlink_locked(sw, caller, id, extack);
	nsw_switch_unlock(sw);
	return vmq;
}

void nsw_vmq_destroy(struct nsw_vmq *vmq)
{
	struct nsw_switch *sw = vmq->vport.sw;

	nsw_switch_lock(sw);
	RCU_INIT_POINTER(sw->vports[vmq->vport.id], NULL);
	sw->num_vmqs--;
	if (vmq->announced)
		nsw_vmq_notify_locked(vmq, NSW_EVENT_DEL);
	nsw_switch_unlock(sw);
	nsw_vport_fini(&vmq->vport);
	kfree(vmq->vm);
	kfree(vmq);
}

void nsw_vmq_abort(struct nsw_switch *sw, u32 id)
{
	struct nsw_vport *vport;

	nsw_switch_lock(sw);
	vport = nsw_switch_deref(sw, sw->vports[id]);
	nsw_vport_retire_locked(vport);
	nsw_switch_unlock(sw);
	synchronize_rcu();
	nsw_vmq_destroy(nsw_vmq_from_vport(vport));
}
