// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field filter_fields[] = {
	{ NSW_A_FILTER_ID, FIELD_U32, "filter", NULL, "filter %" },
	{ NSW_A_VPORT_ID, FIELD_U32, "vport" },
	{ NSW_A_QUEUE_ID, FIELD_U32, "queue" },
	{ NSW_A_MAC, FIELD_MAC, "mac", NULL, ": %" },
	{ NSW_A_VLAN_MODE, FIELD_VLAN, "vlan", &names_vlan_mode, " vlan %" },
	{ NSW_A_OWNED, FIELD_FLAG, "owned" },
	{ 0 }
};

static const struct keyword add_keywords[] = {
	{ "vport", parse_u32, NSW_A_VPORT_ID, KEYWORD_EITHER },
	{ "queue", parse_u32, NSW_A_QUEUE_ID, KEYWORD_EITHER },
	{ "mac", parse_mac, NSW_A_MAC, KEYWORD_REQUIRED },
	{ "vlan", parse_vlan, NSW_A_VLAN_MODE, 0, &names_vlan_mode, "none" },
	{ 0 }
};

static const struct keyword show_keywords[] = {
	{ "vport", parse_u32, NSW_A_VPORT_ID },
	{ "queue", parse_u32, NSW_A_QUEUE_ID },
	{ 0 }
};

static const struct keyword move_keywords[] = {
	{ "FID", parse_u32, NSW_A_FILTER_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "from", parse_u32, NSW_A_SOURCE_VPORT_ID, KEYWORD_REQUIRED },
	{ "to", parse_u32, NSW_A_VPORT_ID, KEYWORD_REQUIRED },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	{ "FID", parse_u32, NSW_A_FILTER_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

static const struct verb verbs[] = {
	{ "add", "{vport ID | queue ID} mac MAC [vlan none|VID|any]",
	  cmd_create, NSW_CMD_FILTER_NEW, add_keywords },
	{ "show", "[vport ID | queue ID]", cmd_list, NSW_CMD_FILTER_GET, show_keywords },
	{ "move", "FID from ID to ID", cmd_change, NSW_CMD_FILTER_MOVE,
	  move_keywords },
	{ "delete", "FID", cmd_change, NSW_CMD_FILTER_DEL, delete_keywords },
	{ 0 }
};

const struct noun noun_filter = {
	.name = "filter",
	.purpose = "receive filters: which frames a VPort or queue gets",
	.key = NSW_A_FILTER_ID,
	.fields = filter_fields,
	.verbs = verbs,
};
