// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include "adapter.h"
#include "model/filter.h"
#include "model/owner.h"
#include "model/status.h"
#include "model/vf.h"
#include "model/vmq.h"
#include "netdev/channels.h"
#include "netdev/func.h"
#include "pci/face.h"
#include "pci/held.h"
#include "pci/host.h"

/* Switch, VFs and interfaces as PCI functions and their drivers come and go. */

static void nsw_adapter_vf_mac(const struct nsw_adapter *adapter, u32 vf, u8 *mac)
{
	u64_to_ether_addr(ether_addr_to_u64(adapter->mac) + vf + 1, mac);
}

static u32 nsw_adapter_vf_qps(struct nsw_adapter *adapter, u32 id)
{
	struct nsw_switch *sw = &adapter->sw;
	u32 qps = 1;

	nsw_switch_lock(sw);
	if (id < sw->num_vfs && sw->vfs[id].vport)
		qps = sw->vfs[id].vport->qps;
	nsw_switch_unlock(sw);
	return qps;
}

/* The interface of the PF has as many queues as the default VPort. */
static int nsw_adapter_set_pf_queues(struct nsw_adapter *adapter, u32 qps)
{
	struct nsw_func *pf;
	int err = -ENODEV;

	rtnl_lock();
	pf = rtnl_dereference(adapter->pf);
	if (pf)
		err = nsw_channels_start_vport(pf, qps);
	rtnl_unlock();
	return err;
}

/* Remove the objects of a switch in the order that the rules ask for. */
static void nsw_adapter_delete_objects(struct nsw_adapter *adapter)
{
	struct nsw_switch *sw = &adapter->sw;
	struct nsw_filter *filter;
	unsigned long id;
	u32 i;

	xa_for_each(&sw->filters, id, filter)
		nsw_filter_del(sw, id, NULL);
	for (i = 1; i < sw->caps.max_vports; i++)
		if (rcu_access_pointer(sw->vports[i]))
			nsw_adapter_delete_vport(adapter, NULL, i, NULL);
	for (i = 0; i < READ_ONCE(sw->num_vfs); i++)
		nsw_vf_free(sw, i, NULL);
}

/*
 * Nothing cascades on request, but when the function below goes away, or the
 * Linux way asks for no VFs, everything goes in order. Somebody may still be
 * adding objects; closed, the switch takes none.
 *
 * Return: whether there was a switch, which is closed now.
 */
static bool nsw_adapter_teardown(struct nsw_adapter *adapter)
{
	int err;

	for (;;) {
		nsw_adapter_delete_objects(adapter);
		err = nsw_switch_close(&adapter->sw, NULL);
		if (err != -EBUSY)
			return !err;
		/* A request is half through a deletion: let it finish. */
		usleep_range(1000, 2000);
	}
}

static void nsw_adapter_finish_switch(struct nsw_adapter *adapter)
{
	nsw_adapter_set_pf_queues(adapter, 1);
	rtnl_lock();
	nsw_switch_delete(&adapter->sw);
	rtnl_unlock();
}

/*
 * Switch and VFs come and go together, by whichever door: all hold the
 * device_lock of the PF meanwhile.
 */
static int nsw_adapter_create_switch_locked(struct nsw_adapter *adapter, struct pci_dev *pf,
					    const struct nsw_switch_params *params,
					    struct netlink_ext_ack *extack)
{
	int err;

	err = nsw_switch_create(&adapter->sw, params, extack);
	if (err)
		return err;
	err = nsw_adapter_set_pf_queues(adapter, params->default_qps);
	if (!err && params->num_vfs && !adapter->sw.is_static)
		err = nsw_pci_sriov_enable_locked(adapter->host, pf, params->num_vfs);
	if (err) {
		if (nsw_adapter_teardown(adapter))
			nsw_adapter_finish_switch(adapter);
		return nsw_refuse(extack, -err, FAILURE, "the PF cannot enable %u VFs",
				  params->num_vfs);
	}
	adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
	return 0;
}

int nsw_adapter_create_switch(struct nsw_adapter *adapter, const struct nsw_switch_params *params,
			      struct netlink_ext_ack *extack)
{
	struct pci_dev *pf = nsw_pci_host_lock_bound_pf(adapter->host);
	int err;

	if (!pf)
		return nsw_refuse(extack, ENODEV, FAILURE, "the PF has no driver");
	err = nsw_adapter_create_switch_locked(adapter, pf, params, extack);
	nsw_pci_host_unlock_pf(pf);
	return err;
}

int nsw_adapter_set_caps(struct nsw_adapter *adapter, const struct nsw_caps_changes *changes,
			 struct netlink_ext_ack *extack)
{
	struct pci_dev *pf = nsw_pci_host_lock_bound_pf(adapter->host);
	int err;

	if (!pf)
		return nsw_refuse(extack, ENODEV, FAILURE, "the PF has no driver");
	err = nsw_switch_set_caps(&adapter->sw, changes, extack);
	/* What sysfs offers; without an SR-IOV capability there is nothing to say. */
	if (!err)
		pci_sriov_set_totalvfs(pf, adapter->sw.caps.max_vfs);
	nsw_pci_host_unlock_pf(pf);
	return err;
}

static int nsw_adapter_delete_switch_locked(struct nsw_adapter *adapter, struct pci_dev *pf,
					    const struct nsw_caller *caller,
					    struct netlink_ext_ack *extack)
{
	int err, held = adapter->sw.is_static ? -1 : nsw_pci_held_find_vf(pf);

	if (held >= 0)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "a program holds VF %d open, through VFIO", held);
	err = nsw_switch_close_as(&adapter->sw, caller, extack);
	if (err)
		return err;
	if (!adapter->sw.is_static)
		nsw_pci_sriov_disable_locked(adapter->host, pf);
	nsw_adapter_finish_switch(adapter);
	adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
	return 0;
}

void nsw_adapter_release(struct nsw_adapter *adapter, u64 owner)
{
	struct nsw_owner_walk walk = { .owner = owner, .object = NSW_OBJECT_FILTER };
	struct pci_dev *pf;

	if (!nsw_owner_find(&adapter->sw, &walk))
		return;
	pf = nsw_pci_host_lock_bound_pf(adapter->host);
	/* All of it went with the driver. */
	if (!pf)
		return;
	if (nsw_adapter_delete_owned(adapter, owner) &&
	    nsw_adapter_delete_switch_locked(adapter, pf, NULL, NULL)) {
		walk.object = NSW_OBJECT_SWITCH;
		nsw_owner_drop(&adapter->sw, &walk);
	}
	nsw_pci_host_unlock_pf(pf);
}

int nsw_adapter_delete_switch(struct nsw_adapter *adapter, const struct nsw_caller *caller,
			      struct netlink_ext_ack *extack)
{
	struct pci_dev *pf = nsw_pci_host_lock_bound_pf(adapter->host);
	int err;

	/* The switch went with the driver. */
	if (!pf)
		return nsw_refuse(extack, ENOENT, FILE_NOT_FOUND, "the adapter has no NIC switch");
	err = nsw_adapter_delete_switch_locked(adapter, pf, caller, extack);
	nsw_pci_host_unlock_pf(pf);
	return err;
}

/* What a VF of any SR-IOV NIC has at once: a VPort that receives its address. */
static int nsw_adapter_populate_vf(struct nsw_adapter *adapter)
{
	struct nsw_vport_params params = { .qps = 1 };
	struct nsw_switch *sw = &adapter->sw;
	u8 mac[ETH_ALEN];
	u32 vport;
	int err;

	err = nsw_vf_allocate(sw, NULL, NULL, &params.vf, NULL);
	if (err)
		return err;
	err = nsw_vport_create(sw, &params, &vport, NULL);
	if (err)
		return err;
	nsw_adapter_vf_mac(adapter, params.vf, mac);
	return nsw_vf_set_auto_filter(sw, params.vf, mac);
}

static int nsw_adapter_configure(void *priv, struct pci_dev *pdev, int num_vfs)
{
	struct nsw_switch_params params = { .num_vfs = num_vfs, .default_qps = 1 };
	struct nsw_pci_host *host = nsw_pci_host_find(pdev);
	struct nsw_adapter *adapter = priv;
	bool closed;
	int i, err;

	err = nsw_fault_strike(&adapter->sw, NSW_FAULT_KIND_NUMVFS, NSW_FAULT_ANY_VF, NULL);
	if (err)
		return err;
	if (adapter->sw.is_static) {
		pci_warn(pdev, "the NIC switch is static: its VFs come and go with this driver\n");
		return -EBUSY;
	}
	if (!num_vfs) {
		if (nsw_pci_held_find_vf(pdev) >= 0) {
			pci_warn(pdev, "a program holds VFs open\n");
			return -EBUSY;
		}
		closed = nsw_adapter_teardown(adapter);
		nsw_pci_sriov_disable_locked(host, pdev);
		if (closed)
			nsw_adapter_finish_switch(adapter);
		adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
		return 0;
	}

	err = nsw_switch_create(&adapter->sw, &params, NULL);
	if (err) {
		pci_err(pdev, "cannot create a NIC switch with %d VFs: %d\n", num_vfs, err);
		return err == -EEXIST ? -EBUSY : err;
	}
	for (i = 0; i < num_vfs && !err; i++)
		err = nsw_adapter_populate_vf(adapter);
	if (err)
		pci_err(pdev, "cannot populate VF %d of %d: %d\n", i - 1, num_vfs, err);
	else
		err = nsw_pci_sriov_enable_locked(host, pdev, num_vfs);
	if (err) {
		if (nsw_adapter_teardown(adapter))
			nsw_adapter_finish_switch(adapter);
		return err;
	}
	adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
	return num_vfs;
}

/* A static switch has its resources and its VFs as long as the PF has its driver. */
static int nsw_adapter_build(struct nsw_adapter *adapter, struct pci_dev *pdev)
{
	struct nsw_switch *sw = &adapter->sw;
	int err;

	if (!sw->is_static)
		return 0;
	err = nsw_switch_build(sw);
	if (err || !sw->settings.num_vfs)
		return err;
	err = nsw_pci_sriov_enable_locked(adapter->host, pdev, sw->settings.num_vfs);
	if (err)
		nsw_switch_unbuild(sw);
	return err;
}

static void nsw_adapter_destroy_pf_func(struct nsw_adapter *adapter)
{
	struct nsw_func *func;

	rtnl_lock();
	func = rtnl_dereference(adapter->pf);
	RCU_INIT_POINTER(adapter->pf, NULL);
	nsw_func_destroy(func);
	rtnl_unlock();
}

static int nsw_adapter_pf_probe(void *priv, struct pci_dev *pdev)
{
	struct nsw_adapter *adapter = priv;
	struct nsw_func_params params = {
		.sw = &adapter->sw,
		.kind = NSW_FUNC_PF,
		.test_registers = nsw_adapter_test_registers,
		.adapter = adapter->id,
		.parent = &pdev->dev,
		.stats = adapter->sw.vport0.stats,
		.max_qps = adapter->sw.hw.max_qps_default,
		.qps = 1,
		.uplink = &adapter->uplink,
		.net = adapter->birth_net,
	};
	struct nsw_func *func;

	/* Events look at it, and the interface of the PF comes before the host is returned. */
	adapter->host = nsw_pci_host_find(pdev);
	ether_addr_copy(params.mac, adapter->mac);
	rtnl_lock();
	func = nsw_func_create(&params);
	if (!IS_ERR(func))
		rcu_assign_pointer(adapter->pf, func);
	rtnl_unlock();
	adapter->birth_err = PTR_ERR_OR_ZERO(func);
	if (IS_ERR(func))
		return PTR_ERR(func);
	/* A static switch excludes VM queues, also while it is being built. */
	if (!adapter->sw.is_static)
		nsw_vmq_open(&adapter->sw);
	/* The PCI core forgets the number when the driver goes; the capabilities stay. */
	pci_sriov_set_totalvfs(pdev, adapter->sw.caps.max_vfs);
	adapter->birth_err = nsw_adapter_build(adapter, pdev);
	adapter->birth_static = adapter->birth_err;
	if (adapter->birth_err) {
		nsw_adapter_free_queues(adapter);
		nsw_adapter_destroy_pf_func(adapter);
	}
	return adapter->birth_err;
}

static void nsw_adapter_pf_remove(void *priv, struct pci_dev *pdev)
{
	struct nsw_adapter *adapter = priv;

	if (nsw_adapter_teardown(adapter))
		nsw_adapter_finish_switch(adapter);
	if (adapter->sw.is_static)
		nsw_switch_unbuild(&adapter->sw);
	nsw_adapter_free_queues(adapter);
	nsw_adapter_destroy_pf_func(adapter);
}

static int nsw_adapter_vf_probe(void *priv, struct pci_dev *pdev, unsigned int vf)
{
	struct nsw_adapter *adapter = priv;
	struct nsw_func_params params = {
		.sw = &adapter->sw,
		.kind = NSW_FUNC_VF,
		.test_registers = nsw_adapter_test_registers,
		.id = vf,
		.adapter = adapter->id,
		.parent = &pdev->dev,
		.max_qps = adapter->sw.caps.max_qps_vport,
	};
	struct nsw_func *pf, *func;

	nsw_adapter_vf_mac(adapter, vf, params.mac);
	rtnl_lock();
	pf = rtnl_dereference(adapter->pf);
	/* VFs come with a switch; without one somebody else has enabled them. */
	if (!pf || vf >= adapter->sw.num_vfs) {
		rtnl_unlock();
		return -ENODEV;
	}
	params.qps = nsw_adapter_vf_qps(adapter, vf);
	params.net = dev_net(pf->dev);
	params.stats = adapter->sw.vfs[vf].stats;
	func = nsw_func_create(&params);
	rtnl_unlock();
	if (IS_ERR(func))
		return PTR_ERR(func);
	pci_set_drvdata(pdev, func);
	return 0;
}

static void nsw_adapter_vf_remove(void *priv, struct pci_dev *pdev, unsigned int vf)
{
	rtnl_lock();
	nsw_func_destroy(pci_get_drvdata(pdev));
	rtnl_unlock();
}

/* VPort 0 stays with the PF; VFs of a PF that was reset have events of their own. */
static void nsw_adapter_pf_event(struct nsw_adapter *adapter, const struct nsw_pci_event *event)
{
	struct nsw_switch *sw = &adapter->sw;
	struct nsw_func *pf;

	nsw_switch_lock(sw);
	nsw_vport_block_locked(&sw->vport0, NSW_BLOCK_POWER, event->power);
	nsw_switch_unlock(sw);
	pf = rtnl_dereference(adapter->pf);
	if (event->reset && pf)
		nsw_func_reset(pf);
}

static void nsw_adapter_event(void *priv, const struct nsw_pci_event *event)
{
	struct nsw_adapter *adapter = priv;

	rtnl_lock();
	if (event->is_vf)
		nsw_adapter_follow_vf(adapter, event->vf, event->reset,
				      NSW_POWER_D0 + event->power);
	else
		nsw_adapter_pf_event(adapter, event);
	rtnl_unlock();
}

const struct nsw_pci_ops nsw_adapter_pci_ops = {
	.pf_probe = nsw_adapter_pf_probe,
	.pf_remove = nsw_adapter_pf_remove,
	.vf_probe = nsw_adapter_vf_probe,
	.vf_remove = nsw_adapter_vf_remove,
	.sriov_configure = nsw_adapter_configure,
	.event = nsw_adapter_event,
};
