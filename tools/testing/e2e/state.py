# SPDX-License-Identifier: GPL-2.0-only
"""The adapter between tests: one switch with VFs and nothing else."""

import errno
import os
import struct

from checks import Skipped, wait_for
from netlink import ALLMULTI, PROMISC, UP, Nicswitch
from system import HOME, run

PF = "nsw0"
VFS = 6     # of the switch that is kept from test to test: making VFs takes over a second


def state():
    """What to look at when a test has failed."""
    parts = []
    for words in ("nicswitch show", "nicswitch stats show"):
        result = run(words, ok=False)
        parts.append(f"$ {words}\n{result.out}{result.err}")
    return "".join(parts)


def send_home(netns, ifname):
    """Brings a VF back before its namespace ends, which takes the kernel a while."""
    try:
        netns.link(ifname, clear_flags=UP | PROMISC | ALLMULTI)
        netns.link(ifname, netns=HOME.descriptor)
    except OSError as error:
        if error.errno not in (errno.ENODEV, None):
            raise


def ensure_switch(nl, vfs):
    """A switch with that many VFs and nothing else."""
    found = nl.do("switch-get", dump=True)
    if found and found[0]["num-vfs"] != vfs:
        reset()
        found = []
    if not found:
        reset()
        nl.do("switch-new", num_vfs=vfs)


def scrub():
    """Takes all objects away but the switch, and puts the interfaces back."""
    for name in HOME.rtnl.links():
        if name.startswith("t-") or name.startswith("t."):
            HOME.rtnl.delete(name)
    nl = Nicswitch()
    for noun, first in (("filter", 1), ("queue", 1), ("vport", 1), ("vf", 0)):
        for found in nl.do(f"{noun}-get", dump=True):
            key = {f"{noun}_id": found[f"{noun}-id"]}
            if found[f"{noun}-id"] < first:
                continue
            if noun == "vf":
                nl.do("vf-reset", **key)
            nl.do(f"{noun}-del", **key)
    found = nl.do("switch-get", dump=True)
    nl.close()
    vfs = found[0]["num-vfs"] if found else 0
    wanted = [PF] + [f"{PF}v{number}" for number in range(vfs)]
    wait_for(lambda: set(wanted) <= set(HOME.rtnl.links()), "VFs at home")
    for name, (_, flags, values) in HOME.rtnl.links().items():
        if name in wanted:
            HOME.rtnl.link(name, clear_flags=UP | PROMISC | ALLMULTI)
            if values[4] != struct.pack("=I", 1500):
                HOME.rtnl.link(name, mtu=1500)


def reset():
    """As after loading the module, through the tool."""
    run("nicswitch reset")


def load(*parameters):
    """Loads the module anew."""
    module = os.environ.get("NICSWITCH_MODULE")
    if not module:
        raise Skipped("NICSWITCH_MODULE says not which module to load")
    if os.path.isdir("/sys/module/nicswitch"):
        run("rmmod nicswitch")
    run("insmod", module, *parameters)
