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
 * written there are remembered and never fire. Programs that map ``resource0`` see
 * the same pages.
 *
 * The addresses are there from the beginning, as if firmware had written them, and
 * are claimed as soon as the kernel has found the function: x86 never assigns a BAR
 * to addresses that firmware calls RAM, but keeps one that it finds there.
 *
 * To the kernel these addresses are System RAM, so pci_request_regions() by a
 * foreign driver is refused with -EBUSY, which is the right answer: there are no
 * registers that it would know. Mapping them, and with it MSI-X, is not refused, as
 * the pages are reserved. x86 lets RAM have one kind of cache only, so the kernel's
 * own mapping of a page that was mapped as a device's is changed back before the page
 * is freed.
 *
 * A process that has mapped ``resource0`` may keep it longer than the adapter lives.
 * Such mappings are taken away, as those of a device that was pulled out.
 *
 * Pages of a thousand VFs must lie in one piece. When there is none, the adapter has
 * neither BARs nor MSI-X, and works as well.
 */

struct address_space;
struct pci_dev;

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
 * @mapping: where the kernel keeps what processes have mapped of devices; NULL if
 *	nobody could
 * @num_vfs: how many VFs those are
 */
struct nsw_pci_mem {
	struct nsw_pci_area pf;
	struct nsw_pci_area vfs;
	struct address_space *mapping;
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
 * Context: process context, may sleep. No device has a BAR there any more.
 */
void nsw_pci_mem_fini(struct nsw_pci_mem *mem);

/**
 * nsw_pci_mem_address - where pages are
 * @area: the pages
 *
 * Context: any.
 * Return: their physical address, or 0 if there are none.
 */
u64 nsw_pci_mem_address(const struct nsw_pci_area *area);

/**
 * nsw_pci_mem_claim - take the addresses that the BARs of a PF have
 * @pf: the PF, just found; those of VFs come with it
 *
 * Context: process context; rescan_remove held.
 */
void nsw_pci_mem_claim(struct pci_dev *pf);

/**
 * nsw_pci_mem_watch - be able to take mappings away
 * @mem: the memory
 * @pf: the PF, which has its files in sysfs
 *
 * Context: process context; the PF cannot go meanwhile.
 */
void nsw_pci_mem_watch(struct nsw_pci_mem *mem, const struct pci_dev *pf);

/**
 * nsw_pci_mem_add_windows - tell a host bridge which addresses it decodes
 * @mem: the memory, whether there is any or not
 * @windows: list of the bridge; the windows stay part of @mem
 *
 * Context: process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int nsw_pci_mem_add_windows(struct nsw_pci_mem *mem, struct list_head *windows);

#endif /* _NSW_PCI_MEM_H */
