# SPDX-License-Identifier: GPL-2.0-only
"""Requests that make sense, out of the spec and of what there is at the moment.

A request is a command and a list of [attribute number, value]; a value is bytes, or a
list for a nest. Which attributes a command wants is learned from the requests that the module
has accepted.
"""

import struct

from netlink import UAPI, Refused

ENDS = (0, 1, 2, 3, 4, 5, 7, 8, 16, 63, 64, 127, 128, 129, 255, 256, 257, 1023, 1024, 4094, 4095,
        4096, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff)
SIZES = {"u8": "=B", "u16": "=H", "u32": "=I", "u64": "=Q"}
NOUNS = ("adapter", "switch", "vf", "vport", "filter", "queue", "fault")
ADAPTERS = 4    # as many as there may be; the first one stays
# How often a command is asked for. The others have 100; those which the kernel takes long for, less.
WEIGHTS = {"adapter-new": 0.3, "adapter-del": 0.3, "switch-new": 4, "switch-del": 4, "vf-reset": 3,
           "vf-power": 20, "fault-new": 20, "vf-config-write": 40, "queue-new": 100,
           "queue-del": 50, "filter-new": 150, "filter-del": 80, "vport-del": 70, "vf-del": 50}
# Reset and recovery of a function take a tenth of a second each.
FAULTS = (1, 2, 3, 3, 4, 4, 5, 5, 6, 6) * 10 + (7, 8)
WANTS = dict.fromkeys((1, 2, 3), ("fault-errno", "fault-delay", "fault-count"))
WANTS.update(dict.fromkeys((4, 5), ("fault-count", "fault-every")))
WANTS.update({6: ("fault-delay",), 7: ("vf-id",), 8: ("vf-id",)})
CHANGEABLE = ("flags", "max-vfs", "max-vports", "max-queue-pairs", "max-queue-pairs-per-vport",
              "max-queue-pairs-default-vport", "max-mac-addresses", "max-filters", "num-queues")
WORDS = ("", "x", "a name", "\u00e4\u20ac", "%s%n", "x" * 255, "../..", "\n", "\1\2\3")
LISTS = ("", "0", "0-0", "0-3", "0-3,8", "1", "4096", "3-1", "0,,1", "-", "0-", "a", "0-63:1/2")


class World:
    """What there is, as far as one who asks may know; it may be out of date."""

    def __init__(self, client):
        self.client = client
        self.found = {}
        self.caps = {}

    def look(self):
        """Asks for everything."""
        self.found = {noun: {} for noun in NOUNS}
        for noun in NOUNS:
            try:
                dump = self.client.ask(f"{noun}-get", {}, dump=True)
            except Refused:
                dump = []
            for one in dump:
                self.found[noun].setdefault(one["adapter-id"], []).append(one)
        for number in self.found["adapter"]:
            if number not in self.caps:
                try:
                    self.caps[number] = self.client.ask("caps-get", {"adapter-id": number})
                except Refused:
                    pass

    def of(self, noun, adapter):
        return self.found.get(noun, {}).get(adapter, ())

    def ids(self, noun, adapter):
        return [one[f"{noun}-id"] for one in self.of(noun, adapter)]


class Grammar:
    """Makes requests."""

    def __init__(self, spec, world, rng):
        self.spec, self.world, self.rng = spec, world, rng
        # notifications and "unspec" are no requests
        self.operations = {name: entry for name, entry in spec.operations.items()
                           if "do" in entry}
        self.wants = {name: entry["do"]["request"]["attributes"]
                      for name, entry in self.operations.items()}
        self.names = list(self.operations)
        self.weights = [WEIGHTS.get(name, 100) for name in self.names]
        self.learned = {name: [] for name in self.names}
        self.macs = [bytes((2, 0, 0, 0, 0xaa, number)) for number in range(48)]
        self.macs += [bytes((1, 0, 0x5e, 0, 0, number)) for number in range(16)]

    def command(self):
        return self.rng.choices(self.names, self.weights)[0]

    def request(self, command=None):
        """Returns (command, attributes) of something that could be right."""
        rng = self.rng
        command = command or self.command()
        learned = self.learned[command]
        wants = self.wants[command]
        if command == "fault-new" and rng.random() < 0.7:
            return self.fault()
        if learned and rng.random() < 0.7:
            names = list(rng.choice(learned))
            if rng.random() < 0.3:
                names = set(names) ^ {rng.choice(wants)}
        else:
            often = rng.choice((0.3, 0.5, 0.9))
            names = [name for name in wants
                     if rng.random() < (0.9 if name.endswith("-id") else often)]
        if "owned" in names and rng.random() < 0.8:
            names.remove("owned")
        # sets of strings have another order in each process
        names = sorted(names)
        context = self.context(command)
        return command, [[self.spec.sets["main"][name]["value"], self.value(name, context)]
                         for name in names], names

    def fault(self):
        """A fault, with what its kind wants."""
        rng, context = self.rng, self.context("vport-")
        kind = rng.choice(FAULTS)
        names = {"adapter-id", "fault-kind"} | {name for name in WANTS[kind] if rng.random() < 0.7}
        if kind in (4, 5, 6):
            names.add("vport-id")
        context["fault-kind"] = kind
        names = sorted(names)
        return "fault-new", [[self.spec.sets["main"][name]["value"], self.value(name, context)]
                             for name in names], names

    def learn(self, command, names):
        """These attributes have been accepted."""
        learned = self.learned[command]
        if names not in learned:
            if len(learned) < 40:
                learned.append(names)
            else:
                learned[self.rng.randrange(40)] = names

    def adapter(self, command):
        """One that can do it: VM queues on those with odd numbers, switches on the others."""
        adapters = list(self.world.found.get("adapter", ())) or [0]
        if self.rng.random() < 0.1:
            return self.rng.choice(adapters)
        if command == "adapter-del":
            return adapters[-1]
        odd = command.startswith("queue-") or command == "caps-set"
        able = [number for number in adapters if number % 2 == odd]
        if command.partition("-")[0] in ("vf", "vport", "filter", "block"):
            able = [number for number in able if self.world.of("switch", number)] or able
        return self.rng.choice(able or adapters)

    def context(self, command):
        """Objects that belong together."""
        rng, world = self.rng, self.world
        adapter = self.adapter(command)
        context = {"adapter-id": adapter}
        for noun in NOUNS[2:]:
            found = world.of(noun, adapter)
            if found:
                one = rng.choice(found)
                context[f"{noun}-id"] = one[f"{noun}-id"]
                if noun == "filter" and "vport-id" in one:
                    context["source-vport-id"] = one["vport-id"]
                    if rng.random() < 0.3:
                        context["vport-id"] = one["vport-id"]
                elif noun == "vf" and "ifindex" in one:
                    context["ifindex"] = one["ifindex"]
        return context

    def value(self, name, context):
        """A value of an attribute, mostly a good one."""
        rng, entry = self.rng, self.spec.sets["main"][name]
        kind = entry["type"]
        if kind == "flag":
            return b""
        if kind == "nest":
            return self.caps(context)
        if kind == "string":
            word = rng.choice(LISTS if name == "affinity" else WORDS)
            return word.encode() + b"\0"
        if kind == "binary":
            return self.binary(name, context)
        number = self.number(name, context, entry)
        if kind == "uint":
            kind = "u32"
        style = SIZES[kind]
        if entry.get("byte-order") == "big-endian":
            style = style.replace("=", ">")
        return struct.pack(style, number & ((1 << 8 * struct.calcsize(style)) - 1))

    def number(self, name, context, entry):
        rng = self.rng
        if rng.random() < 0.05:
            return rng.choice(ENDS)
        if name in context:
            return context[name]
        if name in TABLE:
            return rng.choice(TABLE[name])
        if "enum" in entry:
            enum = self.spec.enums[entry["enum"]]
            if entry.get("enum-as-flags"):
                return rng.randrange(1 << len(enum["entries"]))
            return enum["entries"][0].get("value", 0) + rng.randrange(len(enum["entries"])) \
                if isinstance(enum["entries"][0], dict) else rng.randrange(len(enum["entries"]))
        if name.endswith("-id"):
            return rng.randrange(9)
        if entry["type"] == "u8":
            return rng.randrange(2)
        return rng.choice(ENDS)

    def binary(self, name, context):
        rng = self.rng
        if name == "mac":
            return rng.choice(self.macs) if rng.random() < 0.98 else rng.choice(
                (bytes(6), b"\xff" * 6, rng.randbytes(6)))
        if name == "queue-ids":
            ids = self.world.ids("queue", context["adapter-id"]) or [1]
            return b"".join(struct.pack("=I", rng.choice(ids + [rng.choice(ENDS)]))
                            for _ in range(rng.randrange(1, 6)))
        return rng.randbytes(rng.choice((1, 2, 4, 4, 16, 100, 128, 129, 256)))

    def caps(self, context):
        """A nest of limits that are within what the hardware has, if somebody has asked."""
        rng, names = self.rng, self.spec.sets["caps"]
        known = self.world.caps.get(context["adapter-id"], {}).get("hardware-caps", {})
        nest = []
        for name in rng.sample(CHANGEABLE, rng.choice((1, 1, 2, 4))):
            most = known.get(name, rng.choice(ENDS))
            value = rng.choice((most, most, most // 2, max(most - 1, 0), rng.choice(ENDS)))
            nest.append([names[name]["value"], struct.pack("=I", value)])
        return nest

    def teardown(self, adapter):
        """Everything of an adapter goes, in an order in which it can."""
        for noun in ("fault", "filter", "vport", "vf", "queue", "switch"):
            for one in self.world.of(noun, adapter):
                values = {"adapter-id": adapter, f"{noun}-id": one.get(f"{noun}-id", 0)}
                command = f"{noun}-del"
                yield command, self.attributes(values), sorted(values)

    def attributes(self, values):
        found = []
        for name, number in values.items():
            entry = self.spec.sets["main"][name]
            found.append([entry["value"], struct.pack(SIZES[entry["type"]], number)])
        return found


TABLE = {
    "switch-id": (0,),
    "num-vfs": (0, 1, 2, 4, 8),
    "default-queue-pairs": (1, 1, 2, 4),
    "queue-pairs": (1, 1, 1, 2, 4),
    "total-vfs": (0, 1, 4, 8),
    "num-vports": (4, 16, 32),
    "max-queue-pairs": (16, 32, 64),
    "max-mac-addresses": (8, 64),
    "port-vlan": (0, 1, 5, 4094),
    "port-vlan-proto": (0x8100, 0x8100, 0x88a8),
    "port-vlan-qos": range(8),
    "vlan-id": (1, 2, 5, 4094),
    "min-tx-rate": (0, 0, 10, 1000),
    "max-tx-rate": (0, 1000, 10000, 100000),
    "block-id": tuple(range(8)) + (63, 64, 70),
    "block-length": (128, 128, 4),
    "block-mask": (1, 4, 0xff, 1 << 63),
    "config-offset": tuple(range(0, 256, 4)) + (0x100, 0x140, 0x180, 0x200, 0xffc),
    "config-length": (1, 2, 4, 4, 64, 256),
    "bar-index": range(6),
    "fault-kind": FAULTS,
    "fault-errno": (0, 1, 5, 12, 16, 22, 28),
    "fault-delay": (0, 0, 0, 1),
    "fault-count": (1, 1, 2, 5, 0),
    "fault-every": (1, 2, 100),
    "vendor-id": (0x1234,), "device-id": (0x4e53,), "vf-device-id": (0x4e54,),
    "receive-buffers": (0, 64, 1024),
    "pci-bus": (0, 1, 64, 128, 255),
    "pci-domain": (0, 1),
}


def known_commands():
    """Number -> name."""
    return {number: name[8:].lower().replace("_", "-") for name, number in UAPI.items()
            if name.startswith("NSW_CMD_")}
