// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bpf.h>
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/gso.h>
#include <net/xdp.h>
#include "netdev/func.h"
#include "netdev/queue.h"
#include "netdev/xdp.h"

/*
 * Frames come as sk_buffs that their senders may still hold, cloned, segmented
 * later or with their checksum undone. A program sees what a NIC would show it:
 * one frame on the wire, complete, in one page of its own with headroom.
 */

#define NSW_XDP_SPACE	(SKB_WITH_OVERHEAD(PAGE_SIZE) - XDP_PACKET_HEADROOM)
/* One tag of our own, and one as cargo. */
#define NSW_XDP_MTU_MAX	(NSW_XDP_SPACE - ETH_HLEN - 2 * VLAN_HLEN)

static int nsw_xdp_set_prog(struct net_device *dev, struct bpf_prog *prog,
			    struct netlink_ext_ack *extack)
{
	struct nsw_func *func = netdev_priv(dev);
	struct bpf_prog *old = rtnl_dereference(func->xdp_prog);

	if (prog && dev->mtu > NSW_XDP_MTU_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "an XDP program needs an MTU of at most %lu",
				   (unsigned long)NSW_XDP_MTU_MAX);
		return -EOPNOTSUPP;
	}
	dev->max_mtu = prog ? NSW_XDP_MTU_MAX : NSW_FUNC_MTU_MAX;
	rcu_assign_pointer(func->xdp_prog, prog);
	if (old)
		bpf_prog_put(old);
	return 0;
}

int nsw_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf)
{
	ASSERT_RTNL();
	if (bpf->command == XDP_SETUP_PROG)
		return nsw_xdp_set_prog(dev, bpf->prog, bpf->extack);
	return -EINVAL;
}

int nsw_xdp_xmit(struct net_device *dev, int num, struct xdp_frame **frames, u32 flags)
{
	struct sk_buff *skb;
	int i;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;
	if (unlikely(!netif_running(dev)))
		return -ENETDOWN;
	for (i = 0; i < num; i++) {
		skb = xdp_build_skb_from_frame(frames[i], dev);
		if (unlikely(!skb))
			break;
		skb_reset_network_header(skb);
		__skb_push(skb, ETH_HLEN);
		nsw_func_xmit(skb, dev);
	}
	return i;
}

static void nsw_xdp_count(struct nsw_queue *queue, u64_stats_t *counter)
{
	u64_stats_update_begin(&queue->stats.syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&queue->stats.syncp);
}

static struct sk_buff *nsw_xdp_copy(struct sk_buff *skb)
{
	struct sk_buff *copy;
	struct page *page;
	int offset;

	if (unlikely(skb->len > NSW_XDP_SPACE))
		return NULL;
	page = dev_alloc_page();
	if (unlikely(!page))
		return NULL;
	copy = build_skb(page_address(page), PAGE_SIZE);
	if (unlikely(!copy)) {
		__free_page(page);
		return NULL;
	}
	skb_reserve(copy, XDP_PACKET_HEADROOM);
	skb_copy_header(copy, skb);
	offset = skb_headroom(copy) - skb_headroom(skb);
	skb_headers_offset_update(copy, offset);
	if (unlikely(skb_copy_bits(skb, 0, copy->data, skb->len))) {
		kfree_skb(copy);
		return NULL;
	}
	skb_put(copy, skb->len);
	consume_skb(skb);
	return copy;
}

/* skb->data is the Ethernet header now. NULL: it is lost. */
static struct sk_buff *nsw_xdp_complete(struct sk_buff *skb)
{
	struct sk_buff *copy;

	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0))
		goto free_skb;
	if (skb_vlan_tag_present(skb)) {
		skb = __vlan_hwaccel_push_inside(skb);
		if (!skb)
			return NULL;
		skb_reset_mac_header(skb);
	}
	if (!skb_shared(skb) && !skb_head_is_locked(skb) && !skb_is_nonlinear(skb) &&
	    skb_headroom(skb) >= XDP_PACKET_HEADROOM)
		return skb;
	copy = nsw_xdp_copy(skb);
	if (copy)
		return copy;
free_skb:
	kfree_skb(skb);
	return NULL;
}

/* The program may have moved both ends. */
static void nsw_xdp_update_skb(struct sk_buff *skb, const struct xdp_buff *xdp)
{
	int metalen = xdp->data - xdp->data_meta;

	skb->data = xdp->data;
	skb->len = xdp->data_end - xdp->data;
	skb_set_tail_pointer(skb, skb->len);
	skb_reset_mac_header(skb);
	/* A sum over the frame as it came says nothing any more. */
	skb->ip_summed = skb->ip_summed == CHECKSUM_UNNECESSARY ? CHECKSUM_UNNECESSARY :
								  CHECKSUM_NONE;
	if (metalen > 0)
		skb_metadata_set(skb, metalen);
	else
		skb_metadata_clear(skb);
}

static void nsw_xdp_transmit(struct nsw_queue *queue, struct sk_buff *skb)
{
	skb_set_queue_mapping(skb, 0);
	skb_set_network_header(skb, ETH_HLEN);
	nsw_xdp_count(queue, &queue->stats.xdp.tx);
	nsw_func_xmit(skb, queue->dev);
}

/* The page goes on without its sk_buff. */
static void nsw_xdp_redirect(struct nsw_queue *queue, struct bpf_prog *prog, struct sk_buff *skb,
			     struct xdp_buff *xdp)
{
	get_page(virt_to_page(xdp->data));
	consume_skb(skb);
	if (unlikely(xdp_do_redirect(queue->dev, xdp, prog))) {
		xdp_return_buff(xdp);
		nsw_xdp_count(queue, &queue->stats.xdp.errors);
		return;
	}
	queue->redirected = true;
	nsw_xdp_count(queue, &queue->stats.xdp.redirects);
}

static struct sk_buff *nsw_xdp_run(struct nsw_queue *queue, struct bpf_prog *prog,
				   struct sk_buff *skb)
{
	struct xdp_buff xdp;
	u32 act;

	skb = nsw_xdp_complete(skb);
	if (unlikely(!skb)) {
		nsw_xdp_count(queue, &queue->stats.xdp.errors);
		return NULL;
	}
	xdp_init_buff(&xdp, skb_end_pointer(skb) - skb->head +
		      SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), &queue->xdp_rxq);
	xdp_prepare_buff(&xdp, skb->head, skb_headroom(skb), skb->len, true);
	act = bpf_prog_run_xdp(prog, &xdp);
	switch (act) {
	case XDP_PASS:
		nsw_xdp_update_skb(skb, &xdp);
		/* It may be addressed to somebody else now. */
		skb->pkt_type = PACKET_HOST;
		skb->protocol = eth_type_trans(skb, queue->dev);
		skb_reset_network_header(skb);
		return skb;
	case XDP_TX:
		nsw_xdp_update_skb(skb, &xdp);
		nsw_xdp_transmit(queue, skb);
		return NULL;
	case XDP_REDIRECT:
		nsw_xdp_redirect(queue, prog, skb, &xdp);
		return NULL;
	default:
		bpf_warn_invalid_xdp_action(queue->dev, prog, act);
		fallthrough;
	case XDP_ABORTED:
		trace_xdp_exception(queue->dev, prog, act);
		fallthrough;
	case XDP_DROP:
		break;
	}
	nsw_xdp_count(queue, &queue->stats.xdp.drops);
	kfree_skb_reason(skb, SKB_DROP_REASON_XDP);
	return NULL;
}

struct sk_buff *nsw_xdp_receive(struct nsw_queue *queue, struct bpf_prog *prog,
				struct sk_buff *skb)
{
	struct sk_buff *segs, *next, *first = NULL, **last = &first;

	__skb_push(skb, skb->data - skb_mac_header(skb));
	if (skb_is_gso(skb)) {
		segs = skb_gso_segment(skb, 0);
		if (IS_ERR_OR_NULL(segs)) {
			nsw_xdp_count(queue, &queue->stats.xdp.errors);
			kfree_skb(skb);
			return NULL;
		}
		consume_skb(skb);
		skb = segs;
	}
	for (; skb; skb = next) {
		next = skb->next;
		skb_mark_not_on_list(skb);
		*last = nsw_xdp_run(queue, prog, skb);
		if (*last)
			last = &(*last)->next;
	}
	return first;
}
