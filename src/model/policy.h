/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_POLICY_H
#define _NSW_MODEL_POLICY_H

#include <linux/types.h>
#include "model/types.h"

struct netlink_ext_ack;
struct nsw_switch;
struct nsw_vf;
struct nsw_vport;

/**
 * struct nsw_policy - what the PF lets a VF do
 * @spoofchk: the source of its frames is checked
 * @trust: it may be promiscuous
 * @link: administrative link state
 * @pvlan: port VLAN, %NSW_VLAN_NONE without one
 * @pcp: priority of the port VLAN tag, 0..7
 */
struct nsw_policy {
	bool spoofchk;
	bool trust;
	enum nsw_link_policy link;
	nsw_vlan_t pvlan;
	u8 pcp;
};

/**
 * nsw_policy_init() - as a VF is born: spoof check on, no trust
 * @policy: what to fill
 */
void nsw_policy_init(struct nsw_policy *policy);

/**
 * nsw_policy_apply_locked() - give a new VPort the policy of its VF
 * @vf: the VF
 * @vport: its VPort, without filters
 *
 * Context: config lock held.
 */
void nsw_policy_apply_locked(const struct nsw_vf *vf, struct nsw_vport *vport);

/**
 * nsw_policy_set_spoofchk() - turn the source check of a VF on or off
 * @sw: the switch
 * @vf: VF id
 * @on: check
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0 or -ENOENT.
 */
int nsw_policy_set_spoofchk(struct nsw_switch *sw, u32 vf, bool on,
			    struct netlink_ext_ack *extack);

/**
 * nsw_policy_set_trust() - let a VF be promiscuous, or no more
 * @sw: the switch
 * @vf: VF id
 * @on: trust it
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0 or -ENOENT.
 */
int nsw_policy_set_trust(struct nsw_switch *sw, u32 vf, bool on, struct netlink_ext_ack *extack);

/**
 * nsw_policy_set_link() - set the administrative link state of a VF
 * @sw: the switch
 * @vf: VF id
 * @link: the state
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT or -EINVAL.
 */
int nsw_policy_set_link(struct nsw_switch *sw, u32 vf, enum nsw_link_policy link,
			struct netlink_ext_ack *extack);

/**
 * nsw_policy_set_port_vlan() - put a VF into a VLAN
 * @sw: the switch
 * @vf: VF id
 * @vid: 1..4094, or 0 for no port VLAN
 * @pcp: priority, 0..7
 * @stag: the tag is an 802.1ad service tag
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT, -EINVAL, -ENOMEM, or -EEXIST when an address of the VF is
 * held by another VPort in that VLAN.
 */
int nsw_policy_set_port_vlan(struct nsw_switch *sw, u32 vf, u16 vid, u8 pcp, bool stag,
			     struct netlink_ext_ack *extack);

#endif
