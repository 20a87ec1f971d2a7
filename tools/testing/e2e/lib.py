# SPDX-License-Identifier: GPL-2.0-only
"""Frames between the ports of a NIC switch, and KTAP.

A test script is a list of functions test_*; its last line calls main(). Their
setting is a Lab, whose ports are

    v0, v1, ...   VF n on its VPort, its interface in a namespace of its own
    pf            the PF's interface on VPort 0
    p3            an activated VPort of the PF, with the id 3
    wire          a host beyond the external port, in a namespace of its own

Tags are written as text, outermost first: "" for none, "10", "0" (a priority
tag), "10p3" with a priority, "s20" for 802.1ad, "s20,10" for two.
"""

import contextlib
import ctypes
import errno
import inspect
import linecache
import os
import re
import select
import socket
import struct
import subprocess
import sys
import time
import traceback

from netlink import ALLMULTI, PROMISC, UP, Nicswitch, Refused, Rtnl, mac_bytes

QUICK = bool(os.environ.get("NICSWITCH_E2E_QUICK"))
SLOW_GUEST = os.environ.get("NICSWITCH_GUEST") == "qemu"
PATIENCE = 20 if SLOW_GUEST else 5      # seconds; only failing tests wait that long
GRACE = 0.008 if SLOW_GUEST else 0.001  # seconds in which nothing more must come
PF = "nsw0"
VFS = 6     # of the switch that is kept from test to test: making VFs takes over a second
ETH_P_TEST = 0x88b5
MAGIC = b"nicswitch"
BROADCAST = "ff:ff:ff:ff:ff:ff"

libc = ctypes.CDLL(None, use_errno=True)


class Failed(Exception):
    """A check that did not hold."""


class Skipped(Exception):
    """A test that cannot run here."""


def check(condition, text):
    if not condition:
        raise Failed(text)


def brief(value):
    text = repr(value)
    return text if len(text) < 400 else f"{text[:400]}... ({len(text)} characters)"


def check_equal(seen, wanted, what):
    check(seen == wanted, f"{what}: {brief(seen)}, not {brief(wanted)}")


@contextlib.contextmanager
def refused(err, text=""):
    """What is inside must be refused, for this reason."""
    try:
        yield
    except OSError as error:
        check_equal(errno.errorcode.get(error.errno), errno.errorcode[err], "errno")
        check(re.search(text, error.strerror or ""), f"the reason is {error.strerror!r}, "
                                                     f"without {text!r}")
    else:
        raise Failed(f"it was not refused with {errno.errorcode[err]}")


def wait_for(what, text, patience=PATIENCE):
    """Polls until what() is true, and returns its value."""
    end = time.monotonic() + patience
    while True:
        value = what()
        if value:
            return value
        check(time.monotonic() < end, f"waited in vain: {text}")
        time.sleep(0.002)


# --- Programs

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


# --- Namespaces

class Netns:
    """A network namespace without a name: it ends with the last who knows it."""

    def __init__(self, descriptor=None):
        self.rtnl_socket = None
        self.outside = []
        if descriptor is None:
            back = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            check(not libc.unshare(0x40000000), "no new namespace")
            try:
                for which in ("all", "default"):
                    write(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6", 1)
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


# --- Frames

def parse_tags(text):
    """Tags as ((TPID, TCI), ...)."""
    tags = []
    for part in filter(None, text.split(",")):
        vid, _, priority = part.lstrip("s").partition("p")
        tags.append((0x88a8 if part[0] == "s" else 0x8100, int(vid) | int(priority or 0) << 13))
    return tuple(tags)


def format_tags(tags):
    """The reverse of parse_tags()."""
    return ",".join(("s" if tpid == 0x88a8 else "") + str(tci & 0xfff) +
                    (f"p{tci >> 13}" if tci >> 13 else "") for tpid, tci in tags)


def make_frame(dst, src, tag="", serial=0, length=60, kind=ETH_P_TEST):
    """A frame that is known again by its number."""
    head = mac_bytes(dst) + mac_bytes(src)
    for tpid, tci in parse_tags(tag):
        head += struct.pack("!HH", tpid, tci)
    head += struct.pack("!H", kind) + MAGIC + struct.pack("!I", serial)
    return head + bytes(max(0, length - len(head)))


class Sniffer:
    """A raw socket on an interface: sends, and sees what the interface receives."""

    def __init__(self, netns, ifname):
        with netns:
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
            self.sock.setsockopt(263, 8, 1)     # PACKET_AUXDATA: the tag out of band
            self.sock.setsockopt(263, 23, 1)    # PACKET_IGNORE_OUTGOING
            for option in (32, 33):     # SO_SNDBUFFORCE, SO_RCVBUFFORCE
                self.sock.setsockopt(socket.SOL_SOCKET, option, 1 << 24)
            self.sock.bind((ifname, 3))

    def fileno(self):
        return self.sock.fileno()

    def receive(self):
        """Yields (frame without outer tag, tags, real length) of all that is there."""
        while True:
            try:
                data, control, _, _ = self.sock.recvmsg(2048, 64, socket.MSG_TRUNC)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.ENETDOWN:
                    continue
                raise
            tags, length = (), len(data)
            for level, kind, value in control:
                if (level, kind) == (263, 8):
                    status, length, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", value[:20])
                    if status & 0x10:   # TP_STATUS_VLAN_VALID
                        tags = (tpid if status & 0x40 else 0x8100, tci),
            yield data, tags, length

    def frames(self):
        """Yields (number, tags, length) of all our frames that are there."""
        for data, tags, length in self.receive():
            at = 12
            while data[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
                tags += struct.unpack_from("!HH", data, at),
                at += 4
            if data[at + 2:at + 11] == MAGIC:
                yield struct.unpack_from("!I", data, at + 11)[0], tags, length

    def close(self):
        self.sock.close()


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


def vf_mac(number):
    return f"02:00:00:00:00:{number + 1:02x}"


class Lab:
    """An adapter with a switch, VFs, and a host on the wire.

    filters: whether each VF has one for its address, condition none
    netns:   whether each VF is in a namespace of its own
    """

    def __init__(self, vfs=2, filters=True, wire=True, netns=True, up=True, total_vfs=VFS):
        self.undo = contextlib.ExitStack()
        self.nl = Nicswitch()
        self.ports, self.filters = {}, {}
        self.serial = 0
        self.expected = {}
        self.many_netns = netns
        self.num_vfs, self.with_filters, self.with_wire = vfs, filters, wire
        self.total_vfs, self.all_up = total_vfs, up
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
        for which in ("all", "default"):
            write(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6", 1)
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
        number = self.nl.do("vport-new", vf_id=vf)["vport-id"] if vport else None
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


# --- The state between tests

def state():
    """What to look at when a test has failed."""
    parts = []
    for words in ("nicswitch show", "nicswitch stats show"):
        result = run(words, ok=False)
        parts.append(f"$ {words}\n{result.out}{result.err}")
    return "".join(parts)


def send_home(netns, ifname):
    """Brings a VF back before its namespace ends, which takes the kernel a while."""
    try:
        netns.link(ifname, clear_flags=UP | PROMISC | ALLMULTI)
        netns.link(ifname, netns=HOME.descriptor)
    except OSError as error:
        if error.errno not in (errno.ENODEV, None):
            raise


def ensure_switch(nl, vfs):
    """A switch with that many VFs and nothing else."""
    found = nl.do("switch-get", dump=True)
    if found and found[0]["num-vfs"] != vfs:
        reset()
        found = []
    if not found:
        reset()
        nl.do("switch-new", num_vfs=vfs)


def scrub():
    """Takes all objects away but the switch, and puts the interfaces back."""
    for name in HOME.rtnl.links():
        if name.startswith("t-") or name.startswith("t."):
            HOME.rtnl.delete(name)
    nl = Nicswitch()
    for noun, first in (("filter", 1), ("vport", 1), ("vf", 0)):
        for found in nl.do(f"{noun}-get", dump=True):
            key = {f"{noun}_id": found[f"{noun}-id"]}
            if found[f"{noun}-id"] < first:
                continue
            if noun == "vf":
                nl.do("vf-reset", **key)
            nl.do(f"{noun}-del", **key)
    found = nl.do("switch-get", dump=True)
    nl.close()
    vfs = found[0]["num-vfs"] if found else 0
    wanted = [PF] + [f"{PF}v{number}" for number in range(vfs)]
    wait_for(lambda: set(wanted) <= set(HOME.rtnl.links()), "VFs at home")
    for name, (_, flags, values) in HOME.rtnl.links().items():
        if name in wanted:
            HOME.rtnl.link(name, clear_flags=UP | PROMISC | ALLMULTI)
            if values[4] != struct.pack("=I", 1500):
                HOME.rtnl.link(name, mtu=1500)


def reset():
    """As after loading the module, through the tool."""
    run("nicswitch reset")


def load(*parameters):
    """Loads the module anew."""
    module = os.environ.get("NICSWITCH_MODULE")
    if not module:
        raise Skipped("NICSWITCH_MODULE says not which module to load")
    if os.path.isdir("/sys/module/nicswitch"):
        run("rmmod nicswitch")
    run("insmod", module, *parameters)


# --- KTAP

def where(error):
    """The line of the test that failed, and its text."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.name.startswith("test_"):
            name = os.path.basename(frame.filename)
            return f"{name}:{frame.lineno}: {linecache.getline(frame.filename, frame.lineno)}"
    return ""


def diagnose(text):
    for line in text.rstrip().splitlines():
        print(f"# {line}")


def run_test(test):
    """Returns the directive of the result line, or None for a failure."""
    try:
        test()
    except Skipped as skipped:
        return f" # SKIP {skipped}"
    except Exception as error:  # pylint: disable=broad-except
        diagnose(where(error))
        if isinstance(error, (Failed, Refused)):
            diagnose(f"{type(error).__name__}: {error}")
        else:
            diagnose("".join(traceback.format_exception(error)))
        diagnose(getattr(error, "state", "") or state())
        try:
            run("nicswitch reset", ok=False)
            scrub()
        except Exception as worse:  # pylint: disable=broad-except
            diagnose(f"cleaning up: {worse}")
        return None
    return ""


def slow(test):
    """A test that is left out with --quick."""
    def wrapper():
        if QUICK:
            raise Skipped("quick")
        test()
    wrapper.__name__, wrapper.__doc__ = test.__name__, test.__doc__
    return wrapper


def hurry():
    """Emulated guests spend most of their time waiting for RCU."""
    path = "/sys/kernel/rcu_expedited"
    if SLOW_GUEST and os.path.exists(path):
        write(path, 1)


def main():
    """Runs the tests of the script that calls it."""
    caller = inspect.currentframe().f_back.f_globals
    wanted = [arg.replace("-", "_") for arg in sys.argv[1:]]
    tests = [test for name, test in caller.items() if name.startswith("test_")]
    if wanted:
        tests = [test for test in tests if any(word in test.__name__ for word in wanted)]
    hurry()
    if not os.path.isdir("/sys/module/nicswitch"):
        load()
    print(f"KTAP version 1\n1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        start = time.monotonic()
        directive = run_test(test)
        failed += directive is None
        print(f"{'not ' * (directive is None)}ok {number} {test.__name__[5:]}{directive or ''}",
              flush=True)
        if os.environ.get("NICSWITCH_E2E_TIMES"):
            diagnose(f"{time.monotonic() - start:.2f} s")
    sys.exit(bool(failed))
