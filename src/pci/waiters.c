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

static struct kernfs_node *nsw_pci_waiters_dir(const struct kobject *kobj)
{
	struct kernfs_node *file = sysfs_get_dirent(kobj->sd, nsw_pci_waiters_rescan.name) ?:
				   sysfs_get_dirent(kobj->sd, nsw_pci_waiters_numvfs.name);

	if (!file)
		return NULL;
	sysfs_put(file);
	kernfs_get(kobj->sd);
	return kobj->sd;
}

struct kernfs_node *nsw_pci_waiters_find_locked(struct pci_bus *root, struct pci_dev *pf)
{
	struct kernfs_node *dir = nsw_pci_waiters_dir(&root->dev.kobj);
	struct pci_bus *bus;

	if (dir)
		return dir;
	list_for_each_entry(bus, &root->children, node) {
		dir = nsw_pci_waiters_dir(&bus->dev.kobj);
		if (dir)
			return dir;
	}
	return pf && device_is_registered(&pf->dev) ? nsw_pci_waiters_dir(&pf->dev.kobj) : NULL;
}

void nsw_pci_waiters_keep_out(struct kernfs_node *dir)
{
	/* The device itself may go meanwhile; the directory is empty then. */
	struct kobject kobj = { .sd = dir };

	sysfs_remove_file(&kobj, &nsw_pci_waiters_rescan);
	sysfs_remove_file(&kobj, &nsw_pci_waiters_numvfs);
	kernfs_put(dir);
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
	struct kernfs_node *dir;
	struct pci_dev *pf;
	bool won;

	for (;;) {
		pci_lock_rescan_remove();
		pf = pci_get_slot(root, PCI_DEVFN(0, 0));
		dir = nsw_pci_waiters_find_locked(root, pf);
		won = !dir && (!pf || nsw_pci_waiters_win_locked(pf));
		pci_dev_put(pf);
		if (won)
			return;
		pci_unlock_rescan_remove();
		if (dir)
			nsw_pci_waiters_keep_out(dir);
		else
			usleep_range(1000, 2000);
	}
}
