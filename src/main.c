// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include "adapter.h"
#include "genl/family.h"
#include "netdev/failover.h"
#include "netdev/uplink.h"
#include "pci/driver.h"

static unsigned int nsw_main_adapters = 1;
module_param_named(adapters, nsw_main_adapters, uint, 0444);
MODULE_PARM_DESC(adapters, "adapters to create, 1 to 16 (default 1)");

module_param_named(vfs, nsw_adapter_defaults.vfs, uint, 0444);
MODULE_PARM_DESC(vfs, "VFs of each adapter, up to 1024 (default 256)");

module_param_named(vports, nsw_adapter_defaults.vports, uint, 0444);
MODULE_PARM_DESC(vports, "VPorts of each adapter, the default VPort included (default VFs + 65)");

module_param_named(qps, nsw_adapter_defaults.qps, uint, 0444);
MODULE_PARM_DESC(qps, "queue pairs of each adapter (default 4 times the VPorts)");

module_param_named(filters, nsw_adapter_defaults.filters, uint, 0444);
MODULE_PARM_DESC(filters, "unicast receive filters of each adapter, half of all (default 65536)");

static bool nsw_main_symmetric;
module_param_named(symmetric, nsw_main_symmetric, bool, 0444);
MODULE_PARM_DESC(symmetric, "all nondefault VPorts have as many queue pairs (default no)");

static bool nsw_main_reserved;
module_param_named(reserved_vports, nsw_main_reserved, bool, 0444);
MODULE_PARM_DESC(reserved_vports, "reserve a VPort for each VF instead of one pool (default no)");

module_param_named(static_vfs, nsw_adapter_defaults.static_vfs, int, 0444);
MODULE_PARM_DESC(static_vfs, "the NIC switch is static, with so many VFs (default -1, dynamic)");

module_param_named(standalone_link, nsw_adapter_defaults.standalone, bool, 0444);
MODULE_PARM_DESC(standalone_link, "the PF has carrier without external port (default yes)");

module_param_named(vfs_need_pf, nsw_adapter_defaults.vfs_need_pf, bool, 0444);
MODULE_PARM_DESC(vfs_need_pf, "VFs have no carrier while the PF is down (default no)");

static int nsw_main_domain = -1;
module_param_named(domain, nsw_main_domain, int, 0444);
MODULE_PARM_DESC(domain, "PCI domain of the first adapter (default the first free one)");

static int nsw_main_bus = -1;
module_param_named(bus, nsw_main_bus, int, 0444);
MODULE_PARM_DESC(bus, "PCI bus of the first PF (default the first free one)");

module_param_named(vendor, nsw_adapter_defaults.pci.vendor, ushort, 0444);
MODULE_PARM_DESC(vendor, "PCI vendor id (default 0x1b36)");

module_param_named(device, nsw_adapter_defaults.pci.device, ushort, 0444);
MODULE_PARM_DESC(device, "PCI device id of PFs (default 0x4e53)");

module_param_named(vf_device, nsw_adapter_defaults.pci.vf_device, ushort, 0444);
MODULE_PARM_DESC(vf_device, "PCI device id of VFs (default 0x4e54)");

module_param_named(subsystem_vendor, nsw_adapter_defaults.pci.subsystem_vendor, ushort, 0444);
MODULE_PARM_DESC(subsystem_vendor, "PCI subsystem vendor id (default as vendor)");

module_param_named(subsystem_device, nsw_adapter_defaults.pci.subsystem_device, ushort, 0444);
MODULE_PARM_DESC(subsystem_device, "PCI subsystem id (default as device)");

static int __init nsw_main_create_adapters(void)
{
	struct netlink_ext_ack extack = { };
	struct nsw_adapter_config config;
	unsigned int i;
	int err = 0;
	u32 id;

	if (!nsw_main_adapters || nsw_main_adapters > NSW_ADAPTERS_MAX) {
		pr_err("adapters=%u: 1 to %u\n", nsw_main_adapters, NSW_ADAPTERS_MAX);
		return -EINVAL;
	}
	if (nsw_main_symmetric)
		nsw_adapter_defaults.without |= NSW_CAPS_F_ASYMMETRIC_QUEUE_PAIRS;
	if (nsw_main_reserved)
		nsw_adapter_defaults.without |= NSW_CAPS_F_SINGLE_VPORT_POOL;
	config = nsw_adapter_defaults;
	/* Domain and bus are for the first; others find a place by themselves. */
	config.pci.domain = nsw_main_domain;
	config.pci.bus = nsw_main_bus;
	for (i = 0; i < nsw_main_adapters && !err; i++) {
		err = nsw_adapter_create(&config, &init_net, &nsw_nl_notify_hooks, &id, &extack);
		if (config.pci.domain > 0)
			config.pci.domain++;
		else
			config.pci.bus = -1;
	}
	if (err)
		pr_err("%s\n", extack._msg ?: "an adapter cannot be created");
	return err;
}

static int __init nsw_main_init(void)
{
	int err;

	err = nsw_uplink_register();
	if (err)
		return err;
	err = nsw_failover_init();
	if (err)
		goto unregister_uplink;
	err = nsw_pci_driver_register();
	if (err)
		goto fini_failover;
	err = nsw_adapter_init();
	if (err)
		goto unregister_driver;
	/* Adapters announce themselves, so the family comes first. */
	err = nsw_nl_owner_init();
	if (err)
		goto fini_adapters;
	err = genl_register_family(&nsw_nl_family);
	if (err)
		goto fini_owner;
	err = nsw_main_create_adapters();
	if (err)
		goto unregister_family;
	return 0;

unregister_family:
	nsw_adapter_fini();
	genl_unregister_family(&nsw_nl_family);
	nsw_nl_owner_fini();
	goto unregister_driver;
fini_owner:
	nsw_nl_owner_fini();
fini_adapters:
	nsw_adapter_fini();
unregister_driver:
	nsw_pci_driver_unregister();
fini_failover:
	nsw_failover_fini();
unregister_uplink:
	nsw_uplink_unregister();
	return err;
}

static void __exit nsw_main_exit(void)
{
	/* Events still go out; and a request that is just making one finds that it is too late. */
	nsw_adapter_fini();
	genl_unregister_family(&nsw_nl_family);
	nsw_nl_owner_fini();
	nsw_pci_driver_unregister();
	nsw_failover_fini();
	nsw_uplink_unregister();
	rcu_barrier();
}

module_init(nsw_main_init);
module_exit(nsw_main_exit);

MODULE_DESCRIPTION("Emulated SR-IOV network adapter with a NIC switch");
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY("nicswitch");
