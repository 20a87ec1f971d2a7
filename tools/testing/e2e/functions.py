# SPDX-License-Identifier: GPL-2.0-only
"""PCI functions under traffic, and whether all agree on them."""

import contextlib
import os
import signal
import socket
import struct
import time

from checks import PATIENCE, check, check_equal
from frames import BROADCAST, ETH_P_TEST, MAGIC, make_frame
from netlink import UP, Nicswitch, mac_bytes, mac_text
from state import PF, reset
from system import HOME, be_quiet, read, write

PCI = "/sys/bus/pci"
DRIVER, VF_DRIVER = "nicswitch", "nicswitch_vf"
MOST = 6                        # VFs, in these tests
WIRE, WIRE_MAC = "t-host", "02:00:00:00:ff:01"
ETH_P_NOISE = 0x88b6


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


class Functions:
    """PF and VFs of an adapter, and what is expected of them."""

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
        self.serial, self.late = 0, set()
        self.undo = contextlib.ExitStack()

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
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
                if serial in self.late:
                    self.late.discard(serial)
                    continue
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
                again = time.monotonic() + 1
                while missing and time.monotonic() < again:
                    self.receive(sent, missing)
                    time.sleep(0.001)
            # later ones find nothing of this, but what was sent again for want of patience
            self.receive(sent, missing)
            self.late |= set(sent)

    def check_all(self):
        self.check_sysfs()
        self.check_model()
        self.check_interfaces()
        self.settle()
        self.check_traffic()
