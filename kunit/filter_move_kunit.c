// SPDX-License-Identifier: GPL-2.0-only
/* Moving receive filters: src/model/filter.c. */

#include <linux/hrtimer.h>
#include <linux/kthread.h>

#include "fixture.h"

struct nsw_filter_move_fixture {
	struct nsw_fixture *fx;
	u32 one;
	u32 two;
};

static struct nsw_filter_move_fixture nsw_filter_move_fixture(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = { .fx = nsw_fixture_ready(test) };

	mv.one = nsw_fixture_vf_vport(mv.fx, nsw_fixture_vf(mv.fx));
	mv.two = nsw_fixture_vf_vport(mv.fx, nsw_fixture_vf(mv.fx));
	return mv;
}

static void nsw_filter_move_keeps_id_and_tests(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	static const int conds[] = { NSW_COND_NONE, 5, NSW_COND_ANY };
	struct nsw_fixture *fx = mv.fx;
	unsigned int i;
	u32 id;

	for (i = 0; i < 2 * ARRAY_SIZE(conds); i++) {
		id = nsw_fixture_filter(fx, mv.one, i % 2 ? NSW_GROUP(i) : NSW_MAC(i),
					conds[i / 2]);
		KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, mv.one, mv.two, NULL), 0);
		nsw_fixture_expect_event(fx, NSW_EVENT_MOVE, NSW_OBJECT_FILTER, id);
		KUNIT_EXPECT_EQ(test, fx->event.from, mv.one);
		KUNIT_EXPECT_EQ(test, nsw_fixture_holder(fx, id), mv.two);
		nsw_fixture_expect_sound(fx);
	}
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.one)->num_filters, 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.two)->num_filters, 6);
}

/* Trap 8: the source falls silent with its last filter, the destination speaks. */
static void nsw_filter_move_moves_silence(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	struct nsw_fixture *fx = mv.fx;
	u32 id = nsw_fixture_filter(fx, mv.one, NSW_MAC(1), NSW_COND_NONE);

	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, mv.one, mv.two, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.one)->blocked, NSW_BLOCK_SILENT);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.two)->blocked, 0);
	/* Trap 15: to and from the default VPort, as bring-up and teardown of a VF do. */
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, mv.two, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.two)->blocked, NSW_BLOCK_SILENT);
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, 0, mv.one, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, 0)->blocked, 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.one)->blocked, 0);
	nsw_fixture_expect_sound(fx);
}

static void nsw_filter_move_to_itself_is_nothing(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	u32 id = nsw_fixture_filter(mv.fx, mv.one, NSW_MAC(1), NSW_COND_NONE);
	struct nsw_fixture_state before;

	nsw_fixture_snapshot(mv.fx, &before);
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&mv.fx->sw, id, mv.one, mv.one, NULL), 0);
	nsw_fixture_expect_unchanged(mv.fx, &before, "move to itself");
}

/* Trap 6: MOVE needs the right source. OID_RECEIVE_FILTER_MOVE_FILTER: INVALID_PARAMETER. */
static void nsw_filter_move_refusals(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	struct nsw_fixture *fx = mv.fx;
	struct nsw_switch *sw = &fx->sw;
	u32 id = nsw_fixture_filter(fx, mv.one, NSW_MAC(1), NSW_COND_NONE);
	u32 group = nsw_fixture_filter(fx, mv.one, NSW_GROUP(1), 5);

	nsw_fixture_filter(fx, mv.two, NSW_GROUP(1), 5);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(sw, id, mv.two, 0, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(sw, id, 0, mv.two, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(sw, id, mv.one, 7, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(sw, 0, mv.one, 0, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(sw, 99, mv.one, 0, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(sw, group, mv.one, mv.two, &fx->extack), EEXIST,
			   INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
}

/* A destination that stays without filters when the move fails must be silent again. */
static void nsw_filter_move_refused_leaves_silence(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	struct nsw_fixture *fx = mv.fx;
	u32 id = nsw_fixture_filter(fx, mv.one, NSW_MAC(1), NSW_COND_NONE);

	/* In the port VLAN of the destination, the default VPort has the address already. */
	nsw_fixture_filter(fx, 0, NSW_MAC(1), 5);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 1, 5, 0, false, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_filter_move(&fx->sw, id, mv.one, mv.two, &fx->extack), EEXIST,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vport(fx, mv.two)->blocked, NSW_BLOCK_SILENT);
	nsw_fixture_expect_sound(fx);
}

/* A filter with condition none follows the port VLAN of the VPort that it comes to. */
static void nsw_filter_move_follows_the_port_vlan(struct kunit *test)
{
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	static const u64 macs[] = { NSW_MAC(1), NSW_GROUP(1) };
	struct nsw_fixture *fx = mv.fx;
	struct nsw_verdict verdict;
	unsigned int i;
	u32 id;

	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 1, 5, 0, false, NULL), 0);
	for (i = 0; i < ARRAY_SIZE(macs); i++) {
		id = nsw_fixture_filter(fx, mv.one, macs[i], NSW_COND_NONE);
		KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, mv.one, mv.two, NULL), 0);
		nsw_fixture_expect_sound(fx);
		nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, macs[i], NSW_MAC(9), 5, &verdict);
		KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, mv.two));
		nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, macs[i], NSW_MAC(9), 0, &verdict);
		KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);

		KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, mv.two, mv.one, NULL), 0);
		nsw_fixture_expect_sound(fx);
		nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, macs[i], NSW_MAC(9), 0, &verdict);
		KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, mv.one));
		nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, macs[i], NSW_MAC(9), 5, &verdict);
		KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);
	}
}

#define NSW_FILTER_MOVES	2000
#define NSW_FILTER_MOVE_NSEC	(20 * NSEC_PER_USEC)

/*
 * Two readers: a thread, and a timer interrupt, which alone can come in the
 * middle of a move where there is one processor and no preemption.
 */
struct nsw_filter_race {
	struct nsw_fixture *fx;
	struct hrtimer timer;
	u64 dst;
	u32 one;
	u32 two;
	/* Thread, interrupt. */
	unsigned long looks[2];
	unsigned long wrong[2];
	struct nsw_verdict verdict[2];
};

static void nsw_filter_race_look(struct nsw_filter_race *race, unsigned int reader)
{
	struct nsw_verdict *verdict = &race->verdict[reader];

	nsw_fixture_decide(race->fx, NSW_FIXTURE_WIRE, race->dst, NSW_MAC(9), 0, verdict);
	race->looks[reader]++;
	if (nsw_fixture_reaches(verdict, race->one) + nsw_fixture_reaches(verdict, race->two) != 1)
		race->wrong[reader]++;
}

static int nsw_filter_race_thread(void *data)
{
	struct nsw_filter_race *race = data;
	unsigned int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < 8; i++)
			nsw_filter_race_look(race, 0);
		cond_resched();
	}
	return 0;
}

static enum hrtimer_restart nsw_filter_race_tick(struct hrtimer *timer)
{
	struct nsw_filter_race *race = container_of(timer, struct nsw_filter_race, timer);
	u64 start = ktime_get_ns();

	nsw_filter_race_look(race, 1);
	/* Most of the time is the mover's, also where everything is slow. */
	hrtimer_forward_now(timer, NSW_FILTER_MOVE_NSEC + 8 * (ktime_get_ns() - start));
	return race->looks[1] < 2 * NSW_FILTER_MOVES ? HRTIMER_RESTART : HRTIMER_NORESTART;
}

/* Move to and fro until both readers have looked often enough. */
static void nsw_filter_race_run(struct nsw_filter_race *race, u32 filter)
{
	struct kunit *test = race->fx->test;
	unsigned long deadline = jiffies + 2 * HZ;
	struct task_struct *thread;
	unsigned int i, err = 0;

	thread = kthread_run(nsw_filter_race_thread, race, "nsw_filter_race");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, thread);
	hrtimer_init(&race->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	race->timer.function = nsw_filter_race_tick;
	hrtimer_start(&race->timer, NSW_FILTER_MOVE_NSEC, HRTIMER_MODE_REL_HARD);

	for (i = 0; i < NSW_FILTER_MOVES || (race->looks[1] < NSW_FILTER_MOVES &&
					     time_before(jiffies, deadline)); i++) {
		err |= nsw_filter_move(&race->fx->sw, filter, i % 2 ? race->two : race->one,
				       i % 2 ? race->one : race->two, NULL);
		if (i % 16 == 0)
			cond_resched();
	}
	hrtimer_cancel(&race->timer);
	kthread_stop(thread);
	kunit_info(test, "%u moves, %lu and %lu looks", i, race->looks[0], race->looks[1]);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_GT(test, race->looks[0], 0);
	KUNIT_EXPECT_GT(test, race->looks[1], 0);
	KUNIT_EXPECT_EQ(test, race->wrong[0], 0);
	KUNIT_EXPECT_EQ(test, race->wrong[1], 0);
}

struct nsw_filter_race_row {
	const char *desc;
	u64 mac;
	u64 dst;
	int cond;
};

static const struct nsw_filter_race_row nsw_filter_race_rows[] = {
	{ "unicast", NSW_MAC(1), NSW_MAC(1), NSW_COND_NONE },
	{ "unicast, any", NSW_MAC(1), NSW_MAC(1), NSW_COND_ANY },
	{ "multicast", NSW_GROUP(1), NSW_GROUP(1), NSW_COND_NONE },
	{ "broadcast by a unicast filter", NSW_MAC(1), NSW_MAC_BROADCAST, NSW_COND_NONE },
	{ "broadcast by a multicast filter", NSW_GROUP(1), NSW_MAC_BROADCAST, NSW_COND_ANY },
};

KUNIT_ARRAY_PARAM_DESC(nsw_filter_race, nsw_filter_race_rows, desc);

/* Trap 9: every frame finds exactly one of the two VPorts. */
static void nsw_filter_move_is_atomic(struct kunit *test)
{
	const struct nsw_filter_race_row *row = test->param_value;
	struct nsw_filter_move_fixture mv = nsw_filter_move_fixture(test);
	struct nsw_filter_race *race;
	u32 filter;

	race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, race);
	race->fx = mv.fx;
	race->dst = row->dst;
	race->one = mv.one;
	race->two = mv.two;
	filter = nsw_fixture_filter(mv.fx, mv.one, row->mac, row->cond);
	nsw_filter_race_run(race, filter);
	nsw_fixture_expect_sound(mv.fx);
}

static struct kunit_case nsw_filter_move_cases[] = {
	KUNIT_CASE(nsw_filter_move_keeps_id_and_tests),
	KUNIT_CASE(nsw_filter_move_moves_silence),
	KUNIT_CASE(nsw_filter_move_to_itself_is_nothing),
	KUNIT_CASE(nsw_filter_move_refusals),
	KUNIT_CASE(nsw_filter_move_refused_leaves_silence),
	KUNIT_CASE(nsw_filter_move_follows_the_port_vlan),
	KUNIT_CASE_PARAM(nsw_filter_move_is_atomic, nsw_filter_race_gen_params),
	{}
};

static struct kunit_suite nsw_filter_move_suite = {
	.name = "nsw_filter_move",
	.test_cases = nsw_filter_move_cases,
};

kunit_test_suite(nsw_filter_move_suite);
