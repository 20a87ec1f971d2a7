// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include "model/filter_place.h"
#include "model/guest.h"
#include "model/status.h"
#include "model/switch.h"

static u32 nsw_filter_vlan_users(const struct nsw_vport *vport, nsw_vlan_t vlan)
{
	void *users = xa_load((struct xarray *)&vport->vlans, vlan);

	return users ? xa_to_value(users) : 0;
}

static int nsw_filter_vlan_set_users(struct nsw_vport *vport, nsw_vlan_t vlan, u32 users)
{
	if (!users) {
		xa_erase(&vport->vlans, vlan);
		return 0;
	}
	return xa_err(xa_store(&vport->vlans, vlan, xa_mk_value(users), GFP_KERNEL));
}

/*
 * A VPort receives broadcast in every VLAN that one of its filters admits: the
 * broadcast address is a group that it holds once for each condition.
 */
int nsw_filter_get_vlan(struct nsw_vport *vport, nsw_vlan_t vlan, u32 num)
{
	u32 users = nsw_filter_vlan_users(vport, vlan);
	int err;

	err = nsw_filter_vlan_set_users(vport, vlan, users + num);
	if (err || users)
		return err;
	err = nsw_table_group_set(&vport->sw->table, nsw_key(NSW_MAC_BROADCAST, vlan), vport->id,
				  NSW_MEMBER_FILTER, true);
	if (err)
		nsw_filter_vlan_set_users(vport, vlan, 0);
	return err;
}

void nsw_filter_put_vlan(struct nsw_vport *vport, nsw_vlan_t vlan, u32 num)
{
	u32 users = nsw_filter_vlan_users(vport, vlan) - num;

	nsw_filter_vlan_set_users(vport, vlan, users);
	if (!users)
		nsw_table_group_set(&vport->sw->table, nsw_key(NSW_MAC_BROADCAST, vlan),
				    vport->id, NSW_MEMBER_FILTER, false);
}

int nsw_filter_move_groups(const struct nsw_filter *filter, struct nsw_vport *from,
			   struct nsw_vport *to)
{
	nsw_vlan_t vlan = nsw_filter_vlan_on(from, filter->vlan);
	u32 from_users = nsw_filter_vlan_users(from, vlan);
	u32 to_users = nsw_filter_vlan_users(to, vlan);
	struct nsw_group_move moves[] = {
		{ .key = nsw_key(NSW_MAC_BROADCAST, vlan), .keep = from_users > 1 },
		{ .key = filter->entry.key },
	};
	int err;

	err = nsw_filter_vlan_set_users(to, vlan, to_users + 1);
	if (err)
		return err;
	err = nsw_table_groups_move(&from->sw->table, moves, nsw_filter_is_group(filter) ? 2 : 1,
				    from->id, to->id);
	if (err) {
		nsw_filter_vlan_set_users(to, vlan, to_users);
		return err;
	}
	nsw_filter_vlan_set_users(from, vlan, from_users - 1);
	return 0;
}

static int nsw_filter_refuse_held(struct nsw_switch *sw, u64 key, struct netlink_ext_ack *extack)
{
	u32 vport = NSW_DEFAULT_VPORT_ID, id = 0;
	const struct nsw_filter *holder;

	/* The PF interface may give an own address up at any time. */
	rcu_read_lock();
	holder = (const struct nsw_filter *)nsw_table_find_rcu(&sw->table, key);
	if (holder) {
		vport = rcu_dereference(holder->entry.vport)->id;
		id = holder->id;
	}
	rcu_read_unlock();
	if (!id)
		return nsw_refuse(extack, EEXIST, INVALID_PARAMETER,
				  "the PF interface holds this address on %s %u",
				  nsw_filter_holder_kind(sw), vport);
	return nsw_refuse(extack, EEXIST, INVALID_PARAMETER,
			  "filter %u on %s %u holds this address and VLAN", id,
			  nsw_filter_holder_kind(sw), vport);
}

void nsw_filter_set_source(const struct nsw_filter *filter, struct nsw_vport *vport)
{
	/* A filter for any VLAN proves nothing: one for the VLAN of the frame wins. */
	if (filter->vlan != NSW_VLAN_ANY && !nsw_filter_is_group(filter))
		/* Pairs with nothing but a lookup that is left out: the table has it by now. */
		smp_store_release(&vport->source, filter->entry.key);
}

void nsw_filter_clear_source(const struct nsw_filter *filter, struct nsw_vport *vport)
{
	if (vport->source == filter->entry.key)
		WRITE_ONCE(vport->source, NSW_KEY_NONE);
	/* Comes before the change of the table; pairs with the dependent loads of a lookup. */
	smp_wmb();
}

int nsw_filter_publish(struct nsw_switch *sw, struct nsw_filter *filter, struct nsw_vport *vport,
		       struct netlink_ext_ack *extack)
{
	int err;

	RCU_INIT_POINTER(filter->entry.vport, vport);
	if (nsw_filter_is_group(filter)) {
		err = nsw_table_group_set(&sw->table, filter->entry.key, vport->id,
					  NSW_MEMBER_FILTER, true);
		if (err == -EEXIST)
			nsw_refuse(extack, EEXIST, INVALID_PARAMETER,
				   "%s %u holds this group and VLAN already",
				   nsw_filter_holder_kind(sw), vport->id);
		return err;
	}
	err = nsw_table_add(&sw->table, &filter->entry);
	if (!err)
		nsw_filter_set_source(filter, vport);
	return err == -EEXIST ? nsw_filter_refuse_held(sw, filter->entry.key, extack) : err;
}

void nsw_filter_unpublish(struct nsw_switch *sw, struct nsw_filter *filter)
{
	struct nsw_vport *vport = nsw_filter_vport_locked(sw, filter);

	if (nsw_filter_is_group(filter)) {
		nsw_table_group_set(&sw->table, filter->entry.key, vport->id, NSW_MEMBER_FILTER,
				    false);
		return;
	}
	nsw_filter_clear_source(filter, vport);
	nsw_table_del(&sw->table, &filter->entry);
}

struct nsw_filter *nsw_filter_clone(const struct nsw_filter *filter, nsw_vlan_t on)
{
	struct nsw_filter *clone = kzalloc(sizeof(*clone), GFP_KERNEL);

	if (!clone)
		return NULL;
	clone->id = filter->id;
	clone->vlan = filter->vlan;
	clone->owner = filter->owner;
	clone->entry.key = nsw_key(nsw_filter_mac(filter), on);
	return clone;
}

struct nsw_filter_rekey {
	struct list_head list;
	struct nsw_filter *old;
	struct nsw_filter *new;
};

static int nsw_filter_rekey_one(struct nsw_vport *vport, struct nsw_filter *filter, u64 mac,
				nsw_vlan_t pvlan, struct list_head *done,
				struct netlink_ext_ack *extack)
{
	struct nsw_vport *holder = nsw_filter_vport_locked(vport->sw, filter);
	struct nsw_filter_rekey *rekey = kzalloc(sizeof(*rekey), GFP_KERNEL);
	nsw_vlan_t on = nsw_filter_vlan_on(holder, filter->vlan);
	int err = -ENOMEM;

	if (!rekey)
		return -ENOMEM;
	/* The port VLAN is to change for one of them only. */
	if (filter->vlan == NSW_VLAN_NONE && holder == vport)
		on = pvlan;
	rekey->old = filter;
	rekey->new = nsw_filter_clone(filter, on);
	if (!rekey->new)
		goto free_rekey;
	rekey->new->entry.key = nsw_key(mac, on);
	err = nsw_filter_publish(vport->sw, rekey->new, holder, extack);
	if (err)
		goto free_new;
	list_add_tail(&rekey->list, done);
	return 0;

free_new:
	kfree_rcu(rekey->new, rcu);
free_rekey:
	kfree(rekey);
	return err;
}

/* The filters with a VID that follow the address, where the one that they follow is. */
static int nsw_filter_rekey_others(struct nsw_vport *vport, const struct nsw_filter_home *home,
				   struct list_head *done, struct netlink_ext_ack *extack)
{
	struct nsw_switch *sw = vport->sw;
	const struct nsw_vport *holder;
	struct nsw_filter *filter;
	unsigned long vid;
	void *id;
	int err;

	if (!home->filter || !home->others)
		return 0;
	holder = nsw_filter_vport_locked(sw, xa_load(&sw->filters, home->filter));
	xa_for_each((struct xarray *)home->others, vid, id) {
		filter = xa_load(&sw->filters, xa_to_value(id));
		if (!filter || nsw_filter_vport_locked(sw, filter) != holder)
			continue;
		err = nsw_filter_rekey_one(vport, filter, home->mac, home->pvlan, done, extack);
		if (err)
			return err;
	}
	return 0;
}

static void nsw_filter_rekey_commit(struct nsw_switch *sw, struct nsw_filter_rekey *rekey)
{
	xa_store(&sw->filters, rekey->new->id, rekey->new, GFP_KERNEL);
	if (nsw_filter_mac(rekey->new) != nsw_filter_mac(rekey->old))
		nsw_switch_notify_locked(sw, &(struct nsw_change) {
			.event = NSW_EVENT_CHANGE,
			.object = NSW_OBJECT_FILTER,
			.filter = rekey->new,
		});
}

/* Drop one of the two sets of filters that the VPort has for a moment. */
static void nsw_filter_rekey_finish(struct nsw_switch *sw, struct list_head *done, bool commit)
{
	struct nsw_filter_rekey *rekey, *next;

	list_for_each_entry_safe(rekey, next, done, list) {
		struct nsw_filter *gone = commit ? rekey->old : rekey->new;

		nsw_filter_unpublish(sw, gone);
		if (commit)
			nsw_filter_rekey_commit(sw, rekey);
		kfree_rcu(gone, rcu);
		kfree(rekey);
	}
}

/* Give the filters that move a second place; the number of them, or an error. */
static int nsw_filter_rekey_all(struct nsw_vport *vport, const struct nsw_filter_home *home,
				struct list_head *done, struct netlink_ext_ack *extack)
{
	struct nsw_switch *sw = vport->sw;
	struct nsw_filter *filter;
	unsigned long id;
	int num = 0, err;

	xa_for_each(&sw->filters, id, filter) {
		if (nsw_filter_vport_locked(sw, filter) != vport || filter->vlan != NSW_VLAN_NONE)
			continue;
		err = nsw_filter_rekey_one(vport, filter,
					   id == home->filter ? home->mac : nsw_filter_mac(filter),
					   home->pvlan, done, extack);
		if (err)
			return err;
		num++;
	}
	return num;
}

/* The one that others follow, when it is put aside on another VPort. */
static int nsw_filter_rekey_aside(struct nsw_vport *vport, const struct nsw_filter_home *home,
				  struct list_head *done, struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter;

	if (!home->filter)
		return 0;
	filter = xa_load(&vport->sw->filters, home->filter);
	if (nsw_filter_vport_locked(vport->sw, filter) == vport)
		return 0;
	return nsw_filter_rekey_one(vport, filter, home->mac, home->pvlan, done, extack);
}

static int nsw_filter_change_pvlan(struct nsw_vport *vport, const struct nsw_filter_home *home,
				   struct list_head *done, struct netlink_ext_ack *extack)
{
	nsw_vlan_t old = vport->pvlan;
	int num, err;

	num = nsw_filter_rekey_all(vport, home, done, extack);
	if (num < 0)
		return num;
	err = nsw_filter_rekey_aside(vport, home, done, extack) ?:
	      nsw_filter_rekey_others(vport, home, done, extack);
	if (!err && num)
		err = nsw_filter_get_vlan(vport, home->pvlan, num);
	if (err)
		return err;
	nsw_guest_set_pvlan_locked(vport->sw, vport, home->pvlan);
	nsw_filter_rekey_finish(vport->sw, done, true);
	if (num)
		nsw_filter_put_vlan(vport, old, num);
	return 0;
}

static int nsw_filter_change_mac(struct nsw_vport *vport, const struct nsw_filter_home *home,
				 struct list_head *done, struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter = xa_load(&vport->sw->filters, home->filter);
	int err;

	err = nsw_filter_rekey_one(vport, filter, home->mac, home->pvlan, done, extack);
	if (!err)
		err = nsw_filter_rekey_others(vport, home, done, extack);
	if (!err)
		nsw_filter_rekey_finish(vport->sw, done, true);
	return err;
}

int nsw_filter_rehome_locked(struct nsw_vport *vport, const struct nsw_filter_home *home,
			     struct netlink_ext_ack *extack)
{
	LIST_HEAD(done);
	int err = 0;

	nsw_switch_assert_locked(vport->sw);
	if (home->pvlan != vport->pvlan)
		err = nsw_filter_change_pvlan(vport, home, &done, extack);
	else if (home->filter)
		err = nsw_filter_change_mac(vport, home, &done, extack);
	if (err)
		nsw_filter_rekey_finish(vport->sw, &done, false);
	else
		WRITE_ONCE(vport->pcp, home->pcp);
	return err;
}

/* The own entry of an address, table lock held; NULL when there is none. */
static struct nsw_filter *nsw_filter_own_find(struct nsw_switch *sw, const u8 *mac)
{
	struct nsw_filter *filter;

	rcu_read_lock();
	filter = (struct nsw_filter *)nsw_table_find_rcu(&sw->table,
							 nsw_key(nsw_mac_pack(mac), NSW_VLAN_ANY));
	/* Own entries are removed under the table lock only, so it stays. */
	if (filter && !filter->users)
		filter = NULL;
	rcu_read_unlock();
	return filter;
}

static int nsw_filter_own_create(struct nsw_switch *sw, const u8 *mac)
{
	struct nsw_filter *filter = kzalloc(sizeof(*filter), GFP_ATOMIC);
	int err;

	if (!filter)
		return -ENOMEM;
	filter->users = 1;
	filter->vlan = NSW_VLAN_ANY;
	filter->entry.key = nsw_key(nsw_mac_pack(mac), NSW_VLAN_ANY);
	RCU_INIT_POINTER(filter->entry.vport, &sw->vport0);
	err = nsw_table_add(&sw->table, &filter->entry);
	if (err)
		kfree(filter);
	return err;
}

int nsw_filter_own_add(struct nsw_switch *sw, const u8 *mac)
{
	struct nsw_filter *filter;
	int err = 0;

	spin_lock_bh(&sw->table.lock);
	filter = nsw_filter_own_find(sw, mac);
	if (filter)
		filter->users++;
	else
		err = nsw_filter_own_create(sw, mac);
	spin_unlock_bh(&sw->table.lock);
	return err;
}

void nsw_filter_own_del(struct nsw_switch *sw, const u8 *mac)
{
	struct nsw_filter *filter;

	spin_lock_bh(&sw->table.lock);
	filter = nsw_filter_own_find(sw, mac);
	if (filter && !--filter->users) {
		nsw_table_del(&sw->table, &filter->entry);
		kfree_rcu(filter, rcu);
	}
	spin_unlock_bh(&sw->table.lock);
}
