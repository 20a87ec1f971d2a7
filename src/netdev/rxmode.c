// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netdevice.h>
#include <linux/slab.h>
#include "model/filter.h"
#include "model/guest.h"
#include "model/mailbox.h"
#include "netdev/func.h"
#include "netdev/rxmode.h"

static int nsw_rxmode_join(struct net_device *dev, const unsigned char *mac)
{
	struct nsw_func *func = netdev_priv(dev);
	int err = nsw_guest_join(func->sw, &func->port, mac);

	if (err == -ENOSPC)
		net_warn_ratelimited("%s: too many multicast groups\n", dev->name);
	/* The wish is kept; to report an error would only keep others from being heard. */
	return err == -ENOMEM ? err : 0;
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

/*
 * What has no filter comes, to whom it may, like anything that nobody takes;
 * without memory for one too, until the stack tries again: the next time.
 */
static void nsw_rxmode_set_mode(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	nsw_guest_set_mode(func->sw, &func->port,
			   dev->flags & IFF_PROMISC || func->num_missed || func->lacks_own,
			   dev->flags & IFF_ALLMULTI || func->lacks_groups);
}

/* As many of the secondary addresses as there is room for; returns how many. */
static unsigned int nsw_rxmode_copy_macs(struct net_device *dev, u64 *macs, unsigned int max)
{
	struct netdev_hw_addr *ha;
	unsigned int num = 0;

	netif_addr_lock_bh(dev);
	netdev_for_each_uc_addr(ha, dev) {
		if (num == max)
			break;
		macs[num++] = nsw_mac_pack(ha->addr);
	}
	netif_addr_unlock_bh(dev);
	return num;
}

/*
 * A receive filter needs the config lock, so this is a message to the PF which
 * the driver of a VF sends later. Short of memory it asks for none this time.
 */
static void nsw_rxmode_send_macs(struct net_device *dev, bool none)
{
	struct nsw_func *func = netdev_priv(dev);
	unsigned int wanted = none ? 0 : READ_ONCE(dev->uc.count);
	unsigned int max = min_t(unsigned int, wanted, NSW_GUEST_MACS_MAX);
	unsigned int num = 0, missed;
	u64 *macs = NULL;

	if (max)
		macs = kcalloc(max, sizeof(*macs), GFP_KERNEL);
	if (macs)
		num = nsw_rxmode_copy_macs(dev, macs, max);
	missed = nsw_mailbox_set_macs(func->sw, func->id, &func->port, macs, num);
	if (wanted > num)
		missed += wanted - num;
	kfree(macs);
	if (missed > func->num_missed)
		net_warn_ratelimited("%s: VF %u cannot have %u of its %u secondary addresses\n",
				     dev->name, func->id, missed, wanted);
	netif_addr_lock_bh(dev);
	func->num_macs = wanted;
	func->num_missed = missed;
	if (!none)
		nsw_rxmode_set_mode(dev);
	netif_addr_unlock_bh(dev);
}

static void nsw_rxmode_work(struct work_struct *work)
{
	struct nsw_func *func = container_of(work, struct nsw_func, rxmode_work);

	nsw_rxmode_send_macs(func->dev, !netif_running(func->dev));
}

void nsw_rxmode_init(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	INIT_WORK(&func->rxmode_work, nsw_rxmode_work);
}

void nsw_rxmode_fini(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	cancel_work_sync(&func->rxmode_work);
}

void nsw_rxmode_ask(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	if (func->kind == NSW_FUNC_VF && netif_running(dev) &&
	    (func->num_macs || !netdev_uc_empty(dev)))
		schedule_work(&func->rxmode_work);
}

void nsw_rxmode_set(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	if (func->kind == NSW_FUNC_PF)
		func->lacks_own = __dev_uc_sync(dev, nsw_rxmode_add_own,
						nsw_rxmode_del_own) == -ENOMEM;
	func->lacks_groups = __dev_mc_sync(dev, nsw_rxmode_join, nsw_rxmode_leave);
	nsw_rxmode_set_mode(dev);
	nsw_rxmode_ask(dev);
}

void nsw_rxmode_clear(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	if (func->kind == NSW_FUNC_VF) {
		cancel_work_sync(&func->rxmode_work);
		nsw_rxmode_send_macs(dev, true);
	}
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
	else
		nsw_rxmode_ask(dev);
	return err;
}

int nsw_rxmode_kill_vlan(struct net_device *dev, __be16 proto, u16 vid)
{
	struct nsw_func *func = netdev_priv(dev);

	if (vid && func->kind == NSW_FUNC_VF)
		nsw_mailbox_del_vlan(func->sw, func->id, vid);
	else if (vid)
		nsw_guest_del_vlan(func->sw, &func->port, vid);
	nsw_rxmode_ask(dev);
	return 0;
}
