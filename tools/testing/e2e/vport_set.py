#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Parameters of VPorts of the PF that concern their interfaces: affinity and queue pairs."""

import errno
import os

from checks import Skipped, check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab
from nic import current, denied, ethtool, queues, thread_cpus, threads
from rss import expected, flows, frame, receive, rss
from state import PF, reset
from system import read, run


def pinned(port, cpus, num=1):
    """There are that many threads, and all are on these CPUs."""
    wait_for(lambda: len(thread_cpus(port)) == num, f"{num} threads of {port}")
    check_equal(set(thread_cpus(port)), {cpus}, f"CPUs of {port}")


@quick
def test_the_affinity_is_kept_and_is_that_of_its_threads():
    with Lab(vfs=0) as lab:
        last = str(max(os.sched_getaffinity(0)))
        number = lab.nl.do("vport-new", pf=True, queue_pairs=2, affinity=last)["vport-id"]
        check_equal(lab.nl.do("vport-get", vport_id=number)["affinity"], last, "affinity")
        port = lab.activate(number)
        pinned(port.ifname, last, 2)
        lab.filter(port.name, port.name)
        lab.sees("wire", dst=port.name, want=port.name)
        lab.nl.do("vport-set", vport_id=number, affinity="0")
        pinned(port.ifname, "0", 2)
        ethtool(port, "-L {} combined 1")
        ethtool(port, "-L {} combined 2")
        wait_for(lambda: len(thread_cpus(port.ifname)) == 2, "threads of another number of queues")
        check_equal(set(thread_cpus(port.ifname)), {"0"}, "CPUs after ethtool -L")
        port.down()
        port.up()
        pinned(port.ifname, "0", 2)
        wait_for(port.carrier, "carrier")
        lab.sees("wire", dst=port.name, want=port.name)
        check("affinity 0" in run(f"nicswitch vport show {number}").out, "it is not shown")
        check(all("affinity" not in one for one in lab.nl.do("vport-get", dump=True)
                  if one["vport-id"] != number), "others have an affinity")


@quick
def test_frames_are_received_on_the_cpu_that_was_named():
    if len(os.sched_getaffinity(0)) == 1:
        raise Skipped("one processor")
    with Lab(vfs=0) as lab:
        number = lab.nl.do("vport-new", pf=True)["vport-id"]
        port = lab.activate(number)
        lab.filter(port.name, port.name)
        for cpu in sorted(os.sched_getaffinity(0)) * 2:
            lab.nl.do("vport-set", vport_id=number, affinity=str(cpu))
            lab.sees("wire", dst=port.name, want=port.name)
            thread = threads(port.ifname)[0]
            # processor is field 39 of proc(5); the name in brackets has no space
            check_equal(read(f"{thread}/stat").split()[38], str(cpu), "CPU of the thread")


@quick
def test_the_affinity_of_the_default_vport_goes_with_the_switch():
    with Lab(vfs=0) as lab:
        lab.defer(reset)
        lab.nl.do("vport-set", vport_id=0, affinity="0")
        pinned(PF, "0")
        lab.sees("wire", dst="pf", want="pf")
        check_equal(read(f"/sys/class/net/{PF}/threaded").strip(), "1", "threads of the PF")
    check_equal(read(f"/sys/class/net/{PF}/threaded").strip(), "0", "threads without a switch")


def test_affinities_that_are_refused():
    with Lab(vfs=1) as lab:
        number = lab.nl.do("vport-new", pf=True)["vport-id"]
        vf = lab.nl.do("vf-new")["vf-id"]
        before = lab.nl.do("vport-get", dump=True)
        for cpus, text in (("", "at least one CPU"), ("x", "no list"), ("99999", "no list")):
            for one in (number, 0):
                with refused(errno.EINVAL, text):
                    lab.nl.do("vport-set", vport_id=one, affinity=cpus, vport_name="x")
            with refused(errno.EINVAL, text):
                lab.nl.do("vport-new", pf=True, affinity=cpus)
        with refused(errno.EINVAL, "of VPorts of the PF only"):
            lab.nl.do("vport-set", vport_id=lab["v0"].vport, affinity="0", moderation=2)
        with refused(errno.EINVAL, "of VPorts of the PF only"):
            lab.nl.do("vport-new", vf_id=vf, affinity="0")
        check_equal(lab.nl.do("vport-get", dump=True), before, "VPorts after refusals")


@quick
def test_queue_pairs_of_a_vport_of_the_pf_grow_and_shrink():
    """ndis-rules 5.4: fewer: the table first, then the number; more: the table last."""
    with Lab(vfs=1) as lab:
        number = lab.nl.do("vport-new", pf=True)["vport-id"]
        # also while it has no interface
        lab.nl.do("vport-set", vport_id=number, queue_pairs=2)
        port, packets = lab.activate(number), list(flows())
        lab.filter(port.name, port.name)
        check_equal(current(port, "-l {}"), {"Combined": 2}, "channels")
        for qps in (4, 8, 3, 1, 4):
            run(f"nicswitch vport set {number} qps {qps}")
            check_equal(lab.nl.do("vport-get", vport_id=number)["queue-pairs"], qps, "queue pairs")
            check_equal(current(port, "-l {}"), {"Combined": qps}, "channels")
            denied(port, f"-L {{}} combined {qps + 1}")
            check_equal(receive(lab, port.name, packets), expected(port, packets), "frames")
        ethtool(port, "-X {} equal 3")
        with refused(errno.EBUSY, "names queue 2"):
            lab.nl.do("vport-set", vport_id=number, queue_pairs=2, vport_name="x")
        lab.nl.do("vport-set", vport_id=number, queue_pairs=3)
        lab.nl.do("vport-set", vport_id=number, queue_pairs=5)
        check_equal(max(rss(port)[0]), 2, "the table that was set")
        ethtool(port, "-X {} default")
        rule = ethtool(port, "-N {} flow-type udp4 dst-port 77 action 4").out.split()[-1]
        with refused(errno.EBUSY, "names queue 4"):
            lab.nl.do("vport-set", vport_id=number, queue_pairs=4)
        ethtool(port, f"-N {{}} delete {rule}")
        lab.nl.do("vport-set", vport_id=number, queue_pairs=1)
        check("vport-name" not in lab.nl.do("vport-get", vport_id=number), "name of a refusal")


def test_queue_pairs_change_under_traffic_and_lose_nothing():
    with Lab(vfs=1) as lab:
        number = lab.nl.do("vport-new", pf=True, queue_pairs=4)["vport-id"]
        port, packets = lab.activate(number), list(flows())
        lab.filter(port.name, port.name)
        received = lab.nl.do("stats-get", vport_id=number)["stats"]["rx_packets"]
        sent = 0
        for step in range(16):
            for ip in packets:
                lab["v0"].raw(frame(lab, port.name, ip))
            sent += len(packets)
            lab.nl.do("vport-set", vport_id=number, queue_pairs=(1, 8, 3, 4)[step % 4])
        wait_for(lambda: lab.nl.do("stats-get", vport_id=number)["stats"]["rx_packets"] -
                 received >= sent, "all frames")
        check_equal(lab.new_drops(), {}, "drops")
        check_equal(len(queues(port)), 4, "queues with counters")


def test_queue_pairs_that_cannot_change():
    with Lab(vfs=1) as lab:
        number = lab.nl.do("vport-new", pf=True)["vport-id"]
        before = lab.nl.do("vport-get", dump=True)
        with refused(errno.EINVAL, "those of its creation"):
            lab.nl.do("vport-set", vport_id=lab["v0"].vport, queue_pairs=1, vport_name="x")
        with refused(errno.EINVAL, "chosen with its switch"):
            lab.nl.do("vport-set", vport_id=0, queue_pairs=2, vport_name="x")
        for qps in (0, 9, 0xffffffff):
            with refused(errno.EINVAL, "has 1 to 8"):
                lab.nl.do("vport-set", vport_id=number, queue_pairs=qps, vport_name="x")
        check_equal(lab.nl.do("vport-get", dump=True), before, "VPorts after refusals")


if __name__ == "__main__":
    main()
