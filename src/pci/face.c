// SPDX-License-Identifier: GPL-2.0-only
/* A PF and its VFs as configuration accesses see them. */

#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pci_regs.h>
#include <linux/slab.h>

#include "pci/face.h"

static void nsw_pci_face_reset_vfs(struct nsw_pci_face *face)
{
	unsigned int vf;

	for (vf = 0; vf < face->total_vfs; vf++)
		nsw_cfgspace_reset(&face->vfs[vf]);
}

/* Initiate Function Level Reset is set in @val only while it is being written. */
static bool nsw_pci_face_is_flr(u16 exp, unsigned int offset, u32 val)
{
	return offset == exp + PCI_EXP_DEVCTL && val & PCI_EXP_DEVCTL_BCR_FLR;
}

static void nsw_pci_face_pf_written(struct nsw_cfgspace *cfg, unsigned int offset, u32 old, u32 new)
{
	struct nsw_pci_face *face = container_of(cfg, struct nsw_pci_face, pf);

	lockdep_assert_held(&face->lock);
	if (nsw_pci_face_is_flr(face->pf_exp, offset, new))
		nsw_cfgspace_reset(cfg);
	if (face->pf_sriov && offset == face->pf_sriov + PCI_SRIOV_CTRL &&
	    new & ~old & PCI_SRIOV_CTRL_VFE)
		nsw_pci_face_reset_vfs(face);
}

static const struct nsw_cfg_ops nsw_pci_face_pf_ops = {
	.written = nsw_pci_face_pf_written,
};

static void nsw_pci_face_vf_written(struct nsw_cfgspace *cfg, unsigned int offset, u32 old, u32 new)
{
	const struct nsw_pci_face *face = container_of(cfg->layout, const struct nsw_pci_face,
						       vf_layout);

	if (nsw_pci_face_is_flr(face->vf_exp, offset, new))
		nsw_cfgspace_reset(cfg);
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
	face->pf_sriov = nsw_pci_caps_find_ext(&face->pf, PCI_EXT_CAP_ID_SRIOV);
	return 0;
}

static int nsw_pci_face_init_vfs(struct nsw_pci_face *face, unsigned int total_vfs)
{
	int err;

	if (!total_vfs)
		return 0;
	face->vfs = kvcalloc(total_vfs, sizeof(*face->vfs), GFP_KERNEL);
	if (!face->vfs)
		return -ENOMEM;
	for (; face->total_vfs < total_vfs; face->total_vfs++) {
		err = nsw_cfgspace_init(&face->vfs[face->total_vfs], &face->vf_layout,
					&nsw_pci_face_vf_ops);
		if (err)
			return err;
	}
	face->vf_exp = nsw_pci_caps_find(&face->vfs[0], PCI_CAP_ID_EXP);
	return 0;
}

int nsw_pci_face_init(struct nsw_pci_face *face, const struct nsw_pci_ids *ids,
		      u16 total_vfs, u16 vf_device)
{
	int err;

	*face = (struct nsw_pci_face){};
	raw_spin_lock_init(&face->lock);
	nsw_cfgspace_layout_init(&face->pf_layout);
	nsw_cfgspace_layout_init(&face->vf_layout);

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
	nsw_cfgspace_fini(&face->pf);
	nsw_cfgspace_layout_fini(&face->vf_layout);
	nsw_cfgspace_layout_fini(&face->pf_layout);
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
