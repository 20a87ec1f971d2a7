/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_EGRESS_H
#define _NSW_DP_EGRESS_H

#include "dp/forward.h"
#include "model/stats.h"

struct nsw_switch;
struct sk_buff;

/**
 * nsw_egress_drop() - count a frame and free it, with its reason
 * @sw: the switch
 * @stats: counters of the port that the drop belongs to
 * @vport: id of that port; %NSW_EGRESS_WIRE for the external port
 * @skb: frame; owned by this function
 * @reason: why
 *
 * Context: bottom halves disabled.
 */
void nsw_egress_drop(const struct nsw_switch *sw, struct nsw_stats __percpu *stats, u32 vport,
		     struct sk_buff *skb, enum nsw_drop_reason reason);

/* Stands for the external port where a VPort id is expected. */
#define NSW_EGRESS_WIRE	U32_MAX

/**
 * nsw_egress_send() - carry a verdict out
 * @sw: the switch
 * @skb: frame, with the tag that it has inside the switch; owned by this function
 * @verdict: where it goes; not a drop
 *
 * One clone for each port but the last, which takes the original.
 *
 * Context: RCU reader, bottom halves disabled.
 */
void nsw_egress_send(const struct nsw_switch *sw, struct sk_buff *skb,
		     const struct nsw_verdict *verdict);

#endif
