// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/slab.h>
#include "model/affinity.h"
#include "model/status.h"

int nsw_affinity_check(const struct cpumask *cpus, struct netlink_ext_ack *extack)
{
	if (!cpus)
		return 0;
	if (cpumask_empty(cpus))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "an affinity names at least one CPU");
	if (!cpumask_intersects(cpus, cpu_online_mask))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "an affinity names a CPU that is online");
	return 0;
}

int nsw_affinity_copy(bool pf, const struct cpumask *cpus, struct cpumask **copy,
		      struct netlink_ext_ack *extack)
{
	int err;

	*copy = NULL;
	if (!cpus)
		return 0;
	/* A VF is served as its driver likes. */
	if (!pf)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "an affinity is of VPorts of the PF only");
	err = nsw_affinity_check(cpus, extack);
	if (err)
		return err;
	*copy = kmemdup(cpus, cpumask_size(), GFP_KERNEL);
	return *copy ? 0 : -ENOMEM;
}
