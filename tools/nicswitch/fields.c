// SPDX-License-Identifier: GPL-2.0-only

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>

#include "fields.h"
#include "ifstate.h"

/* The longest text is that of configuration space. */
#define FIELD_BYTES 256
#define FIELD_TEXT (2 * FIELD_BYTES + 1)

static bool read_number(const struct field *field, const struct attrs *attrs,
			struct out_value *value)
{
	uint16_t u16;
	uint32_t u32;
	uint8_t u8;

	switch (field->type) {
	case FIELD_SET:
		value->kind = OUT_SET;
		/* fallthrough */
	case FIELD_UINT:
		return attrs_uint(attrs, field->attr, &value->number);
	case FIELD_U8:
		if (!attrs_u8(attrs, field->attr, &u8))
			return false;
		value->number = u8;
		return true;
	case FIELD_U16:
		if (!attrs_u16(attrs, field->attr, &u16))
			return false;
		value->number = u16;
		return true;
	case FIELD_BOOL:
		value->kind = OUT_BOOL;
		if (!attrs_u8(attrs, field->attr, &u8))
			return false;
		value->number = u8;
		return true;
	case FIELD_BITS:
		value->kind = OUT_BITS;
		/* fallthrough */
	default:
		if (!attrs_u32(attrs, field->attr, &u32))
			return false;
		value->number = u32;
		return true;
	}
}

static bool read_mac(const struct field *field, const struct attrs *attrs,
		     char *text)
{
	const struct attr *attr = &attrs->at[field->attr];
	const uint8_t *mac = attr->data;

	if (!mac || attr->len != 6)
		return false;

	snprintf(text, FIELD_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return true;
}

static bool read_hex(const struct field *field, const struct attrs *attrs,
		     char *text)
{
	const struct attr *attr = &attrs->at[field->attr];
	const uint8_t *bytes = attr->data;
	size_t i;

	if (!bytes || attr->len > FIELD_BYTES)
		return false;

	for (i = 0; i < attr->len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	text[2 * i] = '\0';
	return true;
}

static bool read_hex_number(const struct field *field, const struct attrs *attrs,
			    char *text)
{
	uint64_t value;

	if (!attrs_uint(attrs, field->attr, &value))
		return false;

	snprintf(text, FIELD_TEXT, "0x%0*" PRIx64,
		 field->type == FIELD_HEX32 ? 8 : 1, value);
	return true;
}

static bool read_ids(const struct field *field, const struct attrs *attrs,
		     char *text)
{
	uint16_t vendor, device;

	if (!attrs_u16(attrs, field->attr, &vendor) ||
	    !attrs_u16(attrs, field->attr + 1, &device))
		return false;

	snprintf(text, FIELD_TEXT, "%04x:%04x", vendor, device);
	return true;
}

/* A value that this tool has no word for is shown as its number. */
static bool read_enum(const struct field *field, const struct attrs *attrs,
		      char *text)
{
	const char *word;
	uint32_t value;

	if (!attrs_u32(attrs, field->attr, &value))
		return false;

	word = names_word(field->names, value);
	if (word)
		snprintf(text, FIELD_TEXT, "%s", word);
	else
		snprintf(text, FIELD_TEXT, "%u", value);
	return true;
}

static bool read_vlan(const struct field *field, const struct attrs *attrs,
		      char *text)
{
	uint32_t mode;
	uint16_t vid;

	if (!attrs_u32(attrs, field->attr, &mode))
		return false;
	if (mode != NSW_VLAN_MODE_ID ||
	    !attrs_u16(attrs, NSW_A_VLAN_ID, &vid))
		return read_enum(field, attrs, text);

	snprintf(text, FIELD_TEXT, "%u", vid);
	return true;
}

static bool read_proto(const struct field *field, const struct attrs *attrs,
		       char *text)
{
	uint16_t proto;

	if (!attrs_u16(attrs, field->attr, &proto))
		return false;

	proto = ntohs(proto);
	if (proto == 0x8100)
		snprintf(text, FIELD_TEXT, "802.1Q");
	else if (proto == 0x88a8)
		snprintf(text, FIELD_TEXT, "802.1ad");
	else
		snprintf(text, FIELD_TEXT, "0x%04x", proto);
	return true;
}

/* @text holds what has to be made up; it must outlive @value. */
static bool read_field(const struct field *field, const struct attrs *attrs,
		       char *text, struct out_value *value)
{
	*value = (struct out_value) {
		.kind = OUT_STRING,
		.string = text,
		.names = field->names,
	};

	switch (field->type) {
	case FIELD_STRING:
		value->string = attrs_string(attrs, field->attr);
		return value->string;
	case FIELD_LINK:
		value->string = attrs_string(attrs, field->attr);
		value->string = value->string ? ifstate(value->string) : NULL;
		return value->string;
	case FIELD_HEX:
		return read_hex(field, attrs, text);
	case FIELD_HEX32:
	case FIELD_HEX64:
		return read_hex_number(field, attrs, text);
	case FIELD_IDS:
		return read_ids(field, attrs, text);
	case FIELD_MAC:
		return read_mac(field, attrs, text);
	case FIELD_ENUM:
		return read_enum(field, attrs, text);
	case FIELD_VLAN:
		return read_vlan(field, attrs, text);
	case FIELD_PROTO:
		return read_proto(field, attrs, text);
	case FIELD_FLAG:
		value->kind = OUT_FLAG;
		value->number = attrs_has(attrs, field->attr);
		return true;
	default:
		value->kind = OUT_NUMBER;
		return read_number(field, attrs, value);
	}
}

void fields_print(struct out *out, const struct field *fields,
		  const struct attrs *attrs)
{
	char text[FIELD_TEXT];
	struct out_value value;

	for (; fields->type != FIELD_END; fields++) {
		if (read_field(fields, attrs, text, &value))
			out_value(out, fields->key, fields->tree, &value);
	}
}
