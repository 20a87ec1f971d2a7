// SPDX-License-Identifier: GPL-2.0-only
/* A PF and its VFs as configuration accesses see them. */

#include <linux/bitmap.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pci_regs.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pci/face.h"

/* Table Size of MSI-X is what was chosen for the VF, for as long as VFs are enabled. */
static void nsw_pci_face_show_vectors(struct nsw_pci_face *face, unsigned int vf)
{
	u8 vectors = face->vf_vectors[vf] ?: NSW_PCI_MSIX_VF;

	if (face->vf_msix)
		nsw_cfgspace_set(&face->vfs[vf], face->vf_msix + PCI_MSIX_FLAGS, 1, vectors - 1);
}

static void nsw_pci_face_reset_vf(struct nsw_pci_face *face, unsigned int vf)
{
	nsw_cfgspace_reset(&face->vfs[vf]);
	nsw_pci_face_show_vectors(face, vf);
}

static void nsw_pci_face_reset_vfs(struct nsw_pci_face *face)
{
	unsigned int vf;

	for (vf = 0; vf < face->total_vfs; vf++)
		nsw_pci_face_reset_vf(face, vf);
}

/* VFs that answer now: only those that exist, however large NumVFs is. */
static unsigned int nsw_pci_face_present_vfs(const struct nsw_pci_face *face)
{
	u16 sriov = face->pf_sriov;

	if (!sriov || !(nsw_cfgspace_read(&face->pf, sriov + PCI_SRIOV_CTRL, 2) &
			PCI_SRIOV_CTRL_VFE))
		return 0;
	return min(nsw_cfgspace_read(&face->pf, sriov + PCI_SRIOV_NUM_VF, 2), face->total_vfs);
}

static void nsw_pci_face_add_event(struct nsw_pci_face *face, unsigned int function, bool reset)
{
	__set_bit(function, face->events);
	if (reset)
		__set_bit(function, face->resets);
	if (face->ops && face->ops->changed)
		face->ops->changed(face);
}

/* Initiate Function Level Reset is set in @val only while it is being written. */
static bool nsw_pci_face_is_flr(u16 exp, unsigned int offset, u32 val)
{
	return offset == exp + PCI_EXP_DEVCTL && val & PCI_EXP_DEVCTL_BCR_FLR;
}

static bool nsw_pci_face_is_power(u16 pm, unsigned int offset, u32 old, u32 new)
{
	return offset == pm + PCI_PM_CTRL && (old ^ new) & PCI_PM_CTRL_STATE_MASK;
}

static void nsw_pci_face_flr_pf(struct nsw_pci_face *face)
{
	unsigned int vf, vfs = nsw_pci_face_present_vfs(face);

	nsw_cfgspace_reset(&face->pf);
	nsw_pci_face_reset_vfs(face);
	nsw_pci_face_add_event(face, 0, true);
	for (vf = 0; vf < vfs; vf++)
		nsw_pci_face_add_event(face, vf + 1, true);
}

/* A VF's BAR is at least as large as a page of the system (PCIe r5.0, 9.3.3.13). */
static void nsw_pci_face_align_bar(struct nsw_pci_face *face)
{
	unsigned int at = face->pf_sriov + PCI_SRIOV_BAR;
	u32 size = nsw_cfgspace_read(&face->pf, face->pf_sriov + PCI_SRIOV_SYS_PGSIZE, 4) << 12;
	u32 bar = nsw_cfgspace_read(&face->pf, at, 4);

	nsw_cfgspace_set(&face->pf, at, 4, bar & (-size | ~(u32)PCI_BASE_ADDRESS_MEM_MASK));
}

static void nsw_pci_face_pf_written(struct nsw_cfgspace *cfg, unsigned int offset, u32 old, u32 new)
{
	struct nsw_pci_face *face = container_of(cfg, struct nsw_pci_face, pf);

	lockdep_assert_held(&face->lock);
	if (nsw_pci_face_is_flr(face->pf_exp, offset, new))
		nsw_pci_face_flr_pf(face);
	if (nsw_pci_face_is_power(face->pf_pm, offset, old, new))
		nsw_pci_face_add_event(face, 0, false);
	if (!face->pf_sriov)
		return;
	if (offset == face->pf_sriov + PCI_SRIOV_CTRL && new & ~old & PCI_SRIOV_CTRL_VFE)
		nsw_pci_face_reset_vfs(face);
	/* Not by a reset, after which the same VFs are enabled again. */
	if (offset == face->pf_sriov + PCI_SRIOV_CTRL && old & ~new & PCI_SRIOV_CTRL_VFE)
		memset(face->vf_vectors, 0, face->total_vfs);
	if (offset == face->pf_sriov + PCI_SRIOV_BAR ||
	    offset == face->pf_sriov + PCI_SRIOV_SYS_PGSIZE)
		nsw_pci_face_align_bar(face);
}

static const struct nsw_cfg_ops nsw_pci_face_pf_ops = {
	.written = nsw_pci_face_pf_written,
};

static void nsw_pci_face_vf_written(struct nsw_cfgspace *cfg, unsigned int offset, u32 old, u32 new)
{
	struct nsw_pci_face *face = container_of((struct nsw_cfg_layout *)cfg->layout,
						 struct nsw_pci_face, vf_layout);
	unsigned int function = cfg - face->vfs + 1;

	lockdep_assert_held(&face->lock);
	if (nsw_pci_face_is_flr(face->vf_exp, offset, new)) {
		nsw_pci_face_reset_vf(face, function - 1);
		nsw_pci_face_add_event(face, function, true);
	}
	if (nsw_pci_face_is_power(face->vf_pm, offset, old, new))
		nsw_pci_face_add_event(face, function, false);
}

static const struct nsw_cfg_ops nsw_pci_face_vf_ops = {
	.written = nsw_pci_face_vf_written,
};

static int nsw_pci_face_init_pf(struct nsw_pci_face *face)
{
	int err;

	err = nsw_cfgspace_init(&face->pf, &face->pf_layout, &nsw_pci_face_pf_ops);
	if (err)
		return err;
	face->pf_exp = nsw_pci_caps_find(&face->pf, PCI_CAP_ID_EXP);
	face->pf_pm = nsw_pci_caps_find(&face->pf, PCI_CAP_ID_PM);
	face->pf_sriov = nsw_pci_caps_find_ext(&face->pf, PCI_EXT_CAP_ID_SRIOV);
	return 0;
}

static int nsw_pci_face_init_vfs(struct nsw_pci_face *face, unsigned int total_vfs)
{
	int err;

	if (!total_vfs)
		return 0;
	face->vfs = kvcalloc(total_vfs, sizeof(*face->vfs), GFP_KERNEL);
	face->vf_vectors = kvcalloc(total_vfs, sizeof(*face->vf_vectors), GFP_KERNEL);
	if (!face->vfs || !face->vf_vectors)
		return -ENOMEM;
	for (; face->total_vfs < total_vfs; face->total_vfs++) {
		err = nsw_cfgspace_init(&face->vfs[face->total_vfs], &face->vf_layout,
					&nsw_pci_face_vf_ops);
		if (err)
			return err;
	}
	face->vf_exp = nsw_pci_caps_find(&face->vfs[0], PCI_CAP_ID_EXP);
	face->vf_pm = nsw_pci_caps_find(&face->vfs[0], PCI_CAP_ID_PM);
	face->vf_msix = nsw_pci_caps_find(&face->vfs[0], PCI_CAP_ID_MSIX);
	return 0;
}

int nsw_pci_face_init(struct nsw_pci_face *face, const struct nsw_pci_ids *ids,
		      u16 total_vfs, u16 vf_device, const struct nsw_pci_face_ops *ops)
{
	int err;

	*face = (struct nsw_pci_face){ .ops = ops };
	raw_spin_lock_init(&face->lock);
	nsw_cfgspace_layout_init(&face->pf_layout);
	nsw_cfgspace_layout_init(&face->vf_layout);

	err = -ENOMEM;
	face->events = bitmap_zalloc(1 + total_vfs, GFP_KERNEL);
	face->resets = bitmap_zalloc(1 + total_vfs, GFP_KERNEL);
	if (!face->events || !face->resets)
		goto fini;
	err = nsw_pci_caps_build_pf(&face->pf_layout, ids, total_vfs, vf_device);
	if (err)
		goto fini;
	err = nsw_pci_caps_build_vf(&face->vf_layout, ids);
	if (err)
		goto fini;
	err = nsw_pci_face_init_pf(face);
	if (err)
		goto fini;
	err = nsw_pci_face_init_vfs(face, total_vfs);
	if (err)
		goto fini;
	return 0;

fini:
	nsw_pci_face_fini(face);
	return err;
}

void nsw_pci_face_fini(struct nsw_pci_face *face)
{
	while (face->total_vfs)
		nsw_cfgspace_fini(&face->vfs[--face->total_vfs]);
	kvfree(face->vfs);
	face->vfs = NULL;
	kvfree(face->vf_vectors);
	face->vf_vectors = NULL;
	nsw_cfgspace_fini(&face->pf);
	nsw_cfgspace_layout_fini(&face->vf_layout);
	nsw_cfgspace_layout_fini(&face->pf_layout);
	bitmap_free(face->resets);
	bitmap_free(face->events);
}

static struct nsw_cfgspace *nsw_pci_face_function(struct nsw_pci_face *face, unsigned int rid)
{
	unsigned int vf;

	lockdep_assert_held(&face->lock);
	if (!rid)
		return &face->pf;
	if (rid < NSW_PCI_VF_OFFSET || (rid - NSW_PCI_VF_OFFSET) % NSW_PCI_VF_STRIDE)
		return NULL;
	vf = (rid - NSW_PCI_VF_OFFSET) / NSW_PCI_VF_STRIDE;
	return vf < nsw_pci_face_present_vfs(face) ? &face->vfs[vf] : NULL;
}

bool nsw_pci_face_read(struct nsw_pci_face *face, unsigned int rid, unsigned int where,
		       unsigned int size, u32 *val)
{
	const struct nsw_cfgspace *cfg;
	unsigned long flags;

	raw_spin_lock_irqsave(&face->lock, flags);
	cfg = nsw_pci_face_function(face, rid);
	*val = cfg ? nsw_cfgspace_read(cfg, where, size) : ~0;
	raw_spin_unlock_irqrestore(&face->lock, flags);
	return cfg;
}

bool nsw_pci_face_write(struct nsw_pci_face *face, unsigned int rid, unsigned int where,
			unsigned int size, u32 val)
{
	struct nsw_cfgspace *cfg;
	unsigned long flags;

	raw_spin_lock_irqsave(&face->lock, flags);
	cfg = nsw_pci_face_function(face, rid);
	if (cfg)
		nsw_cfgspace_write(cfg, where, size, val);
	raw_spin_unlock_irqrestore(&face->lock, flags);
	return cfg;
}

void nsw_pci_face_raise(struct nsw_pci_face *face, bool is_vf, unsigned int vf,
			unsigned int where, u32 bits)
{
	struct nsw_cfgspace *cfg = is_vf ? &face->vfs[vf] : &face->pf;
	unsigned long flags;

	raw_spin_lock_irqsave(&face->lock, flags);
	nsw_cfgspace_set(cfg, where, 4, nsw_cfgspace_read(cfg, where, 4) | bits);
	raw_spin_unlock_irqrestore(&face->lock, flags);
}

bool nsw_pci_face_set_vf_power(struct nsw_pci_face *face, unsigned int vf, unsigned int power)
{
	return nsw_pci_face_write(face, nsw_pci_face_vf_rid(vf), face->vf_pm + PCI_PM_CTRL, 2,
				  power);
}

/* The value of a register once all ones were written to it; it keeps the one it has. */
static u32 nsw_pci_face_probe(struct nsw_cfgspace *cfg, unsigned int where)
{
	u32 old = nsw_cfgspace_read(cfg, where, 4), val;

	nsw_cfgspace_write(cfg, where, 4, ~0);
	val = nsw_cfgspace_read(cfg, where, 4);
	nsw_cfgspace_set(cfg, where, 4, old);
	return val;
}

/* The upper half of a 64-bit register looks like a register that is there. */
static bool nsw_pci_face_is_upper_half(const struct nsw_cfgspace *cfg, unsigned int bars,
				       unsigned int index)
{
	bool upper = false;
	unsigned int i;

	for (i = 0; i < index; i++)
		upper = !upper && (nsw_cfgspace_read(cfg, bars + 4 * i, 4) &
				   PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
	return upper;
}

static void nsw_pci_face_probe_bar_locked(struct nsw_pci_face *face, unsigned int vf,
					  unsigned int index, struct nsw_pci_bar *bar)
{
	unsigned int bars = face->pf_sriov + PCI_SRIOV_BAR;
	unsigned int at = bars + 4 * index;
	struct nsw_cfgspace *pf = &face->pf;
	u64 mask = 0xffffffffULL << 32, start;

	bar->probe = nsw_pci_face_probe(pf, at);
	start = nsw_cfgspace_read(pf, at, 4) & PCI_BASE_ADDRESS_MEM_MASK;
	if (!bar->probe || nsw_pci_face_is_upper_half(pf, bars, index))
		return;
	if (bar->probe & PCI_BASE_ADDRESS_MEM_TYPE_64) {
		mask = (u64)nsw_pci_face_probe(pf, at + 4) << 32;
		start |= (u64)nsw_cfgspace_read(pf, at + 4, 4) << 32;
	}
	mask |= bar->probe & (u32)PCI_BASE_ADDRESS_MEM_MASK;
	bar->len = -mask;
	if (start)
		bar->start = start + vf * bar->len;
}

void nsw_pci_face_probe_vf_bar(struct nsw_pci_face *face, unsigned int vf, unsigned int index,
			       struct nsw_pci_bar *bar)
{
	unsigned long flags;

	*bar = (struct nsw_pci_bar){};
	if (!face->pf_sriov || index > 5)
		return;
	raw_spin_lock_irqsave(&face->lock, flags);
	nsw_pci_face_probe_bar_locked(face, vf, index, bar);
	raw_spin_unlock_irqrestore(&face->lock, flags);
}

u32 nsw_pci_face_vf_vectors(const struct nsw_pci_face *face)
{
	return face->vf_msix ? face->total_vfs * NSW_PCI_MSIX_VF : 0;
}

static int nsw_pci_face_try_vectors(struct nsw_pci_face *face, unsigned int vf, u8 vectors)
{
	unsigned int i, sum = 0, vfs = nsw_pci_face_present_vfs(face);
	u8 old = face->vf_vectors[vf];

	lockdep_assert_held(&face->lock);
	if (vf >= vfs)
		return -ENODEV;
	face->vf_vectors[vf] = vectors;
	for (i = 0; i < vfs; i++)
		sum += face->vf_vectors[i] ?: NSW_PCI_MSIX_VF;
	if (sum > nsw_pci_face_vf_vectors(face)) {
		face->vf_vectors[vf] = old;
		return -ENOSPC;
	}
	nsw_pci_face_show_vectors(face, vf);
	return 0;
}

int nsw_pci_face_set_vf_vectors(struct nsw_pci_face *face, unsigned int vf, unsigned int vectors)
{
	unsigned long flags;
	int err;

	if (!face->vf_msix)
		return -EOPNOTSUPP;
	if (vf >= face->total_vfs || vectors > NSW_PCI_MSIX_VF_MAX)
		return -EINVAL;
	raw_spin_lock_irqsave(&face->lock, flags);
	err = nsw_pci_face_try_vectors(face, vf, vectors);
	raw_spin_unlock_irqrestore(&face->lock, flags);
	return err;
}

bool nsw_pci_face_take_event(struct nsw_pci_face *face, struct nsw_pci_event *event)
{
	const struct nsw_cfgspace *cfg;
	unsigned int function;
	unsigned long flags;
	bool found;

	raw_spin_lock_irqsave(&face->lock, flags);
	function = find_first_bit(face->events, 1 + face->total_vfs);
	found = function <= face->total_vfs;
	if (found) {
		__clear_bit(function, face->events);
		cfg = function ? &face->vfs[function - 1] : &face->pf;
		*event = (struct nsw_pci_event){
			.is_vf = function,
			.vf = function ? function - 1 : 0,
			.reset = __test_and_clear_bit(function, face->resets),
			.power = nsw_cfgspace_read(cfg, (function ? face->vf_pm : face->pf_pm) +
						   PCI_PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK,
		};
	}
	raw_spin_unlock_irqrestore(&face->lock, flags);
	return found;
}
