#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""PCI functions come, go, change drivers and are reset, in any order and under traffic.

After each step sysfs, the model and the interfaces say the same, and frames get
to where they are sent. NICSWITCH_LIFE_SEED repeats a run, NICSWITCH_LIFE_STEPS
makes it longer.
"""

import contextlib
import errno
import os
import random
import signal
import socket
import struct
import threading
import time

from checks import PATIENCE, QUICK, check, check_equal, refused
from frames import BROADCAST, ETH_P_TEST, MAGIC, make_frame
from ktap import diagnose, main, quick
from netlink import UP, Nicswitch, mac_bytes, mac_text
from state import PF, reset
from system import HOME, Netns, be_quiet, read, run, write

PCI = "/sys/bus/pci"
DRIVER, VF_DRIVER, STUB = "nicswitch", "nicswitch_vf", "pci-pf-stub"
MOST = 6                        # VFs, in these tests
WIRE, WIRE_MAC = "t-host", "02:00:00:00:ff:01"
ETH_P_NOISE = 0x88b6
STEPS = int(os.environ.get("NICSWITCH_LIFE_STEPS", 16 if QUICK else 40))
SEED = int(os.environ.get("NICSWITCH_LIFE_SEED", random.randrange(1 << 32)))


class Noise:
    """A process that sends from and to whatever interfaces there are."""

    def __init__(self, macs):
        self.pid = os.fork()
        if not self.pid:
            try:
                self.send(macs)
            finally:
                os._exit(1)

    @staticmethod
    def send(macs):
        signal.alarm(900)       # whatever happens to the test
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0) as sock:
            while True:
                for name, mac in macs.items():
                    for target in (BROADCAST, *macs.values()):
                        with contextlib.suppress(OSError):
                            sock.sendto(make_frame(target, mac, kind=ETH_P_NOISE),
                                        (name, ETH_P_NOISE))
                time.sleep(0.002)

    @contextlib.contextmanager
    def paused(self):
        os.kill(self.pid, signal.SIGSTOP)
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        check(os.WIFSTOPPED(status), "the sender has ended")
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def stop(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Vf:
    """What is expected of a VF."""

    def __init__(self, bound):
        self.bound, self.override = bound, None


class Life:
    """An adapter, and what is expected of it."""

    def __init__(self, chance):
        self.chance = chance
        self.nl = Nicswitch()
        self.address = os.path.basename(os.path.realpath(f"/sys/class/net/{PF}/device"))
        self.path = f"{PCI}/devices/{self.address}"
        self.total = int(read(f"{self.path}/sriov_totalvfs"))
        self.vf_device = read(f"{self.path}/sriov_vf_device")
        mac = int.from_bytes(mac_bytes(self.nl.do("adapter-get")["mac"]), "big")
        self.macs = {PF: mac_text(mac.to_bytes(6, "big")), WIRE: WIRE_MAC}
        for number in range(MOST):
            self.macs[f"{PF}v{number}"] = mac_text((mac + number + 1).to_bytes(6, "big"))
        self.present = self.bound = self.autoprobe = True
        self.linux = True       # made by sriov_numvfs, with VPorts and filters
        self.vfs = []
        self.serial = 0
        self.undo = contextlib.ExitStack()

    def __enter__(self):
        reset()
        be_quiet()
        # frames for all, of all interfaces, whether they are there already or not
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK,
                                  socket.htons(ETH_P_TEST))
        self.sock.setsockopt(263, 23, 1)        # PACKET_IGNORE_OUTGOING
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)
        self.undo.callback(self.sock.close)
        HOME.rtnl.add_veth("t-lan", WIRE, HOME.descriptor)
        self.undo.callback(HOME.rtnl.delete, "t-lan")
        HOME.link(WIRE, mac=WIRE_MAC, set_flags=UP)
        self.undo.callback(self.restore)
        self.noise = Noise(self.macs)
        self.undo.callback(self.noise.stop)
        self.settle()
        return self

    def __exit__(self, *exc):
        self.undo.close()
        self.nl.close()

    def restore(self):
        """As it was before, whatever has happened."""
        if not os.path.isdir(self.path):
            write(f"{PCI}/rescan", 1)
        write(f"{self.path}/driver_override", "\n")
        write(f"{self.path}/sriov_drivers_autoprobe", 1)
        driver = self.driver_of(self.path)
        if driver != DRIVER:
            if driver:
                write(f"{PCI}/drivers/{driver}/unbind", self.address)
            write(f"{PCI}/drivers/{DRIVER}/bind", self.address)
        reset()
        HOME.link(PF, clear_flags=UP)

    def settle(self):
        """Has the interfaces that there are up, and the external port plugged in."""
        links = HOME.rtnl.links()
        for name in self.macs:
            if name in links and not links[name][1] & UP:
                HOME.link(name, set_flags=UP)
        if PF in links and not links["t-lan"][2].get(10):
            HOME.link("t-lan", master=PF, set_flags=UP)

    # What is there

    def vf_address(self, number):
        return os.path.basename(os.path.realpath(f"{self.path}/virtfn{number}"))

    @staticmethod
    def driver_of(path):
        """The name of the driver, if it has one."""
        with contextlib.suppress(OSError):
            return os.path.basename(os.readlink(f"{path}/driver"))
        return None

    def adopt(self):
        """Takes sysfs at its word, after several who did not ask each other."""
        self.bound = self.driver_of(self.path) == DRIVER
        count = int(read(f"{self.path}/sriov_numvfs"))
        self.vfs = self.vfs[:count]
        for number, vf in enumerate(self.vfs):
            vf.bound = self.driver_of(f"{self.path}/virtfn{number}") == VF_DRIVER

    def check_sysfs(self):
        check_equal(os.path.isdir(self.path), self.present, "PF")
        if not self.present:
            return
        check_equal(self.driver_of(self.path), DRIVER if self.bound else None, "driver of the PF")
        check_equal(read(f"{self.path}/sriov_numvfs"), str(len(self.vfs)), "sriov_numvfs")
        check_equal(read(f"{self.path}/sriov_vf_device"), self.vf_device, "sriov_vf_device")
        links = sorted(name for name in os.listdir(self.path) if name.startswith("virtfn"))
        check_equal(links, [f"virtfn{number}" for number in range(len(self.vfs))], "links")
        for number, vf in enumerate(self.vfs):
            path = f"{self.path}/virtfn{number}"
            check_equal(os.path.realpath(f"{path}/physfn"), os.path.realpath(self.path),
                        f"physfn of VF {number}")
            check_equal(self.driver_of(path), VF_DRIVER if vf.bound else None,
                        f"driver of VF {number}")
            check_equal(read(f"{path}/device"), f"0x{self.vf_device}", f"id of VF {number}")
            check_equal(read(f"{path}/driver_override"), vf.override or "(null)",
                        f"driver_override of VF {number}")

    def check_model(self):
        adapter = self.nl.do("adapter-get")
        check_equal(adapter.get("ifname"), PF if self.bound else None, "interface of the PF")
        check_equal("switch-id" in adapter, bool(self.vfs), "NIC switch")
        check_equal(adapter["num-vfs"], len(self.vfs), "VFs of the adapter")
        found = self.nl.do("vf-get", dump=True) if self.vfs else []
        check_equal([vf["vf-id"] for vf in found],
                    list(range(len(self.vfs))) if self.linux else [], "allocated VFs")
        for vf in found:
            number = vf["vf-id"]
            if self.vfs[number].bound:
                check_equal((vf.get("ifname"), vf.get("pci-address")),
                            (f"{PF}v{number}", self.vf_address(number)), f"VF {number}")
            else:
                check("ifname" not in vf, f"VF {number} has an interface without driver")
            check("vport-id" in vf, f"VF {number} has no VPort")

    def check_interfaces(self):
        wanted = [PF] if self.bound else []
        wanted += [f"{PF}v{number}" for number, vf in enumerate(self.vfs) if vf.bound]
        check_equal(sorted(name for name in HOME.rtnl.links() if name.startswith(PF)), wanted,
                    "interfaces")

    # Frames

    def pairs(self):
        """(from, to) of frames that must arrive."""
        ports = [f"{PF}v{number}" for number, vf in enumerate(self.vfs)
                 if vf.bound and self.linux]
        if self.bound:
            ports += [PF, WIRE]
        return [(one, ports[(at + by) % len(ports)]) for at, one in enumerate(ports)
                for by in (1, 2) if by < len(ports)]

    def receive(self, sent, missing):
        """Takes what has arrived, and says what should not have."""
        with contextlib.suppress(BlockingIOError):
            while True:
                data, address = self.sock.recvfrom(2048)
                if data[14:14 + len(MAGIC)] != MAGIC:
                    continue
                serial, = struct.unpack_from("!I", data, 14 + len(MAGIC))
                pair = sent.pop(serial, None)
                check(pair, f"frame {serial} has arrived twice, or late, at {address[0]}")
                check_equal(address[0], pair[1], f"receiver of a frame from {pair[0]}")
                missing.discard(pair)

    def check_traffic(self):
        """A quiet switch: what is sent arrives, at one port and once."""
        sent, missing = {}, set(self.pairs())
        end = time.monotonic() + PATIENCE * 4
        with self.noise.paused():
            while missing:
                check(time.monotonic() < end, f"no frame arrives: {sorted(missing)}")
                for source, target in sorted(missing):
                    self.serial += 1
                    sent[self.serial] = source, target
                    # the stack may not have followed the driver yet
                    with contextlib.suppress(OSError):
                        self.sock.sendto(make_frame(self.macs[target], self.macs[source], "",
                                                    self.serial), (source, ETH_P_TEST))
                again = time.monotonic() + 0.2
                while missing and time.monotonic() < again:
                    self.receive(sent, missing)
                    time.sleep(0.001)
            # later ones find nothing of this
            self.receive(sent, missing)

    def check_all(self):
        self.check_sysfs()
        self.check_model()
        self.check_interfaces()
        self.settle()
        self.check_traffic()

    # Steps. Each returns what it did, or nothing when there is nothing to do

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
