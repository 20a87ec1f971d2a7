/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RSS parameters have been one structure since 6.8. Before, they are so many
 * arguments, and contexts have operations of their own.
 */
#ifndef _NSW_COMPAT_LINUX_ETHTOOL_H
#define _NSW_COMPAT_LINUX_ETHTOOL_H

#include_next <linux/ethtool.h>

#ifdef NSW_HAVE_ETHTOOL_RXFH_PARAM

/* 6.12, and the stable kernels that follow it, know keys of contexts. */
#ifdef NSW_HAVE_ETHTOOL_PER_CTX_KEY
#define NSW_COMPAT_RXFH_PER_CTX_KEY	.rxfh_per_ctx_key = true,
#else
#define NSW_COMPAT_RXFH_PER_CTX_KEY
#endif

/* The RSS operations of the module, for struct ethtool_ops. */
#define NSW_COMPAT_RXFH_OPS						\
	.cap_rss_ctx_supported = true,					\
	NSW_COMPAT_RXFH_PER_CTX_KEY					\
	.get_rxfh = nsw_ethtool_get_rxfh,				\
	.set_rxfh = nsw_ethtool_set_rxfh

#else

struct ethtool_rxfh_param {
	u8 hfunc;
	u32 indir_size;
	u32 *indir;
	u32 key_size;
	u8 *key;
	u32 rss_context;
	u8 rss_delete;
	u8 input_xfrm;
};

int nsw_ethtool_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh);
int nsw_ethtool_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
			 struct netlink_ext_ack *extack);

static inline int nsw_compat_get_context(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc,
					 u32 context)
{
	struct ethtool_rxfh_param rxfh = {
		.indir = indir, .key = key, .rss_context = context,
	};
	int err = nsw_ethtool_get_rxfh(dev, &rxfh);

	if (hfunc)
		*hfunc = rxfh.hfunc;
	return err;
}

static inline int nsw_compat_set_context(struct net_device *dev, const u32 *indir, const u8 *key,
					 const u8 hfunc, u32 *context, bool del)
{
	struct ethtool_rxfh_param rxfh = {
		.indir = (u32 *)indir, .key = (u8 *)key, .hfunc = hfunc,
		.rss_context = *context, .rss_delete = del,
	};
	int err = nsw_ethtool_set_rxfh(dev, &rxfh, NULL);

	*context = rxfh.rss_context;
	return err;
}

static inline int nsw_compat_get_rxfh(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc)
{
	return nsw_compat_get_context(dev, indir, key, hfunc, 0);
}

static inline int nsw_compat_set_rxfh(struct net_device *dev, const u32 *indir, const u8 *key,
				      const u8 hfunc)
{
	u32 context = 0;

	return nsw_compat_set_context(dev, indir, key, hfunc, &context, false);
}

#define NSW_COMPAT_RXFH_OPS						\
	.get_rxfh = nsw_compat_get_rxfh,				\
	.set_rxfh = nsw_compat_set_rxfh,				\
	.get_rxfh_context = nsw_compat_get_context,			\
	.set_rxfh_context = nsw_compat_set_context

#endif

#endif
