/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/nicswitch.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NICSWITCH_H
#define _UAPI_LINUX_NICSWITCH_H

#define NSW_GENL_NAME		"nicswitch"
#define NSW_GENL_VERSION	1

/**
 * enum nsw_event - What happened to the object that a notification describes.
 * @NSW_EVENT_ADD: The object was created.
 * @NSW_EVENT_CHANGE: A parameter of the object changed.
 * @NSW_EVENT_DEL: The object is gone.
 * @NSW_EVENT_MOVE: A receive filter moved to another VPort.
 * @NSW_EVENT_RESET: A VF was reset (function level reset).
 * @NSW_EVENT_WRITE: A VF wrote one of its config blocks.
 * @NSW_EVENT_INVALIDATE: Config blocks of a VF have changed, which it is told
 *   until it has asked.
 */
enum nsw_event {
	NSW_EVENT_ADD = 1,
	NSW_EVENT_CHANGE,
	NSW_EVENT_DEL,
	NSW_EVENT_MOVE,
	NSW_EVENT_RESET,
	NSW_EVENT_WRITE,
	NSW_EVENT_INVALIDATE,
};

/**
 * enum nsw_caps_flags - Features of the NIC switch, in the words of
 *   NDIS_NIC_SWITCH_CAPABILITIES.
 * @NSW_CAPS_F_VLAN: Receive filters can test the VLAN identifier.
 * @NSW_CAPS_F_PER_VPORT_MODERATION: Interrupt moderation is a parameter of
 *   each VPort.
 * @NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS: Nondefault VPorts may differ in their
 *   number of queue pairs.
 * @NSW_CAPS_F_SINGLE_VPORT_POOL: Nondefault VPorts of PF and VFs come from one
 *   pool, first come first served. Clear - one VPort is reserved for each VF.
 * @NSW_CAPS_F_VF_RSS: VFs have receive side scaling over the queue pairs of
 *   their VPort. Clear - they receive everything on the first one.
 * @NSW_CAPS_F_RSS_ON_PF_VPORTS: Nondefault VPorts of the PF have receive side
 *   scaling, each with an indirection table of its own. Needs
 *   single-vport-pool. The default VPort has it always.
 */
enum nsw_caps_flags {
	NSW_CAPS_F_VLAN = 1,
	NSW_CAPS_F_PER_VPORT_MODERATION = 2,
	NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS = 4,
	NSW_CAPS_F_SINGLE_VPORT_POOL = 8,
	NSW_CAPS_F_VF_RSS = 16,
	NSW_CAPS_F_RSS_ON_PF_VPORTS = 32,
};

/**
 * enum nsw_sriov_flags - SR-IOV capabilities, with the values of
 *   NDIS_SRIOV_CAPABILITIES.
 * @NSW_SRIOV_F_SUPPORTED: There can be VFs.
 * @NSW_SRIOV_F_PF: This is the PF's side.
 */
enum nsw_sriov_flags {
	NSW_SRIOV_F_SUPPORTED = 1,
	NSW_SRIOV_F_PF = 2,
};

/**
 * enum nsw_filter_fields - Fields of the MAC header that receive filters can
 *   test for equality.
 */
enum nsw_filter_fields {
	NSW_FILTER_FIELD_DESTINATION_MAC = 1,
	NSW_FILTER_FIELD_VLAN_ID = 2,
};

/**
 * enum nsw_filter_types - Types of receive filters, with the values of
 *   NDIS_RECEIVE_FILTER_CAPABILITIES.
 * @NSW_FILTER_TYPE_VMQ: On VM queues, or on VPorts of a NIC switch.
 */
enum nsw_filter_types {
	NSW_FILTER_TYPE_VMQ = 1,
};

/**
 * enum nsw_queue_types - Types of receive queues, with the values of
 *   NDIS_RECEIVE_FILTER_CAPABILITIES.
 */
enum nsw_queue_types {
	NSW_QUEUE_TYPE_VM_QUEUE = 1,
};

/**
 * enum nsw_vport_state
 * @NSW_VPORT_STATE_ACTIVATED: The VPort takes part in forwarding.
 * @NSW_VPORT_STATE_DEACTIVATED: A VPort of the PF that has not been activated
 *   yet.
 */
enum nsw_vport_state {
	NSW_VPORT_STATE_ACTIVATED = 1,
	NSW_VPORT_STATE_DEACTIVATED,
};

/**
 * enum nsw_queue_state - Operational state of a VM queue.
 * @NSW_QUEUE_STATE_ALLOCATED: No receive filter, and its allocation is not
 *   complete.
 * @NSW_QUEUE_STATE_SET: Receive filters, but its allocation is not complete,
 *   so no frames come yet.
 * @NSW_QUEUE_STATE_PAUSED: Its allocation is complete, but it has no receive
 *   filter.
 * @NSW_QUEUE_STATE_RUNNING: Its allocation is complete, and frames come as its
 *   receive filters say.
 * @NSW_QUEUE_STATE_DMA_STOPPED: It is being freed; no frame comes any more.
 */
enum nsw_queue_state {
	NSW_QUEUE_STATE_ALLOCATED = 1,
	NSW_QUEUE_STATE_SET,
	NSW_QUEUE_STATE_PAUSED,
	NSW_QUEUE_STATE_RUNNING,
	NSW_QUEUE_STATE_DMA_STOPPED,
};

/**
 * enum nsw_moderation - Interrupt moderation of a VPort.
 * @NSW_MODERATION_OFF: Deliver at once.
 * @NSW_MODERATION_LOW: Wait a little for more frames.
 * @NSW_MODERATION_MEDIUM: Wait longer.
 * @NSW_MODERATION_HIGH: Wait longest, for the fewest interrupts.
 * @NSW_MODERATION_ADAPTIVE: Chosen from the observed traffic.
 */
enum nsw_moderation {
	NSW_MODERATION_OFF = 1,
	NSW_MODERATION_LOW,
	NSW_MODERATION_MEDIUM,
	NSW_MODERATION_HIGH,
	NSW_MODERATION_ADAPTIVE,
};

/**
 * enum nsw_power_state - Device power state of a VF, with the values of
 *   NDIS_DEVICE_POWER_STATE.
 * @NSW_POWER_D0: Fully on.
 * @NSW_POWER_D1: The VF neither receives nor sends.
 * @NSW_POWER_D2: The VF neither receives nor sends.
 * @NSW_POWER_D3: The VF neither receives nor sends.
 */
enum nsw_power_state {
	NSW_POWER_D0 = 1,
	NSW_POWER_D1,
	NSW_POWER_D2,
	NSW_POWER_D3,
};

/**
 * enum nsw_link_policy - Administrative link state of a VF.
 * @NSW_LINK_AUTO: The VF has the carrier of the external port.
 * @NSW_LINK_ENABLE: The VF has carrier, whatever the external port has.
 * @NSW_LINK_DISABLE: The VF has no carrier.
 */
enum nsw_link_policy {
	NSW_LINK_AUTO,
	NSW_LINK_ENABLE,
	NSW_LINK_DISABLE,
};

/**
 * enum nsw_offer - Whether the machine behind a VF shall use it.
 * @NSW_OFFER_NONE: Nobody said; receive filters are where requests put them.
 * @NSW_OFFER_OFFERED: Receive filters for the VF's permanent address are on
 *   its VPort while its interface is up and has carrier, and on the default
 *   VPort otherwise.
 * @NSW_OFFER_REVOKED: They are on the default VPort, and the VF has no
 *   carrier.
 */
enum nsw_offer {
	NSW_OFFER_NONE,
	NSW_OFFER_OFFERED,
	NSW_OFFER_REVOKED,
};

/**
 * enum nsw_builtin_block - Config blocks that every VF has. They are kept by
 *   the switch and invalidated by themselves. Numbers in them are
 *   little-endian.
 * @NSW_BUILTIN_BLOCK_STATE: 12 bytes. 0 - version, 1. 1 - carrier, 0 or 1. 2 -
 *   state of the VPort, enum vport-state, 0 without VPort. 3 - enum
 *   power-state. 4 to 7 - VPort id, all ones without VPort. 8 to 11 - queue
 *   pairs.
 * @NSW_BUILTIN_BLOCK_ADDRESS: 14 bytes. 0 - version, 1. 1 - bit 0, the PF has
 *   set the address; bit 1, there is a port VLAN; bit 2, the VF is trusted. 2
 *   to 7 - the address. 8 and 9 - VID of the port VLAN. 10 and 11 - its
 *   Ethertype, big-endian. 12 - its priority. 13 - zero.
 */
enum nsw_builtin_block {
	NSW_BUILTIN_BLOCK_STATE,
	NSW_BUILTIN_BLOCK_ADDRESS,
};

/**
 * enum nsw_vlan_mode - VLAN condition of a receive filter.
 * @NSW_VLAN_MODE_NONE: Frames without a tag, or with a tag of VID 0.
 * @NSW_VLAN_MODE_ID: Frames with exactly this VID; the tag travels out of
 *   band.
 * @NSW_VLAN_MODE_ANY: Frames with any tag or none; a filter with a specific
 *   condition wins.
 */
enum nsw_vlan_mode {
	NSW_VLAN_MODE_NONE,
	NSW_VLAN_MODE_ID,
	NSW_VLAN_MODE_ANY,
};

/**
 * enum nsw_drop_reason - Why a frame was dropped. The first group is counted
 *   on the VPort (or the external port) that the frame came from, the second
 *   on the port that it was meant for.
 * @NSW_DROP_NONE: Not dropped.
 * @NSW_DROP_MALFORMED: Sender - shorter than an Ethernet or VLAN header, or
 *   with a checksum to be made that would end up in it.
 * @NSW_DROP_NO_VPORT: Sender - the function has no VPort.
 * @NSW_DROP_INACTIVE: Sender - the VPort is Deactivated.
 * @NSW_DROP_NO_CARRIER: Either side - the VPort has no carrier.
 * @NSW_DROP_POWER: Either side - the VF is in power state D1, D2 or D3.
 * @NSW_DROP_NO_FILTER: Sender - the VPort has no receive filter, so it stays
 *   silent.
 * @NSW_DROP_SPOOF: Sender - source MAC and VLAN match no unicast filter of its
 *   VPort.
 * @NSW_DROP_PORT_VLAN: Sender - the frame carries a tag of its own inside a
 *   port VLAN.
 * @NSW_DROP_HAIRPIN: Sender - the only match is the VPort that sent the frame.
 * @NSW_DROP_NO_MATCH: Sender - no port takes the frame.
 * @NSW_DROP_CONTROL: Sender - a VF may not send this frame of the link to its
 *   neighbours.
 * @NSW_DROP_RATE: Sender - too many frames wait already because of its
 *   transmit rate, or its interface went down while this one waited.
 * @NSW_DROP_RX_DOWN: Receiver - the interface is down.
 * @NSW_DROP_RX_OVERSIZE: Receiver - longer than the MTU of the interface
 *   allows.
 * @NSW_DROP_RX_FULL: Receiver - the receive ring of the queue pair is full.
 * @NSW_DROP_RX_RESET: Receiver - thrown away with the queue by a reset or a
 *   shutdown.
 * @NSW_DROP_FAULT: Either side - somebody asked for it, see fault-kind.
 * @NSW_DROP_NO_MEMORY: Either side - no memory for a copy of the frame.
 * @NSW_DROP_WIRE_DOWN: External port - the interface that serves as it is
 *   down.
 */
enum nsw_drop_reason {
	NSW_DROP_NONE,
	NSW_DROP_MALFORMED,
	NSW_DROP_NO_VPORT,
	NSW_DROP_INACTIVE,
	NSW_DROP_NO_CARRIER,
	NSW_DROP_POWER,
	NSW_DROP_NO_FILTER,
	NSW_DROP_SPOOF,
	NSW_DROP_PORT_VLAN,
	NSW_DROP_HAIRPIN,
	NSW_DROP_NO_MATCH,
	NSW_DROP_CONTROL,
	NSW_DROP_RATE,
	NSW_DROP_RX_DOWN,
	NSW_DROP_RX_OVERSIZE,
	NSW_DROP_RX_FULL,
	NSW_DROP_RX_RESET,
	NSW_DROP_FAULT,
	NSW_DROP_NO_MEMORY,
	NSW_DROP_WIRE_DOWN,

	/* private: */
	__NSW_DROP_MAX,
	NSW_DROP_MAX = (__NSW_DROP_MAX - 1)
};

/**
 * enum nsw_fault_kind - What shall go wrong.
 * @NSW_FAULT_KIND_NUMVFS: A write of sriov_numvfs.
 * @NSW_FAULT_KIND_MAILBOX: A request of a VF's driver to its PF, for a VLAN or
 *   an address.
 * @NSW_FAULT_KIND_VPORT: A request to create, set or delete a VPort.
 * @NSW_FAULT_KIND_DROP: Frames that a VPort sends or receives are lost.
 * @NSW_FAULT_KIND_CORRUPT: A bit is turned in frames that a VPort sends or
 *   receives.
 * @NSW_FAULT_KIND_LINK: A VPort has no carrier.
 * @NSW_FAULT_KIND_RESET: A function is reset (FLR), at once.
 * @NSW_FAULT_KIND_AER: An uncorrectable error of a function, and its recovery,
 *   at once.
 */
enum nsw_fault_kind {
	NSW_FAULT_KIND_NUMVFS = 1,
	NSW_FAULT_KIND_MAILBOX,
	NSW_FAULT_KIND_VPORT,
	NSW_FAULT_KIND_DROP,
	NSW_FAULT_KIND_CORRUPT,
	NSW_FAULT_KIND_LINK,
	NSW_FAULT_KIND_RESET,
	NSW_FAULT_KIND_AER,

	/* private: */
	__NSW_FAULT_KIND_MAX,
	NSW_FAULT_KIND_MAX = (__NSW_FAULT_KIND_MAX - 1)
};

enum nsw_attr {
	NSW_A_UNSPEC,
	NSW_A_ADAPTER_ID,
	NSW_A_EVENT,
	NSW_A_IFINDEX,
	NSW_A_IFNAME,
	NSW_A_PCI_ADDRESS,
	NSW_A_MAC,
	NSW_A_UPLINK_IFINDEX,
	NSW_A_UPLINK_IFNAME,
	NSW_A_TOTAL_VFS,
	NSW_A_CAPS,
	NSW_A_SWITCH_ID,
	NSW_A_SWITCH_NAME,
	NSW_A_NUM_VFS,
	NSW_A_NUM_ALLOCATED_VFS,
	NSW_A_NUM_VPORTS,
	NSW_A_NUM_ACTIVE_VPORTS,
	NSW_A_DEFAULT_QUEUE_PAIRS,
	NSW_A_NUM_QUEUE_PAIRS,
	NSW_A_NUM_MAC_FILTERS_DEFAULT,
	NSW_A_NUM_MAC_FILTERS_NONDEFAULT,
	NSW_A_NUM_VLAN_FILTERS_DEFAULT,
	NSW_A_NUM_VLAN_FILTERS_NONDEFAULT,
	NSW_A_VF_ID,
	NSW_A_VF_NAME,
	NSW_A_POWER_STATE,
	NSW_A_LINK_POLICY,
	NSW_A_SPOOFCHK,
	NSW_A_TRUST,
	NSW_A_PORT_VLAN,
	NSW_A_PORT_VLAN_PROTO,
	NSW_A_VPORT_ID,
	NSW_A_VPORT_NAME,
	NSW_A_PF,
	NSW_A_VPORT_STATE,
	NSW_A_QUEUE_PAIRS,
	NSW_A_MODERATION,
	NSW_A_NUM_FILTERS,
	NSW_A_CARRIER,
	NSW_A_FILTER_ID,
	NSW_A_VLAN_MODE,
	NSW_A_VLAN_ID,
	NSW_A_SOURCE_VPORT_ID,
	NSW_A_STATS,
	NSW_A_EXTERNAL,
	NSW_A_BLOCK_ID,
	NSW_A_BLOCK_DATA,
	NSW_A_BLOCK_LENGTH,
	NSW_A_BLOCK_WRITABLE,
	NSW_A_BLOCK_BUILTIN,
	NSW_A_BLOCK_MASK,
	NSW_A_PAD,
	NSW_A_PORT_VLAN_QOS,
	NSW_A_MIN_TX_RATE,
	NSW_A_MAX_TX_RATE,
	NSW_A_RSS_QUERY,
	NSW_A_OWNED,
	NSW_A_MAX_QUEUE_PAIRS,
	NSW_A_MAX_MAC_ADDRESSES,
	NSW_A_CAPS_WITHOUT,
	NSW_A_VENDOR_ID,
	NSW_A_DEVICE_ID,
	NSW_A_VF_DEVICE_ID,
	NSW_A_SUBSYSTEM_VENDOR_ID,
	NSW_A_SUBSYSTEM_ID,
	NSW_A_PCI_DOMAIN,
	NSW_A_PCI_BUS,
	NSW_A_STANDALONE_LINK,
	NSW_A_VFS_NEED_PF,
	NSW_A_HARDWARE_CAPS,
	NSW_A_WAKE,
	NSW_A_SERIAL_NUMBER,
	NSW_A_CONFIG_OFFSET,
	NSW_A_CONFIG_LENGTH,
	NSW_A_CONFIG_DATA,
	NSW_A_BAR_INDEX,
	NSW_A_BAR_PROBE,
	NSW_A_BAR_START,
	NSW_A_BAR_LENGTH,
	NSW_A_OFFER,
	NSW_A_FAULT_ID,
	NSW_A_FAULT_KIND,
	NSW_A_FAULT_ERRNO,
	NSW_A_FAULT_DELAY,
	NSW_A_FAULT_COUNT,
	NSW_A_FAULT_EVERY,
	NSW_A_FAULT_HITS,
	NSW_A_QUEUE_ID,
	NSW_A_QUEUE_NAME,
	NSW_A_VM_NAME,
	NSW_A_QUEUE_STATE,
	NSW_A_AFFINITY,
	NSW_A_RECEIVE_BUFFERS,
	NSW_A_QUEUE_IDS,
	NSW_A_QUEUE_STATUS,
	NSW_A_STATIC_VFS,
	NSW_A_FAILOVER_ID,
	NSW_A_NETNS_FD,
	NSW_A_MASTER_IFNAME,
	NSW_A_STANDBY_IFNAME,
	NSW_A_PRIMARY_IFNAME,
	NSW_A_NIC_NAME,

	__NSW_A_CNT
};
#define NSW_A_MAX (__NSW_A_CNT - 1)

enum nsw_caps_attr {
	NSW_A_CAPS_UNSPEC,
	NSW_A_CAPS_FLAGS,
	NSW_A_CAPS_MAX_SWITCHES,
	NSW_A_CAPS_MAX_VFS,
	NSW_A_CAPS_MAX_VPORTS,
	NSW_A_CAPS_MAX_QUEUE_PAIRS,
	NSW_A_CAPS_MAX_QUEUE_PAIRS_PER_VPORT,
	NSW_A_CAPS_MAX_QUEUE_PAIRS_DEFAULT_VPORT,
	NSW_A_CAPS_MAX_MAC_ADDRESSES,
	NSW_A_CAPS_MAX_FILTERS,
	NSW_A_CAPS_SRIOV_FLAGS,
	NSW_A_CAPS_FILTER_FIELDS,
	NSW_A_CAPS_NUM_QUEUES,
	NSW_A_CAPS_FLAGS_MASK,
	NSW_A_CAPS_FILTER_TYPES,
	NSW_A_CAPS_QUEUE_TYPES,
	NSW_A_CAPS_MAX_RSS_PF_VPORTS,
	NSW_A_CAPS_RSS_TABLE_DEFAULT_VPORT,
	NSW_A_CAPS_RSS_TABLE_PER_VPORT,

	__NSW_A_CAPS_CNT
};
#define NSW_A_CAPS_MAX (__NSW_A_CAPS_CNT - 1)

enum nsw_stats_attr {
	NSW_A_STATS_UNSPEC,
	NSW_A_STATS_RX_PACKETS,
	NSW_A_STATS_RX_BYTES,
	NSW_A_STATS_RX_MULTICAST,
	NSW_A_STATS_RX_BROADCAST,
	NSW_A_STATS_TX_PACKETS,
	NSW_A_STATS_TX_BYTES,
	NSW_A_STATS_DROP,

	__NSW_A_STATS_CNT
};
#define NSW_A_STATS_MAX (__NSW_A_STATS_CNT - 1)

enum nsw_drop_attr {
	NSW_A_DROP_UNSPEC,
	NSW_A_DROP_REASON,
	NSW_A_DROP_PACKETS,

	__NSW_A_DROP_CNT
};
#define NSW_A_DROP_MAX (__NSW_A_DROP_CNT - 1)

enum nsw_cmd {
	NSW_CMD_UNSPEC,
	NSW_CMD_ADAPTER_GET,
	NSW_CMD_ADAPTER_NEW,
	NSW_CMD_ADAPTER_DEL,
	NSW_CMD_CAPS_GET,
	NSW_CMD_CAPS_SET,
	NSW_CMD_SWITCH_NEW,
	NSW_CMD_SWITCH_GET,
	NSW_CMD_SWITCH_SET,
	NSW_CMD_SWITCH_DEL,
	NSW_CMD_VF_NEW,
	NSW_CMD_VF_GET,
	NSW_CMD_VF_SET,
	NSW_CMD_VF_RESET,
	NSW_CMD_VF_DEL,
	NSW_CMD_VPORT_NEW,
	NSW_CMD_VPORT_GET,
	NSW_CMD_VPORT_SET,
	NSW_CMD_VPORT_DEL,
	NSW_CMD_FILTER_NEW,
	NSW_CMD_FILTER_GET,
	NSW_CMD_FILTER_MOVE,
	NSW_CMD_FILTER_DEL,
	NSW_CMD_BLOCK_GET,
	NSW_CMD_BLOCK_WRITE,
	NSW_CMD_BLOCK_TAKE,
	NSW_CMD_BLOCK_SET,
	NSW_CMD_BLOCK_DEL,
	NSW_CMD_BLOCK_INVALIDATE,
	NSW_CMD_STATS_GET,
	NSW_CMD_FAULT_NEW,
	NSW_CMD_FAULT_GET,
	NSW_CMD_FAULT_DEL,
	NSW_CMD_ADAPTER_NTF,
	NSW_CMD_SWITCH_NTF,
	NSW_CMD_VF_NTF,
	NSW_CMD_VPORT_NTF,
	NSW_CMD_FILTER_NTF,
	NSW_CMD_BLOCK_NTF,
	NSW_CMD_CAPS_NTF,
	NSW_CMD_VF_POWER,
	NSW_CMD_VF_CONFIG_READ,
	NSW_CMD_VF_CONFIG_WRITE,
	NSW_CMD_VF_BAR_GET,
	NSW_CMD_VF_OFFER,
	NSW_CMD_VF_REVOKE,
	NSW_CMD_FAULT_NTF,
	NSW_CMD_QUEUE_NEW,
	NSW_CMD_QUEUE_GET,
	NSW_CMD_QUEUE_COMPLETE,
	NSW_CMD_QUEUE_SET,
	NSW_CMD_QUEUE_DEL,
	NSW_CMD_QUEUE_NTF,
	NSW_CMD_FAILOVER_NEW,
	NSW_CMD_FAILOVER_GET,
	NSW_CMD_FAILOVER_DEL,

	__NSW_CMD_MAX
};
#define NSW_CMD_MAX (__NSW_CMD_MAX - 1)

#endif /* _UAPI_LINUX_NICSWITCH_H */
