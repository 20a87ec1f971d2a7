/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_SWITCH_H
#define _NSW_MODEL_SWITCH_H

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/xarray.h>
#include "model/caller.h"
#include "model/caps.h"
#include "model/event.h"
#include "model/fault.h"
#include "model/qpair.h"
#include "model/rate.h"
#include "model/stats.h"
#include "model/table.h"
#include "model/types.h"
#include "model/vport.h"

struct netlink_ext_ack;
struct nsw_port;
struct nsw_vf;

/**
 * enum nsw_switch_state - life of the NIC switch as an object
 * @NSW_SWITCH_ABSENT: none; the PF still reaches the external port
 * @NSW_SWITCH_BUILT: a static one has its resources and its VFs, but is not in use
 * @NSW_SWITCH_CREATED: in use
 * @NSW_SWITCH_CLOSING: being deleted; takes no new objects
 */
enum nsw_switch_state {
	NSW_SWITCH_ABSENT,
	NSW_SWITCH_BUILT,
	NSW_SWITCH_CREATED,
	NSW_SWITCH_CLOSING,
};

/**
 * struct nsw_filter_counts - receive filters of a group of VPorts
 * @mac: filters with condition none or any
 * @vlan: filters with a VID
 */
struct nsw_filter_counts {
	u32 mac;
	u32 vlan;
};

/**
 * struct nsw_switch_params - what a new NIC switch shall be
 * @caller: who asks
 * @name: friendly name, or NULL; copied
 * @num_vfs: VFs to enable
 * @default_qps: queue pairs of the default VPort
 */
struct nsw_switch_params {
	const struct nsw_caller *caller;
	const char *name;
	u32 num_vfs;
	u32 default_qps;
};

/**
 * struct nsw_switch - the NIC switch of one adapter
 * @table: who receives what
 * @wire: the external port, NULL while nothing is plugged in
 * @wire_stats: counters of the external port
 * @vports: VPorts by id, room for @num_places of them; without a NIC switch
 *	    the VM queues by id instead
 * @vport0: the default VPort
 * @num_places: as many as there can be VPorts, or VM queues with the default queue
 * @lock: the config lock. Serialises every change of the model
 * @hw: what the hardware can do, fixed
 * @caps: what is enabled; changes without a NIC switch only
 * @pool: the link, as far as functions share it
 * @link: the external port carries frames, or nobody minds that there is none
 * @event: who hears of changes; may be NULL
 * @generation: counts changes, so that a dump knows when it is torn
 * @state: life of the switch
 * @is_static: it is built from @settings when the PF gets its driver; fixed
 * @settings: of a static switch, which can be created with these only; fixed
 * @name: friendly name, or NULL
 * @owner: whose it is; 0 for nobody's
 * @qps: budget of queue pairs
 * @vfs: enabled VFs, @num_vfs of them; they live as long as the switch
 * @num_vfs: VFs enabled with the switch
 * @num_allocated: VFs allocated
 * @num_vports: VPorts that exist, the default VPort included
 * @num_pf_vports: nondefault VPorts of the PF among them
 * @num_vmqs: VM queues; while there are any there is no NIC switch
 * @vmq_open: the PF has a driver, so there can be VM queues
 * @filters: filters by id
 * @next_filter: where the search for a free filter id goes on
 * @num_unicast: unicast filters
 * @counts: filters of the default VPort and of all others
 * @faults: what shall fail
 * @vfs_need_pf: VFs have no carrier while the interface of the PF is down; fixed
 * @pf_up: the interface of the PF is up
 * @speed: link speed in Mbit/s that all its interfaces show; read by anybody
 *
 * @table, @wire and @vports are read by frames under RCU; everything else
 * belongs to the config lock.
 */
struct nsw_switch {
	struct nsw_table table;
	struct nsw_port __rcu *wire;
	struct nsw_stats __percpu *wire_stats;
	struct nsw_vport __rcu **vports;
	struct nsw_vport vport0;
	u32 num_places;

	struct mutex lock;
	struct nsw_caps hw;
	struct nsw_caps caps;
	struct nsw_pool pool;
	bool link;
	nsw_event_fn *event;
	u32 generation;
	enum nsw_switch_state state;
	bool is_static;
	struct nsw_switch_params settings;
	char *name;
	u64 owner;
	struct nsw_qpair_pool qps;
	struct nsw_vf *vfs;
	u32 num_vfs;
	bool vfs_need_pf;
	bool pf_up;
	u32 num_allocated;
	u32 num_vports;
	u32 num_pf_vports;
	u32 num_vmqs;
	bool vmq_open;
	struct xarray filters;
	u32 next_filter;
	u32 num_unicast;
	struct nsw_filter_counts counts[2];
	u32 speed;
	struct nsw_fault_list faults;
};

static inline void nsw_switch_lock(struct nsw_switch *sw)
{
	mutex_lock(&sw->lock);
}

static inline void nsw_switch_unlock(struct nsw_switch *sw)
{
	mutex_unlock(&sw->lock);
}

/* Receive filters that requests have set. */
static inline u32 nsw_switch_num_filters(const struct nsw_switch *sw)
{
	return sw->counts[0].mac + sw->counts[0].vlan + sw->counts[1].mac + sw->counts[1].vlan;
}

#define nsw_switch_assert_locked(sw)	lockdep_assert_held(&(sw)->lock)

/* Dereference an RCU pointer of the model as a writer. */
#define nsw_switch_deref(sw, p)						\
	rcu_dereference_protected(p, lockdep_is_held(&(sw)->lock))

/**
 * nsw_switch_init() - the model of an adapter without a NIC switch
 * @sw: what to initialise
 * @caps: capabilities, validated; copied
 * @event: who hears of changes; may be NULL
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int nsw_switch_init(struct nsw_switch *sw, const struct nsw_caps *caps, nsw_event_fn *event);

/**
 * nsw_switch_fini() - the reverse of nsw_switch_init()
 * @sw: a switch in state absent, without interfaces
 *
 * Context: may sleep.
 */
void nsw_switch_fini(struct nsw_switch *sw);

/**
 * nsw_switch_make_static() - from here the switch is a static one
 * @sw: the switch, which nobody knows yet
 * @settings: what it is to be; copied
 * @extack: reason of a refusal
 *
 * Source: static-creation-of-a-nic-switch.
 *
 * Context: may sleep.
 * Return: 0; -EINVAL or -ENOSPC for what the adapter cannot be, -ENOMEM.
 */
int nsw_switch_make_static(struct nsw_switch *sw, const struct nsw_switch_params *settings,
			   struct netlink_ext_ack *extack);

/**
 * nsw_switch_build() - what a static switch has when the PF gets its driver
 * @sw: a static switch in state absent
 *
 * It is there, but requests find none until they create it. The caller enables the
 * VFs of the PCI function afterwards.
 *
 * Context: process context; takes the config lock.
 * Return: 0 or -ENOMEM.
 */
int nsw_switch_build(struct nsw_switch *sw);

/**
 * nsw_switch_unbuild() - the reverse of nsw_switch_build()
 * @sw: a static switch in state built, no VF of which has an interface
 *
 * Context: process context; takes the config lock.
 */
void nsw_switch_unbuild(struct nsw_switch *sw);

/**
 * nsw_switch_defaults() - what a request to create the switch need not say
 * @sw: the switch
 * @params: where it goes; a static switch takes nothing else
 *
 * Context: any; the name lives as long as the switch.
 */
void nsw_switch_defaults(const struct nsw_switch *sw, struct nsw_switch_params *params);

/**
 * nsw_switch_create() - OID_NIC_SWITCH_CREATE_SWITCH
 * @sw: the switch
 * @params: what it shall be
 * @extack: reason of a refusal
 *
 * The caller enables the VFs of the PCI function afterwards, and deletes the
 * switch again when that fails. Those of a static switch are enabled; it is only
 * put to use, if @params are its settings.
 *
 * Context: process context; takes the config lock.
 * Return: 0, -EINVAL, -EEXIST, -EBUSY (VM queues), -ENOSPC (queue pairs), -ENOMEM.
 */
int nsw_switch_create(struct nsw_switch *sw, const struct nsw_switch_params *params,
		      struct netlink_ext_ack *extack);

/**
 * nsw_switch_close_as() - first half of OID_NIC_SWITCH_DELETE_SWITCH
 * @sw: the switch
 * @caller: who asks
 * @extack: reason of a refusal
 *
 * The caller then disables the VFs of the PCI function, whose drivers still
 * use the model, and calls nsw_switch_delete(). The VFs of a static switch stay.
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENOENT, -EPERM when it belongs to somebody else, or -EBUSY while
 * filters, nondefault VPorts or allocated VFs exist.
 */
int nsw_switch_close_as(struct nsw_switch *sw, const struct nsw_caller *caller,
			struct netlink_ext_ack *extack);

/* The same by the adapter itself. */
static inline int nsw_switch_close(struct nsw_switch *sw, struct netlink_ext_ack *extack)
{
	return nsw_switch_close_as(sw, NULL, extack);
}

/**
 * nsw_switch_delete() - second half of OID_NIC_SWITCH_DELETE_SWITCH
 * @sw: a switch in state closing, no VF of which has an interface unless it is static
 *
 * Context: process context, with RTNL unless no VPort has an interface; takes the
 * config lock.
 */
void nsw_switch_delete(struct nsw_switch *sw);

/**
 * struct nsw_caps_changes - capabilities to change
 * @caps: new values
 * @fields: which of the counts, as bits of enum nsw_caps_attr
 * @flags: which of the flags
 */
struct nsw_caps_changes {
	struct nsw_caps caps;
	u32 fields;
	u32 flags;
};

/**
 * nsw_switch_set_caps() - say what the adapter shall be able to do
 * @sw: the switch
 * @changes: all of it or nothing
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL, -EOPNOTSUPP, or -EBUSY while there is a NIC switch or a VM
 * queue.
 */
int nsw_switch_set_caps(struct nsw_switch *sw, const struct nsw_caps_changes *changes,
			struct netlink_ext_ack *extack);

/**
 * nsw_switch_set_name() - OID_NIC_SWITCH_PARAMETERS
 * @sw: the switch
 * @name: new friendly name; copied
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0, -EINVAL, -ENOENT, -ENOMEM.
 */
int nsw_switch_set_name(struct nsw_switch *sw, const char *name, struct netlink_ext_ack *extack);

/**
 * nsw_switch_require_locked() - refuse without a NIC switch
 * @sw: the switch
 * @extack: reason of a refusal
 *
 * Context: config lock held.
 * Return: 0 or -ENOENT.
 */
int nsw_switch_require_locked(struct nsw_switch *sw, struct netlink_ext_ack *extack);

/**
 * nsw_switch_notify_locked() - tell who wants to hear
 * @sw: the switch
 * @change: what changed
 *
 * Context: config lock held.
 */
void nsw_switch_notify_locked(struct nsw_switch *sw, const struct nsw_change *change);

/**
 * nsw_switch_set_wire() - plug the external port in or out
 * @sw: the switch
 * @port: the external port, or NULL
 *
 * The caller waits for a grace period before it frees the old one.
 *
 * Context: process context; takes the config lock.
 */
void nsw_switch_set_wire(struct nsw_switch *sw, struct nsw_port *port);

/**
 * nsw_switch_copy_name() - take over a friendly name
 * @name: name, or NULL
 * @copy: where the copy goes; NULL for NULL
 * @extack: reason of a refusal
 *
 * Context: may sleep.
 * Return: 0, -EINVAL for an empty or too long name, -ENOMEM.
 */
int nsw_switch_copy_name(const char *name, char **copy, struct netlink_ext_ack *extack);

#endif
