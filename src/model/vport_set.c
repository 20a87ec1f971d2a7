// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include "model/affinity.h"
#include "model/moderation.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"
#include "model/vport.h"

static int nsw_vport_check_state(const struct nsw_vport *vport, enum nsw_vport_state state,
				 struct netlink_ext_ack *extack)
{
	if (state == NSW_VPORT_STATE_DEACTIVATED && vport->state == NSW_VPORT_STATE_ACTIVATED)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VPort %u is Activated, which ends with its deletion only",
				  vport->id);
	if (state > NSW_VPORT_STATE_DEACTIVATED)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER, "%u is no VPort state", state);
	return 0;
}

/* virtual-ports: the others have for life what they were created with. */
static int nsw_vport_check_qps(const struct nsw_vport *vport, struct netlink_ext_ack *extack)
{
	if (vport->id == NSW_DEFAULT_VPORT_ID)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "queue pairs of the default VPort are chosen with its switch");
	if (vport->vf)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VPort %u is of VF %u: its queue pairs are those of its creation",
				  vport->id, vport->vf->id);
	if (!(vport->sw->caps.flags & NSW_CAPS_F_RSS_ON_PF_VPORTS))
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "without RSS on VPorts of the PF their queue pairs stay");
	return 0;
}

/* What the interface has to do, which may fail; so it comes last, and what may well fail first. */
static int nsw_vport_prepare_port(struct nsw_vport *vport, const struct nsw_vport_changes *changes,
				  struct netlink_ext_ack *extack)
{
	struct nsw_port *port = nsw_switch_deref(vport->sw, vport->port);
	int err = 0;

	if (!port)
		return 0;
	if (changes->set_qps)
		err = port->ops->resize(port, changes->qps, extack);
	if (err || !changes->cpus)
		return err;
	err = port->ops->pin(port, changes->cpus);
	if (!err)
		return 0;
	if (changes->set_qps)
		port->ops->resize(port, vport->qps, NULL);
	return nsw_refuse(extack, -err, RESOURCES, "no threads for the interface of VPort %u",
			  vport->id);
}

static int nsw_vport_prepare(struct nsw_vport *vport, const struct nsw_vport_changes *changes,
			     struct netlink_ext_ack *extack)
{
	struct nsw_qpair_pool *pool = &vport->sw->qps;
	int err;

	if (!changes->set_qps)
		return nsw_vport_prepare_port(vport, changes, extack);
	err = nsw_vport_check_qps(vport, extack) ?:
	      nsw_qpair_change(pool, vport->qps, changes->qps, extack);
	if (err)
		return err;
	err = nsw_vport_prepare_port(vport, changes, extack);
	if (err)
		nsw_qpair_change(pool, changes->qps, vport->qps, NULL);
	return err;
}

/* Nothing fails here. */
static void nsw_vport_apply(struct nsw_vport *vport, const struct nsw_vport_changes *changes,
			    char *name, struct cpumask *cpus)
{
	if (name) {
		kfree(vport->name);
		vport->name = name;
	}
	if (cpus) {
		kfree(vport->cpus);
		vport->cpus = cpus;
	}
	if (changes->set_qps)
		vport->qps = changes->qps;
	if (changes->moderation)
		nsw_moderation_apply_locked(vport, changes->moderation);
	if (changes->state == NSW_VPORT_STATE_ACTIVATED &&
	    vport->state == NSW_VPORT_STATE_DEACTIVATED) {
		vport->state = NSW_VPORT_STATE_ACTIVATED;
		nsw_vport_block_locked(vport, NSW_BLOCK_INACTIVE, false);
	}
	nsw_vport_notify_locked(vport, NSW_EVENT_CHANGE);
}

static int nsw_vport_set_locked(struct nsw_switch *sw, u32 id,
				const struct nsw_vport_changes *changes,
				struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport = nsw_vport_get_locked(sw, id, extack);
	enum nsw_vport_state was;
	struct cpumask *cpus;
	char *name;
	int err;

	if (IS_ERR(vport))
		return PTR_ERR(vport);
	err = nsw_moderation_check(sw, changes->moderation, extack) ?:
	      nsw_vport_check_state(vport, changes->state, extack) ?:
	      nsw_affinity_copy(!vport->vf, changes->cpus, &cpus, extack);
	if (err)
		return err;
	err = nsw_switch_copy_name(changes->name, &name, extack);
	if (err)
		goto free_cpus;
	err = nsw_vport_prepare(vport, changes, extack);
	if (err)
		goto free_name;
	was = vport->state;
	nsw_vport_apply(vport, changes, name, cpus);
	return vport->state != was;

free_name:
	kfree(name);
free_cpus:
	kfree(cpus);
	return err;
}

int nsw_vport_set(struct nsw_switch *sw, u32 id, const struct nsw_vport_changes *changes,
		  struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_vport_set_locked(sw, id, changes, extack);
	nsw_switch_unlock(sw);
	return err;
}

void nsw_vport_forget_cpus_locked(struct nsw_vport *vport)
{
	struct nsw_port *port = nsw_switch_deref(vport->sw, vport->port);

	nsw_switch_assert_locked(vport->sw);
	if (!vport->cpus)
		return;
	if (port)
		port->ops->pin(port, NULL);
	kfree(vport->cpus);
	vport->cpus = NULL;
}
