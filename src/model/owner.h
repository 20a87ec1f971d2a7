/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_OWNER_H
#define _NSW_MODEL_OWNER_H

#include "model/event.h"

/**
 * struct nsw_owner_walk - through what somebody owns, in the order of deletion
 * @owner: who
 * @object: kind of the object that was found; start with %NSW_OBJECT_FILTER
 * @id: its id; start with 0
 */
struct nsw_owner_walk {
	u64 owner;
	enum nsw_object object;
	unsigned long id;
};

/**
 * nsw_owner_find() - the next object: filters, VPorts, VFs, the switch
 * @sw: the switch
 * @walk: where to start; what was found
 *
 * Context: process context; takes the config lock.
 * Return: whether there is one.
 */
bool nsw_owner_find(struct nsw_switch *sw, struct nsw_owner_walk *walk);

/**
 * nsw_owner_drop() - the object that was found belongs to nobody from now on
 * @sw: the switch
 * @walk: the walk
 *
 * Context: process context; takes the config lock.
 */
void nsw_owner_drop(struct nsw_switch *sw, const struct nsw_owner_walk *walk);

#endif
