/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_FILTER_H
#define _NSW_MODEL_FILTER_H

#include <linux/rcupdate.h>
#include "model/caller.h"
#include "model/table.h"
#include "model/types.h"

struct netlink_ext_ack;
struct nsw_switch;
struct nsw_vport;

/**
 * struct nsw_filter - a receive filter
 * @entry: its place in the table, for a unicast address; @entry.vport is the
 *	   holder in any case
 * @id: filter id; 0 for an address of the PF interface
 * @vlan: VLAN condition as it was asked for
 * @users: of an address of the PF interface, which may have it twice; protected
 *	   by the table lock
 * @owner: whose it is; 0 for nobody's
 * @rcu: for freeing
 *
 * Protected by the config lock; @entry also by RCU.
 */
struct nsw_filter {
	struct nsw_entry entry;
	u32 id;
	nsw_vlan_t vlan;
	u16 users;
	u64 owner;
	struct rcu_head rcu;
};

/**
 * nsw_filter_mac() - the address of a filter
 * @filter: the filter
 *
 * Return: packed address.
 */
static inline u64 nsw_filter_mac(const struct nsw_filter *filter)
{
	return filter->entry.key >> 16;
}

/**
 * nsw_filter_add_as() - OID_RECEIVE_FILTER_SET_FILTER
 * @sw: the switch
 * @caller: who asks
 * @vport_id: VPort that receives the frames
 * @mac: unicast or multicast address
 * @mode: VLAN condition
 * @vid: VID for %NSW_VLAN_MODE_ID
 * @id: where the filter id goes
 * @extack: reason of a refusal
 *
 * Effective when it returns.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL, -ENOENT, -EOPNOTSUPP, -ENOSPC, -ENOMEM; -EPERM when the
 * VPort belongs to somebody else; -EEXIST when the
 * unicast (MAC, condition) is held by any VPort, or the multicast one by this.
 */
int nsw_filter_add_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 vport_id,
		      const u8 *mac, enum nsw_vlan_mode mode, u16 vid, u32 *id,
		      struct netlink_ext_ack *extack);

/**
 * nsw_filter_del_as() - OID_RECEIVE_FILTER_CLEAR_FILTER
 * @sw: the switch
 * @caller: who asks
 * @id: filter id
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT, or -EPERM when it or its VPort belongs to somebody else.
 */
int nsw_filter_del_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		      struct netlink_ext_ack *extack);

/**
 * nsw_filter_add_to_queue_as() - the same for a VM queue
 * @sw: the switch
 * @caller: who asks
 * @queue_id: VM queue that receives the frames, or 0 for the default queue
 * @mac: unicast or multicast address
 * @mode: VLAN condition
 * @vid: VID for %NSW_VLAN_MODE_ID
 * @id: where the filter id goes
 * @extack: reason of a refusal
 *
 * The filters are deleted like those of VPorts; they cannot be moved.
 *
 * Context: process context; takes the config lock.
 * Return: as nsw_filter_add_as(); -EBUSY while there is a NIC switch, -ENODEV
 * without a driver of the PF.
 */
int nsw_filter_add_to_queue_as(struct nsw_switch *sw, const struct nsw_caller *caller,
			       u32 queue_id, const u8 *mac, enum nsw_vlan_mode mode, u16 vid,
			       u32 *id, struct netlink_ext_ack *extack);

/* The same by the adapter itself. */
static inline int nsw_filter_add(struct nsw_switch *sw, u32 vport_id, const u8 *mac,
				 enum nsw_vlan_mode mode, u16 vid, u32 *id,
				 struct netlink_ext_ack *extack)
{
	return nsw_filter_add_as(sw, NULL, vport_id, mac, mode, vid, id, extack);
}

static inline int nsw_filter_del(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	return nsw_filter_del_as(sw, NULL, id, extack);
}

/* The same with the config lock held. */
int nsw_filter_add_locked(struct nsw_switch *sw, u32 vport_id, const u8 *mac,
			  enum nsw_vlan_mode mode, u16 vid, u32 *id,
			  struct netlink_ext_ack *extack);
int nsw_filter_del_locked(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_filter_move_as() - OID_RECEIVE_FILTER_MOVE_FILTER
 * @sw: the switch
 * @caller: who asks
 * @id: filter id
 * @from: VPort that the filter is on
 * @to: VPort that it goes to
 * @extack: reason of a refusal
 *
 * Atomic: each frame finds it on exactly one of them.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -ENOENT, -EINVAL when it is not on @from, -EOPNOTSUPP when it is on a
 * VM queue, -EEXIST when @to holds the same already, -EPERM when it or one of the
 * VPorts belongs to somebody else, -ENOMEM.
 */
int nsw_filter_move_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id, u32 from,
		       u32 to, struct netlink_ext_ack *extack);

/* The same by the adapter itself. */
static inline int nsw_filter_move(struct nsw_switch *sw, u32 id, u32 from, u32 to,
				  struct netlink_ext_ack *extack)
{
	return nsw_filter_move_as(sw, NULL, id, from, to, extack);
}

/* The same with the config lock held. */
int nsw_filter_move_locked(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
			   u32 from_id, u32 to_id, struct netlink_ext_ack *extack);

/**
 * nsw_filter_get_locked() - look a filter up
 * @sw: the switch
 * @id: filter id
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: the filter or ERR_PTR(-ENOENT).
 */
struct nsw_filter *nsw_filter_get_locked(struct nsw_switch *sw, u32 id,
					 struct netlink_ext_ack *extack);

/**
 * nsw_filter_vport_locked() - the VPort of a filter
 * @sw: the switch
 * @filter: the filter
 *
 * Context: config lock held.
 * Return: the VPort.
 */
struct nsw_vport *nsw_filter_vport_locked(const struct nsw_switch *sw,
					  const struct nsw_filter *filter);

/**
 * struct nsw_filter_home - where the filters of a VPort belong
 * @pvlan: port VLAN, %NSW_VLAN_NONE for none
 * @pcp: priority of its tag
 * @filter: id of a filter with condition none that gets another address; 0 for
 *	    none
 * @mac: that address, packed
 * @others: VID -> id of filters with that VID that get it too; NULL for none
 */
struct nsw_filter_home {
	nsw_vlan_t pvlan;
	u8 pcp;
	u32 filter;
	u64 mac;
	const struct xarray *others;
};

/**
 * nsw_filter_rehome_locked() - move the filters of a VPort to other places
 * @vport: the VPort
 * @home: where to
 * @extack: reason of a refusal
 *
 * Filters with condition none match the port VLAN inside the switch, so their
 * place in the table changes with it. One of them may change its address at
 * the same time; it keeps its id, and needs no room for a second filter. That
 * one may be put aside on the default VPort, where it then stays.
 *
 * Context: config lock held.
 * Return: 0; -EEXIST when one of the addresses is held there already, -ENOMEM.
 * After a failure nothing has changed.
 */
int nsw_filter_rehome_locked(struct nsw_vport *vport, const struct nsw_filter_home *home,
			     struct netlink_ext_ack *extack);

/**
 * nsw_filter_own_add() - an address of the PF interface
 * @sw: the switch
 * @mac: unicast address
 *
 * The default VPort holds it with condition any, without being asked; it is no
 * filter that requests can see. Each call needs its nsw_filter_own_del().
 *
 * Context: any but hard interrupts.
 * Return: 0, -EEXIST, -ENOMEM.
 */
int nsw_filter_own_add(struct nsw_switch *sw, const u8 *mac);

/**
 * nsw_filter_own_del() - the PF interface gives up an address
 * @sw: the switch
 * @mac: unicast address
 *
 * Context: any but hard interrupts; one caller at a time for one address.
 */
void nsw_filter_own_del(struct nsw_switch *sw, const u8 *mac);

#endif
