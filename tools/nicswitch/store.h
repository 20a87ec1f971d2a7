/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The messages of one reply, as they came, one behind the other. A dump that
 * was interrupted can be thrown away and repeated before anything is printed.
 */
#ifndef NICSWITCH_STORE_H
#define NICSWITCH_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "attrs.h"

struct store_entry {
	uint64_t key;	/* of the last store_sort() */
	size_t offset;
	size_t len;
};

/* All zero is an empty store. */
struct store {
	char *bytes;
	size_t len;
	size_t size;
	struct store_entry *entries;
	size_t count;
	size_t room;
};

/* Return: 0, or -1 when memory is short. */
int store_add(struct store *store, const void *data, size_t len);

/* Empties @store but keeps its memory. */
void store_clear(struct store *store);

/* Releases the memory; @store is empty then. */
void store_fini(struct store *store);

/* Attributes of entry @index; valid until the store changes. */
void store_get(const struct store *store, size_t index, struct attrs *attrs);

/* Sorts by two u32 attributes; an absent one counts as 0. */
void store_sort(struct store *store, uint16_t major, uint16_t minor);

/* In a store that is sorted: index of the first entry with major >= @value. */
size_t store_lower_bound(const struct store *store, uint32_t value);

/* In a store that is sorted: 0 and @attrs if there is an entry with @value. */
int store_find(const struct store *store, uint32_t value, struct attrs *attrs);

#endif
