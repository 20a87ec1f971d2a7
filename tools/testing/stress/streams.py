# SPDX-License-Identifier: GPL-2.0-only
"""Actors that send: frames, segments to be cut by the stack or by nobody, and TCP streams."""

import contextlib
import errno
import select
import socket
import struct
import time

from frames import BROADCAST, Sniffer, make_frame
from netlink import UP, mac_bytes
from system import HOME, Netns

TCPV4, UDP_L4, ECN = 1, 5, 0x80     # gso_type of struct virtio_net_hdr
# What a stream meets when its interface, its peer or its route goes.
CUT = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.ETIMEDOUT, errno.ECONNRESET,
       errno.ECONNREFUSED, errno.ECONNABORTED, errno.EPIPE, errno.EADDRNOTAVAIL, errno.EAGAIN,
       errno.ENOBUFS}


def send(sniffer, scene, count):
    rng = scene.rng
    with contextlib.closing(sniffer):
        for _ in range(count):
            dst = rng.choice((BROADCAST, "01:00:5e:00:00:71", scene.mac(), scene.mac()))
            frame = make_frame(dst, scene.mac(), rng.choice(("", "", "5", "s7,5")), 1,
                               rng.choice((14, 60, 1000)))
            try:
                sniffer.sock.send(frame)
            except OSError as error:
                # longer than the MTU that somebody has set
                if error.errno != errno.EMSGSIZE:
                    raise
        for _ in sniffer.receive():
            pass


def traffic(scene):
    send(Sniffer(HOME, scene.pick(scene.interfaces())), scene, 100)


def segments(scene, udp, tag):
    """A TCP or UDP frame over IPv4 that is to be cut, behind a struct virtio_net_hdr."""
    rng = scene.rng
    size, length = rng.choice((100, 536, 1448)), rng.choice((200, 1400, 9000, 60000))
    head = mac_bytes(scene.mac()) + mac_bytes(scene.mac())
    if tag:
        head += struct.pack("!HH", 0x8100, tag)
    head += b"\x08\x00"
    at = len(head) + 20     # where the header of TCP or UDP begins
    more = struct.pack("!HHHH", 7, 7, 8 + length, 0) if udp else \
        struct.pack("!HHIIHHHH", 7, 7, 1, 1, 0x5010, 512, 0, 0)
    head += struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(more) + length, 1, 0, 64,
                        17 if udp else 6, 0, bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))) + more
    kind = UDP_L4 if udp else TCPV4 | rng.choice((0, ECN))
    return struct.pack("=BBHHHH", 1, kind, len(head), size, at, 6 if udp else 16) + \
        head + bytes(length)


def gso(scene):
    """Segments of all sizes into any interface."""
    rng = scene.rng
    with contextlib.closing(Sniffer(HOME, scene.pick(scene.interfaces()))) as sniffer:
        sniffer.sock.setsockopt(263, 15, 1)     # PACKET_VNET_HDR
        for _ in range(20):
            try:
                sniffer.sock.send(segments(scene, rng.random() < 0.3, rng.choice((0, 0, 5))))
            except OSError as error:
                if error.errno != errno.EMSGSIZE:
                    raise
        for _ in sniffer.receive():
            pass


def pump(source, sink, seconds):
    """What goes in at one end comes out at the other, for a while; returns how much did."""
    data, end, done = bytes(1 << 16), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        readable, writable, _ = select.select([sink], [source], [], 0.05)
        for _ in writable:
            source.send(data)
        for _ in readable:
            done += len(sink.recv(1 << 18))
    return done


def abort(sock):
    """Ends a connection so that nothing of it stays: a socket keeps its namespace."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("=ii", 1, 0))
    sock.close()


def connection(stack, ends):
    """(a connecting socket in one namespace, a listening one in the other)"""
    socks = []
    for netns in ends:
        with netns:
            socks.append(socket.socket())
        stack.callback(abort, socks[-1])
        socks[-1].setblocking(False)
    socks[1].bind(("10.9.0.2", 7))
    socks[1].listen(1)
    with contextlib.suppress(BlockingIOError):
        socks[0].connect(("10.9.0.2", 7))
    return socks


def tcp(scene):
    """A stream between two VFs of an adapter, each in a namespace that ends with it."""
    with contextlib.ExitStack() as stack:
        first = scene.pick(scene.interfaces("vf"))
        second = scene.pick(name for name in scene.interfaces("vf")
                            if name != first and name.split("v")[0] == first.split("v")[0])
        ends = []
        for number, name in enumerate((first, second), 1):
            ends.append(Netns())
            stack.callback(ends[-1].close)
            HOME.link(name, netns=ends[-1].descriptor)
            with ends[-1]:
                ends[-1].rtnl.address(name, f"10.9.0.{number}", 24)
            ends[-1].link(name, set_flags=UP)
        try:
            client, server = connection(stack, ends)
            if select.select([server], [], [], 2)[0]:
                peer, _ = server.accept()
                stack.callback(abort, peer)
                peer.setblocking(False)
                pump(client, peer, scene.rng.random())
        except OSError as error:
            if error.errno not in CUT:
                raise
