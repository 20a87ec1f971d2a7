// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel of canned objects in the place of nl.c. Each request is written to
 * stderr as a line "request ...", which is what the tests compare. FAKE in the
 * environment chooses what the kernel is like.
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include "ifstate.h"
#include "nl.h"

#include "fake.h"

struct nsw_nl {
	struct nsw_nl_error *error;
	struct fake_list list;
	unsigned int busy;	/* so many deletions fail at first */
};

static const struct {
	const char *name;
	uint8_t get;		/* the list that the request works on */
	uint16_t key;
} requests[] = {
	[NSW_CMD_ADAPTER_GET] = { "adapter-get", NSW_CMD_ADAPTER_GET,
				  NSW_A_ADAPTER_ID },
	[NSW_CMD_ADAPTER_NEW] = { "adapter-new", NSW_CMD_ADAPTER_GET,
				  NSW_A_ADAPTER_ID },
	[NSW_CMD_ADAPTER_DEL] = { "adapter-del", NSW_CMD_ADAPTER_GET,
				  NSW_A_ADAPTER_ID },
	[NSW_CMD_CAPS_GET] = { "caps-get", NSW_CMD_CAPS_GET,
			       NSW_A_ADAPTER_ID },
	[NSW_CMD_CAPS_SET] = { "caps-set", NSW_CMD_CAPS_GET,
			       NSW_A_ADAPTER_ID },
	[NSW_CMD_SWITCH_NEW] = { "switch-new", NSW_CMD_SWITCH_GET,
				 NSW_A_SWITCH_ID },
	[NSW_CMD_SWITCH_GET] = { "switch-get", NSW_CMD_SWITCH_GET,
				 NSW_A_SWITCH_ID },
	[NSW_CMD_SWITCH_SET] = { "switch-set", NSW_CMD_SWITCH_GET,
				 NSW_A_SWITCH_ID },
	[NSW_CMD_SWITCH_DEL] = { "switch-del", NSW_CMD_SWITCH_GET,
				 NSW_A_SWITCH_ID },
	[NSW_CMD_VF_NEW] = { "vf-new", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_GET] = { "vf-get", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_SET] = { "vf-set", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_RESET] = { "vf-reset", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_OFFER] = { "vf-offer", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_REVOKE] = { "vf-revoke", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_DEL] = { "vf-del", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VPORT_NEW] = { "vport-new", NSW_CMD_VPORT_GET,
				NSW_A_VPORT_ID },
	[NSW_CMD_VPORT_GET] = { "vport-get", NSW_CMD_VPORT_GET,
				NSW_A_VPORT_ID },
	[NSW_CMD_VPORT_SET] = { "vport-set", NSW_CMD_VPORT_GET,
				NSW_A_VPORT_ID },
	[NSW_CMD_VPORT_DEL] = { "vport-del", NSW_CMD_VPORT_GET,
				NSW_A_VPORT_ID },
	[NSW_CMD_FILTER_NEW] = { "filter-new", NSW_CMD_FILTER_GET,
				 NSW_A_FILTER_ID },
	[NSW_CMD_FILTER_GET] = { "filter-get", NSW_CMD_FILTER_GET,
				 NSW_A_FILTER_ID },
	[NSW_CMD_FILTER_MOVE] = { "filter-move", NSW_CMD_FILTER_GET,
				  NSW_A_FILTER_ID },
	[NSW_CMD_FILTER_DEL] = { "filter-del", NSW_CMD_FILTER_GET,
				 NSW_A_FILTER_ID },
	[NSW_CMD_BLOCK_GET] = { "block-get", NSW_CMD_BLOCK_GET,
				NSW_A_BLOCK_ID },
	[NSW_CMD_BLOCK_WRITE] = { "block-write", NSW_CMD_BLOCK_GET,
				  NSW_A_BLOCK_ID },
	[NSW_CMD_BLOCK_TAKE] = { "block-take", NSW_CMD_BLOCK_TAKE,
				 NSW_A_VF_ID },
	[NSW_CMD_BLOCK_SET] = { "block-set", NSW_CMD_BLOCK_GET,
				NSW_A_BLOCK_ID },
	[NSW_CMD_BLOCK_DEL] = { "block-del", NSW_CMD_BLOCK_GET,
				NSW_A_BLOCK_ID },
	[NSW_CMD_BLOCK_INVALIDATE] = { "block-invalidate", NSW_CMD_VF_GET,
				       NSW_A_VF_ID },
	[NSW_CMD_FAULT_NEW] = { "fault-new", NSW_CMD_FAULT_GET,
				NSW_A_FAULT_ID },
	[NSW_CMD_FAULT_GET] = { "fault-get", NSW_CMD_FAULT_GET,
				NSW_A_FAULT_ID },
	[NSW_CMD_FAULT_DEL] = { "fault-del", NSW_CMD_FAULT_GET,
				NSW_A_FAULT_ID },
	[NSW_CMD_FAILOVER_NEW] = { "failover-new", NSW_CMD_FAILOVER_GET,
				   NSW_A_FAILOVER_ID },
	[NSW_CMD_FAILOVER_GET] = { "failover-get", NSW_CMD_FAILOVER_GET,
				   NSW_A_FAILOVER_ID },
	[NSW_CMD_FAILOVER_DEL] = { "failover-del", NSW_CMD_FAILOVER_GET,
				   NSW_A_FAILOVER_ID },
	[NSW_CMD_VF_POWER] = { "vf-power", NSW_CMD_VF_GET, NSW_A_VF_ID },
	[NSW_CMD_VF_CONFIG_READ] = { "vf-config-read", NSW_CMD_VF_CONFIG_READ,
				     NSW_A_VF_ID },
	[NSW_CMD_VF_CONFIG_WRITE] = { "vf-config-write", NSW_CMD_VF_GET,
				      NSW_A_VF_ID },
	[NSW_CMD_VF_BAR_GET] = { "vf-bar-get", NSW_CMD_VF_BAR_GET,
				 NSW_A_BAR_INDEX },
	[NSW_CMD_QUEUE_NEW] = { "queue-new", NSW_CMD_QUEUE_GET,
				NSW_A_QUEUE_ID },
	[NSW_CMD_QUEUE_GET] = { "queue-get", NSW_CMD_QUEUE_GET,
				NSW_A_QUEUE_ID },
	[NSW_CMD_QUEUE_COMPLETE] = { "queue-complete", NSW_CMD_QUEUE_COMPLETE,
				     NSW_A_ADAPTER_ID },
	[NSW_CMD_QUEUE_SET] = { "queue-set", NSW_CMD_QUEUE_GET,
				NSW_A_QUEUE_ID },
	[NSW_CMD_QUEUE_DEL] = { "queue-del", NSW_CMD_QUEUE_GET,
				NSW_A_QUEUE_ID },
	[NSW_CMD_STATS_GET] = { "stats-get", NSW_CMD_STATS_GET,
				NSW_A_VPORT_ID },
};

static const char *const attr_names[NSW_A_MAX + 1] = {
	[NSW_A_ADAPTER_ID] = "adapter-id",
	[NSW_A_MAC] = "mac",
	[NSW_A_SWITCH_ID] = "switch-id",
	[NSW_A_SWITCH_NAME] = "switch-name",
	[NSW_A_NUM_VFS] = "num-vfs",
	[NSW_A_DEFAULT_QUEUE_PAIRS] = "default-queue-pairs",
	[NSW_A_VF_ID] = "vf-id",
	[NSW_A_VF_NAME] = "vf-name",
	[NSW_A_LINK_POLICY] = "link-policy",
	[NSW_A_OFFER] = "offer",
	[NSW_A_SPOOFCHK] = "spoofchk",
	[NSW_A_TRUST] = "trust",
	[NSW_A_RSS_QUERY] = "rss-query",
	[NSW_A_PORT_VLAN] = "port-vlan",
	[NSW_A_PORT_VLAN_PROTO] = "port-vlan-proto",
	[NSW_A_PORT_VLAN_QOS] = "port-vlan-qos",
	[NSW_A_MIN_TX_RATE] = "min-tx-rate",
	[NSW_A_MAX_TX_RATE] = "max-tx-rate",
	[NSW_A_VPORT_ID] = "vport-id",
	[NSW_A_VPORT_NAME] = "vport-name",
	[NSW_A_PF] = "pf",
	[NSW_A_VPORT_STATE] = "vport-state",
	[NSW_A_QUEUE_PAIRS] = "queue-pairs",
	[NSW_A_MODERATION] = "moderation",
	[NSW_A_FILTER_ID] = "filter-id",
	[NSW_A_VLAN_MODE] = "vlan-mode",
	[NSW_A_VLAN_ID] = "vlan-id",
	[NSW_A_SOURCE_VPORT_ID] = "source-vport-id",
	[NSW_A_CAPS] = "caps",
	[NSW_A_OWNED] = "owned",
	[NSW_A_IFINDEX] = "ifindex",
	[NSW_A_TOTAL_VFS] = "total-vfs",
	[NSW_A_NUM_VPORTS] = "num-vports",
	[NSW_A_MAX_QUEUE_PAIRS] = "max-queue-pairs",
	[NSW_A_MAX_MAC_ADDRESSES] = "max-mac-addresses",
	[NSW_A_CAPS_WITHOUT] = "caps-without",
	[NSW_A_VENDOR_ID] = "vendor-id",
	[NSW_A_DEVICE_ID] = "device-id",
	[NSW_A_VF_DEVICE_ID] = "vf-device-id",
	[NSW_A_SUBSYSTEM_VENDOR_ID] = "subsystem-vendor-id",
	[NSW_A_SUBSYSTEM_ID] = "subsystem-id",
	[NSW_A_PCI_DOMAIN] = "pci-domain",
	[NSW_A_PCI_BUS] = "pci-bus",
	[NSW_A_STANDALONE_LINK] = "standalone-link",
	[NSW_A_VFS_NEED_PF] = "vfs-need-pf",
	[NSW_A_STATIC_VFS] = "static-vfs",
	[NSW_A_POWER_STATE] = "power-state",
	[NSW_A_WAKE] = "wake",
	[NSW_A_CONFIG_OFFSET] = "config-offset",
	[NSW_A_CONFIG_LENGTH] = "config-length",
	[NSW_A_CONFIG_DATA] = "config-data",
	[NSW_A_QUEUE_ID] = "queue-id",
	[NSW_A_QUEUE_NAME] = "queue-name",
	[NSW_A_VM_NAME] = "vm-name",
	[NSW_A_NIC_NAME] = "nic-name",
	[NSW_A_AFFINITY] = "affinity",
	[NSW_A_RECEIVE_BUFFERS] = "receive-buffers",
	[NSW_A_QUEUE_IDS] = "queue-ids",
	[NSW_A_BLOCK_ID] = "block-id",
	[NSW_A_BLOCK_DATA] = "block-data",
	[NSW_A_BLOCK_LENGTH] = "block-length",
	[NSW_A_BLOCK_WRITABLE] = "block-writable",
	[NSW_A_BLOCK_MASK] = "block-mask",
	[NSW_A_FAILOVER_ID] = "failover-id",
	[NSW_A_NETNS_FD] = "netns-fd",
	[NSW_A_FAULT_ID] = "fault-id",
	[NSW_A_FAULT_KIND] = "fault-kind",
	[NSW_A_FAULT_ERRNO] = "fault-errno",
	[NSW_A_FAULT_DELAY] = "fault-delay",
	[NSW_A_FAULT_COUNT] = "fault-count",
	[NSW_A_FAULT_EVERY] = "fault-every",
};

const char *ifstate(const char *name)
{
	return strcmp(name, "gone0") ? "up" : NULL;
}

unsigned int ifindex_of(const char *name)
{
	return strcmp(name, "nsw0v0") ? 0 : 10;
}

int netns_open(const char *name)
{
	return strcmp(name, "vm1") ? -1 : 7;
}

static bool fake_is(const char *what)
{
	const char *fake = getenv("FAKE");

	return fake && !strcmp(fake, what);
}

/* Attributes of a nest have their number: their names are of another set. */
static void print_nest(const struct args *nest)
{
	unsigned int i;

	for (i = 0; i < nest->count; i++)
		fprintf(stderr, "%c%u:%u", i ? ',' : '=', nest->list[i].attr,
			nest->list[i].u32);
}

static void print_arg(const struct arg *arg)
{
	unsigned int i;

	fprintf(stderr, " %s", attr_names[arg->attr]);
	switch (arg->type) {
	case ARG_U8:
		fprintf(stderr, "=%u", arg->u8);
		break;
	case ARG_BE16:
		fprintf(stderr, "=0x%04x", arg->u16);
		break;
	case ARG_U16:
		fprintf(stderr, "=%u", arg->u16);
		break;
	case ARG_U32:
		fprintf(stderr, "=%u", arg->u32);
		break;
	case ARG_U64:
		fprintf(stderr, "=%#" PRIx64, arg->u64);
		break;
	case ARG_HEX:
	case ARG_LIST:
	case ARG_STRING:
		fprintf(stderr, "=%.8s/%zu", arg->string, strlen(arg->string));
		break;
	case ARG_MAC:
		for (i = 0; i < 6; i++)
			fprintf(stderr, "%c%02x", i ? ':' : '=', arg->mac[i]);
		break;
	case ARG_NEST:
		print_nest(arg->nest);
		break;
	case ARG_FLAG:
		break;
	}
}

static void print_request(uint8_t cmd, const struct args *args, bool dump)
{
	unsigned int i;

	fprintf(stderr, "request %s%s", dump ? "dump " : "",
		requests[cmd].name);
	for (i = 0; i < args->count; i++)
		print_arg(&args->list[i]);
	fputc('\n', stderr);
}

static int fail(struct nsw_nl *nl, int err, const char *reason)
{
	*nl->error = (struct nsw_nl_error) {
		.err = err,
		.has_ndis_status = true,
		.ndis_status = 0xc001000d,
	};
	snprintf(nl->error->reason, sizeof(nl->error->reason), "%s", reason);
	return -1;
}

struct nsw_nl *nsw_nl_open(struct nsw_nl_error *error)
{
	struct nsw_nl *nl = calloc(1, sizeof(*nl));

	if (!nl)
		abort();
	nl->error = error;
	if (fake_is("unloaded")) {
		fail(nl, ENOENT, "the nicswitch module is not loaded");
		error->has_ndis_status = false;
		free(nl);
		return NULL;
	}

	nl->busy = fake_is("busy") ? 3 : 0;
	fake_fill(&nl->list, getenv("FAKE"));
	return nl;
}

void nsw_nl_report(struct nsw_nl *nl, struct nsw_nl_error *error)
{
	nl->error = error;
}

void nsw_nl_close(struct nsw_nl *nl)
{
	fake_fini(&nl->list);
	free(nl);
}

static uint32_t id_of(const struct args *args, uint16_t key)
{
	const struct arg *arg = args_find(args, key);

	return arg ? arg->u32 : 0;
}

static bool is_creation(uint8_t cmd)
{
	return cmd == NSW_CMD_SWITCH_NEW || cmd == NSW_CMD_VF_NEW ||
	       cmd == NSW_CMD_VPORT_NEW || cmd == NSW_CMD_FILTER_NEW ||
	       cmd == NSW_CMD_QUEUE_NEW || cmd == NSW_CMD_FAILOVER_NEW ||
	       cmd == NSW_CMD_FAULT_NEW;
}

static bool is_deletion(uint8_t cmd)
{
	return cmd == NSW_CMD_SWITCH_DEL || cmd == NSW_CMD_VF_DEL ||
	       cmd == NSW_CMD_VPORT_DEL || cmd == NSW_CMD_FILTER_DEL ||
	       cmd == NSW_CMD_BLOCK_DEL || cmd == NSW_CMD_QUEUE_DEL ||
	       cmd == NSW_CMD_FAULT_DEL;
}

static int reply_new(uint8_t cmd, struct store *reply)
{
	struct fake_message message = { .len = 0 };

	if (!fake_is("mute")) {
		fake_u32(&message, NSW_A_ADAPTER_ID, 0);
		fake_u32(&message, requests[cmd].key, 7);
	}
	return store_add(reply, message.bytes, message.len);
}

int nsw_nl_do(struct nsw_nl *nl, uint8_t cmd, const struct args *args,
	      struct store *reply)
{
	uint32_t id = id_of(args, requests[cmd].key);
	struct fake_object *object;

	print_request(cmd, args, false);
	if (fake_is("refuse")) {
		fail(nl, EINVAL, "VID 4095 is reserved");
		if (cmd == NSW_CMD_FILTER_NEW)
			nl->error->word = "vlan";
		return -1;
	}
	if (is_creation(cmd))
		return reply ? reply_new(cmd, reply) : 0;

	object = fake_find(&nl->list, requests[cmd].get, id);
	if (!object)
		return fail(nl, ENOENT, "no such object");
	if (is_deletion(cmd)) {
		if (fake_is("stuck") || (cmd == NSW_CMD_VPORT_DEL && nl->busy)) {
			nl->busy -= !!nl->busy;
			return fail(nl, EBUSY, "filters are still attached");
		}
		object->deleted = true;
	}
	if (reply)
		return store_add(reply, object->bytes, object->len);
	return 0;
}

int nsw_nl_dump(struct nsw_nl *nl, uint8_t cmd, const struct args *args,
		struct store *list, bool *torn)
{
	size_t i;

	print_request(cmd, args, true);
	if (fake_is("refuse"))
		return fail(nl, EPERM, "not yours");

	for (i = 0; i < nl->list.count; i++) {
		const struct fake_object *object = &nl->list.objects[i];

		if (object->get != requests[cmd].get || object->deleted)
			continue;
		if (store_add(list, object->bytes, object->len))
			return fail(nl, ENOMEM, "memory");
	}
	if (torn)
		*torn |= fake_is("torn");
	return 0;
}

int nsw_nl_listen(struct nsw_nl *nl, const char *group, int stop_fd,
		  const struct nsw_nl_listener *listener, void *arg)
{
	struct pollfd stop = { .fd = stop_fd, .events = POLLIN };
	struct attrs attrs;
	size_t i;

	fprintf(stderr, "request listen %s\n", group);
	if (fake_is("refuse"))
		return fail(nl, EPERM, "not yours");

	if (listener->ready)
		listener->ready(arg);

	for (i = 0; i < nl->list.count; i++) {
		const struct fake_object *object = &nl->list.objects[i];

		/* Some requests have higher numbers than the first events. */
		if (object->get < NSW_CMD_ADAPTER_NTF ||
		    object->get == NSW_CMD_QUEUE_GET ||
		    object->get == NSW_CMD_QUEUE_COMPLETE)
			continue;
		attrs_parse(&attrs, object->bytes, object->len);
		listener->event(arg, object->get, &attrs);
	}
	listener->overrun(arg);

	if (fake_is("wait"))
		poll(&stop, 1, -1);
	return 0;
}
