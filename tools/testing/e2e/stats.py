#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Statistics of VPorts, interfaces and the external port."""

import errno
import json
import socket
import struct

from checks import Skipped, check, check_equal, wait_for
from ktap import main, quick
from lab import Lab
from netlink import NLM_F_DUMP, Netlink, Refused, attr, attrs
from state import PF
from system import run

KEYS = ("rx_packets", "rx_bytes", "rx_multicast", "tx_packets", "tx_bytes")


def difference(before, after):
    return {port: tuple(after[port][key] - before[port][key] for key in KEYS) for port in after
            if after[port] != before[port]}


@quick
def test_every_frame_is_counted_once_on_each_port():
    with Lab(vfs=3) as lab:
        before = lab.counters()
        lab.sees("v0", "v1", dst="v1", length=100)
        lab.sees("v0", "v1", dst="v1", length=200)
        lab.sees("v0", "v1 v2 pf wire", dst="bcast", length=300)
        lab.sees("wire", "pf", dst="pf", length=400)
        lab.sees("v2", "wire", dst="wire", length=500)
        check_equal(difference(before, lab.counters()), {
            "v0": (0, 0, 0, 3, 600),
            "v1": (3, 600, 1, 0, 0),
            "v2": (1, 300, 1, 1, 500),
            "pf": (2, 700, 1, 0, 0),
            "wire": (2, 800, 1, 1, 400),
        }, "counters")


def test_counters_start_with_the_vport():
    with Lab() as lab:
        lab.sees("v0", "v1", dst="v1")
        for name in ("v0", "v1"):
            lab.delete_filter(name, name)
            lab.nl.do("vport-del", vport_id=lab.vport(name))
            lab.nl.do("vport-new", vf_id=lab[name].vf)
        counters = lab.counters()
        for name in ("v0", "v1"):
            check_equal([counters[name][key] for key in KEYS], [0] * 5, f"counters of {name}")


def interface(netns, ifname):
    with netns:
        values = netns.rtnl.links()[ifname][2]
    return struct.unpack_from("=24Q", values[23])       # IFLA_STATS64


def test_interface_statistics_agree():
    with Lab() as lab:
        ports = [lab["v0"], lab["v1"], lab["pf"]]
        before = [interface(port.netns, port.ifname) for port in ports]
        switch = lab.counters()
        for length in (64, 128, 1000):
            lab.sees("v0", "v1", dst="v1", length=length)
            lab.sees("v1", "v0 pf wire", dst="bcast", length=length)
            lab.sees("pf", "v1", dst="v1", length=length)
        after = lab.counters()
        for port, old in zip(ports, before):
            new = interface(port.netns, port.ifname)
            rx, tx, rx_bytes, tx_bytes = (new[i] - old[i] for i in range(4))
            seen = [after[port.name][key] - switch[port.name][key] for key in KEYS]
            check_equal([rx, rx_bytes, new[8] - old[8], tx, tx_bytes], seen, port.name)


def qstats(port, scope):
    """What the netdev family tells: (rx packets, rx bytes, tx packets, tx bytes), added up."""
    with port.netns:
        nl, ifindex = Netlink(16), socket.if_nametoindex(port.ifname)
    try:
        reply = nl.request(16, b"\3\1\0\0" + attr(2, "netdev"))
        family, = struct.unpack("=H", dict(attrs(reply[0][4:]))[1])
        found = nl.request(family, struct.pack("=BBH", 12, 1, 0) + attr(1, ifindex) +
                           attr(4, struct.pack("=Q", scope)), NLM_F_DUMP)
    except Refused as refused:
        if refused.errno in (errno.ENOENT, errno.EOPNOTSUPP):
            raise Skipped("this kernel has no qstats-get") from refused
        raise
    finally:
        nl.close()
    told = [dict(attrs(one[4:])) for one in found]
    return [sum(int.from_bytes(one.get(kind, b""), "little") for one in told)
            for kind in range(8, 12)]


def test_statistics_of_queues_agree():
    whole, each = 0, 1
    with Lab(vfs=2) as lab:
        port = lab["v1"]
        before, queues = qstats(port, whole), qstats(port, each)
        for length in (64, 128, 1000):
            lab.sees("v0", "v1", dst="v1", length=length)
            lab.sees("v1", "v0", dst="v0", length=length)
        check(qstats(port, whole)[0] >= before[0] + 3, "the frames are not counted")

        def agree():
            rx, tx, rx_bytes, tx_bytes = interface(port.netns, port.ifname)[:4]
            return qstats(port, whole) == [rx, rx_bytes, tx, tx_bytes]

        wait_for(agree, "queues and interface to agree")
        check(all(new > old for new, old in zip(qstats(port, each), queues)),
              "no queue has counted")


def test_vf_statistics_of_the_pf_agree():
    with Lab() as lab:
        lab.sees("v0", "v1", dst="v1", length=100)
        shown = json.loads(run(f"ip -j -s link show {PF}").out)[0]
        vf = next(vf for vf in shown["vfinfo_list"] if vf["vf"] == 1)
        mine = interface(lab["v1"].netns, lab["v1"].ifname)
        check_equal(vf["stats"]["rx"]["packets"], mine[0], "rx packets of VF 1")
        check_equal(vf["stats"]["rx"]["bytes"], mine[2], "rx bytes of VF 1")


def test_vf_statistics_of_the_pf_are_complete():
    def shown():
        vf = json.loads(run(f"ip -j -s link show {PF}").out)[0]["vfinfo_list"][1]["stats"]
        # some versions of ip call it tx.tx_bytes
        return {f"{way}_{key.removeprefix('tx_')}": count for way, part in vf.items() for key, count in part.items()}

    with Lab() as lab:
        before = shown()
        lab.sees("v0", "v1", dst="v1", length=100)
        lab.sees("v0", "v1 pf wire", dst="bcast", length=200)
        lab.filter("v1", "01:00:5e:00:00:77")
        lab.sees("v0", "v1 wire", dst="01:00:5e:00:00:77", length=300)
        lab.sees("v1", "v0", dst="v0", length=400)
        lab.sees("v1", "", drop="v1:spoof", dst="v0", src="v0")
        lab["v1"].down()
        lab.sees("v0", "", drop="v1:rx_down", dst="v1")
        after = shown()
        check_equal({key: after[key] - before[key] for key in after},
                    {"rx_bytes": 600, "rx_packets": 3, "rx_multicast": 1, "rx_broadcast": 1,
                     "rx_dropped": 1, "tx_bytes": 400, "tx_packets": 1, "tx_dropped": 1},
                    "statistics of VF 1")


def test_tool_shows_what_the_kernel_counts():
    with Lab() as lab:
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v0", "", drop="v0:spoof", dst="v1", src="02:00:00:00:aa:01")
        counters = lab.counters()
        shown = json.loads(run("nicswitch -j stats show").out)
        check_equal([entry["external"] for entry in shown], [False] * 3 + [True], "ports")
        for entry, name in zip(shown, ("pf", "v0", "v1", "wire")):
            check_equal([entry[key] for key in KEYS], [counters[name][key] for key in KEYS], name)
            check_equal(entry["drops"], counters[name]["drops"], f"drops of {name}")
        one = json.loads(run(f"nicswitch -j stats show vport {lab.vport('v1')}").out)
        check_equal(one, [shown[2]], "one VPort")
        check("spoof" in run("nicswitch stats show").out, "no drop in the text")


def test_wire_counters_agree_with_the_external_interface():
    with Lab() as lab:
        before, switch = interface(lab["wire"].netns, "t-host"), lab.counters()["wire"]
        for _ in range(5):
            lab.sees("v0", "wire", dst="wire")
            lab.sees("wire", "v0", dst="v0")
        after = lab.counters()["wire"]
        now = wait_for(lambda: interface(lab["wire"].netns, "t-host"), "statistics")
        check_equal(now[0] - before[0], after["rx_packets"] - switch["rx_packets"],
                    "to the wire")
        check_equal(now[1] - before[1], after["tx_packets"] - switch["tx_packets"],
                    "from the wire")


if __name__ == "__main__":
    main()
