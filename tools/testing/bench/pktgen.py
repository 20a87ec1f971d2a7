# SPDX-License-Identifier: GPL-2.0-only
"""Frames per second through a path, with the kernel's packet generator."""

import re
import socket
import struct

from netlink import attrs
from system import read, write

PROC = "/proc/net/pktgen"
IFLA_STATS64 = 23


class NotDelivered(Exception):
    """The path lost frames, so its rate says nothing."""


def link(netns, ifname):
    """Attributes of an interface."""
    with netns:
        index = socket.if_nametoindex(ifname)
    reply = netns.rtnl.request(18, struct.pack("=BBHiII", 0, 0, 0, index, 0, 0))
    return dict(attrs(reply[0][16:]))


def received(netns, ifname):
    return struct.unpack_from("=Q", link(netns, ifname)[IFLA_STATS64])[0]


def tell(name, line):
    """pktgen reads to the end of the line."""
    write(f"{PROC}/{name}", f"{line}\n")


class Path:
    """From an interface of this namespace, to those where all frames have to arrive.

    ifname: where pktgen sends
    dst:    destination address; a list for one after the other
    sinks:  (namespace, interface) pairs, each of which gets every frame; for a list
            of addresses together; None if nothing can be counted
    """

    def __init__(self, ifname, src, dst, sinks, mode="start_xmit", cpu=0, step=0):
        self.ifname, self.src, self.dst, self.sinks = ifname, src, dst, sinks
        self.mode, self.cpu, self.step = mode, cpu, step

    def prepare(self, frames, size):
        thread = f"kpktgend_{self.cpu}"
        tell(thread, "rem_device_all")
        tell(thread, f"add_device {self.ifname}")
        for line in (f"count {frames}", f"pkt_size {size}", "delay 0", "clone_skb 0",
                     f"xmit_mode {self.mode}", f"src_mac {self.src}", f"dst_mac {self.dst}",
                     "dst 198.18.0.2", "src_min 198.18.0.1", "src_max 198.18.0.1",
                     "udp_src_min 9", "udp_src_max 9", "udp_dst_min 9", "udp_dst_max 9"):
            tell(self.ifname, line)
        if self.step:
            tell(self.ifname, f"dst_mac_count {self.step}")

    def result(self, frames):
        """Microseconds that it took."""
        text = read(f"{PROC}/{self.ifname}")
        found = re.search(r"Result: OK: (\d+)\(.*?\) usec, (\d+) ", text)
        if not found or int(found[2]) != frames:
            raise NotDelivered(text.splitlines()[-1])
        return int(found[1])

    def run(self, frames, size=60, want_all=True):
        """Frames per second."""
        self.prepare(frames, size)
        before = [received(*sink) for sink in self.sinks]
        start()
        usec = self.result(frames)
        arrived = [received(*sink) - was for sink, was in zip(self.sinks, before)]
        if want_all and any(count < frames for count in arrived):
            raise NotDelivered(f"{self.ifname}: of {frames} frames {arrived} arrived")
        return frames * 1e6 / usec


def start():
    """Starts all prepared paths and waits for their end."""
    tell("pgctrl", "start")
