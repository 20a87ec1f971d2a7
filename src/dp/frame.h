/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_FRAME_H
#define _NSW_DP_FRAME_H

#include <linux/types.h>
#include "model/types.h"

struct sk_buff;

/**
 * struct nsw_frame - what the switch needs to know of a frame
 * @dst: packed destination address
 * @src: packed source address
 * @vlan: VLAN of the outer tag; %NSW_VLAN_NONE also for a priority tag
 * @tagged: there is an outer tag with a VID other than 0
 */
struct nsw_frame {
	u64 dst;
	u64 src;
	nsw_vlan_t vlan;
	bool tagged;
};

static inline bool nsw_frame_is_group(const struct nsw_frame *frame)
{
	return frame->dst & NSW_MAC_GROUP;
}

/**
 * nsw_frame_parse() - read the head of a frame
 * @skb: frame; skb->data is the Ethernet header
 * @frame: what to fill
 *
 * Brings the outer tag into one form on the way: a tag in the data moves to
 * the metadata, so that nobody behind this looks in two places.
 *
 * Context: any; allocates only when a tag has to be taken out of shared data.
 * Return: %NSW_DROP_NONE, %NSW_DROP_MALFORMED or %NSW_DROP_NO_MEMORY.
 */
enum nsw_drop_reason nsw_frame_parse(struct sk_buff *skb, struct nsw_frame *frame);

#endif
