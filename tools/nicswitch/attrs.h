/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes of one netlink message, indexed by type. Plain memory, no libnl:
 * what prints and what joins messages needs no socket, and neither do tests.
 */
#ifndef NICSWITCH_ATTRS_H
#define NICSWITCH_ATTRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/nicswitch.h>

struct attr {
	const void *data;	/* NULL when the message has no such attribute */
	size_t len;
};

/* Sized for the outer set; the nested sets are smaller. */
struct attrs {
	struct attr at[NSW_A_MAX + 1];
};

/* The last of several attributes of one type wins. */
void attrs_parse(struct attrs *attrs, const void *data, size_t len);

/* Steps through @data; *pos starts as 0. False at the end. */
bool attrs_next(const void *data, size_t len, size_t *pos, uint16_t *type,
		struct attr *attr);

bool attrs_has(const struct attrs *attrs, uint16_t type);

/* Each is false, leaving @value alone, if the attribute is absent or short. */
bool attrs_u8(const struct attrs *attrs, uint16_t type, uint8_t *value);
bool attrs_u16(const struct attrs *attrs, uint16_t type, uint16_t *value);
bool attrs_u32(const struct attrs *attrs, uint16_t type, uint32_t *value);
/* A number of four or eight bytes. */
bool attrs_uint(const struct attrs *attrs, uint16_t type, uint64_t *value);

/* NULL if the attribute is absent or not terminated. */
const char *attrs_string(const struct attrs *attrs, uint16_t type);

/* 0 if the attribute is absent. */
uint32_t attrs_u32_or_zero(const struct attrs *attrs, uint16_t type);

#endif
