/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_QPAIR_H
#define _NSW_MODEL_QPAIR_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nsw_caps;

/**
 * struct nsw_qpair_pool - the budget of queue pairs
 * @caps: limits
 * @used: queue pairs given out, those of the default VPort included
 * @nondefault: nondefault VPorts that hold queue pairs
 * @per_vport: what each of them holds while the adapter is symmetric
 *
 * Protected by the config lock of the switch that embeds it.
 */
struct nsw_qpair_pool {
	const struct nsw_caps *caps;
	u32 used;
	u32 nondefault;
	u32 per_vport;
};

/**
 * nsw_qpair_pool_init() - start a budget with the default VPort's share
 * @pool: the budget
 * @caps: limits; must outlive the pool
 * @num: queue pairs of the default VPort
 * @extack: reason of a refusal
 *
 * Return: 0, -EINVAL when @num is 0, no power of two or above the limit,
 * -ENOSPC when it is more than the whole budget.
 */
int nsw_qpair_pool_init(struct nsw_qpair_pool *pool, const struct nsw_caps *caps, u32 num,
			struct netlink_ext_ack *extack);

/**
 * nsw_qpair_get() - take the queue pairs of a new nondefault VPort
 * @pool: the budget
 * @num: how many
 * @extack: reason of a refusal
 *
 * On a symmetric adapter every nondefault VPort has as many as the first one.
 * Source: symmetric-and-asymmetric-assignment-of-queue-pairs.
 *
 * Return: 0, -EINVAL for a number that is never legal here, -ENOSPC when the
 * budget is spent.
 */
int nsw_qpair_get(struct nsw_qpair_pool *pool, u32 num, struct netlink_ext_ack *extack);

/**
 * nsw_qpair_change() - another number of queue pairs for a nondefault VPort
 * @pool: the budget
 * @was: how many it has
 * @num: how many it shall have
 * @extack: reason of a refusal
 *
 * Return: as nsw_qpair_get() for a VPort that has none yet.
 */
int nsw_qpair_change(struct nsw_qpair_pool *pool, u32 was, u32 num,
		     struct netlink_ext_ack *extack);

/**
 * nsw_qpair_put() - give back the queue pairs of a nondefault VPort
 * @pool: the budget
 * @num: as many as were taken
 */
void nsw_qpair_put(struct nsw_qpair_pool *pool, u32 num);

#endif
