// SPDX-License-Identifier: GPL-2.0-only
/* The PF-VF backchannel. A VF is "dev", its interface, to itself; "vf" to its PF. */

#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "cmd.h"

#define GROUP "backchannel"

const struct field block_fields[] = {
	{ NSW_A_BLOCK_ID, FIELD_U32, "block" },
	{ NSW_A_BLOCK_BUILTIN, FIELD_FLAG, "builtin" },
	{ NSW_A_BLOCK_WRITABLE, FIELD_FLAG, "writable" },
	{ NSW_A_BLOCK_DATA, FIELD_HEX, "data", NULL, "%\n" },
	{ 0 }
};

static const struct field mask_fields[] = {
	{ NSW_A_BLOCK_MASK, FIELD_SET, "blocks" },
	{ 0 }
};

static const struct keyword list_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID, KEYWORD_EITHER },
	{ "dev", parse_dev, NSW_A_IFINDEX, KEYWORD_EITHER },
	{ 0 }
};

static const struct keyword read_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID, KEYWORD_EITHER },
	{ "dev", parse_dev, NSW_A_IFINDEX, KEYWORD_EITHER },
	{ "block", parse_u32, NSW_A_BLOCK_ID, KEYWORD_REQUIRED },
	{ "length", parse_u32, NSW_A_BLOCK_LENGTH },
	{ 0 }
};

static const struct keyword write_keywords[] = {
	{ "dev", parse_dev, NSW_A_IFINDEX, KEYWORD_REQUIRED },
	{ "block", parse_u32, NSW_A_BLOCK_ID, KEYWORD_REQUIRED },
	{ "data", parse_block, NSW_A_BLOCK_DATA, KEYWORD_REQUIRED },
	{ 0 }
};

static const struct keyword set_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID, KEYWORD_REQUIRED },
	{ "block", parse_u32, NSW_A_BLOCK_ID, KEYWORD_REQUIRED },
	{ "data", parse_block, NSW_A_BLOCK_DATA, KEYWORD_REQUIRED },
	{ "writable", parse_flag, NSW_A_BLOCK_WRITABLE, KEYWORD_ALONE },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID, KEYWORD_REQUIRED },
	{ "block", parse_u32, NSW_A_BLOCK_ID, KEYWORD_REQUIRED },
	{ 0 }
};

static const struct keyword invalidate_keywords[] = {
	{ "vf", parse_u32, NSW_A_VF_ID, KEYWORD_REQUIRED },
	{ "blocks", parse_set, NSW_A_BLOCK_MASK, KEYWORD_REQUIRED },
	{ 0 }
};

/* The time is ours, no attribute: read and taken out before anything is sent. */
static const struct keyword wait_keywords[] = {
	{ "dev", parse_dev, NSW_A_IFINDEX, KEYWORD_REQUIRED },
	{ "timeout", parse_u32, NSW_A_UNSPEC },
	{ 0 }
};

struct wait {
	struct cmd *cmd;
	struct nsw_nl *asking;	/* one socket listens, the other asks */
	int stop_fd;
	bool told;
	bool refused;
};

/* An interface says it all, and its adapter is none of the VF's business. */
static void drop_arg(struct args *args, uint16_t attr)
{
	const struct arg *arg = args_find(args, attr);
	unsigned int at;

	if (!arg)
		return;
	at = (unsigned int)(arg - args->list);
	args->count--;
	memmove(&args->list[at], &args->list[at + 1],
		(args->count - at) * sizeof(*arg));
}

static void drop_adapter(struct cmd *cmd)
{
	if (args_find(&cmd->args, NSW_A_IFINDEX))
		drop_arg(&cmd->args, NSW_A_ADAPTER_ID);
}

static enum cmd_status block_list(struct cmd *cmd)
{
	drop_adapter(cmd);
	return cmd_list(cmd);
}

static enum cmd_status block_read(struct cmd *cmd)
{
	drop_adapter(cmd);
	cmd->out.style = OUT_TREE;
	return cmd_show(cmd);
}

static enum cmd_status block_write(struct cmd *cmd)
{
	drop_adapter(cmd);
	return cmd_change(cmd);
}

static enum cmd_status block_invalidate(struct cmd *cmd)
{
	const struct arg *mask = args_find(&cmd->args, NSW_A_BLOCK_MASK);
	const struct out_value value = {
		.kind = OUT_SET,
		.number = mask->u64,
	};

	if (nsw_nl_do(cmd->nl, NSW_CMD_BLOCK_INVALIDATE, &cmd->args, NULL))
		return cmd_refused(cmd);

	cmd->out.style = OUT_TREE;
	out_object_begin(&cmd->out, NULL);
	out_value(&cmd->out, "blocks", NULL, &value);
	out_object_end(&cmd->out);
	return CMD_OK;
}

/* In so many milliseconds @fd is readable. */
static void set_timer(int fd, uint32_t ms)
{
	const struct itimerspec timer = {
		.it_value = {
			.tv_sec = ms / 1000,
			.tv_nsec = ms % 1000 * 1000000L + 1,
		},
	};

	timerfd_settime(fd, 0, &timer, NULL);
}

/* Prints what has changed, if anything, and ends the wait then. */
static void take(struct wait *wait)
{
	struct cmd *cmd = wait->cmd;
	struct store reply = { 0 };
	struct attrs attrs;
	uint64_t mask = 0;

	if (wait->told || wait->refused)
		return;
	if (nsw_nl_do(wait->asking, NSW_CMD_BLOCK_TAKE, &cmd->args, &reply)) {
		wait->refused = true;
		set_timer(wait->stop_fd, 0);
		goto fini_reply;
	}

	memset(&attrs, 0, sizeof(attrs));
	if (reply.count)
		store_get(&reply, 0, &attrs);
	if (!attrs_uint(&attrs, NSW_A_BLOCK_MASK, &mask) || !mask)
		goto fini_reply;

	cmd->out.style = OUT_BARE;
	out_object_begin(&cmd->out, NULL);
	fields_print(&cmd->out, mask_fields, &attrs);
	out_object_end(&cmd->out);
	wait->told = true;
	set_timer(wait->stop_fd, 0);

fini_reply:
	store_fini(&reply);
}

static void on_ready(void *arg)
{
	take(arg);
}

/* Which VF it is about does not matter: the answer is about ours. */
static void on_event(void *arg, uint8_t cmd_id, const struct attrs *attrs)
{
	(void)attrs;
	if (cmd_id == NSW_CMD_BLOCK_NTF)
		take(arg);
}

static enum cmd_status listen_until(struct wait *wait)
{
	static const struct nsw_nl_listener listener = {
		.ready = on_ready,
		.event = on_event,
		.overrun = on_ready,
	};
	struct cmd *cmd = wait->cmd;

	if (nsw_nl_listen(cmd->nl, GROUP, wait->stop_fd, &listener, wait) ||
	    wait->refused)
		return cmd_refused(cmd);
	if (wait->told)
		return CMD_OK;
	cmd->error = (struct nsw_nl_error) { .reason = "nothing has changed" };
	return cmd_refused(cmd);
}

static enum cmd_status block_wait(struct cmd *cmd)
{
	const struct arg *timeout = args_find(&cmd->args, NSW_A_UNSPEC);
	struct wait wait = { .cmd = cmd };
	enum cmd_status status;

	wait.stop_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (wait.stop_fd < 0) {
		perror("nicswitch: block wait");
		return CMD_REFUSED;
	}
	if (timeout)
		set_timer(wait.stop_fd, timeout->u32);
	drop_arg(&cmd->args, NSW_A_UNSPEC);
	drop_adapter(cmd);

	wait.asking = nsw_nl_open(&cmd->error);
	status = wait.asking ? listen_until(&wait) : cmd_refused(cmd);
	nsw_nl_close(wait.asking);
	close(wait.stop_fd);
	return status;
}

static const struct verb verbs[] = {
	{ "list", "{vf ID | dev IFNAME}", block_list, NSW_CMD_BLOCK_GET,
	  list_keywords },
	{ "read", "{vf ID | dev IFNAME} block ID [length N]", block_read,
	  NSW_CMD_BLOCK_GET, read_keywords },
	{ "write", "dev IFNAME block ID data HEX", block_write,
	  NSW_CMD_BLOCK_WRITE, write_keywords },
	{ "set", "vf ID block ID data HEX [writable]", cmd_change,
	  NSW_CMD_BLOCK_SET, set_keywords },
	{ "delete", "vf ID block ID", cmd_change, NSW_CMD_BLOCK_DEL,
	  delete_keywords },
	{ "invalidate", "vf ID blocks ID[,ID]...", block_invalidate,
	  NSW_CMD_BLOCK_INVALIDATE, invalidate_keywords },
	{ "wait", "dev IFNAME [timeout MS]", block_wait, NSW_CMD_BLOCK_TAKE,
	  wait_keywords },
	{ 0 }
};

const struct noun noun_block = {
	.name = "block",
	.purpose = "config blocks: what PF and VF tell each other",
	.key = NSW_A_BLOCK_ID,
	.fields = block_fields,
	.verbs = verbs,
};
