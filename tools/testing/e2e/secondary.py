#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Secondary unicast addresses of VFs: macvlan interfaces, static FDB entries."""

from checks import check_equal, wait_for
from ktap import main, quick
from netlink import UP
from sriov import Vfs
from state import PF
from system import run
from trust import ADMIN, OTHER, filters

LIMIT = 16


def address(number):
    return f"02:00:00:00:bb:{number:02x}"


def fdb(lab, change, number, port="v0"):
    run(f"bridge fdb {change} {address(number)} dev {lab[port].ifname} self",
        netns=lab[port].netns)


def settles(lab, wanted, vf=0):
    """The driver of a VF asks a little later."""
    wanted = {(lab[f"v{vf}"].mac, 0), *wanted}
    try:
        wait_for(lambda: filters(lab, vf) == wanted, "receive filters")
    finally:
        check_equal(filters(lab, vf), wanted, f"filters of VF {vf}")


def numbered(*numbers, vid=0):
    return {(address(number), vid) for number in numbers}


@quick
def test_macvlan_on_a_vf_receives_and_sends():
    with Vfs(2) as lab:
        port = lab["v0"]
        lab.sees("wire", "", drop="wire:no_match", dst=OTHER)
        with port.netns:
            port.netns.rtnl.add_macvlan("t-mv", port.ifname, OTHER)
            port.netns.link("t-mv", set_flags=UP)
        settles(lab, {(OTHER, 0)})
        lab.sees("wire", "v0", dst=OTHER)
        lab.sees("v1", "v0", dst=OTHER)
        lab.sees("v0", "v1", dst="v1", src=OTHER)
        lab.sees("wire", "", drop="wire:no_match", dst=OTHER, tag="10")
        lab.delete_link(port.netns, "t-mv")
        settles(lab, set())
        lab.sees("wire", "", drop="wire:no_match", dst=OTHER)
        lab.sees("v0", "", drop="v0:spoof", dst="v1", src=OTHER)


def test_secondary_addresses_count_in_the_vlans_of_the_vf():
    with Vfs(2) as lab:
        mac = lab["v0"].mac
        fdb(lab, "add", 1)
        upper = lab.add_vlan("v0", 10)
        settles(lab, {(mac, 10), *numbered(1), *numbered(1, vid=10)})
        lab.sees("wire", "v0:10", dst=address(1), tag="10")
        fdb(lab, "add", 2)
        settles(lab, {(mac, 10), *numbered(1, 2), *numbered(1, 2, vid=10)})
        lab.delete_link(lab["v0"].netns, upper)
        settles(lab, numbered(1, 2))
        lab.vf(0, vlan=7)
        lab.sees("wire", "v0", dst=address(2), tag="7")


@quick
def test_untrusted_vf_has_a_number_of_them():
    with Vfs(2) as lab:
        for number in range(LIMIT + 4):
            fdb(lab, "add", number)
        settles(lab, numbered(*range(LIMIT)))
        lab.sees("wire", "v0", dst=address(LIMIT - 1))
        lab.sees("wire", "", drop="wire:no_match", dst=address(LIMIT))
        fdb(lab, "del", 3)
        settles(lab, numbered(*range(3), *range(4, LIMIT + 1)))
        lab.vf(0, trust=1)
        settles(lab, numbered(*range(3), *range(4, LIMIT + 4)))
        lab.vf(0, trust=0)
        fdb(lab, "add", 100)
        fdb(lab, "del", 0)
        # what is there stays, and nothing is added
        settles(lab, numbered(1, 2, *range(4, LIMIT + 4)))


def test_addresses_of_others_are_refused():
    with Vfs(2) as lab:
        fdb(lab, "add", 1)
        settles(lab, numbered(1))
        for number in (1, 2):
            fdb(lab, "add", number, "v1")
        settles(lab, numbered(2), 1)
        lab.sees("wire", "v0", dst=address(1))
        run(f"bridge fdb add {lab['pf'].mac} dev {lab['v1'].ifname} self", netns=lab["v1"].netns)
        fdb(lab, "add", 3, "v1")
        settles(lab, numbered(2, 3), 1)
        lab.sees("wire", "pf", dst="pf")


def test_none_beside_an_address_that_the_pf_has_set():
    with Vfs(2) as lab:
        run(f"ip link set {PF} vf 0 mac {ADMIN}")
        lab["v0"].mac = ADMIN
        fdb(lab, "add", 1)
        lab.vf(1, trust=1)
        fdb(lab, "add", 2, "v1")
        settles(lab, numbered(2), 1)
        settles(lab, set())
        lab.vf(0, trust=1)
        settles(lab, numbered(1))


def test_they_come_when_the_choice_of_the_address_is_the_vfs_again():
    with Vfs(2) as lab:
        run(f"ip link set {PF} vf 0 mac {ADMIN}")
        lab["v0"].mac = ADMIN
        fdb(lab, "add", 1)
        settles(lab, set())
        run(f"ip link set {PF} vf 0 mac 00:00:00:00:00:00")
        settles(lab, numbered(1))


def test_they_come_and_go_with_the_interface():
    with Vfs(2) as lab:
        for number in (1, 2):
            fdb(lab, "add", number)
        settles(lab, numbered(1, 2))
        lab.nl.do("vf-reset", vf_id=0)
        settles(lab, numbered(1, 2))
        lab["v0"].down()
        check_equal(filters(lab, 0), {(lab["v0"].mac, 0)}, "filters of an interface that is down")
        lab["v0"].up()
        settles(lab, numbered(1, 2))
        wait_for(lab["v0"].carrier, "carrier")
        lab.sees("wire", "v0", dst=address(2))
        run(f"ip link set {lab['v0'].ifname} address {OTHER}", netns=lab["v0"].netns)
        lab["v0"].mac = OTHER
        settles(lab, numbered(1, 2))


if __name__ == "__main__":
    main()
