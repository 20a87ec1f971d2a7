// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/fault.h"
#include "model/status.h"

int nsw_nl_fault_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_fault *fault = obj;
	const struct nsw_fault_params *is = &fault->is;
	bool of_vport = nsw_fault_is_of_vport(is->kind);

	if (nla_put_u32(skb, NSW_A_FAULT_ID, fault->id) ||
	    nla_put_u32(skb, NSW_A_FAULT_KIND, is->kind) ||
	    (of_vport && nla_put_u32(skb, NSW_A_VPORT_ID, is->vport)) ||
	    (!of_vport && is->vf != NSW_FAULT_ANY_VF && nla_put_u32(skb, NSW_A_VF_ID, is->vf)) ||
	    (!of_vport && nla_put_u32(skb, NSW_A_FAULT_ERRNO, is->err)) ||
	    (is->delay && nla_put_u32(skb, NSW_A_FAULT_DELAY, is->delay)) ||
	    (is->every && nla_put_u32(skb, NSW_A_FAULT_EVERY, is->every)) ||
	    nla_put_u32(skb, NSW_A_FAULT_COUNT, is->count) ||
	    nla_put_u32(skb, NSW_A_FAULT_HITS, atomic_read(&fault->hits)))
		return -EMSGSIZE;
	return 0;
}

static bool nsw_nl_fault_is_at_once(enum nsw_fault_kind kind)
{
	return kind == NSW_FAULT_KIND_RESET || kind == NSW_FAULT_KIND_AER;
}

/* What goes with one sort of faults only; the model knows of the rest. */
static int nsw_nl_fault_check(struct genl_info *info, enum nsw_fault_kind kind)
{
	bool vport = nsw_fault_is_of_vport(kind);

	if (nsw_nl_fault_is_at_once(kind) &&
	    (info->attrs[NSW_A_FAULT_ERRNO] || info->attrs[NSW_A_FAULT_DELAY] ||
	     info->attrs[NSW_A_FAULT_COUNT] || info->attrs[NSW_A_FAULT_EVERY]))
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a reset and an error happen at once, and once");
	if (vport != !!info->attrs[NSW_A_VPORT_ID])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a VPort goes with faults of frames and links, and with all of them");
	if (info->attrs[NSW_A_VF_ID] && (vport || kind < NSW_FAULT_KIND_MAILBOX ||
					 kind == NSW_FAULT_KIND_VPORT))
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "a fault of this kind is of no VF");
	/* Stands for all VFs, or the PF, inside the kernel. */
	if (info->attrs[NSW_A_VF_ID] && nla_get_u32(info->attrs[NSW_A_VF_ID]) == NSW_FAULT_ANY_VF)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "there can be no VF %u", NSW_FAULT_ANY_VF);
	if (vport && info->attrs[NSW_A_FAULT_ERRNO])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "an errno goes with faults of requests");
	return 0;
}

static int nsw_nl_fault_inject(struct genl_info *info, enum nsw_fault_kind kind)
{
	u32 vf = nsw_nl_u32(info, NSW_A_VF_ID, NSW_FAULT_ANY_VF);

	return nsw_adapter_inject(nsw_nl_adapter(info), kind, vf, info->extack);
}

int nsw_nl_fault_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_fault_params params = {
		.vf = nsw_nl_u32(info, NSW_A_VF_ID, NSW_FAULT_ANY_VF),
		.vport = nsw_nl_u32(info, NSW_A_VPORT_ID, 0),
		.delay = nsw_nl_u32(info, NSW_A_FAULT_DELAY, 0),
		.every = nsw_nl_u32(info, NSW_A_FAULT_EVERY, 0),
	};
	struct nsw_nl_key key;
	u32 kind, id = 0;
	int err;

	err = nsw_nl_require(info, NSW_A_FAULT_KIND, "fault-kind", &kind) ?:
	      nsw_nl_fault_check(info, kind);
	if (err)
		return err;
	if (nsw_nl_fault_is_at_once(kind))
		return nsw_nl_fault_inject(info, kind);
	params.kind = kind;
	if (!nsw_fault_is_of_vport(kind)) {
		params.err = nsw_nl_u32(info, NSW_A_FAULT_ERRNO, params.delay ? 0 : EIO);
		params.count = 1;
	}
	params.count = nsw_nl_u32(info, NSW_A_FAULT_COUNT, params.count);
	err = nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = nsw_fault_add(&nsw_nl_adapter(info)->sw, &params, &id, info->extack);
	return nsw_nl_key_end(info, &key, NSW_A_FAULT_ID, id, err);
}

int nsw_nl_fault_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	const struct nsw_fault *fault;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_FAULT_ID, "fault-id", &id);
	if (err)
		return err;
	nsw_switch_lock(sw);
	fault = nsw_fault_get_locked(sw, id, info->extack);
	err = IS_ERR(fault) ? PTR_ERR(fault) : nsw_nl_reply(info, nsw_nl_fault_fill, fault);
	nsw_switch_unlock(sw);
	return err;
}

static const void *nsw_nl_fault_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				     unsigned long *pos)
{
	return xa_find(&adapter->sw.faults.all, pos, ULONG_MAX, XA_PRESENT);
}

int nsw_nl_fault_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_FAULT_GET, nsw_nl_fault_next, nsw_nl_fault_fill);
}

int nsw_nl_fault_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;
	int err = nsw_nl_require(info, NSW_A_FAULT_ID, "fault-id", &id);

	return err ?: nsw_fault_del(&nsw_nl_adapter(info)->sw, id, info->extack);
}
