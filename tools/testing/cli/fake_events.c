// SPDX-License-Identifier: GPL-2.0-only

#include <string.h>

#include <linux/nicswitch.h>

#include "fake.h"
#include "fake_put.h"

/* Each event repeats an object, under the command of the notification. */
static void add_event(struct fake_list *list, uint8_t ntf, uint8_t get,
		      uint32_t id, uint32_t event, uint32_t source)
{
	const struct fake_object *object = fake_find(list, get, id);
	struct fake_message m = { .len = 0 };

	if (!object)
		return;
	fake_u32(&m, NSW_A_EVENT, event);
	memcpy(m.bytes + m.len, object->bytes, object->len);
	m.len += object->len;
	if (event == NSW_EVENT_MOVE)
		fake_u32(&m, NSW_A_SOURCE_VPORT_ID, source);
	fake_add(list, ntf, id, &m);
}

/* Only the first is news to who knows the state before. */
static void add_activation(struct fake_list *list, uint32_t vport)
{
	struct fake_message m = { .len = 0 };

	fake_u32(&m, NSW_A_EVENT, NSW_EVENT_CHANGE);
	fake_u32(&m, NSW_A_ADAPTER_ID, 0);
	fake_u32(&m, NSW_A_VPORT_ID, vport);
	put(&m, NSW_A_PF, NULL, 0);
	fake_u32(&m, NSW_A_VPORT_STATE, NSW_VPORT_STATE_ACTIVATED);
	fake_add(list, NSW_CMD_VPORT_NTF, vport, &m);
}

void fake_add_events(struct fake_list *list)
{
	add_event(list, NSW_CMD_ADAPTER_NTF, NSW_CMD_ADAPTER_GET, 0,
		  NSW_EVENT_CHANGE, 0);
	add_event(list, NSW_CMD_ADAPTER_NTF, NSW_CMD_ADAPTER_GET, 1,
		  NSW_EVENT_ADD, 0);
	add_event(list, NSW_CMD_SWITCH_NTF, NSW_CMD_SWITCH_GET, 0,
		  NSW_EVENT_ADD, 0);
	add_event(list, NSW_CMD_VF_NTF, NSW_CMD_VF_GET, 0, NSW_EVENT_RESET, 0);
	add_event(list, NSW_CMD_VPORT_NTF, NSW_CMD_VPORT_GET, 1,
		  NSW_EVENT_ADD, 0);
	add_activation(list, 2);
	add_activation(list, 2);
	add_event(list, NSW_CMD_FILTER_NTF, NSW_CMD_FILTER_GET, 3,
		  NSW_EVENT_ADD, 0);
	add_event(list, NSW_CMD_FILTER_NTF, NSW_CMD_FILTER_GET, 3,
		  NSW_EVENT_MOVE, 2);
	add_event(list, NSW_CMD_FILTER_NTF, NSW_CMD_FILTER_GET, 3,
		  NSW_EVENT_DEL, 0);
	/* Events of the future are ignored. */
	add_event(list, NSW_CMD_FILTER_NTF, NSW_CMD_FILTER_GET, 3, 77, 0);
	add_event(list, 200, NSW_CMD_FILTER_GET, 3, NSW_EVENT_ADD, 0);
}
