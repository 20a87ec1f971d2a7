// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_vlan.h>
#include "model/filter.h"
#include "model/guest.h"
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
	vport->pvlan = policy->pvlan;
	vport->pcp = policy->pcp;
	nsw_vport_block_locked(vport, NSW_BLOCK_LINK, policy->link == NSW_LINK_DISABLE);
	nsw_vport_block_locked(vport, NSW_BLOCK_POWER, vf->power != NSW_POWER_D0);
}

/* The frame of every setter: find the VF, change it, tell. */
static int nsw_policy_change(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack,
			     int (*change)(struct nsw_switch *sw, struct nsw_vf *vf, u64 arg,
					   struct netlink_ext_ack *extack), u64 arg)
{
	struct nsw_vf *vf;
	int err;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, extack);
	err = IS_ERR(vf) ? PTR_ERR(vf) : change(sw, vf, arg, extack);
	if (!err)
		nsw_vf_notify_locked(sw, vf, NSW_EVENT_CHANGE);
	nsw_switch_unlock(sw);
	return err;
}

static int nsw_policy_do_spoofchk(struct nsw_switch *sw, struct nsw_vf *vf, u64 on,
				  struct netlink_ext_ack *extack)
{
	vf->policy.spoofchk = on;
	if (vf->vport)
		WRITE_ONCE(vf->vport->spoofchk, on);
	return 0;
}

int nsw_policy_set_spoofchk(struct nsw_switch *sw, u32 vf, bool on, struct netlink_ext_ack *extack)
{
	return nsw_policy_change(sw, vf, extack, nsw_policy_do_spoofchk, on);
}

static void nsw_policy_apply_trust(struct nsw_vport *vport, u64 on)
{
	vport->vf->policy.trust = on;
}

static int nsw_policy_do_trust(struct nsw_switch *sw, struct nsw_vf *vf, u64 on,
			       struct netlink_ext_ack *extack)
{
	if (vf->vport && vf->port)
		nsw_guest_update_locked(sw, vf->port, nsw_policy_apply_trust, vf->vport, on);
	else
		vf->policy.trust = on;
	return 0;
}

int nsw_policy_set_trust(struct nsw_switch *sw, u32 vf, bool on, struct netlink_ext_ack *extack)
{
	return nsw_policy_change(sw, vf, extack, nsw_policy_do_trust, on);
}

static int nsw_policy_do_link(struct nsw_switch *sw, struct nsw_vf *vf, u64 link,
			      struct netlink_ext_ack *extack)
{
	if (link > NSW_LINK_DISABLE)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u is no link state", (u32)link);
	vf->policy.link = link;
	if (vf->vport)
		nsw_vport_block_locked(vf->vport, NSW_BLOCK_LINK, link == NSW_LINK_DISABLE);
	return 0;
}

int nsw_policy_set_link(struct nsw_switch *sw, u32 vf, enum nsw_link_policy link,
			struct netlink_ext_ack *extack)
{
	return nsw_policy_change(sw, vf, extack, nsw_policy_do_link, link);
}

static int nsw_policy_do_port_vlan(struct nsw_switch *sw, struct nsw_vf *vf, u64 arg,
				   struct netlink_ext_ack *extack)
{
	nsw_vlan_t pvlan = arg & 0xffff;
	u8 pcp = arg >> 16;
	int err = 0;

	if (vf->vport)
		err = nsw_filter_set_port_vlan_locked(vf->vport, pvlan, pcp, extack);
	if (!err) {
		vf->policy.pvlan = pvlan;
		vf->policy.pcp = pcp;
	}
	return err;
}

int nsw_policy_set_port_vlan(struct nsw_switch *sw, u32 vf, u16 vid, u8 pcp, bool stag,
			     struct netlink_ext_ack *extack)
{
	nsw_vlan_t pvlan = vid && stag ? NSW_VLAN_S | vid : vid;

	if (vid > VLAN_VID_MASK - 1)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VID %u is not in 0..4094", vid);
	if (pcp > 7 || (pcp && !vid))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "priority %u: 0..7, and only with a port VLAN", pcp);
	return nsw_policy_change(sw, vf, extack, nsw_policy_do_port_vlan,
				 pvlan | (u64)(vid ? pcp : 0) << 16);
}
