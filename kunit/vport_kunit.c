// SPDX-License-Identifier: GPL-2.0-only
/* VPorts: src/model/vport.c. */

#include "fixture.h"

/* Trap 7, 16: a VPort of a VF is born Activated, and counts as one that exists. */
static void nsw_vport_of_a_vf_is_born_activated(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 id = nsw_fixture_vf_vport(fx, vf);
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, id);

	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_VPORT, id);
	KUNIT_EXPECT_EQ(test, vport->state, NSW_VPORT_STATE_ACTIVATED);
	KUNIT_EXPECT_PTR_EQ(test, vport->vf, nsw_fixture_get_vf(fx, vf));
	KUNIT_EXPECT_TRUE(test, vport->spoofchk);
	KUNIT_EXPECT_EQ(test, vport->num_filters, 0);
	/* Trap 8: without filters it is silent. */
	KUNIT_EXPECT_EQ(test, vport->blocked, NSW_BLOCK_SILENT);
	KUNIT_EXPECT_EQ(test, fx->sw.num_vports, 2);
	KUNIT_EXPECT_EQ(test, fx->sw.num_pf_vports, 0);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vport_of_the_pf_is_born_deactivated(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_pf_vport(fx, false);
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, id);

	KUNIT_EXPECT_EQ(test, vport->state, NSW_VPORT_STATE_DEACTIVATED);
	KUNIT_EXPECT_NULL(test, vport->vf);
	KUNIT_EXPECT_FALSE(test, vport->spoofchk);
	KUNIT_EXPECT_EQ(test, vport->blocked, NSW_BLOCK_SILENT | NSW_BLOCK_INACTIVE);
	/* Trap 16: created is what counts, Deactivated ones included. */
	KUNIT_EXPECT_EQ(test, fx->sw.num_vports, 2);
	KUNIT_EXPECT_EQ(test, fx->sw.num_pf_vports, 1);
	nsw_fixture_expect_sound(fx);
}

/* Trap 7: Activated ends with deletion only. */
static void nsw_vport_never_deactivates(struct kunit *test)
{
	struct nsw_vport_changes off = { .state = NSW_VPORT_STATE_DEACTIVATED };
	struct nsw_vport_changes on = { .state = NSW_VPORT_STATE_ACTIVATED };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 pf = nsw_fixture_pf_vport(fx, false);
	u32 vf = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct netlink_ext_ack *extack = &fx->extack;

	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, pf, &off, extack), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, pf, &on, extack), 1);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_VPORT, pf);
	/* Activating once more is no activation. */
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, pf, &on, extack), 0);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, pf, &off, extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, vf, &off, extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, NSW_DEFAULT_VPORT_ID, &off, extack), EINVAL,
			   INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vport_set_refusals(struct kunit *test)
{
	struct nsw_vport_changes changes = { .name = "x", .moderation = NSW_MODERATION_LOW };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_pf_vport(fx, false);

	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id + 1, &changes, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, U32_MAX, &changes, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	/* All of it or nothing. */
	changes.state = NSW_VPORT_STATE_DEACTIVATED + 1;
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	changes.state = NSW_VPORT_STATE_ACTIVATED;
	changes.moderation = NSW_MODERATION_ADAPTIVE + 1;
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	changes.moderation = NSW_MODERATION_LOW;
	changes.name = "";
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
}

/* Trap 15: parameters of the default VPort can change too. */
static void nsw_vport_set_changes_what_is_named(struct kunit *test)
{
	struct nsw_vport_changes both = { .name = "web", .moderation = NSW_MODERATION_ADAPTIVE };
	struct nsw_vport_changes name = { .name = "db" };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, NSW_DEFAULT_VPORT_ID);

	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &both, NULL), 0);
	KUNIT_EXPECT_STREQ(test, vport->name, "web");
	KUNIT_EXPECT_EQ(test, vport->moderation, NSW_MODERATION_ADAPTIVE);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &name, NULL), 0);
	KUNIT_EXPECT_STREQ(test, vport->name, "db");
	KUNIT_EXPECT_EQ(test, vport->moderation, NSW_MODERATION_ADAPTIVE);
	KUNIT_EXPECT_EQ(test, vport->state, NSW_VPORT_STATE_ACTIVATED);
}

/* Source: CAPS_PER_VPORT_INTERRUPT_MODERATION gates every value but "undefined". */
static void nsw_vport_moderation_is_a_capability(struct kunit *test)
{
	struct nsw_vport_params params = { .pf = true, .qps = 1, .moderation = NSW_MODERATION_LOW };
	struct nsw_vport_changes changes = { .moderation = NSW_MODERATION_LOW };
	struct nsw_fixture *fx;
	struct nsw_caps caps;
	u32 id;

	nsw_caps_init(&caps, 2);
	caps.flags &= ~NSW_CAPS_F_PER_VPORT_MODERATION;
	fx = nsw_fixture_with_caps(test, &caps);

	NSW_EXPECT_REFUSED(fx, nsw_vport_create(&fx->sw, &params, &id, &fx->extack), EOPNOTSUPP,
			   NOT_SUPPORTED);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, 0, &changes, &fx->extack), EOPNOTSUPP,
			   NOT_SUPPORTED);
	params.moderation = 0;
	KUNIT_EXPECT_EQ(test, nsw_vport_create(&fx->sw, &params, &id, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, id)->moderation, NSW_MODERATION_OFF);
}

static void nsw_vport_create_refusals(struct kunit *test)
{
	struct nsw_vport_params params = { .pf = true, .qps = 1, .moderation = 6 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	u32 id;

	NSW_EXPECT_REFUSED(fx, nsw_vport_create(&fx->sw, &params, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	params.moderation = 0;
	params.name = "";
	NSW_EXPECT_REFUSED(fx, nsw_vport_create(&fx->sw, &params, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	/* With a name, so that a leak of its copy would show. */
	params.name = "x";
	params.qps = 9;
	NSW_EXPECT_REFUSED(fx, nsw_vport_create(&fx->sw, &params, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, false, vf, 0), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, false, vf + 1, 1), ENOENT,
			   INVALID_PARAMETER);
	/* Trap 5: an invalid VF, 0xffff, is not the PF. */
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, false, 0xffff, 1), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, false, U32_MAX, 1), ENOENT,
			   INVALID_PARAMETER);
	/* Trap 12: one VPort for each VF. */
	nsw_fixture_vf_vport(fx, vf);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, false, vf, 1), EBUSY, INVALID_PARAMETER);
}

/* 4 VPorts: the default VPort, 2 VFs, 1 more. */
static struct nsw_fixture *nsw_vport_small(struct kunit *test, u32 flags)
{
	struct nsw_caps caps = {
		.flags = flags,
		.max_vfs = 2,
		.max_vports = 4,
		.max_qps = 8,
		.max_qps_vport = 4,
		.max_qps_default = 1,
		.max_macs = 8,
		.max_filters = 8,
	};

	return nsw_fixture_with_caps(test, &caps);
}

/* Trap 23: the default VPort is inside MaxNumVPorts, so the PF has 4 - 2 - 1. */
static void nsw_vport_pool_is_reserved_for_vfs(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vport_small(test, 0);
	u32 pf = nsw_fixture_pf_vport(fx, false);

	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, true, 0, 1), ENOSPC, RESOURCES);
	nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, pf, NULL), 0);
	nsw_fixture_pf_vport(fx, false);
}

/* Trap 24: a single pool can starve a VF, which stays allocated without a VPort. */
static void nsw_vport_single_pool_starves_vfs(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vport_small(test, NSW_CAPS_F_SINGLE_VPORT_POOL);
	u32 vf = nsw_fixture_vf(fx);
	u32 i;

	for (i = 0; i < 3; i++)
		nsw_fixture_pf_vport(fx, false);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, false, vf, 1), ENOSPC, RESOURCES);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, true, 0, 1), ENOSPC, RESOURCES);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, vf, NULL), 0);
}

/* Symmetric: the second VPort has as many queue pairs as the first, and the sum is bounded. */
static void nsw_vport_queue_pairs_are_a_budget(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vport_small(test, NSW_CAPS_F_SINGLE_VPORT_POOL);
	int first = nsw_fixture_try_vport(fx, true, 0, 4);

	KUNIT_ASSERT_GT(test, first, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, 5);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, true, 0, 2), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, true, 0, 4), ENOSPC, RESOURCES);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, first, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, 1);
	KUNIT_EXPECT_GT(test, nsw_fixture_try_vport(fx, true, 0, 2), 0);
}

/* Decision 6: ids 1 to max - 1, lowest free first. */
static void nsw_vport_lowest_free_id_first(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vport_small(test, NSW_CAPS_F_SINGLE_VPORT_POOL);
	u32 i;

	for (i = 1; i <= 3; i++)
		KUNIT_EXPECT_EQ(test, nsw_fixture_pf_vport(fx, false), i);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, 2, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_pf_vport(fx, false), 2);
}

/* Trap 10: filters first. Trap 13: INVALID_PARAMETER. */
static void nsw_vport_delete_refusals(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_member(fx, NSW_MAC(1));
	u32 filter = nsw_fixture_filter(fx, id, NSW_MAC(2), 7);

	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, id, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	/* Trap 15: the default VPort is never removed by DELETE_VPORT. */
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, 0, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, id + 1, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, U32_MAX, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	/* Clear or move: both ways lead out. */
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, filter, id, 0, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, id, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter - 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, id, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_VPORT, id);
	KUNIT_EXPECT_NULL(test, nsw_fixture_get_vf(fx, 0)->vport);
	nsw_fixture_expect_sound(fx);
}

/* Between the halves of a deletion its id and queue pairs are taken, but no request finds it. */
static void nsw_vport_dying_is_not_found(struct kunit *test)
{
	struct nsw_vport_changes changes = { .state = NSW_VPORT_STATE_ACTIVATED };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_pf_vport(fx, true);
	struct nsw_fixture_port *port = nsw_fixture_port(fx);
	struct nsw_vport *vport;

	vport = nsw_vport_unlink(&fx->sw, id, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vport);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, id, NSW_MAC(1), NSW_COND_NONE), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, id, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(&fx->sw, &fx->extack), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vport_attach_port(&fx->sw, id, &port->port), -ENODEV);
	KUNIT_EXPECT_EQ(test, nsw_fixture_pf_vport(fx, false), id + 1);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, 3);

	synchronize_rcu();
	nsw_vport_destroy(vport);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, 2);
	KUNIT_EXPECT_EQ(test, nsw_fixture_pf_vport(fx, false), id);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vport_interface_has_carrier_when_activated(struct kunit *test)
{
	struct nsw_vport_changes changes = { .state = NSW_VPORT_STATE_ACTIVATED };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_pf_vport(fx, false);
	struct nsw_fixture_port *port = nsw_fixture_vport_port(fx, id);

	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, id, &changes, NULL), 1);
	/* A silent VPort keeps it. */
	KUNIT_EXPECT_TRUE(test, port->up);
	nsw_vport_set_link(&fx->sw, false);
	KUNIT_EXPECT_FALSE(test, port->up);
	nsw_vport_set_link(&fx->sw, true);
	KUNIT_EXPECT_TRUE(test, port->up);
	KUNIT_EXPECT_EQ(test, port->ups, 2);
}

/* The interface of a VF outlives VPorts, and connects with each new one. */
static void nsw_vport_comes_and_goes_below_an_interface(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, vf);
	u32 id;

	KUNIT_EXPECT_EQ(test, port->ups, 0);
	id = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_TRUE(test, port->up);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(port->port.vport),
			    nsw_fixture_get_vport(fx, id));
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(port->port.vport));
	id = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_TRUE(test, port->up);
	nsw_vf_detach_port(&fx->sw, vf);
	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(nsw_fixture_get_vport(fx, id)->port));
}

/* Counters of a VPort start with it, although those of its VF go on. */
static void nsw_vport_counts_from_its_creation(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_stats_sum sum, vf_sum = { };
	u32 vf = nsw_fixture_vf(fx);
	u32 id = nsw_fixture_vf_vport(fx, vf);
	struct nsw_stats __percpu *stats = nsw_fixture_get_vf(fx, vf)->stats;

	local_bh_disable();
	nsw_stats_rx(stats, 100, NSW_CAST_UNICAST);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, id, NULL), 0);
	id = nsw_fixture_vf_vport(fx, vf);
	local_bh_disable();
	nsw_stats_rx(stats, 60, NSW_CAST_UNICAST);
	local_bh_enable();

	nsw_switch_lock(&fx->sw);
	nsw_vport_stats_locked(nsw_switch_deref(&fx->sw, fx->sw.vports[id]), &sum);
	nsw_switch_unlock(&fx->sw);
	KUNIT_EXPECT_EQ(test, sum.rx_bytes, 60);
	nsw_stats_add(&vf_sum, stats);
	KUNIT_EXPECT_EQ(test, vf_sum.rx_bytes, 160);
}

static struct kunit_case nsw_vport_cases[] = {
	KUNIT_CASE(nsw_vport_of_a_vf_is_born_activated),
	KUNIT_CASE(nsw_vport_of_the_pf_is_born_deactivated),
	KUNIT_CASE(nsw_vport_never_deactivates),
	KUNIT_CASE(nsw_vport_set_refusals),
	KUNIT_CASE(nsw_vport_set_changes_what_is_named),
	KUNIT_CASE(nsw_vport_moderation_is_a_capability),
	KUNIT_CASE(nsw_vport_create_refusals),
	KUNIT_CASE(nsw_vport_pool_is_reserved_for_vfs),
	KUNIT_CASE(nsw_vport_single_pool_starves_vfs),
	KUNIT_CASE(nsw_vport_queue_pairs_are_a_budget),
	KUNIT_CASE(nsw_vport_lowest_free_id_first),
	KUNIT_CASE(nsw_vport_delete_refusals),
	KUNIT_CASE(nsw_vport_dying_is_not_found),
	KUNIT_CASE(nsw_vport_interface_has_carrier_when_activated),
	KUNIT_CASE(nsw_vport_comes_and_goes_below_an_interface),
	KUNIT_CASE(nsw_vport_counts_from_its_creation),
	{}
};

static struct kunit_suite nsw_vport_suite = {
	.name = "nsw_vport",
	.test_cases = nsw_vport_cases,
};

kunit_test_suite(nsw_vport_suite);
