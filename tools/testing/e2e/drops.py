#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every reason to drop a frame is counted exactly, and told by tracepoints."""

import glob
import os
import struct

from checks import Skipped, check, check_equal, wait_for
from frames import make_frame
from ktap import main, quick
from lab import Lab, vf_mac
from netlink import mac_bytes
from state import PF
from system import HOME, Trace, run, write

M = "02:00:00:00:aa:01"


def told(reason, port, number=1, **frame):
    """A case of its own for lab.sees(): counted, and one line of each tracepoint per frame."""
    lab = frame.pop("lab")
    ingress = frame.pop("ingress", port)
    want = frame.pop("want", "")
    with Trace("nicswitch/nsw_drop") as trace:
        for _ in range(number):
            lab.sees(ingress, want, drop=f"{port}:{reason}", **frame)
    lines = trace.lines("nsw_drop")
    check_equal(len(lines), number, "lines of nsw_drop")
    text = f"reason={reason.replace('_', '-')}"
    check(all(text in line for line in lines), f"no {text} in {lines}")
    with Trace("skb/kfree_skb", condition="protocol == 0x88b5 || protocol == 0x8100") as trace:
        lab.sees(ingress, want, drop=f"{port}:{reason}", **frame)
    check(trace.lines("kfree_skb"), "no kfree_skb: drop monitors see nothing")


def test_malformed():
    with Lab() as lab:
        head = mac_bytes(vf_mac(1)) + mac_bytes(vf_mac(0)) + b"\x81\x00"
        before = lab.counters()["v0"]["drops"].get("malformed", 0)
        for more in (b"", b"\0", b"\0\x0a", b"\0\x0a\x08"):
            lab["v0"].raw(head + more)
        after = lab.counters()
        check_equal(after["v0"]["drops"].get("malformed", 0) - before, 4, "malformed")
        check_equal(after["v1"]["rx_packets"], 0, "frames that v1 got")


def test_no_filter():
    with Lab(filters=False) as lab:
        told("no_filter", "v0", 3, lab=lab, dst="v1")


def test_spoof():
    with Lab() as lab:
        told("spoof", "v0", 3, lab=lab, dst="v1", src=M)


def test_port_vlan():
    with Lab() as lab:
        lab.vf(0, vlan=100)
        told("port_vlan", "v0", 3, lab=lab, dst="v1", tag="7")


def test_hairpin():
    with Lab() as lab:
        told("hairpin", "v0", 3, lab=lab, dst="v0")


def test_no_match():
    with Lab() as lab:
        told("no_match", "wire", 3, lab=lab, dst=M)
    with Lab(wire=False) as lab:
        told("no_match", "v0", lab=lab, dst=M)


def test_no_carrier():
    with Lab() as lab:
        lab.vf(1, link=2)
        told("no_carrier", "v1", 3, lab=lab, ingress="v0", dst="v1")


def test_wire_down():
    with Lab() as lab:
        lab.vf(0, link=1)
        lab["wire"].down()
        wait_for(lambda: not lab["pf"].carrier(), "carrier of the PF goes")
        told("wire_down", "wire", 3, lab=lab, ingress="v0", dst="wire")


def test_rx_down():
    with Lab() as lab:
        lab["v1"].down()
        told("rx_down", "v1", 3, lab=lab, ingress="v0", dst="v1")
        lab["v1"].up()
        lab.sees("v0", "v1", dst="v1")


@quick
def test_rx_oversize():
    with Lab() as lab:
        lab["v0"].link(mtu=9000)
        lab["wire"].link(mtu=9000)
        HOME.link("t-lan", mtu=9000)
        lab.sees("v0", "v1", dst="v1", length=1514)
        told("rx_oversize", "v1", 3, lab=lab, ingress="v0", dst="v1", length=1600)
        told("rx_oversize", "v1", lab=lab, ingress="wire", dst="v1", length=9000)
        lab["v1"].link(mtu=9000)
        lab.sees("v0", "v1", dst="v1", length=9014)
        # room for a tag
        lab["v1"].link(mtu=1500)
        lab.filter("v0", "v0", "5")
        lab.filter("v1", "v1", "5")
        lab.sees("v0", "v1:5", dst="v1", tag="5", length=1518)


def power(lab, port, state):
    """Writes the D state into the PCI function's power management register."""
    address = lab.nl.do("vf-get", vf_id=lab[port].vf)["pci-address"]
    with open(f"/sys/bus/pci/devices/{address}/config", "r+b", buffering=0) as file:
        config = file.read(256)
        at = config[0x34]
        while at and config[at] != 1:
            at = config[at + 1]
        check(at, "no power management capability")
        value, = struct.unpack_from("=H", config, at + 4)
        os.pwrite(file.fileno(), struct.pack("=H", value & ~3 | state), at + 4)
    # the register is written with interrupts off; what follows from it is not
    wait_for(lambda: lab.nl.do("vf-get", vf_id=lab[port].vf)["power-state"] == state + 1,
             f"D{state}")


def test_power():
    with Lab() as lab:
        lab.defer(power, lab, "v1", 0)
        power(lab, "v1", 3)
        told("power", "v1", 3, lab=lab, ingress="v0", dst="v1")
        power(lab, "v1", 0)
        lab.sees("v0", "v1", dst="v1")


def receive_thread(port):
    """Has frames of an interface taken from its ring by a thread, and returns that."""
    before = set(glob.glob("/proc/[0-9]*"))
    # sysfs shows the interfaces of one namespace
    write(f"/sys/class/net/{port.ifname}/threaded", 1)
    for path in set(glob.glob("/proc/[0-9]*")) - before:
        with open(f"{path}/comm", encoding="utf-8") as file:
            if file.read().startswith("napi/"):
                return int(os.path.basename(path))
    raise Skipped("no NAPI thread")


@quick
def test_rx_full():
    """The receiver's thread gets no time until far more was sent than its ring holds."""
    with Lab(netns=False) as lab:
        thread = receive_thread(lab["v1"])
        lab.defer(write, "/sys/class/net/nsw0v1/threaded", 0)
        one = {min(os.sched_getaffinity(0))}
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(thread, one)
        os.sched_setaffinity(0, one)
        try:
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10))
            frames = [make_frame(vf_mac(1), vf_mac(0), "", number) for number in range(600)]
            for frame in frames:
                lab["v0"].raw(frame)
        finally:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            os.sched_setaffinity(0, before)
        seen = {}
        wait_for(lambda: lab.gather(seen, 0.01) or len(seen) >= 256, "256 frames")
        lab.settle(seen)
        dropped = lab.new_drops()
        check_equal(list(dropped), ["v1:rx_full"], "reasons")
        check_equal(len(seen) + dropped["v1:rx_full"], 600, "received and dropped")
        check(256 <= len(seen) < 600, f"{len(seen)} received with a ring of 256")
        check_equal(sorted(seen), list(range(len(seen))), "the first ones get through")
        lab.drops_before = lab.drops()
        lab.sees("v0", "v1", dst="v1")


@quick
def test_reset_under_traffic_loses_nothing_uncounted():
    with Lab() as lab:
        seen, sent = {}, 0
        for number in range(60):
            for _ in range(20):
                lab.send("v0", "v1")
                sent += 1
            if number % 3 == 0:
                lab.nl.do("vf-reset", vf_id=1)
            elif number % 3 == 1:
                lab["v1"].down()
                lab["v1"].up()
            lab.gather(seen)
        lab.settle(seen)
        counters = lab.counters()
        dropped = sum(counters["v1"]["drops"].values())
        check_equal(counters["v0"]["tx_packets"], sent, "sent")
        check_equal(len(seen) + dropped, sent, "received and dropped")


def test_each_copy_is_counted_where_it_is_lost():
    with Lab(vfs=4) as lab:
        lab["v1"].down()
        lab.vf(2, link=2)
        lab["v0"].link(mtu=9000)
        lab["v3"].link(mtu=9000)
        for name in ("pf", "wire"):
            lab[name].link(mtu=9000)
        HOME.link("t-lan", mtu=9000)
        lab.sees("v0", "pf wire v3", drop="v1:rx_down v2:no_carrier", dst="bcast", length=5000)
        lab["v3"].link(mtu=1500)
        lab.sees("v0", "pf wire", drop="v1:rx_down v2:no_carrier v3:rx_oversize", dst="bcast",
                 length=5000)


def test_drops_show_in_interface_statistics():
    with Lab() as lab:
        def counters(ifname, netns):
            with netns:
                values = netns.rtnl.links()[ifname][2]
            stats = struct.unpack_from("=24Q", values[23])      # IFLA_STATS64
            return stats[6], stats[7]                           # rx_dropped, tx_dropped
        before = counters("nsw0v0", lab["v0"].netns), counters("nsw0v1", lab["v1"].netns)
        for _ in range(5):
            lab.sees("v0", "", drop="v0:spoof", dst="v1", src=M)
        lab["v1"].down()
        for _ in range(3):
            lab.sees("v0", "", drop="v1:rx_down", dst="v1")
        after = counters("nsw0v0", lab["v0"].netns), counters("nsw0v1", lab["v1"].netns)
        check_equal(after[0][1] - before[0][1], 5, "tx_dropped of the sender")
        check_equal(after[1][0] - before[1][0], 3, "rx_dropped of the receiver")
        shown = run(f"ip -s link show {PF}").out
        check("vf 0" in shown, "VFs in ip -s link")


if __name__ == "__main__":
    main()
