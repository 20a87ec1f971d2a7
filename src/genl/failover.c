// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netdevice.h>
#include "genl/family.h"
#include "model/status.h"
#include "netdev/failover.h"

static int nsw_nl_failover_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_failover_info *is = obj;

	if (nla_put_u32(skb, NSW_A_FAILOVER_ID, is->id) ||
	    nla_put(skb, NSW_A_MAC, ETH_ALEN, is->mac) ||
	    nla_put_u32(skb, NSW_A_IFINDEX, is->port_index) ||
	    nla_put_string(skb, NSW_A_IFNAME, is->port) ||
	    nla_put_string(skb, NSW_A_MASTER_IFNAME, is->master) ||
	    nla_put_string(skb, NSW_A_STANDBY_IFNAME, is->standby) ||
	    (*is->primary && nla_put_string(skb, NSW_A_PRIMARY_IFNAME, is->primary)))
		return -EMSGSIZE;
	return 0;
}

/* The namespace of the machine, with a reference. */
static struct net *nsw_nl_failover_net(struct genl_info *info)
{
	struct nlattr *fd = info->attrs[NSW_A_NETNS_FD];
	struct net *net;

	if (!fd)
		return get_net(genl_info_net(info));
	net = get_net_ns_by_fd(nla_get_u32(fd));
	if (IS_ERR(net))
		nsw_refuse(info->extack, -PTR_ERR(net), INVALID_PARAMETER,
			   "netns-fd is not the file descriptor of a network namespace");
	return net;
}

int nsw_nl_failover_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_failover_params params = { .port_net = genl_info_net(info) };
	struct nlattr *mac = info->attrs[NSW_A_MAC];
	struct nsw_nl_key key;
	u32 id = 0;
	int err;

	if (!mac)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute mac is missing");
	memcpy(params.mac, nla_data(mac), ETH_ALEN);
	params.net = nsw_nl_failover_net(info);
	if (IS_ERR(params.net))
		return PTR_ERR(params.net);
	err = nsw_nl_key_begin(info, &key);
	if (!err) {
		err = nsw_failover_create(&params, &id, info->extack);
		err = nsw_nl_key_end(info, &key, NSW_A_FAILOVER_ID, id, err);
	}
	put_net(params.net);
	return err;
}

int nsw_nl_failover_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_failover_info is;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_FAILOVER_ID, "failover-id", &id);
	if (err)
		return err;
	if (!nsw_failover_find(id, genl_info_net(info), &is) || is.id != id)
		return nsw_failover_refuse_absent(id, info->extack);
	return nsw_nl_reply(info, nsw_nl_failover_fill, &is);
}

int nsw_nl_failover_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nsw_nl_dump *ctx = nsw_nl_dump_ctx(cb);
	struct nsw_failover_info is;
	void *hdr;

	if (nsw_compat_dump_attrs(cb)[NSW_A_FAILOVER_ID])
		return nsw_refuse(cb->extack, EINVAL, INVALID_PARAMETER,
				  "a dump lists all failover interfaces: it takes no failover-id");

	for (; ctx->pos <= U32_MAX; ctx->pos = is.id + 1UL) {
		if (!nsw_failover_find(ctx->pos, sock_net(cb->skb->sk), &is))
			break;
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				  &nsw_nl_family, NLM_F_MULTI, NSW_CMD_FAILOVER_GET);
		if (!hdr || nsw_nl_failover_fill(skb, NULL, &is)) {
			if (hdr)
				genlmsg_cancel(skb, hdr);
			return skb->len ?: -EMSGSIZE;
		}
		genlmsg_end(skb, hdr);
	}
	return skb->len;
}

int nsw_nl_failover_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;

	return nsw_nl_require(info, NSW_A_FAILOVER_ID, "failover-id", &id) ?:
	       nsw_failover_delete(id, genl_info_net(info), info->extack);
}
