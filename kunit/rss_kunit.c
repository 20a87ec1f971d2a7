// SPDX-License-Identifier: GPL-2.0-only
/* Receive side scaling: src/model/rss.c, src/dp/flow.c. */

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inet.h>
#include <linux/slab.h>
#include "dp/flow.h"
#include "fixture.h"
#include "model/rss.h"

/* The key and the hashes with which RSS implementations are verified. */
static const u8 nsw_rss_kunit_key[NSW_RSS_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

struct nsw_rss_kunit_row {
	const char *src;
	const char *dst;
	u16 sport;
	u16 dport;
	u32 with_ports;
	u32 without;
};

static const struct nsw_rss_kunit_row nsw_rss_kunit_rows[] = {
	{ "66.9.149.187", "161.142.100.80", 2794, 1766, 0x51ccc178, 0x323e8fc2 },
	{ "199.92.111.2", "65.69.140.83", 14230, 4739, 0xc626b0ea, 0xd718262a },
	{ "24.19.198.95", "12.22.207.184", 12898, 38024, 0x5c2b394a, 0xd2d0a5de },
	{ "38.27.205.30", "209.142.163.6", 48228, 2217, 0xafc7327f, 0x82989176 },
	{ "153.39.163.191", "202.188.127.2", 44251, 1303, 0x10e828a2, 0x5d1809c5 },
	{ "3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766, 0x40207d3d, 0x2cc18cd5 },
	{ "3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739, 0xdde51bbf, 0x0f0c461c },
};

static void nsw_rss_kunit_desc(const struct nsw_rss_kunit_row *row, char *desc)
{
	strscpy(desc, row->src, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nsw_rss_kunit, nsw_rss_kunit_rows, nsw_rss_kunit_desc);

static void nsw_rss_kunit_flow(struct kunit *test, const struct nsw_rss_kunit_row *row,
			       struct nsw_flow *flow)
{
	bool v6 = strchr(row->src, ':');
	unsigned int size = v6 ? 16 : 4;
	__be16 ports[] = { htons(row->sport), htons(row->dport) };

	memset(flow, 0, sizeof(*flow));
	if (v6) {
		KUNIT_ASSERT_TRUE(test, in6_pton(row->src, -1, flow->input, -1, NULL));
		KUNIT_ASSERT_TRUE(test, in6_pton(row->dst, -1, flow->input + size, -1, NULL));
	} else {
		KUNIT_ASSERT_TRUE(test, in4_pton(row->src, -1, flow->input, -1, NULL));
		KUNIT_ASSERT_TRUE(test, in4_pton(row->dst, -1, flow->input + size, -1, NULL));
	}
	memcpy(flow->input + 2 * size, ports, sizeof(ports));
	flow->family = v6 ? 6 : 4;
	flow->proto = IPPROTO_TCP;
	flow->len = 2 * size + sizeof(ports);
}

static struct nsw_rss *nsw_rss_kunit_alloc(struct kunit *test)
{
	struct nsw_rss *rss = kunit_kzalloc(test, sizeof(*rss), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rss);
	nsw_rss_set_key(rss, nsw_rss_kunit_key);
	return rss;
}

static void nsw_rss_hash_is_toeplitz(struct kunit *test)
{
	const struct nsw_rss_kunit_row *row = test->param_value;
	struct nsw_rss *rss = nsw_rss_kunit_alloc(test);
	struct nsw_flow flow;

	nsw_rss_kunit_flow(test, row, &flow);
	KUNIT_EXPECT_EQ(test, nsw_rss_hash(rss, &flow), row->with_ports);
	flow.len -= 4;
	KUNIT_EXPECT_EQ(test, nsw_rss_hash(rss, &flow), row->without);
	flow.len = 0;
	KUNIT_EXPECT_EQ(test, nsw_rss_hash(rss, &flow), 0);
}

static void nsw_rss_spread_treats_queues_alike(struct kunit *test)
{
	struct nsw_rss *rss = nsw_rss_kunit_alloc(test);
	unsigned int num, i, count[8];

	for (num = 1; num <= 8; num++) {
		memset(count, 0, sizeof(count));
		nsw_rss_spread(rss, num);
		for (i = 0; i < NSW_RSS_TABLE_SIZE; i++)
			count[nsw_rss_queue(rss, i)]++;
		for (i = 0; i < num; i++)
			KUNIT_EXPECT_GE(test, count[i], NSW_RSS_TABLE_SIZE / num);
		KUNIT_EXPECT_EQ(test, nsw_rss_max_queue(rss), num - 1);
	}
}

static void nsw_rss_rule_matches_what_its_mask_says(struct kunit *test)
{
	struct nsw_rss_rule rule = { };
	struct nsw_flow flow;

	nsw_rss_kunit_flow(test, &nsw_rss_kunit_rows[0], &flow);
	rule.flow = flow;
	KUNIT_EXPECT_TRUE(test, nsw_rss_rule_match(&rule, &flow));
	rule.flow.words[1]++;
	KUNIT_EXPECT_TRUE(test, nsw_rss_rule_match(&rule, &flow));
	rule.mask[1] = ~0;
	KUNIT_EXPECT_FALSE(test, nsw_rss_rule_match(&rule, &flow));
	rule.flow.words[1]--;
	KUNIT_EXPECT_TRUE(test, nsw_rss_rule_match(&rule, &flow));
	rule.flow.proto = IPPROTO_UDP;
	KUNIT_EXPECT_FALSE(test, nsw_rss_rule_match(&rule, &flow));
	rule.flow.proto = 0;
	KUNIT_EXPECT_TRUE(test, nsw_rss_rule_match(&rule, &flow));
	rule.flow.family = 6;
	KUNIT_EXPECT_FALSE(test, nsw_rss_rule_match(&rule, &flow));
}

static struct kunit_case nsw_rss_cases[] = {
	KUNIT_CASE_PARAM(nsw_rss_hash_is_toeplitz, nsw_rss_kunit_gen_params),
	KUNIT_CASE(nsw_rss_spread_treats_queues_alike),
	KUNIT_CASE(nsw_rss_rule_matches_what_its_mask_says),
	{ }
};

static struct kunit_suite nsw_rss_suite = {
	.name = "nsw_rss",
	.test_cases = nsw_rss_cases,
};

kunit_test_suite(nsw_rss_suite);
