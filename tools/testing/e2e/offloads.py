#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Frames that stand for many, of each kind that the kernel has and a program can bring about."""

import contextlib
import errno
import re
import socket
import time

import bpf
from checks import PATIENCE, Skipped, check, check_equal, wait_for
from flows import TCP, UDP, Flow
from ktap import main
from lab import Lab
from system import Trace, run, write
from traffic import V4, addressed, transfer

# enum of include/linux/skbuff.h, bit by bit, as far as tracepoints tell them
NAMES = ("tcpv4", "dodgy", "tcp_ecn", "tcp_fixedid", "tcpv6", "fcoe", "gre", "gre_csum", "ipxip4",
         "ipxip6", "udp_tunnel", "udp_tunnel_csum", "partial", "tunnel_remcsum", "sctp", "esp")
ABOVE = {"tcpv4", "tcpv6", "sctp"}
UNNECESSARY = 1     # CHECKSUM_UNNECESSARY: GRO leaves it so where it makes a list of frames
SENT, RECEIVED = "net_dev_start_xmit", "netif_receive_skb_entry"


def watch(*events):
    """What is sent and received as one frame for many."""
    return Trace(*(f"net/{event}" for event in events or (SENT, RECEIVED)),
                 condition="gso_size != 0")


def kinds(trace, ifname=r"\S+"):
    """Names of all that went through an interface."""
    found = set()
    for line in trace.text:
        match = re.search(rf"dev={ifname} .*ip_summed=(\d).*gso_type=(0x[0-9a-f]+)", line)
        if not match:
            continue
        names = {name for bit, name in enumerate(NAMES) if int(match[2], 16) >> bit & 1}
        # the others are cut off
        found |= names | (set() if names & ABOVE else {"udp"})
        if int(match[1]) == UNNECESSARY:
            found.add("fraglist")
    return found


@contextlib.contextmanager
def merging_cable(lab, features):
    """The external port makes one of the frames that it gets, and waits for them."""
    run("ethtool -K t-host tso off", netns=lab["wire"].netns)
    run(f"ethtool -K t-lan gro on {features}")
    write("/sys/class/net/t-lan/gro_flush_timeout", 20000000)
    yield
    run("ethtool -K t-lan gro off rx-gro-list off rx-udp-gro-forwarding off")


def prepare(flow, serial):
    """Payloads and packets of a burst, which is sent at once: GRO merges those of a tick."""
    payloads = [number.to_bytes(4, "big") * 250 for number in range(serial, serial + 8)]
    return payloads, [flow.packet(payload) for payload in payloads]


def merged(lab, wanted, target, above, features, fixed=False):
    """Sends until the interface of target has received one of this kind; all arrive."""
    for name in ("v0", "v1"):
        lab[name].address(V4[name])
    sock = None
    if above == UDP:
        with lab[target].netns:
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((V4[target], 9))
        sock.settimeout(PATIENCE)
        lab.defer(sock.close)
    flow = Flow((lab[target].mac, lab["wire"].mac), (V4["wire"], V4[target]), (1, 9), above, fixed)
    serial = 0

    def burst():
        nonlocal serial
        payloads, packets = prepare(flow, serial)
        serial += len(packets)
        with watch(RECEIVED) as trace:
            lab["wire"].raw_all(packets)
            for payload in payloads if sock else ():
                check_equal(sock.recv(2000), payload, f"datagram {payload[:4].hex()}")
            if not sock:
                # nobody says when they have come: what is late this time is seen the next
                time.sleep(0.05)
        return wanted <= kinds(trace, lab[target].ifname)
    # with GRO there as well, frames would be told of as received elsewhere
    run(f"ethtool -K {lab[target].ifname} gro off", netns=lab[target].netns)
    with merging_cable(lab, features):
        wait_for(burst, f"a frame of kind {wanted}")
    lab.drops_before = lab.drops()


def test_datagrams_that_the_external_port_has_merged():
    with Lab() as lab:
        merged(lab, {"udp"}, "v1", UDP, "rx-udp-gro-forwarding on")


def test_datagrams_that_the_external_port_has_listed():
    with Lab() as lab:
        merged(lab, {"udp", "fraglist"}, "v1", UDP, "rx-gro-list on")


def test_segments_that_the_external_port_has_merged():
    with Lab() as lab:
        merged(lab, {"tcpv4", "tcp_fixedid"}, "v1", TCP, "rx-gro-list off", fixed=True)


def test_segments_that_the_external_port_has_listed():
    with Lab() as lab:
        merged(lab, {"tcpv4", "fraglist"}, "v1", TCP, "rx-gro-list on")


def test_a_program_sees_listed_datagrams_one_by_one():
    with Lab() as lab:
        for name in ("v0", "v1"):
            lab[name].address(V4[name])
        with bpf.Program(lab["v1"], bpf.verdict(bpf.PASS)):
            flow = Flow((lab["v1"].mac, lab["wire"].mac), (V4["wire"], V4["v1"]), (1, 9))
            with lab["v1"].netns:
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            lab.defer(sock.close)
            sock.bind((V4["v1"], 9))
            sock.settimeout(PATIENCE)
            serial = 0

            def burst():
                nonlocal serial
                payloads, packets = prepare(flow, serial)
                serial += len(packets)
                # longer than a packet, and GRO does nothing else to datagrams here
                with Trace("net/netif_receive_skb", condition="len > 2000") as trace:
                    lab["wire"].raw_all(packets)
                    for payload in payloads:
                        check_equal(sock.recv(2000), payload, f"datagram {payload[:4].hex()}")
                return any("dev=t-lan" in line for line in trace.lines("netif_receive_skb"))
            with merging_cable(lab, "rx-gro-list on"):
                wait_for(burst, "a list at the external port")
        lab.drops_before = lab.drops()


def tunnel(lab, wanted, kind, six=False):
    """TCP through a tunnel between the VFs."""
    addressed(lab, six=six, names=("v0", "v1"))
    ends = ("fd00:9::1", "fd00:9::2") if six else (V4["v0"], V4["v1"])
    for name, local, remote, inner in (("v0", *ends, "10.8.0.1"), ("v1", *reversed(ends), "10.8.0.2")):
        port = lab[name]
        words = kind.format(local=local, remote=remote, dev=port.ifname)
        result = run(f"ip link add t-tunnel type {words}", netns=port.netns, ok=False)
        if result.status:
            raise Skipped(f"no {kind.split()[0]}: {result.err.strip()}")
        lab.defer(port.netns.rtnl.delete, "t-tunnel")
        with port.netns:
            port.netns.rtnl.address("t-tunnel", inner, 24)
        port.netns.link("t-tunnel", set_flags=1)
    with watch(SENT) as trace:
        transfer(lab, "v0", "v1", "10.8.0.2", 1 << 20)
    found = kinds(trace, lab["v0"].ifname)
    check(wanted <= found, f"{kind}: {found}, without {wanted - found}")


def test_tcp_in_tunnels_over_udp():
    # remote checksums are not claimed, so that the stack cuts these up
    for wanted, words in (({"tcpv4", "udp_tunnel"}, "noudpcsum"),
                          ({"tcpv4", "udp_tunnel_csum"}, "udpcsum"),
                          (set(), "udpcsum remcsumtx remcsumrx")):
        with Lab() as lab:
            tunnel(lab, wanted, f"vxlan id 7 dstport 4789 {words} dev {{dev}} "
                                "local {local} remote {remote}")


def test_tcp_in_tunnels_of_gre():
    for wanted, words in (("gre", ""), ("gre_csum", "csum")):
        with Lab() as lab:
            tunnel(lab, {"tcpv4", wanted}, f"gretap {words} local {{local}} remote {{remote}}")


def test_tcp_in_tunnels_of_ip():
    with Lab() as lab:
        tunnel(lab, {"tcpv4", "ipxip4"}, "ipip local {local} remote {remote}")
    with Lab() as lab:
        tunnel(lab, {"tcpv4", "ipxip6"}, "ip6tnl mode ipip6 local {local} remote {remote}", six=True)


def test_sctp_between_vfs():
    """Its checksum is of another kind, and a list of chunks may be one frame."""
    with Lab() as lab:
        addressed(lab, names=("v0", "v1"))
        try:
            with lab["v1"].netns:
                server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
        except OSError as error:
            check_equal(error.errno, errno.EPROTONOSUPPORT, "errno")
            raise Skipped("no SCTP") from error
        lab.defer(server.close)
        server.bind((V4["v1"], 77))
        server.listen()
        with lab["v0"].netns:
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP)
        lab.defer(client.close)
        client.settimeout(PATIENCE)
        client.connect((V4["v1"], 77))
        peer, _ = server.accept()
        lab.defer(peer.close)
        peer.settimeout(PATIENCE)
        data, got = bytes(range(256)) * 64, b""
        with watch(SENT) as trace:
            for _ in range(8):
                client.sendall(data)
                while len(got) < len(data):
                    got += peer.recv(1 << 16)
                check_equal(got, data, "what arrived")
                got = b""
        check("sctp" in kinds(trace, lab["v0"].ifname), f"offloads: {kinds(trace)}")


def test_esp_between_vfs():
    with Lab() as lab:
        addressed(lab, names=("v0", "v1"))
        key = "0x" + "11" * 20
        for name in ("v0", "v1"):
            for number, (source, target) in enumerate((("v0", "v1"), ("v1", "v0")), 256):
                ends = f"src {V4[source]} dst {V4[target]}"
                result = run(f"ip xfrm state add {ends} proto esp spi {number} mode transport "
                             f"aead rfc4106(gcm(aes)) {key} 128", netns=lab[name].netns, ok=False)
                if result.status:
                    raise Skipped(f"no ESP: {result.err.strip()}")
                where = "out" if source == name else "in"
                run(f"ip xfrm policy add {ends} dir {where} tmpl {ends} proto esp mode transport",
                    netns=lab[name].netns)
        transfer(lab, "v0", "v1", V4["v1"], 1 << 19)
        check_equal(lab.new_drops(), {}, "drops")


if __name__ == "__main__":
    main()
