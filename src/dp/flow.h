/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_FLOW_H
#define _NSW_DP_FLOW_H

#include "model/rss.h"

struct sk_buff;

/**
 * nsw_flow_parse() - what a frame is hashed and matched by
 * @skb: frame as the stack wants it: skb->data is behind the Ethernet header
 * @flow: what to fill
 *
 * Outermost IP header, and the ports of TCP and UDP directly behind it, except
 * in fragments.
 *
 * Context: any.
 */
void nsw_flow_parse(const struct sk_buff *skb, struct nsw_flow *flow);

#endif
