/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_HOST_H
#define _NSW_PCI_HOST_H

#include <linux/pci.h>
#include <linux/types.h>

/**
 * DOC: The synthetic host bridge
 *
 * A &struct nsw_pci_host is a PCI root bus with one PF on it. The PCI core
 * scans it, finds an SR-IOV capability and does the rest by itself: sysfs,
 * ``sriov_numvfs``, ``virtfnN`` and ``physfn``, and one device for each VF. With
 * PCI domains each host has a domain to itself; without them (UML) it takes
 * free bus numbers of domain 0, one for the PF and one for every 256 VFs.
 *
 * Locks. The PCI core holds these around our calls up:
 *
 * ======================================  ===================  ===============
 * caller                                  device_lock held of  rescan_remove
 * ======================================  ===================  ===============
 * nsw_pci_host_create(), sysfs rescan     PF (pf_probe)        held
 * sysfs bind, drivers_probe; new driver   the function         not held
 * writing sriov_numvfs                    PF                   Debian: held
 * VFs coming and going                    PF and that VF       as its caller
 * sysfs unbind, unregistering a driver    the function         not held
 * sysfs remove, nsw_pci_host_destroy()    the function         held or not
 * ======================================  ===================  ===============
 *
 * where rescan_remove is pci_lock_rescan_remove(). So a callback knows of one
 * lock only: that of its own function. It takes none of the two itself, and
 * enables and disables VFs with the ``_locked`` functions below.
 *
 * ``sriov_numvfs`` takes the PF's device_lock and then rescan_remove; sysfs
 * ``remove`` takes them the other way round, which only the kernel can repair.
 * The functions here that need both never wait for one while they hold the
 * other, so they are in no such cycle.
 */

/** define NSW_PCI_VENDOR_ID - default vendor id */
#define NSW_PCI_VENDOR_ID	0x1b36

/** define NSW_PCI_DEVICE_ID_PF - default device id of a PF */
#define NSW_PCI_DEVICE_ID_PF	0x4e53

/** define NSW_PCI_DEVICE_ID_VF - default device id of a VF */
#define NSW_PCI_DEVICE_ID_VF	0x4e54

/** define NSW_PCI_MAX_VFS - VFs that fit on the 255 buses after that of the PF */
#define NSW_PCI_MAX_VFS		(255 * 256)

struct nsw_pci_event;
struct nsw_pci_face;
struct nsw_pci_host;

/**
 * struct nsw_pci_ops - calls up from the PCI drivers
 *
 * Context of all but @event: process context, device_lock of @pdev held, RTNL not
 * held, rescan_remove held or not. They may come before nsw_pci_host_create() has
 * returned, on any CPU: nsw_pci_host_find() gives the host meanwhile.
 * Driver data of @pdev (pci_set_drvdata()) is theirs to use.
 */
struct nsw_pci_ops {
	/**
	 * @pf_probe: The PF driver is bound to the PF, whose PCI device is
	 * enabled. Anything but 0 leaves the PF without driver. It comes again
	 * after each unbinding, and after the PF was removed and found again.
	 */
	int (*pf_probe)(void *priv, struct pci_dev *pdev);

	/**
	 * @pf_remove: Undoes @pf_probe. SR-IOV is off already: @vf_remove was
	 * called for each VF that had its driver.
	 */
	void (*pf_remove)(void *priv, struct pci_dev *pdev);

	/**
	 * @vf_probe: The VF driver is bound to VF @vf (from 0). The PF has its
	 * driver and keeps it until @vf_remove has returned.
	 */
	int (*vf_probe)(void *priv, struct pci_dev *pdev, unsigned int vf);

	/** @vf_remove: Undoes @vf_probe. */
	void (*vf_remove)(void *priv, struct pci_dev *pdev, unsigned int vf);

	/**
	 * @sriov_configure: @num_vfs was written to ``sriov_numvfs`` of the PF,
	 * as &pci_driver.sriov_configure. Enables with nsw_pci_sriov_enable_locked()
	 * and disables with nsw_pci_sriov_disable_locked(). Returns the number
	 * of VFs enabled or an error. Not called when VFs go for another reason.
	 */
	int (*sriov_configure)(void *priv, struct pci_dev *pdev, int num_vfs);

	/**
	 * @event: A function was reset or changed its power state, whether it has a
	 * driver or not, and perhaps is gone meanwhile. Comes from a work item, with
	 * no lock held; never after nsw_pci_host_destroy() has returned. Where our
	 * driver has a function that is being reset, this has returned before the
	 * reset has.
	 */
	void (*event)(void *priv, const struct nsw_pci_event *event);
};

/**
 * struct nsw_pci_params - what a host is to be
 * @vendor: vendor id of all functions
 * @device: device id of the PF
 * @vf_device: device id of the VFs
 * @subsystem_vendor: subsystem vendor id of all functions
 * @subsystem_device: subsystem id of all functions
 * @total_vfs: VFs that can be enabled, at most %NSW_PCI_MAX_VFS; 0: no SR-IOV
 * @domain: PCI domain, 0 to 0xffff; -1: the first free one from 1 on. Without
 *	CONFIG_PCI_DOMAINS only 0 or -1, which mean the same
 * @bus: bus number of the PF, 0 to 255; -1: the first that is free
 * @serial: device serial number
 *
 * For ids that are not the default ones see pci/identity.h.
 */
struct nsw_pci_params {
	u16 vendor;
	u16 device;
	u16 vf_device;
	u16 subsystem_vendor;
	u16 subsystem_device;
	u16 total_vfs;
	int domain;
	int bus;
	u64 serial;
};

/**
 * nsw_pci_host_create - create a root bus with a PF on it
 * @index: number of the host, for messages
 * @params: what it is to be
 * @ops: calls up; must outlive the host
 * @priv: their first argument
 *
 * When this returns, the PF has been scanned, added and, if its driver is
 * registered, probed. A driver that refuses the PF is not an error here.
 *
 * Context: process context, may sleep. Takes rescan_remove.
 * Return: the host or an ERR_PTR(): -EINVAL for parameters that make no sense,
 * -ENOSPC when there is no free domain or not enough free bus numbers, -ENODEV
 * when the PCI core did not add the PF, -ENOMEM.
 */
struct nsw_pci_host *nsw_pci_host_create(unsigned int index, const struct nsw_pci_params *params,
					 const struct nsw_pci_ops *ops, void *priv);

/**
 * nsw_pci_host_destroy - remove a root bus and everything on it
 * @host: the host
 *
 * In stages: from now on nothing binds and no VF appears; VFs go; the PF driver
 * goes; devices and buses go; when nobody holds a reference to any of them (a
 * program that has one of them open in VFIO does), the host is freed.
 *
 * Context: process context, sleeps for as long as references are held. Takes
 * rescan_remove and the device_lock of each function. The caller holds no lock
 * that a callback of &struct nsw_pci_ops takes, and has made sure that nobody
 * but those callbacks calls a function with @host from here on.
 */
void nsw_pci_host_destroy(struct nsw_pci_host *host);

/**
 * nsw_pci_host_find_held - find a function that a program holds open
 * @host: the host
 *
 * nsw_pci_host_destroy() would wait for that program. See pci/held.h.
 *
 * Context: process context, may sleep; no device_lock of a function is held.
 * Return: 0 for the PF, 1 + n for VF n, or -ENOENT.
 */
int nsw_pci_host_find_held(struct nsw_pci_host *host);

/**
 * nsw_pci_host_find - find the host that a PCI function is on
 * @pdev: any PCI function
 *
 * Context: any, while @pdev is on its bus, as it is in a callback.
 * Return: the host, or NULL when @pdev is not one of ours.
 */
struct nsw_pci_host *nsw_pci_host_find(struct pci_dev *pdev);

/**
 * nsw_pci_host_lock_bound_pf - keep the PF and its driver as they are
 * @host: the host
 *
 * For all callers but those in a callback of &struct nsw_pci_ops, which have
 * the device_lock already. Nobody binds or unbinds the PF, or enables or disables
 * VFs, until nsw_pci_host_unlock_pf().
 *
 * Context: process context, may sleep. Takes the PF's device_lock and
 * rescan_remove. The caller holds no lock that a callback takes.
 * Return: the PF, or NULL when it was removed or does not have its driver; then
 * nothing is locked.
 */
struct pci_dev *nsw_pci_host_lock_bound_pf(struct nsw_pci_host *host);

/**
 * nsw_pci_host_unlock_pf - the reverse of nsw_pci_host_lock_bound_pf()
 * @pf: what it returned
 */
void nsw_pci_host_unlock_pf(struct pci_dev *pf);

/**
 * nsw_pci_sriov_enable_locked - enable VFs
 * @host: the host
 * @pf: its PF
 * @num_vfs: how many
 *
 * VFs that can be probed have been when this returns, which takes a tenth of a
 * second at least.
 *
 * Context: process context, may sleep; device_lock of @pf held.
 * Return: 0, -ENODEV when the PF does not have its driver, or what
 * pci_enable_sriov() says: -EINVAL when there are VFs already or @num_vfs is
 * too large.
 */
int nsw_pci_sriov_enable_locked(struct nsw_pci_host *host, struct pci_dev *pf,
				unsigned int num_vfs);

/**
 * nsw_pci_sriov_disable_locked - disable all VFs
 * @host: the host
 * @pf: its PF
 *
 * Nothing happens when there are none; else it takes a second at least (PCIe
 * r5.0, 9.3.3.3.1, "VF Enable").
 *
 * Context: process context, may sleep; device_lock of @pf held.
 */
void nsw_pci_sriov_disable_locked(struct nsw_pci_host *host, struct pci_dev *pf);

/**
 * nsw_pci_host_bind_pf - the PF driver has been given a PF
 * @host: its host
 * @pdev: the PF, enabled
 *
 * VFs that another driver has left behind go first.
 *
 * Context: process context, device_lock of @pdev held. For pci/driver.c.
 * Return: 0, -ENODEV when @host is being destroyed, or what
 * &nsw_pci_ops.pf_probe says.
 */
int nsw_pci_host_bind_pf(struct nsw_pci_host *host, struct pci_dev *pdev);

/**
 * nsw_pci_host_unbind_pf - undo nsw_pci_host_bind_pf(), VFs first
 * @host: its host
 * @pdev: the PF
 *
 * Context: process context, device_lock of @pdev held. For pci/driver.c.
 */
void nsw_pci_host_unbind_pf(struct nsw_pci_host *host, struct pci_dev *pdev);

/**
 * nsw_pci_host_bind_vf - the VF driver has been given a VF
 * @host: its host
 * @pdev: the VF, enabled
 *
 * Context: process context, device_lock of @pdev held. For pci/driver.c.
 * Return: 0, -ENODEV when the PF does not have its driver, or what
 * &nsw_pci_ops.vf_probe says.
 */
int nsw_pci_host_bind_vf(struct nsw_pci_host *host, struct pci_dev *pdev);

/**
 * nsw_pci_host_unbind_vf - undo nsw_pci_host_bind_vf()
 * @host: its host
 * @pdev: the VF
 *
 * Context: process context, device_lock of @pdev held. For pci/driver.c.
 */
void nsw_pci_host_unbind_vf(struct nsw_pci_host *host, struct pci_dev *pdev);

/**
 * nsw_pci_host_flush_events - wait until events so far have been told
 * @host: the host
 *
 * Context: process context, may sleep. The caller holds no lock that
 * &nsw_pci_ops.event takes. For pci/driver.c.
 */
void nsw_pci_host_flush_events(struct nsw_pci_host *host);

/**
 * nsw_pci_host_get_vf - the PCI function of a VF
 * @host: the host
 * @vf: VF id, below the number of VFs of its PF
 *
 * Context: process context.
 * Return: the function with a reference, or NULL while it is not there.
 */
struct pci_dev *nsw_pci_host_get_vf(struct nsw_pci_host *host, unsigned int vf);

/**
 * nsw_pci_host_face - the configuration spaces of a host
 * @host: the host
 *
 * Context: any.
 * Return: its face; lives as long as @host.
 */
struct nsw_pci_face *nsw_pci_host_face(struct nsw_pci_host *host);

/**
 * nsw_pci_host_params - what a host is
 * @host: the host
 *
 * Context: any.
 * Return: as it was created.
 */
const struct nsw_pci_params *nsw_pci_host_params(const struct nsw_pci_host *host);

/**
 * nsw_pci_host_configure - ``sriov_numvfs`` of a PF was written
 * @host: its host
 * @pdev: the PF
 * @num_vfs: what was written
 *
 * Context: process context, device_lock of @pdev held. For pci/driver.c.
 * Return: as &pci_driver.sriov_configure; -ENODEV when @host is being destroyed.
 */
int nsw_pci_host_configure(struct nsw_pci_host *host, struct pci_dev *pdev, int num_vfs);

/**
 * nsw_pci_host_vf_vectors - MSI-X vectors that VFs share
 * @host: the host
 *
 * Context: any. For pci/driver.c.
 * Return: as nsw_pci_face_vf_vectors().
 */
u32 nsw_pci_host_vf_vectors(const struct nsw_pci_host *host);

/**
 * nsw_pci_host_set_vf_vectors - choose how many MSI-X vectors a VF has
 * @host: its host
 * @vf: the VF, without driver
 * @vectors: how many, or 0 for the usual number
 *
 * Context: device_lock of PF and VF held. For pci/driver.c.
 * Return: as nsw_pci_face_set_vf_vectors().
 */
int nsw_pci_host_set_vf_vectors(struct nsw_pci_host *host, struct pci_dev *vf, int vectors);

#endif /* _NSW_PCI_HOST_H */
