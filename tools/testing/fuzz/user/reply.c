// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel answers is the input: messages of a byte for the request or
 * event, an id in one byte, two bytes of length, and attributes.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "fake.h"
#include "fake_put.h"

#define HEADER		4
#define MESSAGES_MAX	64

void fake_u32(struct fake_message *m, uint16_t type, uint32_t value)
{
	put(m, type, &value, sizeof(value));
}

/* In memory that is exactly as long. */
static void add(struct fake_list *list, const uint8_t *data, size_t len)
{
	struct fake_object *object = &list->objects[list->count++];

	object->get = data[0];
	object->id = data[1];
	object->len = len;
	object->bytes = malloc(len + !len);
	if (!object->bytes)
		abort();
	memcpy(object->bytes, data + HEADER, len);
}

void fake_fill(struct fake_list *list, const char *kind)
{
	const uint8_t *data = fuzz_rest;
	size_t size = fuzz_rest_len, len;

	(void)kind;
	list->count = 0;
	list->objects = calloc(MESSAGES_MAX, sizeof(*list->objects));
	if (!list->objects)
		abort();
	while (size >= HEADER && list->count < MESSAGES_MAX) {
		len = (size_t)data[2] << 8 | data[3];
		if (len > size - HEADER)
			len = size - HEADER;
		add(list, data, len);
		data += HEADER + len;
		size -= HEADER + len;
	}
}

void fake_fini(struct fake_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->objects[i].bytes);
	free(list->objects);
}

struct fake_object *fake_find(struct fake_list *list, uint8_t get, uint32_t id)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct fake_object *object = &list->objects[i];

		if (object->get == get && object->id == id && !object->deleted)
			return object;
	}
	return NULL;
}
