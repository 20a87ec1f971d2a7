// SPDX-License-Identifier: GPL-2.0-only
/* Those who wait for rescan_remove in a file of sysfs. */

#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kernfs.h>
#include <linux/pci.h>
#include <linux/sysfs.h>

#include "pci/waiters.h"

/* Only their names are looked at; the attributes are the PCI core's own. */
static const struct attribute nsw_pci_waiters_rescan = { .name = "rescan" };
static const struct attribute nsw_pci_waiters_numvfs = { .name = "sriov_numvfs" };
static const struct attribute nsw_pci_waiters_remove = { .name = "remove" };

/* Waits for those who are in them, without anything that they could wait for. */
static void nsw_pci_waiters_keep_out(struct pci_bus *root, struct pci_dev *pf)
{
	sysfs_remove_file(&root->dev.kobj, &nsw_pci_waiters_rescan);
	if (!pf || !device_is_registered(&pf->dev))
		return;
	sysfs_remove_file(&pf->dev.kobj, &nsw_pci_waiters_rescan);
	sysfs_remove_file(&pf->dev.kobj, &nsw_pci_waiters_numvfs);
}

/*
 * Under rescan_remove, and only until it is true: is it the caller who removes the PF, and
 * nobody who waits for the lock?
 */
static bool nsw_pci_waiters_win_locked(struct pci_dev *pf)
{
	struct kernfs_node *node;
	bool won;

	if (!device_is_registered(&pf->dev))
		return true;
	node = sysfs_get_dirent(pf->dev.kobj.sd, nsw_pci_waiters_remove.name);
	/* Who has removed it is the writer. */
	if (!node)
		return false;
	/* Waits for those who are in it. The first of them may just have removed it himself. */
	sysfs_remove_file(&pf->dev.kobj, &nsw_pci_waiters_remove);
	won = !(READ_ONCE(node->flags) & KERNFS_SUICIDAL);
	sysfs_put(node);
	return won;
}

void nsw_pci_waiters_lock(struct pci_bus *root)
{
	struct pci_dev *pf;
	bool won;

	for (;;) {
		pf = pci_get_slot(root, PCI_DEVFN(0, 0));
		nsw_pci_waiters_keep_out(root, pf);
		pci_dev_put(pf);

		pci_lock_rescan_remove();
		pf = pci_get_slot(root, PCI_DEVFN(0, 0));
		won = !pf || nsw_pci_waiters_win_locked(pf);
		pci_dev_put(pf);
		if (won)
			return;
		pci_unlock_rescan_remove();
		usleep_range(1000, 2000);
	}
}
