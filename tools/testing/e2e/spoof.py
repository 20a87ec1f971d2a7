#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A VF sends only as whom it may receive."""

import errno
import socket
import struct

import bpf
from checks import check, check_equal, wait_for
from frames import BROADCAST, MAGIC, make_frame
from ktap import main, quick
from lab import Lab, vf_mac
from netlink import mac_bytes
from system import run

M = "02:00:00:00:aa:01"
GROUP = "01:00:5e:00:00:77"


def spoofs(lab, port="v0", **frame):
    lab.sees(port, "", drop=f"{port}:spoof", dst="v1", **frame)


@quick
def test_foreign_source_is_dropped():
    with Lab() as lab:
        lab.sees("v0", "v1", dst="v1")
        for source in (M, "v1", "pf", "wire", GROUP, "bcast", "00:00:00:00:00:00"):
            spoofs(lab, src=source)
        lab.sees("v0", "", drop="v0:spoof", dst="bcast", src=M)
        lab.sees("v0", "", drop="v0:spoof", dst=GROUP, src=M)
        lab.sees("v0", "", drop="v0:spoof", dst=M, src=M)


@quick
def test_source_must_match_in_its_vlan():
    with Lab() as lab:
        lab.filter("v1", "v1", "any")
        lab.sees("v0", "v1:0", dst="v1", tag="0")
        lab.sees("v0", "v1:0p6", dst="v1", tag="0p6")
        spoofs(lab, tag="10")
        spoofs(lab, tag="s10")
        spoofs(lab, tag="4095")
        lab.filter("v0", "v0", "10")
        lab.sees("v0", "v1:10", dst="v1", tag="10")
        lab.sees("v0", "v1:10,20", dst="v1", tag="10,20")
        spoofs(lab, tag="20")
        lab.delete_filter("v0", "v0")
        spoofs(lab)
        spoofs(lab, tag="0")
        lab.sees("v0", "v1:10", dst="v1", tag="10")


def test_condition_any_may_send_with_any_tag():
    with Lab() as lab:
        lab.filter("v1", "v1", "any")
        lab.filter("v0", M, "any")
        for tag in ("", "0", "10", "s10", "s10,20"):
            lab.sees("v0", f"v1:{tag}".rstrip(":"), dst="v1", src=M, tag=tag)


def test_the_same_lookup_decides():
    """Whose address it is in a VLAN is who receives it there."""
    with Lab(vfs=3) as lab:
        lab.filter("v1", "v1", "any")
        lab.filter("v0", M, "any")
        lab.filter("v2", M, "10")
        spoofs(lab, src=M, tag="10")
        lab.sees("v2", "v1:10", dst="v1", src=M, tag="10")
        lab.sees("v0", "v1:11", dst="v1", src=M, tag="11")


def test_every_unicast_filter_is_an_identity_but_no_group():
    with Lab() as lab:
        lab.filter("v0", M)
        lab.filter("v0", GROUP)
        lab.sees("v0", "v1", dst="v1", src=M)
        lab.sees("v0", "v1", dst="v1")
        spoofs(lab, src=GROUP)


def test_identity_moves_with_the_filter():
    with Lab() as lab:
        number = lab.filter("v0", M)
        lab.move_filter(number, "v0", "v1")
        spoofs(lab, src=M)
        lab.sees("v1", "v0", dst="v0", src=M)


@quick
def test_check_can_be_turned_off():
    with Lab() as lab:
        spoofs(lab, src=M)
        lab.ip("link set nsw0 vf 0 spoofchk off")
        lab.sees("v0", "v1", dst="v1", src=M)
        lab.sees("v0", "v1", dst="v1", src="v1")
        lab.sees("v0", "wire:10", dst="wire", src=M, tag="10")
        lab.sees("v1", "", drop="v1:spoof", dst="v0", src=M)
        lab.ip("link set nsw0 vf 0 spoofchk on")
        spoofs(lab, src=M)


def test_silent_vport_stays_silent_without_check():
    with Lab(filters=False) as lab:
        lab.vf(0, spoofchk=0)
        lab.sees("v0", "", drop="v0:no_filter", dst="v1", src=M)


def test_policy_ends_with_the_vf():
    with Lab() as lab:
        lab.vf(0, spoofchk=0)
        lab.delete_filter("v0", "v0")
        lab.nl.do("vport-del", vport_id=lab.vport("v0"))
        lab.nl.do("vport-new", vf_id=0)
        lab.filter("v0", "v0")
        lab.sees("v0", "v1", dst="v1", src=M)   # it is the policy of the VF, not of the VPort
        lab.delete_filter("v0", "v0")
        lab.nl.do("vport-del", vport_id=lab.vport("v0"))
        lab.nl.do("vf-del", vf_id=0)
        lab.nl.do("vf-new", mac=vf_mac(0))
        lab.nl.do("vport-new", vf_id=0)
        lab.filter("v0", "v0")
        lab.drops_before = lab.drops()
        spoofs(lab, src=M)


def test_pf_vports_and_the_wire_are_not_checked():
    with Lab() as lab:
        lab.sees("pf", "v1", dst="v1", src=M)
        lab.sees("pf", "v1", dst="v1", src="v0")
        lab.sees("wire", "v1", dst="v1", src="v0")
        number = lab.add_pf_vport()
        lab.filter(number, f"p{number}")
        lab.sees(f"p{number}", "v1", dst="v1", src=M)


def send_unfinished(lab, sock, tags, start, offset):
    """A frame whose checksum the kernel is to make, from a byte on; whether the stack took it."""
    wait_for(lambda: not lab["v0"].deaf(), "the stack sends on v0")
    frame = make_frame(BROADCAST, lab["v0"].mac, ",".join(["0"] * tags), 1, 100, 0x800)
    try:
        # struct virtio_net_hdr with VIRTIO_NET_HDR_F_NEEDS_CSUM
        sock.send(struct.pack("=BBHHHH", 1, 0, 0, 0, start, offset) + frame)
    except OSError as error:
        check_equal(error.errno, errno.EINVAL, "errno")
        return False
    return True


def hear(lab):
    """How many of our frames have arrived; all have the source that they were sent with."""
    count = 0
    for port in lab.ports.values():
        for data, _, _ in port.sniffer.receive():
            if MAGIC in data:
                check_equal(data[6:12], mac_bytes(lab["v0"].mac), f"the source at {port.name}")
                count += 1
    return count


def test_a_checksum_does_not_end_in_the_addresses():
    """It is made long after the source was checked, when tags in front of it may have gone."""
    with Lab(netns=False) as lab:
        # nobody there leaves it to others
        run("ethtool -K t-lan tx off")
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        lab.defer(sock.close)
        sock.bind((lab["v0"].ifname, 0))
        sock.setsockopt(263, 15, 1)     # PACKET_VNET_HDR
        taken = set()
        with bpf.Program(lab["v1"], bpf.verdict(bpf.PASS)):
            for tags, start, offset in ((0, 34, 6), (5, 54, 6), (5, 20, 6), (6, 20, 6), (6, 20, 0),
                                        (2, 20, 0), (0, 6, 0), (0, 0, 6), (1, 12, 0)):
                good = start >= 14 + 4 * tags
                lab.drops_before = lab.drops()
                if not send_unfinished(lab, sock, tags, start, offset):
                    continue
                taken.add(good)
                heard = 0
                if good:
                    while heard < 3:
                        heard += wait_for(lambda: hear(lab), "the frame everywhere")
                else:
                    what = wait_for(lambda: lab.new_drops() == {"v0:malformed": 1} or hear(lab),
                                    "a drop")
                    check(what is True, f"{tags} tags, from {start} on: it arrived")
        check_equal(taken, {True, False}, "whether frames were good that the stack took")


if __name__ == "__main__":
    main()
