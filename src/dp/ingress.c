// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include "dp/egress.h"
#include "dp/forward.h"
#include "dp/frame.h"
#include "dp/ingress.h"
#include "dp/mangle.h"
#include "dp/trace.h"
#include "model/switch.h"

/*
 * Put the frame into the port VLAN. Its own tag stays as cargo in an 802.1ad
 * port VLAN; a priority tag is replaced by the port VLAN's.
 */
static struct sk_buff *nsw_ingress_insert(const struct nsw_vport *vport, struct sk_buff *skb,
					  const struct nsw_frame *frame, nsw_vlan_t pvlan)
{
	u16 tci = (pvlan & VLAN_VID_MASK) | READ_ONCE(vport->pcp) << VLAN_PRIO_SHIFT;
	__be16 proto = htons(pvlan & NSW_VLAN_S ? ETH_P_8021AD : ETH_P_8021Q);

	if (skb_vlan_tag_present(skb)) {
		if (frame->tagged) {
			/* A tag in the data is not in the sum. */
			skb_forward_csum(skb);
			skb = __vlan_hwaccel_push_inside(skb);
			if (!skb)
				return NULL;
			skb_reset_mac_header(skb);
		} else {
			__vlan_hwaccel_clear_tag(skb);
		}
	}
	__vlan_hwaccel_put_tag(skb, proto, tci);
	return skb;
}

/* Apart, so that frames which need none of this do not pay for its stack. */
static noinline enum nsw_drop_reason nsw_ingress_decide(struct nsw_vport *vport,
							struct sk_buff *skb)
{
	const struct nsw_switch *sw = vport->sw;
	/* Clearing its set of VPorts would cost more than the decision. */
	struct nsw_verdict verdict __uninitialized;
	struct nsw_frame frame;
	unsigned int len;

	verdict.drop = nsw_frame_parse(skb, &frame);
	if (likely(!verdict.drop))
		nsw_forward_from_vport(sw, vport, &frame, &verdict);
	if (unlikely(verdict.drop)) {
		nsw_egress_drop(sw, vport->stats, vport->id, skb, verdict.drop);
		return verdict.drop;
	}

	len = skb->len;
	if (unlikely(verdict.insert)) {
		skb = nsw_ingress_insert(vport, skb, &frame, verdict.vlan);
		if (!skb) {
			nsw_stats_drop(vport->stats, NSW_DROP_NO_MEMORY);
			return NSW_DROP_NO_MEMORY;
		}
	}
	nsw_stats_tx(vport->stats, len);
	trace_nsw_forward(sw, vport->id, skb, &verdict);
	nsw_egress_send(sw, skb, &verdict);
	return NSW_DROP_NONE;
}

/* Each of what a fault has left of a frame. */
static noinline enum nsw_drop_reason nsw_ingress_mangled(struct nsw_vport *vport,
							 struct sk_buff *skb)
{
	enum nsw_drop_reason drop = NSW_DROP_FAULT;
	struct sk_buff *next;

	for (skb = nsw_mangle_frame(vport->sw, vport, skb); skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		drop = nsw_ingress_decide(vport, skb);
	}
	return drop;
}

enum nsw_drop_reason nsw_ingress_vport(struct nsw_vport *vport, struct sk_buff *skb)
{
	const struct nsw_switch *sw = vport->sw;
	struct nsw_frame frame __uninitialized;
	struct nsw_vport *out;

	if (unlikely(!nsw_frame_peek(skb, &frame) || trace_nsw_forward_enabled() ||
		     !nsw_forward_shortcut(sw, vport, &frame, &out))) {
		if (unlikely(READ_ONCE(vport->blocked) & NSW_BLOCK_FAULT))
			return nsw_ingress_mangled(vport, skb);
		return nsw_ingress_decide(vport, skb);
	}
	nsw_stats_tx(vport->stats, skb->len);
	/* Its tag is its own: there is no port VLAN. */
	nsw_egress_deliver(sw, out, skb, NSW_VLAN_NONE, NSW_CAST_UNICAST);
	return NSW_DROP_NONE;
}

void nsw_ingress_wire(const struct nsw_switch *sw, struct sk_buff *skb)
{
	/* Clearing its set of VPorts would cost more than the decision. */
	struct nsw_verdict verdict __uninitialized;
	struct nsw_frame frame;

	verdict.drop = nsw_frame_parse(skb, &frame);
	if (likely(!verdict.drop))
		nsw_forward_from_wire(sw, &frame, &verdict);
	if (unlikely(verdict.drop)) {
		nsw_egress_drop(sw, sw->wire_stats, NSW_EGRESS_WIRE, skb, verdict.drop);
		return;
	}
	nsw_stats_tx(sw->wire_stats, skb->len);
	trace_nsw_forward(sw, NSW_EGRESS_WIRE, skb, &verdict);
	nsw_egress_send(sw, skb, &verdict);
}
