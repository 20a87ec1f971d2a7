# SPDX-License-Identifier: GPL-2.0-only
"""Many requests of the nicswitch family with few system calls."""

import socket
import struct

from netlink import NLM_F_ACK, NLM_F_REQUEST, NLMSG_ERROR, UAPI, Nicswitch

SO_RCVBUFFORCE = 33
REQUESTS = 512  # in one message to the kernel; the replies must fit into the socket's buffer


def encode(nl, command, requests):
    """Chunks of requests, ready to be sent; each request is a dict of attributes."""
    number = UAPI["NSW_CMD_" + command.upper().replace("-", "_")]
    head = struct.pack("=BBH", number, 1, 0)
    chunk = []
    for values in requests:
        payload = head + Nicswitch.encode(**values)
        chunk.append(struct.pack("=IHHII", 16 + len(payload), nl.family,
                                 NLM_F_REQUEST | NLM_F_ACK, 0, 0) + payload)
        if len(chunk) == REQUESTS:
            yield len(chunk), b"".join(chunk)
            chunk = []
    if chunk:
        yield len(chunk), b"".join(chunk)


def send(nl, chunks):
    """Sends them and waits for all acknowledgements; the first refusal is an error."""
    nl.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, REQUESTS * 8192)
    for number, data in chunks:
        nl.sock.send(data)
        while number:
            for kind, _, _, payload in nl.messages():
                if kind == NLMSG_ERROR:
                    nl.judge(kind, 0, payload)
                    number -= 1


def do(nl, command, requests):
    send(nl, encode(nl, command, requests))
