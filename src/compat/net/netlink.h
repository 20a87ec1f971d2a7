/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_NET_NETLINK_H
#define _NSW_COMPAT_NET_NETLINK_H

#include_next <net/netlink.h>

#ifndef NSW_HAVE_NLA_PUT_UINT
/* 6.7: a number that takes four bytes when it fits, and needs no padding. */
static inline int nla_put_uint(struct sk_buff *skb, int attrtype, u64 value)
{
	u32 small = value;

	if (small == value)
		return nla_put_u32(skb, attrtype, small);
	return nla_put(skb, attrtype, sizeof(value), &value);
}
#endif

#endif
