// SPDX-License-Identifier: GPL-2.0-only
/* The drivers of PF and VF: find the host of a function and tell it. */

#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/device/bus.h>
#include <linux/errno.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pci.h>

#include "pci/driver.h"
#include "pci/host.h"
#include "pci/identity.h"
#include "pci/mem.h"

/* Ids are no proof: driver_override and new_id bind a driver to any function. */
static struct nsw_pci_host *nsw_pci_driver_find(struct pci_dev *pdev, bool is_vf)
{
	return pdev->is_virtfn == is_vf ? nsw_pci_host_find(pdev) : NULL;
}

static int nsw_pci_driver_pf_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nsw_pci_host *host = nsw_pci_driver_find(pdev, false);
	int err;

	if (!host)
		return -ENODEV;
	err = pci_enable_device(pdev);
	if (err)
		return err;
	/* For those who look: frames are not moved by DMA, and do not depend on it. */
	pci_set_master(pdev);
	err = nsw_pci_host_bind_pf(host, pdev);
	if (err)
		pci_disable_device(pdev);
	return err;
}

static void nsw_pci_driver_pf_remove(struct pci_dev *pdev)
{
	nsw_pci_host_unbind_pf(nsw_pci_host_find(pdev), pdev);
	pci_disable_device(pdev);
}

static int nsw_pci_driver_vf_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nsw_pci_host *host = nsw_pci_driver_find(pdev, true);
	int err;

	if (!host)
		return -ENODEV;
	err = pci_enable_device(pdev);
	if (err)
		return err;
	/* For those who look: frames are not moved by DMA, and do not depend on it. */
	pci_set_master(pdev);
	err = nsw_pci_host_bind_vf(host, pdev);
	if (err)
		pci_disable_device(pdev);
	return err;
}

static void nsw_pci_driver_vf_remove(struct pci_dev *pdev)
{
	nsw_pci_host_unbind_vf(nsw_pci_host_find(pdev), pdev);
	pci_disable_device(pdev);
}

static int nsw_pci_driver_sriov_configure(struct pci_dev *pdev, int num_vfs)
{
	return nsw_pci_host_configure(nsw_pci_host_find(pdev), pdev, num_vfs);
}

static u32 nsw_pci_driver_vf_total_msix(struct pci_dev *pdev)
{
	return nsw_pci_host_vf_vectors(nsw_pci_host_find(pdev));
}

static int nsw_pci_driver_set_msix_vec_count(struct pci_dev *vf, int vectors)
{
	return nsw_pci_host_set_vf_vectors(nsw_pci_host_find(vf), vf, vectors);
}

/*
 * A reset through sysfs or VFIO ends when the adapter has followed it. There is no
 * reset_prepare: no DMA has to be stopped before. The PCI core enables the VFs of
 * a PF again by itself, but has not saved their registers.
 */
static void nsw_pci_driver_reset_done(struct pci_dev *pdev)
{
	nsw_pci_host_flush_events(nsw_pci_host_find(pdev));
}

static const struct pci_error_handlers nsw_pci_driver_err_handler = {
	.reset_done = nsw_pci_driver_reset_done,
};

static const struct pci_device_id nsw_pci_driver_pf_ids[] = {
	{ PCI_DEVICE(NSW_PCI_VENDOR_ID, NSW_PCI_DEVICE_ID_PF) },
	{}
};
MODULE_DEVICE_TABLE(pci, nsw_pci_driver_pf_ids);

static const struct pci_device_id nsw_pci_driver_vf_ids[] = {
	{ PCI_DEVICE(NSW_PCI_VENDOR_ID, NSW_PCI_DEVICE_ID_VF) },
	{}
};
MODULE_DEVICE_TABLE(pci, nsw_pci_driver_vf_ids);

/* Functions have their addresses, and the driver that is asked first, before anybody looks. */
static int nsw_pci_driver_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);
	struct nsw_pci_host *host;

	if (action != BUS_NOTIFY_ADD_DEVICE)
		return NOTIFY_DONE;
	host = nsw_pci_host_find(pdev);
	if (!host)
		return NOTIFY_DONE;
	if (!pdev->is_virtfn)
		nsw_pci_mem_claim(pdev);
	nsw_pci_identity_apply(pdev, nsw_pci_host_params(host));
	return NOTIFY_OK;
}

static struct notifier_block nsw_pci_driver_notifier = {
	.notifier_call = nsw_pci_driver_notify,
};

/* Synchronous: whoever creates a host or enables VFs finds them bound afterwards. */
static struct pci_driver nsw_pci_driver_pf = {
	.name = "nicswitch",
	.id_table = nsw_pci_driver_pf_ids,
	.probe = nsw_pci_driver_pf_probe,
	.remove = nsw_pci_driver_pf_remove,
	.sriov_configure = nsw_pci_driver_sriov_configure,
	.sriov_get_vf_total_msix = nsw_pci_driver_vf_total_msix,
	.sriov_set_msix_vec_count = nsw_pci_driver_set_msix_vec_count,
	.err_handler = &nsw_pci_driver_err_handler,
	.driver.probe_type = PROBE_FORCE_SYNCHRONOUS,
};

static struct pci_driver nsw_pci_driver_vf = {
	.name = "nicswitch_vf",
	.id_table = nsw_pci_driver_vf_ids,
	.probe = nsw_pci_driver_vf_probe,
	.remove = nsw_pci_driver_vf_remove,
	.err_handler = &nsw_pci_driver_err_handler,
	.driver.probe_type = PROBE_FORCE_SYNCHRONOUS,
};

bool nsw_pci_driver_has(const struct pci_dev *pdev)
{
	const struct pci_driver *driver = READ_ONCE(pdev->driver);

	return driver == &nsw_pci_driver_pf || driver == &nsw_pci_driver_vf;
}

int nsw_pci_driver_register(void)
{
	int err;

	err = pci_register_driver(&nsw_pci_driver_vf);
	if (err)
		return err;
	err = pci_register_driver(&nsw_pci_driver_pf);
	if (err)
		goto unregister_vf;
	nsw_pci_identity_init(&nsw_pci_driver_pf, &nsw_pci_driver_vf);
	err = bus_register_notifier(&pci_bus_type, &nsw_pci_driver_notifier);
	if (err)
		goto unregister_pf;
	return 0;

unregister_pf:
	pci_unregister_driver(&nsw_pci_driver_pf);
unregister_vf:
	pci_unregister_driver(&nsw_pci_driver_vf);
	return err;
}

void nsw_pci_driver_unregister(void)
{
	bus_unregister_notifier(&pci_bus_type, &nsw_pci_driver_notifier);
	nsw_pci_identity_fini();
	pci_unregister_driver(&nsw_pci_driver_pf);
	pci_unregister_driver(&nsw_pci_driver_vf);
}
