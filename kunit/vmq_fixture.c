// SPDX-License-Identifier: GPL-2.0-only
/* VM queues for tests. */

#include "vmq_fixture.h"

struct nsw_fixture *nsw_vmq_fixture(struct kunit *test, u32 num_queues)
{
	struct nsw_fixture *fx;
	struct nsw_caps caps;

	nsw_caps_init(&caps, 8);
	caps.num_queues = num_queues;
	fx = nsw_fixture_absent(test, &caps);
	nsw_vmq_open(&fx->sw);
	return fx;
}

int nsw_vmq_try(struct nsw_fixture *fx, const struct nsw_vmq_params *params)
{
	int err;
	u32 id;

	err = nsw_vmq_allocate(&fx->sw, params, &id, &fx->extack);
	return err ?: (int)id;
}

u32 nsw_vmq_new(struct nsw_fixture *fx, const struct nsw_caller *caller)
{
	const struct nsw_vmq_params params = { .caller = caller };
	int id = nsw_vmq_try(fx, &params);

	KUNIT_ASSERT_GT(fx->test, id, 0);
	nsw_vmq_announce(&fx->sw, id);
	return id;
}

struct nsw_vmq *nsw_vmq_get(struct nsw_fixture *fx, u32 id)
{
	struct nsw_vmq *vmq;

	nsw_switch_lock(&fx->sw);
	vmq = nsw_vmq_get_locked(&fx->sw, id, NULL);
	nsw_switch_unlock(&fx->sw);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(fx->test, vmq);
	return vmq;
}

int nsw_vmq_try_filter(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 queue, u64 mac,
		       int cond)
{
	enum nsw_vlan_mode mode = cond == NSW_COND_ANY ? NSW_VLAN_MODE_ANY :
				  cond == NSW_COND_NONE ? NSW_VLAN_MODE_NONE : NSW_VLAN_MODE_ID;
	u8 addr[ETH_ALEN];
	int err;
	u32 id;

	u64_to_ether_addr(mac, addr);
	err = nsw_filter_add_to_queue_as(&fx->sw, caller, queue, addr, mode, cond > 0 ? cond : 0,
					 &id, &fx->extack);
	return err ?: (int)id;
}

u32 nsw_vmq_filter(struct nsw_fixture *fx, u32 queue, u64 mac, int cond)
{
	int id = nsw_vmq_try_filter(fx, NULL, queue, mac, cond);

	KUNIT_ASSERT_GT(fx->test, id, 0);
	return id;
}

u32 nsw_vmq_running(struct nsw_fixture *fx, u64 mac, int cond)
{
	u32 id = nsw_vmq_new(fx, NULL);

	nsw_vmq_filter(fx, id, mac, cond);
	KUNIT_ASSERT_EQ(fx->test, nsw_vmq_complete(&fx->sw, NULL, id, NULL), 0);
	return id;
}

int nsw_vmq_try_free(struct nsw_fixture *fx, const struct nsw_caller *caller, u32 id)
{
	struct nsw_vmq *vmq = nsw_vmq_unlink_as(&fx->sw, caller, id, &fx->extack);

	if (IS_ERR(vmq))
		return PTR_ERR(vmq);
	synchronize_rcu();
	nsw_vmq_destroy(vmq);
	return 0;
}

int nsw_vmq_try_switch(struct nsw_fixture *fx)
{
	const struct nsw_switch_params params = { .num_vfs = 2, .default_qps = 1 };

	return nsw_switch_create(&fx->sw, &params, &fx->extack);
}
