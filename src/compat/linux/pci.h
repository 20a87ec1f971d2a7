/* SPDX-License-Identifier: GPL-2.0-only */
/* driver_override moved from struct pci_dev to struct device. */
#ifndef _NSW_COMPAT_LINUX_PCI_H
#define _NSW_COMPAT_LINUX_PCI_H

#include_next <linux/pci.h>
#include <linux/string.h>

static inline int nsw_compat_set_override(struct pci_dev *pdev, const char *name)
{
#ifdef NSW_HAVE_DEVICE_SET_DRIVER_OVERRIDE
	return device_set_driver_override(&pdev->dev, name);
#else
	return driver_set_override(&pdev->dev, &pdev->driver_override, name, strlen(name));
#endif
}

#endif /* _NSW_COMPAT_LINUX_PCI_H */
