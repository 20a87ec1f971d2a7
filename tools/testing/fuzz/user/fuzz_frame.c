// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parsers of frames, src/dp/frame.c and flow.c, against a second one that
 * knows nothing of skbs. Input: six bytes of how the frame lies in memory,
 * then the frame.
 */

#include <linux/if_vlan.h>

#include "dp/flow.h"
#include "dp/frame.h"

#include "fuzz.h"

#define TAGS		8	/* that are looked through */
#define HEADER		6

unsigned int kernel_memory;

/* A frame as it is on the wire, the outer tag apart. */
struct plain {
	u8 bytes[FUZZ_INPUT_MAX];
	size_t len;
	bool tagged;
	u16 proto;
	u16 tci;
	bool partial;	/* its checksum is yet to be made, over what is behind @sum */
	int sum;
};

static u16 plain_u16(const struct plain *plain, size_t at)
{
	return (u16)(plain->bytes[at] << 8 | plain->bytes[at + 1]);
}

/* Return: whether the frame is well-formed. */
static bool plain_parse(struct plain *plain)
{
	unsigned int tags = 0;
	u16 type;

	if (plain->len < ETH_HLEN)
		return false;
	for (;;) {
		type = plain_u16(plain, 12);
		if (type != ETH_P_8021Q && type != ETH_P_8021AD)
			break;
		if (plain->tagged && plain->tci & VLAN_VID_MASK)
			break;
		if (tags++ == TAGS || plain->len < VLAN_ETH_HLEN)
			return false;
		plain->tagged = true;
		plain->proto = type;
		plain->tci = plain_u16(plain, 14);
		memmove(plain->bytes + 12, plain->bytes + 16, plain->len - 16);
		plain->len -= VLAN_HLEN;
		plain->partial = plain->partial && plain->sum >= 0;
		plain->sum -= VLAN_HLEN;
	}
	return !plain->partial || plain->sum >= ETH_HLEN;
}

/* @linear bytes of it in the linear part; fewer if there are not so many. */
static void skb_make(struct sk_buff *skb, const struct plain *plain, size_t linear)
{
	if (linear > plain->len)
		linear = plain->len;
	*skb = (struct sk_buff) {
		.head = malloc(linear + !linear),
		.frag = malloc(plain->len - linear + 1),
		.len = (unsigned int)plain->len,
		.data_len = (unsigned int)(plain->len - linear),
		.vlan_proto = htons(plain->proto),
		.vlan_tci = plain->tci,
		.vlan_present = plain->tagged,
		.ip_summed = plain->partial ? CHECKSUM_PARTIAL : CHECKSUM_NONE,
		.csum_start = (unsigned int)plain->sum,
	};
	memcpy(skb->head, plain->bytes, linear);
	memcpy(skb->frag, plain->bytes + linear, plain->len - linear);
	skb->data = skb->head;
}

static void skb_free(struct sk_buff *skb)
{
	free(skb->head);
	free(skb->frag);
}

static bool skb_is(const struct sk_buff *skb, const struct plain *plain)
{
	unsigned int linear = skb_headlen(skb);

	return skb->len == plain->len &&
	       !memcmp(skb->data, plain->bytes, linear) &&
	       !memcmp(skb->frag, plain->bytes + linear, skb->data_len) &&
	       skb->vlan_present == plain->tagged &&
	       (!plain->tagged || (ntohs(skb->vlan_proto) == plain->proto &&
				   skb->vlan_tci == plain->tci));
}

static u64 plain_mac(const u8 *at)
{
	u64 mac = 0;
	int i;

	for (i = 0; i < ETH_ALEN; i++)
		mac = mac << 8 | at[i];
	return mac;
}

static nsw_vlan_t plain_vlan(const struct plain *plain)
{
	u16 vid = plain->tagged ? plain->tci & VLAN_VID_MASK : 0;

	return vid && plain->proto == ETH_P_8021AD ? NSW_VLAN_S | vid : vid;
}

static void compare(const struct nsw_frame *frame, const struct plain *plain)
{
	fuzz_check(frame->dst == plain_mac(plain->bytes));
	fuzz_check(frame->src == plain_mac(plain->bytes + ETH_ALEN));
	fuzz_check(frame->vlan == plain_vlan(plain));
	fuzz_check(frame->tagged == !!plain_vlan(plain));
	fuzz_check(nsw_frame_is_group(frame) == (plain->bytes[0] & 1));
}

static void check_frame(const struct plain *sent, size_t linear, bool cloned, unsigned int memory)
{
	struct plain plain = *sent;
	bool good = plain_parse(&plain);
	struct nsw_frame frame, peek;
	struct sk_buff skb;
	int drop;

	skb_make(&skb, sent, linear);
	skb.cloned = cloned;
	if (nsw_frame_peek(&skb, &peek)) {
		/* It changes nothing, and those that it is good for are. */
		fuzz_check(good && skb_is(&skb, sent));
		compare(&peek, &plain);
	}
	kernel_memory = memory;
	drop = nsw_frame_parse(&skb, &frame);
	if (drop == NSW_DROP_NONE) {
		fuzz_check(good && skb_is(&skb, &plain));
		compare(&frame, &plain);
		fuzz_check(skb.mac_header == (unsigned int)(skb.data - skb.head));
		fuzz_check(skb_headlen(&skb) >= ETH_HLEN);
	} else {
		/* What cannot be pulled for lack of memory counts as malformed. */
		fuzz_check(!good || !kernel_memory);
		fuzz_check(drop == NSW_DROP_MALFORMED || drop == NSW_DROP_NO_MEMORY);
		fuzz_check(drop == NSW_DROP_MALFORMED || !kernel_memory);
	}
	skb_free(&skb);
}

static void check_flow(const struct plain *plain, size_t linear, u16 protocol)
{
	struct nsw_flow flow, other;
	struct sk_buff skb;
	unsigned int i;

	kernel_memory = 0;
	skb_make(&skb, plain, linear);
	skb.protocol = htons(protocol);
	nsw_flow_parse(&skb, &flow);
	skb_free(&skb);
	/* Where the bytes are does not matter. */
	skb_make(&skb, plain, plain->len);
	skb.protocol = htons(protocol);
	nsw_flow_parse(&skb, &other);
	skb_free(&skb);
	fuzz_check(!memcmp(&flow, &other, sizeof(flow)));
	fuzz_check(flow.len == (flow.family == 4 ? 8 : flow.family == 6 ? 32 : 0) +
		   (flow.proto ? 4 : 0));
	for (i = flow.len; i < sizeof(flow.input); i++)
		fuzz_check(!flow.input[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plain plain;
	static const u16 protocols[] = { ETH_P_IP, ETH_P_IPV6, ETH_P_ARP };

	if (size < HEADER || size > FUZZ_INPUT_MAX)
		return 0;
	plain.len = size - HEADER;
	memcpy(plain.bytes, data + HEADER, plain.len);
	plain.tagged = data[1] & 2;
	plain.proto = data[1] & 4 ? ETH_P_8021AD : ETH_P_8021Q;
	plain.tci = (u16)(data[2] << 8 | data[3]);
	plain.partial = data[1] & 8;
	plain.sum = data[5];
	check_frame(&plain, data[0], data[1] & 1, data[4] < 16 ? data[4] : 100);
	check_flow(&plain, data[0], protocols[data[5] % ARRAY_SIZE(protocols)]);
	return 0;
}
