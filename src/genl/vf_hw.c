// SPDX-License-Identifier: GPL-2.0-only
#include "genl/family.h"
#include "model/status.h"
#include "model/vf.h"
#include "pci/face.h"
#include "pci/host.h"

/* VFs as PCI functions. */

int nsw_nl_put_vf_ids(struct sk_buff *skb, struct nsw_adapter *adapter, const struct nsw_vf *vf)
{
	const struct nsw_pci_params *pci = nsw_pci_host_params(adapter->host);

	if (nla_put_u16(skb, NSW_A_VENDOR_ID, pci->vendor) ||
	    nla_put_u16(skb, NSW_A_DEVICE_ID, pci->vf_device) ||
	    nla_put_u16(skb, NSW_A_SUBSYSTEM_VENDOR_ID, pci->subsystem_vendor) ||
	    nla_put_u16(skb, NSW_A_SUBSYSTEM_ID, pci->subsystem_device) ||
	    nla_put_u32(skb, NSW_A_SERIAL_NUMBER, nsw_adapter_vf_serial(adapter, vf->id)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_power_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *wake = info->attrs[NSW_A_WAKE];
	u32 id, power;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id) ?:
	      nsw_nl_require(info, NSW_A_POWER_STATE, "power-state", &power);
	return err ?: nsw_adapter_set_vf_power(nsw_nl_adapter(info), id, power,
					       wake && nla_get_u8(wake), info->extack);
}

/* A piece of configuration space. */
struct nsw_nl_vf_config {
	u32 vf;
	u32 offset;
	u32 len;
	u8 data[NSW_ADAPTER_CONFIG_MAX];
};

static int nsw_nl_vf_config_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_nl_vf_config *config = obj;

	if (nla_put_u32(skb, NSW_A_VF_ID, config->vf) ||
	    nla_put_u32(skb, NSW_A_CONFIG_OFFSET, config->offset) ||
	    nla_put(skb, NSW_A_CONFIG_DATA, config->len, config->data))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_config_read_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_nl_vf_config config;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &config.vf) ?:
	      nsw_nl_require(info, NSW_A_CONFIG_OFFSET, "config-offset", &config.offset) ?:
	      nsw_nl_require(info, NSW_A_CONFIG_LENGTH, "config-length", &config.len) ?:
	      nsw_adapter_read_vf_config(nsw_nl_adapter(info), config.vf, config.offset,
					 config.data, config.len, info->extack);
	return err ?: nsw_nl_reply(info, nsw_nl_vf_config_fill, &config);
}

int nsw_nl_vf_config_write_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *data = info->attrs[NSW_A_CONFIG_DATA];
	u32 id, offset;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &id) ?:
	      nsw_nl_require(info, NSW_A_CONFIG_OFFSET, "config-offset", &offset);
	if (!err && !data)
		err = nsw_refuse(info->extack, EINVAL, INVALID_PARAMETER,
				 "attribute config-data is missing");
	return err ?: nsw_adapter_write_vf_config(nsw_nl_adapter(info), id, offset, nla_data(data),
						  nla_len(data), info->extack);
}

/* A base address register, and whose it is. */
struct nsw_nl_vf_bar {
	u32 vf;
	u32 index;
	struct nsw_pci_bar bar;
};

static int nsw_nl_vf_bar_fill(struct sk_buff *skb, struct nsw_adapter *adapter, const void *obj)
{
	const struct nsw_nl_vf_bar *bar = obj;

	if (nla_put_u32(skb, NSW_A_VF_ID, bar->vf) ||
	    nla_put_u32(skb, NSW_A_BAR_INDEX, bar->index) ||
	    nla_put_u32(skb, NSW_A_BAR_PROBE, bar->bar.probe) ||
	    (bar->bar.start && nla_put_uint(skb, NSW_A_BAR_START, bar->bar.start)) ||
	    (bar->bar.len && nla_put_uint(skb, NSW_A_BAR_LENGTH, bar->bar.len)))
		return -EMSGSIZE;
	return 0;
}

int nsw_nl_vf_bar_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsw_adapter *adapter = nsw_nl_adapter(info);
	struct nsw_nl_vf_bar bar;
	struct nsw_vf *vf;
	int err;

	err = nsw_nl_require(info, NSW_A_VF_ID, "vf-id", &bar.vf) ?:
	      nsw_nl_require(info, NSW_A_BAR_INDEX, "bar-index", &bar.index);
	if (err)
		return err;
	nsw_switch_lock(&adapter->sw);
	vf = nsw_vf_get_locked(&adapter->sw, bar.vf, info->extack);
	if (IS_ERR(vf))
		err = PTR_ERR(vf);
	else if (!nsw_adapter_get_vf_bar(adapter, bar.vf, bar.index, &bar.bar))
		err = nsw_refuse(info->extack, ENOENT, INVALID_PARAMETER,
				 "VF %u has no base address register %u", bar.vf, bar.index);
	else
		err = nsw_nl_reply(info, nsw_nl_vf_bar_fill, &bar);
	nsw_switch_unlock(&adapter->sw);
	return err;
}

/* A dump, and the register that it is at. */
struct nsw_nl_vf_bar_dump {
	struct nsw_nl_dump dump;
	struct nsw_nl_vf_bar bar;
};

static const void *nsw_nl_vf_bar_next(struct nsw_adapter *adapter, struct netlink_callback *cb,
				      unsigned long *pos)
{
	struct nsw_nl_vf_bar_dump *ctx = (void *)cb->ctx;
	struct nsw_nl_vf_bar *bar = &ctx->bar;
	struct nsw_vf *vf;

	bar->vf = nla_get_u32(nsw_compat_dump_attrs(cb)[NSW_A_VF_ID]);
	vf = nsw_vf_get_locked(&adapter->sw, bar->vf, cb->extack);
	if (IS_ERR(vf))
		return vf;
	for (; *pos < PCI_STD_NUM_BARS; (*pos)++) {
		bar->index = *pos;
		if (nsw_adapter_get_vf_bar(adapter, bar->vf, bar->index, &bar->bar))
			return bar;
	}
	return NULL;
}

int nsw_nl_vf_bar_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	NL_ASSERT_DUMP_CTX_FITS(struct nsw_nl_vf_bar_dump);
	if (!nsw_compat_dump_attrs(cb)[NSW_A_VF_ID])
		return nsw_refuse(cb->extack, EINVAL, INVALID_PARAMETER,
				  "attribute vf-id is missing");
	return nsw_nl_dump(skb, cb, NSW_CMD_VF_BAR_GET, nsw_nl_vf_bar_next, nsw_nl_vf_bar_fill);
}
