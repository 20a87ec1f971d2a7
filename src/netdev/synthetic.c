// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/net_failover.h>
#include "netdev/func.h"
#include "netdev/synthetic.h"

/*
 * The synthetic path: what a machine sends on this adapter comes out of a port of the
 * software switch, whose external adapter is VPort 0, and the other way round.
 */

#define NSW_SYNTHETIC_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |	\
				 NETIF_F_SCTP_CRC | NETIF_F_RXCSUM | NETIF_F_HIGHDMA |	\
				 NETIF_F_GSO_SOFTWARE | NETIF_F_GSO_ENCAP_ALL)
#define NSW_SYNTHETIC_VLAN	(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX |	\
				 NETIF_F_HW_VLAN_STAG_TX | NETIF_F_HW_VLAN_STAG_RX)

struct nsw_synthetic {
	struct net_device *peer;
	struct net_device __rcu *master;	/* of the adapter; the port has none */
};

static bool nsw_synthetic_is_ready(const struct net_device *dev)
{
	return netif_running(dev) && netif_carrier_ok(dev);
}

/*
 * net_failover drops what its standby receives while it has a primary, as the same
 * broadcast comes on both, and what the machine has sent may be flooded to it. But a VF
 * that is down or has been revoked gets nothing, and a frame for the machine alone takes
 * one path only: these are for the master.
 */
static struct net_device *nsw_synthetic_receiver_rcu(struct net_device *dev,
						     const struct sk_buff *skb)
{
	struct nsw_synthetic *synthetic = netdev_priv(dev);
	struct net_device *master = rcu_dereference(synthetic->master);
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	struct net_failover_info *info;
	struct net_device *primary;

	if (!master)
		return dev;
	info = netdev_priv(master);
	primary = rcu_dereference(info->primary_dev);
	if (!primary)
		return dev;
	if ((is_multicast_ether_addr(eth->h_dest) ||
	     ether_addr_equal(eth->h_source, master->dev_addr)) &&
	    nsw_synthetic_is_ready(primary))
		return dev;
	return master;
}

static netdev_tx_t nsw_synthetic_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nsw_synthetic *synthetic = netdev_priv(dev);
	struct net_device *peer = synthetic->peer;
	unsigned int len = skb->len;

	rcu_read_lock();
	if (unlikely(!netif_running(peer) || !pskb_may_pull(skb, ETH_HLEN))) {
		kfree_skb(skb);
		goto dropped;
	}
	skb_tx_timestamp(skb);
	if (dev_forward_skb(nsw_synthetic_receiver_rcu(peer, skb), skb) != NET_RX_SUCCESS)
		goto dropped;
	dev_sw_netstats_tx_add(dev, 1, len);
	dev_sw_netstats_rx_add(peer, len);
	rcu_read_unlock();
	return NETDEV_TX_OK;

dropped:
	dev_core_stats_tx_dropped_inc(dev);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static int nsw_synthetic_open(struct net_device *dev)
{
	struct nsw_synthetic *synthetic = netdev_priv(dev);

	if (netif_running(synthetic->peer)) {
		netif_carrier_on(dev);
		netif_carrier_on(synthetic->peer);
	}
	return 0;
}

static int nsw_synthetic_stop(struct net_device *dev)
{
	struct nsw_synthetic *synthetic = netdev_priv(dev);

	netif_carrier_off(dev);
	netif_carrier_off(synthetic->peer);
	return 0;
}

static int nsw_synthetic_init(struct net_device *dev)
{
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return dev->tstats ? 0 : -ENOMEM;
}

/* When nobody holds the interface any more: a software switch may still read them. */
static void nsw_synthetic_destructor(struct net_device *dev)
{
	free_percpu(dev->tstats);
}

#define NSW_SYNTHETIC_OPS						\
	.ndo_init = nsw_synthetic_init,					\
	.ndo_open = nsw_synthetic_open,					\
	.ndo_stop = nsw_synthetic_stop,					\
	.ndo_start_xmit = nsw_synthetic_xmit,				\
	.ndo_features_check = passthru_features_check,			\
	.ndo_get_stats64 = dev_get_tstats64,				\
	.ndo_validate_addr = eth_validate_addr

/* The address of the adapter is that of the machine, and stays. */
static const struct net_device_ops nsw_synthetic_ops = {
	NSW_SYNTHETIC_OPS,
};

static const struct net_device_ops nsw_synthetic_port_ops = {
	NSW_SYNTHETIC_OPS,
	.ndo_set_mac_address = eth_mac_addr,
};

static const struct ethtool_ops nsw_synthetic_ethtool_ops = {
	.get_link = ethtool_op_get_link,
};

static void nsw_synthetic_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->ethtool_ops = &nsw_synthetic_ethtool_ops;
	dev->max_mtu = NSW_FUNC_MTU_MAX;
	dev->needs_free_netdev = true;
	dev->priv_destructor = nsw_synthetic_destructor;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_DISABLE_NETPOLL;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	nsw_compat_set_lltx(dev);
	dev->features |= NSW_SYNTHETIC_FEATURES | NSW_SYNTHETIC_VLAN;
	dev->hw_features = NSW_SYNTHETIC_FEATURES | NSW_SYNTHETIC_VLAN;
	dev->hw_enc_features = NSW_SYNTHETIC_FEATURES;
	dev->vlan_features = NSW_SYNTHETIC_FEATURES;
	dev->mpls_features = NSW_SYNTHETIC_FEATURES;
	netif_carrier_off(dev);
}

static struct net_device *nsw_synthetic_alloc(const char *format, u32 id, struct net *net)
{
	struct net_device *dev;
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), format, id);
	dev = alloc_netdev(sizeof(struct nsw_synthetic), name, NET_NAME_PREDICTABLE,
			   nsw_synthetic_setup);
	if (dev)
		dev_net_set(dev, net);
	return dev;
}

struct net_device *nsw_synthetic_create(u32 id, const u8 *mac, struct net *net,
					struct net *port_net)
{
	struct net_device *dev, *port;
	int err = -ENOMEM;

	ASSERT_RTNL();
	dev = nsw_synthetic_alloc("nsws%u", id, net);
	port = nsw_synthetic_alloc("nsws%up", id, port_net);
	if (!dev || !port)
		goto free_devs;
	((struct nsw_synthetic *)netdev_priv(dev))->peer = port;
	((struct nsw_synthetic *)netdev_priv(port))->peer = dev;
	dev->netdev_ops = &nsw_synthetic_ops;
	eth_hw_addr_set(dev, mac);
	nsw_compat_set_netns_immutable(dev);
	port->netdev_ops = &nsw_synthetic_port_ops;
	eth_hw_addr_random(port);

	/* Nobody can bring the first up before there is the second, as that takes RTNL. */
	err = register_netdevice(port);
	if (err)
		goto free_devs;
	err = register_netdevice(dev);
	if (err) {
		/* Frees it, too. */
		unregister_netdevice(port);
		port = NULL;
		goto free_devs;
	}
	return dev;

free_devs:
	if (port)
		free_netdev(port);
	if (dev)
		free_netdev(dev);
	return ERR_PTR(err);
}

void nsw_synthetic_destroy(struct net_device *dev)
{
	LIST_HEAD(list);

	ASSERT_RTNL();
	unregister_netdevice_queue(nsw_synthetic_port(dev), &list);
	unregister_netdevice_queue(dev, &list);
	/* Both are closed before either goes. */
	unregister_netdevice_many(&list);
}

struct net_device *nsw_synthetic_port(const struct net_device *dev)
{
	const struct nsw_synthetic *synthetic = netdev_priv(dev);

	return synthetic->peer;
}

void nsw_synthetic_set_master(struct net_device *dev, struct net_device *master)
{
	struct nsw_synthetic *synthetic = netdev_priv(dev);

	ASSERT_RTNL();
	rcu_assign_pointer(synthetic->master, master);
}
