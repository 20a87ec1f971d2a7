# SPDX-License-Identifier: GPL-2.0-only
"""Frames: good ones, strange ones, and none at all; and virtio headers before them."""

import struct

from flows import TCP, UDP, Flow
from frames import ETH_P_TEST, MAGIC
from netlink import mac_bytes

TPIDS = (0x8100, 0x8100, 0x88a8)
NONE, TCPV4, UFO, TCPV6, UDP_L4, ECN = 0, 1, 3, 4, 5, 0x80
PIECES = 100
SIZES = (0, 1, 13, 14, 15, 17, 18, 22, 59, 60, 61, 64, 512, 1499, 1500, 1501, 1514, 1515, 1518)
LARGE = (2000, 4095, 4096, 4097, 9000, 16384, 32768, 65000, 65535)
LINK_LOCAL = bytes.fromhex("0180c20000")


def headers(data):
    """(destination, source, tags) of a frame as its bytes say; None for one that is cut."""
    if len(data) < 14:
        return None
    tags, at = [], 12
    while data[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        if at + 6 > len(data):
            return None
        tags.append(struct.unpack_from("!HH", data, at))
        at += 4
    return data[:6].hex(":"), data[6:12].hex(":"), tuple(tags)


def plain(tags):
    """Without priority tags at the front, which hide no VLAN."""
    while tags and not tags[0][1] & 0xfff:
        tags = tags[1:]
    return tags


class FrameMaker:
    """Makes frames that are known again by a number."""

    def __init__(self, rng):
        self.rng = rng

    def tags(self):
        rng = self.rng
        count = rng.choice((0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 8, 9, 20))
        return b"".join(struct.pack("!HH", rng.choice(TPIDS), rng.choice((0, 0, 5, 7, 100, 200, 4095,
                                                                          rng.randrange(4096))) |
                                    rng.randrange(8) << 13) for _ in range(count))

    def body(self, serial):
        """Ethertype and payload; the number is behind what headers there are."""
        rng = self.rng
        mark = MAGIC + struct.pack("!I", serial)
        kind = rng.randrange(6)
        if kind < 2:
            return struct.pack("!H", ETH_P_TEST) + mark
        if kind == 2:
            return struct.pack("!H", rng.choice((0, 46, 0x600, 0x806, 0x8847, 0x8863, 0x9000, 0xffff,
                                                 rng.randrange(65536)))) + mark
        if kind < 5:
            version, above = rng.choice(((4, 6), (4, 17), (6, 6), (6, 17)))
            length = len(mark) + (20 if above == 6 else 8)
            return self.internet(version, above, length) + self.transport(above, length) + mark
        # a header whose lengths lie
        return struct.pack("!H", rng.choice((0x800, 0x86dd))) + rng.randbytes(rng.choice(
            (1, 2, 19, 20, 39, 40))) + mark

    def internet(self, version, above, length):
        if version == 4:
            return struct.pack("!HBBHHHBBH4s4s", 0x800, 0x45, 0, 20 + length,
                               self.rng.randrange(65536), self.rng.choice((0, 0, 0x4000, 0x2000)),
                               64, above, 0, b"\x0a\1\1\1", b"\x0a\1\1\2")
        return struct.pack("!HIHBB16s16s", 0x86dd, 0x60000000, length, above, 64,
                           b"\xfd" + bytes(14) + b"\1", b"\xfd" + bytes(14) + b"\2")

    def transport(self, above, length, words=None):
        if above == 6:
            words = self.rng.choice((5, 5, 5, 0, 15)) if words is None else words
            return struct.pack("!HHIIBBHHH", 1, 2, 3, 4, words << 4, 0x10, 1024, 0, 0)
        return struct.pack("!HHHH", 1, 2, length, 0)

    def good(self, dst, src, serial):
        """A frame, and a virtio header, as the stack of a machine sends them."""
        version, above = self.rng.choice(((4, 6), (4, 17), (6, 6), (6, 17)))
        mark = MAGIC + struct.pack("!I", serial) + bytes(self.rng.choice((0, 100, 1400, 9000)))
        length = len(mark) + (20 if above == 6 else 8)
        data = mac_bytes(dst) + mac_bytes(src) + self.internet(version, above, length) + \
            self.transport(above, length, 5) + mark
        return data, self.virtio(data, wrong=3, sizes=(536, 1400, 1448))

    def stream(self, dst, src):
        """Frames of one connection, which GRO may make one of."""
        rng = self.rng
        addresses = rng.choice((("10.1.1.1", "10.1.1.2"), ("fd00::1", "fd00::2")))
        flow = Flow((dst, src), addresses, (rng.randrange(1, 65536), 9), rng.choice((TCP, UDP)),
                    rng.random() < 0.5)
        size = rng.choice((1, 100, 536, 1400))
        return [flow.packet(bytes(size)) for _ in range(rng.choice((2, 5, 16)))] + \
            [flow.packet(bytes(rng.randrange(size)))]

    def frame(self, dst, src, serial, most):
        """A frame, sometimes cut or with bytes that are wrong."""
        rng = self.rng
        data = mac_bytes(dst) + mac_bytes(src) + self.tags() + self.body(serial)
        kind = rng.randrange(20)
        if kind < 3:
            data = data[:rng.choice((0, 1, 12, 13, 14, 15, 16, 17, 18, 20, rng.randrange(len(data))))]
        elif kind < 5:
            # not in the number
            at = rng.randrange(data.index(MAGIC))
            data = data[:at] + rng.randbytes(1) + data[at + 1:]
        elif kind == 5:
            data = rng.randbytes(rng.choice(SIZES))
        if kind >= 3:
            size = rng.choice(SIZES + (LARGE if most > 2000 else ()))
            data += bytes(max(0, min(size, most) - len(data)))
        return data

    def virtio(self, data, wrong=None, sizes=(1, 8, 100, 536, 1400, 1448)):
        """A header of struct virtio_net_hdr for this frame: right, nearly right, or anything."""
        rng = self.rng
        head = 14
        while data[head - 2:head] in (b"\x81\x00", b"\x88\xa8"):
            head += 4
        kind = data[head - 2:head]
        above = head + (40 if kind == b"\x86\xdd" else 20)
        tcp = data[head + (6 if kind == b"\x86\xdd" else 9):][:1] == b"\6"
        flags, gso = 1, NONE
        if rng.random() < 0.7:
            gso = (TCPV6 if kind == b"\x86\xdd" else TCPV4) if tcp else rng.choice((UDP_L4, UFO))
        values = [flags, gso, above + (20 if tcp else 8), rng.choice(sizes),
                  above, 16 if tcp else 6]
        wrong = rng.randrange(4) if wrong is None else wrong
        if not wrong:
            values = [rng.choice((0, 1, 2, 3, 255)),
                      rng.choice((NONE, TCPV4, UFO, TCPV6, UDP_L4, TCPV4 | ECN, TCPV6 | ECN, 255)),
                      *(rng.choice((0, 1, 13, 14, 34, 54, 64, 1500, 0xffff, rng.randrange(65536)))
                        for _ in range(4))]
        elif wrong == 1:
            at = rng.randrange(2, 6)
            values[at] = rng.choice((0, 1, values[at] + 1, len(data), 0xffff))
        if values[3]:
            # one frame of 64 KiB in pieces of a byte takes the debug kernel a minute
            values[3] = max(values[3], len(data) // PIECES)
        return struct.pack("=BBHHHH", *(value & 0xffff for value in values[:6]))

    @staticmethod
    def shifted(head, size):
        """The same virtio header for a frame without so many bytes at its front."""
        flags, gso, length, segment, start, offset = struct.unpack("=BBHHHH", head)
        return struct.pack("=BBHHHH", flags, gso, max(length - size, 0), segment,
                           max(start - size, 0), offset)
