# SPDX-License-Identifier: GPL-2.0-only
"""Many netlink messages with one system call, and what became of each."""

import ctypes
import os
import socket
import struct

from netlink import (NLM_F_ACK, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NETLINK_CAP_ACK,
                     NETLINK_EXT_ACK, SOL_NETLINK)
from system import libc

HEAD = struct.Struct("=IHHII")
CODE = struct.Struct("=i")
ROOM, BUFFERS = 32768, 64
DONTWAIT = 0x40
# NETLINK_PKTINFO, NETLINK_NO_ENOBUFS, NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK
OPTIONS = (3, 5, NETLINK_CAP_ACK, NETLINK_EXT_ACK, 12)


class Iovec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("len", ctypes.c_size_t))


class Msghdr(ctypes.Structure):
    _fields_ = (("name", ctypes.c_void_p), ("namelen", ctypes.c_uint32),
                ("iov", ctypes.POINTER(Iovec)), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int))


class Mmsghdr(ctypes.Structure):
    _fields_ = (("head", Msghdr), ("len", ctypes.c_uint32))


class Message:
    """A message without its header: command says in whose name it is counted."""

    __slots__ = ("command", "kind", "flags", "body", "lie")

    def __init__(self, command, kind, flags, body, lie=None):
        self.command, self.kind, self.flags, self.body, self.lie = command, kind, flags, body, lie

    def packed(self, seq):
        size = 16 + len(self.body)
        text = HEAD.pack(size if self.lie is None else self.lie, self.kind,
                         self.flags | NLM_F_REQUEST | NLM_F_ACK, seq, 0) + self.body
        return text + bytes(-size % 4)


class Wire:
    """A netlink socket that takes batches."""

    buffers = iovecs = vector = None

    def __init__(self, protocol=16, options=(NETLINK_CAP_ACK, NETLINK_EXT_ACK)):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        for option in options:
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sock.bind((0, 0))
        self.seq = 1
        if not Wire.vector:
            Wire.buffers = [ctypes.create_string_buffer(ROOM) for _ in range(BUFFERS)]
            Wire.iovecs = (Iovec * BUFFERS)(*((ctypes.addressof(one), ROOM)
                                              for one in Wire.buffers))
            Wire.vector = (Mmsghdr * BUFFERS)()
            for one, iovec in zip(Wire.vector, Wire.iovecs):
                one.head.iov, one.head.iovlen = ctypes.pointer(iovec), 1

    def close(self):
        self.sock.close()

    def play(self, messages, log=None, cut=0):
        """Sends them; returns for each its errno, 0, or None when nothing came back.

        cut: bytes at the end that are not sent
        """
        first = self.seq
        data = b"".join(one.packed(first + number) for number, one in enumerate(messages))
        data = data[:max(1, len(data) - cut)]
        self.seq = (first + len(messages)) & 0x7fffffff
        if log:
            log.write(f"{data.hex()}\n")
            log.flush()
        found = [None] * len(messages)
        try:
            self.sock.send(data)
        except OSError as error:
            return [error.errno] * len(messages)
        for seq, code in self.answers():
            if 0 <= seq - first < len(found):
                found[seq - first] = code
        return found

    def answers(self):
        """Yields (sequence number, errno) of all that has been answered."""
        while True:
            count = libc.recvmmsg(self.sock.fileno(), self.vector, BUFFERS, DONTWAIT, None)
            if count < 0:
                error = ctypes.get_errno()
                if error == 11:     # EAGAIN
                    return
                if error == 105:    # ENOBUFS: some were lost
                    continue
                raise OSError(error, os.strerror(error))
            for number in range(count):
                yield from self.judge(ctypes.string_at(self.buffers[number],
                                                       self.vector[number].len))

    @staticmethod
    def judge(data):
        at, end = 0, len(data)
        while at + 20 <= end:
            size, kind, _, seq, _ = HEAD.unpack_from(data, at)
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                yield seq, -CODE.unpack_from(data, at + 16)[0]
            if size < 16:
                return
            at += (size + 3) & ~3
