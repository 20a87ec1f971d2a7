// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random configurations against a reference that does without tables: it looks
 * at every filter of every VPort, and says decision 5 of the design in the
 * words of the design. The seed is printed; insmod with seed=... repeats it.
 */

#include <linux/moduleparam.h>
#include <linux/prandom.h>

#include "fixture.h"

static unsigned long nsw_forward_random_seed;
module_param_named(seed, nsw_forward_random_seed, ulong, 0400);
MODULE_PARM_DESC(seed, "seed of the random cases; 0 for another one each time");

#define NSW_REF_VPORTS		6	/* 0: PF; 1..3: VFs 0..2; 4, 5: PF */
#define NSW_REF_VFS		3
#define NSW_REF_FILTERS		24
#define NSW_REF_GROUPS		3
#define NSW_REF_MACS		6
#define NSW_REF_OWN		NSW_MAC(0)
#define NSW_REF_STEPS		400
#define NSW_REF_FRAMES		24

struct nsw_ref_filter {
	u32 id;
	u64 mac;
	int cond;
	u32 vport;
};

struct nsw_ref_vport {
	struct nsw_fixture_port *port;
	bool activated;
	bool link;
	bool power;
	bool spoofchk;
	bool trust;
	bool promisc;
	bool allmulti;
	nsw_vlan_t pvlan;
	bool joined[NSW_REF_GROUPS];
	/* VLANs 1 and 2 */
	bool registered[3];
};

struct nsw_ref {
	struct nsw_fixture *fx;
	struct rnd_state rnd;
	bool wire;
	struct nsw_ref_vport vports[NSW_REF_VPORTS];
	struct nsw_ref_filter filters[NSW_REF_FILTERS];
	unsigned int num;
};

struct nsw_ref_verdict {
	enum nsw_drop_reason drop;
	bool wire;
	u32 vports;
};

static const nsw_vlan_t nsw_ref_vlans[] = { 0, 0, 1, 2, NSW_VLAN_S | 1 };
static const int nsw_ref_conds[] = { NSW_COND_NONE, NSW_COND_NONE, 1, 2, NSW_COND_ANY };
static const u16 nsw_ref_pvlans[] = { 0, 0, 1, 2 };

static u32 nsw_ref_random(struct nsw_ref *ref, u32 below)
{
	return prandom_u32_state(&ref->rnd) % below;
}

/* "With a port VLAN V the VPort lives in V: its none filters match V inside the switch." */
static bool nsw_ref_lives_in(const struct nsw_ref *ref, u32 vport, nsw_vlan_t vlan)
{
	return !ref->vports[vport].pvlan || ref->vports[vport].pvlan == vlan;
}

static bool nsw_ref_admits(const struct nsw_ref *ref, const struct nsw_ref_filter *filter,
			   nsw_vlan_t vlan)
{
	if (!nsw_ref_lives_in(ref, filter->vport, vlan))
		return false;
	if (filter->cond == NSW_COND_ANY)
		return true;
	return vlan == (filter->cond == NSW_COND_NONE ? ref->vports[filter->vport].pvlan :
			filter->cond);
}

/* "Unicast goes to the one VPort whose filter matches. A specific condition wins over any." */
static int nsw_ref_match(const struct nsw_ref *ref, u64 mac, nsw_vlan_t vlan)
{
	const struct nsw_ref_filter *filter;
	int any = -1;
	u32 i;

	for (i = 0; i < ref->num; i++) {
		filter = &ref->filters[i];
		if (filter->mac != mac || !ref->vports[filter->vport].activated ||
		    !nsw_ref_admits(ref, filter, vlan))
			continue;
		if (filter->cond != NSW_COND_ANY)
			return filter->vport;
		any = filter->vport;
	}
	if (mac == NSW_REF_OWN)
		return 0;
	return any;
}

static bool nsw_ref_silent(const struct nsw_ref *ref, u32 vport)
{
	u32 i;

	for (i = 0; i < ref->num; i++)
		if (ref->filters[i].vport == vport)
			return false;
	return vport != 0;
}

/* "Promiscuous, and may be: PF interface, trusted VF." */
static bool nsw_ref_may(const struct nsw_ref *ref, u32 vport)
{
	return vport == 0 || (vport <= NSW_REF_VFS && ref->vports[vport].trust);
}

static bool nsw_ref_has_joined(const struct nsw_ref *ref, u32 vport, u64 mac, nsw_vlan_t vlan)
{
	const struct nsw_ref_vport *v = &ref->vports[vport];

	if (mac - NSW_GROUP(0) >= NSW_REF_GROUPS || !v->joined[mac - NSW_GROUP(0)])
		return false;
	if (vport == 0 || v->pvlan)
		return true;
	return vlan == 0 || (vlan < ARRAY_SIZE(v->registered) && v->registered[vlan]);
}

static bool nsw_ref_wants(const struct nsw_ref *ref, u32 vport, u64 dst, nsw_vlan_t vlan)
{
	const struct nsw_ref_vport *v = &ref->vports[vport];
	bool broadcast = dst == NSW_MAC_BROADCAST;
	u32 i;

	if (!v->activated || nsw_ref_silent(ref, vport) || !nsw_ref_lives_in(ref, vport, vlan))
		return false;
	if (broadcast && vport == 0)
		return true;
	for (i = 0; i < ref->num; i++)
		if (ref->filters[i].vport == vport && (broadcast || ref->filters[i].mac == dst) &&
		    nsw_ref_admits(ref, &ref->filters[i], vlan))
			return true;
	if (broadcast)
		return false;
	if (nsw_ref_may(ref, vport) && (v->promisc || v->allmulti))
		return true;
	return nsw_ref_has_joined(ref, vport, dst, vlan);
}

static void nsw_ref_unicast(const struct nsw_ref *ref, u32 in, u64 dst, nsw_vlan_t vlan,
			    struct nsw_ref_verdict *verdict)
{
	int match = nsw_ref_match(ref, dst, vlan);
	u32 i;

	if (match >= 0) {
		verdict->wire = false;
		if (match == (int)in)
			verdict->drop = NSW_DROP_HAIRPIN;
		else
			verdict->vports = BIT(match);
		return;
	}
	for (i = 0; i < NSW_REF_VPORTS; i++)
		if (i != in && ref->vports[i].promisc && nsw_ref_may(ref, i) &&
		    ref->vports[i].activated && !nsw_ref_silent(ref, i) &&
		    nsw_ref_lives_in(ref, i, vlan))
			verdict->vports |= BIT(i);
}

/* "Order on transmit: carrier and power, source check, port VLAN, decision." */
static enum nsw_drop_reason nsw_ref_admission(const struct nsw_ref *ref, u32 in, u64 src,
					      nsw_vlan_t vlan)
{
	const struct nsw_ref_vport *v = &ref->vports[in];

	if (!v->activated)
		return NSW_DROP_INACTIVE;
	if (!v->link)
		return NSW_DROP_NO_CARRIER;
	if (!v->power)
		return NSW_DROP_POWER;
	if (nsw_ref_silent(ref, in))
		return NSW_DROP_NO_FILTER;
	if (v->spoofchk && ((src & NSW_MAC_GROUP) ||
			    nsw_ref_match(ref, src, v->pvlan ?: vlan) != (int)in))
		return NSW_DROP_SPOOF;
	if (v->pvlan && vlan && !(v->pvlan & NSW_VLAN_S))
		return NSW_DROP_PORT_VLAN;
	return NSW_DROP_NONE;
}

static struct nsw_ref_verdict nsw_ref_decide(const struct nsw_ref *ref, u32 in, u64 dst, u64 src,
					     nsw_vlan_t vlan)
{
	struct nsw_ref_verdict verdict = { };
	u32 i;

	if (in != NSW_FIXTURE_WIRE) {
		verdict.drop = nsw_ref_admission(ref, in, src, vlan);
		if (verdict.drop)
			return verdict;
		vlan = ref->vports[in].pvlan ?: vlan;
		verdict.wire = ref->wire;
	}
	if (!(dst & NSW_MAC_GROUP))
		nsw_ref_unicast(ref, in, dst, vlan, &verdict);
	else
		for (i = 0; i < NSW_REF_VPORTS; i++)
			if (i != in && nsw_ref_wants(ref, i, dst, vlan))
				verdict.vports |= BIT(i);
	if (!verdict.drop && !verdict.wire && !verdict.vports)
		verdict.drop = NSW_DROP_NO_MATCH;
	return verdict;
}

/* The VLAN under which a filter would be known on a VPort with this port VLAN. */
static int nsw_ref_place(int cond, nsw_vlan_t pvlan)
{
	return cond == NSW_COND_NONE ? pvlan : cond;
}

static bool nsw_ref_taken(const struct nsw_ref *ref, u32 vport, u64 mac, int place, u32 but)
{
	const struct nsw_ref_filter *f;
	u32 i;

	for (i = 0; i < ref->num; i++) {
		f = &ref->filters[i];
		if (i != but && f->mac == mac &&
		    nsw_ref_place(f->cond, ref->vports[f->vport].pvlan) == place &&
		    (!(mac & NSW_MAC_GROUP) || f->vport == vport))
			return true;
	}
	return mac == NSW_REF_OWN && place == NSW_COND_ANY;
}

static u64 nsw_ref_random_mac(struct nsw_ref *ref, bool broadcast)
{
	u32 n = nsw_ref_random(ref, NSW_REF_MACS + NSW_REF_GROUPS + broadcast);

	if (n < NSW_REF_MACS)
		return NSW_MAC(n);
	n -= NSW_REF_MACS;
	return n < NSW_REF_GROUPS ? NSW_GROUP(n) : NSW_MAC_BROADCAST;
}

static void nsw_ref_do_add(struct nsw_ref *ref, u32 vport)
{
	int cond = nsw_ref_conds[nsw_ref_random(ref, ARRAY_SIZE(nsw_ref_conds))];
	u64 mac = nsw_ref_random_mac(ref, false);
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

static void nsw_ref_do_del(struct nsw_ref *ref)
{
	u32 i = nsw_ref_random(ref, NSW_REF_FILTERS);

	if (i >= ref->num)
		return;
	KUNIT_EXPECT_EQ(ref->fx->test, nsw_filter_del(&ref->fx->sw, ref->filters[i].id, NULL), 0);
	ref->filters[i] = ref->filters[--ref->num];
}

static void nsw_ref_do_move(struct nsw_ref *ref, u32 to)
{
	u32 i = nsw_ref_random(ref, NSW_REF_FILTERS);
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

static void nsw_ref_do_port_vlan(struct nsw_ref *ref, u32 vf)
{
	u16 vid = nsw_ref_pvlans[nsw_ref_random(ref, ARRAY_SIZE(nsw_ref_pvlans))];
	bool stag = vid == 1 && nsw_ref_random(ref, 2);
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

static void nsw_ref_do_policy(struct nsw_ref *ref, u32 vf)
{
	struct nsw_ref_vport *v = &ref->vports[vf + 1];
	struct nsw_switch *sw = &ref->fx->sw;
	/* Mostly on, or few frames would get anywhere. */
	bool on = nsw_ref_random(ref, 4);

	switch (nsw_ref_random(ref, 4)) {
	case 0:
		nsw_policy_set_link(sw, vf, on ? NSW_LINK_AUTO : NSW_LINK_DISABLE, NULL);
		v->link = on;
		break;
	case 1:
		nsw_vf_set_power(sw, vf, on ? NSW_POWER_D0 : NSW_POWER_D3, NULL);
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

static void nsw_ref_do_guest(struct nsw_ref *ref, u32 vport)
{
	struct nsw_ref_vport *v = &ref->vports[vport];
	struct nsw_switch *sw = &ref->fx->sw;
	u32 group = nsw_ref_random(ref, NSW_REF_GROUPS);
	u32 vid = 1 + nsw_ref_random(ref, 2);

	switch (nsw_ref_random(ref, 4)) {
	case 0:
		v->promisc = nsw_ref_random(ref, 2);
		v->allmulti = nsw_ref_random(ref, 2);
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

static void nsw_ref_do_pf(struct nsw_ref *ref, u32 vport)
{
	struct nsw_vport_changes on = { .state = NSW_VPORT_STATE_ACTIVATED };

	if (nsw_ref_random(ref, 4)) {
		ref->wire = nsw_ref_random(ref, 4);
		nsw_switch_set_wire(&ref->fx->sw, ref->wire ? &ref->vports[0].port->port : NULL);
	} else if (!ref->vports[vport].activated) {
		nsw_vport_set(&ref->fx->sw, vport, &on, NULL);
		ref->vports[vport].activated = true;
	}
}

static void nsw_ref_step(struct nsw_ref *ref)
{
	u32 vport = nsw_ref_random(ref, NSW_REF_VPORTS);
	u32 vf = nsw_ref_random(ref, NSW_REF_VFS);

	switch (nsw_ref_random(ref, 10)) {
	case 0 ... 2:
		return nsw_ref_do_add(ref, vport);
	case 3:
		return nsw_ref_do_del(ref);
	case 4:
		return nsw_ref_do_move(ref, vport);
	case 5:
		return nsw_ref_do_port_vlan(ref, vf);
	case 6:
		return nsw_ref_do_policy(ref, vf);
	case 7 ... 8:
		return nsw_ref_do_guest(ref, vport);
	default:
		return nsw_ref_do_pf(ref, 4 + vport % 2);
	}
}

static void nsw_ref_compare(struct nsw_ref *ref, unsigned int step)
{
	nsw_vlan_t vlan = nsw_ref_vlans[nsw_ref_random(ref, ARRAY_SIZE(nsw_ref_vlans))];
	u32 in = nsw_ref_random(ref, NSW_REF_VPORTS + 1);
	u64 src = nsw_ref_random_mac(ref, false), dst = nsw_ref_random_mac(ref, true);
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

static struct nsw_ref *nsw_ref_create(struct kunit *test, u64 seed)
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
	u64 seed = nsw_forward_random_seed ?: get_random_u32();
	unsigned int step, i;
	struct nsw_ref *ref;

	kunit_info(test, "seed=%llu", seed);
	ref = nsw_ref_create(test, seed);
	for (step = 0; step < NSW_REF_STEPS && test->status == KUNIT_SUCCESS; step++) {
		nsw_ref_step(ref);
		for (i = 0; i < NSW_REF_FRAMES; i++)
			nsw_ref_compare(ref, step);
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
		ref = nsw_ref_create(test, seed);
		for (step = 0; step < NSW_REF_STEPS && test->status == KUNIT_SUCCESS; step++) {
			nsw_ref_step(ref);
			for (i = 0; i < NSW_REF_FRAMES; i++)
				nsw_ref_compare(ref, step);
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
