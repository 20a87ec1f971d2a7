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
	bool missed;
	bool failed;	/* while the port VLAN changes */
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
		err = group->missed ? 0 : nsw_guest_set(sw, vport, group->value, vid, on);
		if (err)
			goto undo;
	}
	return 0;

undo:
	list_for_each_entry_continue_reverse(group, &port->guest.groups, list)
		if (!group->missed)
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
	bool all = guest->promisc || guest->allmulti || guest->num_missed;

	assign_bit(vport->id, sw->table.promisc, may && guest->promisc);
	assign_bit(vport->id, sw->table.allmulti, may && all);
}

static struct nsw_guest_item *nsw_guest_add(struct list_head *head, u64 value)
{
	struct nsw_guest_item *item;

	item = kmalloc(sizeof(*item), GFP_ATOMIC);
	if (!item)
		return NULL;
	item->value = value;
	item->missed = false;
	item->failed = false;
	list_add_tail(&item->list, head);
	return item;
}

static void nsw_guest_del(struct nsw_guest_item *item)
{
	list_del(&item->list);
	kfree(item);
}

/* Hold a group that was asked for, as far as the limits go. */
static int nsw_guest_hold(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport,
			  u64 mac)
{
	struct nsw_guest *guest = &port->guest;

	if ((guest->num_groups + 1) * (guest->num_vlans + 1) > NSW_GUEST_GROUPS_MAX)
		return -ENOSPC;
	if (guest->num_groups >= NSW_GUEST_GROUPS_UNTRUSTED && vport && vport->vf &&
	    !vport->vf->policy.trust)
		return -ENOSPC;
	return vport ? nsw_guest_set_group(sw, port, vport, mac, true) : 0;
}

/* There may be room now for groups that were missed. */
static void nsw_guest_retry(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport)
{
	struct nsw_guest *guest = &port->guest;
	struct nsw_guest_item *item;

	if (!guest->num_missed)
		return;
	list_for_each_entry(item, &guest->groups, list) {
		if (!item->missed)
			continue;
		if (nsw_guest_hold(sw, port, vport, item->value))
			break;
		item->missed = false;
		guest->num_missed--;
		guest->num_groups++;
	}
	if (vport)
		nsw_guest_apply_mode(sw, guest, vport, true);
}

static int nsw_guest_join_locked(struct nsw_switch *sw, struct nsw_port *port, u64 mac)
{
	struct nsw_vport *vport = nsw_guest_vport(sw, port);
	struct nsw_guest *guest = &port->guest;
	struct nsw_guest_item *item;
	int err;

	if (nsw_guest_find(&guest->groups, mac))
		return -EEXIST;
	item = nsw_guest_add(&guest->groups, mac);
	if (!item)
		return -ENOMEM;
	err = nsw_guest_hold(sw, port, vport, mac);
	if (!err) {
		guest->num_groups++;
		return 0;
	}
	if (err == -ENOMEM) {
		nsw_guest_del(item);
		return err;
	}
	item->missed = true;
	guest->num_missed++;
	if (vport)
		nsw_guest_apply_mode(sw, guest, vport, true);
	return err;
}

int nsw_guest_join(struct nsw_switch *sw, struct nsw_port *port, const u8 *mac)
{
	int err;

	spin_lock_bh(&sw->table.lock);
	err = nsw_guest_join_locked(sw, port, nsw_mac_pack(mac));
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
	if (item && item->missed) {
		guest->num_missed--;
		nsw_guest_del(item);
		if (vport)
			nsw_guest_apply_mode(sw, guest, vport, true);
	} else if (item) {
		if (vport)
			nsw_guest_set_group(sw, port, vport, value, false);
		guest->num_groups--;
		nsw_guest_del(item);
		nsw_guest_retry(sw, port, vport);
	}
	spin_unlock_bh(&sw->table.lock);
}

static int nsw_guest_add_vlan_locked(struct nsw_switch *sw, struct nsw_port *port, u16 vid)
{
	struct nsw_vport *vport = nsw_guest_vport(sw, port);
	struct nsw_guest *guest = &port->guest;
	int err;

	if (nsw_guest_find(&guest->vlans, vid))
		return -EEXIST;
	if (guest->num_groups * (guest->num_vlans + 2) > NSW_GUEST_GROUPS_MAX)
		return -ENOSPC;
	err = vport ? nsw_guest_set_vlan(sw, port, vport, vid, true) : 0;
	if (err)
		return err;
	if (!nsw_guest_add(&guest->vlans, vid)) {
		if (vport)
			nsw_guest_set_vlan(sw, port, vport, vid, false);
		return -ENOMEM;
	}
	guest->num_vlans++;
	return 0;
}

int nsw_guest_add_vlan(struct nsw_switch *sw, struct nsw_port *port, u16 vid)
{
	int err;

	spin_lock_bh(&sw->table.lock);
	err = nsw_guest_add_vlan_locked(sw, port, vid);
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
		nsw_guest_del(item);
		guest->num_vlans--;
		nsw_guest_retry(sw, port, vport);
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
	nsw_guest_retry(sw, port, vport);
	if (vport)
		nsw_guest_apply_mode(sw, &port->guest, vport, true);
	spin_unlock_bh(&sw->table.lock);
}

/* Nothing that the interface wants is effective on its VPort any more. */
static void nsw_guest_stop(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport)
{
	struct nsw_guest_item *group;

	nsw_guest_apply_mode(sw, &port->guest, vport, false);
	list_for_each_entry(group, &port->guest.groups, list)
		if (!group->missed)
			nsw_guest_set_group(sw, port, vport, group->value, false);
}

void nsw_guest_clear(struct nsw_switch *sw, struct nsw_port *port)
{
	struct nsw_guest_item *item, *next;
	struct nsw_guest *guest = &port->guest;
	struct nsw_vport *vport;

	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	if (vport)
		nsw_guest_stop(sw, port, vport);
	list_for_each_entry_safe(item, next, &guest->groups, list)
		nsw_guest_del(item);
	list_for_each_entry_safe(item, next, &guest->vlans, list)
		nsw_guest_del(item);
	nsw_guest_init(guest);
	spin_unlock_bh(&sw->table.lock);
}

void nsw_guest_ask_again_locked(struct nsw_port *port)
{
	if (port->ops->ask_again)
		port->ops->ask_again(port);
}

/* A VPort has its own limits: ask for everything anew. */
static void nsw_guest_start(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport)
{
	struct nsw_guest *guest = &port->guest;
	struct nsw_guest_item *item;

	list_for_each_entry(item, &guest->groups, list)
		item->missed = true;
	guest->num_missed += guest->num_groups;
	guest->num_groups = 0;
	nsw_guest_retry(sw, port, vport);
	nsw_guest_apply_mode(sw, guest, vport, true);
}

void nsw_guest_attach_locked(struct nsw_switch *sw, struct nsw_port *port, struct nsw_vport *vport)
{
	nsw_switch_assert_locked(sw);

	spin_lock_bh(&sw->table.lock);
	nsw_guest_start(sw, port, vport);
	rcu_assign_pointer(vport->port, port);
	rcu_assign_pointer(port->vport, vport);
	spin_unlock_bh(&sw->table.lock);
	port->ops->moderate(port, vport->moderation);
	nsw_rate_apply_locked(vport);
	port->ops->link(port, !(vport->blocked & NSW_BLOCK_CARRIER));
	nsw_guest_ask_again_locked(port);
}

void nsw_guest_detach_locked(struct nsw_switch *sw, struct nsw_port *port)
{
	struct nsw_vport *vport;

	nsw_switch_assert_locked(sw);

	port->ops->link(port, false);
	spin_lock_bh(&sw->table.lock);
	vport = nsw_guest_vport(sw, port);
	nsw_guest_stop(sw, port, vport);
	RCU_INIT_POINTER(port->vport, NULL);
	RCU_INIT_POINTER(vport->port, NULL);
	spin_unlock_bh(&sw->table.lock);
}

void nsw_guest_set_trust_locked(struct nsw_switch *sw, struct nsw_vf *vf, bool on)
{
	nsw_switch_assert_locked(sw);

	spin_lock_bh(&sw->table.lock);
	vf->policy.trust = on;
	if (vf->vport)
		WRITE_ONCE(vf->vport->control, on ? NSW_CONTROL_NO_PAUSE : NSW_CONTROL_NONE);
	if (vf->port && vf->vport) {
		nsw_guest_apply_mode(sw, &vf->port->guest, vf->vport, true);
		nsw_guest_retry(sw, vf->port, vf->vport);
	}
	spin_unlock_bh(&sw->table.lock);
	if (on && vf->port)
		nsw_guest_ask_again_locked(vf->port);
}

/* Whether an interface whose VPort has this port VLAN receives groups in a VLAN. */
static bool nsw_guest_covers(struct nsw_guest *guest, nsw_vlan_t pvlan, nsw_vlan_t vlan)
{
	if (pvlan)
		return vlan == pvlan;
	return !vlan || nsw_guest_find(&guest->vlans, vlan);
}

/* Hold a group in the VLANs of one port VLAN that another does not have, or let go. */
static int nsw_guest_shift(struct nsw_switch *sw, struct nsw_guest *guest,
			   struct nsw_vport *vport, u64 mac, nsw_vlan_t of, nsw_vlan_t but, bool on)
{
	struct nsw_table *table = &sw->table;
	struct nsw_guest_item *vlan;
	int err = 0;

	if (!nsw_guest_covers(guest, but, of))
		err = nsw_table_group_set_locked(table, nsw_key(mac, of), vport->id,
						 NSW_MEMBER_GUEST, on);
	if (of || (err && on))
		return err;
	list_for_each_entry(vlan, &guest->vlans, list) {
		if (nsw_guest_covers(guest, but, vlan->value))
			continue;
		err = nsw_table_group_set_locked(table, nsw_key(mac, vlan->value), vport->id,
						 NSW_MEMBER_GUEST, on);
		if (err && on)
			return err;
	}
	return 0;
}

/* Without memory a group is not held at all, until it is tried again. */
static void nsw_guest_shift_all(struct nsw_switch *sw, struct nsw_port *port,
				struct nsw_vport *vport, nsw_vlan_t old, nsw_vlan_t pvlan)
{
	struct nsw_guest *guest = &port->guest;
	struct nsw_guest_item *group;

	/* What it holds before and after it holds all the time. */
	list_for_each_entry(group, &guest->groups, list)
		group->failed = !group->missed &&
				nsw_guest_shift(sw, guest, vport, group->value, pvlan, old, true);
	WRITE_ONCE(vport->pvlan, pvlan);
	list_for_each_entry(group, &guest->groups, list) {
		if (!group->missed)
			nsw_guest_shift(sw, guest, vport, group->value, old, pvlan, false);
		if (!group->failed)
			continue;
		nsw_guest_set_group(sw, port, vport, group->value, false);
		group->missed = true;
		guest->num_missed++;
		guest->num_groups--;
	}
	nsw_guest_apply_mode(sw, guest, vport, true);
}

void nsw_guest_set_pvlan_locked(struct nsw_switch *sw, struct nsw_vport *vport, nsw_vlan_t pvlan)
{
	struct nsw_port *port = nsw_switch_deref(sw, vport->port);

	nsw_switch_assert_locked(sw);

	spin_lock_bh(&sw->table.lock);
	if (port)
		nsw_guest_shift_all(sw, port, vport, vport->pvlan, pvlan);
	else
		WRITE_ONCE(vport->pvlan, pvlan);
	spin_unlock_bh(&sw->table.lock);
}
