/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_STATUS_H
#define _NSW_MODEL_STATUS_H

#include <linux/netlink.h>
#include <linux/types.h>

/* NDIS status values that refusals report (ndis.h). */
enum nsw_status {
	NSW_STATUS_NOT_ACCEPTED		= 0x00010003,
	NSW_STATUS_FAILURE		= (int)0xC0000001,
	NSW_STATUS_INVALID_PARAMETER	= (int)0xC000000D,
	NSW_STATUS_RESOURCES		= (int)0xC000009A,
	NSW_STATUS_NOT_SUPPORTED	= (int)0xC00000BB,
	NSW_STATUS_INVALID_LENGTH	= (int)0xC0010014,
	NSW_STATUS_FILE_NOT_FOUND	= (int)0xC001001B,
};

/**
 * nsw_status_set() - report the NDIS status of a refusal
 * @extack: where to; may be NULL
 * @status: the status
 *
 * It travels as NLMSGERR_ATTR_COOKIE, a u32 in host order.
 */
static inline void nsw_status_set(struct netlink_ext_ack *extack, enum nsw_status status)
{
	u32 value = status;

	if (!extack)
		return;
	memcpy(extack->cookie, &value, sizeof(value));
	extack->cookie_len = sizeof(value);
}

/**
 * nsw_refuse() - say why a request is refused
 * @extack: where to; may be NULL
 * @err: positive errno
 * @status: NDIS status, without its prefix
 * @fmt: reason; at most 79 characters when formatted
 *
 * Return: -@err.
 */
#define nsw_refuse(extack, err, status, fmt, args...) ({		\
	struct netlink_ext_ack *__nsw_extack = (extack);		\
									\
	nsw_status_set(__nsw_extack, NSW_STATUS_##status);		\
	NL_SET_ERR_MSG_FMT(__nsw_extack, fmt, ##args);			\
	-(err);								\
})

#endif
