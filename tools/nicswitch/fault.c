// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field fault_fields[] = {
	{ NSW_A_FAULT_ID, FIELD_U32, "fault", NULL, "fault %" },
	{ NSW_A_FAULT_KIND, FIELD_ENUM, "kind", &names_fault_kind, "  %" },
	{ NSW_A_VF_ID, FIELD_U32, "vf", NULL, " of VF %" },
	{ NSW_A_VPORT_ID, FIELD_U32, "vport", NULL, " of vport %" },
	{ NSW_A_FAULT_EVERY, FIELD_U32, "every", NULL, "  every %" },
	{ NSW_A_FAULT_ERRNO, FIELD_U32, "errno", NULL, "  errno %" },
	{ NSW_A_FAULT_DELAY, FIELD_U32, "delay", NULL, "  delay %" },
	{ NSW_A_FAULT_COUNT, FIELD_U32, "count", NULL, "  count %" },
	{ NSW_A_FAULT_HITS, FIELD_U32, "hits", NULL, "  hits %" },
	{ 0 }
};

static const struct keyword add_keywords[] = {
	{ "KIND", parse_names, NSW_A_FAULT_KIND,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED, &names_fault_kind },
	{ "vf", parse_u32, NSW_A_VF_ID },
	{ "vport", parse_u32, NSW_A_VPORT_ID },
	{ "every", parse_u32, NSW_A_FAULT_EVERY },
	{ "errno", parse_u32, NSW_A_FAULT_ERRNO },
	{ "delay", parse_u32, NSW_A_FAULT_DELAY },
	{ "count", parse_u32, NSW_A_FAULT_COUNT },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	{ "ID", parse_u32, NSW_A_FAULT_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

/* What happens at once leaves nothing that had an id. */
static enum cmd_status fault_add(struct cmd *cmd)
{
	uint32_t kind = args_find(&cmd->args, NSW_A_FAULT_KIND)->u32;

	if (kind == NSW_FAULT_KIND_RESET || kind == NSW_FAULT_KIND_AER)
		return cmd_change(cmd);
	return cmd_create(cmd);
}

#define PARAMETERS "[every N] [errno N] [delay MS] [count N]"

static const struct verb verbs[] = {
	{ "add", "KIND [vf ID] [vport ID] " PARAMETERS, fault_add,
	  NSW_CMD_FAULT_NEW, add_keywords },
	{ "show", "", cmd_list, NSW_CMD_FAULT_GET },
	{ "delete", "ID", cmd_change, NSW_CMD_FAULT_DEL, delete_keywords },
	{ 0 }
};

const struct noun noun_fault = {
	.name = "fault",
	.purpose = "what shall go wrong: numvfs, mailbox, vport, drop, corrupt, link, reset, aer",
	.key = NSW_A_FAULT_ID,
	.fields = fault_fields,
	.verbs = verbs,
};
