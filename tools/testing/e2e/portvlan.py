#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Port VLAN: the VPort of a VF lives in a VLAN that the VF does not see."""

import errno
import struct

from checks import check, check_equal, refused
from groups import GROUP, join
from ktap import main, quick
from lab import Lab
from system import run

M = "02:00:00:00:aa:01"


def port_vlan(lab, vf, words):
    lab.ip(f"link set nsw0 vf {vf} vlan {words}")


@quick
def test_tag_is_inserted_on_transmit_and_stripped_on_receive():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        lab.sees("v0", "wire:100", dst="wire")
        lab.sees("wire", "v0", dst="v0", tag="100")
        lab.sees("wire", "", drop="wire:no_match", dst="v0")
        lab.sees("wire", "", drop="wire:no_match", dst="v0", tag="0")
        lab.sees("wire", "", drop="wire:no_match", dst="v0", tag="101")
        lab.sees("v0", "pf:100", dst="pf")
        port_vlan(lab, 0, 0)
        lab.sees("v0", "wire", dst="wire")
        lab.sees("wire", "v0", dst="v0")
        lab.sees("wire", "", drop="wire:no_match", dst="v0", tag="100")


def test_inner_tag_stays():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        lab.sees("wire", "v0:7", dst="v0", tag="100,7")


def test_priority_of_the_tag():
    with Lab() as lab:
        port_vlan(lab, 0, "100 qos 5")
        lab.sees("v0", "wire:100p5", dst="wire")
        lab.sees("wire", "v0", dst="v0", tag="100p2")


def test_own_tags_are_dropped():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        for tag in ("7", "100", "s7", "7,8"):
            lab.sees("v0", "", drop="v0:port_vlan", dst="wire", tag=tag)


def test_port_vlan_takes_the_place_of_vid_0():
    with Lab() as lab:
        port_vlan(lab, 0, "100 qos 5")
        lab.sees("v0", "wire:100p5", dst="wire", tag="0p3")
        port_vlan(lab, 0, "200 proto 802.1ad")
        lab.sees("v0", "wire:s200", dst="wire", tag="0p3")


@quick
def test_service_tag_carries_own_tags():
    with Lab() as lab:
        port_vlan(lab, 0, "200 proto 802.1ad")
        lab.sees("v0", "wire:s200", dst="wire")
        lab.sees("v0", "wire:s200,7", dst="wire", tag="7")
        lab.sees("wire", "v0", dst="v0", tag="s200")
        lab.sees("wire", "v0:7p1", dst="v0", tag="s200,7p1")
        lab.sees("wire", "", drop="wire:no_match", dst="v0", tag="200")
        lab.sees("wire", "", drop="wire:no_match", dst="v0", tag="7")
        lab.sees("wire", "", drop="wire:no_match", dst="v0")
        port_vlan(lab, 0, "200 qos 3 proto 802.1ad")
        lab.sees("v0", "wire:s200p3,7", dst="wire", tag="7")


def test_vfs_of_one_port_vlan_reach_each_other():
    with Lab(vfs=4) as lab:
        port_vlan(lab, 0, 100)
        port_vlan(lab, 1, 100)
        port_vlan(lab, 2, 200)
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v1", "v0", dst="v0")
        lab.sees("v0", "wire:100", dst="v2")
        lab.sees("v0", "wire:100", dst="v3")
        lab.sees("v3", "wire", dst="v0")
        lab.sees("v0", "v1 pf:100 wire:100", dst="bcast")
        lab.sees("v2", "pf:200 wire:200", dst="bcast")
        lab.sees("v3", "pf wire", dst="bcast")
        lab.sees("wire", "v0 v1 pf:100", dst="bcast", tag="100")


def test_vid_filter_of_another_vport_meets_the_port_vlan():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        lab.filter("v1", "v1", "100")
        lab.sees("v0", "v1:100", dst="v1")
        lab.sees("v1", "v0", dst="v0", tag="100")
        lab.sees("v0", "v1:100 pf:100 wire:100", dst="bcast")


def test_no_other_vlan_reaches_a_vport_in_a_port_vlan():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        lab.filter("v0", M, "7")
        lab.filter("v0", "02:00:00:00:aa:02", "any")
        lab.sees("wire", "", drop="wire:no_match", dst=M, tag="7")
        lab.sees("wire", "", drop="wire:no_match", dst="02:00:00:00:aa:02")
        lab.sees("wire", "", drop="wire:no_match", dst="02:00:00:00:aa:02", tag="7")
        lab.sees("wire", "v0", dst="02:00:00:00:aa:02", tag="100")
        lab.sees("wire", "pf:7", dst="bcast", tag="7")
        lab.vf(0, trust=1)
        lab["v0"].promisc()
        lab.sees("wire", "", drop="wire:no_match", dst="02:00:00:00:aa:99", tag="7")
        lab.sees("wire", "v0", dst="02:00:00:00:aa:99", tag="100")


def test_source_is_checked_inside_the_port_vlan():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        lab.sees("v0", "", drop="v0:spoof", dst="wire", src=M)
        lab.sees("v0", "wire:100", dst="wire")
        lab.vf(0, spoofchk=0)
        lab.sees("v0", "wire:100", dst="wire", src=M)


@quick
def test_groups_that_it_joined_live_in_the_port_vlan():
    with Lab() as lab:
        join(lab, "v0")
        port_vlan(lab, 0, 100)
        lab.sees("wire", "v0", dst=GROUP, tag="100")
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP)
        lab.filter("v1", GROUP, "100")
        lab.sees("wire", "v0 v1:100", dst=GROUP, tag="100")
        port_vlan(lab, 0, 0)
        lab.sees("wire", "v0", dst=GROUP)
        lab.sees("wire", "v1:100", dst=GROUP, tag="100")


def test_port_vlan_set_before_the_vport():
    with Lab(vfs=1) as lab:
        lab.add_vf("02:00:00:00:00:02", vport=False)
        port_vlan(lab, 1, 100)
        number = lab.nl.do("vport-new", vf_id=1)["vport-id"]
        lab.filter(number, "v1")
        lab["v1"].vport = number
        lab["v1"].up()
        lab.drops_before = lab.drops()
        lab.sees("v1", "wire:100", dst="wire")
        lab.sees("wire", "v1", dst="v1", tag="100")


def test_clash_inside_a_port_vlan_is_refused():
    with Lab() as lab:
        port_vlan(lab, 0, 100)
        lab.filter("v0", M)
        lab.filter("v1", M)     # in another VLAN
        lab.sees("wire", "v0", dst=M, tag="100")
        lab.sees("wire", "v1", dst=M)
        before = lab.nl.do("vf-get", vf_id=0)
        for words in ("nsw0 vf 0 vlan 0", "nsw0 vf 1 vlan 100"):
            check(run(f"ip link set {words}", ok=False).status, "it was not refused")
        check_equal(lab.nl.do("vf-get", vf_id=0), before, "VF 0")
        lab.sees("wire", "v0", dst=M, tag="100")
        lab.sees("wire", "v1", dst=M)
        with refused(errno.EEXIST):
            lab.filter("v1", M, "100")


def test_other_protocols_of_port_vlans_are_refused():
    with Lab(vfs=1) as lab:
        for proto in (0x0800, 0x9100, 0x0081):
            with refused(errno.EPROTONOSUPPORT, "neither 802.1Q nor 802.1ad"):
                lab.nl.do("vf-set", vf_id=0, port_vlan=struct.pack("=H", 5),
                          port_vlan_proto=struct.pack("!H", proto))
        check("port-vlan" not in lab.nl.do("vf-get", vf_id=0), "it has a port VLAN")


def test_bad_port_vlans_are_refused():
    with Lab() as lab:
        before = lab.nl.do("vf-get", vf_id=0)
        for words in ("vf 0 vlan 4095", "vf 0 vlan 4096", "vf 0 vlan 5 qos 8", "vf 5 vlan 5",
                      "vf 77 vlan 5"):
            check(run(f"ip link set nsw0 {words}", ok=False).status, f"{words}: not refused")
        check_equal(lab.nl.do("vf-get", vf_id=0), before, "VF 0")


def test_vlan_change_under_traffic_never_leaks():
    """Each frame is in one VLAN or the other, whole: tag and receiver agree."""
    with Lab() as lab:
        lab.filter("v1", "v1", "100")
        seen = {}
        for number in range(400):
            lab.vf(0, vlan=100 if number % 2 else 0)
            for _ in range(3):
                lab.send("v0", "v1")
            lab.gather(seen)
        lab.settle(seen)
        check_equal({name for one in seen.values() for name in one}, {"v1:100", "v1"},
                    "who got frames, with which tag")
        check_equal([serial for serial in seen if len(seen[serial]) > 1], [], "more than once")
        check_equal(len(seen), 1200, "frames")


if __name__ == "__main__":
    main()
