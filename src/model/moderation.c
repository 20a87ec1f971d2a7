// SPDX-License-Identifier: GPL-2.0-only
#include "model/moderation.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vport.h"

/* Documentation/ethtool.rst has this table too. */
static const struct nsw_moderation_level nsw_moderation_levels[] = {
	[NSW_MODERATION_OFF]		= { 0, 1 },
	[NSW_MODERATION_LOW]		= { 20, 16 },
	[NSW_MODERATION_MEDIUM]		= { 100, 64 },
	[NSW_MODERATION_HIGH]		= { 500, 128 },
	[NSW_MODERATION_ADAPTIVE]	= { 8, 128 },
};

const struct nsw_moderation_level *nsw_moderation_level(enum nsw_moderation moderation)
{
	return &nsw_moderation_levels[moderation];
}

enum nsw_moderation nsw_moderation_find(s64 usecs, s64 frames)
{
	enum nsw_moderation i;

	for (i = NSW_MODERATION_OFF; i <= NSW_MODERATION_HIGH; i++)
		if ((usecs < 0 || usecs == nsw_moderation_levels[i].usecs) &&
		    (frames < 0 || frames == nsw_moderation_levels[i].frames))
			return i;
	return 0;
}

int nsw_moderation_check(struct nsw_switch *sw, enum nsw_moderation moderation,
			 struct netlink_ext_ack *extack)
{
	if (!moderation)
		return 0;
	if (moderation > NSW_MODERATION_ADAPTIVE)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u is no interrupt moderation", moderation);
	if (!(sw->caps.flags & NSW_CAPS_F_PER_VPORT_MODERATION))
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "the adapter has no interrupt moderation per VPort");
	return 0;
}

void nsw_moderation_apply_locked(struct nsw_vport *vport, enum nsw_moderation moderation)
{
	struct nsw_port *port = nsw_switch_deref(vport->sw, vport->port);

	nsw_switch_assert_locked(vport->sw);
	vport->moderation = moderation;
	if (port)
		port->ops->moderate(port, moderation);
}

int nsw_moderation_request(struct nsw_switch *sw, struct nsw_port *port,
			   enum nsw_moderation moderation, struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport;
	int err;

	nsw_switch_lock(sw);
	vport = nsw_switch_deref(sw, port->vport);
	if (vport)
		err = nsw_moderation_check(sw, moderation, extack);
	else
		err = nsw_refuse(extack, ENODEV, FAILURE, "the interface has no VPort");
	if (!err && vport->moderation != moderation) {
		nsw_moderation_apply_locked(vport, moderation);
		if (sw->state == NSW_SWITCH_CREATED)
			nsw_vport_notify_locked(vport, NSW_EVENT_CHANGE);
	}
	nsw_switch_unlock(sw);
	return err;
}
