# SPDX-License-Identifier: GPL-2.0-only
"""Frames of every kind into interfaces, by all ways; nothing that could be foretold."""

import contextlib
import errno
import fcntl
import os
import socket
import struct
import tempfile

import bpf
from frame_gen import FrameMaker
from frame_ways import EXPECTED, LARGE, WAYS, Ways, close, run_live, verdicts
from frames import BROADCAST
from netlink import UP
from random_model import GROUPS, NOBODY
from system import HOME, run, write

BURST, ETHERNET = 48, 14
SO_ZEROCOPY, UDP_SEGMENT, MSG_ZEROCOPY = 60, 103, 0x4000000
TUNSETIFF, TUNSETOFFLOAD, TUNSETVNETHDRSZ = 0x400454ca, 0x400454d0, 0x400454d8
IFF_TAP, IFF_NAPI, IFF_NAPI_FRAGS, IFF_NO_PI, IFF_VNET_HDR = 2, 0x10, 0x20, 0x1000, 0x4000


class Interface:
    """One of this namespace."""

    def __init__(self, name, mac=None):
        self.ifname, self.netns, self.mac = name, HOME, mac or NOBODY

    def up(self):
        HOME.link(self.ifname, set_flags=UP)

    def down(self):
        HOME.link(self.ifname, clear_flags=UP)

    def link(self, **what):
        HOME.link(self.ifname, **what)


class Noise:
    """All that can be sent into these ports, and the programs that may be in their way."""

    def __init__(self, rng, ports):
        self.rng, self.maker = rng, FrameMaker(rng)
        self.undo = contextlib.ExitStack()
        self.serial = self.sent = self.live = self.generated = self.paged = 0
        self.macs = [port.mac for port in ports] + [BROADCAST, NOBODY] + GROUPS
        self.ways, self.above, self.headless = {}, {}, set()
        # programs and pktgen are of this namespace
        self.ports = [port for port in ports if port.netns is HOME]
        self.index = {port: bpf.index(port) for port in self.ports}
        try:
            self.programs = verdicts(list(self.index.values()))
            self.undo.callback(close, self.programs)
            # Redirected to another port, a frame may come back for ever: not for a long time, then.
            self.attachable = self.programs[:len(self.programs) - len(self.ports)]
            self.attachable += [program for port, program in zip(reversed(self.ports),
                                                                 reversed(self.programs))
                                if port.ifname == "t-lan"]
            for port in ports:
                self.add(port)
        except BaseException:
            self.undo.close()
            raise
        self.turns = [self.burst, self.burst, self.attach, self.attach, self.run, self.generate,
                      self.change, self.stream, self.merge]

    def add(self, port):
        self.ways[port] = Ways(port)
        self.undo.callback(self.ways[port].close)

    def add_above(self, name, headless=False):
        """An interface of others above the ports, which takes only what makes sense.

        headless: whether its frames have no Ethernet header
        """
        self.above[name] = Ways(Interface(name))
        if headless:
            self.headless.add(name)
        self.undo.callback(self.above[name].close)
        self.turns += [self.descend] * (len(self.above) == 1)

    def descend(self):
        for _ in range(BURST // 2):
            self.serial += 1
            data, head = self.maker.good(self.rng.choice(self.macs), self.rng.choice(self.macs),
                                         self.serial)
            way = self.rng.choice(("raw", "virtio", "virtio", "ring"))
            name = self.rng.choice(list(self.above))
            if name in self.headless:
                data, head = data[ETHERNET:], self.maker.shifted(head, ETHERNET)
            self.sent += self.above[name].send(way, data, head)

    def told(self):
        return f"{self.sent} frames, {self.live} of programs, {self.generated} of the generator, " \
            f"{self.paged} from pages"

    def burst(self):
        for _ in range(BURST):
            port = self.rng.choice(list(self.ways))
            way = self.rng.choice(WAYS)
            self.serial += 1
            data = self.maker.frame(self.rng.choice(self.macs),
                                    self.rng.choice(self.macs + [port.mac] * 9), self.serial,
                                    65536 if way in LARGE else 9018)
            self.sent += self.ways[port].send(way, data, self.maker.virtio(data))

    def stream(self):
        """Frames that belong together."""
        for _ in range(8):
            port = self.rng.choice(list(self.ways))
            way = self.rng.choice(("raw", "raw", "bypass"))
            for data in self.maker.stream(self.rng.choice(self.macs), port.mac):
                self.sent += self.ways[port].send(way, data)

    def merge(self):
        """An interface makes one of them, in one of the ways that there are, or does not any more."""
        # nanoseconds for which it waits for more
        self.set_merging(self.rng.choice(self.ports), self.rng.choice((0, 200000, 10000000)),
                         lambda: self.rng.choice(("on", "off")))
        self.stream()

    @staticmethod
    def set_merging(port, wait, switch):
        features = " ".join(f"{name} {switch()}" for name in (
            "gro", "rx-gro-list", "rx-udp-gro-forwarding"))
        run(f"ethtool -K {port.ifname} {features}", ok=False)
        write(f"/sys/class/net/{port.ifname}/gro_flush_timeout", wait)

    def attach(self):
        """A program sees all frames of an interface for a while, in the driver or in the stack."""
        port = self.rng.choice(self.ports)
        # XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE
        with contextlib.suppress(OSError):
            link = bpf.bpf(bpf.LINK_CREATE, bpf.struct.pack(
                "=IIII", self.rng.choice(self.attachable), self.index[port], bpf.ATTACH_XDP,
                self.rng.choice((4, 4, 2))))
            try:
                self.burst()
                self.run()
            finally:
                os.close(link)

    def run(self):
        """Frames that a program makes of nothing."""
        self.serial += 1
        data = self.maker.frame(self.rng.choice(self.macs), self.rng.choice(self.macs), self.serial,
                                1514)
        repeat = self.rng.choice((1, 2, 64, 200))
        with contextlib.suppress(OSError):
            run_live(self.rng.choice(self.programs), self.index[self.rng.choice(self.ports)],
                     data, repeat)
            self.live += repeat

    def generate(self):
        """Frames that are sent many times over, as one skb."""
        thread, port = "/proc/net/pktgen/kpktgend_0", self.rng.choice(self.ports)
        if not os.path.exists(thread):
            return
        port.up()
        write(thread, "rem_device_all")
        write(thread, f"add_device {port.ifname}")
        clones = self.rng.choice((0, 10, 200))
        # into it, or as if it had come from it: then as one that many hold
        mode = self.rng.choice(("start_xmit", "start_xmit", "netif_receive"))
        for line in (f"xmit_mode {mode}", f"clone_skb {clones}", "count 300",
                     f"pkt_size {self.rng.choice((60, 1514))}", f"dst_mac {self.rng.choice(self.ports).mac}",
                     f"src_mac {port.mac}", f"frags {self.rng.choice((0, 3))}", "delay 0",
                     f"vlan_id {self.rng.choice((5, 10, 0xffff))}"):
            with contextlib.suppress(OSError):
                write(f"/proc/net/pktgen/{port.ifname}", line)
        # without carrier, for one
        with contextlib.suppress(OSError):
            write("/proc/net/pktgen/pgctrl", "start\n")
            self.generated += 300
        write(thread, "rem_device_all")

    def change(self):
        """An interface goes down and up, or takes larger frames."""
        port = self.rng.choice(self.ports)
        with contextlib.suppress(OSError):
            if self.rng.random() < 0.5:
                port.link(mtu=self.rng.choice((68, 1500, 9000)))
            else:
                port.down()
                self.burst()
        port.up()

    def play(self, frames):
        """Until so many are sent, and each way was taken once."""
        turns = list(self.turns)
        while turns or self.sent < frames:
            (turns.pop() if turns else self.rng.choice(self.turns))()
            self.drain()

    def drain(self):
        """Whoever listens does so in vain."""


class Pages:
    """UDP out of an interface whose neighbours are given: fragments that are not the kernel's own."""

    def __init__(self, rng, ifname, net, macs):
        self.rng = rng
        HOME.rtnl.address(ifname, f"{net}.1", 24)
        for number, mac in enumerate(macs, 2):
            run(f"ip neighbour replace {net}.{number} lladdr {mac} dev {ifname} nud permanent")
        self.hosts = [f"{net}.{number}" for number in range(2, 2 + len(macs))]
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.SOL_SOCKET, 25, ifname.encode() + b"\0")    # SO_BINDTODEVICE
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.file = tempfile.TemporaryFile()
        self.file.write(bytes(65536))
        self.file.flush()

    def send(self):
        """Whether the stack took it."""
        rng = self.rng
        size = rng.choice((0, 1, 2, 18, 1400, 1472, 1473, 4096, 20000, 60000))
        try:
            self.sock.connect((rng.choice(self.hosts), 9))
            segment = rng.choice((0, 0, 1, 100, 1400, 2000))
            self.sock.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, segment)
            if rng.random() < 0.5:
                os.sendfile(self.sock.fileno(), self.file.fileno(), rng.randrange(4096), size)
            else:
                self.sock.sendmsg([bytes(rng.randrange(40)), bytes(size)], [], MSG_ZEROCOPY)
            return True
        except OSError as error:
            if error.errno not in EXPECTED | {errno.ENETUNREACH, errno.EHOSTUNREACH,
                                              errno.ECONNREFUSED}:
                raise
            return False
        finally:
            self.collect()

    def collect(self):
        """What the kernel has to say of pages that it no longer needs."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.sock.recvmsg(256, 512, 0x2000)     # MSG_ERRQUEUE

    def close(self):
        self.sock.close()
        self.file.close()


class Tap:
    """A tap, whose frames may be in pieces and say of themselves what they like."""

    def __init__(self, name, frags):
        self.frags, self.ifname = frags, name
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | frags * (IFF_NAPI | IFF_NAPI_FRAGS)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("=16sH22x", name.encode(), flags))
        HOME.link(name, set_flags=UP)

    def send(self, rng, head, data):
        """Whether the kernel took it. Pieces become fragments, behind the Ethernet header."""
        parts = [head + data[:14], *(data[at:at + 2000] for at in range(14, len(data), 2000))]
        if self.frags and rng.random() < 0.5 and len(data) > 20:
            at = rng.randrange(15, min(len(data), 60))
            parts = [head + data[:14], data[14:at], data[at:at + 4000], data[at + 4000:at + 8000]]
        elif not self.frags:
            parts = [head + data]
        try:
            os.writev(self.fd, [part for part in parts if part])
            return True
        except OSError as error:
            if error.errno not in EXPECTED | {errno.EFAULT}:
                raise
            return False

    def drain(self):
        with contextlib.suppress(BlockingIOError, OSError):
            while os.read(self.fd, 1 << 17):
                pass

    def close(self):
        os.close(self.fd)
