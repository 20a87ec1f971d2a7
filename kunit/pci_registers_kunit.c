// SPDX-License-Identifier: GPL-2.0-only
/* Registers of the larger capabilities: src/pci/caps.c, src/pci/caps_ext.c. */

#include <linux/kernel.h>

#include "pci_caps_fixture.h"

static void nsw_pci_registers_bar_0_is_64_bits_wide(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	unsigned int at = PCI_BASE_ADDRESS_0;

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, at, 4), 0x45678004u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, at + 4, 4), 0x123u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, at, 4), 0xfffff000u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, at + 4, 4), 0xffffffffu);
	at = nsw_pci_caps_find_ext(&fix->pf, PCI_EXT_CAP_ID_SRIOV) + PCI_SRIOV_BAR;
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, at, 4), 0x56789004u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, at + 4, 4), 0x234u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, at, 4), 0xfffff000u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, at + 4, 4), 0xffffffffu);
}

static void nsw_pci_registers_no_other_bars_and_no_rom(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	unsigned int sriov = nsw_pci_caps_find_ext(&fix->pf, PCI_EXT_CAP_ID_SRIOV);
	unsigned int bar;

	for (bar = 0; bar < 6; bar++) {
		unsigned int at = PCI_BASE_ADDRESS_0 + 4 * bar;

		KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, at, 4), 0u);
		if (bar < 2)
			continue;
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, at, 4), 0u);
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, sriov + PCI_SRIOV_BAR +
							    4 * bar, 4), 0u);
	}
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, PCI_ROM_ADDRESS, 4), 0u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, PCI_INTERRUPT_PIN, 1), 0u);
}

static void nsw_pci_registers_without_memory_no_bars_and_no_msix(struct kunit *test)
{
	struct nsw_pci_ids ids = nsw_pci_caps_ids;
	struct nsw_cfg_layout layout;
	struct nsw_cfgspace pf;
	unsigned int at;

	ids.bar = 0;
	ids.vf_bar = 0;
	nsw_cfgspace_layout_init(&layout);
	KUNIT_EXPECT_EQ(test, 0, nsw_pci_caps_build_pf(&layout, &ids, 4, 1));
	if (!nsw_cfgspace_init(&pf, &layout, NULL)) {
		at = nsw_pci_caps_find_ext(&pf, PCI_EXT_CAP_ID_SRIOV);
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_find(&pf, PCI_CAP_ID_MSIX), 0);
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&pf, PCI_BASE_ADDRESS_0, 4), 0u);
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&pf, at + PCI_SRIOV_BAR, 4), 0u);
		nsw_cfgspace_fini(&pf);
	}
	nsw_cfgspace_layout_fini(&layout);
}

static void nsw_pci_registers_msix_fits_into_the_bar(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	struct nsw_cfgspace *cfgs[] = { &fix->pf, &fix->vf };
	u32 vectors[] = { 64, 9 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cfgs); i++) {
		u16 at = nsw_pci_caps_find(cfgs[i], PCI_CAP_ID_MSIX);
		u32 table = nsw_cfgspace_read(cfgs[i], at + PCI_MSIX_TABLE, 4);
		u32 pba = nsw_cfgspace_read(cfgs[i], at + PCI_MSIX_PBA, 4);

		KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfgs[i], at + PCI_MSIX_FLAGS, 2),
				vectors[i] - 1);
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(cfgs[i], at + PCI_MSIX_FLAGS, 2),
				0xc000u);
		KUNIT_EXPECT_EQ(test, (table | pba) & PCI_MSIX_TABLE_BIR, 0u);
		KUNIT_EXPECT_LE(test, table + vectors[i] * PCI_MSIX_ENTRY_SIZE, pba);
		KUNIT_EXPECT_LE(test, pba + 8, (u32)NSW_PCI_BAR_SIZE);
	}
}

static void nsw_pci_registers_errors_are_the_pfs_to_mask(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	u16 pf = nsw_pci_caps_find_ext(&fix->pf, PCI_EXT_CAP_ID_ERR);
	u16 vf = nsw_pci_caps_find_ext(&fix->vf, PCI_EXT_CAP_ID_ERR);
	const u32 uncor = 0x001ff010, cor = 0x31c1;

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, pf, 4) & 0xfffff, 0x20001u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, pf + PCI_ERR_UNCOR_SEVER, 4), 0x62010u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, pf + PCI_ERR_UNCOR_SEVER, 4), uncor);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, pf + PCI_ERR_UNCOR_MASK, 4), uncor);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, pf + PCI_ERR_COR_MASK, 4), 0x2000u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, pf + PCI_ERR_COR_MASK, 4),
			cor & ~PCI_ERR_COR_INTERNAL);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_ERR_UNCOR_SEVER, 4), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_ERR_UNCOR_MASK, 4), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_ERR_COR_MASK, 4), 0u);

	nsw_cfgspace_set(&fix->vf, vf + PCI_ERR_UNCOR_STATUS, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->vf, vf + PCI_ERR_UNCOR_STATUS, 4), uncor);
	nsw_cfgspace_write(&fix->vf, vf + PCI_ERR_UNCOR_STATUS, 4, PCI_ERR_UNC_DLP);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->vf, vf + PCI_ERR_UNCOR_STATUS, 4),
			uncor & ~PCI_ERR_UNC_DLP);
}

static void nsw_pci_registers_serial_number(struct kunit *test)
{
	struct nsw_cfgspace *pf = &((struct nsw_pci_caps_fixture *)test->priv)->pf;
	u16 at = nsw_pci_caps_find_ext(pf, PCI_EXT_CAP_ID_DSN);

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + 4, 4), 0x89abcdefu);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + 8, 4), 0x01234567u);
}

static void nsw_pci_registers_sriov_fields(struct kunit *test)
{
	struct nsw_cfgspace *pf = &((struct nsw_pci_caps_fixture *)test->priv)->pf;
	u16 at = nsw_pci_caps_find_ext(pf, PCI_EXT_CAP_ID_SRIOV);

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_CAP, 4), 2u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_INITIAL_VF, 2), 300u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_TOTAL_VF, 2), 300u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_NUM_VF, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_FUNC_LINK, 1), 0u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_VF_OFFSET, 2), 256u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_VF_STRIDE, 2), 1u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_VF_DID, 2), 0x7654u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_SUP_PGSIZE, 4), 0x553u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, at + PCI_SRIOV_SYS_PGSIZE, 4), 1u);
}

static void nsw_pci_registers_sriov_controls(struct kunit *test)
{
	struct nsw_cfgspace *pf = &((struct nsw_pci_caps_fixture *)test->priv)->pf;
	u16 at = nsw_pci_caps_find_ext(pf, PCI_EXT_CAP_ID_SRIOV);

	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(pf, at + PCI_SRIOV_CTRL, 2),
			(u32)(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE | PCI_SRIOV_CTRL_ARI));
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(pf, at + PCI_SRIOV_STATUS, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(pf, at + PCI_SRIOV_NUM_VF, 2), 0xffffu);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(pf, at + PCI_SRIOV_VF_OFFSET, 4), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(pf, at + PCI_SRIOV_SYS_PGSIZE, 4), 0x553u);
}

static void nsw_pci_registers_without_vfs_no_sriov(struct kunit *test)
{
	struct nsw_cfg_layout layout;
	struct nsw_cfgspace pf;

	nsw_cfgspace_layout_init(&layout);
	KUNIT_EXPECT_EQ(test, 0, nsw_pci_caps_build_pf(&layout, &nsw_pci_caps_ids, 0, 0));
	if (!nsw_cfgspace_init(&pf, &layout, NULL)) {
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_find_ext(&pf, PCI_EXT_CAP_ID_SRIOV), 0);
		nsw_cfgspace_fini(&pf);
	}
	nsw_cfgspace_layout_fini(&layout);
}

static struct kunit_case nsw_pci_registers_cases[] = {
	KUNIT_CASE(nsw_pci_registers_bar_0_is_64_bits_wide),
	KUNIT_CASE(nsw_pci_registers_no_other_bars_and_no_rom),
	KUNIT_CASE(nsw_pci_registers_without_memory_no_bars_and_no_msix),
	KUNIT_CASE(nsw_pci_registers_msix_fits_into_the_bar),
	KUNIT_CASE(nsw_pci_registers_errors_are_the_pfs_to_mask),
	KUNIT_CASE(nsw_pci_registers_serial_number),
	KUNIT_CASE(nsw_pci_registers_sriov_fields),
	KUNIT_CASE(nsw_pci_registers_sriov_controls),
	KUNIT_CASE(nsw_pci_registers_without_vfs_no_sriov),
	{}
};

static struct kunit_suite nsw_pci_registers_suite = {
	.name = "nsw_pci_registers",
	.init = nsw_pci_caps_test_init,
	.exit = nsw_pci_caps_test_exit,
	.test_cases = nsw_pci_registers_cases,
};

kunit_test_suite(nsw_pci_registers_suite);
