// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/gso.h>
#include "dp/ingress.h"
#include "model/switch.h"
#include "netdev/func.h"
#include "netdev/uplink.h"

static rx_handler_result_t nsw_uplink_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct nsw_uplink *uplink;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb))
		return RX_HANDLER_CONSUMED;

	uplink = rcu_dereference(skb->dev->rx_handler_data);
	/* As tc does it: from here to the receiver a checksum is that of the whole frame. */
	skb_push_rcsum(skb, skb->data - skb_mac_header(skb));
	nsw_ingress_wire(uplink->sw, skb);
	return RX_HANDLER_CONSUMED;
}

static enum nsw_drop_reason nsw_uplink_deliver(struct nsw_port *port, struct sk_buff *skb)
{
	struct nsw_uplink *uplink = container_of(port, struct nsw_uplink, port);
	struct net_device *dev = READ_ONCE(uplink->dev);
	unsigned int max;
	bool xnet;

	if (unlikely(!dev || !netif_running(dev) || !netif_carrier_ok(dev)))
		return NSW_DROP_WIRE_DOWN;
	max = READ_ONCE(dev->mtu) + dev->hard_header_len + VLAN_HLEN;
	if (unlikely(skb->len > max) &&
	    !(skb_is_gso(skb) && skb_gso_validate_mac_len(skb, max)))
		return NSW_DROP_RX_OVERSIZE;

	xnet = !net_eq(dev_net(skb->dev), dev_net(dev));
	skb_scrub_packet(skb, xnet);
	/* Classes of the external port's queues are not for other namespaces to choose. */
	if (xnet)
		skb->priority = 0;
	skb->dev = dev;
	dev_queue_xmit(skb);
	return NSW_DROP_NONE;
}

static void nsw_uplink_link(struct nsw_port *port, bool up)
{
}

static const struct nsw_port_ops nsw_uplink_port_ops = {
	.deliver = nsw_uplink_deliver,
	.link = nsw_uplink_link,
};

/* The PF has the carrier of what is plugged in, and who follows the PF. */
static void nsw_uplink_update_carrier(struct nsw_uplink *uplink)
{
	struct net_device *dev = uplink->dev;
	bool up = dev ? netif_running(dev) && netif_carrier_ok(dev) : uplink->standalone;

	nsw_vport_set_link(uplink->sw, up);
}

void nsw_uplink_init(struct nsw_uplink *uplink, struct nsw_switch *sw, bool standalone)
{
	uplink->port.ops = &nsw_uplink_port_ops;
	nsw_guest_init(&uplink->port.guest);
	uplink->sw = sw;
	uplink->standalone = standalone;
	nsw_uplink_update_carrier(uplink);
}

static int nsw_uplink_is_func(struct net_device *dev, struct netdev_nested_priv *none)
{
	return nsw_func_is_ours(dev, NULL);
}

/* The interface is one of an adapter, or above one. */
static bool nsw_uplink_leads_to_func(struct net_device *dev)
{
	struct netdev_nested_priv none = { };

	return nsw_uplink_is_func(dev, NULL) ||
	       netdev_walk_all_lower_dev(dev, nsw_uplink_is_func, &none);
}

static int nsw_uplink_is_plugged(struct net_device *dev, struct netdev_nested_priv *none)
{
	return rcu_access_pointer(dev->rx_handler) == nsw_uplink_rx;
}

/* The interface is an external port, or below one. */
static bool nsw_uplink_is_below(struct net_device *dev)
{
	struct netdev_nested_priv none = { };
	bool is;

	rcu_read_lock();
	is = nsw_uplink_is_plugged(dev, NULL) ||
	     netdev_walk_all_upper_dev_rcu(dev, nsw_uplink_is_plugged, &none);
	rcu_read_unlock();
	return is;
}

static int nsw_uplink_check(struct nsw_uplink *uplink, struct net_device *dev,
			    struct netlink_ext_ack *extack)
{
	if (uplink->dev) {
		NL_SET_ERR_MSG(extack, "the adapter has an external port already");
		return -EBUSY;
	}
	if (dev->type != ARPHRD_ETHER || dev->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "the external port must be an Ethernet interface");
		return -EINVAL;
	}
	/* What leads into another adapter could lead back from there. */
	if (nsw_uplink_leads_to_func(dev)) {
		NL_SET_ERR_MSG(extack,
			       "an interface of an adapter, or above one, cannot be an external port: take a veth pair as cable");
		return -EINVAL;
	}
	return 0;
}

int nsw_uplink_add(struct nsw_uplink *uplink, struct net_device *dev,
		   struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	err = nsw_uplink_check(uplink, dev, extack);
	if (err)
		return err;
	err = netdev_rx_handler_register(dev, nsw_uplink_rx, uplink);
	if (err) {
		NL_SET_ERR_MSG(extack, "the interface is a port of something else");
		return err;
	}
	err = netdev_master_upper_dev_link(dev, uplink->master, NULL, NULL, extack);
	if (err)
		goto unregister_handler;
	err = dev_set_promiscuity(dev, 1);
	if (err)
		goto unlink;

	dev_disable_lro(dev);
	WRITE_ONCE(uplink->dev, dev);
	nsw_switch_set_wire(uplink->sw, &uplink->port);
	nsw_uplink_update_carrier(uplink);
	if (uplink->changed)
		uplink->changed(uplink->priv);
	return 0;

unlink:
	netdev_upper_dev_unlink(dev, uplink->master);
unregister_handler:
	netdev_rx_handler_unregister(dev);
	return err;
}

void nsw_uplink_del(struct nsw_uplink *uplink)
{
	struct net_device *dev = uplink->dev;

	ASSERT_RTNL();
	/*
	 * Frames reach the interface from two sides: its rx handler, which
	 * waits for its readers itself, and the switch.
	 */
	netdev_rx_handler_unregister(dev);
	nsw_switch_set_wire(uplink->sw, NULL);
	WRITE_ONCE(uplink->dev, NULL);
	synchronize_net();
	dev_set_promiscuity(dev, -1);
	netdev_upper_dev_unlink(dev, uplink->master);
	nsw_uplink_update_carrier(uplink);
	if (uplink->changed)
		uplink->changed(uplink->priv);
}

static struct nsw_uplink *nsw_uplink_find(struct net_device *dev)
{
	if (rtnl_dereference(dev->rx_handler) != nsw_uplink_rx)
		return NULL;
	return rtnl_dereference(dev->rx_handler_data);
}

/* Nor can the loop be closed later, when a bond or a bridge gets another member. */
static int nsw_uplink_check_member(const struct netdev_notifier_changeupper_info *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(&info->info);

	if (!info->linking || !nsw_uplink_is_below(info->upper_dev) ||
	    !nsw_uplink_leads_to_func(dev))
		return NOTIFY_DONE;
	NL_SET_ERR_MSG(netdev_notifier_info_to_extack(&info->info),
		       "an interface of an adapter cannot be below an external port: take a veth pair as cable");
	return notifier_from_errno(-EINVAL);
}

static int nsw_uplink_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct nsw_uplink *uplink;

	if (event == NETDEV_PRECHANGEUPPER)
		return nsw_uplink_check_member(ptr);
	uplink = nsw_uplink_find(dev);
	if (!uplink)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		nsw_uplink_update_carrier(uplink);
		break;
	case NETDEV_UNREGISTER:
		nsw_uplink_del(uplink);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		/* A team becomes what its first member is, a tap what its program says. */
		return NOTIFY_BAD;
	}
	return NOTIFY_DONE;
}

static struct notifier_block nsw_uplink_notifier = {
	.notifier_call = nsw_uplink_event,
};

int nsw_uplink_register(void)
{
	return register_netdevice_notifier(&nsw_uplink_notifier);
}

void nsw_uplink_unregister(void)
{
	unregister_netdevice_notifier(&nsw_uplink_notifier);
}
