#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a VF may do by itself, without trust and with it."""

import errno
import fcntl
import socket
import struct

from checks import check, check_equal, refused
from ktap import main, quick
from lab import Lab
from sriov import Vfs
from state import PF
from system import run

OTHER = "02:00:00:00:aa:01"
ADMIN = "02:00:00:00:aa:02"


def filters(lab, vf):
    """Receive filters of a VF, as the tool lists them."""
    vport = lab.vport(f"v{vf}")
    return {(found["mac"], found.get("vlan-id", 0))
            for found in lab.nl.do("filter-get", dump=True, vport_id=vport)}


@quick
def test_vlan_interface_of_a_vf_becomes_a_receive_filter():
    with Vfs(2) as lab:
        first, second = lab["v0"], lab["v1"]
        upper = lab.add_vlan("v0", 10)
        lab.add_vlan("v1", 10)
        check_equal(filters(lab, 0), {(first.mac, 0), (first.mac, 10)}, "filters of VF 0")
        shown = run(f"nicswitch filter show vport {first.vport}").out
        check(f"mac {first.mac} vlan 10" in shown, shown)
        lab.sees("v0", "v1:10", dst="v1", tag="10")
        lab.sees("wire", "v0:10", dst="v0", tag="10")
        lab.sees("v0", "v1:10 pf:10 wire:10", dst="bcast", tag="10")
        lab.sees("v0", "", drop="v0:spoof", dst="v1", tag="11")
        lab.delete_link(first.netns, upper)
        upper = lab.add_vlan("v0", 10)
        check_equal(filters(lab, 0), {(first.mac, 0), (first.mac, 10)}, "filters of VF 0")
        lab.delete_link(first.netns, upper)
        check_equal(filters(lab, 0), {(first.mac, 0)}, "filters of VF 0")
        lab.sees("v0", "", drop="v0:spoof", dst="v1", tag="10")
        lab.sees("wire", "", drop="wire:no_match", dst="v0", tag="10")
        check_equal(filters(lab, 1), {(second.mac, 0), (second.mac, 10)}, "filters of VF 1")


def test_vlan_filters_follow_the_address():
    with Vfs(2) as lab:
        lab.add_vlan("v0", 10)
        run(f"ip link set {lab['v0'].ifname} address {OTHER}", netns=lab["v0"].netns)
        check_equal(filters(lab, 0), {(OTHER, 0), (OTHER, 10)}, "filters")
        lab.sees("wire", "v0:10", dst=OTHER, tag="10")
        run(f"ip link set {PF} vf 0 mac {ADMIN}")
        check_equal(filters(lab, 0), {(ADMIN, 0), (ADMIN, 10)}, "filters")
        lab.sees("wire", "v0:10", dst=ADMIN, tag="10")


def test_vlan_filters_are_set_anew_after_a_reset_and_go_with_the_driver():
    with Vfs(2) as lab:
        lab.add_vlan("v0", 10)
        lab.nl.do("vf-reset", vf_id=0)
        check_equal(filters(lab, 0), {(lab["v0"].mac, 0), (lab["v0"].mac, 10)}, "filters")
        lab.sees("wire", "v0:10", dst="v0", tag="10")
        address = lab.nl.do("vf-get", vf_id=0)["pci-address"]
        with open("/sys/bus/pci/drivers/nicswitch_vf/unbind", "w", encoding="ascii") as file:
            file.write(address)
        check_equal(filters(lab, 0), {(lab["v0"].mac, 0)}, "filters without driver")
        lab.ports.pop("v0")


def test_vlans_of_an_untrusted_vf_are_limited():
    with Vfs(2) as lab:
        for vid in range(1, 17):
            lab.add_vlan("v0", vid, up=False)
        with refused(errno.EPERM):
            lab.add_vlan("v0", 17, up=False)
        check_equal(len(filters(lab, 0)), 17, "filters")
        run(f"ip link set {PF} vf 0 trust on")
        for vid in range(17, 40):
            lab.add_vlan("v0", vid, up=False)
        check_equal(len(filters(lab, 0)), 40, "filters")


def test_vlan_that_another_holds_for_the_address_is_refused():
    with Vfs(2) as lab:
        lab.filter("pf", lab["v0"].mac, "10")
        with refused(errno.EEXIST):
            lab.add_vlan("v0", 10)
        lab.sees("wire", "pf:10", dst="v0", tag="10")


def test_own_address_is_the_vfs_until_the_pf_sets_one():
    with Vfs(2) as lab:
        port = lab["v0"]

        def change(mac):
            return run(f"ip link set {port.ifname} address {mac}", ok=False,
                       netns=port.netns).status
        check(not change(OTHER), "an untrusted VF cannot choose its address")
        check(change(lab["v1"].mac), "it took the address of VF 1")
        run(f"ip link set {PF} vf 0 mac {ADMIN}")
        check(change(OTHER), "it changed what the PF had set")
        run(f"ip link set {PF} vf 0 mac 00:00:00:00:00:00")
        check(not change(OTHER), "the choice is not the VF's again")
        run(f"ip link set {PF} vf 0 mac {ADMIN}")
        run(f"ip link set {PF} vf 0 trust on")
        check(not change(OTHER), "a trusted VF cannot choose its address")


def test_promiscuity_covers_all_vlans_and_needs_trust():
    with Vfs(2) as lab:
        lab["v0"].promisc()
        for tag in ("", "10"):
            lab.sees("wire", "", drop="wire:no_match", dst=OTHER, tag=tag)
        run(f"ip link set {PF} vf 0 trust on")
        for tag in ("", "10", "s10"):
            lab.sees("wire", f"v0:{tag}".rstrip(":"), dst=OTHER, tag=tag)
        run(f"ip link set {PF} vf 0 vlan 10")
        lab.sees("wire", "", drop="wire:no_match", dst=OTHER, tag="11")
        lab.sees("wire", "v0", dst=OTHER, tag="10")


def test_groups_of_an_untrusted_vf_are_limited():
    def group(number, request):
        data = struct.pack("16sH6s8x", lab["v0"].ifname.encode(), 0,
                           bytes.fromhex(f"01005e2000{number:02x}"))
        fcntl.ioctl(sock, request, data)

    with Vfs(2) as lab:
        with lab["v0"].netns:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for number in range(200):
            group(number, 0x8931)       # SIOCADDMULTI
        lab.sees("wire", "v0", dst="01:00:5e:20:00:05")
        lab.sees("wire", "", drop="wire:no_match", dst="01:00:5e:20:00:c0")
        run(f"ip link set {PF} vf 0 trust on")
        lab.sees("wire", "v0", dst="01:00:5e:20:00:c0")
        for number in range(200):
            group(number, 0x8932)       # SIOCDELMULTI
        lab.sees("wire", "", drop="wire:no_match", dst="01:00:5e:20:00:c0")
        sock.close()


@quick
def test_frames_for_the_next_station_need_trust_and_pause_the_pf():
    with Lab() as lab:
        bpdu, pause, lldp = (f"01:80:c2:00:00:{last}" for last in ("00", "01", "0e"))
        for dst in (bpdu, pause, lldp):
            lab.sees("v0", "", drop="v0:control", dst=dst)
            lab.sees("pf", "wire", dst=dst)
        lab.vf(0, trust=1)
        lab.sees("v0", "wire", dst=bpdu)
        lab.sees("v0", "wire", dst=lldp)
        lab.sees("v0", "", drop="v0:control", dst=pause)
        lab.vf(0, trust=0)
        lab.sees("v0", "", drop="v0:control", dst=lldp)
        lab.sees("v0", "wire", dst="01:80:c2:00:00:21")


if __name__ == "__main__":
    main()
