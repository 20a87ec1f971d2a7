// SPDX-License-Identifier: GPL-2.0-only

#include <stdio.h>
#include <string.h>

#include "cmd.h"

const struct field queue_fields[] = {
	{ NSW_A_QUEUE_ID, FIELD_U32, "queue", NULL, "queue %" },
	{ NSW_A_QUEUE_NAME, FIELD_STRING, "name", NULL, " (%)" },
	{ NSW_A_VM_NAME, FIELD_STRING, "vm", NULL, "  VM %" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, "  %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ NSW_A_QUEUE_STATE, FIELD_ENUM, "state", &names_queue_state, "  %" },
	{ NSW_A_AFFINITY, FIELD_STRING, "affinity", NULL, "  affinity %" },
	{ NSW_A_RECEIVE_BUFFERS, FIELD_U32, "buffers" },
	{ NSW_A_CARRIER, FIELD_BOOL, "carrier", &names_up_down,
	  "  carrier %" },
	{ NSW_A_NUM_FILTERS, FIELD_U32, "num_filters" },
	{ NSW_A_OWNED, FIELD_FLAG, "owned" },
	{ 0 }
};

static const struct keyword allocate_keywords[] = {
	{ "affinity", parse_string, NSW_A_AFFINITY },
	{ "buffers", parse_u32, NSW_A_RECEIVE_BUFFERS },
	{ "name", parse_string, NSW_A_QUEUE_NAME },
	{ "vm", parse_string, NSW_A_VM_NAME },
	{ 0 }
};

static const struct keyword complete_keywords[] = {
	{ "IDS", parse_list, NSW_A_QUEUE_IDS,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

static const struct keyword show_keywords[] = {
	{ "owned", parse_flag, NSW_A_OWNED, KEYWORD_ALONE },
	{ "ID", parse_u32, NSW_A_QUEUE_ID, KEYWORD_POSITIONAL },
	{ 0 }
};

static const struct keyword set_keywords[] = {
	{ "ID", parse_u32, NSW_A_QUEUE_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ "affinity", parse_string, NSW_A_AFFINITY, KEYWORD_CHANGE },
	{ "buffers", parse_u32, NSW_A_RECEIVE_BUFFERS, KEYWORD_CHANGE },
	{ "name", parse_string, NSW_A_QUEUE_NAME, KEYWORD_CHANGE },
	{ 0 }
};

static const struct keyword free_keywords[] = {
	{ "ID", parse_u32, NSW_A_QUEUE_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

/* Each queue has a status of its own; one that is not 0 is a failure. */
static bool print_statuses(struct out *out, const struct attrs *attrs)
{
	const struct attr *ids = &attrs->at[NSW_A_QUEUE_IDS];
	const struct attr *statuses = &attrs->at[NSW_A_QUEUE_STATUS];
	uint32_t id, status;
	bool good = true;
	char text[16];
	size_t at;

	out_list_begin(out, NULL);
	for (at = 0; at + sizeof(id) <= ids->len && at < statuses->len;
	     at += sizeof(id)) {
		memcpy(&id, (const char *)ids->data + at, sizeof(id));
		memcpy(&status, (const char *)statuses->data + at,
		       sizeof(status));
		snprintf(text, sizeof(text), "0x%08x", status);
		out_object_begin(out, NULL);
		out_number(out, "queue", NULL, id);
		out_string(out, "status", NULL, status ? text : "success");
		out_object_end(out);
		good &= !status;
	}
	out_list_end(out);
	return good;
}

static enum cmd_status queue_complete(struct cmd *cmd)
{
	enum cmd_status status;
	struct store reply = { 0 };
	struct attrs attrs;

	status = cmd_read(cmd, cmd->verb->request, &cmd->args, true, &reply);
	if (!status) {
		memset(&attrs, 0, sizeof(attrs));
		if (reply.count)
			store_get(&reply, 0, &attrs);
		if (!print_statuses(&cmd->out, &attrs)) {
			fputs("nicswitch: not all of them are complete\n",
			      stderr);
			status = CMD_REFUSED;
		}
	}
	store_fini(&reply);
	return status;
}

static const struct verb verbs[] = {
	{ "allocate", "[affinity CPUS] [buffers N] [name NAME] [vm NAME]",
	  cmd_create, NSW_CMD_QUEUE_NEW, allocate_keywords },
	{ "complete", "ID[,ID...]", queue_complete, NSW_CMD_QUEUE_COMPLETE,
	  complete_keywords },
	{ "show", "[ID | owned]", cmd_show, NSW_CMD_QUEUE_GET, show_keywords },
	{ "set", "ID [affinity CPUS] [buffers N] [name NAME]", cmd_change,
	  NSW_CMD_QUEUE_SET, set_keywords },
	{ "free", "ID", cmd_change, NSW_CMD_QUEUE_DEL, free_keywords },
	{ 0 }
};

const struct noun noun_queue = {
	.name = "queue",
	.purpose = "VM queues, on an adapter without a switch",
	.key = NSW_A_QUEUE_ID,
	.fields = queue_fields,
	.verbs = verbs,
};
