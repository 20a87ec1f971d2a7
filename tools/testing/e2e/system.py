# SPDX-License-Identifier: GPL-2.0-only
"""Programs, files, namespaces and tracepoints of the guest."""

import contextlib
import ctypes
import os
import subprocess

from checks import Failed, Skipped, check
from netlink import Rtnl

libc = ctypes.CDLL(None, use_errno=True)


class Result:
    def __init__(self, argv, done):
        self.argv, self.status = argv, done.returncode
        self.out, self.err = done.stdout, done.stderr


def run(*argv, ok=True, netns=None, **more):
    """Runs a program; with ok, its success is checked."""
    words = argv[0].split() if len(argv) == 1 else [str(word) for word in argv]
    with netns or contextlib.nullcontext():
        done = subprocess.run(words, capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL, **more)
    result = Result(words, done)
    if ok and result.status:
        raise Failed(f"{' '.join(words)}: status {result.status}: {result.err.strip()}")
    return result


def write(path, text):
    """Writes a file of sysfs or procfs in one go."""
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, str(text).encode())
    finally:
        os.close(descriptor)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def be_quiet():
    """Has the stack of this namespace send nothing by itself."""
    for name in ("ipv6/conf/all/disable_ipv6=1", "ipv6/conf/default/disable_ipv6=1",
                 "ipv4/igmp_link_local_mcast_reports=0"):
        path, _, value = name.partition("=")
        write(f"/proc/sys/net/{path}", value)


def as_nobody(function, capability=False):
    """The exit status of a process without privileges; function returns it."""
    child = os.fork()
    if not child:
        status = 99
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            if capability:
                # root in a user namespace of its own, and in a network namespace of that
                status = 98
                if libc.unshare(0x10000000 | 0x40000000):
                    os._exit(77)
            status = function()
        finally:
            os._exit(status)
    _, code = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(code)


class Netns:
    """A network namespace without a name: it ends with the last who knows it."""

    def __init__(self, descriptor=None):
        self.rtnl_socket = None
        self.outside = []
        if descriptor is None:
            back = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            check(not libc.unshare(0x40000000), "no new namespace")
            try:
                be_quiet()
                descriptor = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            finally:
                libc.setns(back, 0)
                os.close(back)
        self.descriptor = descriptor

    @classmethod
    def here(cls):
        return cls(os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC))

    def __enter__(self):
        self.outside.append(os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC))
        check(not libc.setns(self.descriptor, 0), "cannot enter a namespace")
        return self

    def __exit__(self, *exc):
        back = self.outside.pop()
        libc.setns(back, 0)
        os.close(back)

    @property
    def rtnl(self):
        if not self.rtnl_socket:
            with self:
                self.rtnl_socket = Rtnl()
        return self.rtnl_socket

    def link(self, name, **what):
        with self:
            self.rtnl.link(name, **what)

    def close(self):
        if self.rtnl_socket:
            self.rtnl_socket.close()
        os.close(self.descriptor)


HOME = Netns.here()


class Trace:
    """What tracepoints tell while it is entered; lines() of one of them."""

    ROOT = "/sys/kernel/tracing"

    def __init__(self, *events, condition="0"):
        self.events, self.condition = events, condition
        self.text = []

    def __enter__(self):
        if not os.path.isdir(f"{self.ROOT}/events"):
            raise Skipped("no tracefs")
        for event in self.events:
            if not os.path.isdir(f"{self.ROOT}/events/{event}"):
                raise Skipped(f"this kernel has no tracepoint {event}")
        with open(f"{self.ROOT}/trace", "w", encoding="ascii"):
            pass
        for event in self.events:
            write(f"{self.ROOT}/events/{event}/filter", self.condition)
            write(f"{self.ROOT}/events/{event}/enable", 1)
        return self

    def __exit__(self, *exc):
        for event in self.events:
            write(f"{self.ROOT}/events/{event}/enable", 0)
        with open(f"{self.ROOT}/trace", encoding="utf-8") as file:
            self.text = [line for line in file if not line.startswith("#")]

    def lines(self, event):
        return [line for line in self.text if f" {event}: " in line]
