/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_FORWARD_H
#define _NSW_DP_FORWARD_H

#include <linux/bitops.h>
#include "dp/frame.h"
#include "model/switch.h"
#include "model/table.h"
#include "model/types.h"
#include "model/vport.h"

/**
 * struct nsw_verdict - where a frame goes
 * @drop: %NSW_DROP_NONE, or why it goes nowhere
 * @vlan: VLAN of the frame inside the switch
 * @insert: the port VLAN of the sender has to be inserted
 * @wire: it goes to the external port
 * @vport: the VPort that takes it, when that is one only
 * @many: it goes to the VPorts in @set
 * @set: VPort ids; valid when @many
 */
struct nsw_verdict {
	enum nsw_drop_reason drop;
	nsw_vlan_t vlan;
	bool insert;
	bool wire;
	bool many;
	struct nsw_vport *vport;
	unsigned long set[BITS_TO_LONGS(NSW_VPORTS_MAX)];
};

/**
 * nsw_forward_from_vport() - decide on a frame that a VPort sends
 * @sw: the switch
 * @in: the sender
 * @frame: the frame
 * @verdict: where the decision goes
 *
 * In this order: carrier and power, source check, port VLAN, decision. Without
 * side effects. At most four table probes, whatever the number of filters and
 * VPorts; for multicast also as many steps as there are longs in a bitmap of
 * VPorts.
 *
 * Context: RCU reader.
 */
void nsw_forward_from_vport(const struct nsw_switch *sw, const struct nsw_vport *in,
			    const struct nsw_frame *frame, struct nsw_verdict *verdict);

/**
 * nsw_forward_from_wire() - decide on a frame that comes in by the external port
 * @sw: the switch
 * @frame: the frame
 * @verdict: where the decision goes
 *
 * Context: RCU reader.
 */
void nsw_forward_from_wire(const struct nsw_switch *sw, const struct nsw_frame *frame,
			   struct nsw_verdict *verdict);

/**
 * nsw_forward_shortcut() - the decision on most frames, in one probe
 * @sw: the switch
 * @in: the sender
 * @frame: the frame
 * @out: the only VPort that takes the frame, as it is
 *
 * A VPort that may send, without port VLAN, whose source is known or not
 * checked, sends to an address that another VPort, which may receive and has no
 * port VLAN either, holds in the VLAN of the frame. Where it answers,
 * nsw_forward_from_vport() says the same.
 *
 * Context: RCU reader.
 * Return: false when it takes nsw_forward_from_vport() to say.
 */
static inline bool nsw_forward_shortcut(const struct nsw_switch *sw, const struct nsw_vport *in,
					const struct nsw_frame *frame, struct nsw_vport **out)
{
	const struct nsw_entry *entry;

	if (unlikely(READ_ONCE(in->blocked) | READ_ONCE(in->pvlan)))
		return false;
	if (unlikely(READ_ONCE(in->source) != nsw_key(frame->src, frame->vlan)) &&
	    READ_ONCE(in->spoofchk))
		return false;
	/* Groups are not in this table. */
	entry = nsw_table_find_rcu(&sw->table, nsw_key(frame->dst, frame->vlan));
	if (unlikely(!entry))
		return false;
	*out = rcu_dereference(entry->vport);
	if (unlikely(READ_ONCE((*out)->blocked) | READ_ONCE((*out)->pvlan)))
		return false;
	return *out != in;
}

#endif
