/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_CALLER_H
#define _NSW_MODEL_CALLER_H

#include <linux/types.h>
#include "model/status.h"

/**
 * struct nsw_caller - who makes a request
 * @id: what stands for its socket; 0 for one that owns nothing
 * @own: what the request creates shall belong to the socket, and go with it
 *
 * Where a caller is expected, NULL is the adapter itself, which may do all.
 */
struct nsw_caller {
	u64 id;
	bool own;
};

/**
 * nsw_caller_owner() - whom a new object belongs to
 * @caller: who creates it
 *
 * Return: an owner, or 0 for nobody.
 */
static inline u64 nsw_caller_owner(const struct nsw_caller *caller)
{
	return caller && caller->own ? caller->id : 0;
}

/**
 * nsw_caller_check() - refuse what only the owner of an object may do
 * @caller: who asks
 * @owner: owner of the object
 * @what: kind of the object
 * @id: its id
 * @extack: reason of a refusal
 *
 * Return: 0 or -EPERM.
 */
static inline int nsw_caller_check(const struct nsw_caller *caller, u64 owner, const char *what,
				   u32 id, struct netlink_ext_ack *extack)
{
	if (!caller || !owner || owner == caller->id)
		return 0;
	return nsw_refuse(extack, EPERM, INVALID_PARAMETER,
			  "%s %u belongs to another socket", what, id);
}

#endif
