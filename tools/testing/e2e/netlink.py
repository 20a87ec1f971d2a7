# SPDX-License-Identifier: GPL-2.0-only
"""Netlink without any tool: the nicswitch family, and links and addresses.

Starting a program takes longer than a test in a guest, and a test of a tool
must not depend on that tool. Numbers come from the uapi header.
"""

import contextlib
import os
import pathlib
import re
import socket
import struct

ROOT = pathlib.Path(__file__).resolve().parents[3]

NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK = 1, 2, 4
NLM_F_DUMP, NLM_F_EXCL, NLM_F_CREATE = 0x300, 0x200, 0x400
NLMSG_ERROR, NLMSG_DONE = 2, 3
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 1, 10, 11
NLA_F_NESTED = 0x8000


class Refused(OSError):
    """The kernel said no; text is the reason it gave, status the NDIS one."""

    def __init__(self, err, text, status):
        super().__init__(err, text or os.strerror(err))
        self.text = text
        self.status = status


def attr(kind, data=b""):
    """One attribute, padded."""
    if isinstance(data, int):
        data = struct.pack("=I", data)
    elif isinstance(data, str):
        data = data.encode() + b"\0"
    elif isinstance(data, (list, tuple)):
        data, kind = b"".join(data), kind | NLA_F_NESTED
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def attrs(data):
    """Yields (type, value) of each attribute."""
    while len(data) >= 4:
        size, kind = struct.unpack_from("=HH", data)
        if size < 4:
            return
        yield kind & 0x3fff, data[4:size]
        data = data[(size + 3) & ~3:]


class Netlink:
    """A socket of one netlink protocol, in the namespace of its creation."""

    def __init__(self, protocol, address=(0, 0)):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        for option in (NETLINK_CAP_ACK, NETLINK_EXT_ACK):
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.sock.bind(address)
        self.seq = 0

    def close(self):
        self.sock.close()

    def messages(self, flags=0):
        data = self.sock.recv(1 << 20, flags)
        while len(data) >= 16:
            size, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
            yield kind, flags, seq, data[16:size]
            data = data[(size + 3) & ~3:]

    @staticmethod
    def judge(kind, flags, payload):
        code, = struct.unpack_from("=i", payload)
        if not code:
            return
        text, status = "", None
        if flags & 0x200:  # NLM_F_ACK_TLVS; an error has the header of the request before them
            for kind, value in attrs(payload[20 if kind == NLMSG_ERROR else 4:]):
                if kind == 1:
                    text = value.rstrip(b"\0").decode()
                elif kind == 3 and len(value) == 4:
                    status, = struct.unpack("=I", value)
        raise Refused(-code, text, status)

    def send(self, kind, flags, payload, size=None):
        """Sends a message; size lies about its length."""
        self.seq += 1
        size = 16 + len(payload) if size is None else size
        self.sock.send(struct.pack("=IHHII", size, kind, flags, self.seq, 0) + payload)

    def request(self, kind, payload, flags=0):
        """Returns the payloads of the reply, or raises Refused."""
        self.send(kind, NLM_F_REQUEST | NLM_F_ACK | flags, payload)
        replies, done = [], False
        while not done:
            for kind, flags, seq, payload in self.messages():
                if seq != self.seq:
                    continue
                if kind == NLMSG_ERROR or kind == NLMSG_DONE:
                    done = True
                    if len(payload) >= 4:
                        self.judge(kind, flags, payload)
                else:
                    replies.append(payload)
        return replies


def _uapi():
    """Name -> number of all that the uapi header enumerates."""
    text = (ROOT / "include/uapi/linux/nicswitch.h").read_text()
    numbers = {}
    for body in re.findall(r"enum \w+ \{(.*?)\}", re.sub(r"/\*.*?\*/", "", text, flags=re.S), re.S):
        number = 0
        for item in filter(None, (part.strip() for part in body.split(","))):
            name, _, value = item.partition("=")
            if value.strip().isdigit():
                number = int(value)
            elif value:
                continue
            numbers[name.strip()] = number
            number += 1
    return numbers


UAPI = _uapi()
STRINGS = {"ifname", "pci-address", "uplink-ifname", "switch-name", "vf-name", "vport-name",
           "queue-name", "vm-name", "nic-name", "affinity", "master-ifname", "standby-ifname",
           "primary-ifname"}
LISTS = {"queue-ids", "queue-status"}   # of u32
DROPS = {number: name[9:].lower() for name, number in UAPI.items()
         if re.fullmatch(r"NSW_DROP_[A-Z_]+", name)}


def _attr_number(name):
    return UAPI["NSW_A_" + name.upper().replace("-", "_")]


ATTR_NAMES = {number: name[6:].lower().replace("_", "-") for name, number in UAPI.items()
              if name.startswith("NSW_A_") and
              not name.startswith(("NSW_A_CAPS_", "NSW_A_STATS_", "NSW_A_DROP_"))}


CAPS = {number: name[11:].lower() for name, number in UAPI.items()
        if name.startswith("NSW_A_CAPS_")}


class Nicswitch(Netlink):
    """The family that steers the module."""

    def __init__(self, address=(0, 0)):
        super().__init__(16, address)
        reply = self.request(16, b"\3\1\0\0" + attr(2, "nicswitch"))
        found = dict(attrs(reply[0][4:]))
        self.family, = struct.unpack("=H", found[1])
        groups = [dict(attrs(group)) for _, group in attrs(found[7])]
        self.groups = {group[1].rstrip(b"\0").decode(): struct.unpack("=I", group[2])[0]
                       for group in groups}

    def subscribe(self, group="config"):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.groups[group])

    def heard(self):
        """What has been announced since; of a socket that does nothing else."""
        found = []
        self.sock.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                found += [self.decode(payload[4:]) for _, _, _, payload in self.messages()]
        return found

    @staticmethod
    def encode(**values):
        parts = []
        for name, value in values.items():
            name = name.replace("_", "-")
            if name == "mac":
                value = mac_bytes(value)
            elif name == "vlan-id" or name.endswith(("vendor-id", "device-id", "subsystem-id")):
                value = struct.pack("=H", value)
            elif name == "caps":
                value = [attr(UAPI["NSW_A_CAPS_" + one.upper()], number)
                         for one, number in value.items()]
            elif name in LISTS:
                value = struct.pack(f"={len(value)}I", *value)
            elif value is True:
                value = b""
            parts.append(attr(_attr_number(name), value))
        return b"".join(parts)

    @staticmethod
    def decode(payload):
        found = {}
        for kind, value in attrs(payload):
            name = ATTR_NAMES[kind]
            if name == "mac":
                found[name] = mac_text(value)
            elif name == "stats":
                found[name] = stats(value)
            elif name in ("caps", "hardware-caps"):
                found[name] = {CAPS[one]: int.from_bytes(number, "little")
                               for one, number in attrs(value)}
            elif name in ("block-data", "config-data"):
                found[name] = value
            elif name in LISTS:
                found[name] = list(struct.unpack(f"={len(value) // 4}I", value))
            elif name in STRINGS:
                found[name] = value.rstrip(b"\0").decode(errors="replace")
            elif not value:
                found[name] = True
            else:
                found[name] = int.from_bytes(value, "little")
        return found

    def do(self, command, dump=False, **values):
        """do("vport-new", vf_id=0) -> attributes of the reply; a list for dumps."""
        number = UAPI["NSW_CMD_" + command.upper().replace("-", "_")]
        payload = struct.pack("=BBH", number, 1, 0) + self.encode(**values)
        replies = [self.decode(reply[4:])
                   for reply in self.request(self.family, payload, NLM_F_DUMP if dump else 0)]
        return replies if dump else replies[0] if replies else {}


def stats(data):
    """Counters of a port; drops by reason."""
    names = {UAPI["NSW_A_STATS_" + name]: name.lower() for name in
             ("RX_PACKETS", "RX_BYTES", "RX_MULTICAST", "RX_BROADCAST", "TX_PACKETS", "TX_BYTES")}
    found = {"drops": {}}
    for kind, value in attrs(data):
        if kind in names:
            found[names[kind]] = int.from_bytes(value, "little")
        elif kind == UAPI["NSW_A_STATS_DROP"]:
            drop = dict(attrs(value))
            reason = int.from_bytes(drop[UAPI["NSW_A_DROP_REASON"]], "little")
            found["drops"][DROPS[reason]] = int.from_bytes(drop[UAPI["NSW_A_DROP_PACKETS"]],
                                                           "little")
    return found


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def mac_text(data):
    return data.hex(":")


IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_MASTER, IFLA_LINK = 1, 3, 4, 10, 5
IFLA_LINKINFO, IFLA_VFINFO_LIST, IFLA_NET_NS_FD = 18, 22, 28
VF_SPOOFCHK, VF_LINK_STATE, VF_TRUST, VF_VLAN_LIST = 4, 5, 9, 12
UP, PROMISC, ALLMULTI = 1, 0x100, 0x200


class Rtnl(Netlink):
    """Links and addresses of one namespace."""

    def __init__(self):
        super().__init__(0)

    def link(self, name, set_flags=0, clear_flags=0, **what):
        """Changes a link: mac, mtu, master (name or None), netns (fd), vf."""
        parts = []
        for key, value in what.items():
            if key == "mac":
                parts.append(attr(IFLA_ADDRESS, mac_bytes(value)))
            elif key == "mtu":
                parts.append(attr(IFLA_MTU, value))
            elif key == "master":
                parts.append(attr(IFLA_MASTER, socket.if_nametoindex(value) if value else 0))
            elif key == "netns":
                parts.append(attr(IFLA_NET_NS_FD, value))
            elif key == "vf":
                parts.append(attr(IFLA_VFINFO_LIST, [attr(1, [value])]))
            else:
                raise ValueError(key)
        head = struct.pack("=BBHiII", 0, 0, 0, socket.if_nametoindex(name), set_flags,
                           set_flags | clear_flags)
        self.request(16, head + b"".join(parts))

    def vf(self, pf, vf, spoofchk=None, trust=None, link=None, vlan=None, qos=0, proto=0x8100):
        """What "ip link set PF vf N ..." does."""
        for kind, value in ((VF_SPOOFCHK, spoofchk), (VF_TRUST, trust), (VF_LINK_STATE, link)):
            if value is not None:
                self.link(pf, vf=attr(kind, struct.pack("=II", vf, value)))
        if vlan is not None:
            info = struct.pack("=III", vf, vlan, qos) + struct.pack("!HH", proto, 0)
            self.link(pf, vf=attr(VF_VLAN_LIST, [attr(1, info)]))

    def add_veth(self, name, peer, peer_netns):
        head = struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0)
        info = attr(1, head + attr(IFLA_IFNAME, peer) + attr(IFLA_NET_NS_FD, peer_netns))
        self._add(name, "veth", [info])

    def add_vlan(self, name, below, vid, proto=0x8100):
        info = [attr(1, struct.pack("=H", vid)), attr(5, struct.pack("!H", proto))]
        self._add(name, "vlan", info, attr(IFLA_LINK, socket.if_nametoindex(below)))

    def add_macvlan(self, name, below, mac):
        self._add(name, "macvlan", [attr(1, 4)],
                  attr(IFLA_LINK, socket.if_nametoindex(below)) +
                  attr(IFLA_ADDRESS, mac_bytes(mac)))

    def _add(self, name, kind, info, more=b""):
        head = struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0)
        self.request(16, head + attr(IFLA_IFNAME, name) + more +
                     attr(IFLA_LINKINFO, [attr(1, kind), attr(2, info)]),
                     NLM_F_CREATE | NLM_F_EXCL)

    def delete(self, name):
        """Deletes a link, if there is one of this name."""
        try:
            index = socket.if_nametoindex(name)
        except OSError:
            return
        self.request(17, struct.pack("=BBHiII", 0, 0, 0, index, 0, 0))

    def address(self, name, address, prefix):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        data = socket.inet_pton(family, address)
        # no duplicate address detection: it would only make tests wait
        flags = 2 if family == socket.AF_INET6 else 0
        head = struct.pack("=BBBBI", family, prefix, flags, 0, socket.if_nametoindex(name))
        self.request(20, head + attr(1, data) + attr(2, data), NLM_F_CREATE)

    def links(self):
        """Name -> (ifindex, flags, attributes)."""
        found = {}
        for reply in self.request(18, struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0), NLM_F_DUMP):
            _, _, _, index, flags, _ = struct.unpack_from("=BBHiII", reply)
            values = dict(attrs(reply[16:]))
            found[values[IFLA_IFNAME].rstrip(b"\0").decode()] = index, flags, values
        return found
