# SPDX-License-Identifier: GPL-2.0-only
"""Frames with tags, and raw sockets that send and see them.

Tags are written as text, outermost first: "" for none, "10", "0" (a priority
tag), "10p3" with a priority, "s20" for 802.1ad, "s20,10" for two.
"""

import errno
import socket
import struct

from netlink import mac_bytes

ETH_P_TEST = 0x88b5
MAGIC = b"nicswitch"
BROADCAST = "ff:ff:ff:ff:ff:ff"


def parse_tags(text):
    """Tags as ((TPID, TCI), ...)."""
    tags = []
    for part in filter(None, text.split(",")):
        vid, _, priority = part.lstrip("s").partition("p")
        tags.append((0x88a8 if part[0] == "s" else 0x8100, int(vid) | int(priority or 0) << 13))
    return tuple(tags)


def format_tags(tags):
    """The reverse of parse_tags()."""
    return ",".join(("s" if tpid == 0x88a8 else "") + str(tci & 0xfff) +
                    (f"p{tci >> 13}" if tci >> 13 else "") for tpid, tci in tags)


def make_frame(dst, src, tag="", serial=0, length=60, kind=ETH_P_TEST):
    """A frame that is known again by its number."""
    head = mac_bytes(dst) + mac_bytes(src)
    for tpid, tci in parse_tags(tag):
        head += struct.pack("!HH", tpid, tci)
    head += struct.pack("!H", kind) + MAGIC + struct.pack("!I", serial)
    return head + bytes(max(0, length - len(head)))


class Sniffer:
    """A raw socket on an interface: sends, and sees what the interface receives."""

    def __init__(self, netns, ifname):
        with netns:
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
            self.sock.setsockopt(263, 8, 1)     # PACKET_AUXDATA: the tag out of band
            self.sock.setsockopt(263, 23, 1)    # PACKET_IGNORE_OUTGOING
            for option in (32, 33):     # SO_SNDBUFFORCE, SO_RCVBUFFORCE
                self.sock.setsockopt(socket.SOL_SOCKET, option, 1 << 24)
            self.sock.bind((ifname, 3))

    def fileno(self):
        return self.sock.fileno()

    def receive(self):
        """Yields (frame without outer tag, tags, real length) of all that is there."""
        while True:
            try:
                data, control, _, _ = self.sock.recvmsg(2048, 64, socket.MSG_TRUNC)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.ENETDOWN:
                    continue
                raise
            tags, length = (), len(data)
            for level, kind, value in control:
                if (level, kind) == (263, 8):
                    status, length, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", value[:20])
                    if status & 0x10:   # TP_STATUS_VLAN_VALID
                        tags = (tpid if status & 0x40 else 0x8100, tci),
            yield data, tags, length

    def frames(self):
        """Yields (number, tags, length) of all our frames that are there."""
        for data, tags, length in self.receive():
            at = 12
            while data[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
                tags += struct.unpack_from("!HH", data, at),
                at += 4
            if data[at + 2:at + 11] == MAGIC:
                yield struct.unpack_from("!I", data, at + 11)[0], tags, length

    def close(self):
        self.sock.close()
