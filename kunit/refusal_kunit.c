// SPDX-License-Identifier: GPL-2.0-only
/* Refusals that belong to no suite of one object. Each leaves everything as it was. */

#include "fixture.h"
#include "model/fault.h"
#include "model/offer.h"

struct nsw_refusal_rate_row {
	const char *desc;
	u32 min;
	u32 max;
	int err;
};

/* The link has 1000 Mbit/s, of which another VF is guaranteed 600. */
static const struct nsw_refusal_rate_row nsw_refusal_rate_rows[] = {
	{ "all that is left", 400, 0, 0 },
	{ "minimum and maximum are equal", 400, 400, 0 },
	{ "maximum is the link's", 0, 1000, 0 },
	{ "minimum above what is left", 401, 0, ENOSPC },
	{ "minimum above the link", 1001, 0, EINVAL },
	{ "maximum above the link", 0, 1001, EINVAL },
	{ "minimum above maximum", 300, 299, EINVAL },
	{ "the largest numbers", U32_MAX, U32_MAX, EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(nsw_refusal_rate, nsw_refusal_rate_rows, desc);

static void nsw_refusal_of_rates(struct kunit *test)
{
	const struct nsw_refusal_rate_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx), other = nsw_fixture_vf(fx);
	struct nsw_switch *sw = &fx->sw;

	KUNIT_ASSERT_EQ(test, nsw_rate_set_speed(sw, 1000, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_rate(sw, other, 600, 0, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_rate(sw, vf, 100, 200, NULL), 0);
	if (!row->err)
		KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, vf, row->min, row->max, NULL), 0);
	else if (row->err == ENOSPC)
		NSW_EXPECT_REFUSED(fx, nsw_policy_set_rate(sw, vf, row->min, row->max, &fx->extack),
				   ENOSPC, RESOURCES);
	else
		NSW_EXPECT_REFUSED(fx, nsw_policy_set_rate(sw, vf, row->min, row->max, &fx->extack),
				   EINVAL, INVALID_PARAMETER);
}

static void nsw_refusal_of_addresses(struct kunit *test)
{
	const u8 group[ETH_ALEN] = { 0x01, 0, 0x5e, 0, 0, 1 };
	const u8 one[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 1 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_switch *sw = &fx->sw;

	NSW_EXPECT_REFUSED(fx, nsw_policy_set_mac(sw, vf, group, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_mac(sw, vf + 1, one, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
}

/* All that is asked of a VF at once, or nothing: the last of it is bad. */
static void nsw_refusal_of_one_is_that_of_all(struct kunit *test)
{
	const struct nsw_policy_changes changes = {
		.mask = NSW_POLICY_MAC | NSW_POLICY_SPOOFCHK | NSW_POLICY_TRUST |
			NSW_POLICY_RSS_QUERY | NSW_POLICY_LINK | NSW_POLICY_MIN_RATE,
		.mac = { 0x02, 0, 0, 0, 0, 9 },
		.to = { .trust = true, .rss_query = true, .link = NSW_LINK_DISABLE,
			.min_rate = U32_MAX },
	};
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);

	NSW_EXPECT_REFUSED(fx, nsw_policy_set(&fx->sw, vf, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
}

static void nsw_refusal_of_faults_without_end(struct kunit *test)
{
	struct nsw_fault_params params = { .kind = NSW_FAULT_KIND_VPORT, .err = EIO, .count = 1 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 i, id;

	for (i = 0; i < NSW_FAULT_MAX; i++)
		KUNIT_ASSERT_EQ(test, nsw_fault_add(&fx->sw, &params, &id, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_fault_add(&fx->sw, &params, &id, &fx->extack), ENOSPC,
			   RESOURCES);
	KUNIT_EXPECT_EQ(test, nsw_fault_del(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_add(&fx->sw, &params, &id, NULL), 0);
}

/* One of its filters has no place there, so none moves. */
static void nsw_refusal_of_offers_that_cannot_move_all(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	u32 vf, vport;

	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(sw, NULL, mac, &vf, NULL), 0);
	vport = nsw_fixture_vf_vport(fx, vf);
	nsw_fixture_filter(fx, vport, NSW_MAC(0x11), NSW_COND_NONE);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(sw, vf, 5, 0, false, NULL), 0);
	/* On the default VPort the first would be what this one is. */
	nsw_fixture_filter(fx, 0, NSW_MAC(0x11), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_offer_set(sw, NULL, vf, NSW_OFFER_REVOKED, &fx->extack), EEXIST,
			   INVALID_PARAMETER);
}

static struct kunit_case nsw_refusal_cases[] = {
	KUNIT_CASE_PARAM(nsw_refusal_of_rates, nsw_refusal_rate_gen_params),
	KUNIT_CASE(nsw_refusal_of_addresses),
	KUNIT_CASE(nsw_refusal_of_one_is_that_of_all),
	KUNIT_CASE(nsw_refusal_of_faults_without_end),
	KUNIT_CASE(nsw_refusal_of_offers_that_cannot_move_all),
	{}
};

static struct kunit_suite nsw_refusal_suite = {
	.name = "nsw_refusal",
	.test_cases = nsw_refusal_cases,
};

kunit_test_suite(nsw_refusal_suite);
