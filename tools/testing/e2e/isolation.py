#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What somebody may not do: without privileges, from another namespace, and from inside a VF."""

import contextlib
import ctypes
import errno
import functools
import os
import signal
import socket
import struct
import time

from checks import PATIENCE, Skipped, check, check_equal, wait_for
from frames import make_frame
from ktap import diagnose, main, quick
from lab import Lab
from netlink import ROOT, UAPI, Nicswitch, Rtnl, attr, mac_bytes
from sriov import Vfs
from state import PF
from system import HOME, Netns, as_nobody, libc, write

TAGS = ("", "0", "5", "7", "5,7", "7,5", "0,7", "7,0", "7,7", "s5", "s7", "s5,7", "s7,5", "s7,s5",
        "7,s5", "0p3,7", "s0,7", "4095", "4095,7", "s4095,7", "5,5,7")


# What the family offers, from its spec

def spec():
    try:
        import yaml
    except ImportError as error:
        raise Skipped("no python3-yaml") from error
    text = (ROOT / "Documentation/netlink/specs/nicswitch.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def value(attribute, name):
    """A value that a request could have."""
    kind = attribute["type"]
    if kind == "string":
        return attr(UAPI[name], "x")
    if kind == "flag":
        return attr(UAPI[name])
    if kind == "nest":
        return attr(UAPI[name], [attr(UAPI["NSW_A_CAPS_MAX_VPORTS"], 4)])
    if kind == "binary":
        length = attribute.get("checks", {}).get("exact-len", 8)
        return attr(UAPI[name], mac_bytes("02:00:00:00:99:01")[:length].ljust(length, b"\0"))
    size = {"u8": 1, "s8": 1, "u16": 2, "s16": 2, "u64": 8, "s64": 8}.get(kind, 4)
    number = max(1, attribute.get("checks", {}).get("min", 1))
    return attr(UAPI[name], number.to_bytes(size, "little"))


@functools.cache
def requests():
    """(name, needs privileges, payload) of every request that can be made."""
    book, found = spec(), []
    sets = {one["name"]: {each["name"]: each for each in one["attributes"]}
            for one in book["attribute-sets"]}
    for operation in book["operations"]["list"]:
        if "request" not in operation.get("do", {}):
            continue
        command = UAPI["NSW_CMD_" + operation["name"].upper().replace("-", "_")]
        known = sets[operation["attribute-set"]]
        parts = [value(known[name], "NSW_A_" + name.upper().replace("-", "_"))
                 for name in operation["do"]["request"].get("attributes", ())]
        # the adapter that is there, so that nothing but privileges is in the way
        parts = [attr(UAPI["NSW_A_ADAPTER_ID"], 0) if part[2:4] ==
                 struct.pack("=H", UAPI["NSW_A_ADAPTER_ID"]) else part for part in parts]
        found.append((operation["name"], bool(operation.get("flags")),
                      struct.pack("=BBH", command, 1, 0) + b"".join(parts)))
    return found


def everything(nl):
    return [nl.do(f"{noun}-get", dump=True) for noun in ("adapter", "switch", "vf", "vport",
                                                         "filter")] + [nl.do("caps-get")]


def attempt(nl, wanted):
    """How many requests that need privileges are answered otherwise than with these errors."""
    wrong = 0
    for name, privileged, payload in requests():
        if not privileged:
            continue
        try:
            nl.request(nl.family, payload)
            print(f"# {name}: done", flush=True)
            wrong += 1
        except OSError as error:
            if error.errno not in wanted:
                print(f"# {name}: {error}", flush=True)
                wrong += 1
    return wrong


@quick
def test_every_request_that_changes_something_needs_privileges():
    with Lab(vfs=2) as lab:
        before = everything(lab.nl)
        check(sum(privileged for _, privileged, _ in requests()) >= 20, "requests in the spec")
        check_equal(as_nobody(lambda: attempt(Nicswitch(), {errno.EPERM})), 0, "requests")
        check_equal(everything(lab.nl), before, "objects")


@quick
def test_root_of_a_user_namespace_reaches_no_adapter():
    """Neither with a socket of its own network namespace nor with one that it was given."""
    with Lab(vfs=2) as lab:
        requests()      # the checkout may be where nobody else can read
        before = everything(lab.nl)
        given = Nicswitch()
        lab.defer(given.close)
        # as the initial namespace's CAP_NET_ADMIN, or not at all
        for name, nl, wanted in (("its own", Nicswitch, {errno.EPERM, errno.ENODEV}),
                                 ("a given", lambda: given, {errno.EPERM})):
            status = as_nobody(lambda: attempt(nl(), wanted), capability=True)  # noqa: B023
            if status == 77:
                raise Skipped("no user namespaces")
            check_equal(status, 0, f"requests through {name} socket")
        check_equal(everything(lab.nl), before, "objects")


def test_what_changes_nothing_is_not_harmed_by_odd_requests():
    """Requests that anybody may make answer, or say why not."""
    with Lab(vfs=2) as lab:
        requests()      # the checkout may be where nobody else can read
        before = everything(lab.nl)

        def look():
            nl, wrong = Nicswitch(), 0
            for name, privileged, payload in requests():
                if privileged:
                    continue
                try:
                    nl.request(nl.family, payload)
                except OSError as error:
                    wrong += error.errno not in (errno.ENOENT, errno.ENODEV, errno.EPERM,
                                                 errno.EINVAL)
            return wrong

        check_equal(as_nobody(look), 0, "answers")
        check_equal(everything(lab.nl), before, "objects")


# Files and other sockets

@quick
def test_files_and_links_are_not_for_everybody():
    with Lab(vfs=1, netns=False) as lab:
        vf = lab.nl.do("vf-get", vf_id=0)["pci-address"]
        pf = lab.nl.do("adapter-get")["pci-address"]
        paths = [f"/sys/bus/pci/devices/{pf}/{name}" for name in
                 ("sriov_numvfs", "sriov_drivers_autoprobe", "remove", "reset", "config",
                  "driver/unbind", "driver_override")]
        paths += [f"/sys/bus/pci/devices/{vf}/{name}" for name in
                  ("reset", "config", "driver/unbind", "driver_override")]
        paths += [f"/sys/class/net/{PF}/{name}" for name in ("mtu", "flags", "ifalias")]
        before = everything(lab.nl)

        def touch():
            wrong = 0
            for path in filter(os.path.exists, paths):
                try:
                    write(path, 1)
                    wrong += 1
                except OSError as error:
                    wrong += error.errno not in (errno.EACCES, errno.EPERM)
            return wrong

        def link():
            rtnl, wrong = Rtnl(), 0
            for what in ({"mac": "02:00:00:00:99:01"}, {"mtu": 900}, {"set_flags": 0x100},
                         {"vf": attr(4, struct.pack("=II", 0, 0))}):
                try:
                    rtnl.link(PF, **what)
                    wrong += 1
                except OSError as error:
                    wrong += error.errno != errno.EPERM
            return wrong

        for capability in (False, True):
            status = as_nobody(touch, capability=capability)
            check(status in (0, 77), f"{status} files could be written")
        check_equal(as_nobody(link), 0, "links that could be changed")
        check_equal(everything(lab.nl), before, "objects")


# A VF in hands that mean no good

class Hostage:
    """A user namespace with a network namespace of its own, whose root has got a VF."""

    def __init__(self, lab, name):
        self.port = lab[name]
        ready, self.told = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            with contextlib.suppress(BaseException):
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                status = libc.unshare(0x10000000 | 0x40000000)
                os.write(self.told, b"x" if not status else b"-")
                time.sleep(1000)
            os._exit(0)
        # so that the end of the child is the end of the file
        os.close(self.told)
        self.possible = os.read(ready, 1) == b"x"
        os.close(ready)
        lab.defer(self.release)

    def take(self):
        descriptor = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
        self.port.netns.link(self.port.ifname, netns=descriptor)
        os.close(descriptor)

    def act(self, function):
        """Runs function as root there; it returns how much went wrong."""
        child = os.fork()
        if not child:
            status = 99
            try:
                os.setgroups([])
                spaces = [os.open(f"/proc/{self.pid}/ns/{kind}", os.O_RDONLY)
                          for kind in ("user", "net")]
                for descriptor in spaces:
                    check(not libc.setns(descriptor, 0), "cannot enter its namespaces")
                status = function()
            except BaseException as error:  # pylint: disable=broad-except
                print(f"# {type(error).__name__}: {error}", flush=True)
            finally:
                os._exit(status)
        _, code = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(code)

    def release(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@quick
def test_root_of_a_container_has_its_vf_and_nothing_else():
    with Lab(vfs=2) as lab:
        requests()
        hostage = Hostage(lab, "v0")
        if not hostage.possible:
            raise Skipped("no user namespaces")
        ifname, theirs = lab["v0"].ifname, lab["v1"].mac
        lab.ports.pop("v0")
        hostage.take()
        before = everything(lab.nl)

        def act():
            wrong = attempt(Nicswitch(), {errno.EPERM, errno.ENODEV, errno.EINVAL, errno.ENOENT})
            rtnl = Rtnl()
            # its own link is its own, as far as that goes
            rtnl.link(ifname, set_flags=1 | 0x100 | 0x200)
            for what in ({"mac": theirs}, {"vf": attr(4, struct.pack("=II", 0, 0))}):
                with contextlib.suppress(OSError):
                    rtnl.link(ifname, **what)
                    print(f"# {what}: done", flush=True)
                    wrong += "vf" in what
            return wrong

        check_equal(hostage.act(act), 0, "what it could do")
        after = everything(lab.nl)
        for seen in (before, after):
            for one in seen[2] + seen[3]:
                # the interface has moved, which is what the PF did
                for name in ("ifindex", "carrier"):
                    one.pop(name, None)
        check_equal(after, before, "objects")
        lab.sees("wire", "v1", dst="v1")


def test_root_of_a_container_with_a_pf_asks_for_no_faults():
    """They hold up, or reset, what is not its own."""
    with Lab(vfs=0, wire=False) as lab:
        hostage = Hostage(lab, "pf")
        if not hostage.possible:
            raise Skipped("no user namespaces")
        lab.ports.clear()
        hostage.take()
        there = Netns(os.open(f"/proc/{hostage.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC))

        def act():
            nl, wrong = Nicswitch(), 0
            # the adapter is its own, as far as that goes
            nl.do("vport-del", vport_id=nl.do("vport-new", pf=True)["vport-id"])
            for command, values in (("fault-new", {"fault_kind": 3, "fault_delay": 60000}),
                                    ("fault-new", {"fault_kind": 7}),
                                    ("fault-new", {"fault_kind": 8}),
                                    ("fault-del", {"fault_id": 1})):
                try:
                    nl.do(command, **values)
                    print(f"# {command} {values}: done", flush=True)
                    wrong += 1
                except OSError as error:
                    wrong += error.errno != errno.EPERM
            return wrong

        try:
            check_equal(hostage.act(act), 0, "what it could do")
        finally:
            there.link(PF, netns=HOME.descriptor)
            there.close()
        check_equal(lab.nl.do("fault-get", dump=True), [], "faults")


def test_a_vf_that_wants_everything_gets_only_its_own():
    """Promiscuous, with the address of another and more of them on top, in every VLAN."""
    with Lab(vfs=3) as lab:
        port = lab["v0"]
        port.promisc()
        port.allmulti()
        with contextlib.suppress(OSError):
            port.link(mac=lab["v1"].mac)
        with port.netns:
            port.netns.rtnl.add_macvlan("t-mv", port.ifname, "02:00:00:00:aa:01")
        lab.defer(lab.delete_link, port.netns, "t-mv")
        for vid in (5, 7):
            lab.add_vlan("v0", vid)
        lab.filter("v1", "v1", "7")
        lab.filter("v2", "v2", "7")
        before = lab.counters()["v0"]["rx_packets"]
        lab.sees("v2", "v1", dst="v1")
        lab.sees("v2", "v1:7", dst="v1", tag="7")
        lab.sees("wire", "v1", dst="v1")
        lab.sees("v1", "wire", dst="wire")
        lab.sees("v1", "pf", dst="pf")
        lab.sees("v2", "wire", dst="02:00:00:00:aa:01")
        lab.sees("wire", "", drop="wire:no_match", dst="02:00:00:00:aa:01")
        check_equal(lab.counters()["v0"]["rx_packets"], before, "frames that VF 0 got")
        # nor may it speak for them
        for src in ("v1", "v2", "pf", "wire", "02:00:00:00:aa:01"):
            lab.sees("v0", "", drop="v0:spoof", dst="v2", src=src)


def test_addresses_of_a_vf_make_no_filters():
    """Not the ones on top of it, nor what it joins: an untrusted VF has what it was given."""
    with Vfs(2) as lab:
        port = lab["v0"]
        before = lab.nl.do("filter-get", dump=True)
        for number in range(8):
            with port.netns:
                port.netns.rtnl.add_macvlan(f"t-m{number}", port.ifname,
                                            f"02:00:00:00:aa:{number:02x}")
            lab.defer(lab.delete_link, port.netns, f"t-m{number}")
        check_equal(lab.nl.do("filter-get", dump=True), before, "filters")
        lab.sees("wire", "", drop="wire:no_match", dst="02:00:00:00:aa:01")


def stays_in(lab, port_vlan, proto):
    """Whatever VF 0 sends, it goes in its port VLAN, and to nobody who is in another."""
    lab.vf(0, vlan=port_vlan, proto=proto)
    lab.vf(1, vlan=7)
    outer = f"{'s' if proto == 0x88a8 else ''}{port_vlan}"
    for tag in TAGS:
        for dst in ("v1", "v2", "bcast", "01:00:5e:00:00:71", "wire"):
            lab.send("v0", dst, tag=tag)
    seen = {}
    lab.settle(seen)
    for got in seen.values():
        for who in got:
            name, _, tags = who.partition(":")
            check(name in ("wire", "pf") and tags.split(",")[0] == outer, f"{who} got a frame")
    check(seen, "nothing arrived at all")


def test_nothing_leaves_a_port_vlan_however_it_is_tagged():
    for proto in (0x8100, 0x88a8):
        with Lab(vfs=3) as lab:
            lab.filter("v1", "v1", "5")
            lab.filter("v2", "v2", "7")
            lab["v1"].allmulti()
            lab["v2"].promisc()
            stays_in(lab, 5, proto)
            lab.drops_before = lab.drops()


# Floods

class Flood:
    """A process that sends frames as fast as it can."""

    def __init__(self, port, dst, src):
        self.pid = os.fork()
        if not self.pid:
            # processors are the scheduler's to share out: what is left between our own frames
            os.nice(19)
            frame = make_frame(dst, src, "", 0, 60)
            while True:
                with contextlib.suppress(OSError):
                    port.raw(frame)

    def stop(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.pid = 0


BURSTS, BURST = 10, 128     # a burst fits into the ring of a VPort, which has 256 places


def arrived(lab, here, there):
    """How many frames of some bursts arrive; the next one is sent when the last is over."""
    sent, everything = set(), {}
    for _ in range(BURSTS):
        wanted, seen = {lab.send(here, there) for _ in range(BURST)}, {}
        lost = -rx_full(lab, there)
        wait_for(lambda: lab.gather(seen, 0.001) * 0 or   # noqa: B023
                 len(wanted & set(seen)) + lost + rx_full(lab, there) >= BURST,  # noqa: B023
                 f"frames from {here} to {there}", 6 * PATIENCE)
        sent |= wanted
        everything |= seen
    # where others lose frames too, ours may come later
    while lab.gather(everything, 0.3):
        pass
    return len(sent & set(everything))


def only_from(port, mac):
    """Has a port see what comes from this address only, however much else comes."""
    low = int.from_bytes(mac_bytes(mac)[2:], "big")
    code = struct.pack("=HBBIHBBIHBBIHBBI", 0x20, 0, 0, 8, 0x15, 0, 1, low, 6, 0, 0, 0xffff, 6, 0,
                       0, 0)
    program = ctypes.create_string_buffer(code)
    port.sniffer.sock.setsockopt(socket.SOL_SOCKET, 26,     # SO_ATTACH_FILTER
                                 struct.pack("HL", 4, ctypes.addressof(program)))


def rx_full(lab, name):
    return lab.counters()[name]["drops"].get("rx_full", 0)


@contextlib.contextmanager
def flooded(lab, dst):
    """VF 0 sends to dst as fast as it can."""
    for port in lab.ports.values():
        only_from(port, lab["v1"].mac)
    flood = Flood(lab["v0"], lab.mac(dst), lab["v0"].mac)
    lab.defer(flood.stop)
    before = lab.counters()["v0"]["tx_packets"]
    wait_for(lambda: lab.counters()["v0"]["tx_packets"] > before + 100, "a flood", 6 * PATIENCE)
    yield
    diagnose(f"a flood of {lab.counters()['v0']['tx_packets'] - before} frames")
    flood.stop()
    # behind its frames some of ours may wait
    while lab.gather({}, 0.5):
        pass


@quick
def test_a_flood_between_two_costs_others_nothing():
    """Rings and their polling are each VPort's own: what fits into its ring is not lost."""
    with Lab(vfs=4) as lab, flooded(lab, "v3"):
        for here, there in (("v1", "v2"), ("v1", "pf"), ("v1", "wire")):
            check_equal(arrived(lab, here, there), BURSTS * BURST, f"from {here} to {there}")


SHARE = 20      # who is flooded still gets the 20th part of what others send it, or more


def test_a_flood_leaves_its_target_a_share_for_others():
    with Lab(vfs=3) as lab:
        for dst, there in (("pf", "pf"), ("v2", "v2"), ("bcast", "v2")):
            with flooded(lab, dst):
                count = arrived(lab, "v1", there)
            diagnose(f"{count} of {BURSTS * BURST} frames from v1 to {there}")
            check(count * SHARE >= BURSTS * BURST, f"{count} frames from v1 to {there}")


def test_a_flood_of_a_limited_vf_costs_its_target_little():
    with Lab(vfs=2) as lab:
        lab.nl.do("vf-set", vf_id=0, max_tx_rate=1)
        with flooded(lab, "pf"):
            count = arrived(lab, "v1", "pf")
        # after the machine has stood still, what waited for its rate may come at once
        check(count * 10 >= BURSTS * BURST * 9, f"{count} frames from v1 to pf")


if __name__ == "__main__":
    main()
