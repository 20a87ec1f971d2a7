#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Carrier of VFs and PF, and the external port."""

import errno
import fcntl
import os
import struct

from checks import check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab, Port, vf_mac
from netlink import UP
from state import PF, load
from system import HOME, Netns, run


IFF_TAP, IFF_NO_PI, TUNSETIFF, TUNSETLINK = 0x0002, 0x1000, 0x400454CA, 0x400454CD
ARPHRD_ETHER, ARPHRD_PPP = 1, 512


def carries(port, on):
    wait_for(lambda: port.carrier() == on, f"carrier of {port.name}: {on}")


def test_vf_has_carrier_while_it_has_a_vport():
    with Lab(vfs=0) as lab:
        port = lab.add_vf(vf_mac(0), vport=False)
        port.up()
        carries(port, False)
        for _ in range(2):
            number = lab.nl.do("vport-new", vf_id=0)["vport-id"]
            carries(port, True)     # a silent VPort too
            lab.nl.do("vport-del", vport_id=number)
            carries(port, False)


def test_silent_vport_keeps_its_carrier():
    with Lab() as lab:
        carries(lab["v0"], True)
        lab.delete_filter("v0", "v0")
        carries(lab["v0"], True)


@quick
def test_link_state_of_a_vf():
    with Lab() as lab:
        for words, on in (("disable", False), ("enable", True), ("disable", False), ("auto", True)):
            lab.ip(f"link set {PF} vf 1 state {words}")
            carries(lab["v1"], on)
            check_equal(lab.nl.do("vport-get", vport_id=lab.vport("v1")).get("carrier"), int(on),
                        "carrier of the VPort")
            if on:
                lab.sees("v0", "v1", dst="v1")
                lab.sees("v1", "v0", dst="v0")
            else:
                lab.sees("v0", "", drop="v1:no_carrier", dst="v1")
                carries(lab["v0"], True)


def test_link_state_is_kept_for_the_next_vport():
    with Lab(vfs=0) as lab:
        port = lab.add_vf(vf_mac(0), vport=False)
        port.up()
        lab.vf(0, link=2)
        lab.nl.do("vport-new", vf_id=0)
        carries(port, False)
        lab.vf(0, link=0)
        carries(port, True)


def test_pf_has_carrier_without_external_port():
    with Lab(wire=False) as lab:
        carries(lab["pf"], True)
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v0", "pf", dst="pf")
        lab.sees("v0", "v1 pf", dst="bcast")


def test_pf_and_vfs_have_the_carrier_of_the_external_port():
    with Lab() as lab:
        carries(lab["pf"], True)
        lab["wire"].down()
        carries(lab["pf"], False)
        # so have VFs, unless the PF says otherwise
        carries(lab["v0"], False)
        carries(lab["v1"], False)
        lab.sees("v0", "", drop="v0:no_carrier", dst="v1")
        for vf in (0, 1):
            lab.vf(vf, link=1)
            carries(lab[f"v{vf}"], True)
        lab.sees("v0", "v1", dst="v1")
        lab.vf(0, link=0)
        carries(lab["v0"], False)
        lab["wire"].up()
        carries(lab["pf"], True)
        carries(lab["v0"], True)
        HOME.link("t-lan", clear_flags=UP)
        carries(lab["pf"], False)
        HOME.link("t-lan", set_flags=UP)
        for name in ("pf", "v0", "wire"):
            carries(lab[name], True)
        lab.sees("wire", "v0", dst="v0")


@quick
def test_external_port_is_plugged_and_unplugged():
    with Lab() as lab:
        shown = lab.nl.do("adapter-get")
        check_equal(shown.get("uplink-ifname"), "t-lan", "external port")
        lab.sees("v0", "wire", dst="wire")
        for _ in range(3):
            lab.ip("link set t-lan nomaster")
            check("uplink-ifname" not in lab.nl.do("adapter-get"), "still an external port")
            lab.drops_before = lab.drops()
            lab.sees("v0", "", drop="v0:no_match", dst="wire")
            lab.sees("wire", "", dst="v0")
            lab.sees("wire", "", dst="bcast")
            carries(lab["pf"], True)
            lab.ip(f"link set t-lan master {PF}")
            lab.sees("v0", "wire", dst="wire")
            lab.sees("wire", "v0 v1 pf", dst="bcast")


def test_external_port_is_deleted():
    with Lab() as lab:
        lab.ports.pop("wire")
        lab["v0"].sniffer.receive()
        HOME.rtnl.delete("t-lan")
        check("uplink-ifname" not in lab.nl.do("adapter-get"), "still an external port")
        lab.sees("v0", "", drop="v0:no_match", dst="02:00:00:00:ff:01")
        carries(lab["pf"], True)


def test_external_port_moves_to_another_namespace():
    with Lab() as lab:
        netns = Netns()
        lab.defer(netns.close)
        HOME.link("t-lan", netns=netns.descriptor)
        check("uplink-ifname" not in lab.nl.do("adapter-get"), "still an external port")
        lab.sees("v0", "", drop="v0:no_match", dst="wire")


def test_pf_vport_has_the_carrier_of_the_external_port():
    with Lab() as lab:
        lab["wire"].down()
        carries(lab["pf"], False)
        name = f"p{lab.add_pf_vport()}"
        carries(lab[name], False)
        lab["wire"].up()
        carries(lab[name], True)


def test_vfs_without_external_port_follow_the_parameter():
    """standalone_link=0: nobody has carrier before something is plugged in."""
    try:
        load("standalone_link=0")
        with Lab(wire=False, up=False) as lab:
            for port in lab.ports.values():
                port.up()
            lab.vf(1, link=1)
            carries(lab["v1"], True)
            carries(lab["pf"], False)
            carries(lab["v0"], False)
            lab.plug().up()
            carries(lab["v0"], True)
    finally:
        load()


def test_external_port_that_is_down_counts_drops():
    with Lab() as lab:
        for vf in (0, 1):
            lab.vf(vf, link=1)
        lab["wire"].down()
        carries(lab["pf"], False)
        lab.sees("v0", "", drop="wire:wire_down", dst="wire")
        # who else gets a copy gets it
        lab.sees("v0", "v1", drop="wire:wire_down pf:no_carrier", dst="bcast")


def test_what_cannot_be_the_external_port_is_refused():
    with Lab() as lab:
        with refused(errno.EBUSY, "has an external port already"):
            HOME.rtnl.add_veth("t-two", "t-peer", HOME.descriptor)
            HOME.link("t-two", master=PF)
        lab.ip("link set t-lan nomaster")
        number = lab.add_pf_vport()
        with refused(errno.EINVAL, "interface of an adapter"):
            HOME.link(f"{PF}p{number}", master=PF)
        with refused(errno.EINVAL, "interface of an adapter"):
            HOME.link("nsw0v5", master=PF)
        check(run(f"ip link set lo master {PF}", ok=False).status, "lo was taken")
        check(run(f"ip link set {PF} master {PF}", ok=False).status, "the PF itself was taken")
        HOME.link("t-lan", master=PF)
        lab.sees("wire", "v0", dst="v0")


def test_interface_below_a_macvlan_cannot_be_the_external_port():
    """What a macvlan takes it would not see."""
    with Lab(wire=False) as lab:
        HOME.rtnl.add_veth("t-two", "t-peer", HOME.descriptor)
        HOME.rtnl.add_macvlan("t-mv", "t-two", "02:00:00:00:dd:01")
        with refused(errno.EBUSY, "port of something else"):
            HOME.link("t-two", master=PF)
        check("uplink-ifname" not in lab.nl.do("adapter-get"), "there is an external port")
        HOME.rtnl.delete("t-mv")
        HOME.link("t-two", master=PF)
        check_equal(lab.nl.do("adapter-get").get("uplink-ifname"), "t-two", "external port")


def test_external_port_stays_an_ethernet_interface():
    with Lab(wire=False) as lab:
        tap = os.open("/dev/net/tun", os.O_RDWR)
        lab.defer(os.close, tap)
        fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", b"t-tap", IFF_TAP | IFF_NO_PI))
        lab.ip(f"link set t-tap master {PF}")
        with refused(errno.EPERM):
            fcntl.ioctl(tap, TUNSETLINK, ARPHRD_PPP)
        check_equal(lab.nl.do("adapter-get").get("uplink-ifname"), "t-tap", "external port")
        lab.ip("link set t-tap nomaster")
        fcntl.ioctl(tap, TUNSETLINK, ARPHRD_PPP)
        check(run(f"ip link set t-tap master {PF}", ok=False).status, "another type was taken")
        fcntl.ioctl(tap, TUNSETLINK, ARPHRD_ETHER)
        lab.ip(f"link set t-tap master {PF}")


def test_interface_of_an_adapter_comes_not_below_an_external_port():
    with Lab(wire=False) as lab:
        lab.ip("link add t-br type bridge")
        lab.ip("link add t-vlan link t-br type vlan id 7")
        lab.ip("link add link nsw0v5 name t-mv type macvlan mode bridge")
        lab.ip(f"link set t-vlan master {PF}")
        for name in "nsw0v4", "t-mv":
            with refused(errno.EINVAL, "below an external port"):
                HOME.link(name, master="t-br")
        lab.ip("link set t-vlan nomaster")
        for name in "nsw0v4", "t-mv":
            HOME.link(name, master="t-br")
            with refused(errno.EINVAL, "interface of an adapter, or above one"):
                HOME.link("t-vlan", master=PF)
            HOME.link(name, master=None)
        HOME.link("t-vlan", master=PF)


def test_bridge_port_cannot_be_the_external_port():
    with Lab(wire=False) as lab:
        lab.ip("link add t-br type bridge")
        HOME.rtnl.add_veth("t-two", "t-peer", HOME.descriptor)
        lab.ip("link set t-two master t-br")
        # iproute2 takes it out of the bridge first, as the kernel does for any new master
        run(f"ip link set t-two master {PF}")
        check_equal(lab.nl.do("adapter-get").get("uplink-ifname"), "t-two", "external port")


def test_pf_in_a_bridge_with_its_own_external_port():
    """The usual host: PF and a tap-like port in a bridge, the wire below the PF."""
    with Lab() as lab:
        lab.ip("link add t-br type bridge")
        HOME.link("t-br", set_flags=UP)
        lab.defer(HOME.link, PF, master=None)
        HOME.link(PF, master="t-br")
        netns = Netns()
        lab.defer(netns.close)
        HOME.rtnl.add_veth("t-tap", "t-vm", netns.descriptor)
        HOME.link("t-tap", master="t-br", set_flags=UP)
        netns.link("t-vm", set_flags=UP, mac="02:00:00:00:ee:01")
        lab.add_port(Port("vm", netns, "t-vm", "02:00:00:00:ee:01"))
        wait_for(lambda: HOME.rtnl.links()["t-br"][1] & 0x40, "the bridge runs")
        lab.ports.pop("pf")
        lab.drops_before = lab.drops()
        lab.sees("vm", "v0", dst="v0")
        lab.sees("v0", "vm wire", dst="vm")     # promiscuous PF: a copy for the bridge
        lab.sees("wire", "vm", dst="vm")
        lab.sees("vm", "wire", dst="wire")
        lab.sees("vm", "v0 v1 wire", dst="bcast")


if __name__ == "__main__":
    main()
