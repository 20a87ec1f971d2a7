// SPDX-License-Identifier: GPL-2.0-only
/* Transmit rates: src/model/rate.c, and who is told of them. */

#include "fixture.h"

#define NSW_MS		1000000ULL
#define NSW_SECOND	(1000 * NSW_MS)

/* Bits that go within a second when frames of a length always wait. */
static u64 nsw_rate_second(struct nsw_rate *rate, u32 len, u64 from)
{
	u64 now = from, wait, bits = 0;

	while (now < from + NSW_SECOND) {
		wait = nsw_rate_take(rate, len, now, false);
		if (wait)
			now = wait;
		else
			bits += len * 8;
	}
	return bits;
}

struct nsw_rate_row {
	const char *desc;
	u32 mbps;
	u32 len;
};

static const struct nsw_rate_row nsw_rate_rows[] = {
	{ "1 Mbit/s, 60 bytes", 1, 60 },
	{ "1 Mbit/s, 1514 bytes", 1, 1514 },
	{ "1 Mbit/s, 64 KiB", 1, 65536 },
	{ "100 Mbit/s, 60 bytes", 100, 60 },
	{ "100 Mbit/s, 9014 bytes", 100, 9014 },
	{ "333 Mbit/s, 1514 bytes", 333, 1514 },
	{ "10 Gbit/s, 9014 bytes", 10000, 9014 },
	{ "100 Gbit/s, 64 KiB", 100000, 65536 },
	{ "400 Gbit/s, 512 KiB", 400000, 524288 },
};

KUNIT_ARRAY_PARAM_DESC(nsw_rate, nsw_rate_rows, desc);

/* What a second carries: the rate, the burst and at most one frame more. */
static void nsw_rate_maximum_is_exact(struct kunit *test)
{
	const struct nsw_rate_row *row = test->param_value;
	struct nsw_rate_params params = { .max = row->mbps };
	u64 want = row->mbps * 1000000ULL;
	struct nsw_rate rate = { };
	u64 bits;

	nsw_rate_set(&rate, &params);
	bits = nsw_rate_second(&rate, row->len, 5 * NSW_SECOND);
	KUNIT_EXPECT_GE(test, bits + bits / 1000, want);
	KUNIT_EXPECT_LE(test, bits, want + want / 45 + row->len * 8);
	/* The burst is used up: the next second has the rate alone. */
	bits = nsw_rate_second(&rate, row->len, 6 * NSW_SECOND);
	KUNIT_EXPECT_LE(test, bits, want + want / 1000 + row->len * 8);
}

static void nsw_rate_burst_is_bounded(struct kunit *test)
{
	struct nsw_rate_params params = { .max = 8 };
	u64 now = 1000 * NSW_SECOND;
	struct nsw_rate rate = { };
	u32 sent = 0;

	/* A byte takes a microsecond; nobody has sent for long. */
	nsw_rate_set(&rate, &params);
	while (!nsw_rate_take(&rate, 100, now, false))
		sent += 100;
	KUNIT_EXPECT_EQ(test, sent, NSW_RATE_BURST_NS / 1000 + 100);
	KUNIT_EXPECT_EQ(test, nsw_rate_take(&rate, 1, now, false), now + 100 * 1000);
	KUNIT_EXPECT_EQ(test, nsw_rate_take(&rate, 1, now + 100 * 1000, false), 0);
}

/* A timer that comes late costs the sender nothing, up to a second. */
static void nsw_rate_lateness_is_made_up_for(struct kunit *test)
{
	struct nsw_rate_params params = { .max = 8 };
	u64 now = 1000 * NSW_SECOND;
	struct nsw_rate rate = { };
	u32 sent = 0;

	nsw_rate_set(&rate, &params);
	while (!nsw_rate_take(&rate, 1000, now, false))
		;
	now += NSW_SECOND / 2;
	while (!nsw_rate_take(&rate, 1000, now, true))
		sent += 1000;
	KUNIT_EXPECT_EQ(test, sent, 500000);
	now += 10 * NSW_SECOND;
	for (sent = 0; !nsw_rate_take(&rate, 1000, now, true); sent += 1000)
		;
	KUNIT_EXPECT_EQ(test, sent, 1001000);
}

static void nsw_rate_gives_back_what_did_not_go(struct kunit *test)
{
	struct nsw_pool pool = { .link.mult = 1 << 20, .used = true };
	struct nsw_rate_params params = { .max = 8, .min = 4, .pool = &pool };
	struct nsw_rate rate = { }, before;
	u64 now = NSW_SECOND, link;

	spin_lock_init(&pool.lock);
	nsw_rate_set(&rate, &params);
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, nsw_rate_take(&rate, 60, now, false), 0);
	before = rate;
	link = pool.link.free_at;
	KUNIT_EXPECT_EQ(test, nsw_rate_take(&rate, 1500, now, false), 0);
	KUNIT_EXPECT_GT(test, rate.max.free_at, before.max.free_at);
	nsw_rate_give_back(&rate, 1500);
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, rate.max.free_at, before.max.free_at);
	KUNIT_EXPECT_EQ(test, rate.min.free_at, before.min.free_at);
	KUNIT_EXPECT_EQ(test, pool.link.free_at, link);
}

/* Two that always want to send, in turn; what each of them got of a second. */
static void nsw_rate_compete(struct nsw_rate *one, struct nsw_rate *two, u64 *bits_one,
			     u64 *bits_two)
{
	u64 now, wait_one = 0, wait_two = 0;

	*bits_one = 0;
	*bits_two = 0;
	for (now = NSW_SECOND; now < 3 * NSW_SECOND; now += 1000) {
		/* The greedy one asks first, and as often as it can. */
		while (now >= wait_two) {
			wait_two = nsw_rate_take(two, 1500, now, false);
			*bits_two += wait_two || now < 2 * NSW_SECOND ? 0 : 1500 * 8;
		}
		while (now >= wait_one) {
			wait_one = nsw_rate_take(one, 1500, now, false);
			*bits_one += wait_one || now < 2 * NSW_SECOND ? 0 : 1500 * 8;
		}
	}
}

struct nsw_rate_share_row {
	const char *desc;
	u32 link;
	u32 min;
	bool greedy;
	u32 one_least;
	u32 two_least;
};

static const struct nsw_rate_share_row nsw_rate_share_rows[] = {
	{ "half of the link", 100, 50, true, 49, 45 },
	{ "most of the link", 100, 80, true, 79, 15 },
	{ "all of the link", 100, 100, true, 99, 0 },
	{ "a little", 100, 5, true, 5, 0 },
};

KUNIT_ARRAY_PARAM_DESC(nsw_rate_share, nsw_rate_share_rows, desc);

static void nsw_rate_minimum_is_kept(struct kunit *test)
{
	const struct nsw_rate_share_row *row = test->param_value;
	struct nsw_rate one = { }, two = { };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_pool *pool = &fx->sw.pool;
	u64 bits_one, bits_two;

	KUNIT_ASSERT_EQ(test, nsw_rate_set_speed(&fx->sw, row->link, NULL), 0);
	nsw_rate_set(&one, &(struct nsw_rate_params) { .min = row->min, .pool = pool });
	nsw_rate_set(&two, &(struct nsw_rate_params) { .pool = pool });
	local_bh_disable();
	nsw_rate_compete(&one, &two, &bits_one, &bits_two);
	local_bh_enable();
	KUNIT_EXPECT_GE(test, bits_one, row->one_least * 1000000ULL);
	KUNIT_EXPECT_GE(test, bits_two, row->two_least * 1000000ULL);
	KUNIT_EXPECT_LE(test, bits_one + bits_two, row->link * 1020000ULL);
}

/* What goes between two times, for senders that always have a frame waiting. */
static u64 nsw_rate_between(struct nsw_rate *one, struct nsw_rate *two, u64 from, u64 to)
{
	u64 now, bits = 0, wait[2] = { };
	struct nsw_rate *rates[] = { one, two };
	unsigned int i;

	for (now = from; now < to; now += 10 * 1000) {
		cond_resched();
		local_bh_disable();
		for (i = 0; i < ARRAY_SIZE(rates); i++) {
			while (rates[i] && now >= wait[i]) {
				wait[i] = nsw_rate_take(rates[i], 1500, now, true);
				bits += wait[i] ? 0 : 1500 * 8;
			}
		}
		local_bh_enable();
	}
	return bits;
}

/* A link that was half idle owes nothing to those whom their own maximum has held. */
static void nsw_rate_waiting_for_the_maximum_saves_up_no_link(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_rate one = { }, two = { };
	struct nsw_rate_params params = { .max = 600, .pool = &fx->sw.pool };
	u64 bits;

	KUNIT_ASSERT_EQ(test, nsw_rate_set_speed(&fx->sw, 1000, NULL), 0);
	nsw_rate_set(&one, &params);
	nsw_rate_set(&two, &params);
	bits = nsw_rate_between(&one, NULL, 2 * NSW_SECOND, 4 * NSW_SECOND);
	KUNIT_EXPECT_GE(test, bits, 1190000000ULL);
	bits = nsw_rate_between(&one, &two, 4 * NSW_SECOND, 5 * NSW_SECOND);
	KUNIT_EXPECT_GE(test, bits, 990000000ULL);
	KUNIT_EXPECT_LE(test, bits, 1030000000ULL);
}

/* What a guarantee does not use, others do. */
static void nsw_rate_idle_minimum_is_not_lost(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_rate two = { };
	u64 bits;

	KUNIT_ASSERT_EQ(test, nsw_rate_set_speed(&fx->sw, 100, NULL), 0);
	nsw_rate_set(&two, &(struct nsw_rate_params) { .pool = &fx->sw.pool });
	local_bh_disable();
	bits = nsw_rate_second(&two, 1500, NSW_SECOND);
	local_bh_enable();
	KUNIT_EXPECT_GE(test, bits, 99000000ULL);
}

struct nsw_rate_refusal {
	const char *desc;
	u32 min;
	u32 max;
	int err;
};

static const struct nsw_rate_refusal nsw_rate_refusals[] = {
	{ "minimum above maximum", 11, 10, EINVAL },
	{ "maximum above the link", 0, NSW_SPEED_DEFAULT + 1, EINVAL },
	{ "minimum above the link", NSW_SPEED_DEFAULT + 1, 0, EINVAL },
	{ "both at their highest", U32_MAX, U32_MAX, EINVAL },
	{ "more than is left", NSW_SPEED_DEFAULT - 999, 0, ENOSPC },
};

KUNIT_ARRAY_PARAM_DESC(nsw_rate_refusal, nsw_rate_refusals, desc);

static void nsw_rate_refuses(struct kunit *test)
{
	const struct nsw_rate_refusal *row = test->param_value;
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;
	int err;

	nsw_fixture_member(fx, NSW_MAC(1));
	nsw_fixture_member(fx, NSW_MAC(2));
	KUNIT_ASSERT_EQ(test, nsw_policy_set_rate(sw, 1, 1000, 2000, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_rate(sw, 0, 5, 10, NULL), 0);
	err = nsw_policy_set_rate(sw, 0, row->min, row->max, &fx->extack);
	KUNIT_EXPECT_EQ(test, err, -row->err);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, 0)->policy.min_rate, 5);
	KUNIT_EXPECT_EQ(test, nsw_fixture_get_vf(fx, 0)->policy.max_rate, 10);
	/* What is left can be had, also by whoever has some of it. */
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 0, NSW_SPEED_DEFAULT - 1000, 0, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 0, 0, 0, NULL), 0);
}

static void nsw_rate_link_speed_cannot_break_promises(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_switch *sw = &fx->sw;

	nsw_fixture_member(fx, NSW_MAC(1));
	nsw_fixture_member(fx, NSW_MAC(2));
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 0, 600, 1000, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 1, 500, 0, NULL), 0);
	NSW_EXPECT_REFUSED(fx, nsw_rate_set_speed(sw, 0, &fx->extack), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_rate_set_speed(sw, 999, &fx->extack), EBUSY, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_rate_set_speed(sw, 1099, &fx->extack), EBUSY,
			   INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, nsw_rate_set_speed(sw, 1100, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 1, 501, 0, NULL), -ENOSPC);
}

/* The first minimum concerns everybody, also who comes later; after the last, nobody. */
static void nsw_rate_everybody_hears_of_the_first_minimum(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fixture_port *pf, *vf0, *vf1;
	struct nsw_switch *sw = &fx->sw;

	nsw_fixture_member(fx, NSW_MAC(1));
	nsw_fixture_member(fx, NSW_MAC(2));
	pf = nsw_fixture_vport_port(fx, 0);
	vf0 = nsw_fixture_vf_port(fx, 0);
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 0, 0, 10, NULL), 0);
	KUNIT_EXPECT_EQ(test, vf0->rate.max, 10);
	KUNIT_EXPECT_FALSE(test, nsw_rate_is_limited(&pf->rate));
	KUNIT_EXPECT_EQ(test, nsw_policy_set_rate(sw, 0, 5, 10, NULL), 0);
	vf1 = nsw_fixture_vf_port(fx, 1);
	KUNIT_EXPECT_PTR_EQ(test, pf->rate.pool, &sw->pool);
	KUNIT_EXPECT_EQ(test, vf0->rate.min, 5);
	KUNIT_EXPECT_PTR_EQ(test, vf1->rate.pool, &sw->pool);
	KUNIT_EXPECT_EQ(test, vf1->rate.min, 0);

	/* The guarantee goes with its VF. */
	KUNIT_EXPECT_EQ(test, nsw_filter_del(sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(sw, 1, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_vf_free(sw, 0, NULL), 0);
	KUNIT_EXPECT_FALSE(test, nsw_rate_is_limited(&pf->rate));
	KUNIT_EXPECT_FALSE(test, nsw_rate_is_limited(&vf1->rate));
}

static struct kunit_case nsw_rate_cases[] = {
	KUNIT_CASE_PARAM(nsw_rate_maximum_is_exact, nsw_rate_gen_params),
	KUNIT_CASE(nsw_rate_burst_is_bounded),
	KUNIT_CASE(nsw_rate_lateness_is_made_up_for),
	KUNIT_CASE(nsw_rate_gives_back_what_did_not_go),
	KUNIT_CASE_PARAM(nsw_rate_minimum_is_kept, nsw_rate_share_gen_params),
	KUNIT_CASE(nsw_rate_waiting_for_the_maximum_saves_up_no_link),
	KUNIT_CASE(nsw_rate_idle_minimum_is_not_lost),
	KUNIT_CASE_PARAM(nsw_rate_refuses, nsw_rate_refusal_gen_params),
	KUNIT_CASE(nsw_rate_link_speed_cannot_break_promises),
	KUNIT_CASE(nsw_rate_everybody_hears_of_the_first_minimum),
	{}
};

static struct kunit_suite nsw_rate_suite = {
	.name = "nsw_rate",
	.test_cases = nsw_rate_cases,
};

kunit_test_suite(nsw_rate_suite);
