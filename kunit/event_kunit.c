// SPDX-License-Identifier: GPL-2.0-only
/* Who hears of changes, and when: src/model/event.h. */

#include "fixture.h"

static const u8 nsw_event_mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 9 };

static int nsw_event_do_name(struct nsw_switch *sw, u32 vport)
{
	return nsw_switch_set_name(sw, "x", NULL);
}

static int nsw_event_do_allocate(struct nsw_switch *sw, u32 vport)
{
	u32 id;

	return nsw_vf_allocate(sw, NULL, NULL, &id, NULL);
}

static int nsw_event_do_reset(struct nsw_switch *sw, u32 vport)
{
	return nsw_vf_reset(sw, 0, NULL);
}

static int nsw_event_do_power(struct nsw_switch *sw, u32 vport)
{
	return nsw_vf_set_power(sw, 0, NSW_POWER_D3, false, NULL);
}

static int nsw_event_do_spoofchk(struct nsw_switch *sw, u32 vport)
{
	return nsw_policy_set_spoofchk(sw, 0, false, NULL);
}

static int nsw_event_do_trust(struct nsw_switch *sw, u32 vport)
{
	return nsw_policy_set_trust(sw, 0, true, NULL);
}

static int nsw_event_do_link(struct nsw_switch *sw, u32 vport)
{
	return nsw_policy_set_link(sw, 0, NSW_LINK_DISABLE, NULL);
}

static int nsw_event_do_vlan(struct nsw_switch *sw, u32 vport)
{
	return nsw_policy_set_port_vlan(sw, 0, 5, 0, false, NULL);
}

static int nsw_event_do_address(struct nsw_switch *sw, u32 vport)
{
	return nsw_policy_set_mac(sw, 0, nsw_event_mac, NULL);
}

static int nsw_event_do_vport(struct nsw_switch *sw, u32 vport)
{
	struct nsw_vport_changes changes = { .name = "x" };

	return nsw_vport_set(sw, vport, &changes, NULL);
}

static int nsw_event_do_filter(struct nsw_switch *sw, u32 vport)
{
	u32 id;

	return nsw_filter_add(sw, vport, nsw_event_mac, NSW_VLAN_MODE_NONE, 0, &id, NULL);
}

static int nsw_event_do_move(struct nsw_switch *sw, u32 vport)
{
	return nsw_filter_move(sw, 1, vport, 0, NULL);
}

static int nsw_event_do_clear(struct nsw_switch *sw, u32 vport)
{
	return nsw_filter_del(sw, 1, NULL);
}

/* Decision 10: one event for every object change. Each row changes one thing. */
struct nsw_event_row {
	const char *desc;
	int (*change)(struct nsw_switch *sw, u32 vport);
	enum nsw_event event;
	enum nsw_object object;
	u32 id;
};

static const struct nsw_event_row nsw_event_rows[] = {
	{ "switch name", nsw_event_do_name, NSW_EVENT_CHANGE, NSW_OBJECT_SWITCH, 0 },
	{ "VF allocated", nsw_event_do_allocate, NSW_EVENT_ADD, NSW_OBJECT_VF, 1 },
	{ "VF reset", nsw_event_do_reset, NSW_EVENT_RESET, NSW_OBJECT_VF, 0 },
	{ "VF power", nsw_event_do_power, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0 },
	{ "spoof check", nsw_event_do_spoofchk, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0 },
	{ "trust", nsw_event_do_trust, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0 },
	{ "link state", nsw_event_do_link, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0 },
	{ "port VLAN", nsw_event_do_vlan, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0 },
	{ "VF address", nsw_event_do_address, NSW_EVENT_CHANGE, NSW_OBJECT_VF, 0 },
	{ "VPort name", nsw_event_do_vport, NSW_EVENT_CHANGE, NSW_OBJECT_VPORT, 1 },
	{ "filter set", nsw_event_do_filter, NSW_EVENT_ADD, NSW_OBJECT_FILTER, 2 },
	{ "filter moved", nsw_event_do_move, NSW_EVENT_MOVE, NSW_OBJECT_FILTER, 1 },
	{ "filter cleared", nsw_event_do_clear, NSW_EVENT_DEL, NSW_OBJECT_FILTER, 1 },
};

KUNIT_ARRAY_PARAM_DESC(nsw_event, nsw_event_rows, desc);

static void nsw_event_tells_every_change(struct kunit *test)
{
	const struct nsw_event_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	unsigned int before = fx->num_events;

	KUNIT_EXPECT_EQ(test, row->change(&fx->sw, vport), 0);
	KUNIT_EXPECT_EQ(test, fx->num_events, before + 1);
	nsw_fixture_expect_event(fx, row->event, row->object, row->id);
}

static void nsw_event_expect_locked(struct nsw_fixture *fx)
{
	KUNIT_EXPECT_TRUE(fx->test, mutex_is_locked(&fx->sw.lock));
	/* What came is found, and so is what is about to go. */
	if (fx->event.object == NSW_OBJECT_FILTER)
		KUNIT_EXPECT_NOT_NULL(fx->test, xa_load(&fx->sw.filters, fx->event.id));
	if (fx->event.object == NSW_OBJECT_VPORT)
		KUNIT_EXPECT_NOT_NULL(fx->test,
				      rcu_access_pointer(fx->sw.vports[fx->event.id]));
	if (fx->event.object == NSW_OBJECT_VF)
		KUNIT_EXPECT_TRUE(fx->test, fx->sw.vfs[fx->event.id].allocated);
}

static void nsw_event_comes_while_the_object_exists(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	unsigned int before = fx->num_events;
	u32 vport;

	fx->hook = nsw_event_expect_locked;
	vport = nsw_fixture_member(fx, NSW_MAC(1));
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, 1, vport, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->num_events, before + 7);
}

/* At the time of a move's event, frames already find the filter at its new place. */
static void nsw_event_hook_look(struct nsw_fixture *fx)
{
	struct nsw_verdict verdict;

	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(fx->test, nsw_fixture_reaches(&verdict, 0));
}

static void nsw_event_of_a_move_comes_after_it(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));

	fx->hook = nsw_event_hook_look;
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, 1, vport, 0, NULL), 0);
	fx->hook = NULL;
	KUNIT_EXPECT_EQ(test, fx->event.from, vport);
}

static void nsw_event_nobody_need_listen(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	fx->sw.event = NULL;
	KUNIT_EXPECT_EQ(test, nsw_switch_set_name(&fx->sw, "x", NULL), 0);
}

static struct kunit_case nsw_event_cases[] = {
	KUNIT_CASE_PARAM(nsw_event_tells_every_change, nsw_event_gen_params),
	KUNIT_CASE(nsw_event_comes_while_the_object_exists),
	KUNIT_CASE(nsw_event_of_a_move_comes_after_it),
	KUNIT_CASE(nsw_event_nobody_need_listen),
	{}
};

static struct kunit_suite nsw_event_suite = {
	.name = "nsw_event",
	.test_cases = nsw_event_cases,
};

kunit_test_suite(nsw_event_suite);
