#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A filter moves between VPorts while frames flow: each gets to exactly one of them."""

import errno
import os
import signal
import time

from checks import QUICK, check, check_equal, refused, wait_for
from frames import make_frame
from ktap import diagnose, main, quick
from lab import Lab

M = "02:00:00:00:aa:01"
GROUP = "01:00:5e:00:00:77"
MOVES = 100 if QUICK else 400
LONGEST = 90    # seconds, where all is slow
MANY = int(os.environ.get("NICSWITCH_MOVES", 10000))


BATCH, AHEAD = 8, 20    # fewer frames on their way than a receive ring holds


class Stream:
    """A process of its own that sends numbered frames as fast as they are received."""

    def __init__(self, port, dst, src, tag=""):
        self.given = 0
        credit_read, self.credit = os.pipe()
        self.result, result_write = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                os.close(self.credit)
                sent = self.send(port, dst, src, tag, credit_read)
                os.write(result_write, b"%d" % sent)
                os._exit(0)
            finally:
                os._exit(1)
        os.close(credit_read)
        os.close(result_write)

    @staticmethod
    def send(port, dst, src, tag, credit):
        number = 0
        while os.read(credit, 1):
            for _ in range(BATCH):
                number += 1
                port.raw(make_frame(dst, src, tag, number))
        return number

    def feed(self, received):
        """Tells how many frames have arrived, so that more may come."""
        while self.given < received // BATCH + AHEAD:
            os.write(self.credit, b"x")
            self.given += 1

    def stop(self):
        """Returns how many frames were sent."""
        os.close(self.credit)
        with os.fdopen(self.result) as file:
            text = file.read()
        os.waitpid(self.pid, 0)
        self.pid = 0
        check(text, "the sender broke down")
        return int(text)

    def kill(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def check_stream(lab, number, sender, dst, ports, tag="", moves=MOVES):
    """Moves a filter around under a stream; every frame must be seen exactly once."""
    stream = Stream(lab[sender], lab.mac(dst), lab.mac(sender), tag)
    lab.defer(stream.kill)
    seen, at, done, end = {}, 0, 0, time.monotonic() + LONGEST
    while done < moves and time.monotonic() < end:
        stream.feed(len(seen))
        there = (at + 1) % len(ports)
        lab.move_filter(number, ports[at], ports[there])
        at = there
        lab.gather(seen)
        # never far ahead of the frames, however the scheduler sees it
        wait_for(lambda: len(seen) > 2 * done or lab.gather(seen, 0.01), "frames")
        done += 1
    sent = stream.stop()
    lab.settle(seen)
    check_equal(lab.new_drops(), {}, "drops")
    counts = {serial: sum(one.values()) for serial, one in seen.items()}
    check_equal({serial: count for serial, count in counts.items() if count > 1}, {}, "duplicated")
    check_equal([serial for serial in range(1, sent + 1) if serial not in counts], [],
                f"lost of {sent}")
    check(sent > 2 * done - 2, f"only {sent} frames for {done} moves")
    diagnose(f"{done} moves, {sent} frames: none lost, none duplicated")
    return {name for one in seen.values() for name in one}


@quick
def test_unicast_between_vfs():
    with Lab(vfs=3) as lab:
        who = check_stream(lab, lab.filter("v1", M), "v0", M, ["v1", "v2"])
        check_equal(who, {"v1", "v2"}, "receivers")


@quick
def test_unicast_between_default_vport_and_a_vf():
    """What happens when a virtual machine gets its VF, and loses it."""
    with Lab(vfs=2) as lab:
        who = check_stream(lab, lab.filter("pf", M), "wire", M, ["pf", "v1"])
        check_equal(who, {"pf", "v1"}, "receivers")


@quick
def test_unicast_in_a_vlan_around_three_vports():
    with Lab(vfs=3) as lab:
        who = check_stream(lab, lab.filter("v0", M, "10"), "wire", M, ["v0", "pf", "v2"], "10")
        check_equal(who, {"v0:10", "pf:10", "v2:10"}, "receivers")


@quick
def test_multicast_between_vfs():
    with Lab(vfs=3, wire=False) as lab:
        who = check_stream(lab, lab.filter("v1", GROUP), "pf", GROUP, ["v1", "v2"])
        check_equal(who, {"v1", "v2"}, "receivers")


@quick
def test_broadcast_while_the_only_filter_moves():
    """Who admits broadcast changes with the filter, in one step."""
    with Lab(vfs=3, filters=False, wire=False) as lab:
        who = check_stream(lab, lab.filter("v1", M), "pf", "bcast", ["v1", "v2"])
        check_equal(who, {"v1", "v2"}, "receivers")


def test_ten_thousand_moves_under_a_stream():
    """NICSWITCH_MOVES in the environment makes it longer."""
    with Lab(vfs=2) as lab:
        who = check_stream(lab, lab.filter("pf", M), "wire", M, ["pf", "v1"], moves=MANY)
        check_equal(who, {"pf", "v1"}, "receivers")


def test_sender_may_use_its_address_until_it_moves():
    with Lab(vfs=3) as lab:
        number = lab.filter("v0", M)
        lab.sees("v0", "v2", dst="v2", src=M)
        lab.move_filter(number, "v0", "v1")
        lab.sees("v0", "", drop="v0:spoof", dst="v2", src=M)
        lab.sees("v1", "v2", dst="v2", src=M)


def test_moves_that_are_refused_change_nothing():
    with Lab(vfs=3) as lab:
        number = lab.filter("v1", M)
        before = lab.nl.do("filter-get", dump=True)
        with refused(errno.EINVAL):
            lab.move_filter(number, "v2", "v0")
        with refused(errno.ENOENT):
            lab.move_filter(number, "v1", 77)
        with refused(errno.ENOENT):
            lab.move_filter(number + 1000, "v1", "v2")
        group = lab.filter("v1", GROUP)
        lab.filter("v2", GROUP)
        with refused(errno.EEXIST):
            lab.move_filter(group, "v1", "v2")
        check_equal(lab.nl.do("filter-get", dump=True)[:len(before)], before, "filters")
        lab.sees("v0", "v1", dst=M)


def test_move_keeps_the_id_and_both_counts():
    with Lab(vfs=2) as lab:
        number = lab.filter("v0", M)
        lab.move_filter(number, "v0", "v1")
        check_equal(lab.nl.do("filter-get", filter_id=number)["vport-id"], lab.vport("v1"), "VPort")
        counts = [lab.nl.do("vport-get", vport_id=lab.vport(name))["num-filters"]
                  for name in ("v0", "v1")]
        check_equal(counts, [1, 2], "filters of the VPorts")


def test_last_filter_that_leaves_makes_a_vport_silent():
    with Lab(vfs=2) as lab:
        lab.move_filter(lab.filters["v1", "v1", "none"], "v1", "v0")
        lab.sees("v0", "", drop="v0:hairpin", dst="v1")
        lab.sees("v1", "", drop="v1:no_filter", dst="v0")
        lab.sees("v0", "pf wire", dst="bcast")


if __name__ == "__main__":
    main()
