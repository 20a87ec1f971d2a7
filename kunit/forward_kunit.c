// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where frames go: src/dp/forward.c. Rows of the decision table of the fact
 * sheet, and decision 5 where documents leave a choice.
 */

#include "fixture.h"

/*
 * The NIC switch of most cases:
 *
 *	VPort 0	PF		own MAC 10; filter MAC 5 (a VM without VF)
 *	VPort 1	VF 0		MAC 1; MAC 1 in VLAN 7; group 1
 *	VPort 2	VF 1		MAC 2, any VLAN; group 1 in VLAN 7
 *	VPort 3	PF, Activated	MAC 3
 *	VPort 4	PF, Deactivated	MAC 4; group 1
 *	VPort 5	VF 2		no filter
 */
static struct nsw_fixture *nsw_forward_fixture(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u8 own[ETH_ALEN];

	u64_to_ether_addr(NSW_MAC(10), own);
	KUNIT_ASSERT_EQ(test, nsw_filter_own_add(&fx->sw, own), 0);
	nsw_fixture_filter(fx, 0, NSW_MAC(5), NSW_COND_NONE);
	KUNIT_ASSERT_EQ(test, nsw_fixture_member(fx, NSW_MAC(1)), 1);
	nsw_fixture_filter(fx, 1, NSW_MAC(1), 7);
	nsw_fixture_filter(fx, 1, NSW_GROUP(1), NSW_COND_NONE);
	KUNIT_ASSERT_EQ(test, nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx)), 2);
	nsw_fixture_filter(fx, 2, NSW_MAC(2), NSW_COND_ANY);
	nsw_fixture_filter(fx, 2, NSW_GROUP(1), 7);
	KUNIT_ASSERT_EQ(test, nsw_fixture_pf_vport(fx, true), 3);
	nsw_fixture_filter(fx, 3, NSW_MAC(3), NSW_COND_NONE);
	KUNIT_ASSERT_EQ(test, nsw_fixture_pf_vport(fx, false), 4);
	nsw_fixture_filter(fx, 4, NSW_MAC(4), NSW_COND_NONE);
	nsw_fixture_filter(fx, 4, NSW_GROUP(1), NSW_COND_NONE);
	KUNIT_ASSERT_EQ(test, nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx)), 5);
	return fx;
}

#define NSW_FORWARD_X		NSW_FIXTURE_WIRE
#define NSW_FORWARD_VPORTS	6

struct nsw_forward_row {
	const char *desc;
	u32 in;
	u64 dst;
	u64 src;
	nsw_vlan_t vlan;
	bool plugged;
	enum nsw_drop_reason drop;
	bool wire;
	u32 vports;
};

static void nsw_forward_expect(struct kunit *test, const struct nsw_verdict *verdict,
			       enum nsw_drop_reason drop, bool wire, u32 vports)
{
	u32 got = 0, i;

	for (i = 0; i < NSW_FORWARD_VPORTS; i++)
		if (nsw_fixture_reaches(verdict, i))
			got |= BIT(i);
	KUNIT_EXPECT_EQ(test, verdict->drop, drop);
	if (!drop)
		KUNIT_EXPECT_EQ(test, verdict->wire, wire);
	KUNIT_EXPECT_EQ(test, got, vports);
}

#define NSW_FORWARD_BC		NSW_MAC_BROADCAST

/* in, dst, src, VLAN, plugged: drop, wire, VPorts */
static const struct nsw_forward_row nsw_forward_rows[] = {
	{ "1: wire, unicast, match", NSW_FORWARD_X, NSW_MAC(1), NSW_MAC(9), 0, true,
	  NSW_DROP_NONE, false, BIT(1) },
	{ "1: wire, unicast, VID", NSW_FORWARD_X, NSW_MAC(1), NSW_MAC(9), 7, true,
	  NSW_DROP_NONE, false, BIT(1) },
	{ "1: wire, unicast, any", NSW_FORWARD_X, NSW_MAC(2), NSW_MAC(9), 4094, true,
	  NSW_DROP_NONE, false, BIT(2) },
	{ "2: wire, unicast to the PF", NSW_FORWARD_X, NSW_MAC(10), NSW_MAC(9), 0, true,
	  NSW_DROP_NONE, false, BIT(0) },
	{ "2: wire, unicast to the PF, tagged", NSW_FORWARD_X, NSW_MAC(10), NSW_MAC(9), 8, true,
	  NSW_DROP_NONE, false, BIT(0) },
	{ "2: wire, no match, never back", NSW_FORWARD_X, NSW_MAC(8), NSW_MAC(9), 0, true,
	  NSW_DROP_NO_MATCH, false, 0 },
	{ "2: wire, other VLAN", NSW_FORWARD_X, NSW_MAC(1), NSW_MAC(9), 8, true,
	  NSW_DROP_NO_MATCH, false, 0 },
	{ "3: VF to VF, not to the wire", 1, NSW_MAC(2), NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, false, BIT(2) },
	{ "3: VF to PF VPort", 1, NSW_MAC(3), NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, false, BIT(3) },
	{ "3: VF to PF", 1, NSW_MAC(10), NSW_MAC(1), 7, true,
	  NSW_DROP_NONE, false, BIT(0) },
	{ "3: PF to VF", 0, NSW_MAC(1), NSW_MAC(10), 0, true,
	  NSW_DROP_NONE, false, BIT(1) },
	{ "3: PF VPort to VF", 3, NSW_MAC(1), NSW_MAC(3), 0, true,
	  NSW_DROP_NONE, false, BIT(1) },
	{ "4: VF, no match", 1, NSW_MAC(8), NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, true, 0 },
	{ "4: VF, no match, unplugged", 1, NSW_MAC(8), NSW_MAC(1), 0, false,
	  NSW_DROP_NO_MATCH, false, 0 },
	{ "4: PF, no match", 0, NSW_MAC(8), NSW_MAC(10), 0, true,
	  NSW_DROP_NONE, true, 0 },
	{ "5: VF to a VM without VF", 1, NSW_MAC(5), NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, false, BIT(0) },
	{ "6: match is the sender", 1, NSW_MAC(1), NSW_MAC(1), 0, true,
	  NSW_DROP_HAIRPIN, false, 0 },
	{ "6: match is the sender: PF", 0, NSW_MAC(5), NSW_MAC(10), 0, true,
	  NSW_DROP_HAIRPIN, false, 0 },
	{ "8: wire, Deactivated is skipped", NSW_FORWARD_X, NSW_MAC(4), NSW_MAC(9), 0, true,
	  NSW_DROP_NO_MATCH, false, 0 },
	{ "8: VF, Deactivated is skipped", 1, NSW_MAC(4), NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, true, 0 },
	{ "9: silent VPort cannot send", 5, NSW_MAC(1), NSW_MAC(6), 0, true,
	  NSW_DROP_NO_FILTER, false, 0 },
	{ "9: silent VPort cannot broadcast", 5, NSW_FORWARD_BC, NSW_MAC(6), 0, true,
	  NSW_DROP_NO_FILTER, false, 0 },
	{ "9: Deactivated VPort cannot send", 4, NSW_MAC(1), NSW_MAC(4), 0, true,
	  NSW_DROP_INACTIVE, false, 0 },
	{ "10: wire, broadcast", NSW_FORWARD_X, NSW_FORWARD_BC, NSW_MAC(9), 0, true,
	  NSW_DROP_NONE, false, BIT(0) | BIT(1) | BIT(2) | BIT(3) },
	{ "10: wire, broadcast in VLAN 7", NSW_FORWARD_X, NSW_FORWARD_BC, NSW_MAC(9), 7, true,
	  NSW_DROP_NONE, false, BIT(0) | BIT(1) | BIT(2) },
	{ "10: wire, broadcast in VLAN 8", NSW_FORWARD_X, NSW_FORWARD_BC, NSW_MAC(9), 8, true,
	  NSW_DROP_NONE, false, BIT(0) | BIT(2) },
	{ "10: wire, broadcast in 802.1ad 7", NSW_FORWARD_X, NSW_FORWARD_BC, NSW_MAC(9),
	  NSW_VLAN_S | 7, true, NSW_DROP_NONE, false, BIT(0) | BIT(2) },
	{ "10: wire, multicast", NSW_FORWARD_X, NSW_GROUP(1), NSW_MAC(9), 0, true,
	  NSW_DROP_NONE, false, BIT(1) },
	{ "10: wire, multicast in VLAN 7", NSW_FORWARD_X, NSW_GROUP(1), NSW_MAC(9), 7, true,
	  NSW_DROP_NONE, false, BIT(2) },
	{ "10: wire, multicast, nobody", NSW_FORWARD_X, NSW_GROUP(2), NSW_MAC(9), 0, true,
	  NSW_DROP_NO_MATCH, false, 0 },
	{ "11: VF, broadcast", 1, NSW_FORWARD_BC, NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, true, BIT(0) | BIT(2) | BIT(3) },
	{ "11: VF, broadcast, unplugged", 1, NSW_FORWARD_BC, NSW_MAC(1), 0, false,
	  NSW_DROP_NONE, false, BIT(0) | BIT(2) | BIT(3) },
	{ "11: VF, multicast", 2, NSW_GROUP(1), NSW_MAC(2), 0, true,
	  NSW_DROP_NONE, true, BIT(1) },
	{ "11: VF, multicast, itself only", 1, NSW_GROUP(1), NSW_MAC(1), 0, true,
	  NSW_DROP_NONE, true, 0 },
	{ "11: VF, multicast, itself only, unplugged", 1, NSW_GROUP(1), NSW_MAC(1), 0, false,
	  NSW_DROP_NO_MATCH, false, 0 },
	{ "12: PF, broadcast", 0, NSW_FORWARD_BC, NSW_MAC(10), 0, true,
	  NSW_DROP_NONE, true, BIT(1) | BIT(2) | BIT(3) },
	{ "12: PF, multicast", 0, NSW_GROUP(1), NSW_MAC(10), 0, true,
	  NSW_DROP_NONE, true, BIT(1) },
};

KUNIT_ARRAY_PARAM_DESC(nsw_forward, nsw_forward_rows, desc);

static void nsw_forward_decision_table(struct kunit *test)
{
	const struct nsw_forward_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_forward_fixture(test);
	struct nsw_verdict verdict;

	if (row->plugged)
		nsw_fixture_wire(fx);
	nsw_fixture_decide(fx, row->in, row->dst, row->src, row->vlan, &verdict);
	nsw_forward_expect(test, &verdict, row->drop, row->wire, row->vports);
}

/* 3.1: filter shape against tag state, for unicast, multicast and what broadcast follows. */
struct nsw_forward_shape_row {
	const char *desc;
	int cond;
	nsw_vlan_t vlan;
	bool match;
};

static const struct nsw_forward_shape_row nsw_forward_shape_rows[] = {
	/* Trap 1, 3: MAC only means no tag or VID 0, which frame.c makes one. */
	{ "A: none, untagged or VID 0", NSW_COND_NONE, 0, true },
	{ "A: none, VID 5", NSW_COND_NONE, 5, false },
	{ "A: none, 802.1ad 5", NSW_COND_NONE, NSW_VLAN_S | 5, false },
	/* Trap 2: a VLAN filter does not take untagged frames. */
	{ "B: VID 5, untagged or VID 0", 5, 0, false },
	{ "B: VID 5, VID 5", 5, 5, true },
	{ "B: VID 5, VID 6", 5, 6, false },
	{ "B: VID 5, 802.1ad 5", 5, NSW_VLAN_S | 5, false },
	/* Trap 4: every tag state, but only when asked for. */
	{ "C: any, untagged or VID 0", NSW_COND_ANY, 0, true },
	{ "C: any, VID 5", NSW_COND_ANY, 5, true },
	{ "C: any, VID 4095", NSW_COND_ANY, 4095, true },
	{ "C: any, 802.1ad 5", NSW_COND_ANY, NSW_VLAN_S | 5, true },
};

KUNIT_ARRAY_PARAM_DESC(nsw_forward_shape, nsw_forward_shape_rows, desc);

static void nsw_forward_filter_shapes(struct kunit *test)
{
	const struct nsw_forward_shape_row *row = test->param_value;
	static const u64 macs[] = { NSW_MAC(1), NSW_GROUP(1) };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_verdict verdict;
	unsigned int i;
	u32 filter;

	for (i = 0; i < ARRAY_SIZE(macs); i++) {
		filter = nsw_fixture_filter(fx, vport, macs[i], row->cond);
		nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, macs[i], NSW_MAC(9), row->vlan,
				   &verdict);
		KUNIT_EXPECT_EQ(test, nsw_fixture_reaches(&verdict, vport), row->match);
		nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC_BROADCAST, NSW_MAC(9), row->vlan,
				   &verdict);
		KUNIT_EXPECT_EQ(test, nsw_fixture_reaches(&verdict, vport), row->match);
		KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
		KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	}
	/* Trap 8: with the last filter broadcast ends, too. */
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC_BROADCAST, NSW_MAC(9), row->vlan,
			   &verdict);
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, vport));
}

/* Row 7 as decided: no two holders, and a specific condition wins over any. */
static void nsw_forward_specific_wins_over_any(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 any = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 vid = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 none = nsw_fixture_pf_vport(fx, false);
	struct nsw_vport_changes on = { .state = NSW_VPORT_STATE_ACTIVATED };
	struct nsw_verdict verdict;

	nsw_fixture_filter(fx, any, NSW_MAC(1), NSW_COND_ANY);
	nsw_fixture_filter(fx, vid, NSW_MAC(1), 5);
	nsw_fixture_filter(fx, none, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 5, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(vid));
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 6, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(any));
	/* Deactivated is skipped: the lookup goes on. */
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(any));
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, none, &on, NULL), 1);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(none));
	/* A multicast frame goes to all of them. */
	nsw_fixture_filter(fx, any, NSW_GROUP(1), NSW_COND_ANY);
	nsw_fixture_filter(fx, vid, NSW_GROUP(1), 5);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_GROUP(1), NSW_MAC(9), 5, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(vid) | BIT(any));
}

/* Trap 8 and row 8: a PF VPort takes part once it is Activated, whenever its filters came. */
static void nsw_forward_activation_lets_frames_in(struct kunit *test)
{
	struct nsw_vport_changes on = { .state = NSW_VPORT_STATE_ACTIVATED };
	struct nsw_fixture *fx = nsw_forward_fixture(test);
	struct nsw_verdict verdict;

	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 4, &on, NULL), 1);
	nsw_fixture_decide(fx, NSW_FORWARD_X, NSW_MAC(4), NSW_MAC(9), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(4));
	nsw_fixture_decide(fx, NSW_FORWARD_X, NSW_GROUP(1), NSW_MAC(9), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(1) | BIT(4));
	nsw_fixture_decide(fx, 4, NSW_MAC(1), NSW_MAC(77), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(1));
}

/* Without a NIC switch the PF still reaches the external port. */
static void nsw_forward_pf_works_without_nic_switch(struct kunit *test)
{
	struct nsw_verdict verdict;
	struct nsw_fixture *fx;
	struct nsw_caps caps;
	u8 own[ETH_ALEN];

	nsw_caps_init(&caps, 2);
	fx = nsw_fixture_absent(test, &caps);
	nsw_fixture_wire(fx);
	u64_to_ether_addr(NSW_MAC(10), own);
	KUNIT_EXPECT_EQ(test, nsw_filter_own_add(&fx->sw, own), 0);
	nsw_fixture_decide(fx, NSW_FORWARD_X, NSW_MAC(10), NSW_MAC(9), 3, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(0));
	nsw_fixture_decide(fx, NSW_FORWARD_X, NSW_MAC_BROADCAST, NSW_MAC(9), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, false, BIT(0));
	nsw_fixture_decide(fx, 0, NSW_MAC(9), NSW_MAC(10), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, true, 0);
	nsw_fixture_decide(fx, 0, NSW_MAC_BROADCAST, NSW_MAC(10), 0, &verdict);
	nsw_forward_expect(test, &verdict, NSW_DROP_NONE, true, 0);
}

static struct kunit_case nsw_forward_cases[] = {
	KUNIT_CASE_PARAM(nsw_forward_decision_table, nsw_forward_gen_params),
	KUNIT_CASE_PARAM(nsw_forward_filter_shapes, nsw_forward_shape_gen_params),
	KUNIT_CASE(nsw_forward_specific_wins_over_any),
	KUNIT_CASE(nsw_forward_activation_lets_frames_in),
	KUNIT_CASE(nsw_forward_pf_works_without_nic_switch),
	{}
};

static struct kunit_suite nsw_forward_suite = {
	.name = "nsw_forward",
	.test_cases = nsw_forward_cases,
};

kunit_test_suite(nsw_forward_suite);
