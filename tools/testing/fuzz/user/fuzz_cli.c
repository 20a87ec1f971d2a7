// SPDX-License-Identifier: GPL-2.0-only
/*
 * The nicswitch tool. Input: what the kernel is like (fake_nl.c), a line; the
 * arguments, joined by blanks, a line; then what stands on standard input,
 * or, in the target fuzz_reply, what the kernel answers.
 */

#define _GNU_SOURCE
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "fuzz.h"
#include "json.h"

#define WORDS_MAX 64

const uint8_t *fuzz_rest;
size_t fuzz_rest_len;

/* "flood" takes long, "wait" for ever. */
static const char *const kinds[] = {
	"usual", "busy", "refuse", "torn", "mute", "stuck", "quiet", "unloaded",
};

struct call {
	char text[FUZZ_INPUT_MAX + 1];
	char *words[WORDS_MAX + 2];
	int count;
};

/* For the tool in the place of nanosleep(). */
int fuzz_sleep(const struct timespec *request, struct timespec *rest)
{
	(void)request;
	(void)rest;
	return 0;
}

/* Standard input; a batch closes it, other commands do not. */
static struct {
	FILE *file;
	size_t pos;
} input;

static ssize_t input_read(void *cookie, char *buffer, size_t size)
{
	size_t left = fuzz_rest_len - input.pos;

	(void)cookie;
	if (size > left)
		size = left;
	if (size)
		memcpy(buffer, fuzz_rest + input.pos, size);
	input.pos += size;
	return (ssize_t)size;
}

static int input_close(void *cookie)
{
	(void)cookie;
	input.file = NULL;
	return 0;
}

static FILE *input_open(void)
{
	const cookie_io_functions_t functions = {
		.read = input_read,
		.close = input_close,
	};

	input.pos = 0;
	input.file = fopencookie(NULL, "r", functions);
	return input.file;
}

/* Return: the length of the first line of @data, without its end. */
static size_t line_len(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, '\n', size) : NULL;

	return end ? (size_t)(end - data) : size;
}

static void skip(const uint8_t **data, size_t *size, size_t len)
{
	len += len < *size;
	*data += len;
	*size -= len;
}

static void choose_kind(const uint8_t *data, size_t len)
{
	const char *kind = kinds[0];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strlen(kinds[i]) == len && !memcmp(kinds[i], data, len))
			kind = kinds[i];
	}
	setenv("FAKE", kind, 1);
}

static void split(struct call *call, const uint8_t *data, size_t len)
{
	char *word;

	memcpy(call->text, data, len);
	call->text[len] = '\0';
	call->words[0] = (char *)"nicswitch";
	call->count = 1;
	/* As a shell would: what is empty is an argument, too. */
	for (word = call->text; word && call->count <= WORDS_MAX;) {
		call->words[call->count++] = word;
		word = strchr(word, ' ');
		if (word)
			*word++ = '\0';
	}
	call->words[call->count] = NULL;
}

/* Files of this machine are none of its business. */
static bool is_harmless(const struct call *call)
{
	int i;

	for (i = 1; i < call->count; i++) {
		const char *word = call->words[i];

		if (strchr(word, '/') || (!strncmp(word, "-", 1) && strchr(word, 'b') &&
					  strcmp(word, "-b")))
			return false;
		if (!strcmp(word, "-b") && (!call->words[i + 1] ||
					    strcmp(call->words[i + 1], "-")))
			return false;
	}
	return true;
}

static bool is_json(const struct call *call)
{
	return call->count > 1 && (!strcmp(call->words[1], "-j") ||
				   !strcmp(call->words[1], "-jp"));
}

static int call_tool(struct call *call, char **out, char **err)
{
	FILE *files[] = { stdin, stdout, stderr };
	size_t out_len, err_len;
	sigset_t set;
	int status;

	sigprocmask(SIG_SETMASK, NULL, &set);
	stdin = input_open();
	stdout = open_memstream(out, &out_len);
	stderr = open_memstream(err, &err_len);
	if (!stdin || !stdout || !stderr)
		abort();
	optind = 0;
	status = nicswitch_main(call->count, call->words);
	fclose(stdout);
	fclose(stderr);
	if (input.file)
		fclose(input.file);
	stdin = files[0];
	stdout = files[1];
	stderr = files[2];
	sigprocmask(SIG_SETMASK, &set, NULL);
	return status;
}

static void judge(const struct call *call, int status, const char *out, const char *err)
{
	fuzz_check(status >= 0 && status <= 2);
	/* A batch may have begun. */
	if (status == 2 && !strstr(err, "stopped at line"))
		fuzz_check(!*out && !strstr(err, "request "));
	if (status)
		fuzz_check(strstr(err, "nicswitch: "));
	if (is_json(call) && !strstr(out, "Usage: "))
		fuzz_check(json_is_valid(out));
	/* Names are the kernel's word, and a terminal obeys escape sequences. */
	for (; *out; out++)
		fuzz_check(*out == '\n' || ((unsigned char)*out >= ' ' && *out != 0x7f));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct call call;
	char *out, *err;
	size_t len;
	int status;

	if (size > FUZZ_INPUT_MAX)
		return 0;
	len = line_len(data, size);
	choose_kind(data, len);
	skip(&data, &size, len);
	len = line_len(data, size);
	split(&call, data, len);
	skip(&data, &size, len);
	fuzz_rest = data;
	fuzz_rest_len = size;
	if (!is_harmless(&call))
		return 0;
	status = call_tool(&call, &out, &err);
	judge(&call, status, out, err);
	free(out);
	free(err);
	return 0;
}
