// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of VPorts that concern their interfaces: src/model/vport_set.c. */

#include <linux/cpumask.h>
#include "fixture.h"

/* ProcessorAffinity: of VPorts of the PF, the default one too, and of CPUs that are there. */
static void nsw_vport_affinity_is_kept_and_checked(struct kunit *test)
{
	struct nsw_vport_changes changes = { .cpus = cpumask_of(0) };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_vport_params params = { .pf = true, .qps = 1, .cpus = cpu_none_mask };
	struct nsw_switch *sw = &fx->sw;
	u32 vf = nsw_fixture_vf(fx);
	u32 id;

	NSW_EXPECT_REFUSED(fx, nsw_vport_create(sw, &params, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	params.cpus = cpumask_of(0);
	KUNIT_ASSERT_EQ(test, nsw_vport_create(sw, &params, &id, NULL), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(nsw_fixture_get_vport(fx, id)->cpus, cpumask_of(0)));
	changes.cpus = cpu_none_mask;
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(sw, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(sw, 0, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	changes.cpus = cpu_possible_mask;
	KUNIT_EXPECT_EQ(test, nsw_vport_set(sw, id, &changes, NULL), 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(nsw_fixture_get_vport(fx, id)->cpus,
					      cpu_possible_mask));
	/* A VF is served as its driver likes. */
	params = (struct nsw_vport_params) { .vf = vf, .qps = 1, .cpus = cpumask_of(0) };
	NSW_EXPECT_REFUSED(fx, nsw_vport_create(sw, &params, &id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	id = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_NULL(test, nsw_fixture_get_vport(fx, id)->cpus);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(sw, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
}

/* Also that of the default VPort, which goes with the switch, not with the interface. */
static void nsw_vport_affinity_reaches_the_interface(struct kunit *test)
{
	struct nsw_vport_changes changes = { .name = "x", .cpus = cpumask_of(0) };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_fixture_vport_port(fx, 0);

	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &changes, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->pinned);
	changes.cpus = NULL;
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &changes, NULL), 0);
	KUNIT_EXPECT_EQ(test, port->pins, 1);
	/* What it cannot have changes nothing. */
	port->error = -ENOMEM;
	changes.cpus = cpu_possible_mask;
	changes.name = "y";
	nsw_fixture_before_refusal(fx);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &changes, NULL), -ENOMEM);
	nsw_fixture_expect_unchanged(fx, &fx->before, "affinity without memory");
	port->error = 0;
	KUNIT_ASSERT_EQ(test, nsw_switch_close(&fx->sw, NULL), 0);
	nsw_switch_delete(&fx->sw);
	KUNIT_EXPECT_FALSE(test, port->pinned);
	KUNIT_EXPECT_NULL(test, fx->sw.vport0.cpus);
}

/* NumQueuePairs: of nondefault VPorts of the PF, and with VMMQ only. */
static void nsw_vport_queue_pairs_change_on_the_pf(struct kunit *test)
{
	struct nsw_vport_changes changes = { .name = "x", .set_qps = true, .qps = 8 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_pf_vport(fx, true);
	struct nsw_fixture_port *port = nsw_fixture_vport_port(fx, id);
	u32 vf = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct netlink_ext_ack *extack = &fx->extack;
	u32 used = fx->sw.qps.used;

	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, id, &changes, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, id)->qps, 8);
	KUNIT_EXPECT_EQ(test, port->qps, 8);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, used + 7);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_VPORT, id);
	changes.name = "y";
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, vf, &changes, extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, 0, &changes, extack), EINVAL,
			   INVALID_PARAMETER);
	changes.qps = 0;
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, extack), EINVAL,
			   INVALID_PARAMETER);
	changes.qps = 9;
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, extack), EINVAL,
			   INVALID_PARAMETER);
	/* The interface may refuse: nothing has changed then, the affinity neither. */
	port->error = -EBUSY;
	port->bears = 1;
	changes.qps = 2;
	changes.cpus = cpumask_of(0);
	nsw_fixture_before_refusal(fx);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, id, &changes, NULL), -EBUSY);
	nsw_fixture_expect_unchanged(fx, &fx->before, "queue pairs that the interface needs");
	KUNIT_EXPECT_FALSE(test, port->pinned);
	port->error = 0;
	changes.qps = 1;
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, id, &changes, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, used);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vport_queue_pairs_need_vmmq(struct kunit *test)
{
	struct nsw_vport_changes changes = { .set_qps = true, .qps = 2 };
	struct nsw_fixture *fx;
	struct nsw_caps caps;
	u32 id;

	nsw_caps_init(&caps, 2);
	caps.flags &= ~NSW_CAPS_F_RSS_ON_PF_VPORTS;
	fx = nsw_fixture_with_caps(test, &caps);
	id = nsw_fixture_pf_vport(fx, false);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, id, &changes, &fx->extack), EOPNOTSUPP,
			   NOT_SUPPORTED);
}

static struct kunit_case nsw_vport_set_cases[] = {
	KUNIT_CASE(nsw_vport_affinity_is_kept_and_checked),
	KUNIT_CASE(nsw_vport_affinity_reaches_the_interface),
	KUNIT_CASE(nsw_vport_queue_pairs_change_on_the_pf),
	KUNIT_CASE(nsw_vport_queue_pairs_need_vmmq),
	{}
};

static struct kunit_suite nsw_vport_set_suite = {
	.name = "nsw_vport_set",
	.test_cases = nsw_vport_set_cases,
};

kunit_test_suite(nsw_vport_set_suite);
