#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Receive filters: which tags each condition takes, and which filters are refused."""

import errno

from checks import check, check_equal, refused
from frames import BROADCAST
from ktap import main, quick
from lab import Lab, Port
from system import Trace

M = "02:00:00:00:aa:01"
GROUP = "01:00:5e:00:00:77"


def table(lab, rows, taker="v1"):
    """Each tag that arrives from the wire, and the tag with which it is delivered, or None."""
    for tag, seen in rows:
        if seen is None:
            lab.sees("wire", "", drop="wire:no_match", dst=M, tag=tag)
        else:
            lab.sees("wire", f"{taker}:{seen}".rstrip(":"), dst=M, tag=tag)


@quick
def test_condition_none_takes_untagged_and_vid_0():
    with Lab() as lab:
        lab.filter("v1", M, "none")
        table(lab, [("", ""), ("0", "0"), ("0p5", "0p5"), ("5", None), ("4094", None),
                    ("4095", None), ("s5", None), ("5,6", None), ("s5,0", None)])


@quick
def test_condition_vid_takes_only_that_tag():
    with Lab() as lab:
        lab.filter("v1", M, "10")
        table(lab, [("10", "10"), ("10p7", "10p7"), ("", None), ("0", None), ("0p1", None),
                    ("11", None), ("s10", None), ("10,20", "10,20"), ("20,10", None)])


@quick
def test_condition_any_takes_all():
    with Lab() as lab:
        lab.filter("v1", M, "any")
        table(lab, [("", ""), ("0", "0"), ("1", "1"), ("4094", "4094"), ("10p3", "10p3"),
                    ("s10", "s10"), ("10,20", "10,20"), ("s10,20", "s10,20")])


@quick
def test_specific_condition_beats_any():
    with Lab() as lab:
        lab.filter("v0", M, "any")
        lab.filter("v1", M, "10")
        table(lab, [("10", "10")])
        table(lab, [("", ""), ("0", "0"), ("11", "11"), ("s10", "s10")], "v0")
        lab.filter("v1", M, "none")
        table(lab, [("", ""), ("0", "0"), ("10", "10")])
        table(lab, [("11", "11")], "v0")
        lab.delete_filter("v1", M, "10")
        table(lab, [("10", "10")], "v0")


def test_vlans_of_one_address_on_different_vports():
    with Lab(vfs=3) as lab:
        for number, vlan in enumerate(("none", "1", "4094")):
            lab.filter(f"v{number}", M, vlan)
        table(lab, [("", ""), ("0", "0")], "v0")
        table(lab, [("1", "1")], "v1")
        table(lab, [("4094", "4094")], "v2")
        table(lab, [("2", None)])


@quick
def test_tag_is_stripped_into_metadata():
    with Lab() as lab:
        lab.filter("v1", M, "10")
        mine = f'name == "{lab["v1"].ifname}"'
        with Trace("net/netif_receive_skb_entry", condition=mine) as trace:
            lab.sees("wire", "v1:10p3", dst=M, tag="10p3")
            lab.sees("wire", "v1:10,20", dst=M, tag="10,20")
        lines = trace.lines("netif_receive_skb_entry")
        check_equal(len(lines), 2, "frames that the stack got")
        check("vlan_tagged=1" in lines[0] and "vlan_tci=0x600a" in lines[0] and
              "protocol=0x88b5" in lines[0], f"no tag out of band: {lines[0]}")
        check("vlan_tagged=1" in lines[1] and "vlan_tci=0x000a" in lines[1] and
              "protocol=0x8100" in lines[1], f"the inner tag must stay: {lines[1]}")


def test_tag_of_a_vlan_interface_is_the_same_as_one_in_the_frame():
    """A VLAN interface hands its tag over out of band, a raw socket in band."""
    with Lab() as lab:
        lab.filter("v0", "v0", "10")
        lab.filter("v1", "v1", "10")
        lab.sees("v0", "v1:10", dst="v1", tag="10")
        upper = lab.add_vlan("v0", 10)
        with Trace("nicswitch/nsw_forward") as trace:
            lab.add_port(Port("upper", lab["v0"].netns, upper, lab["v0"].mac))
            lab.sees("upper", "v1:10", dst="v1")
        check("vlan=0xa" in "".join(trace.lines("nsw_forward")), "the switch saw no VLAN 10")


def test_filter_is_effective_at_once_and_until_deleted():
    with Lab() as lab:
        for _ in range(3):
            number = lab.filter("v1", M)
            lab.sees("v0", "v1", dst=M)
            lab.nl.do("filter-del", filter_id=number)
            lab.sees("v0", "wire", dst=M)


@quick
def test_same_unicast_twice_is_refused_and_names_the_holder():
    with Lab() as lab:
        for vlan in ("none", "any", "10"):
            number = lab.filter("v1", M, vlan)
            for port in ("v0", "v1", 0):
                with refused(errno.EEXIST, f"filter {number} on VPort {lab.vport('v1')}"):
                    lab.filter(port, M, vlan)
        with refused(errno.EEXIST, "PF interface"):
            lab.filter("v0", "pf", "any")
        table(lab, [("", ""), ("10", "10"), ("11", "11")])


def test_group_may_have_many_holders():
    with Lab() as lab:
        lab.filter("v0", GROUP)
        lab.filter("v1", GROUP)
        with refused(errno.EEXIST, f"VPort {lab.vport('v0')}"):
            lab.filter("v0", GROUP)
        lab.sees("wire", "v0 v1", dst=GROUP)


def test_bad_addresses_and_vids_are_refused():
    with Lab() as lab:
        for mac in ("00:00:00:00:00:00", BROADCAST):
            for vlan in ("none", "any", "5"):
                with refused(errno.EINVAL):
                    lab.filter("v0", mac, vlan)
        for vlan in ("0", "4095", "4096", "65535"):
            with refused(errno.EINVAL, "4094"):
                lab.filter("v0", M, vlan)
        with refused(errno.EINVAL):
            lab.nl.do("filter-new", vport_id=1, mac=M, vlan_mode=2, vlan_id=5)
        with refused(errno.EINVAL):
            lab.nl.do("filter-new", vport_id=1, mac=M, vlan_mode=1)
        with refused(errno.ENOENT):
            lab.filter(99, M)
        check_equal(len(lab.nl.do("filter-get", dump=True)), 2, "filters")


def test_ids_are_unique_and_not_reused_soon():
    with Lab() as lab:
        seen = set(lab.filters.values())
        for _ in range(5):
            number = lab.filter("v0", M)
            check(number >= 1 and number not in seen, f"id {number} again")
            seen.add(number)
            lab.nl.do("filter-del", filter_id=number)
            with refused(errno.ENOENT):
                lab.nl.do("filter-del", filter_id=number)
            with refused(errno.ENOENT):
                lab.nl.do("filter-get", filter_id=number)


def test_filters_of_the_default_vport():
    with Lab() as lab:
        lab.filter("pf", M, "10")
        table(lab, [("10", "10")], "pf")
        table(lab, [("11", None), ("", None)])
        lab.sees("v0", "wire", dst=M)
        number = lab.filter("pf", M)
        lab.sees("v0", "pf", dst=M)
        lab.move_filter(number, "pf", "v1")
        lab.sees("v0", "v1", dst=M)
        lab.sees("pf", "v1", dst=M)


if __name__ == "__main__":
    main()
