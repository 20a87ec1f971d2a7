#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Netlink messages that are wrong: an error, and nothing changes."""

import errno
import random
import struct

from checks import QUICK, check, check_equal
from ktap import main, quick
from lab import Lab
from netlink import NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, UAPI, Nicswitch, Refused, attr
from system import run

NOUNS = ("adapter", "switch", "vf", "vport", "filter")
BLOCK_VERBS = ("write", "take", "set", "del", "invalidate")
EXTREMES = (0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, 0x10000, 0xffff)
# what each request takes; the others are answered
REQUESTS = {
    "switch-new": ("num-vfs", "default-queue-pairs"),
    "vf-reset": ("vf-id",),
    "vf-del": ("vf-id",),
    "vport-new": ("vf-id", "queue-pairs", "moderation"),
    "vport-set": ("vport-id", "moderation", "vport-state"),
    "vport-del": ("vport-id",),
    "filter-new": ("vport-id", "vlan-mode"),
    "filter-move": ("filter-id", "source-vport-id", "vport-id"),
    "filter-del": ("filter-id",),
}


def number(name):
    return UAPI["NSW_A_" + name.upper().replace("-", "_")]


def command(name):
    return UAPI["NSW_CMD_" + name.upper().replace("-", "_")]


def objects(nl):
    return [nl.do(f"{noun}-get", dump=True) for noun in NOUNS]


def ask(nl, name, payload, flags=0):
    """Returns the errno, 0 for success."""
    try:
        nl.request(nl.family, struct.pack("=BBH", command(name), 1, 0) + payload, flags)
    except Refused as error:
        return error.errno
    return 0


def lab_with_objects():
    return Lab(vfs=2, wire=False)


def test_missing_attributes():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        for name in ("vf-reset", "vf-del", "vport-new", "vport-set", "vport-del", "filter-new",
                     "filter-move", "filter-del", "switch-set"):
            check_equal(errno.errorcode.get(ask(lab.nl, name, b"")), "EINVAL", name)
        for name in ("vf-get", "vport-get", "filter-get", "stats-get"):
            check_equal(errno.errorcode.get(ask(lab.nl, name, b"")), "EINVAL", name)
        check_equal(objects(lab.nl), before, "objects")


@quick
def test_ids_at_the_ends_of_their_range():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        for name, wanted in REQUESTS.items():
            for bad in wanted:
                for value in EXTREMES:
                    payload = b"".join(attr(number(one), value if one == bad else 1)
                                       for one in wanted)
                    if name == "filter-new":
                        payload += attr(number("mac"), bytes.fromhex("020000000009"))
                    check(ask(lab.nl, name, payload), f"{name} with {bad} {value:#x}")
        for name, key in (("vf-get", "vf-id"), ("vport-get", "vport-id"),
                          ("filter-get", "filter-id"), ("stats-get", "vport-id"),
                          ("adapter-get", "adapter-id"), ("caps-get", "adapter-id")):
            for value in EXTREMES:
                check(ask(lab.nl, name, attr(number(key), value)), f"{name} {value:#x}")
        for name in REQUESTS:
            for value in EXTREMES:
                check_equal(ask(lab.nl, name, attr(number("adapter-id"), value)), errno.ENODEV,
                            f"{name} of adapter {value:#x}")
        for value in EXTREMES:
            for noun in ("switch", "vf", "vport", "filter", "stats"):
                check(ask(lab.nl, f"{noun}-get", attr(number("adapter-id"), value), NLM_F_DUMP),
                      f"dump of {noun}s of adapter {value:#x}")
        check_equal(objects(lab.nl), before, "objects")


def test_dump_of_filters_of_no_vport():
    with lab_with_objects() as lab:
        check_equal(lab.nl.do("filter-get", dump=True, vport_id=0), [], "filters of VPort 0")
        for value in (99,) + EXTREMES:
            check_equal(ask(lab.nl, "filter-get", attr(number("vport-id"), value), NLM_F_DUMP),
                        errno.ENOENT, f"filters of VPort {value}")


def test_wrong_lengths():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        for name, wanted in REQUESTS.items():
            for bad in wanted:
                for size in (0, 1, 2, 3, 5, 8, 64, 4096, 65000):
                    payload = b"".join(attr(number(one), bytes(size) if one == bad else 1)
                                       for one in wanted)
                    payload += attr(number("mac"), bytes.fromhex("020000000009"))
                    # longer than needed is what the kernel takes from old programs, but not here
                    check(ask(lab.nl, name, payload), f"{name} with {bad} of {size} bytes")
        for size in (0, 1, 5, 7, 8, 100):
            payload = attr(number("vport-id"), 1) + attr(number("mac"), b"\2" * size)
            check(ask(lab.nl, "filter-new", payload), f"address of {size} bytes")
            check(ask(lab.nl, "vf-new", attr(number("mac"), b"\2" * size)), f"{size} bytes")
        payload = attr(number("vport-id"), 1) + attr(number("mac"), bytes.fromhex("020000000009"))
        for size in (0, 1, 3, 4):
            check(ask(lab.nl, "filter-new", payload + attr(number("vlan-id"), bytes(size))),
                  f"VLAN id of {size} bytes")
        check_equal(objects(lab.nl), before, "objects")


def test_names_that_are_too_long_or_not_terminated():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        for size in (258, 300, 5000, 60000):
            for name, kind, more in (("vf-new", "vf-name", b""),
                                     ("switch-set", "switch-name", b""),
                                     ("vport-new", "vport-name", attr(number("pf"), b"")),
                                     ("vport-set", "vport-name", attr(number("vport-id"), 1))):
                payload = more + attr(number(kind), b"x" * size)
                check(ask(lab.nl, name, payload), f"{name} with {size} bytes")
        check_equal(objects(lab.nl), before, "objects")
        check_equal(ask(lab.nl, "vport-set", attr(number("vport-id"), 1) +
                        attr(number("vport-name"), b"x" * 256 + b"\0")), 0, "a name of 256")
        check_equal(lab.nl.do("vport-get", vport_id=1)["vport-name"], "x" * 256, "name")


def test_unknown_and_misplaced_attributes():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        for kind in (len(before) + 200, 1000, 0x3fff):
            check_equal(errno.errorcode.get(ask(lab.nl, "vf-new", attr(kind, 1))), "EINVAL",
                        f"attribute {kind}")
        # those of other requests
        check(ask(lab.nl, "vf-new", attr(number("filter-id"), 1)), "vf-new with a filter id")
        check(ask(lab.nl, "vport-del", attr(number("vport-id"), 1) + attr(number("vf-id"), 0)),
              "vport-del with a VF id")
        check(ask(lab.nl, "vport-new", attr(number("pf"), b"") + attr(number("vf-id"), 1)),
              "vport-new for both")
        check(ask(lab.nl, "vport-new", attr(number("pf"), 1)), "flag with a value")
        check_equal(objects(lab.nl), before, "objects")


def test_unknown_commands():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        known = {number for name, number in UAPI.items()
                 if name.startswith("NSW_CMD_") and not name.endswith("_NTF")}
        for name in range(256):
            if name in known:
                continue
            try:
                lab.nl.request(lab.nl.family, struct.pack("=BBH", name, 1, 0))
                check(False, f"command {name} was taken")
            except Refused as error:
                check_equal(error.errno, errno.EOPNOTSUPP, f"command {name}")
        check_equal(objects(lab.nl), before, "objects")


def test_truncated_messages():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        whole = struct.pack("=BBH", command("filter-new"), 1, 0) + \
            attr(number("vport-id"), 1) + attr(number("mac"), bytes.fromhex("020000000009"))
        for size in range(len(whole) - 2):     # the padding may be missing
            nl = Nicswitch()
            try:
                nl.request(nl.family, whole[:size])
                check(False, f"{size} bytes of {len(whole)} were taken")
            except Refused:
                pass
            nl.close()
        # lengths that lie
        for lie in (0, 1, 15, 17, 19, 1000, 0xffffffff):
            nl = Nicswitch()
            nl.sock.settimeout(0.01)
            nl.send(nl.family, NLM_F_REQUEST | NLM_F_ACK, whole, lie)
            try:
                nl.sock.recv(65536)
            except TimeoutError:
                pass
            nl.close()
        for lie in (0, 1, 3, 5, 200, 0xffff):
            broken = bytearray(whole)
            broken[4:6] = struct.pack("=H", lie)
            check(ask(lab.nl, "filter-new", bytes(broken[4:])), f"attribute length {lie}")
        check_equal(objects(lab.nl), before, "objects")


def test_large_messages():
    with lab_with_objects() as lab:
        before = objects(lab.nl)
        many = b"".join(attr(number("vport-id"), 4000000000 + value) for value in range(5000))
        check(ask(lab.nl, "vport-del", many), "5000 ids")
        check(ask(lab.nl, "vf-new", attr(number("mac"), bytes(60000))), "60000 bytes")
        check_equal(objects(lab.nl), before, "objects")


@quick
def test_random_messages():
    """Mostly refused; what is accepted leaves a state that can be shown and removed."""
    seed = random.randrange(1 << 32)
    print(f"# seed {seed}")
    rng = random.Random(seed)
    kinds = [value for name, value in UAPI.items() if name.startswith("NSW_A_")]
    values = (0, 1, 2, 3, 5, 4095, 4096) + EXTREMES
    with lab_with_objects() as lab:
        taken = 0
        for _ in range(2000 if QUICK else 10000):
            payload = b""
            for _ in range(rng.randrange(6)):
                kind = rng.choice(kinds) | rng.choice((0, 0, 0, 0x8000, 0x4000))
                data = rng.choice((struct.pack("=I", rng.choice(values)), rng.randbytes(6), b"",
                                   struct.pack("=H", rng.randrange(65536)),
                                   rng.randbytes(rng.randrange(40))))
                payload += attr(kind, data)
            if rng.random() < 0.1:
                payload = payload[:rng.randrange(len(payload) + 1)]
            name = rng.choice(list(REQUESTS) + ["vf-new", "switch-set", "switch-del"] +
                              [f"block-{verb}" for verb in BLOCK_VERBS] +
                              [f"{noun}-get" for noun in NOUNS + ("stats", "caps", "block")])
            flags = rng.choice((0, 0, 0, NLM_F_DUMP)) if name.endswith("-get") else 0
            taken += not ask(lab.nl, name, payload, flags)
        print(f"# {taken} accepted")
        objects(lab.nl)
        run("nicswitch show")
        run("nicswitch reset")


if __name__ == "__main__":
    main()
