// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/string.h>
#include "model/rss.h"

void nsw_rss_spread(struct nsw_rss *rss, unsigned int num)
{
	unsigned int i;

	for (i = 0; i < NSW_RSS_TABLE_SIZE; i++)
		rss->table[i] = i % num;
}

/* The 32 bits of the key that begin with this one: what a set bit of the input adds. */
static u32 nsw_rss_window(const u8 *key, unsigned int bit)
{
	unsigned int i;
	u64 bits = 0;

	for (i = bit / 8; i <= bit / 8 + sizeof(u32); i++)
		bits = bits << 8 | (i < NSW_RSS_KEY_SIZE ? key[i] : 0);
	return bits >> (8 - bit % 8);
}

void nsw_rss_set_key(struct nsw_rss *rss, const u8 *key)
{
	unsigned int i, value, bit;
	u32 sum;

	memcpy(rss->key, key, NSW_RSS_KEY_SIZE);
	for (i = 0; i < NSW_RSS_INPUT_NIBBLES; i++) {
		for (value = 0; value < 16; value++) {
			sum = 0;
			for (bit = 0; bit < 4; bit++)
				if (value & (8 >> bit))
					sum ^= nsw_rss_window(rss->key, 4 * i + bit);
			rss->lookup[i][value] = sum;
		}
	}
}

unsigned int nsw_rss_max_queue(const struct nsw_rss *rss)
{
	unsigned int i, highest = 0;

	for (i = 0; i < NSW_RSS_TABLE_SIZE; i++)
		highest = max_t(unsigned int, highest, rss->table[i]);
	return highest;
}

bool nsw_rss_rule_match(const struct nsw_rss_rule *rule, const struct nsw_flow *flow)
{
	unsigned int i;

	if (rule->flow.family != flow->family ||
	    (rule->flow.proto && rule->flow.proto != flow->proto))
		return false;
	for (i = 0; i < ARRAY_SIZE(rule->mask); i++)
		if ((rule->flow.words[i] ^ flow->words[i]) & rule->mask[i])
			return false;
	return true;
}
