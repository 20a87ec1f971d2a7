// SPDX-License-Identifier: GPL-2.0-only
/* The PF-VF backchannel: src/model/block.c. */

#include "fixture.h"
#include "model/block.h"

/* Requests take the config lock; these are as short as the model's. */
#define NSW_BLOCK_LOCKED(fx, call) ({			\
	struct nsw_fixture *__fx = (fx);		\
	typeof(call) __ret;				\
							\
	nsw_switch_lock(&__fx->sw);			\
	__ret = (call);					\
	nsw_switch_unlock(&__fx->sw);			\
	__ret;						\
})

static int nsw_block_try_set(struct nsw_fixture *fx, u32 vf, u32 id, u32 len, bool writable)
{
	static const u8 bytes[NSW_CONFIG_BLOCK_LEN + 1] = { 0xa5 };

	return NSW_BLOCK_LOCKED(fx, nsw_block_set_locked(&fx->sw, &fx->sw.vfs[vf], id, bytes, len,
							 writable, &fx->extack));
}

static int nsw_block_try_write(struct nsw_fixture *fx, u32 vf, u32 id, u32 len)
{
	static const u8 bytes[NSW_CONFIG_BLOCK_LEN + 1] = { 0x5a };

	return NSW_BLOCK_LOCKED(fx, nsw_block_write_locked(&fx->sw, &fx->sw.vfs[vf], id, bytes,
							   len, &fx->extack));
}

static int nsw_block_try_del(struct nsw_fixture *fx, u32 vf, u32 id)
{
	return NSW_BLOCK_LOCKED(fx, nsw_block_del_locked(&fx->sw, &fx->sw.vfs[vf], id,
							 &fx->extack));
}

static int nsw_block_try_read(struct nsw_fixture *fx, u32 vf, u32 id, u32 room)
{
	return NSW_BLOCK_LOCKED(fx, PTR_ERR_OR_ZERO(nsw_block_read_locked(&fx->sw.vfs[vf], id,
									  room, &fx->extack)));
}

static int nsw_block_try_vf(struct nsw_fixture *fx, u32 vf)
{
	return NSW_BLOCK_LOCKED(fx, PTR_ERR_OR_ZERO(nsw_vf_get_locked(&fx->sw, vf,
								      &fx->extack)));
}

static u64 nsw_block_take(struct nsw_fixture *fx, u32 vf)
{
	return NSW_BLOCK_LOCKED(fx, nsw_block_take_locked(&fx->sw.vfs[vf]));
}

static void nsw_block_invalidate(struct nsw_fixture *fx, u32 vf, u64 mask)
{
	nsw_switch_lock(&fx->sw);
	nsw_block_invalidate_locked(&fx->sw, &fx->sw.vfs[vf], mask);
	nsw_switch_unlock(&fx->sw);
}

/* A little-endian number of a block. */
static u32 nsw_block_number(const u8 *bytes, u32 len)
{
	u32 value = 0;

	while (len--)
		value = value << 8 | bytes[len];
	return value;
}

/* Nobody changes a block while a test looks at it. */
static const u8 *nsw_block_bytes(struct nsw_fixture *fx, u32 vf, u32 id, u32 len)
{
	const struct nsw_config_block *block;

	block = NSW_BLOCK_LOCKED(fx, nsw_block_get_locked(&fx->sw.vfs[vf], id, NULL));
	KUNIT_ASSERT_FALSE(fx->test, IS_ERR(block));
	KUNIT_EXPECT_EQ(fx->test, block->len, len);
	return block->data;
}

static void nsw_block_is_read_as_it_was_set(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx), id;
	static const u32 ids[] = { 70, 2, U32_MAX, 63 };
	const struct nsw_config_block *block;
	static const u32 order[] = { 0, 1, 2, 63, 70, U32_MAX };
	int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++)
		KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, ids[i], 100 + i, false), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_bytes(fx, vf, 63, 103)[0], 0xa5);
	/* New content, another length. */
	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 63, 1, true), 0);
	nsw_block_bytes(fx, vf, 63, 1);
	KUNIT_EXPECT_EQ(test, fx->sw.vfs[vf].blocks.num, 4);
	KUNIT_EXPECT_EQ(test, fx->num_block_events, 0);

	id = 0;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		block = NSW_BLOCK_LOCKED(fx, nsw_block_at_locked(&fx->sw.vfs[vf], id));
		KUNIT_ASSERT_NOT_NULL(test, block);
		KUNIT_EXPECT_EQ(test, block->id, order[i]);
		KUNIT_EXPECT_EQ(test, block->builtin, order[i] < NSW_BUILTIN_BLOCKS);
		id = block->id + 1;
	}
	KUNIT_EXPECT_EQ(test, nsw_block_try_del(fx, vf, 70), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_try_read(fx, vf, 70, 128), -ENOENT);
	KUNIT_EXPECT_EQ(test, nsw_block_try_read(fx, vf, 63, 1), 0);
}

/* READ and WRITE_VF_CONFIG_BLOCK: every failure. */
static void nsw_block_refuses_what_does_not_fit(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx), i;

	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 5, 16, true), 0);
	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 6, 16, false), 0);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_vf(fx, vf + 1), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_read(fx, vf, 7, 128), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_read(fx, vf, 5, 15), EMSGSIZE, INVALID_LENGTH);
	KUNIT_EXPECT_EQ(test, nsw_block_try_read(fx, vf, 5, 16), 0);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_write(fx, vf, 7, 1), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_write(fx, vf, 6, 1), EPERM, FAILURE);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_write(fx, vf, 0, 1), EPERM, FAILURE);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_write(fx, vf, 5, 129), EMSGSIZE, INVALID_LENGTH);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_write(fx, vf, 5, 0), EMSGSIZE, INVALID_LENGTH);
	KUNIT_EXPECT_EQ(test, nsw_block_try_write(fx, vf, 5, 128), 0);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_set(fx, vf, 1, 1, true), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_del(fx, vf, 0), EINVAL, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_del(fx, vf, 7), ENOENT, INVALID_PARAMETER);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_set(fx, vf, 5, 129, true), EMSGSIZE, INVALID_LENGTH);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_set(fx, vf, 9, 0, true), EMSGSIZE, INVALID_LENGTH);
	for (i = fx->sw.vfs[vf].blocks.num; i < NSW_CONFIG_BLOCKS_MAX; i++)
		KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 1000 + i, 1, false), 0);
	NSW_EXPECT_REFUSED(fx, nsw_block_try_set(fx, vf, 9, 1, true), ENOSPC, RESOURCES);
	/* One that exists needs no room. */
	KUNIT_EXPECT_EQ(test, nsw_block_try_set(fx, vf, 6, 1, true), 0);
}

static void nsw_block_write_is_told_to_the_pf(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf, other = nsw_fixture_vf(fx);

	vf = nsw_fixture_vf(fx);
	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 5, 16, true), 0);
	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, other, 5, 16, true), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_try_write(fx, vf, 5, 3), 0);
	KUNIT_EXPECT_EQ(test, fx->num_block_events, 1);
	KUNIT_EXPECT_EQ(test, fx->block_event.event, NSW_EVENT_WRITE);
	KUNIT_EXPECT_EQ(test, fx->block_event.id, 5);
	KUNIT_EXPECT_EQ(test, fx->block_event.from, vf);
	KUNIT_EXPECT_EQ(test, nsw_block_bytes(fx, vf, 5, 3)[0], 0x5a);
	/* Its own blocks only. */
	KUNIT_EXPECT_EQ(test, nsw_block_bytes(fx, other, 5, 16)[0], 0xa5);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, other), 0);
}

/* Trap 20. */
static void nsw_block_masks_merge_until_taken(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx), other = nsw_fixture_vf(fx);

	/* Nobody listens, no interface: they are kept. */
	nsw_block_invalidate(fx, vf, BIT_ULL(63) | BIT_ULL(5));
	nsw_block_invalidate(fx, vf, BIT_ULL(5) | BIT_ULL(9));
	KUNIT_EXPECT_EQ(test, fx->num_block_events, 2);
	KUNIT_EXPECT_EQ(test, fx->block_event.event, NSW_EVENT_INVALIDATE);
	KUNIT_EXPECT_EQ(test, fx->block_event.from, vf);
	/* Nothing new: the one event stands for both. */
	nsw_block_invalidate(fx, vf, BIT_ULL(5));
	KUNIT_EXPECT_EQ(test, fx->num_block_events, 2);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, other), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), BIT_ULL(63) | BIT_ULL(5) | BIT_ULL(9));
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), 0);
	nsw_block_invalidate(fx, vf, BIT_ULL(5));
	KUNIT_EXPECT_EQ(test, fx->num_block_events, 3);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), BIT_ULL(5));
}

static void nsw_block_reset_forgets_events_only(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx), other = nsw_fixture_vf(fx);

	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 5, 16, true), 0);
	nsw_block_invalidate(fx, vf, BIT_ULL(5));
	nsw_block_invalidate(fx, other, BIT_ULL(6));
	KUNIT_ASSERT_EQ(test, nsw_vf_reset(&fx->sw, vf, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, other), BIT_ULL(6));
	KUNIT_EXPECT_EQ(test, nsw_block_try_read(fx, vf, 5, 16), 0);
}

static void nsw_block_goes_with_the_allocation(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	u32 vf = nsw_fixture_vf(fx);

	KUNIT_ASSERT_EQ(test, nsw_block_try_set(fx, vf, 5, 16, true), 0);
	nsw_block_invalidate(fx, vf, BIT_ULL(5));
	KUNIT_ASSERT_EQ(test, nsw_vf_free(&fx->sw, vf, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_fixture_vf(fx), vf);
	KUNIT_EXPECT_EQ(test, nsw_block_try_read(fx, vf, 5, 16), -ENOENT);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), 0);
	KUNIT_EXPECT_EQ(test, fx->sw.vfs[vf].blocks.num, 0);
}

static void nsw_block_state_follows_the_vport(struct kunit *test)
{
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	const u64 bit = BIT_ULL(NSW_BUILTIN_BLOCK_STATE);
	u32 vf = nsw_fixture_vf(fx), vport;
	const u8 *state;

	state = nsw_block_bytes(fx, vf, NSW_BUILTIN_BLOCK_STATE, 12);
	KUNIT_EXPECT_EQ(test, state[0], 1);
	KUNIT_EXPECT_EQ(test, state[1], 0);
	KUNIT_EXPECT_EQ(test, state[2], 0);
	KUNIT_EXPECT_EQ(test, state[3], NSW_POWER_D0);
	KUNIT_EXPECT_EQ(test, nsw_block_number(state + 4, 4), U32_MAX);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), 0);

	vport = nsw_fixture_vf_vport(fx, vf);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), bit);
	KUNIT_EXPECT_EQ(test, state[1], 1);
	KUNIT_EXPECT_EQ(test, state[2], NSW_VPORT_STATE_ACTIVATED);
	KUNIT_EXPECT_EQ(test, nsw_block_number(state + 4, 4), vport);
	KUNIT_EXPECT_EQ(test, nsw_block_number(state + 8, 4), 1);

	nsw_policy_set_link(&fx->sw, vf, NSW_LINK_DISABLE, NULL);
	KUNIT_EXPECT_EQ(test, state[1], 0);
	nsw_vf_set_power(&fx->sw, vf, NSW_POWER_D3, false, NULL);
	KUNIT_EXPECT_EQ(test, state[3], NSW_POWER_D3);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), bit);
	/* Without carrier before and after: it still learns that the VPort is gone. */
	KUNIT_ASSERT_EQ(test, nsw_vport_delete(&fx->sw, vport, NULL), 0);
	KUNIT_EXPECT_EQ(test, state[2], 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), bit);
	/* What it cannot see in there does not wake it. */
	nsw_policy_set_spoofchk(&fx->sw, vf, false, NULL);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), 0);
}

static void nsw_block_address_follows_the_pf(struct kunit *test)
{
	const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x11 };
	struct nsw_fixture *fx = nsw_fixture_ready(test);
	const u64 bit = BIT_ULL(NSW_BUILTIN_BLOCK_ADDRESS);
	u32 vf = nsw_fixture_vf(fx);
	const u8 *address;

	address = nsw_block_bytes(fx, vf, NSW_BUILTIN_BLOCK_ADDRESS, 14);
	KUNIT_EXPECT_EQ(test, address[1], 0);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_mac(&fx->sw, vf, mac, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), bit);
	KUNIT_EXPECT_EQ(test, address[1], BIT(0));
	KUNIT_EXPECT_EQ(test, nsw_mac_pack(address + 2), NSW_MAC(0x11));
	/* The same again is no news. */
	KUNIT_ASSERT_EQ(test, nsw_policy_set_mac(&fx->sw, vf, mac, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), 0);

	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 0x123, 5, true, NULL), 0);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_trust(&fx->sw, vf, true, NULL), 0);
	KUNIT_EXPECT_EQ(test, nsw_block_take(fx, vf), bit);
	KUNIT_EXPECT_EQ(test, address[1], BIT(0) | BIT(1) | BIT(2));
	KUNIT_EXPECT_EQ(test, nsw_block_number(address + 8, 2), 0x123);
	KUNIT_EXPECT_EQ(test, nsw_block_number(address + 10, 2), 0xa888);
	KUNIT_EXPECT_EQ(test, address[12], 5);
	KUNIT_ASSERT_EQ(test, nsw_policy_set_port_vlan(&fx->sw, vf, 0, 0, false, NULL), 0);
	KUNIT_EXPECT_EQ(test, address[1], BIT(0) | BIT(2));
}

static struct kunit_case nsw_block_cases[] = {
	KUNIT_CASE(nsw_block_is_read_as_it_was_set),
	KUNIT_CASE(nsw_block_refuses_what_does_not_fit),
	KUNIT_CASE(nsw_block_write_is_told_to_the_pf),
	KUNIT_CASE(nsw_block_masks_merge_until_taken),
	KUNIT_CASE(nsw_block_reset_forgets_events_only),
	KUNIT_CASE(nsw_block_goes_with_the_allocation),
	KUNIT_CASE(nsw_block_state_follows_the_vport),
	KUNIT_CASE(nsw_block_address_follows_the_pf),
	{ }
};

static struct kunit_suite nsw_block_suite = {
	.name = "nsw_block",
	.test_cases = nsw_block_cases,
};

kunit_test_suite(nsw_block_suite);
