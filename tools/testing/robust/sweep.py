# SPDX-License-Identifier: GPL-2.0-only
"""One operation, and each of its allocations that fails."""

import errno
import zlib

from checks import Failed, check, wait_for
from failnth import quiet
from ktap import diagnose
from operations import Lost
from snapshot import difference, snapshot

# How it is said that there is no memory; and EINVAL for a device without name
SHORT = (errno.ENOMEM, errno.ENOBUFS, errno.ENOSPC, errno.EFAULT, errno.EAGAIN)
# Below these the module does something of its own.
OURS = ("do_init_module", "nsw_pci_driver_pf_probe", "nsw_pci_driver_vf_probe")
# Functions of the kernel that, or whose callers, do not expect to lack memory: the end of a
# sweep. The probes that come after them are swept by binding drivers.
STOPS = {
    "pci_iov_add_virtfn": "the PCI core takes no refusal from here on, and dies of it later",
    "pci_register_host_bridge": "the PCI core would put its bridge twice",
    "device_rename": "the stack takes no refusal here, and leaves sysfs without links",
}
# In a slow operation that is sampled: how much rarer what is not the module's own.
FAR = 3


class NoFurther(Exception):
    """The kernel itself does not survive more."""


class Count:
    """What has happened to one operation."""

    def __init__(self):
        self.injected = self.ours = self.not_ours = self.refused = self.tolerated = self.lost = 0

    def __str__(self):
        return f"{self.injected} faults, {self.ours} of them below the module: {self.refused} " \
               f"refused, {self.tolerated} tolerated, {self.lost} unanswered, " \
               f"{self.not_ours} warnings of the kernel's own"

    def add(self, other):
        for name, count in vars(other).items():
            setattr(self, name, getattr(self, name) + count)


class Sweep:
    """One operation with all its faults."""

    def __init__(self, fail, operation, count, args):
        self.fail, self.operation, self.count, self.args = fail, operation, count, args
        self.before = self.after = None

    def look(self):
        return snapshot(self.operation.addresses)

    def same(self, wanted, what):
        """Waits, as links and the departure of a module settle a little later."""
        last = []

        def settled():
            last[:] = difference(wanted, self.look())
            return not last

        try:
            wait_for(settled, what)
        except Failed as error:
            raise Failed(f"{what}:\n" + "\n".join(last[:20])) from error

    def attempt(self, number):
        """Returns (hit, error, whether the answer was lost)."""
        call = self.operation.do()
        lost = False
        try:
            hit, error = self.fail(number, call.fire)
            if not error:
                try:
                    call.finish()
                except Lost:
                    lost = True
                except OSError as refused:
                    error = refused
            return hit, error, lost, call.close
        except BaseException:
            call.close()
            raise

    def once(self):
        """Without faults; and back."""
        _, error, lost, close = self.attempt(0)
        try:
            check(not error and not lost, f"refused without a fault: {error}")
            if self.after is None:
                self.after = self.look()
            else:
                self.same(self.after, "not complete without a fault")
        finally:
            close()
        self.operation.undo()
        self.same(self.before, "not undone")

    def judge(self, hit, error, lost, stack):
        """Compares; returns whether the operation was done."""
        if error:
            check(hit, f"refused without a fault: {error}")
            check(error.errno in SHORT or error.errno == errno.EINVAL and "dev_set_name" in stack,
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
        """Returns whether a fault was injected."""
        self.fail.told()
        if self.args.verbose:
            print(f"# allocation {number}", flush=True)
        hit, error, lost, close = self.attempt(number)
        stack, report = self.fail.told()
        if self.args.verbose and hit:
            print(f"# {error or 'done' if not lost else 'lost'} in {' < '.join(stack)}", flush=True)
        stop = [text for name, text in STOPS.items() if name in stack]
        if "device_rename" in stack:
            close()
            raise NoFurther(*stop)
        try:
            not_ours = quiet(report)
            self.count.not_ours += not_ours
            done = self.judge(hit, error, lost, stack)
        except Failed as failed:
            raise Failed(f"allocation {number}, in {' < '.join(stack[:24])}: {failed}") from failed
        finally:
            close()
        if done:
            self.operation.undo()
            self.same(self.before, f"allocation {number}: not undone")
        if hit:
            self.count.injected += 1
            self.count.ours += any(name.startswith("nsw_") for name in stack)
            if not not_ours:
                self.once()
            quiet(self.fail.told()[1])
        if stop:
            raise NoFurther(*stop)
        return hit, stack

    def stride(self, stack):
        """How far to go: slow operations have many allocations that are not the module's own."""
        if self.operation.slow and self.args.every > 1 and not any(name in stack for name in OURS):
            return self.args.every * FAR
        return self.args.every

    def first(self):
        """Where to begin, which is the same each time."""
        return 1 + zlib.crc32(f"{self.args.seed} {self.operation.name}".encode()) % \
            self.args.every

    def run(self):
        self.operation.setup()
        try:
            self.before = self.look()
            self.once()
            number = self.first()
            while True:
                hit, stack = self.step(number)
                if not hit:
                    break
                number += self.stride(stack)
        except NoFurther as reason:
            diagnose(f"allocation {number}: {reason}")
        finally:
            self.operation.teardown()
