// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field vf_fields[] = {
	{ NSW_A_VF_ID, FIELD_U32, "vf", NULL, "vf %" },
	{ NSW_A_VF_NAME, FIELD_STRING, "name", NULL, " (%)" },
	{ NSW_A_MAC, FIELD_MAC, "mac" },
	{ NSW_A_POWER_STATE, FIELD_ENUM, "power", &names_power_state },
	{ NSW_A_LINK_POLICY, FIELD_ENUM, "link", &names_link_policy },
	{ NSW_A_SPOOFCHK, FIELD_BOOL, "spoofchk", &names_on_off },
	{ NSW_A_TRUST, FIELD_BOOL, "trust", &names_on_off },
	{ NSW_A_RSS_QUERY, FIELD_BOOL, "rss_query", &names_on_off },
	{ NSW_A_PORT_VLAN, FIELD_U16, "port_vlan" },
	{ NSW_A_PORT_VLAN_PROTO, FIELD_PROTO, "port_vlan_proto" },
	{ NSW_A_PORT_VLAN_QOS, FIELD_U8, "port_vlan_qos" },
	{ NSW_A_MIN_TX_RATE, FIELD_U32, "min_tx_rate" },
	{ NSW_A_MAX_TX_RATE, FIELD_U32, "max_tx_rate" },
	{ NSW_A_VPORT_ID, FIELD_U32, "vport" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, "  %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ NSW_A_PCI_ADDRESS, FIELD_STRING, "pci", NULL, " %" },
	{ NSW_A_BLOCK_MASK, FIELD_SET, "pending_blocks" },
	{ NSW_A_OWNED, FIELD_FLAG, "owned" },
	{ 0 }
};

static const struct keyword allocate_keywords[] = {
	{ "mac", parse_mac, NSW_A_MAC },
	{ "name", parse_string, NSW_A_VF_NAME },
	{ 0 }
};

static const struct keyword show_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL },
	{ 0 }
};

static const struct keyword set_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "mac", parse_mac, NSW_A_MAC, KEYWORD_CHANGE },
	{ "link", parse_names, NSW_A_LINK_POLICY, KEYWORD_CHANGE,
	  &names_link_policy },
	{ "spoofchk", parse_switch, NSW_A_SPOOFCHK, KEYWORD_CHANGE },
	{ "trust", parse_switch, NSW_A_TRUST, KEYWORD_CHANGE },
	{ "rss_query", parse_switch, NSW_A_RSS_QUERY, KEYWORD_CHANGE },
	{ "port_vlan", parse_u16, NSW_A_PORT_VLAN, KEYWORD_CHANGE },
	{ "port_vlan_proto", parse_proto, NSW_A_PORT_VLAN_PROTO },
	{ "port_vlan_qos", parse_u8, NSW_A_PORT_VLAN_QOS },
	{ "min_tx_rate", parse_u32, NSW_A_MIN_TX_RATE, KEYWORD_CHANGE },
	{ "max_tx_rate", parse_u32, NSW_A_MAX_TX_RATE, KEYWORD_CHANGE },
	{ 0 }
};

static const struct keyword id_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

#define POLICY		"[link LINK] [spoofchk on|off] [trust on|off] [rss_query on|off]"
#define PORT_VLAN	"[port_vlan VID [port_vlan_proto PROTO] [port_vlan_qos N]]"
#define RATES		"[min_tx_rate MBITS] [max_tx_rate MBITS]"

static const struct verb verbs[] = {
	{ "allocate", "[mac MAC] [name NAME]", cmd_create,
	  NSW_CMD_VF_NEW, allocate_keywords },
	{ "show", "[ID]", cmd_show, NSW_CMD_VF_GET, show_keywords },
	{ "set", "ID [mac MAC] " POLICY " " PORT_VLAN " " RATES,
	  cmd_change, NSW_CMD_VF_SET, set_keywords },
	{ "reset", "ID", cmd_change, NSW_CMD_VF_RESET, id_keywords },
	{ "free", "ID", cmd_change, NSW_CMD_VF_DEL, id_keywords },
	{ 0 }
};

const struct noun noun_vf = {
	.name = "vf",
	.purpose = "virtual functions",
	.key = NSW_A_VF_ID,
	.fields = vf_fields,
	.verbs = verbs,
};
