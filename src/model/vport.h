/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_VPORT_H
#define _NSW_MODEL_VPORT_H

#include <linux/cache.h>
#include <linux/rcupdate.h>
#include <linux/xarray.h>
#include "model/caller.h"
#include "model/stats.h"
#include "model/types.h"

struct cpumask;
struct netlink_ext_ack;
struct nsw_fault;
struct nsw_port;
struct nsw_switch;
struct nsw_vf;

/*
 * Why a VPort carries no frames, as bits so that frames test for all of them
 * at once. In the order in which they are reported.
 */
enum nsw_block {
	NSW_BLOCK_INACTIVE	= BIT(0),	/* Deactivated */
	NSW_BLOCK_LINK		= BIT(1),	/* administrative link state, uplink */
	NSW_BLOCK_POWER		= BIT(2),	/* D1..D3 */
	NSW_BLOCK_SILENT	= BIT(3),	/* no receive filter */
	NSW_BLOCK_PF		= BIT(4),	/* the PF is down, and VFs need it */
	NSW_BLOCK_DOWN		= BIT(5),	/* somebody wants to see a link go down */
	NSW_BLOCK_FAULT		= BIT(6),	/* blocks nothing: frames meet a fault */
};

/* What takes the carrier away. A silent VPort keeps it. */
#define NSW_BLOCK_CARRIER	(NSW_BLOCK_INACTIVE | NSW_BLOCK_LINK | NSW_BLOCK_POWER | \
				 NSW_BLOCK_PF | NSW_BLOCK_DOWN)

/* Which frames for the next station on the link a VPort may send. */
enum nsw_control {
	NSW_CONTROL_ALL,	/* the PF */
	NSW_CONTROL_NO_PAUSE,	/* a trusted VF */
	NSW_CONTROL_NONE,	/* any other */
};

/**
 * struct nsw_vport - a virtual port of the NIC switch
 * @blocked: bits of enum nsw_block
 * @port: the interface behind it; NULL while there is none
 * @stats: counters; those of the VF when it is attached to one
 * @sw: the switch
 * @id: VPort id
 * @pvlan: port VLAN, %NSW_VLAN_NONE without one
 * @pcp: priority of the port VLAN tag
 * @control: which frames for the next station on the link it may send
 * @spoofchk: frames from the VPort need a source that it may receive as
 * @source: key of a unicast filter of the VPort's, if it has one with a single
 *	    VLAN condition; %NSW_KEY_NONE otherwise. Saves the lookup of the
 *	    source, so it is set after the table knows of the filter, and cleared
 *	    before the table forgets it
 * @state: Activated or Deactivated
 * @fault: what its frames meet when @blocked has %NSW_BLOCK_FAULT, or NULL; under RCU
 * @dying: unlinked; no request finds it any more
 * @vmq: it is the forwarding side of a VM queue, see model/vmq.h
 * @moderation: interrupt moderation
 * @qps: queue pairs
 * @num_filters: receive filters set on it
 * @vf: the VF that it is attached to; NULL for the PF
 * @owner: whose it is; 0 for nobody's
 * @name: friendly name, or NULL
 * @cpus: of the PF: CPUs that its interface is served by; NULL for any
 * @vlans: VLAN condition -> number of filters with it; decides who gets
 *	   broadcast
 * @base: @stats at the time when the VPort was created
 *
 * The first group is what frames read, under RCU; all of it is written under
 * the config lock.
 */
struct nsw_vport {
	unsigned long blocked;
	struct nsw_port __rcu *port;
	struct nsw_stats __percpu *stats;
	struct nsw_switch *sw;
	u16 id;
	nsw_vlan_t pvlan;
	u8 pcp;
	bool spoofchk;
	enum nsw_control control;
	u64 source;

	enum nsw_vport_state state ____cacheline_aligned;
	struct nsw_fault __rcu *fault;
	bool dying;
	bool vmq;
	enum nsw_moderation moderation;
	u32 qps;
	u32 num_filters;
	struct nsw_vf *vf;
	u64 owner;
	char *name;
	struct cpumask *cpus;
	struct xarray vlans;
	struct nsw_stats_sum base;
};

/**
 * struct nsw_vport_params - what a new VPort shall be
 * @caller: who asks
 * @pf: attach it to the PF; otherwise to @vf
 * @vf: id of an allocated VF
 * @qps: queue pairs
 * @moderation: interrupt moderation; 0 for off
 * @name: friendly name, or NULL; copied
 * @cpus: CPUs that serve a VPort of the PF, or NULL for any; copied
 */
struct nsw_vport_params {
	const struct nsw_caller *caller;
	bool pf;
	u32 vf;
	u32 qps;
	enum nsw_moderation moderation;
	const char *name;
	const struct cpumask *cpus;
};

/**
 * struct nsw_vport_changes - parameters to change
 * @name: new name, or NULL to keep it
 * @moderation: new interrupt moderation, or 0 to keep it
 * @state: new state, or 0 to keep it
 * @set_qps: @qps counts
 * @qps: new number of queue pairs of a nondefault VPort of the PF
 * @cpus: new CPUs of a VPort of the PF, or NULL to keep them; copied
 */
struct nsw_vport_changes {
	const char *name;
	const struct cpumask *cpus;
	enum nsw_moderation moderation;
	enum nsw_vport_state state;
	bool set_qps;
	u32 qps;
};

/**
 * nsw_vport_create() - OID_NIC_SWITCH_CREATE_VPORT
 * @sw: the switch
 * @params: what it shall be
 * @id: where the id goes, the lowest that is free
 * @extack: reason of a refusal
 *
 * On a VF it is Activated and connected with the VF's interface, if there is
 * one; on the PF it is Deactivated. It has no filters, so it is silent.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL, -ENOENT (no such VF, no switch), -EBUSY (the VF has a
 * VPort), -ENOSPC (VPorts or queue pairs), -EOPNOTSUPP, -ENOMEM.
 */
int nsw_vport_create(struct nsw_switch *sw, const struct nsw_vport_params *params, u32 *id,
		     struct netlink_ext_ack *extack);

/**
 * nsw_vport_set() - OID_NIC_SWITCH_VPORT_PARAMETERS
 * @sw: the switch
 * @id: VPort id, that of the default VPort included
 * @changes: what to change; all of it or nothing
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock. RTNL held if the VPort has an
 * interface.
 * Return: 0, or 1 when a VPort of the PF has become Activated just now;
 * -EINVAL, -ENOENT, -EOPNOTSUPP, -ENOSPC, -ENOMEM, or the error of the interface.
 */
int nsw_vport_set(struct nsw_switch *sw, u32 id, const struct nsw_vport_changes *changes,
		  struct netlink_ext_ack *extack);

/**
 * nsw_vport_unlink_as() - first half of OID_NIC_SWITCH_DELETE_VPORT
 * @sw: the switch
 * @caller: who asks
 * @id: VPort id
 * @extack: reason of a refusal
 *
 * Afterwards no new frame finds the VPort. Its id and queue pairs are still
 * taken until nsw_vport_destroy().
 *
 * Context: process context; takes the config lock.
 * Return: the VPort, owned by the caller; ERR_PTR(-ENOENT), ERR_PTR(-EINVAL)
 * for the default VPort, ERR_PTR(-EPERM) when it belongs to somebody else,
 * ERR_PTR(-EBUSY) while it has filters.
 */
struct nsw_vport *nsw_vport_unlink_as(struct nsw_switch *sw, const struct nsw_caller *caller,
				      u32 id, struct netlink_ext_ack *extack);

/* The same by the adapter itself. */
static inline struct nsw_vport *nsw_vport_unlink(struct nsw_switch *sw, u32 id,
						 struct netlink_ext_ack *extack)
{
	return nsw_vport_unlink_as(sw, NULL, id, extack);
}

/**
 * nsw_vport_destroy() - second half of OID_NIC_SWITCH_DELETE_VPORT
 * @vport: from nsw_vport_unlink(), after an RCU grace period
 *
 * Context: process context; takes the config lock.
 */
void nsw_vport_destroy(struct nsw_vport *vport);

/**
 * nsw_vport_delete() - unlink, wait for a grace period, destroy
 * @sw: the switch
 * @id: VPort id
 * @extack: reason of a refusal
 *
 * For VPorts whose interface stays (those of VFs) or never was.
 *
 * Context: process context; may wait for a grace period.
 * Return: 0 or the error of nsw_vport_unlink().
 */
int nsw_vport_delete(struct nsw_switch *sw, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_vport_attach_port() - a VPort of the PF has an interface now
 * @sw: the switch
 * @id: the default VPort, also without a NIC switch, or any other of the PF
 * @port: the interface
 *
 * Context: process context; takes the config lock.
 * Return: 0, or -ENODEV when there is no such VPort.
 */
int nsw_vport_attach_port(struct nsw_switch *sw, u32 id, struct nsw_port *port);

/**
 * nsw_vport_detach_port() - a VPort of the PF loses its interface
 * @sw: the switch
 * @port: the interface; may have lost its VPort already
 *
 * Context: process context; takes the config lock. The caller waits for an RCU
 * grace period before it frees the interface.
 */
void nsw_vport_detach_port(struct nsw_switch *sw, struct nsw_port *port);

/**
 * nsw_vport_follow_pf() - the interface of the PF came up or went down
 * @sw: the switch
 * @up: which of the two
 *
 * VPorts of VFs lose their carrier with it where &nsw_switch.vfs_need_pf says so.
 *
 * Context: process context; takes the config lock.
 */
void nsw_vport_follow_pf(struct nsw_switch *sw, bool up);

/**
 * nsw_vport_set_link() - the external port came up or went down
 * @sw: the switch
 * @up: whether it carries frames
 *
 * The VPorts of the PF follow, and those of VFs whose link state is auto.
 *
 * Context: process context; takes the config lock.
 */
void nsw_vport_set_link(struct nsw_switch *sw, bool up);

/**
 * nsw_vport_shall_link_locked() - the link state that a VPort is to have
 * @vport: the VPort
 *
 * Context: config lock held.
 * Return: whether its link is up, as the policy of its VF and the external port say.
 */
bool nsw_vport_shall_link_locked(const struct nsw_vport *vport);

/**
 * nsw_vport_update_link_locked() - apply the link state of a VPort
 * @vport: the VPort
 *
 * Context: config lock held.
 */
void nsw_vport_update_link_locked(struct nsw_vport *vport);

/**
 * nsw_vport_get_locked() - look a VPort up
 * @sw: the switch
 * @id: VPort id
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: the VPort, or ERR_PTR(-ENOENT).
 */
struct nsw_vport *nsw_vport_get_locked(struct nsw_switch *sw, u32 id,
				       struct netlink_ext_ack *extack);

/**
 * nsw_vport_notify_locked() - tell of a change
 * @vport: the VPort
 * @event: what happened
 *
 * Context: config lock held.
 */
void nsw_vport_notify_locked(struct nsw_vport *vport, enum nsw_event event);

/**
 * nsw_vport_stats_locked() - counters since the VPort was created
 * @vport: the VPort
 * @sum: where they go
 *
 * Context: config lock held.
 */
void nsw_vport_stats_locked(const struct nsw_vport *vport, struct nsw_stats_sum *sum);

/**
 * nsw_vport_block_locked() - set or clear a reason to carry no frames
 * @vport: the VPort
 * @bit: one bit of enum nsw_block
 * @on: set it
 *
 * Tells the interface when that changes its carrier.
 *
 * Context: config lock held.
 */
void nsw_vport_block_locked(struct nsw_vport *vport, unsigned long bit, bool on);

/**
 * nsw_vport_forget_cpus_locked() - any CPU may serve a VPort again
 * @vport: the VPort
 *
 * Context: config lock held, and RTNL if it has an interface.
 */
void nsw_vport_forget_cpus_locked(struct nsw_vport *vport);

/**
 * nsw_vport_init() - what all nondefault VPorts have
 * @vport: zeroed memory
 * @sw: the switch
 * @vf: the VF that it is attached to, whose counters it shares; or NULL
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int nsw_vport_init(struct nsw_vport *vport, struct nsw_switch *sw, struct nsw_vf *vf);

/**
 * nsw_vport_fini() - the reverse of nsw_vport_init()
 * @vport: a VPort without filters that no frame finds any more
 *
 * Context: may sleep.
 */
void nsw_vport_fini(struct nsw_vport *vport);

/**
 * nsw_vport_retire_locked() - from here no frame goes in or out
 * @vport: a nondefault VPort without filters
 *
 * Context: config lock held.
 */
void nsw_vport_retire_locked(struct nsw_vport *vport);

/**
 * nsw_vport_init_default() - prepare the default VPort
 * @sw: the switch that embeds it
 *
 * It forwards frames for the PF as long as the adapter lives; as an object
 * that requests can name it exists with the NIC switch only.
 *
 * Return: 0 or -ENOMEM.
 */
int nsw_vport_init_default(struct nsw_switch *sw);

/**
 * nsw_vport_fini_default() - the reverse of nsw_vport_init_default()
 * @sw: the switch that embeds it
 */
void nsw_vport_fini_default(struct nsw_switch *sw);

/**
 * nsw_vport_drop_reason() - why a blocked VPort carries no frames
 * @blocked: bits of enum nsw_block, at least one
 *
 * Return: the reason to count.
 */
enum nsw_drop_reason nsw_vport_drop_reason(unsigned long blocked);

/**
 * nsw_vport_admits() - whether frames of a VLAN can reach a VPort at all
 * @vport: the VPort
 * @vlan: VLAN of the frame inside the switch
 *
 * Return: false for a Deactivated VPort, which is skipped as if it had no
 * filter, and for another VLAN than its port VLAN.
 */
static inline bool nsw_vport_admits(const struct nsw_vport *vport, nsw_vlan_t vlan)
{
	nsw_vlan_t pvlan = READ_ONCE(vport->pvlan);

	return !(READ_ONCE(vport->blocked) & NSW_BLOCK_INACTIVE) && (!pvlan || pvlan == vlan);
}

#endif
