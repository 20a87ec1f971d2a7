#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""PCI functions come, go, change drivers and are reset, in any order and under traffic.

After each step sysfs, the model and the interfaces say the same, and frames get
to where they are sent. NICSWITCH_LIFE_SEED makes it another, NICSWITCH_LIFE_STEPS
makes it longer.
"""

import contextlib
import errno
import os
import random
import threading

from checks import QUICK, check, check_equal, refused
from functions import DRIVER, MOST, PCI, VF_DRIVER, Functions, Vf
from ktap import diagnose, main, quick
from netlink import UP, Nicswitch
from state import PF
from system import HOME, Netns, run, write

STUB = "pci-pf-stub"
STEPS = int(os.environ.get("NICSWITCH_LIFE_STEPS", 16 if QUICK else 40))
SEED = int(os.environ.get("NICSWITCH_LIFE_SEED", 1))


class Life(Functions):
    """What can happen to them. Each step returns what it did, or nothing if it does not apply."""

    def some_vf(self, bound=None):
        numbers = [number for number, vf in enumerate(self.vfs)
                   if bound is None or vf.bound == bound]
        return self.chance.choice(numbers) if numbers else None

    def vfs_appear(self, count, linux):
        self.vfs = [Vf(self.autoprobe) for _ in range(count)]
        self.linux = linux

    def step_enable(self):
        if self.bound and not self.vfs:
            count = self.chance.randint(1, MOST)
            write(f"{self.path}/sriov_numvfs", count)
            self.vfs_appear(count, True)
            return f"{count} VFs"
        return None

    def step_create(self):
        """The NDIS way: VFs that nobody has allocated."""
        if self.bound and not self.vfs:
            count = self.chance.randint(1, MOST)
            self.nl.do("switch-new", num_vfs=count)
            self.vfs_appear(count, False)
            return f"a switch with {count} VFs"
        return None

    def step_disable(self):
        if self.bound and self.vfs:
            write(f"{self.path}/sriov_numvfs", 0)
            self.vfs = []
            return "no VFs"
        return None

    def step_reset_tool(self):
        if self.bound and self.vfs:
            run("nicswitch reset")
            self.vfs = []
            return "nicswitch reset"
        return None

    def step_enable_wrongly(self):
        if not self.present:
            return None
        with refused(errno.ERANGE):
            write(f"{self.path}/sriov_numvfs", self.total + 1)
        if self.vfs:
            with refused(errno.EBUSY):
                write(f"{self.path}/sriov_numvfs", len(self.vfs) + 1)
            write(f"{self.path}/sriov_numvfs", len(self.vfs))
            with refused(errno.EEXIST):
                self.nl.do("switch-new", num_vfs=len(self.vfs))
        elif not self.bound:
            with refused(errno.ENOENT):
                write(f"{self.path}/sriov_numvfs", 1)
            with refused(errno.ENODEV):
                self.nl.do("switch-new", num_vfs=1)
        return "VFs that cannot be"

    def step_delete_wrongly(self):
        if self.vfs and self.linux:
            with refused(errno.EBUSY):
                self.nl.do("switch-del")
            return "a switch in use is not deleted"
        return None

    def step_autoprobe(self):
        if self.present:
            self.autoprobe = not self.autoprobe
            write(f"{self.path}/sriov_drivers_autoprobe", int(self.autoprobe))
            return f"autoprobe {self.autoprobe}"
        return None

    def step_override(self):
        number = self.some_vf()
        if number is None:
            return None
        vf = self.vfs[number]
        vf.override = self.chance.choice((None, VF_DRIVER, "nobody"))
        write(f"{self.path}/virtfn{number}/driver_override", vf.override or "\n")
        return f"driver_override of VF {number}: {vf.override}"

    def step_unbind(self):
        number = self.some_vf(True)
        if number is None:
            return None
        write(f"{PCI}/drivers/{VF_DRIVER}/unbind", self.vf_address(number))
        self.vfs[number].bound = False
        return f"unbind VF {number}"

    def step_unbind_elsewhere(self):
        """Its interface is in another namespace, and goes from there."""
        number = self.some_vf(True)
        if number is None:
            return None
        netns = Netns()
        try:
            HOME.link(f"{PF}v{number}", netns=netns.descriptor)
            write(f"{PCI}/drivers/{VF_DRIVER}/unbind", self.vf_address(number))
            self.vfs[number].bound = False
            check(f"{PF}v{number}" not in netns.rtnl.links(), "the interface is left")
        finally:
            netns.close()
        return f"unbind VF {number} that is elsewhere"

    def step_bind(self):
        number = self.some_vf(False)
        if number is None:
            return None
        vf, file = self.vfs[number], self.chance.choice((f"drivers/{VF_DRIVER}/bind",
                                                         "drivers_probe"))
        with contextlib.suppress(OSError):
            write(f"{PCI}/{file}", self.vf_address(number))
        # the kernel's rule: without autoprobe only an override binds, even by hand
        vf.bound = vf.override == VF_DRIVER or (self.autoprobe and not vf.override)
        return f"{file} VF {number}"

    def step_flr(self):
        number = self.some_vf()
        if number is None:
            return None
        write(f"{self.path}/virtfn{number}/reset", 1)
        return f"reset VF {number}"

    def step_flr_by_request(self):
        number = self.some_vf()
        if number is None or not self.linux:
            return None
        self.nl.do("vf-reset", vf_id=number)
        return f"reset VF {number} by request"

    def step_flr_pf(self):
        if self.present:
            write(f"{self.path}/reset", 1)
            return "reset the PF"
        return None

    def step_unbind_pf(self):
        if self.bound:
            write(f"{PCI}/drivers/{DRIVER}/unbind", self.address)
            self.bound, self.vfs = False, []
            return "unbind the PF"
        return None

    def step_bind_pf(self):
        if self.present and not self.bound:
            write(f"{self.path}/driver_override", "nobody")
            with refused(errno.ENODEV):
                write(f"{PCI}/drivers/{DRIVER}/bind", self.address)
            write(f"{self.path}/driver_override", "\n")
            write(f"{PCI}/drivers/{DRIVER}/bind", self.address)
            self.bound = True
            return "bind the PF"
        return None

    def step_stub(self):
        """Another driver of the PF enables VFs, and leaves them behind."""
        if not self.bound or not os.path.isdir(f"{PCI}/drivers/{STUB}"):
            return None
        write(f"{PCI}/drivers/{DRIVER}/unbind", self.address)
        write(f"{self.path}/driver_override", STUB)
        write(f"{PCI}/drivers_probe", self.address)
        write(f"{self.path}/sriov_numvfs", 2)
        check_equal(self.driver_of(f"{self.path}/virtfn1"), None, "driver of a VF without switch")
        with refused(errno.ENODEV):
            self.nl.do("switch-new", num_vfs=2)
        write(f"{PCI}/drivers/{STUB}/unbind", self.address)
        write(f"{self.path}/driver_override", "\n")
        write(f"{PCI}/drivers/{DRIVER}/bind", self.address)
        self.vfs = []
        return "another driver for a while"

    def step_remove(self):
        if self.present:
            write(f"{self.path}/remove", 1)
            self.present = self.bound = False
            self.vfs = []
            return "remove the PF"
        return None

    def step_rescan(self):
        write(f"{PCI}/rescan", 1)
        if not self.present:
            # found anew, with its driver
            self.present = self.bound = self.autoprobe = True
        return "rescan"

    def step_down(self):
        if self.bound:
            HOME.link(PF, clear_flags=UP)
            return "PF down"
        return None

    def step_all_at_once(self):
        """VFs change drivers and are reset from several sides."""
        if not self.vfs:
            return None
        plans = [[self.chance.choice(("bind", "unbind", "reset", "request"))
                  for _ in range(4)] for _ in self.vfs]
        doors = [Nicswitch() for _ in plans]

        def live(number, plan):
            for what in plan:
                # another one, or the state of the VF, may be against it
                with contextlib.suppress(OSError):
                    if what == "reset":
                        write(f"{self.path}/virtfn{number}/reset", 1)
                    elif what == "request":
                        doors[number].do("vf-reset", vf_id=number)
                    else:
                        write(f"{PCI}/drivers/{VF_DRIVER}/{what}", self.vf_address(number))

        threads = [threading.Thread(target=live, args=job) for job in enumerate(plans)]
        threads.append(threading.Thread(target=write, args=(f"{self.path}/reset", 1)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for door in doors:
            door.close()
        self.adopt()
        return f"all at once: {plans}"


# How often, compared with the others; most of those that take VFs away take a second.
STEPS_OF_LIFE = {
    "enable": 12, "create": 2, "disable": 2, "reset_tool": 1, "enable_wrongly": 2,
    "delete_wrongly": 1, "autoprobe": 3, "override": 4, "unbind": 6, "unbind_elsewhere": 2,
    "bind": 8, "flr": 3, "flr_by_request": 2, "flr_pf": 2, "unbind_pf": 1, "bind_pf": 8, "remove": 1, "rescan": 2,
    "down": 2, "stub": 1, "all_at_once": 1,
}


def step(life, name):
    """Does one step, and looks whether all is well; returns what it was, if anything."""
    what = None
    try:
        what = getattr(life, f"step_{name}")()
        if what:
            life.check_all()
    except Exception:
        diagnose(f"in step {name}: {what}")
        raise
    return what


def test_each_step_of_a_life():
    with Life(random.Random(1)) as life:
        for name in ("enable_wrongly enable enable_wrongly delete_wrongly down flr flr_by_request "
                     "unbind flr override bind override bind flr_pf all_at_once stub enable "
                     "unbind_elsewhere bind unbind_pf "
                     "enable_wrongly flr_pf rescan bind_pf autoprobe enable bind autoprobe bind "
                     "remove rescan create flr_pf enable_wrongly disable enable "
                     "reset_tool").split():
            step(life, name)


@quick
def test_random_life():
    chance = random.Random(SEED)
    diagnose(f"NICSWITCH_LIFE_SEED={SEED} NICSWITCH_LIFE_STEPS={STEPS}")
    names, weights = list(STEPS_OF_LIFE), list(STEPS_OF_LIFE.values())
    done = []
    with Life(chance) as life:
        try:
            while len(done) < STEPS:
                what = step(life, chance.choices(names, weights)[0])
                done += [what] if what else []
        except Exception:
            diagnose("\n".join(["before that:", *done]))
            raise


if __name__ == "__main__":
    main()
