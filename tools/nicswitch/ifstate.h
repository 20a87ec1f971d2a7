/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NICSWITCH_IFSTATE_H
#define NICSWITCH_IFSTATE_H

/*
 * "up", "no-carrier" or "down"; NULL if the network namespace of this process
 * has no interface @name.
 */
const char *ifstate(const char *name);

/* Index of the interface @name in this network namespace; 0 if there is none. */
unsigned int ifindex_of(const char *name);

/*
 * Opens the network namespace that "ip netns" calls @name, or the file @name if
 * there is a slash in it, until this process ends; -1 if there is none.
 */
int netns_open(const char *name);

#endif
