// SPDX-License-Identifier: GPL-2.0-only
/* The head of a frame: src/dp/frame.c. */

#include <linux/if_vlan.h>

#include "dp/frame.h"
#include "fixture.h"

#define NSW_FRAME_NO_TAG	(-1)

/* TCIs of the tags, outermost first; where the first of them is; what the switch sees. */
struct nsw_frame_row {
	const char *desc;
	u16 proto;
	int outer;
	int inner;
	bool in_band;
	nsw_vlan_t vlan;
};

static const struct nsw_frame_row nsw_frame_rows[] = {
	{ "untagged", 0, NSW_FRAME_NO_TAG, NSW_FRAME_NO_TAG, false, 0 },
	{ "metadata, VID 5", ETH_P_8021Q, 5, NSW_FRAME_NO_TAG, false, 5 },
	{ "data, VID 5", ETH_P_8021Q, 5, NSW_FRAME_NO_TAG, true, 5 },
	{ "metadata, VID 5, priority 6, DEI", ETH_P_8021Q, 0xd005, NSW_FRAME_NO_TAG, false, 5 },
	{ "data, VID 4095", ETH_P_8021Q, 4095, NSW_FRAME_NO_TAG, true, 4095 },
	/* Trap 3: a priority tag is a tag with VID 0. */
	{ "metadata, VID 0", ETH_P_8021Q, 0xe000, NSW_FRAME_NO_TAG, false, 0 },
	{ "data, VID 0", ETH_P_8021Q, 0xe000, NSW_FRAME_NO_TAG, true, 0 },
	{ "metadata, 802.1ad 5", ETH_P_8021AD, 5, NSW_FRAME_NO_TAG, false, NSW_VLAN_S | 5 },
	{ "data, 802.1ad 5", ETH_P_8021AD, 5, NSW_FRAME_NO_TAG, true, NSW_VLAN_S | 5 },
	{ "data, 802.1ad VID 0", ETH_P_8021AD, 0, NSW_FRAME_NO_TAG, true, 0 },
	/* The outer tag counts, wherever it is; the inner stays where it was. */
	{ "metadata 802.1ad 5, data 802.1Q 7", ETH_P_8021AD, 5, 7, false, NSW_VLAN_S | 5 },
	{ "data 802.1ad 5, data 802.1Q 7", ETH_P_8021AD, 5, 7, true, NSW_VLAN_S | 5 },
	{ "data 802.1Q 5, data 802.1Q 7", ETH_P_8021Q, 5, 7, true, 5 },
};

KUNIT_ARRAY_PARAM_DESC(nsw_frame, nsw_frame_rows, desc);

static struct sk_buff *nsw_frame_build(struct nsw_fixture *fx, const struct nsw_frame_row *row)
{
	struct sk_buff *skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(2));

	skb_reset_mac_header(skb);
	if (row->inner != NSW_FRAME_NO_TAG)
		skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021Q), row->inner);
	if (skb && row->outer != NSW_FRAME_NO_TAG && row->in_band)
		skb = vlan_insert_tag_set_proto(skb, htons(row->proto), row->outer);
	KUNIT_ASSERT_NOT_NULL(fx->test, skb);
	if (row->outer != NSW_FRAME_NO_TAG && !row->in_band)
		__vlan_hwaccel_put_tag(skb, htons(row->proto), row->outer);
	return skb;
}

static void nsw_frame_outer_tag_ends_in_the_metadata(struct kunit *test)
{
	const struct nsw_frame_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	bool tagged = row->outer != NSW_FRAME_NO_TAG;
	struct nsw_frame frame = { };
	struct sk_buff *skb = nsw_frame_build(fx, row);
	__be16 proto = htons(ETH_P_IP);
	unsigned int len = NSW_FIXTURE_LEN;

	KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame), NSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, frame.dst, NSW_MAC(1));
	KUNIT_EXPECT_EQ(test, frame.src, NSW_MAC(2));
	KUNIT_EXPECT_EQ(test, frame.vlan, row->vlan);
	KUNIT_EXPECT_EQ(test, frame.tagged, row->vlan != 0);
	KUNIT_EXPECT_EQ(test, !!skb_vlan_tag_present(skb), tagged);
	if (tagged) {
		KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), row->outer);
		KUNIT_EXPECT_EQ(test, ntohs(skb->vlan_proto), row->proto);
	}
	if (row->inner != NSW_FRAME_NO_TAG) {
		proto = htons(ETH_P_8021Q);
		len += VLAN_HLEN;
	}
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_EXPECT_PTR_EQ(test, skb_mac_header(skb), skb->data);
	KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), ntohs(proto));
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), ntohs(proto));
	KUNIT_EXPECT_EQ(test, nsw_mac_pack(eth_hdr(skb)->h_dest), NSW_MAC(1));
	KUNIT_EXPECT_EQ(test, nsw_mac_pack(eth_hdr(skb)->h_source), NSW_MAC(2));
	kfree_skb(skb);
	KUNIT_EXPECT_EQ(test, page_count(fx->page), 1);
}

/* A sum over the whole frame, as a NIC makes it, stays one. */
static void nsw_frame_checksum_follows_the_tag(struct kunit *test)
{
	const struct nsw_frame_row *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct sk_buff *skb = nsw_frame_build(fx, row);
	struct nsw_frame frame;

	skb->csum = skb_checksum(skb, 0, skb->len, 0);
	skb->ip_summed = CHECKSUM_COMPLETE;
	KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame), NSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, (int)skb->ip_summed, CHECKSUM_COMPLETE);
	KUNIT_EXPECT_EQ(test, (__force u16)csum_fold(skb->csum),
			(__force u16)csum_fold(skb_checksum(skb, 0, skb->len, 0)));
	kfree_skb(skb);
}

/* Receivers would take a priority tag off and look at the next: so does the switch. */
static void nsw_frame_priority_tag_hides_no_vlan(struct kunit *test)
{
	struct nsw_frame_row row = { .proto = ETH_P_8021AD, .outer = 0xe000, .inner = 7 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_frame frame;
	struct sk_buff *skb;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		row.in_band = i;
		skb = nsw_frame_build(fx, &row);
		KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame), NSW_DROP_NONE);
		KUNIT_EXPECT_EQ(test, frame.vlan, 7);
		KUNIT_EXPECT_TRUE(test, frame.tagged);
		KUNIT_EXPECT_EQ(test, skb_vlan_tag_get(skb), 7);
		KUNIT_EXPECT_EQ(test, ntohs(skb->vlan_proto), ETH_P_8021Q);
		KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(skb)->h_proto), ETH_P_IP);
		KUNIT_EXPECT_EQ(test, skb->len, NSW_FIXTURE_LEN);
		kfree_skb(skb);
	}
}

/* Only so many of them. */
static void nsw_frame_stack_of_priority_tags_is_malformed(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_frame frame;
	struct sk_buff *skb;
	unsigned int i, tags;

	for (tags = 8; tags <= 9; tags++) {
		skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(2));
		skb_reset_mac_header(skb);
		for (i = 0; skb && i < tags; i++)
			skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021Q), 0);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame),
				tags == 8 ? NSW_DROP_NONE : NSW_DROP_MALFORMED);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, page_count(fx->page), 1);
}

/* Shared data is copied before a tag is taken out of it. */
static void nsw_frame_clone_keeps_its_tag(struct kunit *test)
{
	struct nsw_frame_row row = { .proto = ETH_P_8021Q, .outer = 5, .in_band = true,
				     .inner = NSW_FRAME_NO_TAG };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct sk_buff *skb = nsw_frame_build(fx, &row);
	struct sk_buff *clone = skb_clone(skb, GFP_KERNEL);
	struct nsw_frame frame;

	KUNIT_EXPECT_NOT_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame), NSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, frame.vlan, 5);
	if (clone) {
		skb_reset_mac_header(clone);
		KUNIT_EXPECT_EQ(test, ntohs(eth_hdr(clone)->h_proto), ETH_P_8021Q);
		KUNIT_EXPECT_EQ(test, clone->len, NSW_FIXTURE_LEN + VLAN_HLEN);
		kfree_skb(clone);
	}
	kfree_skb(skb);
}

struct nsw_frame_short_row {
	const char *desc;
	unsigned int len;
	u16 proto;
	enum nsw_drop_reason drop;
};

static const struct nsw_frame_short_row nsw_frame_short_rows[] = {
	{ "empty", 0, 0, NSW_DROP_MALFORMED },
	{ "13 bytes", 13, 0, NSW_DROP_MALFORMED },
	{ "14 bytes", 14, ETH_P_IP, NSW_DROP_NONE },
	{ "17 bytes, tagged", 17, ETH_P_8021Q, NSW_DROP_MALFORMED },
	{ "14 bytes, tagged", 14, ETH_P_8021AD, NSW_DROP_MALFORMED },
	{ "18 bytes, tagged", 18, ETH_P_8021Q, NSW_DROP_NONE },
};

KUNIT_ARRAY_PARAM_DESC(nsw_frame_short, nsw_frame_short_rows, desc);

static void nsw_frame_short_ones_are_malformed(struct kunit *test)
{
	const struct nsw_frame_short_row *row = test->param_value;
	struct nsw_frame frame;
	struct sk_buff *skb;

	skb = alloc_skb(64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, row->len);
	if (row->len >= ETH_HLEN)
		((struct ethhdr *)skb->data)->h_proto = htons(row->proto);
	KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame), row->drop);
	kfree_skb(skb);
}

/* A head that is not linear is pulled. */
static void nsw_frame_head_may_lie_in_a_fragment(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct ethhdr *eth = page_address(fx->page);
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);
	struct nsw_frame frame = { };

	KUNIT_ASSERT_NOT_NULL(test, skb);
	memset(eth, 0, ETH_ZLEN);
	u64_to_ether_addr(NSW_GROUP(1), eth->h_dest);
	u64_to_ether_addr(NSW_MAC(2), eth->h_source);
	eth->h_proto = htons(ETH_P_8021Q);
	*(__be16 *)(eth + 1) = htons(5);
	get_page(fx->page);
	skb_add_rx_frag(skb, 0, fx->page, 0, ETH_ZLEN, ETH_ZLEN);
	KUNIT_EXPECT_EQ(test, nsw_frame_parse(skb, &frame), NSW_DROP_NONE);
	KUNIT_EXPECT_EQ(test, frame.dst, NSW_GROUP(1));
	KUNIT_EXPECT_TRUE(test, nsw_frame_is_group(&frame));
	KUNIT_EXPECT_EQ(test, frame.vlan, 5);
	kfree_skb(skb);
}

/* Whoever completes a checksum writes it behind where it begins, not into what was checked. */
static void nsw_frame_checksum_stays_out_of_the_head(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_frame frame;
	unsigned int at, tags, i;
	struct sk_buff *skb;
	bool good;

	for (tags = 0; tags <= 6; tags++) {
		for (at = 0; at <= 40; at++) {
			skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(2));
			skb_reset_mac_header(skb);
			for (i = 0; skb && i < tags; i++)
				skb = vlan_insert_tag_set_proto(skb, htons(ETH_P_8021Q), 0);
			KUNIT_ASSERT_NOT_NULL(test, skb);
			skb->ip_summed = CHECKSUM_PARTIAL;
			skb->csum_start = skb_headroom(skb) + at;
			skb->csum_offset = ETH_ALEN;
			good = at >= tags * VLAN_HLEN + ETH_HLEN;
			/* The kernel itself forgets one that would begin before the frame. */
			good |= tags && at < (tags - 1) * VLAN_HLEN;
			KUNIT_EXPECT_EQ(test, nsw_frame_peek(skb, &frame), good && !tags);
			KUNIT_EXPECT_EQ_MSG(test, nsw_frame_parse(skb, &frame),
					    good ? NSW_DROP_NONE : NSW_DROP_MALFORMED,
					    "%u tags, from %u on", tags, at);
			kfree_skb(skb);
		}
	}
	KUNIT_EXPECT_EQ(test, page_count(fx->page), 1);
}

static struct kunit_case nsw_frame_cases[] = {
	KUNIT_CASE_PARAM(nsw_frame_outer_tag_ends_in_the_metadata, nsw_frame_gen_params),
	KUNIT_CASE_PARAM(nsw_frame_checksum_follows_the_tag, nsw_frame_gen_params),
	KUNIT_CASE(nsw_frame_priority_tag_hides_no_vlan),
	KUNIT_CASE(nsw_frame_stack_of_priority_tags_is_malformed),
	KUNIT_CASE(nsw_frame_clone_keeps_its_tag),
	KUNIT_CASE_PARAM(nsw_frame_short_ones_are_malformed, nsw_frame_short_gen_params),
	KUNIT_CASE(nsw_frame_head_may_lie_in_a_fragment),
	KUNIT_CASE(nsw_frame_checksum_stays_out_of_the_head),
	{}
};

static struct kunit_suite nsw_frame_suite = {
	.name = "nsw_frame",
	.test_cases = nsw_frame_cases,
};

kunit_test_suite(nsw_frame_suite);
