/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_RSS_H
#define _NSW_MODEL_RSS_H

#include <linux/types.h>

/* What NDIS allows at most: entries of an indirection table, bytes of a key. */
#define NSW_RSS_TABLE_SIZE	128
#define NSW_RSS_KEY_SIZE	40

/* Addresses and ports of IPv6, the longest that is hashed. */
#define NSW_RSS_INPUT_MAX	36
#define NSW_RSS_INPUT_WORDS	(NSW_RSS_INPUT_MAX / 4)
#define NSW_RSS_INPUT_NIBBLES	(NSW_RSS_INPUT_MAX * 2)

/**
 * struct nsw_flow - what a frame is hashed and matched by
 * @input: source address, destination address, source port, destination port,
 *	   without gaps, in network order; zero behind @len
 * @words: the same as numbers
 * @len: bytes that are hashed: 0, 8, 12, 32, 36
 * @family: 4, 6 or 0 for anything but IP
 * @proto: %IPPROTO_TCP or %IPPROTO_UDP when there are ports, else 0
 */
struct nsw_flow {
	union {
		u8 input[NSW_RSS_INPUT_MAX];
		u32 words[NSW_RSS_INPUT_WORDS];
	};
	u8 len;
	u8 family;
	u8 proto;
};

/**
 * struct nsw_rss - receive side scaling of one set of flows
 * @rcu: ends it when no frame looks at it any more
 * @table: indirection table: lowest bits of the hash -> queue pair
 * @key: secret of the Toeplitz hash
 * @lookup: what each half byte of the input adds to the hash, made of @key
 */
struct nsw_rss {
	struct rcu_head rcu;
	u8 table[NSW_RSS_TABLE_SIZE];
	u8 key[NSW_RSS_KEY_SIZE];
	u32 lookup[NSW_RSS_INPUT_NIBBLES][16];
};

/**
 * struct nsw_rss_rule - flows that have a queue pair or an RSS of their own
 * @flow: addresses, ports, family, protocol; @flow.proto 0 for any
 * @mask: which bits of addresses and ports count
 */
struct nsw_rss_rule {
	struct nsw_flow flow;
	u32 mask[NSW_RSS_INPUT_WORDS];
};

/**
 * nsw_rss_spread() - the table that treats queue pairs alike
 * @rss: what to change
 * @num: queue pairs
 */
void nsw_rss_spread(struct nsw_rss *rss, unsigned int num);

/**
 * nsw_rss_set_key() - another secret
 * @rss: what to change
 * @key: %NSW_RSS_KEY_SIZE bytes
 */
void nsw_rss_set_key(struct nsw_rss *rss, const u8 *key);

/**
 * nsw_rss_max_queue() - the highest queue pair in the table
 * @rss: what to look at
 *
 * Return: its number.
 */
unsigned int nsw_rss_max_queue(const struct nsw_rss *rss);

/**
 * nsw_rss_hash() - Toeplitz hash of a flow
 * @rss: whose key to use
 * @flow: the flow
 *
 * At most 72 steps. What is not hashable has hash 0.
 *
 * Return: the hash.
 */
static inline u32 nsw_rss_hash(const struct nsw_rss *rss, const struct nsw_flow *flow)
{
	unsigned int i;
	u32 hash = 0;

	for (i = 0; i < flow->len; i++)
		hash ^= rss->lookup[2 * i][flow->input[i] >> 4] ^
			rss->lookup[2 * i + 1][flow->input[i] & 15];
	return hash;
}

/**
 * nsw_rss_queue() - the queue pair of a hash
 * @rss: whose table to use
 * @hash: the hash
 *
 * Return: number of a queue pair; it may be gone.
 */
static inline unsigned int nsw_rss_queue(const struct nsw_rss *rss, u32 hash)
{
	return rss->table[hash % NSW_RSS_TABLE_SIZE];
}

/**
 * nsw_rss_rule_match() - whether a rule is about a flow
 * @rule: the rule
 * @flow: the flow
 *
 * Return: true if it is.
 */
bool nsw_rss_rule_match(const struct nsw_rss_rule *rule, const struct nsw_flow *flow);

#endif
