// SPDX-License-Identifier: GPL-2.0-only
#include <asm/byteorder.h>
#include <linux/build_bug.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/slab.h>
#include "model/block.h"
#include "model/status.h"
#include "model/switch.h"
#include "model/vf.h"

/* What enum nsw_builtin_block says about the built-in blocks, in C. */
#define NSW_BLOCK_VERSION	1
#define NSW_BLOCK_NO_VPORT	cpu_to_le32(0xffffffff)

struct nsw_block_state {
	u8 version;
	u8 link;
	u8 vport_state;
	u8 power;
	__le32 vport;
	__le32 qps;
} __packed;

struct nsw_block_address {
	u8 version;
	u8 flags;
	u8 mac[ETH_ALEN];
	__le16 vid;
	__be16 proto;
	u8 pcp;
	u8 reserved;
} __packed;

#define NSW_BLOCK_F_MAC		BIT(0)
#define NSW_BLOCK_F_VLAN	BIT(1)
#define NSW_BLOCK_F_TRUST	BIT(2)

static_assert(sizeof(struct nsw_block_state) == 12);
static_assert(sizeof(struct nsw_block_address) == 14);

static void nsw_block_fill_state(const struct nsw_vf *vf, struct nsw_block_state *state)
{
	const struct nsw_vport *vport = vf->vport;

	*state = (struct nsw_block_state) {
		.version = NSW_BLOCK_VERSION,
		.power = vf->power,
		.vport = NSW_BLOCK_NO_VPORT,
	};
	if (!vport)
		return;
	state->link = !(vport->blocked & NSW_BLOCK_CARRIER);
	state->vport_state = vport->state;
	state->vport = cpu_to_le32(vport->id);
	state->qps = cpu_to_le32(vport->qps);
}

static void nsw_block_fill_address(const struct nsw_vf *vf, struct nsw_block_address *address)
{
	const struct nsw_policy *policy = &vf->policy;

	*address = (struct nsw_block_address) { .version = NSW_BLOCK_VERSION };
	if (!is_zero_ether_addr(vf->mac))
		address->flags |= NSW_BLOCK_F_MAC;
	if (policy->trust)
		address->flags |= NSW_BLOCK_F_TRUST;
	ether_addr_copy(address->mac, vf->mac);
	if (!policy->pvlan)
		return;
	address->flags |= NSW_BLOCK_F_VLAN;
	address->vid = cpu_to_le16(policy->pvlan & VLAN_VID_MASK);
	address->proto = htons(policy->pvlan & NSW_VLAN_S ? ETH_P_8021AD : ETH_P_8021Q);
	address->pcp = policy->pcp;
}

/* Return: whether it says something new. */
static bool nsw_block_update(struct nsw_config_block *block, const void *data, u8 len)
{
	if (block->len == len && !memcmp(block->data, data, len))
		return false;
	memcpy(block->data, data, len);
	block->len = len;
	return true;
}

static u64 nsw_block_update_builtin(struct nsw_vf *vf)
{
	struct nsw_config_block *blocks = vf->blocks.builtin;
	struct nsw_block_address address;
	struct nsw_block_state state;
	u64 changed = 0;

	nsw_block_fill_state(vf, &state);
	nsw_block_fill_address(vf, &address);
	if (nsw_block_update(&blocks[NSW_BUILTIN_BLOCK_STATE], &state, sizeof(state)))
		changed |= BIT_ULL(NSW_BUILTIN_BLOCK_STATE);
	if (nsw_block_update(&blocks[NSW_BUILTIN_BLOCK_ADDRESS], &address, sizeof(address)))
		changed |= BIT_ULL(NSW_BUILTIN_BLOCK_ADDRESS);
	return changed;
}

void nsw_block_init(struct nsw_vf *vf)
{
	struct nsw_config_block *block;
	u32 id;

	BUILD_BUG_ON(ARRAY_SIZE(vf->blocks.builtin) != NSW_BUILTIN_BLOCK_ADDRESS + 1);
	INIT_LIST_HEAD(&vf->blocks.blocks);
	for (id = 0; id < NSW_BUILTIN_BLOCKS; id++) {
		block = &vf->blocks.builtin[id];
		block->vf = vf;
		block->id = id;
		block->builtin = true;
		list_add_tail(&block->list, &vf->blocks.blocks);
	}
}

void nsw_block_restart_locked(struct nsw_vf *vf)
{
	struct nsw_config_block *block, *next;

	list_for_each_entry_safe(block, next, &vf->blocks.blocks, list) {
		if (block->builtin)
			continue;
		list_del(&block->list);
		kfree(block);
	}
	vf->blocks.num = 0;
	vf->blocks.pending = 0;
	nsw_block_update_builtin(vf);
}

void nsw_block_refresh_locked(struct nsw_switch *sw, struct nsw_vf *vf)
{
	u64 changed;

	nsw_switch_assert_locked(sw);
	if (!vf->allocated)
		return;
	changed = nsw_block_update_builtin(vf);
	if (changed)
		nsw_block_invalidate_locked(sw, vf, changed);
}

const struct nsw_config_block *nsw_block_at_locked(const struct nsw_vf *vf, u32 id)
{
	const struct nsw_config_block *block;

	list_for_each_entry(block, &vf->blocks.blocks, list)
		if (block->id >= id)
			return block;
	return NULL;
}

struct nsw_config_block *nsw_block_get_locked(struct nsw_vf *vf, u32 id,
					      struct netlink_ext_ack *extack)
{
	struct nsw_config_block *block;

	list_for_each_entry(block, &vf->blocks.blocks, list)
		if (block->id == id)
			return block;
	return ERR_PTR(nsw_refuse(extack, ENOENT, INVALID_PARAMETER,
				  "VF %u has no config block %u", vf->id, id));
}

const struct nsw_config_block *nsw_block_read_locked(struct nsw_vf *vf, u32 id, u32 room,
						     struct netlink_ext_ack *extack)
{
	const struct nsw_config_block *block = nsw_block_get_locked(vf, id, extack);

	if (IS_ERR(block) || block->len <= room)
		return block;
	return ERR_PTR(nsw_refuse(extack, EMSGSIZE, INVALID_LENGTH,
				  "config block %u has %u bytes, room is for %u",
				  id, block->len, room));
}

static int nsw_block_check_len(u32 len, struct netlink_ext_ack *extack)
{
	if (len && len <= NSW_CONFIG_BLOCK_LEN)
		return 0;
	return nsw_refuse(extack, EMSGSIZE, INVALID_LENGTH,
			  "%u bytes: a config block has 1 to %u", len, NSW_CONFIG_BLOCK_LEN);
}

static void nsw_block_notify(struct nsw_switch *sw, const struct nsw_vf *vf, u32 id,
			     enum nsw_event event)
{
	const struct nsw_change change = {
		.event = event,
		.object = NSW_OBJECT_BLOCK,
		.vf = vf,
		.block = id,
	};

	/* No object that a dump shows, so none of them is torn. */
	if (sw->event)
		sw->event(sw, &change);
}

int nsw_block_write_locked(struct nsw_switch *sw, struct nsw_vf *vf, u32 id, const void *data,
			   u32 len, struct netlink_ext_ack *extack)
{
	struct nsw_config_block *block = nsw_block_get_locked(vf, id, extack);
	int err;

	nsw_switch_assert_locked(sw);
	if (IS_ERR(block))
		return PTR_ERR(block);
	if (!block->writable)
		return nsw_refuse(extack, EPERM, FAILURE,
				  "config block %u is not for the VF to write", id);
	err = nsw_block_check_len(len, extack);
	if (err)
		return err;
	memcpy(block->data, data, len);
	block->len = len;
	nsw_block_notify(sw, vf, id, NSW_EVENT_WRITE);
	return 0;
}

static int nsw_block_check_builtin(u32 id, struct netlink_ext_ack *extack)
{
	if (id >= NSW_BUILTIN_BLOCKS)
		return 0;
	return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
			  "config block %u is built in: the switch keeps it", id);
}

/* A new block in its place, without content. */
static struct nsw_config_block *nsw_block_add(struct nsw_vf *vf, u32 id,
					      struct netlink_ext_ack *extack)
{
	struct nsw_config_block *block, *other;

	if (vf->blocks.num >= NSW_CONFIG_BLOCKS_MAX)
		return ERR_PTR(nsw_refuse(extack, ENOSPC, RESOURCES,
					  "VF %u has all its %u config blocks",
					  vf->id, NSW_CONFIG_BLOCKS_MAX));
	block = kzalloc(sizeof(*block), GFP_KERNEL);
	if (!block)
		return ERR_PTR(-ENOMEM);
	block->vf = vf;
	block->id = id;
	list_for_each_entry(other, &vf->blocks.blocks, list)
		if (other->id > id)
			break;
	list_add_tail(&block->list, &other->list);
	vf->blocks.num++;
	return block;
}

int nsw_block_set_locked(struct nsw_switch *sw, struct nsw_vf *vf, u32 id, const void *data,
			 u32 len, bool writable, struct netlink_ext_ack *extack)
{
	struct nsw_config_block *block;
	int err;

	nsw_switch_assert_locked(sw);
	err = nsw_block_check_builtin(id, extack) ?: nsw_block_check_len(len, extack);
	if (err)
		return err;
	block = nsw_block_get_locked(vf, id, NULL);
	if (IS_ERR(block))
		block = nsw_block_add(vf, id, extack);
	if (IS_ERR(block))
		return PTR_ERR(block);
	memcpy(block->data, data, len);
	block->len = len;
	block->writable = writable;
	return 0;
}

int nsw_block_del_locked(struct nsw_switch *sw, struct nsw_vf *vf, u32 id,
			 struct netlink_ext_ack *extack)
{
	struct nsw_config_block *block;
	int err;

	nsw_switch_assert_locked(sw);
	err = nsw_block_check_builtin(id, extack);
	if (err)
		return err;
	block = nsw_block_get_locked(vf, id, extack);
	if (IS_ERR(block))
		return PTR_ERR(block);
	list_del(&block->list);
	kfree(block);
	vf->blocks.num--;
	return 0;
}

void nsw_block_invalidate_locked(struct nsw_switch *sw, struct nsw_vf *vf, u64 mask)
{
	u64 news = mask & ~vf->blocks.pending;

	nsw_switch_assert_locked(sw);
	vf->blocks.pending |= mask;
	/* Who has not taken the others yet finds these with them. */
	if (news)
		nsw_block_notify(sw, vf, 0, NSW_EVENT_INVALIDATE);
}

u64 nsw_block_take_locked(struct nsw_vf *vf)
{
	u64 mask = vf->blocks.pending;

	vf->blocks.pending = 0;
	return mask;
}
