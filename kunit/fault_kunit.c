// SPDX-License-Identifier: GPL-2.0-only
/* Faults that somebody asks for: src/model/fault.c and src/dp/mangle.c. */

#include "fixture.h"
#include "model/fault.h"

static u32 nsw_fault_ask(struct nsw_fixture *fx, struct nsw_fault_params params)
{
	u32 id = 0;

	KUNIT_ASSERT_EQ(fx->test, nsw_fault_add(&fx->sw, &params, &id, NULL), 0);
	return id;
}

static int nsw_fault_try(struct nsw_fixture *fx, struct nsw_fault_params params)
{
	u32 id;

	return nsw_fault_add(&fx->sw, &params, &id, &fx->extack);
}

static int nsw_fault_meet(struct nsw_fixture *fx, enum nsw_fault_kind kind, u32 vf)
{
	return nsw_fault_strike(&fx->sw, kind, vf, NULL);
}

static void nsw_fault_strikes_as_often_as_it_shall(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);

	nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_NUMVFS, .vf = NSW_FAULT_ANY_VF, .err = EIO, .count = 2 });
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_VPORT, 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_NUMVFS, 0), -EIO);
	nsw_fixture_expect_event(fx, NSW_EVENT_CHANGE, NSW_OBJECT_FAULT, 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_NUMVFS, 0), -EIO);
	nsw_fixture_expect_event(fx, NSW_EVENT_DEL, NSW_OBJECT_FAULT, 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_NUMVFS, 0), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.faults.num, 0);
}

static void nsw_fault_is_of_one_vf_or_of_all(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 one, all;

	one = nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_MAILBOX, .vf = 1, .err = EPERM });
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_MAILBOX, 0), 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_MAILBOX, 1), -EPERM);
	all = nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_MAILBOX, .vf = NSW_FAULT_ANY_VF, .err = EBUSY });
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_MAILBOX, 0), -EBUSY);
	/* the oldest first */
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_MAILBOX, 1), -EPERM);
	KUNIT_EXPECT_EQ(test, nsw_fault_del(&fx->sw, one, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_MAILBOX, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, nsw_fault_del(&fx->sw, all, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_fault_meet(fx, NSW_FAULT_KIND_MAILBOX, 1), 0);
}

/* Frames from the wire that a VPort gets, of @num, and drops because of its fault. */
static void nsw_fault_count(struct nsw_fixture *fx, u32 vport, unsigned int num, u64 *got,
			    u64 *lost)
{
	struct nsw_stats_sum before = { }, after = { };

	nsw_fixture_stats(fx, vport, &before);
	while (num--)
		nsw_fixture_send(fx, NSW_FIXTURE_WIRE,
				 nsw_fixture_skb(fx, NSW_MAC(1),
						 NSW_MAC(9)));
	nsw_fixture_stats(fx, vport, &after);
	*got = after.rx_packets - before.rx_packets;
	*lost = after.drops[NSW_DROP_FAULT] - before.drops[NSW_DROP_FAULT];
}

static void nsw_fault_drops_every_nth_frame(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	u64 got, lost;
	u32 id;

	nsw_fixture_wire(fx);
	nsw_fixture_vf_port(fx, 0);
	id = nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_DROP, .vport = vport, .every = 4 });
	nsw_fault_count(fx, vport, 12, &got, &lost);
	KUNIT_EXPECT_EQ(test, got, 9);
	KUNIT_EXPECT_EQ(test, lost, 3);
	KUNIT_EXPECT_EQ(test, nsw_fault_del(&fx->sw, id, NULL), 0);
	nsw_fault_count(fx, vport, 12, &got, &lost);
	KUNIT_EXPECT_EQ(test, got, 12);
	KUNIT_EXPECT_EQ(test, lost, 0);
}

static void nsw_fault_corrupts_and_delivers(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	u64 got, lost;

	nsw_fixture_wire(fx);
	nsw_fixture_vf_port(fx, 0);
	nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_CORRUPT, .vport = vport, .every = 1 });
	nsw_fault_count(fx, vport, 5, &got, &lost);
	KUNIT_EXPECT_EQ(test, got, 5);
	KUNIT_EXPECT_EQ(test, lost, 0);
}

/* That would warn. */
static void nsw_fault_cuts_nothing_up_without_checksum(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_stats_sum before = { }, after = { };
	struct sk_buff *skb;

	nsw_fixture_wire(fx);
	nsw_fixture_vf_port(fx, 0);
	nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_CORRUPT, .vport = vport, .every = 1 });
	skb = nsw_fixture_skb(fx, NSW_MAC(1), NSW_MAC(9));
	skb_shinfo(skb)->gso_size = 32;
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4;
	nsw_fixture_stats(fx, vport, &before);
	nsw_fixture_send(fx, NSW_FIXTURE_WIRE, skb);
	nsw_fixture_stats(fx, vport, &after);
	KUNIT_EXPECT_EQ(test, after.drops[NSW_DROP_FAULT] - before.drops[NSW_DROP_FAULT], 1);
	KUNIT_EXPECT_EQ(test, after.rx_packets, before.rx_packets);
}

static void nsw_fault_of_a_link_takes_the_carrier(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_member(fx, NSW_MAC(1));
	struct nsw_fixture_port *port = nsw_fixture_vf_port(fx, 0);
	u32 id;

	KUNIT_ASSERT_TRUE(test, port->up);
	id = nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_LINK, .vport = vport });
	KUNIT_EXPECT_FALSE(test, port->up);
	KUNIT_EXPECT_EQ(test, nsw_fault_del(&fx->sw, id, NULL), 0);
	KUNIT_EXPECT_TRUE(test, port->up);
}

static void nsw_fault_goes_with_its_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vport = nsw_fixture_pf_vport(fx, false);

	nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_DROP, .vport = vport, .every = 1 });
	nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_LINK, .vport = vport });
	nsw_fault_ask(fx, (struct nsw_fault_params) {
		.kind = NSW_FAULT_KIND_DROP, .vport = 0, .every = 1 });
	KUNIT_EXPECT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.faults.num, 1);
}

static void nsw_fault_that_cannot_be_is_refused(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	struct nsw_fault_params params = { .kind = NSW_FAULT_KIND_DROP, .every = 1 };

	nsw_fault_ask(fx, params);
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EBUSY, INVALID_PARAMETER);
	params.vport = 3;
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), ENOENT, INVALID_PARAMETER);
	params.every = 0;
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EINVAL, INVALID_PARAMETER);
	params = (struct nsw_fault_params) { .kind = NSW_FAULT_KIND_VPORT,
					     .delay = NSW_FAULT_DELAY_MAX + 1 };
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EINVAL, INVALID_PARAMETER);
	params = (struct nsw_fault_params) { .kind = NSW_FAULT_KIND_VPORT, .err = ERESTARTSYS };
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EINVAL, INVALID_PARAMETER);
	params.err = EINTR;
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EINVAL, INVALID_PARAMETER);
	params.err = ERESTARTSYS - 1;
	KUNIT_EXPECT_EQ(test, nsw_fault_try(fx, params), 0);
	params = (struct nsw_fault_params) { .kind = NSW_FAULT_KIND_LINK, .count = 1 };
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EINVAL, INVALID_PARAMETER);
	params = (struct nsw_fault_params) { .kind = NSW_FAULT_KIND_CORRUPT, .every = 1,
					     .delay = 1 };
	NSW_EXPECT_REFUSED(fx, nsw_fault_try(fx, params), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_fault_del(&fx->sw, 99, &fx->extack), ENOENT,
			   INVALID_PARAMETER);
}

static struct kunit_case nsw_fault_cases[] = {
	KUNIT_CASE(nsw_fault_strikes_as_often_as_it_shall),
	KUNIT_CASE(nsw_fault_is_of_one_vf_or_of_all),
	KUNIT_CASE(nsw_fault_drops_every_nth_frame),
	KUNIT_CASE(nsw_fault_corrupts_and_delivers),
	KUNIT_CASE(nsw_fault_cuts_nothing_up_without_checksum),
	KUNIT_CASE(nsw_fault_of_a_link_takes_the_carrier),
	KUNIT_CASE(nsw_fault_goes_with_its_vport),
	KUNIT_CASE(nsw_fault_that_cannot_be_is_refused),
	{ }
};

static struct kunit_suite nsw_fault_suite = {
	.name = "nsw_fault",
	.test_cases = nsw_fault_cases,
};

kunit_test_suite(nsw_fault_suite);
