// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a target without libFuzzer:
 *
 *   replay [--mutate COUNT SEED] FILE...
 *
 * on each file, and on COUNT inputs that are made of them at random.
 */

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

/* That of the tool has another name in this program. */
#undef main

struct input {
	uint8_t *bytes;
	size_t len;
};

static uint64_t state;

/* A number below @limit; splitmix64. */
static size_t random_below(size_t limit)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return limit ? (z ^ z >> 31) % limit : 0;
}

static bool input_read(struct input *input, const char *name)
{
	FILE *file = fopen(name, "rb");
	bool good;

	if (!file)
		return false;
	input->bytes = malloc(FUZZ_INPUT_MAX);
	if (!input->bytes)
		abort();
	input->len = fread(input->bytes, 1, FUZZ_INPUT_MAX, file);
	good = !ferror(file);
	fclose(file);
	return good;
}

/* In memory that is exactly as long. */
static void input_run(const struct input *input)
{
	uint8_t *copy = malloc(input->len + !input->len);

	if (!copy)
		abort();
	memcpy(copy, input->bytes, input->len);
	LLVMFuzzerTestOneInput(copy, input->len);
	free(copy);
}

/* Puts the end of @other behind a beginning of @input. */
static void splice(struct input *input, const struct input *other)
{
	size_t keep = random_below(input->len + 1), from = random_below(other->len + 1);
	size_t len = other->len - from;

	if (len > FUZZ_INPUT_MAX - keep)
		len = FUZZ_INPUT_MAX - keep;
	memcpy(input->bytes + keep, other->bytes + from, len);
	input->len = keep + len;
}

static void mutate(struct input *input, const struct input *other)
{
	static const uint8_t bytes[] = {
		0, 1, 0x7f, 0x80, 0xff, ' ', '\n', '0', '9', ':', ',', '-',
	};
	size_t at = random_below(input->len), count;

	switch (random_below(6)) {
	case 0:
		splice(input, other);
		break;
	case 1:
		if (input->len)
			input->bytes[at] ^= 1 << random_below(8);
		break;
	case 2:
		if (input->len)
			input->bytes[at] = bytes[random_below(sizeof(bytes))];
		break;
	case 3:
		if (input->len)
			input->bytes[at] = (uint8_t)random_below(256);
		break;
	case 4:		/* some bytes fewer */
		count = random_below(input->len - at + 1);
		memmove(input->bytes + at, input->bytes + at + count, input->len - at - count);
		input->len -= count;
		break;
	case 5:		/* some bytes twice */
		count = random_below(input->len - at + 1);
		if (count > FUZZ_INPUT_MAX - input->len)
			break;
		memmove(input->bytes + at + count, input->bytes + at, input->len - at);
		input->len += count;
		break;
	}
}

static void run_mutations(const struct input *inputs, size_t inputs_count, size_t count)
{
	uint8_t bytes[FUZZ_INPUT_MAX];
	struct input input = { .bytes = bytes };
	size_t times;

	while (count--) {
		const struct input *one = &inputs[random_below(inputs_count)];

		memcpy(bytes, one->bytes, one->len);
		input.len = one->len;
		for (times = 1 + random_below(5); times; times--)
			mutate(&input, &inputs[random_below(inputs_count)]);
		input_run(&input);
	}
}

int main(int argc, char **argv)
{
	size_t i, mutations = 0, count = 0;
	struct input *inputs;

	argv++;
	argc--;
	if (argc > 2 && !strcmp(argv[0], "--mutate")) {
		mutations = strtoul(argv[1], NULL, 0);
		state = strtoul(argv[2], NULL, 0);
		argv += 3;
		argc -= 3;
	}
	inputs = calloc((size_t)argc + 1, sizeof(*inputs));
	if (!inputs)
		abort();
	for (; argc; argv++, argc--) {
		if (!input_read(&inputs[count++], *argv)) {
			perror(*argv);
			return 2;
		}
		input_run(&inputs[count - 1]);
	}
	if (count)
		run_mutations(inputs, count, mutations);
	for (i = 0; i < count; i++)
		free(inputs[i].bytes);
	free(inputs);
	return 0;
}
