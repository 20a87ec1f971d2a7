// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include "model/caps.h"
#include "model/qpair.h"
#include "model/status.h"
#include "model/types.h"

int nsw_qpair_pool_init(struct nsw_qpair_pool *pool, const struct nsw_caps *caps, u32 num,
			struct netlink_ext_ack *extack)
{
	if (!is_power_of_2(num) || num > caps->max_qps_default)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u queue pairs: the default VPort has a power of two up to %u",
				  num, caps->max_qps_default);
	if (num > caps->max_qps)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "%u queue pairs: there are only %u", num, caps->max_qps);

	*pool = (struct nsw_qpair_pool) { .caps = caps, .used = num };
	return 0;
}

int nsw_qpair_get(struct nsw_qpair_pool *pool, u32 num, struct netlink_ext_ack *extack)
{
	const struct nsw_caps *caps = pool->caps;
	bool symmetric = !(caps->flags & NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS);

	if (!num || num > caps->max_qps_vport)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u queue pairs: a nondefault VPort has 1 to %u",
				  num, caps->max_qps_vport);
	if (symmetric && pool->nondefault && num != pool->per_vport)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u queue pairs: symmetric adapter, other VPorts have %u",
				  num, pool->per_vport);
	if (num > caps->max_qps - pool->used)
		return nsw_refuse(extack, ENOSPC, RESOURCES,
				  "%u queue pairs: only %u of %u are left",
				  num, caps->max_qps - pool->used, caps->max_qps);

	pool->used += num;
	pool->nondefault++;
	pool->per_vport = num;
	return 0;
}

int nsw_qpair_change(struct nsw_qpair_pool *pool, u32 was, u32 num,
		     struct netlink_ext_ack *extack)
{
	struct nsw_qpair_pool new = *pool;
	int err;

	nsw_qpair_put(&new, was);
	err = nsw_qpair_get(&new, num, extack);
	if (!err)
		*pool = new;
	return err;
}

void nsw_qpair_put(struct nsw_qpair_pool *pool, u32 num)
{
	pool->used -= num;
	pool->nondefault--;
}
