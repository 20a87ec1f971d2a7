# SPDX-License-Identifier: GPL-2.0-only
"""What suites of several consumers share."""

import contextlib
import os
import shutil
import subprocess
import sys
import time

from checks import check, wait_for
from state import PF, reset
from system import read, run, write

DEVICE = f"/sys/class/net/{PF}/device"
UDEVD = "/usr/lib/systemd/systemd-udevd"


def needs(*programs):
    """Skips the whole suite when a program is missing."""
    for program in programs:
        if not shutil.which(program):
            print(f"KTAP version 1\n1..0 # SKIP there is no {program}")
            sys.exit(0)


@contextlib.contextmanager
def vfs(number):
    """VFs of the Linux way; yields the PCI addresses of the PF and of its VFs."""
    reset()
    write(f"{DEVICE}/sriov_numvfs", number)
    try:
        yield address(DEVICE), [address(f"{DEVICE}/virtfn{vf}") for vf in range(number)]
    finally:
        write(f"{DEVICE}/sriov_numvfs", 0)


def address(path):
    return os.path.basename(os.path.realpath(path))


def netdev(pci):
    """The one interface of a PCI function."""
    names = os.listdir(f"/sys/bus/pci/devices/{pci}/net")
    check(len(names) == 1, f"interfaces of {pci}: {names}")
    return names[0]


def udev():
    """Starts udev, which stays for the suite, and has it look at everything."""
    if not os.path.exists(UDEVD):
        print("KTAP version 1\n1..0 # SKIP there is no udev")
        sys.exit(0)
    # it ends with the process group of the suite, and may leave its socket behind
    daemon(UDEVD)
    wait_for(lambda: run("udevadm control --ping --timeout=5", ok=False).status == 0, "udev", 60)
    run("udevadm trigger --action=add --subsystem-match=pci --subsystem-match=net")
    settle()


def settle():
    run("udevadm settle --timeout=120")


def daemon(*argv):
    """A program that stays for the suite."""
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


__all__ = ["DEVICE", "PF", "address", "daemon", "needs", "netdev", "read", "run", "settle", "time",
           "udev", "vfs", "write"]
