// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/xdp_sock_drv.h>
#include "model/status.h"
#include "netdev/channels.h"
#include "netdev/func.h"
#include "netdev/queue.h"
#include "netdev/steering.h"

static void nsw_channels_count_reset(struct nsw_func *func, unsigned int num)
{
	local_bh_disable();
	while (num--)
		nsw_stats_drop(func->stats, NSW_DROP_RX_RESET);
	local_bh_enable();
}

static void nsw_channels_apply_moderation(struct nsw_func *func)
{
	enum nsw_moderation moderation = READ_ONCE(func->moderation);
	struct nsw_queues *queues;
	unsigned int i;

	rcu_read_lock();
	queues = rcu_dereference(func->queues);
	if (queues)
		for (i = 0; i < queues->num; i++)
			nsw_coalesce_set(queues->queue[i], moderation);
	rcu_read_unlock();
}

static void nsw_channels_publish(struct nsw_func *func, struct nsw_queues *queues)
{
	rcu_assign_pointer(func->queues, queues);
	/* Who changes the moderation meanwhile finds the new ones, or we the new value. */
	smp_mb();
	nsw_channels_apply_moderation(func);
}

static void nsw_channels_follow_cpus(struct nsw_func *func)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);
	struct task_struct *thread;
	unsigned int i;

	ASSERT_RTNL();
	for (i = 0; queues && i < queues->num; i++) {
		thread = queues->queue[i]->napi.thread;
		/* Fails when the last of them has just gone offline: then anywhere will do. */
		if (thread)
			set_cpus_allowed_ptr(thread, to_cpumask(func->cpus));
	}
}

/* Threads that nobody has told us where to run may have been told so by somebody else. */
static void nsw_channels_place_threads(struct nsw_func *func)
{
	if (func->kind != NSW_FUNC_VF &&
	    !cpumask_equal(to_cpumask(func->cpus), cpu_possible_mask))
		nsw_channels_follow_cpus(func);
}

int nsw_channels_open(struct nsw_func *func)
{
	struct net_device *dev = func->dev;
	struct nsw_queues *queues;

	if (dev->real_num_rx_queues > 1 && nsw_steering_has_rss(func) && !nsw_steering_get(func))
		return -ENOMEM;
	queues = nsw_queues_create(dev, dev->real_num_rx_queues, func->ring_size, NULL);
	if (!queues)
		return -ENOMEM;
	nsw_channels_publish(func, queues);
	nsw_channels_place_threads(func);
	return 0;
}

void nsw_channels_close(struct nsw_func *func)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);

	RCU_INIT_POINTER(func->queues, NULL);
	synchronize_net();
	nsw_channels_count_reset(func, nsw_queues_destroy(queues, NULL));
}

int nsw_channels_set(struct nsw_func *func, unsigned int num)
{
	struct nsw_queues *queues = NULL, *old = rtnl_dereference(func->queues);
	struct net_device *dev = func->dev;
	unsigned int was = dev->real_num_rx_queues;
	struct nsw_steering *plan;
	int err = 0;

	ASSERT_RTNL();
	if (num == was)
		return 0;
	plan = nsw_steering_plan(func, num);
	if (IS_ERR(plan))
		return PTR_ERR(plan);
	/* The stack must know of a queue as long as frames can name it. */
	if (num > was)
		err = netif_set_real_num_queues(dev, num, num);
	if (err)
		goto cancel;
	if (old) {
		queues = nsw_queues_create(dev, num, func->ring_size, old);
		if (!queues) {
			err = -ENOMEM;
			goto restore;
		}
	}

	/* Nothing fails from here. Fewer: the table first; more: the table last. */
	if (num < was)
		nsw_steering_commit(func, plan);
	if (old) {
		nsw_channels_publish(func, queues);
		nsw_channels_place_threads(func);
		synchronize_net();
		nsw_channels_count_reset(func, nsw_queues_destroy(old, queues));
	}
	if (num < was)
		return netif_set_real_num_queues(dev, num, num);
	nsw_steering_commit(func, plan);
	return 0;

restore:
	netif_set_real_num_queues(dev, was, was);
cancel:
	nsw_steering_cancel(plan);
	return err;
}

int nsw_channels_start_vport(struct nsw_func *func, unsigned int num)
{
	unsigned int configured = func->dev->priv_flags & IFF_RXFH_CONFIGURED;
	int err;

	/* A new VPort has a table of its own. */
	func->dev->priv_flags &= ~IFF_RXFH_CONFIGURED;
	if (num == func->dev->real_num_rx_queues)
		err = nsw_steering_follow(func, num);
	else
		err = nsw_channels_set(func, num);
	if (err)
		func->dev->priv_flags |= configured;
	else
		func->limit = num;
	return err;
}

int nsw_channels_resize_vport(struct nsw_port *port, u32 num, struct netlink_ext_ack *extack)
{
	struct nsw_func *func = nsw_func_from_port(port);
	unsigned int highest = nsw_steering_max_queue(func);
	unsigned int i;
	int err;

	/* First the tables, then the number: vmmq. */
	if (highest >= num)
		return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
				  "%u queue pairs: RSS or a rule of the interface names queue %u",
				  num, highest);
	for (i = num; i < func->dev->real_num_rx_queues; i++)
		if (xsk_get_pool_from_qid(func->dev, i))
			return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
					  "%u queue pairs: a socket of AF_XDP has queue %u",
					  num, i);
	err = nsw_channels_set(func, num);
	if (err)
		return nsw_refuse(extack, -err, RESOURCES,
				  "no memory for %u queue pairs of the interface", num);
	func->limit = num;
	return 0;
}

void nsw_channels_resize(struct nsw_func *func, unsigned int ring_size)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);

	ASSERT_RTNL();
	if (queues)
		nsw_queues_resize(queues, ring_size);
	func->ring_size = ring_size;
	nsw_channels_apply_moderation(func);
}

unsigned int nsw_channels_ring_size(unsigned int buffers)
{
	if (!buffers)
		return NSW_QUEUE_RING_SIZE;
	return clamp_t(unsigned int, buffers, NSW_QUEUE_RING_MIN, NSW_QUEUE_RING_MAX);
}

int nsw_channels_pin(struct nsw_port *port, const struct cpumask *cpus)
{
	struct nsw_func *func = nsw_func_from_port(port);
	int err = 0;

	ASSERT_RTNL();
	/* Threads can be told where to run; those of a VM queue are threads always. */
	if (func->kind != NSW_FUNC_QUEUE)
		err = dev_set_threaded(func->dev, cpus);
	if (err)
		return err;
	cpumask_copy(to_cpumask(func->cpus), cpus ?: cpu_possible_mask);
	nsw_channels_follow_cpus(func);
	return 0;
}

void nsw_channels_purge(struct nsw_func *func)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);

	ASSERT_RTNL();
	if (queues)
		nsw_channels_count_reset(func, nsw_queues_purge(queues));
}

struct nsw_queues *nsw_channels_pause(struct nsw_func *func)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);

	RCU_INIT_POINTER(func->queues, NULL);
	synchronize_net();
	return queues;
}

void nsw_channels_resume(struct nsw_func *func, struct nsw_queues *queues)
{
	ASSERT_RTNL();
	nsw_channels_publish(func, queues);
}

void nsw_channels_moderate(struct nsw_func *func, enum nsw_moderation moderation)
{
	WRITE_ONCE(func->moderation, moderation);
	/* Pairs with nsw_channels_publish(). */
	smp_mb();
	nsw_channels_apply_moderation(func);
}
