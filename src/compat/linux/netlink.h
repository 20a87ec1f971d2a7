/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_LINUX_NETLINK_H
#define _NSW_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

#ifndef NL_SET_ERR_MSG_FMT

#define NSW_COMPAT_EXTACK_LEN	128

/*
 * Before 6.3 an extack holds a pointer only, and it is read after the request
 * handler has returned: formatted text needs a home that outlives the caller.
 */
char *nsw_compat_extack_buf(void);

#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {		\
	struct netlink_ext_ack *__extack = (extack);			\
									\
	if (__extack) {							\
		char *__buf = nsw_compat_extack_buf();			\
									\
		snprintf(__buf, NSW_COMPAT_EXTACK_LEN, fmt, ##args);	\
		__extack->_msg = __buf;					\
	}								\
} while (0)

#endif

#ifndef NL_ASSERT_DUMP_CTX_FITS
#define NL_ASSERT_DUMP_CTX_FITS(type_name)				\
	BUILD_BUG_ON(sizeof(type_name) > sizeof_field(struct netlink_callback, ctx))
#endif

#endif
