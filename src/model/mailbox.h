/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_MAILBOX_H
#define _NSW_MODEL_MAILBOX_H

#include <linux/types.h>

struct nsw_port;
struct nsw_switch;
struct nsw_vf;

/*
 * What the driver of a VF asks its PF for, and the PF may refuse: VLANs and
 * secondary addresses here, its address in model/vf.h. What it asks for in
 * atomic context, multicast and modes, is in model/guest.h.
 */

/**
 * nsw_mailbox_add_vlan() - the interface of a VF registers a VLAN
 * @sw: the switch
 * @id: VF id
 * @vid: 1..4094
 *
 * The Linux way: a receive filter for the address that the VF's own filter has,
 * in that VLAN, which follows the address too. Without such a filter only what
 * the interface has joined is extended to the VLAN.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EPERM when an untrusted VF has %NSW_GUEST_VLANS_UNTRUSTED already;
 * or the error of nsw_guest_add_vlan() or nsw_filter_add().
 */
int nsw_mailbox_add_vlan(struct nsw_switch *sw, u32 id, u16 vid);

/**
 * nsw_mailbox_del_vlan() - the reverse of nsw_mailbox_add_vlan()
 * @sw: the switch
 * @id: VF id
 * @vid: 1..4094
 *
 * Context: process context; takes the config lock.
 */
void nsw_mailbox_del_vlan(struct nsw_switch *sw, u32 id, u16 vid);

/**
 * nsw_mailbox_set_macs() - the secondary addresses of the interface of a VF
 * @sw: the switch
 * @id: VF id
 * @port: the interface
 * @macs: packed unicast addresses, all that it wants
 * @num: how many
 *
 * The Linux way: receive filters for each of them, untagged and in each VLAN
 * that the interface has registered. Those that are not wanted any more go;
 * what is there stays. New ones are refused to an untrusted VF that has
 * %NSW_GUEST_MACS_UNTRUSTED already, or whose address the PF has set; to any VF
 * when another VPort holds the address or there is no room for the filters, or
 * when it has no filter that follows its own address.
 *
 * Context: process context; takes the config lock.
 * Return: how many of them it does not have, or not in all its VLANs.
 */
unsigned int nsw_mailbox_set_macs(struct nsw_switch *sw, u32 id, const struct nsw_port *port,
				  const u64 *macs, unsigned int num);

/**
 * nsw_mailbox_drop_filters_locked() - delete the filters that the interface of a VF asked for
 * @sw: the switch
 * @vf: the VF
 *
 * Also those that are put aside on the default VPort.
 *
 * Context: config lock held.
 */
void nsw_mailbox_drop_filters_locked(struct nsw_switch *sw, struct nsw_vf *vf);

/**
 * nsw_mailbox_clear_locked() - forget what the interface of a VF has asked for
 * @sw: the switch
 * @vf: the VF
 *
 * Context: config lock held.
 */
void nsw_mailbox_clear_locked(struct nsw_switch *sw, struct nsw_vf *vf);

#endif
