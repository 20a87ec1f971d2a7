# SPDX-License-Identifier: GPL-2.0-only
"""Frames of every kind, and who may see them."""

import contextlib
import time

from checks import Failed, wait_for
from frame_gen import LINK_LOCAL, FrameMaker, headers, plain
from frame_ways import LARGE, WAYS, Ways
from frames import BROADCAST, MAGIC, format_tags
from lab import Lab
from random_model import GROUPS, NOBODY, UNICAST, Play, is_group

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
        data = self.maker.frame(dst, src, self.serial, 65536 if way in LARGE else 1518)
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
            way = self.rng.choice(("raw", "bypass") if counted else WAYS)
            done = self.send_one(ingress, way)
            if ingress:
                taken[ingress.number] = taken.get(ingress.number, 0) + done
            self.gather()
        if counted:
            self.count(before, taken)
        quiet = 0
        while quiet < 20:
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
