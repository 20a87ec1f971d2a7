#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The self test of interfaces: ethtool -t."""

import errno
import os
import re
import struct
import threading

import bpf
from checks import check, check_equal, wait_for
from ktap import main, quick
from lab import Lab
from nic import ethtool, queues, stats
from state import reset

DEVICES = "/sys/bus/pci/devices"
SRIOV, CONTROL, ENABLE = 0x10, 8, 1     # capability, its register, a bit of it
ALL_PASS = {"Link": 0, "Registers": 0, "Interrupts": 0, "Model": 0, "Loopback": 0}


def run_test(port, mode="online", **failing):
    """Runs the self test; these tests must fail, with these numbers, and no other."""
    result = ethtool(port, f"-t {{}} {mode}", ok=False)
    found = {name: int(value) for name, value in
             re.findall(r"^(\w+) \(o\w+\)\s+(\d+)$", result.out, re.M)}
    check_equal(found, ALL_PASS | failing, f"{mode} test of {port.name}")
    verdict = "FAIL" if failing else "PASS"
    check(f"The test result is {verdict}\n" in result.out, f"{verdict}: {result.out}")


@quick
def test_every_kind_of_interface_passes():
    with Lab(qps=2) as lab:
        number = lab.add_pf_vport()
        for name in ("pf", "v0", f"p{number}"):
            wait_for(lab[name].carrier, "carrier")
            for mode in ("online", "offline"):
                run_test(lab[name], mode)
        lab.sees("v0", "v1", dst="v1")


@quick
def test_offline_each_queue_pair_sends_and_receives_a_frame():
    with Lab(qps=4) as lab:
        port = lab["v0"]
        for mode, frames in (("online", 0), ("offline", 1)):
            before = stats(port), queues(port), queues(port, direction="tx")
            run_test(port, mode)
            after = stats(port), queues(port), queues(port, direction="tx")
            for name in ("rx_packets", "tx_packets"):
                check_equal(after[0][name] - before[0][name], 4 * frames, f"{mode}: {name}")
            for now, old in zip(after[1:], before[1:]):
                check_equal([new - had for new, had in zip(now, old)], [frames] * 4,
                            f"{mode}: frames of each queue")
        check_equal(lab.new_drops(), {}, "drops")


def test_what_is_down_or_has_no_carrier_fails():
    with Lab() as lab:
        port = lab["v0"]
        lab.vf(0, link=2)
        wait_for(lambda: port.carrier() is False, "no carrier")
        run_test(port, Link=errno.ENOLINK)
        run_test(port, "offline", Link=errno.ENOLINK)
        lab.vf(0, link=0)
        wait_for(port.carrier, "carrier")
        run_test(port)
        port.down()
        run_test(port, Link=errno.ENOLINK, Interrupts=errno.ENETDOWN)
        run_test(port, "offline", Link=errno.ENOLINK, Interrupts=errno.ENETDOWN,
                 Loopback=errno.ENETDOWN)
        port.up()
        wait_for(port.carrier, "carrier")
        run_test(port, "offline")


def test_without_vport_only_the_link_is_missing():
    with Lab() as lab:
        lab.delete_filter("v0", "v0")
        lab.nl.do("vport-del", vport_id=lab["v0"].vport)
        lab["v0"].vport = None
        wait_for(lambda: lab["v0"].carrier() is False, "no carrier")
        run_test(lab["v0"], "offline", Link=errno.ENOLINK)


def test_settings_are_no_obstacle():
    """Interrupt moderation, fewer queue pairs, a port VLAN, a program, a bridge."""
    with Lab(qps=4) as lab:
        port = lab["v0"]
        lab.defer(lab.nl.do, "vport-set", vport_id=port.vport, moderation=1)
        lab.nl.do("vport-set", vport_id=port.vport, moderation=4)
        run_test(port, "offline")
        lab.nl.do("vport-set", vport_id=port.vport, moderation=5)
        run_test(port, "offline")
        ethtool(port, "-L {} combined 3")
        run_test(port, "offline")
        lab.vf(0, vlan=7)
        run_test(port, "offline")
        lab.vf(0, vlan=0)
        with bpf.Program(port, bpf.verdict(bpf.DROP)):
            run_test(port, "offline")
            lab.sees("v1", "", dst="v0")
        lab.sees("v1", "v0", dst="v0")
        for command in ("add t-bridge type bridge", "set t-bridge up",
                        f"set {port.ifname} master t-bridge"):
            lab.ip(f"link {command}", "v0")
        run_test(port, "offline")
        lab.ip("link delete t-bridge", "v0")
        lab.drops_before = lab.drops()


def test_offline_under_traffic_drops_and_goes_on():
    with Lab(qps=2) as lab:
        stopping, sent, seen = threading.Event(), [], {}

        def send():
            while not stopping.is_set():
                sent.append(lab.send("v1", "v0"))
                lab.gather(seen)
        thread = threading.Thread(target=send)
        thread.start()
        try:
            for _ in range(5):
                run_test(lab["v0"], "offline")
        finally:
            stopping.set()
            thread.join()
        wait_for(lambda: lab.gather(seen, 0.01) and False or
                 len(seen) + sum(lab.new_drops().values()) == len(sent), "all frames")
        check_equal(set(lab.new_drops()) - {"v0:rx_down", "v0:rx_full"}, set(), "drops")
        lab.drops_before = lab.drops()
        lab.sees("v1", "v0", dst="v0")


def extended_capability(descriptor, wanted):
    offset = 0x100
    while offset:
        header, = struct.unpack("<I", os.pread(descriptor, 4, offset))
        if header & 0xffff == wanted:
            return offset
        offset = header >> 20
    raise LookupError(wanted)


def test_registers_that_somebody_spoils_fail():
    """The PF's register disables all VFs behind the back of the kernel."""
    with Lab() as lab:
        # its interfaces do not come back by themselves
        lab.defer(reset)
        run_test(lab["v0"])
        address = os.path.basename(os.path.realpath(f"/sys/class/net/{lab['pf'].ifname}/device"))
        config = os.open(f"{DEVICES}/{address}/config", os.O_RDWR)
        lab.defer(os.close, config)
        at = extended_capability(config, SRIOV) + CONTROL
        before = os.pread(config, 2, at)
        os.pwrite(config, struct.pack("<H", struct.unpack("<H", before)[0] & ~ENABLE), at)
        try:
            run_test(lab["v0"], Registers=errno.EIO)
            run_test(lab["pf"])
        finally:
            os.pwrite(config, before, at)
        run_test(lab["v0"])


if __name__ == "__main__":
    main()
