// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include "genl/family.h"
#include "model/offer.h"
#include "model/status.h"
#include "model/vf.h"

static int nsw_nl_put_policy(struct sk_buff *skb, const struct nsw_policy *policy)
{
	u16 proto = policy->pvlan & NSW_VLAN_S ? ETH_P_8021AD : ETH_P_8021Q;

	if (nla_put_u32(skb, NSW_A_LINK_POLICY, policy->link) ||
	    nla_put_u8(skb, NSW_A_SPOOFCHK, policy->spoofchk) ||
	    nla_put_u8(skb, NSW_A_TRUST, policy->trust) ||
	    nla_put_u8(skb, NSW_A_RSS_QUERY, policy->rss_query) ||
	    nla_put_u32(skb, NSW_A_MIN_TX_RATE, policy->min_rate) ||
	    nla_put_u32(skb, NSW_A_MAX_TX_RATE, policy->max_rate))
		return -EMSGSIZE;
	if (policy->pvlan &&
	    (nla_put_u16(skb, NSW_A_PORT_VLAN, policy->pvlan & VLAN_VID_MASK) ||
	     nla_put_be16(skb, NSW_A_PORT_VLAN_PROTO, htons(proto)) ||
	     nla_put_u8(skb, NSW_A_PORT_VLAN_QOS, policy->pcp)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_vf *vf = obj;

	if (nla_put_u32(skb, NSW_A_VF_ID, vf->id) ||
	    nsw_nl_put_owned(skb, vf->owner) ||
	    (vf->name && nla_put_string(skb, NSW_A_VF_NAME, vf->name)) ||
	    (vf->vm && nla_put_string(skb, NSW_A_VM_NAME, vf->vm)) ||
	    (vf->nic && nla_put_string(skb, NSW_A_NIC_NAME, vf->nic)) ||
	    (!is_zero_ether_addr(vf->mac) && nla_put(skb, NSW_A_MAC, ETH_ALEN, vf->mac)) ||
	    nla_put_u32(skb, NSW_A_POWER_STATE, vf->power) ||
	    nla_put_u8(skb, NSW_A_WAKE, vf->wake) ||
	    (vf->offer && nla_put_u32(skb, NSW_A_OFFER, vf->offer)) ||
	    nsw_nl_put_policy(skb, &vf->policy) ||
	    (vf->vport && nla_put_u32(skb, NSW_A_VPORT_ID, vf->vport->id)) ||
	    nsw_nl_put_port(skb, vf->port, true) ||
	    nsw_nl_put_vf_ids(skb, adapter, vf) ||
	    (vf->blocks.pending && nsw_nl_put_block_mask(skb, vf)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	struct nsw_vf_params params = {
		.caller = &caller,
		.name = nsw_nl_name(info, NSW_A_VF_NAME),
		.vm = nsw_nl_name(info, NSW_A_VM_NAME),
		.nic = nsw_nl_name(info, NSW_A_NIC_NAME),
		.mac = info->attrs[NSW_A_MAC] ? nla_data(info->attrs[NSW_A_MAC]) : NULL,
	};
	struct nsw_nl_key key;
	u32 id = 0;
	int err;

	err = nsw_nl_owner_creator(info, &caller) ?: nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = nsw_adapter_allocate_vf(nsw_nl_adapter(info), &params, &id, info->extack);
	return nsw_nl_key_end(info, &key, NSW_A_VF_ID, id, err);
}

int nsw_nl_vf_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	const struct nsw_vf *vf;
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id) ?:
	      nsw_nl_check_switch_id(info->attrs[NSW_A_SWITCH_ID], info->extack);
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
	struct nlattr **attrs = nsw_compat_dump_attrs(cb);
	struct nsw_switch *sw = &adapter->sw;
	int err = nsw_nl_check_switch_id(attrs[NSW_A_SWITCH_ID], cb->extack);

	if (!err && attrs[NSW_A_VF_ID])
		err = nsw_refuse(cb->extack, EINVAL, INVALID_PARAMETER,
				 "a dump lists all VFs of a switch: it takes no vf-id");
	if (err)
		return ERR_PTR(err);
	for (; *pos < sw->num_vfs; (*pos)++)
		if (sw->vfs[*pos].allocated)
			return &sw->vfs[*pos];
	return NULL;
}

int nsw_nl_vf_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_VF_GET, nsw_nl_vf_next, nsw_nl_vf_fill);
}

static int nsw_nl_vf_parse_port_vlan(struct genl_info *info, struct nsw_policy_changes *changes)
{
	struct nlattr *vid = info->attrs[NSW_A_PORT_VLAN], *qos = info->attrs[NSW_A_PORT_VLAN_QOS];
	struct nlattr *attr = info->attrs[NSW_A_PORT_VLAN_PROTO];
	__be16 proto = attr ? nla_get_be16(attr) : htons(ETH_P_8021Q);

	if (!vid && !qos && !attr)
		return 0;
	if (!vid)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "protocol and priority come with a port VLAN only");
	if (!eth_type_vlan(proto))
		return nsw_refuse(info->extack, EPROTONOSUPPORT, NOT_SUPPORTED,
				  "port VLAN protocol 0x%04x is neither 802.1Q nor 802.1ad",
				  ntohs(proto));
	return nsw_policy_port_vlan(changes, nla_get_u16(vid), qos ? nla_get_u8(qos) : 0,
				    proto == htons(ETH_P_8021AD), info->extack);
}

/* Parameters that are one attribute each. */
static void nsw_nl_vf_parse_simple(struct genl_info *info, struct nsw_policy_changes *changes)
{
	static const struct {
		int attr;
		enum nsw_policy_field field;
	} rows[] = {
		{ NSW_A_MAC, NSW_POLICY_MAC },
		{ NSW_A_LINK_POLICY, NSW_POLICY_LINK },
		{ NSW_A_SPOOFCHK, NSW_POLICY_SPOOFCHK },
		{ NSW_A_TRUST, NSW_POLICY_TRUST },
		{ NSW_A_RSS_QUERY, NSW_POLICY_RSS_QUERY },
		{ NSW_A_MIN_TX_RATE, NSW_POLICY_MIN_RATE },
		{ NSW_A_MAX_TX_RATE, NSW_POLICY_MAX_RATE },
	};
	struct nlattr **attrs = info->attrs;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (attrs[rows[i].attr])
			changes->mask |= rows[i].field;
	if (attrs[NSW_A_MAC])
		ether_addr_copy(changes->mac, nla_data(attrs[NSW_A_MAC]));
	changes->to.link = nsw_nl_u32(info, NSW_A_LINK_POLICY, 0);
	changes->to.spoofchk = attrs[NSW_A_SPOOFCHK] && nla_get_u8(attrs[NSW_A_SPOOFCHK]);
	changes->to.trust = attrs[NSW_A_TRUST] && nla_get_u8(attrs[NSW_A_TRUST]);
	changes->to.rss_query = attrs[NSW_A_RSS_QUERY] && nla_get_u8(attrs[NSW_A_RSS_QUERY]);
	changes->to.min_rate = nsw_nl_u32(info, NSW_A_MIN_TX_RATE, 0);
	changes->to.max_rate = nsw_nl_u32(info, NSW_A_MAX_TX_RATE, 0);
}

int nsw_nl_vf_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_policy_changes changes = { };
	u32 id;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);
	if (err)
		return err;
	nsw_nl_vf_parse_simple(info, &changes);
	err = nsw_nl_vf_parse_port_vlan(info, &changes);
	return err ?: nsw_adapter_set_vf(nsw_nl_adapter(info), id, &changes, info->extack);
}

int nsw_nl_vf_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;
	int err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);

	return err ?: nsw_adapter_reset_vf(nsw_nl_adapter(info), id, info->extack);
}

static int nsw_nl_vf_offer(struct genl_info *info, enum nsw_offer offer)
{
	struct nsw_caller caller;
	u32 id;
	int err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);

	nsw_nl_owner_caller(info, &caller);
	return err ?: nsw_offer_set(&nsw_nl_adapter(info)->sw, &caller, id, offer, info->extack);
}

int nsw_nl_vf_offer_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nsw_nl_vf_offer(info, NSW_OFFER_OFFERED);
}

int nsw_nl_vf_revoke_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nsw_nl_vf_offer(info, NSW_OFFER_REVOKED);
}

int nsw_nl_vf_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_caller caller;
	u32 id;
	int err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id);

	nsw_nl_owner_caller(info, &caller);
	return err ?: nsw_vf_free_as(&nsw_nl_adapter(info)->sw, &caller, id, info->extack);
}
