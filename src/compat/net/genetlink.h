/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_NET_GENETLINK_H
#define _NSW_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

/* What pre_doit and post_doit are given; 6.2 gave it a name of its own. */
#ifndef NSW_HAVE_GENL_SPLIT_OPS
#define genl_split_ops genl_ops
#endif

/* The attributes of a dump request. */
static inline struct nlattr **nsw_compat_dump_attrs(struct netlink_callback *cb)
{
#ifdef NSW_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif
