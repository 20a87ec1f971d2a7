// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netdevice.h>
#include "genl/family.h"
#include "model/status.h"
#include "netdev/func.h"

static int nsw_nl_put_uplink(struct sk_buff *skb, struct nsw_adapter *adapter)
{
	struct net_device *dev = READ_ONCE(adapter->uplink.dev);

	if (!dev)
		return 0;
	return nsw_nl_put_dev(skb, dev, NSW_A_UPLINK_IFINDEX, NSW_A_UPLINK_IFNAME);
}

static int nsw_nl_put_pf(struct sk_buff *skb, struct nsw_adapter *adapter)
{
	struct nsw_func *pf;
	int err = 0;

	/* Interfaces are freed an RCU grace period after they are unregistered. */
	rcu_read_lock();
	pf = rcu_dereference(adapter->pf);
	if (pf)
		err = nsw_nl_put_port(skb, &pf->port, true) ?:
		      nla_put(skb, NSW_A_MAC, ETH_ALEN, pf->dev->dev_addr) ?:
		      nsw_nl_put_uplink(skb, adapter);
	rcu_read_unlock();
	return err;
}

int nsw_nl_adapter_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	struct nsw_switch *sw = &adapter->sw;

	if (nsw_nl_put_pf(skb, adapter) ||
	    nla_put_u32(skb, NSW_A_TOTAL_VFS, sw->hw.max_vfs) ||
	    nla_put_u32(skb, NSW_A_NUM_VFS, sw->num_vfs))
		return -EMSGSIZE;
	if (sw->is_static && nla_put_u32(skb, NSW_A_STATIC_VFS, sw->settings.num_vfs))
		return -EMSGSIZE;
	if (sw->state == NSW_SWITCH_CREATED &&
	    nla_put_u32(skb, NSW_A_SWITCH_ID, NSW_DEFAULT_SWITCH_ID))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_adapter_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_switch *sw = &nsw_nl_adapter(info)->sw;
	int err;

	nsw_switch_lock(sw);
	err = nsw_nl_reply(info, nsw_nl_adapter_fill, NULL);
	nsw_switch_unlock(sw);
	return err;
}

/* Counts what happens to adapters, so that a dump of them knows when it is torn. Never 0. */
static atomic_t nsw_nl_adapter_changes = ATOMIC_INIT(1);

void nsw_nl_adapter_count_change(void)
{
	if (!atomic_inc_return(&nsw_nl_adapter_changes))
		atomic_inc(&nsw_nl_adapter_changes);
}

/* The only dump over all adapters. */
int nsw_nl_adapter_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr *only = nsw_compat_dump_attrs(cb)[NSW_A_ADAPTER_ID];
	struct nsw_nl_dump *ctx = nsw_nl_dump_ctx(cb);
	struct nsw_adapter *adapter;
	void *hdr;
	int err = 0;

	cb->seq = atomic_read(&nsw_nl_adapter_changes);
	for (; ctx->pos < NSW_ADAPTERS_MAX; ctx->pos++) {
		if (only && nla_get_u32(only) != ctx->pos)
			continue;
		adapter = nsw_adapter_get(ctx->pos, sock_net(cb->skb->sk));
		if (!adapter)
			continue;
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				  &nsw_nl_family, NLM_F_MULTI, NSW_CMD_ADAPTER_GET);
		if (hdr)
			genl_dump_check_consistent(cb, hdr);
		nsw_switch_lock(&adapter->sw);
		if (!hdr || nla_put_u32(skb, NSW_A_ADAPTER_ID, adapter->id) ||
		    nsw_nl_adapter_fill(skb, adapter, NULL))
			err = -EMSGSIZE;
		nsw_switch_unlock(&adapter->sw);
		nsw_adapter_put(adapter);
		if (err) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
	}
	return skb->len ?: err;
}

/* The settings of a static switch. */
static int nsw_nl_adapter_read_static(struct genl_info *info, struct nsw_adapter_config *config)
{
	const struct nlattr *vfs = info->attrs[NSW_A_STATIC_VFS];

	if (vfs)
		config->static_vfs = min_t(u32, nla_get_u32(vfs), S32_MAX);
	if (config->static_vfs < 0 && (info->attrs[NSW_A_DEFAULT_QUEUE_PAIRS] ||
				       info->attrs[NSW_A_SWITCH_NAME]))
		return nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				  "switch-name and queue pairs are of a static switch: say static-vfs");
	config->static_qps = nsw_nl_u32(info, NSW_A_DEFAULT_QUEUE_PAIRS, config->static_qps);
	config->static_name = nsw_nl_name(info, NSW_A_SWITCH_NAME);
	return 0;
}

static u16 nsw_nl_adapter_u16(struct genl_info *info, int attr, u16 value)
{
	return info->attrs[attr] ? nla_get_u16(info->attrs[attr]) : value;
}

/* What is not said stays. */
static void nsw_nl_adapter_read(struct genl_info *info, struct nsw_adapter_config *config)
{
	struct nsw_pci_params *pci = &config->pci;

	config->vfs = nsw_nl_u32(info, NSW_A_TOTAL_VFS, config->vfs);
	config->vports = nsw_nl_u32(info, NSW_A_NUM_VPORTS, config->vports);
	config->qps = nsw_nl_u32(info, NSW_A_MAX_QUEUE_PAIRS, config->qps);
	config->filters = nsw_nl_u32(info, NSW_A_MAX_MAC_ADDRESSES, config->filters);
	config->without = nsw_nl_u32(info, NSW_A_CAPS_WITHOUT, config->without);
	config->standalone = nsw_nl_u32(info, NSW_A_STANDALONE_LINK, config->standalone);
	config->vfs_need_pf = nsw_nl_u32(info, NSW_A_VFS_NEED_PF, config->vfs_need_pf);

	pci->vendor = nsw_nl_adapter_u16(info, NSW_A_VENDOR_ID, pci->vendor);
	pci->device = nsw_nl_adapter_u16(info, NSW_A_DEVICE_ID, pci->device);
	pci->vf_device = nsw_nl_adapter_u16(info, NSW_A_VF_DEVICE_ID, pci->vf_device);
	pci->subsystem_vendor = nsw_nl_adapter_u16(info, NSW_A_SUBSYSTEM_VENDOR_ID,
						   pci->subsystem_vendor);
	pci->subsystem_device = nsw_nl_adapter_u16(info, NSW_A_SUBSYSTEM_ID,
						   pci->subsystem_device);
	/* Below zero is the first that is free; the host refuses what is too large. */
	if (info->attrs[NSW_A_PCI_DOMAIN])
		pci->domain = min_t(u32, nla_get_u32(info->attrs[NSW_A_PCI_DOMAIN]), S32_MAX);
	pci->bus = nsw_nl_u32(info, NSW_A_PCI_BUS, pci->bus);
}

int nsw_nl_adapter_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_adapter_config config = nsw_adapter_defaults;
	struct nsw_nl_key key;
	u32 id = 0;
	int err;

	nsw_nl_adapter_read(info, &config);
	err = nsw_nl_adapter_read_static(info, &config) ?: nsw_nl_key_begin(info, &key);
	if (err)
		return err;
	err = nsw_adapter_create(&config, genl_info_net(info), &nsw_nl_notify_hooks, &id,
				 info->extack);
	return nsw_nl_key_end(info, &key, NSW_A_ADAPTER_ID, id, err);
}

int nsw_nl_adapter_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	u32 id;

	return nsw_nl_require(info, NSW_A_ADAPTER_ID, "adapter-id", &id) ?:
	       nsw_adapter_delete(id, genl_info_net(info), info->extack);
}
