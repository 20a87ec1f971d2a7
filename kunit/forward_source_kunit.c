// SPDX-License-Identifier: GPL-2.0-only
/* The source that a VPort is known to have, in place of a lookup: src/model/filter_place.c. */

#include "fixture.h"

/* What the switch says of a frame to the PF; the lookup alone would say the same. */
static void nsw_source_expect(struct nsw_fixture *fx, u32 vport, u64 src, nsw_vlan_t vlan,
			      bool passes)
{
	struct nsw_vport *in = nsw_fixture_get_vport(fx, vport);
	struct nsw_verdict verdict;
	u64 source = in->source;

	nsw_fixture_decide(fx, vport, NSW_MAC(99), src, vlan, &verdict);
	KUNIT_EXPECT_EQ(fx->test, verdict.drop != NSW_DROP_SPOOF, passes);
	in->source = NSW_KEY_NONE;
	nsw_fixture_decide(fx, vport, NSW_MAC(99), src, vlan, &verdict);
	KUNIT_EXPECT_EQ(fx->test, verdict.drop != NSW_DROP_SPOOF, passes);
	in->source = source;
}

static void nsw_source_is_known_until_deleted(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	u32 id = nsw_fixture_filter(fx, vport, NSW_MAC(2), 5);

	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, vport)->source, nsw_key(NSW_MAC(2), 5));
	nsw_source_expect(fx, vport, NSW_MAC(1), 0, true);
	nsw_source_expect(fx, vport, NSW_MAC(2), 5, true);
	nsw_source_expect(fx, vport, NSW_MAC(2), 0, false);

	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, vport)->source, NSW_KEY_NONE);
	nsw_source_expect(fx, vport, NSW_MAC(1), 0, true);
	nsw_source_expect(fx, vport, NSW_MAC(2), 5, false);
	/* The zero address must not look like a source that is not known. */
	nsw_source_expect(fx, vport, 0, 0, false);
}

static void nsw_source_goes_with_a_moved_filter(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 from = nsw_fixture_member(fx, NSW_MAC(1));
	u32 to = nsw_fixture_member(fx, NSW_MAC(2));
	u32 id = nsw_fixture_filter(fx, from, NSW_MAC(3), NSW_COND_NONE);

	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, from, to, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, from)->source, NSW_KEY_NONE);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, to)->source, nsw_key(NSW_MAC(3), 0));
	nsw_source_expect(fx, from, NSW_MAC(3), 0, false);
	nsw_source_expect(fx, to, NSW_MAC(3), 0, true);
	nsw_source_expect(fx, from, NSW_MAC(1), 0, true);
}

static void nsw_source_of_any_vlan_is_looked_up(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 other = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));

	nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, vport)->source, NSW_KEY_NONE);
	nsw_source_expect(fx, vport, NSW_MAC(1), 9, true);
	nsw_fixture_filter(fx, other, NSW_MAC(1), 9);
	nsw_source_expect(fx, vport, NSW_MAC(1), 9, false);
	nsw_source_expect(fx, other, NSW_MAC(1), 9, true);
	nsw_source_expect(fx, vport, NSW_MAC(1), 8, true);
}

static void nsw_source_follows_the_port_vlan(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_vport *in = nsw_fixture_get_vport(fx, vport);

	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 7, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, in->source, nsw_key(NSW_MAC(1), 7));
	nsw_source_expect(fx, vport, NSW_MAC(1), 0, true);
	nsw_source_expect(fx, vport, NSW_MAC(2), 0, false);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 0, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, in->source, nsw_key(NSW_MAC(1), 0));
	nsw_source_expect(fx, vport, NSW_MAC(1), 0, true);
	nsw_source_expect(fx, vport, NSW_MAC(1), 7, false);
}

static void nsw_source_survives_a_refused_move(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 from = nsw_fixture_member(fx, NSW_MAC(1));
	u32 to = nsw_fixture_member(fx, NSW_MAC(2));
	u32 id = nsw_fixture_filter(fx, from, NSW_MAC(3), NSW_COND_NONE);

	/* VF 1 into VLAN 7, where somebody holds the address already. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 1, 7, 0, false, NULL), 0);
	nsw_fixture_filter(fx, 0, NSW_MAC(3), 7);
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, from, to, &fx->extack), -EEXIST);
	nsw_source_expect(fx, from, NSW_MAC(3), 0, true);
	nsw_source_expect(fx, to, NSW_MAC(3), 0, false);
	nsw_source_expect(fx, to, NSW_MAC(2), 0, true);
}

static struct kunit_case nsw_source_cases[] = {
	KUNIT_CASE(nsw_source_is_known_until_deleted),
	KUNIT_CASE(nsw_source_goes_with_a_moved_filter),
	KUNIT_CASE(nsw_source_of_any_vlan_is_looked_up),
	KUNIT_CASE(nsw_source_follows_the_port_vlan),
	KUNIT_CASE(nsw_source_survives_a_refused_move),
	{}
};

static struct kunit_suite nsw_source_suite = {
	.name = "nsw_source",
	.test_cases = nsw_source_cases,
};

kunit_test_suite(nsw_source_suite);
