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
	{ NSW_A_PORT_VLAN, FIELD_U16, "port_vlan" },
	{ NSW_A_PORT_VLAN_PROTO, FIELD_PROTO, "port_vlan_proto" },
	{ NSW_A_VPORT_ID, FIELD_U32, "vport" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, "  %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ NSW_A_PCI_ADDRESS, FIELD_STRING, "pci", NULL, " %" },
	{ NSW_A_BLOCK_MASK, FIELD_SET, "pending_blocks" },
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

static const struct keyword id_keywords[] = {
	{ "ID", parse_u32, NSW_A_VF_ID, KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

static const struct verb verbs[] = {
	{ "allocate", "[mac MAC] [name NAME]", cmd_create,
	  NSW_CMD_VF_NEW, allocate_keywords },
	{ "show", "[ID]", cmd_show, NSW_CMD_VF_GET, show_keywords },
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
