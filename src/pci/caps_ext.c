// SPDX-License-Identifier: GPL-2.0-only
/* Extended capabilities of PF and VF as rows. */

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pci_regs.h>

#include "pci/caps.h"

/* Errors that an endpoint can have, and those of them that are fatal at first. */
#define NSW_PCI_CAPS_AER_UNCOR						\
	(PCI_ERR_UNC_DLP | PCI_ERR_UNC_POISON_TLP | PCI_ERR_UNC_FCP |	\
	 PCI_ERR_UNC_COMP_TIME | PCI_ERR_UNC_COMP_ABORT |		\
	 PCI_ERR_UNC_UNX_COMP | PCI_ERR_UNC_RX_OVER |			\
	 PCI_ERR_UNC_MALF_TLP | PCI_ERR_UNC_ECRC | PCI_ERR_UNC_UNSUP)
#define NSW_PCI_CAPS_AER_FATAL						\
	(PCI_ERR_UNC_DLP | PCI_ERR_UNC_FCP | PCI_ERR_UNC_RX_OVER |	\
	 PCI_ERR_UNC_MALF_TLP)
#define NSW_PCI_CAPS_AER_COR						\
	(PCI_ERR_COR_RCVR | PCI_ERR_COR_BAD_TLP | PCI_ERR_COR_BAD_DLLP |	\
	 PCI_ERR_COR_REP_ROLL | PCI_ERR_COR_REP_TIMER | PCI_ERR_COR_ADV_NFAT)

/* What PF and VF share: status registers, and the header of the first error. */
static const struct nsw_cfg_row nsw_pci_caps_aer[] = {
	{ .offset = 0, .ro = ~0 },
	{ .offset = PCI_ERR_UNCOR_STATUS, .w1c = NSW_PCI_CAPS_AER_UNCOR },
	{ .offset = PCI_ERR_COR_STATUS, .w1c = NSW_PCI_CAPS_AER_COR },
	{ .offset = PCI_ERR_HEADER_LOG, .ro = ~0 },
	{ .offset = PCI_ERR_HEADER_LOG + 4, .ro = ~0 },
	{ .offset = PCI_ERR_HEADER_LOG + 8, .ro = ~0 },
	{ .offset = PCI_ERR_HEADER_LOG + 12, .ro = ~0 },
	{ .offset = 0x44 },			/* no TLP prefixes, which end the structure */
};

static const struct nsw_cfg_row nsw_pci_caps_aer_pf[] = {
	{ .offset = PCI_ERR_UNCOR_MASK, .rw = NSW_PCI_CAPS_AER_UNCOR },
	{
		.offset = PCI_ERR_UNCOR_SEVER,
		.reset = NSW_PCI_CAPS_AER_FATAL,
		.rw = NSW_PCI_CAPS_AER_UNCOR,
	},
	{
		.offset = PCI_ERR_COR_MASK,
		.reset = PCI_ERR_COR_ADV_NFAT,
		.rw = NSW_PCI_CAPS_AER_COR,
	},
	{
		.offset = PCI_ERR_CAP,		/* first error, ECRC generation and check */
		.reset = PCI_ERR_CAP_ECRC_GENC | PCI_ERR_CAP_ECRC_CHKC,
		.ro = PCI_ERR_CAP_ECRC_GENC | PCI_ERR_CAP_ECRC_CHKC | 0x1f,
		.rw = PCI_ERR_CAP_ECRC_GENE | PCI_ERR_CAP_ECRC_CHKE,
	},
};

static const struct nsw_cfg_row nsw_pci_caps_aer_vf[] = {
	{ .offset = PCI_ERR_CAP, .ro = 0x1f },
};

static const struct nsw_cfg_row nsw_pci_caps_dsn[] = {
	{ .offset = 0, .ro = ~0 },
	{ .offset = 4, .ro = ~0 },
	{ .offset = 8, .ro = ~0 },
};

static const struct nsw_cfg_row nsw_pci_caps_ari[] = {
	{ .offset = 0, .ro = ~0 },
	{ .offset = PCI_ARI_CAP, .ro = 0xffff },
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
	{ .offset = PCI_SRIOV_VFM },		/* no migration */
};

static const struct nsw_cfg_row nsw_pci_caps_sriov_bar[] = {
	{
		.offset = PCI_SRIOV_BAR,
		.reset = PCI_BASE_ADDRESS_MEM_TYPE_64,
		.ro = 0xf,
		.rw = ~(u32)(NSW_PCI_BAR_SIZE - 1),
	},
	{ .offset = PCI_SRIOV_BAR + 4, .rw = ~0 },
};

/* Appends an extended capability and links it (PCIe r5.0, 7.6.3). */
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

u16 nsw_pci_caps_add_aer(struct nsw_pci_caps *caps)
{
	u16 at = nsw_pci_caps_append_ext(caps, PCI_EXT_CAP_ID_ERR, 2, nsw_pci_caps_aer,
					 ARRAY_SIZE(nsw_pci_caps_aer));

	if (caps->is_vf)
		nsw_pci_caps_add_rows(caps, at, nsw_pci_caps_aer_vf,
				      ARRAY_SIZE(nsw_pci_caps_aer_vf));
	else
		nsw_pci_caps_add_rows(caps, at, nsw_pci_caps_aer_pf,
				      ARRAY_SIZE(nsw_pci_caps_aer_pf));
	return caps->err ? 0 : at;
}

u16 nsw_pci_caps_add_dsn(struct nsw_pci_caps *caps, u64 serial)
{
	u16 at = nsw_pci_caps_append_ext(caps, PCI_EXT_CAP_ID_DSN, 1, nsw_pci_caps_dsn,
					 ARRAY_SIZE(nsw_pci_caps_dsn));

	if (!at)
		return 0;
	nsw_cfgspace_layout_set(caps->layout, at + 4, 4, lower_32_bits(serial));
	nsw_cfgspace_layout_set(caps->layout, at + 8, 4, upper_32_bits(serial));
	return at;
}

u16 nsw_pci_caps_add_ari(struct nsw_pci_caps *caps)
{
	return nsw_pci_caps_append_ext(caps, PCI_EXT_CAP_ID_ARI, 1, nsw_pci_caps_ari,
				       ARRAY_SIZE(nsw_pci_caps_ari));
}

u16 nsw_pci_caps_add_sriov(struct nsw_pci_caps *caps, u16 total_vfs, u16 vf_device, u64 vf_bar)
{
	u16 at = nsw_pci_caps_append_ext(caps, PCI_EXT_CAP_ID_SRIOV, 1, nsw_pci_caps_sriov,
					 ARRAY_SIZE(nsw_pci_caps_sriov));

	if (at && vf_bar) {
		nsw_pci_caps_add_rows(caps, at, nsw_pci_caps_sriov_bar,
				      ARRAY_SIZE(nsw_pci_caps_sriov_bar));
		nsw_pci_caps_set_bar(caps, at + PCI_SRIOV_BAR, vf_bar);
	}
	if (caps->err)
		return 0;
	nsw_cfgspace_layout_set(caps->layout, at + PCI_SRIOV_INITIAL_VF, 2, total_vfs);
	nsw_cfgspace_layout_set(caps->layout, at + PCI_SRIOV_TOTAL_VF, 2, total_vfs);
	nsw_cfgspace_layout_set(caps->layout, at + PCI_SRIOV_VF_DID, 2, vf_device);
	return at;
}
