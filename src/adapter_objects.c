// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "adapter.h"
#include "model/filter.h"
#include "model/owner.h"
#include "model/status.h"
#include "model/vf.h"
#include "netdev/channels.h"
#include "netdev/func.h"

/*
 * Requests about VFs and VPorts that also concern their interfaces. RTNL keeps
 * the two in step.
 */

/* The interface of a VF, or NULL. It stays while RTNL is held. */
static struct nsw_func *nsw_adapter_vf_func(struct nsw_adapter *adapter, u32 id)
{
	struct nsw_switch *sw = &adapter->sw;
	struct nsw_port *port = NULL;

	ASSERT_RTNL();
	nsw_switch_lock(sw);
	if (id < sw->num_vfs)
		port = sw->vfs[id].port;
	nsw_switch_unlock(sw);
	return port ? nsw_func_from_port(port) : NULL;
}

int nsw_adapter_allocate_vf(struct nsw_adapter *adapter, const struct nsw_vf_params *params,
			    u32 *id, struct netlink_ext_ack *extack)
{
	struct nsw_func *func;
	int err;

	rtnl_lock();
	err = nsw_vf_allocate_as(&adapter->sw, params, id, extack);
	if (!err && params->mac) {
		func = nsw_adapter_vf_func(adapter, *id);
		if (func)
			nsw_func_set_mac(func, params->mac);
	}
	rtnl_unlock();
	return err;
}

int nsw_adapter_set_vf(struct nsw_adapter *adapter, u32 id,
		       const struct nsw_policy_changes *changes, struct netlink_ext_ack *extack)
{
	struct nsw_func *func;
	int err;

	rtnl_lock();
	err = nsw_policy_set(&adapter->sw, id, changes, extack);
	if (!err && changes->mask & NSW_POLICY_MAC && is_valid_ether_addr(changes->mac)) {
		func = nsw_adapter_vf_func(adapter, id);
		if (func)
			nsw_func_set_mac(func, changes->mac);
	}
	rtnl_unlock();
	return err;
}

int nsw_adapter_reset_vf(struct nsw_adapter *adapter, u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_func *func;
	int err;

	rtnl_lock();
	err = nsw_vf_reset(&adapter->sw, id, extack);
	if (!err) {
		func = nsw_adapter_vf_func(adapter, id);
		if (func)
			nsw_func_reset(func);
	}
	rtnl_unlock();
	return err;
}

void nsw_adapter_follow_vf(struct nsw_adapter *adapter, u32 id, bool reset,
			   enum nsw_power_state power)
{
	struct nsw_func *func;

	ASSERT_RTNL();
	nsw_vf_follow(&adapter->sw, id, reset, power);
	func = nsw_adapter_vf_func(adapter, id);
	if (func && reset)
		nsw_func_reset(func);
}

/* A request about VPorts; before it takes a lock, as it may have to wait. */
static int nsw_adapter_meet_fault(struct nsw_adapter *adapter, struct netlink_ext_ack *extack)
{
	return nsw_fault_strike(&adapter->sw, NSW_FAULT_KIND_VPORT, NSW_FAULT_ANY_VF, extack);
}

int nsw_adapter_create_vport(struct nsw_adapter *adapter, const struct nsw_vport_params *params,
			     u32 *id, struct netlink_ext_ack *extack)
{
	struct nsw_func *func;
	int err;

	err = nsw_adapter_meet_fault(adapter, extack);
	if (err)
		return err;
	rtnl_lock();
	err = nsw_vport_create(&adapter->sw, params, id, extack);
	if (!err && !params->pf) {
		func = nsw_adapter_vf_func(adapter, params->vf);
		if (func)
			err = nsw_channels_start_vport(func, params->qps);
		if (err) {
			nsw_vport_delete(&adapter->sw, *id, NULL);
			nsw_refuse(extack, -err, RESOURCES,
				   "the interface of VF %u cannot have %u queues: error %d",
				   params->vf, params->qps, err);
		}
	}
	rtnl_unlock();
	return err;
}

/* What the interface has of its VPort, which stays while RTNL is held. */
static void nsw_adapter_read_vport(struct nsw_adapter *adapter, u32 id,
				   struct nsw_func_params *params)
{
	struct nsw_vport *vport;

	ASSERT_RTNL();
	nsw_switch_lock(&adapter->sw);
	vport = nsw_switch_deref(&adapter->sw, adapter->sw.vports[id]);
	params->stats = vport->stats;
	params->qps = vport->qps;
	params->cpus = vport->cpus;
	nsw_switch_unlock(&adapter->sw);
}

static bool nsw_adapter_vport_is_deactivated(struct nsw_adapter *adapter, u32 id)
{
	struct nsw_vport *vport;
	bool is;

	nsw_switch_lock(&adapter->sw);
	vport = nsw_vport_get_locked(&adapter->sw, id, NULL);
	is = !IS_ERR(vport) && vport->state == NSW_VPORT_STATE_DEACTIVATED;
	nsw_switch_unlock(&adapter->sw);
	return is;
}

/* The interface of a VPort of the PF that is about to be activated. */
static struct nsw_func *nsw_adapter_add_vport_func(struct nsw_adapter *adapter, u32 id,
						   struct netlink_ext_ack *extack)
{
	struct nsw_func *pf = rtnl_dereference(adapter->pf);
	struct nsw_func_params params = {
		.sw = &adapter->sw,
		.kind = NSW_FUNC_VPORT,
		.test_registers = nsw_adapter_test_registers,
		.id = id,
		.adapter = adapter->id,
		.max_qps = adapter->sw.caps.max_qps_vport,
	};
	struct nsw_func *func;

	if (!pf)
		return ERR_PTR(nsw_refuse(extack, ENODEV, FAILURE, "the PF has no driver"));
	params.parent = pf->dev->dev.parent;
	params.net = dev_net(pf->dev);
	nsw_adapter_read_vport(adapter, id, &params);
	eth_random_addr(params.mac);
	func = nsw_func_create(&params);
	if (IS_ERR(func))
		nsw_refuse(extack, -PTR_ERR(func), FAILURE, "cannot make interface nsw%up%u",
			   adapter->id, id);
	return func;
}

int nsw_adapter_set_vport(struct nsw_adapter *adapter, u32 id,
			  const struct nsw_vport_changes *changes, struct netlink_ext_ack *extack)
{
	struct nsw_func *func = NULL;
	int err;

	err = nsw_adapter_meet_fault(adapter, extack);
	if (err)
		return err;
	rtnl_lock();
	if (changes->state == NSW_VPORT_STATE_ACTIVATED &&
	    nsw_adapter_vport_is_deactivated(adapter, id))
		func = nsw_adapter_add_vport_func(adapter, id, extack);
	err = PTR_ERR_OR_ZERO(func);
	/* Deactivated until here, the interface has no carrier yet. */
	if (!err)
		err = nsw_vport_set(&adapter->sw, id, changes, extack);
	if (err < 0 && !IS_ERR_OR_NULL(func))
		nsw_func_destroy(func);
	rtnl_unlock();
	return min(err, 0);
}

int nsw_adapter_delete_vport(struct nsw_adapter *adapter, const struct nsw_caller *caller, u32 id,
			     struct netlink_ext_ack *extack)
{
	struct nsw_func *func = NULL;
	struct nsw_vport *vport;
	struct nsw_port *port;
	int err;

	/* Not what goes with something else: nobody would try again. */
	err = caller ? nsw_adapter_meet_fault(adapter, extack) : 0;
	if (err)
		return err;
	rtnl_lock();
	nsw_switch_lock(&adapter->sw);
	vport = nsw_vport_get_locked(&adapter->sw, id, extack);
	if (!IS_ERR(vport) && !vport->vf) {
		port = nsw_switch_deref(&adapter->sw, vport->port);
		func = port ? nsw_func_from_port(port) : NULL;
	}
	nsw_switch_unlock(&adapter->sw);

	if (!IS_ERR(vport))
		vport = nsw_vport_unlink_as(&adapter->sw, caller, id, extack);
	if (!IS_ERR(vport)) {
		if (func)
			nsw_func_destroy(func);
		synchronize_net();
	}
	rtnl_unlock();
	if (IS_ERR(vport))
		return PTR_ERR(vport);
	/* Its counters are the interface's, whose last user has gone by now. */
	nsw_vport_destroy(vport);
	return 0;
}

static int nsw_adapter_delete_one(struct nsw_adapter *adapter, const struct nsw_owner_walk *walk)
{
	switch (walk->object) {
	case NSW_OBJECT_FILTER:
		return nsw_filter_del(&adapter->sw, walk->id, NULL);
	case NSW_OBJECT_QUEUE:
		return nsw_adapter_free_queue(adapter, NULL, walk->id, NULL);
	case NSW_OBJECT_VPORT:
		return nsw_adapter_delete_vport(adapter, NULL, walk->id, NULL);
	case NSW_OBJECT_VF:
		return nsw_adapter_reset_vf(adapter, walk->id, NULL) ?:
		       nsw_vf_free(&adapter->sw, walk->id, NULL);
	default:
		return -EINVAL;
	}
}

bool nsw_adapter_delete_owned(struct nsw_adapter *adapter, u64 owner)
{
	struct nsw_owner_walk walk = { .owner = owner, .object = NSW_OBJECT_FILTER };

	while (nsw_owner_find(&adapter->sw, &walk)) {
		if (walk.object == NSW_OBJECT_SWITCH)
			return true;
		if (nsw_adapter_delete_one(adapter, &walk))
			nsw_owner_drop(&adapter->sw, &walk);
	}
	return false;
}
