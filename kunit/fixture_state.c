// SPDX-License-Identifier: GPL-2.0-only
/* The observable state of a switch: whether a refused request changed it, whether it is sound. */

#include <linux/jhash.h>

#include "fixture.h"
#include "model/vmq.h"

static const char * const nsw_fixture_part_names[NSW_PART_NUM] = {
	[NSW_PART_SWITCH] = "switch",
	[NSW_PART_COUNTERS] = "counters",
	[NSW_PART_VFS] = "VFs",
	[NSW_PART_VPORTS] = "VPorts",
	[NSW_PART_FILTERS] = "filters",
	[NSW_PART_TABLE] = "table",
	[NSW_PART_EVENTS] = "events",
};

static u32 nsw_fixture_mix(u32 hash, u64 value)
{
	return jhash_2words(lower_32_bits(value), upper_32_bits(value), hash);
}

static u32 nsw_fixture_mix_name(u32 hash, const char *name)
{
	return name ? jhash(name, strlen(name), hash) : nsw_fixture_mix(hash, 0);
}

static u32 nsw_fixture_mix_blocks(u32 hash, const struct nsw_vf *vf)
{
	const struct nsw_config_block *block;

	hash = nsw_fixture_mix(hash, vf->blocks.num);
	hash = nsw_fixture_mix(hash, vf->blocks.pending);
	list_for_each_entry(block, &vf->blocks.blocks, list) {
		hash = nsw_fixture_mix(hash, block->id);
		hash = nsw_fixture_mix(hash, block->writable);
		hash = jhash(block->data, block->len, hash);
	}
	return hash;
}

static u32 nsw_fixture_mix_vf(u32 hash, const struct nsw_vf *vf)
{
	hash = nsw_fixture_mix_name(hash, vf->name);
	hash = nsw_fixture_mix_name(hash, vf->vm);
	hash = nsw_fixture_mix_name(hash, vf->nic);
	hash = nsw_fixture_mix(hash, vf->allocated);
	hash = nsw_fixture_mix(hash, nsw_mac_pack(vf->mac));
	hash = nsw_fixture_mix(hash, vf->power);
	hash = nsw_fixture_mix(hash, vf->policy.spoofchk);
	hash = nsw_fixture_mix(hash, vf->policy.trust);
	hash = nsw_fixture_mix(hash, vf->policy.link);
	hash = nsw_fixture_mix(hash, vf->policy.pvlan);
	hash = nsw_fixture_mix(hash, vf->policy.pcp);
	hash = nsw_fixture_mix(hash, vf->policy.rss_query);
	hash = nsw_fixture_mix(hash, (u64)vf->policy.min_rate << 32 | vf->policy.max_rate);
	hash = nsw_fixture_mix(hash, vf->wake);
	hash = nsw_fixture_mix(hash, vf->offer);
	hash = nsw_fixture_mix(hash, vf->running);
	hash = nsw_fixture_mix(hash, vf->vport ? vf->vport->id : 0);
	hash = nsw_fixture_mix(hash, vf->auto_filter);
	hash = nsw_fixture_mix(hash, vf->owner);
	return nsw_fixture_mix_blocks(hash, vf);
}

static u32 nsw_fixture_mix_queue(u32 hash, const struct nsw_vmq *vmq)
{
	hash = nsw_fixture_mix_name(hash, vmq->vm);
	hash = nsw_fixture_mix(hash, vmq->announced);
	hash = nsw_fixture_mix(hash, vmq->completed);
	hash = nsw_fixture_mix(hash, vmq->buffers);
	return jhash(&vmq->cpus, cpumask_size(), hash);
}

static u32 nsw_fixture_mix_vport(u32 hash, struct nsw_vport *vport)
{
	unsigned long vlan;
	void *users;

	hash = nsw_fixture_mix_name(hash, vport->name);
	hash = nsw_fixture_mix(hash, vport->id);
	hash = nsw_fixture_mix(hash, vport->blocked);
	hash = nsw_fixture_mix(hash, vport->pvlan);
	hash = nsw_fixture_mix(hash, vport->pcp);
	hash = nsw_fixture_mix(hash, vport->spoofchk);
	hash = nsw_fixture_mix(hash, vport->state);
	hash = nsw_fixture_mix(hash, vport->dying);
	hash = nsw_fixture_mix(hash, vport->owner);
	hash = nsw_fixture_mix(hash, vport->moderation);
	hash = nsw_fixture_mix(hash, vport->qps);
	hash = nsw_fixture_mix(hash, vport->num_filters);
	hash = nsw_fixture_mix(hash, vport->vf ? vport->vf->id : U32_MAX);
	if (vport->cpus)
		hash = jhash(vport->cpus, cpumask_size(), hash);
	if (vport->vmq)
		hash = nsw_fixture_mix_queue(hash, nsw_vmq_from_vport(vport));
	xa_for_each(&vport->vlans, vlan, users) {
		hash = nsw_fixture_mix(hash, vlan);
		hash = nsw_fixture_mix(hash, xa_to_value(users));
	}
	return hash;
}

/* The VPort that frames find under the key of a filter; U32_MAX for none. */
static u32 nsw_fixture_found(struct nsw_switch *sw, const struct nsw_filter *filter, u32 vport)
{
	const struct nsw_entry *entry;
	u32 id = U32_MAX;

	if (nsw_filter_mac(filter) & NSW_MAC_GROUP)
		return nsw_table_group_has(&sw->table, filter->entry.key, vport) ? vport : id;
	rcu_read_lock();
	entry = nsw_table_find_rcu(&sw->table, filter->entry.key);
	if (entry)
		id = rcu_dereference(entry->vport)->id;
	rcu_read_unlock();
	return id;
}

static u32 nsw_fixture_digest_filters(struct nsw_switch *sw)
{
	struct nsw_filter *filter;
	unsigned long id;
	u32 vport;
	u32 hash = 0;

	xa_for_each(&sw->filters, id, filter) {
		vport = nsw_filter_vport_locked(sw, filter)->id;
		hash = nsw_fixture_mix(hash, id);
		hash = nsw_fixture_mix(hash, filter->id);
		hash = nsw_fixture_mix(hash, filter->vlan);
		hash = nsw_fixture_mix(hash, filter->owner);
		hash = nsw_fixture_mix(hash, filter->entry.key);
		hash = nsw_fixture_mix(hash, vport);
		hash = nsw_fixture_mix(hash, nsw_fixture_found(sw, filter, vport));
	}
	return hash;
}

static u32 nsw_fixture_digest_table(struct nsw_switch *sw)
{
	struct nsw_table *table = &sw->table;
	struct nsw_vport *vport;
	unsigned long vlan;
	u32 hash = 0, i;
	void *users;
	u64 key;

	hash = nsw_fixture_mix(hash, atomic_read(&table->unicast.nelems));
	hash = nsw_fixture_mix(hash, atomic_read(&table->groups.nelems));
	for (i = 0; i < table->words; i++) {
		hash = nsw_fixture_mix(hash, table->promisc[i]);
		hash = nsw_fixture_mix(hash, table->allmulti[i]);
		hash = nsw_fixture_mix(hash, table->silent[i]);
	}
	for (i = 0; i < sw->num_places; i++) {
		vport = nsw_switch_deref(sw, sw->vports[i]);
		if (!vport)
			continue;
		xa_for_each(&vport->vlans, vlan, users) {
			key = nsw_key(NSW_MAC_BROADCAST, vlan);
			hash = nsw_fixture_mix(hash, nsw_table_group_has(table, key, i));
		}
	}
	return hash;
}

static u32 nsw_fixture_digest_switch(const struct nsw_switch *sw)
{
	u32 hash = nsw_fixture_mix_name(sw->state, sw->name);

	hash = nsw_fixture_mix(hash, sw->owner);
	hash = nsw_fixture_mix(hash, sw->speed);
	hash = nsw_fixture_mix(hash, sw->link);
	hash = nsw_fixture_mix(hash, sw->vmq_open);
	hash = nsw_fixture_mix(hash, sw->faults.num);
	return jhash(&sw->caps, sizeof(sw->caps), hash);
}

static u32 nsw_fixture_digest_counters(const struct nsw_switch *sw)
{
	u32 hash = 0;

	hash = nsw_fixture_mix(hash, sw->num_vfs);
	hash = nsw_fixture_mix(hash, sw->num_allocated);
	hash = nsw_fixture_mix(hash, sw->num_vports);
	hash = nsw_fixture_mix(hash, sw->num_pf_vports);
	hash = nsw_fixture_mix(hash, sw->num_vmqs);
	hash = nsw_fixture_mix(hash, sw->num_unicast);
	hash = nsw_fixture_mix(hash, (u64)sw->counts[0].mac << 32 | sw->counts[0].vlan);
	hash = nsw_fixture_mix(hash, (u64)sw->counts[1].mac << 32 | sw->counts[1].vlan);
	hash = nsw_fixture_mix(hash, sw->qps.used);
	return nsw_fixture_mix(hash, sw->qps.nondefault);
}

void nsw_fixture_snapshot(struct nsw_fixture *fx, struct nsw_fixture_state *state)
{
	struct nsw_switch *sw = &fx->sw;
	struct nsw_vport *vport;
	u32 i;

	*state = (struct nsw_fixture_state) { };
	nsw_switch_lock(sw);
	state->part[NSW_PART_SWITCH] = nsw_fixture_digest_switch(sw);
	state->part[NSW_PART_COUNTERS] = nsw_fixture_digest_counters(sw);
	for (i = 0; i < sw->num_vfs; i++)
		state->part[NSW_PART_VFS] = nsw_fixture_mix_vf(state->part[NSW_PART_VFS],
							       &sw->vfs[i]);
	for (i = 0; i < sw->num_places; i++) {
		vport = nsw_switch_deref(sw, sw->vports[i]);
		if (vport)
			state->part[NSW_PART_VPORTS] =
				nsw_fixture_mix_vport(state->part[NSW_PART_VPORTS], vport);
	}
	state->part[NSW_PART_FILTERS] = nsw_fixture_digest_filters(sw);
	state->part[NSW_PART_TABLE] = nsw_fixture_digest_table(sw);
	state->part[NSW_PART_EVENTS] = nsw_fixture_mix(sw->generation, fx->num_events);
	nsw_switch_unlock(sw);
}

void nsw_fixture_expect_unchanged(struct nsw_fixture *fx, const struct nsw_fixture_state *before,
				  const char *what)
{
	struct nsw_fixture_state after;
	unsigned int i;

	nsw_fixture_snapshot(fx, &after);
	for (i = 0; i < NSW_PART_NUM; i++)
		KUNIT_EXPECT_EQ_MSG(fx->test, before->part[i], after.part[i], "%s changed: %s",
				    nsw_fixture_part_names[i], what);
}

void nsw_fixture_before_refusal(struct nsw_fixture *fx)
{
	fx->extack = (struct netlink_ext_ack) { };
	nsw_fixture_snapshot(fx, &fx->before);
}

void nsw_fixture_expect_refusal(struct nsw_fixture *fx, enum nsw_status status, const char *what)
{
	u32 reported = 0;

	KUNIT_EXPECT_NOT_NULL_MSG(fx->test, fx->extack._msg, "no reason: %s", what);
	if (fx->extack._msg)
		KUNIT_EXPECT_LT_MSG(fx->test, strlen(fx->extack._msg), 79, "cut off: %s",
				    fx->extack._msg);
	KUNIT_EXPECT_EQ_MSG(fx->test, (int)fx->extack.cookie_len, 4, "%s", what);
	memcpy(&reported, fx->extack.cookie, sizeof(reported));
	KUNIT_EXPECT_EQ_MSG(fx->test, reported, (u32)status, "%s", what);
	nsw_fixture_expect_unchanged(fx, &fx->before, what);
}

void nsw_fixture_expect_event(struct nsw_fixture *fx, enum nsw_event event,
			      enum nsw_object object, u32 id)
{
	KUNIT_EXPECT_EQ(fx->test, fx->event.event, event);
	KUNIT_EXPECT_EQ(fx->test, fx->event.object, object);
	KUNIT_EXPECT_EQ(fx->test, fx->event.id, id);
}

/* Filters by VPort and by kind, counted anew. */
struct nsw_fixture_tally {
	u32 unicast;
	struct nsw_filter_counts counts[2];
	u32 lost;
};

static void nsw_fixture_count(struct nsw_switch *sw, struct nsw_fixture_tally *tally)
{
	struct nsw_filter_counts *counts;
	struct nsw_filter *filter;
	unsigned long id;
	u32 vport;

	xa_for_each(&sw->filters, id, filter) {
		vport = nsw_filter_vport_locked(sw, filter)->id;
		counts = &tally->counts[!!vport];
		if (filter->vlan == NSW_VLAN_NONE || filter->vlan == NSW_VLAN_ANY)
			counts->mac++;
		else
			counts->vlan++;
		if (!(nsw_filter_mac(filter) & NSW_MAC_GROUP))
			tally->unicast++;
		if (id != filter->id || nsw_fixture_found(sw, filter, vport) != vport)
			tally->lost++;
	}
}

/* What is wrong with a VPort; NULL for nothing. */
static const char *nsw_fixture_complain(struct nsw_switch *sw, struct nsw_vport *vport)
{
	unsigned long id, vlan;
	struct nsw_filter *filter;
	u32 filters = 0, users = 0;
	bool silent;
	void *num;

	xa_for_each(&sw->filters, id, filter)
		filters += nsw_filter_vport_locked(sw, filter) == vport;
	xa_for_each(&vport->vlans, vlan, num) {
		users += xa_to_value(num);
		if (!nsw_table_group_has(&sw->table, nsw_key(NSW_MAC_BROADCAST, vlan), vport->id))
			return "a VLAN without broadcast";
	}
	if (filters != vport->num_filters)
		return "number of filters";
	if (filters != users)
		return "number of filters with a VLAN condition";
	silent = vport->id && !vport->dying && !filters;
	if (silent != !!(vport->blocked & NSW_BLOCK_SILENT))
		return "silent bit";
	if (silent != !!test_bit(vport->id, sw->table.silent))
		return "silent bitmap";
	if ((vport->state == NSW_VPORT_STATE_DEACTIVATED || vport->dying) !=
	    !!(vport->blocked & NSW_BLOCK_INACTIVE))
		return "inactive bit";
	return NULL;
}

void nsw_fixture_expect_sound(struct nsw_fixture *fx)
{
	struct nsw_fixture_tally tally = { };
	struct nsw_switch *sw = &fx->sw;
	struct nsw_vport *vport;
	const char *complaint;
	u32 i, num = 0;

	nsw_switch_lock(sw);
	nsw_fixture_count(sw, &tally);
	KUNIT_EXPECT_EQ(fx->test, tally.lost, 0);
	KUNIT_EXPECT_EQ(fx->test, tally.unicast, sw->num_unicast);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(fx->test, tally.counts[i].mac, sw->counts[i].mac);
		KUNIT_EXPECT_EQ(fx->test, tally.counts[i].vlan, sw->counts[i].vlan);
	}
	for (i = 0; i < sw->num_places; i++) {
		vport = nsw_switch_deref(sw, sw->vports[i]);
		if (!vport)
			continue;
		num++;
		complaint = nsw_fixture_complain(sw, vport);
		KUNIT_EXPECT_TRUE_MSG(fx->test, !complaint, "VPort %u: %s", i, complaint);
	}
	if (sw->state == NSW_SWITCH_CREATED)
		KUNIT_EXPECT_EQ(fx->test, num, sw->num_vports);
	nsw_switch_unlock(sw);
}
