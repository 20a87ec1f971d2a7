/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_CAPS_H
#define _NSW_PCI_CAPS_H

#include <linux/pci_regs.h>
#include <linux/types.h>

#include "pci/cfgspace.h"

/**
 * DOC: Building the face of a PCI function
 *
 * A &struct nsw_pci_caps lays registers into a &struct nsw_cfg_layout: the
 * header first, then one capability after another. It finds room for each
 * capability and links it into its list, so adding a capability to a face is
 * one function here and one call in nsw_pci_caps_build_pf() or
 * nsw_pci_caps_build_vf(). The first error sticks and later calls do nothing,
 * so only the last step needs to be checked.
 *
 * PF and VF differ in what PCIe r5.0, 9.3.4 to 9.3.6 say of a VF: identity
 * comes from its PF, most control bits are hard-wired to zero.
 */

/**
 * define NSW_PCI_VF_OFFSET - routing id of VF 0, less that of its PF
 *
 * First VF Offset. Without an ARI-capable port above it, a device answers only for functions 0
 * to 7 on the bus of its PF, but for every routing id on the buses after that
 * (PCIe r5.0, 9.2.1.2, "VF Discovery"). VF 0 is therefore the first function of
 * the next bus.
 */
#define NSW_PCI_VF_OFFSET	256

/** define NSW_PCI_VF_STRIDE - distance between the routing ids of two VFs (VF Stride) */
#define NSW_PCI_VF_STRIDE	1

/** define NSW_PCI_CAPS_EXT_FIRST - where the extended capabilities begin */
#define NSW_PCI_CAPS_EXT_FIRST	0x100

/** define NSW_PCI_BAR_SIZE - bytes of BAR 0 of PF and VF */
#define NSW_PCI_BAR_SIZE	4096

/** define NSW_PCI_MSIX_PBA - where in BAR 0 the pending bits of MSI-X lie */
#define NSW_PCI_MSIX_PBA	0x800

/** define NSW_PCI_MSIX_PF - MSI-X vectors of a PF; 16 bytes each, below the pending bits */
#define NSW_PCI_MSIX_PF		64

/** define NSW_PCI_MSIX_VF - MSI-X vectors of a VF: one for each queue pair, and one more */
#define NSW_PCI_MSIX_VF		9

/** define NSW_PCI_MSIX_VF_MAX - MSI-X vectors that a VF can be given */
#define NSW_PCI_MSIX_VF_MAX	64

/* Two 16-bit registers often share a row: the one at the higher offset. */
#define NSW_PCI_CAPS_HI(bits)	((u32)(bits) << 16)

/**
 * struct nsw_pci_ids - who a function says it is
 * @vendor: vendor id
 * @device: device id; ignored for a VF, whose PF tells it
 * @subsystem_vendor: subsystem vendor id
 * @subsystem_device: subsystem id
 * @class: base class, sub-class and programming interface, 24 bits
 * @revision: revision id
 * @bar: address of the memory behind base address register 0 of the PF; 0: there is none
 * @vf_bar: address of that behind base address register 0 of VF 0; the others follow
 * @serial: device serial number, an EUI-64
 */
struct nsw_pci_ids {
	u16 vendor;
	u16 device;
	u16 subsystem_vendor;
	u16 subsystem_device;
	u32 class;
	u8 revision;
	u64 bar;
	u64 vf_bar;
	u64 serial;
};

/**
 * struct nsw_pci_caps - a face being built
 * @layout: the layout that is filled
 * @is_vf: build the face of a VF
 * @link: offset of the byte that will point to the next capability
 * @next: first offset free for a capability
 * @ext_link: offset of the extended capability that will point to the next, or 0
 * @ext_header: header of that extended capability, without its pointer
 * @ext_next: first offset free for an extended capability
 * @err: first error, or 0
 */
struct nsw_pci_caps {
	struct nsw_cfg_layout *layout;
	bool is_vf;
	u16 link;
	u16 next;
	u16 ext_link;
	u32 ext_header;
	u16 ext_next;
	int err;
};

/**
 * nsw_pci_caps_init - begin a face with its type 0 header
 * @caps: the builder
 * @layout: an initialised layout without registers
 * @ids: who the function is
 * @is_vf: a VF rather than a PF
 *
 * PCIe r5.0, 7.5.1.1 and 7.5.1.2; for a VF 9.3.4.1: Vendor ID and Device ID
 * read FFFFh, the only command bit is Bus Master Enable. A PF for which there
 * is memory has base address register 0; a VF has none here, but in the SR-IOV
 * capability of its PF. No expansion ROM, no interrupt pin.
 *
 * Context: process context, may sleep.
 */
void nsw_pci_caps_init(struct nsw_pci_caps *caps, struct nsw_cfg_layout *layout,
		       const struct nsw_pci_ids *ids, bool is_vf);

/**
 * nsw_pci_caps_add_pm - add the Power Management capability
 * @caps: the builder
 *
 * PCIe r5.0, 7.5.2. D0, D1, D2 and D3hot, no PME, no reset on leaving D3hot.
 *
 * Context: process context, may sleep.
 * Return: its offset, or 0 when @caps->err is set.
 */
u16 nsw_pci_caps_add_pm(struct nsw_pci_caps *caps);

/**
 * nsw_pci_caps_add_exp - add the PCI Express capability of an endpoint, version 2
 * @caps: the builder
 *
 * PCIe r5.0, 7.5.3; for a VF 9.3.5. Function level reset is there, as 9.2.2.2
 * and 9.2.2.3 ask of VF and PF. The link is 16 GT/s, 16 lanes wide.
 *
 * Initiate Function Level Reset is an ordinary writable bit of the layout; that
 * it always reads zero is up to &nsw_cfg_ops.written.
 *
 * Context: process context, may sleep.
 * Return: its offset, or 0 when @caps->err is set.
 */
u16 nsw_pci_caps_add_exp(struct nsw_pci_caps *caps);

/**
 * nsw_pci_caps_add_aer - add the Advanced Error Reporting extended capability
 * @caps: the builder
 *
 * PCIe r5.0, 7.8.4, version 2; for a VF 9.3.6: masks, severities and control are its
 * PF's. Nothing here ever fails: the status registers stay clear, unless somebody
 * sets them for a test.
 *
 * Context: process context, may sleep.
 * Return: its offset, or 0 when @caps->err is set.
 */
u16 nsw_pci_caps_add_aer(struct nsw_pci_caps *caps);

/**
 * nsw_pci_caps_add_dsn - add the Device Serial Number extended capability
 * @caps: the builder; of a PF
 * @serial: the number, an EUI-64 (PCIe r5.0, 7.9.3)
 *
 * Context: process context, may sleep.
 * Return: its offset, or 0 when @caps->err is set.
 */
u16 nsw_pci_caps_add_dsn(struct nsw_pci_caps *caps, u64 serial);

/**
 * nsw_pci_caps_add_ari - add the Alternative Routing-ID extended capability
 * @caps: the builder
 *
 * PCIe r5.0, 7.8.7. VFs have function numbers up to 255, which a device can have
 * only with this in each function. There is one PF, so no next function.
 *
 * Context: process context, may sleep.
 * Return: its offset, or 0 when @caps->err is set.
 */
u16 nsw_pci_caps_add_ari(struct nsw_pci_caps *caps);

/**
 * nsw_pci_caps_add_sriov - add the SR-IOV extended capability
 * @caps: the builder; of a PF
 * @total_vfs: TotalVFs and InitialVFs
 * @vf_device: device id of the VFs
 * @vf_bar: address of BAR 0 of VF 0, or 0 for no BARs; their size grows with System
 *	Page Size, for which whoever owns the configuration space cares
 *
 * PCIe r5.0, 9.3.3. VFs cannot be migrated. First VF Offset and VF Stride do not
 * depend on ARI Capable Hierarchy or NumVFs, which 9.3.3.9 and 9.3.3.10 allow but
 * do not ask for.
 *
 * Context: process context, may sleep.
 * Return: its offset, or 0 when @caps->err is set.
 */
u16 nsw_pci_caps_add_sriov(struct nsw_pci_caps *caps, u16 total_vfs, u16 vf_device, u64 vf_bar);

/**
 * nsw_pci_caps_add_rows - add registers to a face
 * @caps: the builder
 * @base: offset that is added to that of each row
 * @rows: registers
 * @nr: how many
 *
 * Context: process context, may sleep. Does nothing when @caps->err is set.
 */
void nsw_pci_caps_add_rows(struct nsw_pci_caps *caps, unsigned int base,
			   const struct nsw_cfg_row *rows, unsigned int nr);

/**
 * nsw_pci_caps_set_bar - say where the memory behind a base address register is
 * @caps: the builder
 * @at: offset of the register, of 64 bits
 * @address: reset value, aligned to the size of the BAR
 *
 * Context: any.
 */
void nsw_pci_caps_set_bar(struct nsw_pci_caps *caps, unsigned int at, u64 address);

/* Length of a structure: where its last row ends. */
static inline unsigned int nsw_pci_caps_len(const struct nsw_cfg_row *rows, unsigned int nr)
{
	return rows[nr - 1].offset + 4;
}

/**
 * nsw_pci_caps_build_pf - build the whole face of a PF
 * @layout: an initialised layout without registers
 * @ids: who the PF is
 * @total_vfs: TotalVFs; 0: no SR-IOV capability
 * @vf_device: device id of the VFs
 *
 * Context: process context, may sleep.
 * Return: 0 or what nsw_cfgspace_layout_add() says; then @layout may be half full.
 */
int nsw_pci_caps_build_pf(struct nsw_cfg_layout *layout, const struct nsw_pci_ids *ids,
			  u16 total_vfs, u16 vf_device);

/**
 * nsw_pci_caps_build_vf - build the whole face of a VF
 * @layout: an initialised layout without registers
 * @ids: who its PF is
 *
 * Context: process context, may sleep.
 * Return: 0 or what nsw_cfgspace_layout_add() says; then @layout may be half full.
 */
int nsw_pci_caps_build_vf(struct nsw_cfg_layout *layout, const struct nsw_pci_ids *ids);

/**
 * nsw_pci_caps_find - find a capability as software does
 * @cfg: a configuration space
 * @id: capability id, as %PCI_CAP_ID_EXP
 *
 * Context: atomic; the caller serialises all accesses to @cfg.
 * Return: its offset, or 0.
 */
u16 nsw_pci_caps_find(const struct nsw_cfgspace *cfg, u8 id);

/**
 * nsw_pci_caps_find_ext - find an extended capability as software does
 * @cfg: a configuration space
 * @id: extended capability id, as %PCI_EXT_CAP_ID_SRIOV
 *
 * Context: atomic; the caller serialises all accesses to @cfg.
 * Return: its offset, or 0.
 */
u16 nsw_pci_caps_find_ext(const struct nsw_cfgspace *cfg, u16 id);

#endif /* _NSW_PCI_CAPS_H */
