/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_GUEST_H
#define _NSW_MODEL_GUEST_H

#include <linux/list.h>
#include <linux/types.h>
#include "model/types.h"

struct nsw_port;
struct nsw_switch;
struct nsw_vf;
struct nsw_vport;

/**
 * struct nsw_guest - what an interface asks for by itself
 * @groups: multicast addresses it has joined
 * @vlans: VIDs it has registered
 * @num_groups: addresses in @groups that are effective
 * @num_missed: the others, for which there was no room
 * @num_vlans: length of @vlans
 * @promisc: it wants every frame
 * @allmulti: it wants every multicast frame
 *
 * Kept apart from the receive filters that were set on the VPort: it does not
 * make a silent VPort speak, it does not survive a reset of the function, and
 * it moves with the interface when its VPort is deleted and made anew.
 * Protected by the table lock of the switch, because interfaces report their
 * lists in atomic context.
 */
struct nsw_guest {
	struct list_head groups;
	struct list_head vlans;
	unsigned int num_groups;
	unsigned int num_missed;
	unsigned int num_vlans;
	bool promisc;
	bool allmulti;
};

/**
 * nsw_guest_init() - an interface that wants nothing
 * @guest: what to initialise
 */
void nsw_guest_init(struct nsw_guest *guest);

/**
 * nsw_guest_join() - the interface joins a multicast group
 * @sw: the switch
 * @port: the interface
 * @mac: group address
 *
 * Becomes effective on the VPort of the interface, untagged and in each VLAN
 * that the interface has registered; on the default VPort in any VLAN.
 *
 * Context: any but hard interrupts; takes the table lock.
 * Return: 0, -EEXIST, -ENOMEM, or -ENOSPC beyond %NSW_GUEST_GROUPS_MAX
 * memberships (addresses times VLANs), for an untrusted VF beyond
 * %NSW_GUEST_GROUPS_UNTRUSTED addresses. In the last case it becomes effective
 * as soon as there is room; until then, who may gets all multicast.
 */
int nsw_guest_join(struct nsw_switch *sw, struct nsw_port *port, const u8 *mac);

/**
 * nsw_guest_leave() - the interface leaves a multicast group
 * @sw: the switch
 * @port: the interface
 * @mac: group address
 *
 * Context: as nsw_guest_join().
 */
void nsw_guest_leave(struct nsw_switch *sw, struct nsw_port *port, const u8 *mac);

/**
 * nsw_guest_add_vlan() - the interface registers a VLAN
 * @sw: the switch
 * @port: the interface
 * @vid: 1..4094; 0 is always registered
 *
 * Context: as nsw_guest_join().
 * Return: as nsw_guest_join().
 */
int nsw_guest_add_vlan(struct nsw_switch *sw, struct nsw_port *port, u16 vid);

/**
 * nsw_guest_del_vlan() - the interface gives up a VLAN
 * @sw: the switch
 * @port: the interface
 * @vid: 1..4094
 *
 * Context: as nsw_guest_join().
 */
void nsw_guest_del_vlan(struct nsw_switch *sw, struct nsw_port *port, u16 vid);

/**
 * nsw_guest_set_mode() - the interface wants more than its filters give
 * @sw: the switch
 * @port: the interface
 * @promisc: unicast that nobody else takes, and all multicast
 * @allmulti: all multicast
 *
 * Kept but without effect unless the VPort may: the default VPort, or that of
 * a trusted VF.
 *
 * Context: as nsw_guest_join().
 */
void nsw_guest_set_mode(struct nsw_switch *sw, struct nsw_port *port, bool promisc, bool allmulti);

/**
 * nsw_guest_clear() - forget all of it
 * @sw: the switch
 * @port: the interface
 *
 * Context: as nsw_guest_join().
 */
void nsw_guest_clear(struct nsw_switch *sw, struct nsw_port *port);

/**
 * nsw_guest_ask_again_locked() - an interface may have now what it was refused
 * @port: the interface
 *
 * Context: config lock held.
 */
void nsw_guest_ask_again_locked(struct nsw_port *port);

/**
 * nsw_guest_attach_locked() - connect an interface with a VPort
 * @sw: the switch
 * @port: the interface
 * @vport: the VPort, which has no interface yet
 *
 * Context: config lock held; takes the table lock.
 */
void nsw_guest_attach_locked(struct nsw_switch *sw, struct nsw_port *port,
			     struct nsw_vport *vport);

/**
 * nsw_guest_detach_locked() - the reverse of nsw_guest_attach_locked()
 * @sw: the switch
 * @port: the interface
 *
 * Frames that are on their way may still arrive until an RCU grace period has
 * passed.
 *
 * Context: config lock held; takes the table lock.
 */
void nsw_guest_detach_locked(struct nsw_switch *sw, struct nsw_port *port);

/**
 * nsw_guest_set_trust_locked() - trust a VF, or no more
 * @sw: the switch
 * @vf: the VF
 * @on: trust it
 *
 * What its interface asked for in vain becomes effective.
 *
 * Context: config lock held; takes the table lock.
 */
void nsw_guest_set_trust_locked(struct nsw_switch *sw, struct nsw_vf *vf, bool on);

/**
 * nsw_guest_set_pvlan_locked() - change the port VLAN of a VPort
 * @sw: the switch
 * @vport: the VPort
 * @pvlan: port VLAN, %NSW_VLAN_NONE for none
 *
 * What its interface has joined moves along; nothing that counts before and
 * after is lost meanwhile.
 *
 * Context: config lock held; takes the table lock.
 */
void nsw_guest_set_pvlan_locked(struct nsw_switch *sw, struct nsw_vport *vport, nsw_vlan_t pvlan);

#endif
