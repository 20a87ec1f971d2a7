// SPDX-License-Identifier: GPL-2.0-only
/* Errors and resets of PCI functions, for those who want to see what comes of them. */

#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kobject.h>
#include <linux/pci.h>

#include "pci/face.h"
#include "pci/held.h"
#include "pci/host.h"
#include "pci/inject.h"

/*
 * The function with a reference and its device_lock, and the PF with its own, so that
 * no VF goes meanwhile: nobody would answer for it any more.
 */
static struct pci_dev *nsw_pci_inject_lock(struct nsw_pci_host *host, unsigned int vf,
					   struct pci_dev **pf)
{
	struct pci_dev *pdev = NULL;
	int err = -ENODEV;

	*pf = nsw_pci_host_lock_bound_pf(host);
	if (!*pf)
		return ERR_PTR(err);
	if (vf == NSW_PCI_INJECT_PF)
		return pci_dev_get(*pf);
	if (vf < pci_num_vf(*pf))
		pdev = nsw_pci_host_get_vf(host, vf);
	if (pdev) {
		if (nsw_pci_held_lock(pdev))
			return pdev;
		err = -EBUSY;
	}
	pci_dev_put(pdev);
	nsw_pci_host_unlock_pf(*pf);
	return ERR_PTR(err);
}

static void nsw_pci_inject_unlock(struct pci_dev *pdev, struct pci_dev *pf)
{
	if (pdev != pf)
		device_unlock(&pdev->dev);
	pci_dev_put(pdev);
	nsw_pci_host_unlock_pf(pf);
}

int nsw_pci_inject_reset(struct nsw_pci_host *host, unsigned int vf)
{
	struct pci_dev *pf, *pdev = nsw_pci_inject_lock(host, vf, &pf);
	int err = -EBUSY;

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	if (pci_cfg_access_trylock(pdev)) {
		err = pci_reset_function_locked(pdev);
		pci_cfg_access_unlock(pdev);
	}
	nsw_pci_inject_unlock(pdev, pf);
	return err;
}

static void nsw_pci_inject_tell(struct pci_dev *pdev, char *event, char *online)
{
	char *env[3] = { event, online };

	kobject_uevent_env(&pdev->dev.kobj, KOBJ_CHANGE, env);
}

/* Asks a driver step by step, as far as it says that there is another one. */
static pci_ers_result_t nsw_pci_inject_recover(struct pci_dev *pdev)
{
	const struct pci_error_handlers *handlers = pdev->driver ? pdev->driver->err_handler : NULL;
	pci_ers_result_t vote;

	if (!handlers || !handlers->error_detected)
		return PCI_ERS_RESULT_NO_AER_DRIVER;
	vote = handlers->error_detected(pdev, pci_channel_io_normal);
	if (vote == PCI_ERS_RESULT_CAN_RECOVER)
		vote = handlers->mmio_enabled ? handlers->mmio_enabled(pdev) :
						PCI_ERS_RESULT_RECOVERED;
	if (vote == PCI_ERS_RESULT_NEED_RESET)
		vote = handlers->slot_reset ? handlers->slot_reset(pdev) :
					      PCI_ERS_RESULT_RECOVERED;
	if (vote == PCI_ERS_RESULT_RECOVERED && handlers->resume)
		handlers->resume(pdev);
	return vote;
}

int nsw_pci_inject_error(struct nsw_pci_host *host, unsigned int vf)
{
	struct pci_dev *pf, *pdev = nsw_pci_inject_lock(host, vf, &pf);
	pci_ers_result_t vote;
	bool recovered;
	int aer;

	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	aer = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_ERR);
	if (aer)
		nsw_pci_face_raise(nsw_pci_host_face(host), vf != NSW_PCI_INJECT_PF, vf,
				   aer + PCI_ERR_UNCOR_STATUS, PCI_ERR_UNC_COMP_TIME);
	pci_err(pdev, "AER: an uncorrectable (non-fatal) error was asked for\n");
	nsw_pci_inject_tell(pdev, "ERROR_EVENT=BEGIN_RECOVERY", "DEVICE_ONLINE=0");
	vote = nsw_pci_inject_recover(pdev);
	recovered = vote == PCI_ERS_RESULT_RECOVERED || vote == PCI_ERS_RESULT_NONE ||
		    vote == PCI_ERS_RESULT_NO_AER_DRIVER;
	nsw_pci_inject_tell(pdev, recovered ? "ERROR_EVENT=SUCCESSFUL_RECOVERY" :
			    "ERROR_EVENT=FAILED_RECOVERY",
			    recovered ? "DEVICE_ONLINE=1" : "DEVICE_ONLINE=0");
	nsw_pci_inject_unlock(pdev, pf);
	return recovered ? 0 : -EIO;
}
