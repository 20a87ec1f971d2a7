// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include "model/stats.h"

struct nsw_stats __percpu *nsw_stats_create(void)
{
	struct nsw_stats __percpu *stats = alloc_percpu(struct nsw_stats);
	int cpu;

	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->syncp);
	return stats;
}

static void nsw_stats_add_cpu(struct nsw_stats_sum *sum, const struct nsw_stats *stats)
{
	struct nsw_stats_sum cpu;
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		cpu.rx_packets = u64_stats_read(&stats->rx_packets);
		cpu.rx_bytes = u64_stats_read(&stats->rx_bytes);
		cpu.rx_multicast = u64_stats_read(&stats->rx_multicast);
		cpu.rx_broadcast = u64_stats_read(&stats->rx_broadcast);
		cpu.tx_packets = u64_stats_read(&stats->tx_packets);
		cpu.tx_bytes = u64_stats_read(&stats->tx_bytes);
		for (i = 0; i <= NSW_DROP_MAX; i++)
			cpu.drops[i] = u64_stats_read(&stats->drops[i]);
	} while (u64_stats_fetch_retry(&stats->syncp, start));

	sum->rx_packets += cpu.rx_packets;
	sum->rx_bytes += cpu.rx_bytes;
	sum->rx_multicast += cpu.rx_multicast;
	sum->rx_broadcast += cpu.rx_broadcast;
	sum->tx_packets += cpu.tx_packets;
	sum->tx_bytes += cpu.tx_bytes;
	for (i = 0; i <= NSW_DROP_MAX; i++)
		sum->drops[i] += cpu.drops[i];
}

void nsw_stats_add(struct nsw_stats_sum *sum, const struct nsw_stats __percpu *stats)
{
	int cpu;

	for_each_possible_cpu(cpu)
		nsw_stats_add_cpu(sum, per_cpu_ptr(stats, cpu));
}

void nsw_stats_sub(struct nsw_stats_sum *sum, const struct nsw_stats_sum *base)
{
	unsigned int i;

	sum->rx_packets -= base->rx_packets;
	sum->rx_bytes -= base->rx_bytes;
	sum->rx_multicast -= base->rx_multicast;
	sum->rx_broadcast -= base->rx_broadcast;
	sum->tx_packets -= base->tx_packets;
	sum->tx_bytes -= base->tx_bytes;
	for (i = 0; i <= NSW_DROP_MAX; i++)
		sum->drops[i] -= base->drops[i];
}
