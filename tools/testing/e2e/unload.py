#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The module can go at any time, and comes back as new."""

import json
import os
import subprocess

from checks import Skipped, check, check_equal, wait_for
from ktap import main, quick
from lab import Lab, vf_mac
from move import Stream
from netlink import UP
from state import PF, load, scrub
from system import HOME, run

MODULE = os.environ.get("NICSWITCH_MODULE")


def rmmod():
    """A dump in flight holds the module, as it does with every family: the next try may get it."""
    tried = run("rmmod nicswitch", ok=False, timeout=60)
    if tried.status:
        check("is in use" in tried.err, tried.err)
    return not tried.status


def unload(lab):
    """Unloads under the lab's feet, which has nothing more to clean up of it then."""
    if not MODULE:
        raise Skipped("NICSWITCH_MODULE says not which module to load")
    for port in lab.ports.values():
        port.sniffer.close()
    lab.ports.clear()
    wait_for(rmmod, "the module to go", 60)
    left = [name for name in HOME.rtnl.links() if name.startswith(("nsw", "t-mv", "t.pf"))]
    check_equal(left, [], "interfaces")
    check(not os.path.isdir("/sys/bus/pci/drivers/nicswitch"), "the driver is still there")
    load()
    check_equal(json.loads(run("nicswitch -j show").out)[0]["switch"], None, "switch")
    # and works
    lab.nl.close()
    scrub()
    with Lab(vfs=2) as again:
        again.sees("v0", "v1", dst="v1")
        again.sees("wire", "v1", dst="v1")


def test_idle():
    with Lab(vfs=0, wire=False) as lab:
        unload(lab)


@quick
def test_with_objects_and_an_external_port():
    with Lab(vfs=3, netns=False) as lab:
        number = lab.add_pf_vport()
        lab.filter(number, f"p{number}")
        lab.filter("v0", "01:00:5e:00:00:77")
        lab.vf(1, vlan=100)
        unload(lab)


@quick
def test_with_vfs_in_other_namespaces():
    with Lab(vfs=3) as lab:
        unload(lab)


def test_with_the_pf_in_another_namespace():
    with Lab(vfs=1, wire=False) as lab:
        HOME.link(PF, netns=lab["v0"].netns.descriptor)
        unload(lab)


def test_with_interfaces_on_top():
    with Lab(vfs=2) as lab:
        lab.add_vlan("v0", 10)
        lab.add_vlan("pf", 20)
        HOME.rtnl.add_macvlan("t-mv", PF, "02:00:00:00:99:99")
        HOME.link("t-mv", set_flags=UP)
        lab["v1"].address("10.9.0.2")
        lab["pf"].promisc()
        unload(lab)


def test_with_the_pf_in_a_bridge():
    with Lab(vfs=1) as lab:
        lab.ip("link add t-br type bridge")
        HOME.link(PF, master="t-br")
        unload(lab)


@quick
def test_under_traffic():
    with Lab(vfs=2) as lab:
        streams = [Stream(lab["v0"], vf_mac(1), vf_mac(0)),
                   Stream(lab["wire"], "ff:ff:ff:ff:ff:ff", lab.mac("wire"))]
        for stream in streams:
            lab.defer(stream.kill)
            stream.feed(10000)
        seen = {}
        wait_for(lambda: lab.gather(seen) or len(seen) > 100, "frames")
        unload(lab)


def test_while_somebody_listens_and_asks():
    with Lab(vfs=2) as lab:
        with subprocess.Popen(["nicswitch", "monitor"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as monitor, \
                subprocess.Popen(["sh", "-c", "while :; do nicswitch -j show; done"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as asking:
            try:
                run("nicswitch show")
                unload(lab)
            finally:
                asking.kill()
                monitor.kill()


def test_with_vfs_of_the_linux_way():
    with Lab(vfs=0, wire=False) as lab:
        run("nicswitch reset")
        with open(f"/sys/class/net/{PF}/device/sriov_numvfs", "w", encoding="ascii") as file:
            file.write("8")
        unload(lab)


if __name__ == "__main__":
    main()
