#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The Linux way: sriov_numvfs alone makes VFs that work."""

import errno
import json
import os

from checks import check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab, Port
from netlink import UP, Nicswitch
from state import PF, reset
from system import HOME, Netns, be_quiet, run, write

DEVICE = f"/sys/class/net/{PF}/device"


class Vfs(Lab):
    """VFs that sriov_numvfs made, as they are."""

    def __init__(self, vfs=4):
        super().__init__(vfs=vfs)

    def build(self):
        reset()
        self.defer(reset)
        self.defer(lambda: write(f"{DEVICE}/sriov_numvfs", 0))
        write(f"{DEVICE}/sriov_numvfs", self.num_vfs)
        be_quiet()
        self.pf_mac = self.nl.do("adapter-get")["mac"]
        self.add_port(Port("pf", HOME, PF, self.pf_mac, vport=0)).up()
        self.plug().up()
        for vport in self.nl.do("vport-get", dump=True)[1:]:
            netns = Netns()
            self.defer(netns.close)
            ifname = vport["ifname"]
            with open(f"/sys/class/net/{ifname}/address", encoding="ascii") as file:
                mac = file.read().strip()
            HOME.link(ifname, netns=netns.descriptor)
            self.add_port(Port(f"v{vport['vf-id']}", netns, ifname, mac, vport["vport-id"],
                               vport["vf-id"])).up()
        wait_for(lambda: all(port.carrier() for port in self.ports.values()),
                 "carrier of all ports")
        self.drops_before = self.drops()


@quick
def test_interfaces_work_at_once():
    with Vfs() as lab:
        check_equal(sorted(lab.ports), ["pf", "v0", "v1", "v2", "v3", "wire"], "ports")
        check_equal(len({port.mac for port in lab.ports.values()}), 6, "different addresses")
        for number in range(4):
            there = (number + 1) % 4
            lab.sees(f"v{number}", f"v{there}", dst=f"v{there}")
            lab.sees(f"v{number}", "wire", dst="wire")
            lab.sees("wire", f"v{number}", dst=f"v{number}")
        lab.sees("v0", "v1 v2 v3 pf wire", dst="bcast")
        lab.sees("v0", "", drop="v0:spoof", dst="v1", src="02:00:00:00:aa:01")


def test_objects_are_the_same_as_those_of_the_ndis_way():
    with Vfs(2):
        tree = json.loads(run("nicswitch -j show").out)[0]
        check_equal(tree["switch"]["num_vfs"], 2, "VFs")
        check_equal([len(vport["filters"]) for vport in tree["vports"]], [0, 1, 1], "filters")
        number = tree["vports"][1]["filters"][0]["filter"]
        check(run("nicswitch switch delete", ok=False).status, "deleted with its objects")
        run(f"nicswitch filter move {number} from 1 to 2")
        run(f"nicswitch filter delete {number}")
        run("nicswitch vport delete 1")
        run("nicswitch vf free 0")


@quick
def test_zero_takes_everything_away():
    with Vfs(2) as lab:
        lab.add_pf_vport()
        lab.filter("pf", "02:00:00:00:aa:01")
        lab.ports.clear()
        write(f"{DEVICE}/sriov_numvfs", 0)
        tree = json.loads(run("nicswitch -j show").out)[0]
        check_equal((tree["switch"], tree["vports"], tree["vfs"]), (None, [], []), "objects")
        check(not [name for name in os.listdir("/sys/class/net") if name.startswith(PF + "v")],
              "VF interfaces are left")
        check_equal(os.listdir("/sys/bus/pci/drivers/nicswitch_vf"),
                    [name for name in os.listdir("/sys/bus/pci/drivers/nicswitch_vf")
                     if ":" not in name], "VF functions")


def test_address_is_changed_and_the_filter_follows():
    with Vfs(2) as lab:
        new = "02:00:00:00:aa:01"
        old = lab["v1"].mac
        run(f"ip link set {lab['v1'].ifname} address {new}", netns=lab["v1"].netns)
        lab.sees("v0", "v1", dst=new)
        lab.sees("v0", "wire", dst=old)
        lab.sees("v1", "v0", dst="v0", src=new)
        lab.sees("v1", "", drop="v1:spoof", dst="v0", src=old)
        # the PF decides: then the VF cannot
        admin = "02:00:00:00:aa:02"
        run(f"ip link set {PF} vf 1 mac {admin}")
        lab.sees("v0", "v1", dst=admin)
        check(run(f"ip link set {lab['v1'].ifname} address {new}", ok=False,
                  netns=lab["v1"].netns).status, "an untrusted VF changed it")
        run(f"ip link set {PF} vf 1 trust on")
        run(f"ip link set {lab['v1'].ifname} address {new}", netns=lab["v1"].netns)
        lab.sees("v0", "v1", dst=new)


def test_address_of_another_port_is_refused():
    with Vfs(2) as lab:
        for mac in (lab["v0"].mac, lab["pf"].mac):
            status = run(f"ip link set {lab['v1'].ifname} address {mac}", ok=False,
                         netns=lab["v1"].netns).status
            if mac == lab["v0"].mac:
                check(status, "two VFs with one address")
        lab.sees("wire", "v0", dst="v0")


def test_a_switch_is_there_already():
    with Lab():
        check_equal(os.path.basename(os.path.realpath(f"{DEVICE}/driver")), "nicswitch", "driver")
        with refused(errno.EBUSY):
            write(f"{DEVICE}/sriov_numvfs", 3)


def test_more_vfs_than_there_are():
    reset()
    with refused(errno.ERANGE):
        write(f"{DEVICE}/sriov_numvfs", 1025)
    check_equal(json.loads(run("nicswitch -j show").out)[0]["switch"], None, "switch")


def test_vf_driver_is_unbound_and_bound():
    with Vfs(2) as lab:
        address = lab.nl.do("vf-get", vf_id=1)["pci-address"]
        port = lab.ports.pop("v1")
        write("/sys/bus/pci/drivers/nicswitch_vf/unbind", address)
        check("ifname" not in lab.nl.do("vf-get", vf_id=1), "interface without driver")
        # its filter still takes the frames
        lab.sees("v0", "", drop="#2:rx_down", dst=port.mac)
        write("/sys/bus/pci/drivers/nicswitch_vf/bind", address)
        ifname = lab.nl.do("vf-get", vf_id=1)["ifname"]
        lab.add_port(Port("v1", HOME, ifname, port.mac, port.vport, 1)).up()
        lab.drops_before = lab.drops()
        lab.sees("v0", "v1", dst="v1")


def test_pf_driver_is_unbound_and_bound():
    with Vfs(2) as lab:
        address = lab.nl.do("adapter-get")["pci-address"]
        lab.ports.clear()
        write("/sys/bus/pci/drivers/nicswitch/unbind", address)
        check(PF not in HOME.rtnl.links(), "the interface is still there")
        write("/sys/bus/pci/drivers/nicswitch/bind", address)
        wait_for(lambda: PF in HOME.rtnl.links(), "interface of the PF")
        HOME.link(PF, set_flags=UP)
        tree = json.loads(run("nicswitch -j show").out)[0]
        check_equal(tree["switch"], None, "switch")


def config_of(address):
    """The PCI address's configuration space."""
    with open(f"/sys/bus/pci/devices/{address}/config", "rb") as file:
        return file.read()


@quick
def test_vf_is_reset_through_sysfs():
    with Vfs(2) as lab:
        address = lab.nl.do("vf-get", vf_id=1)["pci-address"]
        before = config_of(address)
        lab["v1"].promisc()
        lab.vf(1, trust=True)
        lab.sees("v0", "v1 wire", dst="02:00:00:00:aa:01")
        lab["v1"].down()
        # what the interface asks for is asked for again, what waits is lost, filters stay
        lab["v1"].up()
        write(f"/sys/bus/pci/devices/{address}/reset", 1)
        lab.sees("v0", "v1 wire", dst="02:00:00:00:aa:01")
        lab.sees("v0", "v1", dst="v1")
        check_equal(config_of(address), before, "configuration space")


def test_pf_is_reset_through_sysfs_with_vfs():
    with Vfs(2) as lab:
        address = lab.nl.do("adapter-get")["pci-address"]
        before = config_of(address)
        write(f"{DEVICE}/reset", 1)
        check_equal(config_of(address), before, "configuration space of the PF")
        for port in ("v0", "pf", "wire"):
            lab.sees("v1", port, dst=port)
        lab.sees("v0", "v1 pf wire", dst="bcast")


def test_reset_of_a_vf_without_driver():
    with Vfs(2) as lab:
        address = lab.nl.do("vf-get", vf_id=1)["pci-address"]
        lab.ports.pop("v1")
        write("/sys/bus/pci/drivers/nicswitch_vf/unbind", address)
        listener = Nicswitch()
        lab.defer(listener.close)
        listener.subscribe()
        write(f"/sys/bus/pci/devices/{address}/reset", 1)
        wait_for(lambda: any(event["event"] == 5 and event.get("vf-id") == 1
                             for event in listener.heard()), "event of the reset")
        lab.sees("v0", "pf", dst="pf")


def test_pf_is_removed_and_found_again():
    """With VFs, which have no file "remove" of their own."""
    reset()
    pf = os.path.basename(os.path.realpath(DEVICE))
    write(f"{DEVICE}/sriov_numvfs", 3)
    write(f"/sys/bus/pci/devices/{pf}/remove", 1)
    check(not [name for name in HOME.rtnl.links() if name.startswith(PF)], "interfaces are left")
    write("/sys/bus/pci/rescan", 1)
    check(PF in HOME.rtnl.links(), "interface of a PF that was found again")
    with Vfs(2) as lab:
        lab.sees("v0", "v1", dst="v1")
        lab.sees("wire", "v1", dst="v1")


def test_many_vfs():
    reset()
    write(f"{DEVICE}/sriov_numvfs", 64)
    try:
        tree = json.loads(run("nicswitch -j show").out)[0]
        check_equal(len(tree["vports"]), 65, "VPorts")
        check_equal(len([name for name in HOME.rtnl.links() if name.startswith(f"{PF}v")]), 64,
                    "interfaces")
    finally:
        write(f"{DEVICE}/sriov_numvfs", 0)


if __name__ == "__main__":
    main()
