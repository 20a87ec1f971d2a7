// SPDX-License-Identifier: GPL-2.0-only
/* Real frames through the switch: src/dp/ingress.c, src/dp/egress.c. */

#include <linux/if_vlan.h>

#include "fixture.h"

static int nsw_egress_test_init(struct kunit *test)
{
	test->priv = nsw_fixture_ready(test);
	return 0;
}

/* No frame is left: neither itself, nor a clone, nor a copy. */
static void nsw_egress_test_exit(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;

	if (!fx)
		return;
	nsw_fixture_reset(fx);
	KUNIT_EXPECT_EQ(test, page_count(fx->page), 1);
}

static struct sk_buff *nsw_egress_only(struct kunit *test, struct nsw_fixture_port *port)
{
	KUNIT_ASSERT_EQ(test, skb_queue_len(&port->frames), 1);
	return skb_peek(&port->frames);
}

static void nsw_egress_unicast_is_the_frame_itself(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;
	u32 one = nsw_fixture_member(fx, NSW_MAC(1));
	u32 two = nsw_fixture_member(fx, NSW_MAC(2));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 1);
	struct sk_buff *skb = nsw_fixture_skb(fx, NSW_MAC(2), NSW_MAC(1));
	struct nsw_stats_sum sum;

	nsw_fixture_send(fx, one, skb);
	KUNIT_EXPECT_PTR_EQ(test, nsw_egress_only(test, port), skb);
	KUNIT_EXPECT_FALSE(test, skb_cloned(skb));
	KUNIT_EXPECT_PTR_EQ(test, skb_mac_header(skb), skb->data);
	KUNIT_EXPECT_EQ(test, skb->len, NSW_FIXTURE_LEN);
	nsw_fixture_stats(fx, one, &sum);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, sum.tx_bytes, NSW_FIXTURE_LEN);
	nsw_fixture_stats(fx, two, &sum);
	KUNIT_EXPECT_EQ(test, sum.rx_packets, 1);
	KUNIT_EXPECT_EQ(test, sum.rx_bytes, NSW_FIXTURE_LEN);
	KUNIT_EXPECT_EQ(test, sum.rx_multicast, 0);
	KUNIT_EXPECT_EQ(test, sum.rx_broadcast, 0);
}

/* One clone for each port but the last, which takes the original. */
static void nsw_egress_broadcast_clones_for_all_but_one(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;
	u32 sender = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *ports[5];
	struct nsw_stats_sum sum;
	unsigned int i, originals = 0;
	struct sk_buff *skb, *got;

	ports[0] = nsw_fixture_vport_port(fx, 0);
	ports[1] = nsw_fixture_wire(fx);
	for (i = 2; i < 5; i++) {
		nsw_fixture_member(fx, NSW_MAC(i));
		ports[i] = nsw_fixture_vf_port(fx, i - 1);
	}
	skb = nsw_fixture_skb(fx, NSW_MAC_BROADCAST, NSW_MAC(1));
	nsw_fixture_send(fx, sender, skb);
	for (i = 0; i < 5; i++) {
		got = nsw_egress_only(test, ports[i]);
		originals += got == skb;
		KUNIT_EXPECT_PTR_EQ(test, skb_shinfo(got), skb_shinfo(skb));
		KUNIT_EXPECT_EQ(test, nsw_mac_pack(eth_hdr(got)->h_dest), NSW_MAC_BROADCAST);
	}
	KUNIT_EXPECT_EQ(test, originals, 1);
	/* 5 frames share the data: none of them was copied, none is left over. */
	KUNIT_EXPECT_EQ(test, atomic_read(&skb_shinfo(skb)->dataref) & SKB_DATAREF_MASK, 5);
	nsw_fixture_stats(fx, sender, &sum);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, sum.rx_packets, 0);
	nsw_fixture_stats(fx, 2, &sum);
	KUNIT_EXPECT_EQ(test, sum.rx_multicast, 1);
	nsw_fixture_stats(fx, NSW_FIXTURE_WIRE, &sum);
	KUNIT_EXPECT_EQ(test, sum.rx_packets, 1);
	KUNIT_EXPECT_EQ(test, sum.rx_multicast, 1);
}

/* From the wire: counted there as sent into the switch, and not sent back. */
static void nsw_egress_wire_does_not_hear_itself(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;
	struct nsw_fixture_port *wire = nsw_fixture_wire(fx);
	struct nsw_fixture_port *pf = nsw_fixture_vport_port(fx, 0);
	struct nsw_stats_sum sum;

	nsw_fixture_send(fx, NSW_FIXTURE_WIRE, nsw_fixture_skb(fx, NSW_MAC_BROADCAST, NSW_MAC(9)));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&wire->frames), 0);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&pf->frames), 1);
	nsw_fixture_stats(fx, NSW_FIXTURE_WIRE, &sum);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, sum.rx_packets, 0);
}

/* 3.1: the tag of a matched VID is removed and carried out of band. */
static void nsw_egress_tag_travels_in_the_metadata(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);
	struct sk_buff *skb;
	unsigned int i;

	nsw_fixture_filter(fx, vport, NSW_MAC(1), 5);
	for (i = 0; i < 2; i++) {
		skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(9));
		if (i) {
			skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021Q), 0x6005);
			KUNIT_ASSERT_NOT_NULL(test, skb);
		} else {
			__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0x6005);
		}
		nsw_fixture_send(fx, NSW_FIXTURE_WIRE, skb);
		skb = nsw_egress_only(test, port);
		KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
		KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 0x6005);
		KUNIT_EXPECT_EQ(test, ntohs(skb->vlan_proto), ETH_P_8021Q);
		KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), ETH_P_IP);
		KUNIT_EXPECT_EQ(test, skb->len, NSW_FIXTURE_LEN);
		__skb_queue_purge(&port->frames);
	}
}

/* Trap 3: a filter without VLAN takes a tag with VID 0, in either place. */
static void nsw_egress_priority_tag_is_no_vlan(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;
	struct nsw_fixture_port *port;
	struct sk_buff *skb;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(9));
	__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), 0xe000);
	nsw_fixture_send(fx, NSW_FIXTURE_WIRE, skb);
	skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(9));
	skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021Q), 0xe000);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	nsw_fixture_send(fx, NSW_FIXTURE_WIRE, skb);
	KUNIT_EXPECT_EQ(test, skb_queue_len(&port->frames), 2);
}

struct nsw_egress_pvlan_row {
	const char *desc;
	bool stag;
	/* TCI of the sender's own tag in the metadata; -1 for none. */
	int own;
	/* What is in the data afterwards. */
	u16 proto;
};

static const struct nsw_egress_pvlan_row nsw_egress_pvlan_rows[] = {
	{ "802.1Q, untagged", false, -1, ETH_P_IP },
	{ "802.1Q, priority tag is replaced", false, 0xe000, ETH_P_IP },
	{ "802.1ad, untagged", true, -1, ETH_P_IP },
	{ "802.1ad, priority tag is replaced", true, 0xe000, ETH_P_IP },
	{ "802.1ad, own tag is cargo", true, 7, ETH_P_8021Q },
};

KUNIT_ARRAY_PARAM_DESC(nsw_egress_pvlan, nsw_egress_pvlan_rows, desc);

/* Inserted on the way into the switch; stripped for receivers that live there, for no others. */
static void nsw_egress_port_vlan_tag(struct kunit *test)
{
	const struct nsw_egress_pvlan_row *row = test->param_value;
	unsigned int len = NSW_FIXTURE_LEN + (row->proto == ETH_P_IP ? 0 : VLAN_HLEN);
	struct nsw_fixture *fx = test->priv;
	struct nsw_fixture_port *wire = nsw_fixture_wire(fx);
	u32 sender = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *inside, *outside;
	struct sk_buff *skb;

	nsw_fixture_member(fx, NSW_MAC(2));
	inside = nsw_fixture_vf_port(fx, 1);
	outside = nsw_fixture_vport_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 3, row->stag, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 1, 5, 0, row->stag, NULL), 0);
	skb = nsw_fixture_skb(fx, NSW_MAC_BROADCAST, NSW_MAC(1));
	if (row->own >= 0)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), row->own);
	skb->csum = skb_checksum(skb, 0, skb->len, 0);
	skb->ip_summed = CHECKSUM_COMPLETE;
	nsw_fixture_send(fx, sender, skb);

	skb = nsw_egress_only(test, inside);
	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), row->proto);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), row->proto);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	skb = nsw_egress_only(test, outside);
	KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 3 << VLAN_PRIO_SHIFT | 5);
	skb = nsw_egress_only(test, wire);
	KUNIT_EXPECT_TRUE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 3 << VLAN_PRIO_SHIFT | 5);
	KUNIT_EXPECT_EQ(test, ntohs(skb->vlan_proto), row->stag ? ETH_P_8021AD : ETH_P_8021Q);
	KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), row->proto);
	KUNIT_EXPECT_PTR_EQ(test, skb_mac_header(skb), skb->data);
	if (row->proto == ETH_P_8021Q)
		KUNIT_EXPECT_EQ(test, ntohs(vlan_eth_hdr(skb)->h_vlan_TCI), row->own);
	/* A sum over the whole frame still is one, or there is none. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		KUNIT_EXPECT_EQ(test, (__force u16)csum_fold(skb->csum),
				(__force u16)csum_fold(skb_checksum(skb, 0, skb->len, 0)));
}

/* From the wire into a port VLAN: the outer tag goes, cargo stays. */
static void nsw_egress_port_vlan_from_the_wire(struct kunit *test)
{
	struct nsw_fixture *fx = test->priv;
	struct nsw_fixture_port *port;
	struct sk_buff *skb;

	nsw_fixture_member(fx, NSW_MAC(1));
	port = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, 0, 5, 0, true, NULL), 0);
	skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(9));
	skb_reset_mac_header(skb);
	skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021Q), 7);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021AD), 5);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	nsw_fixture_send(fx, NSW_FIXTURE_WIRE, skb);
	skb = nsw_egress_only(test, port);
	KUNIT_EXPECT_FALSE(test, skb_vlan_tag_present(skb));
	KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), ETH_P_8021Q);
	KUNIT_EXPECT_EQ(test, ntohs(vlan_eth_hdr(skb)->h_vlan_TCI), 7);
}

static struct kunit_case nsw_egress_cases[] = {
	KUNIT_CASE(nsw_egress_unicast_is_the_frame_itself),
	KUNIT_CASE(nsw_egress_broadcast_clones_for_all_but_one),
	KUNIT_CASE(nsw_egress_wire_does_not_hear_itself),
	KUNIT_CASE(nsw_egress_tag_travels_in_the_metadata),
	KUNIT_CASE(nsw_egress_priority_tag_is_no_vlan),
	KUNIT_CASE_PARAM(nsw_egress_port_vlan_tag, nsw_egress_pvlan_gen_params),
	KUNIT_CASE(nsw_egress_port_vlan_from_the_wire),
	{}
};

static struct kunit_suite nsw_egress_suite = {
	.name = "nsw_egress",
	.init = nsw_egress_test_init,
	.exit = nsw_egress_test_exit,
	.test_cases = nsw_egress_cases,
};

kunit_test_suite(nsw_egress_suite);
