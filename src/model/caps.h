/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_CAPS_H
#define _NSW_MODEL_CAPS_H

#include <linux/types.h>

struct netlink_ext_ack;

/**
 * struct nsw_caps - what an adapter's NIC switch can do
 * @flags: bits of enum nsw_caps_flags
 * @max_vfs: VFs of the switch
 * @max_vports: VPorts, the default VPort included
 * @max_qps: queue pairs of all VPorts together
 * @max_qps_vport: queue pairs of one nondefault VPort; a power of two
 * @max_qps_default: queue pairs of the default VPort; a power of two
 * @max_macs: unicast receive filters on the whole switch
 * @max_filters: receive filters on the whole switch, multicast included
 * @num_queues: VM queues while there is no NIC switch, the default queue apart
 *
 * NDIS_NIC_SWITCH_CAPABILITIES and NDIS_RECEIVE_FILTER_CAPABILITIES as one
 * record. There are two of them: what the hardware could do, fixed for the life
 * of the adapter, and what is enabled, within it.
 */
struct nsw_caps {
	u32 flags;
	u32 max_vfs;
	u32 max_vports;
	u32 max_qps;
	u32 max_qps_vport;
	u32 max_qps_default;
	u32 max_macs;
	u32 max_filters;
	u32 num_queues;
};

/**
 * nsw_caps_init() - the default record
 * @caps: what to fill
 * @max_vfs: TotalVFs of the adapter
 *
 * Every VF can have a VPort, and the PF 64 more.
 */
void nsw_caps_init(struct nsw_caps *caps, u32 max_vfs);

/**
 * nsw_caps_validate() - check the invariants between the fields
 * @caps: record to check
 * @extack: says which invariant does not hold
 *
 * Source: ndis_nic_switch_capabilities, ndis_receive_filter_capabilities.
 *
 * Context: any.
 * Return: 0 or -EINVAL.
 */
int nsw_caps_validate(const struct nsw_caps *caps, struct netlink_ext_ack *extack);

/**
 * nsw_caps_check_within() - check that the hardware can do it
 * @caps: record to check
 * @hw: what the hardware can do
 * @extack: says what it cannot
 *
 * Context: any.
 * Return: 0, -EINVAL, or -EOPNOTSUPP for a feature that it lacks.
 */
int nsw_caps_check_within(const struct nsw_caps *caps, const struct nsw_caps *hw,
			  struct netlink_ext_ack *extack);

#endif
