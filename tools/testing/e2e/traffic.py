#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What users run: ping, TCP, UDP, jumbo frames and VLAN interfaces, IPv4 and IPv6."""

import select
import socket
import struct
import time

from checks import check, check_equal, wait_for
from frames import Sniffer
from ktap import main, quick
from lab import Lab
from netlink import mac_bytes
from state import PF
from system import HOME, run

V4 = {"v0": "10.9.0.1", "v1": "10.9.0.2", "pf": "10.9.0.3", "wire": "10.9.0.4"}
V6 = {name: f"fd00:9::{number}" for number, name in enumerate(V4, 1)}


def addressed(lab, six=False, names=V4):
    """Gives the ports addresses; those of the PF go away in the end."""
    for name in names:
        port = lab[name]
        if name == "pf":
            lab.defer(run, f"ip address flush dev {PF}")
            lab.defer(write_ipv6, 1)
        port.address((V6 if six else V4)[name], 64 if six else 24)


def write_ipv6(value):
    with open(f"/proc/sys/net/ipv6/conf/{PF}/disable_ipv6", "w", encoding="ascii") as file:
        file.write(str(value))


def ping(lab, source, target, *options, ok=True):
    return run("ping", "-n", "-c", 2, "-i", 0.05, "-W", 2, *options, target, ok=ok,
               netns=lab[source].netns)


@quick
def test_ping_ipv4_between_all_kinds_of_ports():
    with Lab() as lab:
        addressed(lab)
        for source, target in (("v0", "v1"), ("v1", "wire"), ("wire", "pf"), ("pf", "v0")):
            ping(lab, source, V4[target])


@quick
def test_ping_ipv6_between_all_kinds_of_ports():
    """Neighbour discovery is multicast, so this also tests the groups that interfaces join."""
    with Lab() as lab:
        addressed(lab, six=True)
        for source, target in (("v0", "v1"), ("v1", "wire"), ("wire", "pf"), ("pf", "v0")):
            ping(lab, source, V6[target])


def test_ipv6_link_local_address_is_found_by_all_nodes_multicast():
    with Lab() as lab:
        addressed(lab, six=True, names=("v0", "v1"))
        with lab["v0"].netns:
            result = run("ping", "-n", "-c", 1, "-W", 3, f"ff02::1%{lab['v0'].ifname}")
        check("1 received" in result.out, result.out)


def test_arp():
    """A request is broadcast, an answer unicast, and only the one who is asked answers."""
    with Lab() as lab:
        addressed(lab)
        me, you = mac_bytes(lab["v0"].mac), mac_bytes(lab["v1"].mac)
        request = (b"\xff" * 6 + me + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 1) +
                   me + socket.inet_aton(V4["v0"]) + bytes(6) + socket.inet_aton(V4["v1"]))
        sniffers = {name: Sniffer(lab[name].netns, lab[name].ifname) for name in V4}
        for sniffer in sniffers.values():
            lab.defer(sniffer.close)
        lab["v0"].raw(request)
        seen = {name: [] for name in V4}

        def answered():
            for name, sniffer in sniffers.items():
                seen[name] += [data for data, _, _ in sniffer.receive()
                               if data[12:14] == b"\x08\x06"]
            return len(seen["v0"]) >= 1 and all(seen[name] for name in ("v1", "pf", "wire"))
        wait_for(answered, f"request and answer: {seen}")
        check_equal(len(seen["v0"]), 1, "answers")
        check_equal(seen["v0"][0][:12], me + you, "addresses of the answer")
        check_equal(seen["v0"][0][20:28], b"\0\2" + you, "the answer")


def transfer(lab, source, target, address, size):
    """A TCP stream of that many bytes; returns the longest frame that the target's port saw."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sniffer = Sniffer(lab[target].netns, lab[target].ifname)
    with lab[target].netns:
        server = socket.create_server((address, 0), family=family)
    with lab[source].netns:
        client = socket.socket(family, socket.SOCK_STREAM)
    client.settimeout(10)
    client.connect(server.getsockname()[:2])
    peer, _ = server.accept()
    block = bytes(range(256)) * 256
    sent = received = longest = 0
    client.setblocking(False)
    peer.setblocking(False)
    end = time.monotonic() + 60
    while received < size:
        check(time.monotonic() < end, f"{received} bytes of {size} in 60 s")
        writable = [client] if sent < size else []
        readable, ready, _ = select.select([peer], writable, [], 5)
        if ready:
            sent += client.send(block[sent % 256:][:size - sent])
        if readable:
            data = peer.recv(1 << 18)
            check(data == (block * 5)[received % 256:][:len(data)], "the bytes are not the same")
            received += len(data)
        longest = max([longest] + [length for _, _, length in sniffer.receive()])
    for sock in (client, peer, server, sniffer):
        sock.close()
    return longest


@quick
def test_tcp_between_vfs_passes_large_packets():
    with Lab() as lab:
        addressed(lab)
        longest = transfer(lab, "v0", "v1", V4["v1"], 4 << 20)
        check(longest > 10000, f"the longest packet had {longest} bytes: no GSO")
        check_equal(lab.new_drops(), {}, "drops")


def test_tcp_ipv6_between_vfs_passes_large_packets():
    with Lab() as lab:
        addressed(lab, six=True)
        longest = transfer(lab, "v0", "v1", V6["v1"], 4 << 20)
        check(longest > 10000, f"the longest packet had {longest} bytes: no GSO")


@quick
def test_tcp_between_vf_and_external_host():
    with Lab() as lab:
        addressed(lab)
        check(transfer(lab, "v0", "wire", V4["wire"], 2 << 20) > 10000, "no GSO to the wire")
        check(transfer(lab, "wire", "v1", V4["v1"], 2 << 20) > 10000, "no GSO from the wire")


def test_tcp_between_vf_and_pf():
    with Lab() as lab:
        addressed(lab)
        check(transfer(lab, "v0", "pf", V4["pf"], 2 << 20) > 10000, "no GSO to the PF")
        check(transfer(lab, "pf", "v1", V4["v1"], 2 << 20) > 10000, "no GSO from the PF")


def test_tcp_without_offloads():
    with Lab() as lab:
        addressed(lab)
        for name in ("v0", "v1"):
            run(f"ethtool -K {lab[name].ifname} tso off gso off gro off tx off rx off",
                netns=lab[name].netns)
            lab.defer(run, f"ethtool -K {lab[name].ifname} tso on gso on tx on rx on",
                      netns=lab[name].netns)
        longest = transfer(lab, "v0", "v1", V4["v1"], 1 << 20)
        check(longest <= 1514, f"a packet of {longest} bytes")


def test_tcp_inside_a_port_vlan():
    with Lab() as lab:
        lab.vf(0, vlan=100)
        lab.vf(1, vlan=100)
        addressed(lab, names=("v0", "v1"))
        check(transfer(lab, "v0", "v1", V4["v1"], 1 << 20) > 10000, "no GSO")
        check_equal(lab.new_drops(), {}, "drops")


def test_tcp_from_a_port_vlan_to_a_vlan_interface():
    """Also to the external host, which needs the tag in the frame."""
    with Lab() as lab:
        lab.vf(0, vlan=100)
        addressed(lab, names=("v0",))
        upper = lab.add_vlan("wire", 100)
        with lab["wire"].netns:
            lab["wire"].netns.rtnl.address(upper, V4["wire"], 24)
        transfer(lab, "v0", "wire", V4["wire"], 1 << 20)


def test_vlan_interfaces_of_vfs():
    with Lab() as lab:
        for name, address in (("v0", "10.8.0.1"), ("v1", "10.8.0.2"), ("wire", "10.8.0.4")):
            upper = lab.add_vlan(name, 10)
            with lab[name].netns:
                lab[name].netns.rtnl.address(upper, address, 24)
        # a VLAN interface alone opens nothing
        check(ping(lab, "v0", "10.8.0.2", ok=False).status, "ping without a filter")
        check(lab.new_drops().get("v0:spoof"), "not dropped as a foreign source")
        lab.filter("v0", "v0", "10")
        lab.filter("v1", "v1", "10")
        # Linux remembers for a while whom it asked for in vain
        run("ip neighbour flush dev t.v0.10", netns=lab["v0"].netns)
        ping(lab, "v0", "10.8.0.2")
        ping(lab, "v1", "10.8.0.4")
        check(transfer(lab, "v0", "v1", "10.8.0.2", 1 << 20) > 10000, "no GSO in a VLAN")
        transfer(lab, "v0", "wire", "10.8.0.4", 1 << 20)
        transfer(lab, "wire", "v1", "10.8.0.2", 1 << 20)


def test_service_vlan_interfaces():
    with Lab() as lab:
        for name, address in (("v0", "10.8.0.1"), ("v1", "10.8.0.2")):
            lab.filter(name, name, "any")
            upper = lab.add_vlan(name, 10, 0x88a8)
            with lab[name].netns:
                lab[name].netns.rtnl.address(upper, address, 24)
        ping(lab, "v0", "10.8.0.2")
        transfer(lab, "v0", "v1", "10.8.0.2", 1 << 19)


def test_jumbo_frames():
    with Lab() as lab:
        addressed(lab)
        for name in V4:
            lab[name].link(mtu=9000)
        HOME.link("t-lan", mtu=9000)
        for target in ("v1", "pf", "wire"):
            ping(lab, "v0", V4[target], "-M", "do", "-s", 8972)
        check(ping(lab, "v0", V4["v1"], "-M", "do", "-s", 8973, ok=False).status,
              "a packet of 9001 bytes")
        ping(lab, "v0", V4["v1"], "-M", "dont", "-s", 20000)


def test_packets_beyond_the_receivers_mtu():
    with Lab() as lab:
        addressed(lab)
        lab["v0"].link(mtu=9000)
        check(ping(lab, "v0", V4["v1"], "-M", "do", "-s", 5000, ok=False).status, "5000 bytes")
        check(lab.new_drops().get("v1:rx_oversize", 0) >= 2, f"not counted: {lab.new_drops()}")
        # TCP agrees on the smaller size by itself
        transfer(lab, "v0", "v1", V4["v1"], 1 << 20)


def test_mtu_limits():
    with Lab() as lab:
        for mtu, good in ((68, True), (9216, True), (67, False), (9217, False), (1500, True)):
            check_equal(not run(f"ip link set {lab['v0'].ifname} mtu {mtu}", ok=False,
                                netns=lab["v0"].netns).status, good, f"mtu {mtu}")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def datagram(lab, target, wrong, port):
    """A UDP datagram as raw bytes, with a right or wrong checksum."""
    payload = b"checksum"
    source, there = socket.inet_aton(V4["v0"]), socket.inet_aton(V4[target])
    pseudo = source + there + struct.pack("!BBH", 0, 17, 8 + len(payload))
    udp = struct.pack("!HHHH", 1111, port, 8 + len(payload), 0) + payload
    value = checksum(pseudo + udp) ^ (0x0101 if wrong else 0)
    udp = udp[:6] + struct.pack("!H", value) + payload
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + source + there
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return mac_bytes(lab[target].mac) + mac_bytes(lab["v0"].mac) + b"\x08\x00" + head + udp


@quick
def test_udp_with_a_wrong_checksum_stays_wrong():
    with Lab() as lab:
        addressed(lab)
        for target in ("v1", "pf", "wire"):
            with lab[target].netns:
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sock.bind((V4[target], 0))
            sock.settimeout(5)
            lab["v0"].raw(datagram(lab, target, True, sock.getsockname()[1]))
            lab["v0"].raw(datagram(lab, target, False, sock.getsockname()[1]))
            check_equal(sock.recv(100), b"checksum", "the good one")
            sock.setblocking(False)
            try:
                sock.recv(100)
                check(False, f"{target} took a datagram with a wrong checksum")
            except BlockingIOError:
                pass
            sock.close()


def test_udp_segmentation_offload():
    with Lab() as lab:
        addressed(lab)
        for target in ("v1", "wire"):
            with lab[target].netns:
                receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                receiver.bind((V4[target], 0))
            with lab["v0"].netns:
                sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sender.setsockopt(17, 103, 1000)    # UDP_SEGMENT
            sender.sendto(b"".join(bytes([n]) * 1000 for n in range(20)),
                          receiver.getsockname())
            receiver.settimeout(5)
            for number in range(20):
                check_equal(receiver.recv(2000), bytes([number]) * 1000, f"datagram {number}")
            sender.close()
            receiver.close()


def test_frames_with_fragments_are_whole_after_replication():
    """Broadcast of a large UDP datagram from user pages: each receiver has its own intact copy."""
    with Lab(vfs=4) as lab:
        names = ("v0", "v1", "v2", "v3", "wire")
        receivers = []
        for number, name in enumerate(names):
            lab[name].link(mtu=9000)
            lab[name].address(f"10.9.0.{number + 1}", 24)
        HOME.link("t-lan", mtu=9000)
        for name in names[1:]:
            with lab[name].netns:
                receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            receiver.bind(("", 4242))
            receiver.settimeout(5)
            receivers.append(receiver)
        with lab["v0"].netns:
            sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        data = bytes(range(256)) * 33
        sender.sendto(data, ("10.9.0.255", 4242))
        for receiver, name in zip(receivers, names[1:]):
            check_equal(receiver.recv(10000), data, f"datagram at {name}")
            receiver.close()
        sender.close()


if __name__ == "__main__":
    main()
