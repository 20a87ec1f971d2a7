// SPDX-License-Identifier: GPL-2.0-only
/* Functions that a program holds open. */

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/pci.h>

#include "pci/driver.h"
#include "pci/held.h"

/* Binding, unbinding and a reset hold the device_lock; with others, only programs make it last. */
#define NSW_PCI_HELD_PATIENCE	(5 * HZ)

bool nsw_pci_held_lock(struct pci_dev *pdev)
{
	unsigned long end = jiffies + NSW_PCI_HELD_PATIENCE;

	while (!device_trylock(&pdev->dev)) {
		if (time_after(jiffies, end))
			return false;
		usleep_range(1000, 2000);
	}
	return true;
}

bool nsw_pci_held_is(struct pci_dev *pdev)
{
	bool held;

	/*
	 * Our drivers give a function to nobody, however long they are busy with it, as for
	 * many VFs. Others enable one while a program has it.
	 */
	if (nsw_pci_driver_has(pdev) || !pci_is_enabled(pdev))
		return false;
	if (!nsw_pci_held_lock(pdev))
		return READ_ONCE(pdev->driver) && !nsw_pci_driver_has(pdev);
	held = pdev->driver && pdev->driver->driver_managed_dma && pci_is_enabled(pdev);
	device_unlock(&pdev->dev);
	return held;
}

int nsw_pci_held_find_vf(struct pci_dev *pf)
{
	struct pci_dev *pdev = NULL;
	int vf;

	if (!pci_num_vf(pf))
		return -ENOENT;
	while ((pdev = pci_get_device(pf->vendor, PCI_ANY_ID, pdev))) {
		if (!pdev->is_virtfn || pci_physfn(pdev) != pf || !nsw_pci_held_is(pdev))
			continue;
		vf = pci_iov_vf_id(pdev);
		pci_dev_put(pdev);
		return vf;
	}
	return -ENOENT;
}
