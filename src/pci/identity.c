// SPDX-License-Identifier: GPL-2.0-only
/* Functions with the ids of others: our drivers learn them, and come first. */

#include <linux/device/bus.h>
#include <linux/device/driver.h>
#include <linux/errno.h>
#include <linux/pci.h>
#include <linux/xarray.h>

#include "pci/host.h"
#include "pci/identity.h"

static struct pci_driver *nsw_pci_identity_pf_driver;
static struct pci_driver *nsw_pci_identity_vf_driver;

/* Vendor and device id that a driver of ours has learnt: the driver, by both. */
static DEFINE_XARRAY(nsw_pci_identity_pf_known);
static DEFINE_XARRAY(nsw_pci_identity_vf_known);

static bool nsw_pci_identity_is_ours(const struct nsw_pci_params *params)
{
	return params->vendor == NSW_PCI_VENDOR_ID && params->device == NSW_PCI_DEVICE_ID_PF &&
	       params->vf_device == NSW_PCI_DEVICE_ID_VF;
}

static int nsw_pci_identity_add(struct xarray *known, struct pci_driver *driver, u16 vendor,
				u16 device)
{
	int err = xa_insert(known, vendor << 16 | device, driver, GFP_KERNEL);

	if (err)
		return err == -EBUSY ? 0 : err;
	err = pci_add_dynid(driver, vendor, device, PCI_ANY_ID, PCI_ANY_ID, 0, 0, 0);
	if (err)
		xa_erase(known, vendor << 16 | device);
	return err;
}

int nsw_pci_identity_learn(const struct nsw_pci_params *params)
{
	int err;

	if (nsw_pci_identity_is_ours(params))
		return 0;
	err = nsw_pci_identity_add(&nsw_pci_identity_pf_known, nsw_pci_identity_pf_driver,
				   params->vendor, params->device);
	if (err)
		return err;
	return nsw_pci_identity_add(&nsw_pci_identity_vf_known, nsw_pci_identity_vf_driver,
				    params->vendor, params->vf_device);
}

static int nsw_pci_identity_matches(struct device_driver *drv, void *data)
{
	struct pci_driver *driver = to_pci_driver(drv);
	const struct pci_device_id *id;

	if (driver == nsw_pci_identity_vf_driver)
		return false;
	/* Some ids, such as all that vfio-pci has, count for an override only. */
	for (id = pci_match_id(driver->id_table, data); id; id = pci_match_id(id + 1, data))
		if (!id->override_only)
			return true;
	return false;
}

/* Is there a driver that might be asked before ours? */
static bool nsw_pci_identity_is_wanted(struct pci_dev *pdev)
{
	return bus_for_each_drv(&pci_bus_type, NULL, pdev, nsw_pci_identity_matches);
}

void nsw_pci_identity_apply(struct pci_dev *pdev, const struct nsw_pci_params *params)
{
	const struct pci_driver *driver;

	if (nsw_pci_identity_is_ours(params))
		return;
	if (pdev->is_virtfn && !nsw_pci_identity_is_wanted(pdev))
		return;
	driver = pdev->is_virtfn ? nsw_pci_identity_vf_driver : nsw_pci_identity_pf_driver;
	if (nsw_compat_set_override(pdev, driver->name))
		pci_warn(pdev, "no memory: another driver may take it\n");
}

void nsw_pci_identity_init(struct pci_driver *pf, struct pci_driver *vf)
{
	nsw_pci_identity_pf_driver = pf;
	nsw_pci_identity_vf_driver = vf;
}

void nsw_pci_identity_fini(void)
{
	xa_destroy(&nsw_pci_identity_pf_known);
	xa_destroy(&nsw_pci_identity_vf_known);
}
