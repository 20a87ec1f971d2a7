/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_KUNIT_REFERENCE_H
#define _NSW_KUNIT_REFERENCE_H

#include <linux/prandom.h>

#include "fixture.h"

/*
 * A second opinion on where frames go. It does without tables: it looks at
 * every filter of every VPort, and says decision 5 of the design in the words
 * of the design.
 */

#define NSW_REF_VPORTS		6	/* 0: PF; 1..3: VFs 0..2; 4, 5: PF */
#define NSW_REF_VFS		3
#define NSW_REF_FILTERS		24
#define NSW_REF_GROUPS		3
#define NSW_REF_MACS		6
#define NSW_REF_OWN		NSW_MAC(0)

/* A receive filter. */
struct nsw_ref_filter {
	u32 id;
	u64 mac;
	int cond;
	u32 vport;
};

/* A VPort with its policy, and what its interface wants. */
struct nsw_ref_vport {
	struct nsw_fixture_port *port;
	bool activated;
	bool link;
	bool power;
	bool spoofchk;
	bool trust;
	bool promisc;
	bool allmulti;
	nsw_vlan_t pvlan;
	bool joined[NSW_REF_GROUPS];
	/* VLANs 1 and 2 */
	bool registered[3];
};

struct nsw_ref {
	struct nsw_fixture *fx;
	struct rnd_state rnd;
	bool wire;
	struct nsw_ref_vport vports[NSW_REF_VPORTS];
	struct nsw_ref_filter filters[NSW_REF_FILTERS];
	unsigned int num;
};

struct nsw_ref_verdict {
	enum nsw_drop_reason drop;
	bool wire;
	u32 vports;
};

/* Where a frame goes. */
struct nsw_ref_verdict nsw_ref_decide(const struct nsw_ref *ref, u32 in, u64 dst, u64 src,
				      nsw_vlan_t vlan);

/* The VLAN under which a filter is known on a VPort with this port VLAN. */
int nsw_ref_place(int cond, nsw_vlan_t pvlan);

/* Whether somebody has the address there already, filter number @but aside. */
bool nsw_ref_taken(const struct nsw_ref *ref, u32 vport, u64 mac, int place, u32 but);

#endif
