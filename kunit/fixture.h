/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_KUNIT_FIXTURE_H
#define _NSW_KUNIT_FIXTURE_H

#include <kunit/test.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>

#include "dp/forward.h"
#include "model/event.h"
#include "model/filter.h"
#include "model/guest.h"
#include "model/policy.h"
#include "model/port.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"

#ifndef KUNIT_ARRAY_PARAM_DESC
/* Before 6.7. */
#define KUNIT_ARRAY_PARAM_DESC(name, array, member)				\
	static void name##_get_desc(const typeof((array)[0]) *row, char *desc)	\
	{									\
		strscpy(desc, row->member, KUNIT_PARAM_DESC_SIZE);		\
	}									\
	KUNIT_ARRAY_PARAM(name, array, name##_get_desc)
#endif

/* Addresses of the tests, packed: unicast and group. */
#define NSW_MAC(n)		(0x020000000000ULL + (n))
#define NSW_GROUP(n)		(0x01005e000000ULL + (n))

/* A VLAN condition as one number; a VID stands for itself. */
#define NSW_COND_NONE		0
#define NSW_COND_ANY		(-1)

/* Bytes of a frame, in its head and in its fragment. */
#define NSW_FIXTURE_HEAD	60
#define NSW_FIXTURE_FRAG	100
#define NSW_FIXTURE_LEN		(NSW_FIXTURE_HEAD + NSW_FIXTURE_FRAG)

/* Where the id of a VPort is expected: the external port. */
#define NSW_FIXTURE_WIRE	U32_MAX

/**
 * struct nsw_fixture_port - an interface that counts
 * @port: what the model sees of it
 * @list: all of a fixture
 * @vf: VF that it belongs to; U32_MAX for none
 * @up: last call of the link operation
 * @ups: calls with carrier
 * @downs: calls without
 * @moderation: last call of the moderate operation
 * @rate: how fast it may send
 * @asked: calls of the ask_again operation
 * @pinned: last call of the pin operation named CPUs
 * @pins: calls of it
 * @qps: last call of the resize operation
 * @error: what pin and resize return
 * @bears: calls of pin that are answered with 0 before that
 * @answer: what delivery returns
 * @refused: frames that were refused with @answer
 * @frames: frames that it took
 */
struct nsw_fixture_port {
	struct nsw_port port;
	struct list_head list;
	u32 vf;
	bool up;
	unsigned int ups;
	unsigned int downs;
	enum nsw_moderation moderation;
	struct nsw_rate_params rate;
	unsigned int asked;
	bool pinned;
	unsigned int pins;
	u32 qps;
	int error;
	unsigned int bears;
	enum nsw_drop_reason answer;
	unsigned int refused;
	struct sk_buff_head frames;
};

/* An event as the tests compare it: everything by id. */
struct nsw_fixture_event {
	enum nsw_event event;
	enum nsw_object object;
	u32 id;
	u32 from;
};

/* The observable state, one digest for each kind of object. */
enum nsw_fixture_part {
	NSW_PART_SWITCH,
	NSW_PART_COUNTERS,
	NSW_PART_VFS,
	NSW_PART_VPORTS,
	NSW_PART_FILTERS,
	NSW_PART_TABLE,
	NSW_PART_EVENTS,
	NSW_PART_NUM,
};

struct nsw_fixture_state {
	u32 part[NSW_PART_NUM];
};

/**
 * struct nsw_fixture - a switch under test
 * @sw: the switch
 * @test: the test
 * @ports: its interfaces
 * @page: fragment of each frame: a leaked frame is a leaked reference
 * @extack: for requests that are to be refused
 * @before: state before such a request
 * @num_events: events so far
 * @event: the last of them
 * @num_block_events: events of the backchannel, which are counted apart
 * @block_event: the last of them, with the VF as @from
 * @hook: called with each event; may be NULL
 */
struct nsw_fixture {
	struct nsw_switch sw;
	struct kunit *test;
	struct list_head ports;
	struct page *page;
	struct netlink_ext_ack extack;
	struct nsw_fixture_state before;
	unsigned int num_events;
	struct nsw_fixture_event event;
	unsigned int num_block_events;
	struct nsw_fixture_event block_event;
	void (*hook)(struct nsw_fixture *fx);
};

/* Of the random cases; 0 for another one each time. */
extern unsigned long nsw_random_seed;

/* A switch object without NIC switch; it is torn down with the test. */
struct nsw_fixture *nsw_fixture_absent(struct kunit *test, const struct nsw_caps *caps);
/* With a NIC switch of all its VFs and one default queue pair. */
struct nsw_fixture *nsw_fixture_with_caps(struct kunit *test, const struct nsw_caps *caps);
/* With a NIC switch of 8 VFs. */
struct nsw_fixture *nsw_fixture_ready(struct kunit *test);
/* Delete all objects, and the NIC switch. */
void nsw_fixture_reset(struct nsw_fixture *fx);

/* Objects. They assert, so that a test is one line for each. */
u32 nsw_fixture_vf(struct nsw_fixture *fx);
u32 nsw_fixture_vf_vport(struct nsw_fixture *fx, u32 vf);
u32 nsw_fixture_pf_vport(struct nsw_fixture *fx, bool activate);
u32 nsw_fixture_filter(struct nsw_fixture *fx, u32 vport, u64 mac, int cond);
/* A VF, its VPort and a filter with condition none; returns the VPort. */
u32 nsw_fixture_member(struct nsw_fixture *fx, u64 mac);

/* The same, where the result matters. */
int nsw_fixture_try_vport(struct nsw_fixture *fx, bool pf, u32 vf, u32 qps);
int nsw_fixture_try_filter(struct nsw_fixture *fx, u32 vport, u64 mac, int cond);

/* Interfaces. */
struct nsw_fixture_port *nsw_fixture_port(struct nsw_fixture *fx);
struct nsw_fixture_port *nsw_fixture_vf_port(struct nsw_fixture *fx, u32 vf);
struct nsw_fixture_port *nsw_fixture_vport_port(struct nsw_fixture *fx, u32 vport);
struct nsw_fixture_port *nsw_fixture_wire(struct nsw_fixture *fx);

/* Requests of an interface, with a packed address. */
int nsw_fixture_join(struct nsw_fixture *fx, struct nsw_fixture_port *port, u64 group);
void nsw_fixture_leave(struct nsw_fixture *fx, struct nsw_fixture_port *port, u64 group);

/* Looking inside; the objects must exist. */
struct nsw_vport *nsw_fixture_get_vport(struct nsw_fixture *fx, u32 id);
struct nsw_vf *nsw_fixture_get_vf(struct nsw_fixture *fx, u32 id);
/* VPort id of a filter. */
u32 nsw_fixture_holder(struct nsw_fixture *fx, u32 filter);

/* Ask for the decision on a frame from a VPort or the wire. */
void nsw_fixture_decide(struct nsw_fixture *fx, u32 in, u64 dst, u64 src, nsw_vlan_t vlan,
			struct nsw_verdict *verdict);
/* Whether a verdict names a VPort, alone or among others. */
bool nsw_fixture_reaches(const struct nsw_verdict *verdict, u32 vport);

/* An untagged frame, and its way through the switch from a VPort or the wire. */
struct sk_buff *nsw_fixture_skb(struct nsw_fixture *fx, u64 dst, u64 src);
void nsw_fixture_send(struct nsw_fixture *fx, u32 in, struct sk_buff *skb);
/* Counters of a VPort or the wire. */
void nsw_fixture_stats(struct nsw_fixture *fx, u32 port, struct nsw_stats_sum *sum);

/* State. */
void nsw_fixture_snapshot(struct nsw_fixture *fx, struct nsw_fixture_state *state);
void nsw_fixture_expect_unchanged(struct nsw_fixture *fx, const struct nsw_fixture_state *before,
				  const char *what);
/* What the model stores twice must agree. */
void nsw_fixture_expect_sound(struct nsw_fixture *fx);
void nsw_fixture_expect_event(struct nsw_fixture *fx, enum nsw_event event,
			      enum nsw_object object, u32 id);

/* The two halves of NSW_EXPECT_REFUSED(). */
void nsw_fixture_before_refusal(struct nsw_fixture *fx);
void nsw_fixture_expect_refusal(struct nsw_fixture *fx, enum nsw_status status, const char *what);

/**
 * NSW_EXPECT_REFUSED() - a request that must fail and change nothing
 * @fx: the fixture
 * @call: the request, with &@fx->extack
 * @err: positive errno
 * @status: NDIS status, without its prefix
 *
 * Expects the errno, a reason in words that was not cut off, the NDIS status,
 * and the state as it was.
 */
#define NSW_EXPECT_REFUSED(fx, call, err, status) do {				\
	struct nsw_fixture *__fx = (fx);					\
										\
	nsw_fixture_before_refusal(__fx);					\
	KUNIT_EXPECT_EQ_MSG(__fx->test, (call), -(err), "%s", #call);		\
	nsw_fixture_expect_refusal(__fx, NSW_STATUS_##status, #call);		\
} while (0)

#endif
