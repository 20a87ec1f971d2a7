#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A small adapter whose tables are full, and module parameters."""

import contextlib
import errno
import json

from checks import Failed, check, check_equal, refused
from ktap import main, quick
from lab import Lab
from state import load, reset
from system import read, run

SMALL = ("vfs=4", "vports=8", "qps=16", "filters=8")


@contextlib.contextmanager
def module(*parameters):
    """The module with these parameters, and afterwards with its own again."""
    load(*parameters)
    try:
        yield
    finally:
        load()


def objects(nl):
    return [nl.do(f"{noun}-get", dump=True) for noun in ("switch", "vf", "vport", "filter")]


@contextlib.contextmanager
def full(lab, text=""):
    """What is inside is refused for want of room, and changes nothing."""
    before = objects(lab.nl)
    with refused(errno.ENOSPC, text):
        yield
    check_equal(objects(lab.nl), before, "objects")


def group(number):
    return f"01:00:5e:00:00:{number:02x}"


@quick
def test_tables_are_full():
    with module(*SMALL):
        caps = json.loads(run("nicswitch -j caps show").out)[0]
        check_equal([caps[key] for key in ("max_vfs", "max_vports", "max_qps",
                                           "max_mac_addresses", "max_filters")],
                    [4, 8, 16, 8, 16], "capabilities")
        with Lab(vfs=4, total_vfs=4) as lab:
            with full(lab, "4 VFs"):
                lab.nl.do("vf-new")
            # 4 unicast filters are there
            for number in range(4):
                lab.filter(f"v{number}", f"02:00:00:00:aa:{number:02x}")
            with full(lab, "8"):
                lab.filter("v0", "02:00:00:00:bb:01")
            lab.sees("v0", "v3", dst="02:00:00:00:aa:03")
            for number in range(8):
                lab.filter("v1", group(number))
            with full(lab, "16"):
                lab.filter("v1", group(8))
            with full(lab):
                lab.filter("pf", "02:00:00:00:bb:01")
            lab.sees("v0", "v1 wire", dst=group(7))
            # room for one again, of either kind
            lab.delete_filter("v1", group(0))
            with full(lab, "8"):
                lab.filter("v0", "02:00:00:00:bb:01")
            lab.filter("v1", group(9))
            lab.delete_filter("v0", "v0")
            lab.filter("v0", "v0")
            lab.sees("v1", "v0", dst="v0")
            # a full table does not keep filters from moving
            lab.move_filter(lab.filters["v1", group(7), "none"], "v1", "v2")
            lab.sees("v0", "v2 wire", dst=group(7))


def test_vports_and_queue_pairs_run_out():
    with module(*SMALL):
        with Lab(vfs=2, total_vfs=4) as lab:
            # 3 queue pairs are taken, 8 for one VPort at most
            lab.nl.do("vport-new", pf=True, queue_pairs=8)
            with full(lab):
                lab.nl.do("vport-new", pf=True, queue_pairs=6)
            with refused(errno.EINVAL):
                lab.nl.do("vport-new", pf=True, queue_pairs=9)
            lab.nl.do("vport-new", pf=True, queue_pairs=1)
            for _ in range(3):
                lab.nl.do("vport-new", pf=True)
            with full(lab, "VPort"):
                lab.nl.do("vport-new", pf=True)
            vf = lab.nl.do("vf-new")["vf-id"]
            with full(lab, "VPort"):
                lab.nl.do("vport-new", vf_id=vf)
            lab.nl.do("vport-del", vport_id=5)
            lab.nl.do("vport-new", vf_id=vf)
            lab.sees("v0", "v1", dst="v1")


def test_vports_that_are_reserved_for_vfs():
    with module(*SMALL, "reserved_vports=1"):
        check("single_vport_pool" not in run("nicswitch caps show").out, "one pool")
        with Lab(vfs=0, wire=False, total_vfs=4) as lab:
            for _ in range(3):
                lab.nl.do("vport-new", pf=True)
            with full(lab):
                lab.nl.do("vport-new", pf=True)
            for _ in range(4):
                lab.nl.do("vport-new", vf_id=lab.nl.do("vf-new")["vf-id"])


def test_vports_that_must_be_alike():
    with module(*SMALL, "symmetric=1"):
        with Lab(vfs=0, wire=False, total_vfs=4) as lab:
            lab.nl.do("vport-new", pf=True, queue_pairs=2)
            with refused(errno.EINVAL):
                lab.nl.do("vport-new", pf=True, queue_pairs=1)
            lab.nl.do("vport-new", pf=True, queue_pairs=2)


def test_parameters_that_make_no_sense():
    try:
        for words in ("vfs=4 vports=4", "vports=8 vfs=4 filters=7", "vports=8 vfs=4 qps=7",
                      "adapters=0", "adapters=17", "vfs=1025"):
            try:
                load(*words.split())
                raise AssertionError(f"loaded with {words}")
            except Failed as failed:
                check("insmod" in str(failed), str(failed))
    finally:
        load()


def test_several_adapters():
    with module("adapters=3", "vfs=2", "vports=4"):
        shown = json.loads(run("nicswitch -j adapter show").out)
        check_equal([adapter["ifname"] for adapter in shown], ["nsw0", "nsw1", "nsw2"], "adapters")
        run("nicswitch -a 2 switch create vfs 1")
        run("nicswitch -a 2 vf allocate mac 02:00:00:00:00:01")
        run("nicswitch -a 2 vport create vf 0")
        run("nicswitch -a 1 switch create vfs 2")
        trees = json.loads(run("nicswitch -j show").out)
        check_equal([tree["switch"] and tree["switch"]["num_vfs"] for tree in trees],
                    [None, 2, 1], "VFs of the switches")
        check_equal(trees[2]["vfs"][0]["ifname"], "nsw2v0", "interface")
        run("nicswitch -a 2 reset")
        check_equal(json.loads(run("nicswitch -j show").out)[1]["switch"]["num_vfs"], 2,
                    "the other one")
        check_equal(read("/sys/class/net/nsw1/device/sriov_numvfs"), "2", "sriov_numvfs")


def test_no_vfs_at_all():
    with module("vfs=0", "vports=4"):
        reset()
        run("nicswitch switch create")
        check_equal(run("nicswitch vf allocate", ok=False).status, 1, "a VF")
        run("nicswitch vport create pf")
        run("nicswitch reset")


if __name__ == "__main__":
    main()
