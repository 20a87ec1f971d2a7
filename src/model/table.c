// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include <linux/slab.h>
#include "model/table.h"

static const struct rhashtable_params nsw_table_group_params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct nsw_group, key),
	.head_offset = offsetof(struct nsw_group, node),
	.automatic_shrinking = true,
};

int nsw_table_init(struct nsw_table *table, unsigned int max_vports)
{
	int err;

	spin_lock_init(&table->lock);
	table->words = BITS_TO_LONGS(max_vports);
	table->promisc = kcalloc(3 * table->words, sizeof(long), GFP_KERNEL);
	if (!table->promisc)
		return -ENOMEM;
	table->allmulti = table->promisc + table->words;
	table->silent = table->allmulti + table->words;

	err = rhashtable_init(&table->unicast, &nsw_table_unicast_params);
	if (err)
		goto free_bitmaps;
	err = rhashtable_init(&table->groups, &nsw_table_group_params);
	if (err)
		goto destroy_unicast;
	return 0;

destroy_unicast:
	rhashtable_destroy(&table->unicast);
free_bitmaps:
	kfree(table->promisc);
	return err;
}

void nsw_table_fini(struct nsw_table *table)
{
	WARN_ON(atomic_read(&table->unicast.nelems));
	WARN_ON(atomic_read(&table->groups.nelems));
	rhashtable_destroy(&table->groups);
	rhashtable_destroy(&table->unicast);
	kfree(table->promisc);
}

int nsw_table_add(struct nsw_table *table, struct nsw_entry *entry)
{
	return rhashtable_lookup_insert_fast(&table->unicast, &entry->node,
					     nsw_table_unicast_params);
}

void nsw_table_del(struct nsw_table *table, struct nsw_entry *entry)
{
	rhashtable_remove_fast(&table->unicast, &entry->node, nsw_table_unicast_params);
}

static unsigned int nsw_table_member_bit(const struct nsw_table *table, unsigned int id,
					 enum nsw_member_kind kind)
{
	return id + (kind == NSW_MEMBER_GUEST ? table->words * BITS_PER_LONG : 0);
}

static unsigned int nsw_table_member_bits(const struct nsw_table *table)
{
	return 2 * table->words * BITS_PER_LONG;
}

static struct nsw_members *nsw_table_members_get(const struct nsw_table *table,
						 const struct nsw_group *group)
{
	return rcu_dereference_protected(group->members, lockdep_is_held(&table->lock));
}

static struct nsw_group *nsw_table_group_find(const struct nsw_table *table, u64 key)
{
	return rhashtable_lookup_fast((struct rhashtable *)&table->groups, &key,
				      nsw_table_group_params);
}

static struct nsw_members *nsw_table_members_copy(const struct nsw_table *table,
						  const struct nsw_members *old)
{
	unsigned int bits = nsw_table_member_bits(table);
	struct nsw_members *members;

	members = kzalloc(struct_size(members, bits, 2 * table->words), GFP_ATOMIC | __GFP_NOWARN);
	if (members && old)
		bitmap_copy(members->bits, old->bits, bits);
	return members;
}

static int nsw_table_group_create(struct nsw_table *table, u64 key, unsigned int bit)
{
	struct nsw_members *members;
	struct nsw_group *group;
	int err = -ENOMEM;

	group = kzalloc(sizeof(*group), GFP_ATOMIC | __GFP_NOWARN);
	if (!group)
		return -ENOMEM;
	members = nsw_table_members_copy(table, NULL);
	if (!members)
		goto free_group;

	__set_bit(bit, members->bits);
	group->key = key;
	RCU_INIT_POINTER(group->members, members);
	err = rhashtable_insert_fast(&table->groups, &group->node, nsw_table_group_params);
	if (err)
		goto free_members;
	return 0;

free_members:
	kfree(members);
free_group:
	kfree(group);
	return err;
}

static void nsw_table_group_destroy(struct nsw_table *table, struct nsw_group *group)
{
	struct nsw_members *members = nsw_table_members_get(table, group);

	rhashtable_remove_fast(&table->groups, &group->node, nsw_table_group_params);
	kfree_rcu(members, rcu);
	kfree_rcu(group, rcu);
}

static void nsw_table_members_replace(struct nsw_table *table, struct nsw_group *group,
				      struct nsw_members *members)
{
	struct nsw_members *old = nsw_table_members_get(table, group);

	rcu_assign_pointer(group->members, members);
	kfree_rcu(old, rcu);
}

static int nsw_table_group_leave(struct nsw_table *table, struct nsw_group *group,
				 unsigned int bit)
{
	struct nsw_members *old = nsw_table_members_get(table, group);
	unsigned int bits = nsw_table_member_bits(table);
	struct nsw_members *members;

	if (find_first_bit(old->bits, bits) == bit &&
	    find_next_bit(old->bits, bits, bit + 1) >= bits) {
		nsw_table_group_destroy(table, group);
		return 0;
	}

	members = nsw_table_members_copy(table, old);
	if (!members) {
		/* Readers may see the change in place; only a move must not be torn. */
		clear_bit(bit, old->bits);
		return 0;
	}
	__clear_bit(bit, members->bits);
	nsw_table_members_replace(table, group, members);
	return 0;
}

int nsw_table_group_set_locked(struct nsw_table *table, u64 key, unsigned int id,
			       enum nsw_member_kind kind, bool on)
{
	unsigned int bit = nsw_table_member_bit(table, id, kind);
	struct nsw_members *members;
	struct nsw_group *group;
	bool held;

	lockdep_assert_held(&table->lock);

	group = nsw_table_group_find(table, key);
	held = group && test_bit(bit, nsw_table_members_get(table, group)->bits);
	if (on && held)
		return -EEXIST;
	if (!on)
		return held ? nsw_table_group_leave(table, group, bit) : -ENOENT;
	if (!group)
		return nsw_table_group_create(table, key, bit);

	members = nsw_table_members_copy(table, nsw_table_members_get(table, group));
	if (!members)
		return -ENOMEM;
	__set_bit(bit, members->bits);
	nsw_table_members_replace(table, group, members);
	return 0;
}

int nsw_table_group_set(struct nsw_table *table, u64 key, unsigned int id,
			enum nsw_member_kind kind, bool on)
{
	int err;

	spin_lock_bh(&table->lock);
	err = nsw_table_group_set_locked(table, key, id, kind, on);
	spin_unlock_bh(&table->lock);
	return err;
}

/* Make the members that a group will have; nothing changes yet. */
static int nsw_table_group_prepare(struct nsw_table *table, struct nsw_group_move *move,
				   unsigned int from, unsigned int to)
{
	struct nsw_group *group = nsw_table_group_find(table, move->key);

	if (WARN_ON(!group))
		return -ENOENT;
	move->members = nsw_table_members_copy(table, nsw_table_members_get(table, group));
	if (!move->members)
		return -ENOMEM;
	if (!move->keep)
		__clear_bit(from, move->members->bits);
	__set_bit(to, move->members->bits);
	return 0;
}

int nsw_table_groups_move(struct nsw_table *table, struct nsw_group_move *moves, unsigned int num,
			  unsigned int from, unsigned int to)
{
	unsigned int i;
	int err = 0;

	spin_lock_bh(&table->lock);
	for (i = 0; i < num && !err; i++)
		err = nsw_table_group_prepare(table, &moves[i], from, to);
	if (err) {
		/* The last one has no members. */
		for (i--; i-- > 0;)
			kfree(moves[i].members);
	} else {
		for (i = 0; i < num; i++)
			nsw_table_members_replace(table, nsw_table_group_find(table, moves[i].key),
						  moves[i].members);
	}
	spin_unlock_bh(&table->lock);
	return err;
}

bool nsw_table_group_has(struct nsw_table *table, u64 key, unsigned int id)
{
	struct nsw_group *group;
	bool has;

	spin_lock_bh(&table->lock);
	group = nsw_table_group_find(table, key);
	has = group && test_bit(id, nsw_table_members_get(table, group)->bits);
	spin_unlock_bh(&table->lock);
	return has;
}

void nsw_table_group_collect_rcu(const struct nsw_table *table, u64 key, unsigned long *set)
{
	const struct nsw_members *members;
	const struct nsw_group *group;
	unsigned int i;

	group = rhashtable_lookup((struct rhashtable *)&table->groups, &key,
				  nsw_table_group_params);
	if (!group)
		return;
	members = rcu_dereference(group->members);
	for (i = 0; i < table->words; i++)
		set[i] |= members->bits[i] |
			  (members->bits[table->words + i] & ~READ_ONCE(table->silent[i]));
}
