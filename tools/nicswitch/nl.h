/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel. Behind this header, and only there, is libnl. */
#ifndef NICSWITCH_NL_H
#define NICSWITCH_NL_H

#include <stdbool.h>
#include <stdint.h>

#include "attrs.h"
#include "parse.h"
#include "store.h"

struct nsw_nl;

/* Why the last call failed. */
struct nsw_nl_error {
	int err;		/* errno */
	char reason[512];
	const char *word;	/* the argument to blame, NULL if not known */
	bool has_ndis_status;
	uint32_t ndis_status;
};

/*
 * Opens a socket and looks the family up. @error serves all calls on it.
 * Return: NULL on failure.
 */
struct nsw_nl *nsw_nl_open(struct nsw_nl_error *error);
/* From now on calls that fail say why in @error. */
void nsw_nl_report(struct nsw_nl *nl, struct nsw_nl_error *error);
void nsw_nl_close(struct nsw_nl *nl);

/* One request and its reply, if any. Return: 0, or -1 and the error. */
int nsw_nl_do(struct nsw_nl *nl, uint8_t cmd, const struct args *args,
	      struct store *reply);

/*
 * All objects; a list that changed meanwhile is read again a few times, then
 * taken as it is, with @torn set. Return: 0, or -1 and the error.
 */
int nsw_nl_dump(struct nsw_nl *nl, uint8_t cmd, const struct args *args,
		struct store *list, bool *torn);

struct nsw_nl_listener {
	void (*ready)(void *arg);	/* from here on; may be NULL */
	void (*event)(void *arg, uint8_t cmd, const struct attrs *attrs);
	void (*overrun)(void *arg);
};

/*
 * Joins @group and reports events until @stop_fd is readable. Afterwards the
 * socket is of no use for requests. Return: 0, or -1 and the error.
 */
int nsw_nl_listen(struct nsw_nl *nl, const char *group, int stop_fd,
		  const struct nsw_nl_listener *listener, void *arg);

#endif
