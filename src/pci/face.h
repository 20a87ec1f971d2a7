/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_FACE_H
#define _NSW_PCI_FACE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "pci/caps.h"
#include "pci/cfgspace.h"

/**
 * DOC: The face of one adapter
 *
 * A PF and all the VFs it could have, as configuration accesses see them: which
 * of them answer, and what writing a register of one does to the others. It
 * knows routing ids and registers, but neither buses nor devices.
 */

struct nsw_pci_face;

/**
 * struct nsw_pci_event - a register write concerned more than registers
 * @is_vf: of a VF, not of the PF
 * @vf: which
 * @reset: the function was reset (FLR); with the PF go its VFs, with an event each
 * @power: power state that the function has by now, 0 for D0 to 3 for D3hot
 */
struct nsw_pci_event {
	bool is_vf;
	unsigned int vf;
	bool reset;
	unsigned int power;
};

/**
 * struct nsw_pci_face_ops - who wants to know
 */
struct nsw_pci_face_ops {
	/**
	 * @changed: Optional; there is an event for nsw_pci_face_take_event().
	 *
	 * Context: that of nsw_pci_face_write(), &nsw_pci_face.lock held, interrupts
	 * off: enough for queueing a work item.
	 */
	void (*changed)(struct nsw_pci_face *face);
};

/**
 * struct nsw_pci_face - the configuration spaces of a PF and its VFs
 * @lock: every access to @pf and @vfs, and &nsw_cfg_ops.written. Raw, since the
 *	PCI core calls with raw locks held; needed, since it may call without any
 * @pf_layout: registers of the PF
 * @vf_layout: registers of each VF
 * @pf_exp: offset of the PF's PCI Express capability
 * @pf_sriov: offset of its SR-IOV capability, or 0
 * @pf_pm: offset of its Power Management capability
 * @vf_exp: offset of a VF's PCI Express capability
 * @vf_pm: offset of a VF's Power Management capability
 * @vf_msix: offset of a VF's MSI-X capability, or 0
 * @total_vfs: length of @vfs and of @vf_vectors
 * @pf: configuration space of the PF
 * @vfs: configuration spaces of the VFs
 * @vf_vectors: MSI-X vectors that were chosen for each VF, or 0 for the usual number
 * @ops: who wants to know of events
 * @events: functions with an event; bit 0 is the PF, bit n + 1 is VF n
 * @resets: those of them that were reset
 */
struct nsw_pci_face {
	raw_spinlock_t lock;
	struct nsw_cfg_layout pf_layout;
	struct nsw_cfg_layout vf_layout;
	u16 pf_exp;
	u16 pf_sriov;
	u16 pf_pm;
	u16 vf_exp;
	u16 vf_pm;
	u16 vf_msix;
	unsigned int total_vfs;
	struct nsw_cfgspace pf;
	struct nsw_cfgspace *vfs;
	u8 *vf_vectors;
	const struct nsw_pci_face_ops *ops;
	unsigned long *events;
	unsigned long *resets;
};

/**
 * nsw_pci_face_init - make the configuration spaces of a PF and its VFs
 * @face: the face
 * @ids: who the PF is
 * @total_vfs: how many VFs it could have; 0: no SR-IOV capability
 * @vf_device: device id of the VFs
 * @ops: who wants to know of events; must outlive the face
 *
 * Everything is allocated here, because enabling VFs is a register write, which
 * cannot.
 *
 * Context: process context, may sleep.
 * Return: 0, and then nsw_pci_face_fini() undoes it, or a negative errno.
 */
int nsw_pci_face_init(struct nsw_pci_face *face, const struct nsw_pci_ids *ids,
		      u16 total_vfs, u16 vf_device, const struct nsw_pci_face_ops *ops);

/**
 * nsw_pci_face_fini - free the configuration spaces
 * @face: the face; no access is running nor can one begin
 *
 * Context: process context.
 */
void nsw_pci_face_fini(struct nsw_pci_face *face);

/**
 * nsw_pci_face_read - software reads a register
 * @face: the face
 * @rid: routing id of the function, less that of the PF
 * @where: byte offset
 * @size: bytes to read: 1, 2 or 4
 * @val: the value, all ones when no function answers
 *
 * A VF answers while VF Enable is set and its number is below NumVFs (PCIe r5.0,
 * 9.3.3.3.1 and 9.3.3.7).
 *
 * Context: any but NMI. Takes &nsw_pci_face.lock.
 * Return: whether a function answered.
 */
bool nsw_pci_face_read(struct nsw_pci_face *face, unsigned int rid, unsigned int where,
		       unsigned int size, u32 *val);

/**
 * nsw_pci_face_write - software writes a register
 * @face: the face
 * @rid: routing id of the function, less that of the PF
 * @where: byte offset
 * @size: bytes to write: 1, 2 or 4
 * @val: the value
 *
 * Setting VF Enable gives all VFs their reset state. Initiate Function Level
 * Reset gives the function its reset state, and of a PF takes the VFs with it
 * (PCIe r5.0, 6.6.2, 9.2.2.2 and 9.2.2.3). Link control and payload size, which
 * a real FLR spares, are reset too; the kernel restores them.
 *
 * Context: any but NMI. Takes &nsw_pci_face.lock.
 * Return: whether a function answered.
 */
bool nsw_pci_face_write(struct nsw_pci_face *face, unsigned int rid, unsigned int where,
			unsigned int size, u32 val);

/**
 * nsw_pci_face_vf_rid - routing id of a VF
 * @vf: which
 *
 * Return: its routing id, less that of its PF.
 */
static inline unsigned int nsw_pci_face_vf_rid(unsigned int vf)
{
	return NSW_PCI_VF_OFFSET + vf * NSW_PCI_VF_STRIDE;
}

/**
 * nsw_pci_face_raise() - a function sets bits of a register by itself
 * @face: the face
 * @is_vf: of a VF, not of the PF
 * @vf: which
 * @where: offset of a 32-bit register
 * @bits: what it sets
 *
 * Context: any.
 */
void nsw_pci_face_raise(struct nsw_pci_face *face, bool is_vf, unsigned int vf,
			unsigned int where, u32 bits);

/**
 * nsw_pci_face_set_vf_power - change the power state of a VF, as software does
 * @face: the face
 * @vf: which
 * @power: 0 for D0 to 3 for D3hot
 *
 * Context: any but NMI. Takes &nsw_pci_face.lock.
 * Return: whether the VF answered.
 */
bool nsw_pci_face_set_vf_power(struct nsw_pci_face *face, unsigned int vf, unsigned int power);

/**
 * struct nsw_pci_bar - a base address register of a VF
 * @probe: what the register reads after all ones were written to it; 0: there is none
 * @start: first address of the memory; 0: it has none yet
 * @len: bytes of memory
 */
struct nsw_pci_bar {
	u32 probe;
	u64 start;
	u64 len;
};

/**
 * nsw_pci_face_probe_vf_bar - find the size and place of the memory of a VF
 * @face: the face
 * @vf: which
 * @index: which register, 0 to 5
 * @bar: the answer
 *
 * VFs have their registers in the SR-IOV capability of their PF (PCIe r5.0, 9.3.3.14),
 * each with a share in what that describes. Nobody sees the register being probed.
 *
 * Context: any but NMI. Takes &nsw_pci_face.lock.
 */
void nsw_pci_face_probe_vf_bar(struct nsw_pci_face *face, unsigned int vf, unsigned int index,
			       struct nsw_pci_bar *bar);

/**
 * nsw_pci_face_vf_vectors - MSI-X vectors of all VFs together
 * @face: the face
 *
 * Context: any.
 * Return: how many; 0 without MSI-X.
 */
u32 nsw_pci_face_vf_vectors(const struct nsw_pci_face *face);

/**
 * nsw_pci_face_set_vf_vectors - choose how many MSI-X vectors a VF has
 * @face: the face
 * @vf: which
 * @vectors: how many, or 0 for the usual number
 *
 * VFs that are enabled share nsw_pci_face_vf_vectors(). What was chosen outlives resets
 * and ends when VFs are disabled.
 *
 * Context: any but NMI. Takes &nsw_pci_face.lock.
 * Return: 0; -EOPNOTSUPP without MSI-X, -EINVAL for more than %NSW_PCI_MSIX_VF_MAX,
 * -ENOSPC when the others have them, -ENODEV when the VF is not enabled.
 */
int nsw_pci_face_set_vf_vectors(struct nsw_pci_face *face, unsigned int vf,
				unsigned int vectors);

/**
 * nsw_pci_face_take_event - what happened to a function since it was last asked
 * @face: the face
 * @event: the event
 *
 * Several writes to one function make one event, which tells how it ended.
 *
 * Context: any but NMI. Takes &nsw_pci_face.lock.
 * Return: whether there was one.
 */
bool nsw_pci_face_take_event(struct nsw_pci_face *face, struct nsw_pci_event *event);

#endif /* _NSW_PCI_FACE_H */
