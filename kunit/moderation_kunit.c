// SPDX-License-Identifier: GPL-2.0-only
/* Interrupt moderation of VPorts: src/model/moderation.c. */

#include "fixture.h"
#include "model/moderation.h"

static void nsw_moderation_levels_wait_longer_and_longer(struct kunit *test)
{
	const struct nsw_moderation_level *level, *below;
	enum nsw_moderation i;

	KUNIT_EXPECT_EQ(test, nsw_moderation_level(NSW_MODERATION_OFF)->usecs, 0);
	for (i = NSW_MODERATION_LOW; i <= NSW_MODERATION_HIGH; i++) {
		level = nsw_moderation_level(i);
		below = nsw_moderation_level(i - 1);
		KUNIT_EXPECT_GT(test, level->usecs, below->usecs);
		KUNIT_EXPECT_GT(test, level->frames, below->frames);
	}
}

static void nsw_moderation_is_found_by_either_number(struct kunit *test)
{
	const struct nsw_moderation_level *level;
	enum nsw_moderation i;

	for (i = NSW_MODERATION_OFF; i <= NSW_MODERATION_HIGH; i++) {
		level = nsw_moderation_level(i);
		KUNIT_EXPECT_EQ(test, nsw_moderation_find(level->usecs, -1), i);
		KUNIT_EXPECT_EQ(test, nsw_moderation_find(-1, level->frames), i);
		KUNIT_EXPECT_EQ(test, nsw_moderation_find(level->usecs, level->frames), i);
		KUNIT_EXPECT_EQ(test, nsw_moderation_find(level->usecs, level->frames + 1), 0);
		KUNIT_EXPECT_EQ(test, nsw_moderation_find(level->usecs + 1, -1), 0);
	}
}

static void nsw_moderation_reaches_the_interface(struct kunit *test)
{
	struct nsw_vport_changes changes = { .moderation = NSW_MODERATION_HIGH };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *pf = nsw_fixture_vport_port(fx, 0);

	KUNIT_EXPECT_EQ(test, pf->moderation, NSW_MODERATION_OFF);
	KUNIT_EXPECT_EQ(test, nsw_vport_set(&fx->sw, 0, &changes, NULL), 0);
	KUNIT_EXPECT_EQ(test, pf->moderation, NSW_MODERATION_HIGH);
}

static void nsw_moderation_can_be_asked_for_by_the_interface(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *pf = nsw_fixture_vport_port(fx, 0);
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, NSW_DEFAULT_VPORT_ID);

	KUNIT_EXPECT_EQ(test, nsw_moderation_request(&fx->sw, &pf->port, NSW_MODERATION_LOW, NULL),
			0);
	KUNIT_EXPECT_EQ(test, vport->moderation, NSW_MODERATION_LOW);
	KUNIT_EXPECT_EQ(test, pf->moderation, NSW_MODERATION_LOW);
	NSW_EXPECT_REFUSED(fx, nsw_moderation_request(&fx->sw, &pf->port,
						      NSW_MODERATION_ADAPTIVE + 1, &fx->extack),
			   EINVAL, INVALID_PARAMETER);
	fx->sw.caps.flags &= ~NSW_CAPS_F_PER_VPORT_MODERATION;
	NSW_EXPECT_REFUSED(fx, nsw_moderation_request(&fx->sw, &pf->port, NSW_MODERATION_HIGH,
						      &fx->extack),
			   EOPNOTSUPP, NOT_SUPPORTED);
	fx->sw.caps.flags |= NSW_CAPS_F_PER_VPORT_MODERATION;
}

static void nsw_moderation_needs_a_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *port = nsw_fixture_port(fx);

	NSW_EXPECT_REFUSED(fx, nsw_moderation_request(&fx->sw, &port->port, NSW_MODERATION_LOW,
						      &fx->extack), ENODEV, FAILURE);
}

static struct kunit_case nsw_moderation_cases[] = {
	KUNIT_CASE(nsw_moderation_levels_wait_longer_and_longer),
	KUNIT_CASE(nsw_moderation_is_found_by_either_number),
	KUNIT_CASE(nsw_moderation_reaches_the_interface),
	KUNIT_CASE(nsw_moderation_can_be_asked_for_by_the_interface),
	KUNIT_CASE(nsw_moderation_needs_a_vport),
	{ }
};

static struct kunit_suite nsw_moderation_suite = {
	.name = "nsw_moderation",
	.test_cases = nsw_moderation_cases,
};

kunit_test_suite(nsw_moderation_suite);
