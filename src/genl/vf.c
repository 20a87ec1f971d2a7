// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include "genl/family.h"
#include "model/vf.h"

static int nsw_nl_put_policy(struct sk_buff *skb, const struct nsw_policy *policy)
{
	u16 proto = policy->pvlan & NSW_VLAN_S ? ETH_P_8021AD : ETH_P_8021Q;

	if (nla_put_u32(skb, NSW_A_LINK_POLICY, policy->link) ||
	    nla_put_u8(skb, NSW_A_SPOOFCHK, policy->spoofchk) ||
	    nla_put_u8(skb, NSW_A_TRUST, policy->trust))
		return -EMSGSIZE;
	if (policy->pvlan &&
	    (nla_put_u16(skb, NSW_A_PORT_VLAN, policy->pvlan & VLAN_VID_MASK) ||
	     nla_put_be16(skb, NSW_A_PORT_VLAN_PROTO, htons(proto))))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_vf *vf = obj;

	if (nla_put_u32(skb, NSW_A_VF_ID, vf->id) ||
	    (vf->name && nla_put_string(skb, NSW_A_VF_NAME, vf->name)) ||
	    (!is_zero_ether_addr(vf->mac) && nla_put(skb, NSW_A_MAC, ETH_ALEN, vf->mac)) ||
	    nla_put_u32(skb, NSW_A_POWER_STATE, vf->power) ||
	    nsw_nl_put_policy(skb, &vf->policy) ||
	    (vf->vport && nla_put_u32(skb, NSW_A_VPORT_ID, vf->vport->id)) ||
	    nsw_nl_put_port(skb, vf->port, true) ||
	    (vf->blocks.pending && nsw_nl_put_block_mask(skb, vf)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = nsw_nl_name(info, NSW_A_VF_NAME);
	const u8 *mac = info->attrs[NSW_A_MAC] ? nla_data(info->attrs[NSW_A_MAC]) : NULL;
	struct nsw_nl_key key;
	u32 id = 0;
	int err;

	err = nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = nsw_adapter_allocate_vf(nsw_nl_adapter(info), name, mac, &id, info->extack);
	return nsw_nl_key_end(info, &key, NSW_A_VF_ID, id, err);
}

int nsw_nl_vf_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	const struct nsw_vf *vf;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);
	if (err)
		return err;
	nsw_switch_lock(sw);
	vf = nsw_vf_get_locked(sw, id, info->extack);
	err = IS_ERR(vf) ? PTR_ERR(vf) : nsw_nl_reply(info, nsw_nl_vf_fill, vf);
	nsw_switch_unlock(sw);
	return err;
}

static const void *nsw_nl_vf_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				  unsigned long *pos)
{
	struct nsw_switch *sw = &adapter->sw;

	for (; *pos < sw->num_vfs; (*pos)++)
		if (sw->vfs[*pos].allocated)
			return &sw->vfs[*pos];
	return NULL;
}

int nsw_nl_vf_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_VF_GET, nsw_nl_vf_next, nsw_nl_vf_fill);
}

int nsw_nl_vf_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;
	int err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);

	return err ?: nsw_adapter_reset_vf(nsw_nl_adapter(info), id, info->extack);
}

int nsw_nl_vf_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;
	int err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);

	return err ?: nsw_vf_free(&nsw_nl_adapter(info)->sw, id, info->extack);
}
