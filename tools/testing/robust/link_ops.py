# SPDX-License-Identifier: GPL-2.0-only
"""Operations on interfaces that take back, ask again, or go through another door."""

import socket
import struct

from netlink import Rtnl, attr, mac_bytes
from operations import SPARE, VF, Operation, at_once, now, request, rtnl, rtnl_now
from state import PF
from system import HOME

NEW_NEIGHBOUR, DELETE_NEIGHBOUR = 28, 29
OWN = "02:00:00:00:00:01"       # of VF 0


def up():
    HOME.rtnl.link(VF, set_flags=1)


def down():
    HOME.rtnl.link(VF, clear_flags=1)


def trusted():
    now("vf-set", vf_id=0, trust=b"\1")()
    up()


def untrusted():
    down()
    now("vf-set", vf_id=0, trust=b"\0")()


def neighbour(kind):
    """bridge fdb add or del ... self."""
    def do():
        head = struct.pack("=B3xiHBB", 7, socket.if_nametoindex(VF), 0x80, 2, 0)
        return request(Rtnl, kind, head + attr(2, mac_bytes(SPARE)),
                       0x600 if kind == NEW_NEIGHBOUR else 0)
    return do


def addresses():
    """Of a VF, which may choose them while it is trusted."""
    def own():
        HOME.rtnl.link(VF, mac=OWN)

    yield Operation("address of a VF", rtnl("link", VF, mac=SPARE), own, trusted, untrusted)
    add, delete = neighbour(NEW_NEIGHBOUR), neighbour(DELETE_NEIGHBOUR)
    yield Operation("secondary address", add, at_once(delete), trusted, untrusted)

    def added():
        trusted()
        at_once(add)()

    yield Operation("secondary address deleted", delete, at_once(add), added,
                    lambda: (at_once(delete)(), untrusted()))

    def vlan():
        up()
        HOME.rtnl.add_vlan("t-vlan", VF, 7)

    def no_vlan():
        HOME.rtnl.delete("t-vlan")
        down()

    yield Operation("VLAN interface deleted", rtnl("delete", "t-vlan"),
                    lambda: HOME.rtnl.add_vlan("t-vlan", VF, 7), vlan, no_vlan)
    yield Operation("all multicast", rtnl("link", VF, set_flags=0x200),
                    rtnl_now("link", VF, clear_flags=0x200), trusted, untrusted)
    for name in (PF, f"{PF}p3"):
        yield Operation(f"{name} promiscuous", rtnl("link", name, set_flags=0x100),
                        rtnl_now("link", name, clear_flags=0x100),
                        rtnl_now("link", name, set_flags=1),
                        rtnl_now("link", name, clear_flags=1))
        yield Operation(f"{name} mtu", rtnl("link", name, mtu=9000),
                        rtnl_now("link", name, mtu=1500))


def policies():
    yield Operation("ip link vf spoofchk", rtnl("vf", PF, 0, spoofchk=0),
                    rtnl_now("vf", PF, 0, spoofchk=1))
    yield Operation("ip link vf state", rtnl("vf", PF, 0, link=2), rtnl_now("vf", PF, 0, link=0),
                    up, down)
    query = [attr(7, struct.pack("=II", 0, value)) for value in (0, 1)]
    yield Operation("ip link vf query_rss", rtnl("link", PF, vf=query[1]),
                    rtnl_now("link", PF, vf=query[0]))
    # all that can be told of a PF and its VFs
    yield Operation("ip -s link show", lambda: request(Rtnl, 18, struct.pack(
        "=BBHiII", 0, 0, 0, socket.if_nametoindex(PF), 0, 0) + attr(29, 1)))


def cables():
    """External ports that go."""
    def plugged():
        HOME.rtnl.add_veth("t-lan", "t-host", HOME.descriptor)
        HOME.rtnl.link("t-lan", set_flags=1)
        HOME.rtnl.link("t-host", set_flags=1)
        HOME.rtnl.link("t-lan", master=PF)

    delete = rtnl_now("delete", "t-lan")
    yield Operation("external port deleted", rtnl("delete", "t-lan"), plugged, plugged, delete,
                    addresses=False)
    yield Operation("external port down", rtnl("link", "t-lan", clear_flags=1),
                    rtnl_now("link", "t-lan", set_flags=1), plugged, delete)
