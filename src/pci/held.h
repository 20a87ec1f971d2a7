/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_HELD_H
#define _NSW_PCI_HELD_H

#include <linux/types.h>

struct pci_dev;

/**
 * DOC: Functions that a program holds open
 *
 * A driver that hands a function to a program, such as ``vfio-pci``, leaves it only
 * when the program has closed it. Until then the PCI core waits, with locks of its
 * own and all that the caller holds. Who can be asked refuses instead: requests, which
 * would stop all of generic netlink, and writing 0 to ``sriov_numvfs``, as drivers
 * of hardware do (pci_vfs_assigned()) for those who told them.
 *
 * A program that opens a function after it was looked at is waited for all the same.
 */

/**
 * nsw_pci_held_lock - take the device_lock of a function, unless a program is waited for
 * @pdev: the function
 *
 * For those who hold locks that others need. Nobody has it for five seconds but who takes
 * the driver away from a program that holds the function open.
 *
 * Context: process context, sleeps for seconds at most.
 * Return: whether it has the lock, which device_unlock() gives back.
 */
bool nsw_pci_held_lock(struct pci_dev *pdev);

/**
 * nsw_pci_held_is - does a program hold this function open?
 * @pdev: the function
 *
 * Context: process context, may sleep. The caller does not hold its device_lock.
 * Return: whether taking its driver away would wait for that program.
 */
bool nsw_pci_held_is(struct pci_dev *pdev);

/**
 * nsw_pci_held_find_vf - find a VF that a program holds open
 * @pf: its PF
 *
 * Context: process context, may sleep; a reference to @pf is held, no device_lock of a VF.
 * Return: number of the VF, or -ENOENT.
 */
int nsw_pci_held_find_vf(struct pci_dev *pf);

#endif /* _NSW_PCI_HELD_H */
