#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A TCP stream of a machine that gets a VF, loses it, and moves to another adapter.

The machine has a bond over its synthetic adapter and its VF: one interface, one address.
Bytes go both ways all the time, and each is compared.
"""

import socket
import struct
import time

from checks import check, check_equal, wait_for
from ktap import diagnose, main
from lab import Lab
from netlink import UP, Nicswitch
from state import PF
from system import HOME, Netns, run, write

MAC = "02:00:00:00:00:02"
MACHINE, HOST = "10.7.0.1", "10.7.0.2"
# TCP may wait long for its next try, and then the debug kernel is slow
PATIENCE = 120
CHUNK = 1 << 16
ENOUGH = 4 * CHUNK
PATTERN = bytes(range(256)) * 512


class Flow:
    """One direction: what is sent, and what has arrived of it."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.sent = self.received = 0

    def step(self):
        try:
            self.sent += self.source.send(PATTERN[self.sent % 256:][:CHUNK])
        except BlockingIOError:
            pass
        try:
            data = self.target.recv(CHUNK)
        except BlockingIOError:
            return
        check(data, "the stream has ended")
        check(data == PATTERN[self.received % 256:][:len(data)], "the bytes are not the same")
        self.received += len(data)


class Streams:
    """A connection between machine and host, with a stream each way."""

    def __init__(self, machine, host):
        with host:
            server = socket.create_server((HOST, 0))
        with machine:
            self.client = socket.socket()
        self.client.settimeout(PATIENCE)
        self.client.connect(server.getsockname())
        self.peer, _ = server.accept()
        server.close()
        for sock in (self.client, self.peer):
            sock.setblocking(False)
        self.flows = Flow(self.client, self.peer), Flow(self.peer, self.client)

    def go_on(self, what):
        """Both streams must get on by so much that it was sent after what has happened."""
        wanted = [flow.sent + ENOUGH for flow in self.flows]
        end = time.monotonic() + PATIENCE
        while any(flow.received < want for flow, want in zip(self.flows, wanted)):
            check(time.monotonic() < end, f"{what}: the stream stands still at "
                  f"{[flow.received for flow in self.flows]} of {wanted}")
            for flow in self.flows:
                flow.step()
        diagnose(f"{what}: sent again {self.again()} segments")

    def again(self):
        """Segments that both ends have sent more than once; tcpi_total_retrans."""
        return sum(struct.unpack_from("=I", sock.getsockopt(socket.IPPROTO_TCP, 11, 104), 100)[0]
                   for sock in (self.client, self.peer))

    def close(self):
        self.client.close()
        self.peer.close()


def ip(words, netns=HOME):
    run(f"ip {words}", netns=netns)


class Machine:
    """A machine on the synthetic path: a port of the software switch, behind VPort 0."""

    ifname, synthetic, cable = "t-bond", "t-syn", "t-vm"

    def __init__(self, lab):
        self.lab, self.netns = lab, Netns()
        lab.defer(self.netns.close)
        self.host = lab["wire"].netns
        ip("link add lan0 type bridge", self.host)
        ip("link set t-host master lan0", self.host)
        ip(f"address add {HOST}/24 dev lan0", self.host)
        ip("link set lan0 up", self.host)
        self.connect()
        ip(f"address add {MACHINE}/24 dev {self.ifname}", self.netns)
        ip(f"link set {self.ifname} up", self.netns)
        self.plug(HOME, PF, "t-br")
        self.filter = lab.nl.do("filter-new", vport_id=0, mac=MAC)["filter-id"]

    def connect(self):
        """Its synthetic adapter, and the interface over it."""
        HOME.rtnl.add_veth(self.cable, self.synthetic, self.netns.descriptor)
        self.lab.defer(HOME.rtnl.delete, self.cable)
        ip(f"link add {self.ifname} type bond mode active-backup miimon 20", self.netns)
        ip(f"link set {self.ifname} address {MAC}", self.netns)
        self.join(self.synthetic)

    def join(self, ifname):
        self.netns.link(ifname, clear_flags=UP)
        ip(f"link set {ifname} master {self.ifname}", self.netns)

    def plug(self, netns, pf, bridge):
        """The machine's cable into a software switch, whose external adapter is VPort 0."""
        ip(f"link add {bridge} type bridge", netns)
        ip(f"link set {pf} master {bridge} up", netns)
        if netns is HOME:
            self.lab.defer(ip, f"link set {pf} nomaster")
        ip(f"link set {self.cable} master {bridge} up", netns)
        ip(f"link set {bridge} up", netns)
        run(f"bridge fdb add {MAC} dev {self.cable} master static sticky", netns=netns)
        # the bridge learns of carrier later than others
        wait_for(lambda: "state forwarding" in run(f"bridge link show dev {self.cable}",
                                                   netns=netns).out, "the port", PATIENCE)

    def take(self, ifname, netns=HOME):
        """The interface of a VF becomes the machine's, and the path that it prefers."""
        netns.link(ifname, netns=self.netns.descriptor)
        self.lab.defer(self.give_back, ifname)
        self.join(ifname)
        ip(f"link set {self.ifname} type bond primary {ifname}", self.netns)

    def give_back(self, ifname):
        with self.netns:
            if ifname in self.netns.rtnl.links():
                self.netns.link(ifname, clear_flags=UP)
                ip(f"link set {ifname} nomaster", self.netns)
                if ifname.startswith(PF):
                    self.netns.link(ifname, netns=HOME.descriptor)

    def active(self):
        """The adapter that it sends with."""
        with self.netns:
            with open("/proc/net/bonding/t-bond", encoding="ascii") as file:
                return next(line.split(": ")[1].strip() for line in file
                            if line.startswith("Currently Active"))

    def uses(self, ifname):
        wait_for(lambda: self.active() == ifname, f"path {ifname}", PATIENCE)


def vport_of(nl, number, **adapter):
    return nl.do("filter-get", filter_id=number, **adapter)["vport-id"]


def make_vf(lab, machine):
    vf = lab.nl.do("vf-new", mac=MAC)["vf-id"]
    vport = lab.nl.do("vport-new", vf_id=vf)["vport-id"]
    # without carrier: the machine must not use it before its filters are there
    lab.nl.do("vf-revoke", vf_id=vf)
    machine.take(lab.nl.do("vf-get", vf_id=vf)["ifname"])
    return vf, vport, lab.nl.do("vf-get", vf_id=vf)["ifname"]


def lives_on_when_offered(kind):
    with Lab(vfs=0) as lab:
        machine = kind(lab)
        streams = Streams(machine.netns, machine.host)
        lab.defer(streams.close)
        streams.go_on("synthetic path")
        vf, vport, ifname = make_vf(lab, machine)
        streams.go_on("a VF that is not offered")
        check_equal(machine.active(), machine.synthetic, "path")
        for number in range(3):
            run(f"nicswitch vf offer {vf}")
            machine.uses(ifname)
            streams.go_on(f"offered {number}")
            check_equal(vport_of(lab.nl, machine.filter), vport, "VPort of the filter")
            run(f"nicswitch vf revoke {vf}")
            machine.uses(machine.synthetic)
            streams.go_on(f"revoked {number}")
            check_equal(vport_of(lab.nl, machine.filter), 0, "VPort of the filter")
        run(f"nicswitch vf offer {vf}")
        machine.uses(ifname)
        machine.netns.link(ifname, clear_flags=UP)
        streams.go_on("the VF's interface is down")
        check_equal(vport_of(lab.nl, machine.filter), 0, "VPort of the filter")


def test_tcp_lives_on_when_a_vf_is_offered_revoked_and_goes_down():
    lives_on_when_offered(Machine)


def lives_on_when_lost(kind):
    with Lab(vfs=0) as lab:
        machine = kind(lab)
        vf, vport, ifname = make_vf(lab, machine)
        run(f"nicswitch vf offer {vf}")
        machine.uses(ifname)
        streams = Streams(machine.netns, machine.host)
        lab.defer(streams.close)
        streams.go_on("VF")
        check_equal(vport_of(lab.nl, machine.filter), vport, "VPort of the filter")
        address = lab.nl.do("vf-get", vf_id=vf)["pci-address"]
        write(f"/sys/bus/pci/devices/{address}/driver/unbind", address)
        try:
            streams.go_on("without driver")
            check_equal(vport_of(lab.nl, machine.filter), 0, "VPort of the filter")
        finally:
            write("/sys/bus/pci/drivers/nicswitch_vf/bind", address)
        wait_for(lambda: ifname in HOME.rtnl.links(), "the interface")
        machine.take(ifname)
        machine.uses(ifname)
        streams.go_on("it is back")
        check_equal(vport_of(lab.nl, machine.filter), vport, "VPort of the filter")


def test_tcp_lives_on_when_a_vf_is_lost():
    lives_on_when_lost(Machine)


class Elsewhere:
    """Another adapter, which another namespace manages, with a cable to the same host."""

    def __init__(self, lab, host):
        self.netns = Netns()
        lab.defer(self.netns.close)
        with self.netns:
            self.nl = Nicswitch()
            self.adapter = self.nl.do("adapter-new", total_vfs=2)["adapter-id"]
        lab.defer(self.close)
        self.pf = f"nsw{self.adapter}"
        with self.netns:
            self.netns.rtnl.add_veth("t-lan2", "t-host2", host.descriptor)
        ip(f"link set t-lan2 master {self.pf} up", self.netns)
        ip("link set t-host2 master lan0 up", host)
        self.do("switch-new", num_vfs=1)

    def do(self, command, **values):
        return self.nl.do(command, adapter_id=self.adapter, **values)

    def close(self):
        if self.nl.do("adapter-get", dump=True):
            self.do("adapter-del")
        self.nl.close()


def lives_on_when_moved(kind):
    with Lab(vfs=0) as lab:
        machine = kind(lab)
        there = Elsewhere(lab, machine.host)
        vf, _, ifname = make_vf(lab, machine)
        run(f"nicswitch vf offer {vf}")
        machine.uses(ifname)
        streams = Streams(machine.netns, machine.host)
        lab.defer(streams.close)
        streams.go_on("VF here")
        # teardown: filters first, then the interface leaves, then VPort and VF
        run(f"nicswitch vf revoke {vf}")
        machine.uses(machine.synthetic)
        streams.go_on("synthetic path here")
        machine.give_back(ifname)
        lab.nl.do("filter-del", filter_id=machine.filter)
        for command in ("vport delete 1", f"vf reset {vf}", f"vf free {vf}"):
            run(f"nicswitch {command}")
        # the machine's cable into the software switch there
        HOME.link(machine.cable, netns=there.netns.descriptor)
        number = there.do("filter-new", vport_id=0, mac=MAC)["filter-id"]
        machine.plug(there.netns, there.pf, "t-br")
        streams.go_on("synthetic path there")
        vf = there.do("vf-new", mac=MAC)["vf-id"]
        vport = there.do("vport-new", vf_id=vf)["vport-id"]
        ifname = there.do("vf-get", vf_id=vf)["ifname"]
        there.do("vf-revoke", vf_id=vf)
        machine.take(ifname, there.netns)
        there.do("vf-offer", vf_id=vf)
        machine.uses(ifname)
        streams.go_on("VF there")
        check_equal(there.do("filter-get", filter_id=number)["vport-id"], vport,
                    "VPort of the filter")


def test_tcp_lives_on_when_the_machine_moves_to_another_adapter():
    lives_on_when_moved(Machine)


if __name__ == "__main__":
    main()
