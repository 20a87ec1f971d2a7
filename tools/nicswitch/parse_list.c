// SPDX-License-Identifier: GPL-2.0-only
/* Lists of ids, such as 1,2,7. */

#include <stdlib.h>
#include <string.h>

#include "parse.h"

size_t parse_list_numbers(const char *text, uint32_t *ids)
{
	size_t count = 0;

	for (;;) {
		ids[count++] = (uint32_t)strtoul(text, NULL, 10);
		text = strchr(text, ',');
		if (!text)
			return count;
		text++;
	}
}

/* As many characters as a number has, up to the next comma or the end. */
static bool is_id(const char *text, size_t len)
{
	char copy[11];
	uint32_t value;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return parse_number(copy, UINT32_MAX, &value);
}

const char *parse_list(struct args *args, const struct keyword *keyword,
		       const char *text)
{
	static const char expected[] = "decimal numbers, joined by commas";
	const char *at = text;
	size_t count = 0, len;
	struct arg *arg;

	do {
		len = strcspn(at, ",");
		if (!is_id(at, len) || ++count > PARSE_LIST_MAX)
			return expected;
		at += len;
	} while (*at++);

	arg = args_add(args, keyword->attr, ARG_LIST, keyword->word);
	if (!arg)
		return "one argument fewer";

	arg->string = text;
	return NULL;
}
