/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_DROP_H
#define _NSW_MODEL_DROP_H

#include <uapi/linux/nicswitch.h>

/*
 * Every drop reason once: X(reason, text, core). The reasons themselves are
 * part of the netlink interface, so they are declared in its spec; text is
 * what tracepoints print, core the nearest of the kernel's own skb drop
 * reasons, because out-of-tree modules cannot register a set of their own.
 */
#define NSW_DROPS(X)							\
	X(MALFORMED,	"malformed",	HDR_TRUNC)			\
	X(NO_VPORT,	"no-vport",	DEV_READY)			\
	X(INACTIVE,	"inactive",	DEV_READY)			\
	X(NO_CARRIER,	"no-carrier",	DEV_READY)			\
	X(POWER,	"power",	DEV_READY)			\
	X(NO_FILTER,	"no-filter",	TAP_TXFILTER)			\
	X(SPOOF,	"spoof",	TAP_TXFILTER)			\
	X(PORT_VLAN,	"port-vlan",	TAP_TXFILTER)			\
	X(HAIRPIN,	"hairpin",	OTHERHOST)			\
	X(NO_MATCH,	"no-match",	OTHERHOST)			\
	X(CONTROL,	"control",	TAP_TXFILTER)			\
	X(RATE,		"rate",		QDISC_DROP)			\
	X(RX_DOWN,	"rx-down",	DEV_READY)			\
	X(RX_OVERSIZE,	"rx-oversize",	PKT_TOO_BIG)			\
	X(RX_FULL,	"rx-full",	FULL_RING)			\
	X(RX_RESET,	"rx-reset",	DEV_READY)			\
	X(FAULT,	"fault",	QDISC_DROP)			\
	X(NO_MEMORY,	"no-memory",	NOMEM)				\
	X(WIRE_DOWN,	"wire-down",	DEV_READY)

#endif
