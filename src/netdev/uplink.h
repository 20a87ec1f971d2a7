/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_UPLINK_H
#define _NSW_NETDEV_UPLINK_H

#include "model/port.h"

struct net_device;
struct netlink_ext_ack;
struct nsw_switch;

/**
 * struct nsw_uplink - the external port of an adapter
 * @port: what the model knows of it
 * @sw: the switch
 * @master: interface of the PF
 * @dev: the enslaved interface, NULL without one. Written under RTNL
 * @standalone: the PF has carrier while nothing is plugged in
 * @changed: called under RTNL when it was plugged in or out; may be NULL
 * @priv: for @changed
 */
struct nsw_uplink {
	struct nsw_port port;
	struct nsw_switch *sw;
	struct net_device *master;
	struct net_device *dev;
	bool standalone;
	void (*changed)(void *priv);
	void *priv;
};

/**
 * nsw_uplink_add() - plug an interface in as external port
 * @uplink: the external port
 * @dev: interface to enslave
 * @extack: reason of a refusal
 *
 * Context: RTNL held.
 * Return: 0; -EBUSY when there is one already, or @dev has another use;
 * -EINVAL when it cannot be one.
 */
int nsw_uplink_add(struct nsw_uplink *uplink, struct net_device *dev,
		   struct netlink_ext_ack *extack);

/**
 * nsw_uplink_del() - plug it out
 * @uplink: an external port with an interface
 *
 * Context: RTNL held.
 */
void nsw_uplink_del(struct nsw_uplink *uplink);

/**
 * nsw_uplink_init() - an external port with nothing plugged in
 * @uplink: what to initialise
 * @sw: the switch
 * @standalone: the PF has carrier while nothing is plugged in
 */
void nsw_uplink_init(struct nsw_uplink *uplink, struct nsw_switch *sw, bool standalone);

/**
 * nsw_uplink_register() - start to follow the state of enslaved interfaces
 *
 * Return: 0 or a negative errno.
 */
int nsw_uplink_register(void);

/**
 * nsw_uplink_unregister() - the reverse of nsw_uplink_register()
 */
void nsw_uplink_unregister(void);

#endif
