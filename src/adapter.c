// SPDX-License-Identifier: GPL-2.0-only
#include <linux/completion.h>
#include <linux/etherdevice.h>
#include <linux/idr.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <net/net_namespace.h>
#include "adapter.h"
#include "model/status.h"
#include "netdev/func.h"
#include "pci/host.h"

/* How long a request waits for an adapter to go. */
#define NSW_ADAPTER_PATIENCE	(10 * HZ)

/* Readers use an adapter; writers make adapters appear and disappear. */
static DECLARE_RWSEM(nsw_adapters_lock);
static struct nsw_adapter *nsw_adapters[NSW_ADAPTERS_MAX];
/* The module goes: no new ones. */
static bool nsw_adapters_closed;

/* A number is taken from before an adapter can be found until it is gone. */
static DEFINE_IDA(nsw_adapter_ids);
static struct workqueue_struct *nsw_adapter_wq;

struct nsw_adapter_config nsw_adapter_defaults = {
	.vfs = 256,
	.static_vfs = -1,
	.static_qps = 1,
	.pci = {
		.vendor = NSW_PCI_VENDOR_ID,
		.device = NSW_PCI_DEVICE_ID_PF,
		.vf_device = NSW_PCI_DEVICE_ID_VF,
		.domain = -1,
		.bus = -1,
	},
	.standalone = true,
};

struct net *nsw_adapter_net(const struct nsw_adapter *adapter)
{
	struct nsw_func *pf = rcu_dereference(adapter->pf);

	return pf ? dev_net(pf->dev) : &init_net;
}

static bool nsw_adapter_is_in(const struct nsw_adapter *adapter, const struct net *net)
{
	bool is_in;

	rcu_read_lock();
	is_in = net_eq(nsw_adapter_net(adapter), net);
	rcu_read_unlock();
	return is_in;
}

struct nsw_adapter *nsw_adapter_get(u32 id, const struct net *net)
{
	struct nsw_adapter *adapter;

	down_read(&nsw_adapters_lock);
	adapter = id < NSW_ADAPTERS_MAX ? nsw_adapters[id] : NULL;
	if (adapter && !nsw_adapter_is_in(adapter, net))
		adapter = NULL;
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

void nsw_adapter_release_all(u64 owner)
{
	u32 i;

	for (i = 0; i < NSW_ADAPTERS_MAX; i++) {
		down_read(&nsw_adapters_lock);
		if (nsw_adapters[i])
			nsw_adapter_release(nsw_adapters[i], owner);
		up_read(&nsw_adapters_lock);
	}
}

static int nsw_adapter_caps(const struct nsw_adapter_config *config, struct nsw_caps *caps,
			    struct netlink_ext_ack *extack)
{
	nsw_caps_init(caps, config->vfs);
	if (config->vports) {
		caps->max_vports = config->vports;
		caps->max_qps = 4 * config->vports;
	}
	if (config->qps)
		caps->max_qps = config->qps;
	if (config->filters) {
		caps->max_macs = config->filters;
		caps->max_filters = 2 * config->filters;
	}
	caps->flags &= ~config->without;
	/* One needs the other. */
	if (config->without & NSW_CAPS_F_SINGLE_VPORT_POOL)
		caps->flags &= ~NSW_CAPS_F_RSS_ON_PF_VPORTS;
	return nsw_caps_validate(caps, extack);
}

/* Before the PF gets its driver, which builds the switch. */
static int nsw_adapter_make_static(struct nsw_adapter *adapter,
				   const struct nsw_adapter_config *config,
				   struct netlink_ext_ack *extack)
{
	const struct nsw_switch_params settings = {
		.name = config->static_name,
		.num_vfs = config->static_vfs,
		.default_qps = config->static_qps,
	};

	if (config->static_vfs < 0)
		return 0;
	return nsw_switch_make_static(&adapter->sw, &settings, extack);
}

static void nsw_adapter_destroy_work(struct work_struct *work);

static struct nsw_adapter *nsw_adapter_alloc(const struct nsw_adapter_config *config,
					     const struct nsw_caps *caps,
					     const struct nsw_adapter_hooks *hooks)
{
	struct nsw_adapter *adapter = kzalloc(sizeof(*adapter), GFP_KERNEL);
	int err;

	if (!adapter)
		return ERR_PTR(-ENOMEM);
	err = ida_alloc_max(&nsw_adapter_ids, NSW_ADAPTERS_MAX - 1, GFP_KERNEL);
	if (err < 0)
		goto free;
	adapter->id = err;
	adapter->hooks = hooks;
	err = nsw_switch_init(&adapter->sw, caps, hooks->model);
	if (err)
		goto free_id;
	adapter->sw.vfs_need_pf = config->vfs_need_pf;
	INIT_WORK(&adapter->destroy, nsw_adapter_destroy_work);
	nsw_uplink_init(&adapter->uplink, &adapter->sw, config->standalone);
	adapter->uplink.changed = nsw_adapter_uplink_changed;
	adapter->uplink.priv = adapter;
	/* The last two bytes count the VFs. */
	eth_random_addr(adapter->mac);
	adapter->mac[4] = 0;
	adapter->mac[5] = 0;
	return adapter;

free_id:
	ida_free(&nsw_adapter_ids, adapter->id);
free:
	kfree(adapter);
	return ERR_PTR(err);
}

static void nsw_adapter_free(struct nsw_adapter *adapter)
{
	nsw_switch_fini(&adapter->sw);
	ida_free(&nsw_adapter_ids, adapter->id);
	kfree(adapter);
}

/* The EUI-64 that contains the address of the PF. */
static u64 nsw_adapter_serial(const struct nsw_adapter *adapter)
{
	u64 mac = ether_addr_to_u64(adapter->mac);

	return (mac >> 24) << 40 | 0xfffeULL << 24 | (mac & 0xffffff);
}

static int nsw_adapter_create_host(struct nsw_adapter *adapter,
				   const struct nsw_adapter_config *config,
				   struct netlink_ext_ack *extack)
{
	struct nsw_pci_params pci = config->pci;
	int err;

	if (!pci.vendor || pci.vendor == PCI_VENDOR_ID_PCI_SIG || pci.vendor == 0xffff)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "PCI vendor %#06x says that there is no function, or none yet",
				  pci.vendor);
	pci.total_vfs = config->vfs;
	pci.serial = nsw_adapter_serial(adapter);
	/* As with most: the subsystem is the function itself. */
	if (!pci.subsystem_vendor)
		pci.subsystem_vendor = pci.vendor;
	if (!pci.subsystem_device)
		pci.subsystem_device = pci.device;
	adapter->host = nsw_pci_host_create(adapter->id, &pci, &nsw_adapter_pci_ops, adapter);
	err = PTR_ERR_OR_ZERO(adapter->host);
	if (err == -ENOSPC)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "no PCI domain or bus numbers are free for %u VFs there",
				  config->vfs);
	if (err)
		return nsw_refuse(extack, -err, FAILURE, "the PCI functions cannot be created");
	/* Its driver need not be bound; but if it was, it should have stayed. */
	err = adapter->birth_err;
	if (!err)
		return 0;
	nsw_pci_host_destroy(adapter->host);
	if (adapter->birth_static)
		return nsw_refuse(extack, -err, FAILURE,
				  "cannot build the static NIC switch with its VFs: error %d", err);
	if (err == -EEXIST)
		return nsw_refuse(extack, EEXIST, FAILURE,
				  "the PF cannot be nsw%u: there is an interface of that name",
				  adapter->id);
	return nsw_refuse(extack, -err, FAILURE, "cannot make interface nsw%u: error %d",
			  adapter->id, err);
}

static int nsw_adapter_publish(struct nsw_adapter *adapter)
{
	down_write(&nsw_adapters_lock);
	if (nsw_adapters_closed) {
		up_write(&nsw_adapters_lock);
		return -ENODEV;
	}
	nsw_adapters[adapter->id] = adapter;
	/* Before it can be deleted. */
	adapter->hooks->adapter(adapter, NSW_EVENT_ADD);
	up_write(&nsw_adapters_lock);
	return 0;
}

int nsw_adapter_create(const struct nsw_adapter_config *config, struct net *net,
		       const struct nsw_adapter_hooks *hooks, u32 *id,
		       struct netlink_ext_ack *extack)
{
	struct nsw_adapter *adapter;
	struct nsw_caps caps;
	int err;

	err = nsw_adapter_caps(config, &caps, extack);
	if (err)
		return err;
	adapter = nsw_adapter_alloc(config, &caps, hooks);
	if (adapter == ERR_PTR(-ENOSPC))
		return nsw_refuse(extack, ENOSPC, RESOURCES, "all %u adapters exist",
				  NSW_ADAPTERS_MAX);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	*id = adapter->id;
	adapter->birth_net = net;
	err = nsw_adapter_make_static(adapter, config, extack) ?:
	      nsw_adapter_create_host(adapter, config, extack);
	if (err)
		goto free_adapter;
	adapter->birth_net = NULL;
	err = nsw_adapter_publish(adapter);
	if (err)
		goto destroy_host;
	return 0;

destroy_host:
	nsw_pci_host_destroy(adapter->host);
free_adapter:
	nsw_adapter_free(adapter);
	return err;
}

static void nsw_adapter_destroy_work(struct work_struct *work)
{
	struct nsw_adapter *adapter = container_of(work, struct nsw_adapter, destroy);

	struct completion *gone;

	nsw_pci_host_destroy(adapter->host);
	/* Under the lock, as whoever waits for it may just lose patience. */
	down_write(&nsw_adapters_lock);
	gone = adapter->gone;
	nsw_adapter_free(adapter);
	if (gone)
		complete(gone);
	up_write(&nsw_adapters_lock);
}

/* From here no request finds it, and those that had found it have ended. */
static void nsw_adapter_unpublish_locked(struct nsw_adapter *adapter)
{
	lockdep_assert_held_write(&nsw_adapters_lock);
	nsw_adapters[adapter->id] = NULL;
	adapter->hooks->adapter(adapter, NSW_EVENT_DEL);
	queue_work(nsw_adapter_wq, &adapter->destroy);
}

static int nsw_adapter_refuse_absent(u32 id, struct netlink_ext_ack *extack)
{
	return nsw_refuse(extack, ENODEV, INVALID_PARAMETER,
			  "adapter %u does not exist in this network namespace", id);
}

/* What would wait for a program, in the PCI core, is better refused. */
static int nsw_adapter_check_held(u32 id, const struct net *net, struct netlink_ext_ack *extack)
{
	struct nsw_adapter *adapter = nsw_adapter_get(id, net);
	int function;

	if (!adapter)
		return nsw_adapter_refuse_absent(id, extack);
	function = nsw_pci_host_find_held(adapter->host);
	nsw_adapter_put(adapter);
	if (function > 0)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "a program holds VF %d open, through VFIO", function - 1);
	if (!function)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "a program holds the PF open, through VFIO");
	return 0;
}

int nsw_adapter_delete(u32 id, const struct net *net, struct netlink_ext_ack *extack)
{
	DECLARE_COMPLETION_ONSTACK(gone);
	struct nsw_adapter *adapter;
	int err;

	/* May take seconds, which the write side must not. */
	err = nsw_adapter_check_held(id, net, extack);
	if (err)
		return err;
	down_write(&nsw_adapters_lock);
	adapter = id < NSW_ADAPTERS_MAX ? nsw_adapters[id] : NULL;
	if (!adapter || !nsw_adapter_is_in(adapter, net)) {
		err = nsw_adapter_refuse_absent(id, extack);
	} else {
		adapter->gone = &gone;
		nsw_adapter_unpublish_locked(adapter);
	}
	up_write(&nsw_adapters_lock);
	if (err || wait_for_completion_timeout(&gone, NSW_ADAPTER_PATIENCE))
		return err;

	down_write(&nsw_adapters_lock);
	if (!completion_done(&gone)) {
		adapter->gone = NULL;
		err = nsw_refuse(extack, EINPROGRESS, FAILURE,
				 "adapter %u goes when nobody uses its PCI functions any more",
				 id);
	}
	up_write(&nsw_adapters_lock);
	return err;
}

int nsw_adapter_init(void)
{
	nsw_adapter_wq = alloc_workqueue("nicswitch", WQ_UNBOUND, 0);
	return nsw_adapter_wq ? 0 : -ENOMEM;
}

void nsw_adapter_fini(void)
{
	u32 i;

	down_write(&nsw_adapters_lock);
	nsw_adapters_closed = true;
	for (i = NSW_ADAPTERS_MAX; i-- > 0;)
		if (nsw_adapters[i])
			nsw_adapter_unpublish_locked(nsw_adapters[i]);
	up_write(&nsw_adapters_lock);
	/* Waits for them. */
	destroy_workqueue(nsw_adapter_wq);
}
