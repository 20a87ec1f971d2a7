// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field switch_fields[] = {
	{ NSW_A_SWITCH_ID, FIELD_U32, "switch", NULL, "switch %" },
	{ NSW_A_SWITCH_NAME, FIELD_STRING, "name", NULL, " (%)" },
	{ NSW_A_NUM_VFS, FIELD_U32, "num_vfs", NULL, "  VFs % enabled" },
	{ NSW_A_NUM_ALLOCATED_VFS, FIELD_U32, "num_allocated_vfs", NULL,
	  ", % allocated" },
	{ NSW_A_NUM_ACTIVE_VPORTS, FIELD_U32, "num_active_vports", NULL,
	  "  VPorts %" },
	{ NSW_A_NUM_VPORTS, FIELD_U32, "num_vports", NULL, " of %" },
	{ NSW_A_DEFAULT_QUEUE_PAIRS, FIELD_U32, "default_qps" },
	{ NSW_A_NUM_QUEUE_PAIRS, FIELD_U32, "num_qps", NULL,
	  "  queue pairs %" },
	{ NSW_A_NUM_MAC_FILTERS_DEFAULT, FIELD_U32,
	  "num_mac_filters_default" },
	{ NSW_A_NUM_MAC_FILTERS_NONDEFAULT, FIELD_U32,
	  "num_mac_filters_nondefault" },
	{ NSW_A_NUM_VLAN_FILTERS_DEFAULT, FIELD_U32,
	  "num_vlan_filters_default" },
	{ NSW_A_NUM_VLAN_FILTERS_NONDEFAULT, FIELD_U32,
	  "num_vlan_filters_nondefault" },
	{ NSW_A_OWNED, FIELD_FLAG, "owned" },
	{ 0 }
};

/* There is one switch only, so nobody has to type its id. */
#define SWITCH_ID { NULL, parse_u32, NSW_A_SWITCH_ID, .absent = "0" }

static const struct keyword create_keywords[] = {
	{ "name", parse_string, NSW_A_SWITCH_NAME },
	{ "vfs", parse_u32, NSW_A_NUM_VFS },
	{ "qps", parse_u32, NSW_A_DEFAULT_QUEUE_PAIRS },
	{ 0 }
};

static const struct keyword set_keywords[] = {
	SWITCH_ID,
	{ "name", parse_string, NSW_A_SWITCH_NAME, KEYWORD_REQUIRED },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	SWITCH_ID,
	{ 0 }
};

static const struct verb verbs[] = {
	{ "create", "[name NAME] [vfs N] [qps N]", cmd_create_silent,
	  NSW_CMD_SWITCH_NEW, create_keywords },
	{ "show", "", cmd_list, NSW_CMD_SWITCH_GET },
	{ "set", "name NAME", cmd_change, NSW_CMD_SWITCH_SET, set_keywords },
	{ "delete", "", cmd_change, NSW_CMD_SWITCH_DEL, delete_keywords },
	{ 0 }
};

const struct noun noun_switch = {
	.name = "switch",
	.purpose = "the NIC switch of the adapter",
	.key = NSW_A_SWITCH_ID,
	.fields = switch_fields,
	.verbs = verbs,
};
