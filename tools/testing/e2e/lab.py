# SPDX-License-Identifier: GPL-2.0-only
"""Frames between the ports of a NIC switch.

The ports of a Lab are

    v0, v1, ...   VF n on its VPort, its interface in a namespace of its own
    pf            the PF's interface on VPort 0
    p3            an activated VPort of the PF, with the id 3
    wire          a host beyond the external port, in a namespace of its own
"""

import contextlib
import errno
import select
import socket
import sys
import time

import mmsg
from checks import GRACE, PATIENCE, Failed, Skipped, check, wait_for
from frames import BROADCAST, ETH_P_TEST, Sniffer, format_tags, make_frame
from netlink import ALLMULTI, PROMISC, UP, Nicswitch
from state import PF, VFS, ensure_switch, scrub, send_home, state
from system import HOME, Netns, be_quiet, run, write


class Port:
    """An interface that takes part in a test."""

    def __init__(self, name, netns, ifname, mac, vport=None, vf=None):
        self.name, self.netns, self.ifname, self.mac = name, netns, ifname, mac
        self.vport, self.vf = vport, vf
        self.sniffer = Sniffer(netns, ifname)

    def link(self, **what):
        self.netns.link(self.ifname, **what)

    def up(self):
        self.link(set_flags=UP)

    def down(self):
        self.link(clear_flags=UP)

    def promisc(self, on=True):
        self.link(**{"set_flags" if on else "clear_flags": PROMISC})

    def allmulti(self, on=True):
        self.link(**{"set_flags" if on else "clear_flags": ALLMULTI})

    def carrier(self):
        """None while the stack has not followed the driver yet."""
        _, flags, values = self.netns.rtnl.links()[self.ifname]
        carrier, running = values[33] == b"\1", bool(flags & 0x40)   # IFLA_CARRIER, IFF_RUNNING
        # sending takes the stack's word, and it learns of a loss later
        return None if carrier and not running else carrier

    def deaf(self):
        """Whether the stack still drops what is sent, in silence, though carrier is back."""
        _, flags, _ = self.netns.rtnl.links()[self.ifname]
        return flags & UP and self.carrier() is None

    def address(self, text, prefix=24):
        with self.netns:
            if ":" in text:
                write(f"/proc/sys/net/ipv6/conf/{self.ifname}/disable_ipv6", 0)
            self.netns.rtnl.address(self.ifname, text, prefix)

    def raw(self, frame):
        """Sends these bytes."""
        # an error that waits there is from a time when the interface was down
        self.sniffer.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        try:
            self.sniffer.sock.send(frame)
        except OSError as error:
            # without carrier or down: not the module's business, it may not even be asked
            if error.errno not in (errno.ENETDOWN, errno.ENOBUFS):
                raise

    def raw_all(self, frames):
        """Sends all of these at once."""
        self.sniffer.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        mmsg.send(self.sniffer.sock, frames)


def vf_mac(number):
    return f"02:00:00:00:00:{number + 1:02x}"


class Lab:
    """An adapter with a switch, VFs, and a host on the wire.

    filters: whether each VF has one for its address, condition none
    netns:   whether each VF is in a namespace of its own
    qps:     queue pairs of each VF
    """

    def __init__(self, vfs=2, filters=True, wire=True, netns=True, up=True, total_vfs=VFS, qps=1):
        self.undo = contextlib.ExitStack()
        self.nl = Nicswitch()
        self.ports, self.filters = {}, {}
        self.serial = 0
        self.expected = {}
        self.many_netns = netns
        self.num_vfs, self.with_filters, self.with_wire = vfs, filters, wire
        self.total_vfs, self.all_up, self.qps = total_vfs, up, qps
        self.defer = self.undo.callback

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def build(self):
        ensure_switch(self.nl, self.total_vfs)
        self.defer(scrub)
        index = self.nl.do("adapter-get")
        self.pf_mac = index["mac"]
        be_quiet()
        self.add_port(Port("pf", HOME, PF, self.pf_mac, vport=0))
        if self.with_wire:
            self.plug()
        for number in range(self.num_vfs):
            self.add_vf(vf_mac(number), self.with_filters)
        if self.all_up:
            for port in self.ports.values():
                port.up()
            wait_for(lambda: all(port.carrier() for port in self.ports.values()),
                     "carrier of all ports")
        self.drops_before = self.drops()

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.check_late()
        finally:
            if kind is not None and not isinstance(value, Skipped):
                value.state = state()
            self.undo.close()
            self.nl.close()

    # Ports

    def add_port(self, port):
        self.ports[port.name] = port
        self.defer(port.sniffer.close)
        return port

    def __getitem__(self, name):
        return self.ports[name]

    def plug(self):
        """A host on a cable, and the cable in the external port."""
        netns = Netns()
        self.defer(netns.close)
        HOME.rtnl.add_veth("t-lan", "t-host", netns.descriptor)
        self.defer(HOME.rtnl.delete, "t-lan")
        mac = "02:00:00:00:ff:01"
        netns.link("t-host", mac=mac)
        HOME.link("t-lan", master=PF)
        HOME.link("t-lan", set_flags=UP)
        return self.add_port(Port("wire", netns, "t-host", mac))

    def add_vf(self, mac=None, with_filter=True, vport=True):
        vf = self.nl.do("vf-new", **({"mac": mac} if mac else {}))["vf-id"]
        name = f"v{vf}"
        number = None
        if vport:
            number = self.nl.do("vport-new", vf_id=vf, queue_pairs=self.qps)["vport-id"]
        ifname = self.nl.do("vf-get", vf_id=vf)["ifname"]
        netns = HOME
        if self.many_netns:
            netns = Netns()
            self.defer(netns.close)
            HOME.link(ifname, netns=netns.descriptor)
            self.defer(send_home, netns, ifname)
        port = self.add_port(Port(name, netns, ifname, mac, number, vf))
        if with_filter and vport:
            self.filter(name, name)
        return port

    def add_pf_vport(self, mac=None, activate=True):
        """A VPort of the PF; its port is p<id>, once it is activated."""
        number = self.nl.do("vport-new", pf=True)["vport-id"]
        if activate:
            self.activate(number, mac)
        return number

    def activate(self, number, mac=None):
        self.nl.do("vport-set", vport_id=number, vport_state=1)
        ifname = f"{PF}p{number}"
        mac = mac or f"02:00:00:00:01:{number:02x}"
        HOME.link(ifname, mac=mac)
        port = self.add_port(Port(f"p{number}", HOME, ifname, mac, number))
        port.up()
        return port

    def mac(self, name):
        """The address of a port, or an address as it is."""
        if name == "bcast":
            return BROADCAST
        return self.ports[name].mac if name in self.ports else name

    # Objects

    def vport(self, port):
        return port if isinstance(port, int) else self.ports[port].vport

    def filter(self, port, mac, vlan="none"):
        """Adds a filter, and returns its id."""
        mode = {"none": {}, "any": {"vlan_mode": 2}}.get(vlan)
        if mode is None:
            mode = {"vlan_id": int(vlan)}
        found = self.nl.do("filter-new", vport_id=self.vport(port), mac=self.mac(mac), **mode)
        self.filters[port, mac, vlan] = found["filter-id"]
        return found["filter-id"]

    def delete_filter(self, port, mac, vlan="none"):
        self.nl.do("filter-del", filter_id=self.filters.pop((port, mac, vlan)))

    def move_filter(self, number, source, target):
        self.nl.do("filter-move", filter_id=number, source_vport_id=self.vport(source),
                   vport_id=self.vport(target))

    def vf(self, number, **policy):
        HOME.rtnl.vf(PF, number, **policy)

    def ip(self, words, port=None):
        return run(f"ip {words}", netns=self.ports[port].netns if port else HOME)

    def add_vlan(self, port, vid, proto=0x8100, up=True):
        """A VLAN interface on a port; returns its name."""
        port = self.ports[port]
        ifname = f"t.{port.name}.{'s' if proto == 0x88a8 else ''}{vid}"
        port.netns.rtnl.delete(ifname)
        with port.netns:
            port.netns.rtnl.add_vlan(ifname, port.ifname, vid, proto)
        self.defer(self.delete_link, port.netns, ifname)
        if up:
            port.netns.link(ifname, set_flags=UP)
        return ifname

    @staticmethod
    def delete_link(netns, ifname):
        with netns:
            netns.rtnl.delete(ifname)

    # Frames

    def counters(self):
        """Statistics by port, those without interface as "#3"."""
        names = {port.vport: port.name for port in self.ports.values() if port.vport is not None}
        found = {}
        for entry in self.nl.do("stats-get", dump=True):
            number = entry.get("vport-id")
            name = "wire" if entry.get("external") else names.get(number, f"#{number}")
            found[name] = entry["stats"]
        return found

    def drops(self):
        return {f"{name}:{reason}": count for name, port in self.counters().items()
                for reason, count in port["drops"].items()}

    def new_drops(self):
        now = self.drops()
        return {name: count - self.drops_before.get(name, 0) for name, count in now.items()
                if count != self.drops_before.get(name, 0)}

    def send(self, port, dst, src=None, tag="", length=60, kind=ETH_P_TEST):
        """Sends a frame and returns its number."""
        self.serial += 1
        frame = make_frame(self.mac(dst), self.mac(src or port), tag, self.serial, length, kind)
        self.ports[port].raw(frame)
        return self.serial

    def gather(self, seen, timeout=0.0):
        """Adds what has arrived to seen, by frame: "port:tag" -> how often."""
        sniffers = {port.sniffer.fileno(): port for port in self.ports.values()}
        poll = select.poll()
        for descriptor in sniffers:
            poll.register(descriptor, select.POLLIN)
        arrived = 0
        for descriptor, _ in poll.poll(timeout * 1000):
            port = sniffers[descriptor]
            for serial, tags, _ in port.sniffer.frames():
                text = f"{port.name}:{format_tags(tags)}".rstrip(":")
                one = seen.setdefault(serial, {})
                one[text] = one.get(text, 0) + 1
                arrived += 1
        return arrived

    def settle(self, seen):
        """Until nothing comes any more."""
        while self.gather(seen, GRACE):
            pass

    def sees(self, port, want="", drop="", **frame):
        """Sends a frame on a port; exactly these must get it, and drop it.

        want: "v1 wire:10", who gets it with which tag
        drop: "v0:spoof", who counts it as dropped, and why; "v1:no_filter*2"
        """
        wanted = {name: 1 for name in want.split()}
        wanted_drops = {}
        for part in drop.split():
            name, _, count = part.partition("*")
            wanted_drops[name] = int(count or 1)
        wait_for(lambda: not self.ports[port].deaf(), f"the stack sends on {port}")
        serial = self.send(port, **frame)
        seen, end = {}, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            drops = self.new_drops()
            if seen.get(serial, {}) == wanted and drops == wanted_drops:
                break
            self.gather(seen, 0.002)
        self.settle(seen)
        drops = self.new_drops()
        self.drops_before = self.drops()
        what = "{} -> {} from {} tag {!r}".format(port, frame["dst"], frame.get("src", port),
                                                  frame.get("tag", ""))
        got = seen.pop(serial, {})
        self.expected[serial] = what
        problems = []
        if got != wanted:
            problems.append(f"received by {show(got)}, not by {show(wanted)}")
        if drops != wanted_drops:
            problems.append(f"dropped by {show(drops)}, not by {show(wanted_drops)}")
        for late, got in seen.items():
            problems.append(f"late or twice: {self.expected.get(late, late)}: {show(got)}")
        check(not problems, f"{what}: " + "; ".join(problems))

    def check_late(self):
        """What came when nobody looked any more."""
        seen = {}
        self.settle(seen)
        if seen:
            raise Failed("late: " + "; ".join(f"{self.expected.get(serial, serial)}: {show(got)}"
                                              for serial, got in seen.items()))


def show(counts):
    return " ".join(name if count == 1 else f"{name}*{count}"
                    for name, count in sorted(counts.items())) or "nobody"
