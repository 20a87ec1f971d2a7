// SPDX-License-Identifier: GPL-2.0-only

#include <stdio.h>
#include <string.h>

#include "cmd.h"

static void print_asked(const struct cmd *cmd)
{
	char *const *word;

	fputs("nicswitch:", stderr);
	for (word = cmd->asked; *word; word++)
		fprintf(stderr, " %s", *word);
	fputs(": ", stderr);
}

enum cmd_status cmd_refused(const struct cmd *cmd)
{
	const struct nsw_nl_error *error = &cmd->error;

	print_asked(cmd);
	if (error->word)
		fprintf(stderr, "%s: ", error->word);
	fputs(error->reason, stderr);
	if (cmd->options.verbose && error->has_ndis_status)
		fprintf(stderr, " (NDIS status 0x%08x)", error->ndis_status);
	fputc('\n', stderr);
	return CMD_REFUSED;
}

void cmd_adapter_args(struct args *args, uint32_t id)
{
	struct arg *arg;

	args->count = 0;
	arg = args_add(args, NSW_A_ADAPTER_ID, ARG_U32, "adapter");
	arg->u32 = id;
}

void cmd_forget_adapter(struct cmd *cmd)
{
	struct args *args = &cmd->args;

	args->count--;
	memmove(&args->list[0], &args->list[1],
		args->count * sizeof(args->list[0]));
}

enum cmd_status cmd_read(struct cmd *cmd, uint8_t request,
			 const struct args *args, bool one, struct store *list)
{
	bool torn = false;
	int err;

	if (one)
		err = nsw_nl_do(cmd->nl, request, args, list);
	else
		err = nsw_nl_dump(cmd->nl, request, args, list, &torn);
	if (err)
		return cmd_refused(cmd);

	if (torn) {
		print_asked(cmd);
		fputs("warning: changed while it was read\n", stderr);
	}
	return CMD_OK;
}

enum cmd_status cmd_read_adapters(struct cmd *cmd, struct store *list)
{
	const struct args all = { .count = 0 };
	bool one = cmd->options.has_adapter;

	return cmd_read(cmd, NSW_CMD_ADAPTER_GET, one ? &cmd->args : &all, one,
			list);
}

static void print_object(struct out *out, const struct noun *noun,
			 const struct attrs *attrs)
{
	out_object_begin(out, NULL);
	fields_print(out, noun->fields, attrs);
	if (noun->more_fields)
		fields_print(out, noun->more_fields, attrs);
	out_object_end(out);
}

static enum cmd_status show(struct cmd *cmd, bool one)
{
	struct store list = { 0 };
	enum cmd_status status;
	struct attrs attrs;
	size_t i;

	status = cmd_read(cmd, cmd->verb->request, &cmd->args, one, &list);
	if (status)
		goto fini_list;

	out_list_begin(&cmd->out, NULL);
	for (i = 0; i < list.count; i++) {
		store_get(&list, i, &attrs);
		print_object(&cmd->out, cmd->noun, &attrs);
	}
	out_list_end(&cmd->out);

fini_list:
	store_fini(&list);
	return status;
}

enum cmd_status cmd_show(struct cmd *cmd)
{
	return show(cmd, args_find(&cmd->args, cmd->noun->key));
}

enum cmd_status cmd_list(struct cmd *cmd)
{
	return show(cmd, false);
}

enum cmd_status cmd_show_one(struct cmd *cmd)
{
	return show(cmd, true);
}

static void print_key(struct out *out, const struct noun *noun, uint32_t id)
{
	out_object_begin(out, NULL);
	out_number(out, noun->name, NULL, id);
	out_object_end(out);
}

static enum cmd_status create(struct cmd *cmd)
{
	enum cmd_status status = CMD_OK;
	struct store reply = { 0 };
	struct attrs attrs;
	uint32_t id;

	if (cmd->options.owned)
		args_add(&cmd->args, NSW_A_OWNED, ARG_FLAG, NULL);
	if (nsw_nl_do(cmd->nl, cmd->verb->request, &cmd->args, &reply)) {
		status = cmd_refused(cmd);
		goto fini_reply;
	}

	memset(&attrs, 0, sizeof(attrs));
	if (reply.count)
		store_get(&reply, 0, &attrs);
	if (attrs_u32(&attrs, cmd->noun->key, &id)) {
		print_key(&cmd->out, cmd->noun, id);
	} else {
		print_asked(cmd);
		fputs("done, but the kernel did not tell the id\n", stderr);
		status = CMD_REFUSED;
	}

fini_reply:
	store_fini(&reply);
	return status;
}

enum cmd_status cmd_create(struct cmd *cmd)
{
	cmd->out.style = OUT_BARE;
	return create(cmd);
}

/* No template, no text: print_key() passes none. */
enum cmd_status cmd_create_silent(struct cmd *cmd)
{
	cmd->out.style = OUT_TREE;
	return create(cmd);
}

enum cmd_status cmd_change(struct cmd *cmd)
{
	const struct arg *key = args_find(&cmd->args, cmd->noun->key);

	if (nsw_nl_do(cmd->nl, cmd->verb->request, &cmd->args, NULL))
		return cmd_refused(cmd);

	cmd->out.style = OUT_TREE;
	print_key(&cmd->out, cmd->noun, key ? key->u32 : 0);
	return CMD_OK;
}
