/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nicswitch.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_NICSWITCH_GEN_H
#define _LINUX_NICSWITCH_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/nicswitch.h>

/* Common nested types */
extern const struct nla_policy nsw_caps_nl_policy[NSW_A_CAPS_RSS_TABLE_PER_VPORT + 1];

extern const struct nla_policy nsw_adapter_get_nl_policy[NSW_A_ADAPTER_ID + 1];

extern const struct nla_policy nsw_adapter_new_nl_policy[NSW_A_STATIC_VFS + 1];

extern const struct nla_policy nsw_adapter_del_nl_policy[NSW_A_ADAPTER_ID + 1];

extern const struct nla_policy nsw_caps_get_nl_policy[NSW_A_ADAPTER_ID + 1];

extern const struct nla_policy nsw_caps_set_nl_policy[NSW_A_CAPS + 1];

extern const struct nla_policy nsw_switch_new_nl_policy[NSW_A_OWNED + 1];

extern const struct nla_policy nsw_switch_get_nl_policy[NSW_A_SWITCH_ID + 1];

extern const struct nla_policy nsw_switch_set_nl_policy[NSW_A_SWITCH_NAME + 1];

extern const struct nla_policy nsw_switch_del_nl_policy[NSW_A_SWITCH_ID + 1];

extern const struct nla_policy nsw_vf_new_nl_policy[NSW_A_NIC_NAME + 1];

extern const struct nla_policy nsw_vf_get_nl_policy[NSW_A_VF_ID + 1];

extern const struct nla_policy nsw_vf_set_nl_policy[NSW_A_RSS_QUERY + 1];

extern const struct nla_policy nsw_vf_reset_nl_policy[NSW_A_VF_ID + 1];

extern const struct nla_policy nsw_vf_del_nl_policy[NSW_A_VF_ID + 1];

extern const struct nla_policy nsw_vport_new_nl_policy[NSW_A_AFFINITY + 1];

extern const struct nla_policy nsw_vport_get_nl_policy[NSW_A_PF + 1];

extern const struct nla_policy nsw_vport_set_nl_policy[NSW_A_AFFINITY + 1];

extern const struct nla_policy nsw_vport_del_nl_policy[NSW_A_VPORT_ID + 1];

extern const struct nla_policy nsw_filter_new_nl_policy[NSW_A_QUEUE_ID + 1];

extern const struct nla_policy nsw_filter_get_nl_policy[NSW_A_QUEUE_ID + 1];

extern const struct nla_policy nsw_filter_move_nl_policy[NSW_A_SOURCE_VPORT_ID + 1];

extern const struct nla_policy nsw_filter_del_nl_policy[NSW_A_FILTER_ID + 1];

extern const struct nla_policy nsw_block_get_nl_policy[NSW_A_BLOCK_LENGTH + 1];

extern const struct nla_policy nsw_block_write_nl_policy[NSW_A_BLOCK_DATA + 1];

extern const struct nla_policy nsw_block_take_nl_policy[NSW_A_IFINDEX + 1];

extern const struct nla_policy nsw_block_set_nl_policy[NSW_A_BLOCK_WRITABLE + 1];

extern const struct nla_policy nsw_block_del_nl_policy[NSW_A_BLOCK_ID + 1];

extern const struct nla_policy nsw_block_invalidate_nl_policy[NSW_A_BLOCK_MASK + 1];

extern const struct nla_policy nsw_stats_get_nl_policy[NSW_A_QUEUE_ID + 1];

extern const struct nla_policy nsw_fault_new_nl_policy[NSW_A_FAULT_EVERY + 1];

extern const struct nla_policy nsw_fault_get_nl_policy[NSW_A_FAULT_ID + 1];

extern const struct nla_policy nsw_fault_del_nl_policy[NSW_A_FAULT_ID + 1];

extern const struct nla_policy nsw_vf_power_nl_policy[NSW_A_WAKE + 1];

extern const struct nla_policy nsw_vf_config_read_nl_policy[NSW_A_CONFIG_LENGTH + 1];

extern const struct nla_policy nsw_vf_config_write_nl_policy[NSW_A_CONFIG_DATA + 1];

extern const struct nla_policy nsw_vf_bar_get_nl_policy[NSW_A_BAR_INDEX + 1];

extern const struct nla_policy nsw_vf_offer_nl_policy[NSW_A_VF_ID + 1];

extern const struct nla_policy nsw_vf_revoke_nl_policy[NSW_A_VF_ID + 1];

extern const struct nla_policy nsw_queue_new_nl_policy[NSW_A_RECEIVE_BUFFERS + 1];

extern const struct nla_policy nsw_queue_get_nl_policy[NSW_A_QUEUE_ID + 1];

extern const struct nla_policy nsw_queue_complete_nl_policy[NSW_A_QUEUE_IDS + 1];

extern const struct nla_policy nsw_queue_set_nl_policy[NSW_A_RECEIVE_BUFFERS + 1];

extern const struct nla_policy nsw_queue_del_nl_policy[NSW_A_QUEUE_ID + 1];

extern const struct nla_policy nsw_failover_new_nl_policy[NSW_A_NETNS_FD + 1];

extern const struct nla_policy nsw_failover_get_nl_policy[NSW_A_FAILOVER_ID + 1];

extern const struct nla_policy nsw_failover_del_nl_policy[NSW_A_FAILOVER_ID + 1];

/* Ops table for nicswitch */
extern const struct genl_ops nsw_nl_ops[46];

int nsw_nl_adapter_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_adapter_get_dumpit(struct sk_buff *skb,
				    struct netlink_callback *cb);
int nsw_nl_adapter_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_adapter_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_caps_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_caps_set_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_switch_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_switch_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_switch_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int nsw_nl_switch_set_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_switch_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int nsw_nl_vf_set_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_reset_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vport_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vport_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vport_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int nsw_nl_vport_set_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vport_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_filter_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_filter_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_filter_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int nsw_nl_filter_move_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_filter_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_block_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_block_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int nsw_nl_block_write_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_block_take_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_block_set_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_block_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_block_invalidate_doit(struct sk_buff *skb,
				       struct genl_info *info);
int nsw_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_stats_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int nsw_nl_fault_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_fault_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_fault_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int nsw_nl_fault_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_power_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_config_read_doit(struct sk_buff *skb,
				     struct genl_info *info);
int nsw_nl_vf_config_write_doit(struct sk_buff *skb,
				      struct genl_info *info);
int nsw_nl_vf_bar_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_bar_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int nsw_nl_vf_offer_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_vf_revoke_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_queue_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_queue_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_queue_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int nsw_nl_queue_complete_doit(struct sk_buff *skb,
				     struct genl_info *info);
int nsw_nl_queue_set_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_queue_del_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_failover_new_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_failover_get_doit(struct sk_buff *skb, struct genl_info *info);
int nsw_nl_failover_get_dumpit(struct sk_buff *skb,
				     struct netlink_callback *cb);
int nsw_nl_failover_del_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* _LINUX_NICSWITCH_GEN_H */
