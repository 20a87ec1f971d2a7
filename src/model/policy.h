/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_POLICY_H
#define _NSW_MODEL_POLICY_H

#include <linux/bits.h>
#include <linux/if_ether.h>
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
 * @rss_query: it may ask for the PF's RSS configuration; kept and shown, as
 *	       the VFs' are their own
 * @pvlan: port VLAN, %NSW_VLAN_NONE without one
 * @pcp: priority of the port VLAN tag, 0..7
 * @min_rate: transmit rate that it is guaranteed, in Mbit/s; 0 for none
 * @max_rate: transmit rate that it cannot exceed, in Mbit/s; 0 for none
 */
struct nsw_policy {
	bool spoofchk;
	bool trust;
	bool rss_query;
	enum nsw_link_policy link;
	nsw_vlan_t pvlan;
	u8 pcp;
	u32 min_rate;
	u32 max_rate;
};

/* What a request changes. */
enum nsw_policy_field {
	NSW_POLICY_MAC		= BIT(0),
	NSW_POLICY_SPOOFCHK	= BIT(1),
	NSW_POLICY_TRUST	= BIT(2),
	NSW_POLICY_LINK		= BIT(3),
	NSW_POLICY_PORT_VLAN	= BIT(4),
	NSW_POLICY_MIN_RATE	= BIT(5),
	NSW_POLICY_MAX_RATE	= BIT(6),
	NSW_POLICY_RSS_QUERY	= BIT(7),
};

/**
 * struct nsw_policy_changes - parameters of a VF to change
 * @mask: which, of enum nsw_policy_field
 * @mac: permanent address; zero to leave the choice to the VF
 * @to: all others
 */
struct nsw_policy_changes {
	unsigned long mask;
	u8 mac[ETH_ALEN];
	struct nsw_policy to;
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
 * nsw_policy_set() - change the parameters of a VF, all or none
 * @sw: the switch
 * @vf: VF id
 * @changes: what to change
 * @extack: reason of a refusal
 *
 * Every door ends here. The functions below change one parameter each. With a
 * new address the filter of the Linux way moves along; the caller sets that of
 * the interface.
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT, -EINVAL, -ENOMEM, -ENOSPC (guaranteed rates), or -EEXIST
 * when an address of the VF is held by another VPort in the VLAN that it moves
 * to.
 */
int nsw_policy_set(struct nsw_switch *sw, u32 vf, const struct nsw_policy_changes *changes,
		   struct netlink_ext_ack *extack);

/**
 * nsw_policy_port_vlan() - put a port VLAN among the changes
 * @changes: where to
 * @vid: 1..4094, or 0 for no port VLAN
 * @pcp: priority, 0..7
 * @stag: the tag is an 802.1ad service tag
 * @extack: reason of a refusal
 *
 * Return: 0 or -EINVAL.
 */
int nsw_policy_port_vlan(struct nsw_policy_changes *changes, u16 vid, u8 pcp, bool stag,
			 struct netlink_ext_ack *extack);

/**
 * nsw_policy_set_mac() - set the permanent address of a VF
 * @sw: the switch
 * @vf: VF id
 * @mac: unicast address, or zero to leave the choice to the VF again
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: as nsw_policy_set().
 */
int nsw_policy_set_mac(struct nsw_switch *sw, u32 vf, const u8 *mac,
		       struct netlink_ext_ack *extack);

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
 * nsw_policy_set_rate() - limit how fast a VF sends, and guarantee it a rate
 * @sw: the switch
 * @vf: VF id
 * @min: Mbit/s that are guaranteed; 0 for none
 * @max: Mbit/s at most; 0 for no limit
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: as nsw_rate_check_locked(), or -ENOENT.
 */
int nsw_policy_set_rate(struct nsw_switch *sw, u32 vf, u32 min, u32 max,
			struct netlink_ext_ack *extack);

/**
 * nsw_policy_set_rss_query() - let a VF ask for the PF's RSS configuration
 * @sw: the switch
 * @vf: VF id
 * @on: let it
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0 or -ENOENT.
 */
int nsw_policy_set_rss_query(struct nsw_switch *sw, u32 vf, bool on,
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
