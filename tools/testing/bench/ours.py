# SPDX-License-Identifier: GPL-2.0-only
"""nicswitch's own paths. Each has an adapter of its own, so that all can exist side by side."""

import batch
import bpf
from netlink import Nicswitch
from peers import VID, XDP_MTU, address, ip, mac, tagged, to_sink, up
from pktgen import Path
from system import HOME


class Adapter:
    """An adapter with a switch, VFs on VPorts and filters."""

    used = 0

    def __init__(self, sink, vfs=2):
        self.number, self.sink, self.nl = Adapter.used, sink, Nicswitch()
        Adapter.used += 1
        self.pf = f"nsw{self.number}"
        self.names, self.macs, self.vports = [], [], []
        if vfs:
            self.nl.do("switch-new", adapter_id=self.number, num_vfs=vfs)
            self.allocate(vfs)

    def do(self, command, **values):
        return self.nl.do(command, adapter_id=self.number, **values)

    def allocate(self, vfs):
        """VFs with their VPort; the first stays here, the second goes to the sink."""
        for number in range(vfs):
            self.macs.append(mac(16 + self.number, number))
            self.do("vf-new", mac=self.macs[-1])
            self.vports.append(self.do("vport-new", vf_id=number)["vport-id"])
            self.names.append(f"{self.pf}v{number}")
        to_sink(self.sink, self.names[1])
        up(HOME, self.names[0])
        up(self.sink, self.names[1])

    def add_filters(self, **condition):
        """Each VF receives its own address."""
        for number, vport in enumerate(self.vports):
            self.do("filter-new", vport_id=vport, mac=self.macs[number], **condition)

    def fill(self, total):
        """More filters, on the second VF: (its address's group) + number."""
        more = (dict(adapter_id=self.number, vport_id=self.vports[1], mac=mac(96 + self.number, number))
                for number in range(total - len(self.vports)))
        batch.do(self.nl, "filter-new", more)

    def path(self):
        return Path(self.names[0], self.macs[0], self.macs[1], [(self.sink, self.names[1])])


def pair(sink, vfs=2, filters=2, spoofchk=True):
    """From VF 0 to VF 1, of so many VFs and filters."""
    adapter = Adapter(sink, vfs)
    adapter.add_filters()
    adapter.fill(filters)
    if not spoofchk:
        HOME.rtnl.vf(adapter.pf, 0, spoofchk=0)
    return adapter.path()


def other(path, step=0):
    """To addresses of other filters, which the interface itself does not know of: one, or
    step of them one after the other."""
    number = int(path.ifname[3:].partition("v")[0])
    return Path(path.ifname, path.src, mac(96 + number, 0), path.sinks, step=step)


def flows(sink, number):
    """Independent flows between pairs of VFs, each sent by a processor of its own."""
    adapter = Adapter(sink, 2 * number)
    adapter.add_filters()
    for here, there in zip(adapter.names[2::2], adapter.names[3::2]):
        up(HOME, here)
        to_sink(sink, there)
        up(sink, there)
    return [Path(adapter.names[flow], adapter.macs[flow], adapter.macs[flow + 1],
                 [(sink, adapter.names[flow + 1])], cpu=flow // 2)
            for flow in range(0, 2 * number, 2)]


def vlan(sink):
    adapter = Adapter(sink)
    adapter.add_filters(vlan_id=VID)
    return tagged(sink, *adapter.names, *adapter.macs)


def port_vlan(sink):
    adapter = Adapter(sink)
    adapter.add_filters()
    for number in (0, 1):
        HOME.rtnl.vf(adapter.pf, number, vlan=VID)
    return adapter.path()


def uplink(sink):
    """VF to uplink, uplink to VF and VF to PF, with a veth end as cable."""
    adapter = Adapter(sink)
    adapter.add_filters()
    ip("link add b-cable type veth peer name b-host")
    ip(f"link set b-cable master {adapter.pf}")
    up(HOME, adapter.pf, "b-cable", "b-host")
    pf = address(HOME, adapter.pf)
    host = address(HOME, "b-host")
    return {
        "vf-pf": Path(adapter.names[0], adapter.macs[0], pf, [(HOME, adapter.pf)]),
        "vf-uplink": Path(adapter.names[0], adapter.macs[0], host, [(HOME, "b-host")]),
        "uplink-vf": Path("b-host", host, adapter.macs[1], [(sink, adapter.names[1])]),
    }


def broadcast(sink, receivers):
    """VF 0 to so many others, the PF being one of them."""
    adapter = Adapter(sink, receivers)
    adapter.add_filters()
    up(HOME, adapter.pf)
    for name in adapter.names[2:]:
        to_sink(sink, name)
        up(sink, name)
    return Path(adapter.names[0], adapter.macs[0], "ff:ff:ff:ff:ff:ff",
                [(sink, name) for name in adapter.names[1:]] + [(HOME, adapter.pf)])


def xdp(sink):
    """What a program on VF 1 does with the frames of VF 0."""
    adapter, beyond = Adapter(sink), Adapter(sink)
    up(sink, adapter.names[1], mtu=XDP_MTU)
    adapter.add_filters()
    path, end = adapter.path(), [(sink, adapter.names[1])]
    # redirected into another switch, in which somebody has the address that the frames have
    HOME.rtnl.vf(beyond.pf, 1, spoofchk=0)
    beyond.do("filter-new", vport_id=beyond.vports[1], mac=beyond.macs[1])
    beyond.do("filter-new", vport_id=beyond.vports[0], mac=adapter.macs[1])
    index = sink.rtnl.links()[beyond.names[1]][0]
    codes = {
        "pass": (bpf.verdict(bpf.PASS), []),
        "drop": (bpf.verdict(bpf.DROP), []),
        "tx": (bpf.swap_addresses_and_send(), [(HOME, adapter.names[0])]),
        "redirect": (bpf.redirect(index), [(HOME, beyond.names[0])]),
    }
    return {f"xdp-{name}": path.with_program(end[0], code, end + sinks)
            for name, (code, sinks) in codes.items()}
