/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_AFFINITY_H
#define _NSW_MODEL_AFFINITY_H

#include <linux/types.h>

struct cpumask;
struct netlink_ext_ack;

/**
 * nsw_affinity_check() - whether something can be served by these CPUs
 * @cpus: CPUs, or NULL for any
 * @extack: reason of a refusal
 *
 * Return: 0, or -EINVAL when there is none, or none of them is online.
 */
int nsw_affinity_check(const struct cpumask *cpus, struct netlink_ext_ack *extack);

/**
 * nsw_affinity_copy() - take over the CPUs of a VPort
 * @pf: it is one of the PF
 * @cpus: CPUs, or NULL
 * @copy: where the copy goes, to be freed with kfree(); NULL for NULL
 * @extack: reason of a refusal
 *
 * Context: may sleep.
 * Return: as nsw_affinity_check(), or -ENOMEM; -EINVAL for that of a VF.
 */
int nsw_affinity_copy(bool pf, const struct cpumask *cpus, struct cpumask **copy,
		      struct netlink_ext_ack *extack);

#endif
