// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames as no socket can make them, through the switch: src/dp. Each lies in memory in some
 * odd way, may be anybody's clone, and may stand for many in each way that the kernel has.
 * Whatever becomes of it: it is counted, it is whole where it arrives, and nothing is left of it.
 */

#include <linux/if_vlan.h>
#include <linux/prandom.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "fixture.h"
#include "model/fault.h"

#define NSW_ROUGH_MAX		600
#define NSW_ROUGH_FRAMES	4000
#define NSW_ROUGH_VFS		3
/* VPort 0, those of the VFs, and the wire. */
#define NSW_ROUGH_PORTS		(1 + NSW_ROUGH_VFS + 1)
#define NSW_ROUGH_MAC(port)	NSW_MAC(1 + (port))

/* All that 6.1 and 6.12 have. */
static const unsigned int nsw_rough_offloads[] = {
	SKB_GSO_TCPV4, SKB_GSO_DODGY, SKB_GSO_TCP_ECN, SKB_GSO_TCP_FIXEDID, SKB_GSO_TCPV6,
	SKB_GSO_FCOE, SKB_GSO_GRE, SKB_GSO_GRE_CSUM, SKB_GSO_IPXIP4, SKB_GSO_IPXIP6,
	SKB_GSO_UDP_TUNNEL, SKB_GSO_UDP_TUNNEL_CSUM, SKB_GSO_PARTIAL, SKB_GSO_TUNNEL_REMCSUM,
	SKB_GSO_SCTP, SKB_GSO_ESP, SKB_GSO_UDP, SKB_GSO_UDP_L4, SKB_GSO_FRAGLIST,
};

enum nsw_rough_shape {
	NSW_ROUGH_LINEAR,
	NSW_ROUGH_FRAGS,	/* some bytes in the head, the others in up to four fragments */
	NSW_ROUGH_LIST,		/* the same, and a list of further sk_buffs */
	NSW_ROUGH_SHAPES,
};

struct nsw_rough {
	struct nsw_fixture *fx;
	struct rnd_state rnd;
	struct nsw_fixture_port *ports[NSW_ROUGH_PORTS];
	/* The frame; the addresses are at the front. */
	u8 data[NSW_ROUGH_MAX];
	unsigned int len;
	unsigned int offload;
	u16 size;
	/* Bytes in front of what arrives as it was sent: addresses, type, and tags. */
	unsigned int head;
};

static u32 nsw_rough_below(struct nsw_rough *rough, u32 end)
{
	return prandom_u32_state(&rough->rnd) % end;
}

static u32 nsw_rough_id(unsigned int port)
{
	return port == NSW_ROUGH_PORTS - 1 ? NSW_FIXTURE_WIRE : port;
}

static struct nsw_rough *nsw_rough_create(struct kunit *test, u64 seed)
{
	struct nsw_rough *rough = kunit_kzalloc(test, sizeof(*rough), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, rough);
	prandom_seed_state(&rough->rnd, seed);
	rough->fx = nsw_fixture_ready(test);
	rough->ports[0] = nsw_fixture_vport_port(rough->fx, 0);
	for (i = 1; i <= NSW_ROUGH_VFS; i++) {
		KUNIT_ASSERT_EQ(test, nsw_fixture_member(rough->fx, NSW_ROUGH_MAC(i)), i);
		rough->ports[i] = nsw_fixture_vf_port(rough->fx, i - 1);
	}
	rough->ports[i] = nsw_fixture_wire(rough->fx);
	return rough;
}

/* Port VLANs, the source check, receivers that refuse, and a fault that takes frames away. */
static void nsw_rough_configure(struct nsw_rough *rough)
{
	struct nsw_fault_params fault = { .kind = NSW_FAULT_KIND_DROP, .vport = 3, .every = 3 };
	struct nsw_fixture *fx = rough->fx;
	u32 id, vf = nsw_rough_below(rough, NSW_ROUGH_VFS);
	unsigned int port = nsw_rough_below(rough, NSW_ROUGH_PORTS);

	KUNIT_EXPECT_EQ(fx->test, nsw_policy_set_port_vlan(&fx->sw, vf,
							   nsw_rough_below(rough, 2) ? 5 : 0, 0,
							   nsw_rough_below(rough, 2), NULL), 0);
	KUNIT_EXPECT_EQ(fx->test, nsw_policy_set_spoofchk(&fx->sw, vf, nsw_rough_below(rough, 2),
							  NULL), 0);
	rough->ports[port]->answer = nsw_rough_below(rough, 2) ? NSW_DROP_RX_FULL : NSW_DROP_NONE;
	if (!nsw_rough_below(rough, 8) && !fx->sw.faults.num)
		KUNIT_EXPECT_EQ(fx->test, nsw_fault_add(&fx->sw, &fault, &id, NULL), 0);
}

static void nsw_rough_write(struct nsw_rough *rough, unsigned int in)
{
	static const u64 groups[] = { NSW_MAC_BROADCAST, NSW_GROUP(1), NSW_ROUGH_MAC(77) };
	unsigned int to = nsw_rough_below(rough, NSW_ROUGH_PORTS + ARRAY_SIZE(groups));
	unsigned int tags = nsw_rough_below(rough, 12), at = 2 * ETH_ALEN;
	u64 dst = to < NSW_ROUGH_PORTS ? NSW_ROUGH_MAC(to) : groups[to - NSW_ROUGH_PORTS];
	u64 src = NSW_ROUGH_MAC(nsw_rough_below(rough, 8) ? in : 1);
	static const unsigned int short_ones[] = { 0, 1, 13, 14, 15, 17, 18, 19 };

	prandom_bytes_state(&rough->rnd, rough->data, sizeof(rough->data));
	u64_to_ether_addr(dst, rough->data);
	u64_to_ether_addr(src, rough->data + ETH_ALEN);
	/* mostly none, and sometimes more than anybody looks through */
	for (tags = tags < 6 ? 0 : tags - 5; tags; tags--, at += VLAN_HLEN) {
		put_unaligned_be16(nsw_rough_below(rough, 2) ? ETH_P_8021Q : ETH_P_8021AD,
				   rough->data + at);
		put_unaligned_be16(nsw_rough_below(rough, 3) ? 0 : 5, rough->data + at + 2);
	}
	put_unaligned_be16(ETH_P_IP, rough->data + at);
	rough->head = at + 2;
	rough->len = rough->head + nsw_rough_below(rough, sizeof(rough->data) - rough->head);
	if (!nsw_rough_below(rough, 6))
		rough->len = short_ones[nsw_rough_below(rough, ARRAY_SIZE(short_ones))];
}

static void nsw_rough_add_frags(struct nsw_rough *rough, struct sk_buff *skb, unsigned int at,
				unsigned int end)
{
	unsigned int i, size;

	memcpy(page_address(rough->fx->page), rough->data, rough->len);
	for (i = 0; at < end && i < 4; i++, at += size) {
		/* one may be empty */
		size = i == 3 ? end - at : nsw_rough_below(rough, end - at + 1);
		get_page(rough->fx->page);
		skb_add_rx_frag(skb, i, rough->fx->page, at, size, size);
	}
}

static void nsw_rough_add_list(struct nsw_rough *rough, struct sk_buff *skb, unsigned int at)
{
	struct sk_buff **last = &skb_shinfo(skb)->frag_list, *one;
	unsigned int size;

	for (; at < rough->len; at += size, last = &one->next) {
		size = 1 + nsw_rough_below(rough, rough->len - at);
		one = alloc_skb(size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(rough->fx->test, one);
		*last = one;
		skb_put_data(one, rough->data + at, size);
		skb->len += size;
		skb->data_len += size;
		skb->truesize += one->truesize;
	}
}

/* What does not lie in the data. */
static void nsw_rough_decorate(struct nsw_rough *rough, struct sk_buff *skb)
{
	unsigned int i, num;

	skb->protocol = htons(ETH_P_IP);
	if (!nsw_rough_below(rough, 4))
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), nsw_rough_below(rough, 2) * 5);
	switch (nsw_rough_below(rough, 4)) {
	case 0:
		skb->ip_summed = CHECKSUM_COMPLETE;
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
		break;
	case 1:
		skb->ip_summed = CHECKSUM_PARTIAL;
		skb->csum_start = skb_headroom(skb) + nsw_rough_below(rough, 60);
		skb->csum_offset = 6;
		break;
	case 2:
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		break;
	}
	rough->offload = 0;
	rough->size = 0;
	for (num = nsw_rough_below(rough, 4); num; num--) {
		i = nsw_rough_below(rough, ARRAY_SIZE(nsw_rough_offloads));
		rough->offload |= nsw_rough_offloads[i];
	}
	if (rough->offload)
		rough->size = nsw_rough_below(rough, 4) ? 1 + nsw_rough_below(rough, 1000) :
							  GSO_BY_FRAGS;
	skb_shinfo(skb)->gso_type = rough->offload;
	skb_shinfo(skb)->gso_size = rough->size;
	skb_shinfo(skb)->gso_segs = nsw_rough_below(rough, 1000);
	skb->encapsulation = !nsw_rough_below(rough, 4);
}

static struct sk_buff *nsw_rough_skb(struct nsw_rough *rough)
{
	static const unsigned int heads[] = { 0, 1, 5, 13, 14, 16, 60 };
	static const unsigned int rooms[] = { 0, NET_IP_ALIGN, 64 };
	enum nsw_rough_shape shape = nsw_rough_below(rough, NSW_ROUGH_SHAPES);
	unsigned int room = rooms[nsw_rough_below(rough, ARRAY_SIZE(rooms))];
	unsigned int linear = rough->len, list = rough->len;
	struct sk_buff *skb;

	if (shape != NSW_ROUGH_LINEAR)
		linear = min(linear, heads[nsw_rough_below(rough, ARRAY_SIZE(heads))]);
	if (shape == NSW_ROUGH_LIST)
		list = linear + nsw_rough_below(rough, rough->len - linear + 1);
	skb = alloc_skb(room + linear, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(rough->fx->test, skb);
	skb_reserve(skb, room);
	skb_put_data(skb, rough->data, linear);
	nsw_rough_add_frags(rough, skb, linear, list);
	nsw_rough_add_list(rough, skb, list);
	KUNIT_ASSERT_EQ(rough->fx->test, skb->len, rough->len);
	nsw_rough_decorate(rough, skb);
	return skb;
}

/* One that has arrived is well-formed, and has all that was behind the tags. */
static void nsw_rough_expect_whole(struct nsw_rough *rough, struct sk_buff *skb)
{
	struct kunit *test = rough->fx->test;
	unsigned int payload = rough->len - rough->head;
	u8 *copy;

	KUNIT_EXPECT_PTR_EQ(test, skb_mac_header(skb), skb->data);
	KUNIT_EXPECT_GE(test, skb_headlen(skb), ETH_HLEN);
	/* Whoever pulls a head has the rest checked. */
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type | SKB_GSO_DODGY,
			rough->offload | SKB_GSO_DODGY);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, rough->size);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, rough->data, 2 * ETH_ALEN), 0);
	if (rough->len < rough->head)
		return;
	KUNIT_ASSERT_GE(test, skb->len, ETH_HLEN + payload);
	copy = kunit_kzalloc(test, NSW_ROUGH_MAX, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, skb_copy_bits(skb, skb->len - payload, copy, payload), 0);
	KUNIT_EXPECT_EQ(test, memcmp(copy, rough->data + rough->head, payload), 0);
	kunit_kfree(test, copy);
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		KUNIT_EXPECT_GE(test, skb_checksum_start_offset(skb), ETH_HLEN);
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		KUNIT_EXPECT_EQ(test, (__force u16)csum_fold(skb->csum),
				(__force u16)csum_fold(skb_checksum(skb, 0, skb->len, 0)));
}

static u64 nsw_rough_drops(const struct nsw_stats_sum *sum)
{
	u64 drops = 0;
	unsigned int i;

	for (i = 0; i <= NSW_DROP_MAX; i++)
		drops += sum->drops[i];
	return drops;
}

/* Sent, or dropped for a reason; and each copy arrives, or is dropped for a reason. */
static void nsw_rough_account(struct nsw_rough *rough, unsigned int in,
			      const struct nsw_stats_sum *before)
{
	struct kunit *test = rough->fx->test;
	u64 sent = 0, copies = 0;
	struct nsw_stats_sum sum;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < NSW_ROUGH_PORTS; i++) {
		nsw_fixture_stats(rough->fx, nsw_rough_id(i), &sum);
		nsw_stats_sub(&sum, &before[i]);
		KUNIT_EXPECT_EQ(test, sum.rx_packets, skb_queue_len(&rough->ports[i]->frames));
		while ((skb = __skb_dequeue(&rough->ports[i]->frames))) {
			nsw_rough_expect_whole(rough, skb);
			sum.rx_bytes -= skb->len;
			kfree_skb(skb);
		}
		KUNIT_EXPECT_EQ(test, sum.rx_bytes, 0);
		if (i == in) {
			sent = sum.tx_packets;
			KUNIT_EXPECT_EQ(test, sum.rx_packets, 0);
			KUNIT_EXPECT_EQ(test, sent + nsw_rough_drops(&sum), 1);
		} else {
			KUNIT_EXPECT_EQ(test, sum.tx_packets, 0);
			copies += sum.rx_packets + nsw_rough_drops(&sum);
		}
	}
	KUNIT_EXPECT_GE(test, copies, sent);
	KUNIT_EXPECT_LE(test, copies, !sent ? 0 : rough->data[0] & 1 ? NSW_ROUGH_PORTS - 1 : 1);
}

/* What somebody else holds of a frame stays as it was. */
static void nsw_rough_expect_untouched(struct nsw_rough *rough, struct sk_buff *clone)
{
	struct kunit *test = rough->fx->test;
	u8 *copy = kunit_kzalloc(test, NSW_ROUGH_MAX, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, clone->len, rough->len);
	KUNIT_EXPECT_EQ(test, skb_copy_bits(clone, 0, copy, rough->len), 0);
	KUNIT_EXPECT_EQ(test, memcmp(copy, rough->data, rough->len), 0);
	kunit_kfree(test, copy);
	kfree_skb(clone);
}

static void nsw_rough_step(struct nsw_rough *rough)
{
	unsigned int i, in = nsw_rough_below(rough, NSW_ROUGH_PORTS);
	struct nsw_stats_sum before[NSW_ROUGH_PORTS];
	struct sk_buff *skb, *clone = NULL;

	nsw_rough_write(rough, in);
	skb = nsw_rough_skb(rough);
	if (!nsw_rough_below(rough, 3))
		clone = skb_clone(skb, GFP_KERNEL);
	for (i = 0; i < NSW_ROUGH_PORTS; i++)
		nsw_fixture_stats(rough->fx, nsw_rough_id(i), &before[i]);
	nsw_fixture_send(rough->fx, nsw_rough_id(in), skb);
	nsw_rough_account(rough, in, before);
	if (clone)
		nsw_rough_expect_untouched(rough, clone);
	KUNIT_EXPECT_EQ(rough->fx->test, page_count(rough->fx->page), 1);
}

static void nsw_rough_frames_are_counted_and_whole(struct kunit *test)
{
	u64 seed = nsw_random_seed ?: get_random_u32();
	struct nsw_rough *rough = nsw_rough_create(test, seed);
	unsigned int i;

	kunit_info(test, "seed=%llu", seed);
	for (i = 0; i < NSW_ROUGH_FRAMES && test->status == KUNIT_SUCCESS; i++) {
		if (i % 16 == 0)
			nsw_rough_configure(rough);
		nsw_rough_step(rough);
	}
	KUNIT_EXPECT_EQ_MSG(test, (int)test->status, KUNIT_SUCCESS, "seed=%llu, frame %u", seed, i);
}

/* Datagrams of so many bytes, as one frame. */
#define NSW_ROUGH_UDP_HEAD	(ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr))
#define NSW_ROUGH_SEGMENT	100
#define NSW_ROUGH_SEGMENTS	4

static void nsw_rough_put_headers(struct sk_buff *skb, unsigned int payload)
{
	struct iphdr *ip;
	struct udphdr *udp;
	struct ethhdr *eth;

	eth = skb_put_zero(skb, ETH_HLEN);
	u64_to_ether_addr(NSW_ROUGH_MAC(2), eth->h_dest);
	u64_to_ether_addr(NSW_ROUGH_MAC(1), eth->h_source);
	eth->h_proto = htons(ETH_P_IP);
	ip = skb_put_zero(skb, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(sizeof(*ip) + sizeof(*udp) + payload);
	ip->ttl = 64;
	ip->protocol = IPPROTO_UDP;
	ip->saddr = htonl(0x0a000001);
	ip->daddr = htonl(0x0a000002);
	ip_send_check(ip);
	udp = skb_put_zero(skb, sizeof(*udp));
	udp->source = htons(1);
	udp->dest = htons(2);
	udp->len = htons(sizeof(*udp) + payload);
	skb->protocol = htons(ETH_P_IP);
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_transport_header(skb, ETH_HLEN + sizeof(*ip));
}

static struct sk_buff *nsw_rough_datagram(struct nsw_rough *rough, unsigned int payload)
{
	struct sk_buff *skb = alloc_skb(64 + NSW_ROUGH_UDP_HEAD + payload, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(rough->fx->test, skb);
	skb_reserve(skb, 64);
	nsw_rough_put_headers(skb, payload);
	memset(skb_put(skb, payload), 'a', payload);
	return skb;
}

/* As GRO makes it of frames that are to be forwarded: one after another in a list. */
static struct sk_buff *nsw_rough_list_of_datagrams(struct nsw_rough *rough)
{
	struct sk_buff *skb = nsw_rough_datagram(rough, NSW_ROUGH_SEGMENT), *one;
	struct sk_buff **last = &skb_shinfo(skb)->frag_list;
	unsigned int i;

	for (i = 1; i < NSW_ROUGH_SEGMENTS; i++, last = &one->next) {
		one = nsw_rough_datagram(rough, NSW_ROUGH_SEGMENT);
		skb_pull(one, NSW_ROUGH_UDP_HEAD);
		*last = one;
		skb->len += one->len;
		skb->data_len += one->len;
		skb->truesize += one->truesize;
	}
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST;
	return skb;
}

/* As a socket makes it: to be cut up later. */
static struct sk_buff *nsw_rough_large_datagram(struct nsw_rough *rough)
{
	struct sk_buff *skb = nsw_rough_datagram(rough, NSW_ROUGH_SEGMENTS * NSW_ROUGH_SEGMENT);
	struct udphdr *udp = udp_hdr(skb);

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct udphdr, check);
	udp->check = ~csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, ntohs(udp->len),
					IPPROTO_UDP, 0);
	skb_shinfo(skb)->gso_type = SKB_GSO_UDP_L4;
	return skb;
}

static unsigned int nsw_rough_wrong_bytes(const struct sk_buff *skb)
{
	unsigned int at, wrong = 0;

	for (at = NSW_ROUGH_UDP_HEAD; at < skb_headlen(skb); at++)
		wrong += skb->data[at] != 'a';
	return wrong;
}

/* One bit of the first frame is wrong; whoever else holds them has them as they were. */
static void nsw_rough_corrupted_one_is_cut_up(struct kunit *test)
{
	struct nsw_fault_params fault = { .kind = NSW_FAULT_KIND_CORRUPT, .vport = 2, .every = 1 };
	struct nsw_rough *rough = nsw_rough_create(test, 1);
	struct sk_buff_head *frames = &rough->ports[2]->frames;
	struct sk_buff *skb, *clone;
	unsigned int i;
	u32 id;

	KUNIT_ASSERT_EQ(test, nsw_fault_add(&rough->fx->sw, &fault, &id, NULL), 0);
	for (i = 0; i < 4; i++) {
		skb = i & 1 ? nsw_rough_list_of_datagrams(rough) : nsw_rough_large_datagram(rough);
		skb_shinfo(skb)->gso_size = NSW_ROUGH_SEGMENT;
		skb_shinfo(skb)->gso_segs = NSW_ROUGH_SEGMENTS;
		clone = i & 2 ? skb_clone(skb, GFP_KERNEL) : NULL;
		nsw_fixture_send(rough->fx, 1, skb);
		KUNIT_EXPECT_EQ_MSG(test, skb_queue_len(frames), NSW_ROUGH_SEGMENTS, "case %u", i);
		skb_queue_walk(frames, skb) {
			KUNIT_EXPECT_EQ(test, skb->len, NSW_ROUGH_UDP_HEAD + NSW_ROUGH_SEGMENT);
			KUNIT_EXPECT_FALSE(test, skb_is_nonlinear(skb) || skb_is_gso(skb));
			KUNIT_EXPECT_LE(test, nsw_rough_wrong_bytes(skb),
					skb == skb_peek(frames) ? 1 : 0);
		}
		__skb_queue_purge(frames);
		if (clone) {
			KUNIT_EXPECT_EQ(test, nsw_rough_wrong_bytes(clone), 0);
			kfree_skb(clone);
		}
	}
}

static struct kunit_case nsw_rough_cases[] = {
	KUNIT_CASE(nsw_rough_frames_are_counted_and_whole),
	KUNIT_CASE(nsw_rough_corrupted_one_is_cut_up),
	{}
};

static struct kunit_suite nsw_rough_suite = {
	.name = "nsw_rough",
	.test_cases = nsw_rough_cases,
};

kunit_test_suite(nsw_rough_suite);
