/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets have in common. Each reads an input and aborts if something is wrong. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUZZ_INPUT_MAX 4096

/* Unlike assert(), always there. */
#define fuzz_check(condition)						\
	((condition) ? (void)0 : fuzz_failed(#condition, __FILE__, __LINE__))

static inline __attribute__((noreturn)) void fuzz_failed(const char *condition, const char *file,
							 int line)
{
	fprintf(stderr, "%s:%d: not true: %s\n", file, line, condition);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
