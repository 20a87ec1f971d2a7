// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include "model/filter.h"
#include "model/guest.h"
#include "model/mailbox.h"
#include "model/port.h"
#include "model/switch.h"
#include "model/vf.h"

/* The filter whose address others follow, while it is where it was put. */
static struct nsw_filter *nsw_mailbox_own_filter(struct nsw_switch *sw, const struct nsw_vf *vf)
{
	struct nsw_filter *filter = vf->vport ? xa_load(&sw->filters, vf->auto_filter) : NULL;

	return filter && nsw_filter_vport_locked(sw, filter) == vf->vport ? filter : NULL;
}

static int nsw_mailbox_add_filter(struct nsw_switch *sw, struct nsw_vf *vf, u16 vid)
{
	struct nsw_filter *own = nsw_mailbox_own_filter(sw, vf);
	u8 mac[ETH_ALEN];
	u32 id;
	int err;

	if (!own || !(sw->caps.flags & NSW_CAPS_F_VLAN))
		return 0;
	err = xa_reserve(&vf->vlan_filters, vid, GFP_KERNEL);
	if (err)
		return err;
	u64_to_ether_addr(nsw_filter_mac(own), mac);
	err = nsw_filter_add_locked(sw, vf->vport->id, mac, NSW_VLAN_MODE_ID, vid, &id, NULL);
	if (err)
		xa_release(&vf->vlan_filters, vid);
	else
		xa_store(&vf->vlan_filters, vid, xa_mk_value(id), GFP_KERNEL);
	return err;
}

/* Somebody may have deleted it, or moved it and thereby made it his. */
static void nsw_mailbox_del_filter(struct nsw_switch *sw, struct nsw_vf *vf, u16 vid)
{
	void *id = xa_erase(&vf->vlan_filters, vid);
	struct nsw_filter *filter;

	if (!id)
		return;
	filter = xa_load(&sw->filters, xa_to_value(id));
	if (filter && vf->vport && nsw_filter_vport_locked(sw, filter) == vf->vport)
		nsw_filter_del_locked(sw, filter->id, NULL);
}

static int nsw_mailbox_add_vlan_locked(struct nsw_switch *sw, struct nsw_vf *vf, u16 vid)
{
	int err;

	if (!vf->policy.trust && vf->port->guest.num_vlans >= NSW_GUEST_VLANS_UNTRUSTED)
		return -EPERM;
	err = nsw_guest_add_vlan(sw, vf->port, vid);
	if (err)
		return err;
	err = nsw_mailbox_add_filter(sw, vf, vid);
	if (err)
		nsw_guest_del_vlan(sw, vf->port, vid);
	return err;
}

int nsw_mailbox_add_vlan(struct nsw_switch *sw, u32 id, u16 vid)
{
	int err = -ENODEV;

	nsw_switch_lock(sw);
	if (id < sw->num_vfs && sw->vfs[id].port)
		err = nsw_mailbox_add_vlan_locked(sw, &sw->vfs[id], vid);
	nsw_switch_unlock(sw);
	return err;
}

void nsw_mailbox_del_vlan(struct nsw_switch *sw, u32 id, u16 vid)
{
	nsw_switch_lock(sw);
	/* An interface that goes has lost them already. */
	if (id < sw->num_vfs && sw->vfs[id].port) {
		nsw_mailbox_del_filter(sw, &sw->vfs[id], vid);
		nsw_guest_del_vlan(sw, sw->vfs[id].port, vid);
	}
	nsw_switch_unlock(sw);
}

void nsw_mailbox_clear_locked(struct nsw_switch *sw, struct nsw_vf *vf)
{
	unsigned long vid;
	void *id;

	nsw_switch_assert_locked(sw);
	xa_for_each(&vf->vlan_filters, vid, id)
		nsw_mailbox_del_filter(sw, vf, vid);
	if (vf->port)
		nsw_guest_clear(sw, vf->port);
}
