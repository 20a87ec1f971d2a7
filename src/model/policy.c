// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include "model/filter.h"
#include "model/guest.h"
#include "model/offer.h"
#include "model/policy.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"

void nsw_policy_init(struct nsw_policy *policy)
{
	*policy = (struct nsw_policy) { .spoofchk = true, .link = NSW_LINK_AUTO };
}

void nsw_policy_apply_locked(const struct nsw_vf *vf, struct nsw_vport *vport)
{
	const struct nsw_policy *policy = &vf->policy;

	nsw_switch_assert_locked(vport->sw);
	vport->spoofchk = policy->spoofchk;
	vport->control = policy->trust ? NSW_CONTROL_NO_PAUSE : NSW_CONTROL_NONE;
	vport->pvlan = policy->pvlan;
	vport->pcp = policy->pcp;
	nsw_vport_update_link_locked(vport);
	nsw_vport_block_locked(vport, NSW_BLOCK_POWER, vf->power != NSW_POWER_D0);
	nsw_vport_block_locked(vport, NSW_BLOCK_PF, vport->sw->vfs_need_pf && !vport->sw->pf_up);
}

static int nsw_policy_check(struct nsw_switch *sw, const struct nsw_vf *vf,
			    const struct nsw_policy_changes *changes,
			    struct netlink_ext_ack *extack)
{
	const struct nsw_policy *to = &changes->to;
	u32 min = vf->policy.min_rate, max = vf->policy.max_rate;

	if (changes->mask & NSW_POLICY_MAC && !is_valid_ether_addr(changes->mac) &&
	    !is_zero_ether_addr(changes->mac))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%pM is neither a unicast address nor zero", changes->mac);
	if (changes->mask & NSW_POLICY_LINK && to->link > NSW_LINK_DISABLE)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u is no link state", to->link);
	if (changes->mask & NSW_POLICY_MIN_RATE)
		min = to->min_rate;
	if (changes->mask & NSW_POLICY_MAX_RATE)
		max = to->max_rate;
	if (changes->mask & (NSW_POLICY_MIN_RATE | NSW_POLICY_MAX_RATE))
		return nsw_rate_check_locked(sw, vf, min, max, extack);
	return 0;
}

/* What can fail: the places of the receive filters, all in one step. */
static int nsw_policy_move_filters(struct nsw_switch *sw, struct nsw_vf *vf,
				   const struct nsw_policy_changes *changes,
				   struct netlink_ext_ack *extack)
{
	struct nsw_filter_home home = { .pvlan = vf->policy.pvlan, .pcp = vf->policy.pcp };

	if (changes->mask & NSW_POLICY_PORT_VLAN) {
		home.pvlan = changes->to.pvlan;
		home.pcp = changes->to.pcp;
	}
	if (changes->mask & NSW_POLICY_MAC && is_valid_ether_addr(changes->mac)) {
		home.mac = nsw_mac_pack(changes->mac);
		home.filter = nsw_vf_follower_locked(sw, vf, changes->mac);
		home.others = &vf->vlan_filters;
	}
	return vf->vport ? nsw_filter_rehome_locked(vf->vport, &home, extack) : 0;
}

static void nsw_policy_commit_mac(struct nsw_switch *sw, struct nsw_vf *vf, const u8 *mac)
{
	/* The choice is the VF's again, and so are its filters. */
	if (is_zero_ether_addr(mac))
		nsw_offer_take_back_locked(sw, vf);
	ether_addr_copy(vf->mac, mac);
	nsw_offer_follow_locked(sw, vf);
	if (is_zero_ether_addr(mac) && vf->port)
		nsw_guest_ask_again_locked(vf->port);
}

/* What cannot fail. */
static void nsw_policy_commit(struct nsw_switch *sw, struct nsw_vf *vf,
			      const struct nsw_policy_changes *changes)
{
	const struct nsw_policy *to = &changes->to;
	struct nsw_policy *policy = &vf->policy;
	struct nsw_vport *vport = vf->vport;

	if (changes->mask & NSW_POLICY_MAC)
		nsw_policy_commit_mac(sw, vf, changes->mac);
	if (changes->mask & NSW_POLICY_PORT_VLAN) {
		policy->pvlan = to->pvlan;
		policy->pcp = to->pcp;
	}
	if (changes->mask & NSW_POLICY_SPOOFCHK) {
		policy->spoofchk = to->spoofchk;
		if (vport)
			WRITE_ONCE(vport->spoofchk, to->spoofchk);
	}
	if (changes->mask & NSW_POLICY_RSS_QUERY)
		policy->rss_query = to->rss_query;
	if (changes->mask & NSW_POLICY_TRUST)
		nsw_guest_set_trust_locked(sw, vf, to->trust);
	if (changes->mask & NSW_POLICY_LINK) {
		policy->link = to->link;
		if (vport)
			nsw_vport_update_link_locked(vport);
	}
	if (changes->mask & NSW_POLICY_MIN_RATE)
		policy->min_rate = to->min_rate;
	if (changes->mask & NSW_POLICY_MAX_RATE)
		policy->max_rate = to->max_rate;
	if (changes->mask & (NSW_POLICY_MIN_RATE | NSW_POLICY_MAX_RATE))
		nsw_rate_update_locked(sw, vport);
}

int nsw_policy_set(struct nsw_switch *sw, u32 id, const struct nsw_policy_changes *changes,
		   struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf;
	int err;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, extack);
	err = IS_ERR(vf) ? PTR_ERR(vf) : nsw_policy_check(sw, vf, changes, extack);
	if (!err)
		err = nsw_policy_move_filters(sw, vf, changes, extack);
	if (!err) {
		nsw_policy_commit(sw, vf, changes);
		nsw_vf_notify_locked(sw, vf, NSW_EVENT_CHANGE);
	}
	nsw_switch_unlock(sw);
	return err;
}

int nsw_policy_set_mac(struct nsw_switch *sw, u32 vf, const u8 *mac,
		       struct netlink_ext_ack *extack)
{
	struct nsw_policy_changes changes = { .mask = NSW_POLICY_MAC };

	ether_addr_copy(changes.mac, mac);
	return nsw_policy_set(sw, vf, &changes, extack);
}

int nsw_policy_set_spoofchk(struct nsw_switch *sw, u32 vf, bool on, struct netlink_ext_ack *extack)
{
	const struct nsw_policy_changes changes = {
		.mask = NSW_POLICY_SPOOFCHK,
		.to.spoofchk = on,
	};

	return nsw_policy_set(sw, vf, &changes, extack);
}

int nsw_policy_set_trust(struct nsw_switch *sw, u32 vf, bool on, struct netlink_ext_ack *extack)
{
	const struct nsw_policy_changes changes = { .mask = NSW_POLICY_TRUST, .to.trust = on };

	return nsw_policy_set(sw, vf, &changes, extack);
}

int nsw_policy_set_link(struct nsw_switch *sw, u32 vf, enum nsw_link_policy link,
			struct netlink_ext_ack *extack)
{
	const struct nsw_policy_changes changes = { .mask = NSW_POLICY_LINK, .to.link = link };

	return nsw_policy_set(sw, vf, &changes, extack);
}

int nsw_policy_set_rate(struct nsw_switch *sw, u32 vf, u32 min, u32 max,
			struct netlink_ext_ack *extack)
{
	const struct nsw_policy_changes changes = {
		.mask = NSW_POLICY_MIN_RATE | NSW_POLICY_MAX_RATE,
		.to.min_rate = min,
		.to.max_rate = max,
	};

	return nsw_policy_set(sw, vf, &changes, extack);
}

int nsw_policy_set_rss_query(struct nsw_switch *sw, u32 vf, bool on,
			     struct netlink_ext_ack *extack)
{
	const struct nsw_policy_changes changes = {
		.mask = NSW_POLICY_RSS_QUERY,
		.to.rss_query = on,
	};

	return nsw_policy_set(sw, vf, &changes, extack);
}

int nsw_policy_port_vlan(struct nsw_policy_changes *changes, u16 vid, u8 pcp, bool stag,
			 struct netlink_ext_ack *extack)
{
	if (vid > VLAN_VID_MASK - 1)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VID %u is not in 0..4094", vid);
	if (pcp > 7 || (pcp && !vid))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "priority %u: 0..7, and only with a port VLAN", pcp);
	changes->mask |= NSW_POLICY_PORT_VLAN;
	changes->to.pvlan = vid && stag ? NSW_VLAN_S | vid : vid;
	changes->to.pcp = pcp;
	return 0;
}

int nsw_policy_set_port_vlan(struct nsw_switch *sw, u32 vf, u16 vid, u8 pcp, bool stag,
			     struct netlink_ext_ack *extack)
{
	struct nsw_policy_changes changes = { };
	int err;

	err = nsw_policy_port_vlan(&changes, vid, pcp, stag, extack);
	return err ?: nsw_policy_set(sw, vf, &changes, extack);
}
