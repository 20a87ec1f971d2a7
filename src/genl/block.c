// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/netdevice.h>
#include "genl/family.h"
#include "model/block.h"
#include "model/status.h"
#include "model/vf.h"
#include "netdev/func.h"

/* A dump, and the VF whose blocks it lists. */
struct nsw_nl_block_dump {
	struct nsw_nl_dump dump;
	u32 vf;
};

bool nsw_nl_block_is_from_vf(const struct genl_info *info)
{
	switch (info->genlhdr->cmd) {
	case NSW_CMD_BLOCK_WRITE:
	case NSW_CMD_BLOCK_TAKE:
		return true;
	case NSW_CMD_BLOCK_GET:
		return info->attrs[NSW_A_IFINDEX];
	}
	return false;
}

/* A VF is named in one way, and the other would be ignored. */
static int nsw_nl_block_check_name(struct nlattr **attrs, struct netlink_ext_ack *extack)
{
	if (!attrs[NSW_A_IFINDEX] || (!attrs[NSW_A_VF_ID] && !attrs[NSW_A_ADAPTER_ID]))
		return 0;
	return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
			  "a VF is named by its interface or by adapter and VF id: not by both");
}

static int nsw_nl_block_refuse_ifindex(struct netlink_ext_ack *extack, u32 ifindex)
{
	return nsw_refuse(extack, ENODEV, INVALID_PARAMETER,
			  "interface %u of this network namespace is no VF", ifindex);
}

int nsw_nl_block_pre_doit(struct genl_info *info)
{
	u32 ifindex;
	int err;

	err = nsw_nl_require(info, NSW_A_IFINDEX, "ifindex", &ifindex);
	/* The others know no second name, and have no room for one. */
	if (!err && info->genlhdr->cmd == NSW_CMD_BLOCK_GET)
		err = nsw_nl_block_check_name(info->attrs, info->extack);
	if (err)
		return err;
	info->user_ptr[0] = nsw_adapter_get_by_vf(ifindex, genl_info_net(info));
	return info->user_ptr[0] ? 0 : nsw_nl_block_refuse_ifindex(info->extack, ifindex);
}

/* Who is asking may have lost the interface since it was found. */
static struct nsw_vf *nsw_nl_block_find_vf(struct nsw_switch *sw, u32 ifindex,
					   const struct net *net, struct netlink_ext_ack *extack)
{
	const struct net_device *dev;
	u32 i;

	for (i = 0; i < sw->num_vfs; i++) {
		if (!sw->vfs[i].port)
			continue;
		dev = nsw_func_from_port(sw->vfs[i].port)->dev;
		if (READ_ONCE(dev->ifindex) == ifindex && net_eq(dev_net(dev), net))
			return nsw_vf_get_locked(sw, i, extack);
	}
	return ERR_PTR(nsw_nl_block_refuse_ifindex(extack, ifindex));
}

/* Return: the VF that a request is about, with the config lock held; an ERR_PTR() without. */
static struct nsw_vf *nsw_nl_block_lock(struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	struct nsw_vf *vf;
	u32 id;
	int err;

	if (nsw_nl_block_is_from_vf(info)) {
		nsw_switch_lock(sw);
		vf = nsw_nl_block_find_vf(sw, nla_get_u32(info->attrs[NSW_A_IFINDEX]),
					  genl_info_net(info), info->extack);
	} else {
		err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);
		if (err)
			return ERR_PTR(err);
		nsw_switch_lock(sw);
		vf = nsw_vf_get_locked(sw, id, info->extack);
	}
	if (IS_ERR(vf))
		nsw_switch_unlock(sw);
	return vf;
}

static void nsw_nl_block_unlock(struct genl_info *info)
{
	nsw_switch_unlock(&nsw_nl_adapter(info)->sw);
}

static int nsw_nl_block_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_config_block *block = obj;

	if (nla_put_u32(skb, NSW_A_VF_ID, block->vf->id) ||
	    nla_put_u32(skb, NSW_A_BLOCK_ID, block->id) ||
	    nla_put(skb, NSW_A_BLOCK_DATA, block->len, block->data) ||
	    (block->writable && nla_put_flag(skb, NSW_A_BLOCK_WRITABLE)) ||
	    (block->builtin && nla_put_flag(skb, NSW_A_BLOCK_BUILTIN)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_put_block_mask(struct sk_buff *skb, const struct nsw_vf *vf)
{
	return nla_put_u64_64bit(skb, NSW_A_BLOCK_MASK, vf->blocks.pending, NSW_A_PAD);
}

/* What a VF writes is not for everybody in the management namespace. */
static int nsw_nl_block_check_reader(struct sk_buff *skb, const struct net *net,
				     struct netlink_ext_ack *extack)
{
	if (netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "the PF's side of the backchannel needs CAP_NET_ADMIN");
	return -EPERM;
}

int nsw_nl_block_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nsw_config_block *block;
	struct nsw_vf *vf;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_BLOCK_ID, "block-id", &id);
	if (!err && !nsw_nl_block_is_from_vf(info))
		err = nsw_nl_block_check_reader(skb, genl_info_net(info), info->extack);
	if (err)
		return err;
	vf = nsw_nl_block_lock(info);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	block = nsw_block_read_locked(vf, id,
				      nsw_nl_u32(info, NSW_A_BLOCK_LENGTH, NSW_CONFIG_BLOCK_LEN),
				      info->extack);
	err = IS_ERR(block) ? PTR_ERR(block) : nsw_nl_reply(info, nsw_nl_block_fill, block);
	nsw_nl_block_unlock(info);
	return err;
}

static const void *nsw_nl_block_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				     unsigned long *pos)
{
	const struct nsw_nl_block_dump *ctx = (const void *)cb->ctx;
	const struct nsw_config_block *block;
	struct nsw_vf *vf;

	/* It was there when the dump began; else there are no blocks left. */
	vf = nsw_vf_get_locked(&adapter->sw, ctx->vf, NULL);
	if (IS_ERR(vf) || *pos > U32_MAX)
		return NULL;
	block = nsw_block_at_locked(vf, *pos);
	if (block)
		*pos = block->id;
	return block;
}

static struct nsw_adapter *nsw_nl_block_dump_adapter(struct netlink_callback *cb, u32 *vf)
{
	struct nlattr **attrs = nsw_compat_dump_attrs(cb);
	struct nlattr *id = attrs[NSW_A_ADAPTER_ID];
	struct net *net = sock_net(cb->skb->sk);
	struct nsw_adapter *adapter;
	struct nsw_vf *found;
	u32 ifindex = 0;

	if (attrs[NSW_A_IFINDEX]) {
		ifindex = nla_get_u32(attrs[NSW_A_IFINDEX]);
		adapter = nsw_adapter_get_by_vf(ifindex, net);
	} else {
		adapter = nsw_adapter_get(id ? nla_get_u32(id) : 0, net);
	}
	if (!adapter)
		return ERR_PTR(nsw_refuse(cb->extack, ENODEV, INVALID_PARAMETER,
					  "no such adapter or VF in this network namespace"));
	nsw_switch_lock(&adapter->sw);
	if (ifindex)
		found = nsw_nl_block_find_vf(&adapter->sw, ifindex, net, cb->extack);
	else
		found = nsw_vf_get_locked(&adapter->sw, *vf, cb->extack);
	if (!IS_ERR(found))
		*vf = found->id;
	nsw_switch_unlock(&adapter->sw);
	if (!IS_ERR(found))
		return adapter;
	nsw_adapter_put(adapter);
	return ERR_CAST(found);
}

int nsw_nl_block_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = nsw_compat_dump_attrs(cb);
	struct nsw_nl_block_dump *ctx = (void *)cb->ctx;
	struct nsw_adapter *adapter;
	int err;

	NL_ASSERT_DUMP_CTX_FITS(struct nsw_nl_block_dump);
	err = nsw_nl_block_check_name(attrs, cb->extack);
	if (!err && !attrs[NSW_A_IFINDEX]) {
		err = nsw_nl_block_check_reader(cb->skb, sock_net(cb->skb->sk), cb->extack);
		if (!err && !attrs[NSW_A_VF_ID])
			err = nsw_refuse(cb->extack, EINVAL, INVALID_PARAMETER,
					 "attribute vf-id is missing");
		if (!err)
			ctx->vf = nla_get_u32(attrs[NSW_A_VF_ID]);
	}
	if (err)
		return err;
	adapter = nsw_nl_block_dump_adapter(cb, &ctx->vf);
	if (IS_ERR(adapter))
		return PTR_ERR(adapter);
	return nsw_nl_dump_adapter(skb, cb, NSW_CMD_BLOCK_GET, adapter, nsw_nl_block_next,
				   nsw_nl_block_fill);
}

static int nsw_nl_block_require_data(struct genl_info *info, u32 *id, struct nlattr **data)
{
	*data = info->attrs[NSW_A_BLOCK_DATA];
	if (!*data)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute block-data is missing");
	return nsw_nl_require(info, NSW_A_BLOCK_ID, "block-id", id);
}

typedef int nsw_nl_block_store_fn(struct genl_info *info, struct nsw_vf *vf, u32 id,
				  const struct nlattr *data);

/* Gives a config block the content that a request has. */
static int nsw_nl_block_store(struct genl_info *info, nsw_nl_block_store_fn *store)
{
	struct nlattr *data;
	struct nsw_vf *vf;
	u32 id;
	int err;

	err = nsw_nl_block_require_data(info, &id, &data);
	if (err)
		return err;
	vf = nsw_nl_block_lock(info);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	err = store(info, vf, id, data);
	nsw_nl_block_unlock(info);
	return err;
}

static int nsw_nl_block_store_write(struct genl_info *info, struct nsw_vf *vf, u32 id,
				    const struct nlattr *data)
{
	return nsw_block_write_locked(&nsw_nl_adapter(info)->sw, vf, id, nla_data(data),
				      nla_len(data), info->extack);
}

int nsw_nl_block_write_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nsw_nl_block_store(info, nsw_nl_block_store_write);
}

static int nsw_nl_block_fill_mask(struct sk_buff *skb, struct nsw_adapter *adapter,
				  const void *obj)
{
	const struct nsw_vf *vf = obj;

	if (nla_put_u32(skb, NSW_A_VF_ID, vf->id) || nsw_nl_put_block_mask(skb, vf))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_block_take_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_vf *vf = nsw_nl_block_lock(info);
	int err;

	if (IS_ERR(vf))
		return PTR_ERR(vf);
	err = nsw_nl_reply(info, nsw_nl_block_fill_mask, vf);
	/* Not taken when the answer is not on its way. */
	if (!err)
		nsw_block_take_locked(vf);
	nsw_nl_block_unlock(info);
	return err;
}

static int nsw_nl_block_store_set(struct genl_info *info, struct nsw_vf *vf, u32 id,
				  const struct nlattr *data)
{
	return nsw_block_set_locked(&nsw_nl_adapter(info)->sw, vf, id, nla_data(data),
				    nla_len(data), nla_get_flag(info->attrs[NSW_A_BLOCK_WRITABLE]),
				    info->extack);
}

int nsw_nl_block_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nsw_nl_block_store(info, nsw_nl_block_store_set);
}

int nsw_nl_block_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_vf *vf;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_BLOCK_ID, "block-id", &id);
	if (err)
		return err;
	vf = nsw_nl_block_lock(info);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	err = nsw_block_del_locked(&nsw_nl_adapter(info)->sw, vf, id, info->extack);
	nsw_nl_block_unlock(info);
	return err;
}

int nsw_nl_block_invalidate_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *mask = info->attrs[NSW_A_BLOCK_MASK];
	struct nsw_vf *vf;

	if (!mask || !nla_get_u64(mask))
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute block-mask is missing or names no block");
	vf = nsw_nl_block_lock(info);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	nsw_block_invalidate_locked(&nsw_nl_adapter(info)->sw, vf, nla_get_u64(mask));
	nsw_nl_block_unlock(info);
	return 0;
}

static struct sk_buff *nsw_nl_block_event(const struct nsw_adapter *adapter,
					  const struct nsw_vf *vf, enum nsw_event event)
{
	struct sk_buff *skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	void *hdr;

	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, 0, 0, &nsw_nl_family, 0, NSW_CMD_BLOCK_NTF);
	if (!hdr || nla_put_u32(skb, NSW_A_EVENT, event) ||
	    nla_put_u32(skb, NSW_A_ADAPTER_ID, adapter->id) ||
	    nla_put_u32(skb, NSW_A_VF_ID, vf->id)) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

static void nsw_nl_block_send(struct sk_buff *skb, struct net *net, bool complete)
{
	if (complete) {
		nlmsg_end(skb, nlmsg_hdr(skb));
		genlmsg_multicast_netns(&nsw_nl_family, net, skb, 0,
					NSW_NL_MCGRP_BACKCHANNEL, GFP_ATOMIC);
	} else {
		nlmsg_free(skb);
		nsw_nl_notify_lost(net, NSW_NL_MCGRP_BACKCHANNEL);
	}
}

/* To the VF: wherever its interface is, as nobody else must know. */
static void nsw_nl_block_tell_vf(const struct nsw_adapter *adapter, const struct nsw_vf *vf)
{
	const struct net_device *dev;
	struct sk_buff *skb;

	/* What it is not told now waits for it. */
	if (!vf->port)
		return;
	skb = nsw_nl_block_event(adapter, vf, NSW_EVENT_INVALIDATE);
	dev = nsw_func_from_port(vf->port)->dev;
	rcu_read_lock();
	nsw_nl_block_send(skb, dev_net(dev),
			  skb && !nsw_nl_put_dev(skb, dev, NSW_A_IFINDEX, NSW_A_IFNAME) &&
			  !nsw_nl_put_block_mask(skb, vf));
	rcu_read_unlock();
}

static void nsw_nl_block_tell_pf(const struct nsw_adapter *adapter, const struct nsw_vf *vf,
				 u32 block)
{
	struct sk_buff *skb = nsw_nl_block_event(adapter, vf, NSW_EVENT_WRITE);

	rcu_read_lock();
	nsw_nl_block_send(skb, nsw_adapter_net(adapter),
			  skb && !nla_put_u32(skb, NSW_A_BLOCK_ID, block));
	rcu_read_unlock();
}

void nsw_nl_block_notify(const struct nsw_adapter *adapter, const struct nsw_change *change)
{
	if (change->event == NSW_EVENT_WRITE)
		nsw_nl_block_tell_pf(adapter, change->vf, change->block);
	else
		nsw_nl_block_tell_vf(adapter, change->vf);
}
