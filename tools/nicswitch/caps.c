// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field caps_fields[] = {
	{ NSW_A_CAPS_FLAGS, FIELD_BITS, "flags", &names_caps_flags },
	{ NSW_A_CAPS_MAX_SWITCHES, FIELD_U32, "max_switches" },
	{ NSW_A_CAPS_MAX_VFS, FIELD_U32, "max_vfs" },
	{ NSW_A_CAPS_MAX_VPORTS, FIELD_U32, "max_vports" },
	{ NSW_A_CAPS_MAX_QUEUE_PAIRS, FIELD_U32, "max_qps" },
	{ NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT, FIELD_U32,
	  "max_qps_per_vport" },
	{ NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT, FIELD_U32,
	  "max_qps_default_vport" },
	{ NSW_A_CAPS_MAX_MAC_ADDRESSES, FIELD_U32, "max_mac_addresses" },
	{ NSW_A_CAPS_MAX_FILTERS, FIELD_U32, "max_filters" },
	{ 0 }
};

static enum cmd_status caps_show(struct cmd *cmd)
{
	struct store reply = { 0 };
	struct attrs attrs, caps;
	enum cmd_status status;
	size_t i;

	status = cmd_read(cmd, NSW_CMD_CAPS_GET, &cmd->args, true, &reply);
	if (status)
		goto fini_reply;

	out_list_begin(&cmd->out, NULL);
	for (i = 0; i < reply.count; i++) {
		store_get(&reply, i, &attrs);
		attrs_parse(&caps, attrs.at[NSW_A_CAPS].data,
			    attrs.at[NSW_A_CAPS].len);
		out_object_begin(&cmd->out, NULL);
		out_number(&cmd->out, "adapter", NULL,
			   attrs_u32_or_zero(&attrs, NSW_A_ADAPTER_ID));
		fields_print(&cmd->out, caps_fields, &caps);
		out_object_end(&cmd->out);
	}
	out_list_end(&cmd->out);

fini_reply:
	store_fini(&reply);
	return status;
}

static const struct verb verbs[] = {
	{ "show", "", caps_show },
	{ 0 }
};

const struct noun noun_caps = {
	.name = "caps",
	.purpose = "what the adapter can do",
	.key = NSW_A_ADAPTER_ID,
	.fields = caps_fields,
	.verbs = verbs,
};
