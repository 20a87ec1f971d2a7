# SPDX-License-Identifier: GPL-2.0-only
"""All measurements of frames per second."""

import ours
import peers

SIZES = (1514, 9014)
import os
FRAMES = int(os.environ.get("NICSWITCH_FRAMES", "200000"))
VPORTS = (256, 1024)
FILTERS = (4096, 65536)


class Rate:
    """Frames per second through a path."""

    unit = "pps"

    def __init__(self, name, path, size=60, frames=FRAMES):
        self.name, self.path, self.size, self.frames = name, path, size, frames

    def run(self):
        return self.path.run(self.frames, self.size)


def sized(name, path):
    """With frames of all sizes, to compare with the bound and with veth."""
    return [Rate(name, path)] + [Rate(f"{name}-{size}", path, size) for size in SIZES]


def named(name, make):
    """Measurements of one path."""
    return lambda sink: [Rate(name, make(sink))]


def bounds(sink):
    return sized("bound-receive", peers.dummy(sink, "netif_receive")) + \
        [Rate("bound-transmit", peers.dummy(sink, "start_xmit"))]


def vf_vf_filters(total):
    def make(sink):
        path = ours.pair(sink, filters=total)
        name = f"vf-vf-{total}"
        return [Rate(name, path), Rate(f"{name}-spread", ours.spread(path, total))]
    return make


def uplink(sink):
    return [Rate(name, path) for name, path in ours.uplink(sink).items()]


def broadcast(receivers):
    return lambda sink: [Rate(f"broadcast-{receivers}", ours.broadcast(sink, receivers),
                              frames=FRAMES // receivers)]


# Name that all measurements of a group begin with -> what sets the group up.
GROUPS = {
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
    **{f"vf-vf-{total}": vf_vf_filters(total) for total in FILTERS},
    **{f"vf-vf-{vports}vports": named(f"vf-vf-{vports}vports",
                                      lambda sink, vports=vports: ours.pair(sink, vports - 1,
                                                                            vports - 1))
       for vports in VPORTS},
    "uplink": uplink,
    **{f"broadcast-{receivers}": broadcast(receivers) for receivers in (2, 16, 64)},
}


def measurements(sink, names):
    """Sets up the groups of these names, or all."""
    found = []
    for name, make in GROUPS.items():
        if not names or name in names:
            found += make(sink)
    return found
