// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/stddef.h>
#include "model/caps.h"
#include "model/status.h"
#include "model/types.h"

#define NSW_CAPS_PF_VPORTS	64
#define NSW_CAPS_QPS_VPORT	8
#define NSW_CAPS_QPS_DEFAULT	8
#define NSW_CAPS_FILTERS	65536
#define NSW_CAPS_QUEUES		64

void nsw_caps_init(struct nsw_caps *caps, u32 max_vfs)
{
	*caps = (struct nsw_caps) {
		.flags = NSW_CAPS_F_VLAN | NSW_CAPS_F_PER_VPORT_MODERATION |
			 NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS |
			 NSW_CAPS_F_SINGLE_VPORT_POOL | NSW_CAPS_F_VF_RSS |
			 NSW_CAPS_F_RSS_ON_PF_VPORTS,
		.max_vfs = max_vfs,
		.max_vports = 1 + max_vfs + NSW_CAPS_PF_VPORTS,
		.max_qps_vport = NSW_CAPS_QPS_VPORT,
		.max_qps_default = NSW_CAPS_QPS_DEFAULT,
		.max_macs = NSW_CAPS_FILTERS,
		.max_filters = 2 * NSW_CAPS_FILTERS,
		.num_queues = NSW_CAPS_QUEUES,
	};
	caps->max_qps = 4 * caps->max_vports;
}

int nsw_caps_validate(const struct nsw_caps *caps, struct netlink_ext_ack *extack)
{
	if (caps->max_vfs > NSW_VFS_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumVFs %u is above %u", caps->max_vfs, NSW_VFS_MAX);
	if (caps->max_vports > NSW_VPORTS_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumVPorts %u is above %u",
				  caps->max_vports, NSW_VPORTS_MAX);
	if (caps->max_vports < caps->max_vfs + 1)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumVPorts %u is below MaxNumVFs %u + 1",
				  caps->max_vports, caps->max_vfs);
	if (caps->flags & NSW_CAPS_F_RSS_ON_PF_VPORTS &&
	    !(caps->flags & NSW_CAPS_F_SINGLE_VPORT_POOL))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "RSS on VPorts of the PF needs a single pool of VPorts");
	if (caps->max_qps < caps->max_vports)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumQueuePairs %u is below MaxNumVPorts %u",
				  caps->max_qps, caps->max_vports);
	if (!is_power_of_2(caps->max_qps_vport))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumQueuePairsPerNonDefaultVPort %u is no power of two",
				  caps->max_qps_vport);
	if (!is_power_of_2(caps->max_qps_default))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumQueuePairsForDefaultVPort %u is no power of two",
				  caps->max_qps_default);
	if (caps->max_macs < caps->max_vports)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxNumMacAddresses %u is below MaxNumVPorts %u",
				  caps->max_macs, caps->max_vports);
	if (caps->max_filters < caps->max_macs || caps->max_filters > NSW_FILTERS_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "MaxMacHeaderFilters %u is not in %u..%u",
				  caps->max_filters, caps->max_macs, NSW_FILTERS_MAX);
	/* Ids and places of VM queues are those of VPorts, with which they never meet. */
	if (caps->num_queues >= NSW_VPORTS_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "NumQueues %u is above %u",
				  caps->num_queues, NSW_VPORTS_MAX - 1);
	return 0;
}

static const struct {
	size_t offset;
	const char *name;
} nsw_caps_fields[] = {
	{ offsetof(struct nsw_caps, max_vfs), "MaxNumVFs" },
	{ offsetof(struct nsw_caps, max_vports), "MaxNumVPorts" },
	{ offsetof(struct nsw_caps, max_qps), "MaxNumQueuePairs" },
	{ offsetof(struct nsw_caps, max_qps_vport), "MaxNumQueuePairsPerNonDefaultVPort" },
	{ offsetof(struct nsw_caps, max_qps_default), "MaxNumQueuePairsForDefaultVPort" },
	{ offsetof(struct nsw_caps, max_macs), "MaxNumMacAddresses" },
	{ offsetof(struct nsw_caps, max_filters), "MaxMacHeaderFilters" },
	{ offsetof(struct nsw_caps, num_queues), "NumQueues" },
};

static u32 nsw_caps_field(const struct nsw_caps *caps, unsigned int i)
{
	return *(const u32 *)((const void *)caps + nsw_caps_fields[i].offset);
}

int nsw_caps_check_within(const struct nsw_caps *caps, const struct nsw_caps *hw,
			  struct netlink_ext_ack *extack)
{
	u32 lacking = caps->flags & ~hw->flags;
	unsigned int i;

	if (lacking)
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "the hardware lacks the features %#x", lacking);
	for (i = 0; i < ARRAY_SIZE(nsw_caps_fields); i++)
		if (nsw_caps_field(caps, i) > nsw_caps_field(hw, i))
			return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
					  "%s %u: the hardware has %u", nsw_caps_fields[i].name,
					  nsw_caps_field(caps, i), nsw_caps_field(hw, i));
	return 0;
}
