#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Random configurations and random frames against a model of the forwarding rules.

The model was written from the rules alone: it is slow, it knows no tables, and
it must never be corrected by reading the module. Every delivery is compared,
port by port, tag by tag.

    random_model.py [--seed N] [--rounds N] [--seconds S]
"""

import argparse
import errno
import fcntl
import random
import socket
import struct
import sys
import time

from checks import PATIENCE, QUICK, SLOW_GUEST, check
from frames import BROADCAST, format_tags, parse_tags
from ktap import diagnose, run_test
from lab import Lab, show
from netlink import mac_bytes
from state import PF
from system import HOME

C, S = 0x8100, 0x88a8
UNTAGGED = None
UNICAST = [f"02:00:00:00:aa:{number:02x}" for number in range(1, 5)]
GROUPS = [f"01:00:5e:00:00:{number:02x}" for number in (0x71, 0x72)]
NOBODY = "02:00:00:00:99:99"
CONDITIONS = ("none", "none", "any", "5", "7", "100")
TAGS = ("", "", "", "", "0", "0p3", "5", "5", "7", "7p6", "100", "100p2", "200", "4095", "s200",
        "s5", "5,7", "100,5", "s200,5", "s200,7p1", "7,7")
PORT_VLANS = ((0, 0, C), (0, 0, C), (100, 0, C), (5, 4, C), (200, 0, S), (200, 6, S))


def is_group(mac):
    return bool(int(mac[:2], 16) & 1)


class VPort:
    """A VPort and the interface behind it."""

    def __init__(self, number, kind, port):
        self.number, self.kind, self.port = number, kind, port
        self.active = kind != "pf"
        self.port_vlan = None           # (TPID, VID), and the priority of its tag
        self.priority = 0
        self.spoofchk, self.trust = kind == "vf", False
        self.promisc = self.allmulti = False
        self.up = True
        self.groups, self.vlans = set(), set()

    def may(self):
        """Whether it gets more than its filters ask for, if its interface wants that."""
        return self.kind == "default" or (self.kind == "vf" and self.trust)


class Filter:
    """A receive filter."""

    def __init__(self, number, vport, mac, condition):
        self.number, self.vport, self.mac, self.condition = number, vport, mac, condition

    def effective(self):
        """What its condition means inside the switch: UNTAGGED, "any" or (TPID, VID)."""
        if self.condition == "any":
            return "any"
        if self.condition == "none":
            return self.vport.port_vlan or UNTAGGED
        return C, int(self.condition)


class Model:
    """The rules."""

    def __init__(self, pf_mac):
        self.vports, self.filters = {}, {}
        self.pf_mac = pf_mac
        self.wire = True

    # What is refused

    def clash(self, vport, mac, condition, but=None):
        """Whether somebody holds the same already."""
        effective = Filter(0, vport, mac, condition).effective()
        if mac == self.pf_mac and effective == "any":
            return True
        return any(one.mac == mac and one.effective() == effective and one is not but and
                   (not is_group(mac) or one.vport is vport) for one in self.filters.values())

    def clash_in_port_vlan(self, vport, port_vlan):
        old, vport.port_vlan = vport.port_vlan, port_vlan
        mine = [one for one in self.filters.values() if one.vport is vport]
        found = any(self.clash(vport, one.mac, one.condition, one) for one in mine)
        vport.port_vlan = old
        return found

    # Who gets a frame

    def of(self, vport):
        return [one for one in self.filters.values() if one.vport is vport]

    def silent(self, vport):
        return vport.kind != "default" and not self.of(vport)

    @staticmethod
    def in_vlan(vport, vlan):
        """A VPort with a port VLAN lives in it; a Deactivated one nowhere."""
        return vport.active and vport.port_vlan in (None, vlan)

    def owner(self, mac, vlan):
        """The VPort that receives this unicast address in this VLAN."""
        for wanted in (vlan, "any"):
            for one in self.filters.values():
                if one.mac == mac and one.effective() == wanted and self.in_vlan(one.vport, vlan):
                    return one.vport
        return self.vports[0] if mac == self.pf_mac else None

    def member(self, vport, mac, vlan):
        """Whether a VPort gets this group in this VLAN."""
        for one in self.of(vport):
            if one.mac == mac and one.effective() in (vlan, "any"):
                return True
        if vport.may() and vport.up and (vport.promisc or vport.allmulti):
            return True
        if not vport.up or mac not in vport.groups:
            return False
        if vport.kind == "default" or vport.port_vlan:
            return True
        return vlan is UNTAGGED or (vlan[0] == C and vlan[1] in vport.vlans)

    def admits(self, vport, vlan):
        return vport.kind == "default" or \
            any(one.effective() in (vlan, "any") for one in self.of(vport))

    def deliveries(self, ingress, dst, src, tags):
        """Port -> tags of all who get a frame."""
        vport = self.vports.get(ingress)
        if vport:
            if not vport.active or self.silent(vport):
                return {}
            if vport.port_vlan:
                # VID 0 is no tag of its own: the port VLAN takes its place
                if tags and self.vlan(tags) is UNTAGGED:
                    tags = tags[1:]
                tagged = tags
                tags = ((vport.port_vlan[0], vport.port_vlan[1] | vport.priority << 13),) + tags
            vlan = self.vlan(tags)
            if vport.spoofchk and (is_group(src) or self.owner(src, vlan) is not vport):
                return {}
            if vport.port_vlan and vport.port_vlan[0] == C and tagged:
                return {}
        vlan = self.vlan(tags)
        found, wire = self.decide(vport, dst, vlan)
        result = {}
        for one in found:
            if one is vport or not one.up or self.silent(one) or not self.in_vlan(one, vlan):
                continue
            result[one.port.name] = tags[1:] if one.port_vlan else tags
        if wire and vport and self.wire:
            result["wire"] = tags
        return result

    @staticmethod
    def vlan(tags):
        """The VLAN of a frame: VID 0 is none."""
        if not tags or tags[0] == (C, tags[0][1] & 0xf000):
            return UNTAGGED
        return tags[0][0], tags[0][1] & 0xfff

    def decide(self, vport, dst, vlan):
        everyone = [one for one in self.vports.values() if one.active]
        if dst == BROADCAST:
            return [one for one in everyone if self.admits(one, vlan)], True
        if is_group(dst):
            return [one for one in everyone if self.member(one, dst, vlan)], True
        owner = self.owner(dst, vlan)
        if owner:
            return ([] if owner is vport else [owner]), False
        return [one for one in everyone if one.may() and one.promisc and one.up], True


class Play:
    """A lab, its model, and random things that happen to both."""

    def __init__(self, lab, rng):
        self.lab, self.rng = lab, rng
        self.model = Model(lab.pf_mac)
        self.log = []
        self.add(0, "default", lab["pf"])
        for name in list(lab.ports):
            if name[0] == "v":
                self.add(lab.vport(name), "vf", lab[name])
        for (port, mac, vlan), number in lab.filters.items():
            vport = self.model.vports[lab.vport(port)]
            self.model.filters[number] = Filter(number, vport, lab.mac(mac), vlan)
        self.sockets = {}
        self.frames = {}

    def add(self, number, kind, port):
        self.model.vports[number] = VPort(number, kind, port)

    # Configuration: each returns what it did, or None

    def pick(self, *kinds):
        found = [one for one in self.model.vports.values() if not kinds or one.kind in kinds]
        return self.rng.choice(found) if found else None

    def agree(self, refused, function, *args, **values):
        """The module must refuse exactly what the model refuses."""
        try:
            result = function(*args, **values)
        except OSError as error:
            check(refused, f"refused: {error}")
            check(error.errno == errno.EEXIST, f"refused with another reason: {error}")
            return None
        check(not refused, "it was not refused")
        return result

    def any_mac(self):
        own = [one.port.mac for one in self.model.vports.values() if one.port]
        return self.rng.choice(UNICAST * 2 + GROUPS + own)

    def do_add_filter(self):
        if len(self.model.filters) > 24:
            return None
        vport, mac, condition = self.pick(), self.any_mac(), self.rng.choice(CONDITIONS)
        refused = self.model.clash(vport, mac, condition)
        number = self.agree(refused, self.lab.filter, vport.number, mac, condition)
        if number:
            self.model.filters[number] = Filter(number, vport, mac, condition)
        return f"filter add vport {vport.number} mac {mac} vlan {condition}: {number or 'refused'}"

    def pick_filter(self):
        return self.rng.choice(list(self.model.filters.values())) if self.model.filters else None

    def do_delete_filter(self):
        one = self.pick_filter()
        if not one or self.rng.random() < 0.4:
            return None
        self.lab.nl.do("filter-del", filter_id=one.number)
        del self.model.filters[one.number]
        return f"filter delete {one.number}"

    def do_move_filter(self):
        one, target = self.pick_filter(), self.pick()
        if not one:
            return None
        source = one.vport
        if target is source:
            return None
        refused = self.model.clash(target, one.mac, one.condition, one)
        if self.agree(refused, self.lab.move_filter, one.number, source.number,
                      target.number) is None and not refused:
            one.vport = target
        return f"filter move {one.number} from {source.number} to {target.number}" + \
            ": refused" * refused

    do_move_filter_again = do_move_filter

    def do_add_vport(self):
        if len([one for one in self.model.vports.values() if one.kind == "pf"]) > 2:
            return None
        number = self.lab.nl.do("vport-new", pf=True)["vport-id"]
        self.add(number, "pf", None)
        return f"vport create pf: {number}"

    def do_activate(self):
        vport = self.pick("pf")
        if not vport or vport.active:
            return None
        vport.port = self.lab.activate(vport.number)
        vport.active = True
        return f"vport set {vport.number} state activated"

    def do_delete_vport(self):
        vport = self.pick("pf")
        if not vport or self.model.of(vport) or self.rng.random() < 0.5:
            return None
        if vport.port:
            del self.lab.ports[vport.port.name]
        self.lab.nl.do("vport-del", vport_id=vport.number)
        del self.model.vports[vport.number]
        return f"vport delete {vport.number}"

    def do_port_vlan(self):
        vport = self.pick("vf")
        vid, priority, proto = self.rng.choice(PORT_VLANS)
        port_vlan = (proto, vid) if vid else None
        refused = self.model.clash_in_port_vlan(vport, port_vlan)
        self.agree(refused, self.lab.vf, vport.port.vf, vlan=vid, qos=priority, proto=proto)
        if not refused:
            vport.port_vlan, vport.priority = port_vlan, priority
        return f"vf {vport.port.vf} vlan {vid} qos {priority} proto {proto:#x}" + \
            ": refused" * refused

    def do_spoofchk(self):
        vport = self.pick("vf")
        vport.spoofchk = not vport.spoofchk
        self.lab.vf(vport.port.vf, spoofchk=int(vport.spoofchk))
        return f"vf {vport.port.vf} spoofchk {vport.spoofchk}"

    def do_trust(self):
        vport = self.pick("vf")
        vport.trust = not vport.trust
        self.lab.vf(vport.port.vf, trust=int(vport.trust))
        return f"vf {vport.port.vf} trust {vport.trust}"

    def do_promisc(self):
        vport = self.pick()
        if not vport.port:
            return None
        vport.promisc = not vport.promisc
        vport.port.promisc(vport.promisc)
        return f"{vport.port.name} promisc {vport.promisc}"

    def do_allmulti(self):
        vport = self.pick()
        if not vport.port:
            return None
        vport.allmulti = not vport.allmulti
        vport.port.allmulti(vport.allmulti)
        return f"{vport.port.name} allmulti {vport.allmulti}"

    def do_group(self):
        vport, mac = self.pick(), self.rng.choice(GROUPS)
        if not vport.port:
            return None
        joined = mac in vport.groups
        request = struct.pack("16sH6s8x", vport.port.ifname.encode(), 0, mac_bytes(mac))
        with vport.port.netns, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            fcntl.ioctl(sock, 0x8932 if joined else 0x8931, request)
        vport.groups ^= {mac}
        return f"{vport.port.name} {'leaves' if joined else 'joins'} {mac}"

    do_group_again = do_group

    def do_vlan(self):
        vport, vid = self.pick("vf"), self.rng.choice((5, 7))
        name = f"t.{vport.port.name}.{vid}"
        if vid in vport.vlans:
            self.lab.delete_link(vport.port.netns, name)
        else:
            self.lab.add_vlan(vport.port.name, vid, up=False)
        vport.vlans ^= {vid}
        return f"{vport.port.name} VLAN interface {vid}: {vid in vport.vlans}"

    def do_down(self):
        vport = self.pick("vf", "pf")
        if not vport or not vport.port or (vport.up and self.rng.random() < 0.6):
            return None
        vport.up = not vport.up
        (vport.port.up if vport.up else vport.port.down)()
        return f"{vport.port.name} up {vport.up}"

    def do_wire(self):
        if self.model.wire and self.rng.random() < 0.7:
            return None
        self.model.wire = not self.model.wire
        HOME.link("t-lan", master=PF if self.model.wire else None)
        return f"wire {self.model.wire}"

    def configure(self):
        """One change; most of what is picked applies."""
        names = [name for name in dir(self) if name.startswith("do_")]
        did = None
        while not did:
            name = self.rng.choice(names)
            self.log.append(f"{name} ...")
            did = getattr(self, name)()
            if not did:
                self.log.pop()
        self.log[-1] = did

    # Frames

    def send(self):
        rng, model = self.rng, self.model
        ports = [one for one in model.vports.values() if one.port and one.active and one.up]
        ingress = rng.choice(ports + [None] * model.wire)
        macs = UNICAST + [one.port.mac for one in model.vports.values() if one.port]
        dst = rng.choice(macs + GROUPS * 2 + [BROADCAST, NOBODY])
        mine = [one.mac for one in model.filters.values()
                if ingress and one.vport is ingress and not is_group(one.mac)]
        src = rng.choice(mine) if mine and rng.random() < 0.85 else rng.choice(macs + [NOBODY])
        tag = rng.choice(TAGS)
        name = ingress.port.name if ingress else "wire"
        serial = self.lab.send(name, dst, src, tag)
        wanted = model.deliveries(ingress.number if ingress else None, dst, src, parse_tags(tag))
        text = {f"{port}:{format_tags(tags)}".rstrip(":"): 1 for port, tags in wanted.items()}
        self.frames[serial] = text, f"{name} -> {dst} from {src} tag {tag!r}"

    def compare(self):
        lab, seen = self.lab, {}
        missing = dict(self.frames)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            lab.settle(seen)
            missing = {serial: one for serial, one in self.frames.items()
                       if not set(one[0]) <= set(seen.get(serial, {}))}
            if not missing:
                break
            lab.gather(seen, 0.01)
        problems = []
        for serial, (wanted, text) in self.frames.items():
            got = seen.pop(serial, {})
            if got != wanted:
                problems.append(f"{text}: received by {show(got)}, not by {show(wanted)}")
        problems += [f"late: frame {serial}: {show(got)}" for serial, got in seen.items()]
        self.frames.clear()
        check(not problems, "\n".join(problems[:12]))


def play(seed, rounds, seconds):
    """Returns how much was compared."""
    rng = random.Random(seed)
    start, done, frames = time.monotonic(), 0, 0
    total = {}
    with Lab(vfs=4) as lab:
        game = Play(lab, rng)
        try:
            while done < rounds and time.monotonic() - start < seconds:
                for _ in range(rng.choice((1, 1, 2, 4))):
                    game.configure()
                for _ in range(24):
                    game.send()
                frames += 24
                for wanted, _ in game.frames.values():
                    total[len(wanted)] = total.get(len(wanted), 0) + 1
                game.compare()
                done += 1
        except Exception:
            for line in game.log[-25:]:
                print(f"# {line}")
            print(f"# round {done} of --seed {seed}")
            raise
    spread = ", ".join(f"{total[size]} with {size}" for size in sorted(total))
    return f"{done} rounds, {frames} frames; receivers: {spread}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=900)
    parser.add_argument("--seconds", type=float, default=10 if SLOW_GUEST else
                        4 if QUICK else 10)
    args = parser.parse_args()
    print(f"KTAP version 1\n1..1\n# seed {args.seed}", flush=True)

    def test_frames_go_where_the_model_says():
        diagnose(play(args.seed, args.rounds, args.seconds))

    directive = run_test(test_frames_go_where_the_model_says)
    print(f"{'not ' * (directive is None)}ok 1 frames_go_where_the_model_says{directive or ''}")
    sys.exit(directive is None)


if __name__ == "__main__":
    main()
