// SPDX-License-Identifier: GPL-2.0-only
/* RFC 8259, read strictly. Output of the tool has no fractions. */

#include <string.h>

#include "json.h"

#define DEPTH_MAX 32

static bool value(const char **at, int depth);

static void blanks(const char **at)
{
	*at += strspn(*at, " \t\r\n");
}

static bool literal(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len))
		return false;
	*at += len;
	return true;
}

static bool number(const char **at)
{
	size_t len = strspn(*at, "0123456789");

	if (!len || (len > 1 && **at == '0'))
		return false;
	*at += len;
	return true;
}

/* A character of several bytes, neither too long nor a surrogate nor too high. */
static bool character(const unsigned char **at)
{
	static const struct {
		unsigned char mask, lead, more;
		unsigned int least;
	} forms[] = {
		{ 0xe0, 0xc0, 1, 0x80 }, { 0xf0, 0xe0, 2, 0x800 }, { 0xf8, 0xf0, 3, 0x10000 },
	};
	unsigned int code, i, j;

	for (i = 0; i < 3 && (**at & forms[i].mask) != forms[i].lead; i++)
		continue;
	if (i == 3)
		return false;
	code = *(*at)++ & ~forms[i].mask & 0xff;
	for (j = 0; j < forms[i].more; j++, (*at)++) {
		if ((**at & 0xc0) != 0x80)
			return false;
		code = code << 6 | (**at & 0x3f);
	}
	return code >= forms[i].least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

static bool escape(const unsigned char **at)
{
	(*at)++;
	if (*(*at)++ != 'u')
		return (*at)[-1] && strchr("\"\\/bfnrt", (*at)[-1]);
	if (strspn((const char *)*at, "0123456789abcdefABCDEF") < 4)
		return false;
	*at += 4;
	return true;
}

static bool string(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;

	if (*at++ != '"')
		return false;
	while (*at != '"') {
		if (*at < ' ')
			return false;
		if (*at == '\\') {
			if (!escape(&at))
				return false;
		} else if (*at < 0x80) {
			at++;
		} else if (!character(&at)) {
			return false;
		}
	}
	*text = (const char *)at + 1;
	return true;
}

static bool member(const char **at, int depth)
{
	blanks(at);
	if (!string(at))
		return false;
	blanks(at);
	return literal(at, ":") && value(at, depth);
}

/* What is between brackets, with the last one. */
static bool list(const char **at, int depth, bool (*one)(const char **at, int depth),
		 const char *end)
{
	++*at;
	blanks(at);
	if (literal(at, end))
		return true;
	do {
		if (!one(at, depth - 1))
			return false;
		blanks(at);
	} while (literal(at, ","));
	return literal(at, end);
}

static bool value(const char **at, int depth)
{
	if (!depth)
		return false;
	blanks(at);
	switch (**at) {
	case '{':
		return list(at, depth, member, "}");
	case '[':
		return list(at, depth, value, "]");
	case '"':
		return string(at);
	}
	return number(at) || literal(at, "true") || literal(at, "false") || literal(at, "null");
}

bool json_is_valid(const char *text)
{
	for (blanks(&text); *text; blanks(&text)) {
		if (!value(&text, DEPTH_MAX))
			return false;
	}
	return true;
}
