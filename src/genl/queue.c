// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/slab.h>
#include "genl/family.h"
#include "model/status.h"
#include "model/vmq.h"

int nsw_nl_put_affinity(struct sk_buff *skb, const struct cpumask *cpus)
{
	int size = snprintf(NULL, 0, "%*pbl", cpumask_pr_args(cpus)) + 1;
	struct nlattr *attr = nla_reserve(skb, NSW_A_AFFINITY, size);

	if (!attr)
		return -EMSGSIZE;
	snprintf(nla_data(attr), size, "%*pbl", cpumask_pr_args(cpus));
	return 0;
}

/* What the default queue has not. */
static int nsw_nl_queue_put_own(struct sk_buff *skb, const struct nsw_vmq *vmq)
{
	const struct nsw_vport *vport = &vmq->vport;

	if (nsw_nl_put_owned(skb, vport->owner) ||
	    (vport->name && nla_put_string(skb, NSW_A_QUEUE_NAME, vport->name)) ||
	    (vmq->vm && nla_put_string(skb, NSW_A_VM_NAME, vmq->vm)) ||
	    nsw_nl_put_affinity(skb, &vmq->cpus) ||
	    nla_put_u32(skb, NSW_A_RECEIVE_BUFFERS, vmq->buffers))
		return -EMSGSIZE;
	return 0;
}

/* Queues are told apart by how frames see them: that is what all of them have. */
int nsw_nl_queue_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	struct nsw_vport *vport = (struct nsw_vport *)obj;
	const struct nsw_vmq *vmq = vport->vmq ? nsw_vmq_from_vport(vport) : NULL;
	u32 state = vmq ? nsw_vmq_state(vmq) : NSW_QUEUE_STATE_RUNNING;

	if (nla_put_u32(skb, NSW_A_QUEUE_ID, vport->id) ||
	    (vmq && nsw_nl_queue_put_own(skb, vmq)) ||
	    nla_put_u32(skb, NSW_A_QUEUE_STATE, state) ||
	    nla_put_u32(skb, NSW_A_NUM_FILTERS, vport->num_filters) ||
	    nla_put_u8(skb, NSW_A_CARRIER, !(vport->blocked & NSW_BLOCK_CARRIER)) ||
	    nsw_nl_put_port(skb, nsw_switch_deref(&adapter->sw, vport->port), false))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_parse_affinity(struct genl_info *info, struct cpumask **cpus)
{
	const char *list = nsw_nl_name(info, NSW_A_AFFINITY);
	int err;

	*cpus = NULL;
	if (!list)
		return 0;
	*cpus = kzalloc(sizeof(**cpus), GFP_KERNEL);
	if (!*cpus)
		return -ENOMEM;
	err = cpulist_parse(list, *cpus);
	if (!err)
		return 0;
	kfree(*cpus);
	*cpus = NULL;
	return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
			  "the affinity is no list of this machine's CPUs, such as 0-3,8");
}

int nsw_nl_queue_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	struct nsw_vmq_params params = {
		.caller = &caller,
		.name = nsw_nl_name(info, NSW_A_QUEUE_NAME),
		.vm = nsw_nl_name(info, NSW_A_VM_NAME),
		.buffers = nsw_nl_u32(info, NSW_A_RECEIVE_BUFFERS, 0),
	};
	struct cpumask *cpus;
	struct nsw_nl_key key;
	u32 id = 0;
	int err;

	err = nsw_nl_parse_affinity(info, &cpus);
	if (err)
		return err;
	params.cpus = cpus;
	err = nsw_nl_owner_creator(info, &caller) ?: nsw_nl_key_begin(info, &key);
	if (err)
		goto free_cpus;
	err = nsw_adapter_allocate_queue(nsw_nl_adapter(info), &params, &id, info->extack);
	err = nsw_nl_key_end(info, &key, NSW_A_QUEUE_ID, id, err);
free_cpus:
	kfree(cpus);
	return err;
}

struct nsw_vport *nsw_nl_queue_get_locked(struct nsw_switch *sw, u32 id,
					  struct netlink_ext_ack *extack)
{
	struct nsw_vmq *vmq;

	if (id == NSW_DEFAULT_QUEUE_ID && sw->state == NSW_SWITCH_ABSENT && sw->caps.num_queues)
		return &sw->vport0;
	vmq = nsw_vmq_get_locked(sw, id, extack);
	return IS_ERR(vmq) ? ERR_CAST(vmq) : &vmq->vport;
}

int nsw_nl_queue_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	struct nsw_vport *vport;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_QUEUE_ID, "queue-id", &id);
	if (err)
		return err;
	if (nla_get_flag(info->attrs[NSW_A_OWNED]))
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "owned narrows a dump; one VM queue has its queue-id");
	nsw_switch_lock(sw);
	vport = nsw_nl_queue_get_locked(sw, id, info->extack);
	err = IS_ERR(vport) ? PTR_ERR(vport) : nsw_nl_reply(info, nsw_nl_queue_fill, vport);
	nsw_switch_unlock(sw);
	return err;
}

static const void *nsw_nl_queue_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				     unsigned long *pos)
{
	struct nlattr **attrs = nsw_compat_dump_attrs(cb);
	struct nsw_switch *sw = &adapter->sw;
	const struct nsw_vport *vport;
	struct nsw_caller caller = { };

	/* oid-receive-filter-enum-queues: a driver sees its own, a user all of them. */
	if (attrs[NSW_A_QUEUE_ID])
		return ERR_PTR(nsw_refuse(cb->extack, EINVAL, INVALID_PARAMETER,
					  "a dump lists all VM queues: it takes no queue-id"));
	if (nla_get_flag(attrs[NSW_A_OWNED]))
		nsw_nl_owner_dumper(cb, &caller);
	for (; *pos < sw->num_places; (*pos)++) {
		vport = nsw_nl_queue_get_locked(sw, *pos, NULL);
		if (!IS_ERR(vport) && (!attrs[NSW_A_OWNED] ||
				       (caller.id && vport->owner == caller.id)))
			return vport;
	}
	return NULL;
}

int nsw_nl_queue_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_QUEUE_GET, nsw_nl_queue_next, nsw_nl_queue_fill);
}

/* The NDIS status that says why one of them is not complete. */
static u32 nsw_nl_queue_complete_one(struct nsw_switch *sw, const struct nsw_caller *caller, u32 id)
{
	struct netlink_ext_ack extack = { };
	u32 status = NSW_STATUS_FAILURE;

	if (!nsw_vmq_complete(sw, caller, id, &extack))
		return 0;
	if (extack.cookie_len == sizeof(status))
		memcpy(&status, extack.cookie, sizeof(status));
	return status;
}

int nsw_nl_queue_complete_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *ids = info->attrs[NSW_A_QUEUE_IDS];
	struct nsw_caller caller;
	struct nsw_nl_key key;
	u32 num, i, id, *status;
	struct nlattr *reply;

	num = ids ? nla_len(ids) / sizeof(u32) : 0;
	if (!num || num > NSW_VPORTS_MAX || nla_len(ids) % sizeof(u32))
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "queue-ids are 1 to %u numbers of 4 bytes", NSW_VPORTS_MAX);
	key.skb = genlmsg_new(2 * nla_total_size(nla_len(ids)) + NLMSG_GOODSIZE, GFP_KERNEL);
	if (!key.skb)
		return -ENOMEM;
	key.hdr = genlmsg_put_reply(key.skb, info, &nsw_nl_family, 0, info->genlhdr->cmd);
	reply = NULL;
	if (key.hdr && !nla_put_u32(key.skb, NSW_A_ADAPTER_ID, nsw_nl_adapter(info)->id) &&
	    !nla_put(key.skb, NSW_A_QUEUE_IDS, nla_len(ids), nla_data(ids)))
		reply = nla_reserve(key.skb, NSW_A_QUEUE_STATUS, nla_len(ids));
	if (!reply) {
		nlmsg_free(key.skb);
		return -EMSGSIZE;
	}
	nsw_nl_owner_caller(info, &caller);
	status = nla_data(reply);
	for (i = 0; i < num; i++) {
		memcpy(&id, nla_data(ids) + i * sizeof(id), sizeof(id));
		status[i] = nsw_nl_queue_complete_one(&nsw_nl_adapter(info)->sw, &caller, id);
	}
	genlmsg_end(key.skb, key.hdr);
	return genlmsg_reply(key.skb, info);
}

int nsw_nl_queue_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_vmq_changes changes = {
		.name = nsw_nl_name(info, NSW_A_QUEUE_NAME),
		.set_buffers = info->attrs[NSW_A_RECEIVE_BUFFERS],
		.buffers = nsw_nl_u32(info, NSW_A_RECEIVE_BUFFERS, 0),
	};
	struct nsw_caller caller;
	struct cpumask *cpus;
	u32 id;
	int err;

	nsw_nl_owner_caller(info, &caller);
	err = nsw_nl_require(info, NSW_A_QUEUE_ID, "queue-id", &id) ?:
	      nsw_nl_parse_affinity(info, &cpus);
	if (err)
		return err;
	changes.cpus = cpus;
	err = nsw_adapter_set_queue(nsw_nl_adapter(info), &caller, id, &changes, info->extack);
	kfree(cpus);
	return err;
}

int nsw_nl_queue_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	u32 id;
	int err = nsw_nl_require(info, NSW_A_QUEUE_ID, "queue-id", &id);

	nsw_nl_owner_caller(info, &caller);
	return err ?: nsw_adapter_free_queue(nsw_nl_adapter(info), &caller, id, info->extack);
}
