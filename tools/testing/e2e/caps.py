#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Capabilities: what the hardware could do, what is enabled, and what follows from that."""

import contextlib
import errno
import json

from checks import check, check_equal, refused
from ktap import main, quick
from lab import Lab
from netlink import UAPI, Nicswitch
from nic import denied, ethtool
from rss import flows, receive
from state import PF, reset
from system import read, run, write

VLAN, MODERATION, ASYMMETRIC, SINGLE_POOL, VF_RSS, PF_RSS = (
    UAPI["NSW_CAPS_F_" + name] for name in (
        "VLAN", "PER_VPORT_MODERATION", "ASYMMETRIC_QUEUE_PAIRS", "SINGLE_VPORT_POOL", "VF_RSS",
        "RSS_ON_PF_VPORTS"))
COUNTS = ("max_vfs", "max_vports", "max_queue_pairs", "max_queue_pairs_per_vport",
          "max_queue_pairs_default_vport", "max_mac_addresses", "max_filters", "num_queues")


@contextlib.contextmanager
def adapter():
    """Without a switch; afterwards with all that the hardware can do."""
    reset()
    nl = Nicswitch()
    hardware = nl.do("caps-get")["hardware-caps"]
    try:
        yield nl, hardware
    finally:
        reset()
        nl.do("caps-set", caps={key: hardware[key] for key in COUNTS + ("flags",)})
        nl.close()


@quick
def test_current_capabilities_lie_within_those_of_the_hardware():
    with adapter() as (nl, hardware):
        check_equal(nl.do("caps-get")["caps"], hardware, "capabilities at first")
        nl.do("caps-set", caps={"max_vfs": 3, "flags": 0, "flags_mask": VLAN})
        found = nl.do("caps-get")
        check_equal(found["hardware-caps"], hardware, "hardware")
        check_equal(found["caps"], dict(hardware, max_vfs=3, flags=hardware["flags"] & ~VLAN,
                                        filter_fields=1), "current")
        for name in COUNTS:
            with refused(errno.EINVAL, "the hardware has"):
                nl.do("caps-set", caps={name: hardware[name] * 2})
        check_equal(nl.do("caps-get"), found, "after refusals")
        nl.do("caps-set", caps={"max_vfs": 0})
        check_equal(nl.do("caps-get")["caps"]["sriov_flags"], 0, "SR-IOV without VFs")
        check_equal(nl.do("caps-get")["hardware-caps"]["sriov_flags"], 3, "SR-IOV of the hardware")


def test_invariants_between_capabilities():
    with adapter() as (nl, hardware):
        before = nl.do("caps-get")
        for caps, text in (
                ({"max_switches": 2}, "MaxNumSwitches is 1"),
                ({"max_vports": hardware["max_vfs"]}, "MaxNumVPorts .* is below MaxNumVFs"),
                ({"max_vfs": 0, "max_vports": 0}, "MaxNumVPorts 0 is below"),
                ({"max_queue_pairs": 320}, "MaxNumQueuePairs 320 is below MaxNumVPorts"),
                ({"max_queue_pairs_per_vport": 3}, "3 is no power of two"),
                ({"max_queue_pairs_per_vport": 0}, "0 is no power of two"),
                ({"max_queue_pairs_default_vport": 6}, "6 is no power of two"),
                ({"max_mac_addresses": 320}, "MaxNumMacAddresses 320 is below"),
                ({"max_filters": 65535}, "MaxMacHeaderFilters 65535 is not in"),
                ({"num_queues": 2048}, "the hardware has"),
                ({"filter_types": 1}, "follow from the others"),
                ({"queue_types": 1}, "follow from the others"),
                ({"flags": 0, "flags_mask": SINGLE_POOL}, "needs a single pool"),
                ({"filter_fields": 1}, "follow from the others"),
                ({"sriov_flags": 1}, "follow from the others")):
            with refused(errno.EINVAL, text):
                nl.do("caps-set", caps=caps)
        with refused(errno.EINVAL, "caps is missing"):
            nl.do("caps-set")
        check_equal(nl.do("caps-get"), before, "after refusals")


@quick
def test_capabilities_change_only_without_a_switch():
    with adapter() as (nl, _):
        nl.do("switch-new", num_vfs=0)
        before = nl.do("caps-get")
        with refused(errno.EBUSY, "only while there is no NIC switch"):
            nl.do("caps-set", caps={"max_vfs": 3})
        check_equal(nl.do("caps-get"), before, "after the refusal")


@quick
def test_number_of_vfs_is_what_sysfs_offers():
    with adapter() as (nl, hardware):
        device = f"/sys/class/net/{PF}/device"
        nl.do("caps-set", caps={"max_vfs": 3})
        check_equal(read(f"{device}/sriov_totalvfs"), "3", "sriov_totalvfs")
        address = nl.do("adapter-get")["pci-address"]
        for verb in ("unbind", "bind"):
            write(f"/sys/bus/pci/drivers/nicswitch/{verb}", address)
        check_equal(read(f"{device}/sriov_totalvfs"), "3", "sriov_totalvfs, bound again")
        check_equal(nl.do("adapter-get")["total-vfs"], hardware["max_vfs"], "TotalVFs")
        with refused(errno.ERANGE):
            write(f"{device}/sriov_numvfs", 4)
        with refused(errno.EINVAL, "4 VFs: the adapter has 3"):
            nl.do("switch-new", num_vfs=4)
        write(f"{device}/sriov_numvfs", 3)
        check_equal(len(nl.do("vf-get", dump=True)), 3, "VFs")
        write(f"{device}/sriov_numvfs", 0)
        nl.do("switch-new")
        check_equal(nl.do("switch-get")["num-vfs"], 3, "VFs of a switch without a number")


def queue_pairs(nl, number, each):
    for _ in range(number):
        nl.do("vport-new", pf=True, queue_pairs=each)
    return nl.do("switch-get")["num-queue-pairs"]


@quick
def test_queue_pairs_as_the_documents_have_it():
    """128 queue pairs, 64 VPorts, 4 for each, symmetric: 63 x 2 + 1, 31 x 4 + 1, not 32 x 4."""
    with adapter() as (nl, _):
        nl.do("caps-set", caps={"max_vfs": 0, "max_vports": 64, "max_queue_pairs": 128,
                                "max_queue_pairs_per_vport": 4, "flags": 0,
                                "flags_mask": ASYMMETRIC})
        nl.do("switch-new", num_vfs=0)
        check_equal(queue_pairs(nl, 63, 2), 127, "63 x 2 + 1")
        with refused(errno.ENOSPC, "all 64 VPorts"):
            nl.do("vport-new", pf=True, queue_pairs=2)
        run("nicswitch reset")
        nl.do("switch-new", num_vfs=0)
        check_equal(queue_pairs(nl, 31, 4), 125, "31 x 4 + 1")
        with refused(errno.ENOSPC, "only 3 of 128 are left"):
            nl.do("vport-new", pf=True, queue_pairs=4)
        with refused(errno.EINVAL, "symmetric adapter, other VPorts have 4"):
            nl.do("vport-new", pf=True, queue_pairs=3)
        run("nicswitch reset")
        nl.do("caps-set", caps={"flags": ASYMMETRIC, "flags_mask": ASYMMETRIC})
        nl.do("switch-new", num_vfs=0)
        queue_pairs(nl, 31, 4)
        check_equal(queue_pairs(nl, 1, 3), 128, "asymmetric: 31 x 4 + 3 + 1")
        with refused(errno.EINVAL, "a nondefault VPort has 1 to 4"):
            nl.do("vport-new", pf=True, queue_pairs=5)


def test_reserved_vports_and_one_pool():
    with adapter() as (nl, _):
        nl.do("caps-set", caps={"max_vfs": 2, "max_vports": 4, "flags": 0,
                                "flags_mask": SINGLE_POOL | PF_RSS})
        nl.do("switch-new", num_vfs=2)
        nl.do("vport-new", pf=True)
        with refused(errno.ENOSPC, "reserved for VFs"):
            nl.do("vport-new", pf=True)
        for _ in range(2):
            nl.do("vport-new", vf_id=nl.do("vf-new")["vf-id"])
        run("nicswitch reset")
        nl.do("caps-set", caps={"flags": SINGLE_POOL, "flags_mask": SINGLE_POOL})
        nl.do("switch-new", num_vfs=2)
        for _ in range(3):
            nl.do("vport-new", pf=True)
        # the VF is allocated all the same, and stays without a VPort
        vf = nl.do("vf-new")["vf-id"]
        with refused(errno.ENOSPC, "all 4 VPorts"):
            nl.do("vport-new", vf_id=vf)
        nl.do("vf-del", vf_id=vf)


def test_features_that_are_off_are_refused():
    with adapter() as (nl, _):
        nl.do("caps-set", caps={"flags": 0, "flags_mask": VLAN | MODERATION, "max_vfs": 2,
                                "max_vports": 4, "max_mac_addresses": 4, "max_filters": 5})
        nl.do("switch-new", num_vfs=2)
        number = nl.do("vport-new", pf=True)["vport-id"]
        with refused(errno.EOPNOTSUPP, "cannot filter by VLAN"):
            nl.do("filter-new", vport_id=number, mac="02:00:00:00:00:01", vlan_id=7)
        with refused(errno.EOPNOTSUPP, "no interrupt moderation per VPort"):
            nl.do("vport-set", vport_id=number, moderation=2)
        for last in range(4):
            nl.do("filter-new", vport_id=number, mac=f"02:00:00:00:00:{last:02x}")
        with refused(errno.ENOSPC, "all 4 unicast filters"):
            nl.do("filter-new", vport_id=number, mac="02:00:00:00:00:09")
        nl.do("filter-new", vport_id=number, mac="01:00:5e:00:00:01")
        with refused(errno.ENOSPC, "all 5 receive filters"):
            nl.do("filter-new", vport_id=number, mac="01:00:5e:00:00:02")


def spread(lab, name):
    """How many of its queues an interface uses for many flows."""
    return sum(count > 0 for count in receive(lab, name, list(flows())))


def test_rss_of_vfs_and_of_vports_of_the_pf():
    for flags in (0, VF_RSS, PF_RSS, VF_RSS | PF_RSS):
        with adapter() as (nl, _):
            nl.do("caps-set", caps={"flags": flags, "flags_mask": VF_RSS | PF_RSS})
            with Lab(qps=2) as lab:
                number = lab.nl.do("vport-new", pf=True, queue_pairs=2)["vport-id"]
                lab.activate(number)
                name = f"p{number}"
                lab.filter(name, name)
                for port, on in (("v1", flags & VF_RSS), (name, flags & PF_RSS)):
                    check_equal(spread(lab, port), 2 if on else 1, f"queues of {port}")
                    if on:
                        ethtool(lab[port], "-X {} equal 2")
                    else:
                        denied(lab[port], "-x {}", "not supported")
                        denied(lab[port], "-X {} equal 2", "not supported")
                        denied(lab[port], "-N {} flow-type tcp4 dst-port 5 action 1",
                               "not supported|[Cc]annot")
                        ethtool(lab[port], "-L {} combined 1")
                        ethtool(lab[port], "-L {} combined 2")
                        check_equal(spread(lab, port), 1, f"queues of {port}, changed")
                check_equal(lab.new_drops(), {}, "drops")


def test_tool_sets_capabilities_and_monitors_hear():
    with adapter() as (nl, hardware):
        nl.subscribe()
        run("nicswitch caps set vfs 2 vports 8 asymmetric off")
        nl.sock.settimeout(20)
        kind, _, _, payload = next(nl.messages())
        heard = nl.decode(payload[4:])
        check_equal((kind, payload[0]), (nl.family, UAPI["NSW_CMD_CAPS_NTF"]), "event")
        check_equal(heard["caps"]["max_vports"], 8, "VPorts in the event")
        found = json.loads(run("nicswitch -j caps show").out)[0]
        check_equal((found["max_vfs"], found["max_vports"]), (2, 8), "shown")
        check("asymmetric_qps" not in found["flags"], "asymmetric is on")
        check("rss_on_pf_vports" in found["flags"], "RSS is off")
        found = json.loads(run("nicswitch -j caps show hardware").out)[0]
        check_equal(found["max_vfs"], hardware["max_vfs"], "shown of the hardware")
        result = run("nicswitch caps set vports 2", ok=False)
        check("MaxNumVPorts 2 is below MaxNumVFs 2 + 1" in result.err, result.err)


@quick
def test_a_switch_tells_that_there_are_no_vm_queues():
    with adapter() as (nl, hardware):
        listener = Nicswitch()
        listener.subscribe()
        for change, numbers in (("switch-new", [0]), ("switch-del", [hardware["num_queues"]])):
            nl.do(change)
            told = [event["caps"]["num_queues"] for event in listener.heard() if "caps" in event]
            check_equal(told, numbers, f"NumQueues in events of {change}")
        listener.close()


def test_largest_numbers_of_receive_side_scaling():
    names = ("max_rss_pf_vports", "rss_table_default_vport", "rss_table_per_vport")
    with adapter() as (nl, hardware):
        check_equal([hardware[name] for name in names], [hardware["max_vports"] - 1, 128, 128],
                    "maxima of the hardware")
        nl.do("caps-set", caps={"max_vfs": 2, "max_vports": 8})
        check_equal([nl.do("caps-get")["caps"][name] for name in names], [7, 128, 128], "maxima")
        nl.do("caps-set", caps={"flags": 0, "flags_mask": PF_RSS})
        check_equal([nl.do("caps-get")["caps"][name] for name in names], [0, 128, 0],
                    "maxima without RSS on VPorts of the PF")
        for name in names:
            with refused(errno.EINVAL, "follow from the others"):
                nl.do("caps-set", caps={name: 1})
        check_equal(json.loads(run("nicswitch -j caps show").out)[0]["rss_table_default_vport"],
                    128, "the tool")


if __name__ == "__main__":
    main()
