// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU counters: src/model/stats.c; drop reasons: src/model/drop.h. */

#include "fixture.h"
#include "model/drop.h"

static void nsw_stats_test_free(struct kunit_resource *res)
{
	free_percpu((struct nsw_stats __percpu *)res->data);
}

static int nsw_stats_test_init(struct kunit *test)
{
	struct nsw_stats __percpu *stats = nsw_stats_create();

	if (!stats)
		return -ENOMEM;
	test->priv = (__force void *)stats;
	return kunit_alloc_resource(test, NULL, nsw_stats_test_free, GFP_KERNEL,
				    (__force void *)stats) ?
	       0 : -ENOMEM;
}

static void nsw_stats_start_at_zero(struct kunit *test)
{
	static const struct nsw_stats_sum zero;
	struct nsw_stats_sum sum = { };

	nsw_stats_add(&sum, (struct nsw_stats __percpu *)test->priv);
	KUNIT_EXPECT_EQ(test, memcmp(&sum, &zero, sizeof(sum)), 0);
}

static void nsw_stats_count_each_kind(struct kunit *test)
{
	struct nsw_stats __percpu *stats = (struct nsw_stats __percpu *)test->priv;
	struct nsw_stats_sum sum = { };

	local_bh_disable();
	nsw_stats_rx(stats, 100, NSW_CAST_UNICAST);
	nsw_stats_rx(stats, 60, NSW_CAST_MULTICAST);
	nsw_stats_tx(stats, 1500);
	nsw_stats_drop(stats, NSW_DROP_SPOOF);
	nsw_stats_drop(stats, NSW_DROP_SPOOF);
	nsw_stats_drop(stats, NSW_DROP_MAX);
	local_bh_enable();
	nsw_stats_add(&sum, stats);
	KUNIT_EXPECT_EQ(test, sum.rx_packets, 2);
	KUNIT_EXPECT_EQ(test, sum.rx_bytes, 160);
	KUNIT_EXPECT_EQ(test, sum.rx_multicast, 1);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, sum.tx_bytes, 1500);
	KUNIT_EXPECT_EQ(test, sum.drops[NSW_DROP_SPOOF], 2);
	KUNIT_EXPECT_EQ(test, sum.drops[NSW_DROP_MAX], 1);
	KUNIT_EXPECT_EQ(test, sum.drops[NSW_DROP_HAIRPIN], 0);
}

static void nsw_stats_add_up_over_cpus(struct kunit *test)
{
	struct nsw_stats __percpu *stats = (struct nsw_stats __percpu *)test->priv;
	struct nsw_stats_sum sum = { .tx_packets = 5 };
	struct nsw_stats *cpu_stats;
	unsigned int cpu, num = 0;

	/* Nobody else writes here, so any CPU may write all copies. */
	for_each_possible_cpu(cpu) {
		cpu_stats = per_cpu_ptr(stats, cpu);
		u64_stats_add(&cpu_stats->tx_packets, 1 + cpu);
		u64_stats_inc(&cpu_stats->drops[NSW_DROP_POWER]);
		num += 1 + cpu;
	}
	nsw_stats_add(&sum, stats);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 5 + num);
	KUNIT_EXPECT_EQ(test, sum.drops[NSW_DROP_POWER], num_possible_cpus());
}

static void nsw_stats_sub_is_the_difference(struct kunit *test)
{
	struct nsw_stats_sum sum, base;
	u64 *field = (u64 *)&sum, *before = (u64 *)&base;
	unsigned int i;

	/* Every field has a value of its own. */
	for (i = 0; i < sizeof(sum) / sizeof(u64); i++) {
		field[i] = 1000 + 3 * i;
		before[i] = 900 + i;
	}
	nsw_stats_sub(&sum, &base);
	for (i = 0; i < sizeof(sum) / sizeof(u64); i++)
		KUNIT_EXPECT_EQ_MSG(test, field[i], 100 + 2 * i, "field %u", i);
}

static void nsw_stats_drops_by_who_lost_the_frame(struct kunit *test)
{
	struct nsw_stats_sum sum = { };
	__u64 tx = 0, rx = 0;

	sum.drops[NSW_DROP_MALFORMED] = 1;
	sum.drops[NSW_DROP_NO_MATCH] = 2;
	sum.drops[NSW_DROP_RX_DOWN] = 4;
	sum.drops[NSW_DROP_RX_RESET] = 8;
	nsw_stats_drops(&sum, &tx, &rx);
	KUNIT_EXPECT_EQ(test, tx, 3);
	KUNIT_EXPECT_EQ(test, rx, 12);
}

#define NSW_STATS_ROW(_reason, _text, _core) {	\
	.reason = NSW_DROP_##_reason,		\
	.text = _text,				\
	.core = SKB_DROP_REASON_##_core,	\
},
static const struct {
	enum nsw_drop_reason reason;
	const char *text;
	enum skb_drop_reason core;
} nsw_stats_rows[] = {
	NSW_DROPS(NSW_STATS_ROW)
};

/* The X-macro and the enum of the netlink interface name the same reasons, in the same order. */
static void nsw_stats_every_drop_has_a_text(struct kunit *test)
{
	unsigned int i, j;

	KUNIT_ASSERT_EQ(test, (int)ARRAY_SIZE(nsw_stats_rows), (int)NSW_DROP_MAX);
	for (i = 0; i < ARRAY_SIZE(nsw_stats_rows); i++) {
		KUNIT_EXPECT_EQ(test, nsw_stats_rows[i].reason, i + 1);
		KUNIT_EXPECT_GT(test, nsw_stats_rows[i].core, SKB_DROP_REASON_NOT_SPECIFIED);
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_STRNEQ(test, nsw_stats_rows[i].text, nsw_stats_rows[j].text);
	}
}

static struct kunit_case nsw_stats_cases[] = {
	KUNIT_CASE(nsw_stats_start_at_zero),
	KUNIT_CASE(nsw_stats_count_each_kind),
	KUNIT_CASE(nsw_stats_add_up_over_cpus),
	KUNIT_CASE(nsw_stats_sub_is_the_difference),
	KUNIT_CASE(nsw_stats_drops_by_who_lost_the_frame),
	KUNIT_CASE(nsw_stats_every_drop_has_a_text),
	{}
};

static struct kunit_suite nsw_stats_suite = {
	.name = "nsw_stats",
	.init = nsw_stats_test_init,
	.test_cases = nsw_stats_cases,
};

kunit_test_suite(nsw_stats_suite);
