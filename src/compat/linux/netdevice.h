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

/* So did those that leave no namespace; its name has changed since. */
static inline void nsw_compat_set_netns_immutable(struct net_device *dev)
{
#if defined(NETIF_F_NETNS_LOCAL)
	dev->features |= NETIF_F_NETNS_LOCAL;
#elif defined(NSW_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#else
	dev->netns_local = true;
#endif
}

#endif
