// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/status.h"
#include "model/vf.h"
#include "model/vport.h"

int nsw_nl_vport_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_vport *vport = obj;

	if (nla_put_u32(skb, NSW_A_VPORT_ID, vport->id) ||
	    nsw_nl_put_owned(skb, vport->owner) ||
	    (vport->name && nla_put_string(skb, NSW_A_VPORT_NAME, vport->name)) ||
	    (vport->vf ? nla_put_u32(skb, NSW_A_VF_ID, vport->vf->id) :
			 nla_put_flag(skb, NSW_A_PF)) ||
	    nla_put_u32(skb, NSW_A_VPORT_STATE, vport->state) ||
	    nla_put_u32(skb, NSW_A_QUEUE_PAIRS, vport->qps) ||
	    nla_put_u32(skb, NSW_A_MODERATION, vport->moderation) ||
	    (vport->cpus && nsw_nl_put_affinity(skb, vport->cpus)) ||
	    nla_put_u32(skb, NSW_A_NUM_FILTERS, vport->num_filters) ||
	    nla_put_u8(skb, NSW_A_CARRIER, !(vport->blocked & NSW_BLOCK_CARRIER)) ||
	    nsw_nl_put_port(skb, nsw_switch_deref(&adapter->sw, vport->port), false))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vport_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	struct nsw_vport_params params = {
		.caller = &caller,
		.pf = nla_get_flag(info->attrs[NSW_A_PF]),
		.vf = nsw_nl_u32(info, NSW_A_VF_ID, 0),
		.qps = nsw_nl_u32(info, NSW_A_QUEUE_PAIRS, 1),
		.moderation = nsw_nl_u32(info, NSW_A_MODERATION, 0),
		.name = nsw_nl_name(info, NSW_A_VPORT_NAME),
	};
	struct cpumask *cpus;
	struct nsw_nl_key key;
	u32 id = 0;
	int err;

	if (params.pf == !!info->attrs[NSW_A_VF_ID])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a VPort is attached to either the PF or a VF: say which");
	err = nsw_nl_parse_affinity(info, &cpus);
	if (err)
		return err;
	params.cpus = cpus;
	err = nsw_nl_owner_creator(info, &caller) ?: nsw_nl_key_begin(info, &key);
	if (err)
		goto free_cpus;
	err = nsw_adapter_create_vport(nsw_nl_adapter(info), &params, &id, info->extack);
	err = nsw_nl_key_end(info, &key, NSW_A_VPORT_ID, id, err);
free_cpus:
	kfree(cpus);
	return err;
}

int nsw_nl_vport_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	const struct nsw_vport *vport;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_VPORT_ID, "vport-id", &id) ?:
	      nsw_nl_check_switch_id(info->attrs[NSW_A_SWITCH_ID], info->extack);
	if (err)
		return err;
	if (info->attrs[NSW_A_VF_ID] || info->attrs[NSW_A_PF])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a function narrows a dump; one VPort has its vport-id");
	nsw_switch_lock(sw);
	vport = nsw_vport_get_locked(sw, id, info->extack);
	err = IS_ERR(vport) ? PTR_ERR(vport) : nsw_nl_reply(info, nsw_nl_vport_fill, vport);
	nsw_switch_unlock(sw);
	return err;
}

/* The function or the switch whose VPorts are asked for: oid-nic-switch-enum-vports. */
static int nsw_nl_vport_check_dump(struct nsw_switch *sw, struct nlattr **attrs,
				   struct netlink_ext_ack *extack)
{
	bool function = attrs[NSW_A_VF_ID] || attrs[NSW_A_PF];
	struct nsw_vf *vf;

	if (attrs[NSW_A_VPORT_ID] || (attrs[NSW_A_VF_ID] && attrs[NSW_A_PF]) ||
	    (function && attrs[NSW_A_SWITCH_ID]))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "a dump lists the VPorts of the PF, of a VF, or of the switch");
	if (!attrs[NSW_A_VF_ID])
		return nsw_nl_check_switch_id(attrs[NSW_A_SWITCH_ID], extack);
	vf = nsw_vf_get_locked(sw, nla_get_u32(attrs[NSW_A_VF_ID]), extack);
	return PTR_ERR_OR_ZERO(vf);
}

static bool nsw_nl_vport_is_wanted(const struct nsw_vport *vport, struct nlattr **attrs)
{
	if (attrs[NSW_A_PF])
		return !vport->vf;
	return !attrs[NSW_A_VF_ID] ||
	       (vport->vf && vport->vf->id == nla_get_u32(attrs[NSW_A_VF_ID]));
}

static const void *nsw_nl_vport_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				     unsigned long *pos)
{
	struct nlattr **attrs = nsw_compat_dump_attrs(cb);
	struct nsw_switch *sw = &adapter->sw;
	const struct nsw_vport *vport;
	int err;

	err = nsw_nl_vport_check_dump(sw, attrs, cb->extack);
	if (err)
		return ERR_PTR(err);
	if (sw->state != NSW_SWITCH_CREATED)
		return NULL;
	for (; *pos < sw->caps.max_vports; (*pos)++) {
		vport = nsw_switch_deref(sw, sw->vports[*pos]);
		if (vport && !vport->dying && nsw_nl_vport_is_wanted(vport, attrs))
			return vport;
	}
	return NULL;
}

int nsw_nl_vport_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_VPORT_GET, nsw_nl_vport_next, nsw_nl_vport_fill);
}

int nsw_nl_vport_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_vport_changes changes = {
		.name = nsw_nl_name(info, NSW_A_VPORT_NAME),
		.moderation = nsw_nl_u32(info, NSW_A_MODERATION, 0),
		.state = nsw_nl_u32(info, NSW_A_VPORT_STATE, 0),
		.set_qps = info->attrs[NSW_A_QUEUE_PAIRS],
		.qps = nsw_nl_u32(info, NSW_A_QUEUE_PAIRS, 0),
	};
	struct cpumask *cpus;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_VPORT_ID, "vport-id", &id) ?:
	      nsw_nl_parse_affinity(info, &cpus);
	if (err)
		return err;
	changes.cpus = cpus;
	err = nsw_adapter_set_vport(nsw_nl_adapter(info), id, &changes, info->extack);
	kfree(cpus);
	return err;
}

int nsw_nl_vport_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	u32 id;
	int err = nsw_nl_require(info, NSW_A_VPORT_ID, "vport-id", &id);

	nsw_nl_owner_caller(info, &caller);
	return err ?: nsw_adapter_delete_vport(nsw_nl_adapter(info), &caller, id, info->extack);
}
