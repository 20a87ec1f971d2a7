/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Command-line arguments, checked in full before anything is sent. A verb
 * describes its arguments as a table of keyword rows; what comes out are the
 * attributes of the request.
 */
#ifndef NICSWITCH_PARSE_H
#define NICSWITCH_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"

#define PARSE_NAME_MAX 256
#define PARSE_HEX_MAX 256
#define PARSE_BLOCK_MAX 128
#define PARSE_LIST_MAX 512
#define ARGS_MAX 20

enum arg_type {
	ARG_U8,
	ARG_U16,
	ARG_BE16,
	ARG_U32,
	ARG_U64,
	ARG_HEX,	/* string of hexadecimal digits */
	ARG_LIST,	/* string of numbers, joined by commas */
	ARG_STRING,
	ARG_MAC,
	ARG_FLAG,
	ARG_NEST,	/* other arguments */
};

/* One attribute of a request. */
struct arg {
	uint16_t attr;
	enum arg_type type;
	const char *word;	/* what the user called it, NULL if nothing */
	union {
		uint8_t u8;
		uint16_t u16;	/* host order, also for ARG_BE16 */
		uint32_t u32;
		uint64_t u64;
		const char *string;
		uint8_t mac[6];
		const struct args *nest;
	};
};

struct args {
	unsigned int count;
	struct arg list[ARGS_MAX];
};

struct keyword;

/*
 * Adds what @text means for @keyword to @args. Return: NULL, or what @text
 * should have been.
 */
typedef const char *parse_fn(struct args *args, const struct keyword *keyword,
			     const char *text);

enum keyword_flags {
	KEYWORD_POSITIONAL = 1,	/* a bare value, first after the verb */
	KEYWORD_REQUIRED = 2,
	KEYWORD_EITHER = 4,	/* exactly one of the rows with this flag */
	KEYWORD_ALONE = 8,	/* no value follows */
	KEYWORD_CHANGE = 16,	/* at least one of the rows with this flag */
};

struct keyword {
	const char *word;	/* NULL: never on the command line; ends a */
	parse_fn *parse;	/* table if this is NULL too */
	uint16_t attr;
	unsigned int flags;
	const struct names *names;
	const char *absent;	/* value to use when the user gave none */
};

parse_fn parse_u8;
parse_fn parse_u16;
parse_fn parse_u32;
parse_fn parse_string;	/* a name: 1 to PARSE_NAME_MAX bytes */
parse_fn parse_mac;
parse_fn parse_vlan;	/* adds mode and, for a number, id */
parse_fn parse_names;	/* a word of keyword->names */
parse_fn parse_switch;	/* "on" or "off" */
parse_fn parse_proto;	/* protocol of a VLAN tag */
parse_fn parse_activated;
parse_fn parse_flag;
parse_fn parse_dev;	/* name of an interface; adds its index */
parse_fn parse_netns;	/* name or path of a network namespace; opens it */
parse_fn parse_hex;	/* 1 to PARSE_HEX_MAX bytes */
parse_fn parse_block;	/* 1 to PARSE_BLOCK_MAX bytes */
parse_fn parse_set;	/* numbers from 0 to 63, joined by commas */
parse_fn parse_list;	/* 1 to PARSE_LIST_MAX numbers, joined by commas */

/* The bytes of a text that parse_hex() has taken. Return: how many. */
size_t parse_hex_bytes(const char *text, uint8_t *bytes);

/* The numbers of a text that parse_list() has taken. Return: how many. */
size_t parse_list_numbers(const char *text, uint32_t *ids);

/* A decimal number up to @max, nothing before or behind it. */
bool parse_number(const char *text, uint32_t max, uint32_t *value);

/* What went wrong, in two parts: a word of the user's and a reason. */
struct parse_error {
	const char *word;
	const char *value;	/* NULL, or the value that does not fit */
	const char *reason;
};

/*
 * Reads @argv by @keywords (NULL: there may be no arguments) into @args.
 * Return: 0, or -1 and @error.
 */
int parse_args(struct args *args, const struct keyword *keywords,
	       char *const *argv, struct parse_error *error);

/* NULL when @args is full, which no table of keywords can make it. */
struct arg *args_add(struct args *args, uint16_t attr, enum arg_type type,
		     const char *word);
const struct arg *args_find(const struct args *args, uint16_t attr);

#endif
