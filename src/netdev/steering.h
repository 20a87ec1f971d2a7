/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_NETDEV_STEERING_H
#define _NSW_NETDEV_STEERING_H

#include <linux/ethtool.h>
#include "model/rss.h"

struct nsw_func;
struct sk_buff;

/* RSS contexts besides the main one, and rules, of one interface. */
#define NSW_STEERING_CONTEXTS	64
#define NSW_STEERING_RULES	64

/**
 * struct nsw_steering_rule - flows that are taken aside
 * @match: which
 * @context: RSS context that spreads them; 0 for none
 * @queue: queue pair; added to that of the context
 * @spec: the rule as it was asked for; its location is its id
 */
struct nsw_steering_rule {
	struct nsw_rss_rule match;
	unsigned int context;
	unsigned int queue;
	struct ethtool_rx_flow_spec spec;
};

/**
 * struct nsw_steering - which queue pair receives what
 * @rcu: ends it when no frame looks at it any more
 * @rss: RSS contexts; the first is the main one and always there
 * @num_rules: rules
 * @rule: rules in the order of their location: the first that matches counts
 *
 * Read by frames under RCU and never changed: a change replaces it. What it
 * points to stays as long as any of them does.
 */
struct nsw_steering {
	struct rcu_head rcu;
	struct nsw_rss *rss[1 + NSW_STEERING_CONTEXTS];
	unsigned int num_rules;
	struct nsw_steering_rule rule[];
};

/**
 * nsw_steering_get() - what is in effect
 * @func: the interface
 *
 * An interface that never had more than one queue pair gets its steering here.
 *
 * Context: RTNL held.
 * Return: what is in effect; NULL without memory.
 */
const struct nsw_steering *nsw_steering_get(struct nsw_func *func);

/**
 * nsw_steering_free() - the interface goes
 * @func: interface that no frame finds any more
 *
 * Context: RTNL held.
 */
void nsw_steering_free(struct nsw_func *func);

/**
 * nsw_steering_set_rss() - change or add an RSS context
 * @func: the interface
 * @context: which; 0 is the main one
 * @rss: its new parameters, allocated by kmalloc(); taken over. NULL takes it away
 *
 * Context: RTNL held.
 * Return: 0 or -ENOMEM; then nothing has changed and @rss is still the caller's.
 */
int nsw_steering_set_rss(struct nsw_func *func, unsigned int context, struct nsw_rss *rss);

/**
 * nsw_steering_add_rule() - add or replace a rule
 * @func: the interface
 * @rule: the rule; copied
 *
 * Context: RTNL held.
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int nsw_steering_add_rule(struct nsw_func *func, const struct nsw_steering_rule *rule);

/**
 * nsw_steering_del_rule() - take a rule away
 * @func: the interface
 * @location: its id
 *
 * Context: RTNL held.
 * Return: 0, -ENOENT or -ENOMEM.
 */
int nsw_steering_del_rule(struct nsw_func *func, u32 location);

/**
 * nsw_steering_has_rss() - whether flows are spread at all
 * @func: the interface
 *
 * What the capabilities say when there is a NIC switch. The PF has it always.
 *
 * Context: RTNL held.
 * Return: true if so; otherwise all goes to the first queue pair.
 */
bool nsw_steering_has_rss(const struct nsw_func *func);

/**
 * nsw_steering_plan() - prepare for another number of queue pairs
 * @func: the interface
 * @num: queue pairs that there will be
 *
 * The main table is spread over all of them, unless somebody has set it.
 *
 * Context: RTNL held until the plan is carried out or cancelled.
 * Return: what nsw_steering_commit() takes; NULL if nothing is to be done;
 * ERR_PTR(-ENOMEM).
 */
struct nsw_steering *nsw_steering_plan(struct nsw_func *func, unsigned int num);

/**
 * nsw_steering_commit() - carry a plan out, which cannot fail
 * @func: the interface
 * @plan: from nsw_steering_plan(); taken over
 *
 * Context: RTNL held.
 */
void nsw_steering_commit(struct nsw_func *func, struct nsw_steering *plan);

/**
 * nsw_steering_cancel() - forget a plan
 * @plan: from nsw_steering_plan()
 */
void nsw_steering_cancel(struct nsw_steering *plan);

/**
 * nsw_steering_follow() - spread the main table over that many queue pairs
 * @func: the interface
 * @num: queue pairs that there are
 *
 * Unless somebody has set it.
 *
 * Context: RTNL held.
 * Return: 0 or -ENOMEM.
 */
int nsw_steering_follow(struct nsw_func *func, unsigned int num);

/**
 * nsw_steering_max_queue() - the highest queue pair that tables and rules name
 * @func: the interface
 *
 * The main table counts if somebody has set it.
 *
 * Context: RTNL held.
 * Return: its number.
 */
unsigned int nsw_steering_max_queue(const struct nsw_func *func);

/**
 * nsw_steering_select() - which queue pair receives a frame
 * @func: the interface
 * @skb: frame as the stack wants it
 * @num: queue pairs, more than one
 *
 * Steps: one for each rule, and for each half byte that is hashed.
 *
 * Context: RCU reader.
 * Return: below @num.
 */
unsigned int nsw_steering_select(const struct nsw_func *func, const struct sk_buff *skb,
				 unsigned int num);

#endif
