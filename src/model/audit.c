// SPDX-License-Identifier: GPL-2.0-only
#include "model/audit.h"
#include "model/filter.h"
#include "model/filter_place.h"
#include "model/port.h"
#include "model/switch.h"
#include "model/vf.h"

/* The table leads to the VPort by the key that the filter has there. */
static bool nsw_audit_filter(struct nsw_switch *sw, const struct nsw_vport *vport,
			     const struct nsw_filter *filter)
{
	u64 key = nsw_key(nsw_filter_mac(filter), nsw_filter_vlan_on(vport, filter->vlan));
	bool found;

	if (filter->entry.key != key)
		return false;
	if (nsw_filter_is_group(filter))
		return nsw_table_group_has(&sw->table, key, vport->id);
	rcu_read_lock();
	found = nsw_table_find_rcu(&sw->table, key) == &filter->entry;
	rcu_read_unlock();
	return found;
}

static bool nsw_audit_source(struct nsw_switch *sw, const struct nsw_vport *vport)
{
	struct nsw_entry *entry;
	bool found;

	if (vport->source == NSW_KEY_NONE)
		return true;
	rcu_read_lock();
	entry = nsw_table_find_rcu(&sw->table, vport->source);
	found = entry && rcu_access_pointer(entry->vport) == vport;
	rcu_read_unlock();
	return found;
}

int nsw_audit_vport_locked(struct nsw_switch *sw, struct nsw_vport *vport)
{
	bool silent = vport->id != NSW_DEFAULT_VPORT_ID && !vport->num_filters;
	struct nsw_filter *filter;
	unsigned long id;
	u32 num = 0;

	nsw_switch_assert_locked(sw);
	xa_for_each(&sw->filters, id, filter) {
		if (nsw_filter_vport_locked(sw, filter) != vport)
			continue;
		if (!nsw_audit_filter(sw, vport, filter))
			return -EUCLEAN;
		num++;
	}
	if (num != vport->num_filters || !nsw_audit_source(sw, vport))
		return -EUCLEAN;
	if (silent != !!(vport->blocked & NSW_BLOCK_SILENT) ||
	    silent != test_bit(vport->id, sw->table.silent))
		return -EUCLEAN;
	return 0;
}

static bool nsw_audit_attachment(struct nsw_switch *sw, const struct nsw_audit *audit,
				 const struct nsw_vport *vport)
{
	const struct nsw_vf *vf;

	if (audit->vf) {
		if (audit->id >= sw->num_vfs)
			return false;
		vf = &sw->vfs[audit->id];
		if (vf->port != audit->port || vf->vport != vport)
			return false;
	} else if (!vport || vport->id != audit->id) {
		return false;
	}
	return !vport || (nsw_switch_deref(sw, sw->vports[vport->id]) == vport &&
			  nsw_switch_deref(sw, vport->port) == audit->port);
}

int nsw_audit_port_locked(struct nsw_switch *sw, const struct nsw_audit *audit)
{
	struct nsw_vport *vport = nsw_switch_deref(sw, audit->port->vport);

	nsw_switch_assert_locked(sw);
	if (!nsw_audit_attachment(sw, audit, vport))
		return -EUCLEAN;
	if (!vport)
		return audit->carrier ? -EUCLEAN : 0;
	if (audit->carrier != !(vport->blocked & NSW_BLOCK_CARRIER) ||
	    audit->qps != vport->qps || audit->moderation != vport->moderation)
		return -EUCLEAN;
	return nsw_audit_vport_locked(sw, vport);
}
