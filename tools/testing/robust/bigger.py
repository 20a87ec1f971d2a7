# SPDX-License-Identifier: GPL-2.0-only
"""Operations on queues, on switches and VFs, on drivers, and on the module itself."""

import ctypes
import os
import struct

from checks import check, wait_for
from netlink import Nicswitch
from operations import PF, VF, Call, Operation, at_once, ethtool, genl, now, sysfs, sysfs_now
from snapshot import ETHTOOL
from system import HOME, libc

DRIVERS = "/sys/bus/pci/drivers"


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


def no_switch():
    now("switch-del")()


def switches():
    """Without a switch at the beginning and at the end."""
    yield Operation("switch create", genl("switch-new", num_vfs=0, switch_name="one",
                                          default_queue_pairs=4), now("switch-del"))
    yield Operation("switch create with VFs", genl("switch-new", num_vfs=2), now("switch-del"))
    create = now("switch-new", num_vfs=1)
    yield Operation("switch delete", genl("switch-del"), create, create, now("switch-del"))
    yield Operation("switch rename", genl("switch-set", switch_name="two"),
                    now("switch-set", switch_name="one"),
                    now("switch-new", num_vfs=0, switch_name="one"), now("switch-del"))
    yield Operation("caps set", genl("caps-set", caps={"max_vfs": 16}),
                    now("caps-set", caps={"max_vfs": 256}))
    numvfs = f"/sys/class/net/{PF}/device/sriov_numvfs"
    yield Operation("sriov_numvfs 2", sysfs(numvfs, 2), sysfs_now(numvfs, 0))
    yield Operation("sriov_numvfs 0", sysfs(numvfs, 0), sysfs_now(numvfs, 2),
                    sysfs_now(numvfs, 2), sysfs_now(numvfs, 0))


def address(ifname):
    return os.path.basename(os.readlink(f"/sys/class/net/{ifname}/device"))


def drivers():
    numvfs = f"/sys/class/net/{PF}/device/sriov_numvfs"
    which = {}

    def bind(driver, what, key):
        return lambda: sysfs(f"{DRIVERS}/{driver}/{what}", which[key])()

    def remember():
        sysfs_now(numvfs, 1)()
        which.update(pf=address(PF), vf=address(VF))

    def unbound():
        remember()
        at_once(bind("nicswitch_vf", "unbind", "vf"))()

    yield Operation("VF driver unbind", bind("nicswitch_vf", "unbind", "vf"),
                    at_once(bind("nicswitch_vf", "bind", "vf")), remember, sysfs_now(numvfs, 0))
    yield Operation("VF driver bind", bind("nicswitch_vf", "bind", "vf"),
                    at_once(bind("nicswitch_vf", "unbind", "vf")), unbound, sysfs_now(numvfs, 0),
                    slow=True)

    def pf_only():
        which.update(pf=address(PF))

    def pf_unbound():
        pf_only()
        at_once(bind("nicswitch", "unbind", "pf"))()

    yield Operation("PF driver unbind", bind("nicswitch", "unbind", "pf"),
                    at_once(bind("nicswitch", "bind", "pf")), pf_only)
    yield Operation("PF driver bind", bind("nicswitch", "bind", "pf"),
                    at_once(bind("nicswitch", "unbind", "pf")), pf_unbound,
                    lambda: at_once(bind("nicswitch", "bind", "pf"))(), slow=True)


def adapters():
    new = genl("adapter-new", total_vfs=4)
    yield Operation("adapter add", new, now("adapter-del", adapter_id=1),
                    addresses=False)
    yield Operation("adapter delete", genl("adapter-del", adapter_id=1),
                    now("adapter-new", total_vfs=4), now("adapter-new", total_vfs=4),
                    now("adapter-del", adapter_id=1), addresses=False)


def sys_call(number, *args):
    if libc.syscall(number, *args) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def module():
    """Without the module at the beginning and at the end."""
    parameters = ctypes.create_string_buffer(b"vfs=4")
    name = ctypes.create_string_buffer(b"nicswitch")

    def insert():
        descriptor = os.open(os.environ["NICSWITCH_MODULE"], os.O_RDONLY)
        return Call(lambda: sys_call(313, descriptor, parameters, 0), None,
                    lambda: os.close(descriptor))

    def remove():
        return Call(lambda: sys_call(176, name, 0))

    def out():
        at_once(remove)()
        wait_for(lambda: not os.path.isdir("/sys/module/nicswitch"), "the module to be gone")

    yield Operation("module load", insert, out, slow=True, addresses=False,
                    on_demand=True)
    yield Operation("module unload", remove, at_once(insert), at_once(insert), out,
                    addresses=False)


def check_family():
    """The family answers."""
    nl = Nicswitch()
    check(nl.do("adapter-get", dump=True), "no adapter")
    nl.close()
