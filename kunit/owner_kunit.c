// SPDX-License-Identifier: GPL-2.0-only
/* Objects that belong to somebody: src/model/caller.h, src/model/owner.c. */

#include "fixture.h"
#include "model/owner.h"

static const struct nsw_caller nsw_owner_me = { .id = 7, .own = true };
static const struct nsw_caller nsw_owner_me_for_all = { .id = 7 };
static const struct nsw_caller nsw_owner_other = { .id = 8, .own = true };
static const struct nsw_caller nsw_owner_nobody = { };

/* VF, VPort and filter of somebody; ids are those of the first. */
static void nsw_owner_make(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 n,
			   u32 *vf, u32 *vport, u32 *filter)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, n };
	struct nsw_vport_params params = { .caller = caller, .qps = 1 };
	struct nsw_vf_params guest = { .caller = caller };

	KUNIT_ASSERT_EQ(fx->test, nsw_vf_allocate_as(&fx->sw, &guest, vf, NULL), 0);
	params.vf = *vf;
	KUNIT_ASSERT_EQ(fx->test, nsw_vport_create(&fx->sw, &params, vport, NULL), 0);
	KUNIT_ASSERT_EQ(fx->test, nsw_filter_add_as(&fx->sw, caller, *vport, mac,
						    NSW_VLAN_MODE_NONE, 0, filter, NULL), 0);
}

static int nsw_owner_try_vport(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 vf)
{
	const struct nsw_vport_params params = { .caller = caller, .vf = vf, .qps = 1 };
	u32 id;

	return nsw_vport_create(&fx->sw, &params, &id, &fx->extack);
}

static int nsw_owner_try_filter(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 vport)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x99 };
	u32 id;

	return nsw_filter_add_as(&fx->sw, caller, vport, mac, NSW_VLAN_MODE_NONE, 0, &id,
				 &fx->extack);
}

static int nsw_owner_try_unlink(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 vport)
{
	return PTR_ERR_OR_ZERO(nsw_vport_unlink_as(&fx->sw, caller, vport, &fx->extack));
}

static void nsw_owner_alone_may_touch(struct kunit *test)
{
	const struct nsw_caller *others[] = { &nsw_owner_other, &nsw_owner_nobody };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf, vport, filter, vf2, vport2, filter2, free;
	const struct nsw_caller *who;
	int i;

	nsw_owner_make(fx, &nsw_owner_me, 1, &vf, &vport, &filter);
	nsw_owner_make(fx, &nsw_owner_other, 2, &vf2, &vport2, &filter2);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		who = others[i];
		NSW_EXPECT_REFUSED(fx, nsw_owner_try_filter(fx, who, vport), EPERM,
				   INVALID_PARAMETER);
		NSW_EXPECT_REFUSED(fx, nsw_filter_del_as(&fx->sw, who, filter, &fx->extack), EPERM,
				   INVALID_PARAMETER);
		NSW_EXPECT_REFUSED(fx, nsw_filter_move_as(&fx->sw, who, filter, vport, 0,
							  &fx->extack), EPERM, INVALID_PARAMETER);
		NSW_EXPECT_REFUSED(fx, nsw_owner_try_unlink(fx, who, vport), EPERM,
				   INVALID_PARAMETER);
		NSW_EXPECT_REFUSED(fx, nsw_vf_free_as(&fx->sw, who, vf, &fx->extack), EPERM,
				   INVALID_PARAMETER);
	}
	/* Nor bring a filter of one's own there. */
	NSW_EXPECT_REFUSED(fx, nsw_filter_move_as(&fx->sw, &nsw_owner_other, filter2, vport2, vport,
						  &fx->extack), EPERM, INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_filter_del_as(&fx->sw, &nsw_owner_other, filter2, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport2, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_owner_try_vport(fx, &nsw_owner_me, vf2), EPERM,
			   INVALID_PARAMETER);
	/* The default VPort and what nobody owns is for everybody. */
	KUNIT_EXPECT_EQ(test, nsw_filter_move_as(&fx->sw, &nsw_owner_me, filter, vport, 0, NULL),
			0);
	KUNIT_EXPECT_EQ(test, nsw_owner_try_filter(fx, &nsw_owner_other, 0), 0);
	free = nsw_fixture_vf(fx);
	KUNIT_EXPECT_EQ(test, nsw_owner_try_vport(fx, &nsw_owner_other, free), 0);
	/* The owner itself, and whoever takes all away. */
	KUNIT_EXPECT_EQ(test, nsw_filter_del_as(&fx->sw, &nsw_owner_me_for_all, filter, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free_as(&fx->sw, &nsw_owner_me_for_all, vf, NULL), 0);
}

static void nsw_owner_of_a_switch_alone_deletes_it(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	const struct nsw_switch_params params = {
		.caller = &nsw_owner_me, .num_vfs = 1, .default_qps = 1,
	};

	nsw_fixture_reset(fx);
	KUNIT_ASSERT_EQ(test, nsw_switch_create(&fx->sw, &params, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_switch_close_as(&fx->sw, &nsw_owner_other, &fx->extack), EPERM,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_switch_close_as(&fx->sw, &nsw_owner_me, NULL), 0);
	nsw_switch_delete(&fx->sw);
	KUNIT_EXPECT_EQ(test, fx->sw.owner, 0);
}

/* A filter is copied when its VPort enters or leaves a VLAN. */
static void nsw_owner_stays_when_a_filter_is_rebuilt(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf, vport, filter;

	nsw_owner_make(fx, &nsw_owner_me, 1, &vf, &vport, &filter);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 10, 0, false, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del_as(&fx->sw, &nsw_owner_other, filter, &fx->extack),
			   EPERM, INVALID_PARAMETER);
	KUNIT_ASSERT_EQ(test, nsw_filter_move_as(&fx->sw, &nsw_owner_me, filter, vport, 0, NULL),
			0);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del_as(&fx->sw, &nsw_owner_other, filter, &fx->extack),
			   EPERM, INVALID_PARAMETER);
}

static void nsw_owner_walk_finds_all_in_order(struct kunit *test)
{
	struct nsw_owner_walk walk = { .owner = nsw_owner_me.id, .object = NSW_OBJECT_FILTER };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf[3], vport[3], filter[3], i, seen = 0;
	static const enum nsw_object order[] = {
		NSW_OBJECT_FILTER, NSW_OBJECT_FILTER, NSW_OBJECT_VPORT, NSW_OBJECT_VPORT,
		NSW_OBJECT_VF, NSW_OBJECT_VF, NSW_OBJECT_SWITCH,
	};

	fx->sw.owner = nsw_owner_me.id;
	for (i = 0; i < 3; i++)
		nsw_owner_make(fx, i == 1 ? &nsw_owner_other : &nsw_owner_me, i + 1, &vf[i],
			       &vport[i], &filter[i]);
	while (nsw_owner_find(&fx->sw, &walk)) {
		KUNIT_ASSERT_LT(test, seen, ARRAY_SIZE(order));
		KUNIT_EXPECT_EQ(test, walk.object, order[seen++]);
		switch (walk.object) {
		case NSW_OBJECT_FILTER:
			KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, walk.id, NULL), 0);
			break;
		case NSW_OBJECT_VPORT:
			KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, walk.id, NULL), 0);
			break;
		default:
			/* Found once more unless it is dropped. */
			nsw_owner_drop(&fx->sw, &walk);
		}
	}
	KUNIT_EXPECT_EQ(test, seen, ARRAY_SIZE(order));
	KUNIT_EXPECT_EQ(test, fx->sw.owner, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.vfs[vf[1]].owner, nsw_owner_other.id);
	KUNIT_EXPECT_TRUE(test, fx->sw.vfs[vf[0]].allocated);
	/* That of somebody else was not touched. */
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport[1], NULL), -EBUSY);
}

static struct kunit_case nsw_owner_cases[] = {
	KUNIT_CASE(nsw_owner_alone_may_touch),
	KUNIT_CASE(nsw_owner_of_a_switch_alone_deletes_it),
	KUNIT_CASE(nsw_owner_stays_when_a_filter_is_rebuilt),
	KUNIT_CASE(nsw_owner_walk_finds_all_in_order),
	{ }
};

static struct kunit_suite nsw_owner_suite = {
	.name = "nsw_owner",
	.test_cases = nsw_owner_cases,
};

kunit_test_suite(nsw_owner_suite);
