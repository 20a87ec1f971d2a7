// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include "model/filter.h"
#include "model/guest.h"
#include "model/offer.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"

/*
 * A machine has two paths: its VF, and a synthetic adapter behind the default
 * VPort. The filters for its address say which one frames take. They follow
 * what the machine can use, as its NetVSC would tell the host by itself.
 */

/* Whether the filter is one that moves between these two VPorts. */
static bool nsw_offer_is_on(const struct nsw_switch *sw, const struct nsw_vf *vf,
			    const struct nsw_filter *filter)
{
	const struct nsw_vport *vport = nsw_filter_vport_locked(sw, filter);

	return nsw_filter_mac(filter) == nsw_mac_pack(vf->mac) &&
	       (vport == &sw->vport0 || vport == vf->vport);
}

/* Those that a request has moved so far. */
#define NSW_OFFER_MOVED	XA_MARK_1

/*
 * Move all of them, or none when @undo says so. Otherwise one that has to stay
 * does not hold the rest back.
 *
 * Return: how many were moved, or why not.
 */
static int nsw_offer_move_all(struct nsw_switch *sw, const struct nsw_vf *vf, u32 from, u32 to,
			      bool undo, struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter;
	int num = 0, err = 0;
	unsigned long id;

	xa_for_each(&sw->filters, id, filter) {
		if (!nsw_offer_is_on(sw, vf, filter) ||
		    nsw_filter_vport_locked(sw, filter)->id != from)
			continue;
		err = nsw_filter_move_locked(sw, NULL, id, from, to, extack);
		if (err && undo)
			break;
		if (err)
			continue;
		xa_set_mark(&sw->filters, id, NSW_OFFER_MOVED);
		num++;
	}
	undo = undo && err;
	xa_for_each_marked(&sw->filters, id, filter, NSW_OFFER_MOVED) {
		xa_clear_mark(&sw->filters, id, NSW_OFFER_MOVED);
		if (undo)
			nsw_filter_move_locked(sw, NULL, id, to, from, NULL);
	}
	return undo ? err : num;
}

/* Whether its machine can use it, once the link is as it shall be. */
static bool nsw_offer_is_usable(const struct nsw_vf *vf)
{
	unsigned long blocked = vf->vport->blocked & NSW_BLOCK_CARRIER & ~NSW_BLOCK_LINK;

	return vf->offer == NSW_OFFER_OFFERED && vf->running && !blocked &&
	       nsw_vport_shall_link_locked(vf->vport);
}

static int nsw_offer_place(struct nsw_switch *sw, struct nsw_vf *vf, bool undo,
			   struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport = vf->vport;
	int num;

	if (!vport || vf->offer == NSW_OFFER_NONE)
		return 0;
	if (!nsw_offer_is_usable(vf)) {
		num = nsw_offer_move_all(sw, vf, vport->id, NSW_DEFAULT_VPORT_ID, undo, extack);
		return min(num, 0);
	}
	num = nsw_offer_move_all(sw, vf, NSW_DEFAULT_VPORT_ID, vport->id, undo, extack);
	/* A filter that others follow may be among them. */
	if (num > 0 && vf->port)
		nsw_guest_ask_again_locked(vf->port);
	return min(num, 0);
}

bool nsw_offer_is_its_locked(const struct nsw_switch *sw, const struct nsw_vf *vf,
			     const struct nsw_filter *filter)
{
	const struct nsw_vport *vport = nsw_filter_vport_locked(sw, filter);

	if (vport == vf->vport)
		return true;
	/* The addresses of the PF interface have no id. */
	return vf->offer != NSW_OFFER_NONE && vport == &sw->vport0 && filter->id &&
	       nsw_filter_mac(filter) == nsw_mac_pack(vf->mac);
}

/* Whether it was made for the interface of the VF, not by a request. */
static bool nsw_offer_is_automatic(const struct nsw_vf *vf, const struct nsw_filter *filter)
{
	void *in_vlan = xa_load((struct xarray *)&vf->vlan_filters, filter->vlan);

	return filter->id == vf->auto_filter || in_vlan == xa_mk_value(filter->id) ||
	       xa_load((struct xarray *)&vf->mac_filters, filter->id);
}

void nsw_offer_take_back_locked(struct nsw_switch *sw, const struct nsw_vf *vf)
{
	struct nsw_filter *filter;
	unsigned long id;

	nsw_switch_assert_locked(sw);
	if (!vf->vport || vf->offer == NSW_OFFER_NONE)
		return;
	xa_for_each(&sw->filters, id, filter)
		if (nsw_filter_vport_locked(sw, filter) == &sw->vport0 &&
		    nsw_offer_is_its_locked(sw, vf, filter) && nsw_offer_is_automatic(vf, filter))
			nsw_filter_move_locked(sw, NULL, id, NSW_DEFAULT_VPORT_ID, vf->vport->id,
					       NULL);
}

void nsw_offer_follow_locked(struct nsw_switch *sw, struct nsw_vf *vf)
{
	nsw_switch_assert_locked(sw);
	nsw_offer_place(sw, vf, false, NULL);
}

static int nsw_offer_check(struct nsw_switch *sw, const struct nsw_caller *caller,
			   const struct nsw_vf *vf, enum nsw_offer offer,
			   struct netlink_ext_ack *extack)
{
	struct nsw_filter *filter;
	unsigned long id;
	int err;

	err = nsw_caller_check(caller, vf->owner, "VF", vf->id, extack);
	if (err)
		return err;
	if (!is_valid_ether_addr(vf->mac))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VF %u has no permanent address that says which filters are its",
				  vf->id);
	if (offer == NSW_OFFER_OFFERED && !vf->vport)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "VF %u has no VPort that its filters could move to", vf->id);
	if (vf->vport)
		err = nsw_caller_check(caller, vf->vport->owner, "VPort", vf->vport->id, extack);
	if (err)
		return err;
	xa_for_each(&sw->filters, id, filter) {
		if (!nsw_offer_is_on(sw, vf, filter))
			continue;
		err = nsw_caller_check(caller, filter->owner, "filter", filter->id, extack);
		if (err)
			return err;
	}
	return 0;
}

static int nsw_offer_change(struct nsw_switch *sw, struct nsw_vf *vf, enum nsw_offer offer,
			    struct netlink_ext_ack *extack)
{
	enum nsw_offer old = vf->offer;
	int err;

	/* First what can fail; then nothing is left to be moved when the carrier changes. */
	vf->offer = offer;
	err = nsw_offer_place(sw, vf, true, extack);
	if (err) {
		vf->offer = old;
		return err;
	}
	if (vf->vport)
		nsw_vport_update_link_locked(vf->vport);
	return 0;
}

int nsw_offer_set(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		  enum nsw_offer offer, struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf;
	int err;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, extack);
	err = IS_ERR(vf) ? PTR_ERR(vf) : nsw_offer_check(sw, caller, vf, offer, extack);
	if (!err && vf->offer != offer) {
		err = nsw_offer_change(sw, vf, offer, extack);
		if (!err)
			nsw_vf_notify_locked(sw, vf, NSW_EVENT_CHANGE);
	}
	nsw_switch_unlock(sw);
	return err;
}

void nsw_offer_run(struct nsw_switch *sw, u32 id, bool running)
{
	nsw_switch_lock(sw);
	if (id < sw->num_vfs) {
		sw->vfs[id].running = running;
		nsw_offer_follow_locked(sw, &sw->vfs[id]);
	}
	nsw_switch_unlock(sw);
}
