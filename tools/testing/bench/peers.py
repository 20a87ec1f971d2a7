# SPDX-License-Identifier: GPL-2.0-only
"""What nicswitch is compared with: the kernel's other ways between two interfaces."""

import os
import socket

import bpf
import ovs
from netlink import IFLA_ADDRESS, mac_text
from pktgen import TX_PACKETS, Path, link
from system import HOME, run, write

MTU = 9000
XDP_MTU = 1500  # a frame in one page
VID = 10


def mac(group, number):
    return f"02:be:00:{group:02x}:{number >> 8:02x}:{number & 255:02x}"


def address(netns, ifname):
    """The MAC address of an interface."""
    return mac_text(link(netns, ifname)[IFLA_ADDRESS])


def ip(words, netns=None):
    run(f"ip {words}", netns=netns)


def up(netns, *names, mtu=MTU):
    for name in names:
        ip(f"link set {name} mtu {mtu} up", netns)


def to_sink(sink, name):
    HOME.link(name, netns=sink.descriptor)


def dummy(_sink, mode):
    """A dummy: pktgen's own cost, and that of a frame which is received without a device."""
    if not os.path.exists("/sys/class/net/b-dummy"):
        ip("link add b-dummy type dummy")
        up(HOME, "b-dummy")
    mac_of = address(HOME, "b-dummy")
    return Path("b-dummy", mac(1, 1), mac_of, [], mode)


def veth(sink, gro=False):
    name = "b-vethg" if gro else "b-veth"
    ip(f"link add {name} type veth peer name {name}p")
    to_sink(sink, f"{name}p")
    up(HOME, name)
    up(sink, f"{name}p")
    if gro:
        run(f"ethtool -K {name}p gro on", netns=sink)
    return Path(name, address(HOME, name), address(sink, f"{name}p"), [(sink, f"{name}p")])


def veth_xdp(sink):
    """The far end of a veth pair drops all frames by a program; it counts what the program saw."""
    ip("link add b-vethx type veth peer name b-vethxp")
    to_sink(sink, "b-vethxp")
    up(HOME, "b-vethx", mtu=XDP_MTU)
    up(sink, "b-vethxp", mtu=XDP_MTU)
    path = Path("b-vethx", address(HOME, "b-vethx"), address(sink, "b-vethxp"), [])
    end = (sink, "b-vethxp")
    return path.with_program(end, bpf.verdict(bpf.DROP), [end])


def macvlan(sink):
    """Two macvlans in bridge mode on a dummy."""
    ip("link add b-mvl type dummy")
    up(HOME, "b-mvl")
    for name in ("b-mv0", "b-mv1"):
        ip(f"link add {name} link b-mvl type macvlan mode bridge")
    to_sink(sink, "b-mv1")
    up(HOME, "b-mv0")
    up(sink, "b-mv1")
    return Path("b-mv0", address(HOME, "b-mv0"), address(sink, "b-mv1"), [(sink, "b-mv1")])


def two_veths(sink, name):
    """Hosts name0 here and name1 in the sink, with name0p and name1p for a switch."""
    for number in (0, 1):
        ip(f"link add {name}{number} type veth peer name {name}{number}p")
        up(HOME, f"{name}{number}p")
    to_sink(sink, f"{name}1")
    up(HOME, f"{name}0")
    up(sink, f"{name}1")
    return address(HOME, f"{name}0"), address(sink, f"{name}1")


def bridge(sink, vlan=False):
    name = "b-brv" if vlan else "b-br"
    ip(f"link add {name} type bridge mcast_snooping 0 vlan_filtering {int(vlan)}")
    src, dst = two_veths(sink, name)
    for number in (0, 1):
        ip(f"link set {name}{number}p master {name}")
    up(HOME, name)
    for number, host in ((0, src), (1, dst)):
        vid = f" vlan {VID}" if vlan else ""
        if vlan:
            run(f"bridge vlan add dev {name}{number}p vid {VID}")
        run(f"bridge fdb replace {host} dev {name}{number}p master static{vid}")
    if vlan:
        return tagged(sink, f"{name}0", f"{name}1", src, dst)
    return Path(f"{name}0", src, dst, [(sink, f"{name}1")])


def tagged(sink, here, there, src, dst):
    """The same between VLAN interfaces, so that frames travel with a tag."""
    ip(f"link add link {here} name {here}.{VID} type vlan id {VID}")
    ip(f"link add link {there} name {there}.{VID} type vlan id {VID}", sink)
    up(HOME, f"{here}.{VID}")
    up(sink, f"{there}.{VID}")
    return Path(f"{here}.{VID}", src, dst, [(sink, f"{there}.{VID}")])


def openvswitch(sink):
    src, dst = two_veths(sink, "b-ovs")
    datapath = ovs.Datapath("b-ovsdp")
    ports = [datapath.add_port(f"b-ovs{number}p") for number in (0, 1)]
    datapath.add_flow(ports[0], src, dst, ports[1])
    return Path("b-ovs0", src, dst, [(sink, "b-ovs1")])


def netdevsim(sink):
    """Two netdevsims with a link between them; kernels before 6.9 have no such link."""
    bus = "/sys/bus/netdevsim"
    if not os.path.exists(f"{bus}/link_device"):
        return None
    names = []
    for number in (71, 72):
        write(f"{bus}/new_device", f"{number} 1")
        path = f"{bus}/devices/netdevsim{number}/net"
        names.append(os.listdir(path)[0])
    for number, name in enumerate(names):
        ip(f"link set {name} name b-sim{number}")
    to_sink(sink, "b-sim1")
    up(HOME, "b-sim0")
    up(sink, "b-sim1")
    with sink:
        peer = socket.if_nametoindex("b-sim1")
    write(f"{bus}/link_device",
          f"{HOME.descriptor}:{socket.if_nametoindex('b-sim0')} "
          f"{sink.descriptor}:{peer}")
    # frames received are not counted; those that the other end takes are
    return Path("b-sim0", address(HOME, "b-sim0"), address(sink, "b-sim1"),
                [(HOME, "b-sim0", TX_PACKETS)])
