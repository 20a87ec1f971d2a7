// SPDX-License-Identifier: GPL-2.0-only
/* Pages behind the base address registers. */

#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/set_memory.h>
#include <linux/sysfs.h>

#include "pci/caps.h"
#include "pci/mem.h"

/* A BAR has a page to itself, so that it can be mapped without its neighbours. */
#define NSW_PCI_MEM_BAR_SIZE	max_t(size_t, PAGE_SIZE, NSW_PCI_BAR_SIZE)

static bool nsw_pci_mem_alloc(struct nsw_pci_area *area, size_t size)
{
	void *page;

	area->pages = alloc_pages_exact(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!area->pages)
		return false;
	/* Architectures let nobody map ordinary memory as if it were a device's. */
	for (page = area->pages; page < area->pages + size; page += PAGE_SIZE)
		SetPageReserved(virt_to_page(page));
	area->window = (struct resource){
		.name = "nicswitch",
		.start = virt_to_phys(area->pages),
		.end = virt_to_phys(area->pages) + size - 1,
		.flags = IORESOURCE_MEM,
	};
	return true;
}

static void nsw_pci_mem_free(struct nsw_pci_mem *mem, struct nsw_pci_area *area, size_t size)
{
	void *page;

	if (!area->pages)
		return;
	/* Mappings of resource0 outlive the file, and have no reference to the pages. */
	if (mem->mapping)
		unmap_mapping_range(mem->mapping, virt_to_phys(area->pages), size, 1);
	/* Where it was mapped as a device's, so was the kernel's own mapping, and still is. */
	nsw_compat_set_memory_wb(area->pages, size);
	for (page = area->pages; page < area->pages + size; page += PAGE_SIZE)
		ClearPageReserved(virt_to_page(page));
	free_pages_exact(area->pages, size);
	area->pages = NULL;
}

bool nsw_pci_mem_init(struct nsw_pci_mem *mem, unsigned int total_vfs)
{
	*mem = (struct nsw_pci_mem){ .num_vfs = total_vfs };
	if (!nsw_pci_mem_alloc(&mem->pf, NSW_PCI_MEM_BAR_SIZE))
		return false;
	if (!total_vfs || nsw_pci_mem_alloc(&mem->vfs, total_vfs * NSW_PCI_MEM_BAR_SIZE))
		return true;
	nsw_pci_mem_fini(mem);
	return false;
}

void nsw_pci_mem_fini(struct nsw_pci_mem *mem)
{
	nsw_pci_mem_free(mem, &mem->vfs, mem->num_vfs * NSW_PCI_MEM_BAR_SIZE);
	nsw_pci_mem_free(mem, &mem->pf, NSW_PCI_MEM_BAR_SIZE);
}

u64 nsw_pci_mem_address(const struct nsw_pci_area *area)
{
	return area->pages ? virt_to_phys(area->pages) : 0;
}

static void nsw_pci_mem_claim_one(struct pci_dev *pdev, int bar)
{
	struct resource *res = &pdev->resource[bar];

	if (res->flags & IORESOURCE_MEM && !res->parent && pci_claim_resource(pdev, bar))
		pci_warn(pdev, "BAR %d does not fit\n", bar);
}

void nsw_pci_mem_claim(struct pci_dev *pf)
{
	nsw_pci_mem_claim_one(pf, 0);
#ifdef CONFIG_PCI_IOV
	nsw_pci_mem_claim_one(pf, PCI_IOV_RESOURCES);
#endif
}

void nsw_pci_mem_watch(struct nsw_pci_mem *mem, const struct pci_dev *pf)
{
	const struct bin_attribute *attr = pf->res_attr[0];

	if (attr && attr->f_mapping)
		mem->mapping = attr->f_mapping();
}

/* As pci_add_resource(), which does not say when it is short of memory. */
static int nsw_pci_mem_add_window(struct list_head *windows, struct resource *window)
{
	struct resource_entry *entry = resource_list_create_entry(window, 0);

	if (!entry)
		return -ENOMEM;
	resource_list_add_tail(entry, windows);
	return 0;
}

int nsw_pci_mem_add_windows(struct nsw_pci_mem *mem, struct list_head *windows)
{
	struct resource *pf = &mem->pf.window;
	struct resource *vfs = &mem->vfs.window;
	int err;

	if (!mem->pf.pages)
		return 0;
	/* First, since the first that will do is taken; that of the VFs has no room to spare. */
	err = nsw_pci_mem_add_window(windows, pf);
	if (err || !mem->vfs.pages)
		return err;
	/* The PCI core would join neighbours by itself, but only in the resource tree. */
	if (pf->end + 1 == vfs->start)
		pf->end = vfs->end;
	else if (vfs->end + 1 == pf->start)
		pf->start = vfs->start;
	else
		return nsw_pci_mem_add_window(windows, vfs);
	return 0;
}
