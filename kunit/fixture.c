// SPDX-License-Identifier: GPL-2.0-only
/* A switch for a test: made in one line, gone with the test even when that aborts. */

#include <kunit/resource.h>

#include "fixture.h"
#include "dp/ingress.h"
#include "model/vmq.h"

#define NSW_FIXTURE_VFS		8

static u32 nsw_fixture_object_id(const struct nsw_change *change)
{
	switch (change->object) {
	case NSW_OBJECT_VF:
		return change->vf->id;
	case NSW_OBJECT_VPORT:
		return change->vport->id;
	case NSW_OBJECT_FILTER:
		return change->filter->id;
	case NSW_OBJECT_QUEUE:
		return change->vmq->vport.id;
	default:
		return 0;
	}
}

static void nsw_fixture_hear(struct nsw_switch *sw, const struct nsw_change *change)
{
	struct nsw_fixture *fx = container_of(sw, struct nsw_fixture, sw);

	if (change->object == NSW_OBJECT_BLOCK) {
		fx->num_block_events++;
		fx->block_event = (struct nsw_fixture_event) {
			.event = change->event,
			.object = change->object,
			.id = change->block,
			.from = change->vf->id,
		};
		return;
	}
	fx->num_events++;
	fx->event = (struct nsw_fixture_event) {
		.event = change->event,
		.object = change->object,
		.id = nsw_fixture_object_id(change),
		.from = change->event == NSW_EVENT_MOVE ? change->vport->id : 0,
	};
	if (fx->hook)
		fx->hook(fx);
}

/* Nothing refers to the interfaces afterwards. */
static void nsw_fixture_detach_ports(struct nsw_fixture *fx)
{
	struct nsw_fixture_port *port;

	nsw_switch_set_wire(&fx->sw, NULL);
	list_for_each_entry(port, &fx->ports, list) {
		if (port->vf < fx->sw.num_vfs && fx->sw.vfs[port->vf].port == &port->port)
			nsw_vf_detach_port(&fx->sw, port->vf);
		else
			nsw_vport_detach_port(&fx->sw, &port->port);
		__skb_queue_purge(&port->frames);
	}
}

static void nsw_fixture_free_queues(struct nsw_fixture *fx)
{
	struct nsw_switch *sw = &fx->sw;
	struct nsw_filter *filter;
	struct nsw_vmq *vmq;
	unsigned long id;
	u32 i;

	if (sw->state != NSW_SWITCH_ABSENT)
		return;
	xa_for_each(&sw->filters, id, filter)
		nsw_filter_del(sw, id, NULL);
	for (i = 1; i < sw->num_places; i++) {
		if (!rcu_access_pointer(sw->vports[i]))
			continue;
		vmq = nsw_vmq_unlink_as(sw, NULL, i, NULL);
		if (IS_ERR(vmq))
			continue;
		synchronize_rcu();
		nsw_vmq_destroy(vmq);
	}
}

void nsw_fixture_reset(struct nsw_fixture *fx)
{
	struct nsw_switch *sw = &fx->sw;
	struct nsw_filter *filter;
	unsigned long id;
	u32 i;

	fx->hook = NULL;
	nsw_fixture_detach_ports(fx);
	nsw_fixture_free_queues(fx);
	if (sw->state == NSW_SWITCH_CREATED) {
		xa_for_each(&sw->filters, id, filter)
			nsw_filter_del(sw, id, NULL);
		for (i = 1; i < sw->caps.max_vports; i++)
			if (rcu_access_pointer(sw->vports[i]))
				nsw_vport_delete(sw, i, NULL);
		for (i = 0; i < sw->num_vfs; i++)
			if (sw->vfs[i].allocated)
				nsw_vf_free(sw, i, NULL);
		nsw_switch_close(sw, NULL);
	}
	if (sw->state == NSW_SWITCH_CLOSING)
		nsw_switch_delete(sw);
}

static void nsw_fixture_res_free(struct kunit_resource *res)
{
	struct nsw_fixture *fx = res->data;
	struct nsw_fixture_port *port, *next;
	u8 own[ETH_ALEN];
	u32 i;

	nsw_fixture_reset(fx);
	if (fx->sw.state == NSW_SWITCH_BUILT)
		nsw_switch_unbuild(&fx->sw);
	/* The PF interface would give its own addresses up, of which it may have each twice. */
	for (i = 0; i < 32; i++) {
		u64_to_ether_addr(NSW_MAC(i / 2), own);
		nsw_filter_own_del(&fx->sw, own);
	}
	nsw_switch_fini(&fx->sw);
	list_for_each_entry_safe(port, next, &fx->ports, list)
		kfree(port);
	put_page(fx->page);
	kfree(fx);
}

struct nsw_fixture *nsw_fixture_absent(struct kunit *test, const struct nsw_caps *caps)
{
	struct nsw_fixture *fx = kzalloc(sizeof(*fx), GFP_KERNEL);
	int err = -ENOMEM;

	if (fx) {
		INIT_LIST_HEAD(&fx->ports);
		fx->test = test;
		fx->page = alloc_page(GFP_KERNEL);
		if (fx->page)
			err = nsw_switch_init(&fx->sw, caps, nsw_fixture_hear);
		if (err) {
			if (fx->page)
				put_page(fx->page);
			kfree(fx);
		}
	}
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_ASSERT_NOT_NULL(test, kunit_alloc_resource(test, NULL, nsw_fixture_res_free,
							 GFP_KERNEL, fx));
	return fx;
}

struct nsw_fixture *nsw_fixture_with_caps(struct kunit *test, const struct nsw_caps *caps)
{
	struct nsw_switch_params params = { .num_vfs = caps->max_vfs, .default_qps = 1 };
	struct nsw_fixture *fx = nsw_fixture_absent(test, caps);

	KUNIT_ASSERT_EQ(test, nsw_switch_create(&fx->sw, &params, NULL), 0);
	return fx;
}

struct nsw_fixture *nsw_fixture_ready(struct kunit *test)
{
	struct nsw_caps caps;

	nsw_caps_init(&caps, NSW_FIXTURE_VFS);
	return nsw_fixture_with_caps(test, &caps);
}

u32 nsw_fixture_vf(struct nsw_fixture *fx)
{
	u32 id = 0;

	KUNIT_ASSERT_EQ(fx->test, nsw_vf_allocate(&fx->sw, NULL, NULL, &id, NULL), 0);
	return id;
}

int nsw_fixture_try_vport(struct nsw_fixture *fx, bool pf, u32 vf, u32 qps)
{
	struct nsw_vport_params params = { .pf = pf, .vf = vf, .qps = qps };
	int err;
	u32 id;

	err = nsw_vport_create(&fx->sw, &params, &id, &fx->extack);
	return err ?: (int)id;
}

u32 nsw_fixture_vf_vport(struct nsw_fixture *fx, u32 vf)
{
	int id = nsw_fixture_try_vport(fx, false, vf, 1);

	KUNIT_ASSERT_GT(fx->test, id, 0);
	return id;
}

u32 nsw_fixture_pf_vport(struct nsw_fixture *fx, bool activate)
{
	struct nsw_vport_changes changes = { .state = NSW_VPORT_STATE_ACTIVATED };
	int id = nsw_fixture_try_vport(fx, true, 0, 1);

	KUNIT_ASSERT_GT(fx->test, id, 0);
	if (activate)
		KUNIT_ASSERT_EQ(fx->test, nsw_vport_set(&fx->sw, id, &changes, NULL), 1);
	return id;
}

int nsw_fixture_try_filter(struct nsw_fixture *fx, u32 vport, u64 mac, int cond)
{
	enum nsw_vlan_mode mode = cond == NSW_COND_ANY ? NSW_VLAN_MODE_ANY :
				  cond == NSW_COND_NONE ? NSW_VLAN_MODE_NONE : NSW_VLAN_MODE_ID;
	u8 addr[ETH_ALEN];
	int err;
	u32 id;

	u64_to_ether_addr(mac, addr);
	err = nsw_filter_add(&fx->sw, vport, addr, mode, cond > 0 ? cond : 0, &id, &fx->extack);
	return err ?: (int)id;
}

u32 nsw_fixture_filter(struct nsw_fixture *fx, u32 vport, u64 mac, int cond)
{
	int id = nsw_fixture_try_filter(fx, vport, mac, cond);

	KUNIT_ASSERT_GT(fx->test, id, 0);
	return id;
}

u32 nsw_fixture_member(struct nsw_fixture *fx, u64 mac)
{
	u32 vport = nsw_fixture_vf_vport(fx, nsw_fixture_vf(fx));

	nsw_fixture_filter(fx, vport, mac, NSW_COND_NONE);
	return vport;
}

static enum nsw_drop_reason nsw_fixture_deliver(struct nsw_port *port, struct sk_buff *skb)
{
	struct nsw_fixture_port *fake = container_of(port, struct nsw_fixture_port, port);

	if (fake->answer) {
		fake->refused++;
		return fake->answer;
	}
	__skb_queue_tail(&fake->frames, skb);
	return NSW_DROP_NONE;
}

static void nsw_fixture_link(struct nsw_port *port, bool up)
{
	struct nsw_fixture_port *fake = container_of(port, struct nsw_fixture_port, port);

	fake->up = up;
	if (up)
		fake->ups++;
	else
		fake->downs++;
}

static void nsw_fixture_moderate(struct nsw_port *port, enum nsw_moderation moderation)
{
	container_of(port, struct nsw_fixture_port, port)->moderation = moderation;
}

static void nsw_fixture_rate(struct nsw_port *port, const struct nsw_rate_params *params)
{
	container_of(port, struct nsw_fixture_port, port)->rate = *params;
}

static void nsw_fixture_ask_again(struct nsw_port *port)
{
	container_of(port, struct nsw_fixture_port, port)->asked++;
}

static int nsw_fixture_pin(struct nsw_port *port, const struct cpumask *cpus)
{
	struct nsw_fixture_port *fake = container_of(port, struct nsw_fixture_port, port);

	if (fake->error && cpus && !fake->bears)
		return fake->error;
	if (fake->bears)
		fake->bears--;
	fake->pinned = cpus;
	fake->pins++;
	return 0;
}

static int nsw_fixture_resize(struct nsw_port *port, u32 num, struct netlink_ext_ack *extack)
{
	struct nsw_fixture_port *fake = container_of(port, struct nsw_fixture_port, port);

	if (!fake->error)
		fake->qps = num;
	return fake->error;
}

static const struct nsw_port_ops nsw_fixture_port_ops = {
	.deliver = nsw_fixture_deliver,
	.link = nsw_fixture_link,
	.moderate = nsw_fixture_moderate,
	.rate = nsw_fixture_rate,
	.pin = nsw_fixture_pin,
	.resize = nsw_fixture_resize,
	.ask_again = nsw_fixture_ask_again,
};

struct nsw_fixture_port *nsw_fixture_port(struct nsw_fixture *fx)
{
	struct nsw_fixture_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(fx->test, port);
	port->port.ops = &nsw_fixture_port_ops;
	port->vf = U32_MAX;
	nsw_guest_init(&port->port.guest);
	__skb_queue_head_init(&port->frames);
	list_add_tail(&port->list, &fx->ports);
	return port;
}

struct nsw_fixture_port *nsw_fixture_vf_port(struct nsw_fixture *fx, u32 vf)
{
	struct nsw_fixture_port *port = nsw_fixture_port(fx);
	u8 mac[ETH_ALEN] = { };

	port->vf = vf;
	KUNIT_ASSERT_EQ(fx->test, nsw_vf_attach_port(&fx->sw, vf, &port->port, mac), 0);
	return port;
}

struct nsw_fixture_port *nsw_fixture_vport_port(struct nsw_fixture *fx, u32 vport)
{
	struct nsw_fixture_port *port = nsw_fixture_port(fx);

	KUNIT_ASSERT_EQ(fx->test, nsw_vport_attach_port(&fx->sw, vport, &port->port), 0);
	return port;
}

struct nsw_fixture_port *nsw_fixture_wire(struct nsw_fixture *fx)
{
	struct nsw_fixture_port *port = nsw_fixture_port(fx);

	nsw_switch_set_wire(&fx->sw, &port->port);
	return port;
}

int nsw_fixture_join(struct nsw_fixture *fx, struct nsw_fixture_port *port, u64 group)
{
	u8 mac[ETH_ALEN];

	u64_to_ether_addr(group, mac);
	return nsw_guest_join(&fx->sw, &port->port, mac);
}

void nsw_fixture_leave(struct nsw_fixture *fx, struct nsw_fixture_port *port, u64 group)
{
	u8 mac[ETH_ALEN];

	u64_to_ether_addr(group, mac);
	nsw_guest_leave(&fx->sw, &port->port, mac);
}

struct nsw_vport *nsw_fixture_get_vport(struct nsw_fixture *fx, u32 id)
{
	struct nsw_vport *vport;

	nsw_switch_lock(&fx->sw);
	vport = nsw_vport_get_locked(&fx->sw, id, NULL);
	nsw_switch_unlock(&fx->sw);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(fx->test, vport);
	return vport;
}

struct nsw_vf *nsw_fixture_get_vf(struct nsw_fixture *fx, u32 id)
{
	struct nsw_vf *vf;

	nsw_switch_lock(&fx->sw);
	vf = nsw_vf_get_locked(&fx->sw, id, NULL);
	nsw_switch_unlock(&fx->sw);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(fx->test, vf);
	return vf;
}

u32 nsw_fixture_holder(struct nsw_fixture *fx, u32 id)
{
	struct nsw_filter *filter;
	u32 vport = U32_MAX;

	nsw_switch_lock(&fx->sw);
	filter = nsw_filter_get_locked(&fx->sw, id, NULL);
	if (!IS_ERR(filter))
		vport = nsw_filter_vport_locked(&fx->sw, filter)->id;
	nsw_switch_unlock(&fx->sw);
	return vport;
}

void nsw_fixture_decide(struct nsw_fixture *fx, u32 in, u64 dst, u64 src, nsw_vlan_t vlan,
			struct nsw_verdict *verdict)
{
	struct nsw_frame frame = { .dst = dst, .src = src, .vlan = vlan, .tagged = vlan };
	struct nsw_vport *vport, *out;
	bool shortcut = false;

	rcu_read_lock();
	if (in == NSW_FIXTURE_WIRE) {
		nsw_forward_from_wire(&fx->sw, &frame, verdict);
	} else {
		vport = rcu_dereference(fx->sw.vports[in]);
		nsw_forward_from_vport(&fx->sw, vport, &frame, verdict);
		shortcut = nsw_forward_shortcut(&fx->sw, vport, &frame, &out);
	}
	rcu_read_unlock();

	/* The shortcut does not lead anywhere else. */
	if (!shortcut)
		return;
	KUNIT_EXPECT_EQ(fx->test, verdict->drop, NSW_DROP_NONE);
	KUNIT_EXPECT_PTR_EQ(fx->test, verdict->vport, out);
	/* Nor to somebody who does not take the frame as it is. */
	KUNIT_EXPECT_FALSE(fx->test, out->blocked || out->pvlan);
	KUNIT_EXPECT_EQ(fx->test, verdict->vlan, frame.vlan);
	KUNIT_EXPECT_FALSE(fx->test, verdict->wire || verdict->insert || verdict->many);
}

bool nsw_fixture_reaches(const struct nsw_verdict *verdict, u32 vport)
{
	if (verdict->drop)
		return false;
	if (verdict->vport)
		return verdict->vport->id == vport;
	return verdict->many && test_bit(vport, verdict->set);
}

struct sk_buff *nsw_fixture_skb(struct nsw_fixture *fx, u64 dst, u64 src)
{
	struct sk_buff *skb = alloc_skb(NET_IP_ALIGN + NSW_FIXTURE_HEAD, GFP_KERNEL);
	struct ethhdr *eth;

	KUNIT_ASSERT_NOT_NULL(fx->test, skb);
	skb_reserve(skb, NET_IP_ALIGN);
	eth = skb_put_zero(skb, NSW_FIXTURE_HEAD);
	u64_to_ether_addr(dst, eth->h_dest);
	u64_to_ether_addr(src, eth->h_source);
	eth->h_proto = htons(ETH_P_IP);
	skb->protocol = eth->h_proto;
	get_page(fx->page);
	skb_add_rx_frag(skb, 0, fx->page, 0, NSW_FIXTURE_FRAG, NSW_FIXTURE_FRAG);
	return skb;
}

void nsw_fixture_send(struct nsw_fixture *fx, u32 in, struct sk_buff *skb)
{
	local_bh_disable();
	rcu_read_lock();
	if (in == NSW_FIXTURE_WIRE)
		nsw_ingress_wire(&fx->sw, skb);
	else
		nsw_ingress_vport(rcu_dereference(fx->sw.vports[in]), skb);
	rcu_read_unlock();
	local_bh_enable();
}

void nsw_fixture_stats(struct nsw_fixture *fx, u32 port, struct nsw_stats_sum *sum)
{
	*sum = (struct nsw_stats_sum) { };
	if (port == NSW_FIXTURE_WIRE)
		nsw_stats_add(sum, fx->sw.wire_stats);
	else
		nsw_stats_add(sum, nsw_fixture_get_vport(fx, port)->stats);
}
