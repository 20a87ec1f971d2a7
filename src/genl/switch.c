// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/status.h"

int nsw_nl_switch_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_switch *sw = obj;

	if (nla_put_u32(skb, NSW_A_SWITCH_ID, NSW_DEFAULT_SWITCH_ID) ||
	    nsw_nl_put_owned(skb, sw->owner) ||
	    (sw->name && nla_put_string(skb, NSW_A_SWITCH_NAME, sw->name)) ||
	    nla_put_u32(skb, NSW_A_NUM_VFS, sw->num_vfs) ||
	    nla_put_u32(skb, NSW_A_NUM_ALLOCATED_VFS, sw->num_allocated) ||
	    nla_put_u32(skb, NSW_A_NUM_VPORTS, sw->caps.max_vports) ||
	    nla_put_u32(skb, NSW_A_NUM_ACTIVE_VPORTS, sw->num_vports) ||
	    nla_put_u32(skb, NSW_A_DEFAULT_QUEUE_PAIRS, sw->vport0.qps) ||
	    nla_put_u32(skb, NSW_A_NUM_QUEUE_PAIRS, sw->qps.used) ||
	    nla_put_u32(skb, NSW_A_NUM_MAC_FILTERS_DEFAULT, sw->counts[0].mac) ||
	    nla_put_u32(skb, NSW_A_NUM_MAC_FILTERS_NONDEFAULT, sw->counts[1].mac) ||
	    nla_put_u32(skb, NSW_A_NUM_VLAN_FILTERS_DEFAULT, sw->counts[0].vlan) ||
	    nla_put_u32(skb, NSW_A_NUM_VLAN_FILTERS_NONDEFAULT, sw->counts[1].vlan))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_check_switch_id(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	u32 id = attr ? nla_get_u32(attr) : NSW_DEFAULT_SWITCH_ID;

	if (id == NSW_DEFAULT_SWITCH_ID)
		return 0;
	return nsw_refuse(extack, ENOENT, FILE_NOT_FOUND,
			  "switch %u does not exist: the only switch has id 0", id);
}

static int nsw_nl_switch_check_id(struct genl_info *info)
{
	return nsw_nl_check_switch_id(info->attrs[NSW_A_SWITCH_ID], info->extack);
}

int nsw_nl_switch_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_adapter *adapter = nsw_nl_adapter(info);
	struct nsw_switch_params params;
	struct nsw_caller caller;
	struct nsw_nl_key key;
	int err;

	nsw_switch_defaults(&adapter->sw, &params);
	params.caller = &caller;
	params.name = nsw_nl_name(info, NSW_A_SWITCH_NAME) ?: params.name;
	params.num_vfs = nsw_nl_u32(info, NSW_A_NUM_VFS, params.num_vfs);
	params.default_qps = nsw_nl_u32(info, NSW_A_DEFAULT_QUEUE_PAIRS, params.default_qps);
	err = nsw_nl_owner_creator(info, &caller) ?: nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = nsw_adapter_create_switch(adapter, &params, info->extack);
	return nsw_nl_key_end(info, &key, NSW_A_SWITCH_ID, NSW_DEFAULT_SWITCH_ID, err);
}

int nsw_nl_switch_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	int err;

	err = nsw_nl_switch_check_id(info);
	if (err)
		return err;
	nsw_switch_lock(sw);
	err = nsw_switch_require_locked(sw, info->extack) ?:
	      nsw_nl_reply(info, nsw_nl_switch_fill, sw);
	nsw_switch_unlock(sw);
	return err;
}

static const void *nsw_nl_switch_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				      unsigned long *pos)
{
	return !*pos && adapter->sw.state == NSW_SWITCH_CREATED ? &adapter->sw : NULL;
}

int nsw_nl_switch_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_SWITCH_GET, nsw_nl_switch_next, nsw_nl_switch_fill);
}

int nsw_nl_switch_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = nsw_nl_name(info, NSW_A_SWITCH_NAME);
	int err;

	err = nsw_nl_switch_check_id(info);
	if (err)
		return err;
	if (!name)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute switch-name is missing: only the name can change");
	return nsw_switch_set_name(&nsw_nl_adapter(info)->sw, name, info->extack);
}

int nsw_nl_switch_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	int err = nsw_nl_switch_check_id(info);

	nsw_nl_owner_caller(info, &caller);
	return err ?: nsw_adapter_delete_switch(nsw_nl_adapter(info), &caller, info->extack);
}
