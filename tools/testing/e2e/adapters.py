#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Adapters that come and go at run time."""

import contextlib
import errno
import glob
import json
import os
import threading
import time

from checks import PATIENCE, check, check_equal, refused, wait_for
from ktap import main, quick
from netlink import UP, Nicswitch
from state import PF, reset
from system import HOME, Netns, be_quiet, read, run, write
from stuck import give_up, not_stuck
from frames import Sniffer, make_frame


class Adapters:
    """Adds adapters, and takes them away."""

    def __init__(self):
        self.nl = Nicswitch()
        self.ids = []

    def __enter__(self):
        reset()
        be_quiet()
        return self

    def __exit__(self, *exc):
        for number in list(self.ids):
            self.delete(number)
        self.nl.close()

    def add(self, **config):
        number = self.nl.do("adapter-new", **config)["adapter-id"]
        self.ids.append(number)
        return self.nl.do("adapter-get", adapter_id=number)

    def delete(self, number):
        self.ids.remove(number)
        begin_deletion(self.nl, number)


def begin_deletion(nl, number):
    """A loaded machine may not be done when the request has waited long enough."""
    try:
        nl.do("adapter-del", adapter_id=number)
    except OSError as error:
        if error.errno != errno.EINPROGRESS:
            raise


def functions_are(before):
    def same():
        return sorted(os.listdir("/sys/bus/pci/devices")) == sorted(before)
    wait_for(same, f"PCI functions as before: {before}", 12 * PATIENCE)


def device(adapter):
    return f"/sys/bus/pci/devices/{adapter['pci-address']}"


def exchange(here, there):
    """A broadcast frame each way between two interfaces that are up."""
    for source, target in ((here, there), (there, here)):
        mac = read(f"/sys/class/net/{source}/address")
        with contextlib.closing(Sniffer(HOME, target)) as sniffer, \
                contextlib.closing(Sniffer(HOME, source)) as sender:
            frame = make_frame("ff:ff:ff:ff:ff:ff", mac, "", 1, 60)

            def arrives():
                # until the stack has followed the carrier it drops what is sent
                sender.sock.send(frame)
                return any(data[6:12] == frame[6:12] for data, *_ in sniffer.receive())

            wait_for(arrives, f"a frame from {source} to {target}")


@quick
def test_an_adapter_comes_and_goes():
    with Adapters() as adapters:
        before = os.listdir("/sys/bus/pci/devices")
        listener = Nicswitch()
        listener.subscribe()
        adapter = adapters.add(total_vfs=8)
        check_equal(adapter["total-vfs"], 8, "VFs")
        check_equal(read(f"{device(adapter)}/sriov_totalvfs"), "8", "sriov_totalvfs")
        check_equal(adapter["ifname"], f"nsw{adapter['adapter-id']}", "interface")
        write(f"{device(adapter)}/sriov_numvfs", 8)
        adapters.delete(adapter["adapter-id"])
        functions_are(before)
        check_equal([name for name in HOME.rtnl.links() if name.startswith(adapter["ifname"])],
                    [], "interfaces")
        told = [event["event"] for event in listener.heard()
                if event.get("adapter-id") == adapter["adapter-id"] and "total-vfs" in event]
        check_equal((told[0], told[-1]), (1, 3), "events")
        listener.close()
        # the number is free again
        check_equal(adapters.add()["adapter-id"], adapter["adapter-id"], "number")


def test_the_tool_adds_and_deletes():
    with Adapters():
        number = run("nicswitch adapter add vfs 4 without single_vport_pool").out.strip()
        caps = json.loads(run(f"nicswitch -j -a {number} caps show").out)[0]
        check("single_vport_pool" not in caps["flags"] and "vlan" in caps["flags"], caps)
        run(f"nicswitch adapter delete {number}")
        check(run(f"nicswitch -a {number} adapter show", ok=False).status, "it is still there")


def test_what_does_not_fit_is_refused():
    with Adapters() as adapters:
        before = os.listdir("/sys/bus/pci/devices")
        with refused(errno.EINVAL, "MaxNumVFs"):
            adapters.add(total_vfs=5000)
        with refused(errno.EINVAL, "MaxNumVPorts"):
            adapters.add(total_vfs=8, num_vports=4)
        for vendor in (0, 1, 0xffff):
            with refused(errno.EINVAL, "PCI vendor"):
                adapters.add(vendor_id=vendor)
        with refused(errno.ENODEV, "adapter 9"):
            adapters.nl.do("adapter-del", adapter_id=9)
        first = adapters.nl.do("adapter-get")["pci-address"]
        if first.startswith("0000"):
            with refused(errno.ENOSPC, "bus numbers"):
                adapters.add(pci_bus=int(first.split(":")[1], 16))
        with refused(errno.ENOSPC, "16 adapters"):
            for _ in range(17):
                adapters.add(total_vfs=1)
        for number in list(adapters.ids):
            adapters.delete(number)
        functions_are(before)


@quick
def test_the_name_of_its_pf_is_taken():
    with Adapters() as adapters:
        before = os.listdir("/sys/bus/pci/devices")
        HOME.rtnl.add_veth("nsw1", "t-peer", HOME.descriptor)
        try:
            with refused(errno.EEXIST, "interface of that name"):
                adapters.nl.do("adapter-new", total_vfs=1)
            check_equal(sorted(os.listdir("/sys/bus/pci/devices")), sorted(before),
                        "PCI functions")
            check_equal(len(adapters.nl.do("adapter-get", dump=True)), 1, "adapters")
        finally:
            HOME.rtnl.delete("nsw1")
        check_equal(adapters.add(total_vfs=1)["ifname"], "nsw1", "interface")


def test_who_may():
    with Adapters() as adapters:
        netns = Netns()
        with netns:
            elsewhere = Nicswitch()
        with refused(errno.ENODEV, "adapter 0"):
            elsewhere.do("adapter-del", adapter_id=0)
        # its PF comes to where it was asked for
        number = elsewhere.do("adapter-new", total_vfs=1)["adapter-id"]
        check(f"nsw{number}" in netns.rtnl.links(), "PF in the namespace")
        check(f"nsw{number}" not in HOME.rtnl.links(), "PF at home")
        with refused(errno.ENODEV, f"adapter {number}"):
            adapters.nl.do("adapter-del", adapter_id=number)
        elsewhere.do("adapter-del", adapter_id=number)
        elsewhere.close()
        netns.close()


@quick
def test_two_adapters_on_a_cable():
    with Adapters() as adapters:
        other = adapters.add(total_vfs=2)["ifname"]
        HOME.rtnl.add_veth("t-a", "t-b", HOME.descriptor)
        try:
            for end, pf in (("t-a", PF), ("t-b", other)):
                HOME.link(end, master=pf)
                HOME.link(end, set_flags=UP)
                HOME.link(pf, set_flags=UP)
            exchange(PF, other)
        finally:
            HOME.rtnl.delete("t-a")
            HOME.link(PF, clear_flags=UP)


def test_an_adapter_is_no_cable():
    """What leads from one adapter into another by itself could lead back."""
    with Adapters() as adapters:
        other = adapters.add(total_vfs=2)
        write(f"{device(other)}/sriov_numvfs", 1)
        for name in (other["ifname"], f"{other['ifname']}v0"):
            check(run(f"ip link set {name} master {PF}", ok=False).status, f"{name} is plugged in")


def test_vfs_that_need_the_pf():
    with Adapters() as adapters:
        adapter = adapters.add(total_vfs=2, vfs_need_pf=1)
        pf, vf = adapter["ifname"], f"{adapter['ifname']}v0"
        write(f"{device(adapter)}/sriov_numvfs", 2)
        HOME.link(vf, set_flags=UP)
        check_equal(read(f"/sys/class/net/{vf}/carrier"), "0", "carrier without PF")
        HOME.link(pf, set_flags=UP)
        wait_for(lambda: read(f"/sys/class/net/{vf}/carrier") == "1", "carrier with PF")
        HOME.link(pf, clear_flags=UP)
        wait_for(lambda: read(f"/sys/class/net/{vf}/carrier") == "0", "carrier without PF")


def test_ids_of_others():
    with Adapters() as adapters:
        adapter = adapters.add(total_vfs=2, vendor_id=0x8086, device_id=0x10c9,
                               vf_device_id=0x10ca, subsystem_vendor_id=0x8086,
                               subsystem_id=0xa03c)
        path = device(adapter)
        write(f"{path}/sriov_numvfs", 2)
        for name, wanted in (("vendor", "0x8086"), ("device", "0x10c9"), ("class", "0x020000"),
                             ("subsystem_device", "0xa03c"), ("virtfn1/device", "0x10ca"),
                             ("virtfn1/subsystem_device", "0xa03c"), ("sriov_vf_device", "10ca")):
            check_equal(read(f"{path}/{name}"), wanted, name)
        for name, wanted in (("driver", "nicswitch"), ("virtfn1/driver", "nicswitch_vf")):
            check_equal(os.path.basename(os.path.realpath(f"{path}/{name}")), wanted, name)
        vf = os.path.basename(os.path.realpath(f"{path}/virtfn1"))
        write("/sys/bus/pci/drivers/nicswitch_vf/unbind", vf)
        write("/sys/bus/pci/drivers_probe", vf)
        check(os.path.exists(f"{path}/virtfn1/driver"), "the VF is not bound again")


def busy(adapters, adapter, delay=1500):
    """Somebody keeps the lock for hotplug for so many ms, in sriov_numvfs of this adapter.

    Returns the thread, and whether it has come so far."""
    number = adapter["adapter-id"]
    adapters.nl.do("fault-new", adapter_id=number, fault_kind=1, fault_delay=delay,
                   fault_errno=errno.EIO)

    def enable():
        with contextlib.suppress(OSError):
            write(f"{device(adapter)}/sriov_numvfs", 1)
    thread = threading.Thread(target=enable)
    thread.start()
    return thread, lambda: not adapters.nl.do("fault-get", adapter_id=number, dump=True)


def test_who_is_busy_with_a_pf_is_no_program_that_holds_it():
    """To delete it may take longer than a request waits, but is not refused."""
    with Adapters() as adapters:
        adapter = adapters.add(total_vfs=2)
        # longer than anybody should need who holds its device_lock
        thread, struck = busy(adapters, adapter, delay=15000)
        try:
            wait_for(struck, "the write", 4 * PATIENCE)
            adapters.delete(adapter["adapter-id"])
        finally:
            thread.join()
        wait_for(lambda: not os.path.exists(device(adapter)), "the end of its PF", 12 * PATIENCE)


def test_adding_and_deleting_from_all_sides():
    """Ends with what it began with, whoever wins."""
    with Adapters() as adapters:
        before = os.listdir("/sys/bus/pci/devices")

        def churn():
            nl = Nicswitch()
            for _ in range(4):
                number = nl.do("adapter-new", total_vfs=4)["adapter-id"]
                with contextlib.suppress(OSError):
                    nl.do("switch-new", adapter_id=number, num_vfs=2)
                for victim in range(1, 4):
                    with contextlib.suppress(OSError):
                        nl.do("adapter-del", adapter_id=victim)
            nl.close()

        threads = [threading.Thread(target=churn) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for adapter in adapters.nl.do("adapter-get", dump=True)[1:]:
            begin_deletion(adapters.nl, adapter["adapter-id"])
        functions_are(before)


def buses(adapter):
    """That of the PF, and those of its VFs."""
    path = device(adapter)
    there = [adapter["pci-address"]] + [os.path.basename(os.path.realpath(link))
                                        for link in glob.glob(f"{path}/virtfn*")]
    return {f"/sys/class/pci_bus/{address.rpartition(':')[0]}" for address in there}


def deleted_behind(name, value=1, vfs=0):
    """Deletes an adapter while somebody waits for that lock in files of it, behind the deletion.

    With VFs, behind who takes these away; else behind who takes the PF away."""
    with not_stuck(f"deleted behind a writer of {name}"), Adapters() as adapters:
        busy_ones = [adapters.add(total_vfs=1) for _ in range(2)]
        adapter = adapters.add(total_vfs=2)
        number, path = adapter["adapter-id"], device(adapter)
        if vfs:
            write(f"{path}/sriov_numvfs", vfs)
        files = [f"{where}/{name}" for where in {path, *buses(adapter)}
                 if os.path.exists(f"{where}/{name}")]
        threads = []

        def start(action, *args):
            def act():
                with contextlib.suppress(OSError):
                    action(*args)
            threads.append(threading.Thread(target=act, daemon=True))
            threads[-1].start()

        first, struck = busy(adapters, busy_ones[0])
        wait_for(struck, "who is busy", 4 * PATIENCE)
        other = Nicswitch()
        adapters.ids.remove(number)
        start(lambda: other.do("adapter-del", adapter_id=number))
        wait_for(lambda: number not in [one["adapter-id"] for one in
                                        adapters.nl.do("adapter-get", dump=True)], "a deletion")
        threads.append(first)
        if not vfs:
            second, struck = busy(adapters, busy_ones[1])
            wait_for(struck, "who is busy next", 4 * PATIENCE)
            wait_for(lambda: adapter["ifname"] not in HOME.rtnl.links(), "the end of its driver",
                     4 * PATIENCE)
            threads.append(second)
        time.sleep(0.2)
        for file in files:
            start(write, file, value)
        for thread in threads:
            thread.join(12 * PATIENCE)
            if thread.is_alive():
                give_up(f"deleted behind a writer of {name}: somebody does not come back")
        wait_for(lambda: not os.path.exists(path), "the end of its PF", 12 * PATIENCE)
        other.close()


def test_deleted_while_its_pf_is_removed():
    deleted_behind("remove")


def test_deleted_while_its_buses_are_scanned():
    deleted_behind("rescan", vfs=2)


def test_deleted_while_its_vfs_come():
    deleted_behind("sriov_numvfs", value=0, vfs=1)


if __name__ == "__main__":
    main()
