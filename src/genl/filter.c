// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include "genl/family.h"
#include "model/filter.h"
#include "model/status.h"
#include "model/vmq.h"

static int nsw_nl_put_vlan(struct sk_buff *skb, nsw_vlan_t vlan)
{
	enum nsw_vlan_mode mode = vlan == NSW_VLAN_NONE ? NSW_VLAN_MODE_NONE :
				  vlan == NSW_VLAN_ANY ? NSW_VLAN_MODE_ANY : NSW_VLAN_MODE_ID;

	if (nla_put_u32(skb, NSW_A_VLAN_MODE, mode) ||
	    (mode == NSW_VLAN_MODE_ID && nla_put_u16(skb, NSW_A_VLAN_ID, vlan)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_filter_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	bool queue = adapter->sw.state == NSW_SWITCH_ABSENT;
	const struct nsw_filter *filter = obj;
	u8 mac[ETH_ALEN];

	u64_to_ether_addr(nsw_filter_mac(filter), mac);
	if (nla_put_u32(skb, NSW_A_FILTER_ID, filter->id) ||
	    nsw_nl_put_owned(skb, filter->owner) ||
	    nla_put_u32(skb, queue ? NSW_A_QUEUE_ID : NSW_A_VPORT_ID,
			nsw_filter_vport_locked(&adapter->sw, filter)->id) ||
	    nla_put(skb, NSW_A_MAC, ETH_ALEN, mac) ||
	    nsw_nl_put_vlan(skb, filter->vlan))
		return -EMSGSIZE;
	return 0;
}

static int nsw_nl_filter_parse_vlan(struct genl_info *info, enum nsw_vlan_mode *mode, u16 *vid)
{
	struct nlattr *id = info->attrs[NSW_A_VLAN_ID];

	*vid = id ? nla_get_u16(id) : 0;
	*mode = nsw_nl_u32(info, NSW_A_VLAN_MODE, id ? NSW_VLAN_MODE_ID : NSW_VLAN_MODE_NONE);
	if ((*mode == NSW_VLAN_MODE_ID) != !!id)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a VLAN id goes with VLAN condition id, and only with it");
	return 0;
}

static int nsw_nl_filter_parse_holder(struct genl_info *info, u32 *id, bool *queue)
{
	*queue = info->attrs[NSW_A_QUEUE_ID];
	if (*queue && info->attrs[NSW_A_VPORT_ID])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a filter is either on a VPort or on a VM queue: say which");
	if (*queue)
		return nsw_nl_require(info, NSW_A_QUEUE_ID, "queue-id", id);
	return nsw_nl_require(info, NSW_A_VPORT_ID, "vport-id", id);
}

int nsw_nl_filter_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	struct nlattr *mac = info->attrs[NSW_A_MAC];
	struct nsw_caller caller;
	enum nsw_vlan_mode mode;
	struct nsw_nl_key key;
	u32 vport, id = 0;
	bool queue;
	u16 vid;
	int err;

	err = nsw_nl_filter_parse_holder(info, &vport, &queue) ?:
	      nsw_nl_filter_parse_vlan(info, &mode, &vid);
	if (err)
		return err;
	if (!mac)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute mac is missing");
	err = nsw_nl_owner_creator(info, &caller) ?: nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = (queue ? nsw_filter_add_to_queue_as : nsw_filter_add_as)
		(sw, &caller, vport, nla_data(mac), mode, vid, &id, info->extack);
	return nsw_nl_key_end(info, &key, NSW_A_FILTER_ID, id, err);
}

/* Who asks for a filter of a VPort, or of a VM queue, means only that. */
static int nsw_nl_filter_check_place(struct genl_info *info, const struct nsw_filter *filter)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	bool queue = sw->state == NSW_SWITCH_ABSENT;
	u32 is = nsw_filter_vport_locked(sw, filter)->id;
	u32 wanted = nsw_nl_u32(info, queue ? NSW_A_QUEUE_ID : NSW_A_VPORT_ID, is);

	if (info->attrs[queue ? NSW_A_VPORT_ID : NSW_A_QUEUE_ID])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "filter %u is on a %s", filter->id, queue ? "VM queue" : "VPort");
	if (is == wanted)
		return 0;
	return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
			  "filter %u is on %s %u, not on %u", filter->id,
			  queue ? "VM queue" : "VPort", is, wanted);
}

int nsw_nl_filter_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	const struct nsw_filter *filter;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_FILTER_ID, "filter-id", &id);
	if (err)
		return err;
	nsw_switch_lock(sw);
	filter = nsw_filter_get_locked(sw, id, info->extack);
	if (IS_ERR(filter))
		err = PTR_ERR(filter);
	else
		err = nsw_nl_filter_check_place(info, filter) ?:
		      nsw_nl_reply(info, nsw_nl_filter_fill, filter);
	nsw_switch_unlock(sw);
	return err;
}

/* A VPort or VM queue that is named exists. */
static int nsw_nl_filter_check_dump(struct nsw_switch *sw, struct nlattr **attrs,
				    struct netlink_ext_ack *extack)
{
	struct nsw_vport *vport;
	struct nsw_vmq *vmq;
	u32 queue;

	if (attrs[NSW_A_FILTER_ID])
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "a dump lists the filters of a VPort: it takes no filter-id");
	if (attrs[NSW_A_QUEUE_ID]) {
		if (attrs[NSW_A_VPORT_ID])
			return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
					  "filters are on VPorts or on VM queues: say which");
		queue = nla_get_u32(attrs[NSW_A_QUEUE_ID]);
		if (queue == NSW_DEFAULT_QUEUE_ID && sw->state == NSW_SWITCH_ABSENT)
			return 0;
		vmq = nsw_vmq_get_locked(sw, queue, extack);
		return PTR_ERR_OR_ZERO(vmq);
	}
	if (!attrs[NSW_A_VPORT_ID])
		return 0;
	vport = nsw_vport_get_locked(sw, nla_get_u32(attrs[NSW_A_VPORT_ID]), extack);
	return PTR_ERR_OR_ZERO(vport);
}

static const void *nsw_nl_filter_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				      unsigned long *pos)
{
	struct nlattr **attrs = nsw_compat_dump_attrs(cb);
	struct nlattr *holder = attrs[NSW_A_VPORT_ID] ?: attrs[NSW_A_QUEUE_ID];
	struct nsw_switch *sw = &adapter->sw;
	struct nsw_filter *filter;
	int err;

	err = nsw_nl_filter_check_dump(sw, attrs, cb->extack);
	if (err)
		return ERR_PTR(err);
	for (filter = xa_find(&sw->filters, pos, ULONG_MAX, XA_PRESENT); filter;
	     filter = xa_find_after(&sw->filters, pos, ULONG_MAX, XA_PRESENT))
		if (!holder || nsw_filter_vport_locked(sw, filter)->id == nla_get_u32(holder))
			return filter;
	return NULL;
}

int nsw_nl_filter_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_FILTER_GET, nsw_nl_filter_next, nsw_nl_filter_fill);
}

int nsw_nl_filter_move_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	u32 id, from, to;
	int err;

	nsw_nl_owner_caller(info, &caller);
	err = nsw_nl_require(info, NSW_A_FILTER_ID, "filter-id", &id) ?:
	      nsw_nl_require(info, NSW_A_SOURCE_VPORT_ID, "source-vport-id", &from) ?:
	      nsw_nl_require(info, NSW_A_VPORT_ID, "vport-id", &to);
	return err ?: nsw_filter_move_as(&nsw_nl_adapter(info)->sw, &caller, id, from, to,
					 info->extack);
}

int nsw_nl_filter_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	u32 id;
	int err = nsw_nl_require(info, NSW_A_FILTER_ID, "filter-id", &id);

	nsw_nl_owner_caller(info, &caller);
	return err ?: nsw_filter_del_as(&nsw_nl_adapter(info)->sw, &caller, id, info->extack);
}
