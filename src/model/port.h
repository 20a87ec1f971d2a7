/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_PORT_H
#define _NSW_MODEL_PORT_H

#include <linux/rcupdate.h>
#include "model/guest.h"
#include "model/types.h"

struct cpumask;
struct netlink_ext_ack;
struct nsw_port;
struct nsw_rate_params;
struct nsw_vport;
struct sk_buff;

/**
 * struct nsw_port_ops - what a VPort needs of the interface behind it
 */
struct nsw_port_ops {
	/**
	 * @deliver: hand a frame to the interface. skb->data is the Ethernet
	 * header, the outer VLAN tag is in the metadata.
	 *
	 * Context: RCU reader, bottom halves disabled.
	 * Return: %NSW_DROP_NONE when the frame was taken; any other reason
	 * leaves it with the caller.
	 */
	enum nsw_drop_reason (*deliver)(struct nsw_port *port, struct sk_buff *skb);
	/**
	 * @link: the VPort can carry frames now, or can no more.
	 *
	 * Context: config lock held.
	 */
	void (*link)(struct nsw_port *port, bool up);
	/**
	 * @moderate: the interrupt moderation of the VPort is this from now on.
	 * Also called when an interface gets a VPort. Not for the external port.
	 *
	 * Context: config lock held.
	 */
	void (*moderate)(struct nsw_port *port, enum nsw_moderation moderation);
	/**
	 * @rate: how fast the interface may send from now on. Not for the
	 * external port.
	 *
	 * Context: config lock held.
	 */
	void (*rate)(struct nsw_port *port, const struct nsw_rate_params *params);
	/**
	 * @pin: these CPUs serve the interface from now on; NULL for any. Not
	 * for interfaces of VFs, nor for the external port.
	 *
	 * Context: config lock and RTNL held.
	 * Return: 0 or -ENOMEM; then nothing has changed.
	 */
	int (*pin)(struct nsw_port *port, const struct cpumask *cpus);
	/**
	 * @resize: the VPort is about to have another number of queue pairs.
	 * Only for interfaces of VPorts of the PF. To go back to more of them,
	 * because something else has failed, takes memory and may fail.
	 *
	 * Context: config lock and RTNL held.
	 * Return: 0, -EBUSY while somebody needs more of them, or another error;
	 * then nothing has changed.
	 */
	int (*resize)(struct nsw_port *port, u32 num, struct netlink_ext_ack *extack);
	/**
	 * @ask_again: Optional; what the interface was refused it may have now.
	 *
	 * Context: config lock held.
	 */
	void (*ask_again)(struct nsw_port *port);
};

/**
 * struct nsw_port - an interface, as the switch sees it
 * @ops: how to reach the interface
 * @vport: its VPort, NULL while it has none. Written under the config lock and
 *	   the table lock, read under RCU or either lock
 * @guest: what the interface itself asked for
 *
 * Embedded by the netdev layer, which must detach it from the model and wait
 * for RCU readers before it frees it.
 */
struct nsw_port {
	const struct nsw_port_ops *ops;
	struct nsw_vport __rcu *vport;
	struct nsw_guest guest;
};

#endif
