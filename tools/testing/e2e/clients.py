#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Several clients at once: dumps that say when they are torn, and objects that stay as left."""

import contextlib
import errno
import os
import pickle
import random
import socket
import struct
import traceback

from adapters import Adapters
from checks import SLOW_GUEST, check, check_equal, refused, wait_for
from ktap import diagnose, main, quick
from netlink import NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, UAPI, \
    Netlink, Nicswitch, Refused

NLM_F_DUMP_INTR = 0x10
SO_RCVBUFFORCE = 33
CLIENTS, VFS = 4, 64
STEPS = 40 if SLOW_GUEST else 200
NOUNS = ("vf", "vport", "filter")
# What no description of an object is without.
ALWAYS = {"vf": {"vf-id", "power-state", "link-policy", "spoofchk", "max-tx-rate"},
          "vport": {"vport-id", "vport-state", "queue-pairs", "moderation", "num-filters",
                    "carrier"},
          "filter": {"filter-id", "vport-id", "mac", "vlan-mode"},
          "queue": {"queue-id", "queue-state"}}
ADD, DEL, MOVE = (UAPI["NSW_EVENT_" + name] for name in ("ADD", "DEL", "MOVE"))


class Dumper(Nicswitch):
    """Reads dumps in pieces as small as the kernel makes them."""

    def __init__(self, adapter):
        super().__init__()
        self.adapter = adapter

    def ask(self, command, **values):
        return self.do(command, adapter_id=self.adapter, **values)

    def messages(self):
        data = self.sock.recv(1 << 12)
        while len(data) >= 16:
            size, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
            yield kind, flags, seq, data[16:size]
            data = data[(size + 3) & ~3:]

    def dump(self, noun, between=None):
        """Objects, whether it was interrupted, and in how many pieces it came."""
        number = UAPI[f"NSW_CMD_{noun.upper()}_GET"]
        payload = struct.pack("=BBH", number, 1, 0) + self.encode(adapter_id=self.adapter)
        self.send(self.family, NLM_F_REQUEST | NLM_F_ACK | NLM_F_DUMP, payload)
        found, torn, pieces, done = [], False, 0, False
        while not done:
            for kind, flags, _, data in self.messages():
                torn |= bool(flags & NLM_F_DUMP_INTR)
                done |= kind in (NLMSG_DONE, NLMSG_ERROR)
                if done:
                    Netlink.judge(kind, flags, data)
                else:
                    found.append(self.decode(data[4:]))
            pieces += 1
            if between and pieces == 1 and not done:
                between()
        self.inspect(noun, found)
        return found, torn, pieces

    @staticmethod
    def inspect(noun, found):
        """Torn or not: none is there twice, and none is half."""
        for one in found:
            check(ALWAYS[noun] <= one.keys(), f"half a {noun}: {one}")
        ids = [one[f"{noun}-id"] for one in found if f"{noun}-id" in one]
        check(ids == sorted(set(ids)), f"{noun}s: {ids}")

    def whole(self, noun):
        """A dump of one moment, and how many were torn before it."""
        torn = 0
        while True:
            found, interrupted, _ = self.dump(noun)
            if not interrupted:
                return found, torn
            torn += 1


@contextlib.contextmanager
def crowd(**values):
    """An adapter whose dumps need several messages."""
    with Adapters() as adapters:
        number = adapters.add(total_vfs=VFS, num_vports=2 * VFS + 1, **values)["adapter-id"]
        with contextlib.closing(Dumper(number)) as nl:
            yield nl


def fill(nl):
    nl.ask("switch-new", num_vfs=VFS)
    for _ in range(VFS):
        vf = nl.ask("vf-new", vf_name="x" * 60)["vf-id"]
        vport = nl.ask("vport-new", vf_id=vf, vport_name="y" * 60)["vport-id"]
        for number in range(4):
            nl.ask("filter-new", vport_id=vport, mac=f"02:00:00:00:{vport:02x}:{number:02x}")


@quick
def test_a_dump_says_that_it_was_interrupted():
    with crowd() as nl:
        fill(nl)
        with contextlib.closing(Dumper(nl.adapter)) as other:

            def change():
                other.ask("switch-set", switch_name="other")

            def look():
                other.ask("caps-get")
                with refused(errno.EEXIST):
                    other.ask("filter-new", vport_id=0, mac="02:00:00:00:01:00")

            for noun in NOUNS:
                found, torn, pieces = nl.dump(noun)
                # when the first piece is read the second one is made
                check(pieces > 3, f"the dump of {noun} came in {pieces} pieces")
                check(not torn, f"dump of {noun} without a change")
                check(nl.dump(noun, change)[1], f"dump of {noun} with a change")
                # a request that is refused changes nothing
                again, torn, _ = nl.dump(noun, look)
                check(not torn, f"dump of {noun} with a refusal")
                check_equal([one.get(f"{noun}-id") for one in again],
                            [one.get(f"{noun}-id") for one in found], noun)


def test_what_goes_while_it_is_listed_is_listed_once_or_not():
    with crowd() as nl:
        fill(nl)
        with contextlib.closing(Dumper(nl.adapter)) as other:
            gone = set()

            def churn():
                for number in (1, 2, VFS):
                    for one in other.dump("filter")[0]:
                        if one["vport-id"] == number:
                            other.ask("filter-del", filter_id=one["filter-id"])
                            gone.add(one["filter-id"])
                    other.ask("vport-del", vport_id=number)
                    other.ask("vf-del", vf_id=number - 1)
                # takes the id of one that has been listed already
                other.ask("vport-new", pf=True)

            before = {one["filter-id"] for one in nl.dump("filter")[0]}
            found, torn, _ = nl.dump("vport", churn)
            check(torn, "it does not say so")
            check(VFS not in [one["vport-id"] for one in found], "one that was gone before")
            check_equal({one["filter-id"] for one in nl.whole("filter")[0]}, before - gone,
                        "filters")


def test_queues_that_come_while_they_are_listed():
    with crowd() as nl:
        for _ in range(40):
            nl.ask("queue-new", queue_name="z" * 250)
        check(not nl.dump("queue")[1], "dump without a change")
        with contextlib.closing(Dumper(nl.adapter)) as other:
            found, torn, pieces = nl.dump("queue", lambda: other.ask("queue-new"))
        check(pieces > 3 and torn, "it does not say so")
        check_equal([one["queue-id"] for one in found], list(range(42)), "queues")


class Client:
    """Creates, moves and deletes, and knows what it has. The others' objects are not for it."""

    def __init__(self, adapter, number, seed):
        self.nl, self.number = Dumper(adapter), number
        self.rng = random.Random(seed * CLIENTS + number)
        self.vfs, self.vports, self.filters = {}, {}, {}
        self.torn = self.serial = 0
        self.used = []

    def name(self):
        self.serial += 1
        return f"c{self.number}-{self.serial}-{'x' * self.rng.randrange(100)}"

    def mine(self, noun, found):
        if noun == "filter":
            return [one for one in found if one["mac"].startswith(f"02:00:00:0{self.number}:")]
        return [one for one in found
                if one.get(f"{noun}-name", "").startswith(f"c{self.number}-")]

    def pick(self, found):
        return self.rng.choice(sorted(found))

    def on(self, vport):
        return [number for number, one in self.filters.items() if one["vport-id"] == vport]

    def step(self):
        # as many as there is room for, whatever the others do
        what = [self.look, self.meddle]
        if len(self.vfs) < VFS // CLIENTS:
            what += [self.add_vf] * 2
        if len(self.vports) < 2 * VFS // CLIENTS:
            what += [self.add_vport] * 2
        if self.vports:
            what += [self.rename, self.del_vport]
            what += [self.add_filter] * (4 if len(self.filters) < 60 else 0)
        if self.filters:
            what += [self.move_filter] * 4 + [self.del_filter]
        if self.vfs:
            what += [self.del_vf]
        self.rng.choice(what)()

    def add_vf(self):
        name = self.name()
        number = self.nl.ask("vf-new", vf_name=name, owned=True)["vf-id"]
        check(number not in self.vfs, f"VF {number} once more")
        self.vfs[number] = {"vf-name": name}

    def del_vf(self):
        number = self.pick(self.vfs)
        if any(one.get("vf-id") == number for one in self.vports.values()):
            with refused(errno.EBUSY):
                self.nl.ask("vf-del", vf_id=number)
        else:
            self.nl.ask("vf-del", vf_id=number)
            del self.vfs[number]

    def add_vport(self):
        taken = {one.get("vf-id") for one in self.vports.values()}
        free = sorted(set(self.vfs) - taken)
        where = {"vf-id": self.rng.choice(free)} if free else {"pf": True}
        name = self.name()
        values = {key.replace("-", "_"): value for key, value in where.items()}
        number = self.nl.ask("vport-new", vport_name=name, owned=True, **values)["vport-id"]
        check(number not in self.vports, f"VPort {number} once more")
        self.vports[number] = dict(where, **{"vport-name": name})

    def rename(self):
        number, name = self.pick(self.vports), self.name()
        self.nl.ask("vport-set", vport_id=number, vport_name=name)
        self.vports[number]["vport-name"] = name

    def del_vport(self):
        number = self.pick(self.vports)
        if self.on(number):
            with refused(errno.EBUSY):
                self.nl.ask("vport-del", vport_id=number)
        else:
            self.nl.ask("vport-del", vport_id=number)
            del self.vports[number]

    def add_filter(self):
        vport = self.pick(self.vports)
        self.serial += 1
        mac = f"02:00:00:0{self.number}:{self.serial >> 8:02x}:{self.serial & 255:02x}"
        number = self.nl.ask("filter-new", vport_id=vport, mac=mac, owned=True)["filter-id"]
        self.used.append(number)
        self.filters[number] = {"vport-id": vport, "mac": mac}

    def move_filter(self):
        number, vport = self.pick(self.filters), self.pick(self.vports)
        self.nl.ask("filter-move", filter_id=number, vport_id=vport,
                    source_vport_id=self.filters[number]["vport-id"])
        self.filters[number]["vport-id"] = vport

    def del_filter(self):
        number = self.pick(self.filters)
        self.nl.ask("filter-del", filter_id=number)
        del self.filters[number]

    def meddle(self):
        """With what another client has just had."""
        noun = self.rng.choice(NOUNS)
        found = self.nl.dump(noun)[0]
        mine = [one[f"{noun}-id"] for one in self.mine(noun, found)]
        others = [one[f"{noun}-id"] for one in found
                  if one[f"{noun}-id"] not in mine and one.get("owned")]
        if not others:
            return
        try:
            self.nl.ask(f"{noun}-del", **{f"{noun}_id": self.rng.choice(others)})
        except Refused as error:
            check(error.errno in (errno.EPERM, errno.ENOENT), str(error))
        else:
            check(False, f"deleted a {noun} of another")

    def look(self):
        """What it has is what it finds, whatever the others have."""
        for noun, objects in zip(NOUNS, (self.vfs, self.vports, self.filters)):
            found, torn = self.nl.whole(noun)
            self.torn += torn
            found = {one[f"{noun}-id"]: one for one in self.mine(noun, found)}
            check_equal(sorted(found), sorted(objects), f"{noun}s of client {self.number}")
            for number, one in objects.items():
                check_equal({key: found[number].get(key) for key in one}, one, noun)
                if noun == "vport":
                    check_equal(found[number]["num-filters"], len(self.on(number)), "filters")

    def report(self):
        return {"vf": self.vfs, "vport": self.vports, "filter": self.filters, "used": self.used,
                "torn": self.torn}


def start(adapter, number, seed):
    """A client in a process of its own; where its report comes from, and what lets it end."""
    report, reporting = os.pipe()
    waiting, end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(reporting)
        os.close(waiting)
        return pid, report, end
    try:
        os.close(end)
        try:
            client = Client(adapter, number, seed)
            for _ in range(STEPS):
                client.step()
            client.look()
            told = client.report()
        except Exception:   # pylint: disable=broad-except
            told = traceback.format_exc()
        with os.fdopen(reporting, "wb") as file:
            pickle.dump(told, file)
        os.read(waiting, 1)
    finally:
        os._exit(0)


def replay(events):
    """What there is, by what was announced."""
    state = {noun: {} for noun in NOUNS}
    for one in events:
        noun = "filter" if "filter-id" in one else "vport" if "vport-state" in one else \
            "vf" if "power-state" in one else None
        if not noun:
            continue
        number = one[f"{noun}-id"]
        if one["event"] == ADD:
            check(number not in state[noun], f"{noun} {number} came twice")
        else:
            check(number in state[noun], f"{noun} {number} has not come")
        if one["event"] == MOVE:
            check_equal(state[noun][number]["vport-id"], one["source-vport-id"], "source")
        if one["event"] == DEL:
            del state[noun][number]
        else:
            state[noun][number] = one
    return state


@quick
def test_clients_do_not_get_into_each_others_way():
    seed = 1
    with crowd() as nl, contextlib.closing(Nicswitch()) as listener:
        nl.ask("switch-new", num_vfs=VFS)
        listener.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        listener.subscribe()
        clients = [start(nl.adapter, number, seed) for number in range(CLIENTS)]
        reports = []
        try:
            for _, report, _ in clients:
                with os.fdopen(report, "rb") as file:
                    reports.append(pickle.load(file))
            for told in reports:
                check(isinstance(told, dict), told)
            heard = replay([one for one in listener.heard() if one["adapter-id"] == nl.adapter])
            for noun in NOUNS:
                wanted = {number: one for told in reports for number, one in told[noun].items()}
                check_equal(len(wanted), sum(len(told[noun]) for told in reports), f"{noun} ids")
                found = {one[f"{noun}-id"]: one for one in nl.whole(noun)[0]
                         if noun != "vport" or one["vport-id"]}
                check_equal({number: {key: found[number].get(key) for key in wanted[number]}
                             for number in found}, wanted, noun)
                check_equal({number: {key: heard[noun][number].get(key) for key in wanted[number]}
                             for number in heard[noun]}, wanted, f"{noun}s by events")
            used = [number for told in reports for number in told["used"]]
            check_equal(len(set(used)), len(used), "filter ids")
        finally:
            for pid, _, end in clients:
                os.write(end, b"x")
                os.close(end)
                os.waitpid(pid, 0)
        diagnose(f"{CLIENTS} times {STEPS} steps, {len(used)} filters; dumps that were torn: " +
                 " ".join(str(told["torn"]) for told in reports))
        wait_for(lambda: [len(nl.dump(noun)[0]) for noun in NOUNS] == [0, 1, 0],
                 "the end of what belonged to them")


if __name__ == "__main__":
    main()
