/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Output. Every value is printed by one call that knows its JSON key and how
 * it reads as text, so that the two forms cannot differ. Streams: nothing is
 * kept but the nesting depth.
 */
#ifndef NICSWITCH_OUT_H
#define NICSWITCH_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "names.h"

/* How values are laid out as text. */
enum out_style {
	OUT_LINE,	/* "key value key value", a line for each object */
	OUT_TREE,	/* the template of each value; lines end by out_text() */
	OUT_TABLE,	/* values only, right-aligned below their keys */
	OUT_BARE,	/* values only, a line for each object */
};

struct out {
	FILE *file;
	bool json;
	bool pretty;
	enum out_style style;
	unsigned int depth;
	bool more;	/* JSON: a value precedes; text: a word precedes */
};

enum out_kind {
	OUT_NUMBER,
	OUT_STRING,
	OUT_BOOL,	/* text: a word of names */
	OUT_FLAG,	/* text: the key when true, else nothing */
	OUT_BITS,	/* JSON: list of names; text: joined by commas */
	OUT_SET,	/* the same with the numbers of the bits */
};

struct out_value {
	enum out_kind kind;
	uint64_t number;	/* all but OUT_STRING */
	const char *string;
	const struct names *names;
};

void out_init(struct out *out, FILE *file, bool json, bool pretty);

/* @key is NULL for elements of a list and on the top level. */
void out_list_begin(struct out *out, const char *key);
void out_list_end(struct out *out);
void out_object_begin(struct out *out, const char *key);
void out_object_end(struct out *out);
void out_null(struct out *out, const char *key);

/*
 * One value. In OUT_TREE style @tree is printed with the value in the place
 * of '%'; NULL keeps it out of the text.
 */
void out_value(struct out *out, const char *key, const char *tree,
	       const struct out_value *value);
void out_number(struct out *out, const char *key, const char *tree,
		uint64_t number);
void out_string(struct out *out, const char *key, const char *tree,
		const char *string);

/* Heading of a column in OUT_TABLE style. */
void out_column(struct out *out, const char *key);

/* What exists only for the human reader; nothing in JSON. */
void out_text(struct out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Return: 0, or -1 if something could not be written. */
int out_flush(struct out *out);

#endif
