// SPDX-License-Identifier: GPL-2.0-only
/* VFs: src/model/vf.c. */

#include "fixture.h"

static void nsw_vf_is_born_unattached(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_vf *vf;
	u32 id = 99;

	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(&fx->sw, "guest", mac, &id, NULL), 0);
	KUNIT_EXPECT_EQ(test, id, 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_VF, 0);
	vf = nsw_fixture_get_vf(fx, id);
	KUNIT_EXPECT_STREQ(test, vf->name, "guest");
	/* Trap 22: queries answer what was asked for. */
	KUNIT_EXPECT_EQ(test, nsw_mac_pack(vf->mac), NSW_MAC(0x11));
	KUNIT_EXPECT_EQ(test, vf->power, NSW_POWER_D0);
	KUNIT_EXPECT_TRUE(test, vf->policy.spoofchk);
	KUNIT_EXPECT_FALSE(test, vf->policy.trust);
	KUNIT_EXPECT_NULL(test, vf->vport);
	KUNIT_EXPECT_EQ(test, fx->sw.num_allocated, 1);
}

/* Trap 25: the address at allocation sets no filter. */
static void nsw_vf_address_sets_no_filter(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_verdict verdict;
	u32 vf, vport;

	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(&fx->sw, NULL, mac, &vf, NULL), 0);
	vport = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_TRUE(test, xa_empty(&fx->sw.filters));
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(0x11), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, vport));
}

static void nsw_vf_lowest_free_id_first(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 i;

	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, nsw_fixture_vf(fx), i);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_vf(fx), 1);
	KUNIT_EXPECT_EQ(test, nsw_fixture_vf(fx), 4);
}

static void nsw_vf_no_more_than_enabled(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 i, id;

	for (i = 0; i < 8; i++)
		nsw_fixture_vf(fx);
	NSW_EXPECT_REFUSED(fx, nsw_vf_allocate(&fx->sw, NULL, NULL, &id, &fx->extack), ENOSPC,
			   RESOURCES);
}

struct nsw_vf_mac_row {
	const char *desc;
	u8 mac[ETH_ALEN];
};

static const struct nsw_vf_mac_row nsw_vf_mac_rows[] = {
	{ "zero", { } },
	{ "broadcast", { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
	{ "multicast", { 0x01, 0x00, 0x5e, 0, 0, 1 } },
};

KUNIT_ARRAY_PARAM_DESC(nsw_vf_mac, nsw_vf_mac_rows, desc);

static void nsw_vf_needs_a_unicast_address(struct kunit *test)
{
	const struct nsw_vf_mac_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id;

	NSW_EXPECT_REFUSED(fx, nsw_vf_allocate(&fx->sw, NULL, row->mac, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
}

/* VMFriendlyName, VMName and NicName are kept as they were given, until the VF is freed. */
static void nsw_vf_names_are_kept(struct kunit *test)
{
	const struct nsw_vf_params params = { .name = "g\xc3\xa9 1", .vm = "web", .nic = "eth0" };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_vf *vf;
	u32 id;

	KUNIT_ASSERT_EQ(test, nsw_vf_allocate_as(&fx->sw, &params, &id, NULL), 0);
	vf = nsw_fixture_get_vf(fx, id);
	KUNIT_EXPECT_STREQ(test, vf->name, params.name);
	KUNIT_EXPECT_STREQ(test, vf->vm, "web");
	KUNIT_EXPECT_STREQ(test, vf->nic, "eth0");
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_TRUE(test, !vf->name && !vf->vm && !vf->nic);
}

struct nsw_vf_name_row {
	const char *desc;
	const char *name;
	bool valid;
};

static const struct nsw_vf_name_row nsw_vf_name_rows[] = {
	{ "empty", "", false },
	{ "escape", "\033[31m", false },
	{ "tab inside", "a\tb", false },
	{ "line break at the end", "a\n", false },
	{ "delete", "a\x7f", false },
	{ "C1 control in UTF-8", "a\xc2\x9b", false },
	{ "a letter beside them in UTF-8", "a\xc2\xa0", true },
	{ "half a letter", "a\xc2", true },
	{ "spaces and quotes", " 'a\" ", true },
};

KUNIT_ARRAY_PARAM_DESC(nsw_vf_name, nsw_vf_name_rows, desc);

/* The same rule for all names: those of VFs, VPorts, VM queues and the switch. */
static void nsw_vf_name_is_checked(struct kunit *test)
{
	const struct nsw_vf_name_row *row = test->param_value;
	struct nsw_vport_changes changes = { .name = row->name };
	struct nsw_vport_params vport = { .pf = true, .qps = 1, .name = row->name };
	const struct nsw_vf_params params[] = {
		{ .name = row->name },
		{ .name = "a", .vm = row->name },
		{ .name = "a", .vm = "b", .nic = row->name },
	};
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	unsigned int i;
	u32 id;

	for (i = 0; i < ARRAY_SIZE(params); i++)
		if (row->valid)
			KUNIT_EXPECT_EQ(test, nsw_vf_allocate_as(sw, &params[i], &id, NULL), 0);
		else
			NSW_EXPECT_REFUSED(fx, nsw_vf_allocate_as(sw, &params[i], &id, &fx->extack),
					   EINVAL, INVALID_PARAMETER);
	if (row->valid) {
		KUNIT_EXPECT_EQ(test, nsw_vport_create(sw, &vport, &id, NULL), 0);
		KUNIT_EXPECT_EQ(test, nsw_vport_set(sw, 0, &changes, NULL), 0);
		KUNIT_EXPECT_EQ(test, nsw_switch_set_name(sw, row->name, NULL), 0);
		return;
	}
	NSW_EXPECT_REFUSED(fx, nsw_vport_create(sw, &vport, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(sw, 0, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_name(sw, row->name, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
}

/* Trap 13: FREE_VF reports FILE_NOT_FOUND at NDIS level, also with a VPort. Trap 10: no cascade. */
static void nsw_vf_free_refusals(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 vport = nsw_fixture_vf_vport(fx, vf);

	NSW_EXPECT_REFUSED(fx, nsw_vf_free(&fx->sw, vf, &fx->extack), EBUSY, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vf_free(&fx->sw, 1, &fx->extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vf_free(&fx->sw, 8, &fx->extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vf_free(&fx->sw, U32_MAX, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, vf, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_VF, vf);
}

static void nsw_vf_free_restores_defaults(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	struct nsw_vf *vf;
	u32 id;

	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(sw, "guest", mac, &id, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_spoofchk(sw, id, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(sw, id, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(sw, id, NSW_LINK_DISABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(sw, id, 5, 3, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(sw, id, NSW_POWER_D3, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(sw, id, NULL), 0);

	KUNIT_ASSERT_EQ(test, nsw_fixture_vf(fx), id);
	vf = nsw_fixture_get_vf(fx, id);
	KUNIT_EXPECT_NULL(test, vf->name);
	KUNIT_EXPECT_TRUE(test, is_zero_ether_addr(vf->mac));
	KUNIT_EXPECT_TRUE(test, vf->policy.spoofchk);
	KUNIT_EXPECT_FALSE(test, vf->policy.trust);
	KUNIT_EXPECT_EQ(test, vf->policy.link, NSW_LINK_AUTO);
	KUNIT_EXPECT_EQ(test, vf->policy.pvlan, 0);
	KUNIT_EXPECT_EQ(test, vf->policy.pcp, 0);
	/* that is a matter of the PCI function */
	KUNIT_EXPECT_EQ(test, vf->power, NSW_POWER_D3);
}

/* The PCI function speaks for itself, allocated or not; a VF that is gone is nobody. */
static void nsw_vf_follows_its_function(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	u32 id;

	nsw_vf_follow(sw, 0, true, NSW_POWER_D3);
	KUNIT_EXPECT_EQ(test, sw->vfs[0].power, NSW_POWER_D3);
	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(sw, NULL, NULL, &id, NULL), 0);
	KUNIT_EXPECT_EQ(test, sw->vfs[0].power, NSW_POWER_D3);
	nsw_vf_follow(sw, 0, true, NSW_POWER_D0);
	KUNIT_EXPECT_EQ(test, sw->vfs[0].power, NSW_POWER_D0);
	nsw_vf_follow(sw, sw->num_vfs, true, NSW_POWER_D3);
}

/* Trap 11, decision 9: a reset is no free; it forgets only what the VF's own side has set. */
static void nsw_vf_reset_keeps_vport_and_filters(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	u32 other = nsw_fixture_member(fx, NSW_MAC(2));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);
	struct nsw_fixture_port *port2 = nsw_fixture_vf_port(fx, 1);
	struct nsw_verdict verdict;

	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 0, 0, false, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_fixture_join(fx, port, NSW_GROUP(1)), 0);
	KUNIT_ASSERT_EQ(test, nsw_fixture_join(fx, port2, NSW_GROUP(1)), 0);
	KUNIT_ASSERT_EQ(test, nsw_guest_add_vlan(&fx->sw, &port->port, 7), 0);
	nsw_guest_set_mode(&fx->sw, &port->port, true, true);

	KUNIT_EXPECT_EQ(test, nsw_vf_reset(&fx->sw, 0, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_RESET, NSW_OBJECT_VF, 0);
	KUNIT_EXPECT_EQ(test, port->port.guest.num_groups, 0);
	KUNIT_EXPECT_EQ(test, port->port.guest.num_vlans, 0);
	KUNIT_EXPECT_FALSE(test, port->port.guest.promisc);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_get_vf(fx, 0)->policy.trust);

	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, vport));
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_GROUP(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, vport));
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, other));
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(8), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);
	nsw_fixture_expect_sound(fx);
}

/* Source: OID_SRIOV_RESET_VF and SET_VF_POWER_STATE must fail for a VF that is not allocated. */
static void nsw_vf_reset_and_power_need_an_allocated_vf(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	NSW_EXPECT_REFUSED(fx, nsw_vf_reset(&fx->sw, 0, &fx->extack), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vf_set_power(&fx->sw, 0, NSW_POWER_D3, false, &fx->extack),
			   ENOENT, INVALID_PARAMETER);
	nsw_fixture_vf(fx);
	NSW_EXPECT_REFUSED(fx, nsw_vf_set_power(&fx->sw, 0, 0, false, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	/* Trap 21: power D0 is 1, D3 is 4. */
	NSW_EXPECT_REFUSED(fx, nsw_vf_set_power(&fx->sw, 0, 5, false, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, (int)NSW_POWER_D0, 1);
	KUNIT_EXPECT_EQ(test, (int)NSW_POWER_D3, 4);
}

/* Trap 27: WakeEnable with D0 must be rejected. */
static void nsw_vf_wakes_from_below_d0_only(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_vf(fx);
	struct nsw_vf *vf = nsw_fixture_get_vf(fx, id);

	NSW_EXPECT_REFUSED(fx, nsw_vf_set_power(&fx->sw, id, NSW_POWER_D0, true, &fx->extack),
			   EINVAL, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, id, NSW_POWER_D2, true, NULL), 0);
	KUNIT_EXPECT_TRUE(test, vf->wake);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, id, NSW_POWER_D2, false, NULL), 0);
	KUNIT_EXPECT_FALSE(test, vf->wake);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, id, NSW_POWER_D3, true, NULL), 0);
	nsw_vf_follow(&fx->sw, id, false, NSW_POWER_D0);
	KUNIT_EXPECT_FALSE(test, vf->wake);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, id, NSW_POWER_D3, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_FALSE(test, vf->wake);
	nsw_vf_follow(&fx->sw, id, false, NSW_POWER_D0);
}

static void nsw_vf_power_takes_the_carrier(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port;
	u32 power;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_TRUE(test, port->up);
	for (power = NSW_POWER_D1; power <= NSW_POWER_D3; power++) {
		KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, 0, power, false, NULL), 0);
		nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0);
		KUNIT_EXPECT_FALSE(test, port->up);
	}
	KUNIT_EXPECT_EQ(test, port->downs, 1);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, 0, NSW_POWER_D0, false, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->up);
}

/* A VPort that is created on a VF in D3 has no carrier from the start. */
static void nsw_vf_power_waits_for_the_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, vf);

	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, vf, NSW_POWER_D3, false, NULL), 0);
	nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, vf, NSW_POWER_D0, false, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->up);
}

static void nsw_vf_interface_learns_the_address(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_fixture_port(fx);
	u8 learned[ETH_ALEN] = { };
	u32 id;

	KUNIT_EXPECT_EQ(test, nsw_vf_attach_port(&fx->sw, 8, &port->port, learned), -ENODEV);
	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(&fx->sw, NULL, mac, &id, NULL), 0);
	port->vf = id;
	KUNIT_EXPECT_EQ(test, nsw_vf_attach_port(&fx->sw, id, &port->port, learned), 0);
	KUNIT_EXPECT_EQ(test, nsw_mac_pack(learned), NSW_MAC(0x11));
}

static struct kunit_case nsw_vf_cases[] = {
	KUNIT_CASE(nsw_vf_is_born_unattached),
	KUNIT_CASE(nsw_vf_address_sets_no_filter),
	KUNIT_CASE(nsw_vf_lowest_free_id_first),
	KUNIT_CASE(nsw_vf_no_more_than_enabled),
	KUNIT_CASE_PARAM(nsw_vf_needs_a_unicast_address, nsw_vf_mac_gen_params),
	KUNIT_CASE(nsw_vf_names_are_kept),
	KUNIT_CASE_PARAM(nsw_vf_name_is_checked, nsw_vf_name_gen_params),
	KUNIT_CASE(nsw_vf_free_refusals),
	KUNIT_CASE(nsw_vf_free_restores_defaults),
	KUNIT_CASE(nsw_vf_follows_its_function),
	KUNIT_CASE(nsw_vf_reset_keeps_vport_and_filters),
	KUNIT_CASE(nsw_vf_reset_and_power_need_an_allocated_vf),
	KUNIT_CASE(nsw_vf_wakes_from_below_d0_only),
	KUNIT_CASE(nsw_vf_power_takes_the_carrier),
	KUNIT_CASE(nsw_vf_power_waits_for_the_vport),
	KUNIT_CASE(nsw_vf_interface_learns_the_address),
	{}
};

static struct kunit_suite nsw_vf_suite = {
	.name = "nsw_vf",
	.test_cases = nsw_vf_cases,
};

kunit_test_suite(nsw_vf_suite);
