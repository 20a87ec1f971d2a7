# SPDX-License-Identifier: GPL-2.0-only
"""Frames of every kind, and who may see them."""

import contextlib
import os
import time

import bpf
from checks import PATIENCE, Failed, check, wait_for
from frame_gen import LINK_LOCAL, FrameMaker, headers, plain
from frame_ways import Ways, close, run_live, verdicts
from frames import BROADCAST, MAGIC, format_tags
from lab import Lab
from netlink import UP, Nicswitch
from random_model import GROUPS, NOBODY, UNICAST, Play, is_group
from system import HOME, run, write

BURST = 48
# Counted on the VPort that sends.
SENDER = {"malformed", "no_vport", "inactive", "no_carrier", "power", "no_filter", "spoof",
          "port_vlan", "hairpin", "no_match", "control", "rate", "no_memory"}


class Isolation(Play):
    """Random configurations, and frames that must reach nobody but those whom the model names.

    Frames may be lost, as rings are short and the stack refuses many.
    """

    def __init__(self, lab, rng):
        super().__init__(lab, rng)
        self.maker = FrameMaker(rng)
        self.open, self.allowed, self.told = {}, {}, {}
        self.serial = self.sent = self.taken = self.arrived = 0
        self.problems = []

    def ways(self, port):
        if port not in self.open:
            self.open[port] = Ways(port)
        return self.open[port]

    def close(self):
        for one in self.open.values():
            one.close()

    def senders(self):
        ports = [one for one in self.model.vports.values() if one.port and one.active and one.up]
        return ports + [None] * self.model.wire

    def send_one(self, ingress, way):
        """Whether the stack took it."""
        rng, model = self.rng, self.model
        macs = UNICAST + [one.port.mac for one in model.vports.values() if one.port]
        dst = rng.choice(macs * 2 + GROUPS * 2 + [BROADCAST, NOBODY, "01:80:c2:00:00:03"])
        mine = [one.mac for one in model.filters.values()
                if ingress and one.vport is ingress and not is_group(one.mac)]
        src = rng.choice(mine) if mine and rng.random() < 0.8 else rng.choice(macs + [NOBODY])
        self.serial += 1
        data = self.maker.frame(dst, src, self.serial, 65536 if way in ("virtio", "ring") else 1518)
        port = ingress.port if ingress else self.lab["wire"]
        self.allowed[self.serial] = self.who(ingress, data) + \
            (way, f"{port.name} {way} {len(data)} bytes {data[:34].hex()}")
        self.sent += 1
        taken = self.ways(port).send(way, data, self.maker.virtio(data))
        self.taken += taken
        return taken

    def who(self, ingress, data):
        """(texts of those who may have it, whether it stays on the link)."""
        found = headers(data)
        if not found:
            return set(), False
        dst, src, tags = found
        wanted = self.model.deliveries(ingress.number if ingress else None, dst, src, plain(tags))
        return {f"{port}:{format_tags(plain(tags))}".rstrip(":") for port, tags in wanted.items()}, \
            data[:5] == LINK_LOCAL

    def gather(self):
        """What has arrived; whether there was anything."""
        busy = False
        for port in self.lab.ports.values():
            for data, tags, _ in port.sniffer.receive():
                busy = True
                at = data.find(MAGIC, 12)
                if at < 0 or at + 13 > len(data):
                    continue
                inner = headers(data)
                serial = int.from_bytes(data[at + 9:at + 13], "big")
                self.judge(port.name, serial, plain(tags + (inner[2] if inner else ())))
        return busy

    def judge(self, name, serial, tags):
        text = f"{name}:{format_tags(tags)}".rstrip(":")
        if serial not in self.allowed:
            self.problems.append(f"{text}: came late: {self.told.get(serial)}")
            return
        allowed, link, way, what = self.allowed[serial]
        self.arrived += 1
        if text in allowed:
            if way != "virtio":
                # others are cut into pieces, which may all have the number
                allowed.remove(text)
        elif not (link and name == "pf"):
            self.problems.append(f"{what} came to {text}, not to {' '.join(sorted(allowed))}")

    def counts(self):
        """VPort -> frames that it has sent, dropped ones too."""
        return {one.number: self.sum(self.lab.nl.do("stats-get", vport_id=one.number)["stats"])
                for one in self.model.vports.values()}

    @staticmethod
    def sum(stats):
        return stats["tx_packets"] + sum(count for reason, count in stats["drops"].items()
                                         if reason in SENDER)

    def round(self):
        for _ in range(self.rng.choice((1, 1, 2, 4))):
            self.configure()
        for one in list(self.open):
            if one not in self.lab.ports.values():
                self.open.pop(one).close()
        for one in self.senders():
            port = one.port if one else self.lab["wire"]
            wait_for(lambda port=port: not port.deaf(), f"the stack sends on {port.name}")
        counted = self.rng.random() < 0.4
        before, taken = self.counts(), {}
        for _ in range(BURST):
            ingress = self.rng.choice(self.senders())
            way = self.rng.choice(("raw", "bypass") if counted else
                                  ("raw", "bypass", "virtio", "virtio", "ring"))
            done = self.send_one(ingress, way)
            if ingress:
                taken[ingress.number] = taken.get(ingress.number, 0) + done
            self.gather()
        if counted:
            self.count(before, taken)
        quiet = 0
        while quiet < 3:
            quiet = 0 if self.gather() else quiet + 1
            time.sleep(0.001)
        self.told.update((serial, one[3]) for serial, one in self.allowed.items())
        self.allowed.clear()

    def count(self, before, taken):
        """Each frame that the stack took was sent, or dropped for a reason."""
        def missing():
            now = self.counts()
            return [f"{number}: {now[number] - before[number]} of {count}"
                    for number, count in taken.items() if now[number] - before[number] < count]
        with contextlib.suppress(Failed):
            wait_for(lambda: not missing(), "counters")
        self.problems += [f"VPort {one} frames were counted" for one in missing()]


def isolation(rng, frames):
    """Returns (what to say, problems)."""
    with Lab(vfs=4) as lab:
        game = Isolation(lab, rng)
        try:
            while game.sent < frames and not game.problems:
                game.round()
        finally:
            game.close()
            # what still comes is not the lab's
            for port in lab.ports.values():
                port.sniffer.close()
                port.sniffer = type(port.sniffer)(port.netns, port.ifname)
        lines = game.log[-25:] if game.problems else []
        return [f"{game.sent} frames, {game.taken} taken by the stack, {game.arrived} arrivals"] + \
            lines, game.problems


class Rough:
    """Clones, programs, packet generators: nothing that could be foretold."""

    def __init__(self, lab, rng):
        self.lab, self.rng, self.maker = lab, rng, FrameMaker(rng)
        self.undo = contextlib.ExitStack()
        self.serial = self.sent = self.live = self.generated = 0
        lab.add_pf_vport()
        lab.vf(1, vlan=10)
        lab.vf(2, vlan=20, proto=0x88a8, qos=3)
        lab.vf(0, spoofchk=0)
        lab.nl.do("vf-set", vf_id=3, max_tx_rate=100)
        self.ports = [port for name, port in lab.ports.items() if name != "wire"]
        self.ways = {port: Ways(port) for port in lab.ports.values()}
        for one in self.ways.values():
            self.undo.callback(one.close)
        self.index = {port: bpf.index(port) for port in self.ports}
        self.programs = verdicts(list(self.index.values()))
        self.undo.callback(close, self.programs)

    def mirror(self):
        """What goes out of one interface goes out of another too: shared skbs.

        Not what comes in, which would never end.
        """
        names = [port.ifname for port in self.ports]
        for name, where, other, how in ((names[1], "egress", names[2], "mirror"),
                                        (names[2], "egress", names[3], "mirror"),
                                        (names[3], "ingress", "t-lan", "mirror"),
                                        (names[4], "ingress", "t-lan", "redirect")):
            run(f"tc qdisc add dev {name} clsact")
            run(f"tc filter add dev {name} {where} matchall action mirred egress {how} dev {other}")
            self.undo.callback(run, f"tc qdisc del dev {name} clsact", ok=False)

    def burst(self):
        macs = [port.mac for port in self.lab.ports.values()] + [BROADCAST, NOBODY] + GROUPS
        for _ in range(BURST):
            port = self.rng.choice(list(self.ways))
            way = self.rng.choice(("raw", "bypass", "virtio", "virtio", "ring"))
            self.serial += 1
            data = self.maker.frame(self.rng.choice(macs), self.rng.choice(macs + [port.mac] * 9),
                                    self.serial, 65536 if way in ("virtio", "ring") else 9018)
            self.sent += self.ways[port].send(way, data, self.maker.virtio(data))

    def attach(self):
        """A program sees all frames of an interface for a while, in the driver or in the stack."""
        port = self.rng.choice(self.ports)
        # XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE
        with contextlib.suppress(OSError):
            link = bpf.bpf(bpf.LINK_CREATE, bpf.struct.pack(
                "=IIII", self.rng.choice(self.programs), self.index[port], bpf.ATTACH_XDP,
                self.rng.choice((4, 4, 2))))
            try:
                self.burst()
                self.run()
            finally:
                os.close(link)

    def run(self):
        """Frames that a program makes of nothing."""
        macs = [port.mac for port in self.ports] + [BROADCAST]
        self.serial += 1
        data = self.maker.frame(self.rng.choice(macs), self.rng.choice(macs), self.serial, 1514)
        repeat = self.rng.choice((1, 2, 64, 200))
        with contextlib.suppress(OSError):
            run_live(self.rng.choice(self.programs), self.index[self.rng.choice(self.ports)],
                     data, repeat)
            self.live += repeat

    def generate(self):
        """Frames that are sent many times over, as one skb."""
        thread, port = "/proc/net/pktgen/kpktgend_0", self.rng.choice(self.ports)
        if not os.path.exists(thread):
            return
        port.up()
        write(thread, "rem_device_all")
        write(thread, f"add_device {port.ifname}")
        clones = self.rng.choice((0, 10, 200))
        for line in (f"clone_skb {clones}", "count 300", f"pkt_size {self.rng.choice((60, 1514))}",
                     f"dst_mac {self.rng.choice(self.ports).mac}", f"src_mac {port.mac}",
                     f"frags {self.rng.choice((0, 3))}", "delay 0",
                     f"vlan_id {self.rng.choice((5, 10, 0xffff))}"):
            with contextlib.suppress(OSError):
                write(f"/proc/net/pktgen/{port.ifname}", line)
        # without carrier, for one
        with contextlib.suppress(OSError):
            write("/proc/net/pktgen/pgctrl", "start\n")
            self.generated += 300
        write(thread, "rem_device_all")

    def change(self):
        """An interface goes down and up, or takes larger frames."""
        port = self.rng.choice(self.ports)
        with contextlib.suppress(OSError):
            if self.rng.random() < 0.5:
                port.link(mtu=self.rng.choice((68, 1500, 9000)))
            else:
                port.down()
                self.burst()
        port.up()

    def drain(self):
        for port in self.lab.ports.values():
            for _ in port.sniffer.receive():
                pass

    def play(self, frames):
        self.mirror()
        while self.sent < frames:
            self.rng.choice((self.burst, self.burst, self.attach, self.attach, self.run,
                             self.generate, self.change))()
            self.drain()

    def end(self):
        """Everything is as a lab is made."""
        self.undo.close()
        for number in (1, 2):
            self.lab.vf(number, vlan=0)
        self.lab.vf(0, spoofchk=1)
        self.lab.nl.do("vf-set", vf_id=3, max_tx_rate=0)
        for port in self.ports:
            port.link(mtu=1500)
            port.up()


def settle(lab):
    """Until no frame moves."""
    def quiet():
        before = lab.counters()
        seen = {}
        lab.settle(seen)
        return lab.counters() == before
    wait_for(quiet, "frames to come to rest", 3 * PATIENCE)
    lab.drops_before = lab.drops()


def rough(rng, frames):
    """Returns (what to say, problems)."""
    with Lab(vfs=4, netns=False) as lab:
        game = Rough(lab, rng)
        try:
            game.play(frames)
        finally:
            game.end()
        settle(lab)
        for source, target in (("v0", "v1"), ("v1", "v2"), ("v2", "v3"), ("v3", "v0"),
                               ("pf", "v2"), ("wire", "v3")):
            lab.sees(source, target, dst=target)
        lab.sees("v2", "wire", dst="wire")
        return [f"{game.sent} frames, {game.live} of programs, {game.generated} of the generator"], []


def queues(rng, frames):
    """VM queues, which have no switch below them."""
    nl, maker = Nicswitch(), FrameMaker(rng)
    number = nl.do("adapter-new", total_vfs=0)["adapter-id"]
    ids = [nl.do("queue-new", adapter_id=number, queue_name=f"q{one}")["queue-id"] for one in (1, 2)]
    nl.do("queue-complete", adapter_id=number, queue_ids=ids)
    macs = [f"02:00:00:00:bb:{one:02x}" for one in ids]
    for queue, mac in zip(ids, macs):
        nl.do("filter-new", adapter_id=number, queue_id=queue, mac=mac)
    names = [nl.do("adapter-get", adapter_id=number)["ifname"]]
    names += [nl.do("queue-get", adapter_id=number, queue_id=one)["ifname"] for one in ids]
    ways = []
    for name in names:
        HOME.link(name, set_flags=UP)
        ways.append(Ways(Interface(name)))
    sent = 0
    for serial in range(frames):
        way = rng.choice(("raw", "bypass", "virtio", "ring"))
        data = maker.frame(rng.choice(macs + [BROADCAST]), rng.choice(macs), serial,
                           65536 if way in ("virtio", "ring") else 1518)
        sent += rng.choice(ways).send(way, data, maker.virtio(data))
    for one in ways:
        one.close()
    nl.do("adapter-del", adapter_id=number)
    nl.close()
    check(sent, "the stack took no frame")
    return [f"{sent} frames"], []


class Interface:
    """One of this namespace."""

    def __init__(self, name):
        self.ifname, self.netns = name, HOME
