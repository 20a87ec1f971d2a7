/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands as tables: a noun has verbs, a verb has keywords. Most verbs are
 * run by the generic cmd_*() below and consist of their row alone.
 */
#ifndef NICSWITCH_CMD_H
#define NICSWITCH_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "fields.h"
#include "nl.h"
#include "out.h"
#include "parse.h"
#include "store.h"

/* Exit status. */
enum cmd_status {
	CMD_OK = 0,
	CMD_REFUSED = 1,	/* by the kernel, or it could not be asked */
	CMD_USAGE = 2,
};

struct cmd_options {
	bool json;
	bool pretty;
	bool verbose;
	bool owned;		/* what is created goes with us */
	const char *batch;	/* file of commands, NULL for none */
	bool has_adapter;	/* the user named one */
	uint32_t adapter;
};

struct cmd {
	struct cmd_options options;
	struct out out;
	struct nsw_nl *nl;
	struct nsw_nl_error error;
	char *const *asked;	/* the words from the noun on */
	const struct noun *noun;
	const struct verb *verb;
	struct args args;	/* the adapter first, then what the user said */
};

typedef enum cmd_status verb_fn(struct cmd *cmd);

struct verb {
	const char *name;	/* NULL for a noun that is a whole command */
	const char *synopsis;
	verb_fn *run;		/* NULL ends a table */
	uint8_t request;
	const struct keyword *keywords;
};

struct noun {
	const char *name;
	const char *purpose;
	uint16_t key;		/* attribute that names the object */
	const struct field *fields;
	const struct field *more_fields;	/* NULL if that was all */
	const struct verb *verbs;
};

extern const struct noun noun_adapter;
extern const struct noun noun_caps;
extern const struct noun noun_switch;
extern const struct noun noun_vf;
extern const struct noun noun_vport;
extern const struct noun noun_filter;
extern const struct noun noun_queue;
extern const struct noun noun_block;
extern const struct noun noun_failover;
extern const struct noun noun_fault;
extern const struct noun noun_stats;
extern const struct noun noun_show;
extern const struct noun noun_monitor;
extern const struct noun noun_reset;

/* One object if the arguments name it, else all. */
verb_fn cmd_show;

/* Always all; the arguments only narrow the choice. */
verb_fn cmd_list;

/* Always one. */
verb_fn cmd_show_one;

/* Creates an object and prints its id; silent: in JSON only. */
verb_fn cmd_create;
verb_fn cmd_create_silent;

/* Changes something; the text form is silent. */
verb_fn cmd_change;

/*
 * Reads into @list: one object if @one, else all. CMD_REFUSED has been
 * reported.
 */
enum cmd_status cmd_read(struct cmd *cmd, uint8_t request,
			 const struct args *args, bool one,
			 struct store *list);

/* Arguments that name adapter @id and nothing else. */
void cmd_adapter_args(struct args *args, uint32_t id);

/* The adapter of -a, which comes first, is not what this is about. */
void cmd_forget_adapter(struct cmd *cmd);

/* What to send to read adapters: that of -a, or nothing for all of them. */
enum cmd_status cmd_read_adapters(struct cmd *cmd, struct store *list);

/* Says on stderr why the kernel refused. Return: CMD_REFUSED. */
enum cmd_status cmd_refused(const struct cmd *cmd);

#endif
