// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include "dp/egress.h"
#include "dp/mangle.h"
#include "dp/trace.h"
#include "model/drop.h"
#include "model/port.h"
#include "model/switch.h"

#define NSW_EGRESS_CORE(reason, text, core) [NSW_DROP_##reason] = SKB_DROP_REASON_##core,
static const enum skb_drop_reason nsw_egress_core_reasons[] = {
	NSW_DROPS(NSW_EGRESS_CORE)
};

static_assert(ARRAY_SIZE(nsw_egress_core_reasons) == NSW_DROP_MAX + 1,
	      "model/drop.h misses a drop reason");

void nsw_egress_drop(const struct nsw_switch *sw, struct nsw_stats __percpu *stats, u32 vport,
		     struct sk_buff *skb, enum nsw_drop_reason reason)
{
	nsw_stats_drop(stats, reason);
	trace_nsw_drop(sw, vport, skb, reason);
	kfree_skb_reason(skb, nsw_egress_core_reasons[reason]);
}

/* For a VPort that cannot just take a frame. */
static noinline void nsw_egress_blocked(const struct nsw_switch *sw, struct nsw_vport *vport,
					struct sk_buff *skb, nsw_vlan_t vlan, enum nsw_cast cast,
					unsigned long blocked)
{
	struct sk_buff *next;

	if (blocked & NSW_BLOCK_CARRIER) {
		nsw_egress_drop(sw, vport->stats, vport->id, skb,
				nsw_vport_drop_reason(blocked & NSW_BLOCK_CARRIER));
		return;
	}
	for (skb = nsw_mangle_frame(sw, vport, skb); skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		nsw_egress_deliver(sw, vport, skb, vlan, cast);
	}
}

/* A VPort receives a frame, or drops it. */
static void nsw_egress_vport(const struct nsw_switch *sw, struct nsw_vport *vport,
			     struct sk_buff *skb, nsw_vlan_t vlan, enum nsw_cast cast)
{
	unsigned long blocked = READ_ONCE(vport->blocked) & (NSW_BLOCK_CARRIER | NSW_BLOCK_FAULT);

	if (unlikely(blocked))
		nsw_egress_blocked(sw, vport, skb, vlan, cast, blocked);
	else
		nsw_egress_deliver(sw, vport, skb, vlan, cast);
}

static enum nsw_cast nsw_egress_cast(const struct sk_buff *skb)
{
	const u8 *dst = eth_hdr(skb)->h_dest;

	if (likely(!is_multicast_ether_addr(dst)))
		return NSW_CAST_UNICAST;
	return is_broadcast_ether_addr(dst) ? NSW_CAST_BROADCAST : NSW_CAST_MULTICAST;
}

static void nsw_egress_wire(const struct nsw_switch *sw, struct sk_buff *skb)
{
	struct nsw_port *wire = rcu_dereference(sw->wire);
	enum nsw_cast cast = nsw_egress_cast(skb);
	enum nsw_drop_reason drop = NSW_DROP_WIRE_DOWN;
	unsigned int len = skb->len;

	if (likely(wire))
		drop = wire->ops->deliver(wire, skb);
	if (likely(!drop))
		nsw_stats_rx(sw->wire_stats, len, cast);
	else
		nsw_egress_drop(sw, sw->wire_stats, NSW_EGRESS_WIRE, skb, drop);
}

static struct sk_buff *nsw_egress_clone(struct sk_buff *skb, struct nsw_stats __percpu *stats)
{
	struct sk_buff *clone = skb_clone(skb, GFP_ATOMIC);

	if (unlikely(!clone))
		nsw_stats_drop(stats, NSW_DROP_NO_MEMORY);
	return clone;
}

static void nsw_egress_many(const struct nsw_switch *sw, struct sk_buff *skb,
			    const struct nsw_verdict *verdict)
{
	enum nsw_cast cast = nsw_egress_cast(skb);
	unsigned int bits = sw->table.words * BITS_PER_LONG;
	struct nsw_vport *vport, *last = NULL;
	struct sk_buff *clone;
	unsigned long id;

	for_each_set_bit(id, verdict->set, bits) {
		vport = rcu_dereference(sw->vports[id]);
		if (unlikely(!vport))
			continue;
		if (last) {
			clone = nsw_egress_clone(skb, last->stats);
			if (clone)
				nsw_egress_vport(sw, last, clone, verdict->vlan, cast);
		}
		last = vport;
	}
	if (verdict->wire && last) {
		clone = nsw_egress_clone(skb, sw->wire_stats);
		if (clone)
			nsw_egress_wire(sw, clone);
	}
	if (last)
		nsw_egress_vport(sw, last, skb, verdict->vlan, cast);
	else if (verdict->wire)
		nsw_egress_wire(sw, skb);
	else
		consume_skb(skb);
}

void nsw_egress_send(const struct nsw_switch *sw, struct sk_buff *skb,
		     const struct nsw_verdict *verdict)
{
	if (likely(verdict->vport))
		nsw_egress_vport(sw, verdict->vport, skb, verdict->vlan, NSW_CAST_UNICAST);
	else if (verdict->many)
		nsw_egress_many(sw, skb, verdict);
	else
		nsw_egress_wire(sw, skb);
}
