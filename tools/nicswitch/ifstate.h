/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NICSWITCH_IFSTATE_H
#define NICSWITCH_IFSTATE_H

/*
 * "up", "no-carrier" or "down"; NULL if the network namespace of this process
 * has no interface @name.
 */
const char *ifstate(const char *name);

#endif
