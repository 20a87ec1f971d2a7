// SPDX-License-Identifier: GPL-2.0-only
/* Receive filters of VM queues, and the frames that they get. */

#include "model/owner.h"
#include "vmq_fixture.h"

static const struct nsw_caller nsw_vmq_me = { .id = 7, .own = true };
static const struct nsw_caller nsw_vmq_other = { .id = 8, .own = true };

struct nsw_vmq_filter_row {
	const char *desc;
	u32 queue;
	u64 mac;
	int cond;
	int err;
	enum nsw_status status;
};

static const struct nsw_vmq_filter_row nsw_vmq_filter_rows[] = {
	{ "untagged", 1, NSW_MAC(9), NSW_COND_NONE, 0 },
	{ "a VLAN", 1, NSW_MAC(9), 4094, 0 },
	{ "any VLAN", 1, NSW_MAC(9), NSW_COND_ANY, 0 },
	{ "a group", 1, NSW_GROUP(9), NSW_COND_NONE, 0 },
	{ "the default queue", 0, NSW_MAC(9), NSW_COND_NONE, 0 },
	{ "no such queue", 2, NSW_MAC(9), NSW_COND_NONE, ENOENT, NSW_STATUS_INVALID_PARAMETER },
	{ "zero address", 1, 0, NSW_COND_NONE, EINVAL, NSW_STATUS_INVALID_PARAMETER },
	{ "broadcast", 1, NSW_MAC_BROADCAST, NSW_COND_NONE, EINVAL,
	  NSW_STATUS_INVALID_PARAMETER },
	{ "VID 4095", 1, NSW_MAC(9), 4095, EINVAL, NSW_STATUS_INVALID_PARAMETER },
	{ "held by the queue", 1, NSW_MAC(1), NSW_COND_NONE, EEXIST,
	  NSW_STATUS_INVALID_PARAMETER },
	{ "held by another queue", 0, NSW_MAC(1), NSW_COND_NONE, EEXIST,
	  NSW_STATUS_INVALID_PARAMETER },
	{ "a group that it has", 1, NSW_GROUP(1), NSW_COND_NONE, EEXIST,
	  NSW_STATUS_INVALID_PARAMETER },
};

KUNIT_ARRAY_PARAM_DESC(nsw_vmq_filter, nsw_vmq_filter_rows, desc);

static void nsw_vmq_filters_have_the_rules_of_vports(struct kunit *test)
{
	const struct nsw_vmq_filter_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	u32 id = nsw_vmq_running(fx, NSW_MAC(1), NSW_COND_NONE);
	int result;

	nsw_vmq_filter(fx, id, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_before_refusal(fx);
	result = nsw_vmq_try_filter(fx, NULL, row->queue, row->mac, row->cond);
	if (row->err) {
		KUNIT_EXPECT_EQ(test, result, -row->err);
		nsw_fixture_expect_refusal(fx, row->status, row->desc);
	} else {
		KUNIT_EXPECT_GT(test, result, 0);
	}
	nsw_fixture_expect_sound(fx);
}

static void nsw_vmq_filters_have_the_limits_of_vports(struct kunit *test)
{
	struct nsw_fixture *fx;
	struct nsw_caps caps;

	nsw_caps_init(&caps, 1);
	caps.flags &= ~NSW_CAPS_F_VLAN;
	caps.max_vports = 2;
	caps.max_macs = 2;
	caps.max_filters = 3;
	fx = nsw_fixture_absent(test, &caps);
	nsw_vmq_open(&fx->sw);
	nsw_vmq_new(fx, NULL);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, 1, NSW_MAC(1), 10), EOPNOTSUPP,
			   NOT_SUPPORTED);
	nsw_vmq_filter(fx, 1, NSW_MAC(1), NSW_COND_NONE);
	nsw_vmq_filter(fx, 0, NSW_MAC(2), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, 1, NSW_MAC(3), NSW_COND_NONE), ENOSPC,
			   RESOURCES);
	nsw_vmq_filter(fx, 1, NSW_GROUP(1), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, 1, NSW_GROUP(2), NSW_COND_NONE),
			   ENOSPC, RESOURCES);
}

static void nsw_vmq_filters_do_not_move(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	u32 id = nsw_vmq_new(fx, NULL);
	u32 filter = nsw_vmq_filter(fx, id, NSW_MAC(1), NSW_COND_NONE);

	NSW_EXPECT_REFUSED(fx, nsw_filter_move(&fx->sw, filter, id, 0, &fx->extack), EOPNOTSUPP,
			   NOT_SUPPORTED);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(&fx->sw, filter + 1, id, 0, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del(&fx->sw, filter + 1, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
}

static void nsw_vmq_belongs_to_its_allocator(struct kunit *test)
{
	struct nsw_owner_walk walk = { .owner = nsw_vmq_me.id, .object = NSW_OBJECT_FILTER };
	const struct nsw_vmq_changes changes = { .name = "red" };
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	u32 id = nsw_vmq_new(fx, &nsw_vmq_me);
	struct nsw_switch *sw = &fx->sw;
	int filter;

	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, &nsw_vmq_other, id, NSW_MAC(1),
						  NSW_COND_NONE), EPERM, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_set(sw, &nsw_vmq_other, id, &changes, &fx->extack), EPERM,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, &nsw_vmq_other, id), EPERM,
			   INVALID_PARAMETER);
	filter = nsw_vmq_try_filter(fx, &nsw_vmq_me, id, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_ASSERT_GT(test, filter, 0);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del_as(sw, &nsw_vmq_other, filter, &fx->extack), EPERM,
			   INVALID_PARAMETER);
	/* The default queue is for everybody. */
	KUNIT_EXPECT_GT(test, nsw_vmq_try_filter(fx, &nsw_vmq_other, 0, NSW_MAC(2),
						 NSW_COND_NONE), 0);
	/* Filters, then queues; a queue is found as nothing else. */
	KUNIT_ASSERT_TRUE(test, nsw_owner_find(sw, &walk));
	KUNIT_EXPECT_EQ(test, walk.object, NSW_OBJECT_FILTER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, walk.id, NULL), 0);
	KUNIT_ASSERT_TRUE(test, nsw_owner_find(sw, &walk));
	KUNIT_EXPECT_EQ(test, walk.object, NSW_OBJECT_QUEUE);
	KUNIT_EXPECT_EQ(test, walk.id, id);
	nsw_owner_drop(sw, &walk);
	KUNIT_EXPECT_FALSE(test, nsw_owner_find(sw, &walk));
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_free(fx, &nsw_vmq_other, id), 0);
}

/* Which VPort takes a frame from the wire; U32_MAX for none. */
static u32 nsw_vmq_decide(struct nsw_fixture *fx, u64 dst, nsw_vlan_t vlan)
{
	struct nsw_verdict verdict;

	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, dst, NSW_MAC(0x99), vlan, &verdict);
	if (verdict.drop)
		return U32_MAX;
	return verdict.vport ? verdict.vport->id : 0;
}

static void nsw_vmq_receives_only_while_it_runs(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	struct nsw_fixture_port *pf = nsw_fixture_vport_port(fx, 0);
	struct nsw_fixture_port *port;
	u32 id = nsw_vmq_new(fx, NULL), filter;

	port = nsw_fixture_vport_port(fx, id);
	KUNIT_EXPECT_FALSE(test, port->up);
	/* The default queue takes it as far as the PF does. */
	nsw_guest_set_mode(&fx->sw, &pf->port, true, false);
	filter = nsw_vmq_filter(fx, id, NSW_MAC(1), 10);
	KUNIT_EXPECT_EQ(test, nsw_vmq_decide(fx, NSW_MAC(1), 10), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_complete(&fx->sw, NULL, id, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->up);
	KUNIT_EXPECT_EQ(test, nsw_vmq_decide(fx, NSW_MAC(1), 10), id);
	/* Trap 2: a VLAN filter does not take untagged frames. */
	KUNIT_EXPECT_EQ(test, nsw_vmq_decide(fx, NSW_MAC(1), 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_decide(fx, NSW_MAC(1), 11), 0);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_decide(fx, NSW_MAC(1), 10), 0);
	nsw_guest_set_mode(&fx->sw, &pf->port, false, false);
	KUNIT_EXPECT_EQ(test, nsw_vmq_decide(fx, NSW_MAC(1), 10), U32_MAX);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_free(fx, NULL, id), 0);
	KUNIT_EXPECT_FALSE(test, port->up);
}

static void nsw_vmq_broadcast_reaches_those_that_run(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	u32 runs = nsw_vmq_running(fx, NSW_MAC(1), NSW_COND_NONE);
	u32 tagged = nsw_vmq_running(fx, NSW_MAC(2), 10);
	u32 set = nsw_vmq_new(fx, NULL), paused = nsw_vmq_new(fx, NULL);
	struct nsw_verdict verdict;

	nsw_vmq_filter(fx, set, NSW_MAC(3), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_vmq_complete(&fx->sw, NULL, paused, NULL), 0);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC_BROADCAST, NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, runs));
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, tagged));
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, set));
	KUNIT_EXPECT_FALSE(test, nsw_fixture_reaches(&verdict, paused));
}

static struct kunit_case nsw_vmq_filter_cases[] = {
	KUNIT_CASE_PARAM(nsw_vmq_filters_have_the_rules_of_vports, nsw_vmq_filter_gen_params),
	KUNIT_CASE(nsw_vmq_filters_have_the_limits_of_vports),
	KUNIT_CASE(nsw_vmq_filters_do_not_move),
	KUNIT_CASE(nsw_vmq_belongs_to_its_allocator),
	KUNIT_CASE(nsw_vmq_receives_only_while_it_runs),
	KUNIT_CASE(nsw_vmq_broadcast_reaches_those_that_run),
	{ }
};

static struct kunit_suite nsw_vmq_filter_suite = {
	.name = "nsw_vmq_filter",
	.test_cases = nsw_vmq_filter_cases,
};

kunit_test_suite(nsw_vmq_filter_suite);
