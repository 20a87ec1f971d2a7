// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/netdevice.h>
#include "genl/family.h"
#include "model/status.h"
#include "netdev/func.h"

static bool nsw_nl_needs_adapter(u8 cmd)
{
	switch (cmd) {
	case NSW_CMD_ADAPTER_NEW:
	case NSW_CMD_ADAPTER_DEL:
		/* Adapters come and go under the write lock. */
	case NSW_CMD_FAILOVER_NEW:
	case NSW_CMD_FAILOVER_GET:
	case NSW_CMD_FAILOVER_DEL:
		/* A machine may move from one to the next. */
		return false;
	}
	return true;
}

static int nsw_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			   struct genl_info *info)
{
	u32 id;

	info->user_ptr[1] = NETLINK_CB(skb).sk;
	info->user_ptr[0] = NULL;
	if (!nsw_nl_needs_adapter(info->genlhdr->cmd))
		return 0;
	if (nsw_nl_block_is_from_vf(info))
		return nsw_nl_block_pre_doit(info);
	id = nsw_nl_u32(info, NSW_A_ADAPTER_ID, 0);
	info->user_ptr[0] = nsw_adapter_get(id, genl_info_net(info));
	if (!info->user_ptr[0])
		return nsw_refuse(info->extack, ENODEV, INVALID_PARAMETER,
				  "adapter %u does not exist in this network namespace", id);
	return 0;
}

static void nsw_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			     struct genl_info *info)
{
	if (info->user_ptr[0])
		nsw_adapter_put(info->user_ptr[0]);
}

static const struct genl_multicast_group nsw_nl_mcgrps[] = {
	[NSW_NL_MCGRP_CONFIG] = { .name = "config" },
	[NSW_NL_MCGRP_BACKCHANNEL] = { .name = "backchannel" },
};

struct genl_family nsw_nl_family __ro_after_init = {
	.name = NSW_GENL_NAME,
	.version = NSW_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = nsw_nl_ops,
	.n_ops = ARRAY_SIZE(nsw_nl_ops),
	.mcgrps = nsw_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(nsw_nl_mcgrps),
	.pre_doit = nsw_nl_pre_doit,
	.post_doit = nsw_nl_post_doit,
	.resv_start_op = __NSW_CMD_MAX,
};

u32 nsw_nl_u32(struct genl_info *info, int attr, u32 value)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : value;
}

int nsw_nl_require(struct genl_info *info, int attr, const char *name, u32 *value)
{
	if (!info->attrs[attr])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute %s is missing", name);
	*value = nla_get_u32(info->attrs[attr]);
	return 0;
}

const char *nsw_nl_name(struct genl_info *info, int attr)
{
	return info->attrs[attr] ? nla_data(info->attrs[attr]) : NULL;
}

int nsw_nl_key_begin(struct genl_info *info, struct nsw_nl_key *key)
{
	key->skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!key->skb)
		return -ENOMEM;
	key->hdr = genlmsg_put_reply(key->skb, info, &nsw_nl_family, 0, info->genlhdr->cmd);
	if (!key->hdr || (nsw_nl_adapter(info) &&
			  nla_put_u32(key->skb, NSW_A_ADAPTER_ID, nsw_nl_adapter(info)->id))) {
		nlmsg_free(key->skb);
		return -EMSGSIZE;
	}
	return 0;
}

int nsw_nl_key_end(struct genl_info *info, struct nsw_nl_key *key, int attr, u32 id, int err)
{
	/* Fits: the message was made with room for much more. */
	if (!err)
		err = nla_put_u32(key->skb, attr, id);
	if (err) {
		nlmsg_free(key->skb);
		return err;
	}
	genlmsg_end(key->skb, key->hdr);
	return genlmsg_reply(key->skb, info);
}

int nsw_nl_reply(struct genl_info *info, nsw_nl_fill_fn *fill, const void *obj)
{
	struct nsw_nl_key key;
	int err;

	err = nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = fill(key.skb, nsw_nl_adapter(info), obj);
	if (err) {
		nlmsg_free(key.skb);
		return err;
	}
	genlmsg_end(key.skb, key.hdr);
	return genlmsg_reply(key.skb, info);
}

static int nsw_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			   struct nsw_adapter *adapter, nsw_nl_fill_fn *fill, const void *obj)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				&nsw_nl_family, NLM_F_MULTI, cmd);

	if (!hdr)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, hdr);
	if (nla_put_u32(skb, NSW_A_ADAPTER_ID, adapter->id) || fill(skb, adapter, obj)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int nsw_nl_dump_adapter(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd,
			struct nsw_adapter *adapter, nsw_nl_next_fn *next, nsw_nl_fill_fn *fill)
{
	struct nsw_nl_dump *ctx = nsw_nl_dump_ctx(cb);
	const void *obj;
	int err = 0;

	nsw_switch_lock(&adapter->sw);
	cb->seq = adapter->sw.generation;
	while ((obj = next(adapter, cb, &ctx->pos))) {
		err = PTR_ERR_OR_ZERO(obj) ?:
		      nsw_nl_dump_one(skb, cb, cmd, adapter, fill, obj);
		if (err)
			break;
		ctx->pos++;
	}
	nsw_switch_unlock(&adapter->sw);
	nsw_adapter_put(adapter);
	return skb->len ?: err;
}

int nsw_nl_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, nsw_nl_next_fn *next,
		nsw_nl_fill_fn *fill)
{
	struct nlattr *attr = nsw_compat_dump_attrs(cb)[NSW_A_ADAPTER_ID];
	struct nsw_adapter *adapter;

	adapter = nsw_adapter_get(attr ? nla_get_u32(attr) : 0, sock_net(cb->skb->sk));
	if (!adapter)
		return nsw_refuse(cb->extack, ENODEV, INVALID_PARAMETER,
				  "the adapter does not exist in this network namespace");
	return nsw_nl_dump_adapter(skb, cb, cmd, adapter, next, fill);
}

int nsw_nl_put_dev(struct sk_buff *skb, const struct net_device *dev, int index, int name)
{
	char copy[IFNAMSIZ];

	/* It may be renamed while we look. */
	strscpy(copy, dev->name, sizeof(copy));
	if (nla_put_u32(skb, index, READ_ONCE(dev->ifindex)) || nla_put_string(skb, name, copy))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_put_port(struct sk_buff *skb, struct nsw_port *port, bool pci)
{
	struct net_device *dev = port ? nsw_func_from_port(port)->dev : NULL;

	if (!dev)
		return 0;
	if (nsw_nl_put_dev(skb, dev, NSW_A_IFINDEX, NSW_A_IFNAME))
		return -EMSGSIZE;
	if (pci && nla_put_string(skb, NSW_A_PCI_ADDRESS, dev_name(dev->dev.parent)))
		return -EMSGSIZE;
	return 0;
}
