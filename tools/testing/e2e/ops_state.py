# SPDX-License-Identifier: GPL-2.0-only
"""What a NIC switch has, as random_ops.py knows it, and what a request makes of that."""

from ops_more import More
from ops_queue import Queues, place_of

UNTAGGED = None
VLAN, MODERATION, ASYMMETRIC, SINGLE_POOL, PF_RSS = 1, 2, 4, 8, 32
NONE, ID, ANY = 0, 1, 2
OFF = 1
ACTIVATED, DEACTIVATED = 1, 2
POLICY = {"link-policy": 0, "spoofchk": 1, "trust": 0, "rss-query": 0, "min-tx-rate": 0,
          "max-tx-rate": 0}
COUNTS = ("max-vfs", "max-vports", "max-queue-pairs", "max-queue-pairs-per-vport",
          "max-queue-pairs-default-vport", "max-mac-addresses", "max-filters", "num-queues")


def is_group(mac):
    return bool(int(mac[:2], 16) & 1)


class State(Queues, More):
    """One adapter."""

    def __init__(self, hardware):
        Queues.__init__(self)
        More.__init__(self)
        self.hardware, self.caps = hardware, dict(hardware)
        self.switch = None
        self.vfs, self.vports, self.filters = {}, {}, {}
        self.power, self.ifindex, self.used = {}, {}, set()

    # What it should look like

    def dumps(self):
        filters = [dict(one, **{"filter-id": number}) for number, one in
                   sorted(self.filters.items())]
        for one in filters:
            self.show_owner(one)
            place = one["vport-id"]
            if isinstance(place, tuple):
                one["vport-id"], one["queue-id"] = None, place[1]
        caps = {name: self.caps[name] for name in COUNTS + ("flags",)}
        if self.switch:
            caps["num-queues"] = 0
        return {"switch": self.dump_switch(), "vf": self.dump_vfs(), "vport": self.dump_vports(),
                "filter": filters, "caps": [caps], "queue": self.dump_queues(),
                "fault": self.dump_faults()}

    @staticmethod
    def show_owner(one):
        """Who it is, nobody is told."""
        one["owned"] = one.pop("owner") is not None or None

    def dump_switch(self):
        if not self.switch:
            return []
        found = dict(self.switch)
        self.show_owner(found)
        tagged = [[], []]
        plain = [[], []]
        for one in self.filters.values():
            (tagged if one["vlan-mode"] == ID else plain)[one["vport-id"] != 0].append(one)
        found.update({"num-allocated-vfs": len(self.vfs), "num-active-vports": len(self.vports),
                      "num-vports": self.caps["max-vports"], "num-queue-pairs": self.pairs(),
                      "num-mac-filters-default": len(plain[0]),
                      "num-mac-filters-nondefault": len(plain[1]),
                      "num-vlan-filters-default": len(tagged[0]),
                      "num-vlan-filters-nondefault": len(tagged[1])})
        return [found]

    def dump_vfs(self):
        found = []
        for number, vf in sorted(self.vfs.items()):
            one = {key: value for key, value in vf.items() if key != "vlan"}
            self.show_owner(one)
            one["pending"] = self.pending.get(number, 0)
            proto, vid, priority = vf["vlan"] or (None, None, None)
            vport = self.vport_of(number)
            power, wake = self.power.get(number, (1, 0))
            one.update({"vf-id": number, "power-state": power, "wake": wake, "port-vlan": vid,
                        "port-vlan-proto": proto, "port-vlan-qos": priority, "vport-id": vport})
            found.append(one)
        return found

    def dump_vports(self):
        found = []
        for number, vport in sorted(self.vports.items()):
            one = dict(vport)
            self.show_owner(one)
            one.update({"vport-id": number, "num-filters": len(self.on(number))})
            found.append(one)
        return found

    # What follows from it

    def pairs(self):
        return sum(one["queue-pairs"] for one in self.vports.values())

    def vport_of(self, vf):
        for number, one in self.vports.items():
            if one["vf-id"] == vf:
                return number
        return None

    def on(self, vport):
        return [one for one in self.filters.values() if one["vport-id"] == vport]

    def has(self, flag):
        return bool(self.caps["flags"] & flag)

    def effective(self, vport, mode, vid, vlan=()):
        """What a condition means inside the switch."""
        if mode == ANY:
            return ANY
        if mode == ID:
            return 0x8100, vid
        if vlan == ():
            vf = None if isinstance(vport, tuple) else self.vports[vport]["vf-id"]
            vlan = self.vfs[vf]["vlan"] if vf is not None else None
        return vlan[:2] if vlan else UNTAGGED

    def clash(self, vport, mac, mode, vid, but=None, vlan=()):
        """Whether somebody holds the same; vlan: if this VPort had that port VLAN."""
        wanted = self.effective(vport, mode, vid, vlan)
        for one in self.filters.values():
            if one is but or one["mac"] != mac:
                continue
            same = one["vport-id"] == vport
            its = self.effective(one["vport-id"], one["vlan-mode"], one.get("vlan-id"),
                                 vlan if same else ())
            if its == wanted and (same or not is_group(mac)):
                return True
        return False

    # What is then

    def apply(self, who, name, values, reply):
        method = "do_" + name.replace("-", "_")
        if hasattr(self, method):
            getattr(self, method)(who if "owned" in values else None, values, reply)

    def do_caps_set(self, _owner, values, _reply):
        self.caps = self.merged(values["caps"])

    def do_switch_new(self, owner, values, _reply):
        self.switch = {"owner": owner, "switch-name": values.get("switch-name"),
                       "num-vfs": values.get("num-vfs", self.caps["max-vfs"]),
                       "default-queue-pairs": values.get("default-queue-pairs", 1)}
        self.add_vport(0, {"pf": True, "queue-pairs": self.switch["default-queue-pairs"]}, None)
        self.vports[0]["vport-state"] = ACTIVATED

    def do_switch_set(self, _owner, values, _reply):
        self.switch["switch-name"] = values["switch-name"]

    def do_switch_del(self, _owner, _values, _reply):
        self.switch = None
        self.vports.clear()
        self.pending.clear()
        self.power.clear()
        self.ifindex.clear()

    def do_vf_new(self, owner, values, reply):
        number = reply["vf-id"]
        lowest = min(set(range(self.switch["num-vfs"])) - set(self.vfs))
        assert number == lowest, f"VF {number}, not {lowest}"
        given = {key: values.get(key) for key in ("vf-name", "vm-name", "nic-name", "mac")}
        self.vfs[number] = dict(POLICY, owner=owner, vlan=None, blocks={}, offer=None, **given)

    def do_vf_set(self, _owner, values, _reply):
        vf = self.vfs[values["vf-id"]]
        vf.update({key: value for key, value in values.items() if key in POLICY})
        if "mac" in values:
            vf["mac"] = None if values["mac"] == "00:00:00:00:00:00" else values["mac"]
        if "port-vlan" in values:
            vf["vlan"] = self.new_port_vlan(values)

    def do_vf_del(self, _owner, values, _reply):
        del self.vfs[values["vf-id"]]
        self.pending.pop(values["vf-id"], None)
        self.power[values["vf-id"]] = self.power.get(values["vf-id"], (1, 0))[0], 0

    def do_vf_power(self, _owner, values, _reply):
        self.power[values["vf-id"]] = values["power-state"], values.get("wake", 0)

    def add_vport(self, number, values, owner):
        self.vports[number] = {
            "owner": owner, "pf": values.get("pf"), "vf-id": values.get("vf-id"),
            "vport-state": DEACTIVATED if "pf" in values else ACTIVATED,
            "queue-pairs": values.get("queue-pairs", 1), "vport-name": values.get("vport-name"),
            "moderation": values.get("moderation", OFF), "affinity": values.get("affinity")}

    def do_vport_new(self, owner, values, reply):
        number = reply["vport-id"]
        lowest = min(set(range(1, self.caps["max-vports"])) - set(self.vports))
        assert number == lowest, f"VPort {number}, not {lowest}"
        self.add_vport(number, values, owner)

    def do_vport_set(self, _owner, values, _reply):
        for key in ("vport-name", "moderation", "vport-state", "affinity", "queue-pairs"):
            if key in values:
                self.vports[values["vport-id"]][key] = values[key]

    def do_vport_del(self, _owner, values, _reply):
        del self.vports[values["vport-id"]]
        self.forget_faults_of(values["vport-id"])

    def do_filter_new(self, owner, values, reply):
        number, vid = reply["filter-id"], values.get("vlan-id")
        assert number and number not in self.used, f"filter {number} once more"
        self.used.add(number)
        self.filters[number] = {"owner": owner, "vport-id": place_of(values),
                                "mac": values["mac"], "vlan-id": vid,
                                "vlan-mode": values.get("vlan-mode", NONE if vid is None else ID)}

    def do_filter_move(self, _owner, values, _reply):
        self.filters[values["filter-id"]]["vport-id"] = values["vport-id"]

    def do_filter_del(self, _owner, values, _reply):
        del self.filters[values["filter-id"]]

    def do_block_set(self, _owner, values, _reply):
        self.vfs[values["vf-id"]]["blocks"][values["block-id"]] = \
            values["block-data"], "block-writable" in values

    def do_block_del(self, _owner, values, _reply):
        del self.vfs[values["vf-id"]]["blocks"][values["block-id"]]

    def do_block_write(self, _owner, values, _reply):
        for number, index in self.ifindex.items():
            if index == values["ifindex"]:
                self.vfs[number]["blocks"][values["block-id"]] = values["block-data"], True
