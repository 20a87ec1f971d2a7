# SPDX-License-Identifier: GPL-2.0-only
"""The other doors of the control plane: sysfs, configuration spaces, rtnetlink, ethtool, devlink.

And frames, so that there is something to disturb.
"""

import collections
import contextlib
import fcntl
import mmap
import os
import socket
import struct

from frames import make_frame
from grammar import ENDS
from ground import VFS, functions, ifindex, link_head
from mutate import Mutator, encode
from netlink import (ALLMULTI, IFLA_NET_NS_FD, IFLA_VFINFO_LIST, NLM_F_DUMP, PROMISC, UP, Netlink,
                     Refused, attr, attrs)
from system import HOME, Netns, write
from wire import Message, Wire

RTM_NEWLINK, RTM_GETLINK, RTM_SETLINK = 16, 18, 19
IFLA_EXT_MASK = 29
AWAY = {3, 19, 28, 46, 53}  # another name or namespace
# A name, another namespace, or no PF any more: that would only end the game.
DENIED = {"remove", "rescan", "driver_override", "unbind", "bind", "config", "ifalias", "uevent",
          "resource0", "resource2", "resource3", "rom"}
TEXTS = ("", "0", "1", "2", "-1", "8", "9", "64", "4294967295", "18446744073709551616", "0x10",
         "on", "auto", "x" * 100, "\0", " 1 ", "1 2", "all", "none")
MACS = [f"02:00:00:00:aa:{number:02x}" for number in range(16)] + ["ff:ff:ff:ff:ff:ff",
                                                                   "01:00:5e:00:00:01"]


def family(name):
    """Number of a family of generic netlink, or None."""
    nl = Netlink(16)
    try:
        found = dict(attrs(nl.request(16, b"\3\1\0\0" + attr(2, name))[0][4:]))
        return struct.unpack("=H", found[1])[0]
    except Refused:
        return None
    finally:
        nl.close()


def capabilities(descriptor):
    """(id, offset) of all, extended ones with 0x10000 added to their id."""
    at, = struct.unpack("B", os.pread(descriptor, 1, 0x34))
    for _ in range(48):
        if at < 0x40:
            break
        kind, following = struct.unpack("BB", os.pread(descriptor, 2, at))
        yield kind, at
        at = following
    at = 0x100
    for _ in range(48):
        head, = struct.unpack("<I", os.pread(descriptor, 4, at))
        yield 0x10000 | head & 0xffff, at
        at = head >> 20
        if at < 0x100:
            break


def vital(descriptor):
    """Bytes with which a PF turns its VFs off: they do not answer, and the PCI core waits for a minute."""
    found = set()
    for kind, at in capabilities(descriptor):
        if kind == 0x10010:     # SR-IOV: control, NumVFs
            found |= {at + 8, at + 9, at + 16, at + 17}
        elif kind == 0x10:      # PCI Express: FLR is one bit of device control
            found |= {at + 8, at + 9}
    return found


class Doors:
    """One turn after the other, each through another door."""

    def __init__(self, rng, lock, guests):
        self.rng, self.lock = rng, lock
        self.counts = collections.defaultdict(lambda: [0, 0])
        self.turns = 0
        self.mutator = Mutator(rng, list(range(1, 60)), [1])
        self.families = {name: family(name) for name in ("ethtool", "devlink")}
        self.rtnl, self.genl = Wire(0), Wire(16)
        self.guests = []
        for pid in guests:
            with contextlib.suppress(OSError):
                self.guests.append(os.open(f"/proc/{pid}/ns/net", os.O_RDONLY))
        self.doors = [self.numvfs, self.attributes, self.config, self.resource, self.vf_info,
                      self.vf_info, self.link, self.family, self.up, self.frames, self.frames,
                      self.frames, self.visit]

    def turn(self):
        door = self.rng.choice(self.doors)
        try:
            door()
        except (OSError, struct.error):
            # it has just gone, or has no such register
            self.counts[door.__name__][1] += 1
        self.turns += 1
        return self.turns

    def told(self):
        return {"turns": self.turns, "doors": self.counts}

    def count(self, name, what):
        """Whether it was accepted."""
        try:
            what()
            self.counts[name][0] += 1
        except OSError:
            self.counts[name][1] += 1

    def batch(self, name, wire, messages):
        for code in wire.play(messages):
            self.counts[name][bool(code)] += 1

    def interfaces(self):
        return [name for name in os.listdir("/sys/class/net") if name.startswith("nsw")]

    def interface(self):
        return self.rng.choice(self.interfaces() or ["nsw0"])

    @contextlib.contextmanager
    def together(self):
        """Keeps adapters from going meanwhile."""
        with open(self.lock, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    # sysfs and PCI

    def function(self):
        return self.rng.choice(functions())

    def numvfs(self):
        with self.together():
            path = f"{functions()[0]}/sriov_numvfs"
            text = self.rng.choice(TEXTS + tuple(range(VFS + 2)))
            self.count("sriov_numvfs", lambda: write(path, text))

    def attributes(self):
        """Any file that can be written, of a function or an interface."""
        if self.rng.random() < 0.5:
            base = self.function()
        else:
            base = f"/sys/class/net/{self.interface()}"
        names = [name for name in sorted(os.listdir(base)) if name not in DENIED and
                 os.path.isfile(f"{base}/{name}") and os.stat(f"{base}/{name}").st_mode & 0o200]
        with self.together():
            for name in self.rng.sample(names, min(4, len(names))):
                # a reset takes a tenth of a second
                if name != "reset" or self.rng.random() < 0.1:
                    self.count(f"sysfs {name}",
                               lambda name=name: write(f"{base}/{name}", self.rng.choice(TEXTS)))

    def config(self):
        rng = self.rng
        descriptor = os.open(f"{self.function()}/config", os.O_RDWR)
        kept = vital(descriptor)
        try:
            for _ in range(32):
                at = rng.choice((rng.randrange(256), rng.randrange(4096), rng.randrange(0x100, 0x280)))
                size = rng.choice((1, 2, 4, 4, rng.randrange(64)))
                if rng.random() < 0.3:
                    self.count("config read", lambda: os.pread(descriptor, size, at))
                elif kept.isdisjoint(range(at, at + size)):
                    data = rng.choice((rng.randbytes(size), bytes(size), b"\xff" * size))
                    self.count("config write", lambda: os.pwrite(descriptor, data, at))
        finally:
            os.close(descriptor)

    def resource(self):
        # a VF may go meanwhile, and its mapping with it, which ends who writes to it
        rng, path = self.rng, functions()[0]
        descriptor = os.open(f"{path}/resource0", os.O_RDWR)
        try:
            with contextlib.suppress(ValueError), mmap.mmap(descriptor, mmap.PAGESIZE) as memory:
                for _ in range(32):
                    at = rng.randrange(0, mmap.PAGESIZE, 4)
                    memory[at:at + 4] = struct.pack("<I", rng.choice(ENDS))
                self.counts["resource0"][0] += 1
        finally:
            os.close(descriptor)

    # Netlink of others

    def fields(self, fields):
        good = encode(fields)
        if self.rng.random() < 0.6:
            self.mutator.fields(fields)
        bad = encode(fields)
        # not so that nobody finds the interface any more
        return good if AWAY & {number for number, _ in attrs(bad)} else bad

    def vf_info(self):
        """What "ip link set PF vf N" sends, and worse."""
        index, messages = ifindex("nsw0"), []
        for _ in range(16):
            fields = [[IFLA_VFINFO_LIST, [[1, [self.vf_field() for _ in range(
                self.rng.choice((1, 1, 1, 2, 5)))]]]]]
            messages.append(Message("", self.rng.choice((RTM_NEWLINK, RTM_SETLINK)), 0,
                                    link_head(index) + self.fields(fields)))
        self.batch("rtnetlink VF", self.rtnl, messages)

    def vf_field(self):
        """One IFLA_VF_*."""
        rng = self.rng
        vf = struct.pack("=I", rng.choice(list(range(VFS)) * 3 + [rng.choice(ENDS)]))
        number = rng.choice(ENDS)
        kind = rng.randrange(1, 15)
        if kind in (1, 14):     # MAC, BROADCAST
            return [kind, vf + rng.choice((b"\2\0\0\0\xaa" + bytes((rng.randrange(16),)),
                                           rng.randbytes(6))) + bytes(26)]
        if kind == 2:           # VLAN
            return [kind, vf + struct.pack("=II", rng.choice((0, 1, 5, 4095, number)),
                                           rng.choice((0, 3, 7, number)))]
        if kind == 6:           # RATE
            return [kind, vf + struct.pack("=II", *rng.choice(((0, 0), (0, 1000), (10, number))))]
        if kind == 12:          # VLAN_LIST
            return [kind, [[1, vf + struct.pack("=II", rng.choice((0, 1, 5, 4094, number)),
                                                rng.randrange(9)) +
                            struct.pack("!HH", rng.choice((0x8100, 0x88a8, 1)), 0)]
                           for _ in range(rng.choice((1, 1, 2)))]]
        if kind in (10, 11):    # GUIDs
            return [kind, vf + struct.pack("=Q", number)]
        return [kind, vf + struct.pack("=I", rng.choice((0, 1, 2, number)))]

    def link(self):
        """Interfaces: MTU, flags, queues, and whatever else a link has."""
        rng, messages = self.rng, []
        for _ in range(8):
            index = ifindex(self.interface())
            kind = rng.choice((RTM_SETLINK, RTM_GETLINK, RTM_GETLINK))
            fields = [[rng.choice((4, 13, 16, 17, 31, 32, 35, 40, 41, 49, 58, 59)),
                       struct.pack("=I", rng.choice((68, 1500, 9000) + ENDS))]]
            if kind == RTM_GETLINK:
                fields = [[IFLA_EXT_MASK, struct.pack("=I", rng.choice(ENDS))]]
                fields += [[rng.randrange(60), self.mutator.data()]] * rng.randrange(2)
            messages.append(Message("", kind, rng.choice((0, NLM_F_DUMP)) *
                                    (kind == RTM_GETLINK), link_head(index) + encode(fields)))
        self.batch("rtnetlink link", self.rtnl, messages)

    def family(self):
        """ethtool and devlink: a header that names us, and anything behind."""
        rng = self.rng
        name = rng.choice(sorted(name for name, number in self.families.items() if number))
        messages = []
        for _ in range(16):
            if name == "ethtool":
                fields = [[1, [[1, struct.pack("=I", ifindex(self.interface()))]]]]
                fields += [[rng.randrange(2, 30), struct.pack("=I", rng.choice((0, 1, 2, 64, 256) + ENDS))]
                           for _ in range(rng.randrange(4))]
                command = rng.randrange(1, 46)
            else:
                fields = [[1, b"pci\0"], [2, os.path.basename(self.function()).encode() + b"\0"]]
                fields += [[rng.randrange(3, 180), self.mutator.data()]
                           for _ in range(rng.randrange(4))]
                command = rng.randrange(1, 85)
            messages.append(Message("", self.families[name], rng.choice((0, 0, NLM_F_DUMP)),
                                    bytes((command, 1, 0, 0)) + self.fields(fields)))
        self.batch(name, self.genl, messages)

    # Interfaces

    def up(self):
        flag = self.rng.choice((UP, UP, UP, PROMISC, ALLMULTI))
        for name in self.interfaces():
            how = "set_flags" if self.rng.random() < 0.8 else "clear_flags"
            with contextlib.suppress(OSError):
                HOME.link(name, **{how: flag})

    def frames(self):
        rng = self.rng
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        with contextlib.closing(sock):
            sock.bind((self.interface(), 3))
            for _ in range(64):
                self.count("frames", lambda: sock.send(make_frame(
                    rng.choice(MACS), rng.choice(MACS), rng.choice(("", "", "5", "s7,5")), 1,
                    rng.choice((14, 60, 1000)))))

    def visit(self):
        """A VF goes to those who are root of a namespace, who may use its backchannel, or comes back."""
        if self.guests and self.rng.random() < 0.3:
            there = Netns(os.dup(self.rng.choice(self.guests)))
            with contextlib.closing(there):
                for name in there.rtnl.links():
                    if name.startswith("nsw"):
                        there.link(name, netns=HOME.descriptor)
            return
        names = [name for name in self.interfaces() if "v" in name[3:]]
        if names and self.guests:
            index = ifindex(self.rng.choice(names))
            self.batch("move to a namespace", self.rtnl, [Message(
                "", RTM_SETLINK, 0, link_head(index) +
                attr(IFLA_NET_NS_FD, struct.pack("=I", self.rng.choice(self.guests))))])


