/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_WAITERS_H
#define _NSW_PCI_WAITERS_H

struct kernfs_node;
struct pci_bus;
struct pci_dev;

/**
 * DOC: Those who wait for rescan_remove in a file of sysfs
 *
 * The PCI core has files whose writers wait for pci_lock_rescan_remove(), and who removes
 * a device or a bus, with that lock held, waits for those who are in its files:
 *
 * - in ``rescan`` of the PF, of its bus and of those of its VFs, and in ``sriov_numvfs``, each
 *   waits for the other for ever;
 * - a writer of ``remove`` lets go of the file first, and of all that keeps the device: if
 *   somebody else removes it meanwhile, the writer finds it freed.
 *
 * Who takes these files away first, without the lock, meets neither. The kernel's own ways to
 * remove a device, such as ``remove`` of another writer, do not do so; nor does who takes the VFs
 * of an adapter that stays.
 */

/**
 * nsw_pci_waiters_find_locked - something on a bus in whose files one may wait for rescan_remove
 * @root: a root bus
 * @pf: the PF on it, or NULL
 *
 * Buses and functions stay as they are while the caller looks, and their directories do not:
 * those of what goes are found here and emptied by nsw_pci_waiters_keep_out(), without the lock,
 * until there is none.
 *
 * Context: rescan_remove held, and the device_lock of @pf if it has a driver.
 * Return: the directory, with a reference, or NULL.
 */
struct kernfs_node *nsw_pci_waiters_find_locked(struct pci_bus *root, struct pci_dev *pf);

/**
 * nsw_pci_waiters_keep_out - take such files away, and wait for those who are in them
 * @dir: the directory; the reference is given up
 *
 * Context: process context, sleeps. Neither rescan_remove nor a device_lock is held.
 */
void nsw_pci_waiters_keep_out(struct kernfs_node *dir);

/**
 * nsw_pci_waiters_lock - take rescan_remove, to remove a root bus
 * @root: the bus, with a PF or without; its PF has no driver
 *
 * Nobody waits for rescan_remove in files of the PF and of buses when this returns, nor
 * will: the files are gone. Whoever is about to remove the PF does so before.
 *
 * Context: process context, sleeps. Neither rescan_remove nor a device_lock is held.
 */
void nsw_pci_waiters_lock(struct pci_bus *root);

#endif /* _NSW_PCI_WAITERS_H */
