#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The PF-VF backchannel: config blocks, and who reaches them."""

import errno
import json
import struct
import subprocess

from checks import check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab
from netlink import Nicswitch, attr
from state import PF
from system import HOME, as_nobody, run

STATE, ADDRESS = 0, 1


class Side:
    """The backchannel as a VF sees it: a socket of its namespace, and its interface."""

    def __init__(self, lab, name):
        self.port = lab[name]
        with self.port.netns:
            self.nl = Nicswitch()
        lab.defer(self.nl.close)

    @property
    def index(self):
        return self.port.netns.rtnl.links()[self.port.ifname][0]

    def read(self, block, **more):
        return self.nl.do("block-get", ifindex=self.index, block_id=block, **more)["block-data"]

    def write(self, block, data):
        self.nl.do("block-write", ifindex=self.index, block_id=block, block_data=data)

    def take(self):
        return bits(self.nl.do("block-take", ifindex=self.index)["block-mask"])

    def list(self):
        return {found["block-id"]: found for found in
                self.nl.do("block-get", dump=True, ifindex=self.index)}


def bits(mask):
    return [bit for bit in range(64) if mask >> bit & 1]


def mask(*blocks):
    return struct.pack("=Q", sum(1 << block for block in blocks))


def define(lab, vf, block, data, writable=False):
    more = {"block_writable": True} if writable else {}
    lab.nl.do("block-set", vf_id=vf, block_id=block, block_data=data, **more)


def events(sock, count):
    """That many events of a socket that has subscribed."""
    found = []
    sock.sock.settimeout(20)
    while len(found) < count:
        found += [sock.decode(payload[4:]) for kind, _, _, payload in sock.messages()
                  if kind == sock.family]
    return found


@quick
def test_pf_and_vf_exchange_blocks():
    with Lab(vfs=2, wire=False) as lab:
        vf, other = Side(lab, "v0"), Side(lab, "v1")
        define(lab, 0, 7, b"question", writable=True)
        define(lab, 0, 4000000000, bytes(range(128)))
        define(lab, 1, 7, b"of another")
        check_equal(vf.read(7), b"question", "block 7")
        check_equal(vf.read(4000000000), bytes(range(128)), "the longest block")
        vf.write(7, b"the answer")
        check_equal(lab.nl.do("block-get", vf_id=0, block_id=7)["block-data"], b"the answer",
                    "what the PF reads")
        check_equal(other.read(7), b"of another", "block 7 of the other VF")
        check_equal(sorted(vf.list()), [STATE, ADDRESS, 7, 4000000000], "blocks")
        check_equal(sorted(other.list()), [STATE, ADDRESS, 7], "blocks of the other VF")
        check("block-writable" in vf.list()[7], "block 7 is not writable")
        check("block-builtin" in vf.list()[STATE], "block 0 is not built in")
        check_equal(lab.nl.do("block-get", dump=True, vf_id=0), list(vf.list().values()),
                    "the PF's view")
        lab.nl.do("block-del", vf_id=0, block_id=7)
        with refused(errno.ENOENT, "VF 0 has no config block 7"):
            vf.read(7)


def test_more_blocks_than_one_message_holds():
    with Lab(vfs=1, wire=False) as lab:
        for block in range(2, 258):
            define(lab, 0, block, bytes([block & 255]) * 128)
        with refused(errno.ENOSPC, "all its 256 config blocks"):
            define(lab, 0, 300, b"x")
        found = Side(lab, "v0").list()
        check_equal(sorted(found), list(range(258)), "blocks")
        check_equal(found[257]["block-data"], b"\1" * 128, "the last of them")


@quick
def test_invalidations_add_up_until_the_vf_asks():
    with Lab(vfs=2, wire=False) as lab:
        vf, other = Side(lab, "v0"), Side(lab, "v1")
        vf.take(), other.take()
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(3, 63))
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(3, 9))
        check_equal(bits(lab.nl.do("vf-get", vf_id=0)["block-mask"]), [3, 9, 63],
                    "what the PF sees pending")
        check_equal(other.take(), [], "told to the other VF")
        check_equal(vf.take(), [3, 9, 63], "told")
        check_equal(vf.take(), [], "told again")
        check("block-mask" not in lab.nl.do("vf-get", vf_id=0), "still pending")
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(9))
        lab.nl.do("vf-reset", vf_id=0)
        check_equal(vf.take(), [], "told after a reset")
        with refused(errno.EINVAL, "names no block"):
            lab.nl.do("block-invalidate", vf_id=0, block_mask=mask())


@quick
def test_vf_is_woken_where_it_is_and_nobody_else():
    with Lab(vfs=2, wire=False) as lab:
        vf, other = Side(lab, "v0"), Side(lab, "v1")
        vf.take(), other.take()
        home = Nicswitch()
        lab.defer(home.close)
        for sock in (vf.nl, other.nl, home):
            sock.subscribe("backchannel")
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(5))
        heard, = events(vf.nl, 1)
        check_equal(heard["event"], 7, "event")
        check_equal(bits(heard["block-mask"]), [5], "mask")
        check_equal(heard["ifname"], "nsw0v0", "interface")
        check_equal(heard["ifindex"], vf.index, "index of the interface")
        # of what comes next everybody hears something, so what came before has come
        define(lab, 0, 5, b"x", writable=True)
        with vf.port.netns:
            writer = Nicswitch()
        writer.do("block-write", ifindex=vf.index, block_id=5, block_data=b"yz")
        writer.close()
        heard, = events(home, 1)
        check_equal({key: heard[key] for key in ("event", "vf-id", "block-id")},
                    {"event": 6, "vf-id": 0, "block-id": 5}, "what the PF hears")
        check("block-data" not in heard, "the content is told to everybody")
        lab.nl.do("block-invalidate", vf_id=1, block_mask=mask(6))
        check_equal([bits(one["block-mask"]) for one in events(other.nl, 1)], [[6]],
                    "events of the other VF")
        vf.nl.sock.setblocking(False)
        with refused(errno.EAGAIN):
            vf.nl.sock.recv(65536)


def test_events_wait_for_a_vf_that_does_not_listen():
    with Lab(vfs=1, wire=False) as lab:
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(11))
        driver = "/sys/bus/pci/drivers/nicswitch_vf"
        address = lab.nl.do("vf-get", vf_id=0)["pci-address"]
        lab.ports.clear()
        with open(f"{driver}/unbind", "w", encoding="ascii") as file:
            file.write(address)
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(12))
        with open(f"{driver}/bind", "w", encoding="ascii") as file:
            file.write(address)
        index = wait_for(lambda: HOME.rtnl.links().get(f"{PF}v0"), "the interface")[0]
        told = bits(lab.nl.do("block-take", ifindex=index)["block-mask"])
        check(set((11, 12)) <= set(told), f"told: {told}")


@quick
def test_builtin_blocks_follow_the_pf():
    with Lab(vfs=1, wire=False) as lab:
        vf = Side(lab, "v0")
        vf.take()
        version, link, state, power, vport, qps = struct.unpack("<BBBBII", vf.read(STATE))
        check_equal((version, link, state, power, vport, qps), (1, 1, 1, 1, 1, 1), "state")
        lab.vf(0, link=2)
        check_equal(vf.take(), [STATE], "told")
        check_equal(vf.read(STATE)[1], 0, "carrier")
        lab.vf(0, vlan=100, qos=3)
        check_equal(vf.take(), [ADDRESS], "told")
        version, flags, mac, vid, proto, pcp, _ = struct.unpack("<BB6sHHBB", vf.read(ADDRESS))
        check_equal((version, flags, mac.hex(":"), vid, struct.pack("<H", proto), pcp),
                    (1, 3, lab["v0"].mac, 100, b"\x81\0", 3), "address")
        lab.vf(0, trust=1)
        check_equal(vf.take(), [ADDRESS], "told")
        check_equal(vf.read(ADDRESS)[1], 7, "flags")
        lab.vf(0, spoofchk=0)
        check_equal(vf.take(), [], "told of what it does not see")


def test_refusals_of_the_backchannel():
    with Lab(vfs=1, wire=False) as lab:
        vf = Side(lab, "v0")
        define(lab, 0, 5, b"0123456789")
        for what, err, text in (
                (lambda: vf.read(6), errno.ENOENT, "no config block 6"),
                (lambda: vf.read(5, block_length=9), errno.EMSGSIZE, "room is for 9"),
                (lambda: vf.write(5, b"x"), errno.EPERM, "not for the VF to write"),
                (lambda: vf.write(STATE, b"x"), errno.EPERM, "not for the VF to write"),
                (lambda: define(lab, 0, 5, bytes(129)), errno.EMSGSIZE, "1 to 128"),
                (lambda: define(lab, 0, 5, b""), errno.EMSGSIZE, "1 to 128"),
                (lambda: define(lab, 0, ADDRESS, b"x"), errno.EINVAL, "built in"),
                (lambda: define(lab, 1, 5, b"x"), errno.ENOENT, "VF 1 is not allocated"),
                (lambda: lab.nl.do("block-del", vf_id=0, block_id=0), errno.EINVAL, "built in"),
                (lambda: lab.nl.do("block-get", vf_id=0), errno.EINVAL, "block-id is missing"),
                (lambda: lab.nl.do("block-get", block_id=0), errno.EINVAL, "vf-id is missing"),
                (lambda: lab.nl.do("block-get", dump=True), errno.EINVAL, "vf-id is missing"),
                (lambda: lab.nl.do("block-write", block_id=0, block_data=b"x"), errno.EINVAL,
                 "ifindex is missing")):
            before = lab.nl.do("block-get", dump=True, vf_id=0)
            with refused(err, text):
                what()
            check_equal(lab.nl.do("block-get", dump=True, vf_id=0), before, "blocks")


@quick
def test_a_vf_reaches_its_own_blocks_and_nothing_else():
    with Lab(vfs=2, wire=False) as lab:
        vf, other = Side(lab, "v0"), Side(lab, "v1")
        define(lab, 1, 7, b"secret", writable=True)
        before = lab.nl.do("block-get", dump=True, vf_id=1)
        # the index of an interface elsewhere, of its loopback, and of the PF
        indexes = {other.index, HOME.rtnl.links()[PF][0], 1} - {vf.index}
        for index in sorted(indexes):
            for command, values in (("block-get", {"block_id": 7}),
                                    ("block-write", {"block_id": 7, "block_data": b"x"}),
                                    ("block-take", {})):
                with refused(errno.ENODEV, "is no VF"):
                    vf.nl.do(command, ifindex=index, **values)
            with refused(errno.ENODEV):
                vf.nl.do("block-get", dump=True, ifindex=index)
        with refused(errno.ENODEV, "is no VF"):
            lab.nl.do("block-take", ifindex=HOME.rtnl.links()[PF][0])
        # the PF's side does not exist for it
        for command, values in (("block-get", {"block_id": 7}),
                                ("block-set", {"block_id": 7, "block_data": b"x"}),
                                ("block-del", {"block_id": 7}),
                                ("block-invalidate", {"block_mask": mask(1)})):
            for number in (0, 1):
                with refused(errno.ENODEV, "does not exist in this network namespace"):
                    vf.nl.do(command, vf_id=number, **values)
        # nor does anything else
        for command, values in (("switch-set", {"switch_name": "x"}), ("switch-del", {}),
                                ("vf-new", {}), ("vf-reset", {"vf_id": 1}),
                                ("vf-get", {"vf_id": 0}), ("vport-get", {"vport_id": 1}),
                                ("vport-new", {"pf": True}), ("vport-del", {"vport_id": 1}),
                                ("filter-new", {"vport_id": 1, "mac": "02:00:00:00:00:77"}),
                                ("filter-del", {"filter_id": 1}), ("caps-get", {}),
                                ("stats-get", {"vport_id": 1}), ("switch-new", {})):
            with refused(errno.ENODEV):
                vf.nl.do(command, **values)
        # an index does not help where it has no meaning
        with refused(errno.EINVAL):
            vf.nl.do("filter-new", vport_id=1, mac="02:00:00:00:00:77", ifindex=vf.index)
        check_equal(lab.nl.do("block-get", dump=True, vf_id=1), before, "blocks of the other VF")
        check_equal(lab.nl.do("filter-get", dump=True, vport_id=1)[0]["mac"], lab["v0"].mac,
                    "filter")


def test_who_has_no_privileges_reads_its_vf_but_nothing_else():
    with Lab(vfs=1, netns=False, wire=False) as lab:
        define(lab, 0, 7, b"shown", writable=True)
        lab.nl.do("block-invalidate", vf_id=0, block_mask=mask(7))
        index = HOME.rtnl.links()[f"{PF}v0"][0]

        def look():
            nl, wrong = Nicswitch(), 0
            wrong += nl.do("block-get", ifindex=index, block_id=7)["block-data"] != b"shown"
            for command, values in (
                    ("block-get", {"vf_id": 0, "block_id": 7}),
                    ("block-write", {"ifindex": index, "block_id": 7, "block_data": b"x"}),
                    ("block-take", {"ifindex": index}),
                    ("block-set", {"vf_id": 0, "block_id": 7, "block_data": b"x"}),
                    ("block-del", {"vf_id": 0, "block_id": 7}),
                    ("block-invalidate", {"vf_id": 0, "block_mask": mask(1)})):
                try:
                    nl.do(command, **values)
                    wrong += 1
                except OSError as error:
                    wrong += error.errno != errno.EPERM
            try:
                nl.do("block-get", dump=True, vf_id=0)
                wrong += 1
            except OSError as error:
                wrong += error.errno != errno.EPERM
            return wrong

        check_equal(as_nobody(look), 0, "wrong answers")
        check_equal(lab.nl.do("block-get", vf_id=0, block_id=7)["block-data"], b"shown", "block")
        check(7 in bits(lab.nl.do("block-take", ifindex=index)["block-mask"]), "event was eaten")


def test_interface_that_moves_takes_its_blocks_along():
    with Lab(vfs=1, wire=False) as lab:
        vf = Side(lab, "v0")
        define(lab, 0, 7, b"mine")
        old = vf.index
        vf.port.netns.link(vf.port.ifname, netns=HOME.descriptor)
        with refused(errno.ENODEV, "is no VF"):
            vf.nl.do("block-get", ifindex=old, block_id=7)
        index = HOME.rtnl.links()[vf.port.ifname][0]
        check_equal(lab.nl.do("block-get", ifindex=index, block_id=7)["block-data"], b"mine",
                    "block at home")
        HOME.link(vf.port.ifname, netns=vf.port.netns.descriptor)
        check_equal(vf.read(7), b"mine", "block when it is back")


def test_tool_speaks_for_both_sides():
    with Lab(vfs=1, wire=False) as lab:
        vf = lab["v0"].netns
        Side(lab, "v0").take()
        run("nicswitch block set vf 0 block 7 data 00ff10 writable")
        check_equal(run("nicswitch block read dev nsw0v0 block 7", netns=vf).out, "00ff10\n",
                    "read by the VF")
        run("nicswitch block write dev nsw0v0 block 7 data ABCD", netns=vf)
        check_equal(run("nicswitch block read vf 0 block 7").out, "abcd\n", "read by the PF")
        found = json.loads(run("nicswitch -j block list dev nsw0v0", netns=vf).out)
        check_equal(found[2], {"block": 7, "builtin": False, "writable": True, "data": "abcd"},
                    "block 7")
        result = run("nicswitch block wait dev nsw0v0 timeout 1", ok=False, netns=vf)
        check_equal((result.status, result.out), (1, ""), "wait for nothing")
        with vf:
            waiting = subprocess.Popen(["nicswitch", "-j", "block", "wait", "dev", "nsw0v0"],
                                       stdout=subprocess.PIPE, text=True)
        run("nicswitch block invalidate vf 0 blocks 7,63")
        check_equal(json.loads(waiting.communicate(timeout=60)[0]), {"blocks": [7, 63]}, "wait")
        run("nicswitch block delete vf 0 block 7")
        result = run("nicswitch block read dev nsw0v0 block 7", ok=False, netns=vf)
        check("no config block 7" in result.err, result.err)


def test_backchannel_messages_that_are_wrong():
    with Lab(vfs=1, netns=False, wire=False) as lab:
        index = HOME.rtnl.links()[f"{PF}v0"][0]
        define(lab, 0, 7, b"right", writable=True)
        before = lab.nl.do("block-get", dump=True, vf_id=0)
        for size in (0, 129, 1000, 60000):
            with refused(errno.EMSGSIZE, "1 to 128"):
                lab.nl.do("block-write", ifindex=index, block_id=7, block_data=bytes(size))
        for value in (0, 0x7fffffff, 0x80000000, 0xffffffff):
            with refused(errno.ENODEV):
                lab.nl.do("block-take", ifindex=value)
            with refused(errno.ENODEV):
                lab.nl.do("block-get", dump=True, ifindex=value)
        check(attr(1, b""), "attributes")
        check_equal(lab.nl.do("block-get", dump=True, vf_id=0), before, "blocks")


if __name__ == "__main__":
    main()
