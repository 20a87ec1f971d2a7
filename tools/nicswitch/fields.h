/* SPDX-License-Identifier: GPL-2.0-only */
/* Objects as tables: one row for each attribute that is shown. */
#ifndef NICSWITCH_FIELDS_H
#define NICSWITCH_FIELDS_H

#include <stdint.h>

#include "attrs.h"
#include "names.h"
#include "out.h"

enum field_type {
	FIELD_END,	/* closes a table */
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_UINT,
	FIELD_STRING,
	FIELD_MAC,
	FIELD_ENUM,	/* u32, a word of names */
	FIELD_BITS,	/* u32, words of names */
	FIELD_BOOL,	/* u8, JSON true or false, text a word of names */
	FIELD_FLAG,	/* attribute without a value */
	FIELD_VLAN,	/* mode and id, as "filter add" takes it */
	FIELD_PROTO,	/* big-endian Ethertype of a VLAN tag */
	FIELD_HEX,	/* bytes */
	FIELD_HEX32,	/* u32 with its leading zeros */
	FIELD_HEX64,	/* number of four or eight bytes */
	FIELD_IDS,	/* u16, and that of the attribute after it */
	FIELD_SET,	/* number, its bits as a list */
	FIELD_LINK,	/* interface name; shown is whether it is up */
};

struct field {
	uint16_t attr;
	enum field_type type;
	const char *key;
	const struct names *names;
	const char *tree;	/* see out_value() */
};

/* Prints the attributes that are there. */
void fields_print(struct out *out, const struct field *fields,
		  const struct attrs *attrs);

extern const struct field adapter_fields[];
extern const struct field caps_fields[];
extern const struct field switch_fields[];
extern const struct field vf_fields[];
extern const struct field vport_fields[];	/* who it is */
extern const struct field vport_state_fields[];	/* how it is */
extern const struct field filter_fields[];
extern const struct field queue_fields[];
extern const struct field block_fields[];
extern const struct field failover_fields[];
extern const struct field fault_fields[];
extern const struct field stats_fields[];

#endif
