// SPDX-License-Identifier: GPL-2.0-only

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd.h"

#define GROUP "config"

struct object {
	uint8_t cmd;
	const struct noun *noun;
};

/* A VPort of the PF that has not been activated yet. */
struct sleeper {
	uint32_t adapter;
	uint32_t vport;
};

struct monitor {
	struct cmd *cmd;
	struct sleeper *sleepers;
	size_t count;
	size_t room;
};

static const struct object objects[] = {
	{ NSW_CMD_ADAPTER_NTF, &noun_adapter },
	{ NSW_CMD_SWITCH_NTF, &noun_switch },
	{ NSW_CMD_VF_NTF, &noun_vf },
	{ NSW_CMD_VPORT_NTF, &noun_vport },
	{ NSW_CMD_FILTER_NTF, &noun_filter },
	{ NSW_CMD_FAULT_NTF, &noun_fault },
	{ NSW_CMD_QUEUE_NTF, &noun_queue },
};

/* How the text form relates a filter to its VPort, by event. */
static const char *const vport_texts[] = {
	[NSW_EVENT_ADD] = " on vport %",
	[NSW_EVENT_CHANGE] = " on vport %",
	[NSW_EVENT_DEL] = " from vport %",
	[NSW_EVENT_MOVE] = " to vport %",
	[NSW_EVENT_RESET] = " on vport %",
};

static const char *const queue_texts[] = {
	[NSW_EVENT_ADD] = " on queue %",
	[NSW_EVENT_CHANGE] = " on queue %",
	[NSW_EVENT_DEL] = " from queue %",
	[NSW_EVENT_MOVE] = " on queue %",
	[NSW_EVENT_RESET] = " on queue %",
};

static const struct noun *find_noun(uint8_t cmd)
{
	unsigned int i;

	for (i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		if (objects[i].cmd == cmd)
			return objects[i].noun;
	}
	return NULL;
}

/* "filter 3 moved from vport 1 to vport 2", without the identity of what. */
static void print_whereabouts(struct out *out, const struct attrs *attrs,
			      uint32_t event)
{
	uint32_t vport;

	if (attrs_u32(attrs, NSW_A_SOURCE_VPORT_ID, &vport))
		out_number(out, "source_vport", " from vport %", vport);
	if (attrs_u32(attrs, NSW_A_VPORT_ID, &vport))
		out_number(out, "vport", vport_texts[event], vport);
	if (attrs_u32(attrs, NSW_A_QUEUE_ID, &vport))
		out_number(out, "queue", queue_texts[event], vport);
}

/* Return: whether it was asleep, and is no more. */
static bool forget(struct monitor *monitor, struct sleeper who)
{
	size_t i;

	for (i = 0; i < monitor->count; i++) {
		struct sleeper *s = &monitor->sleepers[i];

		if (s->adapter == who.adapter && s->vport == who.vport) {
			*s = monitor->sleepers[--monitor->count];
			return true;
		}
	}
	return false;
}

/* Short of memory, an activation merely reads as a change. */
static void remember(struct monitor *monitor, struct sleeper who)
{
	struct sleeper *more;

	if (monitor->count == monitor->room) {
		more = reallocarray(monitor->sleepers, monitor->room + 64,
				    sizeof(*more));
		if (!more)
			return;
		monitor->sleepers = more;
		monitor->room += 64;
	}
	monitor->sleepers[monitor->count++] = who;
}

/*
 * The kernel reports a change without saying of what; only who knows the
 * state before can tell an activation. Return: whether it was one.
 */
static bool follow_state(struct monitor *monitor, const struct attrs *attrs,
			 uint32_t event)
{
	const struct sleeper who = {
		attrs_u32_or_zero(attrs, NSW_A_ADAPTER_ID),
		attrs_u32_or_zero(attrs, NSW_A_VPORT_ID),
	};
	uint32_t state = attrs_u32_or_zero(attrs, NSW_A_VPORT_STATE);
	bool asleep = forget(monitor, who);

	if (event != NSW_EVENT_DEL && state == NSW_VPORT_STATE_DEACTIVATED)
		remember(monitor, who);
	return asleep && event == NSW_EVENT_CHANGE &&
	       state == NSW_VPORT_STATE_ACTIVATED;
}

/* Which VPorts sleep already. Failures show when listening starts. */
static void read_states(struct monitor *monitor)
{
	const struct args all = { .count = 0 };
	struct nsw_nl *nl = monitor->cmd->nl;
	struct store adapters = { 0 }, vports = { 0 };
	struct attrs attrs;
	struct args args;
	size_t i, j;

	if (nsw_nl_dump(nl, NSW_CMD_ADAPTER_GET, &all, &adapters, NULL))
		goto fini_stores;

	for (i = 0; i < adapters.count; i++) {
		store_get(&adapters, i, &attrs);
		cmd_adapter_args(&args, attrs_u32_or_zero(&attrs,
							  NSW_A_ADAPTER_ID));
		if (nsw_nl_dump(nl, NSW_CMD_VPORT_GET, &args, &vports, NULL))
			continue;
		for (j = 0; j < vports.count; j++) {
			store_get(&vports, j, &attrs);
			follow_state(monitor, &attrs, NSW_EVENT_ADD);
		}
		store_clear(&vports);
	}

fini_stores:
	store_fini(&vports);
	store_fini(&adapters);
}

/* What happened, as a word; an activation is a change with a name. */
static void print_happened(struct monitor *monitor, const struct noun *noun,
			   const struct attrs *attrs, uint32_t event)
{
	const struct out_value activated = {
		.kind = OUT_FLAG,
		.number = true,
	};
	struct out *out = &monitor->cmd->out;

	if (noun == &noun_vport && follow_state(monitor, attrs, event))
		out_value(out, "activated", " activated", &activated);
	else
		out_text(out, " %s", names_word(&names_happened, event));
}

/* What the event says besides what it is about. */
static void print_details(struct out *out, const struct noun *noun,
			  const struct attrs *attrs)
{
	const struct field *fields = noun->fields + 1;

	if (noun == &noun_filter) {
		fields_print(out, fields + 2, attrs);
		out_text(out, "\n");
		return;
	}

	out->style = OUT_LINE;
	out_text(out, ":");
	out->more = true;
	fields_print(out, fields, attrs);
	if (noun->more_fields)
		fields_print(out, noun->more_fields, attrs);
}

static void print_event(struct monitor *monitor, const struct noun *noun,
			const struct attrs *attrs, uint32_t event)
{
	uint32_t adapter = attrs_u32_or_zero(attrs, NSW_A_ADAPTER_ID);
	struct cmd *cmd = monitor->cmd;
	struct out *out = &cmd->out;

	out->style = OUT_TREE;
	out_object_begin(out, NULL);
	out_string(out, "event", NULL, names_word(&names_event, event));
	out_string(out, "object", NULL, noun->name);
	if (noun != &noun_adapter) {
		bool say = adapter && !cmd->options.has_adapter;

		out_number(out, "adapter", say ? "adapter %: " : NULL,
			   adapter);
	}

	out_text(out, "%s", noun->name);
	out_number(out, noun->name, " %",
		   attrs_u32_or_zero(attrs, noun->key));
	print_happened(monitor, noun, attrs, event);
	if (noun == &noun_filter)
		print_whereabouts(out, attrs, event);
	print_details(out, noun, attrs);
	out_object_end(out);
}

static void on_event(void *arg, uint8_t cmd_id, const struct attrs *attrs)
{
	const struct noun *noun = find_noun(cmd_id);
	struct monitor *monitor = arg;
	struct cmd *cmd = monitor->cmd;
	uint32_t event;

	/* Words that a newer kernel may have are not for this tool. */
	if (!noun || !attrs_u32(attrs, NSW_A_EVENT, &event) ||
	    !names_word(&names_event, event))
		return;
	if (cmd->options.has_adapter &&
	    attrs_u32_or_zero(attrs, NSW_A_ADAPTER_ID) !=
	    cmd->options.adapter)
		return;

	print_event(monitor, noun, attrs, event);
	out_flush(&cmd->out);
}

static void on_overrun(void *arg)
{
	struct monitor *monitor = arg;
	struct cmd *cmd = monitor->cmd;

	cmd->out.style = OUT_TREE;
	out_object_begin(&cmd->out, NULL);
	out_string(&cmd->out, "event", NULL, "overrun");
	out_text(&cmd->out, "overrun: events were lost\n");
	out_object_end(&cmd->out);
	out_flush(&cmd->out);
}

/* Readable once the user or the system wants us to end. */
static int open_stop_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static enum cmd_status monitor_run(struct cmd *cmd)
{
	static const struct nsw_nl_listener listener = {
		.event = on_event,
		.overrun = on_overrun,
	};
	struct monitor monitor = { .cmd = cmd };
	enum cmd_status status = CMD_OK;
	int stop_fd;

	stop_fd = open_stop_fd();
	if (stop_fd < 0) {
		perror("nicswitch: monitor");
		return CMD_REFUSED;
	}

	read_states(&monitor);
	if (nsw_nl_listen(cmd->nl, GROUP, stop_fd, &listener, &monitor))
		status = cmd_refused(cmd);
	free(monitor.sleepers);
	close(stop_fd);
	return status;
}

static const struct verb verbs[] = {
	{ NULL, "", monitor_run },
	{ 0 }
};

const struct noun noun_monitor = {
	.name = "monitor",
	.purpose = "events as they happen",
	.verbs = verbs,
};
