/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86 reads a root bus's domain and node from the structure that its sysdata
 * points to. Where the architecture has no such structure nobody looks, and
 * this one stands in.
 */
#ifndef _NSW_COMPAT_ASM_PCI_H
#define _NSW_COMPAT_ASM_PCI_H

#include_next <asm/pci.h>

#ifndef CONFIG_X86
struct pci_sysdata {
	int domain;
	int node;
};
#endif

#endif /* _NSW_COMPAT_ASM_PCI_H */
