/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_FUNC_H
#define _NSW_NETDEV_FUNC_H

#include <linux/netdevice.h>
#include <linux/workqueue.h>
#include "model/port.h"
#include "model/stats.h"
#include "netdev/queue.h"
#include "netdev/shaper.h"

struct bpf_prog;
struct nsw_steering;
struct nsw_switch;
struct nsw_uplink;

/* As most NICs. */
#define NSW_FUNC_MTU_MAX	9216

enum nsw_func_kind {
	NSW_FUNC_PF,
	NSW_FUNC_VF,
	NSW_FUNC_VPORT,
	NSW_FUNC_QUEUE,
};

/**
 * struct nsw_func_params - the interface to make
 * @sw: its switch
 * @kind: what it stands for
 * @id: VF id, VPort id or queue id; 0 for the PF
 * @adapter: number of the adapter, for the name
 * @parent: PCI function that it is a child of
 * @stats: counters of its port, which outlive it
 * @mac: address to start with
 * @max_qps: queue pairs that it can have
 * @qps: queue pairs that it has
 * @net: network namespace; NULL for the initial one
 * @uplink: external port, for the PF; outlives the interface
 * @test_registers: tests the PCI function @parent; 0 or a negative errno
 * @cpus: CPUs that may serve it, not for a VF; NULL for any
 * @buffers: receive buffers that were suggested for a VM queue, or 0
 */
struct nsw_func_params {
	struct nsw_switch *sw;
	enum nsw_func_kind kind;
	u32 id;
	u32 adapter;
	struct device *parent;
	struct nsw_stats __percpu *stats;
	u8 mac[ETH_ALEN];
	unsigned int max_qps;
	unsigned int qps;
	struct net *net;
	struct nsw_uplink *uplink;
	int (*test_registers)(struct device *parent);
	const struct cpumask *cpus;
	unsigned int buffers;
};

/**
 * struct nsw_func - interface of the PF, of a VF, of a VPort of the PF or of a VM queue
 * @port: what the model knows of it
 * @dev: the network device; this is its private area
 * @queues: queue pairs while the interface is up, read under RCU
 * @xdp_prog: XDP program, read under RCU
 * @steering: which queue pair receives what; NULL while it was never needed
 * @sw: its switch
 * @stats: counters of its port
 * @kind: what it stands for
 * @id: VF id, VPort id or queue id
 * @limit: queue pairs of its VPort, of which it uses some or all
 * @ring_size: frames that wait in each
 * @moderation: interrupt moderation of its VPort
 * @tx_stats: frames sent by the queues other than the first
 * @limited: frames have to ask @shaper, which says so
 * @own_mac: PF: address that the model knows as its own
 * @uplink: PF: external port
 * @shaper: frames that wait because of the transmit rate
 * @test_registers: tests the PCI function that it belongs to
 * @rxmode_work: VF: asks the PF for its secondary addresses
 * @num_macs: VF: secondary addresses that were asked for
 * @num_missed: VF: those of them that were refused
 * @lacks_own: PF: no memory for a secondary address
 * @lacks_groups: no memory for a multicast group
 * @cpus: CPUs that may serve it; that of a VF has no room for it
 */
struct nsw_func {
	struct nsw_port port;
	struct net_device *dev;
	struct nsw_queues __rcu *queues;
	struct bpf_prog __rcu *xdp_prog;
	struct nsw_steering __rcu *steering;
	struct nsw_switch *sw;
	struct nsw_stats __percpu *stats;
	enum nsw_func_kind kind;
	u32 id;
	unsigned int limit;
	unsigned int ring_size;
	enum nsw_moderation moderation;
	struct nsw_queue_tx_stats __percpu *tx_stats;
	bool limited;
	u8 own_mac[ETH_ALEN];
	struct nsw_uplink *uplink;
	struct nsw_shaper shaper;
	int (*test_registers)(struct device *parent);
	struct work_struct rxmode_work;
	unsigned int num_macs;
	unsigned int num_missed;
	bool lacks_own;
	bool lacks_groups;
	unsigned long cpus[];
};

static inline struct nsw_func *nsw_func_from_port(struct nsw_port *port)
{
	return container_of(port, struct nsw_func, port);
}

/**
 * nsw_func_create() - make and register an interface
 * @params: what it shall be
 *
 * Connects it with its VPort, if that exists.
 *
 * Context: RTNL held.
 * Return: the interface or an ERR_PTR().
 */
struct nsw_func *nsw_func_create(const struct nsw_func_params *params);

/**
 * nsw_func_destroy() - unregister an interface
 * @func: the interface, in whatever namespace it is; freed by the kernel once
 *	  its last reference is gone
 *
 * Context: RTNL held.
 */
void nsw_func_destroy(struct nsw_func *func);

/**
 * nsw_func_set_mac() - give the interface an address from outside
 * @func: the interface
 * @mac: unicast address
 *
 * Context: RTNL held.
 */
void nsw_func_set_mac(struct nsw_func *func, const u8 *mac);

/**
 * nsw_func_xmit() - the interface sends a frame, as ndo_start_xmit
 * @skb: frame; owned by this function
 * @dev: the interface
 *
 * Context: bottom halves disabled.
 * Return: %NETDEV_TX_OK.
 */
netdev_tx_t nsw_func_xmit(struct sk_buff *skb, struct net_device *dev);

/**
 * nsw_func_reset() - function level reset, as seen by the interface
 * @func: the interface
 *
 * Throws frames away that wait in its queue pairs or for their rate; then its
 * driver starts anew and asks for what the interface wants now.
 *
 * Context: RTNL held.
 */
void nsw_func_reset(struct nsw_func *func);

/**
 * nsw_func_is_ours() - whether a network device is an interface of this switch
 * @dev: any network device
 * @sw: the switch, or NULL for any of this module
 *
 * Return: true if it is.
 */
bool nsw_func_is_ours(const struct net_device *dev, const struct nsw_switch *sw);

/**
 * nsw_func_is_vf() - whether a network device is the interface of a VF
 * @dev: any network device
 * @sw: the switch that the VF is one of
 *
 * Return: true if it is.
 */
bool nsw_func_is_vf(const struct net_device *dev, const struct nsw_switch *sw);

#endif
