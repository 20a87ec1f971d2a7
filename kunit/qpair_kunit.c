// SPDX-License-Identifier: GPL-2.0-only
/* The budget of queue pairs: src/model/qpair.c. */

#include "fixture.h"
#include "model/qpair.h"

/* The adapter of symmetric-and-asymmetric-assignment-of-queue-pairs. */
static const struct nsw_caps nsw_qpair_symmetric = {
	.max_vports = 64,
	.max_qps = 128,
	.max_qps_vport = 4,
	.max_qps_default = 4,
};

static const struct nsw_caps nsw_qpair_asymmetric = {
	.flags = NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS,
	.max_vports = 64,
	.max_qps = 128,
	.max_qps_vport = 4,
	.max_qps_default = 4,
};

static void nsw_qpair_start(struct kunit *test, struct nsw_qpair_pool *pool,
			    const struct nsw_caps *caps, u32 num)
{
	KUNIT_ASSERT_EQ(test, nsw_qpair_pool_init(pool, caps, num, NULL), 0);
}

/* A refusal has a reason, a status, and takes nothing. */
static void nsw_qpair_expect_refused(struct kunit *test, struct nsw_qpair_pool *pool, u32 num,
				     int err, enum nsw_status status)
{
	struct netlink_ext_ack extack = { };
	struct nsw_qpair_pool before = *pool;
	u32 reported;

	KUNIT_EXPECT_EQ(test, nsw_qpair_get(pool, num, &extack), err);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	memcpy(&reported, extack.cookie, sizeof(reported));
	KUNIT_EXPECT_EQ(test, reported, (u32)status);
	KUNIT_EXPECT_EQ(test, memcmp(&before, pool, sizeof(before)), 0);
}

/* 63 x 2 + 1 = 127 */
static void nsw_qpair_63_vports_of_2_fit_128(struct kunit *test)
{
	struct nsw_qpair_pool pool;
	int i;

	nsw_qpair_start(test, &pool, &nsw_qpair_symmetric, 1);
	for (i = 0; i < 63; i++)
		KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 2, NULL), 0);
	KUNIT_EXPECT_EQ(test, pool.used, 127);
	KUNIT_EXPECT_EQ(test, pool.nondefault, 63);
}

/* 31 x 4 + 1 = 125; a 32nd needs 129 */
static void nsw_qpair_32nd_vport_of_4_exceeds_128(struct kunit *test)
{
	struct nsw_qpair_pool pool;
	int i;

	nsw_qpair_start(test, &pool, &nsw_qpair_symmetric, 1);
	for (i = 0; i < 31; i++)
		KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 4, NULL), 0);
	KUNIT_EXPECT_EQ(test, pool.used, 125);
	nsw_qpair_expect_refused(test, &pool, 4, -ENOSPC, NSW_STATUS_RESOURCES);
}

static void nsw_qpair_symmetric_vports_are_equal(struct kunit *test)
{
	struct nsw_qpair_pool pool;

	nsw_qpair_start(test, &pool, &nsw_qpair_symmetric, 1);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 2, NULL), 0);
	nsw_qpair_expect_refused(test, &pool, 1, -EINVAL, NSW_STATUS_INVALID_PARAMETER);
	nsw_qpair_expect_refused(test, &pool, 4, -EINVAL, NSW_STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 2, NULL), 0);
	/* With the last of them the number is free again. */
	nsw_qpair_put(&pool, 2);
	nsw_qpair_expect_refused(test, &pool, 4, -EINVAL, NSW_STATUS_INVALID_PARAMETER);
	nsw_qpair_put(&pool, 2);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 4, NULL), 0);
}

/* "The default VPort may differ in either case." */
static void nsw_qpair_symmetric_default_may_differ(struct kunit *test)
{
	struct nsw_qpair_pool pool;

	nsw_qpair_start(test, &pool, &nsw_qpair_symmetric, 4);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, pool.used, 6);
}

static void nsw_qpair_asymmetric_vports_differ(struct kunit *test)
{
	struct nsw_qpair_pool pool;
	u32 i;

	nsw_qpair_start(test, &pool, &nsw_qpair_asymmetric, 1);
	/* Three is fine: only the maxima are powers of two. */
	for (i = 1; i <= 4; i++)
		KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, i, NULL), 0);
	for (i = 0; i < 29; i++)
		KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 4, NULL), 0);
	KUNIT_EXPECT_EQ(test, pool.used, 127);
	nsw_qpair_expect_refused(test, &pool, 2, -ENOSPC, NSW_STATUS_RESOURCES);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 1, NULL), 0);
	nsw_qpair_expect_refused(test, &pool, 1, -ENOSPC, NSW_STATUS_RESOURCES);
	nsw_qpair_put(&pool, 4);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 4, NULL), 0);
}

/* A VPort that changes competes with the others only. */
static void nsw_qpair_change_counts_its_own(struct kunit *test)
{
	struct nsw_qpair_pool pool;
	struct nsw_qpair_pool before;
	u32 i;

	nsw_qpair_start(test, &pool, &nsw_qpair_asymmetric, 1);
	for (i = 0; i < 31; i++)
		KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 4, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 2, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 2, 3, NULL), 0);
	KUNIT_EXPECT_EQ(test, pool.used, 128);
	before = pool;
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 3, 4, NULL), -ENOSPC);
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 3, 5, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 3, 0, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, memcmp(&before, &pool, sizeof(pool)), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 3, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, pool.used, 126);
	KUNIT_EXPECT_EQ(test, pool.nondefault, 32);

	nsw_qpair_start(test, &pool, &nsw_qpair_symmetric, 1);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 2, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 2, 4, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_get(&pool, 4, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_qpair_change(&pool, 4, 2, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, pool.per_vport, 4);
}

static void nsw_qpair_vport_has_1_to_max(struct kunit *test)
{
	struct nsw_qpair_pool pool;

	nsw_qpair_start(test, &pool, &nsw_qpair_asymmetric, 1);
	nsw_qpair_expect_refused(test, &pool, 0, -EINVAL, NSW_STATUS_INVALID_PARAMETER);
	nsw_qpair_expect_refused(test, &pool, 5, -EINVAL, NSW_STATUS_INVALID_PARAMETER);
	nsw_qpair_expect_refused(test, &pool, U32_MAX, -EINVAL, NSW_STATUS_INVALID_PARAMETER);
}

struct nsw_qpair_default_row {
	const char *desc;
	u32 max_qps;
	u32 num;
	bool valid;
};

static const struct nsw_qpair_default_row nsw_qpair_default_rows[] = {
	{ "none", 128, 0, false },
	{ "one", 128, 1, true },
	{ "a power of two", 128, 4, true },
	{ "no power of two", 128, 3, false },
	{ "a power of two above the limit", 128, 8, false },
	{ "all that there are", 4, 4, true },
	/* Sum over all VPorts, the default VPort included. */
	{ "more than there are", 2, 4, false },
};

KUNIT_ARRAY_PARAM_DESC(nsw_qpair_default, nsw_qpair_default_rows, desc);

static void nsw_qpair_default_vport(struct kunit *test)
{
	const struct nsw_qpair_default_row *row = test->param_value;
	struct nsw_caps caps = nsw_qpair_asymmetric;
	struct netlink_ext_ack extack = { };
	struct nsw_qpair_pool pool;
	int err;

	caps.max_qps = row->max_qps;
	err = nsw_qpair_pool_init(&pool, &caps, row->num, &extack);
	KUNIT_EXPECT_EQ(test, !err, row->valid);
	KUNIT_EXPECT_EQ(test, !extack._msg, row->valid);
	if (!err)
		KUNIT_EXPECT_EQ(test, pool.used, row->num);
}

static struct kunit_case nsw_qpair_cases[] = {
	KUNIT_CASE(nsw_qpair_63_vports_of_2_fit_128),
	KUNIT_CASE(nsw_qpair_32nd_vport_of_4_exceeds_128),
	KUNIT_CASE(nsw_qpair_symmetric_vports_are_equal),
	KUNIT_CASE(nsw_qpair_symmetric_default_may_differ),
	KUNIT_CASE(nsw_qpair_asymmetric_vports_differ),
	KUNIT_CASE(nsw_qpair_change_counts_its_own),
	KUNIT_CASE(nsw_qpair_vport_has_1_to_max),
	KUNIT_CASE_PARAM(nsw_qpair_default_vport, nsw_qpair_default_gen_params),
	{}
};

static struct kunit_suite nsw_qpair_suite = {
	.name = "nsw_qpair",
	.test_cases = nsw_qpair_cases,
};

kunit_test_suite(nsw_qpair_suite);
