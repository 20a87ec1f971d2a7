/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_ADAPTER_H
#define _NSW_ADAPTER_H

#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/workqueue.h>
#include "model/switch.h"
#include "netdev/uplink.h"
#include "pci/host.h"

struct completion;
struct device;
struct net;
struct netlink_ext_ack;
struct nsw_adapter;
struct nsw_func;
struct nsw_pci_bar;
struct nsw_policy_changes;
struct nsw_vf_params;
struct nsw_vmq_changes;
struct nsw_vmq_params;

/* Bytes of a VF's configuration space that one request reads or writes. */
#define NSW_ADAPTER_CONFIG_MAX	256

/* Adapters that can be, and so the ids are below this. */
#define NSW_ADAPTERS_MAX	16

/**
 * struct nsw_adapter_config - what an adapter shall be
 * @vfs: VFs
 * @vports: VPorts with the default VPort, or 0 for a number that fits the VFs
 * @qps: queue pairs of all VPorts, or 0 for a number that fits the VPorts
 * @filters: unicast receive filters, or 0 for the usual number
 * @without: features that it shall not have, bits of enum nsw_caps_flags
 * @static_vfs: VFs of its NIC switch, which is static; -1 for a dynamic one
 * @static_qps: queue pairs of its default VPort
 * @static_name: its name, or NULL; not needed afterwards
 * @pci: ids and place of its functions; the rest is filled in
 * @standalone: the PF has carrier while no external port is plugged in
 * @vfs_need_pf: VFs lose their carrier while the interface of the PF is down
 *
 * Module parameters and netlink requests alike end up in one of these.
 */
struct nsw_adapter_config {
	u32 vfs;
	u32 vports;
	u32 qps;
	u32 filters;
	u32 without;
	int static_vfs;
	u32 static_qps;
	const char *static_name;
	struct nsw_pci_params pci;
	bool standalone;
	bool vfs_need_pf;
};

/* What a request need not say. Set by module parameters before the first adapter. */
extern struct nsw_adapter_config nsw_adapter_defaults;

/**
 * struct nsw_adapter_hooks - who hears of changes
 * @model: as struct nsw_switch says
 * @adapter: the adapter itself came, changed or went
 *
 * @adapter is called in process context; on a change under RTNL.
 */
struct nsw_adapter_hooks {
	nsw_event_fn *model;
	void (*adapter)(struct nsw_adapter *adapter, enum nsw_event event);
};

/**
 * struct nsw_adapter - one emulated NIC
 * @sw: its NIC switch
 * @id: number, also in the names of its interfaces
 * @host: its PCI host bridge
 * @hooks: who hears of changes
 * @uplink: its external port
 * @pf: interface of the PF; NULL while the PF has no driver. Written under
 *	RTNL, read under RTNL or RCU
 * @mac: address of the PF; VF n starts with the n+1st after it
 * @birth_net: namespace for the interface of the PF, while it is being created
 * @birth_err: why its driver could not have the PF, if it could not
 * @birth_static: that was the static NIC switch; otherwise the interface of the PF
 * @destroy: takes it away
 * @gone: set when its PCI functions have gone
 */
struct nsw_adapter {
	struct nsw_switch sw;
	u32 id;
	struct nsw_pci_host *host;
	const struct nsw_adapter_hooks *hooks;
	struct nsw_uplink uplink;
	struct nsw_func __rcu *pf;
	u8 mac[ETH_ALEN];
	struct net *birth_net;
	int birth_err;
	bool birth_static;
	struct work_struct destroy;
	struct completion *gone;
};

static inline struct nsw_adapter *nsw_adapter_from_switch(struct nsw_switch *sw)
{
	return container_of(sw, struct nsw_adapter, sw);
}

/* What the PCI drivers ask of an adapter, which is their first argument. */
extern const struct nsw_pci_ops nsw_adapter_pci_ops;

/**
 * nsw_adapter_init() - before the first adapter
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int nsw_adapter_init(void);

/**
 * nsw_adapter_fini() - take all adapters away, in whatever state they are
 *
 * From here on none can be created.
 *
 * Context: process context, no lock held; waits for those that hold PCI functions.
 */
void nsw_adapter_fini(void);

/**
 * nsw_adapter_create() - make an adapter
 * @config: what it shall be
 * @net: network namespace for the interface of the PF
 * @hooks: who hears of changes; must outlive it
 * @id: where its number goes, the lowest that is free
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held.
 * Return: 0; -EINVAL for numbers that do not fit, -ENOSPC without a free number,
 * PCI domain or PCI bus, -EEXIST if another interface has the name of its PF,
 * -ENODEV while the module goes, -ENOMEM.
 */
int nsw_adapter_create(const struct nsw_adapter_config *config, struct net *net,
		       const struct nsw_adapter_hooks *hooks, u32 *id,
		       struct netlink_ext_ack *extack);

/**
 * nsw_adapter_delete() - take an adapter away, in whatever state it is
 * @id: number
 * @net: network namespace that must hold its PF
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held. Somebody who looks at a PCI function can make
 * it take as long as he likes; so it goes in a work item, for which this waits ten
 * seconds.
 * Return: 0, -ENODEV, -EBUSY when a program holds a function open through VFIO, or
 * -EINPROGRESS when it is still going.
 */
int nsw_adapter_delete(u32 id, const struct net *net, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_get() - find an adapter and keep it
 * @id: number
 * @net: network namespace that must hold its PF
 *
 * Context: process context. On success the adapter stays until
 * nsw_adapter_put().
 * Return: the adapter, or NULL when there is none in that namespace.
 */
struct nsw_adapter *nsw_adapter_get(u32 id, const struct net *net);

/**
 * nsw_adapter_get_by_vf() - find the adapter of a VF and keep it
 * @ifindex: interface of the VF
 * @net: network namespace that must hold this interface
 *
 * Context: as nsw_adapter_get(). The VF may lose its interface meanwhile.
 * Return: the adapter, or NULL when the interface is not that of a VF.
 */
struct nsw_adapter *nsw_adapter_get_by_vf(u32 ifindex, struct net *net);

/**
 * nsw_adapter_put() - the reverse of nsw_adapter_get()
 * @adapter: the adapter
 */
void nsw_adapter_put(struct nsw_adapter *adapter);

/**
 * nsw_adapter_net() - the network namespace that manages an adapter
 * @adapter: the adapter
 *
 * Context: RCU reader.
 * Return: namespace of the PF interface; the initial one without it.
 */
struct net *nsw_adapter_net(const struct nsw_adapter *adapter);

/**
 * nsw_adapter_create_switch() - create the NIC switch and enable its VFs
 * @adapter: the adapter
 * @params: what it shall be
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held.
 * Return: 0 or a negative errno.
 */
int nsw_adapter_create_switch(struct nsw_adapter *adapter, const struct nsw_switch_params *params,
			      struct netlink_ext_ack *extack);

/**
 * nsw_adapter_set_caps() - say what the adapter shall be able to do
 * @adapter: the adapter, without a NIC switch
 * @changes: capabilities to change
 * @extack: reason of a refusal
 *
 * The number of VFs is also what ``sriov_totalvfs`` says from now on.
 *
 * Context: process context, no lock held.
 * Return: as nsw_switch_set_caps(); -ENODEV without a driver of the PF.
 */
int nsw_adapter_set_caps(struct nsw_adapter *adapter, const struct nsw_caps_changes *changes,
			 struct netlink_ext_ack *extack);

/**
 * nsw_adapter_delete_switch() - delete the NIC switch and disable its VFs
 * @adapter: the adapter
 * @caller: who asks
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held; takes a second when there are VFs.
 * Return: as nsw_switch_close_as().
 */
int nsw_adapter_delete_switch(struct nsw_adapter *adapter, const struct nsw_caller *caller,
			      struct netlink_ext_ack *extack);

/**
 * nsw_adapter_release() - an owner has gone: take its objects away here
 * @adapter: the adapter
 * @owner: who it was
 *
 * Context: process context, no lock held but that of the table of adapters.
 */
void nsw_adapter_release(struct nsw_adapter *adapter, u64 owner);

/**
 * nsw_adapter_release_all() - an owner has gone, and its objects go with it
 * @owner: who it was
 *
 * Filters, VPorts, VFs and switches, on all adapters. What others have attached
 * something to stays, and belongs to nobody.
 *
 * Context: process context, no lock held; may take a second.
 */
void nsw_adapter_release_all(u64 owner);

/**
 * nsw_adapter_allocate_vf() - allocate a VF and give its interface the address
 * @adapter: the adapter
 * @params: what it shall be
 * @id: where the id goes
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vf_allocate_as().
 */
int nsw_adapter_allocate_vf(struct nsw_adapter *adapter, const struct nsw_vf_params *params,
			    u32 *id, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_set_vf() - change a VF, and the address of its interface
 * @adapter: the adapter
 * @id: VF id
 * @changes: what to change
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_policy_set().
 */
int nsw_adapter_set_vf(struct nsw_adapter *adapter, u32 id,
		       const struct nsw_policy_changes *changes, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_reset_vf() - function level reset of a VF
 * @adapter: the adapter
 * @id: VF id
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vf_reset().
 */
int nsw_adapter_reset_vf(struct nsw_adapter *adapter, u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_vf_serial() - OID_SRIOV_VF_SERIAL_NUMBER
 * @adapter: the adapter
 * @id: VF id
 *
 * Return: a number that no other VF of the system has; never 0.
 */
static inline u32 nsw_adapter_vf_serial(const struct nsw_adapter *adapter, u32 id)
{
	return (adapter->id + 1) << 16 | id;
}

/**
 * nsw_adapter_set_vf_power() - OID_SRIOV_SET_VF_POWER_STATE
 * @adapter: the adapter
 * @id: VF id
 * @power: power state, which its PCI function takes too
 * @wake: whether it may wake the system
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held but that of the table of adapters.
 * Return: as nsw_vf_set_power(); -ENODEV while its PCI function is not enabled.
 */
int nsw_adapter_set_vf_power(struct nsw_adapter *adapter, u32 id, enum nsw_power_state power,
			     bool wake, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_read_vf_config() - OID_SRIOV_READ_VF_CONFIG_SPACE
 * @adapter: the adapter
 * @id: VF id
 * @offset: where in its configuration space
 * @data: where the content goes
 * @len: bytes, at most %NSW_ADAPTER_CONFIG_MAX
 * @extack: reason of a refusal
 *
 * Context: process context; takes the config lock.
 * Return: 0; -EINVAL, -ENOENT, -ENODEV while its PCI function is not enabled.
 */
int nsw_adapter_read_vf_config(struct nsw_adapter *adapter, u32 id, u32 offset, u8 *data, u32 len,
			       struct netlink_ext_ack *extack);

/**
 * nsw_adapter_write_vf_config() - OID_SRIOV_WRITE_VF_CONFIG_SPACE
 * @adapter: the adapter
 * @id: VF id
 * @offset: where in its configuration space
 * @data: new content, written in aligned pieces of up to four bytes
 * @len: bytes, at most %NSW_ADAPTER_CONFIG_MAX
 * @extack: reason of a refusal
 *
 * Who has to know of the write does when this returns.
 *
 * Context: process context, no lock held but that of the table of adapters.
 * Return: as nsw_adapter_read_vf_config().
 */
int nsw_adapter_write_vf_config(struct nsw_adapter *adapter, u32 id, u32 offset, const u8 *data,
				u32 len, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_get_vf_bar() - OID_SRIOV_PROBED_BARS and OID_SRIOV_BAR_RESOURCES
 * @adapter: the adapter
 * @id: VF id
 * @index: base address register
 * @bar: the answer
 *
 * Context: any but NMI.
 * Return: whether there is such a register.
 */
bool nsw_adapter_get_vf_bar(struct nsw_adapter *adapter, u32 id, u32 index,
			    struct nsw_pci_bar *bar);

/**
 * nsw_adapter_follow_vf() - a VF was reset or changed its power state
 * @adapter: the adapter
 * @id: VF id; may be gone
 * @reset: it was reset
 * @power: its power state by now
 *
 * Context: RTNL held.
 */
void nsw_adapter_follow_vf(struct nsw_adapter *adapter, u32 id, bool reset,
			   enum nsw_power_state power);

/**
 * nsw_adapter_create_vport() - create a VPort and fit the VF's interface to it
 * @adapter: the adapter
 * @params: what it shall be
 * @id: where the id goes
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vport_create().
 */
int nsw_adapter_create_vport(struct nsw_adapter *adapter, const struct nsw_vport_params *params,
			     u32 *id, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_set_vport() - change a VPort, and make its interface
 * @adapter: the adapter
 * @id: VPort id
 * @changes: what to change
 * @extack: reason of a refusal
 *
 * A VPort of the PF gets its interface when it is activated.
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vport_set(), or the error of the interface.
 */
int nsw_adapter_set_vport(struct nsw_adapter *adapter, u32 id,
			  const struct nsw_vport_changes *changes, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_delete_vport() - delete a VPort and its interface, unless that is a VF's
 * @adapter: the adapter
 * @caller: who asks
 * @id: VPort id
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vport_unlink_as().
 */
int nsw_adapter_delete_vport(struct nsw_adapter *adapter, const struct nsw_caller *caller, u32 id,
			     struct netlink_ext_ack *extack);

/**
 * nsw_adapter_test_registers() - whether a PCI function is what it was at first
 * @function: PF or VF, whose configuration space is read, as any driver could
 *
 * Context: process context; the function stays.
 * Return: 0 or -EIO.
 */
int nsw_adapter_test_registers(struct device *function);

/**
 * nsw_adapter_allocate_queue() - allocate a VM queue and make its interface
 * @adapter: the adapter
 * @params: what it shall be
 * @id: where the id goes
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vmq_allocate(), or the error of the interface.
 */
int nsw_adapter_allocate_queue(struct nsw_adapter *adapter, const struct nsw_vmq_params *params,
			       u32 *id, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_set_queue() - change a VM queue and its interface
 * @adapter: the adapter
 * @caller: who asks
 * @id: queue id
 * @changes: what to change
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vmq_set().
 */
int nsw_adapter_set_queue(struct nsw_adapter *adapter, const struct nsw_caller *caller, u32 id,
			  const struct nsw_vmq_changes *changes, struct netlink_ext_ack *extack);

/**
 * nsw_adapter_free_queue() - free a VM queue and its interface
 * @adapter: the adapter
 * @caller: who asks
 * @id: queue id
 * @extack: reason of a refusal
 *
 * Context: process context; takes RTNL.
 * Return: as nsw_vmq_unlink_as().
 */
int nsw_adapter_free_queue(struct nsw_adapter *adapter, const struct nsw_caller *caller, u32 id,
			   struct netlink_ext_ack *extack);

/**
 * nsw_adapter_free_queues() - the PF loses its driver, and with it all VM queues
 * @adapter: the adapter, without a NIC switch
 *
 * Context: process context; takes RTNL.
 */
void nsw_adapter_free_queues(struct nsw_adapter *adapter);

/**
 * nsw_adapter_delete_owned() - delete what somebody owns, but the switch
 * @adapter: the adapter
 * @owner: who
 *
 * Context: process context; device_lock of the PF held, so that nothing else
 * takes away what belongs to somebody. Takes RTNL.
 * Return: whether the switch is left, and belongs to the owner.
 */
bool nsw_adapter_delete_owned(struct nsw_adapter *adapter, u64 owner);

/**
 * nsw_adapter_inject() - a fault that happens at once
 * @adapter: the adapter
 * @kind: %NSW_FAULT_KIND_RESET or %NSW_FAULT_KIND_AER
 * @vf: VF id, or %NSW_FAULT_ANY_VF for the PF
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held but that of the table of adapters.
 * Return: 0; -ENODEV without such a function, -EIO when its driver has not
 * recovered, or what the PCI core says.
 */
int nsw_adapter_inject(struct nsw_adapter *adapter, enum nsw_fault_kind kind, u32 vf,
		       struct netlink_ext_ack *extack);

#endif
