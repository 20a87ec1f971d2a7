// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include "model/guest.h"
#include "model/port.h"
#include "model/rate.h"
#include "model/switch.h"
#include "model/vf.h"

/* A multicast address, or a VLAN, that an interface has asked for. */
struct nsw_guest_item {
	struct list_head list;
	u64 value;
};

void nsw_guest_init(struct nsw_guest *guest)
{
	*guest = (struct nsw_guest) { .promisc = false };
	INIT_LIST_HEAD(&guest->groups);
	INIT_LIST_HEAD(&guest->vlans);
}

static struct nsw_vport *nsw_guest_vport(struct nsw_switch *sw, struct nsw_port *port)
{
	return rcu_dereference_protected(port->vport, lockdep_is_held(&sw->table.lock));
}

static struct nsw_guest_item *nsw_guest_find(struct list_head *head, u64 value)
{
	struct nsw_guest_item *item;

	list_for_each_entry(item, head, list)
		if (item->value == value)
			return item;
	return NULL;
}

/* The VLAN in which a membership counts; -1 for none of its own. */
static int nsw_guest_vlan(const struct nsw_vport *vport, u16 vid)
{
	if (vport->id == NSW_DEFAULT_VPORT_ID)
		return vid ? -1 : NSW_VLAN_ANY;
	if (vport->pvlan)
		return vid ? -1 : vport->pvlan;
	return vid;
}

static int nsw_guest_set(struct nsw_switch *sw, struct nsw_vport *vport, u64 mac, u16 vid, bool on)
{
	int vlan = nsw_guest_vlan(vport, vid);
	int err;

	if (vlan < 0)
		return 0;
	err = nsw_table_group_set_locked(&sw->table, nsw_key(mac, vlan), vport->id,
					 NSW_MEMBER_GUEST, on);
	/* Short of memory, some were never held: leaving goes on to the others. */
	return on ? err : 0;
}

/* One address in all VLANs of the interface, or nothing. */
static int nsw_guest_set_group(struct nsw_switch *sw, struct nsw_port *port,
			       struct nsw_vport *vport, u64 mac, bool on)
{
	struct nsw_guest_item *vlan;
	int err;

	err = nsw_guest_set(sw, vport, mac, 0, on);
	if (err)
		return err;
	list_for_each_entry(vlan, &port->guest.vlans, list) {
		err = nsw_guest_set(sw, vport, mac, vlan->value, on);
		if (err)
			goto undo;
	}
	return 0;

undo:
	list_for_each_entry_continue_reverse(vlan, &port->guest.vlans, list)
		nsw_guest_set(sw, vport, mac, vlan->value, !on);
	nsw_guest_set(sw, vport, mac, 0, !on);
	return err;
}

/* One VLAN for all addresses of the interface, or nothing. */
static int nsw_guest_set_vlan(struct nsw_switch *sw, struct nsw_port *port,
			      struct nsw_vport *vport, u16 vid, bool on)
{
	struct nsw_guest_item *group;
	int err;

	list_for_each_entry(group, &port->guest.groups, list) {
		err = nsw_guest_set(sw, vport, group->value, vid, on);
		if (err)
			goto undo;
	}
	return 0;

undo:
	list_for_each_entry_continue_reverse(group, &port->guest.groups, list)
		nsw_guest_set(sw, vport, group->value, vid, !on);
	return err;
}

static bool nsw_guest_may(const struct nsw_vport *vport)
{
	if (vport->id == NSW_DEFAULT_VPORT_ID)
		return true;
	return vport->vf && vport->vf->policy.trust;
}

static void nsw_guest_apply_mode(struct nsw_switch *sw, const struct nsw_guest *guest,
				 const struct nsw_vport *vport, bool on)
{
	bool may = on && nsw_guest_may(vport);

	assign_bit(vport->id, sw->table.promisc, may && guest->promisc);
	assign_bit(vport->id, sw->table.allmulti, may && (guest->promisc || guest->allmulti));
}

static int nsw_guest_add(struct list_head *head, unsigned int *num, u64 value)
{
	struct nsw_guest_item *item;

	item = kmalloc(sizeof(*item), GFP_ATOMIC);
	if (!item)
		return -ENOMEM;
	item->value = value;
	list_add_tail(&item->list, head);
	(*num)++;
	return 0;
}

static void nsw_guest_del(struct nsw_guest_item *item, unsigned int *num)
{
	list_del(&item->list);
	kfree(item);
	(*num)--;
}

int nsw_guest_join(struct nsw_switch *sw, struct nsw_port *port, const u8 *mac)
{
	struct nsw_guest *guest = &port->guest;
	u64 value = nsw_mac_pack(mac);
	struct nsw_vport *vport;
	int err = 0;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	if (nsw_guest_find(&guest->groups, value))
		err = -EEXIST;
	else if ((guest->num_groups + 1) * (guest->num_vlans + 1) > NSW_GUEST_GROUPS_MAX)
		err = -ENOSPC;
	else if (vport)
		err = nsw_guest_set_group(sw, port, vport, value, true);
	if (!err) {
		err = nsw_guest_add(&guest->groups, &guest->num_groups, value);
		if (err && vport)
			nsw_guest_set_group(sw, port, vport, value, false);
	}
	spin_unlock_bh(&sw->table.lock);
	return err;
}

void nsw_guest_leave(struct nsw_switch *sw, struct nsw_port *port, const u8 *mac)
{
	struct nsw_guest *guest = &port->guest;
	u64 value = nsw_mac_pack(mac);
	struct nsw_guest_item *item;
	struct nsw_vport *vport;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	item = nsw_guest_find(&guest->groups, value);
	if (item) {
		if (vport)
			nsw_guest_set_group(sw, port, vport, value, false);
		nsw_guest_del(item, &guest->num_groups);
	}
	spin_unlock_bh(&sw->table.lock);
}

int nsw_guest_add_vlan(struct nsw_switch *sw, struct nsw_port *port, u16 vid)
{
	struct nsw_guest *guest = &port->guest;
	struct nsw_vport *vport;
	int err = 0;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	if (nsw_guest_find(&guest->vlans, vid))
		err = -EEXIST;
	else if ((guest->num_groups + 1) * (guest->num_vlans + 2) > NSW_GUEST_GROUPS_MAX)
		err = -ENOSPC;
	else if (vport)
		err = nsw_guest_set_vlan(sw, port, vport, vid, true);
	if (!err) {
		err = nsw_guest_add(&guest->vlans, &guest->num_vlans, vid);
		if (err && vport)
			nsw_guest_set_vlan(sw, port, vport, vid, false);
	}
	spin_unlock_bh(&sw->table.lock);
	return err;
}

void nsw_guest_del_vlan(struct nsw_switch *sw, struct nsw_port *port, u16 vid)
{
	struct nsw_guest *guest = &port->guest;
	struct nsw_guest_item *item;
	struct nsw_vport *vport;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	item = nsw_guest_find(&guest->vlans, vid);
	if (item) {
		if (vport)
			nsw_guest_set_vlan(sw, port, vport, vid, false);
		nsw_guest_del(item, &guest->num_vlans);
	}
	spin_unlock_bh(&sw->table.lock);
}

void nsw_guest_set_mode(struct nsw_switch *sw, struct nsw_port *port, bool promisc, bool allmulti)
{
	struct nsw_vport *vport;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	port->guest.promisc = promisc;
	port->guest.allmulti = allmulti;
	if (vport)
		nsw_guest_apply_mode(sw, &port->guest, vport, true);
	spin_unlock_bh(&sw->table.lock);
}

/* Make all that the interface wants effective on its VPort, or stop it. */
static void nsw_guest_apply(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport,
			    bool on)
{
	struct nsw_guest_item *group;

	nsw_guest_apply_mode(sw, &port->guest, vport, on);
	/* Short of memory, an interface misses groups, as with a full hardware list. */
	list_for_each_entry(group, &port->guest.groups, list)
		nsw_guest_set_group(sw, port, vport, group->value, on);
}

void nsw_guest_clear(struct nsw_switch *sw, struct nsw_port *port)
{
	struct nsw_guest_item *item, *next;
	struct nsw_guest *guest = &port->guest;
	struct nsw_vport *vport;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	if (vport)
		nsw_guest_apply(sw, port, vport, false);
	list_for_each_entry_safe(item, next, &guest->groups, list)
		nsw_guest_del(item, &guest->num_groups);
	list_for_each_entry_safe(item, next, &guest->vlans, list)
		nsw_guest_del(item, &guest->num_vlans);
	guest->promisc = false;
	guest->allmulti = false;
	spin_unlock_bh(&sw->table.lock);
}

void nsw_guest_attach_locked(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport)
{
	nsw_switch_assert_locked(sw);

	spin_lock_bh(&sw->table.lock);
	nsw_guest_apply(sw, port, vport, true);
	rcu_assign_pointer(vport->port, port);
	rcu_assign_pointer(port->vport, vport);
	spin_unlock_bh(&sw->table.lock);
	port->ops->moderate(port, vport->moderation);
	nsw_rate_apply_locked(vport);
	port->ops->link(port, !(vport->blocked & NSW_BLOCK_CARRIER));
}

void nsw_guest_detach_locked(struct nsw_switch *sw, struct nsw_port *port)
{
	struct nsw_vport *vport;

	nsw_switch_assert_locked(sw);

	port->ops->link(port, false);
	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	nsw_guest_apply(sw, port, vport, false);
	RCU_INIT_POINTER(port->vport, NULL);
	RCU_INIT_POINTER(vport->port, NULL);
	spin_unlock_bh(&sw->table.lock);
}

void nsw_guest_update_locked(struct nsw_switch *sw, struct nsw_port *port,
			     void (*change)(struct nsw_vport *vport, u64 arg),
			     struct nsw_vport *vport, u64 arg)
{
	nsw_switch_assert_locked(sw);

	spin_lock_bh(&sw->table.lock);
	nsw_guest_apply(sw, port, vport, false);
	change(vport, arg);
	nsw_guest_apply(sw, port, vport, true);
	spin_unlock_bh(&sw->table.lock);
}
