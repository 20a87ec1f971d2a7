# SPDX-License-Identifier: GPL-2.0-only
"""What there is of everything, so that one can see whether it is the same again."""

import contextlib
import os
import time

from system import HOME, read, run, write

SLAB = "/sys/kernel/slab"
# Noise of a kernel that runs: pages of caches that are not full, and what the first use of anything makes.
TOLERANCE = 4 << 20
DEBUG = os.path.exists("/sys/kernel/debug/kmemleak")
PATIENCE = 120


def shrink():
    """Gives back what is only kept for later, so that the rest can be counted."""
    write("/proc/sys/vm/drop_caches", 3)
    with contextlib.suppress(OSError):
        for name in os.listdir(SLAB):
            if not os.path.islink(f"{SLAB}/{name}"):
                write(f"{SLAB}/{name}/shrink", 1)
    # aliases of merged caches
    with contextlib.suppress(OSError):
        write(f"{SLAB}/net_namespace/shrink", 1)


def memory():
    """Bytes that the kernel has taken and cannot reclaim."""
    shrink()
    found = {}
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            name, value = line.split()[:2]
            found[name.rstrip(":")] = int(value) << 10
    return found["SUnreclaim"] + found["Percpu"] + found["VmallocUsed"]


def namespaces():
    """Network namespaces that exist, or None where the kernel does not count them."""
    with contextlib.suppress(OSError):
        shrink()
        return int(read(f"{SLAB}/net_namespace/objects").split()[0])
    return None


def unload():
    """The module goes, as soon as nobody dumps any more."""
    if os.path.isdir("/sys/module/nicswitch"):
        run("rmmod nicswitch", ok=False)
    return not os.path.isdir("/sys/module/nicswitch")


def things():
    """What a module that has gone must not have left behind, by kind."""
    with open("/proc/iomem", encoding="ascii") as file:
        iomem = sorted(line.strip() for line in file)
    return {
        "interfaces": sorted(HOME.rtnl.links()),
        "PCI functions": sorted(os.listdir("/sys/bus/pci/devices")),
        "PCI buses": sorted(os.listdir("/sys/class/pci_bus")),
        "PCI drivers": sorted(os.listdir("/sys/bus/pci/drivers")),
        "address ranges": iomem,
        "network namespaces": namespaces(),
    }


def settle(what, wanted):
    """Waits until what() is as wanted, for what the kernel ends some time later; returns what it is."""
    end = time.monotonic() + PATIENCE
    while True:
        found = what()
        if found == wanted or time.monotonic() > end:
            return found
        time.sleep(0.1)
