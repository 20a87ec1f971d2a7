/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_WAITERS_H
#define _NSW_PCI_WAITERS_H

struct pci_bus;

/**
 * DOC: Those who wait for rescan_remove in a file of sysfs
 *
 * The PCI core has files whose writers wait for pci_lock_rescan_remove(), and who removes
 * a device or a bus, with that lock held, waits for those who are in its files:
 *
 * - in ``rescan`` of the PF and of its bus, and in ``sriov_numvfs``, each waits for the other for
 *   ever;
 * - a writer of ``remove`` lets go of the file first, and of all that keeps the device: if
 *   somebody else removes it meanwhile, the writer finds it freed.
 *
 * Who takes these files away first meets neither. The kernel's own ways to remove a device,
 * such as ``remove`` of another writer, do not do so.
 */

/**
 * nsw_pci_waiters_lock - take rescan_remove, to remove a root bus
 * @root: the bus, with a PF or without; its PF has no driver
 *
 * Nobody waits for rescan_remove in files of the PF and its bus when this returns, nor will:
 * the files are gone. Whoever is about to remove the PF does so before.
 *
 * Context: process context, sleeps. Neither rescan_remove nor a device_lock is held.
 */
void nsw_pci_waiters_lock(struct pci_bus *root);

#endif /* _NSW_PCI_WAITERS_H */
