// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include <linux/string.h>
#include "model/moderation.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"
#include "model/vmq.h"

int nsw_switch_init(struct nsw_switch *sw, const struct nsw_caps *caps, nsw_event_fn *event)
{
	int err;

	*sw = (struct nsw_switch) {
		.hw = *caps, .caps = *caps, .event = event, .generation = 1,
		.speed = NSW_SPEED_DEFAULT,
		.link = true,
	};
	mutex_init(&sw->lock);
	nsw_rate_pool_init(sw);
	xa_init_flags(&sw->filters, XA_FLAGS_ALLOC1);
	nsw_fault_init(sw);

	sw->num_places = max(caps->max_vports, caps->num_queues + 1);
	sw->vports = kvcalloc(sw->num_places, sizeof(*sw->vports), GFP_KERNEL);
	if (!sw->vports)
		return -ENOMEM;
	sw->wire_stats = nsw_stats_create();
	if (!sw->wire_stats) {
		err = -ENOMEM;
		goto free_vports;
	}
	err = nsw_table_init(&sw->table, sw->num_places);
	if (err)
		goto free_stats;
	err = nsw_vport_init_default(sw);
	if (err)
		goto fini_table;
	return 0;

fini_table:
	nsw_table_fini(&sw->table);
free_stats:
	free_percpu(sw->wire_stats);
free_vports:
	kvfree(sw->vports);
	return err;
}

void nsw_switch_fini(struct nsw_switch *sw)
{
	WARN_ON(sw->state != NSW_SWITCH_ABSENT);
	WARN_ON(nsw_switch_num_filters(sw) || sw->num_vmqs);
	nsw_fault_fini(sw);
	nsw_vport_fini_default(sw);
	nsw_table_fini(&sw->table);
	free_percpu(sw->wire_stats);
	kvfree(sw->vports);
	kfree(sw->settings.name);
	xa_destroy(&sw->filters);
	mutex_destroy(&sw->lock);
}

void nsw_switch_notify_locked(struct nsw_switch *sw, const struct nsw_change *change)
{
	nsw_switch_assert_locked(sw);
	sw->generation++;
	if (sw->event)
		sw->event(sw, change);
}

static void nsw_switch_notify_self(struct nsw_switch *sw, enum nsw_event event)
{
	nsw_switch_notify_locked(sw, &(struct nsw_change) {
		.event = event,
		.object = NSW_OBJECT_SWITCH,
	});
}

int nsw_switch_require_locked(struct nsw_switch *sw, struct netlink_ext_ack *extack)
{
	nsw_switch_assert_locked(sw);
	if (sw->state == NSW_SWITCH_CREATED)
		return 0;
	return nsw_refuse(extack, ENOENT, FILE_NOT_FOUND, "the adapter has no NIC switch");
}

/* C0, DEL, and C1 in UTF-8: what a terminal would do, rather than show. */
static bool nsw_switch_is_control(const char *c)
{
	const u8 *byte = (const u8 *)c;

	return byte[0] < 0x20 || byte[0] == 0x7f ||
	       (byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0);
}

int nsw_switch_copy_name(const char *name, char **copy, struct netlink_ext_ack *extack)
{
	unsigned int i;

	*copy = NULL;
	if (!name)
		return 0;
	if (!*name)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER, "a name cannot be empty");
	if (strlen(name) > NSW_NAME_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "a name has at most %u bytes", NSW_NAME_MAX);
	for (i = 0; name[i]; i++)
		if (nsw_switch_is_control(name + i))
			return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
					  "a name has no control characters; byte %u is one", i);
	*copy = kstrdup(name, GFP_KERNEL);
	return *copy ? 0 : -ENOMEM;
}

/* Current capabilities are without VM queues while there is a NIC switch. */
static void nsw_switch_notify_caps(struct nsw_switch *sw)
{
	if (sw->caps.num_queues)
		nsw_switch_notify_locked(sw, &(struct nsw_change) {
			.event = NSW_EVENT_CHANGE,
			.object = NSW_OBJECT_CAPS,
		});
}

static int nsw_switch_check_num_vfs(const struct nsw_switch *sw, u32 num_vfs,
				    struct netlink_ext_ack *extack)
{
	if (num_vfs <= sw->caps.max_vfs)
		return 0;
	return nsw_refuse(extack, EINVAL, INVALID_PARAMETER, "%u VFs: the adapter has %u",
			  num_vfs, sw->caps.max_vfs);
}

/* A static switch is never reconfigured: static-creation-of-a-nic-switch. */
static int nsw_switch_check_settings(const struct nsw_switch *sw,
				     const struct nsw_switch_params *params,
				     struct netlink_ext_ack *extack)
{
	const struct nsw_switch_params *settings = &sw->settings;

	if (params->num_vfs != settings->num_vfs)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u VFs: the NIC switch is static, with %u VFs",
				  params->num_vfs, settings->num_vfs);
	if (params->default_qps != settings->default_qps)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u default queue pairs: the NIC switch is static, with %u",
				  params->default_qps, settings->default_qps);
	if (strcmp(params->name ?: "", settings->name ?: ""))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "the NIC switch is static, with another name");
	return 0;
}

static int nsw_switch_check(struct nsw_switch *sw, const struct nsw_switch_params *params,
			    struct netlink_ext_ack *extack)
{
	if (sw->state == NSW_SWITCH_BUILT)
		return nsw_switch_check_settings(sw, params, extack);
	if (sw->state != NSW_SWITCH_ABSENT)
		return nsw_refuse(extack, EEXIST, INVALID_PARAMETER,
				  "the adapter has a NIC switch already, and can have one only");
	if (sw->is_static)
		return nsw_refuse(extack, ENODEV, FAILURE,
				  "the NIC switch is static, and not built");
	return nsw_switch_check_num_vfs(sw, params->num_vfs, extack) ?:
	       nsw_vmq_check_unused_locked(sw, extack);
}

int nsw_switch_make_static(struct nsw_switch *sw, const struct nsw_switch_params *settings,
			   struct netlink_ext_ack *extack)
{
	struct nsw_qpair_pool qps;
	char *name;
	int err;

	err = nsw_switch_check_num_vfs(sw, settings->num_vfs, extack) ?:
	      nsw_qpair_pool_init(&qps, &sw->caps, settings->default_qps, extack) ?:
	      nsw_switch_copy_name(settings->name, &name, extack);
	if (err)
		return err;
	sw->settings = *settings;
	sw->settings.name = name;
	sw->is_static = true;
	return 0;
}

int nsw_switch_build(struct nsw_switch *sw)
{
	struct nsw_vf *vfs = NULL;

	if (sw->settings.num_vfs) {
		vfs = nsw_vf_create_all(sw->settings.num_vfs);
		if (!vfs)
			return -ENOMEM;
	}
	nsw_switch_lock(sw);
	sw->vfs = vfs;
	sw->num_vfs = sw->settings.num_vfs;
	sw->state = NSW_SWITCH_BUILT;
	nsw_switch_notify_caps(sw);
	nsw_switch_unlock(sw);
	return 0;
}

static void nsw_switch_drop_vfs(struct nsw_switch *sw)
{
	nsw_vf_destroy_all(sw->vfs, sw->num_vfs);
	sw->vfs = NULL;
	sw->num_vfs = 0;
}

void nsw_switch_unbuild(struct nsw_switch *sw)
{
	nsw_switch_lock(sw);
	if (!WARN_ON(sw->state != NSW_SWITCH_BUILT)) {
		nsw_switch_drop_vfs(sw);
		sw->state = NSW_SWITCH_ABSENT;
		nsw_switch_notify_caps(sw);
	}
	nsw_switch_unlock(sw);
}

void nsw_switch_defaults(const struct nsw_switch *sw, struct nsw_switch_params *params)
{
	*params = sw->settings;
	if (sw->is_static)
		return;
	params->num_vfs = READ_ONCE(sw->caps.max_vfs);
	params->default_qps = 1;
}

int nsw_switch_create(struct nsw_switch *sw, const struct nsw_switch_params *params,
		      struct netlink_ext_ack *extack)
{
	struct nsw_qpair_pool qps;
	struct nsw_vf *vfs = NULL;
	char *name;
	int err;

	nsw_switch_lock(sw);
	err = nsw_switch_check(sw, params, extack);
	if (!err)
		err = nsw_qpair_pool_init(&qps, &sw->caps, params->default_qps, extack);
	if (err)
		goto unlock;
	err = nsw_switch_copy_name(params->name, &name, extack);
	if (err)
		goto unlock;
	if (params->num_vfs && !sw->is_static) {
		vfs = nsw_vf_create_all(params->num_vfs);
		if (!vfs) {
			kfree(name);
			err = -ENOMEM;
			goto unlock;
		}
	}

	sw->name = name;
	sw->owner = nsw_caller_owner(params->caller);
	if (vfs)
		sw->vfs = vfs;
	sw->num_vfs = params->num_vfs;
	sw->qps = qps;
	sw->num_vports = 1;
	sw->vport0.qps = params->default_qps;
	nsw_moderation_apply_locked(&sw->vport0, NSW_MODERATION_OFF);
	memset(&sw->vport0.base, 0, sizeof(sw->vport0.base));
	nsw_stats_add(&sw->vport0.base, sw->vport0.stats);
	sw->state = NSW_SWITCH_CREATED;
	if (!sw->is_static)
		nsw_switch_notify_caps(sw);
	nsw_switch_notify_self(sw, NSW_EVENT_ADD);
unlock:
	nsw_switch_unlock(sw);
	return err;
}

int nsw_switch_close_as(struct nsw_switch *sw, const struct nsw_caller *caller,
			struct netlink_ext_ack *extack)
{
	int err;

	nsw_switch_lock(sw);
	err = nsw_switch_require_locked(sw, extack) ?:
	      nsw_caller_check(caller, sw->owner, "switch", NSW_DEFAULT_SWITCH_ID, extack);
	if (err)
		goto unlock;
	/* Not xa_empty(): an allocation that failed leaves an empty node behind. */
	if (nsw_switch_num_filters(sw))
		err = nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				 "the NIC switch still has receive filters");
	else if (sw->num_vports > 1)
		err = nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				 "the NIC switch still has %u nondefault VPorts",
				 sw->num_vports - 1);
	else if (sw->num_allocated)
		err = nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				 "the NIC switch still has %u allocated VFs",
				 sw->num_allocated);
	else
		sw->state = NSW_SWITCH_CLOSING;
unlock:
	nsw_switch_unlock(sw);
	return err;
}

void nsw_switch_delete(struct nsw_switch *sw)
{
	nsw_switch_lock(sw);
	if (!WARN_ON(sw->state != NSW_SWITCH_CLOSING)) {
		nsw_switch_notify_self(sw, NSW_EVENT_DEL);
		if (!sw->is_static)
			nsw_switch_drop_vfs(sw);
		kfree(sw->name);
		sw->name = NULL;
		sw->owner = 0;
		kfree(sw->vport0.name);
		sw->vport0.name = NULL;
		nsw_vport_forget_cpus_locked(&sw->vport0);
		sw->num_vports = 0;
		sw->state = sw->is_static ? NSW_SWITCH_BUILT : NSW_SWITCH_ABSENT;
		if (!sw->is_static)
			nsw_switch_notify_caps(sw);
	}
	nsw_switch_unlock(sw);
}

static void nsw_switch_merge_caps(struct nsw_caps *caps, const struct nsw_caps_changes *changes)
{
	const struct nsw_caps *from = &changes->caps;

	caps->flags = (caps->flags & ~changes->flags) | (from->flags & changes->flags);
	if (changes->fields & BIT(NSW_A_CAPS_MAX_VFS))
		caps->max_vfs = from->max_vfs;
	if (changes->fields & BIT(NSW_A_CAPS_MAX_VPORTS))
		caps->max_vports = from->max_vports;
	if (changes->fields & BIT(NSW_A_CAPS_MAX_QUEUE_PAIRS))
		caps->max_qps = from->max_qps;
	if (changes->fields & BIT(NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT))
		caps->max_qps_vport = from->max_qps_vport;
	if (changes->fields & BIT(NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT))
		caps->max_qps_default = from->max_qps_default;
	if (changes->fields & BIT(NSW_A_CAPS_MAX_MAC_ADDRESSES))
		caps->max_macs = from->max_macs;
	if (changes->fields & BIT(NSW_A_CAPS_MAX_FILTERS))
		caps->max_filters = from->max_filters;
	if (changes->fields & BIT(NSW_A_CAPS_NUM_QUEUES))
		caps->num_queues = from->num_queues;
}

int nsw_switch_set_caps(struct nsw_switch *sw, const struct nsw_caps_changes *changes,
			struct netlink_ext_ack *extack)
{
	struct nsw_caps caps;
	int err;

	nsw_switch_lock(sw);
	caps = sw->caps;
	nsw_switch_merge_caps(&caps, changes);
	if (sw->state != NSW_SWITCH_ABSENT)
		err = nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				 "capabilities change only while there is no NIC switch");
	else
		err = nsw_vmq_check_unused_locked(sw, extack) ?:
		      nsw_caps_check_within(&caps, &sw->hw, extack) ?:
		      nsw_caps_validate(&caps, extack);
	if (!err) {
		sw->caps = caps;
		nsw_switch_notify_locked(sw, &(struct nsw_change) {
			.event = NSW_EVENT_CHANGE,
			.object = NSW_OBJECT_CAPS,
		});
	}
	nsw_switch_unlock(sw);
	return err;
}

int nsw_switch_set_name(struct nsw_switch *sw, const char *name, struct netlink_ext_ack *extack)
{
	char *copy;
	int err;

	nsw_switch_lock(sw);
	err = nsw_switch_require_locked(sw, extack);
	if (!err)
		err = nsw_switch_copy_name(name, &copy, extack);
	if (!err) {
		kfree(sw->name);
		sw->name = copy;
		nsw_switch_notify_self(sw, NSW_EVENT_CHANGE);
	}
	nsw_switch_unlock(sw);
	return err;
}

void nsw_switch_set_wire(struct nsw_switch *sw, struct nsw_port *port)
{
	nsw_switch_lock(sw);
	rcu_assign_pointer(sw->wire, port);
	nsw_switch_unlock(sw);
}
