// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/rss.h"
#include "model/status.h"

/* What receive filters can test: always the same, but for the VLAN. */
static u32 nsw_nl_caps_filter_fields(const struct nsw_caps *caps)
{
	return NSW_FILTER_FIELD_DESTINATION_MAC |
	       (caps->flags & NSW_CAPS_F_VLAN ? NSW_FILTER_FIELD_VLAN_ID : 0);
}

/* NumQueues is 0 and VM queues are off while there is a NIC switch, its filters are on. */
static int nsw_nl_put_queue_caps(struct sk_buff *skb, u32 num_queues)
{
	if (nla_put_u32(skb, NSW_A_CAPS_NUM_QUEUES, num_queues) ||
	    nla_put_u32(skb, NSW_A_CAPS_FILTER_TYPES, NSW_FILTER_TYPE_VMQ) ||
	    nla_put_u32(skb, NSW_A_CAPS_QUEUE_TYPES, num_queues ? NSW_QUEUE_TYPE_VM_QUEUE : 0))
		return -EMSGSIZE;
	return 0;
}

/* Tables have one size; that of a VPort of the PF comes with the feature. */
static int nsw_nl_put_rss_caps(struct sk_buff *skb, const struct nsw_caps *caps)
{
	bool vports = caps->flags & NSW_CAPS_F_RSS_ON_PF_VPORTS;

	if (nla_put_u32(skb, NSW_A_CAPS_MAX_RSS_PF_VPORTS, vports ? caps->max_vports - 1 : 0) ||
	    nla_put_u32(skb, NSW_A_CAPS_RSS_TABLE_DEFAULT_VPORT, NSW_RSS_TABLE_SIZE) ||
	    nla_put_u32(skb, NSW_A_CAPS_RSS_TABLE_PER_VPORT, vports ? NSW_RSS_TABLE_SIZE : 0))
		return -EMSGSIZE;
	return 0;
}

static int nsw_nl_put_caps(struct sk_buff *skb, int attr, const struct nsw_caps *caps,
			   u32 num_queues)
{
	u32 sriov = caps->max_vfs ? NSW_SRIOV_F_SUPPORTED | NSW_SRIOV_F_PF : 0;
	struct nlattr *nest = nla_nest_start(skb, attr);

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
	    nla_put_u32(skb, NSW_A_CAPS_MAX_FILTERS, caps->max_filters) ||
	    nla_put_u32(skb, NSW_A_CAPS_SRIOV_FLAGS, sriov) ||
	    nla_put_u32(skb, NSW_A_CAPS_FILTER_FIELDS, nsw_nl_caps_filter_fields(caps)) ||
	    nsw_nl_put_queue_caps(skb, num_queues) || nsw_nl_put_rss_caps(skb, caps))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int nsw_nl_caps_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_switch *sw = &adapter->sw;
	u32 num_queues = sw->state == NSW_SWITCH_ABSENT ? sw->caps.num_queues : 0;

	return nsw_nl_put_caps(skb, NSW_A_CAPS, &sw->caps, num_queues) ?:
	       nsw_nl_put_caps(skb, NSW_A_HARDWARE_CAPS, &sw->hw, sw->hw.num_queues);
}

int nsw_nl_caps_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	int err;

	nsw_switch_lock(sw);
	err = nsw_nl_reply(info, nsw_nl_caps_fill, NULL);
	nsw_switch_unlock(sw);
	return err;
}

static void nsw_nl_caps_take(struct nsw_caps_changes *changes, struct nlattr **tb, int attr,
			     u32 *value)
{
	if (!tb[attr])
		return;
	*value = nla_get_u32(tb[attr]);
	changes->fields |= BIT(attr);
}

static void nsw_nl_caps_parse(struct nlattr **tb, struct nsw_caps_changes *changes)
{
	struct nsw_caps *caps = &changes->caps;

	if (tb[NSW_A_CAPS_FLAGS]) {
		caps->flags = nla_get_u32(tb[NSW_A_CAPS_FLAGS]);
		changes->flags = U32_MAX;
		if (tb[NSW_A_CAPS_FLAGS_MASK])
			changes->flags = nla_get_u32(tb[NSW_A_CAPS_FLAGS_MASK]);
	}
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_VFS, &caps->max_vfs);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_VPORTS, &caps->max_vports);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_QUEUE_PAIRS, &caps->max_qps);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT, &caps->max_qps_vport);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT,
			 &caps->max_qps_default);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_MAC_ADDRESSES, &caps->max_macs);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_MAX_FILTERS, &caps->max_filters);
	nsw_nl_caps_take(changes, tb, NSW_A_CAPS_NUM_QUEUES, &caps->num_queues);
}

int nsw_nl_caps_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nest = info->attrs[NSW_A_CAPS], *tb[NSW_A_CAPS_MAX + 1];
	struct nsw_caps_changes changes = { };
	int err;

	if (!nest)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "attribute caps is missing");
	err = nla_parse_nested(tb, NSW_A_CAPS_MAX, nest, nsw_caps_nl_policy, info->extack);
	if (err)
		return err;
	if (tb[NSW_A_CAPS_FLAGS_MASK] && !tb[NSW_A_CAPS_FLAGS])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "flags-mask says which flags to change: flags are missing");
	if (tb[NSW_A_CAPS_MAX_SWITCHES] && nla_get_u32(tb[NSW_A_CAPS_MAX_SWITCHES]) != 1)
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumSwitches is 1");
	if (tb[NSW_A_CAPS_SRIOV_FLAGS] || tb[NSW_A_CAPS_FILTER_FIELDS] ||
	    tb[NSW_A_CAPS_FILTER_TYPES] || tb[NSW_A_CAPS_QUEUE_TYPES] ||
	    tb[NSW_A_CAPS_MAX_RSS_PF_VPORTS] || tb[NSW_A_CAPS_RSS_TABLE_DEFAULT_VPORT] ||
	    tb[NSW_A_CAPS_RSS_TABLE_PER_VPORT])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "SR-IOV, filter fields, types and RSS follow from the others");
	nsw_nl_caps_parse(tb, &changes);
	return nsw_adapter_set_caps(nsw_nl_adapter(info), &changes, info->extack);
}
