// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netdevice.h>
#include "model/filter.h"
#include "model/guest.h"
#include "model/mailbox.h"
#include "netdev/func.h"
#include "netdev/rxmode.h"

static int nsw_rxmode_join(struct net_device *dev, const unsigned char *mac)
{
	struct nsw_func *func = netdev_priv(dev);

	if (nsw_guest_join(func->sw, &func->port, mac) == -ENOSPC)
		net_warn_ratelimited("%s: too many multicast groups\n", dev->name);
	/* The wish is kept; to report an error would only keep others from being heard. */
	return 0;
}

static int nsw_rxmode_leave(struct net_device *dev, const unsigned char *mac)
{
	struct nsw_func *func = netdev_priv(dev);

	nsw_guest_leave(func->sw, &func->port, mac);
	return 0;
}

static int nsw_rxmode_add_own(struct net_device *dev, const unsigned char *mac)
{
	struct nsw_func *func = netdev_priv(dev);

	return nsw_filter_own_add(func->sw, mac);
}

static int nsw_rxmode_del_own(struct net_device *dev, const unsigned char *mac)
{
	struct nsw_func *func = netdev_priv(dev);

	nsw_filter_own_del(func->sw, mac);
	return 0;
}

void nsw_rxmode_set(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	if (func->kind == NSW_FUNC_PF)
		__dev_uc_sync(dev, nsw_rxmode_add_own, nsw_rxmode_del_own);
	__dev_mc_sync(dev, nsw_rxmode_join, nsw_rxmode_leave);
	nsw_guest_set_mode(func->sw, &func->port, dev->flags & IFF_PROMISC,
			   dev->flags & IFF_ALLMULTI);
}

void nsw_rxmode_clear(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	netif_addr_lock_bh(dev);
	if (func->kind == NSW_FUNC_PF)
		__dev_uc_unsync(dev, nsw_rxmode_del_own);
	__dev_mc_unsync(dev, nsw_rxmode_leave);
	netif_addr_unlock_bh(dev);
	nsw_guest_set_mode(func->sw, &func->port, false, false);
}

int nsw_rxmode_add_vlan(struct net_device *dev, __be16 proto, u16 vid)
{
	struct nsw_func *func = netdev_priv(dev);
	int err;

	if (!vid)
		return 0;
	if (func->kind != NSW_FUNC_VF)
		return nsw_guest_add_vlan(func->sw, &func->port, vid);
	err = nsw_mailbox_add_vlan(func->sw, func->id, vid);
	if (err)
		net_warn_ratelimited("%s: VF %u cannot have VLAN %u: %pe\n", dev->name, func->id,
				     vid, ERR_PTR(err));
	return err;
}

int nsw_rxmode_kill_vlan(struct net_device *dev, __be16 proto, u16 vid)
{
	struct nsw_func *func = netdev_priv(dev);

	if (vid && func->kind == NSW_FUNC_VF)
		nsw_mailbox_del_vlan(func->sw, func->id, vid);
	else if (vid)
		nsw_guest_del_vlan(func->sw, &func->port, vid);
	return 0;
}
