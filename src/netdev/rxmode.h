/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_RXMODE_H
#define _NSW_NETDEV_RXMODE_H

#include <linux/types.h>

struct net_device;

/**
 * nsw_rxmode_init() - an interface that has asked for nothing yet
 * @dev: the interface
 */
void nsw_rxmode_init(struct net_device *dev);

/**
 * nsw_rxmode_fini() - the interface asks for nothing any more
 * @dev: interface that the model does not know any more
 *
 * Context: process context; waits for work that is running.
 */
void nsw_rxmode_fini(struct net_device *dev);

/**
 * nsw_rxmode_ask() - let a VF ask for its secondary addresses
 * @dev: an interface; nothing happens for others than VFs
 *
 * Context: any but hard interrupts.
 */
void nsw_rxmode_ask(struct net_device *dev);

/**
 * nsw_rxmode_set() - report what the interface wants to receive
 * @dev: the interface
 *
 * Context: netif_addr_lock held.
 */
void nsw_rxmode_set(struct net_device *dev);

/**
 * nsw_rxmode_clear() - report that the interface wants nothing any more
 * @dev: the interface
 *
 * Context: RTNL held; takes the config lock.
 */
void nsw_rxmode_clear(struct net_device *dev);

/**
 * nsw_rxmode_add_vlan() - report a VLAN that the interface wants
 * @dev: the interface
 * @proto: of its tag
 * @vid: 0..4094
 *
 * Context: RTNL held.
 * Return: 0 or the error of nsw_guest_add_vlan().
 */
int nsw_rxmode_add_vlan(struct net_device *dev, __be16 proto, u16 vid);

/**
 * nsw_rxmode_kill_vlan() - the reverse of nsw_rxmode_add_vlan()
 * @dev: the interface
 * @proto: of its tag
 * @vid: 0..4094
 *
 * Context: RTNL held.
 * Return: 0.
 */
int nsw_rxmode_kill_vlan(struct net_device *dev, __be16 proto, u16 vid);

#endif
