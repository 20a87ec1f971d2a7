// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include "model/filter.h"
#include "model/guest.h"
#include "model/mailbox.h"
#include "model/offer.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"

void nsw_vf_destroy_all(struct nsw_vf *vfs, u32 num)
{
	u32 i;

	for (i = 0; i < num; i++) {
		WARN_ON(vfs[i].allocated || vfs[i].port);
		xa_destroy(&vfs[i].vlan_filters);
		xa_destroy(&vfs[i].mac_filters);
		free_percpu(vfs[i].stats);
	}
	kvfree(vfs);
}

struct nsw_vf *nsw_vf_create_all(u32 num)
{
	struct nsw_vf *vfs = kvcalloc(num, sizeof(*vfs), GFP_KERNEL);
	u32 i;

	if (!vfs)
		return NULL;
	for (i = 0; i < num; i++) {
		vfs[i].id = i;
		vfs[i].power = NSW_POWER_D0;
		nsw_policy_init(&vfs[i].policy);
		xa_init(&vfs[i].vlan_filters);
		xa_init(&vfs[i].mac_filters);
		nsw_block_init(&vfs[i]);
		vfs[i].stats = nsw_stats_create();
		if (!vfs[i].stats) {
			nsw_vf_destroy_all(vfs, i);
			return NULL;
		}
	}
	return vfs;
}

void nsw_vf_notify_locked(struct nsw_switch *sw, struct nsw_vf *vf, enum nsw_event event)
{
	nsw_switch_notify_locked(sw, &(struct nsw_change) {
		.event = event,
		.object = NSW_OBJECT_VF,
		.vf = vf,
	});
	nsw_block_refresh_locked(sw, vf);
}

struct nsw_vf *nsw_vf_get_locked(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	int err = nsw_switch_require_locked(sw, extack);

	if (err)
		return ERR_PTR(err);
	if (id >= sw->num_vfs)
		return ERR_PTR(nsw_refuse(extack, ENOENT, INVALID_PARAMETER,
					  "VF %u does not exist: the switch has %u VFs",
					  id, sw->num_vfs));
	if (!sw->vfs[id].allocated)
		return ERR_PTR(nsw_refuse(extack, ENOENT, INVALID_PARAMETER,
					  "VF %u is not allocated", id));
	return &sw->vfs[id];
}

static struct nsw_vf *nsw_vf_find_free(struct nsw_switch *sw)
{
	u32 i;

	for (i = 0; i < sw->num_vfs; i++)
		if (!sw->vfs[i].allocated)
			return &sw->vfs[i];
	return NULL;
}

static void nsw_vf_free_names(struct nsw_vf *vf)
{
	kfree(vf->name);
	kfree(vf->vm);
	kfree(vf->nic);
	vf->name = NULL;
	vf->vm = NULL;
	vf->nic = NULL;
}

static int nsw_vf_copy_names(struct nsw_vf *vf, const struct nsw_vf_params *params,
			     struct netlink_ext_ack *extack)
{
	int err;

	err = nsw_switch_copy_name(params->name, &vf->name, extack) ?:
	      nsw_switch_copy_name(params->vm, &vf->vm, extack) ?:
	      nsw_switch_copy_name(params->nic, &vf->nic, extack);
	if (err)
		nsw_vf_free_names(vf);
	return err;
}

static int nsw_vf_allocate_locked(struct nsw_switch *sw, const struct nsw_vf_params *params,
				  u32 *id, struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf;
	int err;

	err = nsw_switch_require_locked(sw, extack);
	if (err)
		return err;
	if (params->mac && !is_valid_ether_addr(params->mac))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%pM is no unicast address", params->mac);
	vf = nsw_vf_find_free(sw);
	if (!vf)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "all %u VFs of the switch are allocated", sw->num_vfs);
	err = nsw_vf_copy_names(vf, params, extack);
	if (err)
		return err;

	if (params->mac)
		ether_addr_copy(vf->mac, params->mac);
	vf->owner = nsw_caller_owner(params->caller);
	vf->allocated = true;
	nsw_block_restart_locked(vf);
	sw->num_allocated++;
	*id = vf->id;
	nsw_vf_notify_locked(sw, vf, NSW_EVENT_ADD);
	return 0;
}

int nsw_vf_allocate_as(struct nsw_switch *sw, const struct nsw_vf_params *params, u32 *id,
		       struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_vf_allocate_locked(sw, params, id, extack);
	nsw_switch_unlock(sw);
	return err;
}

int nsw_vf_free_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		   struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf;
	u32 guaranteed;
	int err = 0;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, extack);
	if (IS_ERR(vf)) {
		/* Unlike other requests: oid-nic-switch-free-vf. */
		nsw_status_set(extack, NSW_STATUS_FILE_NOT_FOUND);
		err = PTR_ERR(vf);
		goto unlock;
	}
	err = nsw_caller_check(caller, vf->owner, "VF", id, extack);
	if (err)
		goto unlock;
	if (vf->vport) {
		err = nsw_refuse(extack, EBUSY, FILE_NOT_FOUND,
				 "VPort %u is still attached to VF %u", vf->vport->id, id);
	} else {
		/* While they are known as its: those put aside do not need its VPort. */
		nsw_mailbox_drop_filters_locked(sw, vf);
		nsw_vf_notify_locked(sw, vf, NSW_EVENT_DEL);
		nsw_vf_free_names(vf);
		eth_zero_addr(vf->mac);
		vf->auto_filter = 0;
		vf->offer = NSW_OFFER_NONE;
		guaranteed = vf->policy.min_rate;
		vf->owner = 0;
		vf->wake = false;
		nsw_policy_init(&vf->policy);
		nsw_block_restart_locked(vf);
		vf->allocated = false;
		if (guaranteed)
			nsw_rate_update_locked(sw, NULL);
		sw->num_allocated--;
	}
unlock:
	nsw_switch_unlock(sw);
	return err;
}

/* VFs that nobody has allocated have no listeners. */
static void nsw_vf_reset_locked(struct nsw_switch *sw, struct nsw_vf *vf)
{
	nsw_mailbox_clear_locked(sw, vf);
	vf->blocks.pending = 0;
	if (vf->allocated)
		nsw_vf_notify_locked(sw, vf, NSW_EVENT_RESET);
}

static void nsw_vf_set_power_locked(struct nsw_switch *sw, struct nsw_vf *vf,
				    enum nsw_power_state power, bool wake)
{
	vf->power = power;
	vf->wake = wake;
	if (vf->vport)
		nsw_vport_block_locked(vf->vport, NSW_BLOCK_POWER, power != NSW_POWER_D0);
	if (vf->allocated)
		nsw_vf_notify_locked(sw, vf, NSW_EVENT_CHANGE);
}

int nsw_vf_reset(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf;
	int err = 0;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, extack);
	if (IS_ERR(vf))
		err = PTR_ERR(vf);
	else
		nsw_vf_reset_locked(sw, vf);
	nsw_switch_unlock(sw);
	return err;
}

int nsw_vf_set_power(struct nsw_switch *sw, u32 id, enum nsw_power_state power, bool wake,
		     struct netlink_ext_ack *extack)
{
	struct nsw_vf *vf;
	int err = 0;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, extack);
	if (IS_ERR(vf))
		err = PTR_ERR(vf);
	else if (power < NSW_POWER_D0 || power > NSW_POWER_D3)
		err = nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				 "%u is no device power state", power);
	else if (wake && power == NSW_POWER_D0)
		err = nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				 "a VF in D0 cannot wake the system: it is awake");
	else
		nsw_vf_set_power_locked(sw, vf, power, wake);
	nsw_switch_unlock(sw);
	return err;
}

void nsw_vf_follow(struct nsw_switch *sw, u32 id, bool reset, enum nsw_power_state power)
{
	struct nsw_vf *vf;

	nsw_switch_lock(sw);
	if (id < sw->num_vfs) {
		vf = &sw->vfs[id];
		if (reset)
			nsw_vf_reset_locked(sw, vf);
		/* Who gave it this state said nothing of waking. */
		if (vf->power != power)
			nsw_vf_set_power_locked(sw, vf, power, false);
	}
	nsw_switch_unlock(sw);
}

int nsw_vf_attach_port(struct nsw_switch *sw, u32 id, struct nsw_port *port, u8 *mac)
{
	struct nsw_vf *vf;
	int err = 0;

	nsw_switch_lock(sw);
	if (id >= sw->num_vfs) {
		err = -ENODEV;
	} else {
		vf = &sw->vfs[id];
		vf->port = port;
		if (is_valid_ether_addr(vf->mac))
			ether_addr_copy(mac, vf->mac);
		if (vf->vport)
			nsw_guest_attach_locked(sw, port, vf->vport);
	}
	nsw_switch_unlock(sw);
	return err;
}

void nsw_vf_detach_port(struct nsw_switch *sw, u32 id)
{
	struct nsw_vf *vf;

	nsw_switch_lock(sw);
	if (!WARN_ON(id >= sw->num_vfs)) {
		vf = &sw->vfs[id];
		if (vf->vport)
			nsw_guest_detach_locked(sw, vf->port);
		nsw_mailbox_clear_locked(sw, vf);
		vf->port = NULL;
		vf->running = false;
		nsw_offer_follow_locked(sw, vf);
	}
	nsw_switch_unlock(sw);
}

int nsw_vf_set_auto_filter(struct nsw_switch *sw, u32 id, const u8 *mac)
{
	struct nsw_vf *vf;
	int err = -ENOENT;

	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, NULL);
	if (!IS_ERR(vf) && vf->vport)
		err = nsw_filter_add_locked(sw, vf->vport->id, mac, NSW_VLAN_MODE_NONE, 0,
					    &vf->auto_filter, NULL);
	nsw_switch_unlock(sw);
	return err;
}

bool nsw_vf_address_is_taken_locked(struct nsw_switch *sw, const struct nsw_vf *vf, const u8 *mac)
{
	const struct nsw_filter *filter;
	bool taken;

	nsw_switch_assert_locked(sw);
	rcu_read_lock();
	filter = (const struct nsw_filter *)nsw_table_find_rcu(&sw->table,
							       nsw_key(nsw_mac_pack(mac),
								       NSW_VLAN_ANY));
	taken = filter && !nsw_offer_is_its_locked(sw, vf, filter);
	rcu_read_unlock();
	return taken;
}

u32 nsw_vf_follower_locked(struct nsw_switch *sw, const struct nsw_vf *vf, const u8 *mac)
{
	struct nsw_filter *filter = xa_load(&sw->filters, vf->auto_filter);

	nsw_switch_assert_locked(sw);
	if (!filter || !nsw_offer_is_its_locked(sw, vf, filter) ||
	    nsw_filter_mac(filter) == nsw_mac_pack(mac))
		return 0;
	return filter->id;
}

/* Let the filter of the Linux way follow, unless somebody took it away. */
static int nsw_vf_follow_address(struct nsw_switch *sw, struct nsw_vf *vf, const u8 *mac)
{
	const struct nsw_filter_home home = {
		.pvlan = vf->policy.pvlan,
		.pcp = vf->policy.pcp,
		.filter = nsw_vf_follower_locked(sw, vf, mac),
		.mac = nsw_mac_pack(mac),
		.others = &vf->vlan_filters,
	};

	int err;

	if (!home.filter || !vf->vport)
		return 0;
	/* Another address than the permanent one is nothing that its other path has. */
	nsw_offer_take_back_locked(sw, vf);
	err = nsw_filter_rehome_locked(vf->vport, &home, NULL);
	nsw_offer_follow_locked(sw, vf);
	return err;
}

int nsw_vf_change_address(struct nsw_switch *sw, u32 id, const u8 *mac)
{
	int err = nsw_fault_strike(sw, NSW_FAULT_KIND_MAILBOX, id, NULL);
	struct nsw_vf *vf;

	if (err)
		return err;
	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, NULL);
	/* Nobody minds what the interface of an unallocated VF calls itself. */
	if (IS_ERR(vf))
		goto unlock;
	if (is_valid_ether_addr(vf->mac) && !vf->policy.trust && !ether_addr_equal(vf->mac, mac))
		err = -EPERM;
	else if (nsw_vf_address_is_taken_locked(sw, vf, mac))
		err = -EEXIST;
	else
		err = nsw_vf_follow_address(sw, vf, mac);
unlock:
	nsw_switch_unlock(sw);
	return err;
}
