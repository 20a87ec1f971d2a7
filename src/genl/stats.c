// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/status.h"
#include "model/stats.h"
#include "model/vport.h"

static int nsw_nl_put_drop(struct sk_buff *skb, u32 reason, u64 packets)
{
	struct nlattr *nest = nla_nest_start(skb, NSW_A_STATS_DROP);

	if (!nest || nla_put_u32(skb, NSW_A_DROP_REASON, reason) ||
	    nla_put_uint(skb, NSW_A_DROP_PACKETS, packets))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int nsw_nl_put_stats(struct sk_buff *skb, const struct nsw_stats_sum *sum)
{
	struct nlattr *nest = nla_nest_start(skb, NSW_A_STATS);
	u32 i;

	if (!nest || nla_put_uint(skb, NSW_A_STATS_RX_PACKETS, sum->rx_packets) ||
	    nla_put_uint(skb, NSW_A_STATS_RX_BYTES, sum->rx_bytes) ||
	    nla_put_uint(skb, NSW_A_STATS_RX_MULTICAST, sum->rx_multicast) ||
	    nla_put_uint(skb, NSW_A_STATS_RX_BROADCAST, sum->rx_broadcast) ||
	    nla_put_uint(skb, NSW_A_STATS_TX_PACKETS, sum->tx_packets) ||
	    nla_put_uint(skb, NSW_A_STATS_TX_BYTES, sum->tx_bytes))
		return -EMSGSIZE;
	for (i = 0; i <= NSW_DROP_MAX; i++)
		if (sum->drops[i] && nsw_nl_put_drop(skb, i, sum->drops[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* A switch stands for its external port here. */
static int nsw_nl_stats_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_vport *vport = obj;
	struct nsw_stats_sum sum = { };

	if (obj == &adapter->sw) {
		nsw_stats_add(&sum, adapter->sw.wire_stats);
		if (nla_put_flag(skb, NSW_A_EXTERNAL))
			return -EMSGSIZE;
	} else {
		nsw_vport_stats_locked(vport, &sum);
		if (nla_put_u32(skb, adapter->sw.state == NSW_SWITCH_ABSENT ?
				     NSW_A_QUEUE_ID : NSW_A_VPORT_ID, vport->id))
			return -EMSGSIZE;
	}
	return nsw_nl_put_stats(skb, &sum);
}

int nsw_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	const struct nlattr *queue = info->attrs[NSW_A_QUEUE_ID];
	const struct nsw_vport *vport;
	u32 id = 0;
	int err;

	if (queue && info->attrs[NSW_A_VPORT_ID])
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "counters are either those of a VPort or of a VM queue");
	err = queue ? 0 : nsw_nl_require(info, NSW_A_VPORT_ID, "vport-id", &id);
	if (err)
		return err;
	nsw_switch_lock(sw);
	vport = queue ? nsw_nl_queue_get_locked(sw, nla_get_u32(queue), info->extack) :
			nsw_vport_get_locked(sw, id, info->extack);
	err = IS_ERR(vport) ? PTR_ERR(vport) : nsw_nl_reply(info, nsw_nl_stats_fill, vport);
	nsw_switch_unlock(sw);
	return err;
}

static const void *nsw_nl_stats_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				     unsigned long *pos)
{
	struct nsw_switch *sw = &adapter->sw;
	bool queues = sw->state == NSW_SWITCH_ABSENT;
	u32 places = queues ? sw->num_places : sw->caps.max_vports;
	const struct nsw_vport *vport;

	if (queues ? !sw->caps.num_queues : sw->state != NSW_SWITCH_CREATED)
		return NULL;
	for (; *pos < places; (*pos)++) {
		vport = queues ? nsw_nl_queue_get_locked(sw, *pos, NULL) :
				 nsw_vport_get_locked(sw, *pos, NULL);
		if (!IS_ERR(vport))
			return vport;
	}
	return *pos == places ? sw : NULL;
}

int nsw_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return nsw_nl_dump(skb, cb, NSW_CMD_STATS_GET, nsw_nl_stats_next, nsw_nl_stats_fill);
}
