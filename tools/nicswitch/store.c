// SPDX-License-Identifier: GPL-2.0-only

#include <stdlib.h>
#include <string.h>

#include "store.h"

/* Doubling keeps the cost of many additions linear. */
static int store_grow(void **array, size_t *room, size_t need, size_t element)
{
	size_t want = *room ? *room : 64;
	void *more;

	if (need <= *room)
		return 0;
	while (want < need)
		want *= 2;

	more = reallocarray(*array, want, element);
	if (!more)
		return -1;

	*array = more;
	*room = want;
	return 0;
}

int store_add(struct store *store, const void *data, size_t len)
{
	void *entries = store->entries;
	void *bytes = store->bytes;
	int err;

	/* One more, so that what is empty has a place, too. */
	err = store_grow(&bytes, &store->size, store->len + len + 1, 1);
	store->bytes = bytes;
	if (err)
		return err;

	err = store_grow(&entries, &store->room, store->count + 1,
			 sizeof(*store->entries));
	store->entries = entries;
	if (err)
		return err;

	if (len)
		memcpy(store->bytes + store->len, data, len);
	store->entries[store->count++] = (struct store_entry) {
		.offset = store->len,
		.len = len,
	};
	store->len += len;
	return 0;
}

void store_clear(struct store *store)
{
	store->len = 0;
	store->count = 0;
}

void store_fini(struct store *store)
{
	free(store->bytes);
	free(store->entries);
	memset(store, 0, sizeof(*store));
}

void store_get(const struct store *store, size_t index, struct attrs *attrs)
{
	const struct store_entry *entry = &store->entries[index];

	attrs_parse(attrs, store->bytes + entry->offset, entry->len);
}

static int store_compare(const void *a, const void *b)
{
	const struct store_entry *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

void store_sort(struct store *store, uint16_t major, uint16_t minor)
{
	struct attrs attrs;
	size_t i;

	for (i = 0; i < store->count; i++) {
		store_get(store, i, &attrs);
		store->entries[i].key =
			(uint64_t)attrs_u32_or_zero(&attrs, major) << 32 |
			attrs_u32_or_zero(&attrs, minor);
	}
	if (store->count)
		qsort(store->entries, store->count, sizeof(*store->entries),
		      store_compare);
}

size_t store_lower_bound(const struct store *store, uint32_t value)
{
	size_t low = 0, high = store->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (store->entries[middle].key >> 32 < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int store_find(const struct store *store, uint32_t value, struct attrs *attrs)
{
	size_t i = store_lower_bound(store, value);

	if (i == store->count || store->entries[i].key >> 32 != value)
		return -1;

	store_get(store, i, attrs);
	return 0;
}
