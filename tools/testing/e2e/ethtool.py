#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ethtool on PF, VF and VPorts of the PF."""

import errno
import re
import socket
import struct

from checks import check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab
from nic import current, denied, ethtool, queues, stats


@quick
def test_driver_and_bus_address():
    with Lab() as lab:
        number = lab.add_pf_vport()
        for name, driver in (("pf", "nicswitch"), ("v0", "nicswitch_vf"),
                             (f"p{number}", "nicswitch")):
            out = ethtool(lab[name], "-i {}").out
            check(f"driver: {driver}\n" in out, f"driver of {name}: {out}")
            check(re.search(r"^bus-info: [0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d$", out, re.M),
                  f"bus-info of {name}: {out}")
            check("supports-statistics: yes" in out, f"statistics of {name}")


def speed(port):
    return re.search(r"Speed: (\S+)", ethtool(port, "{}").out)[1]


def test_speed_of_the_pf_is_that_of_all():
    with Lab(total_vfs=2) as lab:
        lab.defer(ethtool, lab["pf"], "-s {} speed 100000")
        check_equal(speed(lab["v0"]), "100000Mb/s", "speed at first")
        ethtool(lab["pf"], "-s {} speed 25000")
        for name in ("pf", "v0", "v1"):
            check_equal(speed(lab[name]), "25000Mb/s", f"speed of {name}")
        denied(lab["v0"], "-s {} speed 10000", "not supported")
        denied(lab["pf"], "-s {} speed 1234", "Invalid")
        denied(lab["pf"], "-s {} speed 10000 duplex half", "Invalid")
        check_equal(speed(lab["pf"]), "25000Mb/s", "speed after refusals")
        lab.vf(1, link=2)
        wait_for(lambda: speed(lab["v1"]) == "Unknown!", "no speed without carrier")


@quick
def test_statistics_by_name():
    with Lab() as lab:
        before = stats(lab["v1"]), stats(lab["v0"])
        lab.sees("v0", "v1", dst="v1", length=100)
        lab.sees("v0", "v1 pf wire", dst="bcast", length=200)
        lab.sees("v0", "", drop="v0:spoof", dst="v1", src="02:00:00:00:aa:01")
        lab["v1"].link(mtu=100)
        lab.sees("v0", "", drop="v1:rx_oversize", dst="v1", length=500)
        after = stats(lab["v1"]), stats(lab["v0"])
        new = [{key: now[key] - old[key] for key in now if now[key] != old[key]}
               for now, old in zip(after, before)]
        wakeups = new[0].pop("rx_queue_0_wakeups")
        check(1 <= wakeups <= 2, f"{wakeups} wake-ups for two frames")
        check_equal(new[0], {"rx_packets": 2, "rx_bytes": 300, "rx_multicast": 1,
                             "drop_rx_oversize": 1, "rx_queue_0_packets": 2,
                             "rx_queue_0_bytes": 300}, "receiver")
        check_equal(new[1], {"tx_packets": 3, "tx_bytes": 800, "drop_spoof": 1,
                             "tx_queue_0_packets": 3, "tx_queue_0_bytes": 800}, "sender")


def test_standard_statistics():
    with Lab() as lab:
        lab["v1"].link(mtu=100)
        before = stats(lab["v1"], "-S {} --all-groups")
        lab.sees("v0", "v1", dst="v1", length=100)
        lab.sees("v1", "v0", dst="v0", length=90)
        lab.sees("v0", "", drop="v1:rx_oversize", dst="v1", length=500)
        after = stats(lab["v1"], "-S {} --all-groups")
        check_equal({key: after[key] - before[key] for key in after}, {
            "eth-mac-FramesTransmittedOK": 1, "eth-mac-OctetsTransmittedOK": 90,
            "eth-mac-FramesReceivedOK": 1, "eth-mac-OctetsReceivedOK": 100,
            "eth-mac-FramesLostDueToIntMACRcvError": 0, "eth-mac-FrameTooLongErrors": 1,
            "rmon-etherStatsOversizePkts": 1}, "groups")
        check("tx_pause_frames: 0" in ethtool(lab["v0"], "-I -a {}").out, "pause statistics")
        check("Active FEC encoding: Off" in ethtool(lab["v0"], "--show-fec {}").out, "FEC")
        check("corrected_blocks: 0" in ethtool(lab["v0"], "-I --show-fec {}").out,
              "FEC statistics")


@quick
def test_channels_within_the_queue_pairs_of_the_vport():
    with Lab(qps=4) as lab:
        port = lab["v1"]
        check_equal(current(port, "-l {}"), {"Combined": 4}, "channels at first")
        for number in (2, 1, 3, 4):
            ethtool(port, f"-L {{}} combined {number}")
            check_equal(current(port, "-l {}"), {"Combined": number}, "channels")
            check_equal(len(queues(port)), number, "queues with counters")
            lab.sees("v0", "v1", dst="v1")
        denied(port, "-L {} combined 5", "exceeds maximum")
        denied(port, "-L {} combined 0", "no RX or TX channel")
        denied(port, "-L {} rx 1", "exceeds maximum|not supported|Invalid")
        check_equal(current(port, "-l {}"), {"Combined": 4}, "channels after refusals")
        port.down()
        ethtool(port, "-L {} combined 2")
        port.up()
        wait_for(port.carrier, "carrier")
        check_equal(len(queues(port)), 2, "queues after down and up")
        lab.sees("v0", "v1", dst="v1")


def test_fewer_and_more_channels_and_other_rings_lose_nothing():
    with Lab(qps=4) as lab:
        seen, sent = {}, 0
        for number in range(40):
            for _ in range(20):
                lab.send("v0", "v1")
                sent += 1
            ethtool(lab["v1"], f"-L {{}} combined {number % 4 + 1}")
            ethtool(lab["v1"], f"-G {{}} rx {64 << number % 3}")
            lab.gather(seen)
        lab.settle(seen)
        check_equal(len(seen), sent, "received")
        check_equal(lab.new_drops(), {}, "drops")
        ethtool(lab["v1"], "-G {} rx 256")


def test_ring_sizes():
    with Lab() as lab:
        port = lab["v1"]
        lab.defer(ethtool, port, "-G {} rx 256")
        check_equal(current(port, "-g {}"), {"RX": 256}, "ring at first")
        for size in (64, 1000, 4096, 256):
            ethtool(port, f"-G {{}} rx {size}")
            check_equal(current(port, "-g {}"), {"RX": size}, "ring")
            lab.sees("v0", "v1", dst="v1")
        denied(port, "-G {} rx 4097", "maximum")
        denied(port, "-G {} rx 63", "63 frames: a receive ring has 64 to 4096")
        check_equal(current(port, "-g {}"), {"RX": 256}, "ring after refusals")


def test_ring_that_shrinks_counts_what_does_not_fit():
    """Interrupt moderation keeps the frames in the ring meanwhile."""
    with Lab() as lab:
        port = lab["v1"]
        lab.defer(ethtool, port, "-G {} rx 256")
        lab.defer(lab.nl.do, "vport-set", vport_id=port.vport, moderation=1)
        lab.nl.do("vport-set", vport_id=port.vport, moderation=4)
        seen, sent, lost = {}, 0, 0
        for _ in range(50):
            for _ in range(100):
                lab.send("v0", "v1")
                sent += 1
            ethtool(port, "-G {} rx 64")
            ethtool(port, "-G {} rx 256")
            lab.gather(seen, 0.01)
        lab.settle(seen)
        wait_for(lambda: lab.gather(seen, 0.01) or
                 len(seen) + lab.new_drops().get("v1:rx_reset", 0) == sent, "all frames")
        dropped = lab.new_drops()
        lost = dropped.pop("v1:rx_reset", 0)
        check_equal(dropped, {}, "other drops")
        check_equal(len(seen) + lost, sent, "received and dropped")
        lab.drops_before = lab.drops()


def test_each_queue_counts_what_it_sends():
    with Lab(qps=4) as lab:
        before = queues(lab["v0"], direction="tx")
        for number in range(100):
            lab.send("v0", "v1", length=60 + number)
        seen = {}
        lab.settle(seen)
        after = queues(lab["v0"], direction="tx")
        check_equal(sum(after) - sum(before), 100, "sent by all queues")
        check_equal(sum(queues(lab["v1"])), 100, "received by all queues")


def test_software_timestamps_arrive():
    """SO_TIMESTAMPING: TX_SOFTWARE, RX_SOFTWARE, SOFTWARE, OPT_TSONLY."""
    with Lab() as lab:
        for number in (0, 1):
            lab[f"v{number}"].address(f"10.7.0.{number + 1}")
        with lab["v1"].netns:
            receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            receiver.bind(("10.7.0.2", 9))
            receiver.setsockopt(socket.SOL_SOCKET, 37, 1 << 3 | 1 << 4)
        with lab["v0"].netns:
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sender.setsockopt(socket.SOL_SOCKET, 37, 1 << 1 | 1 << 4 | 1 << 11)
        receiver.settimeout(5)
        sender.sendto(b"when", ("10.7.0.2", 9))
        data, control, _, _ = receiver.recvmsg(100, 1000)
        received = [value for level, kind, value in control if (level, kind) == (1, 37)]
        check(data == b"when" and received and any(struct.unpack("=2q", received[0][:16])),
              f"receive timestamp: {control}")

        def sent():
            try:
                return sender.recvmsg(100, 1000, socket.MSG_ERRQUEUE)[1]
            except BlockingIOError:
                return None
        sender.setblocking(False)
        stamps = [value for level, kind, value in wait_for(sent, "a transmit timestamp")
                  if (level, kind) == (1, 37)]
        check(stamps and any(struct.unpack("=2q", stamps[0][:16])), "transmit timestamp")
        sender.close()
        receiver.close()
        lab.drops_before = lab.drops()


def test_mtu_and_what_is_too_long():
    with Lab() as lab:
        for mtu, ok in ((68, True), (9216, True), (67, False), (9217, False)):
            if ok:
                lab["v1"].link(mtu=mtu)
            else:
                with refused(errno.EINVAL):
                    lab["v1"].link(mtu=mtu)
        lab["v0"].link(mtu=9216)
        lab["v1"].link(mtu=1000)
        lab.sees("v0", "v1", dst="v1", length=1014)
        lab.sees("v0", "v1", dst="v1", length=1018)     # room for a tag
        lab.sees("v0", "", drop="v1:rx_oversize", dst="v1", length=1019)
        lab.sees("v0", "", drop="v1:rx_oversize", dst="v1", length=9000)


if __name__ == "__main__":
    main()
