# SPDX-License-Identifier: GPL-2.0-only
"""Inputs to begin with, from the tests of the tool and the spec; and the words of the tool."""

import pathlib
import random
import re
import shlex
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
TESTING = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(TESTING / "e2e")]

# pylint: disable=wrong-import-position
from frame_gen import FrameMaker    # noqa: E402
from specnl import FORMATS, Spec    # noqa: E402
from netlink import attr, mac_bytes  # noqa: E402

# Commands that read, for the answers of the kernel.
COMMANDS = ("show", "-j show", "-jp show", "adapter show", "caps show", "switch show", "vf show", "-j vf show",
            "vport show", "filter show", "-j filter show", "queue show", "block list vf 0",
            "block read vf 0 block 0", "block wait dev nsw0v0 timeout 1", "stats show",
            "-j stats show", "failover show", "fault show", "monitor", "-j monitor", "reset",
            "-j switch create vfs 2", "vf allocate")
# As in PCIe r5.0, of a PF with VFs: what turns them on, resets them, sizes their memory.
SPECIAL = {"flr": (0, 0x8000), "vf flr": (1, 0x8000), "power": (2, 3), "vf power": (3, 3),
           "enable": (4, 9), "number": (5, 8), "bar": (6, 0xffffffff), "page size": (7, 0x553),
           "vectors": (8, 0xffff), "command": (9, 0xffff)}


def cli():
    """The rows that the tool is tested with."""
    for line in (TESTING / "cli/rows").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = [f"{'x' * int(word[1:])}" if re.fullmatch(r"@\d+", word) else word
                     for word in shlex.split(line.split("|")[1])]
            yield "\n".join(("usual", " ".join(words), ""))
    for line in (TESTING / "cli/outputs").read_text(encoding="utf-8").splitlines():
        if line.startswith("$ "):
            words = shlex.split(line[2:])
            kind = next((word[5:] for word in words if word.startswith("FAKE=")), "usual")
            yield "\n".join((kind, " ".join(words[words.index("nicswitch") + 1:]), ""))
    yield "usual\n-b -\nvf allocate # one\n\nfilter add vport 1 mac 02:00:00:00:00:01 vlan 5\nshow\n"
    yield "usual\n-j -b -\nshow\nmonitor\n"


def value(spec, name, entry, number):
    kind = entry["type"]
    if kind == "nest":
        inner = spec.sets[entry["nested-attributes"]]
        return [attr(one["value"], value(spec, key, one, number)) for key, one in inner.items()]
    if name == "mac":
        return mac_bytes("02:00:00:00:00:01")
    if kind in FORMATS:
        size = struct.calcsize(FORMATS[kind])
        return (number & (1 << 8 * size) - 1).to_bytes(size, sys.byteorder)
    return b"" if kind == "flag" else b"a name\0" if kind == "string" else bytes(range(8))


def reply():
    """What each operation answers, to commands that show it, and as events."""
    spec = Spec()
    nouns = {}
    for name, entry in spec.operations.items():
        nouns.setdefault(name.rpartition("-")[0], []).append(entry)
    for number in (0, 1, 0xffffffffffffffff):
        messages = {noun: [message(spec, entry, number) for entry in entries]
                    for noun, entries in nouns.items()}
        events = [message(spec, entry, number) for name, entry in spec.operations.items()
                  if name.endswith("-ntf")]
        every = [one for each in messages.values() for one in each]
        for command in COMMANDS:
            noun = next((word for word in command.split() if word in messages), None)
            if "monitor" in command or "wait" in command:
                found = events
            else:
                found = messages[noun] if noun else every
            yield b"".join([b"usual\n", command.encode(), b"\n", *found])[:4000]
    for event in events:
        # the last attribute is longer than the message, or shorter than its type
        for cut in (1, 3, 5):
            yield b"usual\nmonitor\n" + event[:2] + struct.pack("!H", len(event) - 4 - cut) + \
                event[4:-cut]
        body = attr(spec.sets["main"]["event"]["value"], 1) + \
            struct.pack("=HHB", 5, spec.sets["main"]["adapter-id"]["value"], 0)
        yield b"usual\nmonitor\n" + event[:2] + struct.pack("!H", len(body)) + body


def message(spec, entry, number):
    told = entry.get("event") or entry.get("do", {}).get("reply") or {}
    body = b"".join(attr(spec.sets["main"][name]["value"],
                         value(spec, name, spec.sets["main"][name], number))
                    for name in told.get("attributes", ()))
    return struct.pack("!BBH", entry["value"], number & 255, len(body)) + body


def cfgspace():
    rng = random.Random(1)
    for head in (b"\6\10\377", b"\0\10\377", b"\6\0\377", b"\6\20\5"):
        yield head
        for _ in range(4):
            steps = [operation(*SPECIAL[name]) for name in ("number", "enable", "flr", "vf flr")]
            steps += [operation(*SPECIAL[rng.choice(list(SPECIAL))], rng) for _ in range(20)]
            yield head + b"".join(steps)
    for _ in range(20):
        text = b"\1"
        for at in range(0, 40, 8):
            # each bit in one mask
            masks = [rng.getrandbits(32)]
            masks += [rng.getrandbits(32) & ~masks[0]]
            masks += [rng.getrandbits(32) & ~masks[0] & ~masks[1]]
            text += b"\3" + b"".join(struct.pack("!HIIII", at + number, 0, *masks)
                                     for number in (0, 4))
        yield text + b"".join(struct.pack("!BHI", 2 * rng.randrange(128), rng.randrange(100),
                                          rng.getrandbits(32)) for _ in range(60))


def operation(special, bits, rng=None):
    function = rng.choice((0, 0, 1, 2, 8)) if rng else 0
    kind = rng.choice((0, 1, 2, 2, 2)) if rng else 2
    data = struct.pack("!BBBI", function << 4 | kind << 2 | 2, 0x80, special, bits)
    return data[:-1] + bytes((data[-1] | (rng.randrange(4) if rng else 0),))


def frame():
    rng = random.Random(1)
    maker = FrameMaker(rng)
    for tags in range(1, 11):
        for last in (0, 5):
            yield bytes((rng.choice((14, 18, 255)), 0, 0, 0, 255, 0)) + bytes(12) + \
                b"\x81\0\xe0\0" * (tags - 1) + struct.pack("!HHH", 0x88a8, last, 0x800)
    for serial in range(200):
        data = maker.frame("02:00:00:00:00:01", "02:00:00:00:00:02", serial, 200)
        yield bytes((rng.choice((0, 12, 14, 16, 18, 255)), rng.randrange(8), 0, rng.randrange(4),
                     rng.choice((0, 1, 255)), 0)) + data
        # what the stack hands over: without Ethernet header
        yield bytes((rng.choice((0, 20, 255)), 0, 0, 0, 255, data[12:13] == b"\x86")) + data[14:]


MAKERS = {"cli": cli, "reply": reply, "cfgspace": cfgspace, "frame": frame}


def write_seeds(target, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(MAKERS[target]()):
        (folder / f"seed-{number}").write_bytes(data if isinstance(data, bytes) else data.encode())


def words():
    """A dictionary for libFuzzer: the words of the tool's rows."""
    found = {word for text in cli() for word in text.split() if len(word) < 40}
    found |= {f" {word} " for word in found if word.isalpha()}
    for one in sorted(found):
        yield '"' + "".join(c if c.isalnum() or c in " -_:.," else f"\\x{ord(c):02x}"
                            for c in one) + '"'
