// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "dp/flow.h"
#include "model/switch.h"
#include "netdev/func.h"
#include "netdev/steering.h"

/* A copy of what is in effect, with room for one rule more. */
static struct nsw_steering *nsw_steering_copy(const struct nsw_steering *old)
{
	struct nsw_steering *steering;
	unsigned int rules = old ? old->num_rules : 0;

	steering = kvzalloc(struct_size(steering, rule, rules + 1), GFP_KERNEL);
	if (steering && old)
		memcpy(steering, old, struct_size(old, rule, rules));
	return steering;
}

static void nsw_steering_publish(struct nsw_func *func, struct nsw_steering *steering)
{
	struct nsw_steering *old = rtnl_dereference(func->steering);

	rcu_assign_pointer(func->steering, steering);
	if (old)
		kvfree_rcu(old, rcu);
}

const struct nsw_steering *nsw_steering_get(struct nsw_func *func)
{
	struct nsw_steering *steering = rtnl_dereference(func->steering);
	u8 key[NSW_RSS_KEY_SIZE];
	struct nsw_rss *rss;

	if (steering)
		return steering;
	rss = kmalloc(sizeof(*rss), GFP_KERNEL);
	steering = rss ? nsw_steering_copy(NULL) : NULL;
	if (!steering) {
		kfree(rss);
		return NULL;
	}
	netdev_rss_key_fill(key, sizeof(key));
	nsw_rss_set_key(rss, key);
	nsw_rss_spread(rss, func->dev->real_num_rx_queues);
	steering->rss[0] = rss;
	nsw_steering_publish(func, steering);
	return steering;
}

void nsw_steering_free(struct nsw_func *func)
{
	struct nsw_steering *steering = rtnl_dereference(func->steering);
	unsigned int i;

	if (!steering)
		return;
	RCU_INIT_POINTER(func->steering, NULL);
	synchronize_net();
	for (i = 0; i < ARRAY_SIZE(steering->rss); i++)
		kfree(steering->rss[i]);
	kvfree(steering);
}

int nsw_steering_set_rss(struct nsw_func *func, unsigned int context, struct nsw_rss *rss)
{
	const struct nsw_steering *old = nsw_steering_get(func);
	struct nsw_steering *steering = old ? nsw_steering_copy(old) : NULL;
	struct nsw_rss *old_rss;

	if (!steering)
		return -ENOMEM;
	old_rss = steering->rss[context];
	steering->rss[context] = rss;
	nsw_steering_publish(func, steering);
	if (old_rss)
		kfree_rcu(old_rss, rcu);
	return 0;
}

static void nsw_steering_remove(struct nsw_steering *steering, u32 location)
{
	unsigned int i;

	for (i = 0; i < steering->num_rules; i++)
		if (steering->rule[i].spec.location == location)
			break;
	if (i == steering->num_rules)
		return;
	steering->num_rules--;
	memmove(&steering->rule[i], &steering->rule[i + 1],
		(steering->num_rules - i) * sizeof(steering->rule[0]));
}

int nsw_steering_add_rule(struct nsw_func *func, const struct nsw_steering_rule *rule)
{
	const struct nsw_steering *old = nsw_steering_get(func);
	struct nsw_steering *steering = old ? nsw_steering_copy(old) : NULL;
	unsigned int i;

	if (!steering)
		return -ENOMEM;
	nsw_steering_remove(steering, rule->spec.location);
	if (steering->num_rules == NSW_STEERING_RULES) {
		kvfree(steering);
		return -ENOSPC;
	}
	for (i = 0; i < steering->num_rules; i++)
		if (steering->rule[i].spec.location > rule->spec.location)
			break;
	memmove(&steering->rule[i + 1], &steering->rule[i],
		(steering->num_rules - i) * sizeof(steering->rule[0]));
	steering->rule[i] = *rule;
	steering->num_rules++;
	nsw_steering_publish(func, steering);
	return 0;
}

int nsw_steering_del_rule(struct nsw_func *func, u32 location)
{
	const struct nsw_steering *old = rtnl_dereference(func->steering);
	struct nsw_steering *steering;

	if (!old)
		return -ENOENT;
	steering = nsw_steering_copy(old);
	if (!steering)
		return -ENOMEM;
	nsw_steering_remove(steering, location);
	if (steering->num_rules == old->num_rules) {
		kvfree(steering);
		return -ENOENT;
	}
	nsw_steering_publish(func, steering);
	return 0;
}

bool nsw_steering_has_rss(const struct nsw_func *func)
{
	/* They change without a switch only, when there is nothing but the PF. */
	u32 flags = READ_ONCE(func->sw->caps.flags);

	if (func->kind == NSW_FUNC_VF)
		return flags & NSW_CAPS_F_VF_RSS;
	return func->kind == NSW_FUNC_PF || flags & NSW_CAPS_F_RSS_ON_PF_VPORTS;
}

struct nsw_steering *nsw_steering_plan(struct nsw_func *func, unsigned int num)
{
	const struct nsw_steering *old = rtnl_dereference(func->steering);
	struct nsw_steering *plan;

	if ((!old && num == 1) || !nsw_steering_has_rss(func))
		return NULL;
	old = nsw_steering_get(func);
	if (!old)
		return ERR_PTR(-ENOMEM);
	/* It fits: otherwise the kernel has refused it to ethtool -L. */
	if (netif_is_rxfh_configured(func->dev))
		return NULL;
	plan = nsw_steering_copy(old);
	if (!plan)
		return ERR_PTR(-ENOMEM);
	plan->rss[0] = kmemdup(old->rss[0], sizeof(*old->rss[0]), GFP_KERNEL);
	if (!plan->rss[0]) {
		kvfree(plan);
		return ERR_PTR(-ENOMEM);
	}
	nsw_rss_spread(plan->rss[0], num);
	return plan;
}

void nsw_steering_commit(struct nsw_func *func, struct nsw_steering *plan)
{
	struct nsw_rss *old_rss;

	if (!plan)
		return;
	old_rss = rtnl_dereference(func->steering)->rss[0];
	nsw_steering_publish(func, plan);
	kfree_rcu(old_rss, rcu);
}

void nsw_steering_cancel(struct nsw_steering *plan)
{
	if (!plan)
		return;
	kfree(plan->rss[0]);
	kvfree(plan);
}

int nsw_steering_follow(struct nsw_func *func, unsigned int num)
{
	struct nsw_steering *plan = nsw_steering_plan(func, num);

	if (IS_ERR(plan))
		return PTR_ERR(plan);
	nsw_steering_commit(func, plan);
	return 0;
}

unsigned int nsw_steering_max_queue(const struct nsw_func *func)
{
	const struct nsw_steering *steering = rtnl_dereference(func->steering);
	unsigned int i, highest = 0;

	if (!steering)
		return 0;
	/* What nobody has set follows. */
	for (i = netif_is_rxfh_configured(func->dev) ? 0 : 1; i < ARRAY_SIZE(steering->rss); i++)
		if (steering->rss[i])
			highest = max(highest, nsw_rss_max_queue(steering->rss[i]));
	for (i = 0; i < steering->num_rules; i++)
		if (!steering->rule[i].context)
			highest = max(highest, steering->rule[i].queue);
	return highest;
}

static noinline const struct nsw_steering_rule *
nsw_steering_match(const struct nsw_steering *steering, const struct nsw_flow *flow)
{
	unsigned int i;

	for (i = 0; i < steering->num_rules; i++)
		if (nsw_rss_rule_match(&steering->rule[i].match, flow))
			return &steering->rule[i];
	return NULL;
}

unsigned int nsw_steering_select(const struct nsw_func *func, const struct sk_buff *skb,
				 unsigned int num)
{
	const struct nsw_steering *steering = rcu_dereference(func->steering);
	const struct nsw_steering_rule *rule;
	unsigned int queue = 0;
	const struct nsw_rss *rss;
	struct nsw_flow flow;

	if (unlikely(!steering))
		return 0;
	nsw_flow_parse(skb, &flow);
	rss = steering->rss[0];
	if (unlikely(steering->num_rules)) {
		rule = nsw_steering_match(steering, &flow);
		if (rule) {
			queue = rule->queue;
			rss = rule->context ? steering->rss[rule->context] : NULL;
		}
	}
	if (likely(rss))
		queue += nsw_rss_queue(rss, nsw_rss_hash(rss, &flow));
	/* Queue pairs may have gone meanwhile. */
	return likely(queue < num) ? queue : 0;
}
