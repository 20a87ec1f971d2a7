# SPDX-License-Identifier: GPL-2.0-only
"""Open vSwitch's kernel datapath without its daemons."""

import struct

from netlink import Netlink, attr, attrs, mac_bytes

NLM_F_ECHO = 8


class Family(Netlink):
    """A generic netlink family by name."""

    def __init__(self, name, version=1):
        super().__init__(16)
        reply = self.request(16, b"\3\1\0\0" + attr(2, name))
        self.family, = struct.unpack("=H", dict(attrs(reply[0][4:]))[1])
        self.version = version

    def do(self, command, header, *parts):
        payload = struct.pack("=BBH", command, self.version, 0) + header + b"".join(parts)
        return [reply[4:] for reply in self.request(self.family, payload, NLM_F_ECHO)]


class Datapath:
    """Ports and flows of one datapath. Frames without a flow are lost."""

    def __init__(self, name):
        self.vports = Family("ovs_vport")
        self.flows = Family("ovs_flow")
        # name, upcall pid: nobody listens
        reply = Family("ovs_datapath", 2).do(1, bytes(4), attr(1, name), attr(2, 0))
        self.index, = struct.unpack_from("=i", reply[0])
        self.header = struct.pack("=i", self.index)

    def add_port(self, ifname):
        """Returns the number of the port."""
        # type netdev, name, upcall pid
        reply = self.vports.do(1, self.header, attr(2, 1), attr(3, ifname), attr(5, 0))
        return struct.unpack("=I", dict(attrs(reply[0][4:]))[1])[0]

    def add_flow(self, in_port, src, dst, out_port):
        """All IPv4 from src to dst on in_port goes to out_port."""
        key = [attr(3, in_port), attr(4, mac_bytes(src) + mac_bytes(dst)),
               attr(6, struct.pack("!H", 0x0800)), attr(7, bytes(12))]
        mask = [attr(3, 0xffffffff), attr(4, b"\xff" * 12), attr(6, b"\xff\xff"),
                attr(7, bytes(12))]
        self.flows.do(1, self.header, attr(1, key), attr(2, [attr(1, out_port)]), attr(7, mask))
