/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_VF_H
#define _NSW_MODEL_VF_H

#include <linux/if_ether.h>
#include <linux/xarray.h>
#include "model/block.h"
#include "model/caller.h"
#include "model/policy.h"
#include "model/rate.h"
#include "model/stats.h"
#include "model/types.h"

struct netlink_ext_ack;
struct nsw_port;
struct nsw_switch;
struct nsw_vport;

/**
 * struct nsw_vf - an enabled VF
 * @id: VF id, zero-based
 * @allocated: somebody allocated it
 * @mac: permanent address, given at allocation or by the PF; zero for none
 * @name: friendly name, or NULL
 * @vm: name of the virtual machine that it is for, or NULL
 * @nic: name of the adapter that the machine has above it, or NULL
 * @power: device power state
 * @wake: it may wake the system; never in D0
 * @policy: what its PF lets it do
 * @vport: its VPort, or NULL
 * @port: its interface, or NULL
 * @stats: counters of its VPort, over the life of the VF
 * @running: the interface is up
 * @offer: whether its machine shall use it
 * @auto_filter: the filter that follows the address of the interface; 0 for none
 * @owner: whose allocation it is; 0 for nobody's
 * @vlan_filters: VID -> id of a filter for a VLAN that the interface has registered
 * @mac_filters: ids of the filters for secondary addresses of the interface
 * @blocks: what its PF and it tell each other
 *
 * Protected by the config lock. Lives as long as the NIC switch.
 */
struct nsw_vf {
	u32 id;
	bool allocated;
	u8 mac[ETH_ALEN];
	char *name;
	char *vm;
	char *nic;
	enum nsw_power_state power;
	bool wake;
	struct nsw_policy policy;
	struct nsw_vport *vport;
	struct nsw_port *port;
	struct nsw_stats __percpu *stats;
	bool running;
	enum nsw_offer offer;
	u32 auto_filter;
	u64 owner;
	struct xarray vlan_filters;
	struct xarray mac_filters;
	struct nsw_block_list blocks;
};

/**
 * nsw_vf_create_all() - the VFs of a new NIC switch
 * @num: how many; not 0
 *
 * Context: may sleep.
 * Return: array of VFs, or NULL without memory.
 */
struct nsw_vf *nsw_vf_create_all(u32 num);

/**
 * nsw_vf_destroy_all() - the reverse of nsw_vf_create_all()
 * @vfs: array of VFs that are neither allocated nor have an interface; may be
 *	 NULL
 * @num: how many
 */
void nsw_vf_destroy_all(struct nsw_vf *vfs, u32 num);

/**
 * struct nsw_vf_params - what an allocated VF shall be
 * @caller: who asks
 * @name: friendly name, or NULL; copied
 * @vm: name of the virtual machine, or NULL; copied
 * @nic: name of the machine's adapter, or NULL; copied
 * @mac: permanent address, or NULL for none; sets no receive filter
 */
struct nsw_vf_params {
	const struct nsw_caller *caller;
	const char *name;
	const char *vm;
	const char *nic;
	const u8 *mac;
};

/**
 * nsw_vf_allocate_as() - OID_NIC_SWITCH_ALLOCATE_VF
 * @sw: the switch
 * @params: what it shall be, until it is freed
 * @id: where the id goes, the lowest that is free
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL for a bad name or an address that is no unicast address, -ENOENT
 * without a switch, -ENOSPC without a free VF, -ENOMEM.
 */
int nsw_vf_allocate_as(struct nsw_switch *sw, const struct nsw_vf_params *params, u32 *id,
		       struct netlink_ext_ack *extack);

/**
 * nsw_vf_free_as() - OID_NIC_SWITCH_FREE_VF
 * @sw: the switch
 * @caller: who asks
 * @id: VF id
 * @extack: reason of a refusal
 *
 * The policy of the VF goes back to its defaults. The power state stays: it is that
 * of a PCI function, which does not care who has it.
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT, -EPERM when it belongs to somebody else, or -EBUSY while
 * a VPort is attached.
 */
int nsw_vf_free_as(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		   struct netlink_ext_ack *extack);

/* The same by the adapter itself. */
static inline int nsw_vf_allocate(struct nsw_switch *sw, const char *name, const u8 *mac, u32 *id,
				  struct netlink_ext_ack *extack)
{
	const struct nsw_vf_params params = { .name = name, .mac = mac };

	return nsw_vf_allocate_as(sw, &params, id, extack);
}

static inline int nsw_vf_free(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack)
{
	return nsw_vf_free_as(sw, NULL, id, extack);
}

/**
 * nsw_vf_reset() - OID_SRIOV_RESET_VF, the part that the model has
 * @sw: the switch
 * @id: VF id
 * @extack: reason of a refusal
 *
 * Forgets what the VF's own side has set; VPort, receive filters and policy
 * stay. The caller resets the interface.
 *
 * Context: process context; takes the config lock.
 * Return: 0 or -ENOENT.
 */
int nsw_vf_reset(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_vf_set_power() - OID_SRIOV_SET_VF_POWER_STATE
 * @sw: the switch
 * @id: VF id
 * @power: D1 to D3 neither receive nor send
 * @wake: whether it may wake the system, which D0 excludes
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT or -EINVAL.
 */
int nsw_vf_set_power(struct nsw_switch *sw, u32 id, enum nsw_power_state power, bool wake,
		     struct netlink_ext_ack *extack);

/**
 * nsw_vf_follow() - the PCI function of a VF was reset or changed its power state
 * @sw: the switch
 * @id: VF id; nothing happens when the switch has no such VF
 * @reset: it was reset: as nsw_vf_reset()
 * @power: its power state now: as nsw_vf_set_power()
 *
 * Whether the VF is allocated or not.
 *
 * Context: process context; takes the config lock.
 */
void nsw_vf_follow(struct nsw_switch *sw, u32 id, bool reset, enum nsw_power_state power);

/**
 * nsw_vf_attach_port() - the VF has an interface now
 * @sw: the switch
 * @id: VF id
 * @port: the interface
 * @mac: where the VF's permanent address goes, if it has one
 *
 * Context: process context; takes the config lock.
 * Return: 0, or -ENODEV when the switch has no such VF.
 */
int nsw_vf_attach_port(struct nsw_switch *sw, u32 id, struct nsw_port *port, u8 *mac);

/**
 * nsw_vf_detach_port() - the VF loses its interface
 * @sw: the switch
 * @id: VF id
 *
 * Context: process context; takes the config lock. The caller waits for an RCU
 * grace period before it frees the interface.
 */
void nsw_vf_detach_port(struct nsw_switch *sw, u32 id);

/**
 * nsw_vf_set_auto_filter() - receive on the address that the interface has
 * @sw: the switch
 * @id: id of a VF with a VPort
 * @mac: the address
 *
 * The Linux way: a receive filter for the address, untagged, that moves along
 * when the address changes.
 *
 * Context: process context; takes the config lock.
 * Return: 0 or the error of nsw_filter_add().
 */
int nsw_vf_set_auto_filter(struct nsw_switch *sw, u32 id, const u8 *mac);

/**
 * nsw_vf_change_address() - the interface of the VF wants another address
 * @sw: the switch
 * @id: VF id
 * @mac: unicast address
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EPERM when the PF has set another address and does not trust the
 * VF; or the error of nsw_filter_add().
 */
int nsw_vf_change_address(struct nsw_switch *sw, u32 id, const u8 *mac);

/**
 * nsw_vf_address_is_taken_locked() - whether an address is not for a VF to have
 * @sw: the switch
 * @vf: the VF
 * @mac: unicast address
 *
 * A specific condition wins over any, so an interface could take from the PF,
 * or from another VPort, what that receives in any VLAN.
 *
 * Context: config lock held.
 * Return: whether another VPort receives it in any VLAN.
 */
bool nsw_vf_address_is_taken_locked(struct nsw_switch *sw, const struct nsw_vf *vf, const u8 *mac);

/**
 * nsw_vf_follower_locked() - the filter that follows the address of a VF
 * @sw: the switch
 * @vf: the VF
 * @mac: the address to be
 *
 * Context: config lock held.
 * Return: its id; 0 when there is none, on the VF's own VPort or put aside, that
 * is for another address.
 */
u32 nsw_vf_follower_locked(struct nsw_switch *sw, const struct nsw_vf *vf, const u8 *mac);

/**
 * nsw_vf_get_locked() - look an allocated VF up
 * @sw: the switch
 * @id: VF id
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: the VF or ERR_PTR(-ENOENT).
 */
struct nsw_vf *nsw_vf_get_locked(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_vf_notify_locked() - tell that a VF changed, the VF itself too
 * @sw: the switch
 * @vf: the VF
 * @event: what happened
 *
 * Context: config lock held.
 */
void nsw_vf_notify_locked(struct nsw_switch *sw, struct nsw_vf *vf, enum nsw_event event);

#endif
