// SPDX-License-Identifier: GPL-2.0-only
#include <linux/list.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "genl/family.h"

/**
 * struct nsw_nl_owner - a socket that owns objects
 * @list: all of them
 * @net: its namespace, which lives as long as the socket
 * @portid: its address there
 * @sk: the socket; only compared, as its address may belong to another one before
 *	we hear that it has closed
 * @id: what the model knows it by; never used again
 * @work: takes its objects away when it has closed
 */
struct nsw_nl_owner {
	struct list_head list;
	const struct net *net;
	u32 portid;
	const struct sock *sk;
	u64 id;
	struct work_struct work;
};

static DEFINE_SPINLOCK(nsw_nl_owners_lock);
static LIST_HEAD(nsw_nl_owners);
static u64 nsw_nl_owner_last;
static struct workqueue_struct *nsw_nl_owner_wq;

/* @sk: NULL for any, the oldest first, which is the one that closes. */
static struct nsw_nl_owner *nsw_nl_owner_find_locked(const struct net *net, u32 portid,
						     const struct sock *sk)
{
	struct nsw_nl_owner *owner;

	lockdep_assert_held(&nsw_nl_owners_lock);
	list_for_each_entry(owner, &nsw_nl_owners, list)
		if (owner->portid == portid && net_eq(owner->net, net) &&
		    (!sk || owner->sk == sk))
			return owner;
	return NULL;
}

static void nsw_nl_owner_release(struct work_struct *work)
{
	struct nsw_nl_owner *owner = container_of(work, struct nsw_nl_owner, work);

	nsw_adapter_release_all(owner->id);
	kfree(owner);
}

/* Two requests of one socket may meet here. */
static u64 nsw_nl_owner_register(struct genl_info *info)
{
	const struct sock *sk = nsw_nl_sender(info);
	const struct net *net = genl_info_net(info);
	struct nsw_nl_owner *owner = kzalloc(sizeof(*owner), GFP_KERNEL), *other;
	u64 id;

	if (!owner)
		return 0;
	INIT_WORK(&owner->work, nsw_nl_owner_release);
	owner->net = net;
	owner->portid = info->snd_portid;
	owner->sk = sk;
	spin_lock(&nsw_nl_owners_lock);
	other = nsw_nl_owner_find_locked(net, owner->portid, sk);
	if (other) {
		id = other->id;
	} else {
		id = ++nsw_nl_owner_last;
		owner->id = id;
		list_add_tail(&owner->list, &nsw_nl_owners);
	}
	spin_unlock(&nsw_nl_owners_lock);
	if (other)
		kfree(owner);
	return id;
}

void nsw_nl_owner_caller(struct genl_info *info, struct nsw_caller *caller)
{
	const struct nsw_nl_owner *owner;

	*caller = (struct nsw_caller) { };
	spin_lock(&nsw_nl_owners_lock);
	owner = nsw_nl_owner_find_locked(genl_info_net(info), info->snd_portid,
					 nsw_nl_sender(info));
	if (owner)
		caller->id = owner->id;
	spin_unlock(&nsw_nl_owners_lock);
}

void nsw_nl_owner_dumper(const struct netlink_callback *cb, struct nsw_caller *caller)
{
	const struct nsw_nl_owner *owner;

	*caller = (struct nsw_caller) { };
	spin_lock(&nsw_nl_owners_lock);
	owner = nsw_nl_owner_find_locked(sock_net(cb->skb->sk), NETLINK_CB(cb->skb).portid,
					 NETLINK_CB(cb->skb).sk);
	if (owner)
		caller->id = owner->id;
	spin_unlock(&nsw_nl_owners_lock);
}

int nsw_nl_owner_creator(struct genl_info *info, struct nsw_caller *caller)
{
	nsw_nl_owner_caller(info, caller);
	caller->own = nla_get_flag(info->attrs[NSW_A_OWNED]);
	if (caller->own && !caller->id)
		caller->id = nsw_nl_owner_register(info);
	return caller->own && !caller->id ? -ENOMEM : 0;
}

/*
 * Called from close(), with the chain's semaphore held: whoever loads or
 * unloads a module with such a notifier waits for us, and a switch with VFs
 * takes a second to go. So the work is left to others.
 */
static int nsw_nl_owner_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *notify = data;
	struct nsw_nl_owner *owner;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	spin_lock(&nsw_nl_owners_lock);
	owner = nsw_nl_owner_find_locked(notify->net, notify->portid, NULL);
	/* Its address may belong to another socket soon. */
	if (owner)
		list_del(&owner->list);
	spin_unlock(&nsw_nl_owners_lock);
	if (owner)
		queue_work(nsw_nl_owner_wq, &owner->work);
	return NOTIFY_DONE;
}

static struct notifier_block nsw_nl_owner_nb = {
	.notifier_call = nsw_nl_owner_notify,
};

int nsw_nl_owner_init(void)
{
	int err;

	nsw_nl_owner_wq = alloc_ordered_workqueue("nicswitch", 0);
	if (!nsw_nl_owner_wq)
		return -ENOMEM;
	err = netlink_register_notifier(&nsw_nl_owner_nb);
	if (err)
		destroy_workqueue(nsw_nl_owner_wq);
	return err;
}

void nsw_nl_owner_fini(void)
{
	struct nsw_nl_owner *owner, *next;

	netlink_unregister_notifier(&nsw_nl_owner_nb);
	destroy_workqueue(nsw_nl_owner_wq);
	/* Sockets that outlive the module. */
	list_for_each_entry_safe(owner, next, &nsw_nl_owners, list)
		kfree(owner);
	INIT_LIST_HEAD(&nsw_nl_owners);
}
