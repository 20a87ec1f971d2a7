/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_TABLE_H
#define _NSW_MODEL_TABLE_H

#include <linux/bitops.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include "model/types.h"
#include "model/vport.h"

/**
 * struct nsw_entry - a unicast (MAC, VLAN condition) and its only holder
 * @node: place in the table
 * @key: nsw_key() of address and condition
 * @vport: the holder; swapping it moves the filter in one step
 *
 * Embedded in struct nsw_filter, which must outlive an RCU grace period.
 */
struct nsw_entry {
	struct rhash_head node;
	u64 key;
	struct nsw_vport __rcu *vport;
};

/**
 * struct nsw_members - who holds a group; replaced as a whole
 * @rcu: for freeing
 * @bits: a bit for each VPort: first those with a receive filter for the
 *	  group, then those whose interface has joined it
 */
struct nsw_members {
	struct rcu_head rcu;
	unsigned long bits[];
};

/* Which half of the members. */
enum nsw_member_kind {
	NSW_MEMBER_FILTER,
	NSW_MEMBER_GUEST,
};

/**
 * struct nsw_group - a multicast or broadcast (MAC, VLAN condition)
 * @node: place in the table
 * @key: nsw_key() of address and condition
 * @members: who holds it
 * @rcu: for freeing
 */
struct nsw_group {
	struct rhash_head node;
	u64 key;
	struct nsw_members __rcu *members;
	struct rcu_head rcu;
};

/**
 * struct nsw_table - who receives what
 * @unicast: struct nsw_entry by key
 * @groups: struct nsw_group by key; the broadcast address stands for "has a
 *	    filter whose condition is this"
 * @lock: the table lock: serialises writers of @groups and of guest state.
 *	  A spinlock, as interfaces report their lists in atomic context.
 *	  Nests inside the config lock
 * @words: longs of one VPort bitmap
 * @promisc: VPorts that take what nobody else takes, and may
 * @allmulti: VPorts that take all multicast, and may
 * @silent: VPorts without a filter
 *
 * Readers hold RCU only. The bitmaps are written with atomic bit operations.
 */
struct nsw_table {
	struct rhashtable unicast;
	struct rhashtable groups;
	spinlock_t lock;
	unsigned int words;
	unsigned long *promisc;
	unsigned long *allmulti;
	unsigned long *silent;
};

/* 2^64 divided by the golden ratio, odd. */
#define NSW_TABLE_MULTIPLIER	0x9e3779b97f4a7c15ULL

/**
 * nsw_table_hash() - hash of a unicast key
 * @data: the key, a u64
 * @len: its length
 * @seed: random number of the table
 *
 * The upper half of the product with a constant. Its bits depend only on those
 * that are not above them in the key, whose upper half is therefore folded into
 * the lower one. Only who may add unicast filters can choose keys that collide,
 * and he could as well fill the table.
 *
 * Return: the hash; the table uses its lower bits.
 */
static inline u32 nsw_table_hash(const void *data, u32 len, u32 seed)
{
	u64 key = *(const u64 *)data ^ seed;

	return (key ^ key >> 32) * NSW_TABLE_MULTIPLIER >> 32;
}

/**
 * nsw_table_compare() - whether an entry is another than the one looked for
 * @arg: the key
 * @obj: a struct nsw_entry
 *
 * Return: 0 if the entry has this key.
 */
static inline int nsw_table_compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	return ((const struct nsw_entry *)obj)->key != *(const u64 *)arg->key;
}

static const struct rhashtable_params nsw_table_unicast_params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct nsw_entry, key),
	.head_offset = offsetof(struct nsw_entry, node),
	.hashfn = nsw_table_hash,
	.obj_cmpfn = nsw_table_compare,
	.automatic_shrinking = true,
};

/**
 * nsw_table_init() - an empty table
 * @table: what to initialise
 * @max_vports: VPort ids are below this
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int nsw_table_init(struct nsw_table *table, unsigned int max_vports);

/**
 * nsw_table_fini() - free a table without entries
 * @table: the table; no reader may be left
 *
 * Context: may sleep.
 */
void nsw_table_fini(struct nsw_table *table);

/**
 * nsw_table_add() - publish a unicast entry
 * @table: the table
 * @entry: entry with key and VPort set
 *
 * Context: any but hard interrupts.
 * Return: 0, -EEXIST when the key is taken, -ENOMEM.
 */
int nsw_table_add(struct nsw_table *table, struct nsw_entry *entry);

/**
 * nsw_table_del() - take a unicast entry back
 * @table: the table
 * @entry: a published entry; free it after a grace period only
 *
 * Context: any but hard interrupts.
 */
void nsw_table_del(struct nsw_table *table, struct nsw_entry *entry);

/**
 * nsw_table_group_set() - let a VPort hold a group, or not
 * @table: the table
 * @key: nsw_key() of group and condition
 * @id: VPort id
 * @kind: through a filter or through its interface
 * @on: hold it
 *
 * Context: any but hard interrupts; takes the table lock.
 * Return: 0; -EEXIST when it holds it already, -ENOENT when it does not hold
 * it, -ENOMEM. Letting go of a group that is held never fails.
 */
int nsw_table_group_set(struct nsw_table *table, u64 key, unsigned int id,
			enum nsw_member_kind kind, bool on);

/* The same with the table lock held. */
int nsw_table_group_set_locked(struct nsw_table *table, u64 key, unsigned int id,
			       enum nsw_member_kind kind, bool on);

/**
 * struct nsw_group_move - one group of several that move together
 * @key: nsw_key() of group and condition
 * @keep: the VPort that it moves from goes on holding it
 * @members: for the table
 */
struct nsw_group_move {
	u64 key;
	bool keep;
	struct nsw_members *members;
};

/**
 * nsw_table_groups_move() - hand groups from one VPort to another, all or none
 * @table: the table
 * @moves: groups
 * @num: how many
 * @from: VPort id that holds them through filters
 * @to: VPort id that takes over
 *
 * Each frame sees one or the other as member of a group, never both or none.
 *
 * Context: any but hard interrupts; takes the table lock.
 * Return: 0 or -ENOMEM.
 */
int nsw_table_groups_move(struct nsw_table *table, struct nsw_group_move *moves, unsigned int num,
			  unsigned int from, unsigned int to);

/**
 * nsw_table_group_has() - whether a VPort holds a group through a filter
 * @table: the table
 * @key: nsw_key() of group and condition
 * @id: VPort id
 *
 * Context: any.
 * Return: true if it does.
 */
bool nsw_table_group_has(struct nsw_table *table, u64 key, unsigned int id);

/**
 * nsw_table_group_collect_rcu() - add the members of a group to a set
 * @table: the table
 * @key: nsw_key() of group and condition
 * @set: bitmap of @table->words longs
 *
 * An interface's membership counts only where the VPort has a filter.
 *
 * Context: RCU reader.
 */
void nsw_table_group_collect_rcu(const struct nsw_table *table, u64 key, unsigned long *set);

/**
 * nsw_table_find_rcu() - the entry of a key
 * @table: the table
 * @key: nsw_key() of address and condition
 *
 * Context: RCU reader.
 * Return: the entry or NULL.
 */
static inline struct nsw_entry *nsw_table_find_rcu(const struct nsw_table *table, u64 key)
{
	return rhashtable_lookup((struct rhashtable *)&table->unicast, &key,
				 nsw_table_unicast_params);
}

/**
 * nsw_table_probe_rcu() - the VPort under one key, if frames can reach it
 * @table: the table
 * @key: nsw_key() of address and condition
 * @vlan: VLAN of the frame inside the switch
 *
 * Context: RCU reader.
 * Return: the VPort or NULL.
 */
static inline struct nsw_vport *nsw_table_probe_rcu(const struct nsw_table *table, u64 key,
						    nsw_vlan_t vlan)
{
	struct nsw_entry *entry = nsw_table_find_rcu(table, key);
	struct nsw_vport *vport;

	if (!entry)
		return NULL;
	vport = rcu_dereference(entry->vport);
	return likely(nsw_vport_admits(vport, vlan)) ? vport : NULL;
}

/**
 * nsw_table_lookup_rcu() - the VPort that takes a unicast frame
 * @table: the table
 * @mac: packed unicast address
 * @vlan: VLAN of the frame inside the switch
 *
 * A specific condition wins over any. At most two probes, whatever the number
 * of filters.
 *
 * Context: RCU reader.
 * Return: the VPort or NULL.
 */
static inline struct nsw_vport *nsw_table_lookup_rcu(const struct nsw_table *table, u64 mac,
						     nsw_vlan_t vlan)
{
	struct nsw_vport *vport = nsw_table_probe_rcu(table, nsw_key(mac, vlan), vlan);

	return vport ?: nsw_table_probe_rcu(table, nsw_key(mac, NSW_VLAN_ANY), vlan);
}

#endif
