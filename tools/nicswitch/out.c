// SPDX-License-Identifier: GPL-2.0-only

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "out.h"
#include "quote.h"

#define COLUMN_WIDTH 13

void out_init(struct out *out, FILE *file, bool json, bool pretty)
{
	*out = (struct out) {
		.file = file,
		.json = json,
		.pretty = pretty,
	};
}

static void json_newline(struct out *out)
{
	unsigned int i;

	if (!out->pretty)
		return;

	fputc('\n', out->file);
	for (i = 0; i < out->depth; i++)
		fputs("  ", out->file);
}

/* Comma, line break and key: what stands before any JSON value. */
static void json_lead(struct out *out, const char *key)
{
	if (out->more)
		fputc(',', out->file);
	if (out->depth)
		json_newline(out);
	if (key) {
		quote_json(out->file, key);
		fputs(out->pretty ? ": " : ":", out->file);
	}
	out->more = true;
}

static void json_begin(struct out *out, const char *key, char bracket)
{
	json_lead(out, key);
	fputc(bracket, out->file);
	out->depth++;
	out->more = false;
}

static void json_end(struct out *out, char bracket)
{
	bool empty = !out->more;

	out->depth--;
	if (!empty)
		json_newline(out);
	fputc(bracket, out->file);
	out->more = out->depth;
	if (!out->depth)
		fputc('\n', out->file);
}

void out_list_begin(struct out *out, const char *key)
{
	if (out->json)
		json_begin(out, key, '[');
}

void out_list_end(struct out *out)
{
	if (out->json)
		json_end(out, ']');
}

void out_object_begin(struct out *out, const char *key)
{
	if (out->json)
		json_begin(out, key, '{');
}

void out_object_end(struct out *out)
{
	if (out->json) {
		json_end(out, '}');
		return;
	}

	/* An object that has no text, such as a silent success, no line. */
	if (out->more)
		fputc('\n', out->file);
	out->more = false;
}

void out_null(struct out *out, const char *key)
{
	if (!out->json)
		return;

	json_lead(out, key);
	fputs("null", out->file);
}

static void json_bits(struct out *out, const struct out_value *value)
{
	const char *separator = "";
	unsigned int bit;

	fputc('[', out->file);
	for (bit = 0; bit < value->names->count; bit++) {
		if (!(value->number >> bit & 1))
			continue;
		fputs(separator, out->file);
		quote_json(out->file, names_word(value->names, bit));
		separator = ",";
	}
	fputc(']', out->file);
}

static void print_set(struct out *out, uint64_t set)
{
	const char *separator = "";
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		if (!(set >> bit & 1))
			continue;
		fprintf(out->file, "%s%u", separator, bit);
		separator = ",";
	}
}

static void json_value(struct out *out, const struct out_value *value)
{
	switch (value->kind) {
	case OUT_NUMBER:
		fprintf(out->file, "%" PRIu64, value->number);
		break;
	case OUT_STRING:
		quote_json(out->file, value->string);
		break;
	case OUT_BOOL:
	case OUT_FLAG:
		fputs(value->number ? "true" : "false", out->file);
		break;
	case OUT_BITS:
		json_bits(out, value);
		break;
	case OUT_SET:
		fputc('[', out->file);
		print_set(out, value->number);
		fputc(']', out->file);
		break;
	}
}

static void text_bits(struct out *out, const struct out_value *value)
{
	const char *separator = "";
	unsigned int bit;

	for (bit = 0; bit < value->names->count; bit++) {
		if (!(value->number >> bit & 1))
			continue;
		fprintf(out->file, "%s%s", separator,
			names_word(value->names, bit));
		separator = ",";
	}
	if (!*separator)
		fputs("none", out->file);
}

static void text_value(struct out *out, const struct out_value *value)
{
	switch (value->kind) {
	case OUT_NUMBER:
		fprintf(out->file, "%" PRIu64, value->number);
		break;
	case OUT_STRING:
		quote_text(out->file, value->string);
		break;
	case OUT_BOOL:
		fputs(names_word(value->names, !!value->number), out->file);
		break;
	case OUT_FLAG:
		break;
	case OUT_BITS:
		text_bits(out, value);
		break;
	case OUT_SET:
		print_set(out, value->number);
		break;
	}
}

static void text_line(struct out *out, const char *key,
		      const struct out_value *value)
{
	if (out->more)
		fputc(' ', out->file);
	out->more = true;

	if (value->kind == OUT_FLAG) {
		fputs(key, out->file);
		return;
	}
	if (out->style == OUT_LINE)
		fprintf(out->file, "%s ", key);
	text_value(out, value);
}

static void text_tree(struct out *out, const char *tree,
		      const struct out_value *value)
{
	const char *hole;

	if (!tree)
		return;

	hole = strchr(tree, '%');
	if (!hole) {
		fputs(tree, out->file);
		return;
	}
	fwrite(tree, 1, (size_t)(hole - tree), out->file);
	text_value(out, value);
	fputs(hole + 1, out->file);
}

/* Without the blank that is always there, however wide the value. */
static int column_width(const char *key)
{
	size_t len = strlen(key) + 1;

	return len > COLUMN_WIDTH ? (int)len : COLUMN_WIDTH;
}

void out_value(struct out *out, const char *key, const char *tree,
	       const struct out_value *value)
{
	if (out->json) {
		json_lead(out, key);
		json_value(out, value);
		return;
	}
	if (value->kind == OUT_FLAG && !value->number)
		return;

	switch (out->style) {
	case OUT_LINE:
	case OUT_BARE:
		text_line(out, key, value);
		break;
	case OUT_TREE:
		text_tree(out, tree, value);
		break;
	case OUT_TABLE:
		fprintf(out->file, " %*" PRIu64, column_width(key),
			value->number);
		break;
	}
}

void out_number(struct out *out, const char *key, const char *tree,
		uint64_t number)
{
	const struct out_value value = {
		.kind = OUT_NUMBER,
		.number = number,
	};

	out_value(out, key, tree, &value);
}

void out_string(struct out *out, const char *key, const char *tree,
		const char *string)
{
	const struct out_value value = {
		.kind = OUT_STRING,
		.string = string,
	};

	out_value(out, key, tree, &value);
}

void out_column(struct out *out, const char *key)
{
	if (!out->json)
		fprintf(out->file, " %*s", column_width(key), key);
}

void out_text(struct out *out, const char *format, ...)
{
	va_list args;

	if (out->json)
		return;

	va_start(args, format);
	vfprintf(out->file, format, args);
	va_end(args);
}

int out_flush(struct out *out)
{
	return fflush(out->file) || ferror(out->file) ? -1 : 0;
}
