/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_FRAME_H
#define _NSW_DP_FRAME_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include "model/types.h"

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
 * nsw_frame_vlan() - VLAN of the tag in the metadata
 * @skb: frame
 *
 * Return: the VLAN; %NSW_VLAN_NONE without tag and for a priority tag.
 */
static inline nsw_vlan_t nsw_frame_vlan(const struct sk_buff *skb)
{
	u16 vid = skb_vlan_tag_present(skb) ? skb_vlan_tag_get_id(skb) : 0;

	if (!vid)
		return NSW_VLAN_NONE;
	return skb->vlan_proto == htons(ETH_P_8021AD) ? NSW_VLAN_S | vid : vid;
}

/**
 * nsw_frame_read() - addresses and VLAN of a frame that is in its one form
 * @skb: frame; skb->data is the Ethernet header
 * @frame: what to fill
 */
static inline void nsw_frame_read(const struct sk_buff *skb, struct nsw_frame *frame)
{
	/* Eight bytes at once, two more than an address: the head has them. */
	frame->dst = get_unaligned_be64(skb->data + offsetof(struct ethhdr, h_dest)) >> 16;
	frame->src = get_unaligned_be64(skb->data + offsetof(struct ethhdr, h_source)) >> 16;
	frame->vlan = nsw_frame_vlan(skb);
	frame->tagged = frame->vlan != NSW_VLAN_NONE;
}

/**
 * nsw_frame_is_sum_in_head() - whether a checksum, yet to be made, may end up in the addresses
 * @skb: frame; skb->data is the Ethernet header
 *
 * It is made when the frame leaves the switch, long after the source was checked.
 *
 * Return: true for a frame that nobody may send.
 */
static inline bool nsw_frame_is_sum_in_head(const struct sk_buff *skb)
{
	return skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_start_offset(skb) < ETH_HLEN;
}

/**
 * nsw_frame_peek() - read the head of a frame as nearly all are
 * @skb: frame; skb->data is the Ethernet header
 * @frame: what to fill
 *
 * Return: false when it takes nsw_frame_parse().
 */
static inline bool nsw_frame_peek(struct sk_buff *skb, struct nsw_frame *frame)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;

	if (unlikely(skb_headlen(skb) < ETH_HLEN || eth_type_vlan(eth->h_proto) ||
		     nsw_frame_is_sum_in_head(skb)))
		return false;
	skb_reset_mac_header(skb);
	nsw_frame_read(skb, frame);
	return true;
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
