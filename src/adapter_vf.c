// SPDX-License-Identifier: GPL-2.0-only
#include "adapter.h"
#include "model/status.h"
#include "model/types.h"
#include "model/vf.h"
#include "pci/cfgspace.h"
#include "pci/face.h"
#include "pci/host.h"
#include "pci/inject.h"

/* What the PF does with the PCI functions of its VFs. */

static int nsw_adapter_refuse_disabled(u32 id, struct netlink_ext_ack *extack)
{
	return nsw_refuse(extack, ENODEV, FAILURE, "the PCI function of VF %u is not enabled", id);
}

/* They are enabled with the switch, but a little later. */
static int nsw_adapter_check_vf_function(struct nsw_adapter *adapter, u32 id,
					 struct netlink_ext_ack *extack)
{
	struct nsw_pci_face *face = nsw_pci_host_face(adapter->host);
	struct nsw_vf *vf;
	u32 val;

	nsw_switch_lock(&adapter->sw);
	vf = nsw_vf_get_locked(&adapter->sw, id, extack);
	nsw_switch_unlock(&adapter->sw);
	if (IS_ERR(vf))
		return PTR_ERR(vf);
	if (!nsw_pci_face_read(face, nsw_pci_face_vf_rid(id), PCI_COMMAND, 2, &val))
		return nsw_adapter_refuse_disabled(id, extack);
	return 0;
}

int nsw_adapter_set_vf_power(struct nsw_adapter *adapter, u32 id, enum nsw_power_state power,
			     bool wake, struct netlink_ext_ack *extack)
{
	int err;

	err = nsw_adapter_check_vf_function(adapter, id, extack) ?:
	      nsw_vf_set_power(&adapter->sw, id, power, wake, extack);
	if (err)
		return err;
	/*
	 * Whoever writes the register meanwhile makes an event, and the model has what
	 * the register says in the end.
	 */
	nsw_pci_face_set_vf_power(nsw_pci_host_face(adapter->host), id, power - NSW_POWER_D0);
	nsw_pci_host_flush_events(adapter->host);
	return 0;
}

static int nsw_adapter_check_config(u32 offset, u32 len, struct netlink_ext_ack *extack)
{
	if (!len || len > NSW_ADAPTER_CONFIG_MAX)
		return nsw_refuse(extack, EINVAL, INVALID_LENGTH,
				  "%u bytes of configuration space: a request has 1 to %u",
				  len, NSW_ADAPTER_CONFIG_MAX);
	if (offset >= NSW_CFG_SPACE_SIZE || len > NSW_CFG_SPACE_SIZE - offset)
		return nsw_refuse(extack, EINVAL, INVALID_PARAMETER,
				  "%u bytes at %u: the configuration space has %u",
				  len, offset, NSW_CFG_SPACE_SIZE);
	return 0;
}

int nsw_adapter_read_vf_config(struct nsw_adapter *adapter, u32 id, u32 offset, u8 *data, u32 len,
			       struct netlink_ext_ack *extack)
{
	struct nsw_pci_face *face = nsw_pci_host_face(adapter->host);
	u32 i, val;
	int err;

	err = nsw_adapter_check_config(offset, len, extack) ?:
	      nsw_adapter_check_vf_function(adapter, id, extack);
	if (err)
		return err;
	for (i = 0; i < len; i++) {
		if (!nsw_pci_face_read(face, nsw_pci_face_vf_rid(id), offset + i, 1, &val))
			return nsw_adapter_refuse_disabled(id, extack);
		data[i] = val;
	}
	return 0;
}

/* The largest access that is aligned and not too long. */
static unsigned int nsw_adapter_piece(u32 offset, u32 len)
{
	if (!(offset % 4) && len >= 4)
		return 4;
	return !(offset % 2) && len >= 2 ? 2 : 1;
}

static u32 nsw_adapter_load_piece(const u8 *data, unsigned int size)
{
	return size == 4 ? get_unaligned_le32(data) : size == 2 ? get_unaligned_le16(data) : *data;
}

int nsw_adapter_write_vf_config(struct nsw_adapter *adapter, u32 id, u32 offset, const u8 *data,
				u32 len, struct netlink_ext_ack *extack)
{
	struct nsw_pci_face *face = nsw_pci_host_face(adapter->host);
	unsigned int size;
	int err;
	u32 i;

	err = nsw_adapter_check_config(offset, len, extack) ?:
	      nsw_adapter_check_vf_function(adapter, id, extack);
	/* Should it be disabled meanwhile, there is nothing left to write to. */
	for (i = 0; !err && i < len; i += size) {
		size = nsw_adapter_piece(offset + i, len - i);
		nsw_pci_face_write(face, nsw_pci_face_vf_rid(id), offset + i, size,
				   nsw_adapter_load_piece(data + i, size));
	}
	if (!err)
		nsw_pci_host_flush_events(adapter->host);
	return err;
}

bool nsw_adapter_get_vf_bar(struct nsw_adapter *adapter, u32 id, u32 index,
			    struct nsw_pci_bar *bar)
{
	nsw_pci_face_probe_vf_bar(nsw_pci_host_face(adapter->host), id, index, bar);
	return bar->probe;
}

int nsw_adapter_inject(struct nsw_adapter *adapter, enum nsw_fault_kind kind, u32 vf,
		       struct netlink_ext_ack *extack)
{
	unsigned int id = vf == NSW_FAULT_ANY_VF ? NSW_PCI_INJECT_PF : vf;
	int err = kind == NSW_FAULT_KIND_AER ? nsw_pci_inject_error(adapter->host, id) :
					       nsw_pci_inject_reset(adapter->host, id);

	switch (err) {
	case 0:
		return 0;
	case -ENODEV:
		return nsw_refuse(extack, ENODEV, FAILURE, "there is no such PCI function");
	case -EBUSY:
		return nsw_refuse(extack, EBUSY, FAILURE,
				  "the PCI function is busy, or held open by a program");
	}
	if (kind == NSW_FAULT_KIND_AER)
		return nsw_refuse(extack, -err, FAILURE,
				  "the driver of the PCI function has not recovered");
	return nsw_refuse(extack, -err, FAILURE, "the kernel cannot reset the PCI function");
}
