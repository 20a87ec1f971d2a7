# SPDX-License-Identifier: GPL-2.0-only
"""The adapter before and after."""

import contextlib
import glob
import os
import struct
import time

from grammar import CHANGEABLE
from netlink import ALLMULTI, PROMISC, UP, Nicswitch, Refused
from system import HOME, run, write

VFS = 8
PF = "nsw0"
PATIENCE = 120
NOUNS = ("adapter", "switch", "vf", "vport", "filter", "queue", "fault")


def wait(what):
    """Whether it becomes true; what the kernel ends some time later."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def unloaded():
    if os.path.isdir("/sys/module/nicswitch"):
        run("rmmod nicswitch", ok=False)
    return not os.path.isdir("/sys/module/nicswitch")


def unload():
    """Returns the problem."""
    return "" if wait(unloaded) else "it is still there"


def state():
    """All that can be seen of the first adapter."""
    nl = Nicswitch()
    with contextlib.closing(nl):
        found = {noun: [one for one in nl.do(f"{noun}-get", dump=True) if not one["adapter-id"]]
                 for noun in NOUNS}
        found["caps"] = nl.do("caps-get", adapter_id=0)
    return found


def prepare():
    """Loads the module; returns the state to come back to."""
    wait(unloaded)
    run("insmod", os.environ["NICSWITCH_MODULE"], f"vfs={VFS}", "adapters=2")
    # those without privilege read as much as the others
    write("/proc/sys/net/core/rmem_max", 1 << 23)
    HOME.rtnl_socket = None
    before = state()
    # something to begin with
    nl = Nicswitch()
    with contextlib.closing(nl):
        nl.do("switch-new", num_vfs=VFS // 2)
        for _ in range(2):
            vf = nl.do("vf-new")["vf-id"]
            nl.do("vport-new", vf_id=vf)
    return before


def functions():
    """Paths of our PCI functions, PFs first."""
    found = []
    for wanted in ("0x4e53", "0x4e54"):
        for path in sorted(glob.glob("/sys/bus/pci/devices/*/device")):
            with contextlib.suppress(OSError), open(path, encoding="ascii") as file:
                if file.read().strip() == wanted:
                    found.append(os.path.dirname(path))
    return found


def reset(path):
    """Of a function, which ends a D3 too; returns the problem."""
    try:
        # whoever writes to any file turns all ways to do it off, sooner or later
        write(f"{path}/reset_method", "default")
        write(f"{path}/reset", 1)
    except OSError as error:
        return f"reset of {path}: {error}"
    return ""


def restore(before):
    """Undoes what is not the switch's, resets, and compares; returns the problem."""
    nl = Nicswitch()
    HOME.rtnl_socket = None
    for one in nl.do("fault-get", dump=True):
        nl.do("fault-del", adapter_id=one["adapter-id"], fault_id=one["fault-id"])
    for one in nl.do("adapter-get", dump=True):
        if one["adapter-id"]:
            nl.do("adapter-del", adapter_id=one["adapter-id"])
    for number, path in enumerate(functions()):
        problem = reset(path)
        # a VF may go meanwhile
        if problem and not number:
            return problem
        with contextlib.suppress(OSError):
            write(f"{path}/sriov_drivers_autoprobe", 1)
    for name, (_, _, _) in HOME.rtnl.links().items():
        if name.startswith("nsw"):
            with contextlib.suppress(OSError):
                HOME.link(name, clear_flags=UP | PROMISC | ALLMULTI)
    if PF not in HOME.rtnl.links():
        return f"{PF} has gone; there are {' '.join(HOME.rtnl.links())}"
    HOME.link(PF, mac=before["adapter"][0]["mac"])
    HOME.link(PF, mtu=1500)
    # what belonged to sockets goes a little later than they do
    if not wait(lambda: not run("nicswitch reset", ok=False).status):
        return f"reset: {run('nicswitch reset', ok=False).err}"
    caps = before["caps"]["caps"]
    try:
        nl.do("caps-set", adapter_id=0, caps={name: number for name, number in caps.items()
                                              if name.replace("_", "-") in CHANGEABLE})
    except Refused as error:
        return f"caps-set: {error}"
    finally:
        nl.close()
    if wait(lambda: state() == before):
        return ""
    now = state()
    return "\n".join(f"{noun}: {now[noun]}, not {before[noun]}" for noun in before
                     if now[noun] != before[noun])


def ifindex(name):
    with open(f"/sys/class/net/{name}/ifindex", encoding="ascii") as file:
        return int(file.read())


def link_head(index, flags=0, change=0):
    return struct.pack("=BBHiII", 0, 0, 0, index, flags, change)
