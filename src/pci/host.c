// SPDX-License-Identifier: GPL-2.0-only
/* A synthetic host bridge: bus numbers, birth and death; binding and SR-IOV under its locks. */

#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/numa.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "pci/busn.h"
#include "pci/caps.h"
#include "pci/face.h"
#include "pci/held.h"
#include "pci/host.h"
#include "pci/identity.h"
#include "pci/mem.h"
#include "pci/waiters.h"

#define NSW_PCI_HOST_CLASS		(PCI_CLASS_NETWORK_ETHERNET << 8)

/* How often to complain of references. */
#define NSW_PCI_HOST_WARN_PERIOD	(10 * HZ)

/**
 * struct nsw_pci_host - one root bus with its PF
 * @sysdata: &pci_bus.sysdata of all its buses; architectures look into it
 * @bridge: the host bridge; one reference is ours
 * @busn: bus numbers of PF and VFs
 * @ops: calls up
 * @priv: their first argument
 * @params: what it is
 * @mem: what is behind its BARs
 * @work: tells events
 * @index: number of the host, for messages
 * @pf_bound: the PF has its driver; written under its device_lock
 * @retired: being destroyed; written under rescan_remove and the PF's device_lock
 * @face: its configuration spaces
 */
struct nsw_pci_host {
	struct pci_sysdata sysdata;
	struct pci_host_bridge *bridge;
	struct resource busn;
	const struct nsw_pci_ops *ops;
	void *priv;
	struct nsw_pci_params params;
	struct nsw_pci_mem mem;
	struct work_struct work;
	unsigned int index;
	bool pf_bound;
	bool retired;
	struct nsw_pci_face face;
};

static unsigned int nsw_pci_host_rid(const struct nsw_pci_host *host, const struct pci_bus *bus,
				     unsigned int devfn)
{
	return PCI_DEVID(bus->number, devfn) - PCI_DEVID(host->busn.start, 0);
}

static int nsw_pci_host_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *val)
{
	struct nsw_pci_host *host = container_of(bus->sysdata, struct nsw_pci_host, sysdata);
	unsigned int rid = nsw_pci_host_rid(host, bus, devfn);

	return nsw_pci_face_read(&host->face, rid, where, size, val) ?
	       PCIBIOS_SUCCESSFUL : PCIBIOS_DEVICE_NOT_FOUND;
}

static int nsw_pci_host_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 val)
{
	struct nsw_pci_host *host = container_of(bus->sysdata, struct nsw_pci_host, sysdata);
	unsigned int rid = nsw_pci_host_rid(host, bus, devfn);

	return nsw_pci_face_write(&host->face, rid, where, size, val) ?
	       PCIBIOS_SUCCESSFUL : PCIBIOS_DEVICE_NOT_FOUND;
}

static struct pci_ops nsw_pci_host_bus_ops = {
	.read = nsw_pci_host_read,
	.write = nsw_pci_host_write,
};

struct nsw_pci_host *nsw_pci_host_find(struct pci_dev *pdev)
{
	/* The bridge's, because aer_inject replaces the ops of a bus. */
	struct pci_host_bridge *bridge = pci_find_host_bridge(pdev->bus);

	if (bridge->ops != &nsw_pci_host_bus_ops)
		return NULL;
	return container_of(bridge->sysdata, struct nsw_pci_host, sysdata);
}

struct nsw_pci_face *nsw_pci_host_face(struct nsw_pci_host *host)
{
	return &host->face;
}

const struct nsw_pci_params *nsw_pci_host_params(const struct nsw_pci_host *host)
{
	return &host->params;
}

/* Registers are written with interrupts off; those who have to know want to sleep. */
static void nsw_pci_host_work(struct work_struct *work)
{
	struct nsw_pci_host *host = container_of(work, struct nsw_pci_host, work);
	struct nsw_pci_event event;

	while (nsw_pci_face_take_event(&host->face, &event))
		host->ops->event(host->priv, &event);
}

static void nsw_pci_host_changed(struct nsw_pci_face *face)
{
	schedule_work(&container_of(face, struct nsw_pci_host, face)->work);
}

static const struct nsw_pci_face_ops nsw_pci_host_face_ops = {
	.changed = nsw_pci_host_changed,
};

void nsw_pci_host_flush_events(struct nsw_pci_host *host)
{
	flush_work(&host->work);
}

/* The PF with a reference, or NULL when it was removed through sysfs. */
static struct pci_dev *nsw_pci_host_get_pf(struct nsw_pci_host *host)
{
	return pci_get_slot(host->bridge->bus, PCI_DEVFN(0, 0));
}

struct pci_dev *nsw_pci_host_get_vf(struct nsw_pci_host *host, unsigned int vf)
{
	unsigned int rid = PCI_DEVID(host->busn.start, 0) + nsw_pci_face_vf_rid(vf);

	return pci_get_domain_bus_and_slot(host->sysdata.domain, PCI_BUS_NUM(rid), rid & 0xff);
}

/* Chooses domain and bus numbers; they stay free until rescan_remove is dropped. */
static int nsw_pci_host_place(struct nsw_pci_host *host)
{
	unsigned int buses = 1 + DIV_ROUND_UP(host->face.total_vfs, 256);
	int domain = host->params.domain;
	int start = nsw_pci_busn_find(&domain, host->params.bus, buses);

	if (start < 0)
		return start;
	host->sysdata.domain = domain;
	host->sysdata.node = NUMA_NO_NODE;
	host->bridge->domain_nr = domain;
	host->busn = (struct resource){
		.name = "nicswitch",
		.start = start,
		.end = start + buses - 1,
		.flags = IORESOURCE_BUS,
	};
	return 0;
}

/*
 * Takes rescan_remove and, when there is a PF, its device_lock: those are what
 * sriov_numvfs_store() holds. Others take them in either order, so here nobody
 * waits for one while holding the other.
 */
static struct pci_dev *nsw_pci_host_lock_pf(struct nsw_pci_host *host)
{
	struct pci_dev *pf;

	for (;;) {
		pci_lock_rescan_remove();
		pf = nsw_pci_host_get_pf(host);
		if (!pf || device_trylock(&pf->dev))
			return pf;
		pci_unlock_rescan_remove();
		pci_dev_put(pf);
		usleep_range(1000, 2000);
	}
}

void nsw_pci_host_unlock_pf(struct pci_dev *pf)
{
	if (pf)
		device_unlock(&pf->dev);
	pci_unlock_rescan_remove();
	pci_dev_put(pf);
}

int nsw_pci_sriov_enable_locked(struct nsw_pci_host *host, struct pci_dev *pf, unsigned int num_vfs)
{
	device_lock_assert(&pf->dev);
	if (!host->pf_bound || host->retired)
		return -ENODEV;
	return pci_enable_sriov(pf, num_vfs);
}

void nsw_pci_sriov_disable_locked(struct nsw_pci_host *host, struct pci_dev *pf)
{
	device_lock_assert(&pf->dev);
	pci_disable_sriov(pf);
}

struct pci_dev *nsw_pci_host_lock_bound_pf(struct nsw_pci_host *host)
{
	struct pci_dev *pf = nsw_pci_host_lock_pf(host);

	if (pf && host->pf_bound && !host->retired)
		return pf;
	nsw_pci_host_unlock_pf(pf);
	return NULL;
}

int nsw_pci_host_bind_pf(struct nsw_pci_host *host, struct pci_dev *pdev)
{
	int err;

	device_lock_assert(&pdev->dev);
	if (host->retired)
		return -ENODEV;
	/* Some drivers (pci-pf-stub) leave their VFs behind. */
	nsw_pci_sriov_disable_locked(host, pdev);
	/* Before the call up, which may enable VFs. */
	WRITE_ONCE(host->pf_bound, true);
	err = host->ops->pf_probe(host->priv, pdev);
	if (err) {
		nsw_pci_sriov_disable_locked(host, pdev);
		WRITE_ONCE(host->pf_bound, false);
	}
	return err;
}

/*
 * Whether rescan_remove is held depends on who unbinds, so it cannot be taken
 * here, and disabling SR-IOV has to do without, as in every PF driver.
 */
void nsw_pci_host_unbind_pf(struct nsw_pci_host *host, struct pci_dev *pdev)
{
	device_lock_assert(&pdev->dev);
	nsw_pci_sriov_disable_locked(host, pdev);
	WRITE_ONCE(host->pf_bound, false);
	host->ops->pf_remove(host->priv, pdev);
}

int nsw_pci_host_bind_vf(struct nsw_pci_host *host, struct pci_dev *pdev)
{
	/*
	 * Without the PF's device_lock: the PF's driver leaves only after
	 * pci_disable_sriov() has waited for this VF's device_lock.
	 */
	if (!READ_ONCE(host->pf_bound))
		return -ENODEV;
	return host->ops->vf_probe(host->priv, pdev, pci_iov_vf_id(pdev));
}

void nsw_pci_host_unbind_vf(struct nsw_pci_host *host, struct pci_dev *pdev)
{
	host->ops->vf_remove(host->priv, pdev, pci_iov_vf_id(pdev));
}

int nsw_pci_host_configure(struct nsw_pci_host *host, struct pci_dev *pdev, int num_vfs)
{
	device_lock_assert(&pdev->dev);
	if (host->retired)
		return -ENODEV;
	return host->ops->sriov_configure(host->priv, pdev, num_vfs);
}

u32 nsw_pci_host_vf_vectors(const struct nsw_pci_host *host)
{
	return nsw_pci_face_vf_vectors(&host->face);
}

int nsw_pci_host_set_vf_vectors(struct nsw_pci_host *host, struct pci_dev *vf, int vectors)
{
	return nsw_pci_face_set_vf_vectors(&host->face, pci_iov_vf_id(vf), vectors);
}

int nsw_pci_host_find_held(struct nsw_pci_host *host)
{
	struct pci_dev *pf = nsw_pci_host_get_pf(host);
	int vf;

	if (!pf)
		return -ENOENT;
	vf = nsw_pci_held_find_vf(pf);
	if (vf >= 0)
		vf++;
	else if (nsw_pci_held_is(pf))
		vf = 0;
	pci_dev_put(pf);
	return vf;
}

static int nsw_pci_host_add_bus(struct nsw_pci_host *host)
{
	struct pci_host_bridge *bridge;
	struct pci_dev *pf;
	int err;

	bridge = pci_alloc_host_bridge(0);
	if (!bridge)
		return -ENOMEM;
	bridge->sysdata = &host->sysdata;
	bridge->ops = &nsw_pci_host_bus_ops;
	host->bridge = bridge;

	pci_lock_rescan_remove();
	err = nsw_pci_host_place(host);
	if (err)
		goto unlock;
	pci_add_resource(&bridge->windows, &host->busn);
	/* It does not say when it is short of memory. */
	if (list_empty(&bridge->windows))
		err = -ENOMEM;
	if (!err)
		err = nsw_pci_mem_add_windows(&host->mem, &bridge->windows);
	if (!err)
		err = pci_scan_root_bus_bridge(bridge);
	if (err)
		goto unlock;
	pci_bus_assign_resources(bridge->bus);
	pci_bus_add_devices(bridge->bus);
	pf = nsw_pci_host_get_pf(host);
	if (pf)
		nsw_pci_mem_watch(&host->mem, pf);
	pci_dev_put(pf);
unlock:
	pci_unlock_rescan_remove();
	if (err)
		pci_free_host_bridge(bridge);
	return err;
}

static bool nsw_pci_host_params_are_valid(const struct nsw_pci_params *params)
{
	int max_domain = IS_ENABLED(CONFIG_PCI_DOMAINS) ? NSW_PCI_MAX_DOMAIN : 0;

	return params->domain >= -1 && params->domain <= max_domain &&
	       params->bus >= -1 && params->bus <= NSW_PCI_MAX_BUS &&
	       params->total_vfs <= NSW_PCI_MAX_VFS;
}

static int nsw_pci_host_init_face(struct nsw_pci_host *host)
{
	const struct nsw_pci_params *params = &host->params;
	struct nsw_pci_ids ids = {
		.vendor = params->vendor,
		.device = params->device,
		.subsystem_vendor = params->subsystem_vendor,
		.subsystem_device = params->subsystem_device,
		.class = NSW_PCI_HOST_CLASS,
		.serial = params->serial,
	};

	if (nsw_pci_mem_init(&host->mem, params->total_vfs)) {
		ids.bar = nsw_pci_mem_address(&host->mem.pf);
		ids.vf_bar = nsw_pci_mem_address(&host->mem.vfs);
	} else {
		pr_debug("adapter %u: no memory for BARs, so no MSI-X\n", host->index);
	}
	return nsw_pci_face_init(&host->face, &ids, params->total_vfs, params->vf_device,
				 &nsw_pci_host_face_ops);
}

static struct nsw_pci_host *nsw_pci_host_alloc(unsigned int index,
					       const struct nsw_pci_params *params,
					       const struct nsw_pci_ops *ops, void *priv)
{
	struct nsw_pci_host *host = kzalloc(sizeof(*host), GFP_KERNEL);

	if (!host)
		return NULL;
	host->index = index;
	host->ops = ops;
	host->priv = priv;
	host->params = *params;
	INIT_WORK(&host->work, nsw_pci_host_work);
	return host;
}

struct nsw_pci_host *nsw_pci_host_create(unsigned int index, const struct nsw_pci_params *params,
					 const struct nsw_pci_ops *ops, void *priv)
{
	struct nsw_pci_host *host;
	struct pci_dev *pf;
	int err;

	if (!nsw_pci_host_params_are_valid(params))
		return ERR_PTR(-EINVAL);
	host = nsw_pci_host_alloc(index, params, ops, priv);
	if (!host)
		return ERR_PTR(-ENOMEM);
	err = nsw_pci_identity_learn(params);
	if (err)
		goto free_host;
	err = nsw_pci_host_init_face(host);
	if (err)
		goto fini_mem;
	err = nsw_pci_host_add_bus(host);
	if (err)
		goto fini_face;

	pf = nsw_pci_host_get_pf(host);
	if (!pf) {
		nsw_pci_host_destroy(host);
		return ERR_PTR(-ENODEV);
	}
	pci_dev_put(pf);
	return host;

fini_face:
	cancel_work_sync(&host->work);
	nsw_pci_face_fini(&host->face);
fini_mem:
	nsw_pci_mem_fini(&host->mem);
free_host:
	kfree(host);
	return ERR_PTR(err);
}

/* Stage 1: nothing binds any more, pci-pf-stub neither; no VFs, no driver on the PF. */
static void nsw_pci_host_retire(struct nsw_pci_host *host)
{
	struct kernfs_node *dir;
	struct pci_dev *pf;

	for (;;) {
		pf = nsw_pci_host_lock_pf(host);
		host->retired = true;
		if (pf)
			pf->match_driver = false;
		dir = nsw_pci_waiters_find_locked(host->bridge->bus, pf);
		if (!dir)
			break;
		nsw_pci_host_unlock_pf(pf);
		nsw_pci_waiters_keep_out(dir);
	}
	if (pf)
		nsw_pci_sriov_disable_locked(host, pf);
	nsw_pci_host_unlock_pf(pf);

	/* Not under rescan_remove, which a writer of sriov_numvfs waits for with device_lock. */
	pf = nsw_pci_host_get_pf(host);
	if (pf)
		device_release_driver(&pf->dev);
	pci_dev_put(pf);
}

/* Stage 2: no devices, no buses. */
static void nsw_pci_host_remove_bus(struct nsw_pci_host *host)
{
	struct pci_bus *root = host->bridge->bus;

	nsw_pci_waiters_lock(root);
	pci_stop_root_bus(root);
	pci_remove_root_bus(root);
	pci_unlock_rescan_remove();
}

/*
 * Stage 3: nobody else has a reference. Devices and buses hold one to their
 * bridge, so it is enough to look at that; and once the last but ours is gone,
 * there is nothing left through which a new one could be taken.
 *
 * This waits instead of freeing in a release callback so that no code of this
 * module runs later, when it may have been unloaded.
 */
static void nsw_pci_host_wait_unused(struct nsw_pci_host *host)
{
	struct kref *kref = &host->bridge->dev.kobj.kref;
	unsigned long warn = jiffies + NSW_PCI_HOST_WARN_PERIOD;

	while (kref_read(kref) > 1) {
		if (time_after(jiffies, warn)) {
			pr_warn("adapter %u: waiting for PCI references, %u left\n",
				host->index, kref_read(kref) - 1);
			warn = jiffies + NSW_PCI_HOST_WARN_PERIOD;
		}
		msleep(20);
	}
}

void nsw_pci_host_destroy(struct nsw_pci_host *host)
{
	nsw_pci_host_retire(host);
	nsw_pci_host_remove_bus(host);
	nsw_pci_host_wait_unused(host);
	pci_free_host_bridge(host->bridge);
	/* Without devices nobody writes registers any more. */
	cancel_work_sync(&host->work);
	nsw_pci_face_fini(&host->face);
	nsw_pci_mem_fini(&host->mem);
	kfree(host);
}
