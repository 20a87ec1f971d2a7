# SPDX-License-Identifier: GPL-2.0-only
"""Ways into an interface: packet sockets of each kind, AF_XDP, and programs of XDP."""

import ctypes
import errno
import mmap
import os
import socket
import struct

import bpf
import xsk

SOL_PACKET = 263
TX_RING, VERSION, VNET_HDR, QDISC_BYPASS, TX_HAS_OFF, LOSS = 13, 10, 15, 20, 19, 14
BLOCK, FRAMES, FRAME = 65536, 16, 65536
TEST_RUN, LIVE_FRAMES = 10, 1 << 1
WAYS = ("raw", "bypass", "virtio", "virtio", "ring", "xsk")
LARGE = {"virtio", "ring"}      # those that take frames of 64 KiB
TRIES = 100    # of a socket that is told to ask again
# What the stack may say of a frame before the module sees it.
EXPECTED = {errno.EINVAL, errno.EMSGSIZE, errno.ENETDOWN, errno.ENOBUFS, errno.ENXIO, errno.EAGAIN,
            errno.EPROTONOSUPPORT, errno.EIO, errno.ENOENT, errno.ENODEV, errno.EPERM, errno.ENOMEM}


class Ways:
    """Sockets on an interface."""

    def __init__(self, port):
        self.port, self.ring = port, None
        with port.netns:
            self.raw, self.bypass, self.virtio, self.ringed = (self.open() for _ in range(4))
            self.bypass.setsockopt(SOL_PACKET, QDISC_BYPASS, 1)
            self.virtio.setsockopt(SOL_PACKET, VNET_HDR, 1)
            self.make_ring()
        self.xsk = xsk.Socket(port)

    def open(self):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        sock.bind((self.port.ifname, 0))
        sock.setsockopt(socket.SOL_SOCKET, 32, 1 << 24)     # SO_SNDBUFFORCE
        return sock

    def make_ring(self):
        """Frames in pages of user space: skbs with fragments."""
        sock = self.ringed
        sock.setsockopt(SOL_PACKET, VERSION, 1)     # TPACKET_V2
        sock.setsockopt(SOL_PACKET, LOSS, 1)
        sock.setsockopt(SOL_PACKET, TX_RING, struct.pack("=IIII", BLOCK, FRAMES, FRAME, FRAMES))
        self.ring = mmap.mmap(sock.fileno(), BLOCK * FRAMES)
        self.at = 0

    def send(self, way, data, head=b""):
        """Whether the stack took it."""
        try:
            if way == "ring":
                return self.send_ring(data)
            if way == "xsk":
                return self.send_xsk(data)
            sock = {"raw": self.raw, "bypass": self.bypass, "virtio": self.virtio}[way]
            sock.send(head + data if way == "virtio" else data)
            return True
        except OSError as error:
            if error.errno not in EXPECTED:
                raise
            return False

    def send_ring(self, data):
        # struct tpacket2_hdr: status, len, ...; the data is behind it
        at, data = self.at * FRAME, data[:FRAME - 64]
        status, = struct.unpack_from("=I", self.ring, at)
        if status & 3:
            # still on its way
            return False
        self.ring[at + 32:at + 32 + len(data)] = data
        struct.pack_into("=II", self.ring, at, 1, len(data))
        try:
            self.ringed.send(b"", socket.MSG_DONTWAIT)
        except OSError:
            # or it would be sent with the next
            struct.pack_into("=I", self.ring, at, 0)
            raise
        self.at = (self.at + 1) % FRAMES
        return True

    def send_xsk(self, data):
        """Here alone nobody asks for a whole Ethernet header, but some drivers of others."""
        if len(data) < 14 and not self.port.ifname.startswith("nsw"):
            return False
        ring, data = self.xsk.rings[xsk.TX_RING], data[:xsk.CHUNK]
        self.xsk.completed()
        if not self.xsk.to_send:
            return False
        address = self.xsk.to_send.pop(0)
        self.xsk.memory[address:address + len(data)] = data
        ring.push(address, len(data), 0)
        if not data:
            # the kernel skips it and does not give it back
            self.xsk.to_send.append(address)
        try:
            for _ in range(TRIES):
                self.xsk.kick()
                if ring.is_empty():
                    return True
        except OSError:
            if not ring.is_empty():
                self.take_back(ring, address, data)
            raise
        self.take_back(ring, address, data)
        return False

    def take_back(self, ring, address, data):
        """The kernel looks at the ring only when it is kicked."""
        ring.unpush()
        if data:
            self.xsk.to_send.append(address)

    def close(self):
        if self.ring:
            self.ring.close()
        for sock in (self.raw, self.bypass, self.virtio, self.ringed, self.xsk):
            sock.close()


def run_live(program, ifindex, data, repeat):
    """Lets a program of XDP see frames as if they came from an interface, and has its verdicts."""
    text = ctypes.create_string_buffer(data, len(data))
    # struct xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex
    context = ctypes.create_string_buffer(struct.pack("=IIIIII", 0, len(data), 0, ifindex, 0, 0), 24)
    bpf.bpf(TEST_RUN, struct.pack("=IIIIQQIIIIQQIII", program, 0, len(data), 0,
                                  ctypes.addressof(text), 0, repeat, 0, 24, 0,
                                  ctypes.addressof(context), 0, LIVE_FRAMES, 0, 0))


def verdicts(interfaces):
    """Programs that do all that can be done with a frame; the descriptors. Redirection comes last."""
    codes = [bpf.verdict(one) for one in (bpf.ABORTED, bpf.DROP, bpf.PASS, bpf.TX, 77)]
    codes += [bpf.swap_addresses_and_send(), bpf.cut_head(14), bpf.cut_head(-32), bpf.cut_head(40)]
    codes += [bpf.redirect(index) for index in interfaces]
    return [bpf.load(code) for code in codes]


def close(descriptors):
    for descriptor in descriptors:
        os.close(descriptor)
