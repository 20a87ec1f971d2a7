// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "adapter.h"
#include "model/filter.h"
#include "model/status.h"
#include "model/vmq.h"
#include "netdev/channels.h"
#include "netdev/func.h"

/* VM queues and their interfaces. RTNL keeps the two in step. */

static struct nsw_func *nsw_adapter_queue_func(struct nsw_adapter *adapter, u32 id)
{
	struct nsw_port *port = NULL;
	struct nsw_vmq *vmq;

	ASSERT_RTNL();
	nsw_switch_lock(&adapter->sw);
	vmq = nsw_vmq_get_locked(&adapter->sw, id, NULL);
	if (!IS_ERR(vmq))
		port = nsw_switch_deref(&adapter->sw, vmq->vport.port);
	nsw_switch_unlock(&adapter->sw);
	return port ? nsw_func_from_port(port) : NULL;
}

/* Nobody else finds the queue yet. */
static int nsw_adapter_add_queue_func(struct nsw_adapter *adapter, u32 id,
				      const struct nsw_vmq_params *params,
				      struct netlink_ext_ack *extack)
{
	struct nsw_func *pf = rtnl_dereference(adapter->pf), *func;
	struct nsw_func_params make = {
		.sw = &adapter->sw,
		.kind = NSW_FUNC_QUEUE,
		.id = id,
		.adapter = adapter->id,
		.max_qps = 1,
		.qps = 1,
		.cpus = params->cpus ?: cpu_possible_mask,
		.buffers = params->buffers,
		.test_registers = nsw_adapter_test_registers,
	};

	if (!pf)
		return nsw_refuse(extack, ENODEV, FAILURE, "the PF has no driver");
	make.parent = pf->dev->dev.parent;
	make.net = dev_net(pf->dev);
	make.stats = rcu_dereference_protected(adapter->sw.vports[id], true)->stats;
	eth_random_addr(make.mac);
	func = nsw_func_create(&make);
	if (IS_ERR(func))
		return nsw_refuse(extack, -PTR_ERR(func), FAILURE,
				  "cannot make interface nsw%uq%u", adapter->id, id);
	return 0;
}

int nsw_adapter_allocate_queue(struct nsw_adapter *adapter, const struct nsw_vmq_params *params,
			       u32 *id, struct netlink_ext_ack *extack)
{
	int err;

	rtnl_lock();
	err = nsw_vmq_allocate(&adapter->sw, params, id, extack);
	if (err)
		goto unlock;
	err = nsw_adapter_add_queue_func(adapter, *id, params, extack);
	if (err)
		nsw_vmq_abort(&adapter->sw, *id);
	else
		nsw_vmq_announce(&adapter->sw, *id);
unlock:
	rtnl_unlock();
	return err;
}

int nsw_adapter_set_queue(struct nsw_adapter *adapter, const struct nsw_caller *caller, u32 id,
			  const struct nsw_vmq_changes *changes, struct netlink_ext_ack *extack)
{
	struct nsw_func *func;
	int err;

	rtnl_lock();
	err = nsw_vmq_set(&adapter->sw, caller, id, changes, extack);
	func = err ? NULL : nsw_adapter_queue_func(adapter, id);
	if (func && changes->cpus)
		nsw_channels_pin(&func->port, changes->cpus);
	if (func && changes->set_buffers)
		nsw_channels_resize(func, nsw_channels_ring_size(changes->buffers));
	rtnl_unlock();
	return err;
}

int nsw_adapter_free_queue(struct nsw_adapter *adapter, const struct nsw_caller *caller, u32 id,
			   struct netlink_ext_ack *extack)
{
	struct nsw_func *func;
	struct nsw_vmq *vmq;

	rtnl_lock();
	func = nsw_adapter_queue_func(adapter, id);
	vmq = nsw_vmq_unlink_as(&adapter->sw, caller, id, extack);
	if (!IS_ERR(vmq)) {
		if (func)
			nsw_func_destroy(func);
		synchronize_net();
	}
	rtnl_unlock();
	if (IS_ERR(vmq))
		return PTR_ERR(vmq);
	/* Its counters are the interface's, whose last user has gone by now. */
	nsw_vmq_destroy(vmq);
	return 0;
}

void nsw_adapter_free_queues(struct nsw_adapter *adapter)
{
	struct nsw_switch *sw = &adapter->sw;
	struct nsw_filter *filter;
	unsigned long id;
	u32 i;

	/* From here there are no more of them. */
	nsw_vmq_close(sw);
	xa_for_each(&sw->filters, id, filter)
		nsw_filter_del(sw, id, NULL);
	for (i = 1; i < sw->num_places; i++)
		if (rcu_access_pointer(sw->vports[i]))
			nsw_adapter_free_queue(adapter, NULL, i, NULL);
}
