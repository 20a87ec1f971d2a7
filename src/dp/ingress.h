/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_DP_INGRESS_H
#define _NSW_DP_INGRESS_H

#include "model/types.h"

struct nsw_switch;
struct nsw_vport;
struct sk_buff;

/**
 * nsw_ingress_vport() - a VPort sends a frame
 * @vport: the sender
 * @skb: frame; skb->data is the Ethernet header. Owned by this function
 *
 * Takes no lock and allocates nothing but clones for further receivers.
 *
 * Context: RCU reader, bottom halves disabled.
 * Return: %NSW_DROP_NONE when the switch forwarded it, whatever becomes of the
 * copies; or why not.
 */
enum nsw_drop_reason nsw_ingress_vport(struct nsw_vport *vport, struct sk_buff *skb);

/**
 * nsw_ingress_wire() - a frame comes in by the external port
 * @sw: the switch
 * @skb: frame; skb->data is the Ethernet header. Owned by this function
 *
 * Context: RCU reader, bottom halves disabled.
 */
void nsw_ingress_wire(const struct nsw_switch *sw, struct sk_buff *skb);

#endif
