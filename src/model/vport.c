// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/slab.h>
#include "model/affinity.h"
#include "model/fault.h"
#include "model/guest.h"
#include "model/offer.h"
#include "model/moderation.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"
#include "model/vport.h"

static const enum nsw_drop_reason nsw_vport_drop_reasons[] = {
	NSW_DROP_INACTIVE, NSW_DROP_NO_CARRIER, NSW_DROP_POWER, NSW_DROP_NO_FILTER,
	NSW_DROP_NO_CARRIER, NSW_DROP_NO_CARRIER,
};

enum nsw_drop_reason nsw_vport_drop_reason(unsigned long blocked)
{
	return nsw_vport_drop_reasons[__ffs(blocked)];
}

void nsw_vport_block_locked(struct nsw_vport *vport, unsigned long bit, bool on)
{
	unsigned long old = vport->blocked;
	unsigned long new = on ? old | bit : old & ~bit;
	struct nsw_switch *sw = vport->sw;
	struct nsw_port *port;

	nsw_switch_assert_locked(sw);
	WRITE_ONCE(vport->blocked, new);
	if (bit == NSW_BLOCK_SILENT)
		assign_bit(vport->id, sw->table.silent, on);

	port = nsw_switch_deref(sw, vport->port);
	if (port && !(old & NSW_BLOCK_CARRIER) != !(new & NSW_BLOCK_CARRIER))
		port->ops->link(port, !(new & NSW_BLOCK_CARRIER));
	if (vport->vf && !(old & NSW_BLOCK_CARRIER) != !(new & NSW_BLOCK_CARRIER))
		nsw_offer_follow_locked(sw, vport->vf);
	if (vport->vf)
		nsw_block_refresh_locked(sw, vport->vf);
}

void nsw_vport_notify_locked(struct nsw_vport *vport, enum nsw_event event)
{
	nsw_switch_notify_locked(vport->sw, &(struct nsw_change) {
		.event = event,
		.object = NSW_OBJECT_VPORT,
		.vport = vport,
	});
	if (vport->vf)
		nsw_block_refresh_locked(vport->sw, vport->vf);
}

int nsw_vport_init_default(struct nsw_switch *sw)
{
	struct nsw_vport *vport = &sw->vport0;

	vport->sw = sw;
	vport->id = NSW_DEFAULT_VPORT_ID;
	vport->source = NSW_KEY_NONE;
	vport->state = NSW_VPORT_STATE_ACTIVATED;
	vport->moderation = NSW_MODERATION_OFF;
	vport->qps = 1;
	xa_init(&vport->vlans);
	vport->stats = nsw_stats_create();
	if (!vport->stats)
		return -ENOMEM;
	RCU_INIT_POINTER(sw->vports[NSW_DEFAULT_VPORT_ID], vport);
	return 0;
}

void nsw_vport_fini_default(struct nsw_switch *sw)
{
	WARN_ON(sw->vport0.num_filters);
	WARN_ON(rcu_access_pointer(sw->vport0.port));
	xa_destroy(&sw->vport0.vlans);
	free_percpu(sw->vport0.stats);
}

struct nsw_vport *nsw_vport_get_locked(struct nsw_switch *sw, u32 id,
				       struct netlink_ext_ack *extack)
{
	int err = nsw_switch_require_locked(sw, extack);
	struct nsw_vport *vport = NULL;

	if (err)
		return ERR_PTR(err);
	if (id < sw->caps.max_vports)
		vport = nsw_switch_deref(sw, sw->vports[id]);
	if (!vport || vport->dying)
		return ERR_PTR(nsw_refuse(extack, ENOENT, INVALID_PARAMETER,
					  "VPort %u does not exist", id));
	return vport;
}

/* Room for one more, in the pool of the function. */
static int nsw_vport_check_pool(struct nsw_switch *sw, bool pf, struct netlink_ext_ack *extack)
{
	u32 reserved = sw->caps.max_vports - sw->caps.max_vfs - 1;

	if (sw->num_vports >= sw->caps.max_vports)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "all %u VPorts of the switch exist", sw->caps.max_vports);
	if (pf && !(sw->caps.flags & NSW_CAPS_F_SINGLE_VPORT_POOL) &&
	    sw->num_pf_vports >= reserved)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "the PF has its %u VPorts, the others are reserved for VFs",
				  reserved);
	return 0;
}

static int nsw_vport_find_id(struct nsw_switch *sw, u32 *id)
{
	u32 i;

	for (i = 1; i < sw->caps.max_vports; i++) {
		if (!rcu_access_pointer(sw->vports[i])) {
			*id = i;
			return 0;
		}
	}
	return -ENOSPC;
}

int nsw_vport_init(struct nsw_vport *vport, struct nsw_switch *sw, struct nsw_vf *vf)
{
	vport->stats = vf ? vf->stats : nsw_stats_create();
	if (!vport->stats)
		return -ENOMEM;
	nsw_stats_add(&vport->base, vport->stats);
	vport->sw = sw;
	vport->vf = vf;
	vport->source = NSW_KEY_NONE;
	xa_init(&vport->vlans);
	return 0;
}

void nsw_vport_fini(struct nsw_vport *vport)
{
	WARN_ON(vport->num_filters);
	xa_destroy(&vport->vlans);
	if (!vport->vf)
		free_percpu(vport->stats);
	kfree(vport->name);
	kfree(vport->cpus);
}

static struct nsw_vport *nsw_vport_alloc(struct nsw_switch *sw, struct nsw_vf *vf)
{
	struct nsw_vport *vport = kzalloc(sizeof(*vport), GFP_KERNEL);

	if (!vport || !nsw_vport_init(vport, sw, vf))
		return vport;
	kfree(vport);
	return NULL;
}

static struct nsw_vf *nsw_vport_get_vf(struct nsw_switch *sw, const struct nsw_caller *caller,
				       u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf = nsw_vf_get_locked(sw, id, extack);
	int err;

	if (IS_ERR(vf))
		return vf;
	err = nsw_caller_check(caller, vf->owner, "VF", id, extack);
	if (err)
		return ERR_PTR(err);
	if (vf->vport)
		return ERR_PTR(nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
					  "VF %u has VPort %u already, and can have one only",
					  id, vf->vport->id));
	return vf;
}

static void nsw_vport_publish(struct nsw_switch *sw, struct nsw_vport *vport)
{
	struct nsw_vf *vf = vport->vf;

	nsw_vport_block_locked(vport, NSW_BLOCK_SILENT, true);
	if (vf) {
		vport->state = NSW_VPORT_STATE_ACTIVATED;
		nsw_policy_apply_locked(vf, vport);
	} else {
		vport->state = NSW_VPORT_STATE_DEACTIVATED;
		nsw_vport_block_locked(vport, NSW_BLOCK_INACTIVE, true);
		nsw_vport_update_link_locked(vport);
		sw->num_pf_vports++;
	}
	sw->num_vports++;
	rcu_assign_pointer(sw->vports[vport->id], vport);
	if (vf) {
		vf->vport = vport;
		if (vf->port)
			nsw_guest_attach_locked(sw, vf->port, vport);
	}
	nsw_vport_notify_locked(vport, NSW_EVENT_ADD);
	/* Moves filters, with events that name the VPort. */
	if (vf)
		nsw_offer_follow_locked(sw, vf);
}

static int nsw_vport_create_locked(struct nsw_switch *sw, const struct nsw_vport_params *params,
				   u32 *id, struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf = NULL;
	struct nsw_vport *vport;
	struct cpumask *cpus;
	char *name;
	int err;

	err = nsw_switch_require_locked(sw, extack);
	if (err)
		return err;
	if (!params->pf) {
		vf = nsw_vport_get_vf(sw, params->caller, params->vf, extack);
		if (IS_ERR(vf))
			return PTR_ERR(vf);
	}
	err = nsw_moderation_check(sw, params->moderation, extack);
	if (!err)
		err = nsw_vport_check_pool(sw, params->pf, extack);
	if (!err)
		err = nsw_vport_find_id(sw, id);
	if (!err)
		err = nsw_affinity_copy(params->pf, params->cpus, &cpus, extack);
	if (err)
		return err;
	err = nsw_switch_copy_name(params->name, &name, extack);
	if (err)
		goto free_cpus;
	err = nsw_qpair_get(&sw->qps, params->qps, extack);
	if (err)
		goto free_name;

	vport = nsw_vport_alloc(sw, vf);
	if (!vport) {
		err = -ENOMEM;
		goto put_qpairs;
	}
	vport->id = *id;
	vport->qps = params->qps;
	vport->moderation = params->moderation ?: NSW_MODERATION_OFF;
	vport->name = name;
	vport->cpus = cpus;
	vport->owner = nsw_caller_owner(params->caller);
	nsw_vport_publish(sw, vport);
	return 0;

put_qpairs:
	nsw_qpair_put(&sw->qps, params->qps);
free_name:
	kfree(name);
free_cpus:
	kfree(cpus);
	return err;
}

int nsw_vport_create(struct nsw_switch *sw, const struct nsw_vport_params *params, u32 *id,
		     struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_vport_create_locked(sw, params, id, extack);
	nsw_switch_unlock(sw);
	return err;
}

int nsw_vport_attach_port(struct nsw_switch *sw, u32 id, struct nsw_port *port)
{
	struct nsw_vport *vport = NULL;

	nsw_switch_lock(sw);
	if (id < sw->num_places)
		vport = nsw_switch_deref(sw, sw->vports[id]);
	if (vport && vport->dying)
		vport = NULL;
	if (vport)
		nsw_guest_attach_locked(sw, port, vport);
	nsw_switch_unlock(sw);
	return vport ? 0 : -ENODEV;
}

void nsw_vport_detach_port(struct nsw_switch *sw, struct nsw_port *port)
{
	nsw_switch_lock(sw);
	if (nsw_switch_deref(sw, port->vport))
		nsw_guest_detach_locked(sw, port);
	nsw_guest_clear(sw, port);
	nsw_switch_unlock(sw);
}

void nsw_vport_follow_pf(struct nsw_switch *sw, bool up)
{
	u32 i;

	nsw_switch_lock(sw);
	sw->pf_up = up;
	for (i = 0; sw->vfs_need_pf && i < sw->num_vfs; i++)
		if (sw->vfs[i].vport)
			nsw_vport_block_locked(sw->vfs[i].vport, NSW_BLOCK_PF, !up);
	nsw_switch_unlock(sw);
}

bool nsw_vport_shall_link_locked(const struct nsw_vport *vport)
{
	enum nsw_link_policy link = vport->vf ? vport->vf->policy.link : NSW_LINK_AUTO;

	nsw_switch_assert_locked(vport->sw);
	if (vport->vf && vport->vf->offer == NSW_OFFER_REVOKED)
		return false;
	return link == NSW_LINK_AUTO ? vport->sw->link : link == NSW_LINK_ENABLE;
}

void nsw_vport_update_link_locked(struct nsw_vport *vport)
{
	nsw_vport_block_locked(vport, NSW_BLOCK_LINK, !nsw_vport_shall_link_locked(vport));
}

void nsw_vport_set_link(struct nsw_switch *sw, bool up)
{
	struct nsw_vport *vport;
	u32 i;

	nsw_switch_lock(sw);
	sw->link = up;
	for (i = 0; i < sw->num_places; i++) {
		vport = nsw_switch_deref(sw, sw->vports[i]);
		if (vport && !vport->dying)
			nsw_vport_update_link_locked(vport);
	}
	nsw_switch_unlock(sw);
}

void nsw_vport_retire_locked(struct nsw_vport *vport)
{
	struct nsw_port *port = nsw_switch_deref(vport->sw, vport->port);

	if (port)
		nsw_guest_detach_locked(vport->sw, port);
	vport->dying = true;
	/* Frames that found it earlier see a VPort that takes nothing. */
	nsw_vport_block_locked(vport, NSW_BLOCK_INACTIVE, true);
	nsw_vport_block_locked(vport, NSW_BLOCK_SILENT, false);
}

static struct nsw_vport *nsw_vport_unlink_locked(struct nsw_switch *sw,
						 const struct nsw_caller *caller, u32 id,
						 struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport = nsw_vport_get_locked(sw, id, extack);
	int err;

	if (IS_ERR(vport))
		return vport;
	if (id == NSW_DEFAULT_VPORT_ID)
		return ERR_PTR(nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
					  "the default VPort goes with the NIC switch only"));
	err = nsw_caller_check(caller, vport->owner, "VPort", id, extack);
	if (err)
		return ERR_PTR(err);
	if (vport->num_filters)
		return ERR_PTR(nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
					  "VPort %u still has %u receive filters",
					  id, vport->num_filters));

	nsw_fault_forget_vport_locked(vport);
	nsw_vport_notify_locked(vport, NSW_EVENT_DEL);
	if (vport->vf)
		vport->vf->vport = NULL;
	nsw_vport_retire_locked(vport);
	return vport;
}

struct nsw_vport *nsw_vport_unlink_as(struct nsw_switch *sw, const struct nsw_caller *caller,
				      u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport;

	nsw_switch_lock(sw);
	vport = nsw_vport_unlink_locked(sw, caller, id, extack);
	nsw_switch_unlock(sw);
	return vport;
}

void nsw_vport_destroy(struct nsw_vport *vport)
{
	struct nsw_switch *sw = vport->sw;

	nsw_switch_lock(sw);
	RCU_INIT_POINTER(sw->vports[vport->id], NULL);
	nsw_qpair_put(&sw->qps, vport->qps);
	sw->num_vports--;
	if (!vport->vf)
		sw->num_pf_vports--;
	nsw_switch_unlock(sw);
	nsw_vport_fini(vport);
	kfree(vport);
}

int nsw_vport_delete(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport = nsw_vport_unlink(sw, id, extack);

	if (IS_ERR(vport))
		return PTR_ERR(vport);
	synchronize_rcu();
	nsw_vport_destroy(vport);
	return 0;
}

void nsw_vport_stats_locked(const struct nsw_vport *vport, struct nsw_stats_sum *sum)
{
	nsw_switch_assert_locked(vport->sw);
	*sum = (struct nsw_stats_sum) { };
	nsw_stats_add(sum, vport->stats);
	nsw_stats_sub(sum, &vport->base);
}
