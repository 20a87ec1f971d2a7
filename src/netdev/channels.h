/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_CHANNELS_H
#define _NSW_NETDEV_CHANNELS_H

#include <linux/types.h>
#include <uapi/linux/nicswitch.h>

struct cpumask;
struct netlink_ext_ack;
struct nsw_func;
struct nsw_port;
struct nsw_queues;

/*
 * The queue pairs that an interface uses: at most those of its VPort
 * (func->limit), as many as dev->real_num_rx_queues says, with rings while it
 * is up (func->queues). All functions want RTNL unless they say otherwise.
 */

/**
 * nsw_channels_open() - queue pairs for an interface that comes up
 * @func: the interface
 *
 * Return: 0 or -ENOMEM.
 */
int nsw_channels_open(struct nsw_func *func);

/**
 * nsw_channels_close() - the reverse of nsw_channels_open()
 * @func: the interface
 */
void nsw_channels_close(struct nsw_func *func);

/**
 * nsw_channels_set() - use another number of queue pairs
 * @func: the interface
 * @num: queue pairs
 *
 * Frames that wait in a queue pair that goes move to those that stay.
 *
 * Return: 0 or -ENOMEM; then nothing has changed.
 */
int nsw_channels_set(struct nsw_func *func, unsigned int num);

/**
 * nsw_channels_start_vport() - as many queue pairs as a VPort that is new
 * @func: the interface
 * @num: queue pairs
 *
 * With a new VPort comes a table of its own.
 *
 * Return: 0 or -ENOMEM; then it keeps what it had.
 */
int nsw_channels_start_vport(struct nsw_func *func, unsigned int num);

/**
 * nsw_channels_resize_vport() - follow the number of queue pairs of the VPort
 * @port: the interface
 * @num: queue pairs
 * @extack: reason of a refusal
 *
 * Return: 0; -EBUSY while a table or a rule that somebody has set names more of
 * them, -ENOMEM; then it keeps what it had.
 */
int nsw_channels_resize_vport(struct nsw_port *port, u32 num, struct netlink_ext_ack *extack);

/**
 * nsw_channels_resize() - let another number of frames wait in each
 * @func: the interface
 * @ring_size: frames
 *
 * Context: RTNL held.
 */
void nsw_channels_resize(struct nsw_func *func, unsigned int ring_size);

/**
 * nsw_channels_ring_size() - what comes of a suggestion
 * @buffers: receive buffers that were suggested; 0 for no suggestion
 *
 * Return: as many frames as a ring can be long.
 */
unsigned int nsw_channels_ring_size(unsigned int buffers);

/**
 * nsw_channels_pin() - say which CPUs serve an interface
 * @port: the interface, not that of a VF
 * @cpus: CPUs; NULL for any, and no threads but those of a VM queue
 *
 * The threads of its NAPI stay on them. What the administrator has set for a thread
 * since is lost. There are no threads while the interface is down, or where somebody
 * has turned them off.
 *
 * Return: 0, or -ENOMEM without memory for threads; then nothing has changed.
 */
int nsw_channels_pin(struct nsw_port *port, const struct cpumask *cpus);

/**
 * nsw_channels_purge() - throw waiting frames away, and count them
 * @func: the interface
 */
void nsw_channels_purge(struct nsw_func *func);

/**
 * nsw_channels_pause() - let no frame find the queue pairs
 * @func: the interface, which is up
 *
 * What arrives is dropped as %NSW_DROP_RX_DOWN; what waits goes up.
 *
 * Return: the queue pairs, for nsw_channels_resume().
 */
struct nsw_queues *nsw_channels_pause(struct nsw_func *func);

/**
 * nsw_channels_resume() - the reverse of nsw_channels_pause()
 * @func: the interface
 * @queues: the queue pairs
 */
void nsw_channels_resume(struct nsw_func *func, struct nsw_queues *queues);

/**
 * nsw_channels_moderate() - another interrupt moderation
 * @func: the interface
 * @moderation: what it shall be
 *
 * Context: process context; RTNL not needed.
 */
void nsw_channels_moderate(struct nsw_func *func, enum nsw_moderation moderation);

#endif
