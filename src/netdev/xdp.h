/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_XDP_H
#define _NSW_NETDEV_XDP_H

#include <linux/u64_stats_sync.h>
#include <net/xdp.h>

struct bpf_prog;
struct net_device;
struct netdev_bpf;
struct nsw_queue;
struct sk_buff;

/**
 * struct nsw_xdp_stats - what programs did with frames of a queue pair
 * @drops: dropped, aborted ones included
 * @tx: sent back by the interface
 * @redirects: sent to another interface, a CPU or a socket
 * @errors: could not be shown to the program, or not be sent where it said
 *
 * Written by NAPI.
 */
struct nsw_xdp_stats {
	u64_stats_t drops;
	u64_stats_t tx;
	u64_stats_t redirects;
	u64_stats_t errors;
};

/**
 * nsw_xdp_bpf() - attach and detach programs, as ndo_bpf
 * @dev: the interface
 * @bpf: what to do
 *
 * Context: RTNL held.
 * Return: 0, -EINVAL for another command, -EOPNOTSUPP while the MTU is too large.
 */
int nsw_xdp_bpf(struct net_device *dev, struct netdev_bpf *bpf);

/**
 * nsw_xdp_xmit() - send frames that a program has redirected here, as ndo_xdp_xmit
 * @dev: the interface
 * @num: frames
 * @frames: the frames
 * @flags: flags
 *
 * They take the way of any other frame through the switch.
 *
 * Context: RCU reader, bottom halves disabled.
 * Return: how many of the first were taken, or a negative errno.
 */
int nsw_xdp_xmit(struct net_device *dev, int num, struct xdp_frame **frames, u32 flags);

/**
 * nsw_xdp_receive() - show a frame to a program
 * @queue: queue pair that has received it
 * @prog: the program
 * @skb: frame as the stack wants it; owned by this function
 *
 * Sets @queue->redirected when xdp_do_flush() is due.
 *
 * Context: NAPI.
 * Return: what goes on to the stack, linked by @next; or NULL.
 */
struct sk_buff *nsw_xdp_receive(struct nsw_queue *queue, struct bpf_prog *prog,
				struct sk_buff *skb);

#endif
