/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_MANGLE_H
#define _NSW_DP_MANGLE_H

struct nsw_switch;
struct nsw_vport;
struct sk_buff;

/**
 * nsw_mangle_frame() - a frame meets the fault of a VPort that sends or receives it
 * @sw: the switch
 * @vport: the VPort; its blocked word has %NSW_BLOCK_FAULT
 * @skb: frame, at its Ethernet header; owned by this function
 *
 * A frame that is to be corrupted has one bit behind its Ethernet header turned,
 * after its checksum has been completed. One of many segments is cut up before,
 * and the first of them is corrupted.
 *
 * Context: RCU reader, bottom halves disabled.
 * Return: what is left of it, a list by &sk_buff.next; NULL when it was dropped.
 */
struct sk_buff *nsw_mangle_frame(const struct nsw_switch *sw, struct nsw_vport *vport,
				 struct sk_buff *skb);

#endif
