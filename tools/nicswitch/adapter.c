// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field adapter_fields[] = {
	{ NSW_A_ADAPTER_ID, FIELD_U32, "adapter", NULL, "adapter %" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, "  %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ NSW_A_PCI_ADDRESS, FIELD_STRING, "pci", NULL, " %" },
	{ NSW_A_MAC, FIELD_MAC, "mac", NULL, " %" },
	{ NSW_A_TOTAL_VFS, FIELD_U32, "total_vfs" },
	{ NSW_A_NUM_VFS, FIELD_U32, "num_vfs" },
	{ NSW_A_SWITCH_ID, FIELD_U32, "switch_id" },
	{ NSW_A_UPLINK_IFNAME, FIELD_STRING, "uplink", NULL, "  uplink %" },
	{ NSW_A_UPLINK_IFINDEX, FIELD_U32, "uplink_ifindex" },
	{ NSW_A_UPLINK_IFNAME, FIELD_LINK, "uplink_state", NULL, " (%)" },
	{ 0 }
};

static enum cmd_status adapter_show(struct cmd *cmd)
{
	struct store list = { 0 };
	enum cmd_status status;
	struct attrs attrs;
	size_t i;

	status = cmd_read_adapters(cmd, &list);
	if (status)
		goto fini_list;

	out_list_begin(&cmd->out, NULL);
	for (i = 0; i < list.count; i++) {
		store_get(&list, i, &attrs);
		out_object_begin(&cmd->out, NULL);
		fields_print(&cmd->out, adapter_fields, &attrs);
		out_object_end(&cmd->out);
	}
	out_list_end(&cmd->out);

fini_list:
	store_fini(&list);
	return status;
}

static const struct verb verbs[] = {
	{ "show", "", adapter_show },
	{ 0 }
};

const struct noun noun_adapter = {
	.name = "adapter",
	.purpose = "emulated adapters and their external port",
	.key = NSW_A_ADAPTER_ID,
	.fields = adapter_fields,
	.verbs = verbs,
};
