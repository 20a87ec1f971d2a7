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

#endif
