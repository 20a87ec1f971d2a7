// SPDX-License-Identifier: GPL-2.0-only

#include <string.h>

#include <linux/netlink.h>

#include "attrs.h"

_Static_assert(NSW_A_CAPS_MAX <= NSW_A_MAX && NSW_A_STATS_MAX <= NSW_A_MAX &&
	       NSW_A_DROP_MAX <= NSW_A_MAX, "struct attrs holds nested sets");

bool attrs_next(const void *data, size_t len, size_t *pos, uint16_t *type,
		struct attr *attr)
{
	struct nlattr head;

	if (*pos > len || len - *pos < sizeof(head))
		return false;

	memcpy(&head, (const char *)data + *pos, sizeof(head));
	if (head.nla_len < sizeof(head) || head.nla_len > len - *pos)
		return false;

	*type = head.nla_type & NLA_TYPE_MASK;
	attr->data = (const char *)data + *pos + NLA_HDRLEN;
	attr->len = head.nla_len - NLA_HDRLEN;
	*pos += NLA_ALIGN(head.nla_len);
	return true;
}

void attrs_parse(struct attrs *attrs, const void *data, size_t len)
{
	struct attr attr;
	uint16_t type;
	size_t pos = 0;

	memset(attrs, 0, sizeof(*attrs));
	while (attrs_next(data, len, &pos, &type, &attr)) {
		/* A newer kernel may know more attributes than this tool. */
		if (type <= NSW_A_MAX)
			attrs->at[type] = attr;
	}
}

bool attrs_has(const struct attrs *attrs, uint16_t type)
{
	return attrs->at[type].data;
}

/* Copied, because 64-bit values need not be aligned. */
static bool attrs_copy(const struct attrs *attrs, uint16_t type, void *value,
		       size_t size)
{
	const struct attr *attr = &attrs->at[type];

	if (!attr->data || attr->len < size)
		return false;

	memcpy(value, attr->data, size);
	return true;
}

bool attrs_u8(const struct attrs *attrs, uint16_t type, uint8_t *value)
{
	return attrs_copy(attrs, type, value, sizeof(*value));
}

bool attrs_u16(const struct attrs *attrs, uint16_t type, uint16_t *value)
{
	return attrs_copy(attrs, type, value, sizeof(*value));
}

bool attrs_u32(const struct attrs *attrs, uint16_t type, uint32_t *value)
{
	return attrs_copy(attrs, type, value, sizeof(*value));
}

bool attrs_uint(const struct attrs *attrs, uint16_t type, uint64_t *value)
{
	uint32_t small;

	if (attrs_copy(attrs, type, value, sizeof(*value)))
		return true;
	if (!attrs_u32(attrs, type, &small))
		return false;
	*value = small;
	return true;
}

const char *attrs_string(const struct attrs *attrs, uint16_t type)
{
	const struct attr *attr = &attrs->at[type];

	if (!attr->data || !memchr(attr->data, '\0', attr->len))
		return NULL;
	return attr->data;
}

uint32_t attrs_u32_or_zero(const struct attrs *attrs, uint16_t type)
{
	uint32_t value = 0;

	attrs_u32(attrs, type, &value);
	return value;
}
