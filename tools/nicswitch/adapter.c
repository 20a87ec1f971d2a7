// SPDX-License-Identifier: GPL-2.0-only

#include <stdlib.h>
#include <string.h>

#include "cmd.h"

const struct field adapter_fields[] = {
	{ NSW_A_ADAPTER_ID, FIELD_U32, "adapter", NULL, "adapter %" },
	{ NSW_A_IFNAME, FIELD_STRING, "ifname", NULL, "  %" },
	{ NSW_A_IFINDEX, FIELD_U32, "ifindex" },
	{ NSW_A_PCI_ADDRESS, FIELD_STRING, "pci", NULL, " %" },
	{ NSW_A_MAC, FIELD_MAC, "mac", NULL, " %" },
	{ NSW_A_TOTAL_VFS, FIELD_U32, "total_vfs" },
	{ NSW_A_NUM_VFS, FIELD_U32, "num_vfs" },
	{ NSW_A_STATIC_VFS, FIELD_U32, "static_vfs", NULL,
	  "  static switch, % VFs" },
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

/* Reads "8086:10c9" and the like: one number for each of @attrs. */
static const char *parse_hex_ids(struct args *args, const struct keyword *keyword,
				 const char *text, const uint16_t *attrs,
				 const char *expected)
{
	for (;; text++, attrs++) {
		size_t len = strspn(text, "0123456789abcdefABCDEF");
		struct arg *arg;

		if (len < 1 || len > 4)
			return expected;
		arg = args_add(args, *attrs, ARG_U16, keyword->word);
		if (!arg)
			return expected;
		arg->u16 = (uint16_t)strtoul(text, NULL, 16);
		text += len;
		if (*text != (attrs[1] ? ':' : '\0'))
			return expected;
		if (!*text)
			return NULL;
	}
}

static const char *parse_ids(struct args *args, const struct keyword *keyword,
			     const char *text)
{
	static const uint16_t attrs[] = {
		NSW_A_VENDOR_ID, NSW_A_DEVICE_ID, NSW_A_VF_DEVICE_ID, 0
	};

	return parse_hex_ids(args, keyword, text, attrs,
			     "three hexadecimal numbers, as 8086:10c9:10ca");
}

static const char *parse_subsystem(struct args *args,
				   const struct keyword *keyword,
				   const char *text)
{
	static const uint16_t attrs[] = {
		NSW_A_SUBSYSTEM_VENDOR_ID, NSW_A_SUBSYSTEM_ID, 0
	};

	return parse_hex_ids(args, keyword, text, attrs,
			     "two hexadecimal numbers, as 8086:a03c");
}

/* The words that "caps show" prints, joined by commas. */
static const char *parse_features(struct args *args,
				  const struct keyword *keyword,
				  const char *text)
{
	static const char expected[] =
		"features as \"caps show\" has them, joined by commas";
	uint32_t features = 0;
	struct arg *arg;
	char word[64];

	for (;; text++) {
		size_t len = strcspn(text, ",");
		int bit;

		if (len >= sizeof(word))
			return expected;
		memcpy(word, text, len);
		word[len] = '\0';
		bit = names_value(&names_caps_flags, word);
		if (bit < 0)
			return expected;
		features |= 1U << bit;
		text += len;
		if (!*text)
			break;
	}
	arg = args_add(args, keyword->attr, ARG_U32, keyword->word);
	if (!arg)
		return expected;
	arg->u32 = features;
	return NULL;
}

static const struct keyword add_keywords[] = {
	{ "vfs", parse_u32, NSW_A_TOTAL_VFS },
	{ "vports", parse_u32, NSW_A_NUM_VPORTS },
	{ "qps", parse_u32, NSW_A_MAX_QUEUE_PAIRS },
	{ "filters", parse_u32, NSW_A_MAX_MAC_ADDRESSES },
	{ "without", parse_features, NSW_A_CAPS_WITHOUT },
	{ "ids", parse_ids, NSW_A_VENDOR_ID },
	{ "subsystem", parse_subsystem, NSW_A_SUBSYSTEM_VENDOR_ID },
	{ "domain", parse_u32, NSW_A_PCI_DOMAIN },
	{ "bus", parse_u32, NSW_A_PCI_BUS },
	{ "static_vfs", parse_u32, NSW_A_STATIC_VFS },
	{ "static_qps", parse_u32, NSW_A_DEFAULT_QUEUE_PAIRS },
	{ "static_name", parse_string, NSW_A_SWITCH_NAME },
	{ "standalone_link", parse_names, NSW_A_STANDALONE_LINK,
	  .names = &names_on_off },
	{ "vfs_need_pf", parse_names, NSW_A_VFS_NEED_PF,
	  .names = &names_on_off },
	{ 0 }
};

static const struct keyword delete_keywords[] = {
	{ "ID", parse_u32, NSW_A_ADAPTER_ID,
	  KEYWORD_POSITIONAL | KEYWORD_REQUIRED },
	{ 0 }
};

static enum cmd_status adapter_add(struct cmd *cmd)
{
	cmd_forget_adapter(cmd);
	return cmd_create(cmd);
}

static enum cmd_status adapter_delete(struct cmd *cmd)
{
	cmd_forget_adapter(cmd);
	return cmd_change(cmd);
}

static const struct verb verbs[] = {
	{ "add", "[vfs N] [vports N] [qps N] [filters N] [without FEATURES]\n"
	  "      [ids VENDOR:DEVICE:VFDEVICE] [subsystem VENDOR:DEVICE]\n"
	  "      [domain N] [bus N] [standalone_link on|off] [vfs_need_pf on|off]\n"
	  "      [static_vfs N [static_qps N] [static_name NAME]]",
	  adapter_add, NSW_CMD_ADAPTER_NEW, add_keywords },
	{ "show", "", adapter_show },
	{ "delete", "ID", adapter_delete, NSW_CMD_ADAPTER_DEL, delete_keywords },
	{ "del", "ID", adapter_delete, NSW_CMD_ADAPTER_DEL, delete_keywords },
	{ 0 }
};

const struct noun noun_adapter = {
	.name = "adapter",
	.purpose = "emulated adapters and their external port",
	.key = NSW_A_ADAPTER_ID,
	.fields = adapter_fields,
	.verbs = verbs,
};
