/* SPDX-License-Identifier: GPL-2.0-only */
/* Only x86 has one kind of cache for all mappings of a page, and a way to change it. */
#ifndef _NSW_COMPAT_LINUX_SET_MEMORY_H
#define _NSW_COMPAT_LINUX_SET_MEMORY_H

#include_next <linux/set_memory.h>
#include <linux/mm.h>

static inline void nsw_compat_set_memory_wb(void *pages, size_t size)
{
#ifdef CONFIG_X86
	set_memory_wb((unsigned long)pages, size >> PAGE_SHIFT);
#endif
}

#endif /* _NSW_COMPAT_LINUX_SET_MEMORY_H */
