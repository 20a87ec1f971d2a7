/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_MODEL_TYPES_H
#define _NSW_MODEL_TYPES_H

#include <linux/etherdevice.h>
#include <linux/types.h>
#include <uapi/linux/nicswitch.h>

/* Longest name of a switch, VF or VPort, in bytes (NDIS_IF_COUNTED_STRING). */
#define NSW_NAME_MAX		256
/* Limits of this implementation; an adapter's capabilities lie within them. */
#define NSW_VFS_MAX		1024
#define NSW_VPORTS_MAX		2048
#define NSW_FILTERS_MAX		(1 << 20)
/* Multicast memberships of one interface: addresses times VLANs. */
#define NSW_GUEST_GROUPS_MAX	1024
/* Secondary unicast addresses of one interface of a VF. */
#define NSW_GUEST_MACS_MAX	1024
/* What an untrusted VF may ask for. */
#define NSW_GUEST_MACS_UNTRUSTED	16
#define NSW_GUEST_GROUPS_UNTRUSTED	128
#define NSW_GUEST_VLANS_UNTRUSTED	16

/* Mb/s */
#define NSW_SPEED_DEFAULT	100000

#define NSW_DEFAULT_SWITCH_ID	0
#define NSW_DEFAULT_VPORT_ID	0

/**
 * typedef nsw_vlan_t - VLAN of a frame or of a filter inside the switch
 *
 * 0: untagged or priority tagged. 1..4095: the VID of an 802.1Q tag.
 * %NSW_VLAN_S | VID: the VID of an 802.1ad tag. %NSW_VLAN_ANY: filters only,
 * whatever the frame carries.
 */
typedef u16 nsw_vlan_t;

#define NSW_VLAN_NONE		0
#define NSW_VLAN_S		0x1000
#define NSW_VLAN_ANY		0xffff

/**
 * nsw_mac_pack() - an Ethernet address as a number
 * @mac: 6 bytes
 *
 * Return: the address in the lower 48 bits, first byte highest.
 */
static inline u64 nsw_mac_pack(const u8 *mac)
{
	return (u64)get_unaligned_be32(mac) << 16 | get_unaligned_be16(mac + 4);
}

/* The group bit of the first byte of a packed address. */
#define NSW_MAC_GROUP		BIT_ULL(40)
#define NSW_MAC_BROADCAST	0xffffffffffffULL
/* IEEE 802.1Q 8.6.3: for the next station on the link; the second is for PAUSE. */
#define NSW_MAC_RESERVED	0x0180c2000000ULL
#define NSW_MAC_RESERVED_MASK	0xfffffffffff0ULL
#define NSW_MAC_PAUSE		0x0180c2000001ULL

/* The key of no frame and of no filter. */
#define NSW_KEY_NONE		U64_MAX

/**
 * nsw_key() - address and VLAN as one number, the key of every lookup
 * @mac: packed address
 * @vlan: VLAN of the frame, or condition of the filter
 *
 * Return: the key.
 */
static inline u64 nsw_key(u64 mac, nsw_vlan_t vlan)
{
	return mac << 16 | vlan;
}

#endif
