# SPDX-License-Identifier: GPL-2.0-only
"""One operation, and each of its allocations that fails."""

import collections
import errno
import os
import socket
import zlib

from checks import PATIENCE, Failed, check, wait_for
from failnth import MANY, quiet
from ktap import diagnose
from netlink import UAPI, Nicswitch
from operations import Lost
from snapshot import difference, snapshot

# How it is said that there is no memory; and below which functions of the kernel with EINVAL.
SHORT = (errno.ENOMEM, errno.ENOBUFS, errno.ENOSPC, errno.EFAULT, errno.EAGAIN)
INVALID = ("dev_set_name", "module_add_driver")
# Below these the module does something of its own.
OURS = ("do_init_module", "nsw_pci_driver_pf_probe", "nsw_pci_driver_vf_probe")
# Functions of the kernel after whose first allocation it does not expect to lack memory: the end
# of a sweep. What comes later is swept by binding drivers.
ENDS = {
    "pci_iov_add_virtfn":
        "the PCI core does not look whether it could add a device, and dies when it removes it",
    "pci_register_host_bridge":
        "without memory the PCI core forgets the windows of a bridge, or puts it twice",
    "kobject_uevent_env":
        "the stack does not expect that device_rename(), which comes next, can fail",
}
# Why a sweep begins where the operation could still have been refused.
BEGIN = "tracing does not survive that it finds no memory for the events of a module"
# How events are called.
COMMANDS = {number: name[8:].lower() for name, number in UAPI.items()
            if name.startswith("NSW_CMD_") and name.endswith("_NTF")}
ONCE = "block_ntf", UAPI["NSW_EVENT_INVALIDATE"]
# In a slow operation that is sampled: how much rarer what is not the module's own.
FAR = 3
# What the module allocates at least before the end of a sweep.
WARY = 12


class Count:
    """What has happened to one operation."""

    def __init__(self):
        self.allocations = self.injected = self.ours = 0
        self.refused = self.tolerated = self.lost = self.missed = 0

    def __str__(self):
        return f"{self.injected} faults in {self.allocations} allocations, {self.ours} of them " \
               f"below the module: {self.refused} refused, " \
               f"{self.tolerated} tolerated, {self.lost} unanswered, " \
               f"{self.missed} times an event was missed"

    def add(self, other):
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


class Ear:
    """Hears events from now on, if there is a module."""

    def __init__(self):
        self.nl = None
        if os.path.isdir("/sys/module/nicswitch"):
            self.nl = Nicswitch()
            for group in ("config", "backchannel"):
                self.nl.subscribe(group)

    def heard(self):
        """How many events of each kind for each kind of object, and whether more were lost."""
        found, missed = collections.Counter(), False
        while self.nl:
            try:
                for _, _, _, payload in self.nl.messages(socket.MSG_DONTWAIT):
                    event = COMMANDS.get(payload[0]), Nicswitch.decode(payload[4:])["event"]
                    # which comes once until the VF has asked what changed
                    if event != ONCE:
                        found[event] += 1
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                missed = True
        return found, missed

    def close(self):
        if self.nl:
            self.nl.close()


class Sweep:
    """One operation with all its faults."""

    def __init__(self, fail, operation, count, args):
        self.fail, self.operation, self.count, self.args = fail, operation, count, args
        self.before = self.after = self.heard = None
        self.inside = False

    def look(self):
        return snapshot(self.operation.addresses)

    def settled(self):
        """What there is when nothing changes any more."""
        last = self.look()
        while True:
            now = self.look()
            if not difference(last, now):
                return now
            last = now

    def same(self, wanted, what):
        """Waits, as links and the departure of a module settle a little later."""
        last = []

        def equal():
            try:
                last[:] = difference(wanted, self.look())
            except OSError as error:
                # what was listed is going
                last[:] = [str(error)]
            return not last

        try:
            wait_for(equal, what, 6 * PATIENCE)
        except Failed as error:
            raise Failed(f"{what}:\n" + "\n".join(last[:20])) from error

    def attempt(self, number):
        """Returns (allocations left, error, whether the answer was lost, how to end it)."""
        call = self.operation.do()
        lost = False
        try:
            left, error = self.fail(number, call.fire)
            if not error:
                try:
                    call.finish()
                except Lost:
                    lost = True
                except OSError as refused:
                    error = refused
            return left, error, lost, call.close
        except BaseException:
            call.close()
            raise

    def listen(self, ear, done):
        """Who listens hears of all that was done, or is told that it missed something."""
        heard, missed = ear.heard()
        if self.heard is None:
            self.heard = heard
        elif missed:
            self.count.missed += 1
        elif done:
            check(not self.heard - heard, f"done, but not announced: {self.heard - heard}, "
                                          f"only {heard}")

    def once(self):
        """Without faults; and back. Returns the number of allocations."""
        ear = Ear()
        left, error, lost, close = self.attempt(MANY)
        try:
            check(not error and not lost, f"refused without a fault: {error}")
            if self.after is None:
                self.after = self.settled()
            else:
                self.same(self.after, "not complete without a fault")
            self.listen(ear, True)
        finally:
            ear.close()
            close()
        self.operation.undo()
        self.same(self.before, "not undone")
        return MANY - left

    def judge(self, hit, error, lost, stack):
        """Compares; returns whether the operation was done."""
        if error:
            check(hit, f"refused without a fault: {error}")
            check(error.errno in SHORT or error.errno == errno.EINVAL and
                  any(name in stack for name in INVALID),
                  f"error {errno.errorcode.get(error.errno)}: {error}")
            self.same(self.before, f"refused ({error}), but not as before")
            self.count.refused += 1
            return False
        if lost and not difference(self.before, self.look()):
            self.count.lost += 1
            return bool(not difference(self.before, self.after))
        self.same(self.after, "done, but not complete")
        if lost:
            self.count.lost += 1
        elif hit:
            self.count.tolerated += 1
        return True

    def step(self, number):
        """Returns whether a fault was injected, and where."""
        quiet(self.fail.told()[1])
        if self.args.verbose:
            print(f"# allocation {number}", flush=True)
        ear = Ear()
        left, error, lost, close = self.attempt(number)
        hit = not left
        stack, report = self.fail.told()
        if self.args.verbose and hit:
            print(f"# {error or 'done' if not lost else 'lost'} in {' < '.join(stack)}", flush=True)
        try:
            quiet(report)
            done = self.judge(hit, error, lost, stack)
            self.listen(ear, done and (not lost or bool(difference(self.before, self.after))))
        except Failed as failed:
            raise Failed(f"allocation {number}, in {' < '.join(stack[:24])}: {failed}") from failed
        finally:
            ear.close()
            close()
        if done:
            self.operation.undo()
            self.same(self.before, f"allocation {number}: not undone")
        if hit:
            self.count.injected += 1
            self.count.ours += any(name.startswith("nsw_") for name in stack)
            # those with an end have few faults and take long
            if self.args.every == 1 or not self.operation.end or number % 3 == 1:
                self.once()
            quiet(self.fail.told()[1])
        return hit, stack

    def stride(self, stack):
        """How far to go: slow operations have many allocations that are not the module's own."""
        # not all failures tell where they are
        self.inside = self.inside or any(name in stack for name in OURS)
        every = self.args.every
        if self.operation.end:
            # not past the end
            return 1 if self.inside or not self.operation.slow else min(every, WARY)
        return every * FAR if self.operation.slow and every > 1 and not self.inside else every

    def first(self, allocations):
        """Where to begin, which is the same each time; short operations have a turn too."""
        if self.operation.begin:
            call = self.operation.begin()
            left, error = self.fail(MANY, call.fire)
            call.close()
            check(error, "not refused")
            diagnose(f"begins at allocation {MANY - left}: {BEGIN}")
            return MANY - left
        if self.operation.end:
            return 1
        return 1 + zlib.crc32(f"{self.args.seed} {self.operation.name}".encode()) % \
            max(min(self.args.every, allocations), 1)

    def run(self):
        self.operation.setup()
        try:
            self.before = self.settled()
            allocations = self.once()
            self.count.allocations += allocations
            number = self.first(allocations)
            while True:
                hit, stack = self.step(number)
                if not hit and not self.count.injected and number > 1:
                    number //= 2    # the next attempt had fewer
                    continue
                if not hit:
                    check(not self.operation.end, f"{self.operation.end} allocate nothing")
                    break
                met = [name for name in self.operation.end if name in stack]
                if met:
                    diagnose(f"ends at allocation {number}, {met[0]}(): "
                             f"{ENDS[self.operation.end[-1]]}")
                    break
                number += self.stride(stack)
        finally:
            self.operation.teardown()
