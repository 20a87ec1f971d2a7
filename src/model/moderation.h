/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_MODERATION_H
#define _NSW_MODEL_MODERATION_H

#include <linux/types.h>
#include <uapi/linux/nicswitch.h>

struct netlink_ext_ack;
struct nsw_port;
struct nsw_switch;
struct nsw_vport;

/**
 * struct nsw_moderation_level - what an interrupt moderation means
 * @usecs: time from the first frame that waits to the wake-up; 0: at once
 * @frames: so many frames that wait end the time early
 *
 * For %NSW_MODERATION_ADAPTIVE it is only where the adaptation starts.
 */
struct nsw_moderation_level {
	u32 usecs;
	u32 frames;
};

/**
 * nsw_moderation_level() - what an interrupt moderation means
 * @moderation: a valid value
 *
 * Return: time and frames.
 */
const struct nsw_moderation_level *nsw_moderation_level(enum nsw_moderation moderation);

/**
 * nsw_moderation_find() - the value that stands for a time or a number of frames
 * @usecs: time, or -1 for any
 * @frames: frames, or -1 for any
 *
 * Return: the value; 0 when no level has these. Never %NSW_MODERATION_ADAPTIVE.
 */
enum nsw_moderation nsw_moderation_find(s64 usecs, s64 frames);

/**
 * nsw_moderation_check() - whether VPorts can have an interrupt moderation
 * @sw: the switch
 * @moderation: the value; 0 stands for no wish
 * @extack: reason of a refusal
 *
 * Return: 0, -EINVAL, or -EOPNOTSUPP without the capability.
 */
int nsw_moderation_check(struct nsw_switch *sw, enum nsw_moderation moderation,
			 struct netlink_ext_ack *extack);

/**
 * nsw_moderation_apply_locked() - change that of a VPort and tell its interface
 * @vport: the VPort
 * @moderation: value that was checked
 *
 * Context: config lock held.
 */
void nsw_moderation_apply_locked(struct nsw_vport *vport, enum nsw_moderation moderation);

/**
 * nsw_moderation_request() - the interface behind a VPort asks for another one
 * @sw: the switch
 * @port: the interface
 * @moderation: the value
 * @extack: reason of a refusal
 *
 * The PF can ask without a NIC switch too: its traffic goes through VPort 0 all the same.
 *
 * Context: process context; takes the config lock.
 * Return: 0, -ENODEV without VPort, or as nsw_moderation_check().
 */
int nsw_moderation_request(struct nsw_switch *sw, struct nsw_port *port,
			   enum nsw_moderation moderation, struct netlink_ext_ack *extack);

#endif
