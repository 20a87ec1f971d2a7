# SPDX-License-Identifier: GPL-2.0-only
"""Actors that ask for what is not needed every day: offers, faults, VM queues, objects with owners."""

import contextlib
import errno
import struct

from actors import VFS
from frames import Sniffer
from netlink import NLM_F_DUMP, NLM_F_REQUEST, UAPI, UP, Nicswitch
from streams import send
from system import HOME


def offer(scene):
    """VFs are offered to those behind them, and taken away."""
    nl, rng = scene.family(), scene.rng
    number = scene.adapter(nl)
    nl.do(rng.choice(("vf-offer", "vf-revoke")), adapter_id=number, vf_id=rng.randrange(VFS))


def fault(scene):
    """What no NIC does when asked: requests and links that fail, lost frames, errors, resets."""
    nl, rng = scene.family(), scene.rng
    number = scene.adapter(nl)
    found = nl.do("fault-get", dump=True, adapter_id=number)
    if found and rng.random() < 0.4:
        nl.do("fault-del", adapter_id=number, fault_id=scene.pick(found)["fault-id"])
        return
    late = {"fault_delay": rng.randrange(1, 200)}
    vf, vport = {"vf_id": rng.randrange(VFS)}, {"vport_id": rng.randrange(2 * VFS)}
    kind, values = rng.choice((
        ("NUMVFS", late), ("MAILBOX", {**late, **vf}), ("VPORT", late),
        ("NUMVFS", {"fault_errno": errno.EBUSY}), ("MAILBOX", {"fault_errno": errno.EBUSY}),
        ("VPORT", {"fault_errno": errno.EBUSY, "fault_count": 3}),
        ("DROP", {**vport, "fault_every": rng.randrange(1, 9), "fault_count": 100}),
        ("CORRUPT", {**vport, "fault_every": rng.randrange(1, 9), "fault_count": 0}),
        ("LINK", {**vport, **late}), ("LINK", vport),
        ("RESET", {}), ("RESET", vf), ("AER", {}), ("AER", vf)))
    nl.do("fault-new", adapter_id=number, fault_kind=UAPI[f"NSW_FAULT_KIND_{kind}"], **values)


def vmq(scene):
    """VM queues, on an adapter that has no NIC switch or shall soon have none any more."""
    nl, rng = scene.family(), scene.rng
    number = scene.adapter(nl)
    with contextlib.suppress(OSError):
        number = nl.do("adapter-new", total_vfs=VFS)["adapter-id"]
    for command, values in (("switch-del", {}), ("queue-new", {"owned": True}), ("queue-new", {})):
        with contextlib.suppress(OSError):
            nl.do(command, adapter_id=number, **values)
    queue = scene.pick(one["queue-id"] for one in nl.do("queue-get", dump=True, adapter_id=number)
                       if one["queue-id"])
    name = f"nsw{number}q{queue}"
    for command, values in (
            ("filter-new", {"queue_id": queue, "mac": scene.mac()}),
            ("queue-complete", {"queue_ids": [queue]}),
            ("queue-set", {"queue_id": queue, "receive_buffers": rng.randrange(1, 256)})):
        with contextlib.suppress(OSError):
            nl.do(command, adapter_id=number, **values)
    HOME.link(name, set_flags=UP)
    send(Sniffer(HOME, name), scene, 50)
    for one in nl.do("filter-get", dump=True, adapter_id=number, queue_id=queue):
        nl.do("filter-del", adapter_id=number, filter_id=one["filter-id"])
    if rng.random() < 0.8:
        nl.do("queue-del", adapter_id=number, queue_id=queue)


def client(scene):
    """Programs come, listen, own things, ask for dumps that they do not read, and are gone."""
    rng, socks = scene.rng, []
    try:
        for _ in range(rng.randrange(1, 6)):
            socks.append(Nicswitch())
            for group in ("config", "backchannel"):
                socks[-1].subscribe(group)
            number = scene.adapter(socks[-1])
            for command, values in (("switch-new", {"num_vfs": VFS}), ("vf-new", {}),
                                    ("vport-new", {"pf": True}), ("queue-new", {})):
                with contextlib.suppress(OSError):
                    if rng.random() < 0.5:
                        socks[-1].do(command, adapter_id=number, owned=True, **values)
        scene.rest(0, 0.25)
        for nl in socks:
            with contextlib.suppress(OSError):
                nl.heard()
            command = UAPI[f"NSW_CMD_{rng.choice(('VF', 'VPORT', 'FILTER', 'STATS'))}_GET"]
            nl.send(nl.family, NLM_F_REQUEST | NLM_F_DUMP,
                    struct.pack("=BBH", command, 1, 0) + nl.encode(adapter_id=number))
    finally:
        rng.shuffle(socks)
        for nl in socks:
            nl.close()
