/* SPDX-License-Identifier: GPL-2.0-only */
/* Words for the enum values of the netlink interface, read and written. */
#ifndef NICSWITCH_NAMES_H
#define NICSWITCH_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct names {
	size_t count;
	const char *const *words;	/* indexed by value, may have holes */
};

extern const struct names names_event;
extern const struct names names_happened;	/* the same as past tense */
extern const struct names names_caps_flags;	/* indexed by bit number */
extern const struct names names_sriov_flags;
extern const struct names names_filter_fields;
extern const struct names names_filter_types;
extern const struct names names_queue_types;
extern const struct names names_vport_state;
extern const struct names names_queue_state;
extern const struct names names_moderation;
extern const struct names names_power_state;
extern const struct names names_link_policy;
extern const struct names names_offer;
extern const struct names names_vlan_mode;
extern const struct names names_drop_reason;
extern const struct names names_fault_kind;
extern const struct names names_on_off;
extern const struct names names_up_down;

/* NULL if there is no word for @value. */
const char *names_word(const struct names *names, uint64_t value);

/* -1 if @word is none of them. */
int names_value(const struct names *names, const char *word);

#endif
