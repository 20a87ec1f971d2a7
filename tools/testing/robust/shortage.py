# SPDX-License-Identifier: GPL-2.0-only
"""Addresses that find no memory: what frames tell, and dumps do not."""

import fcntl
import itertools
import socket
import struct

from checks import check
from failnth import quiet
from lab import Lab
from netlink import ALLMULTI, mac_bytes
from state import PF
from system import HOME

GROUP = "01:00:5e:00:00:77"
ADDRESS = "02:00:00:00:bb:02"
VF = f"{PF}v1"


class Test:
    """Looks like an operation to who selects by name."""

    end = ()

    def __init__(self, function, wire=True):
        self.name, self.function = function.__name__.replace("_", " "), function
        self.wire = wire

    def run(self, fail, count):
        with Lab(vfs=2, netns=False, wire=self.wire) as lab:
            self.function(lab, lambda call: attempts(fail, count, call))


def attempts(fail, count, call):
    """Yields whether the call was done, while more and more of its allocations succeed."""
    for number in itertools.count(1):
        quiet(fail.told()[1])
        left, error = fail(number, call)
        hit = not left
        check(hit or not error, f"refused without a fault: {error}")
        stack, report = fail.told()
        quiet(report)
        count.injected += hit
        count.allocations += hit
        count.ours += hit and any(name.startswith("nsw_") for name in stack)
        count.refused += bool(error)
        count.tolerated += hit and not error
        yield not error
        if not hit:
            return


def try_again(lab):
    """The stack tells the driver its wishes anew when something changes."""
    lab["v1"].allmulti()
    lab["v1"].allmulti(False)


def no_group_is_lost(lab, tries):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    lab.defer(sock.close)
    ask = struct.pack("16sH6s8x", VF.encode(), 0, mac_bytes(GROUP))
    lab.vf(1, trust=1)
    for done in tries(lambda: fcntl.ioctl(sock, 0x8931, ask)):      # SIOCADDMULTI
        if done:
            # by all multicast, if not by its own
            lab.sees("v0", "v1 wire", dst=GROUP)
            lab.vf(1, trust=0)
            try_again(lab)
            lab.sees("v0", "v1 wire", dst=GROUP)
            lab.vf(1, trust=1)
            fcntl.ioctl(sock, 0x8932, ask)      # SIOCDELMULTI
        try_again(lab)
        lab.sees("v0", "wire", dst=GROUP)


def no_group_is_lost_in_any_vlan(lab, tries):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    lab.defer(sock.close)
    ask = struct.pack("16sH6s8x", VF.encode(), 0, mac_bytes(GROUP))
    lab.vf(1, trust=1)
    for number in (5, 6):
        lab.add_vlan("v1", number, up=False)

    def seen(done):
        lab.sees("v0", "v1 wire" if done else "wire", dst=GROUP)
        for number in (5, 6):
            lab.sees("wire", f"v1:{number}" if done else "", tag=str(number), dst=GROUP,
                     drop="" if done else "wire:no_match")

    for done in tries(lambda: fcntl.ioctl(sock, 0x8931, ask)):      # SIOCADDMULTI
        # by all multicast, if not by its own; in all VLANs, or none
        seen(done)
        if done:
            fcntl.ioctl(sock, 0x8932, ask)      # SIOCDELMULTI
        try_again(lab)
        seen(False)


def no_group_is_lost_with_a_new_port_vlan(lab, tries):
    lab.ip(f"maddr add {GROUP} dev {VF}")
    lab.defer(lab.ip, f"maddr del {GROUP} dev {VF}")
    lab.vf(1, trust=1)

    def seen(done):
        lab.sees("wire", "v1" if done else "", drop="" if done else "wire:no_match", dst=GROUP,
                 tag="5")

    for _ in tries(lambda: lab.vf(1, vlan=5)):
        # the answer may have found no memory either
        done = "port-vlan" in lab.nl.do("vf-get", vf_id=1)
        seen(done)
        lab.vf(1, trust=0)
        try_again(lab)
        seen(done)
        lab.vf(1, vlan=0, trust=1)
        lab.sees("v0", "v1 wire", dst=GROUP)


def no_address_of_the_pf_is_lost(lab, tries):
    ask = struct.pack("=IHH8s", socket.if_nametoindex(PF), 3, 6, mac_bytes(ADDRESS))
    wants = []

    def join():
        wants[0].setsockopt(263, 1, ask)     # SOL_PACKET, PACKET_ADD_MEMBERSHIP

    def seen(done):
        lab.sees("v0", "pf" if done else "", drop="" if done else "v0:no_match", dst=ADDRESS)

    wants.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
    for done in tries(join):
        # by being promiscuous, if not by its own
        seen(done)
        HOME.link(PF, set_flags=ALLMULTI)
        HOME.link(PF, clear_flags=ALLMULTI)
        seen(done)
        wants.pop().close()
        seen(False)
        wants.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0))
    wants.pop().close()


def tests():
    yield Test(no_group_is_lost)
    yield Test(no_group_is_lost_in_any_vlan)
    yield Test(no_group_is_lost_with_a_new_port_vlan)
    yield Test(no_address_of_the_pf_is_lost, wire=False)
