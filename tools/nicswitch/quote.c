// SPDX-License-Identifier: GPL-2.0-only

#include <stdbool.h>
#include <stdint.h>

#include "quote.h"

/*
 * Length of the UTF-8 sequence at @s, 0 if there is none: overlong forms,
 * surrogates and values above U+10FFFF are none. Stops at the end of @s,
 * because a NUL is not a continuation byte.
 */
static unsigned int utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char first, last, low, high;
		unsigned int len;
	} forms[] = {
		{ 0x01, 0x7f, 0x00, 0xff, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	unsigned int i, j;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (forms[i].len == 1)
			return 1;
		if (s[1] < forms[i].low || s[1] > forms[i].high)
			return 0;
		for (j = 2; j < forms[i].len; j++) {
			if ((s[j] & 0xc0) != 0x80)
				return 0;
		}
		return forms[i].len;
	}
	return 0;
}

/* C0 and DEL, and the C1 controls, which terminals obey as well. */
static bool is_control(const unsigned char *s)
{
	return *s < 0x20 || *s == 0x7f || (s[0] == 0xc2 && s[1] < 0xa0);
}

static unsigned int code_of_control(const unsigned char *s)
{
	return s[0] == 0xc2 ? s[1] : s[0];
}

void quote_json(FILE *file, const char *string)
{
	const unsigned char *s = (const unsigned char *)string;
	unsigned int len;

	fputc('"', file);
	for (; *s; s += len ? len : 1) {
		len = utf8_len(s);
		if (!len)
			fputs("\\ufffd", file);
		else if (is_control(s))
			fprintf(file, "\\u%04x", code_of_control(s));
		else if (*s == '"' || *s == '\\')
			fprintf(file, "\\%c", *s);
		else
			fwrite(s, 1, len, file);
	}
	fputc('"', file);
}

static bool is_harmless_word(const unsigned char *s)
{
	unsigned int len;

	if (!*s)
		return false;

	for (; *s; s += len) {
		len = utf8_len(s);
		if (!len || is_control(s) || *s == ' ' || *s == '"' ||
		    *s == '\\')
			return false;
	}
	return true;
}

void quote_text(FILE *file, const char *string)
{
	if (is_harmless_word((const unsigned char *)string))
		fputs(string, file);
	else
		quote_json(file, string);
}
