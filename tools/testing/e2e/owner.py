#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Objects that belong to a socket, and go when it closes."""

import errno
import json
import os
import signal
import subprocess

from checks import Skipped, check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab
from netlink import Nicswitch
from state import PF, ensure_switch, load, reset
from system import HOME, Netns, run

MAC = "02:00:00:00:aa:01"


def objects(nl):
    return {noun: [found[f"{noun}-id"] for found in nl.do(f"{noun}-get", dump=True)]
            for noun in ("switch", "vf", "vport", "filter")}


def gone(nl, before):
    wait_for(lambda: objects(nl) == before, f"objects {before}", 60)


def member(nl, mac=MAC, **more):
    """A VF with VPort and filter; returns their ids."""
    vf = nl.do("vf-new", mac=mac, **more)["vf-id"]
    vport = nl.do("vport-new", vf_id=vf, **more)["vport-id"]
    return vf, vport, nl.do("filter-new", vport_id=vport, mac=mac, **more)["filter-id"]


@quick
def test_objects_go_with_the_socket_of_their_creator():
    with Lab(vfs=1, wire=False) as lab:
        before = objects(lab.nl)
        owner = Nicswitch()
        vf, vport, number = member(owner, owned=True)
        pf_vport = owner.do("vport-new", pf=True, owned=True)["vport-id"]
        owner.do("vport-set", vport_id=pf_vport, vport_state=1)
        on_default = owner.do("filter-new", vport_id=0, mac="02:00:00:00:aa:02",
                              owned=True)["filter-id"]
        for noun, ident in (("vf", vf), ("vport", vport), ("vport", pf_vport),
                            ("filter", number), ("filter", on_default)):
            found = owner.do(f"{noun}-get", **{f"{noun}_id": ident})
            check("owned" in found, f"{noun} {ident} is not owned")
        check("owned" not in lab.nl.do("vf-get", vf_id=0), "VF 0 is owned")
        check(f"{PF}p{pf_vport}" in HOME.rtnl.links(), "no interface of the VPort")
        owner.close()
        gone(lab.nl, before)
        check(f"{PF}p{pf_vport}" not in HOME.rtnl.links(), "interface of the VPort is left")


@quick
def test_only_the_owner_may_touch_them_meanwhile():
    with Lab(vfs=1, wire=False) as lab:
        owner = Nicswitch()
        lab.defer(owner.close)
        vf, vport, number = member(owner, owned=True)
        other = Nicswitch()
        lab.defer(other.close)
        _, theirs, mine = member(other, "02:00:00:00:aa:03", owned=True)
        for sock in (lab.nl, other):
            before = objects(sock)
            for command, values in (
                    ("filter-new", {"vport_id": vport, "mac": "02:00:00:00:aa:09"}),
                    ("filter-del", {"filter_id": number}),
                    ("filter-move", {"filter_id": number, "source_vport_id": vport,
                                     "vport_id": 0}),
                    ("vport-del", {"vport_id": vport}),
                    ("vf-del", {"vf_id": vf})):
                with refused(errno.EPERM, "belongs to another socket"):
                    sock.do(command, **values)
            check_equal(objects(sock), before, "objects")
        third = lab.nl.do("vf-new", owned=True)["vf-id"]
        with refused(errno.EPERM, f"VF {third} belongs to another socket"):
            other.do("vport-new", vf_id=third)
        with refused(errno.EPERM, f"VPort {vport} belongs to another socket"):
            other.do("filter-move", filter_id=mine, source_vport_id=theirs, vport_id=vport)
        # what is for all stays for all
        lab.nl.do("vport-set", vport_id=vport, vport_name="seen")
        other.do("filter-new", vport_id=0, mac="02:00:00:00:aa:04", owned=True)
        # and the owner may
        owner.do("filter-move", filter_id=number, source_vport_id=vport, vport_id=0)
        owner.do("filter-del", filter_id=number)
        owner.do("vport-del", vport_id=vport)
        owner.do("vf-del", vf_id=vf)
        lab.nl.do("vf-del", vf_id=third)


@quick
def test_killed_owner_leaves_nothing_not_even_the_switch():
    reset()
    nl = Nicswitch()
    before = objects(nl)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        sock = Nicswitch()
        sock.do("switch-new", num_vfs=2, owned=True)
        for last in (1, 2):
            member(sock, f"02:00:00:00:aa:{last:02x}", owned=True)
        os.write(writing, b"x")
        signal.pause()
    os.read(reading, 1)
    check_equal(len(objects(nl)["filter"]), 2, "filters")
    with refused(errno.EPERM, "switch 0 belongs to another socket"):
        nl.do("switch-del")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    gone(nl, before)
    wait_for(lambda: not nl.do("adapter-get")["num-vfs"], "VFs gone", 60)
    check(f"{PF}v0" not in HOME.rtnl.links(), "a VF is left")
    nl.close()


def test_what_others_use_stays_and_belongs_to_nobody():
    reset()
    nl, owner = Nicswitch(), Nicswitch()
    owner.do("switch-new", num_vfs=2, owned=True)
    member(owner, owned=True)
    vf = nl.do("vf-new")["vf-id"]
    owner.close()
    wait_for(lambda: objects(nl) == {"switch": [0], "vf": [vf], "vport": [0], "filter": []},
             "what is left", 60)
    wait_for(lambda: "owned" not in nl.do("switch-get"), "switch without owner")
    nl.do("vf-del", vf_id=vf)
    nl.do("switch-del")
    nl.close()


def test_a_socket_that_comes_later_is_somebody_else():
    """Also if it has the same address."""
    with Lab(vfs=0, wire=False) as lab:
        before = objects(lab.nl)
        first = Nicswitch()
        address = first.sock.getsockname()
        member(first, owned=True)
        first.close()
        second = Nicswitch(address)
        kept = second.do("vf-new", mac="02:00:00:00:aa:05", owned=True)["vf-id"]
        wait_for(lambda: objects(lab.nl) == dict(before, vf=[kept]), "the first one's objects")
        second.close()
        gone(lab.nl, before)


def test_tool_owns_what_a_batch_creates_until_its_input_ends():
    with Lab(vfs=0, wire=False) as lab:
        before = objects(lab.nl)
        with subprocess.Popen(["nicswitch", "-o", "-b", "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as tool:
            for line, answer in (("vf allocate mac 02:00:00:00:aa:01  # a comment\n", "0\n"),
                                 ("\n# nothing\nvport create vf 0\n", "1\n")):
                tool.stdin.write(line)
                tool.stdin.flush()
                check_equal(tool.stdout.readline(), answer, line)
            result = run("nicswitch filter add vport 1 mac 02:00:00:00:aa:01", ok=False)
            check("VPort 1 belongs to another socket" in result.err, result.err)
            found = json.loads(run("nicswitch -j vf show").out)
            check(found[0]["owned"], f"VF 0 is not owned: {found}")
            tool.stdin.write("filter add vport 1 mac 02:00:00:00:aa:01\n")
            tool.stdin.flush()
            check(int(tool.stdout.readline()), "filter id")
            tool.stdin.close()
            check_equal(tool.wait(60), 0, "status")
        gone(lab.nl, before)


def test_sriov_numvfs_and_unbind_take_what_is_owned_too():
    reset()
    nl, owner = Nicswitch(), Nicswitch()
    owner.do("switch-new", num_vfs=2, owned=True)
    member(owner, owned=True)
    with open(f"/sys/class/net/{PF}/device/sriov_numvfs", "w", encoding="ascii") as file:
        file.write("0")
    check_equal(objects(nl)["switch"], [], "switches")
    # the socket owns nothing any more, and what is made now is not touched when it closes
    nl.do("switch-new", num_vfs=2)
    kept = member(nl)
    owner.close()
    wait_for(lambda: objects(nl)["filter"] == [kept[2]], "filter")
    check_equal(objects(nl)["switch"], [0], "switch")
    nl.close()
    reset()


def test_owner_in_another_namespace():
    with Lab(vfs=0, wire=False) as lab:
        netns = Netns()
        lab.ports.clear()
        HOME.link(PF, netns=netns.descriptor)
        with netns:
            owner = Nicswitch()
            watch = Nicswitch()
        member(owner, owned=True)
        check_equal(len(objects(watch)["vf"]), 1, "VFs")
        owner.close()
        wait_for(lambda: not objects(watch)["vf"], "VFs gone")
        watch.close()
        netns.link(PF, netns=HOME.descriptor)
        netns.close()


def test_module_goes_while_sockets_own_objects():
    if not os.environ.get("NICSWITCH_MODULE"):
        raise Skipped("NICSWITCH_MODULE says not which module to load")
    reset()
    owner = Nicswitch()
    owner.do("switch-new", num_vfs=2, owned=True)
    member(owner, owned=True)
    load()
    owner.close()
    nl = Nicswitch()
    # of one that closes at the same time
    busy = Nicswitch()
    busy.do("switch-new", num_vfs=2, owned=True)
    member(busy, owned=True)
    nl.close()
    busy.close()
    load()
    nl = Nicswitch()
    check_equal(objects(nl)["switch"], [], "switches")
    ensure_switch(nl, 2)
    nl.close()


if __name__ == "__main__":
    main()
