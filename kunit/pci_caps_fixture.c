// SPDX-License-Identifier: GPL-2.0-only
/* A PF and a VF with all capabilities. */

#include <linux/kernel.h>

#include "pci_caps_fixture.h"

/* Each value differs from all others, so that swapped fields show. */
const struct nsw_pci_ids nsw_pci_caps_ids = {
	.vendor = 0x1122,
	.device = 0x3344,
	.subsystem_vendor = 0x5566,
	.subsystem_device = 0x7788,
	.class = 0x020000,
	.revision = 0x9a,
	.bar = 0x12345678000,
	.vf_bar = 0x23456789000,
	.serial = 0x0123456789abcdef,
};

int nsw_pci_caps_test_init(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = kunit_kzalloc(test, sizeof(*fix), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fix);
	test->priv = fix;
	KUNIT_ASSERT_EQ(test, 0, nsw_pci_caps_build_pf(&fix->pf_layout, &nsw_pci_caps_ids,
						       NSW_PCI_CAPS_TOTAL_VFS,
						       NSW_PCI_CAPS_VF_DEVICE));
	KUNIT_ASSERT_EQ(test, 0, nsw_pci_caps_build_vf(&fix->vf_layout, &nsw_pci_caps_ids));
	KUNIT_ASSERT_EQ(test, 0, nsw_cfgspace_init(&fix->pf, &fix->pf_layout, NULL));
	KUNIT_ASSERT_EQ(test, 0, nsw_cfgspace_init(&fix->vf, &fix->vf_layout, NULL));
	return 0;
}

void nsw_pci_caps_test_exit(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;

	if (!fix)
		return;
	nsw_cfgspace_fini(&fix->vf);
	nsw_cfgspace_fini(&fix->pf);
	nsw_cfgspace_layout_fini(&fix->vf_layout);
	nsw_cfgspace_layout_fini(&fix->pf_layout);
}

/* What can be set of a register by writing all ones to it. */
u32 nsw_pci_caps_writable(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size)
{
	u32 before, ones, zeros;

	before = nsw_cfgspace_read(cfg, where, size);
	nsw_cfgspace_write(cfg, where, size, ~0);
	ones = nsw_cfgspace_read(cfg, where, size);
	nsw_cfgspace_write(cfg, where, size, 0);
	zeros = nsw_cfgspace_read(cfg, where, size);
	nsw_cfgspace_write(cfg, where, size, before);
	return ones ^ zeros;
}
