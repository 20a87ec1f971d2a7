// SPDX-License-Identifier: GPL-2.0-only
/* The whole topology: a tree for the eye, nested objects in JSON. */

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

#define FILTERS_SHOWN 16

/* What a line starts with below its parent. */
struct branches {
	const char *middle;	/* more siblings follow */
	const char *last;
	const char *through;	/* in lines below a middle one */
	const char *blank;	/* in lines below a last one */
};

static const struct branches branches_utf8 = {
	"\u251c\u2500 ", "\u2514\u2500 ", "\u2502  ", "   "
};

static const struct branches branches_ascii = { "|- ", "`- ", "|  ", "   " };

struct topology {
	struct store switches;
	struct store vfs;	/* sorted by id */
	struct store vports;	/* sorted by id */
	struct store filters;	/* sorted by VPort or queue, and id */
	struct store queues;	/* sorted by id; without a switch */
	struct attrs adapter;
	const struct branches *branches;
	size_t lone_vfs;	/* without a VPort */
};

static const struct branches *choose_branches(void)
{
	if (!strcmp(nl_langinfo(CODESET), "UTF-8"))
		return &branches_utf8;
	return &branches_ascii;
}

static bool is_lone(const struct attrs *vf)
{
	return !attrs_has(vf, NSW_A_VPORT_ID);
}

struct list {
	uint8_t request;
	struct store *list;
	uint16_t major, minor;
};

static enum cmd_status read_list(struct cmd *cmd, const struct args *args,
				 const struct list *list)
{
	if (cmd_read(cmd, list->request, args, false, list->list))
		return CMD_REFUSED;
	store_sort(list->list, list->major, list->minor);
	return CMD_OK;
}

/* The default queue alone, and without filters, says nothing. */
static enum cmd_status read_queues(struct cmd *cmd, const struct args *args,
				   struct topology *top)
{
	const struct list queues = { NSW_CMD_QUEUE_GET, &top->queues,
				     NSW_A_QUEUE_ID, 0 };
	const struct list filters = { NSW_CMD_FILTER_GET, &top->filters,
				      NSW_A_QUEUE_ID, NSW_A_FILTER_ID };

	if (read_list(cmd, args, &queues) || read_list(cmd, args, &filters))
		return CMD_REFUSED;
	if (top->queues.count == 1 && !top->filters.count)
		store_fini(&top->queues);
	return CMD_OK;
}

static enum cmd_status read_topology(struct cmd *cmd, struct topology *top)
{
	const struct list lists[] = {
		{ NSW_CMD_SWITCH_GET, &top->switches, NSW_A_SWITCH_ID, 0 },
		{ NSW_CMD_VF_GET, &top->vfs, NSW_A_VF_ID, 0 },
		{ NSW_CMD_VPORT_GET, &top->vports, NSW_A_VPORT_ID, 0 },
		{ NSW_CMD_FILTER_GET, &top->filters, NSW_A_VPORT_ID,
		  NSW_A_FILTER_ID },
	};
	struct args args;
	unsigned int i;

	cmd_adapter_args(&args,
			 attrs_u32_or_zero(&top->adapter, NSW_A_ADAPTER_ID));
	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (read_list(cmd, &args, &lists[i]))
			return CMD_REFUSED;
		/* Only VM queues exist outside a switch. */
		if (!top->switches.count)
			return read_queues(cmd, &args, top);
	}
	return CMD_OK;
}

static void count_lone_vfs(struct topology *top)
{
	struct attrs vf;
	size_t i;

	for (i = 0; i < top->vfs.count; i++) {
		store_get(&top->vfs, i, &vf);
		top->lone_vfs += is_lone(&vf);
	}
}

static void print_filters(struct cmd *cmd, const struct topology *top,
			  uint32_t holder, const char *margin)
{
	const char *kind = top->switches.count ? "vport" : "queue";
	size_t first = store_lower_bound(&top->filters, holder);
	size_t end = holder == UINT32_MAX ? top->filters.count :
		     store_lower_bound(&top->filters, holder + 1);
	const struct branches *b = top->branches;
	size_t shown = end - first, i;
	struct attrs filter;
	uint32_t adapter;

	if (!cmd->options.json && shown > FILTERS_SHOWN)
		shown = FILTERS_SHOWN;

	adapter = attrs_u32_or_zero(&top->adapter, NSW_A_ADAPTER_ID);
	out_list_begin(&cmd->out, "filters");
	for (i = 0; i < shown; i++) {
		store_get(&top->filters, first + i, &filter);
		out_text(&cmd->out, "   %s%s", margin,
			 first + i + 1 == end ? b->last : b->middle);
		out_object_begin(&cmd->out, NULL);
		fields_print(&cmd->out, filter_fields, &filter);
		out_object_end(&cmd->out);
		out_text(&cmd->out, "\n");
	}
	out_list_end(&cmd->out);

	if (shown < end - first) {
		out_text(&cmd->out, "   %s%s... %zu more (nicswitch ", margin,
			 b->last, end - first - shown);
		if (adapter)
			out_text(&cmd->out, "-a %u ", adapter);
		out_text(&cmd->out, "filter show %s %u)\n", kind, holder);
	}
}

/* Where the function of a VPort sits; a VPort itself has no address. */
static const char *pci_address(const struct topology *top,
			       const struct attrs *vport)
{
	struct attrs vf;
	uint32_t id;

	if (attrs_has(vport, NSW_A_PF))
		return attrs_string(&top->adapter, NSW_A_PCI_ADDRESS);
	if (!attrs_u32(vport, NSW_A_VF_ID, &id) ||
	    store_find(&top->vfs, id, &vf))
		return NULL;
	return attrs_string(&vf, NSW_A_PCI_ADDRESS);
}

static void print_vport(struct cmd *cmd, const struct topology *top,
			const struct attrs *vport, bool last)
{
	uint32_t id = attrs_u32_or_zero(vport, NSW_A_VPORT_ID);
	const struct branches *b = top->branches;
	const char *pci = pci_address(top, vport);

	out_text(&cmd->out, "   %s", last ? b->last : b->middle);
	out_object_begin(&cmd->out, NULL);
	fields_print(&cmd->out, vport_fields, vport);
	if (pci)
		out_string(&cmd->out, "pci", " %", pci);
	if (!id)
		out_text(&cmd->out, "  default");
	fields_print(&cmd->out, vport_state_fields, vport);
	out_text(&cmd->out, "\n");
	print_filters(cmd, top, id, last ? b->blank : b->through);
	out_object_end(&cmd->out);
}

static void print_vports(struct cmd *cmd, const struct topology *top)
{
	struct attrs vport;
	size_t i;

	out_list_begin(&cmd->out, "vports");
	for (i = 0; i < top->vports.count; i++) {
		store_get(&top->vports, i, &vport);
		print_vport(cmd, top, &vport,
			    !top->lone_vfs && i + 1 == top->vports.count);
	}
	out_list_end(&cmd->out);
}

static void print_queues(struct cmd *cmd, const struct topology *top)
{
	const struct branches *b = top->branches;
	struct attrs queue;
	uint32_t id;
	bool last;
	size_t i;

	out_list_begin(&cmd->out, "queues");
	for (i = 0; i < top->queues.count; i++) {
		last = i + 1 == top->queues.count;
		store_get(&top->queues, i, &queue);
		id = attrs_u32_or_zero(&queue, NSW_A_QUEUE_ID);
		out_text(&cmd->out, "   %s", last ? b->last : b->middle);
		out_object_begin(&cmd->out, NULL);
		fields_print(&cmd->out, queue_fields, &queue);
		out_text(&cmd->out, id ? "\n" : "  default\n");
		print_filters(cmd, top, id, last ? b->blank : b->through);
		out_object_end(&cmd->out);
	}
	out_list_end(&cmd->out);
}

/* The eye finds a VF at its VPort; only the lone ones get a line. */
static void print_vfs(struct cmd *cmd, const struct topology *top)
{
	const struct branches *b = top->branches;
	size_t left = top->lone_vfs, i;
	struct attrs vf;

	out_list_begin(&cmd->out, "vfs");
	for (i = 0; i < top->vfs.count; i++) {
		store_get(&top->vfs, i, &vf);
		if (!cmd->options.json && !is_lone(&vf))
			continue;
		out_text(&cmd->out, "   %s", --left ? b->middle : b->last);
		out_object_begin(&cmd->out, NULL);
		fields_print(&cmd->out, vf_fields, &vf);
		out_object_end(&cmd->out);
		out_text(&cmd->out, "  no VPort\n");
	}
	out_list_end(&cmd->out);
}

static void print_topology(struct cmd *cmd, const struct topology *top)
{
	struct attrs nsw;

	out_object_begin(&cmd->out, NULL);
	fields_print(&cmd->out, adapter_fields, &top->adapter);
	if (!attrs_has(&top->adapter, NSW_A_UPLINK_IFNAME))
		out_text(&cmd->out, "  no uplink");
	out_text(&cmd->out, "\n%s", top->branches->last);

	if (top->switches.count) {
		store_get(&top->switches, 0, &nsw);
		out_object_begin(&cmd->out, "switch");
		fields_print(&cmd->out, switch_fields, &nsw);
		out_object_end(&cmd->out);
		out_text(&cmd->out, "\n");
	} else {
		out_null(&cmd->out, "switch");
		out_text(&cmd->out, "no switch\n");
	}

	print_vports(cmd, top);
	print_vfs(cmd, top);
	print_queues(cmd, top);
	out_object_end(&cmd->out);
}

static void fini_topologies(struct topology *tops, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		store_fini(&tops[i].queues);
		store_fini(&tops[i].filters);
		store_fini(&tops[i].vports);
		store_fini(&tops[i].vfs);
		store_fini(&tops[i].switches);
	}
	free(tops);
}

/* All is read before any is printed: an error leaves stdout empty. */
static enum cmd_status show_adapters(struct cmd *cmd,
				     const struct store *adapters)
{
	const struct branches *branches = choose_branches();
	enum cmd_status status = CMD_OK;
	struct topology *tops;
	size_t i;

	tops = calloc(adapters->count + 1, sizeof(*tops));
	if (!tops) {
		perror("nicswitch: show");
		return CMD_REFUSED;
	}

	for (i = 0; i < adapters->count && !status; i++) {
		tops[i].branches = branches;
		store_get(adapters, i, &tops[i].adapter);
		status = read_topology(cmd, &tops[i]);
		count_lone_vfs(&tops[i]);
	}
	if (status)
		goto free_tops;

	out_list_begin(&cmd->out, NULL);
	for (i = 0; i < adapters->count; i++)
		print_topology(cmd, &tops[i]);
	out_list_end(&cmd->out);

free_tops:
	fini_topologies(tops, adapters->count);
	return status;
}

static enum cmd_status show_run(struct cmd *cmd)
{
	struct store adapters = { 0 };
	enum cmd_status status;

	status = cmd_read_adapters(cmd, &adapters);
	if (!status) {
		cmd->out.style = OUT_TREE;
		store_sort(&adapters, NSW_A_ADAPTER_ID, 0);
		status = show_adapters(cmd, &adapters);
		if (!adapters.count)
			out_text(&cmd->out,
				 "no adapter in this network namespace\n");
	}

	store_fini(&adapters);
	return status;
}

static const struct verb verbs[] = {
	{ NULL, "", show_run },
	{ 0 }
};

const struct noun noun_show = {
	.name = "show",
	.purpose = "everything, as a tree",
	.key = NSW_A_ADAPTER_ID,
	.fields = adapter_fields,
	.verbs = verbs,
};
