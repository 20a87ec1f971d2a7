# SPDX-License-Identifier: GPL-2.0-only
"""Operations that make PCI functions and interfaces come and go."""

import ctypes
import os

from checks import Skipped, wait_for
from operations import PF, VF, Call, Operation, at_once, genl, now, sysfs, sysfs_now
from system import libc

DRIVERS = "/sys/bus/pci/drivers"


def switches():
    """Without a switch at the beginning and at the end."""
    yield Operation("switch create", genl("switch-new", num_vfs=0, switch_name="one",
                                          default_queue_pairs=4), now("switch-del"))
    yield Operation("switch create with VFs", genl("switch-new", num_vfs=2), now("switch-del"),
                    end=("pci_iov_add_virtfn",))
    create = now("switch-new", num_vfs=1)
    yield Operation("switch delete", genl("switch-del"), create, create, now("switch-del"))
    yield Operation("switch rename", genl("switch-set", switch_name="two"),
                    now("switch-set", switch_name="one"),
                    now("switch-new", num_vfs=0, switch_name="one"), now("switch-del"))
    yield Operation("caps set", genl("caps-set", caps={"max_vfs": 16}),
                    now("caps-set", caps={"max_vfs": 256}))
    numvfs = f"/sys/class/net/{PF}/device/sriov_numvfs"
    yield Operation("sriov_numvfs 2", sysfs(numvfs, 2), sysfs_now(numvfs, 0),
                    end=("pci_iov_add_virtfn",))
    yield Operation("sriov_numvfs 0", sysfs(numvfs, 0), sysfs_now(numvfs, 2),
                    sysfs_now(numvfs, 2), sysfs_now(numvfs, 0))


def resets():
    """Through sysfs, with VFs that the PCI core enables again."""
    numvfs = f"/sys/class/net/{PF}/device/sriov_numvfs"
    for name, ifname in (("a VF", VF), ("the PF", PF)):
        yield Operation(f"sysfs reset of {name}", sysfs(f"/sys/class/net/{ifname}/device/reset", 1),
                        None, sysfs_now(numvfs, 1), sysfs_now(numvfs, 0))


def vectors():
    """Of a VF without a driver."""
    which = {}

    def count(number):
        return lambda: sysfs(f"{which['path']}/sriov_vf_msix_count", number)()

    def unbound():
        sysfs_now(f"/sys/class/net/{PF}/device/sriov_numvfs", 1)()
        which["path"] = f"/sys/bus/pci/devices/{address(VF)}"
        at_once(sysfs(f"{DRIVERS}/nicswitch_vf/unbind", address(VF)))()
        if not os.path.exists(f"{which['path']}/sriov_vf_msix_count"):
            back()
            raise Skipped("this kernel has no MSI-X")

    def back():
        sysfs_now(f"/sys/class/net/{PF}/device/sriov_numvfs", 0)()

    yield Operation("sriov_vf_msix_count", count(2), at_once(count(0)), unbound, back)


def plugs():
    """What cannot fail: PF and VF pulled out, to be found again."""
    scan = sysfs_now("/sys/bus/pci/rescan", 1)
    yield Operation("PF removed", sysfs(f"/sys/class/net/{PF}/device/remove", 1), scan,
                    addresses=False)


def address(ifname):
    return os.path.basename(os.readlink(f"/sys/class/net/{ifname}/device"))


def drivers():
    numvfs = f"/sys/class/net/{PF}/device/sriov_numvfs"
    which = {}

    def bind(driver, what, key):
        return lambda: sysfs(f"{DRIVERS}/{driver}/{what}", which[key])()

    def remember():
        sysfs_now(numvfs, 1)()
        which.update(pf=address(PF), vf=address(VF))

    def unbound():
        remember()
        at_once(bind("nicswitch_vf", "unbind", "vf"))()

    yield Operation("VF driver unbind", bind("nicswitch_vf", "unbind", "vf"),
                    at_once(bind("nicswitch_vf", "bind", "vf")), remember, sysfs_now(numvfs, 0))
    yield Operation("VF driver bind", bind("nicswitch_vf", "bind", "vf"),
                    at_once(bind("nicswitch_vf", "unbind", "vf")), unbound, sysfs_now(numvfs, 0),
                    slow=True)

    def pf_only():
        which.update(pf=address(PF))

    def pf_unbound():
        pf_only()
        at_once(bind("nicswitch", "unbind", "pf"))()

    yield Operation("PF driver unbind", bind("nicswitch", "unbind", "pf"),
                    at_once(bind("nicswitch", "bind", "pf")), pf_only)
    yield Operation("PF driver bind", bind("nicswitch", "bind", "pf"),
                    at_once(bind("nicswitch", "unbind", "pf")), pf_unbound,
                    lambda: at_once(bind("nicswitch", "bind", "pf"))(), slow=True)


def adapters():
    new = genl("adapter-new", total_vfs=4)
    yield Operation("adapter add", new, now("adapter-del", adapter_id=1),
                    addresses=False,
                    end=("nsw_pci_mem_add_windows", "pci_register_host_bridge"))
    yield Operation("adapter delete", genl("adapter-del", adapter_id=1),
                    now("adapter-new", total_vfs=4), now("adapter-new", total_vfs=4),
                    now("adapter-del", adapter_id=1), addresses=False)


def static_adapters():
    """Their switch and VFs are made when the driver comes to the PF."""
    bind, unbind = (sysfs_later(f"{DRIVERS}/nicswitch/{what}") for what in ("bind", "unbind"))
    which = {}

    def unbound():
        number = now("adapter-new", total_vfs=2, static_vfs=1, switch_name="lab")()["adapter-id"]
        which["id"] = number
        which["address"] = now("adapter-get", adapter_id=number)()["pci-address"]
        at_once(unbind(which))()

    yield Operation("PF driver bind, static switch", bind(which), at_once(unbind(which)), unbound,
                    lambda: now("adapter-del", adapter_id=which["id"])(), slow=True,
                    addresses=False, end=("pci_iov_add_virtfn",))


def sysfs_later(path):
    """sysfs() of an address that is known later."""
    return lambda which: lambda: sysfs(path, which["address"])()


def sys_call(number, *args):
    if libc.syscall(number, *args) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def module():
    """Without the module at the beginning and at the end."""
    name = ctypes.create_string_buffer(b"nicswitch")

    def insert(parameters=b"vfs=4"):
        descriptor = os.open(os.environ["NICSWITCH_MODULE"], os.O_RDONLY)
        text = ctypes.create_string_buffer(parameters)
        return Call(lambda: sys_call(313, descriptor, text, 0), None,
                    lambda: os.close(descriptor))

    def remove():
        return Call(lambda: sys_call(176, name, 0))

    def out():
        at_once(remove)()
        wait_for(lambda: not os.path.isdir("/sys/module/nicswitch"), "the module to be gone")

    yield Operation("module load", insert, out, slow=True, addresses=False,
                    begin=lambda: insert(b"vfs=?"),
                    end=("pci_alloc_host_bridge", "pci_add_resource", "nsw_pci_mem_add_windows",
                         "pci_register_host_bridge"))
    yield Operation("module unload", remove, at_once(insert), at_once(insert), out,
                    addresses=False)
