# SPDX-License-Identifier: GPL-2.0-only
"""What is asked of the module, each as one system call, and how to take it back.

An operation has do(), which returns a Call, and undo(), which puts everything back;
slow, if most of its many allocations are not the module's; end, functions in any of which
its sweep ends because the kernel does not survive a lack of memory in the last of them
(sweep.ENDS), some allocations earlier where it is a matter of chance which number an
allocation has; and begin, the same but refused by the kernel: the sweep begins at the
allocation where that is over.
"""

import errno
import fcntl
import os
import socket
import struct

import bpf
from netlink import (NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, UAPI, Nicswitch, Refused, Rtnl, attr,
                     mac_bytes)
from snapshot import ETHTOOL
from state import PF
from system import HOME, Netns, write

VF = f"{PF}v0"
SPARE = "02:00:00:00:bb:01"
GROUP = "01:00:5e:00:00:77"


class Call:
    """fire() is the system call; finish() reads what came of it."""

    def __init__(self, fire, finish=None, close=None):
        self.fire = fire
        self.finish = finish or (lambda: None)
        self.close = close or (lambda: None)


class Lost(Exception):
    """The answer did not fit into memory: it may have been yes."""


def request(make, kind, payload, flags=0):
    """A netlink request, whose work is done while it is sent."""
    nl = make()
    nl.seq += 1
    kind = nl.family if kind is None else kind
    message = struct.pack("=IHHII", 16 + len(payload), kind, NLM_F_REQUEST | NLM_F_ACK | flags,
                          nl.seq, 0) + payload

    def finish():
        try:
            return answers(nl)
        except Refused:
            raise
        except OSError as error:
            if error.errno not in (errno.ENOBUFS, errno.EAGAIN):
                raise
            raise Lost from error

    nl.sock.settimeout(10)
    return Call(lambda: nl.sock.send(message), finish, nl.close)


def answers(nl):
    replies = []
    while True:
        for kind, flags, seq, payload in nl.messages():
            if seq != nl.seq:
                continue
            if kind in (2, 3):
                if len(payload) >= 4:
                    nl.judge(kind, flags, payload)
                return replies
            replies.append(payload)


def genl(command, dump=False, **values):
    """do() for a request of the family."""
    def do():
        number = UAPI["NSW_CMD_" + command.upper().replace("-", "_")]
        actual = {name: value() if callable(value) else value for name, value in values.items()}
        payload = struct.pack("=BBH", number, 1, 0) + Nicswitch.encode(**actual)
        return request(Nicswitch, None, payload, NLM_F_DUMP if dump else 0)
    return do


def now(command, **values):
    """The same at once, for undo()."""
    def do():
        nl = Nicswitch()
        try:
            return nl.do(command, **{name: value() if callable(value) else value
                                     for name, value in values.items()})
        finally:
            nl.close()
    return do


class Captured(Rtnl):
    """Rtnl that keeps the message instead of sending it."""

    def request(self, kind, payload, flags=0):
        self.captured = kind, payload, flags
        return []


def rtnl(method, *args, **values):
    """do() for a method of Rtnl."""
    def do():
        nl = Captured()
        getattr(nl, method)(*args, **values)
        nl.close()
        return request(Rtnl, *nl.captured)
    return do


def rtnl_now(method, *args, **values):
    return lambda: getattr(HOME.rtnl, method)(*args, **values)


def ethtool(ifname, data):
    """do() for SIOCETHTOOL with this structure."""
    def do():
        ask, buffer = ETHTOOL.prepare(ifname, data() if callable(data) else data)
        return Call(lambda: fcntl.ioctl(ETHTOOL.sock, 0x8946, ask), lambda: buffer.raw)
    return do


def sysfs(path, text):
    """do() for one write; opening the file is not part of it."""
    def do():
        descriptor = os.open(path, os.O_WRONLY)
        data = str(text).encode()
        return Call(lambda: os.write(descriptor, data), None, lambda: os.close(descriptor))
    return do


def sysfs_now(path, text):
    return lambda: write(path, text)


def at_once(do):
    """undo() out of a do()."""
    def undo():
        call = do()
        try:
            call.fire()
            return call.finish()
        finally:
            call.close()
    return undo


class Operation:
    """do and undo; setup and teardown once around all attempts."""

    def __init__(self, name, do, undo=None, setup=None, teardown=None, slow=False,
                 addresses=True, begin=None, end=()):
        self.name, self.do, self.undo = name, do, undo or (lambda: None)
        self.setup, self.teardown = setup or (lambda: None), teardown or (lambda: None)
        self.slow, self.addresses, self.begin, self.end = slow, addresses, begin, end


def filter_id(**wanted):
    """The id of the filter that looks like this, when it is needed."""
    def find():
        for found in now("filter-get", dump=True)():
            if all(found.get(name.replace("_", "-")) == value for name, value in wanted.items()):
                return found["filter-id"]
        raise LookupError(wanted)
    return find


def filters():
    new = {"vport_id": 1, "mac": SPARE}
    found = filter_id(mac=SPARE)
    delete = now("filter-del", filter_id=found)
    yield Operation("filter add", genl("filter-new", **new), delete)
    yield Operation("filter add with a VLAN", genl("filter-new", vlan_id=7, **new), delete)
    yield Operation("filter add for any VLAN", genl("filter-new", vlan_mode=2, **new), delete)
    yield Operation("filter add with an owner", genl("filter-new", owned=True, **new),
                    lambda: None)
    yield Operation("filter add of a group", genl("filter-new", vport_id=1, mac=GROUP),
                    now("filter-del", filter_id=filter_id(mac=GROUP)))
    yield Operation("filter delete", genl("filter-del", filter_id=found),
                    now("filter-new", **new), now("filter-new", **new), delete)
    yield Operation("filter move",
                    genl("filter-move", filter_id=found, source_vport_id=1, vport_id=2),
                    now("filter-move", filter_id=found, source_vport_id=2, vport_id=1),
                    now("filter-new", **new), delete)


def vfs_and_vports():
    allocate = now("vf-new", mac=SPARE, vf_name="spare")
    free = now("vf-del", vf_id=2)

    def once():
        # address and queues of its interface stay
        allocate()
        now("vport-new", **new)()
        now("vport-del", vport_id=4)()
        free()

    new = {"vf_id": 2, "queue_pairs": 4, "vport_name": "spare"}
    yield Operation("vf allocate", genl("vf-new", mac=SPARE, vf_name="spare"), free, once)
    yield Operation("vf free", genl("vf-del", vf_id=2), allocate, allocate, free)
    yield Operation("vf reset", genl("vf-reset", vf_id=0))
    yield Operation("vf set", genl("vf-set", vf_id=0, mac=SPARE, link_policy=1, port_vlan=b"\5\0",
                                   max_tx_rate=100, min_tx_rate=10, spoofchk=b"\0", trust=b"\1"),
                    now("vf-set", vf_id=0, mac="02:00:00:00:00:01", link_policy=0,
                        port_vlan=b"\0\0", max_tx_rate=0, min_tx_rate=0, spoofchk=b"\1",
                        trust=b"\0"))
    yield Operation("vport create on a VF", genl("vport-new", **new), now("vport-del", vport_id=4),
                    lambda: (once(), allocate()), free)
    yield Operation("vport create on the PF", genl("vport-new", pf=True, vport_name="spare"),
                    now("vport-del", vport_id=4))
    create = now("vport-new", pf=True, queue_pairs=2, vport_name="spare")
    delete = now("vport-del", vport_id=4)

    def again():
        delete()
        create()

    yield Operation("vport activate", genl("vport-set", vport_id=4, vport_state=1), again, create,
                    delete)

    def active():
        create()
        now("vport-set", vport_id=4, vport_state=1)()

    yield Operation("vport delete", genl("vport-del", vport_id=4), active, active, delete)
    yield Operation("vport rename",
                    genl("vport-set", vport_id=1, vport_name="other", moderation=3),
                    now("vport-set", vport_id=1, vport_name="first", moderation=1))


def blocks():
    new = {"vf_id": 0, "block_id": 9, "block_data": b"content", "block_writable": True}
    delete = now("block-del", vf_id=0, block_id=9)
    yield Operation("block set", genl("block-set", **new), delete)
    yield Operation("block delete", genl("block-del", vf_id=0, block_id=9),
                    now("block-set", **new), now("block-set", **new), delete)
    yield Operation("block write", genl("block-write", ifindex=lambda: socket.if_nametoindex(VF),
                                        block_id=9, block_data=b"the answer"),
                    now("block-set", **new), now("block-set", **new), delete)
    again = {**new, "block_data": b"something else, and longer"}
    yield Operation("block set anew", genl("block-set", **again), now("block-set", **new),
                    now("block-set", **new), delete)
    mask = struct.pack("=Q", 1 << 9)
    yield Operation("block invalidate", genl("block-invalidate", vf_id=0, block_mask=mask))
    yield Operation("block take", genl("block-take", ifindex=lambda: socket.if_nametoindex(VF)))


def questions():
    for noun in ("adapter", "switch", "vf", "vport", "filter", "stats", "caps"):
        key = {"vf": {"vf_id": 0}, "vport": {"vport_id": 1}, "stats": {"vport_id": 1},
               "filter": {"filter_id": filter_id(mac="02:00:00:00:00:01")}}.get(noun, {})
        yield Operation(f"{noun} get", genl(f"{noun}-get", **key))
        if noun != "caps":
            yield Operation(f"{noun} dump", genl(f"{noun}-get", dump=True))
    yield Operation("block dump", genl("block-get", dump=True, vf_id=0))


def narrower_questions():
    """Of what somebody names."""
    yield Operation("filter dump of a vport", genl("filter-get", dump=True, vport_id=1))
    yield Operation("vport dump of a vf", genl("vport-get", dump=True, vf_id=0))
    yield Operation("block get", genl("block-get", vf_id=0, block_id=3))
    yield Operation("block get by the vf", genl(
        "block-get", ifindex=lambda: socket.if_nametoindex(VF), block_id=3))
    yield Operation("block dump by the vf", genl(
        "block-get", dump=True, ifindex=lambda: socket.if_nametoindex(VF)))
    yield Operation("vf bar get", genl("vf-bar-get", vf_id=0, bar_index=0))


def old_mac():
    """The PF's address, to put it back."""
    return HOME.rtnl.links()[PF][2][1].hex(":")


def links():
    mac = {}
    yield Operation("address of the PF", rtnl("link", PF, mac=SPARE),
                    lambda: HOME.rtnl.link(PF, mac=mac["pf"]),
                    lambda: mac.update(pf=old_mac()))
    yield Operation("address of an interface of a VPort", rtnl("link", f"{PF}p3", mac=SPARE),
                    lambda: HOME.rtnl.link(f"{PF}p3", mac="02:00:00:00:cc:01"),
                    lambda: HOME.rtnl.link(f"{PF}p3", mac="02:00:00:00:cc:01"))
    yield Operation("mtu", rtnl("link", VF, mtu=9000), rtnl_now("link", VF, mtu=1500))
    for ifname in (PF, VF, f"{PF}p3"):
        yield Operation(f"{ifname} up", rtnl("link", ifname, set_flags=1),
                        rtnl_now("link", ifname, clear_flags=1))
        up = rtnl_now("link", ifname, set_flags=1)
        yield Operation(f"{ifname} down", rtnl("link", ifname, clear_flags=1), up, up,
                        rtnl_now("link", ifname, clear_flags=1))
    up, down = rtnl_now("link", VF, set_flags=1), rtnl_now("link", VF, clear_flags=1)
    yield Operation("promiscuous", rtnl("link", VF, set_flags=0x100),
                    rtnl_now("link", VF, clear_flags=0x100), up, down)

    def multicast(code):
        def do():
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            ask = struct.pack("16sH6s8x", VF.encode(), 0, mac_bytes(GROUP))
            return Call(lambda: fcntl.ioctl(sock, code, ask), None, sock.close)
        return do

    yield Operation("multicast join", multicast(0x8931), at_once(multicast(0x8932)), up, down)
    yield Operation("VLAN interface", rtnl("add_vlan", "t-vlan", VF, 7),
                    rtnl_now("delete", "t-vlan"), up, down)
    yield Operation("ip link vf mac", rtnl("link", PF, vf=attr(1, struct.pack(
        "=I32s", 0, mac_bytes(SPARE)))), now("vf-set", vf_id=0, mac="02:00:00:00:00:01"))
    yield Operation("ip link vf vlan", rtnl("vf", PF, 0, vlan=5, qos=3),
                    rtnl_now("vf", PF, 0, vlan=0))
    yield Operation("ip link vf rate", rtnl("link", PF, vf=attr(6, struct.pack("=III", 0, 5, 90))),
                    now("vf-set", vf_id=0, min_tx_rate=0, max_tx_rate=0))
    yield Operation("ip link vf trust", rtnl("vf", PF, 0, trust=1), rtnl_now("vf", PF, 0, trust=0))


def uplinks():
    def cable():
        HOME.rtnl.add_veth("t-lan", "t-host", HOME.descriptor)
        HOME.rtnl.link("t-lan", set_flags=1)
        HOME.rtnl.link("t-host", set_flags=1)

    unplug = rtnl_now("link", "t-lan", master=None)
    delete = rtnl_now("delete", "t-lan")

    def plugged():
        cable()
        HOME.rtnl.link("t-lan", master=PF)

    def plug_later():
        call = Captured()
        call.link("t-lan", master=PF)
        call.close()
        return request(Rtnl, *call.captured)

    def unplug_later():
        call = Captured()
        call.link("t-lan", master=None)
        call.close()
        return request(Rtnl, *call.captured)

    yield Operation("external port plugged in", plug_later, unplug, cable, delete)
    yield Operation("external port unplugged", unplug_later,
                    lambda: HOME.rtnl.link("t-lan", master=PF), plugged, delete)


def namespaces():
    there = {}

    def begin():
        there["netns"] = Netns()

    def out():
        call = Captured()
        call.link(VF, netns=there["netns"].descriptor)
        call.close()
        return request(Rtnl, *call.captured)

    def back():
        there["netns"].link(VF, netns=HOME.descriptor)

    yield Operation("namespace of a VF", out, back, begin, lambda: there.pop("netns").close(),
                    end=("kobject_uevent_env",))


def xdp():
    program = {}

    def change(number):
        payload = struct.pack("=BBHiII", 0, 0, 0, socket.if_nametoindex(VF), 0, 0) + \
            attr(43, [attr(1, struct.pack("=i", number)), attr(3, 4)])
        return request(Rtnl, 16, payload)

    def attach():
        return change(program["fd"])

    def detach():
        return change(-1)

    def begin():
        program["fd"] = bpf.load(bpf.verdict(bpf.PASS))
        HOME.rtnl.link(VF, set_flags=1)

    def end():
        os.close(program.pop("fd"))
        HOME.rtnl.link(VF, clear_flags=1)

    def attached():
        begin()
        at_once(attach)()

    yield Operation("XDP program", attach, at_once(detach), begin, end)
    yield Operation("XDP program detached", detach, at_once(attach), attached,
                    lambda: (at_once(detach)(), end()))
