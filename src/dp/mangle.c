// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/skbuff.h>
#include <net/gso.h>
#include "dp/egress.h"
#include "dp/mangle.h"
#include "model/fault.h"
#include "model/vport.h"

/* Turns a bit of a frame that nobody else looks at. Whoever receives it has to find out. */
static int nsw_mangle_turn_bit(struct sk_buff *skb)
{
	u32 random = get_random_u32();

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0))
		return -EINVAL;
	skb->ip_summed = CHECKSUM_NONE;
	if (skb->len > ETH_HLEN)
		skb->data[ETH_HLEN + reciprocal_scale(random, skb->len - ETH_HLEN)] ^=
			BIT(random & 7);
	return 0;
}

/*
 * One that stands for many, and has no checksum to be completed in each of them: a tap
 * as external port may send it. Cutting it up makes the kernel complain.
 */
static bool nsw_mangle_is_indivisible(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb->ip_summed != CHECKSUM_PARTIAL &&
	       skb->ip_summed != CHECKSUM_UNNECESSARY;
}

/* Segments are private and linear; a single frame is made so. */
static struct sk_buff *nsw_mangle_unshare(struct sk_buff *skb)
{
	struct sk_buff *list;

	if (skb_is_gso(skb)) {
		list = skb_gso_segment(skb, 0);
		if (IS_ERR(list))
			list = NULL;
	} else {
		list = skb_copy(skb, GFP_ATOMIC);
	}
	if (list)
		consume_skb(skb);
	return list;
}

static struct sk_buff *nsw_mangle_corrupt(const struct nsw_switch *sw, struct nsw_vport *vport,
					  struct sk_buff *skb)
{
	struct sk_buff *list;

	if (nsw_mangle_is_indivisible(skb)) {
		nsw_egress_drop(sw, vport->stats, vport->id, skb, NSW_DROP_FAULT);
		return NULL;
	}
	list = nsw_mangle_unshare(skb);
	if (!list) {
		nsw_egress_drop(sw, vport->stats, vport->id, skb, NSW_DROP_NO_MEMORY);
		return NULL;
	}
	if (nsw_mangle_turn_bit(list)) {
		skb = list;
		list = skb->next;
		skb_mark_not_on_list(skb);
		nsw_egress_drop(sw, vport->stats, vport->id, skb, NSW_DROP_FAULT);
	}
	return list;
}

struct sk_buff *nsw_mangle_frame(const struct nsw_switch *sw, struct nsw_vport *vport,
				 struct sk_buff *skb)
{
	struct nsw_fault *fault = rcu_dereference(vport->fault);

	if (!fault || !nsw_fault_strike_rcu(fault))
		return skb;
	if (fault->is.kind == NSW_FAULT_KIND_CORRUPT)
		return nsw_mangle_corrupt(sw, vport, skb);
	nsw_egress_drop(sw, vport->stats, vport->id, skb, NSW_DROP_FAULT);
	return NULL;
}
