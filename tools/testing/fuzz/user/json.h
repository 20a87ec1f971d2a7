/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FUZZ_JSON_H
#define FUZZ_JSON_H

#include <stdbool.h>

/* Whether @text is nothing but JSON values, one after another, in UTF-8. */
bool json_is_valid(const char *text);

#endif
