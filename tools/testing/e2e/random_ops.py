#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""All operations in random order, by a client made from the spec, against a model of the rules.

The model (ops_state.py, ops_model.py) was written from the rules alone and must never be
corrected by reading the module. For each request it knows all rules that forbid it: with none it must
succeed, else one of them must be the reason. Then all dumps are compared with what the
model has, so a refusal that changes something is seen.

    random_ops.py [--seed N] [--seconds S]

NICSWITCH_RANDOM_SECONDS in the environment makes it long.
"""

import argparse
import errno
import os
import random
import sys
import time

from checks import QUICK, SLOW_GUEST, Failed, check, check_equal, wait_for
from ktap import diagnose, run_test
from netlink import UAPI, Refused
from ops_model import World
from ops_play import Player
from specnl import Spec, SpecClient

# Small, so that it is full soon.
SIZE = {"total-vfs": 3, "num-vports": 7, "max-queue-pairs": 16, "max-mac-addresses": 8}
# What is no business of an adapter's.
OTHERS = {"adapter-new", "adapter-del", "failover-new", "failover-get", "failover-del"}
STATES = ("full", "nearly full", "empty")
ENOUGH = 200
MOST = 1000     # what is played unless it shall be long has been played before


def test_numbers_of_the_spec_are_those_of_the_header():
    spec = Spec()
    for name, entry in spec.operations.items():
        check_equal(UAPI["NSW_CMD_" + name.upper().replace("-", "_")], entry["value"], name)
    for name, entry in spec.sets["main"].items():
        check_equal(UAPI["NSW_A_" + name.upper().replace("-", "_")], entry["value"], name)


class Game:
    """An adapter, its model, and who asks."""

    def __init__(self, spec, seed):
        self.spec, self.rng = spec, random.Random(seed)
        self.clients = [SpecClient(spec), SpecClient(spec)]
        self.adapter = self.clients[0].ask("adapter-new", SIZE)["adapter-id"]
        caps = self.clients[0].ask("caps-get", {"adapter-id": self.adapter})
        self.world = World(caps["hardware-caps"])
        self.world.caps["num-queues"] = 4
        self.clients[0].ask("caps-set", {"adapter-id": self.adapter, "caps": {"num-queues": 4}})
        self.player = Player(self.world, self.rng)
        self.log, self.counts, self.refusals = [], {}, {}
        self.states = dict.fromkeys(STATES, 0)

    def close(self):
        self.clients[1].close()
        self.clients[0].ask("adapter-del", {"adapter-id": self.adapter})
        self.clients[0].close()

    def dumps(self):
        found = {}
        for noun in ("switch", "vf", "vport", "filter", "queue", "fault"):
            found[noun] = self.clients[0].ask(f"{noun}-get", {"adapter-id": self.adapter},
                                              dump=True)
        found["caps"] = [self.clients[0].ask("caps-get", {"adapter-id": self.adapter})["caps"]]
        for vf in found["vf"]:
            key = {"adapter-id": self.adapter, "vf-id": vf["vf-id"]}
            blocks = self.clients[0].ask("block-get", key, dump=True)
            vf["blocks"] = {one["block-id"]: (one["block-data"], one.get("block-writable", False))
                            for one in blocks if "block-builtin" not in one}
            self.world.ifindex[vf["vf-id"]] = vf["ifindex"]
            vf["pending"] = vf.get("block-mask", 0) & ~3
        return found

    def compare(self):
        """Everything that the model has an opinion about."""
        seen = self.dumps()
        self.world.follow(seen["filter"])
        wanted = self.world.dumps()
        for noun, objects in wanted.items():
            check_equal(len(seen[noun]), len(objects), f"number of {noun}s")
            for one, other in zip(seen[noun], objects):
                same = {key: one.get(key) for key in other}
                check_equal(same, other, noun)

    def agrees(self):
        """What belonged to a socket goes a little later than that."""
        try:
            self.compare()
        except (Failed, Refused):
            return False
        return True

    def close_socket(self, who):
        self.log.append(f"{who}: closes its socket")
        self.clients[who].close()
        self.clients[who] = SpecClient(self.spec)
        self.world.close(who)
        wait_for(self.agrees, "the end of what belonged to a socket")

    def step(self):
        who = self.rng.randrange(2)
        if self.rng.random() < 0.02:
            self.close_socket(who)
        name, values, dump = self.player.pick(who)
        forbidden = self.world.forbidden(who, name, values, dump)
        state = self.player.state()
        if name in ("block-write", "block-take"):
            request = values
        else:
            request = dict(values, **{"adapter-id": self.adapter})
        self.log.append(f"{who}: {name}{' dump' * dump} {values}")
        try:
            reply = self.clients[who].ask(name, request, dump)
        except Refused as error:
            reason = errno.errorcode[error.errno]
            self.log[-1] += f": {reason} {error.text}"
            if self.world.struck(name, error.text):
                self.refusals["fault"] = self.refusals.get("fault", 0) + 1
                self.compare()
                return
            # some numbers have two names
            check(error.errno in {getattr(errno, name) for name in forbidden},
                  f"{reason} {error.text!r}, but {forbidden or 'allowed'}")
            check(error.text or reason in ("ERANGE",), "there is no reason in words")
            self.refusals[reason] = self.refusals.get(reason, 0) + 1
            if state:
                self.states[state] += 1
        else:
            check(not forbidden, f"it was not refused: {forbidden}")
            check(self.world.strikes(name) is None, "it met no fault")
            self.world.apply(who, name, values, reply)
            if name == "queue-complete":
                self.world.complete(who, values, reply)
        self.counts[name] = self.counts.get(name, 0) + 1
        self.compare()


def play(seed, seconds, most):
    game = Game(Spec(), seed)
    end = time.monotonic() + seconds
    steps = 0
    try:
        # enough of it also where all is slow, but not for ever
        while steps < most and (time.monotonic() < end or
                                (steps < ENOUGH and time.monotonic() < end + 120)):
            game.step()
            steps += 1
        check(steps < 4 * ENOUGH or all(game.states.values()), f"refusals by state: {game.states}")
    except Exception:
        for line in game.log[-25:]:
            print(f"# {line}")
        print(f"# step {steps} of --seed {seed}")
        raise
    finally:
        game.close()
    diagnose(f"{steps} requests; refused: " +
             ", ".join(f"{count} {name}" for name, count in sorted(game.refusals.items())))
    diagnose("refused while the switch was " +
             ", ".join(f"{name}: {count}" for name, count in game.states.items()))
    missing = [name for name, one in game.spec.operations.items()
               if "do" in one and name not in game.counts and name not in OTHERS]
    if missing:
        diagnose(f"not asked for: {', '.join(missing)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float,
                        default=float(os.environ.get("NICSWITCH_RANDOM_SECONDS", 0)))
    args = parser.parse_args()
    print(f"KTAP version 1\n1..2\n# seed {args.seed}", flush=True)

    def test_all_operations_do_what_the_model_says():
        if args.seconds:
            play(args.seed, args.seconds, float("inf"))
        else:
            play(args.seed, 6 if QUICK or SLOW_GUEST else 8, MOST)

    failed = False
    tests = (test_numbers_of_the_spec_are_those_of_the_header,
             test_all_operations_do_what_the_model_says)
    for number, test in enumerate(tests, 1):
        directive = run_test(test)
        failed |= directive is None
        print(f"{'not ' * (directive is None)}ok {number} {test.__name__[5:]}{directive or ''}",
              flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
