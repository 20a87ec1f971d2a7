# SPDX-License-Identifier: GPL-2.0-only
#
# Features of the kernel that is built for, found by looking for a symbol in its
# headers: distributions backport, so versions tell nothing. What a macro can
# tell is tested in the shadow headers themselves.

nsw-has = $(if $(shell grep -qs '$(1)' $(srctree)/include/$(2) && echo y),-DNSW_HAVE_$(3))

ccflags-y += $(call nsw-has,struct genl_split_ops,net/genetlink.h,GENL_SPLIT_OPS)
ccflags-y += $(call nsw-has,genl_info_dump,net/genetlink.h,GENL_INFO_DUMP)
ccflags-y += $(call nsw-has,nla_put_uint,net/netlink.h,NLA_PUT_UINT)
ccflags-y += $(call nsw-has,skb_gso_validate_mac_len,net/gso.h,NET_GSO)
ccflags-y += $(call nsw-has,struct netdev_stat_ops,net/netdev_queues.h,NETDEV_STAT_OPS)
ccflags-y += $(call nsw-has,netif_queue_set_napi,linux/netdevice.h,QUEUE_SET_NAPI)
ccflags-y += $(call nsw-has,netns_immutable:1,linux/netdevice.h,NETNS_IMMUTABLE)
ccflags-y += $(call nsw-has,device_set_driver_override,linux/device.h,DEVICE_SET_DRIVER_OVERRIDE)
ccflags-y += $(call nsw-has,struct ethtool_rxfh_param,linux/ethtool.h,ETHTOOL_RXFH_PARAM)
ccflags-y += $(call nsw-has,rxfh_per_ctx_key,linux/ethtool.h,ETHTOOL_PER_CTX_KEY)
ccflags-y += $(call nsw-has,xdp_set_features_flag,net/xdp.h,XDP_FEATURES)
