#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Enumerations: all, by switch, by function, by VPort; and requests that ask for two things."""

import errno

from checks import check_equal, refused
from ktap import main, quick
from lab import Lab
from system import run


def ids(lab, noun, **values):
    return [one[f"{noun}-id"] for one in lab.nl.do(f"{noun}-get", dump=True, **values)]


@quick
def test_vports_by_function_or_by_switch():
    with Lab(vfs=2) as lab:
        mine = lab.nl.do("vport-new", pf=True)["vport-id"]
        everyone = ids(lab, "vport")
        check_equal(everyone, sorted([0, lab.vport("v0"), lab.vport("v1"), mine]), "all VPorts")
        check_equal(ids(lab, "vport", switch_id=0), everyone, "VPorts of the switch")
        check_equal(ids(lab, "vport", pf=True), [0, mine], "VPorts of the PF")
        for vf in (0, 1):
            check_equal(ids(lab, "vport", vf_id=vf), [lab.vport(f"v{vf}")], f"VPort of VF {vf}")
        out = run("nicswitch vport show vf 1").out
        check_equal([line.split()[:4] for line in out.splitlines()],
                    [["vport", str(lab.vport("v1")), "vf", "1"]], "the tool")


def test_vport_of_a_vf_without_one():
    with Lab(vfs=2) as lab:
        spare = lab.nl.do("vf-new")["vf-id"]
        check_equal(ids(lab, "vport", vf_id=spare), [], "VPorts")


def test_vport_lists_that_are_refused():
    with Lab(vfs=2) as lab:
        for values in ({"vf_id": 0, "pf": True}, {"vf_id": 0, "switch_id": 0},
                       {"pf": True, "switch_id": 0}, {"vport_id": 1}):
            with refused(errno.EINVAL, "of the PF, of a VF, or of the switch"):
                ids(lab, "vport", **values)
        with refused(errno.ENOENT, "the only switch has id 0"):
            ids(lab, "vport", switch_id=1)
        with refused(errno.ENOENT, "VF 77 does not exist"):
            ids(lab, "vport", vf_id=77)
        with refused(errno.ENOENT, "VF 2 is not allocated"):
            ids(lab, "vport", vf_id=2)
        with refused(errno.EINVAL, "narrows a dump"):
            lab.nl.do("vport-get", vport_id=1, vf_id=0)
        with refused(errno.EINVAL, "narrows a dump"):
            lab.nl.do("vport-get", vport_id=0, pf=True)
        with refused(errno.ENOENT, "the only switch has id 0"):
            lab.nl.do("vport-get", vport_id=0, switch_id=1)


def test_vfs_of_a_switch():
    with Lab(vfs=2) as lab:
        check_equal(ids(lab, "vf", switch_id=0), ids(lab, "vf"), "VFs of the switch")
        with refused(errno.ENOENT, "the only switch has id 0"):
            ids(lab, "vf", switch_id=1)
        with refused(errno.ENOENT, "the only switch has id 0"):
            lab.nl.do("vf-get", vf_id=0, switch_id=1)
        with refused(errno.EINVAL, "takes no vf-id"):
            ids(lab, "vf", vf_id=0)


@quick
def test_filters_of_a_vport():
    with Lab(vfs=2) as lab:
        mine = [number for (port, _, _), number in lab.filters.items() if port == "v1"]
        check_equal(ids(lab, "filter", vport_id=lab.vport("v1")), mine, "filters of VF 1")
        with refused(errno.ENOENT, "VPort 77 does not exist"):
            ids(lab, "filter", vport_id=77)
        with refused(errno.EINVAL, "takes no filter-id"):
            ids(lab, "filter", filter_id=mine[0])


def test_parameters_of_a_filter_on_a_vport():
    with Lab(vfs=2) as lab:
        number = lab.filter("v0", "02:00:00:00:aa:01", "10")
        found = lab.nl.do("filter-get", filter_id=number)
        check_equal((found["vport-id"], found["mac"], found["vlan-id"]),
                    (lab.vport("v0"), "02:00:00:00:aa:01", 10), "filter")
        check_equal(lab.nl.do("filter-get", filter_id=number, vport_id=lab.vport("v0")), found,
                    "filter on its VPort")
        with refused(errno.EINVAL, "is on VPort"):
            lab.nl.do("filter-get", filter_id=number, vport_id=lab.vport("v1"))
        with refused(errno.ENOENT):
            lab.nl.do("filter-get", filter_id=0)


def test_capability_flags_are_named_to_be_changed():
    with Lab(vfs=2) as lab:
        before = lab.nl.do("caps-get")
        with refused(errno.EINVAL, "flags are missing"):
            lab.nl.do("caps-set", caps={"flags_mask": 1})
        check_equal(lab.nl.do("caps-get"), before, "capabilities")


def test_config_block_of_a_vf_that_is_named_twice():
    with Lab(vfs=2) as lab:
        ifindex = lab.nl.do("vf-get", vf_id=0)["ifindex"]
        for values in ({"vf_id": 1}, {"vf_id": 0}, {"adapter_id": 0}):
            with refused(errno.EINVAL, "not by both"):
                lab.nl.do("block-get", ifindex=ifindex, block_id=0, **values)
            with refused(errno.EINVAL, "not by both"):
                lab.nl.do("block-get", ifindex=ifindex, dump=True, **values)


if __name__ == "__main__":
    main()
