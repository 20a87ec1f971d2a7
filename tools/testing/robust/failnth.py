# SPDX-License-Identifier: GPL-2.0-only
"""The n-th allocation of a system call fails: /proc/self/task/TID/fail-nth.

The kernel tells in its log where, with a stack, which the guest would take for
trouble; so the console is silent meanwhile and the log is read and judged here.
"""

import contextlib
import errno
import gc
import os
import pathlib
import re

from checks import Failed, Skipped, check
from system import read, write

DEBUGFS = pathlib.Path("/sys/kernel/debug")
SLABS = pathlib.Path("/sys/kernel/slab")
# Caches of the checkers themselves: without them the checkers would give up.
CHECKERS = ("kmemleak_object", "kmemleak_scan_area", "debug_objects_cache")
MANY = 1 << 30      # more allocations than any system call has
NO_ORDER = 64       # larger than any allocation of pages
# What the kernel says when something is wrong; scripts/guest.d/lib.sh has the same list.
REPORTS = re.compile(
    r"WARNING: |BUG: |INFO: (task|rcu_|trying to register|suspicious)|rcu: INFO: |UBSAN: |KASAN: |"
    r"Oops|general protection fault|Kernel panic|ODEBUG: |=+ *$|-+\[ cut here \]-+|"
    r"refcount_t: |ref_tracker: |scheduling while atomic|suspicious RCU usage|"
    r"blocked for more than|unregister_netdevice: waiting|Kernel mode fault|Bad page state|"
    r"kmemleak: (?!.*\bscan\b)|.*(soft lockup|sleeping function called from invalid context)")
# With a stack of its own, as it should be.
EXPECTED = re.compile(r"FAULT_INJECTION: |.*(page allocation failure|vmalloc error|"
                      r"allocation failed, size)|ref_tracker: memory allocation failure")


class Log:
    """The kernel's log from now on."""

    def __init__(self):
        self.descriptor = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.descriptor, 0, os.SEEK_END)

    def lines(self):
        found = []
        while True:
            try:
                record = os.read(self.descriptor, 8192)
            except BlockingIOError:
                return found
            except OSError as error:
                if error.errno != errno.EPIPE:      # overwritten before it was read
                    raise
                continue
            text = record.decode(errors="replace").partition(";")[2]
            # what follows a line is about its device
            found += [line for line in text.split("\n") if line and
                      not re.match(r" [A-Z]+=", line)]

    def close(self):
        os.close(self.descriptor)


def reported(lines):
    """The lines from the first report on, without the places that may be on a stack."""
    lines = [line for line in lines if "] ? " not in line]
    for number, line in enumerate(lines):
        if REPORTS.match(line.strip()) and not EXPECTED.match(line):
            return lines[number:]
    return []


def functions(lines):
    """The functions on the stack of the injected failure, innermost first."""
    found, inside = [], False
    for line in lines:
        if "FAULT_INJECTION: " in line:
            found, inside = [], True
        elif "cut here" in line:
            inside = False
        match = re.match(r"\s*(?:\[<[0-9a-f]+>\] )?([a-z_]\w[\w.]*)\+0x[0-9a-f]+/", line)
        if inside and match and not re.match(r"show_stack|dump_stack|should_fail", match[1]):
            found.append(match[1])
    return found


class FailNth:
    """Lets allocations of this thread fail while it is entered.

    Of slabs, and of pages unless told otherwise: whether a slab needs new pages is a
    matter of chance, and without them the n-th allocation is the same each time.
    """

    def __init__(self, pages=True):
        if not os.path.exists("/proc/thread-self/fail-nth") or not (DEBUGFS / "failslab").is_dir():
            raise Skipped("this kernel has no fault injection")
        self.undo = contextlib.ExitStack()
        self.min_order = 0 if pages else NO_ORDER
        self.pages = (DEBUGFS / "fail_page_alloc").is_dir()
        self.log = self.descriptor = None

    def put(self, path, value, back=None):
        self.undo.callback(write, path, read(path) if back is None else back)
        write(path, value)

    def __enter__(self):
        with contextlib.ExitStack() as failed:
            failed.callback(self.undo.close)
            for kind in ("failslab", "fail_page_alloc")[:1 + self.pages]:
                self.put(DEBUGFS / kind / "verbose", 2)
                self.put(DEBUGFS / kind / "ignore-gfp-wait", "N")
            if self.pages:
                self.put(DEBUGFS / "fail_page_alloc/ignore-gfp-highmem", "N")
                self.put(DEBUGFS / "fail_page_alloc/min-order", self.min_order)
            for cache in SLABS.iterdir():
                if cache.name not in CHECKERS and not cache.is_symlink():
                    with contextlib.suppress(OSError):      # shared by several names
                        self.put(cache / "failslab", 1)
            self.put(DEBUGFS / "failslab/cache-filter", "Y")
            self.put("/sys/module/printk/parameters/ignore_loglevel", "N")
            self.put("/proc/sys/kernel/printk", 1)
            self.log = Log()
            self.undo.callback(self.log.close)
            self.descriptor = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
            self.undo.callback(os.close, self.descriptor)
            failed.pop_all()
        return self

    def __exit__(self, *exc):
        self.undo.close()

    def __call__(self, number, function):
        """Returns (how many allocations are left until one fails, the OSError, or None)."""
        error = None
        order, descriptor = b"%d" % number, self.descriptor
        gc.disable()
        try:
            os.pwrite(descriptor, order, 0)
            try:
                function()
            except OSError as caught:
                error = caught
            left = os.pread(descriptor, 16, 0)
        finally:
            os.pwrite(descriptor, b"0", 0)
            gc.enable()
        return int(left), error

    def told(self):
        """What the kernel has said since: (the functions that failed, or [], a report, or [])."""
        lines = self.log.lines()
        return functions(lines), reported(lines)


def quiet(report):
    """Nothing was reported."""
    check(not report, "the kernel reports:\n" + "\n".join(report[:60]))


def can_still_check():
    """Without memory the checkers switch themselves off, and all looks well."""
    leaks = DEBUGFS / "kmemleak"
    if leaks.exists():
        try:
            os.close(os.open(leaks, os.O_RDONLY))
        except OSError as error:
            raise Failed("kmemleak has given up") from error
