// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/netlink.h>

#ifdef NSW_COMPAT_EXTACK_LEN

/* More than requests can be between their refusal and their acknowledgment. */
#define NSW_COMPAT_EXTACK_BUFS	64

char *nsw_compat_extack_buf(void)
{
	static char bufs[NSW_COMPAT_EXTACK_BUFS][NSW_COMPAT_EXTACK_LEN];
	static atomic_t next = ATOMIC_INIT(0);

	return bufs[(unsigned int)atomic_inc_return(&next) % NSW_COMPAT_EXTACK_BUFS];
}

#endif
