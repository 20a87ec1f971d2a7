/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_STATS_H
#define _NSW_MODEL_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/nicswitch.h>

/**
 * struct nsw_stats - counters of one port, one copy per CPU
 * @rx_packets: frames delivered to the port
 * @rx_bytes: their bytes
 * @rx_multicast: multicast and broadcast frames among them
 * @rx_broadcast: broadcast frames among these
 * @tx_packets: frames from the port that the switch forwarded
 * @tx_bytes: their bytes
 * @drops: frames dropped, by enum nsw_drop_reason
 * @syncp: consistency of 64-bit values on 32-bit machines
 *
 * Written with bottom halves disabled, by the CPU that owns the copy only.
 */
struct nsw_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t rx_multicast;
	u64_stats_t rx_broadcast;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t drops[NSW_DROP_MAX + 1];
	struct u64_stats_sync syncp;
};

/* The same counters, added up. */
struct nsw_stats_sum {
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_multicast;
	u64 rx_broadcast;
	u64 tx_packets;
	u64 tx_bytes;
	u64 drops[NSW_DROP_MAX + 1];
};

/**
 * nsw_stats_create() - allocate counters
 *
 * Context: may sleep.
 * Return: per-CPU counters, to be freed with free_percpu(); NULL without memory.
 */
struct nsw_stats __percpu *nsw_stats_create(void);

/**
 * nsw_stats_add() - add counters up over all CPUs
 * @sum: what to add to
 * @stats: per-CPU counters
 */
void nsw_stats_add(struct nsw_stats_sum *sum, const struct nsw_stats __percpu *stats);

/**
 * nsw_stats_sub() - take an earlier reading away
 * @sum: a reading
 * @base: an earlier reading of the same counters
 */
void nsw_stats_sub(struct nsw_stats_sum *sum, const struct nsw_stats_sum *base);

/**
 * nsw_stats_drops() - add drops up by who lost the frame
 * @sum: a reading
 * @tx: frames that the port tried to send
 * @rx: frames that it should have received
 */
static inline void nsw_stats_drops(const struct nsw_stats_sum *sum, __u64 *tx, __u64 *rx)
{
	unsigned int i;

	for (i = 0; i < NSW_DROP_RX_DOWN; i++)
		*tx += sum->drops[i];
	for (; i <= NSW_DROP_MAX; i++)
		*rx += sum->drops[i];
}

/* To whom a frame is addressed. */
enum nsw_cast {
	NSW_CAST_UNICAST,
	NSW_CAST_MULTICAST,
	NSW_CAST_BROADCAST,
};

/**
 * nsw_stats_rx() - a port has received a frame
 * @stats: its counters
 * @len: bytes
 * @cast: to whom it is addressed
 *
 * Context: bottom halves disabled; so for the next two.
 */
static inline void nsw_stats_rx(struct nsw_stats __percpu *stats, unsigned int len,
				enum nsw_cast cast)
{
	struct nsw_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->rx_packets);
	u64_stats_add(&s->rx_bytes, len);
	if (unlikely(cast)) {
		u64_stats_inc(&s->rx_multicast);
		if (cast == NSW_CAST_BROADCAST)
			u64_stats_inc(&s->rx_broadcast);
	}
	u64_stats_update_end(&s->syncp);
}

/**
 * nsw_stats_tx() - the switch forwards a frame that a port has sent
 * @stats: its counters
 * @len: bytes
 */
static inline void nsw_stats_tx(struct nsw_stats __percpu *stats, unsigned int len)
{
	struct nsw_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->tx_packets);
	u64_stats_add(&s->tx_bytes, len);
	u64_stats_update_end(&s->syncp);
}

/**
 * nsw_stats_drop() - a frame from or for a port is lost
 * @stats: its counters
 * @reason: why
 */
static inline void nsw_stats_drop(struct nsw_stats __percpu *stats, enum nsw_drop_reason reason)
{
	struct nsw_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->drops[reason]);
	u64_stats_update_end(&s->syncp);
}

#endif
