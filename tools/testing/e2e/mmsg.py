# SPDX-License-Identifier: GPL-2.0-only
"""Many messages with one system call.

In User Mode Linux a system call may take longer than what the kernel does with a message."""

import ctypes
import os
import socket

from system import libc

MSG_WAITFORONE = 0x10000
ANSWERS, ANSWER = 256, 2048  # messages that one system call receives, and room for each


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


def headers(vectors):
    """A message for each of them."""
    return (Mmsghdr * len(vectors))(*(Mmsghdr(Msghdr(iov=ctypes.pointer(vector), iovlen=1))
                                      for vector in vectors))


def checked(result):
    """What a function of the C library returned, unless that is an error."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def send(sock, messages):
    """Sends all of them, so that nothing of this program comes between."""
    room = [ctypes.create_string_buffer(message, len(message)) for message in messages]
    vectors = (Iovec * len(room))(*(Iovec(ctypes.addressof(one), len(one)) for one in room))
    sent = checked(libc.sendmmsg(sock.fileno(), headers(vectors), len(vectors), 0))
    if sent != len(vectors):
        raise BlockingIOError(f"{sent} of {len(vectors)} messages sent")


class Receiver:
    """Takes many messages from a socket."""

    def __init__(self, sock):
        self.sock = sock
        self.room = bytearray(ANSWERS * ANSWER)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.room))
        self.vectors = (Iovec * ANSWERS)(*(Iovec(base + n * ANSWER, ANSWER)
                                           for n in range(ANSWERS)))
        self.heads = headers(self.vectors)

    def receive(self):
        """One after another what is there, which is at least one message."""
        got = checked(libc.recvmmsg(self.sock.fileno(), self.heads, ANSWERS, MSG_WAITFORONE, None))
        view = memoryview(self.room)
        for number, message in enumerate(self.heads[:got]):
            if message.head.flags & socket.MSG_TRUNC:
                raise BufferError(f"an answer has more than {ANSWER} bytes")
            yield view[number * ANSWER:number * ANSWER + message.len]
