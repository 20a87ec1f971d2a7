/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_DRIVER_H
#define _NSW_PCI_DRIVER_H

#include <linux/types.h>

struct pci_dev;

/**
 * nsw_pci_driver_register - register the drivers ``nicswitch`` and ``nicswitch_vf``
 *
 * Before the first nsw_pci_host_create(), so that its PF is probed.
 *
 * Context: process context, may sleep.
 * Return: 0 or a negative errno.
 */
int nsw_pci_driver_register(void);

/**
 * nsw_pci_driver_unregister - unregister both drivers
 *
 * After the last nsw_pci_host_destroy().
 *
 * Context: process context, may sleep.
 */
void nsw_pci_driver_unregister(void);

/**
 * nsw_pci_driver_has - whether a function has one of our drivers
 * @pdev: the function
 *
 * From before its probe until after its removal.
 *
 * Context: any; without device_lock the answer may be out of date.
 * Return: true if so.
 */
bool nsw_pci_driver_has(const struct pci_dev *pdev);

#endif /* _NSW_PCI_DRIVER_H */
