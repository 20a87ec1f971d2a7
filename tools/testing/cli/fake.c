// SPDX-License-Identifier: GPL-2.0-only

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <linux/nicswitch.h>

#include "fake.h"
#include "fake_put.h"

void fake_u32(struct fake_message *m, uint16_t type, uint32_t value)
{
	put(m, type, &value, sizeof(value));
}

void fake_add(struct fake_list *list, uint8_t get, uint32_t id,
	      const struct fake_message *m)
{
	struct fake_object *object;

	if (list->count == list->room) {
		list->room = list->room ? list->room * 2 : 64;
		list->objects = reallocarray(list->objects, list->room,
					     sizeof(*list->objects));
		if (!list->objects)
			abort();
	}

	object = &list->objects[list->count++];
	*object = (struct fake_object) {
		.get = get,
		.id = id,
		.bytes = malloc(m->len + 1),
		.len = m->len,
	};
	if (!object->bytes)
		abort();
	memcpy(object->bytes, m->bytes, m->len);
}

static void add_adapter(struct fake_list *list, uint32_t id, bool uplink,
			bool has_switch)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, id);
	fake_u32(&m, NSW_A_IFINDEX, 5 + id);
	put_string(&m, NSW_A_IFNAME, id ? "nsw1" : "nsw0");
	put_string(&m, NSW_A_PCI_ADDRESS, id ? "0002:00:00.0" : "0001:00:00.0");
	put_mac(&m, 0xf0);
	if (uplink) {
		fake_u32(&m, NSW_A_UPLINK_IFINDEX, 2);
		put_string(&m, NSW_A_UPLINK_IFNAME, "eth1");
	}
	fake_u32(&m, NSW_A_TOTAL_VFS, 64);
	fake_u32(&m, NSW_A_NUM_VFS, has_switch ? 8 : 0);
	if (has_switch)
		fake_u32(&m, NSW_A_SWITCH_ID, 0);
	fake_add(list, NSW_CMD_ADAPTER_GET, id, &m);
}

static void add_caps(struct fake_list *list)
{
	struct fake_message m = { .len = 0 }, caps = { .len = 0 };
	uint16_t type;

	fake_u32(&caps, NSW_A_CAPS_FLAGS, NSW_CAPS_F_VLAN |
		 NSW_CAPS_F_SINGLE_VPORT_POOL | 1U << 31);
	for (type = NSW_A_CAPS_MAX_SWITCHES; type <= NSW_A_CAPS_MAX; type++)
		fake_u32(&caps, type, type * 8);
	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	put_nest(&m, NSW_A_CAPS, &caps);
	put_nest(&m, NSW_A_HARDWARE_CAPS, &caps);
	fake_add(list, NSW_CMD_CAPS_GET, 0, &m);
}

static void add_switch(struct fake_list *list, const char *name)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_SWITCH_ID, 0);
	if (name)
		put_string(&m, NSW_A_SWITCH_NAME, name);
	fake_u32(&m, NSW_A_NUM_VFS, 8);
	fake_u32(&m, NSW_A_NUM_ALLOCATED_VFS, 2);
	fake_u32(&m, NSW_A_NUM_VPORTS, 16);
	fake_u32(&m, NSW_A_NUM_ACTIVE_VPORTS, 3);
	fake_u32(&m, NSW_A_DEFAULT_QUEUE_PAIRS, 1);
	fake_u32(&m, NSW_A_NUM_QUEUE_PAIRS, 4);
	fake_u32(&m, NSW_A_NUM_MAC_FILTERS_DEFAULT, 0);
	fake_u32(&m, NSW_A_NUM_MAC_FILTERS_NONDEFAULT, 1);
	fake_u32(&m, NSW_A_NUM_VLAN_FILTERS_DEFAULT, 0);
	fake_u32(&m, NSW_A_NUM_VLAN_FILTERS_NONDEFAULT, 2);
	fake_add(list, NSW_CMD_SWITCH_GET, 0, &m);
}

static void add_vf(struct fake_list *list, uint32_t id, bool attached)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VF_ID, id);
	if (attached) {
		put_string(&m, NSW_A_VF_NAME, "guest one");
		put_string(&m, NSW_A_VM_NAME, "web");
		put_string(&m, NSW_A_NIC_NAME, "eth0");
	}
	put_mac(&m, (uint8_t)(0x10 + id));
	fake_u32(&m, NSW_A_POWER_STATE, attached ? NSW_POWER_D0 : NSW_POWER_D3);
	put_u8(&m, NSW_A_WAKE, !attached);
	fake_u32(&m, NSW_A_LINK_POLICY, NSW_LINK_AUTO);
	if (attached)
		fake_u32(&m, NSW_A_OFFER, NSW_OFFER_OFFERED);
	put_u8(&m, NSW_A_SPOOFCHK, 1);
	put_u8(&m, NSW_A_TRUST, 0);
	put_u8(&m, NSW_A_RSS_QUERY, 0);
	fake_u32(&m, NSW_A_MIN_TX_RATE, 0);
	fake_u32(&m, NSW_A_MAX_TX_RATE, attached ? 1000 : 0);
	if (attached) {
		put_u16(&m, NSW_A_PORT_VLAN, 100);
		put_u16(&m, NSW_A_PORT_VLAN_PROTO, htons(0x88a8));
		put_u8(&m, NSW_A_PORT_VLAN_QOS, 3);
		fake_u32(&m, NSW_A_VPORT_ID, 1);
	}
	fake_u32(&m, NSW_A_IFINDEX, 20 + id);
	put_string(&m, NSW_A_IFNAME, id ? "nsw0v1" : "nsw0v0");
	put_string(&m, NSW_A_PCI_ADDRESS, id ? "0001:00:00.2" : "0001:00:00.1");
	put_u16(&m, NSW_A_VENDOR_ID, 0x8086);
	put_u16(&m, NSW_A_DEVICE_ID, 0x10ca);
	put_u16(&m, NSW_A_SUBSYSTEM_VENDOR_ID, 0x8086);
	put_u16(&m, NSW_A_SUBSYSTEM_ID, 0x0001);
	fake_u32(&m, NSW_A_SERIAL_NUMBER, 65536 + id);
	fake_add(list, NSW_CMD_VF_GET, id, &m);
}

static void add_config(struct fake_list *list)
{
	static const uint8_t bytes[256] = { 0xff, 0xff, 0x00, 0x7f };
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VF_ID, 0);
	fake_u32(&m, NSW_A_CONFIG_OFFSET, 64);
	put(&m, NSW_A_CONFIG_DATA, bytes, sizeof(bytes));
	fake_add(list, NSW_CMD_VF_CONFIG_READ, 0, &m);
}

static void add_bar(struct fake_list *list, uint32_t index)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VF_ID, 0);
	fake_u32(&m, NSW_A_BAR_INDEX, index);
	fake_u32(&m, NSW_A_BAR_PROBE, index ? 0xffffffff : 0xfffff004);
	if (!index) {
		put_u64(&m, NSW_A_BAR_START, 0x123456000);
		fake_u32(&m, NSW_A_BAR_LENGTH, 4096);
	}
	fake_add(list, NSW_CMD_VF_BAR_GET, index, &m);
}

static void add_vport(struct fake_list *list, uint32_t id, uint32_t vf,
		      bool pf, const char *name)
{
	struct fake_message m = { .len = 0 };
	bool waiting = pf && id;

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VPORT_ID, id);
	if (name)
		put_string(&m, NSW_A_VPORT_NAME, name);
	if (pf)
		put(&m, NSW_A_PF, NULL, 0);
	else
		fake_u32(&m, NSW_A_VF_ID, vf);
	fake_u32(&m, NSW_A_VPORT_STATE, waiting ? NSW_VPORT_STATE_DEACTIVATED :
		 NSW_VPORT_STATE_ACTIVATED);
	fake_u32(&m, NSW_A_QUEUE_PAIRS, id ? id : 1);
	fake_u32(&m, NSW_A_MODERATION, NSW_MODERATION_ADAPTIVE);
	if (waiting)
		put_string(&m, NSW_A_AFFINITY, "2-3");
	fake_u32(&m, NSW_A_NUM_FILTERS, 2);
	put_u8(&m, NSW_A_CARRIER, !waiting);
	if (!waiting) {
		fake_u32(&m, NSW_A_IFINDEX, pf ? 5 : 20);
		put_string(&m, NSW_A_IFNAME, pf ? "nsw0" : "nsw0v0");
	}
	fake_add(list, NSW_CMD_VPORT_GET, id, &m);
}

static void add_filter_on(struct fake_list *list, uint32_t id, uint16_t kind,
			  uint32_t holder, uint32_t mode, uint16_t vid)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_FILTER_ID, id);
	fake_u32(&m, kind, holder);
	put_mac(&m, (uint8_t)id);
	fake_u32(&m, NSW_A_VLAN_MODE, mode);
	if (mode == NSW_VLAN_MODE_ID)
		put_u16(&m, NSW_A_VLAN_ID, vid);
	fake_add(list, NSW_CMD_FILTER_GET, id, &m);
}

static void add_filter(struct fake_list *list, uint32_t id, uint32_t vport,
		       uint32_t mode, uint16_t vid)
{
	add_filter_on(list, id, NSW_A_VPORT_ID, vport, mode, vid);
}

static void add_queue(struct fake_list *list, uint32_t id)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_QUEUE_ID, id);
	put_string(&m, NSW_A_QUEUE_NAME, "blue");
	put_string(&m, NSW_A_VM_NAME, "web");
	fake_u32(&m, NSW_A_QUEUE_STATE, NSW_QUEUE_STATE_RUNNING);
	put_string(&m, NSW_A_AFFINITY, "0-3,8");
	fake_u32(&m, NSW_A_RECEIVE_BUFFERS, 512);
	fake_u32(&m, NSW_A_NUM_FILTERS, 2);
	put_u8(&m, NSW_A_CARRIER, 1);
	fake_u32(&m, NSW_A_IFINDEX, 30);
	put_string(&m, NSW_A_IFNAME, "nsw0q1");
	fake_add(list, NSW_CMD_QUEUE_GET, id, &m);
}

static void add_default_queue(struct fake_list *list)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_QUEUE_ID, 0);
	fake_u32(&m, NSW_A_QUEUE_STATE, NSW_QUEUE_STATE_RUNNING);
	fake_u32(&m, NSW_A_NUM_FILTERS, 0);
	put_u8(&m, NSW_A_CARRIER, 1);
	fake_u32(&m, NSW_A_IFINDEX, 5);
	put_string(&m, NSW_A_IFNAME, "nsw0");
	fake_add(list, NSW_CMD_QUEUE_GET, 0, &m);
}

static void add_completion(struct fake_list *list)
{
	static const uint32_t ids[] = { 1, 7 }, statuses[] = { 0, 0 };
	struct fake_message m = { .len = 0 };

	put(&m, NSW_A_QUEUE_IDS, ids, sizeof(ids));
	put(&m, NSW_A_QUEUE_STATUS, statuses, sizeof(statuses));
	fake_add(list, NSW_CMD_QUEUE_COMPLETE, 0, &m);
}

static void add_block(struct fake_list *list, uint32_t id, bool builtin,
		      uint8_t len)
{
	static const uint8_t bytes[128] = { 0x01, 0xfe, 0x00, 0x7f };
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VF_ID, 0);
	fake_u32(&m, NSW_A_BLOCK_ID, id);
	put(&m, NSW_A_BLOCK_DATA, bytes, len);
	put(&m, builtin ? NSW_A_BLOCK_BUILTIN : NSW_A_BLOCK_WRITABLE, NULL, 0);
	fake_add(list, NSW_CMD_BLOCK_GET, id, &m);
}

static void add_fault(struct fake_list *list, uint32_t id, uint32_t kind)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_FAULT_ID, id);
	fake_u32(&m, NSW_A_FAULT_KIND, kind);
	if (kind == NSW_FAULT_KIND_DROP) {
		fake_u32(&m, NSW_A_VPORT_ID, 1);
		fake_u32(&m, NSW_A_FAULT_EVERY, 3);
	} else {
		fake_u32(&m, NSW_A_VF_ID, 0);
		fake_u32(&m, NSW_A_FAULT_ERRNO, 5);
		fake_u32(&m, NSW_A_FAULT_DELAY, 250);
	}
	fake_u32(&m, NSW_A_FAULT_COUNT, id);
	fake_u32(&m, NSW_A_FAULT_HITS, 7);
	fake_add(list, NSW_CMD_FAULT_GET, id, &m);
}

static void add_failover(struct fake_list *list)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_FAILOVER_ID, 1);
	put(&m, NSW_A_MAC, "\2\0\0\0\0\1", 6);
	put(&m, NSW_A_PRIMARY_IFNAME, "nsw0v0", 7);
	fake_add(list, NSW_CMD_FAILOVER_GET, 1, &m);
}

static void add_mask(struct fake_list *list, uint64_t mask)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VF_ID, 0);
	put_u64(&m, NSW_A_BLOCK_MASK, mask);
	fake_add(list, NSW_CMD_BLOCK_TAKE, 0, &m);
}

static void put_drop(struct fake_message *stats, uint32_t reason,
		     uint64_t packets)
{
	struct fake_message drop = { .len = 0 };

	fake_u32(&drop, NSW_A_DROP_REASON, reason);
	put_u64(&drop, NSW_A_DROP_PACKETS, packets);
	put_nest(stats, NSW_A_STATS_DROP, &drop);
}

static void add_stats(struct fake_list *list, uint32_t id, bool external)
{
	struct fake_message m = { .len = 0 }, stats = { .len = 0 };

	put_u64(&stats, NSW_A_STATS_RX_PACKETS, 10 + id);
	put_u64(&stats, NSW_A_STATS_RX_BYTES, 18446744073709551615ULL);
	put_u64(&stats, NSW_A_STATS_RX_MULTICAST, 3);
	put_u64(&stats, NSW_A_STATS_RX_BROADCAST, 1);
	put_u64(&stats, NSW_A_STATS_TX_PACKETS, 4);
	put_u64(&stats, NSW_A_STATS_TX_BYTES, 256);
	if (id == 1) {
		put_drop(&stats, NSW_DROP_SPOOF, 12);
		put_drop(&stats, NSW_DROP_RX_FULL, 0);
		put_drop(&stats, NSW_DROP_NO_MATCH, 7);
		put_drop(&stats, 99, 1);
	}
	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	if (external)
		put(&m, NSW_A_EXTERNAL, NULL, 0);
	else
		fake_u32(&m, NSW_A_VPORT_ID, id);
	put_nest(&m, NSW_A_STATS, &stats);
	fake_add(list, NSW_CMD_STATS_GET, external ? UINT32_MAX : id, &m);
}

/* Strings and values that no honest kernel sends. */
static void fill_hostile(struct fake_list *list)
{
	struct fake_message m = { .len = 0 };

	add_switch(list, "\033[31m\"\\\xc2\x9b\xff\xc3\xa9\xed\xa0\x80 \t");
	fake_u32(&m, NSW_A_VPORT_ID, 1);
	put(&m, NSW_A_VPORT_NAME, "open", 4);
	put_u8(&m, NSW_A_QUEUE_PAIRS, 1);
	fake_u32(&m, NSW_A_MODERATION, 1234);
	put_string(&m, NSW_A_IFNAME, "");
	put(&m, 3000, "future", 6);
	m.len -= 2;
	fake_add(list, NSW_CMD_VPORT_GET, 1, &m);
}

/* Without a switch: VM queues, or, "neutral", the default queue that is always there. */
static void fill_vmq(struct fake_list *list, bool neutral)
{
	add_adapter(list, 0, true, false);
	add_default_queue(list);
	if (neutral)
		return;
	add_queue(list, 1);
	add_filter_on(list, 2, NSW_A_QUEUE_ID, 1, NSW_VLAN_MODE_ID, 10);
	add_filter_on(list, 1, NSW_A_QUEUE_ID, 1, NSW_VLAN_MODE_NONE, 0);
}

void fake_fill(struct fake_list *list, const char *kind)
{
	uint32_t id, extra = 0;

	if (!kind)
		kind = "usual";
	if (!strcmp(kind, "none"))
		return;
	if (!strcmp(kind, "vmq") || !strcmp(kind, "neutral")) {
		fill_vmq(list, !strcmp(kind, "neutral"));
		return;
	}
	if (!strcmp(kind, "bare") || !strcmp(kind, "hostile")) {
		add_adapter(list, 0, false, false);
		if (!strcmp(kind, "hostile"))
			fill_hostile(list);
		return;
	}
	if (!strcmp(kind, "many"))
		extra = 30;
	if (!strcmp(kind, "flood"))
		extra = 65536;

	add_adapter(list, 0, true, true);
	if (!strcmp(kind, "two"))
		add_adapter(list, 1, false, false);
	add_caps(list);
	add_switch(list, "lab");
	add_vf(list, 1, false);
	add_vf(list, 0, true);
	add_config(list);
	add_bar(list, 0);
	add_bar(list, 1);
	add_vport(list, 2, 0, true, "storage");
	add_vport(list, 0, 0, true, NULL);
	add_vport(list, 1, 0, false, NULL);
	add_filter(list, 3, 1, NSW_VLAN_MODE_ID, 10);
	add_filter(list, 1, 0, NSW_VLAN_MODE_ANY, 0);
	add_filter(list, 2, 1, NSW_VLAN_MODE_NONE, 0);
	for (id = 4; id < 4 + extra; id++)
		add_filter(list, id, 1, NSW_VLAN_MODE_NONE, 0);
	add_queue(list, 1);
	add_completion(list);
	add_block(list, 0, true, 4);
	add_block(list, 7, false, 128);
	add_failover(list);
	add_fault(list, 1, NSW_FAULT_KIND_MAILBOX);
	add_fault(list, 2, NSW_FAULT_KIND_DROP);
	add_mask(list, strcmp(kind, "quiet") ? 1ULL << 63 | 0x12 : 0);
	add_stats(list, 0, false);
	add_stats(list, 1, false);
	add_stats(list, 0, true);
	fake_add_events(list);
}

void fake_fini(struct fake_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free(list->objects[i].bytes);
	free(list->objects);
}

struct fake_object *fake_find(struct fake_list *list, uint8_t get,
			      uint32_t id)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		struct fake_object *object = &list->objects[i];

		if (object->get == get && object->id == id &&
		    !object->deleted)
			return object;
	}
	return NULL;
}
