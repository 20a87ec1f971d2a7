// SPDX-License-Identifier: GPL-2.0-only
/* nicswitch - control of emulated NIC switches: options and dispatch. */

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* More than any command has. */
#define BATCH_WORDS	32

#ifndef NICSWITCH_VERSION
#define NICSWITCH_VERSION "unknown"
#endif

static const struct noun *const nouns[] = {
	&noun_show,
	&noun_adapter,
	&noun_caps,
	&noun_switch,
	&noun_vf,
	&noun_vport,
	&noun_filter,
	&noun_queue,
	&noun_block,
	&noun_stats,
	&noun_failover,
	&noun_fault,
	&noun_monitor,
	&noun_reset,
	NULL
};

static void print_noun(FILE *file, const struct noun *noun)
{
	const struct verb *verb;

	for (verb = noun->verbs; verb->run; verb++) {
		fprintf(file, "  nicswitch [OPTIONS] %s", noun->name);
		if (verb->name)
			fprintf(file, " %s", verb->name);
		if (*verb->synopsis)
			fprintf(file, " %s", verb->synopsis);
		fputc('\n', file);
	}
}

static void print_usage(FILE *file)
{
	const struct noun *const *noun;

	fputs("Usage: nicswitch [-jpvohV] [-a ADAPTER] NOUN [VERB] ...\n"
	      "       nicswitch [-jpvo] [-a ADAPTER] -b FILE\n\n", file);
	for (noun = nouns; *noun; noun++)
		fprintf(file, "  %-9s %s\n", (*noun)->name, (*noun)->purpose);
	fputc('\n', file);
	for (noun = nouns; *noun; noun++)
		print_noun(file, *noun);
	fputs("\n"
	      "  -j, --json       JSON instead of text\n"
	      "  -p, --pretty     JSON with line breaks\n"
	      "  -a, --adapter N  number of the adapter, 0 if not given\n"
	      "  -b, --batch FILE commands from a file, one in a line; -: standard input\n"
	      "  -o, --owned      what is created goes when this process ends\n"
	      "  -v, --verbose    with errors, the NDIS status\n"
	      "  -h, --help       this text\n"
	      "  -V, --version    version of the tool\n", file);
}

static enum cmd_status usage_error(const struct noun *noun)
{
	if (!noun) {
		fputs("Try \"nicswitch --help\".\n", stderr);
		return CMD_USAGE;
	}

	fputs("Usage:\n", stderr);
	print_noun(stderr, noun);
	return CMD_USAGE;
}

/* Return: whether to go on; if not, @status is what to exit with. */
static bool read_options(struct cmd_options *options, int argc, char **argv,
			 enum cmd_status *status)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "pretty", no_argument, NULL, 'p' },
		{ "adapter", required_argument, NULL, 'a' },
		{ "batch", required_argument, NULL, 'b' },
		{ "owned", no_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	/* "+": the options end at the noun; ":": errors are ours to report. */
	while ((c = getopt_long(argc, argv, "+:jpa:b:ovhV", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			options->json = true;
			break;
		case 'p':
			options->pretty = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'o':
			options->owned = true;
			break;
		case 'b':
			options->batch = optarg;
			break;
		case 'a':
			options->has_adapter = true;
			if (parse_number(optarg, UINT32_MAX, &options->adapter))
				break;
			fprintf(stderr, "nicswitch: \"%s\" is not the number of an adapter\n",
				optarg);
			*status = usage_error(NULL);
			return false;
		case 'h':
			print_usage(stdout);
			*status = CMD_OK;
			return false;
		case 'V':
			puts("nicswitch " NICSWITCH_VERSION);
			*status = CMD_OK;
			return false;
		default:
			fprintf(stderr, "nicswitch: %s: %s\n", argv[optind - 1],
				c == ':' ? "a value is missing" :
				"unknown option");
			*status = usage_error(NULL);
			return false;
		}
	}
	return true;
}

static const struct noun *find_noun(const char *name)
{
	const struct noun *const *noun;

	for (noun = nouns; *noun; noun++) {
		if (!strcmp((*noun)->name, name))
			return *noun;
	}
	return NULL;
}

static const struct verb *find_verb(const struct noun *noun, const char *name)
{
	const struct verb *verb;

	for (verb = noun->verbs; verb->run; verb++) {
		if (!verb->name || (name && !strcmp(verb->name, name)))
			return verb;
	}
	return NULL;
}

static void print_parse_error(const struct cmd *cmd,
			      const struct parse_error *error)
{
	fprintf(stderr, "nicswitch: %s", cmd->noun->name);
	if (cmd->verb->name)
		fprintf(stderr, " %s", cmd->verb->name);
	fputs(": ", stderr);

	if (error->value)
		fprintf(stderr, "%s: \"%s\" is not %s\n", error->word,
			error->value, error->reason);
	else if (error->word)
		fprintf(stderr, "\"%s\" %s\n", error->word, error->reason);
	else
		fprintf(stderr, "%s\n", error->reason);
}

/* From the words of the command to a checked request. */
static enum cmd_status read_command(struct cmd *cmd)
{
	char *const *words = cmd->asked;
	struct parse_error error;

	if (!words[0]) {
		fputs("nicswitch: what?\n", stderr);
		return usage_error(NULL);
	}

	cmd->noun = find_noun(words[0]);
	if (!cmd->noun) {
		fprintf(stderr, "nicswitch: unknown noun \"%s\"\n", words[0]);
		return usage_error(NULL);
	}

	cmd->verb = find_verb(cmd->noun, words[1]);
	if (!cmd->verb) {
		if (words[1])
			fprintf(stderr, "nicswitch: %s: unknown verb \"%s\"\n",
				words[0], words[1]);
		else
			fprintf(stderr, "nicswitch: %s: a verb is missing\n",
				words[0]);
		return usage_error(cmd->noun);
	}

	cmd_adapter_args(&cmd->args, cmd->options.adapter);
	words += cmd->verb->name ? 2 : 1;
	if (parse_args(&cmd->args, cmd->verb->keywords, words, &error)) {
		print_parse_error(cmd, &error);
		return usage_error(cmd->noun);
	}
	return CMD_OK;
}

static enum cmd_status run_command(struct cmd *cmd)
{
	enum cmd_status status = cmd->verb->run(cmd);

	if (out_flush(&cmd->out)) {
		perror("nicswitch: standard output");
		if (!status)
			status = CMD_REFUSED;
	}
	return status;
}

static enum cmd_status run_one(struct cmd *cmd)
{
	enum cmd_status status = read_command(cmd);

	if (status)
		return status;
	cmd->nl = nsw_nl_open(&cmd->error);
	if (!cmd->nl)
		return cmd_refused(cmd);
	status = run_command(cmd);
	nsw_nl_close(cmd->nl);
	return status;
}

/* Cuts @line into words, up to a comment. Return: how many, or -1. */
static int split(char *line, char **words)
{
	int count = 0;
	char *word;

	line[strcspn(line, "#\n")] = '\0';
	for (word = strtok(line, " \t"); word; word = strtok(NULL, " \t")) {
		if (count == BATCH_WORDS)
			return -1;
		words[count++] = word;
	}
	words[count] = NULL;
	return count;
}

static enum cmd_status run_line(const struct cmd *batch, char *line)
{
	char *words[BATCH_WORDS + 1];
	struct cmd cmd = *batch;
	enum cmd_status status;
	int count;

	count = split(line, words);
	if (!count)
		return CMD_OK;
	cmd.asked = words;
	if (count < 0) {
		fputs("nicswitch: too many words\n", stderr);
		return CMD_USAGE;
	}

	status = read_command(&cmd);
	if (status)
		return status;
	if (cmd.noun == &noun_monitor ||
	    cmd.verb->request == NSW_CMD_BLOCK_TAKE) {
		fputs("nicswitch: this waits, which a batch cannot\n", stderr);
		return CMD_USAGE;
	}
	/* What it refers to is ours: the error of a call, and the output. */
	nsw_nl_report(cmd.nl, &cmd.error);
	return run_command(&cmd);
}

/* One socket for all, so that what it owns lives until the end. */
static enum cmd_status run_batch(struct cmd *batch)
{
	const char *name = batch->options.batch;
	enum cmd_status status = CMD_OK;
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	file = strcmp(name, "-") ? fopen(name, "re") : stdin;
	if (!file) {
		fprintf(stderr, "nicswitch: %s: %s\n", name, strerror(errno));
		return CMD_REFUSED;
	}
	batch->nl = nsw_nl_open(&batch->error);
	if (!batch->nl) {
		status = cmd_refused(batch);
		goto close_file;
	}

	while (!status && getline(&line, &size, file) >= 0) {
		number++;
		status = run_line(batch, line);
	}
	if (!status && !feof(file)) {
		fprintf(stderr, "nicswitch: %s: %s\n", name, strerror(errno));
		status = CMD_REFUSED;
	} else if (status) {
		fprintf(stderr, "nicswitch: %s: stopped at line %u\n", name,
			number);
	}
	free(line);
	nsw_nl_close(batch->nl);

close_file:
	fclose(file);
	return status;
}

int main(int argc, char **argv)
{
	enum cmd_status status;
	struct cmd cmd = { 0 };

	setlocale(LC_CTYPE, "");
	if (!read_options(&cmd.options, argc, argv, &status))
		return (int)status;

	cmd.asked = argv + optind;
	out_init(&cmd.out, stdout, cmd.options.json, cmd.options.pretty);

	if (!cmd.options.batch)
		return (int)run_one(&cmd);
	if (*cmd.asked) {
		fputs("nicswitch: a batch and a command exclude each other\n",
		      stderr);
		return (int)usage_error(NULL);
	}
	return (int)run_batch(&cmd);
}
