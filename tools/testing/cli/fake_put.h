/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes of canned messages. */
#ifndef CLI_FAKE_PUT_H
#define CLI_FAKE_PUT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <linux/nicswitch.h>

#include "fake.h"

static inline void put(struct fake_message *m, uint16_t type, const void *data,
		       size_t len)
{
	struct nlattr head = {
		.nla_len = (uint16_t)(NLA_HDRLEN + len),
		.nla_type = type,
	};

	if (m->len + NLA_HDRLEN + NLA_ALIGN(len) > sizeof(m->bytes))
		abort();
	memcpy(m->bytes + m->len, &head, sizeof(head));
	if (len)
		memcpy(m->bytes + m->len + NLA_HDRLEN, data, len);
	m->len += NLA_HDRLEN + NLA_ALIGN(len);
}

static inline void put_u8(struct fake_message *m, uint16_t type, uint8_t value)
{
	put(m, type, &value, sizeof(value));
}

static inline void put_u16(struct fake_message *m, uint16_t type, uint16_t value)
{
	put(m, type, &value, sizeof(value));
}

static inline void put_u64(struct fake_message *m, uint16_t type, uint64_t value)
{
	put(m, type, &value, sizeof(value));
}

static inline void put_string(struct fake_message *m, uint16_t type,
			      const char *value)
{
	put(m, type, value, strlen(value) + 1);
}

static inline void put_nest(struct fake_message *m, uint16_t type,
			    const struct fake_message *nest)
{
	put(m, type | NLA_F_NESTED, nest->bytes, nest->len);
}

static inline void put_mac(struct fake_message *m, uint8_t last)
{
	const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, last };

	put(m, NSW_A_MAC, mac, sizeof(mac));
}

#endif
