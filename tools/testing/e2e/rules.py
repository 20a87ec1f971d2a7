#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The order in which objects come and go, as a user of the tool sees it."""

import json
import signal
import subprocess

from checks import check, check_equal, wait_for
from ktap import main, quick
from lab import Lab
from netlink import Nicswitch
from state import reset
from system import read, run

M = "02:00:00:00:aa:01"


def everything():
    return json.loads(run("nicswitch -j show").out)


def objects():
    """The same, as the kernel tells it; much faster."""
    nl = Nicswitch()
    found = [nl.do(f"{noun}-get", dump=True)
             for noun in ("adapter", "switch", "vf", "vport", "filter")]
    nl.close()
    return found


def refused(words, *texts):
    """The tool fails with status 1 and a reason, prints nothing else, and nothing changes."""
    before = objects()
    result = run(f"nicswitch {words}", ok=False)
    check_equal(result.status, 1, f"status of {words}")
    check_equal(result.out, "", f"output of {words}")
    check(result.err.strip(), f"{words}: no reason")
    for text in texts:
        check(text in result.err, f"{words}: no {text!r} in {result.err!r}")
    check_equal(objects(), before, f"after {words}")


def tool(words):
    return run(f"nicswitch {words}").out.strip()


def test_nothing_without_a_switch():
    reset()
    for words in ("switch delete", "switch set name x", "vf allocate", "vport create pf",
                  f"filter add vport 0 mac {M}", "vport set 0 name x", "stats show vport 0"):
        refused(words)
    before = everything()
    for words in ("switch create vfs 257", "switch create qps 3", "switch create qps 0",
                  "switch create qps 16", "switch create vfs 4294967295"):
        refused(words)
    check_equal(everything(), before, "what the tool shows")


def test_objects_go_in_order():
    reset()
    tool("switch create vfs 2 name lab")
    refused("switch create", "switch")
    refused("vport create vf 0", "not allocated")
    refused("vport create vf 2")
    check_equal(tool(f"vf allocate mac {M}"), "0", "VF")
    check_equal(tool("vport create vf 0"), "1", "VPort")
    refused("vport create vf 0", "VPort")
    number = tool(f"filter add vport 1 mac {M}")
    refused("vport delete 1", "filter")
    refused("vf free 0", "VPort 1")
    refused("switch delete")
    refused("vport delete 0")
    tool(f"filter delete {number}")
    refused(f"filter delete {number}")
    refused("vf free 0")
    refused("switch delete")
    tool("vport delete 1")
    refused("vport delete 1")
    refused("switch delete")
    tool("vf reset 0")
    tool("vf free 0")
    refused("vf free 0")
    refused("vf reset 0")
    # the default VPort's filters must be gone too
    number = tool(f"filter add vport 0 mac {M}")
    refused("switch delete")
    tool(f"filter delete {number}")
    tool("switch delete")
    refused("switch delete")
    check_equal(everything()[0]["switch"], None, "switch")


def test_bad_parameters_are_refused():
    with Lab(vfs=1):
        for words in ("vport create pf qps 0", "vport create pf qps 9", "vport create pf qps 3000",
                      "vport set 1 state activated", "filter add vport 9 mac 02:00:00:00:00:09",
                      "filter add vport 1 mac ff:ff:ff:ff:ff:ff",
                      "filter add vport 1 mac 00:00:00:00:00:00",
                      "vf allocate mac 01:00:00:00:00:01", "vf allocate mac 00:00:00:00:00:00",
                      "-a 1 switch create", "-a 4294967295 vf allocate", "vport delete 4294967295",
                      "filter delete 0", "filter delete 4294967295", "vf free 4294967295",
                      "filter move 4294967295 from 0 to 1"):
            if words == "vport set 1 state activated":
                tool(words)     # it is so already
            else:
                refused(words)


def test_wrong_usage_has_another_status():
    for words in ("", "frobnicate", "vport create", "filter add vport 1", "vf allocate mac 12",
                  "filter add vport 1 mac 02:00:00:00:00:01 vlan some"):
        check_equal(run(f"nicswitch {words}", ok=False).status, 2, f"status of {words!r}")


def test_reasons_carry_the_ndis_status():
    with Lab(vfs=1):
        result = run("nicswitch -v vport delete 1", ok=False)
        check("NDIS" in result.err or "0x" in result.err or "STATUS" in result.err,
              f"no NDIS status in {result.err!r}")


@quick
def test_reset_removes_everything_in_order():
    with Lab(vfs=3) as lab:
        number = lab.add_pf_vport()
        lab.filter(number, M)
        lab.filter(0, "02:00:00:00:aa:02", "any")
        result = json.loads(run("nicswitch -j reset").out)
        check_equal(result, {"filters": 5, "vports": 4, "vfs": 3, "queues": 0, "switches": 1},
                    "removed")
        check_equal(json.loads(run("nicswitch -j reset").out),
                    {"filters": 0, "vports": 0, "vfs": 0, "queues": 0, "switches": 0},
                    "removed again")
        lab.ports.clear()
        check_equal(everything()[0]["vports"], [], "VPorts")


def test_monitor_prints_every_event():
    reset()
    with subprocess.Popen(["nicswitch", "-j", "monitor"], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.PIPE) as monitor:
        try:
            # protocol 16 is generic netlink; groups follow the port
            wait_for(lambda: any(line.split()[1] == "16" and int(line.split()[3], 16)
                                 for line in read("/proc/net/netlink").splitlines()[1:]),
                     "the monitor listens")
            for words in ("switch create vfs 1", "switch set name other", f"vf allocate mac {M}",
                          "vport create vf 0", "vport create pf", "vport set 2 state activated",
                          f"filter add vport 1 mac {M} vlan 10", "vport set 1 moderation high",
                          "vf reset 0"):
                tool(words)
            number = json.loads(run("nicswitch -j filter show").out)[0]["filter"]
            run("ip link set nsw0 vf 0 spoofchk off")
            tool(f"filter move {number} from 1 to 2")
            for words in (f"filter delete {number}", "vport delete 1", "vport delete 2",
                          "vf free 0", "switch delete"):
                tool(words)
        finally:
            monitor.send_signal(signal.SIGINT)
            out, err = monitor.communicate(timeout=20)
    events = [json.loads(line) for line in out.splitlines()]
    seen = [(event["event"], event["object"]) for event in events]
    wanted = [("add", "switch"), ("change", "switch"), ("add", "vf"), ("add", "vport"),
              ("add", "vport"), ("change", "vport"), ("add", "filter"), ("change", "vport"),
              ("reset", "vf"), ("change", "vf"), ("move", "filter"), ("del", "filter"),
              ("del", "vport"), ("del", "vport"), ("del", "vf"), ("del", "switch")]
    check_equal([event for event in seen if event[1] != "adapter"], wanted, f"events ({err})")
    check_equal([event for event in seen if event[1] == "adapter"],
                [("change", "adapter")] * 2, "events of the adapter")
    moved = events[seen.index(("move", "filter"))]
    check_equal((moved["filter"], moved["source_vport"], moved["vport"]), (number, 1, 2), "move")
    check_equal(moved["vlan"], "10", "VLAN of the moved filter")


def test_ids_of_vports_are_the_lowest_that_are_free():
    with Lab(vfs=0) as lab:
        ids = [lab.add_pf_vport(activate=False) for _ in range(4)]
        check_equal(ids, [1, 2, 3, 4], "ids")
        lab.nl.do("vport-del", vport_id=2)
        check_equal(lab.add_pf_vport(activate=False), 2, "id that was free")


def test_lists_agree_with_the_tree():
    with Lab(vfs=2) as lab:
        lab.filter("v0", M, "10")
        tree = everything()[0]
        check_equal([vport["vport"] for vport in tree["vports"]],
                    [vport["vport"] for vport in json.loads(run("nicswitch -j vport show").out)],
                    "VPorts")
        filters = json.loads(run("nicswitch -j filter show").out)
        check_equal(sorted(found["filter"] for vport in tree["vports"]
                           for found in vport["filters"]),
                    sorted(found["filter"] for found in filters), "filters")
        one = json.loads(run("nicswitch -j filter show vport 1").out)
        check_equal({found["vport"] for found in one}, {1}, "VPort of the filters")
        switch = json.loads(run("nicswitch -j switch show").out)[0]
        check_equal((switch["num_allocated_vfs"], switch["num_active_vports"],
                     switch["num_mac_filters_nondefault"], switch["num_vlan_filters_nondefault"]),
                    (2, 3, 2, 1), "counts")


if __name__ == "__main__":
    main()
