#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Broadcast and multicast: who gets a copy, and never two."""

import fcntl
import socket
import struct

from ktap import main, quick
from lab import Lab, Port
from state import PF

M = "02:00:00:00:aa:01"
GROUP = "01:00:5e:00:00:77"
GROUP_IP = "224.0.0.119"
OTHER = "33:33:00:00:00:78"


def join(lab, port, ifname=None):
    """IP_ADD_MEMBERSHIP on an interface; returns the socket that keeps it."""
    netns = lab[port].netns
    with netns:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        index = socket.if_nametoindex(ifname or lab[port].ifname)
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                        socket.inet_aton(GROUP_IP) + bytes(4) + index.to_bytes(4, "little"))
    lab.defer(sock.close)
    return sock


@quick
def test_broadcast_goes_to_all_but_its_sender():
    with Lab(vfs=3) as lab:
        lab.sees("v0", "v1 v2 pf wire", dst="bcast")
        lab.sees("v1", "v0 v2 pf wire", dst="bcast")
        lab.sees("pf", "v0 v1 v2 wire", dst="bcast")
        lab.sees("wire", "v0 v1 v2 pf", dst="bcast")


@quick
def test_broadcast_of_a_vlan_goes_to_filters_that_admit_it():
    with Lab(vfs=4) as lab:
        lab.filter("v1", M, "10")
        lab.filter("v2", M, "20")
        lab.filter("v3", M, "any")
        lab.sees("wire", "v1:10 v3:10 pf:10", dst="bcast", tag="10")
        lab.sees("wire", "v2:20p2 v3:20p2 pf:20p2", dst="bcast", tag="20p2")
        lab.sees("wire", "v3:30 pf:30", dst="bcast", tag="30")
        lab.sees("wire", "v3:s10 pf:s10", dst="bcast", tag="s10")
        lab.sees("wire", "v0 v1 v2 v3 pf", dst="bcast")
        lab.sees("wire", "v0:0 v1:0 v2:0 v3:0 pf:0", dst="bcast", tag="0")
        lab.delete_filter("v1", "v1")
        lab.sees("wire", "v0 v2 v3 pf", dst="bcast")
        lab.delete_filter("v1", M, "10")
        lab.sees("wire", "v3:10 pf:10", dst="bcast", tag="10")


def test_broadcast_reaches_pf_vports_with_a_filter_once_activated():
    with Lab(vfs=1) as lab:
        with_filter = lab.add_pf_vport(activate=False)
        lab.filter(with_filter, M)
        lab.add_pf_vport()      # silent
        lab.sees("v0", "pf wire", dst="bcast")
        port = lab.activate(with_filter, M)
        lab.sees("v0", f"pf wire {port.name}", dst="bcast")
        lab.sees(port.name, "v0 pf wire", dst="bcast")


def test_broadcast_follows_the_last_filter_that_admits():
    with Lab() as lab:
        lab.filter("v1", M)
        lab.delete_filter("v1", "v1")
        lab.sees("v0", "v1 pf wire", dst="bcast")
        number = lab.filters["v1", M, "none"]
        lab.move_filter(number, "v1", "pf")
        lab.sees("v0", "pf wire", dst="bcast")
        lab.move_filter(number, "pf", "v1")
        lab.sees("v0", "v1 pf wire", dst="bcast")


def test_group_filter_admits_broadcast():
    with Lab(filters=False) as lab:
        lab.filter("v1", GROUP, "10")
        lab.sees("wire", "v1:10 pf:10", dst="bcast", tag="10")
        lab.sees("wire", "pf", dst="bcast")


@quick
def test_multicast_goes_to_holders_and_the_wire():
    with Lab(vfs=4) as lab:
        lab.filter("v1", GROUP)
        lab.filter("v2", GROUP, "10")
        lab.filter("v3", GROUP, "any")
        lab.sees("v0", "v1 v3 wire", dst=GROUP)
        lab.sees("wire", "v1 v3", dst=GROUP)
        lab.sees("wire", "v1:0 v3:0", dst=GROUP, tag="0")
        lab.sees("wire", "v2:10 v3:10", dst=GROUP, tag="10")
        lab.sees("wire", "v3:11", dst=GROUP, tag="11")
        lab.sees("wire", "v3:s10,10", dst=GROUP, tag="s10,10")
        lab.sees("v1", "v3 wire", dst=GROUP)
        lab.sees("v0", "wire", dst=OTHER)


def test_one_copy_for_who_holds_a_group_twice():
    with Lab() as lab:
        for vlan in ("none", "10", "any"):
            lab.filter("v1", GROUP, vlan)
        lab["pf"].allmulti()
        lab.ip(f"maddr add {GROUP} dev {PF}")
        lab.ip(f"maddr add {GROUP} dev nsw0v1", "v1")
        lab.filter("pf", GROUP)
        lab.sees("v0", "v1 pf wire", dst=GROUP)
        lab.sees("wire", "v1:10 pf:10", dst=GROUP, tag="10")
        lab.ip(f"maddr del {GROUP} dev {PF}")
        lab.ip(f"maddr del {GROUP} dev nsw0v1", "v1")


def test_multicast_nobody_holds():
    with Lab() as lab:
        lab.sees("v0", "wire", dst=OTHER)
        lab.sees("wire", "", drop="wire:no_match", dst=OTHER)
    with Lab(wire=False) as lab:
        lab.sees("v0", "", drop="v0:no_match", dst=OTHER)


def test_sender_that_alone_holds_a_group():
    with Lab(wire=False) as lab:
        lab.filter("v0", GROUP)
        lab.sees("v0", "", drop="v0:no_match", dst=GROUP)


def test_pf_gets_groups_that_it_joined():
    with Lab() as lab:
        lab.sees("v0", "wire", dst=GROUP)
        sock = join(lab, "pf")
        lab.sees("v0", "pf wire", dst=GROUP)
        lab.sees("wire", "pf:7", dst=GROUP, tag="7")
        lab.sees("v0", "wire", dst=OTHER)
        sock.close()
        lab.sees("v0", "wire", dst=GROUP)


def test_pf_gets_all_groups_in_allmulti_or_promiscuous_mode():
    with Lab() as lab:
        for mode in (lab["pf"].allmulti, lab["pf"].promisc):
            mode()
            lab.sees("v0", "pf wire", dst=GROUP)
            lab.sees("wire", "pf:7", dst=OTHER, tag="7")
            mode(False)
            lab.sees("v0", "wire", dst=GROUP)


def test_vf_gets_groups_that_it_joined():
    with Lab() as lab:
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP)
        sock = join(lab, "v1")
        lab.sees("wire", "v1", dst=GROUP)
        lab.sees("wire", "v1:0", dst=GROUP, tag="0")
        lab.sees("v0", "v1 wire", dst=GROUP)
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP, tag="10")
        sock.close()
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP)


@quick
def test_vf_gets_its_groups_in_registered_vlans():
    with Lab() as lab:
        join(lab, "v1")
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP, tag="10")
        upper = lab.add_vlan("v1", 10)
        lab.sees("wire", "v1:10", dst=GROUP, tag="10")
        lab.sees("wire", "v1", dst=GROUP)
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP, tag="11")
        lab.delete_link(lab["v1"].netns, upper)
        lab.sees("wire", "", drop="wire:no_match", dst=GROUP, tag="10")
        lab.sees("wire", "v1", dst=GROUP)


def test_group_joined_after_the_vlan():
    with Lab() as lab:
        lab.add_vlan("v1", 10)
        join(lab, "v1")
        lab.sees("wire", "v1:10", dst=GROUP, tag="10")
        lab.sees("wire", "v1", dst=GROUP)


def test_vlan_interface_joins_a_group():
    with Lab() as lab:
        upper = lab.add_vlan("v1", 10)
        port = lab.add_port(Port("upper", lab["v1"].netns, upper, M))
        join(lab, "v1", upper)
        lab.sees("wire", "v1:10 upper", dst=GROUP, tag="10")
        port.down()


def test_pf_vport_gets_groups_that_it_joined():
    with Lab() as lab:
        number = lab.add_pf_vport(M)
        lab.filter(number, M)
        sock = join(lab, f"p{number}")
        lab.sees("v0", f"p{number} wire", dst=GROUP)
        sock.close()
        lab.sees("v0", "wire", dst=GROUP)


def test_interface_that_is_down_has_left_all_groups():
    with Lab() as lab:
        join(lab, "v1")
        lab["v1"].down()
        lab.sees("v0", "wire", dst=GROUP)
        lab["v1"].up()
        lab.sees("v0", "v1 wire", dst=GROUP)


@quick
def test_allmulti_vf_needs_trust():
    with Lab() as lab:
        for mode in (lab["v1"].allmulti, lab["v1"].promisc):
            mode()
            lab.sees("v0", "wire", dst=OTHER)
            lab.vf(1, trust=1)
            lab.sees("v0", "v1 wire", dst=OTHER)
            lab.sees("wire", "v1:9", dst=OTHER, tag="9")
            lab.sees("v1", "wire", dst=OTHER)
            lab.vf(1, trust=0)
            lab.sees("v0", "wire", dst=OTHER)
            mode(False)


def test_allmulti_takes_no_unicast():
    with Lab() as lab:
        lab.vf(1, trust=1)
        lab["v1"].allmulti()
        lab["pf"].allmulti()
        lab.sees("v0", "wire", dst=M)


def test_groups_of_a_vf_survive_its_reset_as_its_driver_sets_them_anew():
    with Lab() as lab:
        join(lab, "v1")
        lab.vf(1, trust=1)
        lab["v1"].promisc()
        lab.nl.do("vf-reset", vf_id=1)
        lab.sees("v0", "v1 wire", dst=GROUP)
        lab.sees("v0", "v1", dst="v1")


def test_groups_move_with_the_interface_to_a_new_vport():
    with Lab() as lab:
        join(lab, "v1")
        lab.delete_filter("v1", "v1")
        lab.nl.do("vport-del", vport_id=lab.vport("v1"))
        lab.sees("v0", "wire", dst=GROUP)
        lab.nl.do("vport-new", vf_id=1)
        lab.filter("v1", "v1")
        lab.sees("v0", "v1 wire", dst=GROUP)


def test_many_groups_of_one_vf():
    """Beyond what the switch takes, an interface that may gets all multicast."""
    def add(number, request=0x8931):    # SIOCADDMULTI
        mac = bytes.fromhex(f"01005e10{number:04x}")
        fcntl.ioctl(sock, request, struct.pack("16sH6s8x", b"nsw0v1", 0, mac))

    with Lab() as lab:
        with lab["v1"].netns:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        lab.vf(1, trust=1)
        for number in range(500):
            add(number)
        lab.sees("v0", "wire", dst=OTHER)
        lab.sees("v0", "v1 wire", dst="01:00:5e:10:00:05")
        lab.sees("v0", "v1 wire", dst="01:00:5e:10:01:f3")
        for number in range(500, 1100):
            add(number)
        lab.sees("v0", "v1 wire", dst="01:00:5e:10:00:05")
        lab.sees("v0", "v1 wire", dst="01:00:5e:10:04:4b")
        lab.sees("v0", "v1 wire", dst=OTHER)
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v0", "v1 pf wire", dst="bcast")
        for number in range(500):
            add(number, 0x8932)         # SIOCDELMULTI
        lab.sees("v0", "wire", dst="01:00:5e:10:00:05")
        lab.sees("v0", "v1 wire", dst="01:00:5e:10:04:4b")
        for number in range(500, 1100):
            add(number, 0x8932)
        lab.sees("v0", "wire", dst="01:00:5e:10:04:4b")
        sock.close()


if __name__ == "__main__":
    main()
