// SPDX-License-Identifier: GPL-2.0-only
/* Receive filters as objects: src/model/filter.c, src/model/filter_place.c. */

#include "fixture.h"

/* Trap 6: ids are unique on the adapter, start at 1, and do not come back soon. */
static void nsw_filter_ids_are_unique_on_the_adapter(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 two = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));

	KUNIT_EXPECT_EQ(test, nsw_fixture_filter(fx, one, NSW_MAC(1), NSW_COND_NONE), 1);
	nsw_fixture_expect_event(fx, NSW_EVENT_ADD, NSW_OBJECT_FILTER, 1);
	KUNIT_EXPECT_EQ(test, nsw_fixture_filter(fx, two, NSW_MAC(2), NSW_COND_NONE), 2);
	KUNIT_EXPECT_EQ(test, nsw_fixture_filter(fx, 0, NSW_MAC(3), NSW_COND_NONE), 3);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, 2, NULL), 0);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_FILTER, 2);
	KUNIT_EXPECT_EQ(test, nsw_fixture_filter(fx, one, NSW_MAC(4), NSW_COND_NONE), 4);
	nsw_fixture_expect_sound(fx);
}

struct nsw_filter_row {
	const char *desc;
	u64 mac;
	u32 mode;
	u16 vid;
	bool valid;
};

/* Source: ndis_receive_filter_field_parameters; decision 5 for what documents leave open. */
static const struct nsw_filter_row nsw_filter_rows[] = {
	{ "MAC, untagged or VID 0", NSW_MAC(1), NSW_VLAN_MODE_NONE, 0, true },
	{ "MAC, any, because it was asked for", NSW_MAC(1), NSW_VLAN_MODE_ANY, 0, true },
	{ "MAC, VID 1", NSW_MAC(1), NSW_VLAN_MODE_ID, 1, true },
	{ "MAC, VID 4094", NSW_MAC(1), NSW_VLAN_MODE_ID, 4094, true },
	{ "MAC, VID 0", NSW_MAC(1), NSW_VLAN_MODE_ID, 0, false },
	{ "MAC, VID 4095", NSW_MAC(1), NSW_VLAN_MODE_ID, 4095, false },
	{ "MAC, VID 4096", NSW_MAC(1), NSW_VLAN_MODE_ID, 4096, false },
	{ "MAC, VID 65535", NSW_MAC(1), NSW_VLAN_MODE_ID, U16_MAX, false },
	{ "unknown condition", NSW_MAC(1), NSW_VLAN_MODE_ANY + 1, 0, false },
	{ "multicast", NSW_GROUP(1), NSW_VLAN_MODE_NONE, 0, true },
	{ "multicast, VID 7", NSW_GROUP(1), NSW_VLAN_MODE_ID, 7, true },
	{ "multicast, any", NSW_GROUP(1), NSW_VLAN_MODE_ANY, 0, true },
	{ "zero address", 0, NSW_VLAN_MODE_NONE, 0, false },
	{ "broadcast", NSW_MAC_BROADCAST, NSW_VLAN_MODE_NONE, 0, false },
	{ "broadcast, any", NSW_MAC_BROADCAST, NSW_VLAN_MODE_ANY, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(nsw_filter, nsw_filter_rows, desc);

static void nsw_filter_shapes(struct kunit *test)
{
	const struct nsw_filter_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u8 mac[ETH_ALEN];
	u32 id;

	u64_to_ether_addr(row->mac, mac);
	if (row->valid)
		KUNIT_EXPECT_EQ(test, nsw_filter_add(&fx->sw, vport, mac, row->mode, row->vid, &id,
						     &fx->extack), 0);
	else
		NSW_EXPECT_REFUSED(fx, nsw_filter_add(&fx->sw, vport, mac, row->mode, row->vid,
						      &id, &fx->extack),
				   EINVAL, INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
}

static void nsw_filter_vid_is_a_capability(struct kunit *test)
{
	struct nsw_fixture *fx;
	struct nsw_caps caps;

	nsw_caps_init(&caps, 2);
	caps.flags &= ~NSW_CAPS_F_VLAN;
	fx = nsw_fixture_with_caps(test, &caps);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, 0, NSW_MAC(1), 5), EOPNOTSUPP,
			   NOT_SUPPORTED);
	nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_ANY);
}

/* Decision 5: one holder for a unicast (MAC, condition), whatever its VPort. */
static void nsw_filter_unicast_has_one_holder(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 two = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	static const int conds[] = { NSW_COND_NONE, 5, NSW_COND_ANY };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(conds); i++) {
		nsw_fixture_filter(fx, one, NSW_MAC(1), conds[i]);
		NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, two, NSW_MAC(1), conds[i]),
				   EEXIST, INVALID_PARAMETER);
		/* The refusal names the holder. */
		KUNIT_EXPECT_NOT_NULL(test, strstr(fx->extack._msg, "VPort 1"));
		NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, one, NSW_MAC(1), conds[i]),
				   EEXIST, INVALID_PARAMETER);
		NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, 0, NSW_MAC(1), conds[i]),
				   EEXIST, INVALID_PARAMETER);
	}
	/* Another VLAN is another filter. */
	nsw_fixture_filter(fx, two, NSW_MAC(1), 6);
	nsw_fixture_expect_sound(fx);
}

static void nsw_filter_multicast_has_many_holders(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 two = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));

	nsw_fixture_filter(fx, one, NSW_GROUP(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, two, NSW_GROUP(1), NSW_COND_NONE);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, one, NSW_GROUP(1), NSW_COND_NONE),
			   EEXIST, INVALID_PARAMETER);
	nsw_fixture_expect_sound(fx);
}

static void nsw_filter_needs_a_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, 1, NSW_MAC(1), NSW_COND_NONE), ENOENT,
			   INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, U32_MAX, NSW_MAC(1), NSW_COND_NONE),
			   ENOENT, INVALID_PARAMETER);
	/* Trap 15: the default VPort takes filters too. */
	nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);
}

/* MaxNumMacAddresses bounds unicast filters, MaxMacHeaderFilters all of them. */
static void nsw_filter_limits(struct kunit *test)
{
	struct nsw_caps caps = {
		.flags = NSW_CAPS_F_VLAN | NSW_CAPS_F_SINGLE_VPORT_POOL,
		.max_vfs = 1,
		.max_vports = 2,
		.max_qps = 2,
		.max_qps_vport = 1,
		.max_qps_default = 1,
		.max_macs = 2,
		.max_filters = 4,
	};
	struct nsw_fixture *fx = nsw_fixture_with_caps(test, &caps);
	u32 filter;

	nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);
	filter = nsw_fixture_filter(fx, 0, NSW_MAC(1), 5);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, 0, NSW_MAC(2), 0), ENOSPC, RESOURCES);
	nsw_fixture_filter(fx, 0, NSW_GROUP(1), 5);
	nsw_fixture_filter(fx, 0, NSW_GROUP(2), NSW_COND_ANY);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, 0, NSW_GROUP(3), 0), ENOSPC, RESOURCES);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, filter, NULL), 0);
	nsw_fixture_filter(fx, 0, NSW_MAC(2), NSW_COND_NONE);
	nsw_fixture_expect_sound(fx);
}

/* Trap 13: CLEAR_FILTER reports FILE_NOT_FOUND. Id 0 is a placeholder, never a filter. */
static void nsw_filter_del_refusals(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);

	NSW_EXPECT_REFUSED(fx, nsw_filter_del(&fx->sw, 0, &fx->extack), ENOENT, FILE_NOT_FOUND);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del(&fx->sw, id + 1, &fx->extack), ENOENT,
			   FILE_NOT_FOUND);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, id, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_filter_del(&fx->sw, id, &fx->extack), ENOENT, FILE_NOT_FOUND);
}

/* Trap 8: silent before the first filter and after the last. */
static void nsw_filter_last_one_silences_the_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, id);
	u32 one, two;

	KUNIT_EXPECT_TRUE(test, vport->blocked & NSW_BLOCK_SILENT);
	one = nsw_fixture_filter(fx, id, NSW_MAC(1), NSW_COND_NONE);
	KUNIT_EXPECT_FALSE(test, vport->blocked & NSW_BLOCK_SILENT);
	two = nsw_fixture_filter(fx, id, NSW_GROUP(1), 9);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, one, NULL), 0);
	KUNIT_EXPECT_FALSE(test, vport->blocked & NSW_BLOCK_SILENT);
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, two, NULL), 0);
	KUNIT_EXPECT_TRUE(test, vport->blocked & NSW_BLOCK_SILENT);
	nsw_fixture_expect_sound(fx);
}

/* The default VPort is exempt. */
static void nsw_filter_default_vport_is_never_silent(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 id = nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);

	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.vport0.blocked, 0);
}

static void nsw_filter_counts_by_kind_and_place(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	u32 id;

	nsw_fixture_filter(fx, 0, NSW_MAC(1), NSW_COND_NONE);
	nsw_fixture_filter(fx, 0, NSW_GROUP(1), NSW_COND_ANY);
	nsw_fixture_filter(fx, vport, NSW_MAC(1), 5);
	id = nsw_fixture_filter(fx, vport, NSW_GROUP(1), 5);
	KUNIT_EXPECT_EQ(test, fx->sw.counts[0].mac, 2);
	KUNIT_EXPECT_EQ(test, fx->sw.counts[0].vlan, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.counts[1].mac, 0);
	KUNIT_EXPECT_EQ(test, fx->sw.counts[1].vlan, 2);
	KUNIT_EXPECT_EQ(test, fx->sw.num_unicast, 2);
	KUNIT_EXPECT_EQ(test, nsw_filter_move(&fx->sw, id, vport, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.counts[0].vlan, 1);
	KUNIT_EXPECT_EQ(test, fx->sw.counts[1].vlan, 1);
	nsw_fixture_expect_sound(fx);
}

/* Decision 5: the PF interface's own addresses, with condition any, without being asked. */
static void nsw_filter_own_address_is_taken(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_verdict verdict;
	u8 mac[ETH_ALEN];

	u64_to_ether_addr(NSW_MAC(1), mac);
	KUNIT_EXPECT_EQ(test, nsw_filter_own_add(&fx->sw, mac), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.num_unicast, 0);
	NSW_EXPECT_REFUSED(fx, nsw_fixture_try_filter(fx, vport, NSW_MAC(1), NSW_COND_ANY), EEXIST,
			   INVALID_PARAMETER);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 7, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
	/* A specific condition wins over it. */
	nsw_fixture_filter(fx, vport, NSW_MAC(1), 7);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 7, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, vport));
	/* It is no filter that keeps the switch, nor does deleting it touch one. */
	nsw_filter_own_del(&fx->sw, mac);
	nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_ANY);
	nsw_filter_own_del(&fx->sw, mac);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 8, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, vport));
	nsw_fixture_expect_sound(fx);
}

/* The PF interface may have an address twice: as its own and in its list. */
static void nsw_filter_own_address_is_counted(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_verdict verdict;
	u8 mac[ETH_ALEN];

	u64_to_ether_addr(NSW_MAC(1), mac);
	KUNIT_EXPECT_EQ(test, nsw_filter_own_add(&fx->sw, mac), 0);
	KUNIT_EXPECT_EQ(test, nsw_filter_own_add(&fx->sw, mac), 0);
	nsw_filter_own_del(&fx->sw, mac);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_TRUE(test, nsw_fixture_reaches(&verdict, 0));
	nsw_filter_own_del(&fx->sw, mac);
	nsw_fixture_decide(fx, NSW_FIXTURE_WIRE, NSW_MAC(1), NSW_MAC(9), 0, &verdict);
	KUNIT_EXPECT_EQ(test, verdict.drop, NSW_DROP_NO_MATCH);
	/* What a filter holds the PF interface cannot have. */
	nsw_fixture_filter(fx, vport, NSW_MAC(1), NSW_COND_ANY);
	KUNIT_EXPECT_EQ(test, nsw_filter_own_add(&fx->sw, mac), -EEXIST);
	nsw_fixture_expect_sound(fx);
}

static struct kunit_case nsw_filter_cases[] = {
	KUNIT_CASE(nsw_filter_ids_are_unique_on_the_adapter),
	KUNIT_CASE_PARAM(nsw_filter_shapes, nsw_filter_gen_params),
	KUNIT_CASE(nsw_filter_vid_is_a_capability),
	KUNIT_CASE(nsw_filter_unicast_has_one_holder),
	KUNIT_CASE(nsw_filter_multicast_has_many_holders),
	KUNIT_CASE(nsw_filter_needs_a_vport),
	KUNIT_CASE(nsw_filter_limits),
	KUNIT_CASE(nsw_filter_del_refusals),
	KUNIT_CASE(nsw_filter_last_one_silences_the_vport),
	KUNIT_CASE(nsw_filter_default_vport_is_never_silent),
	KUNIT_CASE(nsw_filter_counts_by_kind_and_place),
	KUNIT_CASE(nsw_filter_own_address_is_taken),
	KUNIT_CASE(nsw_filter_own_address_is_counted),
	{}
};

static struct kunit_suite nsw_filter_suite = {
	.name = "nsw_filter",
	.test_cases = nsw_filter_cases,
};

kunit_test_suite(nsw_filter_suite);
