// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/filter.h"
#include "model/vmq.h"
#include "model/vport.h"

static const u8 nsw_nl_notify_cmds[] = {
	[NSW_OBJECT_SWITCH] = NSW_CMD_SWITCH_NTF,
	[NSW_OBJECT_VF] = NSW_CMD_VF_NTF,
	[NSW_OBJECT_VPORT] = NSW_CMD_VPORT_NTF,
	[NSW_OBJECT_FILTER] = NSW_CMD_FILTER_NTF,
	[NSW_OBJECT_CAPS] = NSW_CMD_CAPS_NTF,
	[NSW_OBJECT_FAULT] = NSW_CMD_FAULT_NTF,
	[NSW_OBJECT_QUEUE] = NSW_CMD_QUEUE_NTF,
};

static void *nsw_nl_notify_begin(struct sk_buff *skb, const struct nsw_adapter *adapter, u8 cmd,
				 enum nsw_event event)
{
	void *hdr = skb ? genlmsg_put(skb, 0, 0, &nsw_nl_family, 0, cmd) : NULL;

	if (!hdr || nla_put_u32(skb, NSW_A_EVENT, event) ||
	    nla_put_u32(skb, NSW_A_ADAPTER_ID, adapter->id))
		return NULL;
	return hdr;
}

void nsw_nl_notify_lost(struct net *net, enum nsw_nl_mcgrp group)
{
	genl_set_err(&nsw_nl_family, net, 0, group, -ENOBUFS);
}

/* Without @hdr there is no complete message. */
static void nsw_nl_notify_send(struct sk_buff *skb, void *hdr, const struct nsw_adapter *adapter)
{
	rcu_read_lock();
	if (hdr) {
		genlmsg_end(skb, hdr);
		genlmsg_multicast_netns(&nsw_nl_family, nsw_adapter_net(adapter), skb, 0,
					NSW_NL_MCGRP_CONFIG, GFP_ATOMIC);
	} else {
		nlmsg_free(skb);
		nsw_nl_notify_lost(nsw_adapter_net(adapter), NSW_NL_MCGRP_CONFIG);
	}
	rcu_read_unlock();
}

static int nsw_nl_notify_fill(struct sk_buff *skb, struct nsw_adapter *adapter,
			      const struct nsw_change *change)
{
	switch (change->object) {
	case NSW_OBJECT_SWITCH:
		return nsw_nl_switch_fill(skb, adapter, &adapter->sw);
	case NSW_OBJECT_VF:
		return nsw_nl_vf_fill(skb, adapter, change->vf);
	case NSW_OBJECT_VPORT:
		return nsw_nl_vport_fill(skb, adapter, change->vport);
	case NSW_OBJECT_FILTER:
		if (change->vport &&
		    nla_put_u32(skb, NSW_A_SOURCE_VPORT_ID, change->vport->id))
			return -EMSGSIZE;
		return nsw_nl_filter_fill(skb, adapter, change->filter);
	case NSW_OBJECT_CAPS:
		return nsw_nl_caps_fill(skb, adapter, NULL);
	case NSW_OBJECT_FAULT:
		return nsw_nl_fault_fill(skb, adapter, change->fault);
	case NSW_OBJECT_QUEUE:
		return nsw_nl_queue_fill(skb, adapter, &change->vmq->vport);
	case NSW_OBJECT_BLOCK:
		break;
	}
	return -EINVAL;
}

/* Whether anybody listens: most adapters change unobserved, and often. */
static bool nsw_nl_notify_wanted(const struct nsw_adapter *adapter)
{
	bool wanted;

	rcu_read_lock();
	wanted = genl_has_listeners(&nsw_nl_family, nsw_adapter_net(adapter),
				    NSW_NL_MCGRP_CONFIG);
	rcu_read_unlock();
	return wanted;
}

static void nsw_nl_notify_model(struct nsw_switch *sw, const struct nsw_change *change)
{
	struct nsw_adapter *adapter = nsw_adapter_from_switch(sw);
	struct sk_buff *skb;
	void *hdr;

	if (change->object == NSW_OBJECT_BLOCK) {
		nsw_nl_block_notify(adapter, change);
		return;
	}
	if (!nsw_nl_notify_wanted(adapter))
		return;
	skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	hdr = nsw_nl_notify_begin(skb, adapter, nsw_nl_notify_cmds[change->object],
				  change->event);
	if (hdr && nsw_nl_notify_fill(skb, adapter, change))
		hdr = NULL;
	nsw_nl_notify_send(skb, hdr, adapter);
}

static void nsw_nl_notify_adapter(struct nsw_adapter *adapter, enum nsw_event event)
{
	struct sk_buff *skb;
	void *hdr;

	nsw_nl_adapter_count_change();
	if (!nsw_nl_notify_wanted(adapter))
		return;
	skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	nsw_switch_lock(&adapter->sw);
	hdr = nsw_nl_notify_begin(skb, adapter, NSW_CMD_ADAPTER_NTF, event);
	if (hdr && nsw_nl_adapter_fill(skb, adapter, NULL))
		hdr = NULL;
	nsw_switch_unlock(&adapter->sw);
	nsw_nl_notify_send(skb, hdr, adapter);
}

const struct nsw_adapter_hooks nsw_nl_notify_hooks = {
	.model = nsw_nl_notify_model,
	.adapter = nsw_nl_notify_adapter,
};
