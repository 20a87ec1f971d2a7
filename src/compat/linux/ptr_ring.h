/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_COMPAT_LINUX_PTR_RING_H
#define _NSW_COMPAT_LINUX_PTR_RING_H

#include_next <linux/ptr_ring.h>

/* 6.13, and the stable kernels that follow it, disable bottom halves instead of interrupts. */
#ifndef ptr_ring_resize_multiple_bh
#define ptr_ring_resize_multiple_bh	ptr_ring_resize_multiple
#endif

#endif
