# SPDX-License-Identifier: GPL-2.0-only
"""All measurements of frames per second, and of the instructions of a frame."""

import os

import ours
import peers
import pktgen

SIZES = (1514, 9014)
FRAMES = 200_000    # a tenth of a second or more
BURSTS = 5
FEW = 20_000        # where the machine is emulated
VPORTS = (256, 1024)
FILTERS = (4096, 65536)


class Rate:
    """Frames per second through paths, all at once: the best of some bursts.

    A shared processor is at times half as fast for a second, and never faster than it is."""

    unit = "pps"
    bursts = BURSTS

    def __init__(self, name, *paths, size=60, frames=FRAMES):
        self.name, self.paths, self.size, self.frames = name, paths, size, frames

    def burst(self):
        return pktgen.run(self.paths, self.frames, self.size)

    def run(self):
        return max(self.burst() for _ in range(self.bursts))


class Copies(Rate):
    """Frames per second that receivers get, all of them together; they may lose some."""

    def burst(self):
        return pktgen.run(self.paths, self.frames, self.size, lossy=True)


class Instructions(Rate):
    """Instructions of a frame, on a machine whose clock counts them.

    What else the machine does in a burst only adds to them."""

    unit = "insn"
    bursts = 3

    def run(self):
        return 1e9 / super().run()


def sized(name, path):
    """With frames of all sizes, to compare with the bound and with veth."""
    return [Rate(name, path)] + [Rate(f"{name}-{size}", path, size=size) for size in SIZES]


def named(name, make):
    """Measurements of one path."""
    return lambda sink: [Rate(name, path) for path in [make(sink)] if path]


def bounds(sink):
    return sized("bound-receive", peers.dummy(sink, "netif_receive")) + \
        [Rate("bound-transmit", peers.dummy(sink, "start_xmit"))]


def filters(total):
    """One of many filters, and all of them in turn."""
    def make(sink):
        path, name = ours.pair(sink, filters=total), f"vf-vf-{total}"
        return [Rate(name, path), Rate(f"{name}-same", ours.other(path)),
                Rate(f"{name}-turn", ours.other(path, total - 2))]
    return make


def vports(total):
    return named(f"vf-vf-{total}vports", lambda sink: ours.pair(sink, total - 1, total - 1))


def uplink(sink):
    return [Rate(name, path) for name, path in ours.uplink(sink).items()]


def xdp(sink):
    return [Rate(name, path) for name, path in ours.xdp(sink).items()]


def broadcast(receivers):
    return lambda sink: [Copies(f"broadcast-{receivers}", ours.broadcast(sink, receivers),
                                frames=FRAMES // receivers)]


# Name of a group -> what sets it up.
FRAME_GROUPS = {
    "bound": bounds,
    "veth": lambda sink: sized("veth", peers.veth(sink)),
    "vf-vf": lambda sink: sized("vf-vf", ours.pair(sink)),
    "veth-gro": named("veth-gro", lambda sink: peers.veth(sink, gro=True)),
    "macvlan": named("macvlan", peers.macvlan),
    "bridge": named("bridge", peers.bridge),
    "bridge-vlan": named("bridge-vlan", lambda sink: peers.bridge(sink, vlan=True)),
    "vf-vf-vlan": named("vf-vf-vlan", ours.vlan),
    "ovs": named("ovs", peers.openvswitch),
    "netdevsim": named("netdevsim", peers.netdevsim),
    "vf-vf-port-vlan": named("vf-vf-port-vlan", ours.port_vlan),
    "vf-vf-nospoofchk": named("vf-vf-nospoofchk", lambda sink: ours.pair(sink, spoofchk=False)),
    **{f"vf-vf-{total}": filters(total) for total in FILTERS},
    **{f"vf-vf-{total}vports": vports(total) for total in VPORTS},
    "uplink": uplink,
    "xdp-drop-veth": named("xdp-drop-veth", peers.veth_xdp),
    "xdp": xdp,
    **{f"broadcast-{receivers}": broadcast(receivers) for receivers in (2, 16, 64)},
}


def instructions(sink):
    """Of a 60-byte frame; the bound tells how many of them are pktgen's and the stack's."""
    return [Instructions("insn-bound-receive", peers.dummy(sink, "netif_receive"), frames=FEW),
            Instructions("insn-veth", peers.veth(sink), frames=FEW),
            Instructions("insn-vf-vf", ours.pair(sink), frames=FEW),
            Instructions("insn-vf-vf-vlan", ours.vlan(sink), frames=FEW),
            Instructions("insn-bridge", peers.bridge(sink), frames=FEW)]


def scaling(sink):
    """One flow, and as many as there are processors."""
    cpus = os.cpu_count()
    paths = ours.flows(sink, cpus)
    return [Rate(f"smp{cpus}-{number}flow", *paths[:number], frames=FEW)
            for number in sorted({1, 2, cpus})]
