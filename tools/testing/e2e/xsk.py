# SPDX-License-Identifier: GPL-2.0-only
"""AF_XDP sockets, by hand, so that no library is needed."""

import ctypes
import errno
import mmap
import os
import socket
import struct
import time

import bpf
from checks import PATIENCE, check, wait_for
from system import libc

AF_XDP, SOL_XDP = 44, 283
MMAP_OFFSETS, RX_RING, TX_RING, UMEM_REG, FILL_RING, COMPLETION_RING = range(1, 7)
COPY, ZEROCOPY, SEVERAL = 2, 4, 16      # the last: a frame may lie in several chunks
MORE = 1        # of them follow
PLACES = {RX_RING: 0, TX_RING: 0x80000000, FILL_RING: 0x100000000, COMPLETION_RING: 0x180000000}
# in the order of struct xdp_mmap_offsets
ORDER = (RX_RING, TX_RING, FILL_RING, COMPLETION_RING)
CHUNK = 2048
CHUNKS = 64         # the first half receives, the other half sends


class Ring:
    """One of the four rings, shared with the kernel; both indexes only grow."""

    def __init__(self, sock, kind, offsets, entry):
        self.producer_at, self.consumer_at, self.entries_at, _ = offsets
        self.entry, self.size = struct.Struct(entry), CHUNKS
        self.memory = mmap.mmap(sock.fileno(), self.entries_at + CHUNKS * self.entry.size,
                                offset=PLACES[kind])

    def _get(self, at):
        return struct.unpack_from("=I", self.memory, at)[0]

    def _slot(self, index):
        return self.entries_at + index % self.size * self.entry.size

    def is_empty(self):
        return self._get(self.consumer_at) == self._get(self.producer_at)

    def push(self, *entry):
        """As the producer."""
        index = self._get(self.producer_at)
        self.entry.pack_into(self.memory, self._slot(index), *entry)
        struct.pack_into("=I", self.memory, self.producer_at, index + 1 & 0xffffffff)

    def unpush(self):
        """As the producer, of an entry that the consumer has not taken."""
        index = self._get(self.producer_at)
        struct.pack_into("=I", self.memory, self.producer_at, index - 1 & 0xffffffff)

    def pop(self):
        """As the consumer: the next entry, or None."""
        if self.is_empty():
            return None
        index = self._get(self.consumer_at)
        entry = self.entry.unpack_from(self.memory, self._slot(index))
        struct.pack_into("=I", self.memory, self.consumer_at, index + 1 & 0xffffffff)
        return entry


class Socket:
    """An AF_XDP socket on a queue of an interface."""

    def __init__(self, port, queue=0, mode=COPY, patience=PATIENCE):
        self.memory = mmap.mmap(-1, CHUNK * CHUNKS)
        self.received = bytearray()
        with port.netns:
            self.sock = socket.socket(AF_XDP, socket.SOCK_RAW, 0)
            try:
                self.prepare()
                self.bind(bpf.index(port), queue, mode, patience)
            except BaseException:
                self.close()
                raise

    def prepare(self):
        view = (ctypes.c_char * len(self.memory)).from_buffer(self.memory)
        address = ctypes.addressof(view)
        del view        # else the memory cannot be closed
        self.sock.setsockopt(SOL_XDP, UMEM_REG, struct.pack(
            "=QQIII4x", address, len(self.memory), CHUNK, 0, 0))
        for kind in ORDER:
            self.sock.setsockopt(SOL_XDP, kind, CHUNKS)
        offsets = struct.unpack("=16Q", self.sock.getsockopt(SOL_XDP, MMAP_OFFSETS, 128))
        self.rings = {kind: Ring(self.sock, kind, offsets[4 * number:4 * number + 4],
                                 "=QII" if kind in (RX_RING, TX_RING) else "=Q")
                      for number, kind in enumerate(ORDER)}
        for number in range(CHUNKS // 2):
            self.rings[FILL_RING].push(number * CHUNK)
        self.to_send = [number * CHUNK for number in range(CHUNKS // 2, CHUNKS)]

    def bind(self, ifindex, queue, mode, patience):
        address = struct.pack("=HHIII", AF_XDP, mode, ifindex, queue, 0)
        end = time.monotonic() + patience
        while libc.bind(self.sock.fileno(), address, len(address)):
            error = ctypes.get_errno()
            # a socket that was closed leaves its queue a little later
            if error != errno.EBUSY or time.monotonic() > end:
                raise OSError(error, os.strerror(error))
            time.sleep(0.002)

    def receive(self):
        """The frames that are there; their memory goes back."""
        frames = []
        while entry := self.rings[RX_RING].pop():
            address, length, options = entry
            self.received += self.memory[address:address + length]
            self.rings[FILL_RING].push(address - address % CHUNK)
            if not options & MORE:
                frames.append(bytes(self.received))
                self.received.clear()
        return frames

    def completed(self):
        """Takes back what was sent; returns how many."""
        count = 0
        while entry := self.rings[COMPLETION_RING].pop():
            self.to_send.append(entry[0])
            count += 1
        return count

    def send(self, *frames):
        check(len(frames) <= len(self.to_send), "too many frames on their way")
        for frame in frames:
            address = self.to_send.pop(0)
            self.memory[address:address + len(frame)] = frame
            self.rings[TX_RING].push(address, len(frame), 0)
        self.kick()
        wait_for(lambda: self.rings[TX_RING].is_empty() or self.kick(), "the kernel takes frames")

    def send_in_parts(self, *parts):
        """One frame, in as many chunks."""
        check(len(parts) <= len(self.to_send), "too many frames on their way")
        for number, part in enumerate(parts, 1):
            address = self.to_send.pop(0)
            self.memory[address:address + len(part)] = part
            self.rings[TX_RING].push(address, len(part), MORE if number < len(parts) else 0)
        self.kick()
        wait_for(lambda: self.rings[TX_RING].is_empty() or self.kick(), "the kernel takes frames")

    def kick(self):
        try:
            self.sock.send(b"", socket.MSG_DONTWAIT)
        except OSError as error:
            # a sign to ask again
            if error.errno not in (errno.EAGAIN, errno.EBUSY, errno.ENOBUFS):
                raise

    def close(self):
        for ring in getattr(self, "rings", {}).values():
            ring.memory.close()
        self.sock.close()
        self.memory.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
