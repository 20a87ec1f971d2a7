/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_EVENT_H
#define _NSW_MODEL_EVENT_H

#include <linux/types.h>
#include <uapi/linux/nicswitch.h>

struct nsw_fault;
struct nsw_filter;
struct nsw_switch;
struct nsw_vf;
struct nsw_vmq;
struct nsw_vport;

enum nsw_object {
	NSW_OBJECT_SWITCH,
	NSW_OBJECT_VF,
	NSW_OBJECT_VPORT,
	NSW_OBJECT_FILTER,
	NSW_OBJECT_BLOCK,
	NSW_OBJECT_CAPS,
	NSW_OBJECT_FAULT,
	NSW_OBJECT_QUEUE,
};

/**
 * struct nsw_change - one change of the model
 * @event: what happened
 * @object: to what kind of object
 * @vf: the VF, for %NSW_OBJECT_VF and %NSW_OBJECT_BLOCK
 * @vport: the VPort, for %NSW_OBJECT_VPORT; where a filter came from, for
 *         %NSW_EVENT_MOVE
 * @filter: the filter, for %NSW_OBJECT_FILTER
 * @vmq: the VM queue, for %NSW_OBJECT_QUEUE
 * @block: config block that was written, for %NSW_EVENT_WRITE
 * @fault: the fault, for %NSW_OBJECT_FAULT
 *
 * The pointers are valid during the call only.
 */
struct nsw_change {
	enum nsw_event event;
	enum nsw_object object;
	const struct nsw_vf *vf;
	const struct nsw_vport *vport;
	const struct nsw_filter *filter;
	const struct nsw_vmq *vmq;
	u32 block;
	const struct nsw_fault *fault;
};

/**
 * typedef nsw_event_fn - who hears of changes
 * @sw: the switch that changed
 * @change: what changed
 *
 * Context: process context, config lock held; may sleep, must not call the
 * model again.
 */
typedef void nsw_event_fn(struct nsw_switch *sw, const struct nsw_change *change);

#endif
