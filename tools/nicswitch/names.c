// SPDX-License-Identifier: GPL-2.0-only

#include <string.h>

#include <linux/nicswitch.h>

#include "names.h"

#define NAMES(_name, ...)						\
	static const char *const words_##_name[] = { __VA_ARGS__ };	\
	const struct names names_##_name = {				\
		.count = sizeof(words_##_name) / sizeof(words_##_name[0]), \
		.words = words_##_name,					\
	}

NAMES(event,
	[NSW_EVENT_ADD] = "add",
	[NSW_EVENT_CHANGE] = "change",
	[NSW_EVENT_DEL] = "del",
	[NSW_EVENT_MOVE] = "move",
	[NSW_EVENT_RESET] = "reset");

NAMES(happened,
	[NSW_EVENT_ADD] = "added",
	[NSW_EVENT_CHANGE] = "changed",
	[NSW_EVENT_DEL] = "deleted",
	[NSW_EVENT_MOVE] = "moved",
	[NSW_EVENT_RESET] = "reset");

NAMES(caps_flags,
	"vlan", "per_vport_moderation", "asymmetric_qps", "single_vport_pool",
	"vf_rss", "rss_on_pf_vports");

NAMES(sriov_flags, "supported", "pf");
NAMES(filter_fields, "destination_mac", "vlan_id");
NAMES(filter_types, "vmq");
NAMES(queue_types, "vm_queue");

NAMES(vport_state,
	[NSW_VPORT_STATE_ACTIVATED] = "activated",
	[NSW_VPORT_STATE_DEACTIVATED] = "deactivated");

NAMES(queue_state,
	[NSW_QUEUE_STATE_ALLOCATED] = "allocated",
	[NSW_QUEUE_STATE_SET] = "set",
	[NSW_QUEUE_STATE_PAUSED] = "paused",
	[NSW_QUEUE_STATE_RUNNING] = "running",
	[NSW_QUEUE_STATE_DMA_STOPPED] = "dma_stopped");

NAMES(moderation,
	[NSW_MODERATION_OFF] = "off",
	[NSW_MODERATION_LOW] = "low",
	[NSW_MODERATION_MEDIUM] = "medium",
	[NSW_MODERATION_HIGH] = "high",
	[NSW_MODERATION_ADAPTIVE] = "adaptive");

NAMES(power_state,
	[NSW_POWER_D0] = "d0",
	[NSW_POWER_D1] = "d1",
	[NSW_POWER_D2] = "d2",
	[NSW_POWER_D3] = "d3");

NAMES(link_policy,
	[NSW_LINK_AUTO] = "auto",
	[NSW_LINK_ENABLE] = "enable",
	[NSW_LINK_DISABLE] = "disable");

NAMES(offer,
	[NSW_OFFER_NONE] = "none",
	[NSW_OFFER_OFFERED] = "offered",
	[NSW_OFFER_REVOKED] = "revoked");

NAMES(vlan_mode,
	[NSW_VLAN_MODE_NONE] = "none",
	[NSW_VLAN_MODE_ID] = "id",
	[NSW_VLAN_MODE_ANY] = "any");

NAMES(drop_reason,
	[NSW_DROP_NONE] = "none",
	[NSW_DROP_MALFORMED] = "malformed",
	[NSW_DROP_NO_VPORT] = "no_vport",
	[NSW_DROP_INACTIVE] = "inactive",
	[NSW_DROP_NO_CARRIER] = "no_carrier",
	[NSW_DROP_POWER] = "power",
	[NSW_DROP_NO_FILTER] = "no_filter",
	[NSW_DROP_SPOOF] = "spoof",
	[NSW_DROP_PORT_VLAN] = "port_vlan",
	[NSW_DROP_HAIRPIN] = "hairpin",
	[NSW_DROP_NO_MATCH] = "no_match",
	[NSW_DROP_CONTROL] = "control",
	[NSW_DROP_RATE] = "rate",
	[NSW_DROP_RX_DOWN] = "rx_down",
	[NSW_DROP_RX_OVERSIZE] = "rx_oversize",
	[NSW_DROP_RX_FULL] = "rx_full",
	[NSW_DROP_RX_RESET] = "rx_reset",
	[NSW_DROP_FAULT] = "fault",
	[NSW_DROP_NO_MEMORY] = "no_memory",
	[NSW_DROP_WIRE_DOWN] = "wire_down");

/* A reason that is added to the interface needs its word here. */
_Static_assert(sizeof(words_drop_reason) / sizeof(words_drop_reason[0]) ==
	       NSW_DROP_MAX + 1, "a drop reason has no name");

NAMES(fault_kind,
	[NSW_FAULT_KIND_NUMVFS] = "numvfs",
	[NSW_FAULT_KIND_MAILBOX] = "mailbox",
	[NSW_FAULT_KIND_VPORT] = "vport",
	[NSW_FAULT_KIND_DROP] = "drop",
	[NSW_FAULT_KIND_CORRUPT] = "corrupt",
	[NSW_FAULT_KIND_LINK] = "link",
	[NSW_FAULT_KIND_RESET] = "reset",
	[NSW_FAULT_KIND_AER] = "aer");

NAMES(on_off, "off", "on");
NAMES(up_down, "down", "up");

const char *names_word(const struct names *names, uint64_t value)
{
	return value < names->count ? names->words[value] : NULL;
}

int names_value(const struct names *names, const char *word)
{
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (names->words[i] && !strcmp(names->words[i], word))
			return (int)i;
	}
	return -1;
}
