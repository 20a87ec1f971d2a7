# SPDX-License-Identifier: GPL-2.0-only
"""Frames per second through a path, with the kernel's packet generator."""

import contextlib
import os
import re
import socket
import struct
import time
import types

import bpf
from netlink import attrs
from system import read, write

PROC = "/proc/net/pktgen"
SETTLE = 0.05       # seconds
IFLA_STATS64 = 23
RX_PACKETS, TX_PACKETS = 0, 1


class NotDelivered(Exception):
    """The path lost frames, so its rate says nothing."""


def link(netns, ifname):
    """Attributes of an interface."""
    with netns:
        index = socket.if_nametoindex(ifname)
    reply = netns.rtnl.request(18, struct.pack("=BBHiII", 0, 0, 0, index, 0, 0))
    return dict(attrs(reply[0][16:]))


def received(netns, ifname, counter=RX_PACKETS):
    return struct.unpack_from("=2Q", link(netns, ifname)[IFLA_STATS64])[counter]


def tell(name, line):
    """pktgen reads to the end of the line."""
    write(f"{PROC}/{name}", f"{line}\n")


class Path:
    """From an interface of this namespace, to those where all frames have to arrive.

    ifname: where pktgen sends
    dst:    destination address
    sinks:  arguments of received(), for each counter that has to count every frame
    mode:   of pktgen: start_xmit sends, netif_receive has the frame received
    cpu:    processor that sends
    step:   so many addresses, starting at dst, one after the other
    """

    def __init__(self, ifname, src, dst, sinks, mode="start_xmit", cpu=0, step=0):
        self.ifname, self.src, self.dst, self.sinks = ifname, src, dst, sinks
        self.mode, self.cpu, self.step = mode, cpu, step
        self.program = None

    def with_program(self, port, code, sinks):
        """The same path while an XDP program is on an interface, (namespace, name)."""
        path = Path(self.ifname, self.src, self.dst, sinks)
        path.program = bpf.Program(types.SimpleNamespace(netns=port[0], ifname=port[1]), code)
        return path

    def prepare(self, frames, size):
        tell(f"kpktgend_{self.cpu}", f"add_device {self.ifname}")
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

    def arrived(self, before):
        """By sink."""
        return [received(*sink) - was for sink, was in zip(self.sinks, before)]


def settle(path, before):
    """The same, when nothing comes any more."""
    found = None
    while found != path.arrived(before):
        found = path.arrived(before)
        time.sleep(SETTLE)
    return found


def run(paths, frames, size=60, lossy=False):
    """Frames per second of all paths together, each from the processor of its own.

    Of a lossy path, those that all sinks together have got."""
    for cpu in range(os.cpu_count()):
        tell(f"kpktgend_{cpu}", "rem_device_all")
    with contextlib.ExitStack() as stack:
        for path in paths:
            if path.program:
                stack.enter_context(path.program)
            path.prepare(frames, size)
        before = [[received(*sink) for sink in path.sinks] for path in paths]
        tell("pgctrl", "start")
        arrived = [settle(path, was) if lossy else path.arrived(was)
                   for path, was in zip(paths, before)]
    total = 0
    for path, got in zip(paths, arrived):
        if not lossy and any(count < frames for count in got):
            raise NotDelivered(f"{path.ifname}: of {frames} frames {got} arrived")
        total += (sum(got) if lossy else frames) * 1e6 / path.result(frames)
    return total
