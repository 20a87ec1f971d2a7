// SPDX-License-Identifier: GPL-2.0-only
/* Each cause of a drop has its own counter, on the port that it belongs to: src/dp. */

#include <linux/if_vlan.h>

#include "dp/ingress.h"
#include "fixture.h"

/* VPort 1 with MAC 1 and VPort 2 with MAC 2, each of a VF with an interface; PF and wire. */
struct nsw_egress_drop_fixture {
	struct nsw_fixture *fx;
	struct nsw_fixture_port *pf;
	struct nsw_fixture_port *vf[2];
	struct nsw_fixture_port *wire;
};

static int nsw_egress_drop_test_init(struct kunit *test)
{
	struct nsw_egress_drop_fixture *drop = kunit_kzalloc(test, sizeof(*drop), GFP_KERNEL);
	unsigned int i;

	if (!drop)
		return -ENOMEM;
	test->priv = drop;
	drop->fx = nsw_fixture_ready(test);
	for (i = 0; i < 2; i++) {
		nsw_fixture_member(drop->fx, NSW_MAC(1 + i));
		drop->vf[i] = nsw_fixture_vf_port(drop->fx, i);
	}
	drop->pf = nsw_fixture_vport_port(drop->fx, 0);
	drop->wire = nsw_fixture_wire(drop->fx);
	return 0;
}

static void nsw_egress_drop_test_exit(struct kunit *test)
{
	struct nsw_egress_drop_fixture *drop = test->priv;

	if (!drop || !drop->fx)
		return;
	nsw_fixture_reset(drop->fx);
	KUNIT_EXPECT_EQ(test, page_count(drop->fx->page), 1);
}

struct nsw_egress_drop_row {
	const char *desc;
	void (*prepare)(struct kunit *test, struct nsw_egress_drop_fixture *drop);
	u32 in;
	u64 dst;
	u64 src;
	u16 tag;
	/* Who counts it, and why. */
	u32 port;
	enum nsw_drop_reason reason;
	/* The sender's frame got into the switch, and was lost at a receiver. */
	bool sent;
};

static void nsw_egress_drop_link(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	KUNIT_EXPECT_EQ(test, nsw_policy_set_link(&drop->fx->sw, 1, NSW_LINK_DISABLE, NULL), 0);
}

static void nsw_egress_drop_power(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	KUNIT_EXPECT_EQ(test, nsw_vf_set_power(&drop->fx->sw, 1, NSW_POWER_D3, false, NULL), 0);
}

static void nsw_egress_drop_silent(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	KUNIT_EXPECT_EQ(test, nsw_filter_del(&drop->fx->sw, 2, NULL), 0);
}

static void nsw_egress_drop_vlan(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	KUNIT_EXPECT_EQ(test, nsw_policy_set_port_vlan(&drop->fx->sw, 1, 5, 0, false, NULL), 0);
}

static void nsw_egress_drop_detach(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	nsw_vf_detach_port(&drop->fx->sw, 1);
}

static void nsw_egress_drop_full(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	drop->vf[1]->answer = NSW_DROP_RX_FULL;
}

static void nsw_egress_drop_unplug(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	nsw_switch_set_wire(&drop->fx->sw, NULL);
}

static void nsw_egress_drop_wire(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	drop->wire->answer = NSW_DROP_WIRE_DOWN;
}

static void nsw_egress_drop_inactive(struct kunit *test, struct nsw_egress_drop_fixture *drop)
{
	KUNIT_EXPECT_EQ(test, nsw_fixture_pf_vport(drop->fx, false), 3);
	nsw_fixture_filter(drop->fx, 3, NSW_MAC(3), NSW_COND_NONE);
}

static const struct nsw_egress_drop_row nsw_egress_drop_rows[] = {
	{ "sender Deactivated", nsw_egress_drop_inactive, 3, NSW_MAC(1), NSW_MAC(3), 0, 3,
	  NSW_DROP_INACTIVE, false },
	{ "sender without carrier", nsw_egress_drop_link, 2, NSW_MAC(1), NSW_MAC(2), 0, 2,
	  NSW_DROP_NO_CARRIER, false },
	{ "sender in D3", nsw_egress_drop_power, 2, NSW_MAC(1), NSW_MAC(2), 0, 2,
	  NSW_DROP_POWER, false },
	{ "sender without filter", nsw_egress_drop_silent, 2, NSW_MAC(1), NSW_MAC(2), 0, 2,
	  NSW_DROP_NO_FILTER, false },
	{ "spoofed source", NULL, 2, NSW_MAC(1), NSW_MAC(1), 0, 2, NSW_DROP_SPOOF, false },
	{ "own tag in a port VLAN", nsw_egress_drop_vlan, 2, NSW_MAC(1), NSW_MAC(2), 7, 2,
	  NSW_DROP_PORT_VLAN, false },
	{ "to itself", NULL, 2, NSW_MAC(2), NSW_MAC(2), 0, 2, NSW_DROP_HAIRPIN, false },
	{ "nobody, unplugged", nsw_egress_drop_unplug, 2, NSW_MAC(8), NSW_MAC(2), 0, 2,
	  NSW_DROP_NO_MATCH, false },
	{ "from the wire, nobody", NULL, NSW_FIXTURE_WIRE, NSW_MAC(8), NSW_MAC(9), 0,
	  NSW_FIXTURE_WIRE, NSW_DROP_NO_MATCH, false },
	{ "receiver without carrier", nsw_egress_drop_link, 1, NSW_MAC(2), NSW_MAC(1), 0, 2,
	  NSW_DROP_NO_CARRIER, true },
	{ "receiver in D3", nsw_egress_drop_power, 1, NSW_MAC(2), NSW_MAC(1), 0, 2,
	  NSW_DROP_POWER, true },
	{ "receiver without interface", nsw_egress_drop_detach, 1, NSW_MAC(2), NSW_MAC(1), 0, 2,
	  NSW_DROP_RX_DOWN, true },
	{ "receiver is full", nsw_egress_drop_full, 1, NSW_MAC(2), NSW_MAC(1), 0, 2,
	  NSW_DROP_RX_FULL, true },
	{ "wire is down", nsw_egress_drop_wire, 1, NSW_MAC(8), NSW_MAC(1), 0, NSW_FIXTURE_WIRE,
	  NSW_DROP_WIRE_DOWN, true },
};

KUNIT_ARRAY_PARAM_DESC(nsw_egress_drop, nsw_egress_drop_rows, desc);

/* Exactly one drop on all ports together: on this one, for this reason. */
static void nsw_egress_drop_expect(struct kunit *test, struct nsw_fixture *fx,
				   const struct nsw_egress_drop_row *row)
{
	struct nsw_stats_sum sum;
	unsigned int i;
	u32 port, num = fx->sw.num_vports;

	for (port = 0; port <= num; port++) {
		u32 id = port == num ? NSW_FIXTURE_WIRE : port;

		nsw_fixture_stats(fx, id, &sum);
		for (i = 0; i <= NSW_DROP_MAX; i++)
			KUNIT_EXPECT_EQ_MSG(test, sum.drops[i],
					    id == row->port && i == row->reason,
					    "port %u, reason %u", id, i);
		KUNIT_EXPECT_EQ(test, sum.rx_packets, 0);
		KUNIT_EXPECT_EQ(test, sum.rx_bytes, 0);
		KUNIT_EXPECT_EQ(test, sum.tx_packets, id == row->in && row->sent);
	}
}

static void nsw_egress_drop_has_a_counter(struct kunit *test)
{
	const struct nsw_egress_drop_row *row = test->param_value;
	struct nsw_egress_drop_fixture *drop = test->priv;
	struct nsw_fixture *fx = drop->fx;
	struct sk_buff *skb;

	if (row->prepare)
		row->prepare(test, drop);
	skb = nsw_fixture_skb(fx, row->dst, row->src);
	if (row->tag)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), row->tag);
	nsw_fixture_send(fx, row->in, skb);
	nsw_egress_drop_expect(test, fx, row);
	KUNIT_EXPECT_EQ(test, page_count(fx->page), 1);
}

static void nsw_egress_drop_malformed(struct kunit *test)
{
	struct nsw_egress_drop_fixture *drop = test->priv;
	struct nsw_egress_drop_row row = { .in = 1, .port = 1, .reason = NSW_DROP_MALFORMED };
	struct sk_buff *skb = alloc_skb(32, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, ETH_HLEN - 1);
	nsw_fixture_send(drop->fx, 1, skb);
	nsw_egress_drop_expect(test, drop->fx, &row);
}

/* One receiver that refuses does not take the frame from the others. */
static void nsw_egress_drop_is_one_receivers_affair(struct kunit *test)
{
	struct nsw_egress_drop_fixture *drop = test->priv;
	struct nsw_fixture *fx = drop->fx;
	struct nsw_stats_sum sum;

	nsw_fixture_member(fx, NSW_MAC(3));
	drop->pf->answer = NSW_DROP_RX_DOWN;
	drop->wire->answer = NSW_DROP_WIRE_DOWN;
	nsw_fixture_send(fx, 1, nsw_fixture_skb(fx, NSW_MAC_BROADCAST, NSW_MAC(1)));
	KUNIT_EXPECT_EQ(test, skb_queue_len(&drop->vf[1]->frames), 1);
	KUNIT_EXPECT_EQ(test, drop->pf->refused, 1);
	KUNIT_EXPECT_EQ(test, drop->wire->refused, 1);
	/* VPort 3 has no interface. */
	nsw_fixture_stats(fx, 3, &sum);
	KUNIT_EXPECT_EQ(test, sum.drops[NSW_DROP_RX_DOWN], 1);
	nsw_fixture_stats(fx, 2, &sum);
	KUNIT_EXPECT_EQ(test, sum.rx_packets, 1);
	nsw_fixture_stats(fx, 1, &sum);
	KUNIT_EXPECT_EQ(test, sum.tx_packets, 1);
	__skb_queue_purge(&drop->vf[1]->frames);
	KUNIT_EXPECT_EQ(test, page_count(fx->page), 1);
}

/* A frame that was decided on before its receiver went away is dropped there. */
static void nsw_egress_drop_late_frames(struct kunit *test)
{
	struct nsw_egress_drop_fixture *drop = test->priv;
	struct nsw_fixture *fx = drop->fx;
	struct sk_buff *skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(2));
	struct nsw_vport *vport = nsw_fixture_get_vport(fx, 2);
	struct nsw_stats_sum sum;

	KUNIT_EXPECT_EQ(test, nsw_filter_del(&fx->sw, 2, NULL), 0);
	KUNIT_ASSERT_PTR_EQ(test, nsw_vport_unlink(&fx->sw, 2, NULL), vport);
	/* As a reader that still holds it. */
	local_bh_disable();
	rcu_read_lock();
	nsw_ingress_vport(vport, skb);
	rcu_read_unlock();
	local_bh_enable();
	sum = (struct nsw_stats_sum) { };
	nsw_stats_add(&sum, vport->stats);
	KUNIT_EXPECT_EQ(test, sum.drops[NSW_DROP_INACTIVE], 1);
	synchronize_rcu();
	nsw_vport_destroy(vport);
}

static struct kunit_case nsw_egress_drop_cases[] = {
	KUNIT_CASE_PARAM(nsw_egress_drop_has_a_counter, nsw_egress_drop_gen_params),
	KUNIT_CASE(nsw_egress_drop_malformed),
	KUNIT_CASE(nsw_egress_drop_is_one_receivers_affair),
	KUNIT_CASE(nsw_egress_drop_late_frames),
	{}
};

static struct kunit_suite nsw_egress_drop_suite = {
	.name = "nsw_egress_drop",
	.init = nsw_egress_drop_test_init,
	.exit = nsw_egress_drop_test_exit,
	.test_cases = nsw_egress_drop_cases,
};

kunit_test_suite(nsw_egress_drop_suite);
