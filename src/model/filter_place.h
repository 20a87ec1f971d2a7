/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_FILTER_PLACE_H
#define _NSW_MODEL_FILTER_PLACE_H

#include "model/filter.h"
#include "model/switch.h"
#include "model/vport.h"

/*
 * Where a filter stands in the table, for model/filter.c only. A filter with
 * condition none stands in the port VLAN of its VPort; and a VPort stands in
 * the broadcast group of each VLAN that one of its filters admits.
 *
 * Context of all: config lock held.
 */

/**
 * nsw_filter_vlan_on() - the condition under which a filter stands in the table
 * @vport: its VPort
 * @vlan: the condition that was asked for
 *
 * Return: the port VLAN for condition none, if there is one; else @vlan.
 */
static inline nsw_vlan_t nsw_filter_vlan_on(const struct nsw_vport *vport, nsw_vlan_t vlan)
{
	return vlan == NSW_VLAN_NONE ? vport->pvlan : vlan;
}

/* What filters are on: VPorts of the NIC switch, or without one VM queues. */
static inline const char *nsw_filter_holder_kind(const struct nsw_switch *sw)
{
	return sw->state == NSW_SWITCH_ABSENT ? "VM queue" : "VPort";
}

static inline bool nsw_filter_is_group(const struct nsw_filter *filter)
{
	return nsw_filter_mac(filter) & NSW_MAC_GROUP;
}

/**
 * nsw_filter_publish() - enter the table under the key of a filter
 * @sw: the switch
 * @filter: the filter
 * @vport: its holder
 * @extack: reason of a refusal
 *
 * Return: 0, -EEXIST naming the holder, -ENOMEM.
 */
int nsw_filter_publish(struct nsw_switch *sw, struct nsw_filter *filter, struct nsw_vport *vport,
		       struct netlink_ext_ack *extack);

/**
 * nsw_filter_unpublish() - the reverse of nsw_filter_publish()
 * @sw: the switch
 * @filter: the filter; free it after a grace period only
 */
void nsw_filter_unpublish(struct nsw_switch *sw, struct nsw_filter *filter);

/**
 * nsw_filter_set_source() - frames with this address may come from its VPort
 * @filter: a filter that the table knows of
 * @vport: its holder
 */
void nsw_filter_set_source(const struct nsw_filter *filter, struct nsw_vport *vport);

/**
 * nsw_filter_clear_source() - whether they may is to be looked up again
 * @filter: a filter that is about to leave its place in the table
 * @vport: its holder
 */
void nsw_filter_clear_source(const struct nsw_filter *filter, struct nsw_vport *vport);

/**
 * nsw_filter_get_vlan() - a VPort has more filters with a condition
 * @vport: the VPort
 * @vlan: condition in the table
 * @num: how many more
 *
 * Return: 0 or -ENOMEM.
 */
int nsw_filter_get_vlan(struct nsw_vport *vport, nsw_vlan_t vlan, u32 num);

/**
 * nsw_filter_put_vlan() - a VPort has fewer filters with a condition
 * @vport: the VPort
 * @vlan: condition in the table
 * @num: how many fewer
 */
void nsw_filter_put_vlan(struct nsw_vport *vport, nsw_vlan_t vlan, u32 num);

/**
 * nsw_filter_move_groups() - hand over what a filter gives in groups
 * @filter: the filter, which has the same condition in the table on both VPorts
 * @from: VPort that it is on
 * @to: VPort that it goes to; does not hold the filter's own group yet
 *
 * The broadcast that it brings, and its own address if that is a group: each
 * frame sees one or the other VPort.
 *
 * Return: 0 or -ENOMEM.
 */
int nsw_filter_move_groups(const struct nsw_filter *filter, struct nsw_vport *from,
			   struct nsw_vport *to);

/**
 * nsw_filter_clone() - the same filter for another place
 * @filter: the filter
 * @on: condition in the table
 *
 * Return: the clone, not published; NULL without memory.
 */
struct nsw_filter *nsw_filter_clone(const struct nsw_filter *filter, nsw_vlan_t on);

#endif
