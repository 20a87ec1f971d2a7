// SPDX-License-Identifier: GPL-2.0-only
/* Decision 5 of the design, said once more without tables. */

#include "reference.h"

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

struct nsw_ref_verdict nsw_ref_decide(const struct nsw_ref *ref, u32 in, u64 dst, u64 src,
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

int nsw_ref_place(int cond, nsw_vlan_t pvlan)
{
	return cond == NSW_COND_NONE ? pvlan : cond;
}

bool nsw_ref_taken(const struct nsw_ref *ref, u32 vport, u64 mac, int place, u32 but)
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
