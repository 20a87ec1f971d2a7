/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NSW_KUNIT_PCI_CAPS_FIXTURE_H
#define _NSW_KUNIT_PCI_CAPS_FIXTURE_H

#include <kunit/test.h>
#include <linux/pci_regs.h>

#include "pci/caps.h"
#include "pci/cfgspace.h"

#define NSW_PCI_CAPS_TOTAL_VFS	300
#define NSW_PCI_CAPS_VF_DEVICE	0x7654

extern const struct nsw_pci_ids nsw_pci_caps_ids;

/* &kunit.priv of a test between nsw_pci_caps_test_init() and _exit(). */
struct nsw_pci_caps_fixture {
	struct nsw_cfg_layout pf_layout;
	struct nsw_cfg_layout vf_layout;
	struct nsw_cfgspace pf;
	struct nsw_cfgspace vf;
};

int nsw_pci_caps_test_init(struct kunit *test);
void nsw_pci_caps_test_exit(struct kunit *test);

/* What can be set of a register by writing all ones to it. */
u32 nsw_pci_caps_writable(struct nsw_cfgspace *cfg, unsigned int where, unsigned int size);

#endif
