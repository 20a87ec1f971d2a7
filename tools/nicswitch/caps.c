// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

/* Not sent: which flag an argument is about, folded into one attribute. */
#define FLAG_ATTR	0x4000

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
	{ NSW_A_CAPS_SRIOV_FLAGS, FIELD_BITS, "sriov", &names_sriov_flags },
	{ NSW_A_CAPS_FILTER_FIELDS, FIELD_BITS, "filter_fields",
	  &names_filter_fields },
	{ NSW_A_CAPS_NUM_QUEUES, FIELD_U32, "num_queues" },
	{ NSW_A_CAPS_FILTER_TYPES, FIELD_BITS, "filter_types",
	  &names_filter_types },
	{ NSW_A_CAPS_QUEUE_TYPES, FIELD_BITS, "queue_types",
	  &names_queue_types },
	{ NSW_A_CAPS_MAX_RSS_PF_VPORTS, FIELD_U32, "max_rss_pf_vports" },
	{ NSW_A_CAPS_RSS_TABLE_DEFAULT_VPORT, FIELD_U32,
	  "rss_table_default_vport" },
	{ NSW_A_CAPS_RSS_TABLE_PER_VPORT, FIELD_U32, "rss_table_per_vport" },
	{ 0 }
};

static const struct keyword show_keywords[] = {
	{ "hardware", parse_flag, NSW_A_HARDWARE_CAPS, KEYWORD_ALONE },
	{ 0 }
};

#define FLAG(word, bit) \
	{ word, parse_names, FLAG_ATTR + (bit), KEYWORD_CHANGE, &names_on_off }
#define COUNT(word, attr) { word, parse_u32, attr, KEYWORD_CHANGE }

static const struct keyword set_keywords[] = {
	COUNT("vfs", NSW_A_CAPS_MAX_VFS),
	COUNT("vports", NSW_A_CAPS_MAX_VPORTS),
	COUNT("qps", NSW_A_CAPS_MAX_QUEUE_PAIRS),
	COUNT("qps-per-vport", NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT),
	COUNT("qps-default", NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT),
	COUNT("macs", NSW_A_CAPS_MAX_MAC_ADDRESSES),
	COUNT("filters", NSW_A_CAPS_MAX_FILTERS),
	COUNT("queues", NSW_A_CAPS_NUM_QUEUES),
	FLAG("vlan", 0),
	FLAG("moderation", 1),
	FLAG("asymmetric", 2),
	FLAG("single-pool", 3),
	FLAG("vf-rss", 4),
	FLAG("pf-vport-rss", 5),
	{ 0 }
};

static enum cmd_status caps_show(struct cmd *cmd)
{
	uint16_t which = NSW_A_CAPS;
	struct store reply = { 0 };
	struct attrs attrs, caps;
	enum cmd_status status;
	size_t i;

	if (args_find(&cmd->args, NSW_A_HARDWARE_CAPS))
		which = NSW_A_HARDWARE_CAPS;
	cmd_adapter_args(&cmd->args, cmd->options.adapter);
	status = cmd_read(cmd, NSW_CMD_CAPS_GET, &cmd->args, true, &reply);
	if (status)
		goto fini_reply;

	out_list_begin(&cmd->out, NULL);
	for (i = 0; i < reply.count; i++) {
		store_get(&reply, i, &attrs);
		attrs_parse(&caps, attrs.at[which].data, attrs.at[which].len);
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

static void add_flags(struct args *caps, uint32_t flags, uint32_t mask)
{
	struct arg *arg;

	if (!mask)
		return;
	arg = args_add(caps, NSW_A_CAPS_FLAGS, ARG_U32, "flags");
	arg->u32 = flags;
	arg = args_add(caps, NSW_A_CAPS_FLAGS_MASK, ARG_U32, "flags-mask");
	arg->u32 = mask;
}

/* What the user said goes into one nest, behind the adapter. */
static enum cmd_status caps_set(struct cmd *cmd)
{
	struct args caps = { .count = 0 };
	uint32_t flags = 0, mask = 0;
	unsigned int i;

	for (i = 1; i < cmd->args.count; i++) {
		const struct arg *arg = &cmd->args.list[i];

		if (arg->attr < FLAG_ATTR) {
			caps.list[caps.count++] = *arg;
			continue;
		}
		mask |= 1U << (arg->attr - FLAG_ATTR);
		flags |= arg->u32 << (arg->attr - FLAG_ATTR);
	}
	add_flags(&caps, flags, mask);
	cmd_adapter_args(&cmd->args, cmd->options.adapter);
	args_add(&cmd->args, NSW_A_CAPS, ARG_NEST, NULL)->nest = &caps;
	return cmd_change(cmd);
}

static const struct verb verbs[] = {
	{ "show", "[hardware]", caps_show, NSW_CMD_CAPS_GET, show_keywords },
	{ "set", "[vfs N] [vports N] [qps N] [qps-per-vport N] [qps-default N]\n"
	  "      [macs N] [filters N] [queues N] [vlan on|off] [moderation on|off] [asymmetric on|off] [single-pool on|off]\n"
	  "      [vf-rss on|off] [pf-vport-rss on|off]",
	  caps_set, NSW_CMD_CAPS_SET, set_keywords },
	{ 0 }
};

const struct noun noun_caps = {
	.name = "caps",
	.purpose = "what the adapter can do",
	.key = NSW_A_ADAPTER_ID,
	.fields = caps_fields,
	.verbs = verbs,
};
