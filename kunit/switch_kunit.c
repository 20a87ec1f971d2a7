// SPDX-License-Identifier: GPL-2.0-only
/* Life of the NIC switch: src/model/switch.c. */

#include "fixture.h"
#include "model/vmq.h"

static struct nsw_fixture *nsw_switch_fixture(struct kunit *test)
{
	struct nsw_caps caps;

	nsw_caps_init(&caps, 8);
	return nsw_fixture_absent(test, &caps);
}

static void nsw_switch_without_it_nothing_works(struct kunit *test)
{
	struct nsw_vport_changes changes = { .state = NSW_VPORT_STATE_ACTIVATED };
	struct nsw_fixture *fx = nsw_switch_fixture(test);
	struct netlink_ext_ack *extack = &fx->extack;
	struct nsw_switch *sw = &fx->sw;
	u32 id;

	NSW_EXPECT_REFUSED(fx, nsw_switch_close(sw, extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_name(sw, "x", extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vf_allocate(sw, NULL, NULL, &id, extack), ENOENT,
			   FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vf_free(sw, 0, extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, true, 0, 1), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vport_set(sw, 0, &changes, extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_vport_delete(sw, 1, extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE), ENOENT,
			   FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del(sw, 1, extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_policy_set_trust(sw, 0, true, extack), ENOENT, FILE_NOT_FOUND);
}

static void nsw_switch_create_brings_the_default_vport(struct kunit *test)
{
	struct nsw_switch_params params = { .name = "blue", .num_vfs = 3, .default_qps = 4 };
	struct nsw_fixture *fx = nsw_switch_fixture(test);
	struct nsw_switch *sw = &fx->sw;
	struct nsw_vport *vport;

	KUNIT_ASSERT_EQ(test, nsw_switch_create(sw, &params, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_SWITCH, 0);
	KUNIT_EXPECT_STREQ(test, sw->name, "blue");
	KUNIT_EXPECT_PTR_NE(test, sw->name, params.name);
	KUNIT_EXPECT_EQ(test, sw->num_vfs, 3);
	KUNIT_EXPECT_EQ(test, sw->num_allocated, 0);
	KUNIT_EXPECT_EQ(test, sw->num_vports, 1);
	KUNIT_EXPECT_EQ(test, sw->qps.used, 4);

	vport = nsw_fixture_get_vport(fx, NSW_DEFAULT_VPORT_ID);
	KUNIT_EXPECT_EQ(test, vport->state, NSW_VPORT_STATE_ACTIVATED);
	KUNIT_EXPECT_EQ(test, vport->qps, 4);
	KUNIT_EXPECT_EQ(test, vport->blocked, 0);
	KUNIT_EXPECT_NULL(test, vport->vf);
	nsw_fixture_expect_sound(fx);
}

static void nsw_switch_is_the_only_one(struct kunit *test)
{
	struct nsw_switch_params params = { .num_vfs = 1, .default_qps = 1 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	NSW_EXPECT_REFUSED(fx, nsw_switch_create(&fx->sw, &params, &fx->extack), EEXIST,
			   INVALID_PARAMETER);
}

struct nsw_switch_row {
	const char *desc;
	u32 num_vfs;
	u32 default_qps;
	size_t name_len;
	bool valid;
};

#define NSW_SWITCH_NO_NAME	SIZE_MAX

static const struct nsw_switch_row nsw_switch_rows[] = {
	{ "no VFs", 0, 1, NSW_SWITCH_NO_NAME, true },
	{ "all VFs", 8, 1, NSW_SWITCH_NO_NAME, true },
	{ "more VFs than the adapter has", 9, 1, NSW_SWITCH_NO_NAME, false },
	{ "no default queue pairs", 1, 0, NSW_SWITCH_NO_NAME, false },
	{ "3 default queue pairs", 1, 3, NSW_SWITCH_NO_NAME, false },
	{ "16 default queue pairs", 1, 16, NSW_SWITCH_NO_NAME, false },
	{ "empty name", 1, 1, 0, false },
	{ "longest name", 1, 1, NSW_NAME_MAX, true },
	{ "name too long", 1, 1, NSW_NAME_MAX + 1, false },
};

KUNIT_ARRAY_PARAM_DESC(nsw_switch, nsw_switch_rows, desc);

static void nsw_switch_create_checks_parameters(struct kunit *test)
{
	const struct nsw_switch_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_switch_fixture(test);
	struct nsw_switch_params params = {
		.num_vfs = row->num_vfs,
		.default_qps = row->default_qps,
	};
	char *name;

	name = kunit_kzalloc(test, NSW_NAME_MAX + 2, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, name);
	if (row->name_len != NSW_SWITCH_NO_NAME)
		params.name = memset(name, 'x', row->name_len);
	if (row->valid)
		KUNIT_EXPECT_EQ(test, nsw_switch_create(&fx->sw, &params, &fx->extack), 0);
	else
		NSW_EXPECT_REFUSED(fx, nsw_switch_create(&fx->sw, &params, &fx->extack), EINVAL,
				   INVALID_PARAMETER);
}

/* Trap 10, 15: nothing cascades; filters of the default VPort count too. */
static void nsw_switch_close_waits_for_every_object(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct netlink_ext_ack *extack = &fx->extack;
	u32 vf = nsw_fixture_vf(fx);
	u32 vport = nsw_fixture_vf_vport(fx, vf);
	u32 filter = nsw_fixture_filter(fx, NSW_DEFAULT_VPORT_ID, NSW_MAC(1), NSW_COND_NONE);

	NSW_EXPECT_REFUSED(fx, nsw_switch_close(&fx->sw, extack), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(&fx->sw, extack), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(&fx->sw, extack), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(&fx->sw, vf, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_switch_close(&fx->sw, NULL), 0);
}

/* Trap 15: a filter of the default VPort alone is enough. */
static void nsw_switch_close_waits_for_default_vport_filters(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	nsw_fixture_filter(fx, NSW_DEFAULT_VPORT_ID, NSW_GROUP(1), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(&fx->sw, &fx->extack), EBUSY, INVALID_PARAMETER);
}

static void nsw_switch_closing_takes_no_objects(struct kunit *test)
{
	struct nsw_switch_params params = { .num_vfs = 2, .default_qps = 1 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id;

	KUNIT_ASSERT_EQ(test, nsw_switch_close(&fx->sw, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_switch_create(&fx->sw, &params, &fx->extack), EEXIST,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_vf_allocate(&fx->sw, NULL, NULL, &id, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(&fx->sw, &fx->extack), ENOENT, FILE_NOT_FOUND);

	/* What they would tell of the capabilities comes later. */
	fx->sw.caps.num_queues = 0;
	nsw_switch_delete(&fx->sw);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_SWITCH, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.state, NSW_SWITCH_ABSENT);
	KUNIT_EXPECT_EQ(test, fx->sw.num_vfs, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.num_vports, 0);
}

static void nsw_switch_comes_back_clean(struct kunit *test)
{
	struct nsw_switch_params params = { .name = "one", .num_vfs = 2, .default_qps = 8 };
	struct nsw_vport_changes changes = {
		.name = "uplink",
		.moderation = NSW_MODERATION_HIGH,
	};
	struct nsw_fixture *fx = nsw_switch_fixture(test);
	struct nsw_vport *vport;

	KUNIT_ASSERT_EQ(test, nsw_switch_create(&fx->sw, &params, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &changes, NULL), 0);
	nsw_fixture_member(fx, NSW_MAC(1));
	nsw_fixture_reset(fx);

	params = (struct nsw_switch_params) { .num_vfs = 5, .default_qps = 1 };
	KUNIT_ASSERT_EQ(test, nsw_switch_create(&fx->sw, &params, NULL), 0);
	vport = nsw_fixture_get_vport(fx, NSW_DEFAULT_VPORT_ID);
	KUNIT_EXPECT_NULL(test, fx->sw.name);
	KUNIT_EXPECT_NULL(test, vport->name);
	KUNIT_EXPECT_EQ(test, vport->moderation, NSW_MODERATION_OFF);
	KUNIT_EXPECT_EQ(test, vport->qps, 1);
	KUNIT_EXPECT_EQ(test, fx->sw.qps.used, 1);
	KUNIT_EXPECT_EQ(test, fx->sw.num_vfs, 5);
	nsw_fixture_expect_sound(fx);
}

/* Trap 17: only the name changes after creation. */
static void nsw_switch_name_can_change(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	KUNIT_EXPECT_EQ(test, nsw_switch_set_name(&fx->sw, "green", NULL), 0);
	KUNIT_EXPECT_STREQ(test, fx->sw.name, "green");
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_SWITCH, 0);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_name(&fx->sw, "", &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_STREQ(test, fx->sw.name, "green");
}

static void nsw_switch_generation_counts_changes(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 generation = fx->sw.generation, events = fx->num_events;
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 filter = nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_NONE);

	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, filter, vport, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.generation, generation + 6);
	KUNIT_EXPECT_EQ(test, fx->num_events, events + 6);
}

static const struct nsw_switch_params nsw_switch_settings = {
	.name = "blue", .num_vfs = 3, .default_qps = 4,
};

static struct nsw_fixture *nsw_switch_static_fixture(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_switch_fixture(test);

	KUNIT_ASSERT_EQ(test, nsw_switch_make_static(&fx->sw, &nsw_switch_settings, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_switch_build(&fx->sw), 0);
	return fx;
}

/* Trap 30: it is there, but nobody can use it; the capabilities are settled. */
static void nsw_switch_static_is_built_but_unusable(struct kunit *test)
{
	const struct nsw_caps_changes changes = { .fields = BIT(NSW_A_CAPS_MAX_VFS) };
	struct nsw_fixture *fx = nsw_switch_static_fixture(test);
	const struct nsw_vmq_params queue = { };
	struct nsw_switch *sw = &fx->sw;
	u32 id;

	KUNIT_EXPECT_EQ(test, sw->num_vfs, 3);
	KUNIT_EXPECT_EQ(test, sw->num_vports, 0);
	NSW_EXPECT_REFUSED(fx, nsw_vf_allocate(sw, NULL, NULL, &id, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_vport(fx, true, 0, 1), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_name(sw, "x", &fx->extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(sw, &fx->extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_switch_set_caps(sw, &changes, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	nsw_vmq_open(sw);
	NSW_EXPECT_REFUSED(fx, nsw_vmq_allocate(sw, &queue, &id, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	nsw_switch_unbuild(sw);
	KUNIT_EXPECT_EQ(test, sw->state, NSW_SWITCH_ABSENT);
	KUNIT_EXPECT_EQ(test, sw->num_vfs, 0);
}

/* Trap 30: other parameters fail rather than reconfigure it. */
static void nsw_switch_static_is_created_with_its_settings_only(struct kunit *test)
{
	static const struct nsw_switch_params others[] = {
		{ .name = "blue", .num_vfs = 2, .default_qps = 4 },
		{ .name = "blue", .num_vfs = 4, .default_qps = 4 },
		{ .name = "blue", .num_vfs = 0, .default_qps = 4 },
		{ .name = "blue", .num_vfs = 3, .default_qps = 1 },
		{ .name = "blue", .num_vfs = 3, .default_qps = 3 },
		{ .name = "green", .num_vfs = 3, .default_qps = 4 },
		{ .name = NULL, .num_vfs = 3, .default_qps = 4 },
	};
	struct nsw_fixture *fx = nsw_switch_static_fixture(test);
	struct nsw_switch_params params;
	struct nsw_switch *sw = &fx->sw;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		NSW_EXPECT_REFUSED(fx, nsw_switch_create(sw, &others[i], &fx->extack), EINVAL,
				   INVALID_PARAMETER);
	nsw_switch_defaults(sw, &params);
	KUNIT_EXPECT_EQ(test, nsw_switch_create(sw, &params, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_SWITCH, 0);
	KUNIT_EXPECT_STREQ(test, sw->name, "blue");
	KUNIT_EXPECT_EQ(test, sw->num_vfs, 3);
	KUNIT_EXPECT_EQ(test, sw->qps.used, 4);
	NSW_EXPECT_REFUSED(fx, nsw_switch_create(sw, &params, &fx->extack), EEXIST,
			   INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
}

/* The VFs stay, and so do the settings. */
static void nsw_switch_static_deletion_frees_software_only(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_switch_static_fixture(test);
	struct nsw_switch *sw = &fx->sw;
	const struct nsw_vf *vfs = sw->vfs;
	u32 vf;

	KUNIT_ASSERT_EQ(test, nsw_switch_create(sw, &nsw_switch_settings, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_switch_set_name(sw, "green", NULL), 0);
	vf = nsw_fixture_vf(fx);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close(sw, &fx->extack), EBUSY, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(sw, vf, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_switch_close(sw, NULL), 0);
	nsw_switch_delete(sw);
	KUNIT_EXPECT_EQ(test, sw->state, NSW_SWITCH_BUILT);
	KUNIT_EXPECT_PTR_EQ(test, (const struct nsw_vf *)sw->vfs, vfs);
	KUNIT_EXPECT_EQ(test, sw->num_vfs, 3);
	KUNIT_EXPECT_NULL(test, sw->name);

	KUNIT_EXPECT_EQ(test, nsw_switch_create(sw, &nsw_switch_settings, NULL), 0);
	KUNIT_EXPECT_STREQ(test, sw->name, "blue");
}

static void nsw_switch_static_settings_are_checked(struct kunit *test)
{
	struct nsw_switch_params settings = { .num_vfs = 9, .default_qps = 1 };
	struct nsw_fixture *fx = nsw_switch_fixture(test);
	struct nsw_switch *sw = &fx->sw;

	NSW_EXPECT_REFUSED(fx, nsw_switch_make_static(sw, &settings, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	settings = (struct nsw_switch_params) { .num_vfs = 8, .default_qps = 3 };
	NSW_EXPECT_REFUSED(fx, nsw_switch_make_static(sw, &settings, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	settings = (struct nsw_switch_params) { .num_vfs = 8, .default_qps = 1, .name = "" };
	NSW_EXPECT_REFUSED(fx, nsw_switch_make_static(sw, &settings, &fx->extack), EINVAL,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_FALSE(test, sw->is_static);
	/* Without a driver of its PF there is nothing to create. */
	KUNIT_ASSERT_EQ(test, nsw_switch_make_static(sw, &nsw_switch_settings, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_switch_create(sw, &nsw_switch_settings, &fx->extack), ENODEV,
			   FAILURE);
}

/* Trap 18: NumQueues turns 0 with a switch, and whoever follows the capabilities hears it. */
static void nsw_switch_tells_of_its_effect_on_capabilities(struct kunit *test)
{
	const struct nsw_switch_params params = { .num_vfs = 1, .default_qps = 1 };
	struct nsw_fixture *fx = nsw_switch_fixture(test);
	struct nsw_switch *sw = &fx->sw;
	unsigned int events = fx->num_events;

	KUNIT_ASSERT_EQ(test, nsw_switch_create(sw, &params, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->num_events, events + 2);
	KUNIT_EXPECT_EQ(test, nsw_switch_close(sw, NULL), 0);
	nsw_switch_delete(sw);
	KUNIT_EXPECT_EQ(test, fx->num_events, events + 4);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_CAPS, 0);
	/* Nothing to tell without VM queues. */
	sw->caps.num_queues = 0;
	KUNIT_ASSERT_EQ(test, nsw_switch_create(sw, &params, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->num_events, events + 5);
}

static struct kunit_case nsw_switch_cases[] = {
	KUNIT_CASE(nsw_switch_without_it_nothing_works),
	KUNIT_CASE(nsw_switch_create_brings_the_default_vport),
	KUNIT_CASE(nsw_switch_is_the_only_one),
	KUNIT_CASE_PARAM(nsw_switch_create_checks_parameters, nsw_switch_gen_params),
	KUNIT_CASE(nsw_switch_close_waits_for_every_object),
	KUNIT_CASE(nsw_switch_close_waits_for_default_vport_filters),
	KUNIT_CASE(nsw_switch_closing_takes_no_objects),
	KUNIT_CASE(nsw_switch_comes_back_clean),
	KUNIT_CASE(nsw_switch_name_can_change),
	KUNIT_CASE(nsw_switch_generation_counts_changes),
	KUNIT_CASE(nsw_switch_static_is_built_but_unusable),
	KUNIT_CASE(nsw_switch_static_is_created_with_its_settings_only),
	KUNIT_CASE(nsw_switch_static_deletion_frees_software_only),
	KUNIT_CASE(nsw_switch_static_settings_are_checked),
	KUNIT_CASE(nsw_switch_tells_of_its_effect_on_capabilities),
	{}
};

static struct kunit_suite nsw_switch_suite = {
	.name = "nsw_switch",
	.test_cases = nsw_switch_cases,
};

kunit_test_suite(nsw_switch_suite);
