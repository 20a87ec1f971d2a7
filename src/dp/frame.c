// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include "dp/frame.h"

/* Tags that are looked through for the first that names a VLAN. */
#define NSW_FRAME_MAX_TAGS	8

/* Only raw sockets and foreign stacks send tags in the data. */
static noinline enum nsw_drop_reason nsw_frame_untag(struct sk_buff *skb)
{
	__be16 proto = eth_hdr(skb)->h_proto;
	u16 tci;

	if (!pskb_may_pull(skb, VLAN_ETH_HLEN))
		return NSW_DROP_MALFORMED;
	if (skb_ensure_writable(skb, VLAN_ETH_HLEN))
		return NSW_DROP_NO_MEMORY;
	if (__skb_vlan_pop(skb, &tci))
		return NSW_DROP_NO_MEMORY;
	skb_reset_mac_header(skb);
	__vlan_hwaccel_put_tag(skb, proto, tci);
	return NSW_DROP_NONE;
}

enum nsw_drop_reason nsw_frame_parse(struct sk_buff *skb, struct nsw_frame *frame)
{
	enum nsw_drop_reason drop;
	unsigned int depth = NSW_FRAME_MAX_TAGS;

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return NSW_DROP_MALFORMED;
	skb_reset_mac_header(skb);
	/* A priority tag hides no VLAN: receivers take it off and look at the next. */
	while (unlikely(eth_type_vlan(eth_hdr(skb)->h_proto) && !nsw_frame_vlan(skb))) {
		if (!depth--)
			return NSW_DROP_MALFORMED;
		__vlan_hwaccel_clear_tag(skb);
		drop = nsw_frame_untag(skb);
		if (drop)
			return drop;
	}
	/* Now that tags in front of it have gone. */
	if (unlikely(nsw_frame_is_sum_in_head(skb)))
		return NSW_DROP_MALFORMED;
	nsw_frame_read(skb, frame);
	return NSW_DROP_NONE;
}
