// SPDX-License-Identifier: GPL-2.0-only
/* The life of VM queues: src/model/vmq.c. */

#include "vmq_fixture.h"

static const struct nsw_caller nsw_vmq_me = { .id = 7, .own = true };
static const struct nsw_caller nsw_vmq_other = { .id = 8, .own = true };

static void nsw_vmq_allocate_needs_the_mode(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 0);
	const struct nsw_vmq_params params = { };

	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EOPNOTSUPP, NOT_SUPPORTED);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, 0, NSW_MAC(1), NSW_COND_NONE),
			   EOPNOTSUPP, NOT_SUPPORTED);
	fx = nsw_vmq_fixture(test, 4);
	nsw_vmq_close(&fx->sw);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), ENODEV, FAILURE);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, 0, NSW_MAC(1), NSW_COND_NONE),
			   ENODEV, FAILURE);
	nsw_vmq_open(&fx->sw);
	KUNIT_EXPECT_EQ(test, nsw_vmq_new(fx, NULL), 1);
}

/* determining-nic-switch-capabilities: whichever is first excludes the other. */
static void nsw_vmq_and_a_nic_switch_exclude_each_other(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	const struct nsw_caps_changes changes = {
		.caps = { .num_queues = 2 }, .fields = BIT(NSW_A_CAPS_NUM_QUEUES),
	};
	const struct nsw_vmq_params params = { };
	struct nsw_switch *sw = &fx->sw;
	u32 queue, filter;

	queue = nsw_vmq_new(fx, NULL);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_switch(fx), EBUSY, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(sw, &changes, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	filter = nsw_vmq_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_free(fx, NULL, queue), 0);
	/* A filter of the default queue would become one of VPort 0. */
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_switch(fx), EBUSY, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(sw, &changes, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, filter, NULL), 0);

	KUNIT_EXPECT_EQ(test, nsw_vmq_try_switch(fx), 0);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EBUSY, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, 0, NSW_MAC(1), NSW_COND_NONE), EBUSY,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(sw, NULL, 1, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_switch_close(sw, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EBUSY, INVALID_PARAMETER);
	nsw_switch_delete(sw);
	KUNIT_EXPECT_EQ(test, nsw_switch_set_caps(sw, &changes, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_new(fx, NULL), queue);
	nsw_fixture_expect_sound(fx);
}

/* A VPort and a queue of the same id are not the same. */
static void nsw_vmq_is_no_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	struct nsw_vport_changes changes = { .state = NSW_VPORT_STATE_ACTIVATED };
	u32 queue = nsw_vmq_new(fx, NULL);

	NSW_EXPECT_REFUSED(fx, nsw_vport_set(&fx->sw, queue, &changes, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(&fx->sw, queue, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, queue, NSW_MAC(1), NSW_COND_NONE),
			   ENOENT, FILE_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_free(fx, NULL, queue), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_switch(fx), 0);
	KUNIT_EXPECT_EQ(test, nsw_fixture_try_vport(fx, true, 0, 1), 1);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, 1), ENOENT, INVALID_PARAMETER);
}

static void nsw_vmq_expect_state(struct nsw_fixture *fx, u32 id, enum nsw_queue_state state)
{
	KUNIT_EXPECT_EQ(fx->test, nsw_vmq_state(nsw_vmq_get(fx, id)), state);
}

/* ndis-virtual-machine-queue-states */
static void nsw_vmq_states_follow_filters_and_completion(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	struct nsw_switch *sw = &fx->sw;
	u32 id = nsw_vmq_new(fx, NULL), first, second;

	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_QUEUE, id);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_ALLOCATED);
	first = nsw_vmq_filter(fx, id, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_QUEUE, id);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_SET);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, first, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_QUEUE, id);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_ALLOCATED);

	KUNIT_EXPECT_EQ(test, nsw_vmq_complete(sw, NULL, id, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_QUEUE, id);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_PAUSED);
	first = nsw_vmq_filter(fx, id, NSW_MAC(1), NSW_COND_NONE);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_RUNNING);
	/* The second changes nothing. */
	second = nsw_vmq_filter(fx, id, NSW_MAC(2), 10);
	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_FILTER, second);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, first, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_FILTER, first);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_RUNNING);
	nsw_fixture_expect_sound(fx);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, second, NULL), 0);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_PAUSED);

	id = nsw_vmq_new(fx, NULL);
	nsw_vmq_filter(fx, id, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_EQ(test, nsw_vmq_complete(sw, NULL, id, NULL), 0);
	nsw_vmq_expect_state(fx, id, NSW_QUEUE_STATE_RUNNING);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vmq_completes_once(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	struct nsw_switch *sw = &fx->sw;
	u32 id = nsw_vmq_new(fx, &nsw_vmq_me);

	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(sw, NULL, 0, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(sw, NULL, id + 1, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(sw, NULL, U32_MAX, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(sw, &nsw_vmq_other, id, &fx->extack), EPERM,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vmq_complete(sw, &nsw_vmq_me, id, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(sw, &nsw_vmq_me, id, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
}

/* Trap 13: what is no queue is INVALID_PARAMETER here. */
static void nsw_vmq_free_waits_for_its_filters(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	struct nsw_switch *sw = &fx->sw;
	u32 id = nsw_vmq_new(fx, NULL), filter;

	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, 0), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, id + 1), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, U32_MAX), ENOENT, INVALID_PARAMETER);
	filter = nsw_vmq_filter(fx, id, NSW_MAC(1), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, id), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vmq_complete(sw, NULL, id, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, id), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, filter, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_free(fx, NULL, id), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_QUEUE, id);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, id), ENOENT, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, sw->num_vmqs, 0);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vmq_that_is_being_freed_says_so(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 2);
	const struct nsw_vmq_params params = { };
	u32 id = nsw_vmq_new(fx, NULL);
	struct nsw_vmq *vmq;

	vmq = nsw_vmq_unlink_as(&fx->sw, NULL, id, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vmq);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_QUEUE, id);
	KUNIT_EXPECT_EQ(test, nsw_vmq_state(vmq), NSW_QUEUE_STATE_DMA_STOPPED);
	nsw_fixture_expect_sound(fx);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, id), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(&fx->sw, NULL, id, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_filter(fx, NULL, id, NSW_MAC(1), NSW_COND_NONE),
			   ENOENT, INVALID_PARAMETER);
	/* Its id and its place are taken until the end. */
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_switch(fx), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vmq_new(fx, NULL), id + 1);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), ENOSPC, RESOURCES);
	synchronize_rcu();
	nsw_vmq_destroy(vmq);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_QUEUE, id);
	KUNIT_EXPECT_EQ(test, nsw_vmq_new(fx, NULL), id);
}

/* More queues than the adapter could have VPorts. */
static void nsw_vmq_count_is_bounded(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 200);
	const struct nsw_vmq_params params = { };
	u32 i;

	for (i = 1; i <= 200; i++)
		KUNIT_EXPECT_EQ(test, nsw_vmq_new(fx, NULL), i);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), ENOSPC, RESOURCES);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_free(fx, NULL, 77), 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_new(fx, NULL), 77);
	nsw_vmq_filter(fx, 200, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_expect_sound(fx);
}

static void nsw_vmq_is_hidden_until_it_is_ready(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	const struct nsw_vmq_params params = { .name = "blue", .vm = "web" };
	unsigned int events = fx->num_events;
	int id = nsw_vmq_try(fx, &params);

	KUNIT_ASSERT_GT(test, id, 0);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_free(fx, NULL, id), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_complete(&fx->sw, NULL, id, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try_switch(fx), EBUSY, INVALID_PARAMETER);
	nsw_vmq_abort(&fx->sw, id);
	KUNIT_EXPECT_EQ(test, fx->num_events, events);
	KUNIT_EXPECT_EQ(test, fx->sw.num_vmqs, 0);
	KUNIT_EXPECT_EQ(test, nsw_vmq_try_switch(fx), 0);
}

static void nsw_vmq_parameters_are_kept_and_checked(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_vmq_fixture(test, 4);
	struct nsw_vmq_params params = { .name = "blue", .vm = "web", .buffers = 512 };
	struct nsw_vmq_changes changes = { .name = "green" };
	struct cpumask *cpus = kunit_kzalloc(test, sizeof(*cpus), GFP_KERNEL);
	char *name = kunit_kzalloc(test, NSW_NAME_MAX + 2, GFP_KERNEL);
	struct nsw_switch *sw = &fx->sw;
	struct nsw_vmq *vmq;
	int id;

	KUNIT_ASSERT_NOT_NULL(test, cpus);
	KUNIT_ASSERT_NOT_NULL(test, name);
	params.cpus = cpus;
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EINVAL, INVALID_PARAMETER);
	cpumask_copy(cpus, cpu_possible_mask);
	cpumask_andnot(cpus, cpus, cpu_online_mask);
	/* Where all CPUs are online this is the same again. */
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EINVAL, INVALID_PARAMETER);
	cpumask_set_cpu(cpumask_first(cpu_online_mask), cpus);
	memset(name, 'x', NSW_NAME_MAX + 1);
	params.name = name;
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EINVAL, INVALID_PARAMETER);
	params.name = "blue";
	params.vm = "";
	NSW_EXPECT_REFUSED(fx, nsw_vmq_try(fx, &params), EINVAL, INVALID_PARAMETER);
	params.vm = "web";
	id = nsw_vmq_try(fx, &params);
	KUNIT_ASSERT_EQ(test, id, 1);
	nsw_vmq_announce(sw, id);
	vmq = nsw_vmq_get(fx, id);
	KUNIT_EXPECT_STREQ(test, vmq->vport.name, "blue");
	KUNIT_EXPECT_STREQ(test, vmq->vm, "web");
	KUNIT_EXPECT_EQ(test, vmq->buffers, 512);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&vmq->cpus, cpus));

	KUNIT_EXPECT_EQ(test, nsw_vmq_set(sw, NULL, id, &changes, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_QUEUE, id);
	KUNIT_EXPECT_STREQ(test, vmq->vport.name, "green");
	KUNIT_EXPECT_EQ(test, vmq->buffers, 512);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&vmq->cpus, cpus));
	changes = (struct nsw_vmq_changes) { .set_buffers = true, .cpus = cpu_possible_mask };
	KUNIT_EXPECT_EQ(test, nsw_vmq_set(sw, NULL, id, &changes, NULL), 0);
	KUNIT_EXPECT_STREQ(test, vmq->vport.name, "green");
	KUNIT_EXPECT_EQ(test, vmq->buffers, 0);
	KUNIT_EXPECT_TRUE(test, cpumask_equal(&vmq->cpus, cpu_possible_mask));

	cpumask_clear(cpus);
	changes = (struct nsw_vmq_changes) { .name = "red", .cpus = cpus };
	NSW_EXPECT_REFUSED(fx, nsw_vmq_set(sw, NULL, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	changes = (struct nsw_vmq_changes) { .name = name, .cpus = cpu_possible_mask };
	NSW_EXPECT_REFUSED(fx, nsw_vmq_set(sw, NULL, id, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	changes.name = NULL;
	NSW_EXPECT_REFUSED(fx, nsw_vmq_set(sw, NULL, 0, &changes, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_set(sw, NULL, id + 1, &changes, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
}

static struct kunit_case nsw_vmq_cases[] = {
	KUNIT_CASE(nsw_vmq_allocate_needs_the_mode),
	KUNIT_CASE(nsw_vmq_and_a_nic_switch_exclude_each_other),
	KUNIT_CASE(nsw_vmq_is_no_vport),
	KUNIT_CASE(nsw_vmq_states_follow_filters_and_completion),
	KUNIT_CASE(nsw_vmq_completes_once),
	KUNIT_CASE(nsw_vmq_free_waits_for_its_filters),
	KUNIT_CASE(nsw_vmq_that_is_being_freed_says_so),
	KUNIT_CASE(nsw_vmq_count_is_bounded),
	KUNIT_CASE(nsw_vmq_is_hidden_until_it_is_ready),
	KUNIT_CASE(nsw_vmq_parameters_are_kept_and_checked),
	{ }
};

static struct kunit_suite nsw_vmq_suite = {
	.name = "nsw_vmq",
	.test_cases = nsw_vmq_cases,
};

kunit_test_suite(nsw_vmq_suite);
