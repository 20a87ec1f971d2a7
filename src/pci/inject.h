/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_INJECT_H
#define _NSW_PCI_INJECT_H

struct nsw_pci_face;
struct nsw_pci_host;
struct pci_dev;

/* Stands for the PF where the id of a VF is expected. */
#define NSW_PCI_INJECT_PF	U32_MAX

/**
 * nsw_pci_inject_reset - reset a function, as its driver or VFIO would
 * @host: the host
 * @vf: VF id or %NSW_PCI_INJECT_PF
 *
 * Context: process context, may sleep. Takes rescan_remove and the device_lock of
 * the PF, and then that of the function, from beginning to end. The caller holds no
 * lock that a callback of &struct nsw_pci_ops takes.
 * Return: 0, -ENODEV when there is no such function or the PF has no driver, -EBUSY
 * when somebody else has the function for long, perhaps a program through VFIO, or
 * the error of the PCI core.
 */
int nsw_pci_inject_reset(struct nsw_pci_host *host, unsigned int vf);

/**
 * nsw_pci_inject_error - a function reports an uncorrectable, non-fatal error
 * @host: the host
 * @vf: VF id or %NSW_PCI_INJECT_PF
 *
 * The PCI core keeps its recovery to itself, so this is what it does for a function
 * without others beside it: a bit in its AER capability, udev events, and the error
 * handlers of its driver, VFIO's included, as they vote.
 *
 * Context: as nsw_pci_inject_reset().
 * Return: 0, -ENODEV, -EBUSY, or -EIO when the driver has not recovered.
 */
int nsw_pci_inject_error(struct nsw_pci_host *host, unsigned int vf);

#endif
