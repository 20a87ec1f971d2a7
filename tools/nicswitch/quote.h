/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings from the kernel, made safe for a terminal and for JSON readers. */
#ifndef NICSWITCH_QUOTE_H
#define NICSWITCH_QUOTE_H

#include <stdio.h>

/* As a JSON string; bytes that are not UTF-8 become U+FFFD. */
void quote_json(FILE *file, const char *string);

/* As it is if it is one harmless word, otherwise as quote_json(). */
void quote_text(FILE *file, const char *string);

#endif
