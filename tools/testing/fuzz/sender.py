# SPDX-License-Identifier: GPL-2.0-only
"""Those who send messages: with privilege, without, and as root of a user namespace."""

import collections
import contextlib
import fcntl
import os
import socket
import time

from grammar import ADAPTERS, Grammar, World
from mutate import Mutator, cap_delay, encode, last_number
from netlink import NLM_F_DUMP, UAPI
from specnl import SpecClient
from system import libc
from wire import OPTIONS, Message, Wire

BATCH = 64
NEW_USER, NEW_NET = 0x10000000, 0x40000000
ADAPTER_DEL, ADAPTER_NEW, FAULT_NEW = (UAPI[f"NSW_CMD_{name}"] for name in
                                       ("ADAPTER_DEL", "ADAPTER_NEW", "FAULT_NEW"))
ADAPTER_ID, DELAY = UAPI["NSW_A_ADAPTER_ID"], UAPI["NSW_A_FAULT_DELAY"]
CONTROL, GET_POLICY = 16, b"\x0a\2\0\0"     # nlctrl tells about families


def as_nobody(namespace=False):
    """Gives up all privileges; with namespace, root in namespaces of its own."""
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    if namespace and libc.unshare(NEW_USER | NEW_NET):
        raise OSError("no new user namespace")


class Sender:
    """Sends batches of messages, right ones and wrong ones."""

    def __init__(self, rng, spec, lock, record=None):
        self.rng, self.spec, self.lock, self.record = rng, spec, lock, record
        self.client = SpecClient(self.spec)
        self.world = World(self.client)
        self.grammar = Grammar(self.spec, self.world, rng)
        numbers = [one["value"] for one in self.spec.sets["main"].values()]
        self.commands = [one["value"] for one in self.grammar.operations.values()]
        self.mutator = Mutator(rng, numbers, self.commands)
        self.name = {entry["value"]: name for name, entry in self.grammar.operations.items()}
        self.number = {name: number for number, name in self.name.items()}
        self.wires = [Wire(), self.wire(), self.wire()]
        self.listener = SpecClient(self.spec)
        for group in ("config", "backchannel"):
            self.listener.subscribe(group)
        self.answers = collections.Counter()
        self.sent = self.broken = 0
        self.longest = 0, ""

    def wire(self):
        """A socket, which wants to be answered in one way or another."""
        return Wire(options=[option for option in OPTIONS if self.rng.random() < 0.5])

    def message(self, command=None):
        """Returns (message, attributes to learn if it is accepted)."""
        rng = self.rng
        command, fields, names = self.grammar.request(command)
        number = self.number[command]
        flags = NLM_F_DUMP if "dump" in self.grammar.operations[command] and \
            rng.random() < 0.4 else 0
        whole = rng.random() < 0.5
        if whole:
            return self.finish(number, flags, encode(fields)), (command, names)
        self.broken += 1
        around = rng.random() < 0.25
        if not around or rng.random() < 0.3:
            self.mutator.fields(fields)
        payload = encode(fields)
        if around:
            number, body = self.mutator.body(number, payload)
            return self.finish(number, flags, body[4:], body[:4]), None
        if rng.random() < 0.05:
            flags ^= rng.choice((0x100, 0x200, 0x300, 0x400, 0x800, 0xf00, 0x8, 0x10, 0xfff8))
        return self.finish(number, flags, payload), None

    def finish(self, number, flags, payload, head=None):
        """What would take everything away, or too long, becomes something else."""
        if number == ADAPTER_DEL and not last_number(payload, ADAPTER_ID):
            number = UAPI["NSW_CMD_ADAPTER_GET"]
        elif number == ADAPTER_NEW and len(self.world.found["adapter"]) >= ADAPTERS:
            number = UAPI["NSW_CMD_ADAPTER_GET"]
        head = bytes((number,)) + (head or b"\0\1\0\0")[1:]
        body = head + payload
        if number == FAULT_NEW:
            body = cap_delay(body, DELAY)
        return Message(self.name.get(number, "no such"), self.client.family, flags, body)

    def batch(self):
        """Messages with what to learn from each."""
        rng = self.rng
        kind = rng.random()
        lacking = [number for number in self.world.found["adapter"]
                   if not number % 2 and not self.world.of("switch", number)]
        if kind < (0.1 if lacking else 0.02):
            return self.teardown(rng.choice(lacking or list(self.world.found["adapter"]) or [0]))
        if kind > 0.99:
            # what the family takes
            body = GET_POLICY + encode([[2, b"nicswitch\0"]] +
                                       [[rng.randrange(12), self.mutator.data()]] *
                                       rng.randrange(2))
            return [(Message("policy", CONTROL, NLM_F_DUMP, body), None)]
        found = [self.message() for _ in range(BATCH)]
        if rng.random() < 0.1:
            # the kernel does not look behind a message whose length is wrong
            found[-1][0].lie = rng.choice((0, 1, 15, 16, 17, 19, 20, 1000, 0x7fffffff, 0xffffffff))
            found[-1] = found[-1][0], None
        if rng.random() < 0.05:
            # no family at all: control messages, and numbers that nobody has
            at = rng.randrange(len(found))
            found[at] = found[at][0], None
            found[at][0].command = "stranger"
            found[at][0].kind = rng.choice((0, 1, 3, 4, 15, 500, 1023, 0xffff))
        return found

    def teardown(self, adapter):
        """All of an adapter goes, for what needs that, which follows."""
        for _ in self.wires:
            self.renew()
        self.world.look()
        requests = list(self.grammar.teardown(adapter))
        requests += [self.grammar.request("caps-set") for _ in range(4)]
        requests += [self.grammar.request("queue-new" if adapter % 2 else "switch-new")
                     for _ in range(2)]
        return [(self.finish(self.number[command], 0, encode(fields)), (command, names))
                for command, fields, names in requests]

    def send(self, found):
        wire = self.rng.choice(self.wires)
        begin = time.monotonic()
        with self.alone(any(one.body[:1] == bytes((ADAPTER_DEL,)) for one, _ in found)):
            codes = wire.play([one for one, _ in found], self.record,
                              self.rng.randrange(1, 2000) if self.rng.random() < 0.03 else 0)
        took = time.monotonic() - begin
        if took > self.longest[0]:
            self.longest = took, " ".join(sorted({one.command for one, _ in found}))
        for (one, names), code in zip(found, codes):
            self.answers[one.command, code] += 1
            if names and code == 0:
                self.grammar.learn(*names)
        self.sent += len(found)

    @contextlib.contextmanager
    def alone(self, wanted):
        """An adapter goes while nobody is in its sriov_numvfs: lockdep cannot know that this is safe."""
        if not wanted:
            yield
            return
        with open(self.lock, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def interrupt(self):
        """Starts dumps and does not wait for their end."""
        wire = self.wire()
        with contextlib.closing(wire):
            # so small that a dump goes on only when somebody reads
            wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                 self.rng.choice((0, 4096, 1 << 22)))
            for command in self.rng.sample(sorted(self.grammar.operations), 3):
                _, fields, _ = self.grammar.request(command)
                with contextlib.suppress(OSError):
                    wire.sock.send(Message(command, self.client.family, NLM_F_DUMP,
                                           bytes((self.number[command], 1, 0, 0)) +
                                           encode(fields)).packed(1))
                self.sent += 1
                self.answers[command, None] += 1
            for _ in range(self.rng.choice((0, 1, 2, 20))):
                with contextlib.suppress(OSError):
                    wire.sock.recv(self.rng.choice((16, 4096)), 64)

    def renew(self):
        """What belongs to a socket goes with it."""
        self.wires.pop(0).close()
        self.wires.append(self.wire())

    def play(self, messages, tell):
        """Sends that many; tells after each batch how many there were."""
        turn = 0
        while self.sent < messages:
            if turn % 8 == 0:
                self.world.look()
            if turn % 16 == 15:
                self.interrupt()
            if turn % 64 == 63:
                self.renew()
            if turn % 4 == 3:
                # sometimes nobody reads it, until it is full
                with contextlib.suppress(OSError):
                    self.listener.sock.recv(1 << 16, 64)
            self.send(self.batch())
            tell(self.sent)
            turn += 1

    def told(self):
        """For the parent: who was answered what."""
        return {"answers": [[command, code, count]
                            for (command, code), count in self.answers.items()],
                "sent": self.sent, "broken": self.broken, "longest": self.longest}
