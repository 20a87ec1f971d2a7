/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_NET_XDP_H
#define _NSW_COMPAT_NET_XDP_H

#include <linux/netdevice.h>
#include_next <net/xdp.h>

/* Since 6.3 an interface says what of XDP it can do. */
static inline void nsw_compat_set_xdp_features(struct net_device *dev)
{
#ifdef NSW_HAVE_XDP_FEATURES
	xdp_set_features_flag(dev, NETDEV_XDP_ACT_BASIC | NETDEV_XDP_ACT_REDIRECT |
				   NETDEV_XDP_ACT_NDO_XMIT);
#endif
}

#endif
