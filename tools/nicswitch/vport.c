// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field vport_fields[] = {
	{ NSW_A_VPORT_ID, FIELD_U32, "vport", NULL, "vport %" },
	{ NSW_A_VPORT_NAME, FIELD_STRING, "name", NULL, " (%)" },
	{ NSW_A_PF, FIELD_FLAG, "pf", NULL, "  PF" },
	{ NSW_A_VF_ID, FIELD_U32, "vf", NULL, "  VF %" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, " %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ 0 }
};

const struct field vport_state_fields[] = {
	{ NSW_A_VPORT_STATE, FIELD_ENUM, "state", &names_vport_state, "  %" },
	{ NSW_A_QUEUE_PAIRS, FIELD_U32, "qps", NULL, "  qps %" },
	{ NSW_A_MODERATION, FIELD_ENUM, "moderation", &names_moderation,
	  "  moderation %" },
	{ NSW_A_AFFINITY, FIELD_STRING, "affinity", NULL, "  affinity %" },
	{ NSW_A_CARRIER, FIELD_BOOL, "carrier", &names_up_down,
	  "  carrier %" },
	{ NSW_A_NUM_FILTERS, FIELD_U32, "num_filters" },
	{ NSW_A_OWNED, FIELD_FLAG, "owned" },
	{ 0 }
};

static const struct keyword create_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID, KEYWORD_EITHER },
	{ "pf", parse_flag, NSW_A_PF, KEYWORD_EITHER | KEYWORD_ALONE },
	{ "qps", parse_u32, NSW_A_QUEUE_PAIRS },
	{ "moderation", parse_names, NSW_A_MODERATION, 0, &names_moderation },
	{ "affinity", parse_string, NSW_A_AFFINITY },
	{ "name", parse_string, NSW_A_VPORT_NAME },
	{ 0 }
};

/* The words first, as anything could be the ID. */
static const struct keyword show_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID },
	{ "pf", parse_flag, NSW_A_PF, KEYWORD_ALONE },
	{ "ID", parse_u32, NSW_A_VPORT_ID, KEYWORD_POSITIONAL },
	{ 0 }
};

static const struct keyword set_keywords[] = {
	{ "ID", parse_u32, NSW_A_VPORT_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "state", parse_activated, NSW_A_VPORT_STATE, KEYWORD_CHANGE,
	  &names_vport_state },
	{ "qps", parse_u32, NSW_A_QUEUE_PAIRS, KEYWORD_CHANGE },
	{ "moderation", parse_names, NSW_A_MODERATION, KEYWORD_CHANGE,
	  &names_moderation },
	{ "affinity", parse_string, NSW_A_AFFINITY, KEYWORD_CHANGE },
	{ "name", parse_string, NSW_A_VPORT_NAME, KEYWORD_CHANGE },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	{ "ID", parse_u32, NSW_A_VPORT_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

#define MODERATION "[moderation off|low|medium|high|adaptive]"

static const struct verb verbs[] = {
	{ "create", "{vf ID | pf} [qps N] " MODERATION " [affinity CPUS] [name NAME]",
	  cmd_create, NSW_CMD_VPORT_NEW, create_keywords },
	{ "show", "[ID | vf ID | pf]", cmd_show, NSW_CMD_VPORT_GET, show_keywords },
	{ "set", "ID [state activated] [qps N] " MODERATION " [affinity CPUS] [name NAME]",
	  cmd_change, NSW_CMD_VPORT_SET, set_keywords },
	{ "delete", "ID", cmd_change, NSW_CMD_VPORT_DEL, delete_keywords },
	{ 0 }
};

const struct noun noun_vport = {
	.name = "vport",
	.purpose = "virtual ports of the switch",
	.key = NSW_A_VPORT_ID,
	.fields = vport_fields,
	.more_fields = vport_state_fields,
	.verbs = verbs,
};
