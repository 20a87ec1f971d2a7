// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include "model/filter.h"
#include "model/filter_place.h"
#include "model/guest.h"
#include "model/mailbox.h"
#include "model/offer.h"
#include "model/port.h"
#include "model/switch.h"
#include "model/vf.h"

/* The filter whose address others follow, unless somebody has taken it away. */
static struct nsw_filter *nsw_mailbox_own_filter(struct nsw_switch *sw, const struct nsw_vf *vf)
{
	struct nsw_filter *filter = vf->vport ? xa_load(&sw->filters, vf->auto_filter) : NULL;

	return filter && nsw_offer_is_its_locked(sw, vf, filter) ? filter : NULL;
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
	/* Where the others are, which may be put aside. */
	err = nsw_filter_add_locked(sw, nsw_filter_vport_locked(sw, own)->id, mac,
				    NSW_VLAN_MODE_ID, vid, &id, NULL);
	if (err)
		xa_release(&vf->vlan_filters, vid);
	else
		xa_store(&vf->vlan_filters, vid, xa_mk_value(id), GFP_KERNEL);
	return err;
}

/* Somebody may have deleted it, or moved it and thereby made it his. */
static struct nsw_filter *nsw_mailbox_find_filter(struct nsw_switch *sw, const struct nsw_vf *vf,
						  u32 id)
{
	struct nsw_filter *filter = xa_load(&sw->filters, id);

	return filter && nsw_offer_is_its_locked(sw, vf, filter) ? filter : NULL;
}

static void nsw_mailbox_del_filter(struct nsw_switch *sw, struct nsw_vf *vf, u16 vid)
{
	void *id = xa_erase(&vf->vlan_filters, vid);

	if (id && nsw_mailbox_find_filter(sw, vf, xa_to_value(id)))
		nsw_filter_del_locked(sw, xa_to_value(id), NULL);
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
	int err = nsw_fault_strike(sw, NSW_FAULT_KIND_MAILBOX, id, NULL);

	if (err)
		return err;
	err = -ENODEV;
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

static bool nsw_mailbox_wants(struct nsw_vf *vf, const struct nsw_filter *filter,
			      const u64 *macs, unsigned int num)
{
	if (filter->vlan && !xa_load(&vf->vlan_filters, filter->vlan))
		return false;
	while (num--)
		if (macs[num] == nsw_filter_mac(filter))
			return true;
	return false;
}

/* Keep only what is wanted; returns how many addresses are left. */
static unsigned int nsw_mailbox_drop_macs(struct nsw_switch *sw, struct nsw_vf *vf,
					  const u64 *macs, unsigned int num)
{
	struct nsw_filter *filter;
	unsigned int left = 0;
	unsigned long id;
	void *entry;

	xa_for_each(&vf->mac_filters, id, entry) {
		filter = nsw_mailbox_find_filter(sw, vf, id);
		if (filter && nsw_mailbox_wants(vf, filter, macs, num)) {
			left += !filter->vlan;
			continue;
		}
		xa_erase(&vf->mac_filters, id);
		if (filter)
			nsw_filter_del_locked(sw, id, NULL);
	}
	return left;
}

static bool nsw_mailbox_has_mac(struct nsw_switch *sw, struct nsw_vf *vf, u64 mac, u16 vid)
{
	u64 key = nsw_key(mac, nsw_filter_vlan_on(vf->vport, vid));
	const struct nsw_filter *filter;
	u32 id = 0;

	rcu_read_lock();
	filter = (const struct nsw_filter *)nsw_table_find_rcu(&sw->table, key);
	if (filter && nsw_offer_is_its_locked(sw, vf, filter))
		id = filter->id;
	rcu_read_unlock();
	return id && xa_load(&vf->mac_filters, id);
}

static int nsw_mailbox_add_mac(struct nsw_switch *sw, struct nsw_vf *vf, u64 mac, u16 vid)
{
	u8 addr[ETH_ALEN];
	u32 id;
	int err;

	if (nsw_mailbox_has_mac(sw, vf, mac, vid))
		return 0;
	u64_to_ether_addr(mac, addr);
	if (nsw_vf_address_is_taken_locked(sw, vf, addr))
		return -EEXIST;
	err = nsw_filter_add_locked(sw, vf->vport->id, addr,
				    vid ? NSW_VLAN_MODE_ID : NSW_VLAN_MODE_NONE, vid, &id, NULL);
	if (err)
		return err;
	err = xa_err(xa_store(&vf->mac_filters, id, xa_mk_value(0), GFP_KERNEL));
	if (err)
		nsw_filter_del_locked(sw, id, NULL);
	return err;
}

static int nsw_mailbox_add_mac_vlans(struct nsw_switch *sw, struct nsw_vf *vf, u64 mac)
{
	unsigned long vid;
	void *id;
	int err = 0;

	xa_for_each(&vf->vlan_filters, vid, id)
		err = nsw_mailbox_add_mac(sw, vf, mac, vid) ?: err;
	return err;
}

/* As i40e: whoever may not leave the address that the PF has set cannot add to it. */
static unsigned int nsw_mailbox_max_macs(const struct nsw_vf *vf)
{
	if (vf->policy.trust)
		return NSW_GUEST_MACS_MAX;
	return is_valid_ether_addr(vf->mac) ? 0 : NSW_GUEST_MACS_UNTRUSTED;
}

static unsigned int nsw_mailbox_set_macs_locked(struct nsw_switch *sw, struct nsw_vf *vf,
						const u64 *macs, unsigned int num)
{
	unsigned int have = nsw_mailbox_drop_macs(sw, vf, macs, num);
	unsigned int max = nsw_mailbox_max_macs(vf);
	unsigned int i, missed = 0;

	if (!nsw_mailbox_own_filter(sw, vf))
		return num;
	for (i = 0; i < num; i++) {
		if (!nsw_mailbox_has_mac(sw, vf, macs[i], 0)) {
			if (have >= max || nsw_mailbox_add_mac(sw, vf, macs[i], 0)) {
				missed++;
				continue;
			}
			have++;
		}
		if (nsw_mailbox_add_mac_vlans(sw, vf, macs[i]))
			missed++;
	}
	return missed;
}

unsigned int nsw_mailbox_set_macs(struct nsw_switch *sw, u32 id, const struct nsw_port *port,
				  const u64 *macs, unsigned int num)
{
	unsigned int missed = num;

	nsw_switch_lock(sw);
	/* An interface that goes has lost them already. */
	if (id < sw->num_vfs && sw->vfs[id].port == port)
		missed = nsw_mailbox_set_macs_locked(sw, &sw->vfs[id], macs, num);
	nsw_switch_unlock(sw);
	return missed;
}

void nsw_mailbox_drop_filters_locked(struct nsw_switch *sw, struct nsw_vf *vf)
{
	unsigned long vid;
	void *id;

	nsw_switch_assert_locked(sw);
	xa_for_each(&vf->vlan_filters, vid, id)
		nsw_mailbox_del_filter(sw, vf, vid);
	nsw_mailbox_drop_macs(sw, vf, NULL, 0);
}

void nsw_mailbox_clear_locked(struct nsw_switch *sw, struct nsw_vf *vf)
{
	nsw_mailbox_drop_filters_locked(sw, vf);
	if (vf->port)
		nsw_guest_clear(sw, vf->port);
}
