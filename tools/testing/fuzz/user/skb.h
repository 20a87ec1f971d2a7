/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A frame: a linear part, in memory that is exactly as long, and one fragment.
 * Whatever may move the linear part does, so that a pointer that was kept is
 * found by the address sanitizer.
 */
#ifndef FUZZ_SKB_H
#define FUZZ_SKB_H

struct sk_buff {
	u8 *head;		/* the linear part begins here, with what was removed */
	u8 *data;
	unsigned int len;
	unsigned int data_len;	/* of that, in the fragment */
	u8 *frag;
	bool cloned;		/* the linear part is somebody else's, too */
	unsigned int mac_header;
	__be16 protocol;
	__be16 vlan_proto;
	u16 vlan_tci;
	bool vlan_present;
	int ip_summed;
	unsigned int csum_start;	/* from the head on */
};

struct vlan_ethhdr {
	u8 h_dest[ETH_ALEN];
	u8 h_source[ETH_ALEN];
	__be16 h_vlan_proto;
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

#define CHECKSUM_NONE		0
#define CHECKSUM_PARTIAL	3
#define VLAN_ETH_HLEN		18
#define VLAN_HLEN		4
#define VLAN_VID_MASK		0x0fff

static inline unsigned int skb_headlen(const struct sk_buff *skb)
{
	return skb->len - skb->data_len;
}

static inline int skb_checksum_start_offset(const struct sk_buff *skb)
{
	return (int)skb->csum_start - (int)(skb->data - skb->head);
}

static inline void skb_reset_mac_header(struct sk_buff *skb)
{
	skb->mac_header = (unsigned int)(skb->data - skb->head);
}

static inline struct ethhdr *eth_hdr(const struct sk_buff *skb)
{
	return (struct ethhdr *)(skb->head + skb->mac_header);
}

static inline bool eth_type_vlan(__be16 type)
{
	return type == htons(ETH_P_8021Q) || type == htons(ETH_P_8021AD);
}

/* The linear part in other memory, with @more bytes of the fragment. */
static inline bool skb_move(struct sk_buff *skb, unsigned int more)
{
	unsigned int room = (unsigned int)(skb->data - skb->head), len = room + skb_headlen(skb);
	u8 *head;

	if (!kernel_memory)
		return false;
	kernel_memory--;
	head = malloc(len + more + !(len + more));
	memcpy(head, skb->head, len);
	memcpy(head + len, skb->frag, more);
	memmove(skb->frag, skb->frag + more, skb->data_len - more);
	free(skb->head);
	skb->head = head;
	skb->data = head + room;
	skb->data_len -= more;
	skb->cloned = false;
	return true;
}

static inline bool pskb_may_pull(struct sk_buff *skb, unsigned int len)
{
	if (len <= skb_headlen(skb))
		return true;
	return len <= skb->len && skb_move(skb, len - skb_headlen(skb));
}

static inline int skb_ensure_writable(struct sk_buff *skb, unsigned int len)
{
	if (!pskb_may_pull(skb, len))
		return -ENOMEM;
	return !skb->cloned || skb_move(skb, 0) ? 0 : -ENOMEM;
}

/* Takes the outer tag out of the data, which must be writable. */
static inline int __skb_vlan_pop(struct sk_buff *skb, u16 *tci)
{
	struct vlan_ethhdr *eth;
	int err = skb_ensure_writable(skb, VLAN_ETH_HLEN);

	if (err)
		return err;
	eth = (struct vlan_ethhdr *)skb->data;
	if (skb_checksum_start_offset(skb) < 0)
		skb->ip_summed = CHECKSUM_NONE;
	*tci = ntohs(eth->h_vlan_TCI);
	skb->protocol = eth->h_vlan_encapsulated_proto;
	memmove(skb->data + VLAN_HLEN, skb->data, 2 * ETH_ALEN);
	skb->data += VLAN_HLEN;
	skb->len -= VLAN_HLEN;
	skb->mac_header += VLAN_HLEN;
	return 0;
}

static inline bool skb_vlan_tag_present(const struct sk_buff *skb)
{
	return skb->vlan_present;
}

static inline u16 skb_vlan_tag_get_id(const struct sk_buff *skb)
{
	return skb->vlan_tci & VLAN_VID_MASK;
}

static inline void __vlan_hwaccel_clear_tag(struct sk_buff *skb)
{
	skb->vlan_present = false;
}

static inline void __vlan_hwaccel_put_tag(struct sk_buff *skb, __be16 proto, u16 tci)
{
	skb->vlan_proto = proto;
	skb->vlan_tci = tci;
	skb->vlan_present = true;
}

static inline const void *skb_header_pointer(const struct sk_buff *skb, unsigned int offset,
					     unsigned int len, void *copy)
{
	unsigned int i, at;

	if (offset > skb->len || len > skb->len - offset)
		return NULL;
	if (offset + len <= skb_headlen(skb))
		return skb->data + offset;
	for (i = 0; i < len; i++) {
		at = offset + i;
		((u8 *)copy)[i] = at < skb_headlen(skb) ? skb->data[at] :
				  skb->frag[at - skb_headlen(skb)];
	}
	return copy;
}

#endif
