/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_IDENTITY_H
#define _NSW_PCI_IDENTITY_H

struct nsw_pci_params;
struct pci_dev;
struct pci_driver;

/**
 * DOC: Functions with the ids of others
 *
 * An adapter may show the ids of real hardware, so that software which looks for
 * that finds it. The kernel's driver for that hardware must not have it, though:
 * it would look for registers that are not there.
 *
 * Our drivers learn the ids, so that they can be bound as usual. Whether they come
 * first is a matter of who was loaded first; so a function is given our driver as
 * ``driver_override`` before the PCI core looks for one: a PF always, a VF only if
 * a driver that is loaded would match it. The kernel lets an override win over
 * ``sriov_drivers_autoprobe``, which is why VFs do without where they can.
 *
 * Whoever clears the override takes it upon himself.
 */

/**
 * nsw_pci_identity_init - before the first host
 * @pf: driver of PFs, registered
 * @vf: driver of VFs, registered
 *
 * Context: process context.
 */
void nsw_pci_identity_init(struct pci_driver *pf, struct pci_driver *vf);

/**
 * nsw_pci_identity_fini - after the last host
 *
 * Context: process context.
 */
void nsw_pci_identity_fini(void);

/**
 * nsw_pci_identity_apply - have a function ask our driver first
 * @pdev: the function, which the PCI core has not looked for a driver yet
 * @params: what its host is
 *
 * Context: process context, may sleep.
 */
void nsw_pci_identity_apply(struct pci_dev *pdev, const struct nsw_pci_params *params);

/**
 * nsw_pci_identity_learn - have our drivers match the ids of a host
 * @params: what it will be
 *
 * Ids are forgotten with the drivers.
 *
 * Context: process context, may sleep. Takes the device_lock of any function.
 * Return: 0 or -ENOMEM.
 */
int nsw_pci_identity_learn(const struct nsw_pci_params *params);

#endif /* _NSW_PCI_IDENTITY_H */
