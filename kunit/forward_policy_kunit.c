// SPDX-License-Identifier: GPL-2.0-only
/* What policy, power and wishes of interfaces do to decisions: src/dp/forward.c. */

#include "fixture.h"

/* Who may not send, and why; the first reason of several is reported. */
struct nsw_forward_block_row {
	const char *desc;
	u32 power;
	enum nsw_link_policy link;
	bool filter;
	enum nsw_drop_reason drop;
};

static const struct nsw_forward_block_row nsw_forward_block_rows[] = {
	{ "nothing in the way", NSW_POWER_D0, NSW_LINK_AUTO, true, NSW_DROP_NONE },
	{ "link enabled", NSW_POWER_D0, NSW_LINK_ENABLE, true, NSW_DROP_NONE },
	{ "link disabled", NSW_POWER_D0, NSW_LINK_DISABLE, true, NSW_DROP_NO_CARRIER },
	{ "D1", NSW_POWER_D1, NSW_LINK_AUTO, true, NSW_DROP_POWER },
	{ "D2", NSW_POWER_D2, NSW_LINK_AUTO, true, NSW_DROP_POWER },
	{ "D3", NSW_POWER_D3, NSW_LINK_AUTO, true, NSW_DROP_POWER },
	{ "no filter", NSW_POWER_D0, NSW_LINK_AUTO, false, NSW_DROP_NO_FILTER },
	{ "D3, link disabled", NSW_POWER_D3, NSW_LINK_DISABLE, true, NSW_DROP_NO_CARRIER },
	{ "D3, no filter", NSW_POWER_D3, NSW_LINK_AUTO, false, NSW_DROP_POWER },
};

KUNIT_ARRAY_PARAM_DESC(nsw_forward_block, nsw_forward_block_rows, desc);

static void nsw_forward_blocked_vport_cannot_send(struct kunit *test)
{
	const struct nsw_forward_block_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_verdict verdict;

	nsw_fixture_wire(fx);
	if (row->filter)
		nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, 0, row->power, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 0, row->link, NULL), 0);
	nsw_fixture_decide(fx, vport, NSW_MAC(8), NSW_MAC(1), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->drop);
	/* A match without carrier stays the match: the frame goes nowhere else. */
	if (row->filter) {
		nsw_fixture_decide(fx, 0, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
		KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, vport));
		KUNIT_EXPECT_FALSE(test, verdict.wire);
	}
}

/* A VF sends only as whom it may receive: (source MAC, VLAN), by the same lookup. */
struct nsw_forward_spoof_row {
	const char *desc;
	u64 src;
	nsw_vlan_t vlan;
	bool passes;
};

static const struct nsw_forward_spoof_row nsw_forward_spoof_rows[] = {
	{ "own address", NSW_MAC(1), 0, true },
	{ "own address, other VLAN", NSW_MAC(1), 6, false },
	{ "own address, 802.1ad", NSW_MAC(1), NSW_VLAN_S | 5, false },
	{ "own address with a VID", NSW_MAC(2), 5, true },
	{ "own address without its VID", NSW_MAC(2), 0, false },
	{ "own address, any VLAN", NSW_MAC(3), 77, true },
	{ "own any, but another VPort holds the VID", NSW_MAC(3), 9, false },
	{ "address of another VF", NSW_MAC(4), 0, false },
	{ "address of the PF", NSW_MAC(10), 0, false },
	{ "nobody's address", NSW_MAC(8), 0, false },
	{ "group that it holds", NSW_GROUP(1), 0, false },
	{ "broadcast", NSW_MAC_BROADCAST, 0, false },
	{ "zero", 0, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(nsw_forward_spoof, nsw_forward_spoof_rows, desc);

static void nsw_forward_spoof_check(struct kunit *test)
{
	const struct nsw_forward_spoof_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	u32 other = nsw_fixture_member(fx, NSW_MAC(4));
	struct nsw_verdict verdict;
	u8 own[ETH_ALEN];
	u32 pf;

	u64_to_ether_addr(NSW_MAC(10), own);
	KUNIT_ASSERT_EQ(test, nsw_filter_own_add(&fx->sw, own), 0);
	nsw_fixture_filter(fx, vport, NSW_MAC(2), 5);
	nsw_fixture_filter(fx, vport, NSW_MAC(3), NSW_COND_ANY);
	nsw_fixture_filter(fx, vport, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, other, NSW_MAC(3), 9);
	pf = nsw_fixture_pf_vport(fx, true);
	nsw_fixture_filter(fx, pf, NSW_MAC(5), NSW_COND_NONE);
	nsw_fixture_wire(fx);

	nsw_fixture_decide(fx, vport, NSW_MAC(77), row->src, row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->passes ? NSW_DROP_NONE : NSW_DROP_SPOOF);
	/* VPorts of the PF are not checked. */
	nsw_fixture_decide(fx, 0, NSW_MAC(77), row->src, row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NONE);
	nsw_fixture_decide(fx, pf, NSW_MAC(77), row->src, row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NONE);
	/* Nor is a VF whose policy says so. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set_spoofchk(&fx->sw, 0, false, NULL), 0);
	nsw_fixture_decide(fx, vport, NSW_MAC(77), row->src, row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_spoofchk(&fx->sw, 0, true, NULL), 0);
	nsw_fixture_decide(fx, vport, NSW_MAC(77), row->src, row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->passes ? NSW_DROP_NONE : NSW_DROP_SPOOF);
}

/* Port VLAN 5 on the sender; VPort 2 receives MAC 2 in VLAN 5, VPort 3 MAC 2 untagged. */
struct nsw_forward_vlan_row {
	const char *desc;
	bool stag;
	nsw_vlan_t vlan;
	enum nsw_drop_reason drop;
	u32 vport;
};

static const struct nsw_forward_vlan_row nsw_forward_vlan_rows[] = {
	{ "802.1Q, untagged or VID 0", false, 0, NSW_DROP_NONE, 2 },
	{ "802.1Q, own tag", false, 7, NSW_DROP_PORT_VLAN, 0 },
	{ "802.1Q, own tag with the same VID", false, 5, NSW_DROP_PORT_VLAN, 0 },
	{ "802.1Q, own 802.1ad tag", false, NSW_VLAN_S | 5, NSW_DROP_PORT_VLAN, 0 },
	{ "802.1ad, untagged or VID 0", true, 0, NSW_DROP_NONE, 4 },
	{ "802.1ad, own tag is cargo", true, 7, NSW_DROP_NONE, 4 },
	{ "802.1ad, own 802.1ad tag is cargo", true, NSW_VLAN_S | 7, NSW_DROP_NONE, 4 },
};

KUNIT_ARRAY_PARAM_DESC(nsw_forward_vlan, nsw_forward_vlan_rows, desc);

static void nsw_forward_port_vlan_of_the_sender(struct kunit *test)
{
	const struct nsw_forward_vlan_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	nsw_vlan_t pvlan = row->stag ? NSW_VLAN_S | 5 : 5;
	struct nsw_verdict verdict;

	nsw_fixture_filter(fx, nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx)), NSW_MAC(2), 5);
	nsw_fixture_member(fx, NSW_MAC(2));
	nsw_fixture_filter(fx, nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx)), NSW_MAC(2),
			   NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 0, row->stag, NULL), 0);
	nsw_fixture_decide(fx, vport, NSW_MAC(2), NSW_MAC(1), row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->drop);
	if (row->drop)
		return;
	KUNIT_EXPECT_TRUE(test, verdict.insert);
	KUNIT_EXPECT_EQ(test, verdict.vlan, pvlan);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, row->vport));
	/* The order: source check before port VLAN. */
	nsw_fixture_decide(fx, vport, NSW_MAC(2), NSW_MAC(8), row->vlan, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_SPOOF);
}

/* The VPort lives in its port VLAN: nothing of another VLAN reaches it by any way. */
static void nsw_forward_port_vlan_of_the_receiver(struct kunit *test)
{
	static const nsw_vlan_t vlans[] = { 0, 5, 6, NSW_VLAN_S | 5, NSW_VLAN_S | 6 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);
	static const u64 dsts[] = {
		NSW_MAC(1), NSW_MAC(2), NSW_MAC(3), NSW_GROUP(1), NSW_GROUP(2), NSW_GROUP(3),
		NSW_MAC_BROADCAST,
	};
	struct nsw_verdict verdict;
	unsigned int i, j;

	/* A wish, a trusted mode, a VID that is not the port VLAN, any. */
	nsw_fixture_filter(fx, vport, NSW_MAC(2), NSW_COND_ANY);
	nsw_fixture_filter(fx, vport, NSW_MAC(3), 6);
	nsw_fixture_filter(fx, vport, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, vport, NSW_GROUP(2), NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(3)), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 6), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	nsw_guest_set_mode(&fx->sw, &port->port, true, true);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 0, true, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(vlans); i++) {
		for (j = 0; j < ARRAY_SIZE(dsts); j++) {
			nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, dsts[j], NSW_MAC(9), vlans[i],
					   &verdict);
			KUNIT_EXPECT_EQ_MSG(test, nsw_fixture_reaches(&verdict, vport),
					    vlans[i] == (NSW_VLAN_S | 5), "VLAN %x, dst %llx",
					    vlans[i], dsts[j]);
		}
	}
}

/* Row 14: promiscuous takes what nobody else takes, no copy of what somebody does. */
static void nsw_forward_promiscuous_gets_the_rest(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one = nsw_fixture_member(fx, NSW_MAC(1));
	u32 two = nsw_fixture_member(fx, NSW_MAC(2));
	struct nsw_fixture_port *pf = nsw_fixture_vport_port(fx, 0);
	struct nsw_fixture_port *vf = nsw_fixture_vf_port(fx, 0);
	struct nsw_verdict verdict;

	nsw_fixture_wire(fx);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	nsw_guest_set_mode(&fx->sw, &pf->port, true, false);
	nsw_guest_set_mode(&fx->sw, &vf->port, true, false);

	nsw_fixture_decide(fx, two, NSW_MAC(8), NSW_MAC(2), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, one));
	KUNIT_EXPECT_TRUE(test, verdict.wire);
	/* Not back to the one that sent it. */
	nsw_fixture_decide(fx, one, NSW_MAC(8), NSW_MAC(1), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, one));
	/* Not what is matched elsewhere. */
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(2), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, two));
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, 0));
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, one));
	/* From the wire: not back to it. */
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(8), NSW_MAC(9), 33, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
	KUNIT_EXPECT_FALSE(test, verdict.wire);
	/* All multicast comes with it, broadcast of foreign VLANs does not. */
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_GROUP(8), NSW_MAC(9), 33, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, one));
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC_BROADCAST, NSW_MAC(9), 33, &verdict);
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, one));
}

/* The promiscuous sender is the only one left, and there is no wire. */
static void nsw_forward_promiscuous_alone_is_no_match(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *pf = nsw_fixture_vport_port(fx, 0);
	struct nsw_verdict verdict;

	nsw_guest_set_mode(&fx->sw, &pf->port, true, false);
	nsw_fixture_decide(fx, 0, NSW_MAC(8), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);
}

static struct kunit_case nsw_forward_policy_cases[] = {
	KUNIT_CASE_PARAM(nsw_forward_blocked_vport_cannot_send, nsw_forward_block_gen_params),
	KUNIT_CASE_PARAM(nsw_forward_spoof_check, nsw_forward_spoof_gen_params),
	KUNIT_CASE_PARAM(nsw_forward_port_vlan_of_the_sender, nsw_forward_vlan_gen_params),
	KUNIT_CASE(nsw_forward_port_vlan_of_the_receiver),
	KUNIT_CASE(nsw_forward_promiscuous_gets_the_rest),
	KUNIT_CASE(nsw_forward_promiscuous_alone_is_no_match),
	{}
};

static struct kunit_suite nsw_forward_policy_suite = {
	.name = "nsw_forward_policy",
	.test_cases = nsw_forward_policy_cases,
};

kunit_test_suite(nsw_forward_policy_suite);
