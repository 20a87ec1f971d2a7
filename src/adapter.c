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

/* The EUI-64 that contains the address of the PF. */
static u64 nsw_adapter_serial(const struct nsw_adapter *adapter)
{
	u64 mac = ether_addr_to_u64(adapter->mac);

	return (mac >> 24) << 40 | 0xfffeULL << 24 | (mac & 0xffffff);
}

static void nsw_adapter_free(struct nsw_adapter *adapter)
{
	nsw_switch_fini(&adapter->sw);
	kfree(adapter);
}

int nsw_adapter_create(u32 id, const struct nsw_adapter_params *params,
		       const struct nsw_adapter_hooks *hooks)
{
	struct nsw_pci_params pci = {
		.vendor = NSW_PCI_VENDOR_ID,
		.device = NSW_PCI_DEVICE_ID_PF,
		.vf_device = NSW_PCI_DEVICE_ID_VF,
		.subsystem_vendor = NSW_PCI_VENDOR_ID,
		.subsystem_device = NSW_PCI_DEVICE_ID_PF,
		.total_vfs = params->caps.max_vfs,
		.domain = params->domain,
		.bus = -1,
	};
	struct nsw_adapter *adapter = nsw_adapter_alloc(id, params, hooks);

	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	pci.serial = nsw_adapter_serial(adapter);
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
