// SPDX-License-Identifier: GPL-2.0-only
/* Which functions answer, and what their registers do to each other: src/pci/face.c. */

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/pci_regs.h>

#include "pci/face.h"

#define NSW_PCI_FACE_TOTAL_VFS	300

static const struct nsw_pci_ids nsw_pci_face_ids = {
	.vendor = 0x1122,
	.device = 0x3344,
	.class = 0x020000,
	.bar = 0x12345678000,
	.vf_bar = 0x23456789000,
};

/* One test at a time. */
static unsigned int nsw_pci_face_calls;

static void nsw_pci_face_changed(struct nsw_pci_face *face)
{
	nsw_pci_face_calls++;
}

static const struct nsw_pci_face_ops nsw_pci_face_test_ops = {
	.changed = nsw_pci_face_changed,
};

static int nsw_pci_face_test_init(struct kunit *test)
{
	struct nsw_pci_face *face = kunit_kzalloc(test, sizeof(*face), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, face);
	KUNIT_ASSERT_EQ(test, 0, nsw_pci_face_init(face, &nsw_pci_face_ids,
						   NSW_PCI_FACE_TOTAL_VFS, 0x3345,
						   &nsw_pci_face_test_ops));
	nsw_pci_face_calls = 0;
	test->priv = face;
	return 0;
}

static void nsw_pci_face_test_exit(struct kunit *test)
{
	if (test->priv)
		nsw_pci_face_fini(test->priv);
}

static unsigned int nsw_pci_face_rid(unsigned int vf)
{
	return NSW_PCI_VF_OFFSET + vf * NSW_PCI_VF_STRIDE;
}

static bool nsw_pci_face_answers(struct nsw_pci_face *face, unsigned int rid)
{
	u32 val;

	return nsw_pci_face_read(face, rid, PCI_COMMAND, 2, &val);
}

static u32 nsw_pci_face_get(struct nsw_pci_face *face, unsigned int rid, unsigned int where,
			    unsigned int size)
{
	u32 val;

	nsw_pci_face_read(face, rid, where, size, &val);
	return val;
}

static void nsw_pci_face_enable(struct nsw_pci_face *face, unsigned int num_vfs)
{
	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_NUM_VF, 2, num_vfs);
	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_CTRL, 2, PCI_SRIOV_CTRL_VFE);
}

static void nsw_pci_face_disable(struct nsw_pci_face *face)
{
	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_CTRL, 2, 0);
}

static void nsw_pci_face_pf_alone_answers_at_first(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	unsigned int rid;

	KUNIT_EXPECT_TRUE(test, nsw_pci_face_answers(face, 0));
	for (rid = 1; rid < 1024; rid++)
		KUNIT_EXPECT_FALSE_MSG(test, nsw_pci_face_answers(face, rid), "rid %u", rid);
}

static void nsw_pci_face_absent_functions_read_ones(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	u32 val = 0;

	KUNIT_EXPECT_FALSE(test, nsw_pci_face_read(face, nsw_pci_face_rid(0), 0, 1, &val));
	KUNIT_EXPECT_EQ(test, val, ~0u);
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_write(face, nsw_pci_face_rid(0), 4, 2, 4));
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_read(face, ~0u, 0, 4, &val));
}

static void nsw_pci_face_numvfs_without_vf_enable_shows_no_vf(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;

	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_NUM_VF, 2, 4);
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(0)));
}

static void nsw_pci_face_vf_enable_shows_numvfs_vfs(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	unsigned int rid, seen = 0;

	nsw_pci_face_enable(face, 4);
	for (rid = 1; rid < 1024; rid++)
		seen += nsw_pci_face_answers(face, rid);
	KUNIT_EXPECT_EQ(test, seen, 4u);
	KUNIT_EXPECT_TRUE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(0)));
	KUNIT_EXPECT_TRUE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(3)));
	nsw_pci_face_disable(face);
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(0)));
}

static void nsw_pci_face_numvfs_beyond_totalvfs_is_harmless(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	unsigned int last = NSW_PCI_FACE_TOTAL_VFS - 1;

	nsw_pci_face_enable(face, 0xffff);
	KUNIT_EXPECT_TRUE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(last)));
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(last + 1)));
}

static void nsw_pci_face_vfs_have_registers_of_their_own(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;

	nsw_pci_face_enable(face, 2);
	nsw_pci_face_write(face, nsw_pci_face_rid(1), PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_rid(1), PCI_COMMAND, 2), 4u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_rid(0), PCI_COMMAND, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, PCI_COMMAND, 2), 0u);
}

static void nsw_pci_face_vf_enable_resets_vfs(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	u16 ctrl = face->pf_sriov + PCI_SRIOV_CTRL;

	nsw_pci_face_enable(face, 1);
	nsw_pci_face_write(face, nsw_pci_face_rid(0), PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	nsw_pci_face_write(face, 0, ctrl, 2, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
	KUNIT_EXPECT_EQ_MSG(test, nsw_pci_face_get(face, nsw_pci_face_rid(0), PCI_COMMAND, 2), 4u,
			    "it was set already");
	nsw_pci_face_disable(face);
	nsw_pci_face_enable(face, 1);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_rid(0), PCI_COMMAND, 2), 0u);
}

static void nsw_pci_face_flr_of_a_vf_resets_only_that(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	u16 devctl = face->vf_exp + PCI_EXP_DEVCTL;
	unsigned int vf;

	nsw_pci_face_enable(face, 2);
	for (vf = 0; vf < 2; vf++)
		nsw_pci_face_write(face, nsw_pci_face_rid(vf), PCI_COMMAND, 2, 4);
	nsw_pci_face_write(face, nsw_pci_face_rid(1), devctl, 2, PCI_EXP_DEVCTL_BCR_FLR);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_rid(1), devctl, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_rid(1), PCI_COMMAND, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_rid(0), PCI_COMMAND, 2), 4u);
	KUNIT_EXPECT_TRUE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(1)));
}

static void nsw_pci_face_flr_of_the_pf_takes_the_vfs(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	u16 devctl = face->pf_exp + PCI_EXP_DEVCTL;
	u32 before = nsw_pci_face_get(face, 0, devctl, 2);

	nsw_pci_face_enable(face, 2);
	nsw_pci_face_write(face, 0, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	nsw_pci_face_write(face, 0, devctl, 2, before | PCI_EXP_DEVCTL_BCR_FLR);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, devctl, 2), before);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, PCI_COMMAND, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, face->pf_sriov + PCI_SRIOV_NUM_VF, 2), 0u);
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_answers(face, nsw_pci_face_rid(0)));
}

static void nsw_pci_face_expect_event(struct kunit *test, int vf, bool reset, unsigned int power)
{
	struct nsw_pci_event event;

	KUNIT_ASSERT_TRUE(test, nsw_pci_face_take_event(test->priv, &event));
	KUNIT_EXPECT_EQ(test, event.is_vf ? (int)event.vf : -1, vf);
	KUNIT_EXPECT_EQ(test, event.reset, reset);
	KUNIT_EXPECT_EQ(test, event.power, power);
}

static void nsw_pci_face_expect_quiet(struct kunit *test)
{
	struct nsw_pci_event event;

	KUNIT_EXPECT_FALSE(test, nsw_pci_face_take_event(test->priv, &event));
}

static void nsw_pci_face_events_tell_how_it_ended(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	u16 pmcsr = face->vf_pm + PCI_PM_CTRL;

	nsw_pci_face_enable(face, 2);
	nsw_pci_face_write(face, nsw_pci_face_rid(1), PCI_COMMAND, 2, 4);
	nsw_pci_face_expect_quiet(test);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_calls, 0u);

	nsw_pci_face_write(face, nsw_pci_face_rid(1), pmcsr, 2, 3);
	nsw_pci_face_write(face, nsw_pci_face_rid(1), pmcsr, 2, 2);
	nsw_pci_face_write(face, 0, face->pf_pm + PCI_PM_CTRL, 2, 1);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_calls, 3u);
	nsw_pci_face_expect_event(test, -1, false, 1);
	nsw_pci_face_expect_event(test, 1, false, 2);
	nsw_pci_face_expect_quiet(test);

	/* what is written again is no news */
	nsw_pci_face_write(face, nsw_pci_face_rid(1), pmcsr, 2, 2);
	nsw_pci_face_expect_quiet(test);
	nsw_pci_face_write(face, nsw_pci_face_rid(1), face->vf_exp + PCI_EXP_DEVCTL, 2,
			   PCI_EXP_DEVCTL_BCR_FLR);
	nsw_pci_face_expect_event(test, 1, true, 0);
	nsw_pci_face_expect_quiet(test);
}

static void nsw_pci_face_flr_of_the_pf_is_an_event_for_all(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;

	nsw_pci_face_enable(face, 2);
	nsw_pci_face_write(face, nsw_pci_face_rid(0), face->vf_pm + PCI_PM_CTRL, 2, 3);
	nsw_pci_face_write(face, 0, face->pf_exp + PCI_EXP_DEVCTL, 2, PCI_EXP_DEVCTL_BCR_FLR);
	nsw_pci_face_expect_event(test, -1, true, 0);
	nsw_pci_face_expect_event(test, 0, true, 0);
	nsw_pci_face_expect_event(test, 1, true, 0);
	nsw_pci_face_expect_quiet(test);
}

static void nsw_pci_face_vf_bar_grows_with_the_page(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	u16 bar = face->pf_sriov + PCI_SRIOV_BAR;

	nsw_pci_face_write(face, 0, bar, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, bar, 4), 0xfffff004u);
	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_SYS_PGSIZE, 4, 0x10);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, bar, 4), 0xffff0004u);
	nsw_pci_face_write(face, 0, bar, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, bar, 4), 0xffff0004u);
	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_SYS_PGSIZE, 4, 1);
	nsw_pci_face_write(face, 0, bar, 4, 0x1234f000);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, bar, 4), 0x1234f004u);
}

static void nsw_pci_face_power_of_a_vf_is_written(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	unsigned int at = face->vf_pm + PCI_PM_CTRL;

	KUNIT_EXPECT_FALSE(test, nsw_pci_face_set_vf_power(face, 1, 3));
	nsw_pci_face_enable(face, 2);
	KUNIT_EXPECT_TRUE(test, nsw_pci_face_set_vf_power(face, 1, 3));
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_set_vf_power(face, 2, 3));
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_vf_rid(1), at, 2),
			PCI_PM_CTRL_NO_SOFT_RESET | 3u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, nsw_pci_face_vf_rid(0), at, 2),
			PCI_PM_CTRL_NO_SOFT_RESET + 0u);
	nsw_pci_face_expect_event(test, 1, false, 3);
}

static void nsw_pci_face_bars_of_a_vf_are_probed(struct kunit *test)
{
	struct nsw_pci_face *face = test->priv;
	unsigned int at = face->pf_sriov + PCI_SRIOV_BAR;
	struct nsw_pci_bar bar;
	unsigned int i;

	nsw_pci_face_probe_vf_bar(face, 1, 0, &bar);
	KUNIT_EXPECT_EQ(test, bar.probe & PCI_BASE_ADDRESS_MEM_MASK, 0xfffff000ul);
	KUNIT_EXPECT_EQ(test, bar.len, 4096ull);
	KUNIT_EXPECT_EQ(test, bar.start, 0x2345678a000ull);
	nsw_pci_face_write(face, 0, at, 4, 0x12340000);
	nsw_pci_face_write(face, 0, at + 4, 4, 5);
	nsw_pci_face_probe_vf_bar(face, 3, 0, &bar);
	KUNIT_EXPECT_EQ(test, bar.start, 0x512343000ull);
	nsw_pci_face_write(face, 0, face->pf_sriov + PCI_SRIOV_SYS_PGSIZE, 4, 0x10);
	nsw_pci_face_probe_vf_bar(face, 3, 0, &bar);
	KUNIT_EXPECT_EQ(test, bar.probe & PCI_BASE_ADDRESS_MEM_MASK, 0xffff0000ul);
	KUNIT_EXPECT_EQ(test, bar.len, 0x10000ull);
	KUNIT_EXPECT_EQ(test, bar.start, 0x512370000ull);
	/* Nobody sees that it was probed. */
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, at, 4) & ~0xfu, 0x12340000u);
	KUNIT_EXPECT_EQ(test, nsw_pci_face_get(face, 0, at + 4, 4), 5u);

	nsw_pci_face_probe_vf_bar(face, 3, 1, &bar);
	KUNIT_EXPECT_EQ(test, bar.probe, ~0u);
	KUNIT_EXPECT_EQ(test, bar.len, 0ull);
	for (i = 2; i < 9; i++) {
		nsw_pci_face_probe_vf_bar(face, 3, i, &bar);
		KUNIT_EXPECT_EQ_MSG(test, bar.probe, 0u, "BAR %u", i);
	}
}

static void nsw_pci_face_without_vfs(struct kunit *test)
{
	struct nsw_pci_face face;

	KUNIT_ASSERT_EQ(test, 0, nsw_pci_face_init(&face, &nsw_pci_face_ids, 0, 0,
						   NULL));
	KUNIT_EXPECT_EQ(test, face.pf_sriov, 0);
	KUNIT_EXPECT_TRUE(test, nsw_pci_face_answers(&face, 0));
	nsw_pci_face_write(&face, 0, PCI_SRIOV_CTRL, 2, PCI_SRIOV_CTRL_VFE);
	KUNIT_EXPECT_FALSE(test, nsw_pci_face_answers(&face, nsw_pci_face_rid(0)));
	nsw_pci_face_fini(&face);
}

static struct kunit_case nsw_pci_face_cases[] = {
	KUNIT_CASE(nsw_pci_face_pf_alone_answers_at_first),
	KUNIT_CASE(nsw_pci_face_absent_functions_read_ones),
	KUNIT_CASE(nsw_pci_face_numvfs_without_vf_enable_shows_no_vf),
	KUNIT_CASE(nsw_pci_face_vf_enable_shows_numvfs_vfs),
	KUNIT_CASE(nsw_pci_face_numvfs_beyond_totalvfs_is_harmless),
	KUNIT_CASE(nsw_pci_face_vfs_have_registers_of_their_own),
	KUNIT_CASE(nsw_pci_face_vf_enable_resets_vfs),
	KUNIT_CASE(nsw_pci_face_flr_of_a_vf_resets_only_that),
	KUNIT_CASE(nsw_pci_face_flr_of_the_pf_takes_the_vfs),
	KUNIT_CASE(nsw_pci_face_events_tell_how_it_ended),
	KUNIT_CASE(nsw_pci_face_flr_of_the_pf_is_an_event_for_all),
	KUNIT_CASE(nsw_pci_face_vf_bar_grows_with_the_page),
	KUNIT_CASE(nsw_pci_face_power_of_a_vf_is_written),
	KUNIT_CASE(nsw_pci_face_bars_of_a_vf_are_probed),
	KUNIT_CASE(nsw_pci_face_without_vfs),
	{}
};

static struct kunit_suite nsw_pci_face_suite = {
	.name = "nsw_pci_face",
	.init = nsw_pci_face_test_init,
	.exit = nsw_pci_face_test_exit,
	.test_cases = nsw_pci_face_cases,
};

kunit_test_suite(nsw_pci_face_suite);
