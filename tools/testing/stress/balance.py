# SPDX-License-Identifier: GPL-2.0-only
"""What there is of everything, so that one can see whether it is the same again."""

import contextlib
import os
import time

from system import HOME, Netns, read, run, write

SLAB = "/sys/kernel/slab"
# Noise of a kernel that runs: pages of caches that are not full, and what the first use of anything makes.
TOLERANCE = 4 << 20
DEBUG = os.path.exists("/sys/kernel/debug/kmemleak")
PATIENCE = 300  # seconds in which all comes back in the slowest of guests; only failing runs wait that long
POOL = 4 * os.sysconf("SC_PAGE_SIZE")   # of the kernel's stack depot


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


def meminfo():
    """/proc/meminfo, in bytes."""
    with open("/proc/meminfo", encoding="ascii") as file:
        return {name.rstrip(":"): int(value) << 10 for name, value, *_ in map(str.split, file)}


def memory(now=False):
    """Bytes that the kernel has taken and cannot reclaim."""
    if not now:
        shrink()
    found = meminfo()
    return found["SUnreclaim"] + found["Percpu"] + found["VmallocUsed"]


def traces():
    """Bytes in which KASAN and kmemleak keep stack traces: each once, and for ever."""
    with contextlib.suppress(OSError), open("/sys/kernel/debug/stackdepot/stats",
                                            encoding="ascii") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name == "pools":
                return int(value) * POOL
    return 0


def used():
    """Bytes of pages that anybody has taken: frames and rings too, which memory() does not count."""
    shrink()
    found = meminfo()
    return found["MemTotal"] - found["MemFree"] - found["Cached"] - found["Buffers"] - traces()


def slabs():
    """Objects by cache, of those that belong to nobody else: what the module allocates is in them."""
    shrink()
    found = {}
    with contextlib.suppress(OSError):
        for name in os.listdir(SLAB):
            if name.startswith("kmalloc-"):
                found[name] = int(read(f"{SLAB}/{name}/objects").split()[0])
    return found


def namespaces():
    """Network namespaces that exist, or None where the kernel does not count them.

    What is left of one that has ended may go only when another ends, so one does.
    """
    try:
        Netns().close()
        # until the last ones have gone, however slow that is
        end = time.monotonic() + PATIENCE / 2
        while True:
            time.sleep(0.2)
            shrink()
            found = int(read(f"{SLAB}/net_namespace/objects").split()[0])
            if found <= 1 or time.monotonic() > end:
                return found
    except FileNotFoundError:
        return None


def unload():
    """The module goes, as soon as nobody dumps any more."""
    if os.path.isdir("/sys/module/nicswitch"):
        run("rmmod nicswitch", ok=False)
    return not os.path.isdir("/sys/module/nicswitch")


def iomem():
    with open("/proc/iomem", encoding="ascii") as file:
        return sorted(line.strip() for line in file)


# What a module that has gone must not have left behind, by kind, and who counts it.
THINGS = {
    "interfaces": lambda: sorted(HOME.rtnl.links()),
    "PCI functions": lambda: sorted(os.listdir("/sys/bus/pci/devices")),
    "PCI buses": lambda: sorted(os.listdir("/sys/class/pci_bus")),
    "PCI drivers": lambda: sorted(os.listdir("/sys/bus/pci/drivers")),
    "address ranges": iomem,
    "network namespaces": namespaces,
}


def same(found, wanted):
    """Lists are equal; a number is not larger: what had not gone before may have gone since."""
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        return found == wanted
    return found <= wanted


def settle(what, wanted):
    """Waits until what() is as wanted, for what the kernel ends some time later; returns what it is."""
    end = time.monotonic() + PATIENCE
    while True:
        found = what()
        if same(found, wanted) or time.monotonic() > end:
            return found
        time.sleep(0.1)
