/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_LINUX_NETDEVICE_H
#define _NSW_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

/* 6.12 turned the feature bit into a member of the device. */
static inline void nsw_compat_set_lltx(struct net_device *dev)
{
#ifdef NETIF_F_LLTX
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

#endif
