#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Faults that somebody asks for."""

import contextlib
import errno
import json
import os
import time

from checks import PATIENCE, check, check_equal, refused, wait_for
from frames import make_frame
from ktap import main, quick
from lab import Lab
from netlink import Nicswitch
from sriov import Vfs
from state import PF, reset
from system import read, run, write

NUMVFS, MAILBOX, VPORT, DROP, CORRUPT, LINK, RESET, AER = range(1, 9)
NUMVFS_FILE = f"/sys/class/net/{PF}/device/sriov_numvfs"


def add(lab, kind, **more):
    """Asks for a fault; returns its id, and sees to it that it goes."""
    number = lab.nl.do("fault-new", fault_kind=kind, **more)["fault-id"]

    def forget():
        with contextlib.suppress(OSError):
            lab.nl.do("fault-del", fault_id=number)
    lab.defer(forget)
    return number


def faults(nl):
    return nl.do("fault-get", dump=True)


@quick
def test_next_write_of_sriov_numvfs_fails_and_the_one_after_it_does_not():
    with Lab(vfs=0, wire=False) as lab:
        reset()
        lab.ports.clear()
        add(lab, NUMVFS, fault_errno=errno.ENOMEM)
        with refused(errno.ENOMEM):
            write(NUMVFS_FILE, 2)
        check_equal(lab.nl.do("switch-get", dump=True), [], "switches")
        check_equal(faults(lab.nl), [], "faults")
        write(NUMVFS_FILE, 2)
        check_equal(len(lab.nl.do("vport-get", dump=True)), 3, "VPorts")
        add(lab, NUMVFS)
        with refused(errno.EIO):
            write(NUMVFS_FILE, 0)
        check_equal(read(NUMVFS_FILE), "2", "VFs")
        write(NUMVFS_FILE, 0)


def test_requests_wait_and_go_on_or_fail():
    with Lab(vfs=1, wire=False) as lab:
        add(lab, VPORT, fault_delay=300)
        start = time.monotonic()
        number = lab.add_pf_vport(activate=False)
        check(time.monotonic() - start >= 0.3, "it has not waited")
        add(lab, VPORT, fault_delay=200, fault_errno=errno.ETIMEDOUT, fault_count=2)
        for _ in range(2):
            start = time.monotonic()
            with refused(errno.ETIMEDOUT, "fault"):
                lab.nl.do("vport-del", vport_id=number)
            check(time.monotonic() - start >= 0.2, "it has not waited")
        lab.nl.do("vport-del", vport_id=number)
        check_equal(faults(lab.nl), [], "faults")


@quick
def test_vport_requests_fail_until_the_fault_is_deleted():
    with Lab(vfs=1, wire=False) as lab:
        before = lab.nl.do("vport-get", dump=True)
        number = add(lab, VPORT, fault_count=0, fault_errno=errno.EAGAIN)
        for command, values in (("vport-new", {"pf": True}), ("vport-del", {"vport_id": 1}),
                                ("vport-set", {"vport_id": 1, "vport_name": "x"})):
            with refused(errno.EAGAIN, f"fault {number}"):
                lab.nl.do(command, **values)
        check_equal(lab.nl.do("vport-get", dump=True), before, "VPorts")
        check_equal(lab.nl.do("fault-get", fault_id=number)["fault-hits"], 3, "hits")
        lab.nl.do("fault-del", fault_id=number)
        with refused(errno.ENOENT, f"fault {number}"):
            lab.nl.do("fault-del", fault_id=number)
        lab.nl.do("vport-set", vport_id=1, vport_name="x")


def test_mailbox_of_one_vf_fails():
    with Vfs(2) as lab:
        number = add(lab, MAILBOX, vf_id=0, fault_count=0)
        with refused(errno.EIO):
            lab.add_vlan("v0", 10)
        with refused(errno.EIO):
            lab["v0"].link(mac="02:00:00:00:aa:01")
        lab.add_vlan("v1", 10)
        lab.nl.do("fault-del", fault_id=number)
        lab.add_vlan("v0", 10)
        lab.sees("v0", "v1:10", dst="v1", tag="10")


@quick
def test_every_third_frame_of_a_vport_is_lost():
    with Lab(vfs=3) as lab:
        add(lab, DROP, vport_id=lab["v0"].vport, fault_every=3)
        for number in range(1, 10):
            lab.sees("v0", *(("", "v0:fault") if number % 3 == 0 else ("v1",)), dst="v1")
        # what it receives counts too
        for number in range(1, 7):
            lab.sees("v1", *(("", "v0:fault") if number % 3 == 0 else ("v0",)), dst="v0")
        lab.sees("v1", "v2", dst="v2")
        lab.sees("v1", "v0 v2 pf wire", dst="bcast")
        check_equal(faults(lab.nl)[0]["fault-hits"], 5, "hits")


def test_faults_of_frames_end_with_their_count():
    with Lab(vfs=2) as lab:
        number = add(lab, DROP, vport_id=lab["v0"].vport, fault_every=1, fault_count=2)
        for _ in range(2):
            lab.sees("v0", "", drop="v0:fault", dst="v1")
        for _ in range(3):
            lab.sees("v0", "v1", dst="v1")
        check_equal(lab.nl.do("fault-get", fault_id=number)["fault-hits"], 2, "hits")


@quick
def test_a_corrupted_frame_differs_in_one_bit():
    with Lab(vfs=2) as lab:
        add(lab, CORRUPT, vport_id=lab["v1"].vport, fault_every=2)
        for number in range(1, 21):
            frame = make_frame(lab["v1"].mac, lab["v0"].mac, "", number, 60)
            lab["v0"].raw(frame)
            got = wait_for(lambda: list(lab["v1"].sniffer.receive()), "a frame")[0][0]
            bits = sum((one ^ two).bit_count() for one, two in zip(frame, got, strict=True))
            check_equal(bits, int(number % 2 == 0), f"bits that differ in frame {number}")
            check_equal(got[:14], frame[:14], "Ethernet header")


def test_checksums_find_what_was_corrupted_also_in_large_packets():
    """A connection survives, as its checksums tell what to send again."""
    with Lab(vfs=2, wire=False) as lab:
        for number in (0, 1):
            lab[f"v{number}"].address(f"10.9.0.{number + 1}")
        for here, there in ((0, 1), (1, 0)):    # ARP has no checksum
            lab.ip(f"neigh replace 10.9.0.{there + 1} lladdr {lab[f'v{there}'].mac} nud permanent "
                   f"dev {lab[f'v{here}'].ifname}", f"v{here}")
        add(lab, CORRUPT, vport_id=lab["v1"].vport, fault_every=5)
        data = os.urandom(1 << 18)
        import socket
        import threading
        with lab["v1"].netns, contextlib.closing(socket.socket()) as listener:
            listener.bind(("10.9.0.2", 4242))
            listener.listen()
            listener.settimeout(12 * PATIENCE)
            got = []

            def take():
                connection, _ = listener.accept()
                connection.settimeout(12 * PATIENCE)
                with connection:
                    while more := connection.recv(65536):
                        got.append(more)
            thread = threading.Thread(target=take)
            thread.start()
            with lab["v0"].netns, contextlib.closing(socket.socket()) as sender:
                sender.settimeout(12 * PATIENCE)
                sender.connect(("10.9.0.2", 4242))
                sender.sendall(data)
            thread.join()
        check(b"".join(got) == data, "the data has changed on its way")
        check(faults(lab.nl)[0]["fault-hits"], "nothing was corrupted")
        lab.drops_before = lab.drops()
        lab.settle({})


@quick
def test_link_goes_down_and_comes_back():
    with Lab(vfs=2) as lab:
        add(lab, LINK, vport_id=lab["v0"].vport, fault_delay=500)
        wait_for(lambda: lab["v0"].carrier() is False or not faults(lab.nl), "no carrier")
        wait_for(lambda: not faults(lab.nl), "the end of the fault", 4 * PATIENCE)
        wait_for(lab["v0"].carrier, "carrier")
        number = add(lab, LINK, vport_id=lab["v0"].vport)
        wait_for(lambda: lab["v0"].carrier() is False, "no carrier")
        lab.sees("v1", "", drop="v0:no_carrier", dst="v0")
        lab.nl.do("fault-del", fault_id=number)
        wait_for(lab["v0"].carrier, "carrier")
        lab.sees("v1", "v0", dst="v0")


def test_faults_go_with_their_vport():
    with Lab(vfs=1) as lab:
        number = lab.add_pf_vport(activate=False)
        add(lab, DROP, vport_id=number, fault_every=1)
        add(lab, LINK, vport_id=number)
        with refused(errno.EBUSY, "already"):
            add(lab, CORRUPT, vport_id=number, fault_every=1)
        lab.nl.do("vport-del", vport_id=number)
        check_equal(faults(lab.nl), [], "faults")
        check_equal(lab.add_pf_vport(activate=False), number, "id of the next VPort")
        lab.activate(number)


@quick
def test_reset_and_error_of_a_function_are_followed():
    with Lab(vfs=2) as lab:
        lab["v0"].promisc()
        address = lab.nl.do("vf-get", vf_id=0)["pci-address"]
        told = Nicswitch()
        told.subscribe()
        lab.nl.do("fault-new", fault_kind=RESET, vf_id=0)
        wait_for(lambda: any(event["event"] == 5 and event.get("vf-id") == 0
                             for event in told.heard()), "the reset")
        told.close()
        lab.sees("v1", "v0", dst="v0")
        lab.nl.do("fault-new", fault_kind=AER, vf_id=0)
        lab.nl.do("fault-new", fault_kind=AER)
        lab.sees("v1", "v0", dst="v0")
        with open(f"/sys/bus/pci/devices/{address}/config", "rb") as file:
            config = file.read()
        at = 0x100
        while config[at:at + 2] != b"\1\0":
            at = int.from_bytes(config[at + 2:at + 4], "little") >> 4
            check(at, "no AER capability")
        check_equal(config[at + 5] & 0x40, 0x40, "completion timeout")
        for kind in (RESET, AER):
            with refused(errno.ENODEV, "PCI function"):
                lab.nl.do("fault-new", fault_kind=kind, vf_id=99)


def test_faults_that_cannot_be_are_refused():
    with Lab(vfs=1) as lab:
        for values in ({}, {"fault_kind": DROP},
                       {"fault_kind": DROP, "vport_id": 1},
                       {"fault_kind": DROP, "vport_id": 1, "fault_every": 0},
                       {"fault_kind": LINK, "vport_id": 1, "fault_every": 2},
                       {"fault_kind": LINK, "vport_id": 1, "fault_errno": 5},
                       {"fault_kind": NUMVFS, "vport_id": 1}, {"fault_kind": NUMVFS, "vf_id": 0},
                       {"fault_kind": NUMVFS, "fault_delay": 60001},
                       {"fault_kind": NUMVFS, "fault_errno": errno.EINTR},
                       {"fault_kind": NUMVFS, "fault_every": 2},
                       {"fault_kind": LINK, "vport_id": 1, "fault_count": 1},
                       {"fault_kind": DROP, "vport_id": 1, "fault_every": 1, "fault_delay": 1},
                       {"fault_kind": CORRUPT, "vport_id": 1, "fault_every": 1, "fault_delay": 1},
                       *({"fault_kind": kind, "vf_id": 0xffffffff}
                         for kind in (MAILBOX, RESET, AER)),
                       *({"fault_kind": kind, "vf_id": 0, f"fault_{what}": 1}
                         for kind in (RESET, AER)
                         for what in ("errno", "delay", "count", "every"))):
            with refused(errno.EINVAL):
                lab.nl.do("fault-new", **values)
        for values in ({"fault_errno": 512}, {"fault_kind": 0}, {"fault_kind": 9}):
            with refused(errno.ERANGE):
                lab.nl.do("fault-new", **{"fault_kind": NUMVFS, **values})
        with refused(errno.ENOENT, "VPort 77"):
            lab.nl.do("fault-new", fault_kind=LINK, vport_id=77)
        check_equal(faults(lab.nl), [], "faults")
        for _ in range(64):
            add(lab, MAILBOX)
        with refused(errno.ENOSPC, "64 faults"):
            add(lab, MAILBOX)


def test_the_tool_asks_shows_and_takes_back():
    with Lab(vfs=1) as lab:
        number = run("nicswitch fault add drop vport 1 every 100").out.strip()
        shown = json.loads(run("nicswitch -j fault show").out)
        check_equal(shown, [{"fault": int(number), "kind": "drop", "vport": 1, "every": 100,
                             "count": 0, "hits": 0}], "faults")
        run(f"nicswitch fault delete {number}")
        check_equal(faults(lab.nl), [], "faults")
        check_equal(run("nicswitch fault add reset vf 0").out, "", "what a reset prints")
        check(run("nicswitch fault add link", ok=False).status == 1, "a link of nothing")


def test_events_of_faults():
    with Lab(vfs=1) as lab:
        told = Nicswitch()
        told.subscribe()
        add(lab, VPORT, fault_count=2)
        for _ in range(2):
            with refused(errno.EIO):
                lab.nl.do("vport-set", vport_id=1, vport_name="x")
        seen = []
        wait_for(lambda: seen.extend(event["event"] for event in told.heard()
                                     if "fault-id" in event) or len(seen) >= 3, "events")
        told.close()
        check_equal(seen, [1, 2, 3], "events")


if __name__ == "__main__":
    main()
