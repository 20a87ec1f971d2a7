#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Parameters of the module say where the PCI functions are, and what they look like."""

import os

from checks import check, check_equal
from ktap import main, quick
from lab import Lab
from netlink import Nicswitch
from state import PF, load, scrub
from system import read, run, write

PCI = "/sys/bus/pci/devices"
PARAMETERS = "/sys/module/nicswitch/parameters"


class Loaded:
    """The module with these parameters, and afterwards as usual."""

    def __init__(self, *parameters):
        self.parameters = parameters

    def __enter__(self):
        load(*self.parameters)
        try:
            nl = Nicswitch()
            found = [adapter["pci-address"] for adapter in nl.do("adapter-get", dump=True)]
            nl.close()
        except BaseException:
            load()
            raise
        return found

    def __exit__(self, *exc):
        load()


def refused(*parameters):
    """It is not loaded, and leaves nothing."""
    load()
    run("rmmod nicswitch")
    before = os.listdir(PCI)
    try:
        tried = run("insmod", os.environ["NICSWITCH_MODULE"], *parameters, ok=False)
        check(tried.status, f"loaded with {parameters}")
        check(not os.path.isdir("/sys/module/nicswitch"), "it is there all the same")
        check_equal(sorted(os.listdir(PCI)), sorted(before), "PCI functions")
    finally:
        load()


def has_domains():
    with Loaded() as found:
        return not found[0].startswith("0000:")


def works():
    with Lab(vfs=2) as lab:
        lab.sees("v0", "v1", dst="v1")
        lab.sees("v1", "wire", dst="wire")


@quick
def test_the_bus_is_chosen():
    place = "0000" if not has_domains() else "0001"
    with Loaded("bus=0x40") as found:
        check_equal(found, [f"{place}:40:00.0"], "PF")
        check_equal(read(f"{PARAMETERS}/bus"), str(0x40), "parameter")
        write(f"{PCI}/{found[0]}/sriov_numvfs", 3)
        check_equal([os.path.basename(os.path.realpath(f"{PCI}/{found[0]}/virtfn{number}"))
                     for number in range(3)],
                    [f"{place}:41:00.{number}" for number in range(3)], "VFs")
        write(f"{PCI}/{found[0]}/sriov_numvfs", 0)
        works()
        scrub()


def test_the_domain_is_chosen():
    if not has_domains():
        refused("domain=5")
        return
    with Loaded("domain=0x1234", "adapters=2") as found:
        check_equal(found, ["1234:00:00.0", "1235:00:00.0"], "PFs")
        check_equal(read(f"{PARAMETERS}/domain"), str(0x1234), "parameter")
        works()


@quick
def test_domain_0_is_shared_with_the_machine():
    load()
    run("rmmod nicswitch")
    before = os.listdir(PCI)
    with Loaded("domain=0", "vfs=300") as found:
        check(found[0].startswith("0000:") and found[0] not in before, f"PF {found[0]}")
        check_equal(read(f"{PARAMETERS}/domain"), "0", "parameter")
        works()
        bus = int(found[0].split(":")[1], 16)
        if bus <= 0xfc:
            # its last bus, of three, is not free for others
            tried = run(f"nicswitch adapter add domain 0 bus {bus + 2}", ok=False)
            check(tried.status and "bus numbers" in tried.err, tried.err)
    refused("domain=0", "bus=0xff", "vfs=1")


def test_what_makes_no_sense_is_refused():
    for wrong in ("bus=256", "domain=65536", "vendor=0xffff", "vendor=0", "adapters=17",
                  "vfs=1025"):
        refused(wrong)


@quick
def test_the_ids_of_others():
    ids = {"vendor": "0x15b3", "device": "0x1017", "subsystem_vendor": "0x15b3",
           "subsystem_device": "0x0008"}
    with Loaded("vf_device=0x1018", *(f"{name}={value}" for name, value in ids.items())) as found:
        path = f"{PCI}/{found[0]}"
        write(f"{path}/sriov_numvfs", 2)
        vf_ids = dict(ids, device="0x1018")
        for where, wanted, driver in ((path, ids, "nicswitch"),
                                      (f"{path}/virtfn1", vf_ids, "nicswitch_vf")):
            check_equal({name: read(f"{where}/{name}") for name in wanted}, wanted, "ids")
            check_equal(os.path.basename(os.path.realpath(f"{where}/driver")), driver, "driver")
        check_equal(read(f"{path}/sriov_vf_device"), "1018", "id of VFs")
        write(f"{path}/sriov_numvfs", 0)
        check(os.path.isdir(f"/sys/class/net/{PF}"), "interface of the PF")
        works()


if __name__ == "__main__":
    main()
