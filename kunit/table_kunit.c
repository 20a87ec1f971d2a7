// SPDX-License-Identifier: GPL-2.0-only
/* (MAC, VLAN) to VPort: src/model/table.c. */

#include <linux/slab.h>

#include "fixture.h"
#include "model/table.h"

/* More VPorts than one long has bits. */
#define NSW_TABLE_VPORTS	200

static void nsw_table_test_free(struct kunit_resource *res)
{
	nsw_table_fini(res->data);
	kfree(res->data);
}

static int nsw_table_test_init(struct kunit *test)
{
	struct nsw_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	int err = table ? nsw_table_init(table, NSW_TABLE_VPORTS) : -ENOMEM;

	if (err) {
		kfree(table);
		return err;
	}
	test->priv = table;
	return kunit_alloc_resource(test, NULL, nsw_table_test_free, GFP_KERNEL, table) ?
	       0 : -ENOMEM;
}

/* The members of a group as frames find them. */
static void nsw_table_members(struct nsw_table *table, u64 key, unsigned long *set)
{
	bitmap_zero(set, NSW_VPORTS_MAX);
	rcu_read_lock();
	nsw_table_group_collect_rcu(table, key, set);
	rcu_read_unlock();
}

static unsigned int nsw_table_count(struct nsw_table *table, u64 key)
{
	DECLARE_BITMAP(set, NSW_VPORTS_MAX);

	nsw_table_members(table, key, set);
	return bitmap_weight(set, NSW_VPORTS_MAX);
}

static void nsw_table_key_parts_do_not_mix(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0x11, 0x22, 0x33, 0x44, 0x55 };

	KUNIT_EXPECT_EQ(test, nsw_mac_pack(mac), 0x021122334455ULL);
	KUNIT_EXPECT_EQ(test, nsw_key(nsw_mac_pack(mac), 0), 0x0211223344550000ULL);
	KUNIT_EXPECT_EQ(test, nsw_key(nsw_mac_pack(mac), NSW_VLAN_ANY), 0x021122334455ffffULL);
	KUNIT_EXPECT_NE(test, nsw_key(1, 5), nsw_key(1, NSW_VLAN_S | 5));
	KUNIT_EXPECT_TRUE(test, NSW_GROUP(1) & NSW_MAC_GROUP);
	KUNIT_EXPECT_TRUE(test, NSW_MAC_BROADCAST & NSW_MAC_GROUP);
	KUNIT_EXPECT_FALSE(test, NSW_MAC(1) & NSW_MAC_GROUP);
}

static void nsw_table_unicast_key_is_unique(struct kunit *test)
{
	struct nsw_entry one = { .key = nsw_key(NSW_MAC(1), 5) };
	struct nsw_entry two = { .key = nsw_key(NSW_MAC(1), 5) };
	struct nsw_table *table = test->priv;

	KUNIT_EXPECT_EQ(test, nsw_table_add(table, &one), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_add(table, &two), -EEXIST);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_find_rcu(table, one.key), &one);
	KUNIT_EXPECT_NULL(test, nsw_table_find_rcu(table, nsw_key(NSW_MAC(1), 6)));
	KUNIT_EXPECT_NULL(test, nsw_table_find_rcu(table, nsw_key(NSW_MAC(2), 5)));
	rcu_read_unlock();
	nsw_table_del(table, &one);
	KUNIT_EXPECT_EQ(test, nsw_table_add(table, &two), 0);
	nsw_table_del(table, &two);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, nsw_table_find_rcu(table, one.key));
	rcu_read_unlock();
}

/* A specific condition wins over any; a Deactivated VPort is skipped as if it had no filter. */
static void nsw_table_lookup_prefers_the_specific(struct kunit *test)
{
	struct nsw_vport exact = { .id = 1 }, any = { .id = 2 };
	struct nsw_entry entries[2] = {
		{ .key = nsw_key(NSW_MAC(1), 5) },
		{ .key = nsw_key(NSW_MAC(1), NSW_VLAN_ANY) },
	};
	struct nsw_table *table = test->priv;

	RCU_INIT_POINTER(entries[0].vport, &exact);
	RCU_INIT_POINTER(entries[1].vport, &any);
	KUNIT_EXPECT_EQ(test, nsw_table_add(table, &entries[0]), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_add(table, &entries[1]), 0);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 5), &exact);
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 6), &any);
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 0), &any);
	KUNIT_EXPECT_NULL(test, nsw_table_lookup_rcu(table, NSW_MAC(2), 5));
	exact.blocked = NSW_BLOCK_INACTIVE;
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 5), &any);
	/* Without carrier it still is the one. */
	exact.blocked = NSW_BLOCK_LINK | NSW_BLOCK_POWER;
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 5), &exact);
	any.pvlan = 7;
	KUNIT_EXPECT_NULL(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 6));
	KUNIT_EXPECT_PTR_EQ(test, nsw_table_lookup_rcu(table, NSW_MAC(1), 7), &any);
	rcu_read_unlock();
	nsw_table_del(table, &entries[0]);
	nsw_table_del(table, &entries[1]);
}

static void nsw_table_group_members_come_and_go(struct kunit *test)
{
	static const u32 ids[] = { 0, 1, 63, 64, 65, 127, 128, NSW_TABLE_VPORTS - 1 };
	u64 key = nsw_key(NSW_GROUP(1), 5);
	struct nsw_table *table = test->priv;
	DECLARE_BITMAP(set, NSW_VPORTS_MAX);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, ids[i], NSW_MEMBER_FILTER,
							  true), 0);
		KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, ids[i], NSW_MEMBER_FILTER,
							  true), -EEXIST);
		KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, key, ids[i]));
		KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), i + 1);
	}
	nsw_table_members(table, key, set);
	for (i = 0; i < ARRAY_SIZE(ids); i++)
		KUNIT_EXPECT_TRUE(test, test_bit(ids[i], set));
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, nsw_key(NSW_GROUP(1), 6)), 0);
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, ids[i], NSW_MEMBER_FILTER,
							  false), 0);
		KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, ids[i], NSW_MEMBER_FILTER,
							  false), -ENOENT);
		KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), ARRAY_SIZE(ids) - 1 - i);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&table->groups.nelems), 0);
}

/* What an interface has joined and what its VPort was given are two things. */
static void nsw_table_group_kinds_are_apart(struct kunit *test)
{
	u64 key = nsw_key(NSW_GROUP(1), 0);
	struct nsw_table *table = test->priv;

	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 3, NSW_MEMBER_GUEST, true), 0);
	KUNIT_EXPECT_FALSE(test, nsw_table_group_has(table, key, 3));
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), 1);
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 3, NSW_MEMBER_FILTER, true), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), 1);
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 3, NSW_MEMBER_GUEST, false), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), 1);
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 3, NSW_MEMBER_GUEST, false),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 3, NSW_MEMBER_FILTER, false), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), 0);
}

/* A membership of an interface does not make a silent VPort receive. */
static void nsw_table_group_silent_guests_are_left_out(struct kunit *test)
{
	u64 key = nsw_key(NSW_GROUP(1), 0);
	struct nsw_table *table = test->priv;

	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 70, NSW_MEMBER_GUEST, true), 0);
	set_bit(70, table->silent);
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), 0);
	clear_bit(70, table->silent);
	KUNIT_EXPECT_EQ(test, nsw_table_count(table, key), 1);
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 70, NSW_MEMBER_GUEST, false), 0);
}

static void nsw_table_group_move_hands_over(struct kunit *test)
{
	u64 key = nsw_key(NSW_MAC_BROADCAST, 0);
	struct nsw_group_move move = { .key = key };
	struct nsw_table *table = test->priv;

	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 1, NSW_MEMBER_FILTER, true), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_groups_move(table, &move, 1, 1, 100), 0);
	KUNIT_EXPECT_FALSE(test, nsw_table_group_has(table, key, 1));
	KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, key, 100));
	move.keep = true;
	KUNIT_EXPECT_EQ(test, nsw_table_groups_move(table, &move, 1, 100, 2), 0);
	KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, key, 100));
	KUNIT_EXPECT_TRUE(test, nsw_table_group_has(table, key, 2));
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 100, NSW_MEMBER_FILTER, false), 0);
	KUNIT_EXPECT_EQ(test, nsw_table_group_set(table, key, 2, NSW_MEMBER_FILTER, false), 0);
}

/* Through the growing and shrinking of the hash tables nothing gets lost. */
static void nsw_table_grows_and_shrinks(struct kunit *test)
{
	struct nsw_table *table = test->priv;
	struct nsw_entry *entries;
	const u32 num = 3000;
	u32 i, lost = 0;

	entries = kunit_kcalloc(test, num, sizeof(*entries), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, entries);
	for (i = 0; i < num; i++) {
		entries[i].key = nsw_key(NSW_MAC(i), i % 4096);
		lost += !!nsw_table_add(table, &entries[i]);
		lost += !!nsw_table_group_set(table, nsw_key(NSW_GROUP(i), 0), i % 200,
					      NSW_MEMBER_FILTER, true);
	}
	KUNIT_EXPECT_EQ(test, lost, 0);
	for (i = 0; i < num; i++) {
		rcu_read_lock();
		lost += nsw_table_find_rcu(table, entries[i].key) != &entries[i];
		rcu_read_unlock();
		lost += !nsw_table_group_has(table, nsw_key(NSW_GROUP(i), 0), i % 200);
	}
	KUNIT_EXPECT_EQ(test, lost, 0);
	for (i = 0; i < num; i++) {
		nsw_table_del(table, &entries[i]);
		nsw_table_group_set(table, nsw_key(NSW_GROUP(i), 0), i % 200, NSW_MEMBER_FILTER,
				    false);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&table->unicast.nelems), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&table->groups.nelems), 0);
	/* Entries are on loan to the table until the readers of its old buckets are gone. */
	synchronize_rcu();
}

static struct kunit_case nsw_table_cases[] = {
	KUNIT_CASE(nsw_table_key_parts_do_not_mix),
	KUNIT_CASE(nsw_table_unicast_key_is_unique),
	KUNIT_CASE(nsw_table_lookup_prefers_the_specific),
	KUNIT_CASE(nsw_table_group_members_come_and_go),
	KUNIT_CASE(nsw_table_group_kinds_are_apart),
	KUNIT_CASE(nsw_table_group_silent_guests_are_left_out),
	KUNIT_CASE(nsw_table_group_move_hands_over),
	KUNIT_CASE(nsw_table_grows_and_shrinks),
	{}
};

static struct kunit_suite nsw_table_suite = {
	.name = "nsw_table",
	.init = nsw_table_test_init,
	.test_cases = nsw_table_cases,
};

kunit_test_suite(nsw_table_suite);
