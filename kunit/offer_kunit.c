// SPDX-License-Identifier: GPL-2.0-only
/* The two paths of a machine: src/model/offer.c. */

#include "fixture.h"
#include "model/offer.h"

#define NSW_OFFER_MAC	0x11

/* A VF with address and VPort, whose filter is on the default VPort. */
static u32 nsw_offer_machine(struct nsw_fixture *fx, u32 *vport, u32 *filter)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, NSW_OFFER_MAC };
	u32 vf = 0;

	KUNIT_ASSERT_EQ(fx->test, nsw_vf_allocate(&fx->sw, NULL, mac, &vf, NULL), 0);
	*vport = nsw_fixture_vf_vport(fx, vf);
	KUNIT_ASSERT_EQ(fx->test, nsw_filter_add(&fx->sw, 0, mac, NSW_VLAN_MODE_NONE, 0, filter,
						 NULL), 0);
	return vf;
}

static u32 nsw_offer_where(struct nsw_fixture *fx, u32 filter)
{
	u32 id;

	nsw_switch_lock(&fx->sw);
	id = nsw_filter_vport_locked(&fx->sw, xa_load(&fx->sw.filters, filter))->id;
	nsw_switch_unlock(&fx->sw);
	return id;
}

static int nsw_offer(struct nsw_fixture *fx, u32 vf, enum nsw_offer offer)
{
	return nsw_offer_set(&fx->sw, NULL, vf, offer, &fx->extack);
}

static void nsw_offer_follows_interface(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, vf = nsw_offer_machine(fx, &vport, &filter);

	nsw_offer_run(&fx->sw, vf, true);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	nsw_offer_run(&fx->sw, vf, false);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	nsw_offer_run(&fx->sw, vf, true);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), vport);
	nsw_offer_run(&fx->sw, vf, false);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
}

static void nsw_offer_follows_carrier_and_power(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, vf = nsw_offer_machine(fx, &vport, &filter);

	nsw_offer_run(&fx->sw, vf, true);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), vport);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, vf, NSW_LINK_DISABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, vf, NSW_LINK_ENABLE, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), vport);
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&fx->sw, vf, NSW_POWER_D3, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
}

static void nsw_offer_revoked_stays_without_carrier(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, vf = nsw_offer_machine(fx, &vport, &filter);

	nsw_offer_run(&fx->sw, vf, true);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_REVOKED), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&fx->sw, vf, NSW_LINK_ENABLE, NULL), 0);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_get_vf(fx, vf)->vport->blocked & NSW_BLOCK_LINK);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_EXPECT_FALSE(test, nsw_fixture_get_vf(fx, vf)->vport->blocked & NSW_BLOCK_LINK);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), vport);
}

static void nsw_offer_moves_no_other_address(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, vf = nsw_offer_machine(fx, &vport, &filter);
	const u8 other[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x12 };
	u32 here, there;

	KUNIT_ASSERT_EQ(test, nsw_filter_add(&fx->sw, 0, other, NSW_VLAN_MODE_NONE, 0, &here,
					     NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_filter_add(&fx->sw, vport, other, NSW_VLAN_MODE_ID, 5, &there,
					     NULL), 0);
	nsw_offer_run(&fx->sw, vf, true);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_REVOKED), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, here), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, there), vport);
}

static void nsw_offer_needs_address_and_vport(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x21 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf;

	NSW_EXPECT_REFUSED(fx, nsw_offer(fx, 0, NSW_OFFER_OFFERED), ENOENT, INVALID_PARAMETER);
	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(&fx->sw, NULL, NULL, &vf, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_offer(fx, vf, NSW_OFFER_REVOKED), EINVAL, INVALID_PARAMETER);
	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(&fx->sw, NULL, mac, &vf, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_offer(fx, vf, NSW_OFFER_OFFERED), EINVAL, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_REVOKED), 0);
}

static void nsw_offer_respects_owners(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, vf = nsw_offer_machine(fx, &vport, &filter);
	const struct nsw_caller stranger = { .id = 7 };

	nsw_fixture_get_vf(fx, vf)->owner = 8;
	NSW_EXPECT_REFUSED(fx, nsw_offer_set(&fx->sw, &stranger, vf, NSW_OFFER_OFFERED,
					     &fx->extack), EPERM, INVALID_PARAMETER);
	nsw_fixture_get_vf(fx, vf)->owner = 0;
	((struct nsw_filter *)xa_load(&fx->sw.filters, filter))->owner = 8;
	NSW_EXPECT_REFUSED(fx, nsw_offer_set(&fx->sw, &stranger, vf, NSW_OFFER_OFFERED,
					     &fx->extack), EPERM, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, vf)->offer, NSW_OFFER_NONE);
}

/* Nothing of a request that fails half through remains. */
static void nsw_offer_that_fails_changes_nothing(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, in5, in7, own5, own7, vf;

	vf = nsw_offer_machine(fx, &vport, &filter);
	KUNIT_ASSERT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 5, 0, false, NULL), 0);
	nsw_offer_run(&fx->sw, vf, true);
	/* The first can move; there it holds what the second would be. */
	in5 = nsw_fixture_filter(fx, 0, NSW_MAC(NSW_OFFER_MAC), 5);
	filter = nsw_fixture_filter(fx, 0, NSW_MAC(NSW_OFFER_MAC), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, vf)->offer, NSW_OFFER_NONE);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in5), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	nsw_fixture_expect_sound(fx);

	KUNIT_ASSERT_EQ(test, nsw_filter_del(&fx->sw, in5, NULL), 0);
	own7 = nsw_fixture_filter(fx, vport, NSW_MAC(NSW_OFFER_MAC), 7);
	own5 = nsw_fixture_filter(fx, vport, NSW_MAC(NSW_OFFER_MAC), NSW_COND_NONE);
	in7 = nsw_fixture_filter(fx, vport, NSW_MAC(NSW_OFFER_MAC), 8);
	KUNIT_EXPECT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_REVOKED), -EEXIST);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, vf)->offer, NSW_OFFER_NONE);
	KUNIT_EXPECT_FALSE(test, nsw_fixture_get_vport(fx, vport)->blocked & NSW_BLOCK_LINK);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, own7), vport);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, own5), vport);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in7), vport);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	nsw_fixture_expect_sound(fx);
}

/* The interface sees nothing of it either. */
static void nsw_offer_that_fails_leaves_the_carrier(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, in5, vf = nsw_offer_machine(fx, &vport, &filter);
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, vf);
	unsigned int ups;

	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 5, 0, false, NULL), 0);
	nsw_offer_run(&fx->sw, vf, true);
	in5 = nsw_fixture_filter(fx, 0, NSW_MAC(NSW_OFFER_MAC), 5);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_REVOKED), 0);
	ups = port->ups;
	KUNIT_EXPECT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), -EEXIST);
	KUNIT_EXPECT_EQ(test, port->ups, ups);
	KUNIT_EXPECT_EQ(test, port->asked, 1);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in5), 0);
	KUNIT_ASSERT_EQ(test, nsw_filter_del(&fx->sw, in5, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), vport);
	KUNIT_EXPECT_EQ(test, port->ups, ups + 1);
	/* What waited for the filter of the address may have it now. */
	KUNIT_EXPECT_EQ(test, port->asked, 2);
	nsw_fixture_expect_sound(fx);
}

static void nsw_offer_follows_with_all_that_can(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, in5, in7, vf = nsw_offer_machine(fx, &vport, &filter);

	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 5, 0, false, NULL), 0);
	in5 = nsw_fixture_filter(fx, 0, NSW_MAC(NSW_OFFER_MAC), 5);
	in7 = nsw_fixture_filter(fx, 0, NSW_MAC(NSW_OFFER_MAC), 7);
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	nsw_offer_run(&fx->sw, vf, true);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in5), vport);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in7), vport);
	nsw_fixture_expect_sound(fx);
	nsw_offer_run(&fx->sw, vf, false);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in5), 0);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, in7), 0);
}

static void nsw_offer_moves_filters_to_a_vport_that_is_known(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, filter, vf = nsw_offer_machine(fx, &vport, &filter);

	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_ASSERT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	nsw_offer_run(&fx->sw, vf, true);
	vport = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_EQ(test, nsw_offer_where(fx, filter), vport);
	nsw_fixture_expect_event(fx, NSW_EVENT_MOVE, NSW_OBJECT_FILTER, filter);
}

static bool nsw_offer_is_its(struct nsw_fixture *fx, u32 vf, const struct nsw_filter *filter)
{
	const struct nsw_vf *entry = nsw_fixture_get_vf(fx, vf);
	bool its;

	nsw_switch_lock(&fx->sw);
	its = nsw_offer_is_its_locked(&fx->sw, entry, filter);
	nsw_switch_unlock(&fx->sw);
	return its;
}

/* Put aside are those on the default VPort that have its address, once there are two paths. */
static void nsw_offer_knows_what_is_put_aside(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport, aside, vf = nsw_offer_machine(fx, &vport, &aside);
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x12 };
	struct nsw_filter *filter = xa_load(&fx->sw.filters, aside);
	struct nsw_filter nameless = *filter;
	u32 stranger, own, other, theirs;

	KUNIT_ASSERT_EQ(test, nsw_vf_allocate(&fx->sw, NULL, mac, &stranger, NULL), 0);
	own = nsw_fixture_filter(fx, vport, NSW_MAC(NSW_OFFER_MAC), 5);
	other = nsw_fixture_filter(fx, 0, NSW_MAC(0x13), NSW_COND_NONE);
	theirs = nsw_fixture_filter(fx, nsw_fixture_vf_vport(fx, stranger), NSW_MAC(NSW_OFFER_MAC),
				    7);
	/* As those for the addresses of the PF interface are. */
	nameless.id = 0;
	KUNIT_EXPECT_FALSE(test, nsw_offer_is_its(fx, vf, filter));
	KUNIT_EXPECT_TRUE(test, nsw_offer_is_its(fx, vf, xa_load(&fx->sw.filters, own)));
	KUNIT_ASSERT_EQ(test, nsw_offer(fx, vf, NSW_OFFER_OFFERED), 0);
	KUNIT_ASSERT_EQ(test, nsw_offer_where(fx, aside), 0);
	KUNIT_EXPECT_TRUE(test, nsw_offer_is_its(fx, vf, filter));
	KUNIT_EXPECT_FALSE(test, nsw_offer_is_its(fx, vf, &nameless));
	KUNIT_EXPECT_FALSE(test, nsw_offer_is_its(fx, vf, xa_load(&fx->sw.filters, other)));
	KUNIT_EXPECT_FALSE(test, nsw_offer_is_its(fx, vf, xa_load(&fx->sw.filters, theirs)));
	KUNIT_EXPECT_FALSE(test, nsw_offer_is_its(fx, stranger, filter));
}

static struct kunit_case nsw_offer_cases[] = {
	KUNIT_CASE(nsw_offer_follows_interface),
	KUNIT_CASE(nsw_offer_follows_carrier_and_power),
	KUNIT_CASE(nsw_offer_revoked_stays_without_carrier),
	KUNIT_CASE(nsw_offer_moves_no_other_address),
	KUNIT_CASE(nsw_offer_needs_address_and_vport),
	KUNIT_CASE(nsw_offer_respects_owners),
	KUNIT_CASE(nsw_offer_that_fails_changes_nothing),
	KUNIT_CASE(nsw_offer_that_fails_leaves_the_carrier),
	KUNIT_CASE(nsw_offer_follows_with_all_that_can),
	KUNIT_CASE(nsw_offer_moves_filters_to_a_vport_that_is_known),
	KUNIT_CASE(nsw_offer_knows_what_is_put_aside),
	{ }
};

static struct kunit_suite nsw_offer_suite = {
	.name = "nsw_offer",
	.test_cases = nsw_offer_cases,
};

kunit_test_suite(nsw_offer_suite);
