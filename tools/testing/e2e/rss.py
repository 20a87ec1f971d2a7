#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Receive side scaling: which queue pair receives what."""

import re
import socket
import struct

from checks import check, check_equal, wait_for
from ktap import main, quick
from lab import Lab, vf_mac
from netlink import mac_bytes
from nic import current, denied, ethtool, queues
from system import HOME

TABLE = 128


def packet(src, dst, sport, dport, proto=17, fragment=0):
    """The bytes of an IP packet; checksums do not matter here."""
    ports = struct.pack("!HHHH", sport, dport, 8, 0) if proto in (6, 17) else bytes(8)
    if ":" in src:
        return struct.pack("!IHBB", 6 << 28, len(ports), proto, 64) + \
            socket.inet_pton(socket.AF_INET6, src) + socket.inet_pton(socket.AF_INET6, dst) + ports
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(ports), 0, fragment, 64, proto, 0) + \
        socket.inet_aton(src) + socket.inet_aton(dst) + ports


def frame(lab, port, ip, vid=None):
    tag = struct.pack("!HH", 0x8100, vid) if vid else b""
    kind = 0x86dd if ip[0] >> 4 == 6 else 0x0800
    return mac_bytes(lab[port].mac) + mac_bytes(vf_mac(0)) + tag + struct.pack("!H", kind) + ip


def toeplitz(key, data):
    bits = int.from_bytes(key, "big")
    size, result = 8 * len(key), 0
    for number in range(8 * len(data)):
        if data[number // 8] & 0x80 >> number % 8:
            result ^= bits >> (size - 32 - number) & 0xffffffff
    return result


def hash_input(ip, ports=True):
    if ip[0] >> 4 == 6:
        return ip[8:40] + (ip[40:44] if ports else b"")
    return ip[12:20] + (ip[20:24] if ports else b"")


def rss(port, context=""):
    """Table and key."""
    out = ethtool(port, f"-x {{}} {context}").out
    table = [int(entry) for line in re.findall(r"^ +\d+: +(.*)$", out, re.M)
             for entry in line.split()]
    key = re.search(r"^((?:[0-9a-f]{2}:)+[0-9a-f]{2})$", out, re.M)
    return table, bytes.fromhex(key[1].replace(":", "")) if key else None


def flows():
    for number in range(32):
        yield packet("10.1.0.1", "10.1.0.2", 1000 + number, 5000)
        yield packet("10.1.0.1", f"10.1.{number}.2", 1000, 5000, proto=6)
        yield packet(f"fd00::{number}:1", "fd00::2", 7, 5000 + number)


def receive(lab, port, packets):
    """Sends these; returns how many each queue received."""
    before = queues(lab[port])
    for ip in packets:
        lab["v0"].raw(frame(lab, port, ip))
    wait_for(lambda: sum(queues(lab[port])) - sum(before) == len(packets), "all frames")
    return [now - old for now, old in zip(queues(lab[port]), before)]


def expected(port, packets, ports=True, context=""):
    table, key = rss(port, context)
    check_equal(len(table), TABLE, "entries of the table")
    counts = [0] * current(port, "-l {}")["Combined"]
    for ip in packets:
        counts[table[toeplitz(key, hash_input(ip, ports)) % TABLE]] += 1
    return counts


@quick
def test_flows_are_spread_by_key_and_table():
    with Lab(qps=4) as lab:
        packets = list(flows())
        port = lab["v1"]
        seen = receive(lab, "v1", packets)
        check_equal(seen, expected(port, packets), "frames per queue")
        check(min(seen) > 8, f"frames per queue: {seen}")
        for words in ("equal 2", "weight 1 0 0 7", "hkey " + ":".join(["6d", "5a"] * 20),
                      "start 2 equal 2", "default"):
            ethtool(port, f"-X {{}} {words}")
            check_equal(receive(lab, "v1", packets), expected(port, packets), words)
        check_equal(rss(port)[0], [entry % 4 for entry in range(TABLE)], "default table")
        check_equal(lab.new_drops(), {}, "drops")


def test_fragments_and_other_protocols_are_spread_by_address():
    with Lab(qps=4) as lab:
        for more in ({"fragment": 0x2000}, {"fragment": 7}, {"proto": 1}):
            packets = [packet(f"10.2.{number}.1", "10.1.0.2", number, 9, **more)
                       for number in range(40)]
            check_equal(receive(lab, "v1", packets), expected(lab["v1"], packets, False), more)
        # what is no IP has hash 0
        ethtool(lab["v1"], "-X {} weight 0 1 0 0")
        before = queues(lab["v1"])
        lab.sees("v0", "v1", dst="v1")
        check_equal(queues(lab["v1"])[1] - before[1], 1, "queue of the first entry")


def test_pf_and_vports_have_tables_of_their_own():
    with Lab(qps=2) as lab:
        number = lab.nl.do("vport-new", pf=True, queue_pairs=4)["vport-id"]
        lab.activate(number)
        name = f"p{number}"
        lab.filter(name, name)
        ethtool(lab[name], "-X {} weight 0 0 1 0")
        packets = list(flows())
        check_equal(receive(lab, name, packets), [0, 0, len(packets), 0], "VPort of the PF")
        check(min(receive(lab, "v1", packets)) > 0, "VF")
        check_equal(current(lab["pf"], "-l {}"), {"Combined": 1}, "channels of the PF")
        denied(lab["pf"], "-X {} equal 2", "Invalid")


@quick
def test_table_grows_and_shrinks_with_the_channels():
    """ndis-rules 5.4: fewer: the table first; more: the table last."""
    with Lab(qps=4) as lab:
        port, packets = lab["v1"], list(flows())
        for number in (2, 3, 1, 4):
            ethtool(port, f"-L {{}} combined {number}")
            check_equal(rss(port)[0], [entry % number for entry in range(TABLE)], "table")
            check_equal(receive(lab, "v1", packets), expected(port, packets), "frames")
        ethtool(port, "-X {} equal 3")
        denied(port, "-L {} combined 2", "too low for existing indirection table")
        ethtool(port, "-L {} combined 3")
        ethtool(port, "-L {} combined 4")
        check_equal(max(rss(port)[0]), 2, "table that was set")
        denied(port, "-X {} weight 1 1 1 1 1", "")
        denied(port, "-X {} hfunc xor", "not supported|Cannot set|Operation")


def test_another_vport_starts_with_another_table():
    with Lab(qps=4) as lab:
        port = lab["v1"]
        for number in (4, 2):
            ethtool(port, "-X {} start 3 equal 1")
            lab.delete_filter("v1", "v1")
            lab.nl.do("vport-del", vport_id=port.vport)
            port.vport = lab.nl.do("vport-new", vf_id=port.vf, queue_pairs=number)["vport-id"]
            lab.filter("v1", "v1")
            check_equal(rss(port)[0], [entry % number for entry in range(TABLE)], "table")
            packets = list(flows())
            check_equal(receive(lab, "v1", packets), expected(port, packets), "frames")


def create(port, words):
    return int(ethtool(port, words).out.split()[-1])


@quick
def test_rules_take_flows_aside():
    with Lab(qps=4) as lab:
        port = lab["v1"]
        ethtool(port, "-X {} equal 1")
        one = create(port, "-N {} flow-type udp4 dst-port 77 action 3")
        two = create(port, "-N {} flow-type tcp6 src-ip fd00::9 action 2")
        create(port, "-N {} flow-type ip4 src-ip 10.9.0.0 m 0.0.255.255 action 1")
        for ip, queue in ((packet("10.1.0.1", "10.1.0.2", 5, 77), 3),
                          (packet("10.1.0.1", "10.1.0.2", 5, 77, proto=6), 0),
                          (packet("10.1.0.1", "10.1.0.2", 5, 78), 0),
                          (packet("fd00::9", "fd00::1", 5, 78, proto=6), 2),
                          (packet("fd00::9", "fd00::1", 5, 78), 0),
                          (packet("10.9.8.7", "10.1.0.2", 5, 78, proto=1), 1)):
            counts = receive(lab, "v1", [ip] * 5)
            check_equal(counts.index(5), queue, f"queue of {ip.hex()}")
        check("Total 3 rules" in ethtool(port, "-n {}").out, "rules")
        check("Dest port: 77" in ethtool(port, f"-n {{}} rule {one}").out, "rule")
        denied(port, "-L {} combined 3", "too low for existing ntuple|Invalid")
        denied(port, "-N {} flow-type udp4 dst-port 1 action 4", "")
        denied(port, "-N {} flow-type ether dst 02:00:00:00:00:01 action 1", "")
        denied(port, "-N {} flow-type udp4 dst-port 1 tos 1 action 1", "")
        denied(port, f"-N {{}} delete {two + 20}", "")
        ethtool(port, f"-N {{}} delete {one}")
        check_equal(receive(lab, "v1", [packet("10.1.0.1", "10.1.0.2", 5, 77)]), [1, 0, 0, 0],
                    "without the rule")
        ethtool(port, f"-N {{}} delete {two}")


@quick
def test_contexts_spread_flows_by_tables_of_their_own():
    with Lab(qps=4) as lab:
        port = lab["v1"]
        ethtool(port, "-X {} equal 2")
        context = create(port, "-X {} context new start 2 equal 2")
        rule = create(port, f"-N {{}} flow-type udp4 dst-port 77 context {context}")
        packets = [packet("10.1.0.1", "10.1.0.2", number, 77) for number in range(64)]
        seen = receive(lab, "v1", packets)
        check(seen[:2] == [0, 0] and min(seen[2:]) > 8, f"frames of the context: {seen}")
        others = [packet("10.1.0.1", "10.1.0.2", number, 78) for number in range(64)]
        seen = receive(lab, "v1", others)
        check(seen[2:] == [0, 0] and min(seen[:2]) > 8, f"other frames: {seen}")
        denied(port, f"-X {{}} context {context} delete", "")
        denied(port, "-X {} context 60 delete", "")
        ethtool(port, f"-X {{}} context {context} weight 0 0 0 1")
        check_equal(receive(lab, "v1", packets), [0, 0, 0, 64], "another table")
        ethtool(port, f"-N {{}} delete {rule}")
        ethtool(port, f"-X {{}} context {context} delete")
        seen = receive(lab, "v1", packets)
        check(seen[2:] == [0, 0], f"without the context: {seen}")


def test_steering_changes_under_traffic_lose_nothing():
    with Lab(qps=4) as lab:
        port, packets = lab["v1"], list(flows())
        before, sent = sum(queues(port)), 0
        for number in range(20):
            for ip in packets:
                lab["v0"].raw(frame(lab, "v1", ip))
            sent += len(packets)
            ethtool(port, ("-X {} equal 3", "-X {} default", "-X {} hkey " + ":".join(["0a"] * 40),
                           "-X {} weight 0 1 2 3")[number % 4])
        wait_for(lambda: sum(queues(port)) - before == sent, "all frames")
        check_equal(lab.new_drops(), {}, "drops")


def test_rss_outlives_down_and_goes_with_the_driver():
    with Lab(qps=4, netns=False) as lab:
        port = lab["v1"]
        ethtool(port, "-X {} weight 1 0 0 1")
        create(port, "-X {} context new")
        create(port, "-N {} flow-type udp4 dst-port 77 context 1")
        port.down()
        check_equal(set(rss(port)[0]), {0, 3}, "table while down")
        port.up()
        wait_for(port.carrier, "carrier")
        check_equal(set(rss(port)[0]), {0, 3}, "table")
        path = "/sys/bus/pci/drivers/nicswitch_vf"
        address = re.search("bus-info: (.*)", ethtool(port, "-i {}").out)[1]
        for name in ("unbind", "bind"):
            with open(f"{path}/{name}", "w", encoding="ascii") as file:
                file.write(address)
        wait_for(lambda: port.ifname in HOME.rtnl.links(), "the VF")
        check_equal(rss(port)[0], [entry % 4 for entry in range(TABLE)], "table of a new driver")
        check("Total 0 rules" in ethtool(port, "-n {}").out, "rules of a new driver")


if __name__ == "__main__":
    main()
