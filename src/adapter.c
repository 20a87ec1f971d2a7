// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include "adapter.h"
#include "model/filter.h"
#include "model/status.h"
#include "model/vf.h"
#include "netdev/func.h"
#include "pci/host.h"

/* Readers use an adapter; writers make adapters appear and disappear. */
static DECLARE_RWSEM(nsw_adapters_lock);
static struct nsw_adapter *nsw_adapters[NSW_ADAPTERS_MAX];

struct net *nsw_adapter_net(const struct nsw_adapter *adapter)
{
	struct nsw_func *pf = rcu_dereference(adapter->pf);

	return pf ? dev_net(pf->dev) : &init_net;
}

struct nsw_adapter *nsw_adapter_get(u32 id, const struct net *net)
{
	struct nsw_adapter *adapter;

	down_read(&nsw_adapters_lock);
	adapter = id < NSW_ADAPTERS_MAX ? nsw_adapters[id] : NULL;
	if (adapter) {
		rcu_read_lock();
		if (!net_eq(nsw_adapter_net(adapter), net))
			adapter = NULL;
		rcu_read_unlock();
	}
	if (!adapter)
		up_read(&nsw_adapters_lock);
	return adapter;
}

struct nsw_adapter *nsw_adapter_get_by_vf(u32 ifindex, struct net *net)
{
	const struct net_device *dev;
	struct nsw_adapter *adapter;
	u32 i;

	down_read(&nsw_adapters_lock);
	rcu_read_lock();
	dev = ifindex <= INT_MAX ? dev_get_by_index_rcu(net, ifindex) : NULL;
	for (i = 0; dev && i < NSW_ADAPTERS_MAX; i++) {
		adapter = nsw_adapters[i];
		if (adapter && nsw_func_is_vf(dev, &adapter->sw)) {
			rcu_read_unlock();
			return adapter;
		}
	}
	rcu_read_unlock();
	up_read(&nsw_adapters_lock);
	return NULL;
}

void nsw_adapter_put(struct nsw_adapter *adapter)
{
	up_read(&nsw_adapters_lock);
}

static void nsw_adapter_uplink_changed(void *priv)
{
	struct nsw_adapter *adapter = priv;

	adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
}

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
		err = nsw_func_set_queues(pf, qps);
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
			nsw_adapter_delete_vport(adapter, i, NULL);
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
	nsw_switch_delete(&adapter->sw);
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
	if (!err && params->num_vfs)
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

int nsw_adapter_delete_switch(struct nsw_adapter *adapter, struct netlink_ext_ack *extack)
{
	struct pci_dev *pf = nsw_pci_host_lock_bound_pf(adapter->host);
	int err;

	/* The switch went with the driver. */
	if (!pf)
		return nsw_refuse(extack, ENOENT, FILE_NOT_FOUND, "the adapter has no NIC switch");
	err = nsw_switch_close(&adapter->sw, extack);
	if (!err) {
		nsw_pci_sriov_disable_locked(adapter->host, pf);
		nsw_adapter_finish_switch(adapter);
		adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
	}
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

	if (!num_vfs) {
		if (pci_vfs_assigned(pdev))
			return -EBUSY;
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
	if (!err)
		err = nsw_pci_sriov_enable_locked(host, pdev, num_vfs);
	if (err) {
		if (nsw_adapter_teardown(adapter))
			nsw_adapter_finish_switch(adapter);
		return err;
	}
	adapter->hooks->adapter(adapter, NSW_EVENT_CHANGE);
	return num_vfs;
}

static int nsw_adapter_pf_probe(void *priv, struct pci_dev *pdev)
{
	struct nsw_adapter *adapter = priv;
	struct nsw_func_params params = {
		.sw = &adapter->sw,
		.kind = NSW_FUNC_PF,
		.adapter = adapter->id,
		.parent = &pdev->dev,
		.stats = adapter->sw.vport0.stats,
		.max_qps = adapter->sw.caps.max_qps_default,
		.qps = 1,
		.uplink = &adapter->uplink,
	};
	struct nsw_func *func;

	ether_addr_copy(params.mac, adapter->mac);
	rtnl_lock();
	func = nsw_func_create(&params);
	if (!IS_ERR(func))
		rcu_assign_pointer(adapter->pf, func);
	rtnl_unlock();
	return PTR_ERR_OR_ZERO(func);
}

static void nsw_adapter_pf_remove(void *priv, struct pci_dev *pdev)
{
	struct nsw_adapter *adapter = priv;
	struct nsw_func *func;

	if (nsw_adapter_teardown(adapter))
		nsw_adapter_finish_switch(adapter);
	rtnl_lock();
	func = rtnl_dereference(adapter->pf);
	RCU_INIT_POINTER(adapter->pf, NULL);
	nsw_func_destroy(func);
	rtnl_unlock();
}

static int nsw_adapter_vf_probe(void *priv, struct pci_dev *pdev, unsigned int vf)
{
	struct nsw_adapter *adapter = priv;
	struct nsw_func_params params = {
		.sw = &adapter->sw,
		.kind = NSW_FUNC_VF,
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

static const struct nsw_pci_ops nsw_adapter_pci_ops = {
	.pf_probe = nsw_adapter_pf_probe,
	.pf_remove = nsw_adapter_pf_remove,
	.vf_probe = nsw_adapter_vf_probe,
	.vf_remove = nsw_adapter_vf_remove,
	.sriov_configure = nsw_adapter_configure,
};

static struct nsw_adapter *nsw_adapter_alloc(u32 id, const struct nsw_adapter_params *params,
					     const struct nsw_adapter_hooks *hooks)
{
	struct nsw_adapter *adapter = kzalloc(sizeof(*adapter), GFP_KERNEL);
	int err;

	if (!adapter)
		return ERR_PTR(-ENOMEM);
	adapter->id = id;
	adapter->hooks = hooks;
	err = nsw_switch_init(&adapter->sw, &params->caps, hooks->model);
	if (err) {
		kfree(adapter);
		return ERR_PTR(err);
	}
	nsw_uplink_init(&adapter->uplink, &adapter->sw, params->standalone);
	adapter->uplink.changed = nsw_adapter_uplink_changed;
	adapter->uplink.priv = adapter;
	/* The last two bytes count the VFs. */
	eth_random_addr(adapter->mac);
	adapter->mac[4] = 0;
	adapter->mac[5] = 0;
	return adapter;
}

static void nsw_adapter_free(struct nsw_adapter *adapter)
{
	nsw_switch_fini(&adapter->sw);
	kfree(adapter);
}

int nsw_adapter_create(u32 id, const struct nsw_adapter_params *params,
		       const struct nsw_adapter_hooks *hooks)
{
	const struct nsw_pci_params pci = {
		.vendor = NSW_PCI_VENDOR_ID,
		.device = NSW_PCI_DEVICE_ID_PF,
		.vf_device = NSW_PCI_DEVICE_ID_VF,
		.total_vfs = params->caps.max_vfs,
		.domain = params->domain,
	};
	struct nsw_adapter *adapter = nsw_adapter_alloc(id, params, hooks);

	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	adapter->host = nsw_pci_host_create(id, &pci, &nsw_adapter_pci_ops, adapter);
	if (IS_ERR(adapter->host)) {
		int err = PTR_ERR(adapter->host);

		nsw_adapter_free(adapter);
		return err;
	}
	down_write(&nsw_adapters_lock);
	nsw_adapters[id] = adapter;
	up_write(&nsw_adapters_lock);
	hooks->adapter(adapter, NSW_EVENT_ADD);
	return 0;
}

static void nsw_adapter_destroy(struct nsw_adapter *adapter)
{
	down_write(&nsw_adapters_lock);
	nsw_adapters[adapter->id] = NULL;
	up_write(&nsw_adapters_lock);
	adapter->hooks->adapter(adapter, NSW_EVENT_DEL);
	nsw_pci_host_destroy(adapter->host);
	nsw_adapter_free(adapter);
}

void nsw_adapter_destroy_all(void)
{
	u32 i;

	for (i = NSW_ADAPTERS_MAX; i-- > 0;)
		if (nsw_adapters[i])
			nsw_adapter_destroy(nsw_adapters[i]);
}
