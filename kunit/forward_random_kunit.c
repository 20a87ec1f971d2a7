// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random configurations, and random frames in each of them, against the
 * reference. The seed is printed; insmod with seed=... repeats it.
 */

#include <linux/moduleparam.h>

#include "reference.h"

#define NSW_RANDOM_STEPS	400
#define NSW_RANDOM_FRAMES	24

unsigned long nsw_random_seed;
module_param_named(seed, nsw_random_seed, ulong, 0400);
MODULE_PARM_DESC(seed, "seed of the random cases; 0 for another one each time");

static const nsw_vlan_t nsw_random_vlans[] = { 0, 0, 1, 2, NSW_VLAN_S | 1 };
static const int nsw_random_conds[] = { NSW_COND_NONE, NSW_COND_NONE, 1, 2, NSW_COND_ANY };
static const u16 nsw_random_pvlans[] = { 0, 0, 1, 2 };

static u32 nsw_random_below(struct nsw_ref *ref, u32 below)
{
	return prandom_u32_state(&ref->rnd) % below;
}

static u64 nsw_random_mac(struct nsw_ref *ref, bool broadcast)
{
	u32 n = nsw_random_below(ref, NSW_REF_MACS + NSW_REF_GROUPS + broadcast);

	if (n < NSW_REF_MACS)
		return NSW_MAC(n);
	n -= NSW_REF_MACS;
	return n < NSW_REF_GROUPS ? NSW_GROUP(n) : NSW_MAC_BROADCAST;
}

static void nsw_random_do_add(struct nsw_ref *ref, u32 vport)
{
	int cond = nsw_random_conds[nsw_random_below(ref, ARRAY_SIZE(nsw_random_conds))];
	u64 mac = nsw_random_mac(ref, false);
	bool taken;
	int id;

	if (ref->num == NSW_REF_FILTERS)
		return;
	taken = nsw_ref_taken(ref, vport, mac, nsw_ref_place(cond, ref->vports[vport].pvlan),
			      U32_MAX);
	id = nsw_fixture_try_filter(ref->fx, vport, mac, cond);
	KUNIT_EXPECT_EQ(ref->fx->test, id < 0 ? id : 0, taken ? -EEXIST : 0);
	if (id > 0)
		ref->filters[ref->num++] = (struct nsw_ref_filter) {
			.id = id, .mac = mac, .cond = cond, .vport = vport,
		};
}

static void nsw_random_do_del(struct nsw_ref *ref)
{
	u32 i = nsw_random_below(ref, NSW_REF_FILTERS);

	if (i >= ref->num)
		return;
	KUNIT_EXPECT_EQ(ref->fx->test, nsw_filter_del(&ref->fx->sw, ref->filters[i].id, NULL), 0);
	ref->filters[i] = ref->filters[--ref->num];
}

static void nsw_random_do_move(struct nsw_ref *ref, u32 to)
{
	u32 i = nsw_random_below(ref, NSW_REF_FILTERS);
	struct nsw_ref_filter *f = &ref->filters[i];
	bool taken;
	int err;

	if (i >= ref->num)
		return;
	taken = nsw_ref_taken(ref, to, f->mac, nsw_ref_place(f->cond, ref->vports[to].pvlan), i);
	err = nsw_filter_move(&ref->fx->sw, f->id, f->vport, to, NULL);
	KUNIT_EXPECT_EQ(ref->fx->test, err, taken ? -EEXIST : 0);
	if (!err)
		f->vport = to;
}

static void nsw_random_do_port_vlan(struct nsw_ref *ref, u32 vf)
{
	u16 vid = nsw_random_pvlans[nsw_random_below(ref, ARRAY_SIZE(nsw_random_pvlans))];
	bool stag = vid == 1 && nsw_random_below(ref, 2);
	nsw_vlan_t pvlan = stag ? NSW_VLAN_S | vid : vid;
	bool taken = false;
	u32 i;
	int err;

	for (i = 0; i < ref->num; i++)
		if (ref->filters[i].vport == vf + 1 && ref->filters[i].cond == NSW_COND_NONE)
			taken |= nsw_ref_taken(ref, vf + 1, ref->filters[i].mac, pvlan, i);
	err = nsw_policy_set_port_vlan(&ref->fx->sw, vf, vid, 0, stag, NULL);
	KUNIT_EXPECT_EQ(ref->fx->test, err, taken ? -EEXIST : 0);
	if (!err)
		ref->vports[vf + 1].pvlan = pvlan;
}

static void nsw_random_do_policy(struct nsw_ref *ref, u32 vf)
{
	struct nsw_ref_vport *v = &ref->vports[vf + 1];
	struct nsw_switch *sw = &ref->fx->sw;
	/* Mostly on, or few frames would get anywhere. */
	bool on = nsw_random_below(ref, 4);

	switch (nsw_random_below(ref, 4)) {
	case 0:
		nsw_policy_set_link(sw, vf, on ? NSW_LINK_AUTO : NSW_LINK_DISABLE, NULL);
		v->link = on;
		break;
	case 1:
		nsw_vf_set_power(sw, vf, on ? NSW_POWER_D0 : NSW_POWER_D3, false, NULL);
		v->power = on;
		break;
	case 2:
		nsw_policy_set_spoofchk(sw, vf, !on, NULL);
		v->spoofchk = !on;
		break;
	case 3:
		nsw_policy_set_trust(sw, vf, on, NULL);
		v->trust = on;
		break;
	}
}

static void nsw_random_do_guest(struct nsw_ref *ref, u32 vport)
{
	struct nsw_ref_vport *v = &ref->vports[vport];
	struct nsw_switch *sw = &ref->fx->sw;
	u32 group = nsw_random_below(ref, NSW_REF_GROUPS);
	u32 vid = 1 + nsw_random_below(ref, 2);

	switch (nsw_random_below(ref, 4)) {
	case 0:
		v->promisc = nsw_random_below(ref, 2);
		v->allmulti = nsw_random_below(ref, 2);
		nsw_guest_set_mode(sw, &v->port->port, v->promisc, v->allmulti);
		break;
	case 1:
		nsw_guest_clear(sw, &v->port->port);
		v->promisc = false;
		v->allmulti = false;
		memset(v->joined, 0, sizeof(v->joined));
		memset(v->registered, 0, sizeof(v->registered));
		break;
	case 2:
		if (v->registered[vid])
			nsw_guest_del_vlan(sw, &v->port->port, vid);
		else
			nsw_guest_add_vlan(sw, &v->port->port, vid);
		v->registered[vid] ^= true;
		break;
	case 3:
		if (v->joined[group])
			nsw_fixture_leave(ref->fx, v->port, NSW_GROUP(group));
		else
			nsw_fixture_join(ref->fx, v->port, NSW_GROUP(group));
		v->joined[group] ^= true;
		break;
	}
}

static void nsw_random_do_pf(struct nsw_ref *ref, u32 vport)
{
	struct nsw_vport_changes on = { .state = NSW_VPORT_STATE_ACTIVATED };

	if (nsw_random_below(ref, 4)) {
		ref->wire = nsw_random_below(ref, 4);
		nsw_switch_set_wire(&ref->fx->sw, ref->wire ? &ref->vports[0].port->port : NULL);
	} else if (!ref->vports[vport].activated) {
		nsw_vport_set(&ref->fx->sw, vport, &on, NULL);
		ref->vports[vport].activated = true;
	}
}

static void nsw_random_step(struct nsw_ref *ref)
{
	u32 vport = nsw_random_below(ref, NSW_REF_VPORTS);
	u32 vf = nsw_random_below(ref, NSW_REF_VFS);

	switch (nsw_random_below(ref, 10)) {
	case 0 ... 2:
		return nsw_random_do_add(ref, vport);
	case 3:
		return nsw_random_do_del(ref);
	case 4:
		return nsw_random_do_move(ref, vport);
	case 5:
		return nsw_random_do_port_vlan(ref, vf);
	case 6:
		return nsw_random_do_policy(ref, vf);
	case 7 ... 8:
		return nsw_random_do_guest(ref, vport);
	default:
		return nsw_random_do_pf(ref, 4 + vport % 2);
	}
}

static void nsw_random_compare(struct nsw_ref *ref, unsigned int step)
{
	nsw_vlan_t vlan = nsw_random_vlans[nsw_random_below(ref, ARRAY_SIZE(nsw_random_vlans))];
	u32 in = nsw_random_below(ref, NSW_REF_VPORTS + 1);
	u64 src = nsw_random_mac(ref, false), dst = nsw_random_mac(ref, true);
	struct nsw_ref_verdict want, got = { };
	struct nsw_verdict verdict;
	u32 i;

	if (in == NSW_REF_VPORTS)
		in = NSW_FIXTURE_WIRE;
	want = nsw_ref_decide(ref, in, dst, src, vlan);
	nsw_fixture_decide(ref->fx, in, dst, src, vlan, &verdict);
	got.drop = verdict.drop;
	got.wire = !verdict.drop && verdict.wire;
	for (i = 0; i < NSW_REF_VPORTS; i++)
		if (nsw_fixture_reaches(&verdict, i))
			got.vports |= BIT(i);
	if (want.drop == got.drop && want.wire == got.wire && want.vports == got.vports)
		return;
	KUNIT_FAIL(ref->fx->test,
		   "step %u: in %d dst %llx src %llx vlan %x: want drop %u wire %u vports %x, got %u %u %x",
		   step, in, dst, src, vlan, want.drop, want.wire, want.vports, got.drop, got.wire,
		   got.vports);
}

static struct nsw_ref *nsw_random_create(struct kunit *test, u64 seed)
{
	struct nsw_ref *ref = kunit_kzalloc(test, sizeof(*ref), GFP_KERNEL);
	u8 own[ETH_ALEN];
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, ref);
	prandom_seed_state(&ref->rnd, seed);
	ref->fx = nsw_fixture_ready(test);
	u64_to_ether_addr(NSW_REF_OWN, own);
	KUNIT_ASSERT_EQ(test, nsw_filter_own_add(&ref->fx->sw, own), 0);
	for (i = 0; i < NSW_REF_VPORTS; i++) {
		bool vf = i >= 1 && i <= NSW_REF_VFS;

		ref->vports[i] = (struct nsw_ref_vport) {
			.activated = !i || vf, .link = true, .power = true, .spoofchk = vf,
		};
		if (vf) {
			nsw_fixture_vf_vport(ref->fx, nsw_fixture_vf(ref->fx));
			ref->vports[i].port = nsw_fixture_vf_port(ref->fx, i - 1);
		} else {
			if (i)
				nsw_fixture_pf_vport(ref->fx, false);
			ref->vports[i].port = nsw_fixture_vport_port(ref->fx, i);
		}
	}
	return ref;
}

static void nsw_forward_random_agrees_with_reference(struct kunit *test)
{
	u64 seed = nsw_random_seed ?: get_random_u32();
	unsigned int step, i;
	struct nsw_ref *ref;

	kunit_info(test, "seed=%llu", seed);
	ref = nsw_random_create(test, seed);
	for (step = 0; step < NSW_RANDOM_STEPS && test->status == KUNIT_SUCCESS; step++) {
		nsw_random_step(ref);
		for (i = 0; i < NSW_RANDOM_FRAMES; i++)
			nsw_random_compare(ref, step);
		if (step % 16 == 0)
			nsw_fixture_expect_sound(ref->fx);
	}
}

/* Ten other configurations, always the same. */
static void nsw_forward_random_known_seeds(struct kunit *test)
{
	unsigned int step, i;
	struct nsw_ref *ref;
	u64 seed;

	for (seed = 1; seed <= 10; seed++) {
		ref = nsw_random_create(test, seed);
		for (step = 0; step < NSW_RANDOM_STEPS && test->status == KUNIT_SUCCESS; step++) {
			nsw_random_step(ref);
			for (i = 0; i < NSW_RANDOM_FRAMES; i++)
				nsw_random_compare(ref, step);
		}
		nsw_fixture_expect_sound(ref->fx);
	}
}

static struct kunit_case nsw_forward_random_cases[] = {
	KUNIT_CASE(nsw_forward_random_agrees_with_reference),
	KUNIT_CASE(nsw_forward_random_known_seeds),
	{}
};

static struct kunit_suite nsw_forward_random_suite = {
	.name = "nsw_forward_random",
	.test_cases = nsw_forward_random_cases,
};

kunit_test_suite(nsw_forward_random_suite);
