#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Namespaces: where VFs live, who sees an adapter, and who may change it."""

import errno
import json
import os
import shutil
import tempfile

from checks import check, check_equal, wait_for
from ktap import main, quick
from lab import Lab, Port
from netlink import UP, Nicswitch
from state import PF
from system import HOME, Netns, as_nobody, run


@quick
def test_vf_comes_home_when_its_namespace_ends():
    with Lab(vfs=0) as lab:
        netns = Netns()
        lab.nl.do("vf-new", mac="02:00:00:00:00:01")
        lab.nl.do("vport-new", vf_id=0)
        lab.nl.do("filter-new", vport_id=1, mac="02:00:00:00:00:01")
        HOME.link("nsw0v0", netns=netns.descriptor)
        netns.link("nsw0v0", set_flags=UP)
        check("nsw0v0" not in HOME.rtnl.links(), "it has not moved")
        check_equal(lab.nl.do("vf-get", vf_id=0)["ifname"], "nsw0v0", "name of the interface")
        netns.close()
        wait_for(lambda: "nsw0v0" in HOME.rtnl.links(), "VF at home")
        port = lab.add_port(Port("v0", HOME, "nsw0v0", "02:00:00:00:00:01", 1, 0))
        port.up()
        lab.drops_before = lab.drops()
        lab.sees("wire", "v0", dst="v0")
        lab.sees("v0", "wire", dst="wire")


def test_adapter_is_seen_only_where_its_pf_is():
    with Lab(vfs=1) as lab:
        with lab["v0"].netns:
            elsewhere = Nicswitch()
        check_equal(elsewhere.do("adapter-get", dump=True), [], "adapters in the VF's namespace")
        for command, values in (("adapter-get", {}), ("caps-get", {}), ("vf-new", {}),
                                ("vport-get", {"vport_id": 0}),
                                ("filter-new", {"vport_id": 1, "mac": "02:00:00:00:00:09"})):
            try:
                elsewhere.do(command, **values)
                check(False, f"{command} reaches the adapter")
            except OSError as error:
                check_equal(error.errno, errno.ENODEV, f"errno of {command}")
        elsewhere.close()
        result = run("nicswitch -j show", netns=lab["v0"].netns)
        check_equal(json.loads(result.out), [], "shown in the VF's namespace")


def test_pf_in_another_namespace():
    """The adapter, its VPort interfaces and its VFs are steered from there."""
    with Lab(vfs=0, wire=False) as lab:
        netns = Netns()
        lab.ports.clear()
        HOME.link(PF, netns=netns.descriptor)
        check_equal(lab.nl.do("adapter-get", dump=True), [], "adapters at home")
        check_equal(json.loads(run("nicswitch -j show").out), [], "shown at home")
        check(run("nicswitch vf allocate", ok=False).status, "vf allocate at home")
        with netns:
            there = Nicswitch()
            number = there.do("vport-new", pf=True)["vport-id"]
            there.do("vport-set", vport_id=number, vport_state=1)
            check(f"{PF}p{number}" in netns.rtnl.links(), "VPort interface next to the PF")
            there.do("vf-new", mac="02:00:00:00:00:01")
            there.do("vport-new", vf_id=0)
            there.do("filter-new", vport_id=2, mac="02:00:00:00:00:01")
            there.do("filter-del", filter_id=there.do("filter-get", dump=True)[0]["filter-id"])
            for vport in (1, 2):
                there.do("vport-del", vport_id=vport)
            there.do("vf-del", vf_id=0)
            there.close()
        netns.link(PF, netns=HOME.descriptor)
        check_equal(len(lab.nl.do("adapter-get", dump=True)), 1, "adapters at home again")
        netns.close()


def test_pf_comes_home_when_its_namespace_ends():
    with Lab(vfs=0, wire=False) as lab:
        netns = Netns()
        lab.ports.clear()
        HOME.link(PF, netns=netns.descriptor)
        with netns:
            there = Nicswitch()
            there.do("vport-new", pf=True)
            there.do("vport-set", vport_id=1, vport_state=1)
            there.close()
        netns.close()
        wait_for(lambda: PF in HOME.rtnl.links(), "PF at home")
        check_equal(len(lab.nl.do("adapter-get", dump=True)), 1, "adapters at home")
        check_equal(len(lab.nl.do("vport-get", dump=True)), 2, "VPorts")
        wait_for(lambda: f"{PF}p1" in HOME.rtnl.links(), "interface of the VPort at home")


def test_events_are_heard_only_where_the_pf_is():
    with Lab(vfs=1) as lab:
        here = Nicswitch()
        here.subscribe()
        with lab["v0"].netns:
            elsewhere = Nicswitch()
            elsewhere.subscribe()
        lab.filter("v0", "02:00:00:00:aa:01")
        here.sock.settimeout(5)
        check(here.sock.recv(65536), "an event")
        elsewhere.sock.setblocking(False)
        try:
            elsewhere.sock.recv(65536)
            check(False, "an event in the namespace of a VF")
        except BlockingIOError:
            pass
        here.close()
        elsewhere.close()


@quick
def test_who_has_no_privileges_may_look_but_not_touch():
    with Lab(vfs=1) as lab:
        before = [lab.nl.do(f"{noun}-get", dump=True) for noun in ("vf", "vport", "filter")]

        def look():
            nl = Nicswitch()
            for noun in ("adapter", "switch", "vf", "vport", "filter", "stats"):
                nl.do(f"{noun}-get", dump=True)
            nl.do("caps-get")
            return 0 if len(nl.do("vport-get", dump=True)) == 2 else 1

        def touch():
            nl, wrong = Nicswitch(), 0
            for command, values in (
                    ("switch-new", {}), ("switch-del", {}), ("switch-set", {"switch_name": "x"}),
                    ("vf-new", {}), ("vf-reset", {"vf_id": 0}), ("vf-del", {"vf_id": 0}),
                    ("vport-new", {"pf": True}), ("vport-set", {"vport_id": 1, "vport_name": "x"}),
                    ("vport-del", {"vport_id": 1}), ("filter-del", {"filter_id": 1}),
                    ("filter-new", {"vport_id": 1, "mac": "02:00:00:00:00:09"}),
                    ("filter-move", {"filter_id": 1, "source_vport_id": 1, "vport_id": 0})):
                try:
                    nl.do(command, **values)
                    wrong += 1
                except OSError as error:
                    wrong += error.errno != errno.EPERM
            return wrong

        check_equal(as_nobody(look), 0, "looking")
        check_equal(as_nobody(touch), 0, "requests that were not refused with EPERM")
        after = [lab.nl.do(f"{noun}-get", dump=True) for noun in ("vf", "vport", "filter")]
        check_equal(after, before, "objects")


def test_root_of_another_user_namespace_may_not_touch():
    with Lab(vfs=1) as lab:
        # a socket of here that is handed to somebody who is root only elsewhere
        def touch():
            nl = lab.nl
            try:
                nl.do("vf-new")
            except OSError as error:
                return 0 if error.errno == errno.EPERM else 1
            return 2

        status = as_nobody(touch, capability=True)
        check(status in (0, 77), f"status {status}")


def test_tool_says_why_without_privileges():
    with Lab(vfs=0), tempfile.TemporaryDirectory() as folder:
        # the checkout may be where nobody else can go
        os.chmod(folder, 0o755)
        tool = shutil.copy(shutil.which("nicswitch"), folder)

        def touch():
            result = run(f"{tool} vf allocate", ok=False)
            return 0 if result.status == 1 and "ermi" in result.err and not result.out else 1

        def look():
            return run(f"{tool} show", ok=False).status

        check_equal(as_nobody(touch), 0, "refusal")
        check_equal(as_nobody(look), 0, "status of show")


if __name__ == "__main__":
    main()
