#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Memory behind base address registers, and MSI-X vectors in it."""

import contextlib
import errno
import mmap
import os
import signal
import struct

from checks import Skipped, check, check_equal, refused
from ktap import main, quick
from netlink import Nicswitch
from state import reset
from system import read, write

PCI = "/sys/bus/pci"
MSIX, TABLE_SIZE = 0x11, 0x7ff
USUAL, MOST = 9, 64         # vectors of a VF


class Adapter:
    """An adapter of its own, with VFs that have no driver."""

    def __init__(self, vfs=4, enabled=2):
        self.vfs, self.enabled = vfs, enabled
        self.nl, self.number = Nicswitch(), None

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        reset()
        self.number = self.nl.do("adapter-new", total_vfs=self.vfs)["adapter-id"]
        address = self.nl.do("adapter-get", adapter_id=self.number)["pci-address"]
        self.pf = f"{PCI}/devices/{address}"
        write(f"{self.pf}/sriov_drivers_autoprobe", 0)
        write(f"{self.pf}/sriov_numvfs", self.enabled)

    def delete(self):
        if self.number is not None:
            self.nl.do("adapter-del", adapter_id=self.number)
            self.number = None

    def __exit__(self, *exc):
        self.delete()
        self.nl.close()

    def vf(self, number):
        return f"{self.pf}/virtfn{number}"

    def bind(self, number):
        write(f"{self.pf}/sriov_drivers_autoprobe", 1)
        write(f"{PCI}/drivers/nicswitch_vf/bind",
              os.path.basename(os.path.realpath(self.vf(number))))


def vectors(path):
    """What the MSI-X capability says; None without one."""
    with open(f"{path}/config", "rb") as file:
        config = file.read()
    at = config[0x34]
    while at:
        if config[at] == MSIX:
            return (struct.unpack_from("<H", config, at + 2)[0] & TABLE_SIZE) + 1
        at = config[at + 1]
    return None


def bar(path, number=0):
    """(start, length) of a resource."""
    with open(f"{path}/resource", encoding="ascii") as file:
        start, end, _ = (int(word, 16) for word in file.read().splitlines()[number].split())
    return start, end - start + 1 if end else 0


def need_bars(adapter):
    if vectors(adapter.pf) is None:
        raise Skipped("no memory for BARs")


@quick
def test_each_function_has_a_page_of_its_own():
    with Adapter() as adapter:
        need_bars(adapter)
        starts = set()
        for path in (adapter.pf, adapter.vf(0), adapter.vf(1)):
            start, length = bar(path)
            check_equal(length, mmap.PAGESIZE, f"length of BAR 0 of {path}")
            check(start and not start % mmap.PAGESIZE, f"BAR 0 of {path} is at {start:#x}")
            starts.add(start)
        check_equal(len(starts), 3, "different pages")
        # a PF that is found again finds them again
        write(f"{adapter.pf}/remove", 1)
        write(f"{PCI}/rescan", 1)
        check(bar(adapter.pf)[0] in starts, "another BAR after rescan")
        check_equal(os.path.basename(os.path.realpath(f"{adapter.pf}/driver")), "nicswitch",
                    "driver after rescan")
        write(f"{adapter.pf}/sriov_numvfs", 1)
        check(bar(adapter.vf(0))[0] in starts, "another BAR of VF 0 after rescan")


@quick
def test_vectors_of_vfs_are_chosen():
    with Adapter() as adapter:
        need_bars(adapter)
        total = 4 * USUAL
        check_equal(read(f"{adapter.pf}/sriov_vf_total_msix"), str(total), "vectors of all VFs")
        check_equal([vectors(adapter.vf(number)) for number in (0, 1)], [USUAL] * 2, "vectors")
        count = f"{adapter.vf(0)}/sriov_vf_msix_count"
        with refused(errno.EINVAL):
            write(count, MOST + 1)
        # the other has its usual ones
        with refused(errno.ENOSPC):
            write(count, total - USUAL + 1)
        check_equal(vectors(adapter.vf(0)), USUAL, "vectors after refusals")
        write(count, total - USUAL)
        check_equal(vectors(adapter.vf(0)), total - USUAL, "vectors")
        check_equal(vectors(adapter.vf(1)), USUAL, "vectors of the other")
        write(f"{adapter.vf(0)}/reset", 1)
        write(f"{adapter.pf}/reset", 1)
        check_equal(vectors(adapter.vf(0)), total - USUAL, "vectors after resets")
        write(count, 0)
        check_equal(vectors(adapter.vf(0)), USUAL, "usual vectors")
        adapter.bind(0)
        with refused(errno.EBUSY):
            write(count, 4)


def test_vectors_are_as_usual_for_new_vfs():
    with Adapter() as adapter:
        need_bars(adapter)
        write(f"{adapter.vf(1)}/sriov_vf_msix_count", 2)
        check_equal(vectors(adapter.vf(1)), 2, "vectors")
        write(f"{adapter.pf}/sriov_numvfs", 0)
        write(f"{adapter.pf}/sriov_numvfs", 2)
        check_equal(vectors(adapter.vf(1)), USUAL, "vectors")


@contextlib.contextmanager
def mapped(path):
    """BAR 0 of a function, as programs map it."""
    descriptor = os.open(f"{path}/resource0", os.O_RDWR)
    try:
        memory = mmap.mmap(descriptor, mmap.PAGESIZE)
    except OSError as error:
        raise Skipped(f"this kernel lets nobody map a BAR: {error}") from error
    finally:
        os.close(descriptor)
    yield memory
    memory.close()


def dies_of(function):
    """The signal that ends a process which does this, or its exit status."""
    child = os.fork()
    if not child:
        function()
        os._exit(0)
    return -os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@quick
def test_a_mapping_ends_with_the_adapter():
    with Adapter() as adapter:
        need_bars(adapter)
        with mapped(adapter.pf) as pf, mapped(adapter.vf(1)) as vf:
            for memory in (pf, vf):
                memory[0xc00:0xc04] = b"here"
                check_equal(memory[0xc00:0xc04], b"here", "what was written")
                check_equal(dies_of(lambda page=memory: page[0xc00]), 0, "signal before")
            adapter.delete()
            for memory in (pf, vf):
                check_equal(dies_of(lambda page=memory: page[0xc00]), int(signal.SIGBUS),
                            "signal")


if __name__ == "__main__":
    main()
