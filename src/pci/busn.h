/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_BUSN_H
#define _NSW_PCI_BUSN_H

/** define NSW_PCI_MAX_DOMAIN - largest PCI domain with four hexadecimal digits */
#define NSW_PCI_MAX_DOMAIN	0xffff

/** define NSW_PCI_MAX_BUS - last bus number of a domain */
#define NSW_PCI_MAX_BUS		0xff

/**
 * nsw_pci_busn_find - find a domain and bus numbers that are free
 * @domain: a PCI domain; or -1 and, on return, the first one from 1 on that no
 *	root bus is in. Without CONFIG_PCI_DOMAINS, -1 is domain 0
 * @first: the first bus number, or -1 for the lowest that will do
 * @buses: how many bus numbers in a row
 *
 * Without PCI domains all root buses share one range of 256 numbers. In a domain
 * whose root bus claims all of them, as firmware often has it, those are free
 * that it has given to no bridge.
 *
 * Context: process context, may sleep. The caller holds rescan_remove until the
 * root bus is there, else another could take the numbers.
 * Return: the first bus number, or -ENOSPC.
 */
int nsw_pci_busn_find(int *domain, int first, unsigned int buses);

#endif /* _NSW_PCI_BUSN_H */
