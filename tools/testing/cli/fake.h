/* SPDX-License-Identifier: GPL-2.0-only */
/* Canned objects for fake_nl.c. */
#ifndef CLI_FAKE_H
#define CLI_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_message {
	char bytes[1024];
	size_t len;
};

struct fake_object {
	uint8_t get;	/* request or notification that carries it */
	uint32_t id;
	bool deleted;
	char *bytes;
	size_t len;
};

struct fake_list {
	struct fake_object *objects;
	size_t count;
	size_t room;
};

void fake_u32(struct fake_message *message, uint16_t type, uint32_t value);

void fake_add(struct fake_list *list, uint8_t get, uint32_t id,
	      const struct fake_message *m);
void fake_add_events(struct fake_list *list);

/* @kind: FAKE of the environment, NULL for the usual topology. */
void fake_fill(struct fake_list *list, const char *kind);
void fake_fini(struct fake_list *list);

struct fake_object *fake_find(struct fake_list *list, uint8_t get,
			      uint32_t id);

#endif
