/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_NET_GSO_H
#define _NSW_COMPAT_NET_GSO_H

/* Split from skbuff.h in 6.5. */
#ifdef NSW_HAVE_NET_GSO
#include_next <net/gso.h>
#else
#include <linux/skbuff.h>
#endif

#endif
