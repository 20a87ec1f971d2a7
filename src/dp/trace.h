/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nicswitch

#if !defined(_NSW_DP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NSW_DP_TRACE_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include "dp/forward.h"
#include "model/drop.h"

#define NSW_TRACE_DROP_NAME(reason, text, core) { NSW_DROP_##reason, text },
#define nsw_trace_drop_name(reason)					\
	__print_symbolic(reason, NSW_DROPS(NSW_TRACE_DROP_NAME) { 0, "none" })

#define NSW_TRACE_DROP_ENUM(reason, text, core) TRACE_DEFINE_ENUM(NSW_DROP_##reason);
NSW_DROPS(NSW_TRACE_DROP_ENUM)

/* A frame was dropped. vport is that of the counter; -1: the external port. */
TRACE_EVENT(nsw_drop,
	TP_PROTO(const struct nsw_switch *sw, u32 vport, const struct sk_buff *skb,
		 enum nsw_drop_reason reason),
	TP_ARGS(sw, vport, skb, reason),
	TP_STRUCT__entry(
		__field(const void *, sw)
		__field(const void *, skb)
		__field(u32, len)
		__field(int, vport)
		__field(int, reason)
	),
	TP_fast_assign(
		__entry->sw = sw;
		__entry->skb = skb;
		__entry->len = skb->len;
		__entry->vport = vport;
		__entry->reason = reason;
	),
	TP_printk("sw=%p vport=%d skb=%p len=%u reason=%s", __entry->sw, __entry->vport,
		  __entry->skb, __entry->len, nsw_trace_drop_name(__entry->reason))
);

/* A frame was forwarded. out -1: not to a single VPort. */
TRACE_EVENT(nsw_forward,
	TP_PROTO(const struct nsw_switch *sw, u32 vport, const struct sk_buff *skb,
		 const struct nsw_verdict *verdict),
	TP_ARGS(sw, vport, skb, verdict),
	TP_STRUCT__entry(
		__field(const void *, sw)
		__field(const void *, skb)
		__field(u32, len)
		__field(int, vport)
		__field(int, out)
		__field(u16, vlan)
		__field(bool, wire)
		__field(bool, many)
	),
	TP_fast_assign(
		__entry->sw = sw;
		__entry->skb = skb;
		__entry->len = skb->len;
		__entry->vport = vport;
		__entry->out = verdict->vport ? verdict->vport->id : -1;
		__entry->vlan = verdict->vlan;
		__entry->wire = verdict->wire;
		__entry->many = verdict->many;
	),
	TP_printk("sw=%p vport=%d skb=%p len=%u vlan=0x%x out=%d wire=%d many=%d", __entry->sw,
		  __entry->vport, __entry->skb, __entry->len, __entry->vlan, __entry->out,
		  __entry->wire, __entry->many)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH dp
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
