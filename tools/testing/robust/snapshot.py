# SPDX-License-Identifier: GPL-2.0-only
"""All that can be seen of the module, to compare before and after."""

import ctypes
import fcntl
import os
import pathlib
import re
import socket
import struct

from netlink import ALLMULTI, PROMISC, UP, Nicswitch
from system import HOME

NOUNS = ("switch", "vf", "vport", "filter", "fault", "queue")
# IFLA_ADDRESS, MTU, MASTER, TXQLEN, GROUP, PROMISCUITY, queues, CARRIER; others count or number
LINK_ATTRS = (1, 4, 10, 13, 27, 30, 31, 32, 33)
IFLA_XDP = 43
VOLATILE = ("ifindex", "uplink-ifindex", "filter-id", "fault-id", "queue-id", "block-mask",
            "pad")
PCI = pathlib.Path("/sys/bus/pci")


class Ethtool:
    """The ioctl, on one interface."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def prepare(self, ifname, data):
        """Returns (request, buffer); fcntl.ioctl with both is one system call."""
        buffer = ctypes.create_string_buffer(data, len(data))
        return struct.pack("16sQ16x", ifname.encode(), ctypes.addressof(buffer)), buffer

    def ask(self, ifname, data):
        """What the kernel has written over the data; None without support."""
        request, buffer = self.prepare(ifname, data)
        try:
            fcntl.ioctl(self.sock, 0x8946, request)     # SIOCETHTOOL
        except OSError:
            return None
        return buffer.raw

    def settings(self, ifname):
        """Coalescing, rings, channels, features, RSS table, rules."""
        rxfh = self.ask(ifname, struct.pack("=IIII8x", 0x46, 0, 0, 0))
        table = None
        if rxfh:
            _, _, size, key = struct.unpack_from("=IIII", rxfh)
            table = self.ask(ifname, struct.pack("=IIII8x", 0x46, 0, size, key) +
                             bytes(4 * size + key))
        contexts = [self.ask(ifname, struct.pack("=IIII8x", 0x46, number, 128, 40) + bytes(552))
                    for number in range(1, 4)]
        rules = self.ask(ifname, struct.pack("=IIQ168xI", 0x30, 0, 0, 64) + bytes(256))
        return [self.ask(ifname, struct.pack("=I", command) + bytes(size))
                for command, size in ((0xe, 88), (0x10, 32), (0x3c, 32), (0x25, 4))] + \
            [table, contexts, rules]


ETHTOOL = Ethtool()


def objects(addresses):
    """What netlink tells of each adapter, without numbers that are never the same again."""
    skip = VOLATILE if addresses else VOLATILE + ("mac", "block-data")
    nl = Nicswitch()
    try:
        found = {"adapter": nl.do("adapter-get", dump=True)}
        for adapter in sorted(one["adapter-id"] for one in found["adapter"]):
            for noun in NOUNS:
                found[adapter, noun] = nl.do(f"{noun}-get", dump=True, adapter_id=adapter)
            for number in (one["vf-id"] for one in found[adapter, "vf"]):
                found[adapter, "block", number] = nl.do("block-get", dump=True,
                                                        adapter_id=adapter, vf_id=number)
            found[adapter, "caps"] = nl.do("caps-get", adapter_id=adapter)
    finally:
        nl.close()
    for key, entries in found.items():
        if isinstance(entries, list):
            entries = [sorted((name, str(value)) for name, value in one.items()
                              if name not in skip) for one in entries]
            found[key] = sorted(entries)
    return found


def interfaces(addresses):
    found = {}
    for name, (_, flags, values) in HOME.rtnl.links().items():
        if name.startswith("nsw") or name.startswith("t-"):
            # those of VPorts of the PF and of VM queues are random
            skip = not addresses or re.fullmatch(r"nsw\d+[pq]\d+", name)
            told = {kind: values.get(kind) for kind in LINK_ATTRS[bool(skip):]}
            found[name] = flags & (UP | PROMISC | ALLMULTI), told, \
                values.get(IFLA_XDP, b"")[:5], \
                ETHTOOL.settings(name) if name.startswith("nsw") else None
    return found


def functions():
    """PCI functions, their drivers, and what sysfs says of SR-IOV."""
    found = {}
    for path in (PCI / "devices").iterdir():
        driver = os.path.basename(os.readlink(path / "driver")) if (path / "driver").exists() \
            else None
        numbers = [(path / name).read_text() if (path / name).exists() else None
                   for name in ("sriov_numvfs", "sriov_totalvfs", "sriov_drivers_autoprobe")]
        found[path.name] = driver, numbers, sorted(os.listdir(path / "net")) \
            if (path / "net").exists() else []
    return found


def snapshot(addresses=True):
    """addresses: whether they matter; those of a new adapter are random."""
    loaded = os.path.isdir("/sys/module/nicswitch")
    return {"loaded": loaded, "objects": objects(addresses) if loaded else {},
            "interfaces": interfaces(addresses), "functions": functions() if PCI.is_dir() else {}}


def difference(one, other, path=""):
    """A text for each place where two snapshots differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [text for key in sorted(set(one) | set(other), key=str)
                for text in difference(one.get(key), other.get(key), f"{path}/{key}")]
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and \
            len(one) == len(other):
        return [text for number, (left, right) in enumerate(zip(one, other))
                for text in difference(left, right, f"{path}/{number}")]
    return [] if one == other else [f"{path}: {one!r:.300} -> {other!r:.300}"]
