// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/gso.h>
#include <net/netdev_queues.h>
#include "dp/ingress.h"
#include "model/drop.h"
#include "model/filter.h"
#include "model/offer.h"
#include "model/switch.h"
#include "model/vf.h"
#include "netdev/channels.h"
#include "netdev/ethtool.h"
#include "netdev/failover.h"
#include "netdev/func.h"
#include "netdev/rxmode.h"
#include "netdev/steering.h"
#include "netdev/uplink.h"
#include "netdev/vf_ndo.h"
#include "netdev/xdp.h"

/* As for veth: what a sender left undone, a receiver on this machine can live with. */
#define NSW_FUNC_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HW_CSUM |	\
				 NETIF_F_SCTP_CRC | NETIF_F_RXCSUM | NETIF_F_HIGHDMA |	\
				 NETIF_F_GSO_SOFTWARE | NETIF_F_GSO_ENCAP_ALL)
#define NSW_FUNC_VLAN_FEATURES	(NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_CTAG_RX |	\
				 NETIF_F_HW_VLAN_STAG_TX | NETIF_F_HW_VLAN_STAG_RX)

static __always_inline bool nsw_func_send(struct net_device *dev, struct sk_buff *skb)
{
	struct nsw_func *func = netdev_priv(dev);
	unsigned int queue = skb->queue_mapping;
	unsigned int len = skb->len;
	struct nsw_vport *vport;
	bool sent = false;

	skb_tx_timestamp(skb);
	rcu_read_lock();
	vport = rcu_dereference(func->port.vport);
	if (likely(vport)) {
		/* What no other queue has counted was the first one's. */
		sent = !nsw_ingress_vport(vport, skb);
		if (sent && unlikely(queue))
			nsw_queue_count_tx(func->tx_stats, queue, len);
	} else {
		nsw_stats_drop(func->stats, NSW_DROP_NO_VPORT);
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	}
	rcu_read_unlock();
	return sent;
}

netdev_tx_t nsw_func_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	if (unlikely(READ_ONCE(func->limited)))
		nsw_shaper_xmit(&func->shaper, skb);
	else
		nsw_func_send(dev, skb);
	return NETDEV_TX_OK;
}

static enum nsw_drop_reason nsw_func_deliver(struct nsw_port *port, struct sk_buff *skb)
{
	struct nsw_func *func = nsw_func_from_port(port);
	struct nsw_queues *queues = rcu_dereference(func->queues);
	struct net_device *dev = func->dev;
	unsigned int max;

	if (unlikely(!queues))
		return NSW_DROP_RX_DOWN;
	/* Room for the one tag that is cargo of an 802.1ad port VLAN. */
	max = READ_ONCE(dev->mtu) + ETH_HLEN + VLAN_HLEN;
	if (unlikely(skb->len > max) &&
	    !(skb_is_gso(skb) && skb_gso_validate_mac_len(skb, max)))
		return NSW_DROP_RX_OVERSIZE;
	if (unlikely(skb_orphan_frags(skb, GFP_ATOMIC)))
		return NSW_DROP_NO_MEMORY;

	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(dev)));
	skb->priority = 0;
	skb->protocol = eth_type_trans(skb, dev);
	if (unlikely(skb->ip_summed == CHECKSUM_COMPLETE))
		skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	return nsw_queues_deliver(queues, skb);
}

static void nsw_func_link(struct nsw_port *port, bool up)
{
	struct net_device *dev = nsw_func_from_port(port)->dev;

	/* The stack keeps the event; one that could not be registered is freed at once. */
	if (dev->reg_state > NETREG_REGISTERED)
		return;
	if (up)
		netif_carrier_on(dev);
	else
		netif_carrier_off(dev);
}

static void nsw_func_moderate(struct nsw_port *port, enum nsw_moderation moderation)
{
	nsw_channels_moderate(nsw_func_from_port(port), moderation);
}

static void nsw_func_rate(struct nsw_port *port, const struct nsw_rate_params *params)
{
	nsw_shaper_set(&nsw_func_from_port(port)->shaper, params);
}

static void nsw_func_ask_again(struct nsw_port *port)
{
	nsw_rxmode_ask(nsw_func_from_port(port)->dev);
}

static const struct nsw_port_ops nsw_func_port_ops = {
	.deliver = nsw_func_deliver,
	.link = nsw_func_link,
	.moderate = nsw_func_moderate,
	.rate = nsw_func_rate,
	.pin = nsw_channels_pin,
	.resize = nsw_channels_resize_vport,
	.ask_again = nsw_func_ask_again,
};

static int nsw_func_init(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	func->tx_stats = nsw_queue_create_tx_stats(dev->num_tx_queues);
	return func->tx_stats ? 0 : -ENOMEM;
}

static void nsw_func_uninit(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	nsw_rxmode_fini(dev);
	nsw_steering_free(func);
	free_percpu(func->tx_stats);
}

static int nsw_func_open(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);
	int err = nsw_channels_open(func);

	if (err)
		return err;
	nsw_shaper_open(&func->shaper);
	netif_tx_start_all_queues(dev);
	if (func->kind == NSW_FUNC_PF)
		nsw_vport_follow_pf(func->sw, true);
	else if (func->kind == NSW_FUNC_VF)
		nsw_offer_run(func->sw, func->id, true);
	return 0;
}

static int nsw_func_stop(struct net_device *dev)
{
	struct nsw_func *func = netdev_priv(dev);

	if (func->kind == NSW_FUNC_PF)
		nsw_vport_follow_pf(func->sw, false);
	else if (func->kind == NSW_FUNC_VF)
		nsw_offer_run(func->sw, func->id, false);
	/* First, as it may be about to start the queues of the stack. */
	nsw_shaper_close(&func->shaper);
	netif_tx_stop_all_queues(dev);
	nsw_rxmode_clear(dev);
	nsw_channels_close(func);
	return 0;
}

static void nsw_func_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	struct nsw_func *func = netdev_priv(dev);
	struct nsw_stats_sum sum = { };

	nsw_stats_add(&sum, func->stats);
	stats->rx_packets = sum.rx_packets;
	stats->rx_bytes = sum.rx_bytes;
	stats->multicast = sum.rx_multicast;
	stats->tx_packets = sum.tx_packets;
	stats->tx_bytes = sum.tx_bytes;
	nsw_stats_drops(&sum, &stats->tx_dropped, &stats->rx_dropped);
}

static int nsw_func_set_own_mac(struct nsw_func *func, const u8 *mac)
{
	int err;

	if (ether_addr_equal(func->own_mac, mac))
		return 0;
	err = nsw_filter_own_add(func->sw, mac);
	if (err)
		return err;
	if (!is_zero_ether_addr(func->own_mac))
		nsw_filter_own_del(func->sw, func->own_mac);
	ether_addr_copy(func->own_mac, mac);
	return 0;
}

static int nsw_func_set_mac_address(struct net_device *dev, void *p)
{
	struct nsw_func *func = netdev_priv(dev);
	struct sockaddr *addr = p;
	int err;

	err = eth_prepare_mac_addr_change(dev, p);
	if (err)
		return err;
	if (func->kind == NSW_FUNC_PF)
		err = nsw_func_set_own_mac(func, addr->sa_data);
	else if (func->kind == NSW_FUNC_VF)
		err = nsw_vf_change_address(func->sw, func->id, addr->sa_data);
	if (err)
		return err;
	eth_commit_mac_addr_change(dev, p);
	return 0;
}

static int nsw_func_add_slave(struct net_device *dev, struct net_device *slave,
			      struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);

	return nsw_uplink_add(func->uplink, slave, extack);
}

static int nsw_func_del_slave(struct net_device *dev, struct net_device *slave)
{
	struct nsw_func *func = netdev_priv(dev);

	if (func->uplink->dev != slave)
		return -EINVAL;
	nsw_uplink_del(func->uplink);
	return 0;
}

#define NSW_FUNC_COMMON_OPS						\
	.ndo_init = nsw_func_init,					\
	.ndo_uninit = nsw_func_uninit,					\
	.ndo_open = nsw_func_open,					\
	.ndo_stop = nsw_func_stop,					\
	.ndo_start_xmit = nsw_func_xmit,				\
	.ndo_bpf = nsw_xdp_bpf,						\
	.ndo_xdp_xmit = nsw_xdp_xmit,					\
	.ndo_features_check = passthru_features_check,			\
	.ndo_get_stats64 = nsw_func_get_stats64,			\
	.ndo_set_rx_mode = nsw_rxmode_set,			\
	.ndo_set_mac_address = nsw_func_set_mac_address,		\
	.ndo_validate_addr = eth_validate_addr

static const struct net_device_ops nsw_func_pf_ops = {
	NSW_FUNC_COMMON_OPS,
	.ndo_add_slave = nsw_func_add_slave,
	.ndo_del_slave = nsw_func_del_slave,
	.ndo_set_vf_mac = nsw_vf_ndo_set_mac,
	.ndo_set_vf_vlan = nsw_vf_ndo_set_vlan,
	.ndo_set_vf_spoofchk = nsw_vf_ndo_set_spoofchk,
	.ndo_set_vf_trust = nsw_vf_ndo_set_trust,
	.ndo_set_vf_rate = nsw_vf_ndo_set_rate,
	.ndo_set_vf_rss_query_en = nsw_vf_ndo_set_rss_query,
	.ndo_set_vf_link_state = nsw_vf_ndo_set_link_state,
	.ndo_get_vf_config = nsw_vf_ndo_get_config,
	.ndo_get_vf_stats = nsw_vf_ndo_get_stats,
};

static const struct net_device_ops nsw_func_vf_ops = {
	NSW_FUNC_COMMON_OPS,
	.ndo_vlan_rx_add_vid = nsw_rxmode_add_vlan,
	.ndo_vlan_rx_kill_vid = nsw_rxmode_kill_vlan,
};

/* What differs between the kinds of interfaces. */
static const struct nsw_func_type {
	const struct net_device_ops *ops;
	const char *name;
	netdev_features_t features;
} nsw_func_types[] = {
	[NSW_FUNC_PF] = { &nsw_func_pf_ops, "nsw%u", 0 },
	[NSW_FUNC_VF] = { &nsw_func_vf_ops, "nsw%uv%u", NETIF_F_HW_VLAN_CTAG_FILTER },
	[NSW_FUNC_VPORT] = { &nsw_func_vf_ops, "nsw%up%u", NETIF_F_HW_VLAN_CTAG_FILTER },
	[NSW_FUNC_QUEUE] = { &nsw_func_vf_ops, "nsw%uq%u", NETIF_F_HW_VLAN_CTAG_FILTER },
};

static void nsw_func_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->max_mtu = NSW_FUNC_MTU_MAX;
	dev->needs_free_netdev = true;
	/* Sending may end in another interface, which netpoll's context does not allow. */
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE | IFF_DISABLE_NETPOLL;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	nsw_compat_set_lltx(dev);
	dev->features |= NSW_FUNC_FEATURES | NSW_FUNC_VLAN_FEATURES;
	dev->hw_features = NSW_FUNC_FEATURES | NSW_FUNC_VLAN_FEATURES | NETIF_F_GRO;
	/* ethtool -N; like the queues, it is always there. */
	dev->features |= NETIF_F_NTUPLE;
	dev->hw_enc_features = NSW_FUNC_FEATURES;
	dev->vlan_features = NSW_FUNC_FEATURES;
	dev->mpls_features = NSW_FUNC_FEATURES;
}

static int nsw_func_attach(struct nsw_func *func, u8 *mac)
{
	switch (func->kind) {
	case NSW_FUNC_VF:
		return nsw_vf_attach_port(func->sw, func->id, &func->port, mac);
	case NSW_FUNC_PF:
	case NSW_FUNC_VPORT:
	case NSW_FUNC_QUEUE:
		return nsw_vport_attach_port(func->sw, func->id, &func->port);
	}
	return -EINVAL;
}

static void nsw_func_detach(struct nsw_func *func)
{
	if (func->kind == NSW_FUNC_VF)
		nsw_vf_detach_port(func->sw, func->id);
	else
		nsw_vport_detach_port(func->sw, &func->port);
}

static struct net_device *nsw_func_alloc(const struct nsw_func_params *params)
{
	const struct nsw_func_type *type = &nsw_func_types[params->kind];
	struct net_device *dev;
	size_t size = sizeof(struct nsw_func);
	char name[IFNAMSIZ];
	struct nsw_func *func;

	if (params->kind != NSW_FUNC_VF)
		size += cpumask_size();
	snprintf(name, sizeof(name), type->name, params->adapter, params->id);
	dev = alloc_netdev_mqs(size, name, NET_NAME_PREDICTABLE, nsw_func_setup,
			       params->max_qps, params->max_qps);
	if (!dev)
		return NULL;
	if (params->net)
		dev_net_set(dev, params->net);
	SET_NETDEV_DEV(dev, params->parent);
	dev->netdev_ops = type->ops;
	dev->ethtool_ops = &nsw_ethtool_ops;
	nsw_compat_set_stat_ops(dev, &nsw_ethtool_stat_ops);
	nsw_compat_set_xdp_features(dev);
	dev->features |= type->features;
	dev->hw_features |= type->features;
	if (params->kind == NSW_FUNC_VPORT || params->kind == NSW_FUNC_QUEUE)
		dev->dev_port = params->id;
	/* VPorts of the PF become promiscuous for secondary addresses. */
	if (params->kind == NSW_FUNC_PF || params->kind == NSW_FUNC_VF)
		dev->priv_flags |= IFF_UNICAST_FLT;
	eth_hw_addr_set(dev, params->mac);
	func = netdev_priv(dev);
	func->dev = dev;
	func->sw = params->sw;
	func->stats = params->stats;
	func->kind = params->kind;
	func->id = params->id;
	func->uplink = params->uplink;
	func->test_registers = params->test_registers;
	func->limit = params->qps;
	func->ring_size = nsw_channels_ring_size(params->buffers);
	func->moderation = NSW_MODERATION_OFF;
	if (params->kind != NSW_FUNC_VF)
		cpumask_copy(to_cpumask(func->cpus), params->cpus ?: cpu_possible_mask);
	func->port.ops = &nsw_func_port_ops;
	nsw_guest_init(&func->port.guest);
	nsw_rxmode_init(dev);
	nsw_shaper_init(&func->shaper, dev, func->stats, nsw_func_send, &func->limited);
	return dev;
}

struct nsw_func *nsw_func_create(const struct nsw_func_params *params)
{
	struct net_device *dev = nsw_func_alloc(params);
	u8 mac[ETH_ALEN];
	struct nsw_func *func;
	int err;

	ASSERT_RTNL();
	if (!dev)
		return ERR_PTR(-ENOMEM);
	func = netdev_priv(dev);
	err = netif_set_real_num_queues(dev, params->qps, params->qps);
	if (err)
		goto free_dev;
	netif_carrier_off(dev);
	/* Threads can be told where to run, which NAPI in softirq cannot. */
	if (params->cpus)
		dev_set_threaded(dev, true);
	ether_addr_copy(mac, dev->dev_addr);
	err = nsw_func_attach(func, mac);
	if (err)
		goto free_dev;
	eth_hw_addr_set(dev, mac);
	if (func->kind == NSW_FUNC_PF) {
		func->uplink->master = dev;
		err = nsw_func_set_own_mac(func, mac);
		if (err)
			goto detach;
	}
	err = register_netdevice(dev);
	if (err)
		goto forget_mac;
	/* Off like veth's: what comes from this machine is large already. */
	dev->wanted_features &= ~NETIF_F_GRO;
	netdev_update_features(dev);
	return func;

forget_mac:
	if (func->kind == NSW_FUNC_PF)
		nsw_filter_own_del(func->sw, func->own_mac);
detach:
	nsw_func_detach(func);
	nsw_rxmode_fini(dev);
	synchronize_net();
free_dev:
	free_netdev(dev);
	return ERR_PTR(err);
}

void nsw_func_destroy(struct nsw_func *func)
{
	ASSERT_RTNL();
	if (func->kind == NSW_FUNC_PF) {
		if (func->uplink->dev)
			nsw_uplink_del(func->uplink);
		nsw_filter_own_del(func->sw, func->own_mac);
	}
	/* From here no new frame comes; those on their way end before it is freed. */
	nsw_func_detach(func);
	unregister_netdevice(func->dev);
}

void nsw_func_set_mac(struct nsw_func *func, const u8 *mac)
{
	ASSERT_RTNL();
	/* By this a failover interface knows which VF is its own. */
	if (!ether_addr_equal(func->dev->perm_addr, mac))
		nsw_failover_leave(func->dev);
	ether_addr_copy(func->dev->perm_addr, mac);
	if (ether_addr_equal(func->dev->dev_addr, mac))
		return;
	eth_hw_addr_set(func->dev, mac);
	call_netdevice_notifiers(NETDEV_CHANGEADDR, func->dev);
}

void nsw_func_reset(struct nsw_func *func)
{
	struct net_device *dev = func->dev;

	ASSERT_RTNL();
	/* The driver asks the stack which VLANs there are, and sets them anew. */
	vlan_get_rx_ctag_filter_info(dev);
	if (!netif_running(dev))
		return;
	nsw_shaper_flush(&func->shaper);
	nsw_channels_purge(func);
	nsw_rxmode_clear(dev);
	netif_addr_lock_bh(dev);
	nsw_rxmode_set(dev);
	netif_addr_unlock_bh(dev);
}

bool nsw_func_is_ours(const struct net_device *dev, const struct nsw_switch *sw)
{
	const struct nsw_func *func = netdev_priv(dev);

	return dev->ethtool_ops == &nsw_ethtool_ops && (!sw || func->sw == sw);
}

bool nsw_func_is_vf(const struct net_device *dev, const struct nsw_switch *sw)
{
	const struct nsw_func *func = netdev_priv(dev);

	return nsw_func_is_ours(dev, sw) && func->kind == NSW_FUNC_VF;
}
