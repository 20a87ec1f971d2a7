# SPDX-License-Identifier: GPL-2.0-only
"""What happens to the module in a stress run: each actor is a process that does one kind of thing.

An actor is a function of a Scene that does one random thing. It may find that
what it wants has just gone: errors of EXPECTED are part of the game, all others
are told.
"""

import contextlib
import errno
import fcntl
import os
import struct
import time

import bpf
from frames import Sniffer
from netlink import ALLMULTI, PROMISC, UP, Nicswitch
from streams import send
from system import HOME, Netns, read, run, write

DEVICES = "/sys/bus/pci/devices"
DRIVERS = "/sys/bus/pci/drivers"
PF_ID, VF_ID = "0x4e53", "0x4e54"
VFS_ON = 9      # they are enabled, and their memory
ADAPTERS, VFS = 4, 8    # as many as there may be, so that they meet each other

# Somebody else was faster, a limit was reached, or a PF was reset while it got its VFs (EIO).
GONE = {errno.ENOENT, errno.ENODEV, errno.ENXIO}
EXPECTED = GONE | {errno.EBUSY, errno.EEXIST, errno.EINVAL, errno.ENOSPC, errno.EAGAIN,
                   errno.EOPNOTSUPP, errno.EPERM, errno.ENETDOWN, errno.ENOBUFS,
                   errno.EADDRNOTAVAIL, errno.EINPROGRESS, errno.ENOTTY, errno.EIO,
                   errno.EPROTONOSUPPORT}


def expected(error):
    """Whether it is part of the game; without a number, there is no interface of some name."""
    return isinstance(error, OSError) and (error.errno is None or error.errno in EXPECTED)


class Scene:
    """What an actor knows: its random numbers, its sockets, the lock file of the run."""

    def __init__(self, rng, lock, parameters):
        self.rng, self.lock, self.parameters = rng, lock, parameters
        self.nl = None
        self.hasty = False
        HOME.rtnl_socket = None

    def rest(self, least, most):
        """Lets others play, unless there are none."""
        if not self.hasty:
            time.sleep(self.rng.uniform(least, most))

    def family(self):
        """The family's socket; new ones now and then, as its number may have changed."""
        if self.nl and self.rng.random() < 0.05:
            self.drop_family()
        self.nl = self.nl or Nicswitch()
        return self.nl

    def drop_family(self):
        if self.nl:
            self.nl.close()
        self.nl = None

    def drop_sockets(self):
        """After an error, when a reply may still come."""
        self.drop_family()
        if HOME.rtnl_socket:
            HOME.rtnl_socket.close()
        HOME.rtnl_socket = None

    @contextlib.contextmanager
    def hotplug(self, alone=False):
        """Keeps removing a PF apart from those who are in its sriov_numvfs.

        Who removes a device waits, with the lock for hotplug, for those who are in its
        files, and who writes this one waits for that lock. The PCI core can deadlock.
        """
        with open(self.lock, "r+b") as file:
            # Another lock of the same file, as a queue: who wants to be alone would wait for ever
            # for a moment without others.
            fcntl.lockf(file, fcntl.LOCK_EX)
            fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            fcntl.lockf(file, fcntl.LOCK_UN)
            yield

    def functions(self, *ids):
        """PCI addresses of our functions."""
        found = []
        for name in sorted(os.listdir(DEVICES)):
            with contextlib.suppress(OSError):
                with open(f"{DEVICES}/{name}/device", encoding="ascii") as file:
                    if file.read().strip() in (ids or (PF_ID, VF_ID)):
                        found.append(name)
        return found

    def function(self, *ids):
        return self.pick(self.functions(*ids))

    def pick(self, things):
        things = list(things)
        if not things:
            raise FileNotFoundError(errno.ENOENT, "nothing to choose from")
        return self.rng.choice(things)

    def interfaces(self, kind=""):
        """Names of our interfaces here: all, "pf" or "vf"."""
        names = [name for name in os.listdir("/sys/class/net") if name.startswith("nsw")]
        if kind:
            names = [name for name in names if ("v" in name[3:]) == (kind == "vf") and
                     not set("pq") & set(name[3:])]
        return names

    def member(self, nl):
        """What most requests are about: a VF with its VPort and a filter."""
        number = self.adapter(nl)
        with contextlib.suppress(FileExistsError):
            nl.do("switch-new", adapter_id=number, num_vfs=VFS)
        mac = self.mac()
        vf = nl.do("vf-new", adapter_id=number, mac=mac)["vf-id"]
        vport = nl.do("vport-new", adapter_id=number, vf_id=vf)["vport-id"]
        nl.do("filter-new", adapter_id=number, vport_id=vport, mac=mac)

    def adapter(self, nl):
        """The number of an adapter, which dumps of what is in it need to be told."""
        return self.pick(nl.do("adapter-get", dump=True))["adapter-id"]

    def mac(self):
        return f"02:00:00:00:aa:{self.rng.randrange(1, 9):02x}"


# Functions

def numvfs(scene):
    with scene.hotplug():
        path = f"{DEVICES}/{scene.function(PF_ID)}/sriov_numvfs"
        write(path, scene.rng.choice((0, 0, 1, 2, 4, VFS)))


def bind(scene):
    """Drivers leave functions, and come back."""
    address = scene.function()
    driver = "nicswitch" if address in scene.functions(PF_ID) else "nicswitch_vf"
    with contextlib.suppress(OSError):
        write(f"{DRIVERS}/{driver}/unbind", address)
    scene.rest(0, 0.25)
    if scene.rng.random() < 0.5:
        write("/sys/bus/pci/drivers_probe", address)
    else:
        write(f"{DRIVERS}/{driver}/bind", address)
    scene.rest(0, 1)


def remove(scene):
    """A PF is unplugged; a rescan finds it again."""
    with scene.hotplug(alone=True):
        write(f"{DEVICES}/{scene.function(PF_ID)}/remove", 1)
    scene.rest(0, 0.25)
    with scene.hotplug(alone=True):
        write("/sys/bus/pci/rescan", 1)
    scene.rest(0, 2)


def reset(scene):
    """Function level reset, by sysfs and by register; power states by register."""
    path = f"{DEVICES}/{scene.function()}"
    if scene.rng.random() < 0.3:
        write(f"{path}/reset", 1)
        return
    with open(f"{path}/config", "r+b", buffering=0) as file:
        number = file.fileno()
        at = os.pread(number, 1, 0x34)[0]
        for _ in range(48):
            if at < 0x40:
                break
            kind, following = os.pread(number, 2, at)
            if kind == 0x10 and scene.rng.random() < 0.5:
                with scene.hotplug(alone=True), sriov(number, path):
                    os.pwrite(number, struct.pack("<H", 0x8000), at + 8)
            elif kind == 0x01:
                os.pwrite(number, bytes([scene.rng.choice((0, 0, 0, 3))]), at + 4)
            at = following


@contextlib.contextmanager
def sriov(config, path):
    """Gives a PF back what its reset takes away.

    Without its VFs, who resets one of them waits for it for a minute, and all with him.
    """
    at = 0x100
    for _ in range(48):
        kind, = struct.unpack("<I", os.pread(config, 4, at))
        if kind & 0xffff == 0x10 or not kind >> 20:
            break
        at = kind >> 20 & ~3
    if kind & 0xffff != 0x10:
        yield
        return
    control, = struct.unpack("<H", os.pread(config, 2, at + 8))
    saved, = struct.unpack("<H", os.pread(config, 2, at + 0x10))
    vfs = saved if control & VFS_ON else 0
    yield
    # At once: who resets a VF may hold what the next lines wait for.
    told = None
    while vfs != told:
        # their number cannot be changed while they are on
        for offset, value in ((8, control & ~VFS_ON), (0x10, vfs),
                              (8, control & ~VFS_ON | bool(vfs) * VFS_ON)):
            os.pwrite(config, struct.pack("<H", value), at + offset)
        # A switch may have come or gone meanwhile; when this file can be read, it has.
        told, vfs = vfs, int(read(f"{path}/sriov_numvfs"))


def look(scene):
    """Somebody who reads everything."""
    kind = scene.rng.randrange(4)
    if kind == 0:
        nl = scene.family()
        number = scene.adapter(nl)
        for noun in ("adapter", "switch", "vf", "vport", "filter", "queue", "fault", "stats"):
            nl.do(f"{noun}-get", dump=True, adapter_id=number)
    elif kind == 1:
        HOME.rtnl.links()
    elif kind == 2:
        path = f"{DEVICES}/{scene.function()}"
        for name in ("config", "resource", "sriov_numvfs", "sriov_totalvfs", "modalias"):
            with contextlib.suppress(FileNotFoundError), scene.hotplug(), \
                    open(f"{path}/{name}", "rb") as file:
                file.read()
    else:
        name = scene.pick(scene.interfaces())
        for words in ("-S", "-l", "-i"):
            run("ethtool", words, name, ok=False)


# Adapters and the module

def adapter(scene):
    nl = scene.family()
    found = [one["adapter-id"] for one in nl.do("adapter-get", dump=True)]
    if len(found) >= ADAPTERS or (found and scene.rng.random() < 0.5):
        nl.do("adapter-del", adapter_id=scene.pick(found))
    else:
        nl.do("adapter-new", total_vfs=VFS)
    scene.rest(0, 0.25)


def module(scene):
    """Unloaded under everybody's feet, and loaded again."""
    scene.rest(5, 15)
    if os.path.isdir("/sys/module/nicswitch"):
        done = run("rmmod nicswitch", ok=False)
        # a dump holds it
        held = ("in use", "temporarily unavailable", "not currently loaded")
        if done.status and not any(text in done.err for text in held):
            raise RuntimeError(done.err.strip())
    load(scene.parameters)


def load(parameters):
    if os.path.isdir("/sys/module/nicswitch"):
        raise FileExistsError(errno.EEXIST, "it is loaded")
    done = run("insmod", os.environ["NICSWITCH_MODULE"], *parameters, ok=False)
    if "File exists" in done.err:
        raise FileExistsError(errno.EEXIST, "somebody has loaded it")
    if done.status:
        raise RuntimeError(done.err.strip())


# Objects

def objects(scene):
    """Switches, VFs, VPorts and filters, in any order and mostly in a wrong one."""
    nl, rng = scene.family(), scene.rng
    if rng.random() < 0.5:
        scene.member(nl)
    number = scene.adapter(nl)
    owned = {"owned": True} if rng.random() < 0.2 else {}
    vf, vport = rng.randrange(VFS), rng.randrange(2 * VFS)
    filters = [one["filter-id"] for one in nl.do("filter-get", dump=True, adapter_id=number)]
    for command, values in rng.choices((
            ("switch-new", {"num_vfs": rng.randrange(VFS + 1), **owned}), ("switch-del", {}),
            ("vf-new", {"mac": scene.mac(), **owned}), ("vf-new", owned),
            ("vf-set", {"vf_id": vf, "trust": rng.randrange(2), "spoofchk": rng.randrange(2)}),
            ("vf-set", {"vf_id": vf, "port_vlan": rng.choice((0, 0, 5, 7))}),
            ("vf-reset", {"vf_id": vf}), ("vf-del", {"vf_id": vf}),
            ("vport-new", {"vf_id": vf, **owned}), ("vport-new", {"pf": True, **owned}),
            ("vport-set", {"vport_id": vport, "vport_state": 1}),
            ("vport-set", {"vport_id": vport, "moderation": rng.randrange(1, 6)}),
            ("vport-del", {"vport_id": vport}),
            ("filter-new", {"vport_id": vport, "mac": scene.mac(), **owned}),
            ("filter-new", {"vport_id": vport, "mac": scene.mac(), "vlan_id": 5, **owned}),
            ("filter-new", {"vport_id": vport, "mac": "01:00:5e:00:00:71"}),
            ("filter-del", {"filter_id": rng.choice(filters or [1])}),
            ("block-set", {"vf_id": vf, "block_id": rng.randrange(8), "block_data": b"stress"}),
            ("block-del", {"vf_id": vf, "block_id": rng.randrange(8)})), k=6):
        try:
            nl.do(command, adapter_id=number, **values)
        except OSError as error:
            if error.errno not in EXPECTED:
                raise
    if owned:
        # what it owns goes with it
        scene.drop_family()


def move(scene):
    """Filters change their VPort, as fast as they can."""
    nl = scene.family()
    number = scene.adapter(nl)
    found = [one for one in nl.do("filter-get", dump=True, adapter_id=number) if "vport-id" in one]
    vports = [one["vport-id"] for one in nl.do("vport-get", dump=True, adapter_id=number)]
    if not found:
        time.sleep(0.01)
    for _ in range(20):
        one = scene.pick(found)
        try:
            nl.do("filter-move", adapter_id=number, filter_id=one["filter-id"],
                  source_vport_id=one["vport-id"], vport_id=scene.pick(vports))
        except OSError as error:
            if error.errno not in EXPECTED:
                raise


# Interfaces

def policy(scene):
    """What "ip link" does to PF and VFs."""
    rng, name = scene.rng, scene.pick(scene.interfaces())
    kind = rng.randrange(8)
    if kind == 0:
        HOME.link(name, mac=scene.mac())
    elif kind == 1:
        HOME.link(name, mtu=rng.choice((68, 1500, 9000)))
    elif kind == 2:
        flag = rng.choice((PROMISC, ALLMULTI))
        HOME.link(name, **{rng.choice(("set_flags", "clear_flags")): flag})
    elif kind == 3:
        HOME.link(name, clear_flags=UP)
    elif kind < 6:
        HOME.link(name, set_flags=UP)
    else:
        HOME.rtnl.vf(scene.pick(scene.interfaces("pf")), rng.randrange(VFS),
                     **rng.choice(({"trust": 1}, {"trust": 0}, {"spoofchk": 0}, {"spoofchk": 1},
                                   {"link": 0}, {"link": 2}, {"vlan": 0}, {"vlan": 5})))


def queues(scene):
    name, rng = scene.pick(scene.interfaces()), scene.rng
    run("ethtool", *rng.choice((("-L", name, "combined", str(rng.choice((1, 2, 4)))),
                                ("-G", name, "rx", str(rng.choice((64, 256, 1024)))),
                                ("-X", name, "equal", str(rng.choice((1, 2)))),
                                ("-X", name, "default"),
                                ("-C", name, "rx-usecs", str(rng.choice((0, 50)))),
                                ("-K", name, "gro", rng.choice(("on", "off"))))), ok=False)


def xdp(scene):
    """A program comes to an interface, and goes again while frames arrive."""
    name = scene.pick(scene.interfaces())
    program = bpf.load(bpf.verdict(scene.pick((bpf.PASS, bpf.DROP, bpf.TX, bpf.ABORTED))))
    try:
        index = HOME.rtnl.links()[name][0]
        os.close(bpf.bpf(bpf.LINK_CREATE, struct.pack("=IIII", program, index, bpf.ATTACH_XDP,
                                                      bpf.DRIVER_MODE)))
    except KeyError as error:
        raise FileNotFoundError(errno.ENOENT, name) from error
    finally:
        os.close(program)


def namespace(scene):
    """A namespace ends with interfaces in it."""
    netns, rng = Netns(), scene.rng
    try:
        for _ in range(rng.randrange(1, 4)):
            name = scene.pick(scene.interfaces("pf" if rng.random() < 0.05 else "vf"))
            HOME.link(name, netns=netns.descriptor)
            netns.link(name, set_flags=UP)
            if rng.random() < 0.5:
                with netns:
                    netns.rtnl.add_vlan(f"t.{name}.5", name, 5)
                netns.link(f"t.{name}.5", set_flags=UP)
            send(Sniffer(netns, name), scene, 20)
        scene.rest(0, 0.25)
    finally:
        netns.close()


def uplink(scene):
    """A cable is plugged in and cut, from either end or with its namespace."""
    rng, serial = scene.rng, f"{os.getpid()}"
    netns = Netns()
    try:
        HOME.rtnl.add_veth(f"t-l{serial}", f"t-h{serial}", netns.descriptor)
        netns.link(f"t-h{serial}", set_flags=UP)
        HOME.link(f"t-l{serial}", master=scene.pick(scene.interfaces("pf")))
        HOME.link(f"t-l{serial}", set_flags=UP)
        for _ in range(rng.randrange(20)):
            send(Sniffer(netns, f"t-h{serial}"), scene, 20)
        if rng.random() < 0.3:
            HOME.link(f"t-l{serial}", master=None)
        elif rng.random() < 0.3:
            HOME.link(f"t-l{serial}", netns=netns.descriptor)
    finally:
        with contextlib.suppress(OSError):
            if rng.random() < 0.5:
                HOME.rtnl.delete(f"t-l{serial}")
        netns.close()
        # with its namespace it goes by itself, some time
        with contextlib.suppress(OSError):
            HOME.rtnl.delete(f"t-l{serial}")
