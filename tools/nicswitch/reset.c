// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel never takes away more than was asked for. This walks the order
 * in which objects can go.
 */

#include <errno.h>
#include <time.h>

#include "cmd.h"

/* Somebody may be adding objects meanwhile, but not for ever. */
#define ROUNDS	16

static const struct timespec pause_between = { .tv_nsec = 20 * 1000 * 1000 };

enum step_result {
	STEP_DONE,
	STEP_AGAIN,	/* something else is still attached */
	STEP_REFUSED,
};

struct step {
	const char *key;
	const char *text;
	const char *word;
	uint16_t attr;
	uint8_t get;
	uint8_t prepare;	/* 0: nothing to do first */
	uint8_t del;
	uint32_t first;		/* lower ids stay */
};

static const struct step steps[] = {
	{ "filters", "% filters, ", "filter", NSW_A_FILTER_ID,
	  NSW_CMD_FILTER_GET, 0, NSW_CMD_FILTER_DEL },
	/* The default VPort goes with the switch. */
	{ "vports", "% vports, ", "vport", NSW_A_VPORT_ID,
	  NSW_CMD_VPORT_GET, 0, NSW_CMD_VPORT_DEL, 1 },
	{ "vfs", "% vfs, ", "vf", NSW_A_VF_ID,
	  NSW_CMD_VF_GET, NSW_CMD_VF_RESET, NSW_CMD_VF_DEL },
	{ "queues", "% queues\n", "queue", NSW_A_QUEUE_ID,
	  NSW_CMD_QUEUE_GET, 0, NSW_CMD_QUEUE_DEL, 1 },
	{ "switches", NULL, "switch", NSW_A_SWITCH_ID,
	  NSW_CMD_SWITCH_GET, 0, NSW_CMD_SWITCH_DEL },
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static enum step_result judge(struct cmd *cmd, const struct step *step)
{
	cmd->error.word = step->word;

	switch (cmd->error.err) {
	case ENOENT:	/* somebody else was faster */
		return STEP_DONE;
	case EBUSY:
	case EAGAIN:
		return STEP_AGAIN;
	}

	cmd_refused(cmd);
	return STEP_REFUSED;
}

static enum step_result remove_one(struct cmd *cmd, const struct step *step,
				   uint32_t id, uint64_t *count)
{
	struct args args;
	struct arg *arg;

	cmd_adapter_args(&args, cmd->options.adapter);
	arg = args_add(&args, step->attr, ARG_U32, step->word);
	arg->u32 = id;

	if (step->prepare && nsw_nl_do(cmd->nl, step->prepare, &args, NULL))
		return judge(cmd, step);
	if (nsw_nl_do(cmd->nl, step->del, &args, NULL))
		return judge(cmd, step);

	++*count;
	return STEP_DONE;
}

static enum step_result run_step(struct cmd *cmd, const struct step *step,
				 uint64_t *count)
{
	enum step_result result = STEP_DONE;
	struct store list = { 0 };
	struct attrs attrs;
	size_t i;

	/* A torn list does no harm: what it lacks is met as "busy". */
	if (nsw_nl_dump(cmd->nl, step->get, &cmd->args, &list, NULL)) {
		result = judge(cmd, step);
		goto fini_list;
	}

	for (i = 0; i < list.count && result == STEP_DONE; i++) {
		uint32_t id;

		store_get(&list, i, &attrs);
		id = attrs_u32_or_zero(&attrs, step->attr);
		if (id >= step->first)
			result = remove_one(cmd, step, id, count);
	}

fini_list:
	store_fini(&list);
	return result;
}

static enum step_result run_round(struct cmd *cmd, uint64_t *counts)
{
	enum step_result result = STEP_DONE;
	unsigned int i;

	for (i = 0; i < STEPS && result == STEP_DONE; i++)
		result = run_step(cmd, &steps[i], &counts[i]);
	return result;
}

/* Objects with an id from @first on. Return: 1, 0, or -1. */
static int has_any(struct cmd *cmd, const struct step *step)
{
	struct store list = { 0 };
	struct attrs attrs;
	int found = 0;
	size_t i;

	if (cmd_read(cmd, step->get, &cmd->args, false, &list))
		found = -1;
	for (i = 0; i < list.count && !found; i++) {
		store_get(&list, i, &attrs);
		found = attrs_u32_or_zero(&attrs, step->attr) >= step->first;
	}
	store_fini(&list);
	return found;
}

/* Nothing of what goes first, and no switch. Return: 1, 0, or -1. */
static int has_objects(struct cmd *cmd)
{
	unsigned int i;
	int found = 0;

	for (i = STEPS; i-- > 0 && !found;)
		found = has_any(cmd, &steps[i]);
	return found;
}

static enum cmd_status remove_all(struct cmd *cmd, uint64_t *counts)
{
	unsigned int round;
	int more;

	for (round = 0; round < ROUNDS; round++) {
		if (round)
			nanosleep(&pause_between, NULL);

		more = has_objects(cmd);
		if (more <= 0)
			return more ? CMD_REFUSED : CMD_OK;

		switch (run_round(cmd, counts)) {
		case STEP_DONE:
			return CMD_OK;
		case STEP_REFUSED:
			return CMD_REFUSED;
		case STEP_AGAIN:
			break;
		}
	}
	return cmd_refused(cmd);
}

static enum cmd_status reset_run(struct cmd *cmd)
{
	uint64_t counts[STEPS] = { 0 };
	enum cmd_status status;
	unsigned int i;

	status = remove_all(cmd, counts);
	if (status)
		return status;

	cmd->out.style = OUT_TREE;
	out_object_begin(&cmd->out, NULL);
	for (i = 0; i < STEPS; i++)
		out_number(&cmd->out, steps[i].key, steps[i].text, counts[i]);
	out_object_end(&cmd->out);
	return CMD_OK;
}

static const struct verb verbs[] = {
	{ NULL, "", reset_run },
	{ 0 }
};

const struct noun noun_reset = {
	.name = "reset",
	.purpose = "remove everything on the adapter, in order",
	.verbs = verbs,
};
