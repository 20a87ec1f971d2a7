// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nicswitch.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "nl_gen.h"

#include <uapi/linux/nicswitch.h>

/* Common nested types */
const struct nla_policy nsw_caps_nl_policy[NSW_A_CAPS_RSS_TABLE_PER_VPORT + 1] = {
	[NSW_A_CAPS_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x3f),
	[NSW_A_CAPS_MAX_SWITCHES] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_VFS] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_VPORTS] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_QUEUE_PAIRS] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_MAC_ADDRESSES] = { .type = NLA_U32, },
	[NSW_A_CAPS_MAX_FILTERS] = { .type = NLA_U32, },
	[NSW_A_CAPS_SRIOV_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x3),
	[NSW_A_CAPS_FILTER_FIELDS] = NLA_POLICY_MASK(NLA_U32, 0x3),
	[NSW_A_CAPS_NUM_QUEUES] = { .type = NLA_U32, },
	[NSW_A_CAPS_FLAGS_MASK] = { .type = NLA_U32, },
	[NSW_A_CAPS_FILTER_TYPES] = NLA_POLICY_MASK(NLA_U32, 0x1),
	[NSW_A_CAPS_QUEUE_TYPES] = NLA_POLICY_MASK(NLA_U32, 0x1),
	[NSW_A_CAPS_MAX_RSS_PF_VPORTS] = { .type = NLA_U32, },
	[NSW_A_CAPS_RSS_TABLE_DEFAULT_VPORT] = { .type = NLA_U32, },
	[NSW_A_CAPS_RSS_TABLE_PER_VPORT] = { .type = NLA_U32, },
};

/* NSW_CMD_ADAPTER_GET - do */
const struct nla_policy nsw_adapter_get_nl_policy[NSW_A_ADAPTER_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_ADAPTER_NEW - do */
const struct nla_policy nsw_adapter_new_nl_policy[NSW_A_STATIC_VFS + 1] = {
	[NSW_A_TOTAL_VFS] = { .type = NLA_U32, },
	[NSW_A_NUM_VPORTS] = { .type = NLA_U32, },
	[NSW_A_MAX_QUEUE_PAIRS] = { .type = NLA_U32, },
	[NSW_A_MAX_MAC_ADDRESSES] = { .type = NLA_U32, },
	[NSW_A_CAPS_WITHOUT] = NLA_POLICY_MASK(NLA_U32, 0x3f),
	[NSW_A_VENDOR_ID] = { .type = NLA_U16, },
	[NSW_A_DEVICE_ID] = { .type = NLA_U16, },
	[NSW_A_VF_DEVICE_ID] = { .type = NLA_U16, },
	[NSW_A_SUBSYSTEM_VENDOR_ID] = { .type = NLA_U16, },
	[NSW_A_SUBSYSTEM_ID] = { .type = NLA_U16, },
	[NSW_A_PCI_DOMAIN] = { .type = NLA_U32, },
	[NSW_A_PCI_BUS] = NLA_POLICY_MAX(NLA_U32, 255),
	[NSW_A_STANDALONE_LINK] = NLA_POLICY_MAX(NLA_U32, 1),
	[NSW_A_VFS_NEED_PF] = NLA_POLICY_MAX(NLA_U32, 1),
	[NSW_A_STATIC_VFS] = { .type = NLA_U32, },
	[NSW_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_DEFAULT_QUEUE_PAIRS] = { .type = NLA_U32, },
};

/* NSW_CMD_ADAPTER_DEL - do */
const struct nla_policy nsw_adapter_del_nl_policy[NSW_A_ADAPTER_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_CAPS_GET - do */
const struct nla_policy nsw_caps_get_nl_policy[NSW_A_ADAPTER_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_CAPS_SET - do */
const struct nla_policy nsw_caps_set_nl_policy[NSW_A_CAPS + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_CAPS] = NLA_POLICY_NESTED(nsw_caps_nl_policy),
};

/* NSW_CMD_SWITCH_NEW - do */
const struct nla_policy nsw_switch_new_nl_policy[NSW_A_OWNED + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_NUM_VFS] = { .type = NLA_U32, },
	[NSW_A_DEFAULT_QUEUE_PAIRS] = { .type = NLA_U32, },
	[NSW_A_OWNED] = { .type = NLA_FLAG, },
};

/* NSW_CMD_SWITCH_GET - do */
const struct nla_policy nsw_switch_get_nl_policy[NSW_A_SWITCH_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_SWITCH_SET - do */
const struct nla_policy nsw_switch_set_nl_policy[NSW_A_SWITCH_NAME + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
};

/* NSW_CMD_SWITCH_DEL - do */
const struct nla_policy nsw_switch_del_nl_policy[NSW_A_SWITCH_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_NEW - do */
const struct nla_policy nsw_vf_new_nl_policy[NSW_A_NIC_NAME + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_VM_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_NIC_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_MAC] = NLA_POLICY_EXACT_LEN(6),
	[NSW_A_OWNED] = { .type = NLA_FLAG, },
};

/* NSW_CMD_VF_GET - do */
const struct nla_policy nsw_vf_get_nl_policy[NSW_A_VF_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_SET - do */
const struct nla_policy nsw_vf_set_nl_policy[NSW_A_RSS_QUERY + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_MAC] = NLA_POLICY_EXACT_LEN(6),
	[NSW_A_LINK_POLICY] = NLA_POLICY_MAX(NLA_U32, 2),
	[NSW_A_SPOOFCHK] = { .type = NLA_U8, },
	[NSW_A_TRUST] = { .type = NLA_U8, },
	[NSW_A_RSS_QUERY] = { .type = NLA_U8, },
	[NSW_A_PORT_VLAN] = { .type = NLA_U16, },
	[NSW_A_PORT_VLAN_PROTO] = { .type = NLA_U16, },
	[NSW_A_PORT_VLAN_QOS] = { .type = NLA_U8, },
	[NSW_A_MIN_TX_RATE] = { .type = NLA_U32, },
	[NSW_A_MAX_TX_RATE] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_RESET - do */
const struct nla_policy nsw_vf_reset_nl_policy[NSW_A_VF_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_DEL - do */
const struct nla_policy nsw_vf_del_nl_policy[NSW_A_VF_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_VPORT_NEW - do */
const struct nla_policy nsw_vport_new_nl_policy[NSW_A_AFFINITY + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_PF] = { .type = NLA_FLAG, },
	[NSW_A_QUEUE_PAIRS] = { .type = NLA_U32, },
	[NSW_A_MODERATION] = NLA_POLICY_RANGE(NLA_U32, 1, 5),
	[NSW_A_AFFINITY] = { .type = NLA_NUL_STRING, .len = 1024, },
	[NSW_A_VPORT_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_OWNED] = { .type = NLA_FLAG, },
};

/* NSW_CMD_VPORT_GET - do */
const struct nla_policy nsw_vport_get_nl_policy[NSW_A_PF + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_SWITCH_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_PF] = { .type = NLA_FLAG, },
};

/* NSW_CMD_VPORT_SET - do */
const struct nla_policy nsw_vport_set_nl_policy[NSW_A_AFFINITY + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_QUEUE_PAIRS] = { .type = NLA_U32, },
	[NSW_A_MODERATION] = NLA_POLICY_RANGE(NLA_U32, 1, 5),
	[NSW_A_AFFINITY] = { .type = NLA_NUL_STRING, .len = 1024, },
	[NSW_A_VPORT_STATE] = NLA_POLICY_RANGE(NLA_U32, 1, 2),
};

/* NSW_CMD_VPORT_DEL - do */
const struct nla_policy nsw_vport_del_nl_policy[NSW_A_VPORT_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FILTER_NEW - do */
const struct nla_policy nsw_filter_new_nl_policy[NSW_A_QUEUE_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_ID] = { .type = NLA_U32, },
	[NSW_A_MAC] = NLA_POLICY_EXACT_LEN(6),
	[NSW_A_VLAN_MODE] = NLA_POLICY_MAX(NLA_U32, 2),
	[NSW_A_VLAN_ID] = { .type = NLA_U16, },
	[NSW_A_OWNED] = { .type = NLA_FLAG, },
};

/* NSW_CMD_FILTER_GET - do */
const struct nla_policy nsw_filter_get_nl_policy[NSW_A_QUEUE_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_FILTER_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FILTER_MOVE - do */
const struct nla_policy nsw_filter_move_nl_policy[NSW_A_SOURCE_VPORT_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_FILTER_ID] = { .type = NLA_U32, },
	[NSW_A_SOURCE_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FILTER_DEL - do */
const struct nla_policy nsw_filter_del_nl_policy[NSW_A_FILTER_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_FILTER_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_BLOCK_GET - do */
const struct nla_policy nsw_block_get_nl_policy[NSW_A_BLOCK_LENGTH + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_IFINDEX] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_LENGTH] = { .type = NLA_U32, },
};

/* NSW_CMD_BLOCK_WRITE - do */
const struct nla_policy nsw_block_write_nl_policy[NSW_A_BLOCK_DATA + 1] = {
	[NSW_A_IFINDEX] = { .type = NLA_U32, },
	[NSW_A_BLOCK_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_DATA] = { .type = NLA_BINARY, },
};

/* NSW_CMD_BLOCK_TAKE - do */
const struct nla_policy nsw_block_take_nl_policy[NSW_A_IFINDEX + 1] = {
	[NSW_A_IFINDEX] = { .type = NLA_U32, },
};

/* NSW_CMD_BLOCK_SET - do */
const struct nla_policy nsw_block_set_nl_policy[NSW_A_BLOCK_WRITABLE + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_DATA] = { .type = NLA_BINARY, },
	[NSW_A_BLOCK_WRITABLE] = { .type = NLA_FLAG, },
};

/* NSW_CMD_BLOCK_DEL - do */
const struct nla_policy nsw_block_del_nl_policy[NSW_A_BLOCK_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_BLOCK_INVALIDATE - do */
const struct nla_policy nsw_block_invalidate_nl_policy[NSW_A_BLOCK_MASK + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_BLOCK_MASK] = { .type = NLA_U64, },
};

/* NSW_CMD_STATS_GET - do */
const struct nla_policy nsw_stats_get_nl_policy[NSW_A_QUEUE_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FAULT_NEW - do */
const struct nla_policy nsw_fault_new_nl_policy[NSW_A_FAULT_EVERY + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_FAULT_KIND] = NLA_POLICY_RANGE(NLA_U32, 1, 8),
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_VPORT_ID] = { .type = NLA_U32, },
	[NSW_A_FAULT_ERRNO] = NLA_POLICY_MAX(NLA_U32, 511),
	[NSW_A_FAULT_DELAY] = { .type = NLA_U32, },
	[NSW_A_FAULT_COUNT] = { .type = NLA_U32, },
	[NSW_A_FAULT_EVERY] = { .type = NLA_U32, },
};

/* NSW_CMD_FAULT_GET - do */
const struct nla_policy nsw_fault_get_nl_policy[NSW_A_FAULT_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_FAULT_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FAULT_DEL - do */
const struct nla_policy nsw_fault_del_nl_policy[NSW_A_FAULT_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_FAULT_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_POWER - do */
const struct nla_policy nsw_vf_power_nl_policy[NSW_A_WAKE + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_POWER_STATE] = NLA_POLICY_RANGE(NLA_U32, 1, 4),
	[NSW_A_WAKE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* NSW_CMD_VF_CONFIG_READ - do */
const struct nla_policy nsw_vf_config_read_nl_policy[NSW_A_CONFIG_LENGTH + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_CONFIG_OFFSET] = { .type = NLA_U32, },
	[NSW_A_CONFIG_LENGTH] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_CONFIG_WRITE - do */
const struct nla_policy nsw_vf_config_write_nl_policy[NSW_A_CONFIG_DATA + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_CONFIG_OFFSET] = { .type = NLA_U32, },
	[NSW_A_CONFIG_DATA] = { .type = NLA_BINARY, },
};

/* NSW_CMD_VF_BAR_GET - do */
const struct nla_policy nsw_vf_bar_get_nl_policy[NSW_A_BAR_INDEX + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
	[NSW_A_BAR_INDEX] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_OFFER - do */
const struct nla_policy nsw_vf_offer_nl_policy[NSW_A_VF_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_VF_REVOKE - do */
const struct nla_policy nsw_vf_revoke_nl_policy[NSW_A_VF_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_VF_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_QUEUE_NEW - do */
const struct nla_policy nsw_queue_new_nl_policy[NSW_A_RECEIVE_BUFFERS + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_VM_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_AFFINITY] = { .type = NLA_NUL_STRING, .len = 1024, },
	[NSW_A_RECEIVE_BUFFERS] = { .type = NLA_U32, },
	[NSW_A_OWNED] = { .type = NLA_FLAG, },
};

/* NSW_CMD_QUEUE_GET - do */
const struct nla_policy nsw_queue_get_nl_policy[NSW_A_QUEUE_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_ID] = { .type = NLA_U32, },
	[NSW_A_OWNED] = { .type = NLA_FLAG, },
};

/* NSW_CMD_QUEUE_COMPLETE - do */
const struct nla_policy nsw_queue_complete_nl_policy[NSW_A_QUEUE_IDS + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_IDS] = { .type = NLA_BINARY, },
};

/* NSW_CMD_QUEUE_SET - do */
const struct nla_policy nsw_queue_set_nl_policy[NSW_A_RECEIVE_BUFFERS + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_NAME] = { .type = NLA_NUL_STRING, .len = 256, },
	[NSW_A_AFFINITY] = { .type = NLA_NUL_STRING, .len = 1024, },
	[NSW_A_RECEIVE_BUFFERS] = { .type = NLA_U32, },
};

/* NSW_CMD_QUEUE_DEL - do */
const struct nla_policy nsw_queue_del_nl_policy[NSW_A_QUEUE_ID + 1] = {
	[NSW_A_ADAPTER_ID] = { .type = NLA_U32, },
	[NSW_A_QUEUE_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FAILOVER_NEW - do */
const struct nla_policy nsw_failover_new_nl_policy[NSW_A_NETNS_FD + 1] = {
	[NSW_A_MAC] = NLA_POLICY_EXACT_LEN(6),
	[NSW_A_NETNS_FD] = { .type = NLA_U32, },
};

/* NSW_CMD_FAILOVER_GET - do */
const struct nla_policy nsw_failover_get_nl_policy[NSW_A_FAILOVER_ID + 1] = {
	[NSW_A_FAILOVER_ID] = { .type = NLA_U32, },
};

/* NSW_CMD_FAILOVER_DEL - do */
const struct nla_policy nsw_failover_del_nl_policy[NSW_A_FAILOVER_ID + 1] = {
	[NSW_A_FAILOVER_ID] = { .type = NLA_U32, },
};

/* Ops table for nicswitch */
const struct genl_ops nsw_nl_ops[46] = {
	{
		.cmd		= NSW_CMD_ADAPTER_GET,
		.doit		= nsw_nl_adapter_get_doit,
		.dumpit		= nsw_nl_adapter_get_dumpit,
		.policy		= nsw_adapter_get_nl_policy,
		.maxattr	= NSW_A_ADAPTER_ID,
	},
	{
		.cmd		= NSW_CMD_ADAPTER_NEW,
		.doit		= nsw_nl_adapter_new_doit,
		.policy		= nsw_adapter_new_nl_policy,
		.maxattr	= NSW_A_STATIC_VFS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_ADAPTER_DEL,
		.doit		= nsw_nl_adapter_del_doit,
		.policy		= nsw_adapter_del_nl_policy,
		.maxattr	= NSW_A_ADAPTER_ID,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_CAPS_GET,
		.doit		= nsw_nl_caps_get_doit,
		.policy		= nsw_caps_get_nl_policy,
		.maxattr	= NSW_A_ADAPTER_ID,
	},
	{
		.cmd		= NSW_CMD_CAPS_SET,
		.doit		= nsw_nl_caps_set_doit,
		.policy		= nsw_caps_set_nl_policy,
		.maxattr	= NSW_A_CAPS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_SWITCH_NEW,
		.doit		= nsw_nl_switch_new_doit,
		.policy		= nsw_switch_new_nl_policy,
		.maxattr	= NSW_A_OWNED,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_SWITCH_GET,
		.doit		= nsw_nl_switch_get_doit,
		.dumpit		= nsw_nl_switch_get_dumpit,
		.policy		= nsw_switch_get_nl_policy,
		.maxattr	= NSW_A_SWITCH_ID,
	},
	{
		.cmd		= NSW_CMD_SWITCH_SET,
		.doit		= nsw_nl_switch_set_doit,
		.policy		= nsw_switch_set_nl_policy,
		.maxattr	= NSW_A_SWITCH_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_SWITCH_DEL,
		.doit		= nsw_nl_switch_del_doit,
		.policy		= nsw_switch_del_nl_policy,
		.maxattr	= NSW_A_SWITCH_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_NEW,
		.doit		= nsw_nl_vf_new_doit,
		.policy		= nsw_vf_new_nl_policy,
		.maxattr	= NSW_A_NIC_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_GET,
		.doit		= nsw_nl_vf_get_doit,
		.dumpit		= nsw_nl_vf_get_dumpit,
		.policy		= nsw_vf_get_nl_policy,
		.maxattr	= NSW_A_VF_ID,
	},
	{
		.cmd		= NSW_CMD_VF_SET,
		.doit		= nsw_nl_vf_set_doit,
		.policy		= nsw_vf_set_nl_policy,
		.maxattr	= NSW_A_RSS_QUERY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_RESET,
		.doit		= nsw_nl_vf_reset_doit,
		.policy		= nsw_vf_reset_nl_policy,
		.maxattr	= NSW_A_VF_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_DEL,
		.doit		= nsw_nl_vf_del_doit,
		.policy		= nsw_vf_del_nl_policy,
		.maxattr	= NSW_A_VF_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VPORT_NEW,
		.doit		= nsw_nl_vport_new_doit,
		.policy		= nsw_vport_new_nl_policy,
		.maxattr	= NSW_A_AFFINITY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VPORT_GET,
		.doit		= nsw_nl_vport_get_doit,
		.dumpit		= nsw_nl_vport_get_dumpit,
		.policy		= nsw_vport_get_nl_policy,
		.maxattr	= NSW_A_PF,
	},
	{
		.cmd		= NSW_CMD_VPORT_SET,
		.doit		= nsw_nl_vport_set_doit,
		.policy		= nsw_vport_set_nl_policy,
		.maxattr	= NSW_A_AFFINITY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VPORT_DEL,
		.doit		= nsw_nl_vport_del_doit,
		.policy		= nsw_vport_del_nl_policy,
		.maxattr	= NSW_A_VPORT_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_FILTER_NEW,
		.doit		= nsw_nl_filter_new_doit,
		.policy		= nsw_filter_new_nl_policy,
		.maxattr	= NSW_A_QUEUE_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_FILTER_GET,
		.doit		= nsw_nl_filter_get_doit,
		.dumpit		= nsw_nl_filter_get_dumpit,
		.policy		= nsw_filter_get_nl_policy,
		.maxattr	= NSW_A_QUEUE_ID,
	},
	{
		.cmd		= NSW_CMD_FILTER_MOVE,
		.doit		= nsw_nl_filter_move_doit,
		.policy		= nsw_filter_move_nl_policy,
		.maxattr	= NSW_A_SOURCE_VPORT_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_FILTER_DEL,
		.doit		= nsw_nl_filter_del_doit,
		.policy		= nsw_filter_del_nl_policy,
		.maxattr	= NSW_A_FILTER_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_BLOCK_GET,
		.doit		= nsw_nl_block_get_doit,
		.dumpit		= nsw_nl_block_get_dumpit,
		.policy		= nsw_block_get_nl_policy,
		.maxattr	= NSW_A_BLOCK_LENGTH,
	},
	{
		.cmd		= NSW_CMD_BLOCK_WRITE,
		.doit		= nsw_nl_block_write_doit,
		.policy		= nsw_block_write_nl_policy,
		.maxattr	= NSW_A_BLOCK_DATA,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_BLOCK_TAKE,
		.doit		= nsw_nl_block_take_doit,
		.policy		= nsw_block_take_nl_policy,
		.maxattr	= NSW_A_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_BLOCK_SET,
		.doit		= nsw_nl_block_set_doit,
		.policy		= nsw_block_set_nl_policy,
		.maxattr	= NSW_A_BLOCK_WRITABLE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_BLOCK_DEL,
		.doit		= nsw_nl_block_del_doit,
		.policy		= nsw_block_del_nl_policy,
		.maxattr	= NSW_A_BLOCK_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_BLOCK_INVALIDATE,
		.doit		= nsw_nl_block_invalidate_doit,
		.policy		= nsw_block_invalidate_nl_policy,
		.maxattr	= NSW_A_BLOCK_MASK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_STATS_GET,
		.doit		= nsw_nl_stats_get_doit,
		.dumpit		= nsw_nl_stats_get_dumpit,
		.policy		= nsw_stats_get_nl_policy,
		.maxattr	= NSW_A_QUEUE_ID,
	},
	{
		.cmd		= NSW_CMD_FAULT_NEW,
		.doit		= nsw_nl_fault_new_doit,
		.policy		= nsw_fault_new_nl_policy,
		.maxattr	= NSW_A_FAULT_EVERY,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_FAULT_GET,
		.doit		= nsw_nl_fault_get_doit,
		.dumpit		= nsw_nl_fault_get_dumpit,
		.policy		= nsw_fault_get_nl_policy,
		.maxattr	= NSW_A_FAULT_ID,
	},
	{
		.cmd		= NSW_CMD_FAULT_DEL,
		.doit		= nsw_nl_fault_del_doit,
		.policy		= nsw_fault_del_nl_policy,
		.maxattr	= NSW_A_FAULT_ID,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_POWER,
		.doit		= nsw_nl_vf_power_doit,
		.policy		= nsw_vf_power_nl_policy,
		.maxattr	= NSW_A_WAKE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_CONFIG_READ,
		.doit		= nsw_nl_vf_config_read_doit,
		.policy		= nsw_vf_config_read_nl_policy,
		.maxattr	= NSW_A_CONFIG_LENGTH,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_CONFIG_WRITE,
		.doit		= nsw_nl_vf_config_write_doit,
		.policy		= nsw_vf_config_write_nl_policy,
		.maxattr	= NSW_A_CONFIG_DATA,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_BAR_GET,
		.doit		= nsw_nl_vf_bar_get_doit,
		.dumpit		= nsw_nl_vf_bar_get_dumpit,
		.policy		= nsw_vf_bar_get_nl_policy,
		.maxattr	= NSW_A_BAR_INDEX,
	},
	{
		.cmd		= NSW_CMD_VF_OFFER,
		.doit		= nsw_nl_vf_offer_doit,
		.policy		= nsw_vf_offer_nl_policy,
		.maxattr	= NSW_A_VF_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_VF_REVOKE,
		.doit		= nsw_nl_vf_revoke_doit,
		.policy		= nsw_vf_revoke_nl_policy,
		.maxattr	= NSW_A_VF_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_QUEUE_NEW,
		.doit		= nsw_nl_queue_new_doit,
		.policy		= nsw_queue_new_nl_policy,
		.maxattr	= NSW_A_RECEIVE_BUFFERS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_QUEUE_GET,
		.doit		= nsw_nl_queue_get_doit,
		.dumpit		= nsw_nl_queue_get_dumpit,
		.policy		= nsw_queue_get_nl_policy,
		.maxattr	= NSW_A_QUEUE_ID,
	},
	{
		.cmd		= NSW_CMD_QUEUE_COMPLETE,
		.doit		= nsw_nl_queue_complete_doit,
		.policy		= nsw_queue_complete_nl_policy,
		.maxattr	= NSW_A_QUEUE_IDS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_QUEUE_SET,
		.doit		= nsw_nl_queue_set_doit,
		.policy		= nsw_queue_set_nl_policy,
		.maxattr	= NSW_A_RECEIVE_BUFFERS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_QUEUE_DEL,
		.doit		= nsw_nl_queue_del_doit,
		.policy		= nsw_queue_del_nl_policy,
		.maxattr	= NSW_A_QUEUE_ID,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_FAILOVER_NEW,
		.doit		= nsw_nl_failover_new_doit,
		.policy		= nsw_failover_new_nl_policy,
		.maxattr	= NSW_A_NETNS_FD,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= NSW_CMD_FAILOVER_GET,
		.doit		= nsw_nl_failover_get_doit,
		.dumpit		= nsw_nl_failover_get_dumpit,
		.policy		= nsw_failover_get_nl_policy,
		.maxattr	= NSW_A_FAILOVER_ID,
	},
	{
		.cmd		= NSW_CMD_FAILOVER_DEL,
		.doit		= nsw_nl_failover_del_doit,
		.policy		= nsw_failover_del_nl_policy,
		.maxattr	= NSW_A_FAILOVER_ID,
		.flags		= GENL_ADMIN_PERM,
	},
};
