# SPDX-License-Identifier: GPL-2.0-only
"""TCP and UDP as raw frames, with right checksums: what GRO makes one large frame of."""

import socket
import struct

from netlink import mac_bytes

TCP, UDP = 6, 17


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Flow:
    """Packets of one connection, one after another; addresses as text, IPv4 or IPv6.

    fixed: whether the identification of IPv4 stays the same, as it may where nobody fragments
    """

    def __init__(self, macs, addresses, ports, above=UDP, fixed=False):
        self.ports, self.above, self.fixed = ports, above, fixed
        self.six = ":" in addresses[0]
        family = socket.AF_INET6 if self.six else socket.AF_INET
        self.addresses = b"".join(socket.inet_pton(family, one) for one in addresses)
        self.head = b"".join(mac_bytes(mac) for mac in macs) + (b"\x86\xdd" if self.six else b"\x08\0")
        self.sequence = self.number = 1

    def internet(self, length):
        if self.six:
            return struct.pack("!IHBB", 0x60000000, length, self.above, 64) + self.addresses
        number = 7 if self.fixed else self.number & 0xffff
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, number, 0x4000, 64, self.above, 0)
        value = checksum(head + self.addresses)
        return head[:10] + struct.pack("!H", value) + self.addresses

    def transport(self, payload, value):
        if self.above == TCP:
            # ACK
            return struct.pack("!HHIIBBHHH", *self.ports, self.sequence & 0xffffffff, 1, 0x50, 0x10,
                               1024, value, 0) + payload
        return struct.pack("!HHHH", *self.ports, 8 + len(payload), value) + payload

    def packet(self, payload):
        """The next frame."""
        length = len(payload) + (20 if self.above == TCP else 8)
        pseudo = self.addresses + struct.pack("!IHBB", length, 0, 0, self.above)
        value = checksum(pseudo + self.transport(payload, 0))
        frame = self.head + self.internet(length) + self.transport(payload, value or 0xffff)
        self.number += 1
        self.sequence += len(payload)
        return frame
