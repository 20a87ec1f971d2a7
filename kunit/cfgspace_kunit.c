// SPDX-License-Identifier: GPL-2.0-only
/* Configuration space as data: src/pci/cfgspace.c. */

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "pci/cfgspace.h"

/* Every kind of mask in one register, and a reserved register between two others. */
static const struct nsw_cfg_row nsw_cfgspace_rows[] = {
	{
		.offset = 0x00,
		.reset = 0x000000ab,
		.ro = 0x000000ff,
		.rw = 0x0000ff00,
		.w1c = 0x00ff0000,
	},
	{ .offset = 0x08, .reset = 0x44332211, .rw = ~0 },
	{ .offset = 0x0c, .reset = 0x88776655, .ro = ~0 },
	{ .offset = 0x10, .rw = ~0 },
};

#define NSW_CFGSPACE_LEN	0x14

struct nsw_cfgspace_fixture {
	struct nsw_cfg_layout layout;
	struct nsw_cfgspace cfg;
	/* What the last call of the hook said, and how many there were. */
	unsigned int calls;
	unsigned int offset;
	u32 old;
	u32 new;
	/* What the hook does. */
	bool reset;
};

static void nsw_cfgspace_written(struct nsw_cfgspace *cfg, unsigned int offset, u32 old, u32 new)
{
	struct nsw_cfgspace_fixture *fix = container_of(cfg, struct nsw_cfgspace_fixture, cfg);

	fix->calls++;
	fix->offset = offset;
	fix->old = old;
	fix->new = new;
	if (fix->reset)
		nsw_cfgspace_reset(cfg);
}

static const struct nsw_cfg_ops nsw_cfgspace_ops = { .written = nsw_cfgspace_written };

static int nsw_cfgspace_test_init(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = kunit_kzalloc(test, sizeof(*fix), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fix);
	test->priv = fix;
	nsw_cfgspace_layout_init(&fix->layout);
	KUNIT_ASSERT_EQ(test, 0, nsw_cfgspace_layout_add(&fix->layout, 0, nsw_cfgspace_rows,
							 ARRAY_SIZE(nsw_cfgspace_rows)));
	KUNIT_ASSERT_EQ(test, 0, nsw_cfgspace_init(&fix->cfg, &fix->layout, &nsw_cfgspace_ops));
	return 0;
}

static void nsw_cfgspace_test_exit(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;

	if (!fix)
		return;
	nsw_cfgspace_fini(&fix->cfg);
	nsw_cfgspace_layout_fini(&fix->layout);
}

static struct nsw_cfgspace *nsw_cfgspace_of(struct kunit *test)
{
	return &((struct nsw_cfgspace_fixture *)test->priv)->cfg;
}

static void nsw_cfgspace_begins_with_reset_values(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x00, 4), 0x000000abu);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x08, 4), 0x44332211u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x10, 4), 0u);
}

static void nsw_cfgspace_ro_bits_ignore_writes(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_write(cfg, 0x00, 1, 0x00);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x00, 1), 0xabu);
	nsw_cfgspace_write(cfg, 0x0c, 4, 0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x0c, 4), 0x88776655u);
}

static void nsw_cfgspace_rw_bits_take_writes(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_write(cfg, 0x01, 1, 0x5a);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x00, 4), 0x00005aabu);
	nsw_cfgspace_write(cfg, 0x01, 1, 0x00);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x00, 4), 0x000000abu);
}

static void nsw_cfgspace_w1c_bits_clear_by_one(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_set(cfg, 0x02, 1, 0xff);
	nsw_cfgspace_write(cfg, 0x02, 1, 0x00);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x02, 1), 0xffu);
	nsw_cfgspace_write(cfg, 0x02, 1, 0x0f);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x02, 1), 0xf0u);
	nsw_cfgspace_write(cfg, 0x02, 1, 0x0f);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x02, 1), 0xf0u);
}

static void nsw_cfgspace_reserved_bits_read_zero(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_write(cfg, 0x00, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x03, 1), 0u);
	nsw_cfgspace_set(cfg, 0x00, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x03, 1), 0u);
	nsw_cfgspace_write(cfg, 0x04, 4, ~0);
	nsw_cfgspace_set(cfg, 0x04, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x04, 4), 0u);
}

static void nsw_cfgspace_one_write_applies_every_mask(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_set(cfg, 0x02, 1, 0xff);
	nsw_cfgspace_write(cfg, 0x00, 4, 0xff33cc00);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x00, 4), 0x00ccccabu);
}

static void nsw_cfgspace_narrow_write_clears_no_status(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_set(cfg, 0x02, 1, 0xff);
	nsw_cfgspace_write(cfg, 0x00, 2, 0xffff);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x02, 1), 0xffu);
}

struct nsw_cfgspace_access {
	const char *desc;
	unsigned int where;
	unsigned int size;
	u32 read;
};

/* The registers at 0x08 and 0x0c hold the bytes 11 22 33 44 55 66 77 88. */
static const struct nsw_cfgspace_access nsw_cfgspace_accesses[] = {
	{ "byte 0", 0x08, 1, 0x11 },
	{ "byte 1", 0x09, 1, 0x22 },
	{ "byte 2", 0x0a, 1, 0x33 },
	{ "byte 3", 0x0b, 1, 0x44 },
	{ "word 0", 0x08, 2, 0x2211 },
	{ "word 1, unaligned", 0x09, 2, 0x3322 },
	{ "word 2", 0x0a, 2, 0x4433 },
	{ "word 3, across registers", 0x0b, 2, 0x5544 },
	{ "dword 0", 0x08, 4, 0x44332211 },
	{ "dword 1, across registers", 0x09, 4, 0x55443322 },
	{ "dword 2, across registers", 0x0a, 4, 0x66554433 },
	{ "dword 3, across registers", 0x0b, 4, 0x77665544 },
	{ "dword 4", 0x0c, 4, 0x88776655 },
	{ "dword from a reserved register", 0x06, 4, 0x22110000 },
};

static void nsw_cfgspace_access_desc(const struct nsw_cfgspace_access *access, char *desc)
{
	strscpy(desc, access->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nsw_cfgspace_access, nsw_cfgspace_accesses, nsw_cfgspace_access_desc);

static void nsw_cfgspace_reads_any_size_and_offset(struct kunit *test)
{
	const struct nsw_cfgspace_access *access = test->param_value;

	KUNIT_EXPECT_EQ(test, access->read,
			nsw_cfgspace_read(nsw_cfgspace_of(test), access->where, access->size));
}

/* A write changes the bytes it covers, as far as they are writable, and no other. */
static void nsw_cfgspace_writes_any_size_and_offset(struct kunit *test)
{
	const struct nsw_cfgspace_access *access = test->param_value;
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);
	unsigned int at;

	nsw_cfgspace_write(cfg, access->where, access->size, 0xeeeeeeee);
	for (at = 0x08; at < 0x10; at++) {
		bool covered = at >= access->where && at < access->where + access->size;
		u32 before = (at - 0x07) * 0x11;

		KUNIT_EXPECT_EQ_MSG(test, nsw_cfgspace_read(cfg, at, 1),
				    covered && at < 0x0c ? 0xee : before, "byte %#x", at);
	}
}

static void nsw_cfgspace_beyond_the_end_is_zero(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	KUNIT_EXPECT_EQ(test, cfg->layout->len, (unsigned int)NSW_CFGSPACE_LEN);
	nsw_cfgspace_write(cfg, NSW_CFGSPACE_LEN, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, NSW_CFGSPACE_LEN, 4), 0u);
	nsw_cfgspace_write(cfg, NSW_CFG_SPACE_SIZE - 1, 1, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, NSW_CFG_SPACE_SIZE - 1, 1), 0u);
	nsw_cfgspace_set(cfg, NSW_CFG_SPACE_SIZE - 4, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, NSW_CFG_SPACE_SIZE - 4, 4), 0u);
}

static void nsw_cfgspace_access_may_cross_the_end(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_write(cfg, NSW_CFGSPACE_LEN - 2, 4, 0xaabbccdd);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, NSW_CFGSPACE_LEN - 2, 4), 0xccddu);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, NSW_CFGSPACE_LEN - 1, 2), 0xccu);
}

static void nsw_cfgspace_set_changes_what_software_cannot(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	nsw_cfgspace_set(cfg, 0x0d, 2, 0x1234);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x0c, 4), 0x88123455u);
	nsw_cfgspace_set(cfg, 0x0b, 2, 0xbeef);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x0b, 2), 0xbeefu);
}

static void nsw_cfgspace_reset_restores_everything(struct kunit *test)
{
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);
	unsigned int at;

	for (at = 0; at < NSW_CFGSPACE_LEN; at += 4)
		nsw_cfgspace_set(cfg, at, 4, 0x5a5a5a5a);
	nsw_cfgspace_reset(cfg);
	nsw_cfgspace_begins_with_reset_values(test);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x0c, 4), 0x88776655u);
}

static void nsw_cfgspace_hook_sees_old_and_new(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;

	nsw_cfgspace_write(&fix->cfg, 0x0a, 2, 0xbeef);
	KUNIT_EXPECT_EQ(test, fix->calls, 1u);
	KUNIT_EXPECT_EQ(test, fix->offset, 0x08u);
	KUNIT_EXPECT_EQ(test, fix->old, 0x44332211u);
	KUNIT_EXPECT_EQ(test, fix->new, 0xbeef2211u);
}

static void nsw_cfgspace_hook_sees_writes_without_effect(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;

	nsw_cfgspace_write(&fix->cfg, 0x0c, 4, 0);
	KUNIT_EXPECT_EQ(test, fix->calls, 1u);
	KUNIT_EXPECT_EQ(test, fix->old, fix->new);
}

static void nsw_cfgspace_hook_sees_each_register_touched(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;

	nsw_cfgspace_write(&fix->cfg, 0x0e, 4, 0);
	KUNIT_EXPECT_EQ(test, fix->calls, 2u);
	KUNIT_EXPECT_EQ(test, fix->offset, 0x10u);
}

static void nsw_cfgspace_hook_sees_nothing_else(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;

	nsw_cfgspace_read(&fix->cfg, 0x08, 4);
	nsw_cfgspace_set(&fix->cfg, 0x08, 4, 1);
	nsw_cfgspace_reset(&fix->cfg);
	nsw_cfgspace_write(&fix->cfg, 0x04, 4, ~0);
	nsw_cfgspace_write(&fix->cfg, NSW_CFGSPACE_LEN, 4, ~0);
	KUNIT_EXPECT_EQ(test, fix->calls, 0u);
}

static void nsw_cfgspace_hook_may_reset(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;

	fix->reset = true;
	nsw_cfgspace_write(&fix->cfg, 0x08, 4, 0);
	KUNIT_EXPECT_EQ(test, fix->new, 0u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->cfg, 0x08, 4), 0x44332211u);
}

static void nsw_cfgspace_hook_is_optional(struct kunit *test)
{
	static const struct nsw_cfg_ops empty;
	struct nsw_cfgspace *cfg = nsw_cfgspace_of(test);

	cfg->ops = &empty;
	nsw_cfgspace_write(cfg, 0x08, 4, 1);
	cfg->ops = NULL;
	nsw_cfgspace_write(cfg, 0x0a, 2, 2);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x08, 4), 0x00020001u);
}

static void nsw_cfgspace_functions_share_only_the_layout(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;
	struct nsw_cfgspace other;

	KUNIT_ASSERT_EQ(test, 0, nsw_cfgspace_init(&other, &fix->layout, NULL));
	nsw_cfgspace_write(&other, 0x08, 4, 0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(&fix->cfg, 0x08, 4), 0x44332211u);
	KUNIT_EXPECT_EQ(test, fix->calls, 0u);
	nsw_cfgspace_fini(&other);
}

struct nsw_cfgspace_refusal {
	const char *desc;
	unsigned int base;
	struct nsw_cfg_row row;
	int err;
};

static const struct nsw_cfgspace_refusal nsw_cfgspace_refusals[] = {
	{ "unaligned base", 0x42, { .rw = 1 }, -EINVAL },
	{ "unaligned row", 0x40, { .offset = 2, .rw = 1 }, -EINVAL },
	{ "bit both ro and rw", 0x40, { .ro = 1, .rw = 3 }, -EINVAL },
	{ "bit both ro and w1c", 0x40, { .ro = 1, .w1c = 1 }, -EINVAL },
	{ "bit both rw and w1c", 0x40, { .rw = 2, .w1c = 2 }, -EINVAL },
	{ "reset value in a reserved bit", 0x40, { .reset = 3, .ro = 1 }, -EINVAL },
	{ "register that is there", 0x00, { .offset = 0x08, .rw = 1 }, -EEXIST },
	{ "register that is there, through base", 0x0c, { .rw = 1 }, -EEXIST },
	{ "beyond the end", 0xffc, { .offset = 4, .rw = 1 }, -ENOSPC },
	{ "far beyond the end", 0xfffffffc, { .offset = 4, .rw = 1 }, -ENOSPC },
	{ "last register", 0xffc, { .rw = 1 }, 0 },
	{ "reserved register becomes one", 0x00, { .offset = 0x04, .rw = 1 }, 0 },
};

static void nsw_cfgspace_refusal_desc(const struct nsw_cfgspace_refusal *refusal, char *desc)
{
	strscpy(desc, refusal->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nsw_cfgspace_refusal, nsw_cfgspace_refusals, nsw_cfgspace_refusal_desc);

/* The bad row comes second, so that the first shows whether all or none were added. */
static void nsw_cfgspace_layout_refuses_bad_rows(struct kunit *test)
{
	const struct nsw_cfgspace_refusal *refusal = test->param_value;
	struct nsw_cfg_row rows[] = { { .offset = 0x14, .rw = ~0 }, refusal->row };
	struct nsw_cfg_layout layout;

	if (refusal->base)
		rows[0].offset = 0x00;
	nsw_cfgspace_layout_init(&layout);
	KUNIT_ASSERT_EQ(test, 0, nsw_cfgspace_layout_add(&layout, 0, nsw_cfgspace_rows,
							 ARRAY_SIZE(nsw_cfgspace_rows)));
	if (refusal->base)
		KUNIT_EXPECT_EQ(test, refusal->err,
				nsw_cfgspace_layout_add(&layout, refusal->base, &rows[1], 1));
	else
		KUNIT_EXPECT_EQ(test, refusal->err, nsw_cfgspace_layout_add(&layout, 0, rows, 2));
	if (refusal->err)
		KUNIT_EXPECT_EQ(test, layout.len, (unsigned int)NSW_CFGSPACE_LEN);
	nsw_cfgspace_layout_fini(&layout);
}

static void nsw_cfgspace_layout_refuses_a_register_twice(struct kunit *test)
{
	static const struct nsw_cfg_row twice[] = {
		{ .offset = 0x20, .ro = 1 },
		{ .offset = 0x24, .ro = 1 },
		{ .offset = 0x20, .rw = 2 },
	};
	struct nsw_cfgspace_fixture *fix = test->priv;

	KUNIT_EXPECT_EQ(test, -EEXIST, nsw_cfgspace_layout_add(&fix->layout, 0, twice,
							       ARRAY_SIZE(twice)));
}

static void nsw_cfgspace_layout_set_changes_reset_values(struct kunit *test)
{
	struct nsw_cfgspace_fixture *fix = test->priv;
	struct nsw_cfgspace *cfg = &fix->cfg;

	nsw_cfgspace_layout_set(&fix->layout, 0x0a, 4, 0xaabbccdd);
	nsw_cfgspace_layout_set(&fix->layout, 0x03, 1, 0xff);
	nsw_cfgspace_layout_set(&fix->layout, NSW_CFGSPACE_LEN, 4, ~0);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x08, 4), 0x44332211u);
	nsw_cfgspace_reset(cfg);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x08, 4), 0xccdd2211u);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x0c, 4), 0x8877aabbu);
	KUNIT_EXPECT_EQ(test, nsw_cfgspace_read(cfg, 0x00, 4), 0x000000abu);
}

static struct kunit_case nsw_cfgspace_cases[] = {
	KUNIT_CASE(nsw_cfgspace_begins_with_reset_values),
	KUNIT_CASE(nsw_cfgspace_ro_bits_ignore_writes),
	KUNIT_CASE(nsw_cfgspace_rw_bits_take_writes),
	KUNIT_CASE(nsw_cfgspace_w1c_bits_clear_by_one),
	KUNIT_CASE(nsw_cfgspace_reserved_bits_read_zero),
	KUNIT_CASE(nsw_cfgspace_one_write_applies_every_mask),
	KUNIT_CASE(nsw_cfgspace_narrow_write_clears_no_status),
	KUNIT_CASE_PARAM(nsw_cfgspace_reads_any_size_and_offset, nsw_cfgspace_access_gen_params),
	KUNIT_CASE_PARAM(nsw_cfgspace_writes_any_size_and_offset, nsw_cfgspace_access_gen_params),
	KUNIT_CASE(nsw_cfgspace_beyond_the_end_is_zero),
	KUNIT_CASE(nsw_cfgspace_access_may_cross_the_end),
	KUNIT_CASE(nsw_cfgspace_set_changes_what_software_cannot),
	KUNIT_CASE(nsw_cfgspace_reset_restores_everything),
	KUNIT_CASE(nsw_cfgspace_hook_sees_old_and_new),
	KUNIT_CASE(nsw_cfgspace_hook_sees_writes_without_effect),
	KUNIT_CASE(nsw_cfgspace_hook_sees_each_register_touched),
	KUNIT_CASE(nsw_cfgspace_hook_sees_nothing_else),
	KUNIT_CASE(nsw_cfgspace_hook_may_reset),
	KUNIT_CASE(nsw_cfgspace_hook_is_optional),
	KUNIT_CASE(nsw_cfgspace_functions_share_only_the_layout),
	KUNIT_CASE_PARAM(nsw_cfgspace_layout_refuses_bad_rows, nsw_cfgspace_refusal_gen_params),
	KUNIT_CASE(nsw_cfgspace_layout_refuses_a_register_twice),
	KUNIT_CASE(nsw_cfgspace_layout_set_changes_reset_values),
	{}
};

static struct kunit_suite nsw_cfgspace_suite = {
	.name = "nsw_cfgspace",
	.init = nsw_cfgspace_test_init,
	.exit = nsw_cfgspace_test_exit,
	.test_cases = nsw_cfgspace_cases,
};

kunit_test_suite(nsw_cfgspace_suite);
