// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitmap.h>
#include "dp/forward.h"
#include "model/switch.h"
#include "model/table.h"
#include "model/vport.h"

static void nsw_forward_drop(struct nsw_verdict *verdict, enum nsw_drop_reason reason)
{
	verdict->drop = reason;
}

/* Take out of the set whoever cannot have this frame. */
static void nsw_forward_prune(const struct nsw_switch *sw, const struct nsw_vport *in,
			      struct nsw_verdict *verdict)
{
	unsigned int bits = sw->table.words * BITS_PER_LONG;
	const struct nsw_vport *vport;
	unsigned long id;

	if (in)
		__clear_bit(in->id, verdict->set);
	for_each_set_bit(id, verdict->set, bits) {
		vport = rcu_dereference(sw->vports[id]);
		if (!vport || !nsw_vport_admits(vport, verdict->vlan))
			__clear_bit(id, verdict->set);
	}
	verdict->many = !bitmap_empty(verdict->set, bits);
}

static void nsw_forward_add(const struct nsw_switch *sw, struct nsw_verdict *verdict,
			    const unsigned long *vports)
{
	unsigned int i;

	for (i = 0; i < sw->table.words; i++)
		verdict->set[i] |= READ_ONCE(vports[i]) & ~READ_ONCE(sw->table.silent[i]);
}

static void nsw_forward_group(const struct nsw_switch *sw, const struct nsw_vport *in,
			      const struct nsw_frame *frame, struct nsw_verdict *verdict)
{
	const struct nsw_table *table = &sw->table;

	bitmap_zero(verdict->set, table->words * BITS_PER_LONG);
	nsw_table_group_collect_rcu(table, nsw_key(frame->dst, verdict->vlan), verdict->set);
	nsw_table_group_collect_rcu(table, nsw_key(frame->dst, NSW_VLAN_ANY), verdict->set);
	if (frame->dst == NSW_MAC_BROADCAST)
		__set_bit(NSW_DEFAULT_VPORT_ID, verdict->set);
	else
		nsw_forward_add(sw, verdict, table->allmulti);
	nsw_forward_prune(sw, in, verdict);
}

static void nsw_forward_unicast(const struct nsw_switch *sw, const struct nsw_vport *in,
				const struct nsw_frame *frame, struct nsw_verdict *verdict)
{
	const struct nsw_table *table = &sw->table;
	struct nsw_vport *out;

	out = nsw_table_lookup_rcu(table, frame->dst, verdict->vlan);
	if (likely(out)) {
		verdict->wire = false;
		if (unlikely(out == in))
			nsw_forward_drop(verdict, NSW_DROP_HAIRPIN);
		else
			verdict->vport = out;
		return;
	}
	if (likely(bitmap_empty(table->promisc, table->words * BITS_PER_LONG)))
		return;
	bitmap_zero(verdict->set, table->words * BITS_PER_LONG);
	nsw_forward_add(sw, verdict, table->promisc);
	nsw_forward_prune(sw, in, verdict);
}

static void nsw_forward_decide(const struct nsw_switch *sw, const struct nsw_vport *in,
			       const struct nsw_frame *frame, struct nsw_verdict *verdict)
{
	/* Never back to where it came from. */
	verdict->wire = in && rcu_access_pointer(sw->wire);

	if (nsw_frame_is_group(frame))
		nsw_forward_group(sw, in, frame, verdict);
	else
		nsw_forward_unicast(sw, in, frame, verdict);

	if (unlikely(!verdict->drop && !verdict->vport && !verdict->many && !verdict->wire))
		nsw_forward_drop(verdict, NSW_DROP_NO_MATCH);
}

static void nsw_forward_init(struct nsw_verdict *verdict, nsw_vlan_t vlan)
{
	/* Not the set: it is cleared where it is used. */
	verdict->drop = NSW_DROP_NONE;
	verdict->vlan = vlan;
	verdict->insert = false;
	verdict->wire = false;
	verdict->many = false;
	verdict->vport = NULL;
}

/* It sends only as whom it may receive. */
static bool nsw_forward_is_spoofed(const struct nsw_switch *sw, const struct nsw_vport *in,
				   u64 src, nsw_vlan_t vlan)
{
	if (likely(READ_ONCE(in->source) == nsw_key(src, vlan)))
		return false;
	return nsw_table_lookup_rcu(&sw->table, src, vlan) != in;
}

/* Nobody but the PF stops the link, or speaks for it. */
static noinline bool nsw_forward_is_forbidden(const struct nsw_vport *in, u64 dst)
{
	switch (READ_ONCE(in->control)) {
	case NSW_CONTROL_NONE:
		return true;
	case NSW_CONTROL_NO_PAUSE:
		return dst == NSW_MAC_PAUSE;
	default:
		return false;
	}
}

void nsw_forward_from_vport(const struct nsw_switch *sw, const struct nsw_vport *in,
			    const struct nsw_frame *frame, struct nsw_verdict *verdict)
{
	unsigned long blocked = READ_ONCE(in->blocked) & ~NSW_BLOCK_FAULT;
	nsw_vlan_t pvlan = READ_ONCE(in->pvlan);

	nsw_forward_init(verdict, pvlan ?: frame->vlan);
	if (unlikely(blocked))
		return nsw_forward_drop(verdict, nsw_vport_drop_reason(blocked));
	if (READ_ONCE(in->spoofchk) &&
	    unlikely(nsw_forward_is_spoofed(sw, in, frame->src, verdict->vlan)))
		return nsw_forward_drop(verdict, NSW_DROP_SPOOF);
	if (unlikely(pvlan)) {
		/* Inside an 802.1ad port VLAN the VF's own tags are cargo. */
		if (frame->tagged && !(pvlan & NSW_VLAN_S))
			return nsw_forward_drop(verdict, NSW_DROP_PORT_VLAN);
		verdict->insert = true;
	}
	if (unlikely((frame->dst & NSW_MAC_RESERVED_MASK) == NSW_MAC_RESERVED) &&
	    nsw_forward_is_forbidden(in, frame->dst))
		return nsw_forward_drop(verdict, NSW_DROP_CONTROL);
	nsw_forward_decide(sw, in, frame, verdict);
}

void nsw_forward_from_wire(const struct nsw_switch *sw, const struct nsw_frame *frame,
			   struct nsw_verdict *verdict)
{
	nsw_forward_init(verdict, frame->vlan);
	nsw_forward_decide(sw, NULL, frame, verdict);
}
