// SPDX-License-Identifier: GPL-2.0-only
/* What a VF asks of its PF: src/model/mailbox.c; and what it may send to the next station. */

#include "fixture.h"
#include "model/mailbox.h"
#include "model/offer.h"

/* The VPort that takes a unicast frame from the wire; 0 for none. */
static u32 nsw_mailbox_taker(struct nsw_fixture *fx, u64 dst, nsw_vlan_t vlan)
{
	struct nsw_verdict verdict;

	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, dst, NSW_MAC(99), vlan, &verdict);
	return verdict.vport ? verdict.vport->id : 0;
}

/* A VF of the Linux way. */
static struct nsw_fixture_port *nsw_mailbox_vf(struct nsw_fixture *fx, u64 mac)
{
	u8 addr[ETH_ALEN];
	u32 vf = nsw_fixture_vf(fx);

	nsw_fixture_vf_vport(fx, vf);
	u64_to_ether_addr(mac, addr);
	KUNIT_ASSERT_EQ(fx->test, nsw_vf_set_auto_filter(&fx->sw, vf, addr), 0);
	return nsw_fixture_vf_port(fx, vf);
}

static int nsw_mailbox_change_address(struct nsw_fixture *fx, u32 vf, u64 mac)
{
	u8 addr[ETH_ALEN];

	u64_to_ether_addr(mac, addr);
	return nsw_vf_change_address(&fx->sw, vf, addr);
}

static void nsw_mailbox_vlan_is_a_filter(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;

	nsw_mailbox_vf(fx, NSW_MAC(1));
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 7), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 7), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 8), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 2);
	nsw_fixture_expect_sound(fx);
	nsw_mailbox_del_vlan(sw, 0, 7);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 5, 7), -ENODEV);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_filters_follow_the_address(struct kunit *test)
{
	const u8 four[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 4 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;

	nsw_mailbox_vf(fx, NSW_MAC(1));
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 8), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_change_address(fx, 0, NSW_MAC(2)), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 0), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 8), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 8), 0);
	nsw_fixture_expect_sound(fx);
	/* Somebody holds it in one of the VLANs: then it is changed in none. */
	nsw_fixture_filter(fx, 0, NSW_MAC(3), 8);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_change_address(fx, 0, NSW_MAC(3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 7), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(3), 7), 0);
	nsw_fixture_expect_sound(fx);
	/* The PF's word counts for all of them, too; also together with a port VLAN. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set(sw, 0, &(struct nsw_policy_changes) {
		.mask = NSW_POLICY_MAC | NSW_POLICY_PORT_VLAN,
		.mac = { 0x02, 0, 0, 0, 0, 4 },
		.to.pvlan = 8,
	}, &fx->extack), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 7), 1);
	nsw_fixture_expect_sound(fx);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, 0, four, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(4), 7), 1);
	nsw_mailbox_del_vlan(sw, 0, 7);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(4), 7), 0);
	nsw_fixture_expect_sound(fx);
}

/* Held by another, or by nobody: what the administrator does with the filters is his. */
static void nsw_mailbox_respects_other_holders(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	u32 other, id;

	nsw_mailbox_vf(fx, NSW_MAC(1));
	other = nsw_fixture_pf_vport(fx, true);
	nsw_fixture_filter(fx, other, NSW_MAC(1), 7);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 7), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, 0)->port->guest.num_vlans, 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 8), 0);
	id = xa_to_value(xa_load(&sw->vfs[0].vlan_filters, 8));
	KUNIT_EXPECT_EQ(test, nsw_filter_move(sw, id, 1, other, NULL), 0);
	nsw_mailbox_del_vlan(sw, 0, 8);
	KUNIT_EXPECT_EQ(test, nsw_fixture_holder(fx, id), other);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 9), 0);
	id = xa_to_value(xa_load(&sw->vfs[0].vlan_filters, 9));
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, id, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_change_address(fx, 0, NSW_MAC(2)), 0);
	nsw_mailbox_del_vlan(sw, 0, 9);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_vlans_need_trust_beyond_a_number(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	unsigned int i, err = 0;

	nsw_mailbox_vf(fx, NSW_MAC(1));
	for (i = 1; i <= NSW_GUEST_VLANS_UNTRUSTED; i++)
		err |= nsw_mailbox_add_vlan(&fx->sw, 0, i);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(&fx->sw, 0, i), -EPERM);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(&fx->sw, 0, i), 0);
	nsw_mailbox_del_vlan(&fx->sw, 0, 1);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(&fx->sw, 0, 1), -EPERM);
	/* A reset takes all of them, and the interface going, too. */
	KUNIT_EXPECT_EQ(test, nsw_vf_reset(&fx->sw, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(&fx->sw, 0, 1), 0);
	nsw_vf_detach_port(&fx->sw, 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 1);
	nsw_fixture_expect_sound(fx);
}

/* The NDIS way: nothing happens that was not asked for. */
static void nsw_mailbox_vlan_opens_nothing_on_request(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	nsw_fixture_member(fx, NSW_MAC(1));
	nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(&fx->sw, 0, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 1);
}

/* Secondary addresses from one number on; returns how many are refused. */
static unsigned int nsw_mailbox_set(struct nsw_fixture *fx, struct nsw_fixture_port *port, u64 from,
				    unsigned int num)
{
	u64 macs[64];
	unsigned int i;

	for (i = 0; i < num; i++)
		macs[i] = NSW_MAC(from + i);
	return nsw_mailbox_set_macs(&fx->sw, port->vf, &port->port, macs, num);
}

static void nsw_mailbox_secondary_addresses_are_filters(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_mailbox_vf(fx, NSW_MAC(1));
	struct nsw_switch *sw = &fx->sw;

	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, 3), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(12), 0), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(12), 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 11, 3), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(10), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(13), 0), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(13), 7), 1);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 8);
	nsw_fixture_expect_sound(fx);
	/* Asking again changes nothing. */
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 11, 3), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 8);
	nsw_mailbox_del_vlan(sw, 0, 7);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 11, 3), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 4);
	KUNIT_EXPECT_EQ(test, nsw_vf_reset(sw, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 1);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_secondary_addresses_need_trust_beyond_a_number(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_mailbox_vf(fx, NSW_MAC(1));
	u8 addr[ETH_ALEN];

	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, NSW_GUEST_MACS_UNTRUSTED + 4), 4);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, NSW_GUEST_MACS_UNTRUSTED + 4), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, NSW_GUEST_MACS_UNTRUSTED + 4), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 9, NSW_GUEST_MACS_UNTRUSTED + 5), 1);
	/* Nor has it any beside the address that the PF has set. */
	u64_to_ether_addr(NSW_MAC(1), addr);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(&fx->sw, 0, addr, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, 2), 2);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_secondary_addresses_of_others_are_refused(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_mailbox_vf(fx, NSW_MAC(1));
	u32 other = nsw_fixture_member(fx, NSW_MAC(11));
	struct nsw_fixture_port *by_hand = nsw_fixture_vf_port(fx, 1);

	nsw_fixture_filter(fx, other, NSW_MAC(13), NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, 4), 2);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(10), 0), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(11), 0), other);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(13), 0), other);
	/* Whose filters were added by hand, and whose interface has gone. */
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, by_hand, 20, 2), 2);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set_macs(&fx->sw, 0, &by_hand->port, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(10), 0), 1);
	nsw_fixture_expect_sound(fx);
}

/* A VF of the Linux way whose machine has another path, which it uses now. */
static struct nsw_fixture_port *nsw_mailbox_revoked_vf(struct nsw_fixture *fx)
{
	struct nsw_fixture_port *port = nsw_mailbox_vf(fx, NSW_MAC(1));
	u8 addr[ETH_ALEN];

	u64_to_ether_addr(NSW_MAC(1), addr);
	KUNIT_ASSERT_EQ(fx->test, nsw_policy_set_mac(&fx->sw, 0, addr, NULL), 0);
	KUNIT_ASSERT_EQ(fx->test, nsw_mailbox_add_vlan(&fx->sw, 0, 7), 0);
	nsw_offer_run(&fx->sw, 0, true);
	KUNIT_ASSERT_EQ(fx->test, nsw_offer_set(&fx->sw, NULL, 0, NSW_OFFER_REVOKED, NULL), 0);
	KUNIT_ASSERT_EQ(fx->test, nsw_fixture_get_vport(fx, 1)->num_filters, 0);
	KUNIT_ASSERT_EQ(fx->test, fx->sw.vport0.num_filters, 2);
	return port;
}

static void nsw_mailbox_offer(struct nsw_fixture *fx)
{
	KUNIT_EXPECT_EQ(fx->test, nsw_offer_set(&fx->sw, NULL, 0, NSW_OFFER_OFFERED, NULL), 0);
	KUNIT_EXPECT_EQ(fx->test, fx->sw.vport0.num_filters, 0);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_vlans_come_and_go_while_put_aside(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_mailbox_revoked_vf(fx);
	struct nsw_switch *sw = &fx->sw;
	u8 mac[ETH_ALEN] = { };

	nsw_mailbox_del_vlan(sw, 0, 7);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 8), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 2);
	nsw_fixture_expect_sound(fx);
	nsw_mailbox_offer(fx);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 7), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 8), 1);
	/* Another driver, while it is revoked. */
	KUNIT_EXPECT_EQ(test, nsw_offer_set(sw, NULL, 0, NSW_OFFER_REVOKED, NULL), 0);
	nsw_vf_detach_port(sw, 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 1);
	KUNIT_EXPECT_EQ(test, nsw_vf_attach_port(sw, 0, &port->port, mac), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_add_vlan(sw, 0, 8), 0);
	nsw_offer_run(sw, 0, true);
	nsw_mailbox_offer(fx);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 8), 1);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 2);
}

/* Nobody would delete them later: they are not the administrator's. */
static void nsw_mailbox_vlans_put_aside_go_with_the_vf(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;

	nsw_mailbox_revoked_vf(fx);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 2);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(sw, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 0), 0);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_filters_follow_the_address_while_put_aside(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	u32 own;

	nsw_mailbox_revoked_vf(fx);
	own = nsw_fixture_filter(fx, 0, NSW_MAC(2), 7);
	KUNIT_EXPECT_EQ(test, nsw_policy_set(sw, 0, &(struct nsw_policy_changes) {
		.mask = NSW_POLICY_MAC | NSW_POLICY_PORT_VLAN,
		.mac = { 0x02, 0, 0, 0, 0, 2 },
		.to.pvlan = 5,
	}, &fx->extack), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 0), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 3);
	nsw_fixture_expect_sound(fx);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, own, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set(sw, 0, &(struct nsw_policy_changes) {
		.mask = NSW_POLICY_MAC | NSW_POLICY_PORT_VLAN,
		.mac = { 0x02, 0, 0, 0, 0, 2 },
		.to.pvlan = 5,
	}, NULL), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 2);
	nsw_fixture_expect_sound(fx);
	nsw_mailbox_offer(fx);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 2);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 5), 1);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(sw, 0, 0, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(2), 7), 1);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_taker(fx, NSW_MAC(1), 7), 0);
}

/* Frames for another address than the permanent one have no other path. */
static void nsw_mailbox_another_address_is_not_put_aside(struct kunit *test)
{
	const u8 none[ETH_ALEN] = { }, two[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 2 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;

	nsw_mailbox_revoked_vf(fx);
	nsw_fixture_filter(fx, 0, NSW_MAC(3), 7);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(sw, 0, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_change_address(fx, 0, NSW_MAC(3)), -EEXIST);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 3);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_change_address(fx, 0, NSW_MAC(2)), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 1);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 2);
	nsw_fixture_expect_sound(fx);
	/* The PF makes it the permanent one; then there is none. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, 0, two, NULL), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 3);
	nsw_fixture_expect_sound(fx);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_mac(sw, 0, none, NULL), 0);
	KUNIT_EXPECT_EQ(test, sw->vport0.num_filters, 1);
	nsw_fixture_expect_sound(fx);
}

static void nsw_mailbox_secondary_addresses_are_not_missed_while_put_aside(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_mailbox_revoked_vf(fx);

	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	/* Untagged and in its VLAN each; they are where no other path is. */
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, 3), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 6);
	nsw_mailbox_offer(fx);
	KUNIT_EXPECT_EQ(test, nsw_mailbox_set(fx, port, 10, 3), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 1)->num_filters, 8);
}

struct nsw_mailbox_control_row {
	const char *desc;
	u64 dst;
	bool untrusted;
	bool trusted;
};

static const struct nsw_mailbox_control_row nsw_mailbox_control_rows[] = {
	{ "spanning tree", 0x0180c2000000ULL, false, true },
	{ "PAUSE", 0x0180c2000001ULL, false, false },
	{ "slow protocols", 0x0180c2000002ULL, false, true },
	{ "802.1X", 0x0180c2000003ULL, false, true },
	{ "LLDP", 0x0180c200000eULL, false, true },
	{ "the last of them", 0x0180c200000fULL, false, true },
	{ "the next address", 0x0180c2000010ULL, true, true },
	{ "GVRP", 0x0180c2000021ULL, true, true },
	{ "the address before", 0x0180c1ffffffULL, true, true },
};

KUNIT_ARRAY_PARAM_DESC(nsw_mailbox_control, nsw_mailbox_control_rows, desc);

static void nsw_mailbox_control_frames_need_trust(struct kunit *test)
{
	const struct nsw_mailbox_control_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_verdict verdict;

	nsw_fixture_wire(fx);
	nsw_fixture_member(fx, NSW_MAC(1));
	nsw_fixture_decide(fx, 1, row->dst, NSW_MAC(1), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->untrusted ? NSW_DROP_NONE : NSW_DROP_CONTROL);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_trust(&fx->sw, 0, true, NULL), 0);
	nsw_fixture_decide(fx, 1, row->dst, NSW_MAC(1), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->trusted ? NSW_DROP_NONE : NSW_DROP_CONTROL);
	nsw_fixture_decide(fx, 0, row->dst, NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NONE);
	/* It is the policy of the VF, so the next VPort has it too. */
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, 1, NULL), 0);
	nsw_fixture_filter(fx, nsw_fixture_vf_vport(fx, 0), NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_decide(fx, 1, row->dst, NSW_MAC(1), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, row->trusted ? NSW_DROP_NONE : NSW_DROP_CONTROL);
}

static struct kunit_case nsw_mailbox_cases[] = {
	KUNIT_CASE(nsw_mailbox_vlan_is_a_filter),
	KUNIT_CASE(nsw_mailbox_filters_follow_the_address),
	KUNIT_CASE(nsw_mailbox_respects_other_holders),
	KUNIT_CASE(nsw_mailbox_vlans_need_trust_beyond_a_number),
	KUNIT_CASE(nsw_mailbox_vlan_opens_nothing_on_request),
	KUNIT_CASE(nsw_mailbox_secondary_addresses_are_filters),
	KUNIT_CASE(nsw_mailbox_secondary_addresses_need_trust_beyond_a_number),
	KUNIT_CASE(nsw_mailbox_secondary_addresses_of_others_are_refused),
	KUNIT_CASE(nsw_mailbox_vlans_come_and_go_while_put_aside),
	KUNIT_CASE(nsw_mailbox_vlans_put_aside_go_with_the_vf),
	KUNIT_CASE(nsw_mailbox_filters_follow_the_address_while_put_aside),
	KUNIT_CASE(nsw_mailbox_another_address_is_not_put_aside),
	KUNIT_CASE(nsw_mailbox_secondary_addresses_are_not_missed_while_put_aside),
	KUNIT_CASE_PARAM(nsw_mailbox_control_frames_need_trust, nsw_mailbox_control_gen_params),
	{}
};

static struct kunit_suite nsw_mailbox_suite = {
	.name = "nsw_mailbox",
	.test_cases = nsw_mailbox_cases,
};

kunit_test_suite(nsw_mailbox_suite);
