# SPDX-License-Identifier: GPL-2.0-only
"""Frames of every kind where nobody foretells what becomes of them: afterwards all works as before."""

import contextlib
import errno

from checks import PATIENCE, Skipped, wait_for
from frame_noise import BURST, Interface, Noise, Pages, Tap
from frames import Sniffer
from lab import Lab
from netlink import Nicswitch, Refused
from offloads import kinds, watch
from state import PF
from system import HOME, run
from vmq import QueueLab

NET = "10.77.0"
MACHINE = "02:00:00:00:00:77"
IFLA_STATS64 = 23


class LabNoise(Noise):
    """The ports of a lab, and its end of the cable."""

    def __init__(self, lab, rng):
        self.lab = lab
        super().__init__(rng, [*lab.ports.values(), Interface("t-lan")])
        # what comes from the cable has been seen by somebody else: shared skbs
        witness = Sniffer(HOME, "t-lan")
        self.undo.callback(witness.close)
        self.witnesses = [witness]

    def drain(self):
        for sniffer in [port.sniffer for port in self.lab.ports.values()] + self.witnesses:
            for _ in sniffer.receive():
                pass


class Rough(LabNoise):
    """The ports of a switch, with clones, bridges and tunnels above them."""

    def __init__(self, lab, rng):
        number = lab.add_pf_vport()
        lab.filter(f"p{number}", f"p{number}")
        lab.vf(1, vlan=10)
        lab.vf(2, vlan=20, proto=0x88a8, qos=3)
        lab.vf(0, spoofchk=0)
        lab.nl.do("vf-set", vf_id=3, max_tx_rate=100)
        super().__init__(lab, rng)
        self.names = [port.ifname for port in self.ports]
        self.mirror()
        self.flood(f"p{number}")
        self.pages = Pages(rng, lab["v0"].ifname, NET, self.macs)
        self.undo.callback(self.pages.close)
        self.tunnels()
        self.turns += [self.zerocopy, self.zerocopy]

    def mirror(self):
        """What goes out of one interface goes out of another too: shared skbs.

        Not what comes in, which would never end.
        """
        names = self.names
        for name, where, other, how in ((names[1], "egress", names[2], "mirror"),
                                        (names[2], "egress", names[3], "mirror"),
                                        (names[3], "ingress", "t-lan", "mirror"),
                                        (names[4], "ingress", "t-lan", "redirect")):
            run(f"tc qdisc add dev {name} clsact")
            run(f"tc filter add dev {name} {where} matchall action mirred egress {how} dev {other}")
            self.undo.callback(run, f"tc qdisc del dev {name} clsact", ok=False)

    def flood(self, name):
        """What is sent on a bridge leaves through all of its ports: clones. The others lead nowhere."""
        run("ip link add t-br type bridge")
        self.undo.callback(HOME.rtnl.delete, "t-br")
        for number in (1, 2):
            run(f"ip link add t-sink{number} type dummy")
            self.undo.callback(HOME.rtnl.delete, f"t-sink{number}")
            run(f"ip link set t-sink{number} master t-br up")
        run(f"ip link set {self.lab[name].ifname} master t-br")
        run("ip link set t-br up")
        self.add_above("t-br")

    def tunnels(self):
        """Offloads of tunnels, which a socket cannot ask for."""
        below = self.lab["v0"].ifname
        for name, kind in (("t-vx", f"vxlan id 7 dstport 4789 udpcsum dev {below}"),
                           ("t-vxn", f"vxlan id 8 dstport 4789 noudpcsum dev {below}"),
                           ("t-vxr", f"vxlan id 9 dstport 4790 udpcsum remcsumtx dev {below}"),
                           ("t-gre", f"gretap dev {below}"),
                           ("t-grec", f"gretap ocsum key 7 dev {below}"),
                           ("t-ipip", f"ipip dev {below}"),
                           ("t-vlan", None)):
            if kind:
                run(f"ip link add {name} type {kind} local {NET}.1 remote {NET}.3")
            else:
                run(f"ip link add link {below} name {name} type vlan id 7")
            self.undo.callback(HOME.rtnl.delete, name)
            run(f"ip link set {name} up")
            self.add_above(name, name == "t-ipip")

    def zerocopy(self):
        for _ in range(BURST // 2):
            self.paged += self.pages.send()

    def end(self):
        """Nothing above the ports any more."""
        self.undo.close()
        for number in (1, 2):
            self.lab.vf(number, vlan=0)
        self.lab.vf(0, spoofchk=1)
        self.lab.nl.do("vf-set", vf_id=3, max_tx_rate=0)


def end(lab, game):
    """Interfaces are as a lab makes them, and no frame moves."""
    for port in game.ports:
        game.set_merging(port, 0, lambda: "off")
        port.link(mtu=1500)
        port.up()

    def traffic():
        return [port.netns.rtnl.links()[port.ifname][2][IFLA_STATS64] for port in lab.ports.values()]

    def quiet():
        before = traffic()
        lab.settle({})
        return traffic() == before
    wait_for(lambda: all(port.carrier() for port in lab.ports.values()), "carrier", 3 * PATIENCE)
    wait_for(quiet, "frames to come to rest", 3 * PATIENCE)
    lab.drops_before = lab.drops()


def rough(rng, frames):
    """Returns (what to say, problems)."""
    with Lab(vfs=4, netns=False) as lab:
        game = Rough(lab, rng)
        try:
            with watch() as trace:
                game.play(frames)
        finally:
            game.end()
        end(lab, game)
        for source, target in (("v0", "v1"), ("v1", "v2"), ("v2", "v3"), ("v3", "v0"),
                               ("pf", "v2"), ("wire", "v3")):
            lab.sees(source, target, dst=target)
        lab.sees("v2", "wire", dst="wire")
        return [game.told(), f"one for many: {' '.join(sorted(kinds(trace)))}"], []


class Queues(LabNoise):
    """VM queues, which have no switch below them; the external port is a tap."""

    def __init__(self, lab, rng, taps):
        super().__init__(lab, rng)
        self.taps = taps
        self.turns += [self.outside, self.outside, self.exchange]
        self.tapped = 0

    def outside(self):
        """Frames that come from beyond the external port."""
        for _ in range(BURST):
            self.serial += 1
            data = self.maker.frame(self.rng.choice(self.macs), self.rng.choice(self.macs), self.serial,
                                    65536)
            for tap in self.taps:
                self.tapped += tap.send(self.rng, self.maker.virtio(data), data)

    def exchange(self):
        """Another cable."""
        self.plug(self.rng.choice(["t-lan", *(tap.ifname for tap in self.taps)]))

    def plug(self, cable):
        for name in ("t-lan", *(tap.ifname for tap in self.taps)):
            HOME.link(name, master=None)
        HOME.link(cable, master=PF)

    def generate(self):
        """pktgen waits for its frames, and a tap keeps them until they are read."""
        self.plug("t-lan")
        super().generate()

    def drain(self):
        super().drain()
        for tap in self.taps:
            tap.drain()

    def told(self):
        return f"{super().told()}, {self.tapped} of taps"


def queues(rng, frames):
    """Returns (what to say, problems)."""
    with QueueLab() as lab:
        for _ in range(2):
            lab.queue()
        with contextlib.ExitStack() as stack:
            taps = []
            for name, frags in (("t-tap", False), ("t-frags", True)):
                taps.append(Tap(name, frags))
                stack.callback(taps[-1].close)
            game = Queues(lab, rng, taps)
            stack.callback(game.undo.close)
            game.play(frames)
        HOME.link("t-lan", master=PF)
        end(lab, game)
        for name in lab.ports:
            if name[0] == "q":
                lab.sees("wire", name, dst=name)
                lab.sees(name, "wire", dst="wire")
        return [game.told()], []


def synthetic(rng, frames):
    """Returns (what to say, problems)."""
    nl = Nicswitch()
    with contextlib.ExitStack() as stack:
        stack.callback(nl.close)
        try:
            number = nl.do("failover-new", mac=MACHINE)["failover-id"]
        except Refused as error:
            if error.errno != errno.EOPNOTSUPP:
                raise
            # net_failover, which lockdep does not understand
            raise Skipped(error.text) from error
        stack.callback(nl.do, "failover-del", failover_id=number)
        found = nl.do("failover-get", failover_id=number)
        ports = [Interface(found[name], MACHINE) for name in ("ifname", "standby-ifname",
                                                              "master-ifname")]
        for port in ports:
            port.up()
        game = Noise(rng, ports)
        stack.callback(game.undo.close)
        game.play(frames)
        return [game.told()], []
