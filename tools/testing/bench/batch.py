# SPDX-License-Identifier: GPL-2.0-only
"""Many requests of the nicswitch family with few system calls."""

import ctypes
import os
import socket
import struct

from netlink import NLM_F_ACK, NLM_F_REQUEST, NLMSG_ERROR, UAPI, Nicswitch

SO_RCVBUFFORCE = 33
REQUESTS = 512  # in one message to the kernel; the replies must fit into the socket's buffer
MSG_WAITFORONE = 0x10000
ANSWERS, ANSWER = 256, 2048  # messages that one system call receives, and room for each

libc = ctypes.CDLL(None, use_errno=True)


class Iovec(ctypes.Structure):
    """struct iovec"""
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class Msghdr(ctypes.Structure):
    """struct msghdr"""
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint32),
                ("iov", ctypes.POINTER(Iovec)), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int)]


class Mmsghdr(ctypes.Structure):
    """struct mmsghdr"""
    _fields_ = [("head", Msghdr), ("len", ctypes.c_uint32)]


class Receiver:
    """Takes many messages from a socket with one system call.

    The kernel has an answer of its own for each request. A system call for each would take
    longer than the request does, in User Mode Linux many times as long."""

    def __init__(self, sock):
        self.sock = sock
        self.room = bytearray(ANSWERS * ANSWER)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.room))
        self.vectors = (Iovec * ANSWERS)(*(Iovec(base + n * ANSWER, ANSWER)
                                           for n in range(ANSWERS)))
        self.heads = (Mmsghdr * ANSWERS)(*(Mmsghdr(Msghdr(iov=ctypes.pointer(vector), iovlen=1))
                                           for vector in self.vectors))

    def receive(self):
        """What is there, of which there is at least one message, as a list."""
        got = libc.recvmmsg(self.sock.fileno(), self.heads, ANSWERS, MSG_WAITFORONE, None)
        if got < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        view = memoryview(self.room)
        for number, message in enumerate(self.heads[:got]):
            if message.head.flags & socket.MSG_TRUNC:
                raise BufferError(f"an answer has more than {ANSWER} bytes")
            yield view[number * ANSWER:number * ANSWER + message.len]


def head(command):
    """What a request begins with."""
    return struct.pack("=BBH", UAPI["NSW_CMD_" + command.upper().replace("-", "_")], 1, 0)


def encode(nl, command, requests):
    """Chunks of requests, ready to be sent; each request is a dict of attributes."""
    # what makes an object has a reply
    flags = NLM_F_REQUEST | (0 if command.endswith("-new") else NLM_F_ACK)
    chunk = []
    for values in requests:
        payload = head(command) + Nicswitch.encode(**values)
        chunk.append(struct.pack("=IHHII", 16 + len(payload), nl.family, flags, 0, 0) + payload)
        if len(chunk) == REQUESTS:
            yield len(chunk), b"".join(chunk)
            chunk = []
    if chunk:
        yield len(chunk), b"".join(chunk)


def count_answers(nl, data):
    """Replies and acknowledgements in what was received; the first refusal is an error."""
    found, at = 0, 0
    while at < len(data):
        size, kind = struct.unpack_from("=IH", data, at)
        if kind == NLMSG_ERROR:
            nl.judge(kind, 0, data[at + 16:at + size])
        found += 1
        at += (size + 3) & ~3
    return found


def send(nl, chunks):
    """Sends them and waits for all acknowledgements."""
    nl.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, REQUESTS * 8192)
    receiver = Receiver(nl.sock)
    for number, data in chunks:
        nl.sock.send(data)
        while number:
            number -= sum(count_answers(nl, answer) for answer in receiver.receive())


def do(nl, command, requests):
    send(nl, encode(nl, command, requests))
