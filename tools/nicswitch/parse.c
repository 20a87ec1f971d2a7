// SPDX-License-Identifier: GPL-2.0-only

#include <string.h>
#include <strings.h>

#include <linux/nicswitch.h>

#include "ifstate.h"
#include "parse.h"

#define KEYWORDS_MAX 16

static const char too_many[] = "one argument fewer";

struct arg *args_add(struct args *args, uint16_t attr, enum arg_type type,
		     const char *word)
{
	struct arg *arg;

	if (args->count == ARGS_MAX)
		return NULL;

	arg = &args->list[args->count++];
	*arg = (struct arg) {
		.attr = attr,
		.type = type,
		.word = word,
	};
	return arg;
}

const struct arg *args_find(const struct args *args, uint16_t attr)
{
	unsigned int i;

	for (i = 0; i < args->count; i++) {
		if (args->list[i].attr == attr)
			return &args->list[i];
	}
	return NULL;
}

bool parse_number(const char *text, uint32_t max, uint32_t *value)
{
	uint64_t number = 0;

	if (!*text)
		return false;

	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		number = number * 10 + (uint64_t)(*text - '0');
		if (number > max)
			return false;
	}

	*value = (uint32_t)number;
	return true;
}

static const char *add_u32(struct args *args, const struct keyword *keyword,
			   uint32_t value)
{
	struct arg *arg;

	arg = args_add(args, keyword->attr, ARG_U32, keyword->word);
	if (!arg)
		return too_many;

	arg->u32 = value;
	return NULL;
}

const char *parse_u32(struct args *args, const struct keyword *keyword,
		      const char *text)
{
	uint32_t value;

	if (!parse_number(text, UINT32_MAX, &value))
		return "a decimal number from 0 to 4294967295";

	return add_u32(args, keyword, value);
}

static const char *add_u8(struct args *args, const struct keyword *keyword,
			  uint32_t value)
{
	struct arg *arg;

	arg = args_add(args, keyword->attr, ARG_U8, keyword->word);
	if (!arg)
		return too_many;

	arg->u8 = (uint8_t)value;
	return NULL;
}

static const char *add_u16(struct args *args, const struct keyword *keyword,
			   enum arg_type type, uint32_t value)
{
	struct arg *arg;

	arg = args_add(args, keyword->attr, type, keyword->word);
	if (!arg)
		return too_many;

	arg->u16 = (uint16_t)value;
	return NULL;
}

const char *parse_u8(struct args *args, const struct keyword *keyword,
		     const char *text)
{
	uint32_t value;

	if (!parse_number(text, UINT8_MAX, &value))
		return "a decimal number from 0 to 255";

	return add_u8(args, keyword, value);
}

const char *parse_u16(struct args *args, const struct keyword *keyword,
		      const char *text)
{
	uint32_t value;

	if (!parse_number(text, UINT16_MAX, &value))
		return "a decimal number from 0 to 65535";

	return add_u16(args, keyword, ARG_U16, value);
}

const char *parse_switch(struct args *args, const struct keyword *keyword,
			 const char *text)
{
	int value = names_value(&names_on_off, text);

	if (value < 0)
		return "\"on\" or \"off\"";

	return add_u8(args, keyword, (uint32_t)value);
}

const char *parse_proto(struct args *args, const struct keyword *keyword,
			const char *text)
{
	if (!strcasecmp(text, "802.1q"))
		return add_u16(args, keyword, ARG_BE16, 0x8100);
	if (!strcasecmp(text, "802.1ad"))
		return add_u16(args, keyword, ARG_BE16, 0x88a8);
	return "\"802.1Q\" or \"802.1ad\"";
}

const char *parse_string(struct args *args, const struct keyword *keyword,
			 const char *text)
{
	size_t len = strlen(text);
	struct arg *arg;

	if (len < 1 || len > PARSE_NAME_MAX)
		return "a name of 1 to 256 bytes";

	arg = args_add(args, keyword->attr, ARG_STRING, keyword->word);
	if (!arg)
		return too_many;

	arg->string = text;
	return NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool read_mac(const char *text, uint8_t mac[6])
{
	unsigned int i;

	for (i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || text[2] != (i < 5 ? ':' : '\0'))
			return false;
		mac[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

const char *parse_mac(struct args *args, const struct keyword *keyword,
		      const char *text)
{
	struct arg *arg;
	uint8_t mac[6];

	if (!read_mac(text, mac))
		return "six pairs of hexadecimal digits, joined by colons";

	arg = args_add(args, keyword->attr, ARG_MAC, keyword->word);
	if (!arg)
		return too_many;

	memcpy(arg->mac, mac, sizeof(mac));
	return NULL;
}

const char *parse_names(struct args *args, const struct keyword *keyword,
			const char *text)
{
	int value = names_value(keyword->names, text);

	if (value < 0)
		return "one of the words below";

	return add_u32(args, keyword, (uint32_t)value);
}

/* The other state exists, but nobody can ask for it. */
const char *parse_activated(struct args *args, const struct keyword *keyword,
			    const char *text)
{
	if (names_value(keyword->names, text) != NSW_VPORT_STATE_ACTIVATED)
		return "\"activated\"";

	return add_u32(args, keyword, NSW_VPORT_STATE_ACTIVATED);
}

const char *parse_vlan(struct args *args, const struct keyword *keyword,
		       const char *text)
{
	int mode = names_value(keyword->names, text);
	struct arg *arg;
	uint32_t vid;

	/* "id" is a mode, but on the command line the VID itself says so. */
	if (mode >= 0 && mode != NSW_VLAN_MODE_ID)
		return add_u32(args, keyword, (uint32_t)mode);

	/* Which VIDs exist is for the kernel to say; it gives the reason. */
	if (!parse_number(text, UINT16_MAX, &vid))
		return "\"none\", \"any\" or a decimal VID";

	arg = args_add(args, NSW_A_VLAN_ID, ARG_U16, keyword->word);
	if (!arg)
		return too_many;

	arg->u16 = (uint16_t)vid;
	return add_u32(args, keyword, NSW_VLAN_MODE_ID);
}

const char *parse_flag(struct args *args, const struct keyword *keyword,
		       const char *text)
{
	(void)text;
	if (!args_add(args, keyword->attr, ARG_FLAG, keyword->word))
		return too_many;
	return NULL;
}

const char *parse_dev(struct args *args, const struct keyword *keyword,
		      const char *text)
{
	uint32_t index = ifindex_of(text);

	if (!index)
		return "the name of an interface in this network namespace";

	return add_u32(args, keyword, index);
}

const char *parse_netns(struct args *args, const struct keyword *keyword,
			const char *text)
{
	int fd = netns_open(text);

	if (fd < 0)
		return "a network namespace, by name or by path";

	return add_u32(args, keyword, (uint32_t)fd);
}

size_t parse_hex_bytes(const char *text, uint8_t *bytes)
{
	size_t len;

	for (len = 0; text[2 * len]; len++)
		bytes[len] = (uint8_t)(hex_digit(text[2 * len]) << 4 |
				       hex_digit(text[2 * len + 1]));
	return len;
}

static const char *add_hex(struct args *args, const struct keyword *keyword,
			   const char *text, size_t max, const char *expected)
{
	size_t len = strlen(text), i;
	struct arg *arg;

	if (!len || len % 2 || len > 2 * max)
		return expected;
	for (i = 0; i < len; i++) {
		if (hex_digit(text[i]) < 0)
			return expected;
	}

	arg = args_add(args, keyword->attr, ARG_HEX, keyword->word);
	if (!arg)
		return too_many;

	arg->string = text;
	return NULL;
}

const char *parse_hex(struct args *args, const struct keyword *keyword,
		      const char *text)
{
	return add_hex(args, keyword, text, PARSE_HEX_MAX,
		       "1 to 256 bytes, as pairs of hexadecimal digits");
}

const char *parse_block(struct args *args, const struct keyword *keyword,
			const char *text)
{
	return add_hex(args, keyword, text, PARSE_BLOCK_MAX,
		       "1 to 128 bytes, as pairs of hexadecimal digits");
}

/* The number before the next comma or the end. Return: what follows it. */
static const char *read_element(const char *text, uint64_t *set)
{
	unsigned int value = 0;
	const char *at = text;

	for (; *at >= '0' && *at <= '9'; at++) {
		value = value * 10 + (unsigned int)(*at - '0');
		if (value > 63)
			return NULL;
	}
	if (at == text || (*at && *at != ','))
		return NULL;
	*set |= UINT64_C(1) << value;
	return at;
}

const char *parse_set(struct args *args, const struct keyword *keyword,
		      const char *text)
{
	uint64_t set = 0;
	struct arg *arg;

	do {
		text = read_element(text, &set);
		if (!text)
			return "numbers from 0 to 63, joined by commas";
	} while (*text++);

	arg = args_add(args, keyword->attr, ARG_U64, keyword->word);
	if (!arg)
		return too_many;

	arg->u64 = set;
	return NULL;
}

static bool is_end(const struct keyword *keyword)
{
	return !keyword->word && !keyword->parse;
}

static int fail(struct parse_error *error, const char *word, const char *value,
		const char *reason)
{
	*error = (struct parse_error) {
		.word = word,
		.value = value,
		.reason = reason,
	};
	return -1;
}

/* The row for what @text says, or the positional one while that is due. */
static const struct keyword *find_keyword(const struct keyword *keywords,
					  const char *text, bool first)
{
	const struct keyword *k;

	for (k = keywords; !is_end(k); k++) {
		if (k->flags & KEYWORD_POSITIONAL) {
			if (first)
				return k;
		} else if (k->word && !strcmp(k->word, text)) {
			return k;
		}
	}
	return NULL;
}

/* Reads one argument at @argv. Return: how many words it took, or -1. */
static int parse_one(struct args *args, const struct keyword *k,
		     char *const *argv, struct parse_error *error)
{
	const char *text = argv[0], *expected;
	int used = 1;

	if (!(k->flags & (KEYWORD_POSITIONAL | KEYWORD_ALONE))) {
		text = argv[1];
		used = 2;
		if (!text)
			return fail(error, k->word, NULL, "has no value");
	}

	expected = k->parse(args, k, text);
	if (expected)
		return fail(error, k->word, text, expected);
	return used;
}

/* Fills in what is absent, and refuses what must not be. */
static int finish(struct args *args, const struct keyword *keywords,
		  const bool *seen, struct parse_error *error)
{
	unsigned int i, either = 0, has_either = 0, change = 0, has_change = 0;

	for (i = 0; !is_end(&keywords[i]); i++) {
		const struct keyword *k = &keywords[i];

		if (k->flags & KEYWORD_REQUIRED && !seen[i])
			return fail(error, k->word, NULL, "is missing");
		has_either |= k->flags & KEYWORD_EITHER;
		has_change |= k->flags & KEYWORD_CHANGE;
		either += seen[i] && k->flags & KEYWORD_EITHER;
		change += seen[i] && k->flags & KEYWORD_CHANGE;

		if (k->absent && !seen[i] && k->parse(args, k, k->absent))
			return fail(error, k->word, NULL, "has no default");
	}

	if (has_either && either != 1)
		return fail(error, NULL, NULL,
			    "exactly one of the alternatives is needed");
	if (has_change && !change)
		return fail(error, NULL, NULL, "nothing to change");
	return 0;
}

int parse_args(struct args *args, const struct keyword *keywords,
	       char *const *argv, struct parse_error *error)
{
	bool seen[KEYWORDS_MAX] = { false };
	char *const *at = argv;

	while (*at) {
		const struct keyword *k = NULL;
		int used;

		if (keywords)
			k = find_keyword(keywords, *at, at == argv);
		if (!k)
			return fail(error, *at, NULL, "is not expected here");
		if (seen[k - keywords])
			return fail(error, *at, NULL, "is given twice");
		seen[k - keywords] = true;

		used = parse_one(args, k, at, error);
		if (used < 0)
			return -1;
		at += used;
	}

	return keywords ? finish(args, keywords, seen, error) : 0;
}
