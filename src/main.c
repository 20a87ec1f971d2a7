// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include "adapter.h"
#include "genl/family.h"
#include "model/caps.h"
#include "netdev/uplink.h"
#include "pci/driver.h"

static unsigned int nsw_main_adapters = 1;
module_param_named(adapters, nsw_main_adapters, uint, 0444);
MODULE_PARM_DESC(adapters, "adapters to create, 1 to 16 (default 1)");

static unsigned int nsw_main_vfs = 256;
module_param_named(vfs, nsw_main_vfs, uint, 0444);
MODULE_PARM_DESC(vfs, "VFs of each adapter, up to 1024 (default 256)");

static unsigned int nsw_main_vports;
module_param_named(vports, nsw_main_vports, uint, 0444);
MODULE_PARM_DESC(vports, "VPorts of each adapter, the default VPort included (default VFs + 65)");

static unsigned int nsw_main_qps;
module_param_named(qps, nsw_main_qps, uint, 0444);
MODULE_PARM_DESC(qps, "queue pairs of each adapter (default 4 times the VPorts)");

static unsigned int nsw_main_filters;
module_param_named(filters, nsw_main_filters, uint, 0444);
MODULE_PARM_DESC(filters, "unicast receive filters of each adapter, half of all (default 65536)");

static bool nsw_main_symmetric;
module_param_named(symmetric, nsw_main_symmetric, bool, 0444);
MODULE_PARM_DESC(symmetric, "all nondefault VPorts have as many queue pairs (default no)");

static bool nsw_main_reserved;
module_param_named(reserved_vports, nsw_main_reserved, bool, 0444);
MODULE_PARM_DESC(reserved_vports, "reserve a VPort for each VF instead of one pool (default no)");

static bool nsw_main_standalone = true;
module_param_named(standalone_link, nsw_main_standalone, bool, 0444);
MODULE_PARM_DESC(standalone_link, "the PF has carrier without external port (default yes)");

static int nsw_main_domain = -1;
module_param_named(domain, nsw_main_domain, int, 0444);
MODULE_PARM_DESC(domain, "PCI domain of the first adapter (default the first free one)");

static int nsw_main_caps(struct nsw_caps *caps)
{
	struct netlink_ext_ack extack = { };
	int err;

	nsw_caps_init(caps, nsw_main_vfs);
	if (nsw_main_vports) {
		caps->max_vports = nsw_main_vports;
		caps->max_qps = 4 * nsw_main_vports;
	}
	if (nsw_main_qps)
		caps->max_qps = nsw_main_qps;
	if (nsw_main_filters) {
		caps->max_macs = nsw_main_filters;
		caps->max_filters = 2 * nsw_main_filters;
	}
	if (nsw_main_symmetric)
		caps->flags &= ~NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS;
	if (nsw_main_reserved)
		caps->flags &= ~NSW_CAPS_F_SINGLE_VPORT_POOL;
	err = nsw_caps_validate(caps, &extack);
	if (err)
		pr_err("%s\n", extack._msg);
	return err;
}

static int __init nsw_main_create_adapters(void)
{
	struct nsw_adapter_params params = {
		.domain = nsw_main_domain,
		.standalone = nsw_main_standalone,
	};
	unsigned int i;
	int err;

	if (!nsw_main_adapters || nsw_main_adapters > NSW_ADAPTERS_MAX) {
		pr_err("adapters=%u: 1 to %u\n", nsw_main_adapters, NSW_ADAPTERS_MAX);
		return -EINVAL;
	}
	err = nsw_main_caps(&params.caps);
	for (i = 0; i < nsw_main_adapters && !err; i++) {
		err = nsw_adapter_create(i, &params, &nsw_nl_notify_hooks);
		if (params.domain > 0)
			params.domain++;
	}
	if (err)
		nsw_adapter_destroy_all();
	return err;
}

static int __init nsw_main_init(void)
{
	int err;

	err = nsw_uplink_register();
	if (err)
		return err;
	err = nsw_pci_driver_register();
	if (err)
		goto unregister_uplink;
	/* Adapters announce themselves, so the family comes first. */
	err = nsw_nl_owner_init();
	if (err)
		goto unregister_driver;
	err = genl_register_family(&nsw_nl_family);
	if (err)
		goto fini_owner;
	err = nsw_main_create_adapters();
	if (err)
		goto unregister_family;
	return 0;

unregister_family:
	genl_unregister_family(&nsw_nl_family);
fini_owner:
	nsw_nl_owner_fini();
unregister_driver:
	nsw_pci_driver_unregister();
unregister_uplink:
	nsw_uplink_unregister();
	return err;
}

static void __exit nsw_main_exit(void)
{
	/* Requests hold adapters; without the family there are none left. */
	nsw_adapter_destroy_all();
	genl_unregister_family(&nsw_nl_family);
	nsw_nl_owner_fini();
	nsw_pci_driver_unregister();
	nsw_uplink_unregister();
	rcu_barrier();
}

module_init(nsw_main_init);
module_exit(nsw_main_exit);

MODULE_DESCRIPTION("Emulated SR-IOV network adapter with a NIC switch");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY("nicswitch");
