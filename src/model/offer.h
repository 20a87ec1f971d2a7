/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_OFFER_H
#define _NSW_MODEL_OFFER_H

#include "model/caller.h"
#include "model/types.h"

struct netlink_ext_ack;
struct nsw_filter;
struct nsw_switch;
struct nsw_vf;

/**
 * nsw_offer_set() - let a machine use its VF, or take the VF away from it
 * @sw: the switch
 * @caller: who asks
 * @id: VF id
 * @offer: %NSW_OFFER_OFFERED or %NSW_OFFER_REVOKED
 * @extack: reason of a refusal
 *
 * The receive filters for the VF's permanent address are moved, each in one step: to
 * the VF's VPort while the VF is offered and its interface is up and has carrier, to
 * the default VPort otherwise. A revoked VF has no carrier.
 *
 * Context: process context; takes the config lock.
 * Return: 0; -ENOENT; -EINVAL for a VF without permanent address or, to be offered,
 * without VPort; -EPERM when it or a filter belongs to somebody else; -EEXIST or
 * -ENOMEM when a filter cannot be moved. After a failure nothing has changed.
 */
int nsw_offer_set(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id,
		  enum nsw_offer offer, struct netlink_ext_ack *extack);

/**
 * nsw_offer_run() - the interface of a VF goes up or down
 * @sw: the switch
 * @id: VF id; nothing happens when the switch has no such VF
 * @running: it is up
 *
 * Context: process context; takes the config lock.
 */
void nsw_offer_run(struct nsw_switch *sw, u32 id, bool running);

/**
 * nsw_offer_follow_locked() - something has changed that decides where filters are
 * @sw: the switch
 * @vf: the VF
 *
 * Without memory a filter stays where it is until the next change.
 *
 * Context: config lock held.
 */
void nsw_offer_follow_locked(struct nsw_switch *sw, struct nsw_vf *vf);

/**
 * nsw_offer_is_its_locked() - whether a filter is a VF's, wherever it is now
 * @sw: the switch
 * @vf: the VF
 * @filter: the filter
 *
 * Context: config lock held.
 * Return: whether it is on the VF's VPort, or put aside on the default VPort
 * because the machine cannot use the VF.
 */
bool nsw_offer_is_its_locked(const struct nsw_switch *sw, const struct nsw_vf *vf,
			     const struct nsw_filter *filter);

/**
 * nsw_offer_take_back_locked() - the address of a VF is its permanent one no more
 * @sw: the switch
 * @vf: the VF, which still has the permanent address
 *
 * Only filters for a permanent address are put aside: those that were made for
 * the interface return to its VPort, even if the machine cannot use the VF.
 * Those that requests have made stay. nsw_offer_follow_locked() reverses it.
 *
 * Context: config lock held.
 */
void nsw_offer_take_back_locked(struct nsw_switch *sw, const struct nsw_vf *vf);

#endif
