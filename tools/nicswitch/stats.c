// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field stats_fields[] = {
	{ NSW_A_STATS_RX_PACKETS, FIELD_UINT, "rx_packets" },
	{ NSW_A_STATS_RX_BYTES, FIELD_UINT, "rx_bytes" },
	{ NSW_A_STATS_RX_MULTICAST, FIELD_UINT, "rx_multicast" },
	{ NSW_A_STATS_RX_BROADCAST, FIELD_UINT, "rx_broadcast" },
	{ NSW_A_STATS_TX_PACKETS, FIELD_UINT, "tx_packets" },
	{ NSW_A_STATS_TX_BYTES, FIELD_UINT, "tx_bytes" },
	{ 0 }
};

static void print_heading(struct out *out)
{
	const struct field *field;

	out_text(out, "%-20s", "port");
	for (field = stats_fields; field->type != FIELD_END; field++)
		out_column(out, field->key);
	out_text(out, "\n");
}

static void print_drop(struct out *out, const struct attr *attr)
{
	struct attrs drop;
	const char *word;
	uint64_t packets;
	char number[16];
	uint32_t reason;

	attrs_parse(&drop, attr->data, attr->len);
	if (!attrs_u32(&drop, NSW_A_DROP_REASON, &reason) ||
	    !attrs_uint(&drop, NSW_A_DROP_PACKETS, &packets) || !packets)
		return;

	word = names_word(&names_drop_reason, reason);
	if (!word) {
		snprintf(number, sizeof(number), "reason_%u", reason);
		word = number;
	}
	out_text(out, "  drop %-13s", word);
	out_number(out, word, NULL, packets);
	out_text(out, "\n");
}

/* There are as many of this attribute as reasons were counted. */
static void print_drops(struct out *out, const struct attr *stats)
{
	struct attr attr;
	uint16_t type;
	size_t pos = 0;

	out_object_begin(out, "drops");
	while (attrs_next(stats->data, stats->len, &pos, &type, &attr)) {
		if (type == NSW_A_STATS_DROP)
			print_drop(out, &attr);
	}
	out_object_end(out);
}

static void print_port(struct out *out, const struct attrs *attrs)
{
	const struct attr *nest = &attrs->at[NSW_A_STATS];
	bool external = attrs_has(attrs, NSW_A_EXTERNAL);
	struct attrs stats;

	attrs_parse(&stats, nest->data, nest->len);
	out_object_begin(out, NULL);

	/* The name of the row; then come the columns. */
	out->style = OUT_TREE;
	out_value(out, "external", "external            ",
		  &(struct out_value) {
			.kind = OUT_FLAG,
			.number = external,
		  });
	if (!external) {
		bool queue = attrs_has(attrs, NSW_A_QUEUE_ID);
		const char *noun = queue ? "queue" : "vport";
		uint32_t id = attrs_u32_or_zero(attrs, queue ? NSW_A_QUEUE_ID :
							       NSW_A_VPORT_ID);

		out_text(out, "%s %-14u", noun, id);
		out_number(out, noun, NULL, id);
	}

	out->style = OUT_TABLE;
	fields_print(out, stats_fields, &stats);
	out_text(out, "\n");
	print_drops(out, nest);
	out_object_end(out);
}

static enum cmd_status stats_show(struct cmd *cmd)
{
	struct store list = { 0 };
	enum cmd_status status;
	struct attrs attrs;
	size_t i;

	status = cmd_read(cmd, NSW_CMD_STATS_GET, &cmd->args,
			  args_find(&cmd->args, NSW_A_VPORT_ID) ||
			  args_find(&cmd->args, NSW_A_QUEUE_ID), &list);
	if (status)
		goto fini_list;

	print_heading(&cmd->out);
	out_list_begin(&cmd->out, NULL);
	for (i = 0; i < list.count; i++) {
		store_get(&list, i, &attrs);
		print_port(&cmd->out, &attrs);
	}
	out_list_end(&cmd->out);

fini_list:
	store_fini(&list);
	return status;
}

static const struct keyword show_keywords[] = {
	{ "vport", parse_u32, NSW_A_VPORT_ID },
	{ "queue", parse_u32, NSW_A_QUEUE_ID },
	{ 0 }
};

static const struct verb verbs[] = {
	{ "show", "[vport ID | queue ID]", stats_show, NSW_CMD_STATS_GET, show_keywords },
	{ 0 }
};

const struct noun noun_stats = {
	.name = "stats",
	.purpose = "counters of each port and why frames were dropped",
	.key = NSW_A_VPORT_ID,
	.fields = stats_fields,
	.verbs = verbs,
};
