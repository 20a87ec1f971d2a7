// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field vf_fields[] = {
	{ NSW_A_VF_ID, FIELD_U32, "vf", NULL, "vf %" },
	{ NSW_A_VF_NAME, FIELD_STRING, "name", NULL, " (%)" },
	{ NSW_A_VM_NAME, FIELD_STRING, "vm", NULL, "  VM %" },
	{ NSW_A_NIC_NAME, FIELD_STRING, "nic", NULL, "  NIC %" },
	{ NSW_A_MAC, FIELD_MAC, "mac" },
	{ NSW_A_POWER_STATE, FIELD_ENUM, "power", &names_power_state },
	{ NSW_A_WAKE, FIELD_BOOL, "wake", &names_on_off },
	{ NSW_A_LINK_POLICY, FIELD_ENUM, "link", &names_link_policy },
	{ NSW_A_SPOOFCHK, FIELD_BOOL, "spoofchk", &names_on_off },
	{ NSW_A_TRUST, FIELD_BOOL, "trust", &names_on_off },
	{ NSW_A_RSS_QUERY, FIELD_BOOL, "rss_query", &names_on_off },
	{ NSW_A_PORT_VLAN, FIELD_U16, "port_vlan" },
	{ NSW_A_PORT_VLAN_PROTO, FIELD_PROTO, "port_vlan_proto" },
	{ NSW_A_PORT_VLAN_QOS, FIELD_U8, "port_vlan_qos" },
	{ NSW_A_MIN_TX_RATE, FIELD_U32, "min_tx_rate" },
	{ NSW_A_MAX_TX_RATE, FIELD_U32, "max_tx_rate" },
	{ NSW_A_OFFER, FIELD_ENUM, "offer", &names_offer },
	{ NSW_A_VPORT_ID, FIELD_U32, "vport" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, "  %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ NSW_A_PCI_ADDRESS, FIELD_STRING, "pci", NULL, " %" },
	{ NSW_A_VENDOR_ID, FIELD_IDS, "ids" },
	{ NSW_A_SUBSYSTEM_VENDOR_ID, FIELD_IDS, "subsystem" },
	{ NSW_A_SERIAL_NUMBER, FIELD_U32, "serial" },
	{ NSW_A_BLOCK_MASK, FIELD_SET, "pending_blocks" },
	{ NSW_A_OWNED, FIELD_FLAG, "owned" },
	{ 0 }
};

static const struct field config_fields[] = {
	{ NSW_A_VF_ID, FIELD_U32, "vf" },
	{ NSW_A_CONFIG_OFFSET, FIELD_U32, "offset" },
	{ NSW_A_CONFIG_DATA, FIELD_HEX, "data", NULL, "%\n" },
	{ 0 }
};

static const struct field bar_fields[] = {
	{ NSW_A_VF_ID, FIELD_U32, "vf" },
	{ NSW_A_BAR_INDEX, FIELD_U32, "bar" },
	{ NSW_A_BAR_PROBE, FIELD_HEX32, "probe" },
	{ NSW_A_BAR_START, FIELD_HEX64, "start" },
	{ NSW_A_BAR_LENGTH, FIELD_UINT, "length" },
	{ 0 }
};

static const struct keyword allocate_keywords[] = {
	{ "mac", parse_mac, NSW_A_MAC },
	{ "name", parse_string, NSW_A_VF_NAME },
	{ "vm", parse_string, NSW_A_VM_NAME },
	{ "nic", parse_string, NSW_A_NIC_NAME },
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

static const struct keyword power_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "state", parse_names, NSW_A_POWER_STATE, KEYWORD_REQUIRED,
	  &names_power_state },
	{ "wake", parse_switch, NSW_A_WAKE },
	{ 0 }
};

static const struct keyword config_read_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "offset", parse_u32, NSW_A_CONFIG_OFFSET, KEYWORD_REQUIRED },
	{ "length", parse_u32, NSW_A_CONFIG_LENGTH, KEYWORD_REQUIRED },
	{ 0 }
};

static const struct keyword config_write_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "offset", parse_u32, NSW_A_CONFIG_OFFSET, KEYWORD_REQUIRED },
	{ "data", parse_hex, NSW_A_CONFIG_DATA, KEYWORD_REQUIRED },
	{ 0 }
};

/* What is read is no VF, but a part of one. */
static enum cmd_status show_part(struct cmd *cmd, const struct field *fields,
				 bool one)
{
	const struct noun part = { .name = cmd->noun->name, .fields = fields };
	const struct noun *whole = cmd->noun;
	enum cmd_status status;

	cmd->noun = &part;
	status = one ? cmd_show_one(cmd) : cmd_list(cmd);
	cmd->noun = whole;
	return status;
}

static enum cmd_status vf_config_read(struct cmd *cmd)
{
	cmd->out.style = OUT_TREE;
	return show_part(cmd, config_fields, true);
}

static enum cmd_status vf_bars(struct cmd *cmd)
{
	return show_part(cmd, bar_fields, false);
}

#define POLICY		"[link LINK] [spoofchk on|off] [trust on|off] [rss_query on|off]"
#define PORT_VLAN	"[port_vlan VID [port_vlan_proto PROTO] [port_vlan_qos N]]"
#define RATES		"[min_tx_rate MBITS] [max_tx_rate MBITS]"

static const struct verb verbs[] = {
	{ "allocate", "[mac MAC] [name NAME] [vm NAME] [nic NAME]", cmd_create,
	  NSW_CMD_VF_NEW, allocate_keywords },
	{ "show", "[ID]", cmd_show, NSW_CMD_VF_GET, show_keywords },
	{ "set", "ID [mac MAC] " POLICY " " PORT_VLAN " " RATES,
	  cmd_change, NSW_CMD_VF_SET, set_keywords },
	{ "reset", "ID", cmd_change, NSW_CMD_VF_RESET, id_keywords },
	{ "offer", "ID", cmd_change, NSW_CMD_VF_OFFER, id_keywords },
	{ "revoke", "ID", cmd_change, NSW_CMD_VF_REVOKE, id_keywords },
	{ "free", "ID", cmd_change, NSW_CMD_VF_DEL, id_keywords },
	{ "power", "ID state d0|d1|d2|d3 [wake on|off]", cmd_change,
	  NSW_CMD_VF_POWER, power_keywords },
	{ "config-read", "ID offset N length N", vf_config_read,
	  NSW_CMD_VF_CONFIG_READ, config_read_keywords },
	{ "config-write", "ID offset N data HEX", cmd_change,
	  NSW_CMD_VF_CONFIG_WRITE, config_write_keywords },
	{ "bars", "ID", vf_bars, NSW_CMD_VF_BAR_GET, id_keywords },
	{ 0 }
};

const struct noun noun_vf = {
	.name = "vf",
	.purpose = "virtual functions",
	.key = NSW_A_VF_ID,
	.fields = vf_fields,
	.verbs = verbs,
};
