// SPDX-License-Identifier: GPL-2.0-only

#include "cmd.h"

const struct field failover_fields[] = {
	{ NSW_A_FAILOVER_ID, FIELD_U32, "failover" },
	{ NSW_A_MAC, FIELD_MAC, "mac" },
	{ NSW_A_IFNAME, FIELD_STRING, "port" },
	{ NSW_A_IFINDEX, FIELD_U32, "port_ifindex" },
	{ NSW_A_MASTER_IFNAME, FIELD_STRING, "master" },
	{ NSW_A_STANDBY_IFNAME, FIELD_STRING, "standby" },
	{ NSW_A_PRIMARY_IFNAME, FIELD_STRING, "primary" },
	{ 0 }
};

static const struct keyword add_keywords[] = {
	{ "mac", parse_mac, NSW_A_MAC, KEYWORD_REQUIRED },
	{ "netns", parse_netns, NSW_A_NETNS_FD },
	{ 0 }
};

static const struct keyword show_keywords[] = {
	{ "ID", parse_u32, NSW_A_FAILOVER_ID, KEYWORD_POSITIONAL },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	{ "ID", parse_u32, NSW_A_FAILOVER_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

/* They belong to no adapter: the machine may move to another. */
static enum cmd_status failover_add(struct cmd *cmd)
{
	cmd_forget_adapter(cmd);
	return cmd_create(cmd);
}

static enum cmd_status failover_show(struct cmd *cmd)
{
	cmd_forget_adapter(cmd);
	return cmd_show(cmd);
}

static enum cmd_status failover_delete(struct cmd *cmd)
{
	cmd_forget_adapter(cmd);
	return cmd_change(cmd);
}

static const struct verb verbs[] = {
	{ "add", "mac MAC [netns NAME]", failover_add,
	  NSW_CMD_FAILOVER_NEW, add_keywords },
	{ "show", "[ID]", failover_show, NSW_CMD_FAILOVER_GET, show_keywords },
	{ "delete", "ID", failover_delete, NSW_CMD_FAILOVER_DEL,
	  delete_keywords },
	{ 0 }
};

const struct noun noun_failover = {
	.name = "failover",
	.purpose = "interfaces of machines that survive their VF",
	.key = NSW_A_FAILOVER_ID,
	.fields = failover_fields,
	.verbs = verbs,
};
