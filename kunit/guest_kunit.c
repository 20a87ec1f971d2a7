// SPDX-License-Identifier: GPL-2.0-only
/* What interfaces ask for by themselves: src/model/guest.c. */

#include "fixture.h"

/* Who gets a frame from the wire, as bits by VPort id. */
static unsigned long nsw_guest_receivers(struct nsw_fixture *fx, u64 dst, nsw_vlan_t vlan)
{
	struct nsw_verdict verdict;
	unsigned long set = 0;
	u32 i;

	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, dst, NSW_MAC(99), vlan, &verdict);
	for (i = 0; i < 8; i++)
		if (nsw_fixture_reaches(&verdict, i))
			set |= BIT(i);
	return set;
}

static void nsw_guest_join_reaches_untagged_and_registered_vlans(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);

	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	/* A VLAN that comes later counts as well. */
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 8), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 8), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 9), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), NSW_VLAN_S | 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 7), 0);

	nsw_guest_del_vlan(&fx->sw, &port->port, 7);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 8), BIT(vport));
	nsw_fixture_leave(fx, port, NSW_GROUP(1));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 8), 0);
}

static void nsw_guest_asks_once(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), -EEXIST);
	KUNIT_EXPECT_EQ(test, port->port.guest.num_groups, 1);
	KUNIT_EXPECT_EQ(test, port->port.guest.num_vlans, 1);
	/* Leaving what was not joined is nothing. */
	nsw_fixture_leave(fx, port, NSW_GROUP(2));
	nsw_guest_del_vlan(&fx->sw, &port->port, 9);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(1));
}

/* The PF interface joins in any VLAN: the default VPort is not filtered by VLAN. */
static void nsw_guest_join_of_the_pf_covers_all_vlans(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_fixture_vport_port(fx, NSW_DEFAULT_VPORT_ID);

	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), BIT(0));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 5), BIT(0));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), NSW_VLAN_S | 5), BIT(0));
	nsw_guest_del_vlan(&fx->sw, &port->port, 7);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(0));
	nsw_fixture_leave(fx, port, NSW_GROUP(1));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), 0);
}

/* Rule 9 of the decision table: what the guest joins does not make a silent VPort speak. */
static void nsw_guest_cannot_break_silence(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 vport = nsw_fixture_vf_vport(fx, vf);
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, vf);
	u32 filter;

	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, vf, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	nsw_guest_set_mode(&fx->sw, &port->port, true, true);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC_BROADCAST, 0), BIT(0));

	filter = nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0), 0);
}

/* A filter with the same group is a thing of its own. */
static void nsw_guest_and_filter_hold_a_group_apart(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);
	u32 filter;

	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	filter = nsw_fixture_filter(fx, vport, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_leave(fx, port, NSW_GROUP(1));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), BIT(vport));
	nsw_fixture_expect_sound(fx);
}

struct nsw_guest_mode_row {
	const char *desc;
	bool pf;
	bool trust;
	bool promisc;
	bool allmulti;
	bool unicast;
	bool multicast;
};

static const struct nsw_guest_mode_row nsw_guest_mode_rows[] = {
	{ "PF, neither", true, false, false, false, false, false },
	{ "PF, promiscuous", true, false, true, false, true, true },
	{ "PF, all multicast", true, false, false, true, false, true },
	{ "trusted VF, neither", false, true, false, false, false, false },
	{ "trusted VF, promiscuous", false, true, true, false, true, true },
	{ "trusted VF, all multicast", false, true, false, true, false, true },
	{ "untrusted VF, promiscuous", false, false, true, false, false, false },
	{ "untrusted VF, all multicast", false, false, false, true, false, false },
	{ "untrusted VF, both", false, false, true, true, false, false },
};

KUNIT_ARRAY_PARAM_DESC(nsw_guest_mode, nsw_guest_mode_rows, desc);

static void nsw_guest_mode_needs_trust(struct kunit *test)
{
	const struct nsw_guest_mode_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port;
	u32 vport = 0;

	if (!row->pf)
		vport = nsw_fixture_member(fx, NSW_MAC(1));
	port = row->pf ? nsw_fixture_vport_port(fx, 0) : nsw_fixture_vf_port(fx, 0);
	if (row->trust)
		KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	nsw_guest_set_mode(&fx->sw, &port->port, row->promisc, row->allmulti);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0),
			row->unicast ? BIT(vport) : 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(5), 0),
			row->multicast ? BIT(vport) : 0);
	nsw_guest_set_mode(&fx->sw, &port->port, false, false);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(5), 0), 0);
}

/* An untrusted VF's wish is kept, and becomes effective with trust. */
static void nsw_guest_mode_waits_for_trust(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);

	nsw_guest_set_mode(&fx->sw, &port->port, true, false);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_MAC(5), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(5), 0), 0);
}

/* What an interface wants moves along when its VPort is deleted and made anew. */
static void nsw_guest_wishes_outlive_the_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, vf);
	u32 vport;

	/* Before there is a VPort at all. */
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	vport = nsw_fixture_vf_vport(fx, vf);
	nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(vport));

	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fx->sw.table.groups.nelems), 0);

	nsw_fixture_pf_vport(fx, true);
	vport = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_EQ(test, vport, 2);
	nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(vport));
}

/* In a port VLAN memberships count there, and VLANs of the interface nowhere. */
static void nsw_guest_lives_in_the_port_vlan(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);

	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(2)), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 5), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 5), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), 0);

	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 0, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 7), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(2), 5), 0);
}

static void nsw_guest_memberships_are_bounded(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port;
	unsigned int i, err = 0;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	for (i = 0; i < NSW_GUEST_GROUPS_MAX / 2; i++)
		err |= nsw_fixture_join(fx, port, NSW_GROUP(i));
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(i)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 8), -ENOSPC);
	/* It may have all multicast, so it misses nothing. */
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i), 0), BIT(1));
	nsw_fixture_leave(fx, port, NSW_GROUP(i));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(0), 8), 0);
	/* The table has them, the broadcast group, and no other. */
	KUNIT_EXPECT_EQ(test, atomic_read(&fx->sw.table.groups.nelems), NSW_GUEST_GROUPS_MAX + 1);
	nsw_guest_clear(&fx->sw, &port->port);
	KUNIT_EXPECT_EQ(test, atomic_read(&fx->sw.table.groups.nelems), 1);
}

/* What an untrusted VF misses it gets as soon as there is room, or trust. */
static void nsw_guest_untrusted_vf_has_fewer_groups(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);
	unsigned int i, err = 0;

	for (i = 0; i < NSW_GUEST_GROUPS_UNTRUSTED; i++)
		err |= nsw_fixture_join(fx, port, NSW_GROUP(i));
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(i)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(i + 1)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(i)), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i), 0), 0);
	nsw_fixture_leave(fx, port, NSW_GROUP(0));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i + 1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i + 1), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i + 2), 0), 0);
	/* Nobody is robbed of what he has; on another VPort the limit counts anew. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i + 1), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	nsw_fixture_filter(fx, nsw_fixture_vf_vport(fx, 0), NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(i + 1), 0), 0);
}

/* A group that counts in a VLAN before and after is held all the time. */
static void nsw_guest_keeps_what_the_port_vlan_was_registered_for(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);

	KUNIT_EXPECT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 5), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 5), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 7, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 0, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 0), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 5), BIT(vport));
	KUNIT_EXPECT_EQ(test, nsw_guest_receivers(fx, NSW_GROUP(1), 7), BIT(vport));
	nsw_guest_clear(&fx->sw, &port->port);
	KUNIT_EXPECT_EQ(test, atomic_read(&fx->sw.table.groups.nelems), 1);
}

/* No group: any number of VLANs that there can be. */
static void nsw_guest_vlans_without_groups_have_no_limit(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port;
	unsigned int i, err = 0;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	for (i = 1; i <= NSW_GUEST_GROUPS_MAX; i++)
		err |= nsw_guest_add_vlan(&fx->sw, &port->port, i);
	KUNIT_EXPECT_EQ(test, err, 0);
	for (i = 1; i <= NSW_GUEST_GROUPS_MAX - 1; i++)
		nsw_guest_del_vlan(&fx->sw, &port->port, i);
	for (i = 0; i < NSW_GUEST_GROUPS_UNTRUSTED; i++)
		err |= nsw_fixture_join(fx, port, NSW_GROUP(i));
	/* 128 groups in untagged and 7 VLANs are exactly as many as there may be. */
	for (i = 1; i < 7; i++)
		err |= nsw_guest_add_vlan(&fx->sw, &port->port, i);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), -ENOSPC);
}

static struct kunit_case nsw_guest_cases[] = {
	KUNIT_CASE(nsw_guest_join_reaches_untagged_and_registered_vlans),
	KUNIT_CASE(nsw_guest_asks_once),
	KUNIT_CASE(nsw_guest_join_of_the_pf_covers_all_vlans),
	KUNIT_CASE(nsw_guest_cannot_break_silence),
	KUNIT_CASE(nsw_guest_and_filter_hold_a_group_apart),
	KUNIT_CASE_PARAM(nsw_guest_mode_needs_trust, nsw_guest_mode_gen_params),
	KUNIT_CASE(nsw_guest_mode_waits_for_trust),
	KUNIT_CASE(nsw_guest_wishes_outlive_the_vport),
	KUNIT_CASE(nsw_guest_lives_in_the_port_vlan),
	KUNIT_CASE(nsw_guest_memberships_are_bounded),
	KUNIT_CASE(nsw_guest_untrusted_vf_has_fewer_groups),
	KUNIT_CASE(nsw_guest_keeps_what_the_port_vlan_was_registered_for),
	KUNIT_CASE(nsw_guest_vlans_without_groups_have_no_limit),
	{}
};

static struct kunit_suite nsw_guest_suite = {
	.name = "nsw_guest",
	.test_cases = nsw_guest_cases,
};

kunit_test_suite(nsw_guest_suite);
