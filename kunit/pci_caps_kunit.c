// SPDX-License-Identifier: GPL-2.0-only
/* The capabilities of PF and VF: src/pci/caps.c. */

#include <linux/errno.h>
#include <linux/kernel.h>

#include "pci_caps_fixture.h"

/* A capability that a walk has come by. */
struct nsw_pci_caps_seen {
	u16 id;
	u16 at;
};

#define NSW_PCI_CAPS_MAX_SEEN	48

static unsigned int nsw_pci_caps_walk(struct kunit *test, const struct nsw_cfgspace *cfg,
				      struct nsw_pci_caps_seen *seen)
{
	unsigned int at = nsw_cfgspace_read(cfg, PCI_CAPABILITY_LIST, 1);
	unsigned int nr = 0;

	for (; at; at = nsw_cfgspace_read(cfg, at + PCI_CAP_LIST_NEXT, 1)) {
		KUNIT_EXPECT_EQ_MSG(test, at % 4, 0u, "capability at %#x is unaligned", at);
		KUNIT_EXPECT_GE_MSG(test, at, 0x40u, "capability within the header");
		KUNIT_ASSERT_LT_MSG(test, nr, (unsigned int)NSW_PCI_CAPS_MAX_SEEN, "a cycle");
		seen[nr].id = nsw_cfgspace_read(cfg, at + PCI_CAP_LIST_ID, 1);
		seen[nr++].at = at;
	}
	return nr;
}

static unsigned int nsw_pci_caps_walk_ext(struct kunit *test, const struct nsw_cfgspace *cfg,
					  struct nsw_pci_caps_seen *seen)
{
	unsigned int at = 0x100;
	unsigned int nr = 0;
	u32 header;

	for (; at && nsw_cfgspace_read(cfg, at, 4); at = PCI_EXT_CAP_NEXT(header)) {
		KUNIT_EXPECT_EQ_MSG(test, at % 4, 0u, "capability at %#x is unaligned", at);
		KUNIT_EXPECT_GE_MSG(test, at, 0x100u, "capability below 0x100");
		KUNIT_ASSERT_LT_MSG(test, nr, (unsigned int)NSW_PCI_CAPS_MAX_SEEN, "a cycle");
		header = nsw_cfgspace_read(cfg, at, 4);
		KUNIT_EXPECT_NE(test, PCI_EXT_CAP_VER(header), 0u);
		seen[nr].id = PCI_EXT_CAP_ID(header);
		seen[nr++].at = at;
	}
	return nr;
}

/* How long the structures of the specification are (PCIe r5.0, chapters 7 and 9). */
static unsigned int nsw_pci_caps_size(bool ext, u16 id)
{
	switch (id | ext << 16) {
	case PCI_CAP_ID_PM:
		return 8;
	case PCI_CAP_ID_EXP:
		return 0x3c;
	case PCI_CAP_ID_MSIX:
		return 12;
	case PCI_EXT_CAP_ID_ERR | 1 << 16:
		return 0x48;
	case PCI_EXT_CAP_ID_DSN | 1 << 16:
		return 12;
	case PCI_EXT_CAP_ID_ARI | 1 << 16:
		return 8;
	case PCI_EXT_CAP_ID_SRIOV | 1 << 16:
		return 0x40;
	default:
		return 0;
	}
}

static void nsw_pci_caps_expect_apart(struct kunit *test, bool ext,
				      const struct nsw_pci_caps_seen *seen, unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		unsigned int end = seen[i].at + nsw_pci_caps_size(ext, seen[i].id);

		KUNIT_EXPECT_GT_MSG(test, end, (unsigned int)seen[i].at, "capability %#x unknown",
				    seen[i].id);
		KUNIT_EXPECT_LE(test, end, ext ? 0x1000u : 0x100u);
		for (j = 0; j < nr; j++)
			KUNIT_EXPECT_TRUE_MSG(test, i == j || seen[j].at >= end ||
					      seen[j].at < seen[i].at, "%#x overlaps %#x",
					      seen[i].at, seen[j].at);
	}
}

static void nsw_pci_caps_expect_list(struct kunit *test, const struct nsw_cfgspace *cfg,
				     bool ext, const u16 *ids, unsigned int nr)
{
	struct nsw_pci_caps_seen seen[NSW_PCI_CAPS_MAX_SEEN];
	unsigned int i;

	i = ext ? nsw_pci_caps_walk_ext(test, cfg, seen) : nsw_pci_caps_walk(test, cfg, seen);
	KUNIT_ASSERT_EQ(test, i, nr);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, seen[i].id, ids[i]);
	nsw_pci_caps_expect_apart(test, ext, seen, nr);
}

static void nsw_pci_caps_pf_has_all_capabilities(struct kunit *test)
{
	static const u16 ids[] = { PCI_CAP_ID_PM, PCI_CAP_ID_EXP, PCI_CAP_ID_MSIX };
	static const u16 ext[] = { PCI_EXT_CAP_ID_ERR, PCI_EXT_CAP_ID_DSN, PCI_EXT_CAP_ID_ARI,
				   PCI_EXT_CAP_ID_SRIOV };
	struct nsw_pci_caps_fixture *fix = test->priv;

	nsw_pci_caps_expect_list(test, &fix->pf, false, ids, ARRAY_SIZE(ids));
	nsw_pci_caps_expect_list(test, &fix->pf, true, ext, ARRAY_SIZE(ext));
}

static void nsw_pci_caps_vf_has_neither_sriov_nor_serial(struct kunit *test)
{
	static const u16 ids[] = { PCI_CAP_ID_PM, PCI_CAP_ID_EXP, PCI_CAP_ID_MSIX };
	static const u16 ext[] = { PCI_EXT_CAP_ID_ERR, PCI_EXT_CAP_ID_ARI };
	struct nsw_pci_caps_fixture *fix = test->priv;

	nsw_pci_caps_expect_list(test, &fix->vf, false, ids, ARRAY_SIZE(ids));
	nsw_pci_caps_expect_list(test, &fix->vf, true, ext, ARRAY_SIZE(ext));
}

static void nsw_pci_caps_find_finds_what_a_walk_sees(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	struct nsw_pci_caps_seen seen[NSW_PCI_CAPS_MAX_SEEN];
	unsigned int nr = nsw_pci_caps_walk(test, &fix->pf, seen);

	while (nr--)
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_find(&fix->pf, seen[nr].id), seen[nr].at);
	nr = nsw_pci_caps_walk_ext(test, &fix->pf, seen);
	while (nr--)
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_find_ext(&fix->pf, seen[nr].id), seen[nr].at);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_find(&fix->pf, PCI_CAP_ID_VPD), 0);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_find_ext(&fix->pf, PCI_EXT_CAP_ID_ATS), 0);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_find_ext(&fix->vf, PCI_EXT_CAP_ID_SRIOV), 0);
}

static void nsw_pci_caps_pf_header_says_who_it_is(struct kunit *test)
{
	struct nsw_cfgspace *pf = &((struct nsw_pci_caps_fixture *)test->priv)->pf;

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, PCI_VENDOR_ID, 2), 0x1122u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, PCI_DEVICE_ID, 2), 0x3344u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, PCI_CLASS_REVISION, 4), 0x0200009au);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, PCI_HEADER_TYPE, 1), 0u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, PCI_SUBSYSTEM_VENDOR_ID, 2), 0x5566u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(pf, PCI_SUBSYSTEM_ID, 2), 0x7788u);
	KUNIT_EXPECT_TRUE(test, nsw_cfgspace_read(pf, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST);
}

static void nsw_pci_caps_vf_header_leaves_ids_to_the_pf(struct kunit *test)
{
	struct nsw_cfgspace *vf = &((struct nsw_pci_caps_fixture *)test->priv)->vf;

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(vf, PCI_VENDOR_ID, 4), 0xffffffffu);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(vf, PCI_CLASS_REVISION, 4), 0x0200009au);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(vf, PCI_SUBSYSTEM_VENDOR_ID, 2), 0x5566u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(vf, PCI_SUBSYSTEM_ID, 2), 0x7788u);
	KUNIT_EXPECT_TRUE(test, nsw_cfgspace_read(vf, PCI_STATUS, 2) & PCI_STATUS_CAP_LIST);
}

static void nsw_pci_caps_command_bits_of_pf_and_vf(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;

	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, PCI_COMMAND, 2), 0x546u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, PCI_COMMAND, 2),
			(u32)PCI_COMMAND_MASTER);
}

static void nsw_pci_caps_status_errors_clear_by_one(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;

	nsw_cfgspace_set(&fix->pf, PCI_STATUS, 2, 0xffff);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, PCI_STATUS, 2), 0xf910u);
	nsw_cfgspace_write(&fix->pf, PCI_STATUS, 2, 0xffff);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->pf, PCI_STATUS, 2),
			(u32)PCI_STATUS_CAP_LIST);
}

/* Writing all ones and then zeros everywhere changes no bit that the layout calls read-only. */
static void nsw_pci_caps_expect_ro(struct kunit *test, struct nsw_cfgspace *cfg)
{
	unsigned int at;

	for (at = 0; at < cfg->layout->len; at += 4) {
		u32 ro = cfg->layout->rows[at / 4].ro;
		u32 before = nsw_cfgspace_read(cfg, at, 4);

		nsw_cfgspace_write(cfg, at, 4, ~0);
		KUNIT_EXPECT_EQ_MSG(test, nsw_cfgspace_read(cfg, at, 4) & ro, before & ro,
				    "ones to %#x", at);
		nsw_cfgspace_write(cfg, at, 4, 0);
		KUNIT_EXPECT_EQ_MSG(test, nsw_cfgspace_read(cfg, at, 4) & ro, before & ro,
				    "zeros to %#x", at);
	}
}

static void nsw_pci_caps_read_only_is_read_only(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;

	nsw_pci_caps_expect_ro(test, &fix->pf);
	nsw_pci_caps_expect_ro(test, &fix->vf);
	nsw_pci_caps_pf_has_all_capabilities(test);
	nsw_pci_caps_pf_header_says_who_it_is(test);
	nsw_pci_caps_vf_header_leaves_ids_to_the_pf(test);
}

static void nsw_pci_caps_power_states(struct kunit *test)
{
	struct nsw_cfgspace *vf = &((struct nsw_pci_caps_fixture *)test->priv)->vf;
	u16 pm = nsw_pci_caps_find(vf, PCI_CAP_ID_PM);
	u32 pmc = nsw_cfgspace_read(vf, pm + PCI_PM_PMC, 2);

	KUNIT_EXPECT_EQ(test, pmc & PCI_PM_CAP_VER_MASK, 3u);
	KUNIT_EXPECT_TRUE(test, pmc & PCI_PM_CAP_D1);
	KUNIT_EXPECT_TRUE(test, pmc & PCI_PM_CAP_D2);
	KUNIT_EXPECT_EQ(test, pmc & PCI_PM_CAP_PME_MASK, 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(vf, pm + PCI_PM_CTRL, 2),
			(u32)PCI_PM_CTRL_STATE_MASK);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(vf, pm + PCI_PM_CTRL, 2),
			(u32)PCI_PM_CTRL_NO_SOFT_RESET);
}

static void nsw_pci_caps_express_is_a_v2_endpoint_with_flr(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	struct nsw_cfgspace *cfgs[] = { &fix->pf, &fix->vf };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cfgs); i++) {
		u16 exp = nsw_pci_caps_find(cfgs[i], PCI_CAP_ID_EXP);
		u32 cap = nsw_cfgspace_read(cfgs[i], exp + PCI_EXP_DEVCAP, 4);

		KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfgs[i], exp + PCI_EXP_FLAGS, 2), 0x0002u);
		KUNIT_EXPECT_TRUE(test, cap & PCI_EXP_DEVCAP_FLR);
		KUNIT_EXPECT_TRUE(test, cap & PCI_EXP_DEVCAP_RBER);
		KUNIT_EXPECT_TRUE(test, nsw_pci_caps_writable(cfgs[i], exp + PCI_EXP_DEVCTL, 2) &
				  PCI_EXP_DEVCTL_BCR_FLR);
		KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfgs[i], exp + PCI_EXP_LNKCAP, 4),
				0x400104u);
		KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfgs[i], exp + PCI_EXP_LNKSTA, 2),
				0x1104u);
		KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfgs[i], exp + PCI_EXP_LNKCTL2, 2), 4u);
	}
}

static void nsw_pci_caps_express_controls_belong_to_the_pf(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;
	u16 pf = nsw_pci_caps_find(&fix->pf, PCI_CAP_ID_EXP);
	u16 vf = nsw_pci_caps_find(&fix->vf, PCI_CAP_ID_EXP);

	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->pf, pf + PCI_EXP_DEVCTL, 2), 0xf9ffu);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_EXP_DEVCTL, 2), 0x8000u);
	KUNIT_EXPECT_NE(test, nsw_pci_caps_writable(&fix->pf, pf + PCI_EXP_LNKCTL, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_EXP_LNKCTL, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_EXP_DEVCTL2, 2), 0u);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_writable(&fix->vf, vf + PCI_EXP_LNKCTL2, 2), 0u);
}

static void nsw_pci_caps_images_are_small(struct kunit *test)
{
	struct nsw_pci_caps_fixture *fix = test->priv;

	KUNIT_EXPECT_LE(test, fix->pf_layout.len, 0x200u);
	KUNIT_EXPECT_LE(test, fix->vf_layout.len, 0x180u);
}

/* Any number of capabilities chain; the builder stops before 0x100, and the error sticks. */
static void nsw_pci_caps_builder_stops_at_the_end(struct kunit *test)
{
	struct nsw_pci_caps_seen seen[NSW_PCI_CAPS_MAX_SEEN];
	struct nsw_cfg_layout layout;
	struct nsw_pci_caps caps;
	struct nsw_cfgspace cfg;
	unsigned int i;

	nsw_cfgspace_layout_init(&layout);
	nsw_pci_caps_init(&caps, &layout, &nsw_pci_caps_ids, false);
	for (i = 0; i < 24; i++)
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_add_pm(&caps), 0x40 + 8 * i);
	KUNIT_EXPECT_EQ(test, caps.err, 0);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_add_pm(&caps), 0);
	KUNIT_EXPECT_EQ(test, caps.err, -ENOSPC);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_add_exp(&caps), 0);
	KUNIT_EXPECT_EQ(test, nsw_pci_caps_add_sriov(&caps, 1, 1, false), 0);
	KUNIT_EXPECT_EQ(test, caps.err, -ENOSPC);
	if (!nsw_cfgspace_init(&cfg, &layout, NULL)) {
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_walk(test, &cfg, seen), 24u);
		nsw_pci_caps_expect_apart(test, false, seen, 24);
		nsw_cfgspace_fini(&cfg);
	}
	nsw_cfgspace_layout_fini(&layout);
}

static void nsw_pci_caps_extended_capabilities_chain(struct kunit *test)
{
	struct nsw_pci_caps_seen seen[NSW_PCI_CAPS_MAX_SEEN];
	struct nsw_cfg_layout layout;
	struct nsw_pci_caps caps;
	struct nsw_cfgspace cfg;
	unsigned int i;

	nsw_cfgspace_layout_init(&layout);
	nsw_pci_caps_init(&caps, &layout, &nsw_pci_caps_ids, false);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_add_sriov(&caps, i + 1, i, false),
				0x100 + 0x40 * i);
	KUNIT_EXPECT_EQ(test, caps.err, 0);
	if (!nsw_cfgspace_init(&cfg, &layout, NULL)) {
		KUNIT_EXPECT_EQ(test, nsw_pci_caps_walk_ext(test, &cfg, seen), 3u);
		nsw_pci_caps_expect_apart(test, true, seen, 3);
		nsw_cfgspace_fini(&cfg);
	}
	nsw_cfgspace_layout_fini(&layout);
}

static struct kunit_case nsw_pci_caps_cases[] = {
	KUNIT_CASE(nsw_pci_caps_pf_has_all_capabilities),
	KUNIT_CASE(nsw_pci_caps_vf_has_neither_sriov_nor_serial),
	KUNIT_CASE(nsw_pci_caps_find_finds_what_a_walk_sees),
	KUNIT_CASE(nsw_pci_caps_pf_header_says_who_it_is),
	KUNIT_CASE(nsw_pci_caps_vf_header_leaves_ids_to_the_pf),
	KUNIT_CASE(nsw_pci_caps_command_bits_of_pf_and_vf),
	KUNIT_CASE(nsw_pci_caps_status_errors_clear_by_one),
	KUNIT_CASE(nsw_pci_caps_read_only_is_read_only),
	KUNIT_CASE(nsw_pci_caps_power_states),
	KUNIT_CASE(nsw_pci_caps_express_is_a_v2_endpoint_with_flr),
	KUNIT_CASE(nsw_pci_caps_express_controls_belong_to_the_pf),
	KUNIT_CASE(nsw_pci_caps_images_are_small),
	KUNIT_CASE(nsw_pci_caps_builder_stops_at_the_end),
	KUNIT_CASE(nsw_pci_caps_extended_capabilities_chain),
	{}
};

static struct kunit_suite nsw_pci_caps_suite = {
	.name = "nsw_pci_caps",
	.init = nsw_pci_caps_test_init,
	.exit = nsw_pci_caps_test_exit,
	.test_cases = nsw_pci_caps_cases,
};

kunit_test_suite(nsw_pci_caps_suite);
