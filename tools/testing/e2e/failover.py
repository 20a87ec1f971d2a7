#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A machine with two paths: its VF, and a synthetic adapter behind VPort 0."""

import errno

from checks import check, check_equal, refused, wait_for
from ktap import main
from lab import Lab
from netlink import Nicswitch
from sriov import Vfs
from state import PF
from system import run, write
from trust import ADMIN


def where(lab, number):
    return lab.nl.do("filter-get", filter_id=number)["vport-id"]


def put_aside(lab):
    """Receive filters of the default VPort."""
    return {(found["mac"], found.get("vlan-id", 0))
            for found in lab.nl.do("filter-get", dump=True, vport_id=0)}


def offer(lab, port):
    """Gives VF 0 back to its machine, with all of its filters."""
    lab.nl.do("vf-offer", vf_id=0)
    wait_for(port.carrier, "carrier")
    check_equal(put_aside(lab), set(), "filters on VPort 0")


def test_filters_follow_a_vf_that_is_offered():
    with Lab(vfs=1) as lab:
        port = lab.add_vf("02:00:00:00:00:02", with_filter=False)
        plain = lab.filter("pf", "v1")
        tagged = lab.filter("pf", "v1", "10")
        port.up()
        lab.sees("wire", "pf", dst="v1")
        lab.nl.do("vf-offer", vf_id=port.vf)
        wait_for(port.carrier, "carrier")
        lab.sees("wire", "v1", dst="v1")
        lab.sees("wire", "v1:10", dst="v1", tag="10")
        check_equal([where(lab, plain), where(lab, tagged)], [port.vport] * 2, "VPorts")
        check_equal(lab.nl.do("vf-get", vf_id=port.vf)["offer"], 1, "offer")
        port.down()
        check_equal([where(lab, plain), where(lab, tagged)], [0, 0], "VPorts")
        lab.sees("wire", "pf", dst="v1")
        port.up()
        wait_for(port.carrier, "carrier")
        lab.sees("wire", "v1", dst="v1")
        lab.nl.do("vf-revoke", vf_id=port.vf)
        wait_for(lambda: port.carrier() is False, "no carrier")
        lab.sees("wire", "pf", dst="v1")
        check_equal(lab.nl.do("vf-get", vf_id=port.vf)["offer"], 2, "offer")
        # what teardown needs is done: VPort and VF can go
        lab.nl.do("vport-del", vport_id=port.vport)
        lab.nl.do("vf-reset", vf_id=port.vf)
        lab.nl.do("vf-del", vf_id=port.vf)


def test_filters_come_back_when_a_vf_is_lost():
    with Lab(vfs=1, netns=False) as lab:
        port = lab.add_vf("02:00:00:00:00:02", with_filter=False)
        number = lab.filter("pf", "v1")
        port.up()
        lab.nl.do("vf-offer", vf_id=port.vf)
        check_equal(where(lab, number), port.vport, "VPort")
        address = lab.nl.do("vf-get", vf_id=port.vf)["pci-address"]
        driver = f"/sys/bus/pci/devices/{address}/driver"
        lab.defer(write, "/sys/bus/pci/drivers/nicswitch_vf/bind", address)
        write(f"{driver}/unbind", address)
        check_equal(where(lab, number), 0, "VPort")
        lab.sees("wire", "pf", dst="v1")


def test_filters_follow_carrier():
    with Lab(vfs=1) as lab:
        port = lab.add_vf("02:00:00:00:00:02", with_filter=False)
        number = lab.filter("pf", "v1")
        port.up()
        lab.nl.do("vf-offer", vf_id=port.vf)
        check_equal(where(lab, number), port.vport, "VPort")
        lab.vf(port.vf, link=2)
        check_equal(where(lab, number), 0, "VPort")
        lab.vf(port.vf, link=1)
        check_equal(where(lab, number), port.vport, "VPort")


def test_offers_that_are_refused_change_nothing():
    with Lab(vfs=0) as lab:
        bare = lab.nl.do("vf-new")["vf-id"]
        with refused(errno.EINVAL, "permanent address"):
            lab.nl.do("vf-offer", vf_id=bare)
        named = lab.nl.do("vf-new", mac="02:00:00:00:00:02")["vf-id"]
        with refused(errno.EINVAL, "no VPort"):
            lab.nl.do("vf-offer", vf_id=named)
        with refused(errno.ENOENT):
            lab.nl.do("vf-revoke", vf_id=99)
        check("offer" not in lab.nl.do("vf-get", vf_id=named), "an offer")


def test_offer_that_cannot_move_a_filter_moves_none():
    with Lab(vfs=1) as lab:
        port = lab.add_vf("02:00:00:00:00:02", with_filter=False)
        port.up()
        lab.vf(port.vf, vlan=5)
        # on the VPort of the VF the second would be in the place of the first
        numbers = [lab.filter("pf", "v1", "5"), lab.filter("pf", "v1")]
        with refused(errno.EEXIST, "holds this address"):
            lab.nl.do("vf-offer", vf_id=port.vf)
        check_equal([where(lab, number) for number in numbers], [0, 0], "VPorts")
        check("offer" not in lab.nl.do("vf-get", vf_id=port.vf), "an offer")
        lab.sees("wire", "pf", dst="v1")


def test_vlans_of_a_vf_come_and_go_while_it_is_revoked():
    with Vfs(1) as lab:
        port = lab["v0"]
        run(f"ip link set {PF} vf 0 mac {port.mac}")
        lab.nl.do("vf-revoke", vf_id=0)
        upper = lab.add_vlan("v0", 10)
        check_equal(put_aside(lab), {(port.mac, 0), (port.mac, 10)}, "filters on VPort 0")
        lab.sees("wire", "pf:10", dst="v0", tag="10")
        lab.delete_link(port.netns, upper)
        check_equal(put_aside(lab), {(port.mac, 0)}, "filters on VPort 0")
        lab.add_vlan("v0", 10)
        offer(lab, port)
        lab.sees("wire", "v0:10", dst="v0", tag="10")


def test_address_of_a_revoked_vf_is_changed_on_its_other_path():
    with Vfs(1) as lab:
        port = lab["v0"]
        run(f"ip link set {PF} vf 0 mac {port.mac}")
        lab.add_vlan("v0", 10)
        lab.nl.do("vf-revoke", vf_id=0)
        run(f"ip link set {PF} vf 0 mac {ADMIN}")
        check_equal(put_aside(lab), {(ADMIN, 0), (ADMIN, 10)}, "filters on VPort 0")
        lab.sees("wire", "pf", dst=ADMIN)
        offer(lab, port)
        lab.sees("wire", "v0:10", dst=ADMIN, tag="10")


def test_events_tell_of_offers_and_of_filters_that_moved():
    with Lab(vfs=1) as lab:
        port = lab.add_vf("02:00:00:00:00:02", with_filter=False)
        number = lab.filter("pf", "v1")
        port.up()
        listener = Nicswitch()
        lab.defer(listener.close)
        listener.subscribe()
        run(f"nicswitch vf offer {port.vf}")
        run(f"nicswitch vf revoke {port.vf}")
        heard = listener.heard()
        moves = [(one["source-vport-id"], one["vport-id"]) for one in heard
                 if one.get("filter-id") == number]
        check_equal(moves, [(0, port.vport), (port.vport, 0)], "moves")
        offers = [one["offer"] for one in heard if one.get("vf-id") == port.vf and "offer" in one]
        check_equal(offers[-1:], [2], "offers")


if __name__ == "__main__":
    main()
