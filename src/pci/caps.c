// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities of PF and VF as rows, and the builder that links them into lists. */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pci_regs.h>

#include "pci/caps.h"

/* Two 16-bit registers often share a row: the one at the higher offset. */
#define NSW_PCI_CAPS_HI(bits)	((u32)(bits) << 16)

/* Offsets at which the two lists of capabilities begin and end. */
#define NSW_PCI_CAPS_FIRST	0x40
#define NSW_PCI_CAPS_END	0x100
#define NSW_PCI_CAPS_EXT_FIRST	0x100

#define NSW_PCI_CAPS_STATUS_W1C						\
	(PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT |		\
	 PCI_STATUS_REC_TARGET_ABORT | PCI_STATUS_REC_MASTER_ABORT |	\
	 PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY)

/* Registers that PF and VF share; ids are filled in later. */
static const struct nsw_cfg_row nsw_pci_caps_header[] = {
	{ .offset = PCI_VENDOR_ID, .ro = ~0 },
	{ .offset = PCI_CLASS_REVISION, .ro = ~0 },
	{ .offset = PCI_SUBSYSTEM_VENDOR_ID, .ro = ~0 },
	{ .offset = PCI_CAPABILITY_LIST, .ro = 0xff },
	{ .offset = PCI_INTERRUPT_LINE },	/* pads the header to 64 bytes */
};

static const struct nsw_cfg_row nsw_pci_caps_header_pf[] = {
	{
		.offset = PCI_COMMAND,
		.reset = NSW_PCI_CAPS_HI(PCI_STATUS_CAP_LIST),
		.ro = NSW_PCI_CAPS_HI(PCI_STATUS_CAP_LIST),
		.rw = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_PARITY |
		      PCI_COMMAND_SERR | PCI_COMMAND_INTX_DISABLE,
		.w1c = NSW_PCI_CAPS_HI(NSW_PCI_CAPS_STATUS_W1C),
	},
	{ .offset = PCI_CACHE_LINE_SIZE, .rw = 0xff },
};

static const struct nsw_cfg_row nsw_pci_caps_header_vf[] = {
	{
		.offset = PCI_COMMAND,
		.reset = NSW_PCI_CAPS_HI(PCI_STATUS_CAP_LIST),
		.ro = NSW_PCI_CAPS_HI(PCI_STATUS_CAP_LIST),
		.rw = PCI_COMMAND_MASTER,
		.w1c = NSW_PCI_CAPS_HI(NSW_PCI_CAPS_STATUS_W1C),
	},
};

static const struct nsw_cfg_row nsw_pci_caps_pm[] = {
	{
		.offset = 0,
		.reset = NSW_PCI_CAPS_HI(3 | PCI_PM_CAP_D1 | PCI_PM_CAP_D2),
		.ro = ~0,
	},
	{
		.offset = PCI_PM_CTRL,
		.reset = PCI_PM_CTRL_NO_SOFT_RESET,
		.ro = PCI_PM_CTRL_NO_SOFT_RESET,
		.rw = PCI_PM_CTRL_STATE_MASK,
	},
};

/* PCI Express: what PF and VF share. */
static const struct nsw_cfg_row nsw_pci_caps_exp[] = {
	{
		.offset = 0,
		.reset = NSW_PCI_CAPS_HI(PCI_EXP_TYPE_ENDPOINT << 4 | 2),
		.ro = ~0,
	},
	{
		.offset = PCI_EXP_DEVCAP,	/* payload of up to 512 bytes */
		.reset = PCI_EXP_DEVCAP_FLR | PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_EXT_TAG | 2,
		.ro = ~0,
	},
	{
		.offset = PCI_EXP_LNKCAP,	/* bit 22: ASPM Optionality Compliance */
		.reset = PCI_EXP_LNKCAP_SLS_16_0GB | 16 << 4 | BIT(22),
		.ro = ~0,
	},
	{
		.offset = PCI_EXP_DEVCAP2,	/* completion timeout ranges A to D */
		.reset = PCI_EXP_DEVCAP2_COMP_TMOUT_DIS | 0xf,
		.ro = ~0,
	},
	{
		.offset = PCI_EXP_LNKCAP2,
		.reset = PCI_EXP_LNKCAP2_SLS_2_5GB | PCI_EXP_LNKCAP2_SLS_5_0GB |
			 PCI_EXP_LNKCAP2_SLS_8_0GB | PCI_EXP_LNKCAP2_SLS_16_0GB,
		.ro = ~0,
	},
	{ .offset = 0x38 },			/* slot registers end the structure */
};

#define NSW_PCI_CAPS_DEVSTA_W1C					\
	(PCI_EXP_DEVSTA_CED | PCI_EXP_DEVSTA_NFED |		\
	 PCI_EXP_DEVSTA_FED | PCI_EXP_DEVSTA_URD)

static const struct nsw_cfg_row nsw_pci_caps_exp_pf[] = {
	{
		.offset = PCI_EXP_DEVCTL,
		.reset = PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_NOSNOOP_EN |
			 PCI_EXP_DEVCTL_READRQ_512B,
		.ro = NSW_PCI_CAPS_HI(PCI_EXP_DEVSTA_AUXPD | PCI_EXP_DEVSTA_TRPND),
		.rw = PCI_EXP_DEVCTL_CERE | PCI_EXP_DEVCTL_NFERE | PCI_EXP_DEVCTL_FERE |
		      PCI_EXP_DEVCTL_URRE | PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_PAYLOAD |
		      PCI_EXP_DEVCTL_EXT_TAG | PCI_EXP_DEVCTL_NOSNOOP_EN |
		      PCI_EXP_DEVCTL_READRQ | PCI_EXP_DEVCTL_BCR_FLR,
		.w1c = NSW_PCI_CAPS_HI(NSW_PCI_CAPS_DEVSTA_W1C),
	},
	{
		.offset = PCI_EXP_LNKCTL,
		.reset = NSW_PCI_CAPS_HI(PCI_EXP_LNKSTA_SLC | PCI_EXP_LNKSTA_CLS_16_0GB | 16 << 4),
		.ro = NSW_PCI_CAPS_HI(PCI_EXP_LNKSTA_SLC | PCI_EXP_LNKSTA_NLW |
				      PCI_EXP_LNKSTA_CLS),
		.rw = PCI_EXP_LNKCTL_ASPMC | PCI_EXP_LNKCTL_RCB | PCI_EXP_LNKCTL_CCC |
		      PCI_EXP_LNKCTL_ES | PCI_EXP_LNKCTL_HAWD,
	},
	{
		.offset = PCI_EXP_DEVCTL2,
		.rw = PCI_EXP_DEVCTL2_COMP_TIMEOUT | PCI_EXP_DEVCTL2_COMP_TMOUT_DIS,
	},
	{
		.offset = PCI_EXP_LNKCTL2,
		.reset = PCI_EXP_LNKCTL2_TLS_16_0GT,
		.rw = PCI_EXP_LNKCTL2_TLS | PCI_EXP_LNKCTL2_ENTER_COMP |
		      PCI_EXP_LNKCTL2_HASD | PCI_EXP_LNKCTL2_TX_MARGIN,
	},
};

static const struct nsw_cfg_row nsw_pci_caps_exp_vf[] = {
	{
		.offset = PCI_EXP_DEVCTL,
		.ro = NSW_PCI_CAPS_HI(PCI_EXP_DEVSTA_TRPND),
		.rw = PCI_EXP_DEVCTL_BCR_FLR,
		.w1c = NSW_PCI_CAPS_HI(NSW_PCI_CAPS_DEVSTA_W1C),
	},
};

/* Supported Page Sizes: 4 KiB, 8 KiB, 64 KiB, 256 KiB, 1 MiB and 4 MiB, which all must have. */
#define NSW_PCI_CAPS_SRIOV_PAGES	0x553

static const struct nsw_cfg_row nsw_pci_caps_sriov[] = {
	{ .offset = 0, .ro = ~0 },
	{ .offset = PCI_SRIOV_CAP, .reset = BIT(1), .ro = ~0 },	/* ARI hierarchy preserved */
	{
		.offset = PCI_SRIOV_CTRL,
		.rw = PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE | PCI_SRIOV_CTRL_ARI,
	},
	{ .offset = PCI_SRIOV_INITIAL_VF, .ro = ~0 },
	{ .offset = PCI_SRIOV_NUM_VF, .ro = NSW_PCI_CAPS_HI(0xff), .rw = 0xffff },
	{
		.offset = PCI_SRIOV_VF_OFFSET,
		.reset = NSW_PCI_CAPS_HI(NSW_PCI_VF_STRIDE) | NSW_PCI_VF_OFFSET,
		.ro = ~0,
	},
	{ .offset = 0x18, .ro = NSW_PCI_CAPS_HI(0xffff) },
	{ .offset = PCI_SRIOV_SUP_PGSIZE, .reset = NSW_PCI_CAPS_SRIOV_PAGES, .ro = ~0 },
	{ .offset = PCI_SRIOV_SYS_PGSIZE, .reset = 1, .rw = NSW_PCI_CAPS_SRIOV_PAGES },
	{ .offset = PCI_SRIOV_VFM },		/* no VF BARs before it, no migration in it */
};

static void nsw_pci_caps_add_rows(struct nsw_pci_caps *caps, unsigned int base,
				  const struct nsw_cfg_row *rows, unsigned int nr)
{
	if (!caps->err)
		caps->err = nsw_cfgspace_layout_add(caps->layout, base, rows, nr);
}

/* Length of a structure: where its last row ends. */
static unsigned int nsw_pci_caps_len(const struct nsw_cfg_row *rows, unsigned int nr)
{
	return rows[nr - 1].offset + 4;
}

/* Appends a capability and links it; registers may be added behind @rows, within its length. */
static u16 nsw_pci_caps_append(struct nsw_pci_caps *caps, u8 id,
			       const struct nsw_cfg_row *rows, unsigned int nr)
{
	u16 at = caps->next;

	if (!caps->err && at + nsw_pci_caps_len(rows, nr) > NSW_PCI_CAPS_END)
		caps->err = -ENOSPC;
	nsw_pci_caps_add_rows(caps, at, rows, nr);
	if (caps->err)
		return 0;
	nsw_cfgspace_layout_set(caps->layout, at, 1, id);
	nsw_cfgspace_layout_set(caps->layout, caps->link, 1, at);
	caps->link = at + PCI_CAP_LIST_NEXT;
	caps->next = at + nsw_pci_caps_len(rows, nr);
	return at;
}

/* The same for the list of extended capabilities (PCIe r5.0, 7.6.3). */
static u16 nsw_pci_caps_append_ext(struct nsw_pci_caps *caps, u16 id, u8 version,
				   const struct nsw_cfg_row *rows, unsigned int nr)
{
	u16 at = caps->ext_next;

	nsw_pci_caps_add_rows(caps, at, rows, nr);
	if (caps->err)
		return 0;
	if (caps->ext_link)
		nsw_cfgspace_layout_set(caps->layout, caps->ext_link, 4,
					caps->ext_header | at << 20);
	caps->ext_link = at;
	caps->ext_header = version << 16 | id;
	caps->ext_next = at + nsw_pci_caps_len(rows, nr);
	nsw_cfgspace_layout_set(caps->layout, at, 4, caps->ext_header);
	return at;
}

void nsw_pci_caps_init(struct nsw_pci_caps *caps, struct nsw_cfg_layout *layout,
		       const struct nsw_pci_ids *ids, bool is_vf)
{
	*caps = (struct nsw_pci_caps){
		.layout = layout,
		.is_vf = is_vf,
		.link = PCI_CAPABILITY_LIST,
		.next = NSW_PCI_CAPS_FIRST,
		.ext_next = NSW_PCI_CAPS_EXT_FIRST,
	};
	nsw_pci_caps_add_rows(caps, 0, nsw_pci_caps_header, ARRAY_SIZE(nsw_pci_caps_header));
	if (is_vf)
		nsw_pci_caps_add_rows(caps, 0, nsw_pci_caps_header_vf,
				      ARRAY_SIZE(nsw_pci_caps_header_vf));
	else
		nsw_pci_caps_add_rows(caps, 0, nsw_pci_caps_header_pf,
				      ARRAY_SIZE(nsw_pci_caps_header_pf));
	nsw_cfgspace_layout_set(layout, PCI_VENDOR_ID, 2, is_vf ? 0xffff : ids->vendor);
	nsw_cfgspace_layout_set(layout, PCI_DEVICE_ID, 2, is_vf ? 0xffff : ids->device);
	nsw_cfgspace_layout_set(layout, PCI_CLASS_REVISION, 4, ids->class << 8 | ids->revision);
	nsw_cfgspace_layout_set(layout, PCI_SUBSYSTEM_VENDOR_ID, 2, ids->subsystem_vendor);
	nsw_cfgspace_layout_set(layout, PCI_SUBSYSTEM_ID, 2, ids->subsystem_device);
}

u16 nsw_pci_caps_add_pm(struct nsw_pci_caps *caps)
{
	return nsw_pci_caps_append(caps, PCI_CAP_ID_PM, nsw_pci_caps_pm,
				   ARRAY_SIZE(nsw_pci_caps_pm));
}

u16 nsw_pci_caps_add_exp(struct nsw_pci_caps *caps)
{
	u16 at = nsw_pci_caps_append(caps, PCI_CAP_ID_EXP, nsw_pci_caps_exp,
				     ARRAY_SIZE(nsw_pci_caps_exp));

	if (caps->is_vf)
		nsw_pci_caps_add_rows(caps, at, nsw_pci_caps_exp_vf,
				      ARRAY_SIZE(nsw_pci_caps_exp_vf));
	else
		nsw_pci_caps_add_rows(caps, at, nsw_pci_caps_exp_pf,
				      ARRAY_SIZE(nsw_pci_caps_exp_pf));
	return caps->err ? 0 : at;
}

u16 nsw_pci_caps_add_sriov(struct nsw_pci_caps *caps, u16 total_vfs, u16 vf_device)
{
	u16 at = nsw_pci_caps_append_ext(caps, PCI_EXT_CAP_ID_SRIOV, 1, nsw_pci_caps_sriov,
					 ARRAY_SIZE(nsw_pci_caps_sriov));

	if (!at)
		return 0;
	nsw_cfgspace_layout_set(caps->layout, at + PCI_SRIOV_INITIAL_VF, 2, total_vfs);
	nsw_cfgspace_layout_set(caps->layout, at + PCI_SRIOV_TOTAL_VF, 2, total_vfs);
	nsw_cfgspace_layout_set(caps->layout, at + PCI_SRIOV_VF_DID, 2, vf_device);
	return at;
}

int nsw_pci_caps_build_pf(struct nsw_cfg_layout *layout, const struct nsw_pci_ids *ids,
			  u16 total_vfs, u16 vf_device)
{
	struct nsw_pci_caps caps;

	nsw_pci_caps_init(&caps, layout, ids, false);
	nsw_pci_caps_add_pm(&caps);
	nsw_pci_caps_add_exp(&caps);
	if (total_vfs)
		nsw_pci_caps_add_sriov(&caps, total_vfs, vf_device);
	return caps.err;
}

int nsw_pci_caps_build_vf(struct nsw_cfg_layout *layout, const struct nsw_pci_ids *ids)
{
	struct nsw_pci_caps caps;

	nsw_pci_caps_init(&caps, layout, ids, true);
	nsw_pci_caps_add_pm(&caps);
	nsw_pci_caps_add_exp(&caps);
	return caps.err;
}

u16 nsw_pci_caps_find(const struct nsw_cfgspace *cfg, u8 id)
{
	unsigned int ttl = (NSW_PCI_CAPS_END - NSW_PCI_CAPS_FIRST) / 4;
	unsigned int at = nsw_cfgspace_read(cfg, PCI_CAPABILITY_LIST, 1);

	for (; at && ttl--; at = nsw_cfgspace_read(cfg, at + PCI_CAP_LIST_NEXT, 1))
		if (nsw_cfgspace_read(cfg, at + PCI_CAP_LIST_ID, 1) == id)
			return at;
	return 0;
}

u16 nsw_pci_caps_find_ext(const struct nsw_cfgspace *cfg, u16 id)
{
	unsigned int ttl = (NSW_CFG_SPACE_SIZE - NSW_PCI_CAPS_EXT_FIRST) / 4;
	unsigned int at = NSW_PCI_CAPS_EXT_FIRST;

	for (; at && ttl--; at = nsw_cfgspace_read(cfg, at, 4) >> 20)
		if (nsw_cfgspace_read(cfg, at, 2) == id)
			return at;
	return 0;
}
