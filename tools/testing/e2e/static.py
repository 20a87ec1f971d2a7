#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A static NIC switch: built from its settings when the PF gets its driver, created later."""

import contextlib
import errno
import json
import os

from adapters import Adapters, device, exchange
from checks import Failed, check, check_equal, refused, wait_for
from ktap import main, quick
from netlink import UP
from state import load
from system import HOME, read, run, write

SETTINGS = {"total_vfs": 4, "static_vfs": 3, "default_queue_pairs": 2, "switch_name": "lab"}


class Static(Adapters):
    """An adapter with a static switch."""

    def __enter__(self):
        super().__enter__()
        self.adapter = self.add(**SETTINGS)
        self.number = self.adapter["adapter-id"]
        return self

    def ask(self, command, **values):
        return self.nl.do(command, adapter_id=self.number, **values)

    def dumps(self):
        return [self.nl.do(f"{noun}-get", adapter_id=self.number, dump=True)
                for noun in ("adapter", "switch", "vf", "vport", "filter", "queue")]

    @contextlib.contextmanager
    def refuses(self, err, text):
        before = self.dumps()
        with refused(err, text):
            yield
        check_equal(self.dumps(), before, "objects")

    def numvfs(self):
        return int(read(f"{device(self.adapter)}/sriov_numvfs"))

    def vf_interfaces(self):
        """Name -> ifindex."""
        prefix = f"{self.adapter['ifname']}v"
        return {name: link[0] for name, link in HOME.rtnl.links().items()
                if name.startswith(prefix)}

    def vf(self):
        """Allocates one that can talk, and returns its interface."""
        number = self.ask("vf-new")["vf-id"]
        vport = self.ask("vport-new", vf_id=number)["vport-id"]
        ifname = f"{self.adapter['ifname']}v{number}"
        self.ask("filter-new", vport_id=vport, mac=read(f"/sys/class/net/{ifname}/address"))
        HOME.link(ifname, set_flags=UP)
        return ifname


@quick
def test_it_is_there_before_it_is_created_but_nobody_can_use_it():
    with Static() as lab:
        check_equal(lab.numvfs(), 3, "VFs")
        check_equal(len(lab.vf_interfaces()), 3, "interfaces")
        check_equal((lab.adapter["static-vfs"], lab.adapter["num-vfs"]), (3, 3), "settings")
        check("switch-id" not in lab.adapter, "there is a switch")
        check_equal(lab.nl.do("switch-get", adapter_id=lab.number, dump=True), [], "switches")
        for request in ("vf-new", "switch-del"):
            with lab.refuses(errno.ENOENT, "has no NIC switch"):
                lab.ask(request)
        with lab.refuses(errno.EBUSY, "excludes VM queues"):
            lab.ask("queue-new")
        with lab.refuses(errno.EBUSY, "only while there is no NIC switch"):
            lab.ask("caps-set", caps={"max_vfs": 2})


@quick
def test_it_is_created_with_its_settings_and_no_others():
    with Static() as lab:
        for values, text in (({"num_vfs": 2}, "static, with 3 VFs"),
                             ({"num_vfs": 4}, "static, with 3 VFs"),
                             ({"default_queue_pairs": 1}, "static, with 2"),
                             ({"switch_name": "other"}, "with another name")):
            with lab.refuses(errno.EINVAL, text):
                lab.ask("switch-new", **values)
        lab.ask("switch-new")
        found = lab.ask("switch-get")
        check_equal((found["num-vfs"], found["default-queue-pairs"], found["switch-name"]),
                    (3, 2, "lab"), "switch")
        with lab.refuses(errno.EEXIST, "can have one only"):
            lab.ask("switch-new")
        exchange(lab.vf(), lab.vf())
        run(f"nicswitch -a {lab.number} reset")
        lab.ask("switch-new", num_vfs=3, default_queue_pairs=2, switch_name="lab")


def test_its_vfs_outlive_its_deletion():
    with Static() as lab:
        before = lab.vf_interfaces()
        lab.ask("switch-new")
        lab.ask("switch-set", switch_name="other")
        number = lab.ask("vf-new")["vf-id"]
        with lab.refuses(errno.EBUSY, "1 allocated VFs"):
            lab.ask("switch-del")
        lab.ask("vf-del", vf_id=number)
        lab.ask("switch-del")
        check_equal((lab.numvfs(), lab.vf_interfaces()), (3, before), "VFs")
        lab.ask("switch-new")
        check_equal(lab.ask("switch-get")["switch-name"], "lab", "name, from the settings")
        exchange(lab.vf(), lab.vf())


def test_sysfs_does_not_change_its_vfs():
    with Static() as lab:
        for created in (False, True):
            if created:
                lab.ask("switch-new")
            for number in (0, 2, 4):
                with lab.refuses(errno.EBUSY, ""):
                    write(f"{device(lab.adapter)}/sriov_numvfs", number)
            check_equal(lab.numvfs(), 3, "VFs")


def test_it_comes_and_goes_with_the_driver():
    with Static() as lab:
        lab.ask("switch-new")
        lab.vf()
        driver = "/sys/bus/pci/drivers/nicswitch"
        address = lab.adapter["pci-address"]
        write(f"{driver}/unbind", address)
        check_equal((lab.numvfs(), lab.vf_interfaces()), (0, {}), "VFs without driver")
        with refused(errno.ENODEV, "the PF has no driver"):
            lab.ask("switch-new")
        write(f"{driver}/bind", address)
        check_equal((lab.numvfs(), len(lab.vf_interfaces())), (3, 3), "VFs with a driver again")
        check_equal(lab.nl.do("switch-get", adapter_id=lab.number, dump=True), [], "switches")
        lab.ask("switch-new")
        exchange(lab.vf(), lab.vf())


def test_it_belongs_to_the_socket_that_created_it():
    with Static() as lab:
        owner = Adapters()
        owner.nl.do("switch-new", adapter_id=lab.number, owned=True)
        with lab.refuses(errno.EPERM, "belongs"):
            lab.ask("switch-del")
        owner.nl.close()
        wait_for(lambda: not lab.nl.do("switch-get", adapter_id=lab.number, dump=True),
                 "the end of the switch")
        check_equal(lab.numvfs(), 3, "VFs")


def test_settings_that_cannot_be():
    with Adapters() as adapters:
        before = os.listdir("/sys/bus/pci/devices")
        for values in ({"switch_name": "x"}, {"default_queue_pairs": 2}):
            with refused(errno.EINVAL, "say static-vfs"):
                adapters.add(total_vfs=2, **values)
        with refused(errno.EINVAL, "3 VFs: the adapter has 2"):
            adapters.add(total_vfs=2, static_vfs=3)
        for pairs in (0, 3):
            with refused(errno.EINVAL):
                adapters.add(total_vfs=2, static_vfs=1, default_queue_pairs=pairs)
        with refused(errno.EINVAL, "empty"):
            adapters.add(total_vfs=2, static_vfs=1, switch_name="")
        check_equal(os.listdir("/sys/bus/pci/devices"), before, "PCI functions")
        # one without VFs is the switch alone
        number = adapters.add(total_vfs=2, static_vfs=0)["adapter-id"]
        with refused(errno.EINVAL, "static, with 0 VFs"):
            adapters.nl.do("switch-new", adapter_id=number, num_vfs=1)
        adapters.nl.do("switch-new", adapter_id=number)


def test_parameter_of_the_module():
    try:
        load("vfs=4", "static_vfs=2")
        found = json.loads(run("nicswitch -j adapter show").out)[0]
        check_equal((found["static_vfs"], found["num_vfs"]), (2, 2), "adapter")
        check("static_vfs 2" in run("nicswitch adapter show").out, "not in the list")
        check("static switch, 2 VFs" in run("nicswitch show").out, "not in the tree")
        result = run("nicswitch switch create vfs 4", ok=False)
        check("static, with 2 VFs" in result.err, result.err)
        run("nicswitch switch create")
        run("nicswitch vf allocate")
        run("nicswitch reset")
        number = int(run("nicswitch adapter add vfs 8 static_vfs 8 static_qps 2 static_name x").out)
        run(f"nicswitch -a {number} switch create name x qps 2")
        run(f"nicswitch adapter delete {number}")
        try:
            load("vfs=4", "static_vfs=5")
            raise AssertionError("loaded with more than there are")
        except Failed as failed:
            check("insmod" in str(failed), str(failed))
    finally:
        load()


if __name__ == "__main__":
    main()
