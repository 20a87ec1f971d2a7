#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unicast: who gets a frame, by destination and VLAN."""

import errno

from checks import check, check_equal, refused
from ktap import main, quick
from lab import Lab, vf_mac
from netlink import UP
from state import PF
from system import HOME, run

NOBODY = "02:00:00:00:99:99"


@quick
def test_unicast_goes_to_the_one_vport_that_matches():
    with Lab(vfs=3) as lab:
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v1", "v0", dst="v0")
        lab.sees("v2", "v1", dst="v1")
        lab.sees("wire", "v2", dst="v2")
        lab.sees("pf", "v2", dst="v2")
        lab.sees("v0", "pf", dst="pf")
        lab.sees("wire", "pf", dst="pf")


@quick
def test_unknown_unicast_goes_to_the_wire():
    with Lab() as lab:
        lab.sees("v0", "wire", dst=NOBODY)
        lab.sees("pf", "wire", dst=NOBODY)
        lab.sees("v0", "wire", dst="wire")


def test_unknown_unicast_does_not_go_back_to_the_wire():
    with Lab() as lab:
        lab.sees("wire", "", drop="wire:no_match", dst=NOBODY)


def test_unknown_unicast_without_wire_is_dropped():
    with Lab(wire=False) as lab:
        lab.sees("v0", "", drop="v0:no_match", dst=NOBODY)
        lab.sees("pf", "", drop="pf:no_match", dst=NOBODY)


def test_unknown_unicast_goes_to_the_promiscuous_pf():
    with Lab() as lab:
        lab["pf"].promisc()
        lab.sees("v0", "wire pf", dst=NOBODY)
        lab.sees("wire", "pf", dst=NOBODY)
        lab.sees("wire", "pf:7", dst=NOBODY, tag="7")
        lab.sees("pf", "wire", dst=NOBODY)
        # a promiscuous interface gets no copy of what another VPort takes
        lab.sees("v0", "v1", dst="v1")
        lab["pf"].promisc(False)
        lab.sees("v0", "wire", dst=NOBODY)


def test_promiscuous_vf_needs_trust():
    with Lab(vfs=3) as lab:
        lab["v1"].promisc()
        lab.sees("v0", "wire", dst=NOBODY)
        lab.vf(1, trust=1)
        lab.sees("v0", "wire v1", dst=NOBODY)
        lab.sees("wire", "v1:9", dst=NOBODY, tag="9")
        lab.sees("v0", "v2", dst="v2")
        lab.sees("v1", "wire", dst=NOBODY)
        lab.vf(1, trust=0)
        lab.sees("v0", "wire", dst=NOBODY)
        lab.vf(1, trust=1)
        lab["v1"].promisc(False)
        lab.sees("v0", "wire", dst=NOBODY)


def test_promiscuous_pf_vport_gets_no_more():
    with Lab() as lab:
        number = lab.add_pf_vport()
        lab.filter(number, f"p{number}")
        lab[f"p{number}"].promisc()
        lab.sees("v0", "wire", dst=NOBODY)


@quick
def test_frames_never_go_back_to_their_sender():
    with Lab() as lab:
        lab.sees("v0", "", drop="v0:hairpin", dst="v0")
        lab.sees("pf", "", drop="pf:hairpin", dst="pf")
        lab.filter("v1", NOBODY)
        lab.sees("v1", "", drop="v1:hairpin", dst=NOBODY)


@quick
def test_pf_vport_is_skipped_while_deactivated():
    with Lab() as lab:
        number = lab.add_pf_vport(activate=False)
        lab.filter(number, NOBODY)
        lab.sees("v0", "wire", dst=NOBODY)
        lab.sees("wire", "", drop="wire:no_match", dst=NOBODY)
        # as if it had no filter: a less specific one is found
        lab.filter("v1", NOBODY, "any")
        lab.sees("v0", "v1", dst=NOBODY)
        lab.activate(number, NOBODY)
        lab.sees("v0", f"p{number}", dst=NOBODY)
        lab.sees("wire", f"p{number}", dst=NOBODY)
        lab.sees(f"p{number}", "v0", dst="v0")
        lab.sees(f"p{number}", "pf", dst="pf")
        # VPorts of the PF are not checked
        lab.sees(f"p{number}", "v0", dst="v0", src="02:00:00:00:77:77")


def test_activation_has_no_way_back():
    with Lab() as lab:
        number = lab.add_pf_vport()
        with refused(errno.EINVAL):
            lab.nl.do("vport-set", vport_id=number, vport_state=2)
        check(f"{PF}p{number}" in HOME.rtnl.links(), "the interface is gone")
        lab.nl.do("vport-del", vport_id=number)
        check(f"{PF}p{number}" not in HOME.rtnl.links(), "the interface is still there")


@quick
def test_vport_is_silent_before_its_first_filter():
    with Lab(filters=False) as lab:
        lab.filter("v1", "v1")
        lab.sees("v0", "", drop="v0:no_filter", dst="v1")
        lab.sees("v0", "", drop="v0:no_filter", dst="bcast")
        lab.sees("v1", "wire", dst="v0")
        lab.filter("v0", "v0")
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v1", "v0", dst="v0")


@quick
def test_vport_is_silent_after_its_last_filter():
    with Lab() as lab:
        other = lab.filter("v0", NOBODY)
        lab.delete_filter("v0", "v0")
        lab.sees("v0", "v1", dst="v1", src=NOBODY)
        lab.nl.do("filter-del", filter_id=other)
        lab.sees("v0", "", drop="v0:no_filter", dst="v1", src=NOBODY)
        lab.sees("v1", "wire", dst="v0")
        lab.sees("v1", "wire", dst=NOBODY)
        lab.sees("v1", "wire pf", dst="bcast")


def test_vport_without_filter_joins_no_group():
    with Lab(filters=False) as lab:
        lab.filter("v1", "v1")
        lab.ip("maddr add 01:00:5e:01:02:03 dev nsw0v0", "v0")
        lab.sees("v1", "wire", dst="01:00:5e:01:02:03")
        lab.filter("v0", "v0")
        lab.sees("v1", "wire v0", dst="01:00:5e:01:02:03")


def test_default_vport_needs_no_filter():
    with Lab(filters=False) as lab:
        lab.sees("pf", "wire", dst="wire")
        lab.sees("wire", "pf", dst="pf")
        lab.sees("wire", "pf", dst="bcast")
        lab.sees("pf", "wire", dst="bcast")


def test_pf_holds_its_own_address_in_every_vlan():
    with Lab() as lab:
        lab.sees("v0", "pf", dst="pf")
        lab.sees("wire", "pf:5", dst="pf", tag="5")
        lab.sees("wire", "pf:0", dst="pf", tag="0")
        lab.sees("wire", "pf:s5", dst="pf", tag="s5")
        lab.sees("wire", "pf:s5,6", dst="pf", tag="s5,6")


def test_pf_address_follows_the_interface():
    with Lab() as lab:
        old = lab["pf"].mac
        HOME.link(PF, mac=NOBODY)
        lab.defer(HOME.link, PF, mac=old)
        lab.sees("wire", "pf", dst=NOBODY)
        lab.sees("wire", "", drop="wire:no_match", dst=old)
        with refused(errno.EEXIST):
            lab.filter("v0", NOBODY, "any")
        lab.filter("v0", old, "any")
        # an address that a VF holds cannot become the PF's
        with refused(errno.EEXIST):
            HOME.link(PF, mac=old)
        lab.delete_filter("v0", old, "any")
        HOME.link(PF, mac=old)
        lab.sees("wire", "pf", dst=old)


def test_pf_holds_its_secondary_addresses():
    with Lab() as lab:
        HOME.rtnl.add_macvlan("t-mv", PF, NOBODY)
        HOME.link("t-mv", set_flags=UP)
        lab.sees("v0", "pf", dst=NOBODY)
        lab.sees("wire", "pf:3", dst=NOBODY, tag="3")
        # which does not make it promiscuous
        lab.sees("v0", "wire", dst="02:00:00:00:99:98")
        HOME.rtnl.delete("t-mv")
        lab.sees("v0", "wire", dst=NOBODY)
        run(f"bridge fdb add {NOBODY} dev {PF} self")
        lab.sees("v0", "pf", dst=NOBODY)
        run(f"bridge fdb del {NOBODY} dev {PF} self")
        lab.sees("v0", "wire", dst=NOBODY)


def test_specific_filter_beats_the_pf_itself():
    """Condition any, held by the PF for its address, gives way to a VLAN of somebody else."""
    with Lab() as lab:
        lab.filter("v0", "pf", "20")
        lab.sees("wire", "v0:20", dst="pf", tag="20")
        lab.sees("wire", "pf", dst="pf")
        lab.sees("wire", "pf:21", dst="pf", tag="21")


def test_any_number_of_filters_on_one_vport():
    with Lab() as lab:
        for number in range(1, 33):
            lab.filter("v1", f"02:00:00:00:aa:{number:02x}")
        for number in (1, 17, 32):
            lab.sees("v0", "v1", dst=f"02:00:00:00:aa:{number:02x}")
        check_equal(lab.nl.do("vport-get", vport_id=lab.vport("v1"))["num-filters"], 33,
                    "filters of the VPort")


def test_vport_of_another_vf_does_not_inherit_filters():
    with Lab() as lab:
        lab.delete_filter("v0", "v0")
        lab.nl.do("vport-del", vport_id=lab.vport("v0"))
        number = lab.nl.do("vport-new", vf_id=0)["vport-id"]
        check_equal(number, lab.vport("v0"), "lowest free VPort id")
        lab.sees("v1", "wire", dst=vf_mac(0))
        lab.sees("v0", "", drop="v0:no_filter", dst="v1")
        lab.filter("v0", "v0")
        lab.sees("v1", "v0", dst="v0")


if __name__ == "__main__":
    main()
