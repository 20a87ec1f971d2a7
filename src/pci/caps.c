// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities of PF and VF as rows, and the builder that links them into lists. */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pci_regs.h>

#include "pci/caps.h"

/* Offsets at which the list of capabilities begins and ends. */
#define NSW_PCI_CAPS_FIRST	0x40
#define NSW_PCI_CAPS_END	0x100

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

/* Base address register 0, 64 bits wide, for NSW_PCI_BAR_SIZE bytes; the address is filled in. */
static const struct nsw_cfg_row nsw_pci_caps_bar[] = {
	{
		.offset = PCI_BASE_ADDRESS_0,
		.reset = PCI_BASE_ADDRESS_MEM_TYPE_64,
		.ro = 0xf,
		.rw = ~(u32)(NSW_PCI_BAR_SIZE - 1),
	},
	{ .offset = PCI_BASE_ADDRESS_0 + 4, .rw = ~0 },
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

/*
 * Link Status and Link Control 2 of a VF are reserved. Zeros there are read as a
 * link of unknown speed and width, by lspci and by all who read max_link_speed
 * and current_link_speed; so a VF shows the link that it shares with its PF.
 */
static const struct nsw_cfg_row nsw_pci_caps_exp_vf[] = {
	{
		.offset = PCI_EXP_DEVCTL,
		.ro = NSW_PCI_CAPS_HI(PCI_EXP_DEVSTA_TRPND),
		.rw = PCI_EXP_DEVCTL_BCR_FLR,
		.w1c = NSW_PCI_CAPS_HI(NSW_PCI_CAPS_DEVSTA_W1C),
	},
	{
		.offset = PCI_EXP_LNKCTL,
		.reset = NSW_PCI_CAPS_HI(PCI_EXP_LNKSTA_SLC | PCI_EXP_LNKSTA_CLS_16_0GB | 16 << 4),
		.ro = NSW_PCI_CAPS_HI(0xffff),
	},
	{ .offset = PCI_EXP_LNKCTL2, .reset = PCI_EXP_LNKCTL2_TLS_16_0GT, .ro = 0xffff },
};

/* MSI-X: vectors and their pending bits lie in BAR 0. */
static const struct nsw_cfg_row nsw_pci_caps_msix[] = {
	{
		.offset = 0,
		.ro = ~NSW_PCI_CAPS_HI(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL),
		.rw = NSW_PCI_CAPS_HI(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL),
	},
	{ .offset = PCI_MSIX_TABLE, .ro = ~0 },
	{ .offset = PCI_MSIX_PBA, .reset = NSW_PCI_MSIX_PBA, .ro = ~0 },
};

void nsw_pci_caps_add_rows(struct nsw_pci_caps *caps, unsigned int base,
			   const struct nsw_cfg_row *rows, unsigned int nr)
{
	if (!caps->err)
		caps->err = nsw_cfgspace_layout_add(caps->layout, base, rows, nr);
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

void nsw_pci_caps_set_bar(struct nsw_pci_caps *caps, unsigned int at, u64 address)
{
	nsw_cfgspace_layout_set(caps->layout, at, 4,
				lower_32_bits(address) | PCI_BASE_ADDRESS_MEM_TYPE_64);
	nsw_cfgspace_layout_set(caps->layout, at + 4, 4, upper_32_bits(address));
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
	if (ids->bar && !is_vf) {
		nsw_pci_caps_add_rows(caps, 0, nsw_pci_caps_bar, ARRAY_SIZE(nsw_pci_caps_bar));
		nsw_pci_caps_set_bar(caps, PCI_BASE_ADDRESS_0, ids->bar);
	}
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

/* PCIe r5.0, 7.7.2. */
static u16 nsw_pci_caps_add_msix(struct nsw_pci_caps *caps, u16 vectors)
{
	u16 at = nsw_pci_caps_append(caps, PCI_CAP_ID_MSIX, nsw_pci_caps_msix,
				     ARRAY_SIZE(nsw_pci_caps_msix));

	if (at)
		nsw_cfgspace_layout_set(caps->layout, at + PCI_MSIX_FLAGS, 2, vectors - 1);
	return at;
}

int nsw_pci_caps_build_pf(struct nsw_cfg_layout *layout, const struct nsw_pci_ids *ids,
			  u16 total_vfs, u16 vf_device)
{
	struct nsw_pci_caps caps;

	nsw_pci_caps_init(&caps, layout, ids, false);
	nsw_pci_caps_add_pm(&caps);
	nsw_pci_caps_add_exp(&caps);
	if (ids->bar)
		nsw_pci_caps_add_msix(&caps, NSW_PCI_MSIX_PF);
	nsw_pci_caps_add_aer(&caps);
	nsw_pci_caps_add_dsn(&caps, ids->serial);
	nsw_pci_caps_add_ari(&caps);
	if (total_vfs)
		nsw_pci_caps_add_sriov(&caps, total_vfs, vf_device, ids->vf_bar);
	return caps.err;
}

int nsw_pci_caps_build_vf(struct nsw_cfg_layout *layout, const struct nsw_pci_ids *ids)
{
	struct nsw_pci_caps caps;

	nsw_pci_caps_init(&caps, layout, ids, true);
	nsw_pci_caps_add_pm(&caps);
	nsw_pci_caps_add_exp(&caps);
	if (ids->vf_bar)
		nsw_pci_caps_add_msix(&caps, NSW_PCI_MSIX_VF);
	nsw_pci_caps_add_aer(&caps);
	nsw_pci_caps_add_ari(&caps);
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
