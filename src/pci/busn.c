// SPDX-License-Identifier: GPL-2.0-only
/* Domains and bus numbers that are free for a root bus. */

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/pci.h>

#include "pci/busn.h"

static bool nsw_pci_busn_has(const struct resource *busn, unsigned int number)
{
	return busn->start <= number && number <= busn->end;
}

static bool nsw_pci_busn_is_taken_by(const struct pci_bus *root, unsigned int number)
{
	const struct pci_bus *child;

	if (number == root->number)
		return true;
	if (!nsw_pci_busn_has(&root->busn_res, number))
		return false;
	/* Firmware that knows nothing better gives the root bus all numbers there are. */
	if (root->busn_res.start || root->busn_res.end < NSW_PCI_MAX_BUS)
		return true;
	list_for_each_entry(child, &root->children, node)
		if (nsw_pci_busn_has(&child->busn_res, number))
			return true;
	return false;
}

static bool nsw_pci_busn_is_free(int domain, unsigned int number)
{
	struct pci_bus *root = NULL;

	while ((root = pci_find_next_bus(root)))
		if (pci_domain_nr(root) == domain && nsw_pci_busn_is_taken_by(root, number))
			return false;
	return true;
}

static int nsw_pci_busn_free_domain(void)
{
	struct pci_bus *root;
	int domain;

	if (!IS_ENABLED(CONFIG_PCI_DOMAINS))
		return 0;
	for (domain = 1; domain <= NSW_PCI_MAX_DOMAIN; domain++) {
		root = NULL;
		while ((root = pci_find_next_bus(root)))
			if (pci_domain_nr(root) == domain)
				break;
		if (!root)
			return domain;
	}
	return -ENOSPC;
}

int nsw_pci_busn_find(int *domain, int first, unsigned int buses)
{
	unsigned int number, found = 0;

	if (*domain < 0)
		*domain = nsw_pci_busn_free_domain();
	if (*domain < 0)
		return *domain;
	for (number = max(first, 0); number <= NSW_PCI_MAX_BUS; number++) {
		found = nsw_pci_busn_is_free(*domain, number) ? found + 1 : 0;
		if (found == buses)
			return number - buses + 1;
		if (first >= 0 && !found)
			break;
	}
	return -ENOSPC;
}
