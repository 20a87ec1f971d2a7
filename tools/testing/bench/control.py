# SPDX-License-Identifier: GPL-2.0-only
"""How fast requests are, and how much memory objects take."""

import mmap
import pathlib
import re
import time

import batch
from netlink import Nicswitch
from peers import mac, up
from system import HOME, run, write

FILTERS = 65536
VFS = 256
QUEUE_VFS, QUEUES = 64, 8
SETTLE = 0.3        # seconds in which RCU and work items end


def free_memory():
    """Bytes that are free when nothing is cached, those that processors keep at hand included.

    Slab caches give back what is empty, or objects would find room in what others have left."""
    time.sleep(SETTLE)
    write("/proc/sys/vm/drop_caches", 3)
    for cache in pathlib.Path("/sys/kernel/slab").glob("*/shrink"):
        write(cache, 1)
    with open("/proc/meminfo", encoding="ascii") as file:
        lines = dict(line.split(":") for line in file)
    with open("/proc/zoneinfo", encoding="ascii") as file:
        pages = sum(int(number) for number in re.findall(r"^ +count: +(\d+)$", file.read(), re.M))
    return int(lines["MemFree"].split()[0]) * 1024 + pages * mmap.PAGESIZE


class Once:
    """One value of those that a run of a procedure gives, in whose first place it runs."""

    def __init__(self, name, unit, values, procedure=None):
        self.name, self.unit, self.values, self.procedure = name, unit, values, procedure

    def run(self):
        if self.procedure:
            self.values.clear()
            self.values.update(self.procedure())
        return self.values[self.name]


def timed(work, *args):
    """Nanoseconds that it takes."""
    start = time.perf_counter_ns()
    work(*args)
    return time.perf_counter_ns() - start


def filters():
    """Adds, lists and removes filters."""
    nl = Nicswitch()
    values, request = {}, dict(adapter_id=0)
    nl.do("switch-new", num_vfs=1, **request)
    nl.do("vf-new", **request)
    vport = nl.do("vport-new", vf_id=0, **request)["vport-id"]
    chunks = list(batch.encode(nl, "filter-new",
                               (dict(vport_id=vport, mac=mac(number >> 16, number & 0xffff))
                                for number in range(FILTERS))))
    before = free_memory()
    values["filters-add"] = timed(batch.send, nl, chunks)
    values["filter-memory"] = (before - free_memory()) / FILTERS
    values["filters-dump"] = timed(nl.request, nl.family, batch.head("filter-get"), 0x300)
    numbers = [found["filter-id"] for found in nl.do("filter-get", dump=True)]
    chunks = list(batch.encode(nl, "filter-del", (dict(filter_id=number) for number in numbers)))
    values["filters-remove"] = timed(batch.send, nl, chunks)
    nl.close()
    run("nicswitch reset")
    return values


def vfs_made():
    """Of VFs as the adapter allows them now."""
    values, nl = {}, Nicswitch()
    path = "/sys/class/net/nsw0/device/sriov_numvfs"
    before = free_memory()
    values["vf-create"] = timed(write, path, VFS) / VFS
    for number in range(VFS):
        up(HOME, f"nsw0v{number}")
    values["vf-memory"] = (before - free_memory()) / VFS
    values["vf-remove"] = timed(write, path, 0) / VFS
    nl.close()
    return values


def vfs():
    """Makes VFs, and gives them memory: with the interfaces up, with a queue pair each.

    An interface has arrays for all queue pairs that its VPort could have."""
    values = vfs_made()
    run("nicswitch caps set qps-per-vport 1")
    values["vf-memory-1qp"] = vfs_made()["vf-memory"]
    run("nicswitch caps set qps-per-vport 8")
    return values


def queues():
    """Memory of the queue pairs that VFs have beyond their first."""
    used = {}
    for number in (1, QUEUES):
        nl = Nicswitch()
        nl.do("switch-new", num_vfs=QUEUE_VFS)
        before = free_memory()
        for vf in range(QUEUE_VFS):
            nl.do("vf-new")
            nl.do("vport-new", vf_id=vf, queue_pairs=number)
            up(HOME, f"nsw0v{vf}")
        used[number] = before - free_memory()
        nl.close()
        run("nicswitch reset")
    return {"queue-memory": (used[QUEUES] - used[1]) / (QUEUE_VFS * (QUEUES - 1))}


def measurements():
    found = []
    for procedure, names in ((filters, {"filters-add": "ns", "filters-dump": "ns",
                                        "filters-remove": "ns", "filter-memory": "bytes"}),
                             (vfs, {"vf-create": "ns", "vf-remove": "ns", "vf-memory": "bytes",
                                   "vf-memory-1qp": "bytes"}),
                             (queues, {"queue-memory": "bytes"})):
        values = {}
        for name, unit in names.items():
            found.append(Once(name, unit, values, procedure))
            procedure = None
    return found
