// SPDX-License-Identifier: GPL-2.0-only
/* Per-VF policy: src/model/policy.c; and the addresses that PF and VF set: src/model/vf.c. */

#include "fixture.h"

static void nsw_policy_needs_an_allocated_vf(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct netlink_ext_ack *extack = &fx->extack;
	struct nsw_switch *sw = &fx->sw;

	NSW_EXPECT_REFUSED(fx, nsw_policy_set_spoofchk(sw, 0, false, extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_trust(sw, 8, true, extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_link(sw, 0, NSW_LINK_DISABLE, extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(sw, U32_MAX, 5, 0, false, extack), ENOENT,
			   INVALID_PARAMETER);
}

struct nsw_policy_vlan_row {
	const char *desc;
	u16 vid;
	u8 pcp;
	bool stag;
	bool valid;
	nsw_vlan_t pvlan;
};

static const struct nsw_policy_vlan_row nsw_policy_vlan_rows[] = {
	{ "none", 0, 0, false, true, 0 },
	{ "VID 1", 1, 0, false, true, 1 },
	{ "VID 4094, priority 7", 4094, 7, false, true, 4094 },
	{ "802.1ad", 5, 3, true, true, NSW_VLAN_S | 5 },
	{ "none, 802.1ad", 0, 0, true, true, 0 },
	{ "VID 4095", 4095, 0, false, false, 0 },
	{ "VID 4096", 4096, 0, false, false, 0 },
	{ "VID 65535", U16_MAX, 0, true, false, 0 },
	{ "priority 8", 5, 8, false, false, 0 },
	{ "priority without VLAN", 0, 1, false, false, 0 },
};

KUNIT_ARRAY_PARAM_DESC(nsw_policy_vlan, nsw_policy_vlan_rows, desc);

static void nsw_policy_port_vlan_values(struct kunit *test)
{
	const struct nsw_policy_vlan_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, id);

	if (!row->valid) {
		NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(&fx->sw, 0, row->vid, row->pcp,
								row->stag, &fx->extack),
				   EINVAL, INVALID_PARAMETER);
		return;
	}
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, row->vid, row->pcp, row->stag,
						       NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0);
	KUNIT_EXPECT_EQ(test, vport->pvlan, row->pvlan);
	KUNIT_EXPECT_EQ(test, vport->pcp, row->pcp);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, 0)->policy.pvlan, row->pvlan);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, 0)->policy.pcp, row->pcp);
	nsw_fixture_expect_sound(fx);
}

/* Filters with condition none move into the port VLAN, the others stay where they are. */
static void nsw_policy_port_vlan_moves_filters(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_table *table = &fx->sw.table;
	u32 filter;

	filter = nsw_fixture_filter(fx, id, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, id, NSW_MAC(2), 9);
	nsw_fixture_filter(fx, id, NSW_MAC(3), NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 2, true, NULL), 0);
	nsw_fixture_expect_sound(fx);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, nsw_table_find_rcu(table, nsw_key(NSW_MAC(1), 0)));
	KUNIT_EXPECT_NULL(test, nsw_table_find_rcu(table, nsw_key(NSW_MAC(1), 5)));
	KUNIT_EXPECT_NOT_NULL(test, nsw_table_find_rcu(table, nsw_key(NSW_MAC(1),
								      NSW_VLAN_S | 5)));
	KUNIT_EXPECT_NOT_NULL(test, nsw_table_find_rcu(table, nsw_key(NSW_MAC(2), 9)));
	rcu_read_unlock();
	KUNIT_EXPECT_FALSE(test, nsw_table_group_has(table, nsw_key(NSW_MAC_BROADCAST, 0), id));
	KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, nsw_key(NSW_GROUP(1), NSW_VLAN_S | 5),
						    id));

	/* Filters that come or go now do so in the port VLAN, too. */
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	nsw_fixture_filter(fx, id, NSW_GROUP(2), NSW_COND_NONE);
	nsw_fixture_expect_sound(fx);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 0, 0, false, NULL), 0);
	KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, nsw_key(NSW_GROUP(2), 0), id));
	KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, nsw_key(NSW_MAC_BROADCAST, 0), id));
	nsw_fixture_expect_sound(fx);
}

/* Who holds the address in VLAN 5 already: another VPort, the VPort itself, the same group. */
static void nsw_policy_port_vlan_collision_changes_nothing(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 two = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct netlink_ext_ack *extack = &fx->extack;
	struct nsw_switch *sw = &fx->sw;
	u32 holder;

	nsw_fixture_filter(fx, one, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, one, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, one, NSW_MAC(2), NSW_COND_NONE);
	nsw_fixture_filter(fx, one, NSW_MAC(3), 5);
	holder = nsw_fixture_filter(fx, two, NSW_MAC(2), 5);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(sw, 0, 5, 1, false, extack), EEXIST,
			   INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, holder, NULL), 0);
	holder = nsw_fixture_filter(fx, one, NSW_MAC(2), 5);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(sw, 0, 5, 1, false, extack), EEXIST,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, holder, NULL), 0);
	holder = nsw_fixture_filter(fx, one, NSW_GROUP(1), 5);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(sw, 0, 5, 1, false, extack), EEXIST,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, holder, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(sw, 0, 5, 1, false, NULL), 0);
	/* And back: untagged, the other VPort has taken the address. */
	nsw_fixture_filter(fx, two, NSW_MAC(1), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(sw, 0, 0, 0, false, extack), EEXIST,
			   INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
}

/* In the same port VLAN two VPorts cannot hold one address; in two they can. */
static void nsw_policy_port_vlans_separate_addresses(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 two = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_verdict verdict;

	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 1, 6, 0, false, NULL), 0);
	nsw_fixture_filter(fx, one, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, two, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 6, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, two));
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_port_vlan(&fx->sw, 1, 5, 0, false, &fx->extack),
			   EEXIST, INVALID_PARAMETER);
}

/* Policy is the VF's: it is there before the VPort and when that is made anew. */
static void nsw_policy_waits_for_the_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, vf);
	struct nsw_vport *vport;
	unsigned int i;
	u32 id;

	KUNIT_EXPECT_EQ(test, nsw_policy_set_spoofchk(&fx->sw, vf, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, vf, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, vf, NSW_LINK_DISABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 5, 3, false, NULL), 0);
	for (i = 0; i < 2; i++) {
		id = nsw_fixture_vf_vport(fx, vf);
		vport = nsw_fixture_get_vport(fx, id);
		KUNIT_EXPECT_FALSE(test, vport->spoofchk);
		KUNIT_EXPECT_EQ(test, vport->pvlan, 5);
		KUNIT_EXPECT_EQ(test, vport->pcp, 3);
		KUNIT_EXPECT_TRUE(test, vport->blocked & NSW_BLOCK_LINK);
		KUNIT_EXPECT_FALSE(test, port->up);
		KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, id, NULL), 0);
	}
}

static void nsw_policy_link_takes_the_carrier(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 0, NSW_LINK_DISABLE, NULL), 0);
	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 0, NSW_LINK_ENABLE, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->up);
	/* Two reasons to be down: both must go. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 0, NSW_LINK_DISABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, 0, NSW_POWER_D3, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 0, NSW_LINK_AUTO, NULL), 0);
	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, 0, NSW_POWER_D0, false, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->up);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_link(&fx->sw, 0, NSW_LINK_DISABLE + 1, &fx->extack),
			   EINVAL, INVALID_PARAMETER);
}

struct nsw_policy_link_row {
	const char *desc;
	enum nsw_link_policy link;
	bool with;
	bool without;
};

static const struct nsw_policy_link_row nsw_policy_link_rows[] = {
	{ "auto", NSW_LINK_AUTO, true, false },
	{ "enable", NSW_LINK_ENABLE, true, true },
	{ "disable", NSW_LINK_DISABLE, false, false },
};

KUNIT_ARRAY_PARAM_DESC(nsw_policy_link, nsw_policy_link_rows, desc);

/* Carrier with and without that of the external port; the policy may come before or after. */
static void nsw_policy_link_follows_the_external_port(struct kunit *test)
{
	const struct nsw_policy_link_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port, *late;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 0, row->link, NULL), 0);
	KUNIT_EXPECT_EQ(test, port->up, row->with);
	nsw_vport_set_link(&fx->sw, false);
	KUNIT_EXPECT_EQ(test, port->up, row->without);

	KUNIT_EXPECT_EQ(test, nsw_fixture_vf(fx), 1);
	late = nsw_fixture_vf_port(fx, 1);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, 1, row->link, NULL), 0);
	nsw_fixture_vf_vport(fx, 1);
	KUNIT_EXPECT_EQ(test, late->up, row->without);
	nsw_vport_set_link(&fx->sw, true);
	KUNIT_EXPECT_EQ(test, port->up, row->with);
	KUNIT_EXPECT_EQ(test, late->up, row->with);
}

/* The Linux way: one filter that follows the address of the interface. */
static void nsw_policy_auto_filter_follows_the_address(struct kunit *test)
{
	const u8 one[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 1 }, two[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 2 };
	const u8 three[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 3 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 vport = nsw_fixture_vf_vport(fx, vf);
	struct nsw_switch *sw = &fx->sw;
	struct nsw_verdict verdict;

	KUNIT_EXPECT_EQ(test, nsw_vf_set_auto_filter(sw, vf, one), 0);
	nsw_fixture_filter(fx, 0, NSW_MAC(3), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, one), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, two), 0);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(2), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, vport));
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, vport)->num_filters, 1);
	/* An address that is taken stays with its holder. */
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, three), -EEXIST);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(2), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, vport));
	nsw_fixture_expect_sound(fx);
}

/* A filter that somebody took away, or a VPort of the NDIS way, is left alone. */
static void nsw_policy_auto_filter_is_not_forced(struct kunit *test)
{
	const u8 one[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 1 }, two[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 2 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 vport = nsw_fixture_vf_vport(fx, vf);
	struct nsw_switch *sw = &fx->sw;
	u32 filter;

	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, one), 0);
	KUNIT_EXPECT_TRUE(test, xa_empty(&sw->filters));
	KUNIT_EXPECT_EQ(test, nsw_vf_set_auto_filter(sw, vf, one), 0);
	filter = nsw_fixture_get_vf(fx, vf)->auto_filter;
	KUNIT_EXPECT_EQ(test, nsw_filter_move(sw, filter, vport, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, two), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_holder(fx, filter), 0);
	KUNIT_EXPECT_EQ(test, sw->num_unicast, 1);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_auto_filter(sw, 7, one), -ENOENT);
}

/* What others receive in any VLAN a VF's interface cannot take with its more specific filter. */
static void nsw_policy_address_of_others_is_refused(struct kunit *test)
{
	const u8 one[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 1 }, two[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 2 };
	const u8 three[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 3 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 vport = nsw_fixture_vf_vport(fx, vf);
	struct nsw_verdict verdict;

	KUNIT_EXPECT_EQ(test, nsw_filter_own_add(&fx->sw, one), 0);
	nsw_fixture_filter(fx, nsw_fixture_pf_vport(fx, true), NSW_MAC(2), NSW_COND_ANY);
	nsw_fixture_filter(fx, vport, NSW_MAC(3), NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(&fx->sw, vf, one), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(&fx->sw, vf, two), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(&fx->sw, vf, three), 0);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
}

static void nsw_policy_admin_address_binds_the_vf(struct kunit *test)
{
	const u8 one[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 1 }, two[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 2 };
	const u8 group[ETH_ALEN] = { 0x01, 0, 0x5e, 0, 0, 1 }, zero[ETH_ALEN] = { };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_switch *sw = &fx->sw;

	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, vf, group, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, vf + 1, one, NULL), -ENOENT);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, vf, one, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_VF, vf);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, two), -EPERM);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, one), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(sw, vf, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, two), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(sw, vf, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, vf, zero, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf, two), 0);
	/* Nobody minds an unallocated VF. */
	KUNIT_EXPECT_EQ(test, nsw_vf_change_address(sw, vf + 1, two), 0);
}

/* What a VF was refused beside an address of the PF's choice, it may have beside its own. */
static void nsw_policy_zero_address_lets_the_vf_ask_again(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 }, none[ETH_ALEN] = { };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_fixture_port *port;
	unsigned int asked;

	nsw_fixture_vf_vport(fx, vf);
	port = nsw_fixture_vf_port(fx, vf);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(&fx->sw, vf, mac, NULL), 0);
	asked = port->asked;
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(&fx->sw, vf, none, NULL), 0);
	KUNIT_EXPECT_EQ(test, port->asked, asked + 1);
}

static struct kunit_case nsw_policy_cases[] = {
	KUNIT_CASE(nsw_policy_needs_an_allocated_vf),
	KUNIT_CASE_PARAM(nsw_policy_port_vlan_values, nsw_policy_vlan_gen_params),
	KUNIT_CASE(nsw_policy_port_vlan_moves_filters),
	KUNIT_CASE(nsw_policy_port_vlan_collision_changes_nothing),
	KUNIT_CASE(nsw_policy_port_vlans_separate_addresses),
	KUNIT_CASE(nsw_policy_waits_for_the_vport),
	KUNIT_CASE(nsw_policy_link_takes_the_carrier),
	KUNIT_CASE_PARAM(nsw_policy_link_follows_the_external_port, nsw_policy_link_gen_params),
	KUNIT_CASE(nsw_policy_auto_filter_follows_the_address),
	KUNIT_CASE(nsw_policy_auto_filter_is_not_forced),
	KUNIT_CASE(nsw_policy_address_of_others_is_refused),
	KUNIT_CASE(nsw_policy_admin_address_binds_the_vf),
	KUNIT_CASE(nsw_policy_zero_address_lets_the_vf_ask_again),
	{}
};

static struct kunit_suite nsw_policy_suite = {
	.name = "nsw_policy",
	.test_cases = nsw_policy_cases,
};

kunit_test_suite(nsw_policy_suite);
