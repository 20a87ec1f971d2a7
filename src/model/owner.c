// SPDX-License-Identifier: GPL-2.0-only
#include "model/filter.h"
#include "model/owner.h"
#include "model/switch.h"
#include "model/vf.h"
#include "model/vmq.h"

static bool nsw_owner_find_filter(struct nsw_switch *sw, struct nsw_owner_walk *walk)
{
	struct nsw_filter *filter;

	for (filter = xa_find(&sw->filters, &walk->id, ULONG_MAX, XA_PRESENT); filter;
	     filter = xa_find_after(&sw->filters, &walk->id, ULONG_MAX, XA_PRESENT))
		if (filter->owner == walk->owner)
			return true;
	return false;
}

static bool nsw_owner_find_vport(struct nsw_switch *sw, struct nsw_owner_walk *walk)
{
	const struct nsw_vport *vport;

	for (; walk->id < sw->caps.max_vports; walk->id++) {
		vport = nsw_switch_deref(sw, sw->vports[walk->id]);
		if (vport && !vport->dying && !vport->vmq && vport->owner == walk->owner)
			return true;
	}
	return false;
}

static bool nsw_owner_find_queue(struct nsw_switch *sw, struct nsw_owner_walk *walk)
{
	const struct nsw_vmq *vmq;

	for (; walk->id < sw->num_places; walk->id++) {
		vmq = nsw_vmq_get_locked(sw, walk->id, NULL);
		if (!IS_ERR(vmq) && vmq->vport.owner == walk->owner)
			return true;
	}
	return false;
}

static bool nsw_owner_find_vf(struct nsw_switch *sw, struct nsw_owner_walk *walk)
{
	for (; walk->id < sw->num_vfs; walk->id++)
		if (sw->vfs[walk->id].owner == walk->owner)
			return true;
	return false;
}

/* In the order in which they can go. */
static const struct {
	enum nsw_object object;
	bool (*find)(struct nsw_switch *sw, struct nsw_owner_walk *walk);
} nsw_owner_steps[] = {
	{ NSW_OBJECT_FILTER, nsw_owner_find_filter },
	{ NSW_OBJECT_QUEUE, nsw_owner_find_queue },
	{ NSW_OBJECT_VPORT, nsw_owner_find_vport },
	{ NSW_OBJECT_VF, nsw_owner_find_vf },
};

bool nsw_owner_find(struct nsw_switch *sw, struct nsw_owner_walk *walk)
{
	bool found = false;
	unsigned int i;

	nsw_switch_lock(sw);
	for (i = 0; i < ARRAY_SIZE(nsw_owner_steps) && !found; i++) {
		if (walk->object != nsw_owner_steps[i].object)
			continue;
		found = nsw_owner_steps[i].find(sw, walk);
		if (found)
			break;
		walk->id = 0;
		walk->object = i + 1 < ARRAY_SIZE(nsw_owner_steps) ?
			       nsw_owner_steps[i + 1].object : NSW_OBJECT_SWITCH;
	}
	if (!found && walk->object == NSW_OBJECT_SWITCH)
		found = sw->owner == walk->owner;
	nsw_switch_unlock(sw);
	return found;
}

void nsw_owner_drop(struct nsw_switch *sw, const struct nsw_owner_walk *walk)
{
	struct nsw_filter *filter;
	struct nsw_vport *vport;

	nsw_switch_lock(sw);
	switch (walk->object) {
	case NSW_OBJECT_FILTER:
		filter = xa_load(&sw->filters, walk->id);
		if (filter && filter->owner == walk->owner)
			filter->owner = 0;
		break;
	case NSW_OBJECT_QUEUE:
	case NSW_OBJECT_VPORT:
		vport = nsw_switch_deref(sw, sw->vports[walk->id]);
		if (vport && vport->owner == walk->owner)
			vport->owner = 0;
		break;
	case NSW_OBJECT_VF:
		if (walk->id < sw->num_vfs && sw->vfs[walk->id].owner == walk->owner)
			sw->vfs[walk->id].owner = 0;
		break;
	default:
		if (sw->owner == walk->owner)
			sw->owner = 0;
	}
	nsw_switch_unlock(sw);
}
