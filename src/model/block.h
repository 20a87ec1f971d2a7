/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_BLOCK_H
#define _NSW_MODEL_BLOCK_H

#include <linux/list.h>
#include "model/types.h"

struct netlink_ext_ack;
struct nsw_switch;
struct nsw_vf;

/* Longest config block, in bytes. */
#define NSW_CONFIG_BLOCK_LEN	128
/* Config blocks of one VF that its PF can define. */
#define NSW_CONFIG_BLOCKS_MAX	256
/* Blocks that every VF has: enum nsw_builtin_block. */
#define NSW_BUILTIN_BLOCKS	2

/**
 * struct nsw_config_block - a config block: what PF and VF tell each other
 * @list: in &nsw_block_list.blocks
 * @vf: the VF
 * @id: block id
 * @builtin: kept by the switch, which nobody else may change
 * @writable: its VF may write it
 * @len: bytes of @data
 * @data: content, opaque but for built-in blocks
 */
struct nsw_config_block {
	struct list_head list;
	const struct nsw_vf *vf;
	u32 id;
	bool builtin;
	bool writable;
	u8 len;
	u8 data[NSW_CONFIG_BLOCK_LEN];
};

/**
 * struct nsw_block_list - the backchannel of one VF
 * @blocks: its config blocks, by id
 * @num: how many of them the PF has defined
 * @pending: blocks below 64 that have changed since the VF asked last
 * @builtin: the blocks that every VF has
 *
 * Protected by the config lock.
 */
struct nsw_block_list {
	struct list_head blocks;
	u32 num;
	u64 pending;
	struct nsw_config_block builtin[NSW_BUILTIN_BLOCKS];
};

/**
 * nsw_block_init() - the backchannel of a new VF
 * @vf: the VF
 */
void nsw_block_init(struct nsw_vf *vf);

/**
 * nsw_block_restart_locked() - the VF was allocated or freed
 * @vf: the VF
 *
 * Forgets what its PF has defined, and what it has not been told yet.
 *
 * Context: config lock held.
 */
void nsw_block_restart_locked(struct nsw_vf *vf);

/**
 * nsw_block_refresh_locked() - bring the built-in blocks up to date
 * @sw: the switch
 * @vf: the VF
 *
 * Tells the VF which of them have changed.
 *
 * Context: config lock held.
 */
void nsw_block_refresh_locked(struct nsw_switch *sw, struct nsw_vf *vf);

/**
 * nsw_block_get_locked() - look a block up
 * @vf: an allocated VF
 * @id: block id
 * @extack: reason when there is none
 *
 * Context: config lock held.
 * Return: the block or ERR_PTR(-ENOENT).
 */
struct nsw_config_block *nsw_block_get_locked(struct nsw_vf *vf, u32 id,
					      struct netlink_ext_ack *extack);

/**
 * nsw_block_at_locked() - step through the blocks of a VF
 * @vf: an allocated VF
 * @id: where to start
 *
 * Context: config lock held.
 * Return: the block with the lowest id from @id on, or NULL.
 */
const struct nsw_config_block *nsw_block_at_locked(const struct nsw_vf *vf, u32 id);

/**
 * nsw_block_read_locked() - OID_SRIOV_READ_VF_CONFIG_BLOCK
 * @vf: an allocated VF
 * @id: block id
 * @room: bytes that the reader has room for
 * @extack: reason of a refusal
 *
 * Context: config lock held.
 * Return: the block, ERR_PTR(-ENOENT), or ERR_PTR(-EMSGSIZE) when it is longer
 * than @room.
 */
const struct nsw_config_block *nsw_block_read_locked(struct nsw_vf *vf, u32 id, u32 room,
						     struct netlink_ext_ack *extack);

/**
 * nsw_block_write_locked() - OID_SRIOV_WRITE_VF_CONFIG_BLOCK
 * @sw: the switch
 * @vf: an allocated VF, which writes
 * @id: block id
 * @data: new content
 * @len: its bytes
 * @extack: reason of a refusal
 *
 * The PF hears of it by an event.
 *
 * Context: config lock held.
 * Return: 0, -ENOENT, -EMSGSIZE, or -EPERM when the PF has not allowed it.
 */
int nsw_block_write_locked(struct nsw_switch *sw, struct nsw_vf *vf, u32 id, const void *data,
			   u32 len, struct netlink_ext_ack *extack);

/**
 * nsw_block_set_locked() - the PF defines a block, or gives it new content
 * @sw: the switch
 * @vf: an allocated VF
 * @id: block id, above those of the built-in blocks
 * @data: content
 * @len: its bytes
 * @writable: the VF may write it
 * @extack: reason of a refusal
 *
 * The VF is told by nsw_block_invalidate_locked() only.
 *
 * Context: config lock held.
 * Return: 0, -EINVAL for a built-in block, -EMSGSIZE, -ENOSPC, -ENOMEM.
 */
int nsw_block_set_locked(struct nsw_switch *sw, struct nsw_vf *vf, u32 id, const void *data,
			 u32 len, bool writable, struct netlink_ext_ack *extack);

/**
 * nsw_block_del_locked() - the PF takes a block away
 * @sw: the switch
 * @vf: an allocated VF
 * @id: block id
 * @extack: reason of a refusal
 *
 * Context: config lock held.
 * Return: 0, -ENOENT, -EINVAL for a built-in block.
 */
int nsw_block_del_locked(struct nsw_switch *sw, struct nsw_vf *vf, u32 id,
			 struct netlink_ext_ack *extack);

/**
 * nsw_block_invalidate_locked() - OID_SRIOV_VF_INVALIDATE_CONFIG_BLOCK
 * @sw: the switch
 * @vf: an allocated VF
 * @mask: bit n: block n has changed
 *
 * Masks add up until the VF takes them; an event wakes it when bits are new.
 *
 * Context: config lock held.
 */
void nsw_block_invalidate_locked(struct nsw_switch *sw, struct nsw_vf *vf, u64 mask);

/**
 * nsw_block_take_locked() - the VF asks which blocks have changed
 * @vf: an allocated VF
 *
 * Context: config lock held.
 * Return: the mask; it is told once.
 */
u64 nsw_block_take_locked(struct nsw_vf *vf);

#endif
