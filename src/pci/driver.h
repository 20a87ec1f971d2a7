/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_DRIVER_H
#define _NSW_PCI_DRIVER_H

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

#endif /* _NSW_PCI_DRIVER_H */
