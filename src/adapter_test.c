// SPDX-License-Identifier: GPL-2.0-only
#include <linux/pci.h>
#include "adapter.h"

/* Registers that the PCI core has read at the beginning say the same now. */
static int nsw_adapter_test_ids(struct pci_dev *pdev)
{
	/* Those of a VF are in its PF. */
	u32 id = pdev->is_virtfn ? ~0 : pdev->device << 16 | pdev->vendor;
	u32 value = 0;

	pci_read_config_dword(pdev, PCI_VENDOR_ID, &value);
	if (value != id)
		return -EIO;
	pci_read_config_dword(pdev, PCI_CLASS_REVISION, &value);
	if (value != (pdev->class << 8 | pdev->revision))
		return -EIO;
	pci_read_config_dword(pdev, PCI_SUBSYSTEM_VENDOR_ID, &value);
	if (value != (pdev->subsystem_device << 16 | pdev->subsystem_vendor))
		return -EIO;
	return 0;
}

static int nsw_adapter_test_sriov(struct pci_dev *pdev)
{
	struct pci_dev *pf = pci_physfn(pdev);
	u16 pos = pci_find_ext_capability(pf, PCI_EXT_CAP_ID_SRIOV), ctrl = 0;

	/* An adapter that can have no VFs has no such capability. */
	if (!pos != !pf->is_physfn)
		return -EIO;
	if (!pdev->is_virtfn)
		return 0;
	pci_read_config_word(pf, pos + PCI_SRIOV_CTRL, &ctrl);
	return ctrl & PCI_SRIOV_CTRL_VFE ? 0 : -EIO;
}

int nsw_adapter_test_registers(struct device *function)
{
	struct pci_dev *pdev = to_pci_dev(function);
	int err = nsw_adapter_test_ids(pdev);

	if (err)
		return err;
	if (!pdev->pcie_cap || pci_find_capability(pdev, PCI_CAP_ID_EXP) != pdev->pcie_cap ||
	    !pdev->pm_cap || pci_find_capability(pdev, PCI_CAP_ID_PM) != pdev->pm_cap)
		return -EIO;
	return nsw_adapter_test_sriov(pdev);
}
