// SPDX-License-Identifier: GPL-2.0-only
/* Domains and bus numbers that are free for a root bus. */

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kconfig.h>
#include <linux/pci.h>

#include "pci/busn.h"

/* The first root bus of @domain that may use a bus number from @start to @end. */
static struct pci_bus *nsw_pci_busn_conflict(int domain, unsigned int start, unsigned int end)
{
	struct pci_bus *bus = NULL;

	while ((bus = pci_find_next_bus(bus)))
		if (pci_domain_nr(bus) == domain &&
		    bus->busn_res.start <= end && bus->busn_res.end >= start)
			return bus;
	return NULL;
}

static int nsw_pci_busn_free_domain(void)
{
	int domain;

	if (!IS_ENABLED(CONFIG_PCI_DOMAINS))
		return 0;
	for (domain = 1; domain <= NSW_PCI_MAX_DOMAIN; domain++)
		if (!nsw_pci_busn_conflict(domain, 0, NSW_PCI_MAX_BUS))
			return domain;
	return -ENOSPC;
}

int nsw_pci_busn_find(int *domain, unsigned int buses)
{
	unsigned int start = 0;
	struct pci_bus *bus;

	if (*domain < 0)
		*domain = nsw_pci_busn_free_domain();
	if (*domain < 0)
		return *domain;
	while ((bus = nsw_pci_busn_conflict(*domain, start, start + buses - 1)))
		start = bus->busn_res.end + 1;
	return start + buses - 1 <= NSW_PCI_MAX_BUS ? start : -ENOSPC;
}
