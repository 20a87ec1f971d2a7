#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""VFs as PCI functions: power states, ids, configuration space, base address registers."""

import errno
import os
import struct

from checks import check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab
from netlink import UAPI
from system import read

D0, D1, D2, D3 = (UAPI[f"NSW_POWER_D{number}"] for number in range(4))
PM, EXP = 1, 0x10       # capabilities


def power(lab, vf=0, **values):
    lab.nl.do("vf-power", vf_id=vf, **values)


def look(lab, vf=0):
    return lab.nl.do("vf-get", vf_id=vf)


def config(lab, offset, length, vf=0):
    return lab.nl.do("vf-config-read", vf_id=vf, config_offset=offset,
                     config_length=length)["config-data"]


def put(lab, offset, data, vf=0):
    lab.nl.do("vf-config-write", vf_id=vf, config_offset=offset, config_data=data)


def capability(lab, wanted):
    """Where a capability is, found as software finds it."""
    at = config(lab, 0x34, 1)[0]
    while at:
        number, following = config(lab, at, 2)
        if number == wanted:
            return at
        at = following
    raise AssertionError(f"no capability {wanted:#x}")


def control(lab):
    """The power management control register of VF 0."""
    return struct.unpack("<H", config(lab, capability(lab, PM) + 4, 2))[0] & 3


@quick
def test_a_vf_below_d0_neither_receives_nor_sends():
    with Lab(vfs=2) as lab:
        for state in (D1, D2, D3):
            power(lab, power_state=state)
            check_equal(look(lab)["power-state"], state, "power state")
            check_equal(control(lab), state - D0, "register")
            lab.sees("v1", "", drop="v0:power", dst="v0")
            check_equal(look(lab, 1)["power-state"], D0, "the other VF")
        power(lab, power_state=D0)
        wait_for(lab["v0"].carrier, "carrier")
        lab.sees("v1", "v0", dst="v0")
        lab.sees("v0", "v1", dst="v1")


def test_waking_goes_with_a_state_below_d0():
    with Lab(vfs=2) as lab:
        before = look(lab)
        with refused(errno.EINVAL, "cannot wake"):
            power(lab, power_state=D0, wake=b"\1")
        for state in (0, 5):
            with refused(errno.ERANGE):     # says the policy of the family
                power(lab, power_state=state)
        with refused(errno.EINVAL, "power-state is missing"):
            power(lab, wake=b"\1")
        with refused(errno.ENOENT, "VF 77 does not exist"):
            power(lab, vf=77, power_state=D1)
        check_equal(look(lab), before, "VF 0 after refusals")
        power(lab, power_state=D3, wake=b"\1")
        check_equal(look(lab)["wake"], 1, "wake")
        power(lab, power_state=D2)
        check_equal(look(lab)["wake"], 0, "wake, not asked for again")
        power(lab, power_state=D3, wake=b"\1")
        put(lab, capability(lab, PM) + 4, b"\0\0")
        check_equal(look(lab), before, "VF 0, woken by its register")


def test_power_state_is_the_one_of_the_register():
    """Whoever changes it, and by which door: all see the same."""
    with Lab(vfs=2) as lab:
        at = capability(lab, PM) + 4
        put(lab, at, b"\3\0")
        check_equal(look(lab)["power-state"], D3, "after a write to the register")
        power(lab, power_state=D0)
        check_equal(control(lab), 0, "register after a request")
        device = f"/sys/bus/pci/devices/{look(lab)['pci-address']}/config"
        with open(device, "rb") as file:
            check_equal(os.pread(file.fileno(), 2, at)[0] & 3, 0, "register in sysfs")


@quick
def test_ids_of_a_vf():
    with Lab(vfs=2) as lab:
        found = look(lab)
        device = f"/sys/bus/pci/devices/{found['pci-address']}"
        for key, name in (("vendor-id", "vendor"), ("device-id", "device"),
                          ("subsystem-vendor-id", "subsystem_vendor"),
                          ("subsystem-id", "subsystem_device")):
            check_equal(found[key], int(read(f"{device}/{name}"), 16), name)


def test_serial_numbers_differ_and_stay():
    with Lab(vfs=2) as lab:
        numbers = [look(lab, vf)["serial-number"] for vf in (0, 1)]
        check(all(numbers) and len(set(numbers)) == 2, f"serial numbers {numbers}")
        other = lab.nl.do("adapter-new", total_vfs=2)["adapter-id"]
        lab.defer(lab.nl.do, "adapter-del", adapter_id=other)
        lab.nl.do("switch-new", adapter_id=other, num_vfs=2)
        for _ in range(2):
            number = lab.nl.do("vf-new", adapter_id=other)["vf-id"]
            numbers.append(lab.nl.do("vf-get", adapter_id=other, vf_id=number)["serial-number"])
        check_equal(len(set(numbers)), 4, "different serial numbers")
        for key in ("filter", "vport"):
            for one in lab.nl.do(f"{key}-get", dump=True):
                if one.get("vport-id") == lab.vport("v0"):
                    lab.nl.do(f"{key}-del", **{f"{key}_id": one[f"{key}-id"]})
        lab.nl.do("vf-del", vf_id=0)
        check_equal(lab.nl.do("vf-new")["vf-id"], 0, "VF")
        check_equal(look(lab)["serial-number"], numbers[0], "serial number of the same VF")


@quick
def test_configuration_space_is_that_of_sysfs():
    with Lab(vfs=2) as lab:
        address = look(lab)["pci-address"]
        whole = b"".join(config(lab, at, 256) for at in range(0, 4096, 256))
        with open(f"/sys/bus/pci/devices/{address}/config", "rb") as file:
            check_equal(os.pread(file.fileno(), 4096, 0), whole, "configuration space")
        for offset, length in ((0, 1), (1, 3), (3, 5), (4095, 1), (61, 17), (3840, 256)):
            check_equal(config(lab, offset, length), whole[offset:offset + length],
                        f"{length} bytes at {offset}")


def test_configuration_space_is_bounded():
    with Lab(vfs=2) as lab:
        for offset, length in ((0, 0), (0, 257), (4096, 1), (4095, 2), (0xffffffff, 1),
                               (0xffffffff, 0xffffffff), (1, 0xffffffff)):
            with refused(errno.EINVAL, "configuration space"):
                config(lab, offset, length)
        before = config(lab, 0, 256)
        for offset, data in ((4095, b"\1\1"), (4096, b"\1"), (0xfffffffc, b"1234"),
                             (0, bytes(257)), (0, b"")):
            with refused(errno.EINVAL, "configuration space"):
                put(lab, offset, data)
        for values in ({"vf_id": 0, "config_offset": 0}, {"vf_id": 0, "config_length": 4},
                       {"config_offset": 0, "config_length": 4}):
            with refused(errno.EINVAL, "is missing"):
                lab.nl.do("vf-config-read", **values)
        with refused(errno.EINVAL, "config-data is missing"):
            lab.nl.do("vf-config-write", vf_id=0, config_offset=4)
        for vf in (77, 0xffff, 0xffffffff):
            with refused(errno.ENOENT, "does not exist"):
                config(lab, 0, 4, vf)
            with refused(errno.ENOENT, "does not exist"):
                put(lab, 0, b"1234", vf)
        check_equal(config(lab, 0, 256), before, "configuration space")


def test_writes_reach_what_is_writable():
    with Lab(vfs=2) as lab:
        before = config(lab, 0, 256)
        put(lab, 0, b"\0" * 4)
        check_equal(config(lab, 0, 4), b"\xff" * 4, "vendor and device id")
        command, = struct.unpack("<H", before[4:6])
        put(lab, 4, struct.pack("<H", command ^ 4))
        check_equal(struct.unpack("<H", config(lab, 4, 2))[0], command ^ 4, "command")
        # over several registers, from an odd address on
        put(lab, 3, before[3:11])
        check_equal(config(lab, 0, 256), before, "configuration space")


def test_function_level_reset_by_configuration_space():
    with Lab(vfs=2) as lab:
        at = capability(lab, EXP) + 8
        before = config(lab, 0, 256)
        power(lab, power_state=D2)
        value, = struct.unpack("<H", config(lab, at, 2))
        put(lab, at, struct.pack("<H", value | 0x8000))
        check_equal(look(lab)["power-state"], D0, "power state after the reset")
        # what a driver has enabled is gone with it, as it is with a reset that nobody prepared
        put(lab, 4, before[4:6])
        wait_for(lab["v0"].carrier, "carrier")
        lab.sees("v1", "v0", dst="v0")


@quick
def test_base_address_registers():
    """Those of the PF's SR-IOV capability, each VF with a share of its own."""
    with Lab(vfs=2) as lab:
        addresses = [look(lab, vf)["pci-address"] for vf in (0, 1)]
        for vf, address in enumerate(addresses):
            bars = {one["bar-index"]: one for one in
                    lab.nl.do("vf-bar-get", vf_id=vf, dump=True)}
            lines = read(f"/sys/bus/pci/devices/{address}/resource").split("\n")[:6]
            for index, line in enumerate(lines):
                start, end, _ = (int(word, 16) for word in line.split())
                one = bars.get(index, {})
                check_equal(one.get("bar-start", 0), start, f"start of BAR {index} of VF {vf}")
                if end:
                    check_equal(one["bar-length"], end - start + 1, f"length of BAR {index}")
                    check_equal(one["bar-probe"] & 0xfffffff0,
                                -one["bar-length"] & 0xfffffff0, "probed value")
                if one:
                    check_equal(lab.nl.do("vf-bar-get", vf_id=vf, bar_index=index), one, "BAR")
                else:
                    with refused(errno.ENOENT, f"no base address register {index}"):
                        lab.nl.do("vf-bar-get", vf_id=vf, bar_index=index)


def test_base_address_registers_that_cannot_be():
    with Lab(vfs=2) as lab:
        for index in (6, 0xffffffff):
            with refused(errno.ENOENT, "no base address register"):
                lab.nl.do("vf-bar-get", vf_id=0, bar_index=index)
        with refused(errno.ENOENT, "VF 77 does not exist"):
            lab.nl.do("vf-bar-get", vf_id=77, bar_index=0)
        with refused(errno.ENOENT, "VF 77 does not exist"):
            lab.nl.do("vf-bar-get", vf_id=77, dump=True)
        with refused(errno.EINVAL, "vf-id is missing"):
            lab.nl.do("vf-bar-get", dump=True)
        with refused(errno.EINVAL, "bar-index is missing"):
            lab.nl.do("vf-bar-get", vf_id=0)


def test_hardware_of_a_vf_that_is_not_allocated():
    with Lab(vfs=2) as lab:
        lab.nl.do("switch-get")
        spare = max(one["vf-id"] for one in lab.nl.do("vf-get", dump=True)) + 1
        check(spare < lab.nl.do("switch-get")["num-vfs"], "no VF is left")
        for name, values in (("vf-power", {"power_state": D1}),
                             ("vf-config-read", {"config_offset": 0, "config_length": 4}),
                             ("vf-config-write", {"config_offset": 0, "config_data": b"1234"}),
                             ("vf-bar-get", {"bar_index": 0})):
            with refused(errno.ENOENT, f"VF {spare} is not allocated"):
                lab.nl.do(name, vf_id=spare, **values)


if __name__ == "__main__":
    main()
