# SPDX-License-Identifier: GPL-2.0-only
"""Operations of ethtool: queues, rings, moderation, RSS, rules, self tests."""

import struct

from checks import wait_for
from operations import VF, Operation, at_once, ethtool, rtnl_now
from snapshot import ETHTOOL
from state import PF
from system import HOME

ALLOC = 0xffffffff      # number of an RSS context that is to be made


def channels(number):
    return struct.pack("=9I", 0x3d, 0, 0, 0, 0, 0, 0, 0, number)


def rings(number):
    return struct.pack("=9I", 0x11, 0, 0, 0, 0, number, 0, 0, 0)


def coalesce(usecs):
    def data():
        old = bytearray(ETHTOOL.ask(VF, struct.pack("=I", 0xe) + bytes(88)))
        old[:8] = struct.pack("=II", 0xf, usecs)
        return bytes(old)
    return data


def table(queues, context=0, size=128):
    entries = [number % queues for number in range(size)]
    return struct.pack("=IIIIB7x", 0x47, context, size, 0, 0) + struct.pack(f"={size}I", *entries)


def rule(location, queue):
    """TCP to port 80 goes to a queue."""
    match = struct.pack("=4x4x2xHB37x", 0x5000, 0)
    mask = struct.pack("=4x4x2xHB37x", 0xffff, 0)
    spec = struct.pack("=I", 1) + match[:52].ljust(52, b"\0") + bytes(20) + \
        mask[:52].ljust(52, b"\0") + bytes(20) + bytes(4) + struct.pack("=QI4x", queue, location)
    return struct.pack("=IIQ", 0x32, 0, 0) + spec + bytes(8)


def no_rule(location):
    return struct.pack("=IIQ", 0x31, 0, 0) + bytes(160) + struct.pack("=I4x", location) + bytes(8)


def queues():
    up = lambda: HOME.rtnl.link(VF, set_flags=1)            # noqa: E731
    down = lambda: HOME.rtnl.link(VF, clear_flags=1)        # noqa: E731
    four, one = ethtool(VF, channels(4)), at_once(ethtool(VF, channels(1)))

    def wide():
        at_once(four)()
        up()

    def narrow():
        down()
        one()

    yield Operation("ethtool -L, down", four, one)
    yield Operation("ethtool -L, more", four, one, up, down)
    yield Operation("ethtool -L, fewer", ethtool(VF, channels(2)), at_once(four), wide, narrow)
    yield Operation("ethtool -G", ethtool(VF, rings(1024)), at_once(ethtool(VF, rings(256))), wide,
                    narrow)
    yield Operation("ethtool -C", ethtool(VF, coalesce(100)), at_once(ethtool(VF, coalesce(0))),
                    wide, narrow)
    default = ethtool(VF, table(4))

    def configured():
        wide()
        at_once(default)()

    def forget():
        # a table of size 0 is the default again
        at_once(ethtool(VF, struct.pack("=IIIIB7x", 0x47, 0, 0, 0, 0)))()
        narrow()

    yield Operation("ethtool -X", ethtool(VF, table(2)), at_once(default), configured, forget)
    yield Operation("ethtool -N", ethtool(VF, rule(5, 3)), at_once(ethtool(VF, no_rule(5))), wide,
                    narrow)

    def ruled():
        wide()
        at_once(ethtool(VF, rule(5, 3)))()

    yield Operation("ethtool -N delete", ethtool(VF, no_rule(5)),
                    at_once(ethtool(VF, rule(5, 3))), ruled, lambda: (
                        at_once(ethtool(VF, no_rule(5)))(), narrow()))
    yield Operation("ethtool -x", ethtool(VF, struct.pack("=IIII8x", 0x46, 0, 128, 40) +
                                          bytes(552)))


def tests():
    def carrier():
        HOME.rtnl.link(VF, set_flags=1)
        wait_for(lambda: HOME.rtnl.links()[VF][2][33] == b"\1", f"carrier of {VF}")

    down = rtnl_now("link", VF, clear_flags=1)
    for name, flags in (("online", 0), ("offline", 1)):
        yield Operation(f"ethtool -t {name}", ethtool(VF, struct.pack("=IIII40x", 0x1a, flags, 0,
                                                                      5)), None, carrier, down)


def link_settings(speed):
    """ETHTOOL_SLINKSETTINGS of the PF, with what it says of itself and another speed."""
    def data():
        words = struct.unpack_from("b", ETHTOOL.ask(PF, struct.pack("=I", 0x4c) + bytes(44)), 15)
        told = bytearray(ETHTOOL.ask(PF, struct.pack("=I11xb32x", 0x4c, -words[0]) +
                                     bytes(-12 * words[0])))
        told[:8] = struct.pack("=II", 0x4d, speed)
        # without carrier it tells no duplex and no speed
        told[8] = 1
        return bytes(told)
    return data


def others():
    """What has no queues."""
    yield Operation("ethtool -s speed", ethtool(PF, link_settings(25000)),
                    at_once(ethtool(PF, link_settings(100000))))
    yield Operation("ethtool -K gro", ethtool(VF, struct.pack("=II", 0x2c, 0)),
                    at_once(ethtool(VF, struct.pack("=II", 0x2c, 1))))
    yield Operation("ethtool -S", ethtool(VF, struct.pack("=II", 0x1d, 0) + bytes(8 * 4096)))
    yield Operation("ethtool -i", ethtool(VF, struct.pack("=I", 3) + bytes(192)))


def contexts():
    forget = at_once(ethtool(VF, struct.pack("=IIIIB7x", 0x47, 1, 0, 0, 0)))
    create = ethtool(VF, table(4, context=ALLOC))

    def wide():
        at_once(ethtool(VF, channels(4)))()
        HOME.rtnl.link(VF, set_flags=1)

    def narrow():
        HOME.rtnl.link(VF, clear_flags=1)
        at_once(ethtool(VF, channels(1)))()

    def with_one():
        wide()
        at_once(create)()

    def without():
        forget()
        narrow()

    yield Operation("RSS context add", create, forget, wide, narrow)
    yield Operation("RSS context change", ethtool(VF, table(2, context=1)),
                    at_once(ethtool(VF, table(4, context=1))), with_one, without)
    yield Operation("RSS context delete", ethtool(VF, struct.pack("=IIIIB7x", 0x47, 1, 0, 0, 0)),
                    at_once(create), with_one, without)
