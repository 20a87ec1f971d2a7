/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_SYNTHETIC_H
#define _NSW_NETDEV_SYNTHETIC_H

#include <linux/netdevice.h>

/**
 * nsw_synthetic_create() - make a synthetic adapter and its port of a software switch
 * @id: number, for the names
 * @mac: permanent address of the adapter
 * @net: network namespace of the machine, where the adapter is and stays
 * @port_net: network namespace of the software switch
 *
 * Two interfaces, and what one sends the other receives. They are not a pair of veth
 * because the kernel's failover interfaces know their members by the permanent address,
 * which a veth has not.
 *
 * Context: RTNL held.
 * Return: interface of the adapter, or an ERR_PTR().
 */
struct net_device *nsw_synthetic_create(u32 id, const u8 *mac, struct net *net,
					struct net *port_net);

/**
 * nsw_synthetic_destroy() - take both interfaces away
 * @dev: interface of the adapter
 *
 * Context: RTNL held; the kernel frees them when it is dropped.
 */
void nsw_synthetic_destroy(struct net_device *dev);

/**
 * nsw_synthetic_port() - its port of the software switch
 * @dev: interface of the adapter
 *
 * Return: the interface, which lives as long as that of the adapter.
 */
struct net_device *nsw_synthetic_port(const struct net_device *dev);

/**
 * nsw_synthetic_set_master() - what the machine uses instead of the adapter
 * @dev: interface of the adapter
 * @master: failover interface of the kernel's net_failover, or NULL before it goes;
 *	    the kernel waits for readers before it frees one
 *
 * Context: RTNL held.
 */
void nsw_synthetic_set_master(struct net_device *dev, struct net_device *master);

#endif
