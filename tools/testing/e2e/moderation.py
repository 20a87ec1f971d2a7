#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Interrupt moderation of VPorts, measured by counting wake-ups at a known rate."""

import re
import time

from checks import check, check_equal, wait_for
from frames import make_frame
from ktap import main, quick
from lab import Lab, vf_mac
from nic import denied, ethtool, queues, values

OFF, LOW, MEDIUM, HIGH, ADAPTIVE = range(1, 6)
# The table of Documentation/ethtool.rst: microseconds and frames.
LEVELS = {LOW: (20, 16), MEDIUM: (100, 64), HIGH: (500, 128)}


def moderation(lab, name):
    return lab.nl.do("vport-get", vport_id=lab[name].vport)["moderation"]


def measure(lab, frames, gap):
    """Sends at a rate; returns wake-ups of the receiver, and the time that it took."""
    data = make_frame(vf_mac(1), vf_mac(0))
    before = queues(lab["v1"], "wakeups")[0], queues(lab["v1"])[0]
    begin = time.monotonic()
    for number in range(frames):
        while time.monotonic() < begin + number * gap:
            pass
        lab["v0"].raw(data)
    wait_for(lambda: queues(lab["v1"])[0] - before[1] == frames, "all frames")
    took = time.monotonic() - begin
    list(lab["v1"].sniffer.receive())
    return queues(lab["v1"], "wakeups")[0] - before[0], took


@quick
def test_off_wakes_for_each_frame_and_levels_for_many():
    with Lab() as lab:
        lab.defer(lab.nl.do, "vport-set", vport_id=lab.vport("v1"), moderation=OFF)
        wakeups, _ = measure(lab, 500, 0.0001)
        check(wakeups > 400, f"off: {wakeups} wake-ups for 500 frames")
        counts = [wakeups]
        for level, (usecs, frames) in LEVELS.items():
            lab.nl.do("vport-set", vport_id=lab.vport("v1"), moderation=level)
            for gap in (0.0001, 0.00001):
                wakeups, took = measure(lab, 500, gap)
                # from the first frame that waits: so long, or so many frames
                most = took / (usecs / 1e6) + 500 / frames + 1
                check(wakeups <= most, f"level {level}: {wakeups} wake-ups in {took:.3f} s")
                check(wakeups >= 500 // 256, f"level {level}: {wakeups} wake-ups")
            counts.append(wakeups)
        print(f"# wake-ups for 500 frames: {counts}")
        # as soon as the sender runs undisturbed
        wait_for(lambda: measure(lab, 500, 0.00001)[0] < counts[0] / 4, "few wake-ups", 30)


def test_many_frames_end_the_wait():
    """HIGH waits 500 us; 128 frames come sooner."""
    with Lab() as lab:
        lab.defer(lab.nl.do, "vport-set", vport_id=lab.vport("v1"), moderation=OFF)
        lab.nl.do("vport-set", vport_id=lab.vport("v1"), moderation=HIGH)
        wakeups, took = measure(lab, 5000, 0)
        check(wakeups >= 5000 // 256, f"{wakeups} wake-ups for 5000 frames in {took:.3f} s")
        check_equal(lab.new_drops(), {}, "drops")


def test_a_single_frame_comes_after_the_time():
    with Lab() as lab:
        for level in (HIGH, MEDIUM, LOW, OFF):
            lab.nl.do("vport-set", vport_id=lab.vport("v1"), moderation=level)
            for _ in range(3):
                wakeups, took = measure(lab, 1, 0)
                check_equal(wakeups, 1, "wake-ups")
                if level != OFF:
                    check(took >= LEVELS[level][0] / 1e6, f"level {level}: after {took} s")


@quick
def test_adaptive_moderation_adapts():
    with Lab() as lab:
        lab.defer(lab.nl.do, "vport-set", vport_id=lab.vport("v1"), moderation=OFF)
        lab.nl.do("vport-set", vport_id=lab.vport("v1"), moderation=ADAPTIVE)
        seen = set()

        def adapted():
            measure(lab, 1000, 0)
            shown = ethtool(lab["v1"], "-Q {} queue_mask 0x1 --show-coalesce").out
            seen.add(values(shown)["rx-usecs"])
            return len(seen) > 1
        wait_for(adapted, "another time", patience=30)
        lab.nl.do("vport-set", vport_id=lab.vport("v1"), moderation=OFF)
        shown = ethtool(lab["v1"], "-Q {} queue_mask 0x1 --show-coalesce").out
        check_equal(values(shown)["rx-usecs"], 0, "rx-usecs when off")


@quick
def test_ethtool_is_a_door_to_the_moderation_of_the_vport():
    with Lab() as lab:
        port = lab["v1"]
        lab.defer(lab.nl.do, "vport-set", vport_id=port.vport, moderation=OFF)
        for words, level in (("rx-usecs 20", LOW), ("rx-usecs 100", MEDIUM),
                             ("rx-frames 128", HIGH), ("adaptive-rx on", ADAPTIVE),
                             ("adaptive-rx off", OFF), ("rx-usecs 500 rx-frames 128", HIGH),
                             ("rx-usecs 0", OFF)):
            ethtool(port, f"-C {{}} {words}")
            check_equal(moderation(lab, "v1"), level, words)
        for words in ("rx-usecs 21", "rx-frames 3", "rx-usecs 20 rx-frames 128"):
            denied(port, f"-C {{}} {words}", "rx-usecs 0, 20, 100, 500 are off, low, medium, high")
        denied(port, "-C {} tx-usecs 5", "unsupported|not supported")
        check_equal(moderation(lab, "v1"), OFF, "after refusals")
        lab.nl.do("vport-set", vport_id=port.vport, moderation=ADAPTIVE)
        check(re.search("Adaptive RX: on", ethtool(port, "-c {}").out), "adaptive in ethtool -c")
        lab.nl.do("vport-set", vport_id=port.vport, moderation=HIGH)
        shown = values(ethtool(port, "-c {}").out)
        check_equal((shown["rx-usecs"], shown["rx-frames"]), LEVELS[HIGH], "ethtool -c")


def test_moderation_comes_with_the_vport_and_stays_when_down():
    with Lab() as lab:
        port = lab["v1"]
        lab.nl.do("vport-set", vport_id=port.vport, moderation=HIGH)
        port.down()
        port.up()
        wait_for(port.carrier, "carrier")
        wakeups, took = measure(lab, 500, 0.00001)
        check(wakeups <= took / 0.0005 + 500 / 128 + 1, f"{wakeups} wake-ups after down and up")
        lab.delete_filter("v1", "v1")
        lab.nl.do("vport-del", vport_id=port.vport)
        port.vport = lab.nl.do("vport-new", vf_id=port.vf, moderation=MEDIUM)["vport-id"]
        lab.filter("v1", "v1")
        shown = values(ethtool(port, "-c {}").out)
        check_equal((shown["rx-usecs"], shown["rx-frames"]), LEVELS[MEDIUM], "of the next VPort")


def test_pf_has_moderation_without_a_switch():
    with Lab() as lab:
        lab.defer(ethtool, lab["pf"], "-C {} rx-usecs 0")
        ethtool(lab["pf"], "-C {} rx-usecs 100")
        check_equal(lab.nl.do("vport-get", vport_id=0)["moderation"], MEDIUM, "VPort 0")


if __name__ == "__main__":
    main()
