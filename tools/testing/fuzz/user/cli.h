/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of an input that is not for the tool's command line. */
#ifndef FUZZ_CLI_H
#define FUZZ_CLI_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t *fuzz_rest;
extern size_t fuzz_rest_len;

/* The tool's main(). */
int nicswitch_main(int argc, char **argv);

#endif
