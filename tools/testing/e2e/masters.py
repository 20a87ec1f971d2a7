#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A machine whose interface is the kernel's net_failover, with a VF and a synthetic adapter."""

import errno
import os
import struct

from checks import Skipped, check, check_equal, refused, wait_for
from frames import BROADCAST, Sniffer, make_frame
from ktap import main, quick
from lab import Lab
from netlink import UP, Nicswitch
from paths import (MAC, PATIENCE, Elsewhere, Machine, Streams, lives_on_when_lost,
                   lives_on_when_moved, lives_on_when_offered, make_vf)
from state import PF
from system import HOME, Netns, as_nobody, read, run, write

IFLA_MASTER, IFLA_CARRIER = 10, 33


def make_failover(nl, **values):
    try:
        return nl.do("failover-new", **values)["failover-id"]
    except OSError as error:
        if error.errno != errno.EOPNOTSUPP:
            raise
        raise Skipped(error.strerror) from error


class FailoverMachine(Machine):
    """The same machine; what it has is made by "nicswitch failover add"."""

    mac = MAC

    def connect(self):
        nl = self.lab.nl
        number = make_failover(nl, mac=self.mac, netns_fd=self.netns.descriptor)
        self.lab.defer(self.delete, number)
        found = nl.do("failover-get", failover_id=number)
        self.ifname, self.synthetic = found["master-ifname"], found["standby-ifname"]
        self.cable = found["ifname"]

    def delete(self, number):
        # it has come home by itself if the machine had moved
        wait_for(lambda: self.cable in HOME.rtnl.links(), "its port", PATIENCE)
        self.lab.nl.do("failover-del", failover_id=number)

    def join(self, ifname):
        """It does so by itself."""

    def take(self, ifname, netns=HOME):
        netns.link(ifname, netns=self.netns.descriptor)
        self.lab.defer(self.give_back, ifname)

    def give_back(self, ifname):
        if ifname in self.links():
            self.netns.link(ifname, netns=HOME.descriptor)

    def links(self):
        with self.netns:
            return self.netns.rtnl.links()

    def members(self):
        links = self.links()
        index = struct.pack("=I", links[self.ifname][0])
        return {name: flags & UP and values[IFLA_CARRIER] == b"\1"
                for name, (_, flags, values) in links.items()
                if values.get(IFLA_MASTER) == index}

    def active(self):
        """The VF while it can be used: so net_failover decides for each frame."""
        return next((name for name, ready in self.members().items()
                     if ready and name != self.synthetic), self.synthetic)


def test_it_is_refused_where_lockdep_would_report_it():
    with Lab(vfs=0) as lab:
        if not os.path.exists("/proc/lockdep"):
            raise Skipped("this kernel has no lockdep")
        with refused(errno.EOPNOTSUPP, "this kernel has lockdep"):
            lab.nl.do("failover-new", mac=MAC)
        with refused(errno.EINVAL, "not the address of an interface"):
            lab.nl.do("failover-new", mac="01:00:5e:00:00:01")


@quick
def test_without_net_failover():
    with Lab(vfs=0) as lab:
        with open("/proc/kallsyms", encoding="ascii") as file:
            if any(line.split()[2] == "net_failover_create" for line in file):
                raise Skipped("this kernel has net_failover loaded or built in")
        modprobe = read("/proc/sys/kernel/modprobe")
        lab.defer(write, "/proc/sys/kernel/modprobe", modprobe)
        write("/proc/sys/kernel/modprobe", "/nonexistent")
        with refused(errno.EOPNOTSUPP, "has no module net_failover"):
            lab.nl.do("failover-new", mac=MAC)


@quick
def test_tcp_lives_on_when_a_vf_is_offered_revoked_and_goes_down():
    lives_on_when_offered(FailoverMachine)


def test_tcp_lives_on_when_a_vf_is_lost():
    lives_on_when_lost(FailoverMachine)


def test_tcp_lives_on_when_the_machine_moves_to_another_adapter():
    lives_on_when_moved(FailoverMachine)


def begin(lab, kind=FailoverMachine):
    """A machine that uses its VF, and streams."""
    machine = kind(lab)
    vf, vport, ifname = make_vf(lab, machine)
    run(f"nicswitch vf offer {vf}")
    machine.uses(ifname)
    streams = Streams(machine.netns, machine.host)
    lab.defer(streams.close)
    streams.go_on("VF")
    return machine, streams, vf, vport, ifname


def test_tcp_lives_on_when_a_vf_is_reset():
    with Lab(vfs=0) as lab:
        machine, streams, vf, _, ifname = begin(lab)
        run(f"nicswitch vf reset {vf}")
        streams.go_on("reset by request")
        address = lab.nl.do("vf-get", vf_id=vf)["pci-address"]
        write(f"/sys/bus/pci/devices/{address}/reset", 1)
        streams.go_on("function level reset")
        machine.uses(ifname)


def test_tcp_lives_on_when_all_vfs_are_disabled():
    with Lab(vfs=0) as lab:
        machine, streams, _, _, ifname = begin(lab)
        # with it go VPort and filter; VPort 0 gets everything, as the bridge wants it so
        write(f"/sys/class/net/{PF}/device/sriov_numvfs", 0)
        wait_for(lambda: ifname not in machine.links(), "the interface to go")
        check_equal(machine.active(), machine.synthetic, "path")
        streams.go_on("without VFs")


def test_tcp_lives_on_when_the_adapter_of_the_vf_is_deleted():
    with Lab(vfs=0) as lab:
        machine = FailoverMachine(lab)
        there = Elsewhere(lab, machine.host)
        streams = Streams(machine.netns, machine.host)
        lab.defer(streams.close)
        vf = there.do("vf-new", mac=MAC)["vf-id"]
        vport = there.do("vport-new", vf_id=vf)["vport-id"]
        there.do("filter-new", vport_id=vport, mac=MAC)
        ifname = there.do("vf-get", vf_id=vf)["ifname"]
        machine.take(ifname, there.netns)
        machine.uses(ifname)
        streams.go_on("VF of another adapter")
        there.do("adapter-del")
        wait_for(lambda: ifname not in machine.links(), "the interface to go", PATIENCE)
        streams.go_on("without that adapter")


def test_it_goes_with_the_namespace_of_its_machine():
    with Lab(vfs=0) as lab:
        nl = lab.nl
        netns = Netns()
        number = make_failover(nl, mac=MAC, netns_fd=netns.descriptor)
        lab.defer(run, f"nicswitch failover delete {number}", ok=False)
        found = nl.do("failover-get", failover_id=number)
        vf = nl.do("vf-new", mac=MAC)["vf-id"]
        nl.do("vport-new", vf_id=vf)
        ifname = nl.do("vf-get", vf_id=vf)["ifname"]
        HOME.link(ifname, netns=netns.descriptor)
        netns.link(found["master-ifname"], set_flags=UP)
        check_equal(nl.do("failover-get", failover_id=number)["primary-ifname"], ifname, "VF")
        netns.close()
        wait_for(lambda: ifname in HOME.rtnl.links(), "the VF", PATIENCE)
        wait_for(lambda: found["ifname"] not in HOME.rtnl.links(), "its port to go", PATIENCE)
        check_equal(nl.do("failover-get", dump=True), [], "failover interfaces")
        check(IFLA_MASTER not in HOME.rtnl.links()[ifname][2], "the VF still has a master")


def primary(lab, number):
    return lab.nl.do("failover-get", failover_id=number).get("primary-ifname")


def test_a_vf_is_a_member_only_in_the_namespace_of_its_machine():
    with Lab(vfs=0) as lab:
        vf = lab.nl.do("vf-new", mac=MAC)["vf-id"]
        ifname = lab.nl.do("vf-get", vf_id=vf)["ifname"]
        address = lab.nl.do("vf-get", vf_id=vf)["pci-address"]
        netns, other = Netns(), Netns()
        lab.defer(netns.close)
        lab.defer(other.close)
        number = make_failover(lab.nl, mac=MAC, netns_fd=netns.descriptor)
        lab.defer(lab.nl.do, "failover-del", failover_id=number)
        check_equal(primary(lab, number), None, "VF")
        HOME.link(ifname, netns=other.descriptor)
        check_equal(primary(lab, number), None, "VF in another namespace")
        other.link(ifname, netns=netns.descriptor)
        check_equal(primary(lab, number), ifname, "VF in its namespace")
        netns.link(ifname, netns=HOME.descriptor)
        check_equal(primary(lab, number), None, "VF at home again")
        # it comes and goes with its driver, and then it is at home
        write(f"/sys/bus/pci/devices/{address}/driver/unbind", address)
        write("/sys/bus/pci/drivers/nicswitch_vf/bind", address)
        check(IFLA_MASTER not in HOME.rtnl.links()[ifname][2], "it has a master")
        check_equal(primary(lab, number), None, "VF with its driver")


def test_a_vf_with_another_address_is_no_member_any_more():
    with Lab(vfs=0) as lab:
        vf = lab.nl.do("vf-new", mac=MAC)["vf-id"]
        ifname = lab.nl.do("vf-get", vf_id=vf)["ifname"]
        netns = Netns()
        lab.defer(netns.close)
        number = make_failover(lab.nl, mac=MAC, netns_fd=netns.descriptor)
        HOME.link(ifname, netns=netns.descriptor)
        check_equal(primary(lab, number), ifname, "VF")
        lab.nl.do("vf-set", vf_id=vf, mac="02:00:00:00:00:03")
        check_equal(primary(lab, number), None, "VF")
        netns.link(ifname, netns=HOME.descriptor)
        lab.nl.do("failover-del", failover_id=number)
        check_equal(lab.nl.do("failover-get", dump=True), [], "failover interfaces")


def test_broadcast_comes_once_on_either_path():
    with Lab(vfs=0) as lab:
        machine = FailoverMachine(lab)
        vf, _, ifname = make_vf(lab, machine)
        heard = Sniffer(machine.netns, machine.ifname)
        lab.defer(heard.close)
        lab["wire"].up()
        serial = 0
        for _ in range(3):
            for verb, path in (("offer", ifname), ("revoke", machine.synthetic)):
                run(f"nicswitch vf {verb} {vf}")
                machine.uses(path)
                wait_for(lambda: not lab["wire"].deaf(), "the wire")
                for dst in BROADCAST, MAC:
                    serial += 1
                    check_equal(count(lab, heard, dst, serial), 1, f"{verb}: copies for {dst}")
        lab.settle({})


def count(lab, heard, dst, serial):
    """How often a frame arrives, when it has and nothing more comes."""
    lab["wire"].raw(make_frame(dst, lab["wire"].mac, "", serial))
    seen = []

    def arrived():
        seen.extend(number for number, _, _ in heard.frames())
        return serial in seen

    wait_for(arrived, f"frame {serial} for {dst}", PATIENCE)
    # what comes twice has been copied by then; the next frame is behind all copies
    lab["wire"].raw(make_frame(dst, lab["wire"].mac, "", serial + 1000))
    wait_for(lambda: arrived() and serial + 1000 in seen, f"frame after {serial}", PATIENCE)
    return seen.count(serial)


@quick
def test_what_is_refused():
    with Lab(vfs=0) as lab:
        nl = lab.nl
        number = make_failover(nl, mac=MAC)
        lab.defer(run, f"nicswitch failover delete {number}", ok=False)
        before = HOME.rtnl.links().keys()
        with refused(errno.EEXIST, f"has the address {MAC} already"):
            nl.do("failover-new", mac=MAC)
        with refused(errno.EINVAL, "not the address of an interface"):
            nl.do("failover-new", mac="01:00:5e:00:00:01")
        with refused(errno.EINVAL, "mac is missing"):
            nl.do("failover-new")
        with open("/proc/self/status", encoding="ascii") as file:
            with refused(errno.EINVAL, "not the file descriptor of a network namespace"):
                nl.do("failover-new", mac="02:00:00:00:00:03", netns_fd=file.fileno())
        with refused(errno.EINVAL, "failover-id is missing"):
            nl.do("failover-del")
        with refused(errno.EINVAL, "it takes no failover-id"):
            nl.do("failover-get", failover_id=number, dump=True)
        for command in "failover-del", "failover-get":
            with refused(errno.ENOENT, "no port of a failover interface 99"):
                nl.do(command, failover_id=99)
        # the next would have this name
        HOME.rtnl.add_veth(f"nsws{number + 1}", "t-peer", HOME.descriptor)
        lab.defer(HOME.rtnl.delete, f"nsws{number + 1}")
        with refused(errno.EEXIST, f"interfaces nsws{number + 1} and nsws{number + 1}p"):
            nl.do("failover-new", mac="02:00:00:00:00:03")
        HOME.rtnl.delete(f"nsws{number + 1}")
        check_equal(HOME.rtnl.links().keys(), before, "interfaces")
        check_equal(len(nl.do("failover-get", dump=True)), 1, "failover interfaces")


def test_another_interface_with_the_address_of_the_machine_is_in_the_way():
    with Lab(vfs=0) as lab:
        # it has the permanent address of the PF, and no PCI function
        run(f"ip link add link {PF} name t-mv type macvlan mode passthru")
        lab.defer(run, "ip link delete t-mv")
        before = HOME.rtnl.links().keys()
        try:
            with refused(errno.EBUSY, "another interface of the machine"):
                make_failover(lab.nl, mac=lab.pf_mac)
        finally:
            for found in lab.nl.do("failover-get", dump=True):
                lab.nl.do("failover-del", failover_id=found["failover-id"])
        check_equal(HOME.rtnl.links().keys(), before, "interfaces")


def test_who_is_not_root_may_look_but_not_touch():
    with Lab(vfs=0) as lab:
        def touch(nl):
            wrong = 0
            for command, values in (("failover-new", {"mac": MAC}),
                                    ("failover-del", {"failover_id": 0})):
                try:
                    nl.do(command, **values)
                    wrong += 1
                except OSError as error:
                    wrong += error.errno != errno.EPERM
            return wrong

        def look():
            nl = Nicswitch()
            nl.do("failover-get", dump=True)
            return touch(nl)

        check_equal(as_nobody(look), 0, "requests of nobody")
        # root of a user namespace, with a socket of here and one of its own
        status = as_nobody(lambda: touch(lab.nl) + touch(Nicswitch()), capability=True)
        check(status in (0, 77), f"requests of root elsewhere: {status}")
        check_equal(lab.nl.do("failover-get", dump=True), [], "failover interfaces")


def test_who_has_the_port_manages_it():
    with Lab(vfs=0) as lab:
        netns = Netns()
        lab.defer(netns.close)
        with netns:
            there = Nicswitch()
        lab.defer(there.close)
        number = make_failover(lab.nl, mac=MAC)
        lab.defer(run, f"nicswitch failover delete {number}", ok=False)
        with refused(errno.ENOENT):
            there.do("failover-del", failover_id=number)
        check_equal(there.do("failover-get", dump=True), [], "failover interfaces there")
        HOME.link(f"nsws{number}p", netns=netns.descriptor)
        with refused(errno.ENOENT):
            lab.nl.do("failover-get", failover_id=number)
        check_equal(there.do("failover-get", failover_id=number)["mac"], MAC, "address")
        # the machine's part stays where it is
        with refused(errno.EINVAL):
            HOME.link(f"nsws{number}", netns=netns.descriptor)
        there.do("failover-del", failover_id=number)
        check(f"nsws{number}" not in HOME.rtnl.links(), "the synthetic adapter is still there")


if __name__ == "__main__":
    main()
