#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Transmit rates of VFs: what they promise, measured."""

import contextlib
import errno
import json
import socket
import struct
import threading
import time

from checks import SLOW_GUEST, Failed, Skipped, check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab
from netlink import attr
from state import PF
from system import HOME, run, write

IFLA_VF_RATE = 6
ATTEMPTS = 8        # a loaded machine may need some
V4 = {"v0": "10.9.0.1", "v1": "10.9.0.2", "v2": "10.9.0.3"}


def rate(vf, low, high):
    """What "ip link set PF vf N min_tx_rate LOW max_tx_rate HIGH" does."""
    HOME.rtnl.link(PF, vf=attr(IFLA_VF_RATE, struct.pack("=III", vf, low, high)))


def speed(mbps):
    run(f"ethtool -s {PF} speed {mbps} duplex full autoneg off")


class Blast:
    """Sends as fast as it can while it is entered."""

    def __init__(self, lab, source, target="v1", kind="udp", size=1400, mtu=1500):
        self.lab, self.source, self.kind, self.size = lab, source, kind, size
        self.stopping = False
        for name in (source, target):
            lab[name].link(mtu=mtu)
            with contextlib.suppress(OSError):
                lab[name].address(V4[name], 24)
        udp = kind == "udp"
        with lab[target].netns:
            self.server = socket.socket(socket.AF_INET,
                                        socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
            self.server.bind((V4[target], 0))
            if not udp:
                self.server.listen()
        with lab[source].netns:
            self.sock = socket.socket(socket.AF_INET,
                                      socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
        self.sock.settimeout(0.2)
        self.threads = [threading.Thread(target=self.send)]
        if not udp:
            self.threads.append(threading.Thread(target=self.receive))

    def send(self):
        data = bytes(self.size)
        while not self.stopping:
            with contextlib.suppress(OSError):
                self.sock.send(data)

    def receive(self):
        self.server.settimeout(0.2)
        peer = None
        while not self.stopping:
            with contextlib.suppress(OSError):
                if peer is None:
                    peer, _ = self.server.accept()
                    peer.settimeout(0.2)
                elif not peer.recv(1 << 20):
                    return

    def __enter__(self):
        if len(self.threads) == 2:
            self.threads[1].start()
        self.sock.settimeout(10)
        self.sock.connect(self.server.getsockname())
        self.sock.settimeout(0.2)
        self.threads[0].start()
        return self

    def __exit__(self, *exc):
        self.stopping = True
        for thread in self.threads:
            thread.join()
        self.sock.close()
        self.server.close()

    def mbps(self, seconds=0.5):
        """What leaves the port, in Mbit/s."""
        begin, before = time.monotonic(), self.lab.counters()[self.source]["tx_bytes"]
        time.sleep(seconds)
        after, end = self.lab.counters()[self.source]["tx_bytes"], time.monotonic()
        return (after - before) * 8 / (end - begin) / 1e6

    def expect(self, low, high):
        """Never above, and sooner or later not below either."""
        seen = []
        time.sleep(0.05)        # a burst that it has saved up
        for attempt in range(ATTEMPTS):
            seen.append(self.mbps(0.4 + attempt * 0.2))
            if seen[-1] > high:
                continue
            if seen[-1] >= low:
                return seen[-1]
        if min(seen) < low:
            self.skip_if_slow(high)
        raise Failed(f"{seen} Mbit/s, not {low} to {high}")

    def skip_if_slow(self, wanted):
        """A kernel with all checks on a busy machine may send less than any limit."""
        speed(100000)
        rate(int(self.source.removeprefix("v")), 0, 0)
        fastest = max(self.mbps(0.3) for _ in range(3))
        if fastest < 3 * wanted:
            raise Skipped(f"without limit it is {fastest:.0f} Mbit/s here")


def about(value):
    return 0.9 * value, 1.1 * value


@quick
def test_udp_is_held_at_the_maximum_rate_and_nothing_is_lost():
    want = 20 if SLOW_GUEST else 100
    with Lab() as lab:
        rate(0, 0, want)
        with Blast(lab, "v0") as blast:
            blast.expect(*about(want))
        check_equal({key: value for key, value in lab.new_drops().items() if "rate" in key}, {},
                    "drops")


def test_tcp_with_large_packets_is_held_at_the_maximum_rate():
    with Lab() as lab:
        for want in (100, 400):
            rate(0, 0, want)
            with Blast(lab, "v0", kind="tcp", size=1 << 16) as blast:
                blast.expect(*about(want))


def test_jumbo_frames_are_held_at_the_maximum_rate():
    with Lab() as lab:
        rate(0, 0, 100)
        with Blast(lab, "v0", size=8900, mtu=9000) as blast:
            blast.expect(*about(100))
        with Blast(lab, "v0", kind="tcp", size=1 << 16, mtu=9000) as blast:
            blast.expect(*about(100))


def test_rate_is_changed_under_load():
    with Lab() as lab:
        with Blast(lab, "v0") as blast:
            for want in (50, 10, 100, 1):
                rate(0, 0, want)
                blast.expect(*about(want))
            rate(0, 0, 0)
            wait_for(lambda: blast.mbps(0.2) > 3, "the limit is gone")
            for count in range(200):
                rate(0, 0, 1 + count % 2 * 1000)
        check(not [key for key in lab.new_drops() if "rate" in key], "drops")


def test_rate_of_one_vf_does_not_concern_another():
    with Lab(vfs=3) as lab:
        rate(0, 0, 1)
        with Blast(lab, "v0"), Blast(lab, "v2") as other:
            wait_for(lambda: other.mbps(0.2) > 3, "the other is faster")


def test_frames_that_the_switch_drops_cost_nothing():
    with Lab() as lab:
        rate(0, 0, 1)
        # a second of its time in frames with a foreign source address
        for _ in range(90):
            lab.send("v0", dst="v1", src="02:00:00:00:aa:01", length=1400)
        begin = time.monotonic()
        wait_for(lambda: lab.new_drops().get("v0:spoof") == 90, "dropped")
        lab.drops_before = lab.drops()
        lab.sees("v0", "v1", dst="v1")
        check(time.monotonic() - begin < 0.8, "they were charged")


def flood(lab, number):
    """More frames than may wait, from sockets that do not wait for them."""
    with lab["v0"].netns:
        socks = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(8)]
    with contextlib.suppress(OSError):
        lab["v0"].address(V4["v0"], 24)
    run(f"ip neighbour replace {V4['v1']} lladdr {lab['v1'].mac} dev {lab['v0'].ifname}",
        netns=lab["v0"].netns)
    for sock in socks:
        sock.setblocking(False)
    for count in range(number):
        with contextlib.suppress(BlockingIOError):
            socks[count % 8].sendto(bytes(1000), (V4["v1"], 9))
    for sock in socks:
        sock.close()


def test_without_qdisc_a_full_queue_drops_and_with_one_it_does_not():
    with Lab() as lab:
        rate(0, 0, 1)
        flood(lab, 3000)
        check(lab.new_drops().get("v0:rate", 0) > 100, f"drops: {lab.new_drops()}")
        rate(0, 0, 0)
        lab.drops_before = lab.drops()
        run(f"tc qdisc add dev {lab['v0'].ifname} root pfifo limit 1000", netns=lab["v0"].netns)
        rate(0, 0, 1)
        flood(lab, 3000)
        shown = run(f"tc -s -j qdisc show dev {lab['v0'].ifname}", netns=lab["v0"].netns).out
        check(json.loads(shown)[0]["qlen"], f"the qdisc holds nothing: {shown}")
        rate(0, 0, 0)
        wait_for(lambda: not json.loads(run(f"tc -s -j qdisc show dev {lab['v0'].ifname}",
                                            netns=lab["v0"].netns).out)[0]["qlen"],
                 "it is woken")
        check("v0:rate" not in lab.new_drops(), f"drops: {lab.new_drops()}")
        run(f"tc qdisc del dev {lab['v0'].ifname} root", netns=lab["v0"].netns)
        lab["v0"].down()
        lab["v0"].up()


@quick
def test_frames_that_wait_end_with_the_interface():
    """Down, reset, without VPort, in another namespace, without driver: all while frames wait."""
    with Lab() as lab:
        rate(0, 0, 1)
        port = lab["v0"]
        address = lab.nl.do("vf-get", vf_id=0)["pci-address"]
        flood(lab, 300)
        port.down()
        check(lab.new_drops().get("v0:rate", 0) > 100, f"drops: {lab.new_drops()}")
        port.up()
        lab.drops_before = lab.drops()
        lab.sees("v0", "v1", dst="v1")
        flood(lab, 200)
        lab.nl.do("vf-reset", vf_id=0)
        lab.delete_filter("v0", "v0")
        lab.nl.do("vport-del", vport_id=port.vport)
        rate(0, 0, 0)
        lab.nl.do("vport-new", vf_id=0)
        lab.filter("v0", "v0")
        lab.drops_before = lab.drops()
        wait_for(port.carrier, "carrier")
        lab.sees("v0", "v1", dst="v1")
        rate(0, 0, 1)
        flood(lab, 200)
        port.netns.link(port.ifname, netns=HOME.descriptor)
        HOME.link(port.ifname, netns=port.netns.descriptor)
        port.up()
        flood(lab, 200)
        write("/sys/bus/pci/drivers/nicswitch_vf/unbind", address)
        write("/sys/bus/pci/drivers/nicswitch_vf/bind", address)
        lab.drops_before = lab.drops()


def qdisc_length(lab, name):
    shown = run(f"tc -s -j qdisc show dev {lab[name].ifname}", netns=lab[name].netns).out
    return json.loads(shown)[0]["qlen"]


@quick
def test_reset_throws_away_what_waits_and_wakes_the_qdisc():
    with Lab() as lab:
        rate(0, 0, 1)
        flood(lab, 2000)
        lab.drops_before = lab.drops()
        lab.nl.do("vf-reset", vf_id=0)
        check(lab.new_drops().get("v0:rate", 0), "nothing has waited")
        lab.drops_before = lab.drops()
        lab.sees("v0", "v1", dst="v1")
        run(f"tc qdisc add dev {lab['v0'].ifname} root pfifo limit 1000", netns=lab["v0"].netns)
        lab.defer(run, f"tc qdisc del dev {lab['v0'].ifname} root", netns=lab["v0"].netns)
        flood(lab, 3000)
        check(qdisc_length(lab, "v0"), "the qdisc holds nothing")
        lab.nl.do("vf-reset", vf_id=0)
        rate(0, 0, 0)
        wait_for(lambda: not qdisc_length(lab, "v0"), "the qdisc goes on")
        lab.drops_before = lab.drops()


def test_frames_keep_their_order_when_a_limit_comes_and_goes():
    with Lab() as lab:
        for _ in range(10):
            seen, sent = {}, []
            for limit in (1, 0, 1, 0):
                rate(0, 0, limit)
                sent += [lab.send("v0", "v1", length=1400) for _ in range(20)]
            wait_for(lambda: lab.gather(seen, 0.01) and False or len(seen) == len(sent),
                     "all frames")
            check_equal(list(seen), sent, "order")


def test_minimum_rate_is_kept_against_a_greedy_neighbour():
    with Lab(vfs=3) as lab:
        lab.defer(speed, 100000)
        speed(100)
        rate(0, 80, 0)
        lab.defer(rate, 0, 0, 0)
        with Blast(lab, "v2") as greedy:
            greedy.expect(*about(100))          # nobody uses the guarantee
            with Blast(lab, "v0") as blast:
                blast.expect(75, 110)
                check(greedy.mbps() < 35, "the neighbour has more than is left")
        check(run(f"ethtool -s {PF} speed 10 duplex full autoneg off", ok=False).status,
              "the link is slower than its guarantees")


def test_rates_that_cannot_be_are_refused():
    with Lab() as lab:
        rate(0, 10, 100)
        for low, high, err in ((101, 100, errno.EINVAL), (0, 100001, errno.EINVAL),
                               (100001, 0, errno.EINVAL), (-1, 0, errno.EINVAL)):
            with refused(err):
                rate(0, low & 0xffffffff, high)
        rate(1, 99990, 0)
        with refused(errno.ENOSPC):
            rate(0, 11, 100)
        with refused(errno.EINVAL, "minimum rate 200 .* above maximum rate 100"):
            lab.nl.do("vf-set", vf_id=0, min_tx_rate=200)
        with refused(errno.EINVAL, "above the link speed"):
            lab.nl.do("vf-set", vf_id=0, max_tx_rate=200000)
        with refused(errno.ENOSPC, "other VFs are guaranteed 99990"):
            lab.nl.do("vf-set", vf_id=0, min_tx_rate=11)
        with refused(errno.ENOENT):
            rate(5, 0, 1)
        vf = lab.nl.do("vf-get", vf_id=0)
        check_equal((vf["min-tx-rate"], vf["max-tx-rate"]), (10, 100), "rates of VF 0")
        rate(1, 0, 0)


def test_both_doors_show_and_set_the_same_rates():
    def shown():
        link = json.loads(run(f"ip -j link show {PF}").out)[0]["vfinfo_list"][0]
        vf = json.loads(run("nicswitch -j vf show 0").out)[0]
        return [link["rate"]["min_tx"], link["rate"]["max_tx"]], [vf["min_tx_rate"],
                                                                  vf["max_tx_rate"]]
    with Lab():
        check_equal(shown(), ([0, 0], [0, 0]), "rates")
        run(f"ip link set {PF} vf 0 max_tx_rate 200 min_tx_rate 50")
        check_equal(shown(), ([50, 200], [50, 200]), "rates")
        run("nicswitch vf set 0 max_tx_rate 300")
        check_equal(shown(), ([50, 300], [50, 300]), "rates")
        run(f"ip link set {PF} vf 0 rate 100")      # the old attribute, without minimum
        check_equal(shown(), ([50, 100], [50, 100]), "rates")
        run("nicswitch vf set 0 max_tx_rate 0 min_tx_rate 0")
        check_equal(shown(), ([0, 0], [0, 0]), "rates")


if __name__ == "__main__":
    main()
