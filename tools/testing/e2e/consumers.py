#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What programs do to VFs: the daemons of systemd themselves, and the messages of others."""

import errno
import json
import os
import shutil
import struct
import subprocess

from checks import Skipped, check_equal, refused, wait_for
from ktap import main, quick
from netlink import attr, mac_bytes
from sriov import DEVICE, Vfs
from state import PF, reset
from system import HOME, run, write

VF_MAC, VF_VLAN, VF_TX_RATE, VF_SPOOFCHK, VF_LINK_STATE, VF_RATE = 1, 2, 3, 4, 5, 6
VF_RSS_QUERY, VF_TRUST, VF_VLAN_LIST = 7, 9, 12
VFINFO_LIST = 22
MAC = "02:00:00:00:aa:01"
ZERO = "00:00:00:00:00:00"
DAEMONS = "/lib/systemd"


def info(vf, **what):
    """One IFLA_VF_INFO, with all that is given."""
    parts = []
    for key, value in what.items():
        if key == "mac":
            parts.append(attr(VF_MAC, struct.pack("=I32s", vf, mac_bytes(value))))
        elif key == "old_vlan":
            parts.append(attr(VF_VLAN, struct.pack("=III", vf, *value)))
        elif key == "vlan":
            vid, qos, proto = value
            parts.append(attr(VF_VLAN_LIST, [attr(1, struct.pack("=III", vf, vid, qos) +
                                                  struct.pack("!HH", proto, 0))]))
        elif key == "rate":
            parts.append(attr(VF_RATE, struct.pack("=III", vf, *value)))
        else:
            kind = {"tx_rate": VF_TX_RATE, "spoofchk": VF_SPOOFCHK, "link": VF_LINK_STATE,
                    "rss": VF_RSS_QUERY, "trust": VF_TRUST}[key]
            parts.append(attr(kind, struct.pack("=II", vf, value)))
    return attr(1, parts)


def send(*infos):
    """One RTM_SETLINK for the PF."""
    index = HOME.rtnl.links()[PF][0]
    head = struct.pack("=BBHiII", 0, 0, 0, index, 0, 0)
    HOME.rtnl.request(19, head + attr(VFINFO_LIST, list(infos)))


def shown(vf):
    """What ip shows of a VF, in short."""
    found = json.loads(run(f"ip -j -d link show {PF}").out)[0]["vfinfo_list"]
    check_equal([one["vf"] for one in found], list(range(len(found))), "VFs in order")
    one = found[vf]
    vlan = one.get("vlan_list", [{}])[0]
    return {"mac": one["address"], "vlan": (vlan.get("vlan", 0), vlan.get("qos", 0),
                                            vlan.get("protocol", "802.1Q")),
            "rate": (one["rate"]["min_tx"], one["rate"]["max_tx"]),
            "spoofchk": one["spoofchk"], "link": one["link_state"], "trust": one["trust"],
            "rss": one["query_rss_en"]}


FRESH = {"mac": ZERO, "vlan": (0, 0, "802.1Q"), "rate": (0, 0), "spoofchk": True, "link": "auto",
         "trust": False, "rss": False}


@quick
def test_networkmanager_sets_everything_of_every_vf_in_one_message():
    with Vfs(3):
        check_equal(shown(1), FRESH, "a fresh VF")
        send(*(info(vf, mac=f"02:00:00:00:aa:{vf:02x}", spoofchk=0, trust=1, rate=(10, 100),
                    vlan=(100 + vf, 3, 0x88a8 if vf else 0x8100)) for vf in range(3)))
        for vf in range(3):
            check_equal(shown(vf),
                        {**FRESH, "mac": f"02:00:00:00:aa:{vf:02x}", "spoofchk": False,
                         "trust": True, "rate": (10, 100),
                         "vlan": (100 + vf, 3, "802.1ad" if vf else "802.1Q")}, f"VF {vf}")
        send(*(info(vf, mac=ZERO, spoofchk=1, trust=0, rate=(0, 0), vlan=(0, 0, 0x8100))
               for vf in range(3)))
        for vf in range(3):
            check_equal(shown(vf), FRESH, f"VF {vf} as it was")


def test_one_thing_that_is_refused_in_a_message_is_reported():
    with Vfs(2):
        for what in ({"rate": (100, 10)}, {"rate": (0, 200000)}, {"vlan": (5000, 0, 0x8100)},
                     {"link": 3}, {"mac": "01:00:5e:00:00:01"}):
            with refused(errno.EINVAL):
                send(info(0, **what))
        with refused(errno.EPROTONOSUPPORT):
            send(info(0, vlan=(5, 0, 0x9100)))
        check_equal(shown(0), FRESH, "the VF")


def test_sriov_cni_adds_and_deletes_a_vf():
    """The order and the values of the plugin: everything is read, set, and set back."""
    with Vfs(2) as lab:
        port = lab["v1"]
        before = shown(1)
        send(info(1, vlan=(100, 3, 0x8100)))
        send(info(1, mac=MAC))
        # it reads the address back from the interface, which may be up in any namespace
        check_equal(read_mac(port), MAC, "address of the interface at once")
        send(info(1, rate=(50, 200)))
        send(info(1, spoofchk=0))
        send(info(1, trust=1))
        send(info(1, link=1))
        check_equal(shown(1), {"mac": MAC, "vlan": (100, 3, "802.1Q"), "rate": (50, 200),
                               "spoofchk": False, "link": "enable", "trust": True, "rss": False},
                    "VF 1")
        lab.sees("v1", "wire:100p3", dst="wire", src=MAC)
        send(info(1, vlan=(0, 0, 0x8100)))
        send(info(1, spoofchk=1))
        send(info(1, trust=0))
        send(info(1, mac=before["mac"]))
        send(info(1, rate=(0, 0)))
        send(info(1, link=0))
        check_equal(shown(1), before, "VF 1 after its deletion")


def read_mac(port):
    return json.loads(run(f"ip -j link show {port.ifname}", netns=port.netns).out)[0]["address"]


def test_libvirt_sets_address_and_vlan_in_separate_calls_and_restores_them():
    with Vfs(2) as lab:
        saved = shown(0)
        send(info(0, mac=MAC))
        send(info(0, old_vlan=(42, 0)))
        check_equal(shown(0), {**FRESH, "mac": MAC, "vlan": (42, 0, "802.1Q")}, "VF 0")
        check_equal(read_mac(lab["v0"]), MAC, "address of the interface")
        send(info(0, mac=saved["mac"]))     # zero, which some drivers refuse
        send(info(0, old_vlan=(0, 0)))
        check_equal(shown(0), saved, "VF 0")


def test_address_that_is_set_while_the_vf_has_no_driver_waits_for_it():
    with Vfs(2) as lab:
        address = lab.nl.do("vf-get", vf_id=0)["pci-address"]
        lab.ports.pop("v0")
        write("/sys/bus/pci/drivers/nicswitch_vf/unbind", address)
        send(info(0, mac=MAC))
        write("/sys/bus/pci/drivers/nicswitch_vf/bind", address)
        ifname = lab.nl.do("vf-get", vf_id=0)["ifname"]
        with open(f"/sys/class/net/{ifname}/address", encoding="ascii") as file:
            check_equal(file.read().strip(), MAC, "address")
        lab.sees("wire", "", drop="#1:rx_down", dst=MAC)


def test_every_vf_is_listed_up_to_the_limit_of_the_kernel():
    reset()
    write(f"{DEVICE}/sriov_numvfs", 197)
    try:
        found = json.loads(run(f"ip -j link show {PF}").out)[0]["vfinfo_list"]
        check_equal([one["vf"] for one in found], list(range(197)), "VFs")
    finally:
        write(f"{DEVICE}/sriov_numvfs", 0)


class Systemd:
    """udevd and networkd of the guest's Debian, with their settings in /run."""

    def __init__(self, **files):
        self.files, self.running = files, []

    def __enter__(self):
        if not os.path.exists(f"{DAEMONS}/systemd-networkd"):
            raise Skipped("no systemd-networkd")
        for folder in ("/run/systemd/network", "/run/systemd/netif/links", "/run/udev"):
            os.makedirs(folder, exist_ok=True)
        for folder in ("/run/systemd/netif", "/run/systemd/netif/links"):
            shutil.chown(folder, "systemd-network", "systemd-network")
        for name, text in self.files.items():
            with open(f"/run/systemd/network/10-test.{name}", "w", encoding="ascii") as file:
                file.write(text)
        self.start("systemd-udevd")
        wait_for(lambda: os.path.exists("/run/udev/control"), "udevd")
        return self

    def start(self, daemon):
        # pylint: disable-next=consider-using-with
        self.running.append(subprocess.Popen([f"{DAEMONS}/{daemon}"], stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL))

    def __exit__(self, *exc):
        for daemon in reversed(self.running):
            daemon.terminate()
            daemon.wait()
        for folder in ("/run/systemd/network", "/run/systemd/netif", "/run/udev"):
            shutil.rmtree(folder, ignore_errors=True)


SECTION = """[SR-IOV]
VirtualFunction={vf}
VLANId=7
QualityOfService=2
VLANProtocol={proto}
MACSpoofCheck=no
QueryReceiveSideScaling=yes
Trust=yes
LinkState={link}
MACAddress=02:00:00:00:aa:{vf:02x}
"""


def set_by_systemd(vf, proto, link):
    return {"mac": f"02:00:00:00:aa:{vf:02x}", "vlan": (7, 2, proto), "rate": (0, 0),
            "spoofchk": False, "link": link, "trust": True, "rss": True}


@quick
def test_systemd_link_file_makes_vfs_and_sets_them():
    reset()
    try:
        with Systemd(link=f"[Match]\nOriginalName={PF}\n[Link]\nSR-IOVVirtualFunctions=3\n" +
                     SECTION.format(vf=1, proto="802.1ad", link="yes")):
            run(f"udevadm trigger -c add /sys/class/net/{PF}")
            wait_for(lambda: len(json.loads(run(f"ip -j link show {PF}").out)[0]
                                 .get("vfinfo_list", [])) == 3, "VFs")
            wait_for(lambda: shown(1) == set_by_systemd(1, "802.1ad", "enable"),
                     f"VF 1: {shown(1)}")
            check_equal(shown(0), FRESH, "VF 0")
            names = {name for name in HOME.rtnl.links() if name.startswith(PF)}
            check_equal(names, {PF, *(f"{PF}v{vf}" for vf in range(3))}, "names")
    finally:
        reset()


def test_systemd_networkd_sets_vfs():
    with Vfs(2):
        text = f"[Match]\nName={PF}\n[Network]\nLinkLocalAddressing=no\n"
        with Systemd(network=text + SECTION.format(vf=0, proto="802.1Q", link="no") +
                     SECTION.format(vf=1, proto="802.1ad", link="auto")) as systemd:
            run(f"udevadm trigger -c add /sys/class/net/{PF}")
            run("udevadm settle -t 20")
            systemd.start("systemd-networkd")
            wait_for(lambda: shown(0) == set_by_systemd(0, "802.1Q", "disable"),
                     f"VF 0: {shown(0)}", 20)
            wait_for(lambda: shown(1) == set_by_systemd(1, "802.1ad", "auto"),
                     f"VF 1: {shown(1)}", 20)


NM_CONF = """[main]
plugins=keyfile
dns=none
auth-polkit=false
no-auto-default=*
"""


class NetworkManager(Systemd):
    """NetworkManager with a bus of its own, where the package is installed."""

    def __enter__(self):
        for program in ("NetworkManager", "nmcli", "dbus-daemon"):
            if not shutil.which(program):
                raise Skipped(f"no {program}")
        super().__enter__()
        for folder in ("/run/dbus", "/var/lib/NetworkManager", "/run/NetworkManager/conf.d"):
            os.makedirs(folder, exist_ok=True)
        with open("/run/NetworkManager/conf.d/test.conf", "w", encoding="ascii") as file:
            file.write(NM_CONF)
        run(f"udevadm trigger -c add /sys/class/net/{PF}")
        run("udevadm settle -t 20")
        self.spawn("dbus-daemon", "--system", "--nofork", "--nopidfile")
        wait_for(lambda: os.path.exists("/run/dbus/system_bus_socket"), "the bus")
        self.spawn("NetworkManager", "--no-daemon")
        wait_for(lambda: not run("nmcli -t general status", ok=False).status, "NetworkManager", 60)
        return self

    def spawn(self, *argv):
        # pylint: disable-next=consider-using-with
        self.running.append(subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL))


def test_networkmanager_makes_vfs_and_sets_them():
    reset()
    try:
        with NetworkManager():
            vfs = (f"0 mac={MAC} trust=true spoof-check=false min-tx-rate=10 max-tx-rate=100 "
                   "vlans=7.2.ad, 2 vlans=9")
            run("nmcli", "connection", "add", "type", "ethernet", "ifname", PF, "con-name", "test",
                "autoconnect", "no", "ipv4.method", "disabled", "ipv6.method", "disabled",
                "sriov.total-vfs", 3, "sriov.vfs", vfs)
            run("nmcli connection up test")
            wanted = {**FRESH, "mac": MAC, "trust": True, "spoofchk": False, "rate": (10, 100),
                      "vlan": (7, 2, "802.1ad")}
            wait_for(lambda: shown(0) == wanted, f"VF 0: {shown(0)}")
            check_equal(shown(1), FRESH, "VF 1")
            check_equal(shown(2), {**FRESH, "vlan": (9, 0, "802.1Q")}, "VF 2")
            run("nmcli", "connection", "modify", "test", "sriov.vfs", "")
            run("nmcli connection up test")
            wait_for(lambda: shown(0) == FRESH, f"VF 0 as it was: {shown(0)}")
            run("nmcli connection down test")
            run("nmcli connection delete test")
    finally:
        reset()
        HOME.link(PF, clear_flags=1)


if __name__ == "__main__":
    main()
