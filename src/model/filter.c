// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/slab.h>
#include "model/filter.h"
#include "model/filter_place.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vmq.h"

struct nsw_vport *nsw_filter_vport_locked(const struct nsw_switch *sw,
					  const struct nsw_filter *filter)
{
	return nsw_switch_deref(sw, filter->entry.vport);
}

struct nsw_filter *nsw_filter_get_locked(struct nsw_switch *sw, u32 id,
					 struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter;
	int err;

	nsw_switch_assert_locked(sw);
	/* Those of VM queues exist without a switch. */
	err = nsw_switch_num_filters(sw) ? 0 : nsw_switch_require_locked(sw, extack);
	if (err)
		return ERR_PTR(err);
	filter = xa_load(&sw->filters, id);
	if (!filter)
		return ERR_PTR(nsw_refuse(extack, ENOENT, FILE_NOT_FOUND,
					  "filter %u does not exist", id));
	return filter;
}

static struct nsw_filter_counts *nsw_filter_counts(struct nsw_switch *sw,
						   const struct nsw_vport *vport)
{
	return &sw->counts[vport->id != NSW_DEFAULT_VPORT_ID];
}

/* A filter comes to a VPort, or leaves it. */
static void nsw_filter_count(struct nsw_switch *sw, struct nsw_vport *vport,
			     const struct nsw_filter *filter, int delta)
{
	struct nsw_filter_counts *counts = nsw_filter_counts(sw, vport);

	if (filter->vlan == NSW_VLAN_NONE || filter->vlan == NSW_VLAN_ANY)
		counts->mac += delta;
	else
		counts->vlan += delta;
	vport->num_filters += delta;
}

static void nsw_filter_notify(struct nsw_switch *sw, const struct nsw_filter *filter,
			      enum nsw_event event, const struct nsw_vport *from)
{
	nsw_switch_notify_locked(sw, &(struct nsw_change) {
		.event = event,
		.object = NSW_OBJECT_FILTER,
		.filter = filter,
		.vport = from,
	});
}

/* The state of a VM queue changes with its first filter and with its last. */
static void nsw_filter_notify_queue(struct nsw_vport *vport, u32 when)
{
	if (vport->vmq && vport->num_filters == when)
		nsw_vmq_notify_locked(nsw_vmq_from_vport(vport), NSW_EVENT_CHANGE);
}

static int nsw_filter_check_vlan(const struct nsw_switch *sw, enum nsw_vlan_mode mode, u16 vid,
				 nsw_vlan_t *vlan, struct netlink_ext_ack *extack)
{
	switch (mode) {
	case NSW_VLAN_MODE_NONE:
		*vlan = NSW_VLAN_NONE;
		return 0;
	case NSW_VLAN_MODE_ANY:
		*vlan = NSW_VLAN_ANY;
		return 0;
	case NSW_VLAN_MODE_ID:
		break;
	default:
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u is no VLAN condition", mode);
	}
	if (!(sw->caps.flags & NSW_CAPS_F_VLAN))
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "the adapter cannot filter by VLAN");
	if (!vid || vid >= VLAN_VID_MASK)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VID %u is not in 1..4094", vid);
	*vlan = vid;
	return 0;
}

static int nsw_filter_check(struct nsw_switch *sw, const u8 *mac, struct netlink_ext_ack *extack)
{
	u32 total = nsw_switch_num_filters(sw);

	if (is_zero_ether_addr(mac))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "the zero address cannot be filtered");
	if (is_broadcast_ether_addr(mac))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "broadcast needs no filter: it follows the VPort's others");
	if (total >= sw->caps.max_filters)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "all %u receive filters of the switch are set",
				  sw->caps.max_filters);
	if (!is_multicast_ether_addr(mac) && sw->num_unicast >= sw->caps.max_macs)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "all %u unicast filters of the switch are set",
				  sw->caps.max_macs);
	return 0;
}

static int nsw_filter_insert(struct nsw_switch *sw, struct nsw_filter *filter,
			     struct nsw_vport *vport, struct netlink_ext_ack *extack)
{
	nsw_vlan_t on = nsw_filter_vlan_on(vport, filter->vlan);
	int err;

	err = nsw_filter_publish(sw, filter, vport, extack);
	if (err)
		return err;
	err = nsw_filter_get_vlan(vport, on, 1);
	if (err)
		goto unpublish;
	err = xa_alloc_cyclic(&sw->filters, &filter->id, filter, xa_limit_31b, &sw->next_filter,
			      GFP_KERNEL);
	if (err < 0)
		goto put_vlan;

	if (!nsw_filter_is_group(filter))
		sw->num_unicast++;
	nsw_filter_count(sw, vport, filter, 1);
	if (vport->id != NSW_DEFAULT_VPORT_ID)
		nsw_vport_block_locked(vport, NSW_BLOCK_SILENT, false);
	nsw_filter_notify(sw, filter, NSW_EVENT_ADD, NULL);
	nsw_filter_notify_queue(vport, 1);
	return 0;

put_vlan:
	nsw_filter_put_vlan(vport, on, 1);
unpublish:
	nsw_filter_unpublish(sw, filter);
	return err;
}

/* @vport: whoever shall receive the frames, or why there is none. */
static int nsw_filter_add_as_locked(struct nsw_switch *sw, const struct nsw_caller *caller,
				    struct nsw_vport *vport, const u8 *mac,
				    enum nsw_vlan_mode mode, u16 vid, u32 *id,
				    struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter;
	nsw_vlan_t vlan;
	int err;

	if (IS_ERR(vport))
		return PTR_ERR(vport);
	err = nsw_caller_check(caller, vport->owner, nsw_filter_holder_kind(sw), vport->id,
			       extack) ?:
	      nsw_filter_check_vlan(sw, mode, vid, &vlan, extack) ?:
	      nsw_filter_check(sw, mac, extack);
	if (err)
		return err;

	filter = kzalloc(sizeof(*filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	filter->vlan = vlan;
	filter->owner = nsw_caller_owner(caller);
	filter->entry.key = nsw_key(nsw_mac_pack(mac), nsw_filter_vlan_on(vport, vlan));
	err = nsw_filter_insert(sw, filter, vport, extack);
	if (err) {
		/* A frame may have found it in the table for a moment. */
		kfree_rcu(filter, rcu);
		return err;
	}
	*id = filter->id;
	return 0;
}

int nsw_filter_add_locked(struct nsw_switch *sw, u32 vport_id, const u8 *mac,
			  enum nsw_vlan_mode mode, u16 vid, u32 *id,
			  struct netlink_ext_ack *extack)
{
	return nsw_filter_add_as_locked(sw, NULL, nsw_vport_get_locked(sw, vport_id, extack), mac,
					mode, vid, id, extack);
}

int nsw_filter_add_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 vport_id,
		      const u8 *mac, enum nsw_vlan_mode mode, u16 vid, u32 *id,
		      struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_filter_add_as_locked(sw, caller, nsw_vport_get_locked(sw, vport_id, extack), mac,
				       mode, vid, id, extack);
	nsw_switch_unlock(sw);
	return err;
}

int nsw_filter_add_to_queue_as(struct nsw_switch *sw, const struct nsw_caller *caller,
			       u32 queue_id, const u8 *mac, enum nsw_vlan_mode mode, u16 vid,
			       u32 *id, struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_filter_add_as_locked(sw, caller, nsw_vmq_target_locked(sw, queue_id, extack),
				       mac, mode, vid, id, extack);
	nsw_switch_unlock(sw);
	return err;
}

/* A filter is also a matter of whose VPort it is on. */
static int nsw_filter_check_caller(const struct nsw_switch *sw, const struct nsw_filter *filter,
				   const struct nsw_caller *caller,
				   struct netlink_ext_ack *extack)
{
	const struct nsw_vport *vport = nsw_filter_vport_locked(sw, filter);

	return nsw_caller_check(caller, filter->owner, "filter", filter->id, extack) ?:
	       nsw_caller_check(caller, vport->owner, nsw_filter_holder_kind(sw), vport->id,
				extack);
}

static int nsw_filter_del_as_locked(struct nsw_switch *sw, const struct nsw_caller *caller,
				    u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter = nsw_filter_get_locked(sw, id, extack);
	struct nsw_vport *vport;
	int err;

	if (IS_ERR(filter))
		return PTR_ERR(filter);
	err = nsw_filter_check_caller(sw, filter, caller, extack);
	if (err)
		return err;
	vport = nsw_filter_vport_locked(sw, filter);
	nsw_filter_notify(sw, filter, NSW_EVENT_DEL, NULL);
	nsw_filter_count(sw, vport, filter, -1);
	if (vport->id != NSW_DEFAULT_VPORT_ID && !vport->num_filters)
		nsw_vport_block_locked(vport, NSW_BLOCK_SILENT, true);
	if (!nsw_filter_is_group(filter))
		sw->num_unicast--;
	nsw_filter_unpublish(sw, filter);
	nsw_filter_put_vlan(vport, nsw_filter_vlan_on(vport, filter->vlan), 1);
	xa_erase(&sw->filters, id);
	kfree_rcu(filter, rcu);
	nsw_filter_notify_queue(vport, 0);
	return 0;
}

int nsw_filter_del_locked(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	return nsw_filter_del_as_locked(sw, NULL, id, extack);
}

int nsw_filter_del_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		      struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_filter_del_as_locked(sw, caller, id, extack);
	nsw_switch_unlock(sw);
	return err;
}

/* Both VPorts see the filter under the same key: one store moves it. */
static int nsw_filter_move_same(struct nsw_switch *sw, struct nsw_filter *filter,
				struct nsw_vport *from, struct nsw_vport *to,
				struct netlink_ext_ack *extack)
{
	int err;

	if (nsw_filter_is_group(filter) &&
	    nsw_table_group_has(&sw->table, filter->entry.key, to->id))
		return nsw_refuse(extack, EEXIST, INVALID_PARAMETER,
				  "VPort %u holds this group and VLAN already", to->id);
	err = nsw_filter_move_groups(filter, from, to);
	if (err)
		return err;
	nsw_filter_clear_source(filter, from);
	rcu_assign_pointer(filter->entry.vport, to);
	nsw_filter_set_source(filter, to);
	return 0;
}

/*
 * The VPorts differ in their port VLAN, so the key changes, and with it the
 * frames that match: none of them matches both.
 */
static int nsw_filter_move_other(struct nsw_switch *sw, struct nsw_filter *filter,
				 struct nsw_vport *from, struct nsw_vport *to,
				 struct netlink_ext_ack *extack)
{
	nsw_vlan_t on = nsw_filter_vlan_on(to, filter->vlan);
	struct nsw_filter *moved;
	int err;

	moved = nsw_filter_clone(filter, on);
	if (!moved)
		return -ENOMEM;
	err = nsw_filter_publish(sw, moved, to, extack);
	if (err)
		goto free_moved;
	err = nsw_filter_get_vlan(to, on, 1);
	if (err)
		goto unpublish;

	nsw_filter_unpublish(sw, filter);
	nsw_filter_put_vlan(from, nsw_filter_vlan_on(from, filter->vlan), 1);
	xa_store(&sw->filters, filter->id, moved, GFP_KERNEL);
	kfree_rcu(filter, rcu);
	return 0;

unpublish:
	nsw_filter_unpublish(sw, moved);
free_moved:
	kfree_rcu(moved, rcu);
	return err;
}

int nsw_filter_move_locked(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
			   u32 from_id, u32 to_id, struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter = nsw_filter_get_locked(sw, id, extack);
	struct nsw_vport *from, *to;
	int err;

	if (IS_ERR(filter)) {
		/* Unlike a deletion: oid-receive-filter-move-filter. */
		nsw_status_set(extack, NSW_STATUS_INVALID_PARAMETER);
		return PTR_ERR(filter);
	}
	if (sw->state == NSW_SWITCH_ABSENT)
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "filter %u is on a VM queue: only those of VPorts move", id);
	to = nsw_vport_get_locked(sw, to_id, extack);
	if (IS_ERR(to))
		return PTR_ERR(to);
	from = nsw_filter_vport_locked(sw, filter);
	if (from->id != from_id)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "filter %u is on VPort %u, not on %u", id, from->id, from_id);
	err = nsw_filter_check_caller(sw, filter, caller, extack) ?:
	      nsw_caller_check(caller, to->owner, "VPort", to_id, extack);
	if (err)
		return err;
	if (from == to)
		return 0;

	/* The destination must be able to speak before frames can reach it. */
	if (to_id != NSW_DEFAULT_VPORT_ID)
		nsw_vport_block_locked(to, NSW_BLOCK_SILENT, false);
	if (nsw_filter_vlan_on(from, filter->vlan) == nsw_filter_vlan_on(to, filter->vlan))
		err = nsw_filter_move_same(sw, filter, from, to, extack);
	else
		err = nsw_filter_move_other(sw, filter, from, to, extack);
	if (!err) {
		filter = xa_load(&sw->filters, id);
		nsw_filter_count(sw, from, filter, -1);
		nsw_filter_count(sw, to, filter, 1);
		nsw_filter_notify(sw, filter, NSW_EVENT_MOVE, from);
	}
	if (from_id != NSW_DEFAULT_VPORT_ID)
		nsw_vport_block_locked(from, NSW_BLOCK_SILENT, !from->num_filters);
	if (to_id != NSW_DEFAULT_VPORT_ID)
		nsw_vport_block_locked(to, NSW_BLOCK_SILENT, !to->num_filters);
	return err;
}

int nsw_filter_move_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id, u32 from,
		       u32 to, struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_filter_move_locked(sw, caller, id, from, to, extack);
	nsw_switch_unlock(sw);
	return err;
}
