// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/ethtool.h>
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include "model/audit.h"
#include "model/switch.h"
#include "netdev/channels.h"
#include "netdev/func.h"
#include "netdev/queue.h"
#include "netdev/selftest.h"

/* Far more than anything here takes: a guest may not run for seconds. */
#define NSW_SELFTEST_PATIENCE	(10 * HZ)

static int nsw_selftest_link(struct nsw_func *func)
{
	return netif_running(func->dev) && netif_carrier_ok(func->dev) ? 0 : -ENOLINK;
}

static int nsw_selftest_registers(struct nsw_func *func)
{
	return func->test_registers(func->dev->dev.parent);
}

/* Its NAPI runs when it is woken, or is running all the time. */
static int nsw_selftest_wake(struct nsw_queue *queue)
{
	u64 packets = u64_stats_read(&queue->stats.packets);
	u64 wakeups = u64_stats_read(&queue->stats.wakeups);
	unsigned long end = jiffies + NSW_SELFTEST_PATIENCE;
	bool late;

	local_bh_disable();
	nsw_queue_wake(queue);
	local_bh_enable();
	do {
		late = time_after(jiffies, end);
		if (u64_stats_read(&queue->stats.packets) != packets)
			return 0;
		if (u64_stats_read(&queue->stats.wakeups) != wakeups && !READ_ONCE(queue->kicked))
			return 0;
		usleep_range(100, 1000);
	} while (!late);
	return -ETIMEDOUT;
}

static int nsw_selftest_wake_all(struct nsw_queues *queues)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < queues->num; i++)
		err = nsw_selftest_wake(queues->queue[i]);
	return err;
}

static int nsw_selftest_interrupts(struct nsw_func *func)
{
	struct nsw_queues *queues = rtnl_dereference(func->queues);

	return queues ? nsw_selftest_wake_all(queues) : -ENETDOWN;
}

static int nsw_selftest_model(struct nsw_func *func)
{
	struct nsw_audit audit = {
		.port = &func->port,
		.vf = func->kind == NSW_FUNC_VF,
		.id = func->id,
		.qps = func->limit,
	};
	int err;

	/* With the lock under which they are told. */
	nsw_switch_lock(func->sw);
	audit.carrier = netif_carrier_ok(func->dev);
	audit.moderation = func->moderation;
	err = nsw_audit_port_locked(func->sw, &audit);
	nsw_switch_unlock(func->sw);
	return err;
}

/* A frame that was sent into a queue pair and shall come out of it. */
struct nsw_selftest_loop {
	struct packet_type tap;
	struct completion done;
	u64 cookie;
	u16 queue;
};

static int nsw_selftest_tap(struct sk_buff *skb, struct net_device *dev, struct packet_type *tap,
			    struct net_device *orig_dev)
{
	struct nsw_selftest_loop *loop = tap->af_packet_priv;
	u64 cookie;

	if (skb->protocol != htons(ETH_P_LOOPBACK) || skb->pkt_type != PACKET_LOOPBACK)
		goto consume_skb;
	if (!skb_rx_queue_recorded(skb) || skb_get_rx_queue(skb) != loop->queue)
		goto consume_skb;
	if (!skb_copy_bits(skb, 0, &cookie, sizeof(cookie)) && cookie == loop->cookie)
		complete(&loop->done);
consume_skb:
	consume_skb(skb);
	return NET_RX_SUCCESS;
}

static struct sk_buff *nsw_selftest_frame(struct net_device *dev, u64 cookie)
{
	struct sk_buff *skb = netdev_alloc_skb(dev, ETH_ZLEN);

	if (!skb)
		return NULL;
	memcpy(skb_put_zero(skb, ETH_ZLEN - ETH_HLEN), &cookie, sizeof(cookie));
	eth_header(skb, dev, ETH_P_LOOPBACK, dev->dev_addr, dev->dev_addr, 0);
	skb->protocol = eth_type_trans(skb, dev);
	/* Whatever is on top of the interface, a bridge say, lets it alone. */
	skb->pkt_type = PACKET_LOOPBACK;
	return skb;
}

static int nsw_selftest_loop_one(struct nsw_func *func, struct nsw_queue *queue,
				 struct nsw_selftest_loop *loop)
{
	struct sk_buff *skb;

	loop->cookie = get_random_u64();
	loop->queue = queue->index;
	reinit_completion(&loop->done);
	skb = nsw_selftest_frame(func->dev, loop->cookie);
	if (!skb)
		return -ENOMEM;
	local_bh_disable();
	nsw_stats_tx(func->stats, ETH_ZLEN);
	if (queue->index)
		nsw_queue_count_tx(func->tx_stats, queue->index, ETH_ZLEN);
	nsw_stats_rx(func->stats, ETH_ZLEN, NSW_CAST_UNICAST);
	nsw_queue_append(queue, skb);
	local_bh_enable();
	return wait_for_completion_timeout(&loop->done, NSW_SELFTEST_PATIENCE) ? 0 : -ETIMEDOUT;
}

static int nsw_selftest_loop_all(struct nsw_func *func, struct nsw_queues *queues)
{
	struct nsw_selftest_loop loop = {
		.tap = {
			.type = htons(ETH_P_ALL),
			.dev = func->dev,
			.func = nsw_selftest_tap,
			.ignore_outgoing = true,
		},
	};
	unsigned int i;
	int err = 0;

	init_completion(&loop.done);
	loop.tap.af_packet_priv = &loop;
	dev_add_pack(&loop.tap);
	for (i = 0; !err && i < queues->num; i++)
		err = nsw_selftest_loop_one(func, queues->queue[i], &loop);
	dev_remove_pack(&loop.tap);
	return err;
}

/* What has come before goes up. */
static int nsw_selftest_drain(struct nsw_queue *queue)
{
	unsigned long end = jiffies + NSW_SELFTEST_PATIENCE;
	int err = nsw_selftest_wake(queue);

	while (!err && !nsw_queue_is_empty(queue)) {
		if (time_after(jiffies, end))
			err = -ETIMEDOUT;
		usleep_range(100, 1000);
	}
	return err;
}

/*
 * Offline: the switch finds no queue pair meanwhile. No frame that came before
 * misses the XDP program, and those of the test do not meet it.
 */
static int nsw_selftest_loopback(struct nsw_func *func)
{
	struct bpf_prog *prog = rtnl_dereference(func->xdp_prog);
	struct nsw_queues *queues;
	unsigned int i;
	int err = 0;

	if (!rtnl_dereference(func->queues))
		return -ENETDOWN;
	queues = nsw_channels_pause(func);
	for (i = 0; !err && i < queues->num; i++)
		err = nsw_selftest_drain(queues->queue[i]);
	if (!err) {
		RCU_INIT_POINTER(func->xdp_prog, NULL);
		/* A poll that is still running may have the program, and get the first frame. */
		synchronize_net();
		err = nsw_selftest_loop_all(func, queues);
		rcu_assign_pointer(func->xdp_prog, prog);
	}
	nsw_channels_resume(func, queues);
	return err;
}

/* Documentation/ethtool.rst lists them. */
static const struct nsw_selftest {
	char name[ETH_GSTRING_LEN];
	bool offline;
	int (*run)(struct nsw_func *func);
} nsw_selftests[] = {
	{ "Link (online)", false, nsw_selftest_link },
	{ "Registers (online)", false, nsw_selftest_registers },
	{ "Interrupts (online)", false, nsw_selftest_interrupts },
	{ "Model (online)", false, nsw_selftest_model },
	{ "Loopback (offline)", true, nsw_selftest_loopback },
};

int nsw_selftest_get_count(void)
{
	return ARRAY_SIZE(nsw_selftests);
}

void nsw_selftest_get_strings(u8 *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nsw_selftests); i++)
		memcpy(data + i * ETH_GSTRING_LEN, nsw_selftests[i].name, ETH_GSTRING_LEN);
}

void nsw_selftest_run(struct net_device *dev, struct ethtool_test *test, u64 *data)
{
	bool offline = test->flags & ETH_TEST_FL_OFFLINE;
	unsigned int i;

	ASSERT_RTNL();
	for (i = 0; i < ARRAY_SIZE(nsw_selftests); i++) {
		data[i] = 0;
		if (!nsw_selftests[i].offline || offline)
			data[i] = -nsw_selftests[i].run(netdev_priv(dev));
		if (data[i])
			test->flags |= ETH_TEST_FL_FAILED;
	}
}
