/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_PCI_MEM_H
#define _NSW_PCI_MEM_H

#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/types.h>

/**
 * DOC: What is behind the base address registers
 *
 * A BAR says: here is memory. Whoever reads it gets what the machine does for
 * addresses that nobody answers to, from all ones to a machine check, unless
 * there is something. So there is: pages of ordinary memory, reserved for this,
 * in windows of the host bridge that end where the pages end. MSI-X vectors
 * written there are remembered and never fire. VFIO and programs that map
 * ``resource0`` see the same pages.
 *
 * To the kernel these addresses are System RAM, so pci_request_regions() by a
 * foreign driver is refused with -EBUSY, which is the right answer: there are no
 * registers that it would know. Mapping them, and with it MSI-X, is not refused.
 *
 * Pages of a thousand VFs must lie in one piece. When there is none, and on x86
 * always, the adapter has neither BARs nor MSI-X, and works as well.
 */

/**
 * struct nsw_pci_area - pages in one piece
 * @pages: the first of them, or NULL
 * @window: where they are
 */
struct nsw_pci_area {
	void *pages;
	struct resource window;
};

/**
 * struct nsw_pci_mem - the memory of one adapter
 * @pf: for the BAR of the PF
 * @vfs: for the BARs of all VFs
 * @num_vfs: how many VFs those are
 */
struct nsw_pci_mem {
	struct nsw_pci_area pf;
	struct nsw_pci_area vfs;
	unsigned int num_vfs;
};

/**
 * nsw_pci_mem_init - reserve memory
 * @mem: the memory
 * @total_vfs: VFs that need some
 *
 * Context: process context, may sleep.
 * Return: whether there is memory, for nsw_pci_mem_fini() to free.
 */
bool nsw_pci_mem_init(struct nsw_pci_mem *mem, unsigned int total_vfs);

/**
 * nsw_pci_mem_fini - give the memory back
 * @mem: the memory, whether there is any or not
 *
 * Context: process context. No device has a BAR there any more.
 */
void nsw_pci_mem_fini(struct nsw_pci_mem *mem);

/**
 * nsw_pci_mem_add_windows - tell a host bridge which addresses it decodes
 * @mem: the memory, whether there is any or not
 * @windows: list of the bridge; the windows stay part of @mem
 *
 * Context: process context, may sleep.
 */
void nsw_pci_mem_add_windows(struct nsw_pci_mem *mem, struct list_head *windows);

#endif /* _NSW_PCI_MEM_H */
