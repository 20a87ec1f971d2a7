// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"

static int nsw_nl_caps_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_caps *caps = obj;
	struct nlattr *nest = nla_nest_start(skb, NSW_A_CAPS);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, NSW_A_CAPS_FLAGS, caps->flags) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_SWITCHES, 1) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_VFS, caps->max_vfs) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_VPORTS, caps->max_vports) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_QUEUE_PAIRS, caps->max_qps) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT, caps->max_qps_vport) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT, caps->max_qps_default) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_MAC_ADDRESSES, caps->max_macs) ||
	    nla_put_u32(skb, NSW_A_CAPS_MAX_FILTERS, caps->max_filters))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int nsw_nl_caps_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	int err;

	nsw_switch_lock(sw);
	err = nsw_nl_reply(info, nsw_nl_caps_fill, &sw->caps);
	nsw_switch_unlock(sw);
	return err;
}
