/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_FAILOVER_H
#define _NSW_NETDEV_FAILOVER_H

#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/types.h>

struct net;
struct net_device;
struct netlink_ext_ack;

/**
 * struct nsw_failover_params - the interface that a machine shall have
 * @mac: its address, and the permanent address of the VFs that it uses
 * @net: network namespace of the machine
 * @port_net: network namespace of the software switch
 */
struct nsw_failover_params {
	u8 mac[ETH_ALEN];
	struct net *net;
	struct net *port_net;
};

/**
 * struct nsw_failover_info - what it is, for those who ask
 * @id: number
 * @mac: its address
 * @master: interface that the machine uses
 * @standby: synthetic adapter
 * @primary: interface of the VF, empty without one
 * @port: port of the software switch
 * @port_index: interface index of @port
 */
struct nsw_failover_info {
	u32 id;
	u8 mac[ETH_ALEN];
	char master[IFNAMSIZ];
	char standby[IFNAMSIZ];
	char primary[IFNAMSIZ];
	char port[IFNAMSIZ];
	int port_index;
};

/**
 * nsw_failover_create() - give a machine an interface that survives its VF
 * @params: what it shall be
 * @id: where its number goes
 * @extack: reason of a refusal
 *
 * A synthetic adapter, its port, and a master of the kernel's net_failover over it.
 *
 * Context: process context, no lock held; may load net_failover.
 * Return: 0; -EINVAL for an address that no interface can have, -EEXIST for one that
 * has a master already, or names that are taken, -EOPNOTSUPP without net_failover,
 * -EBUSY when another interface has taken the place of the adapter, -ENOMEM.
 */
int nsw_failover_create(const struct nsw_failover_params *params, u32 *id,
			struct netlink_ext_ack *extack);

/**
 * nsw_failover_delete() - take it away
 * @id: number
 * @net: network namespace that must hold its port
 * @extack: reason of a refusal
 *
 * Context: process context, no lock held.
 * Return: 0 or -ENOENT.
 */
int nsw_failover_delete(u32 id, const struct net *net, struct netlink_ext_ack *extack);

/**
 * nsw_failover_find() - describe the first from a number on
 * @id: number to begin with
 * @net: network namespace that must hold its port
 * @info: the answer
 *
 * Context: process context, no lock held.
 * Return: whether there is one.
 */
bool nsw_failover_find(u32 id, const struct net *net, struct nsw_failover_info *info);

/**
 * nsw_failover_refuse_absent() - say that there is no such failover interface
 * @id: number
 * @extack: where to say it
 *
 * Return: -ENOENT.
 */
int nsw_failover_refuse_absent(u32 id, struct netlink_ext_ack *extack);

/**
 * nsw_failover_leave() - an interface is no longer part of a failover interface
 * @dev: any interface
 *
 * Members are found by their permanent address. So this comes before that changes.
 *
 * Context: RTNL held.
 */
void nsw_failover_leave(struct net_device *dev);

/**
 * nsw_failover_init() - before the first
 *
 * Context: process context.
 * Return: 0 or a negative errno.
 */
int nsw_failover_init(void);

/**
 * nsw_failover_fini() - take all away
 *
 * Context: process context, no lock held; no request is left.
 */
void nsw_failover_fini(void);

#endif
