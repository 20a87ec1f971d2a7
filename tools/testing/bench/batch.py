# SPDX-License-Identifier: GPL-2.0-only
"""Many requests of the nicswitch family with few system calls."""

import socket
import struct

from mmsg import Receiver
from netlink import NLM_F_ACK, NLM_F_REQUEST, NLMSG_ERROR, UAPI, Nicswitch

SO_RCVBUFFORCE = 33
REQUESTS = 512  # in one message to the kernel; the replies must fit into the socket's buffer


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
