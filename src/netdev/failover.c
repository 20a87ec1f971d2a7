// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/xarray.h>
#include <net/failover.h>
#include <net/net_failover.h>
#include <net/net_namespace.h>
#include "model/status.h"
#include "netdev/failover.h"
#include "netdev/synthetic.h"

/* What net_failover offers, which is looked up when it is needed. */
typedef struct failover *nsw_failover_create_fn(struct net_device *standby);
typedef void nsw_failover_destroy_fn(struct failover *instance);
typedef int nsw_failover_leave_fn(struct net_device *member);

/*
 * What a NetVSC is to a Windows machine: one interface with one address, whatever the
 * path below. The kernel's net_failover does it, for drivers of paravirtual adapters;
 * ours is the synthetic one. A VF joins by its permanent address as soon as its
 * interface comes to the namespace of the machine, and leaves with it.
 */
struct nsw_failover {
	u32 id;
	struct net_device *standby;
	struct failover *instance;
	nsw_failover_destroy_fn *destroy;
};

/* Who makes and destroys them. Inside cb_lock and the exit of a namespace, outside RTNL. */
static DEFINE_MUTEX(nsw_failover_lock);
/* By number. Written under the mutex and RTNL, read under either. */
static DEFINE_XARRAY_ALLOC(nsw_failovers);

static struct net_device *nsw_failover_master(const struct nsw_failover *failover)
{
	return rtnl_dereference(failover->instance->failover_dev);
}

void nsw_failover_leave(struct net_device *dev)
{
	nsw_failover_leave_fn *leave;

	ASSERT_RTNL();
	if (!netif_is_failover_slave(dev))
		return;
	leave = symbol_get(failover_slave_unregister);
	if (!leave)
		return;
	leave(dev);
	symbol_put(failover_slave_unregister);
}

/*
 * The kernel looks at the address alone. A VF that appears in another namespace than
 * its machine's is not the machine's yet.
 */
static void nsw_failover_expel_foreign(const struct nsw_failover *failover)
{
	struct net_device *master = nsw_failover_master(failover);
	struct net_failover_info *members = netdev_priv(master);
	struct net_device *primary = rtnl_dereference(members->primary_dev);

	if (primary && !net_eq(dev_net(primary), dev_net(master)))
		nsw_failover_leave(primary);
}

static int nsw_failover_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct nsw_failover *failover;
	unsigned long id;

	if (event == NETDEV_REGISTER && netif_is_failover_slave(dev))
		xa_for_each(&nsw_failovers, id, failover)
			nsw_failover_expel_foreign(failover);
	return NOTIFY_DONE;
}

/* After the kernel's own, which has made it a member. */
static struct notifier_block nsw_failover_notifier = {
	.notifier_call = nsw_failover_event,
	.priority = -1,
};

/* Finds its members by their permanent address, so the standby goes after it. */
static void nsw_failover_dismantle(struct nsw_failover *failover)
{
	failover->destroy(failover->instance);
	rtnl_lock();
	nsw_synthetic_destroy(failover->standby);
	rtnl_unlock();
}

static void nsw_failover_free(struct nsw_failover *failover)
{
	if (failover->destroy)
		symbol_put(net_failover_destroy);
	kfree(failover);
}

static void nsw_failover_destroy_locked(struct nsw_failover *failover)
{
	lockdep_assert_held(&nsw_failover_lock);
	rtnl_lock();
	xa_erase(&nsw_failovers, failover->id);
	nsw_synthetic_set_master(failover->standby, NULL);
	rtnl_unlock();
	nsw_failover_dismantle(failover);
	nsw_failover_free(failover);
}

/*
 * The master leaves its namespace no more than the standby does, and net_failover holds
 * a reference to it. The kernel would wait for that when it takes away what is left in
 * the namespace, which comes later: first registered, last called.
 */
static void __net_exit nsw_failover_net_exit(struct net *net)
{
	struct nsw_failover *failover;
	unsigned long id;

	mutex_lock(&nsw_failover_lock);
	xa_for_each(&nsw_failovers, id, failover)
		if (net_eq(dev_net(failover->standby), net))
			nsw_failover_destroy_locked(failover);
	mutex_unlock(&nsw_failover_lock);
}

static struct pernet_operations nsw_failover_net_ops = {
	.exit = nsw_failover_net_exit,
};

static bool nsw_failover_is_taken_locked(const u8 *mac)
{
	struct nsw_failover *failover;
	unsigned long id;

	lockdep_assert_held(&nsw_failover_lock);
	xa_for_each(&nsw_failovers, id, failover)
		if (ether_addr_equal(failover->standby->perm_addr, mac))
			return true;
	return false;
}

static int nsw_failover_create_standby(struct nsw_failover *failover,
				       const struct nsw_failover_params *params,
				       struct netlink_ext_ack *extack)
{
	rtnl_lock();
	failover->standby = nsw_synthetic_create(failover->id, params->mac, params->net,
						 params->port_net);
	rtnl_unlock();
	if (!IS_ERR(failover->standby))
		return 0;
	return nsw_refuse(extack, -PTR_ERR(failover->standby), FAILURE,
			  "the interfaces nsws%u and nsws%up cannot be made", failover->id,
			  failover->id);
}

static int nsw_failover_create_master(struct nsw_failover *failover,
				      nsw_failover_create_fn *create,
				      struct netlink_ext_ack *extack)
{
	struct net_device *master;
	bool joined;

	failover->instance = create(failover->standby);
	if (IS_ERR(failover->instance)) {
		rtnl_lock();
		nsw_synthetic_destroy(failover->standby);
		rtnl_unlock();
		return nsw_refuse(extack, -PTR_ERR(failover->instance), FAILURE,
				  "net_failover cannot make the machine's interface");
	}
	rtnl_lock();
	master = nsw_failover_master(failover);
	joined = netdev_master_upper_dev_get(failover->standby) == master;
	if (joined) {
		nsw_synthetic_set_master(failover->standby, master);
		xa_store(&nsw_failovers, failover->id, failover, GFP_KERNEL);
		nsw_failover_expel_foreign(failover);
	}
	rtnl_unlock();
	if (joined)
		return 0;
	nsw_failover_dismantle(failover);
	return nsw_refuse(extack, EBUSY, INVALID_PARAMETER,
			  "another interface of the machine has this permanent address");
}

static int nsw_failover_create_locked(struct nsw_failover *failover,
				      const struct nsw_failover_params *params,
				      nsw_failover_create_fn *create,
				      struct netlink_ext_ack *extack)
{
	int err;

	if (nsw_failover_is_taken_locked(params->mac))
		return nsw_refuse(extack, EEXIST, INVALID_PARAMETER,
				  "a failover interface has the address %pM already", params->mac);
	/* Reserves the place; it is published when it is complete. */
	err = xa_alloc(&nsw_failovers, &failover->id, NULL, xa_limit_32b, GFP_KERNEL);
	if (err)
		return err;
	err = nsw_failover_create_standby(failover, params, extack) ?:
	      nsw_failover_create_master(failover, create, extack);
	if (err)
		xa_release(&nsw_failovers, failover->id);
	return err;
}

int nsw_failover_create(const struct nsw_failover_params *params, u32 *id,
			struct netlink_ext_ack *extack)
{
	nsw_failover_create_fn *create;
	struct nsw_failover *failover;
	int err = -EOPNOTSUPP;

	if (!is_valid_ether_addr(params->mac))
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%pM is not the address of an interface", params->mac);
	/*
	 * Its stats_lock is never initialised, and it reads its members by rcu_dereference()
	 * under RTNL. Harmless, but lockdep ends with the first of it that it sees.
	 */
	if (IS_ENABLED(CONFIG_PROVE_LOCKING))
		return nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
				  "this kernel has lockdep, which net_failover does not pass");
	failover = kzalloc(sizeof(*failover), GFP_KERNEL);
	if (!failover)
		return -ENOMEM;
	/*
	 * By name, so that nicswitch loads where there is none. A module being loaded waits
	 * for namespaces that end, which wait for the mutex.
	 */
	create = symbol_request(net_failover_create);
	if (create)
		failover->destroy = symbol_get(net_failover_destroy);
	if (!failover->destroy) {
		nsw_refuse(extack, EOPNOTSUPP, NOT_SUPPORTED,
			   "this kernel has no module net_failover, or it cannot be loaded");
		goto put_create;
	}
	mutex_lock(&nsw_failover_lock);
	err = nsw_failover_create_locked(failover, params, create, extack);
	*id = failover->id;
	mutex_unlock(&nsw_failover_lock);
put_create:
	if (create)
		symbol_put(net_failover_create);
	if (err)
		nsw_failover_free(failover);
	return err;
}

/* Whoever has the port manages it. */
static bool nsw_failover_is_in(const struct nsw_failover *failover, const struct net *net)
{
	return net_eq(dev_net(nsw_synthetic_port(failover->standby)), net);
}

int nsw_failover_refuse_absent(u32 id, struct netlink_ext_ack *extack)
{
	return nsw_refuse(extack, ENOENT, FILE_NOT_FOUND,
			  "this network namespace has no port of a failover interface %u", id);
}

int nsw_failover_delete(u32 id, const struct net *net, struct netlink_ext_ack *extack)
{
	struct nsw_failover *failover;
	int err = 0;

	mutex_lock(&nsw_failover_lock);
	failover = xa_load(&nsw_failovers, id);
	if (failover && nsw_failover_is_in(failover, net))
		nsw_failover_destroy_locked(failover);
	else
		err = nsw_failover_refuse_absent(id, extack);
	mutex_unlock(&nsw_failover_lock);
	return err;
}

static void nsw_failover_describe(const struct nsw_failover *failover,
				  struct nsw_failover_info *info)
{
	struct net_device *port = nsw_synthetic_port(failover->standby);
	struct net_device *master, *primary;
	struct net_failover_info *members;

	ASSERT_RTNL();
	master = nsw_failover_master(failover);
	members = netdev_priv(master);
	primary = rtnl_dereference(members->primary_dev);
	memset(info, 0, sizeof(*info));
	info->id = failover->id;
	ether_addr_copy(info->mac, failover->standby->perm_addr);
	strscpy(info->master, master->name, IFNAMSIZ);
	strscpy(info->standby, failover->standby->name, IFNAMSIZ);
	if (primary)
		strscpy(info->primary, primary->name, IFNAMSIZ);
	strscpy(info->port, port->name, IFNAMSIZ);
	info->port_index = port->ifindex;
}

bool nsw_failover_find(u32 id, const struct net *net, struct nsw_failover_info *info)
{
	struct nsw_failover *failover;
	unsigned long index = id;
	bool found = false;

	mutex_lock(&nsw_failover_lock);
	rtnl_lock();
	xa_for_each_start(&nsw_failovers, index, failover, id) {
		found = nsw_failover_is_in(failover, net);
		if (found) {
			nsw_failover_describe(failover, info);
			break;
		}
	}
	rtnl_unlock();
	mutex_unlock(&nsw_failover_lock);
	return found;
}

int nsw_failover_init(void)
{
	int err = register_pernet_device(&nsw_failover_net_ops);

	if (err)
		return err;
	err = register_netdevice_notifier(&nsw_failover_notifier);
	if (err)
		unregister_pernet_device(&nsw_failover_net_ops);
	return err;
}

void nsw_failover_fini(void)
{
	struct nsw_failover *failover;
	unsigned long id;

	mutex_lock(&nsw_failover_lock);
	xa_for_each(&nsw_failovers, id, failover)
		nsw_failover_destroy_locked(failover);
	mutex_unlock(&nsw_failover_lock);
	unregister_netdevice_notifier(&nsw_failover_notifier);
	unregister_pernet_device(&nsw_failover_net_ops);
}
