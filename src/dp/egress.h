/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_EGRESS_H
#define _NSW_DP_EGRESS_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include "dp/forward.h"
#include "model/port.h"
#include "model/stats.h"

/**
 * nsw_egress_drop() - count a frame and free it, with its reason
 * @sw: the switch
 * @stats: counters of the port that the drop belongs to
 * @vport: id of that port; %NSW_EGRESS_WIRE for the external port
 * @skb: frame; owned by this function
 * @reason: why
 *
 * Context: bottom halves disabled.
 */
void nsw_egress_drop(const struct nsw_switch *sw, struct nsw_stats __percpu *stats, u32 vport,
		     struct sk_buff *skb, enum nsw_drop_reason reason);

/* Stands for the external port where a VPort id is expected. */
#define NSW_EGRESS_WIRE	U32_MAX

/**
 * nsw_egress_deliver() - hand a frame to the interface of a VPort, or drop it
 * @sw: the switch
 * @vport: the VPort, which is not blocked
 * @skb: frame; owned by this function
 * @vlan: VLAN of the frame inside the switch
 * @cast: to whom it is addressed
 *
 * Context: RCU reader, bottom halves disabled.
 */
static inline void nsw_egress_deliver(const struct nsw_switch *sw, struct nsw_vport *vport,
				      struct sk_buff *skb, nsw_vlan_t vlan, enum nsw_cast cast)
{
	enum nsw_drop_reason drop = NSW_DROP_RX_DOWN;
	struct nsw_port *port;
	unsigned int len;

	port = rcu_dereference(vport->port);
	if (unlikely(!port))
		goto drop;
	/* The interface behind a port VLAN does not know of it. */
	if (unlikely(vlan && READ_ONCE(vport->pvlan) == vlan))
		__vlan_hwaccel_clear_tag(skb);

	len = skb->len;
	drop = port->ops->deliver(port, skb);
	if (likely(!drop)) {
		nsw_stats_rx(vport->stats, len, cast);
		return;
	}
drop:
	nsw_egress_drop(sw, vport->stats, vport->id, skb, drop);
}

/**
 * nsw_egress_send() - carry a verdict out
 * @sw: the switch
 * @skb: frame, with the tag that it has inside the switch; owned by this function
 * @verdict: where it goes; not a drop
 *
 * One clone for each port but the last, which takes the original.
 *
 * Context: RCU reader, bottom halves disabled.
 */
void nsw_egress_send(const struct nsw_switch *sw, struct sk_buff *skb,
		     const struct nsw_verdict *verdict);

#endif
