# SPDX-License-Identifier: GPL-2.0-only
"""The rules of the NIC switch as random_ops.py knows them: what is refused.

Written from the rules, not from the module. A rule that forbids a request adds its errno
to a set; their order is nobody's business.
"""

from ops_queue import place_of
from ops_state import (ACTIVATED, ASYMMETRIC, COUNTS, DEACTIVATED, ID, MODERATION, NONE,
                       PF_RSS, SINGLE_POOL, VLAN, State, is_group)

SPEED = 100000
BLOCK = 128
BLOCKS = 256
BUILTIN = {0: 12, 1: 14}
SPACE = 4096
PIECE = 256


def is_power(number):
    return number > 0 and not number & (number - 1)


class World(State):
    """One adapter, and what it refuses."""

    def forbidden(self, who, name, values, dump):
        method = "no_" + name.replace("-", "_")
        return getattr(self, method)(who, values, dump) if hasattr(self, method) else set()

    def foreign(self, who, *owners):
        return {"EPERM"} if any(owner not in (None, who) for owner in owners) else set()

    def no_vf(self, values):
        if "vf-id" not in values:
            return {"EINVAL"}
        return set() if values["vf-id"] in self.vfs else {"ENOENT"}

    def no_vport(self, number):
        return set() if self.switch and number in self.vports else {"ENOENT"}

    def no_name(self, values, key):
        name = values.get(key, "a")
        return set() if name and name.isprintable() else {"EINVAL"}

    def no_moderation(self, values):
        return {"EOPNOTSUPP"} if "moderation" in values and not self.has(MODERATION) else set()

    def no_caps_set(self, _who, values, _dump):
        why = {"EBUSY"} if self.switch or self.in_vmq_mode() else set()
        caps = self.merged(values["caps"])
        if "flags-mask" in values["caps"] and "flags" not in values["caps"]:
            why.add("EINVAL")
        if caps["flags"] & ~self.hardware["flags"]:
            why.add("EOPNOTSUPP")
        if any(caps[name] > self.hardware[name] for name in COUNTS):
            why.add("EINVAL")
        if caps["flags"] & PF_RSS and not caps["flags"] & SINGLE_POOL:
            why.add("EINVAL")
        if caps["max-vports"] < caps["max-vfs"] + 1 or \
           caps["max-queue-pairs"] < caps["max-vports"] or \
           caps["max-mac-addresses"] < caps["max-vports"] or \
           caps["max-filters"] < caps["max-mac-addresses"] or \
           not is_power(caps["max-queue-pairs-per-vport"]) or \
           not is_power(caps["max-queue-pairs-default-vport"]):
            why.add("EINVAL")
        return why

    def merged(self, changes):
        caps = dict(self.caps)
        caps.update({key: value for key, value in changes.items() if key in COUNTS})
        if "flags" in changes:
            mask = changes.get("flags-mask", 0xffffffff)
            caps["flags"] = caps["flags"] & ~mask | changes["flags"] & mask
        return caps

    def no_switch_new(self, _who, values, _dump):
        why = {"EEXIST"} if self.switch else {"EBUSY"} if self.in_vmq_mode() else set()
        pairs = values.get("default-queue-pairs", 1)
        if values.get("num-vfs", 0) > self.caps["max-vfs"] or not is_power(pairs) or \
           pairs > self.caps["max-queue-pairs-default-vport"]:
            why.add("EINVAL")
        if pairs > self.caps["max-queue-pairs"]:
            why.add("ENOSPC")
        return why | self.no_name(values, "switch-name")

    def no_switch(self, values):
        return {"ENOENT"} if not self.switch or values.get("switch-id") else set()

    def no_switch_get(self, _who, values, dump):
        return set() if dump else self.no_switch(values)

    def no_switch_set(self, _who, values, _dump):
        why = self.no_switch(values) | self.no_name(values, "switch-name")
        return why if "switch-name" in values else why | {"EINVAL"}

    def no_switch_del(self, who, values, _dump):
        why = self.no_switch(values)
        if self.switch:
            why |= self.foreign(who, self.switch["owner"])
            if self.filters or len(self.vports) > 1 or self.vfs:
                why.add("EBUSY")
        return why

    def no_vf_new(self, _who, values, _dump):
        if not self.switch:
            return {"ENOENT"}
        why = self.no_name(values, "vf-name") | self.no_name(values, "vm-name") | \
            self.no_name(values, "nic-name")
        if len(self.vfs) >= self.switch["num-vfs"]:
            why.add("ENOSPC")
        mac = values.get("mac", "02:00:00:00:00:01")
        if is_group(mac) or mac == "00:00:00:00:00:00":
            why.add("EINVAL")
        return why

    def no_vf_get(self, _who, values, dump):
        if dump:
            why = {"ENOENT"} if values.get("switch-id") else set()
            return why | {"EINVAL"} if "vf-id" in values else why
        return self.no_vf(values) | ({"ENOENT"} if values.get("switch-id") else set())

    def no_vf_del(self, who, values, _dump):
        why = self.no_vf(values)
        if not why:
            why |= self.foreign(who, self.vfs[values["vf-id"]]["owner"])
            if self.vport_of(values["vf-id"]) is not None:
                why.add("EBUSY")
        return why

    def no_vf_reset(self, _who, values, _dump):
        return self.no_vf(values)

    def new_port_vlan(self, values):
        vid = values.get("port-vlan", 0)
        return (values.get("port-vlan-proto", 0x8100), vid,
                values.get("port-vlan-qos", 0)) if vid else None

    def no_vf_set(self, _who, values, _dump):
        why = self.no_vf(values)
        vid, priority = values.get("port-vlan"), values.get("port-vlan-qos", 0)
        if vid is None and ("port-vlan-qos" in values or "port-vlan-proto" in values):
            why.add("EINVAL")
        if values.get("port-vlan-proto", 0x8100) not in (0x8100, 0x88a8):
            why.add("EPROTONOSUPPORT")
        if (vid or 0) > 4094 or priority > 7 or (priority and not vid):
            why.add("EINVAL")
        if "mac" in values and is_group(values["mac"]):
            why.add("EINVAL")
        if self.no_vf(values):
            return why
        vf = self.vfs[values["vf-id"]]
        low = values.get("min-tx-rate", vf["min-tx-rate"])
        high = values.get("max-tx-rate", vf["max-tx-rate"])
        if low > SPEED or high > SPEED or (high and low > high):
            why.add("EINVAL")
        if "min-tx-rate" in values or "max-tx-rate" in values:
            others = sum(one["min-tx-rate"] for one in self.vfs.values() if one is not vf)
            if low and low + others > SPEED:
                why.add("ENOSPC")
        vport = self.vport_of(values["vf-id"])
        if vid is not None and vport is not None:
            vlan = self.new_port_vlan(values)
            for one in self.on(vport):
                if self.clash(vport, one["mac"], one["vlan-mode"], one.get("vlan-id"), one, vlan):
                    why.add("EEXIST")
        return why

    def no_vf_power(self, _who, values, _dump):
        why = self.no_vf(values)
        if "power-state" not in values or (values["power-state"] == 1 and values.get("wake")):
            why.add("EINVAL")
        return why

    def no_config(self, values, length):
        why = self.no_vf(values)
        offset = values.get("config-offset")
        if offset is None or not 1 <= length <= PIECE or offset + length > SPACE:
            why.add("EINVAL")
        return why

    def no_vf_config_read(self, _who, values, _dump):
        return self.no_config(values, values.get("config-length", 0))

    def no_vf_config_write(self, _who, values, _dump):
        return self.no_config(values, len(values.get("config-data", b"")))

    def no_vf_bar_get(self, _who, values, dump):
        why = self.no_vf(values)
        if not dump and "bar-index" not in values:
            why.add("EINVAL")
        if not dump and values.get("bar-index", 0) > 5:
            why.add("ENOENT")
        return why

    def no_vport_new(self, who, values, _dump):
        why = set() if self.switch else {"ENOENT"}
        if ("pf" in values) == ("vf-id" in values):
            return why | {"EINVAL"}
        why |= self.no_name(values, "vport-name") | self.no_moderation(values) | \
            self.no_affinity(values)
        if "vf-id" in values:
            why |= self.no_vf(values) | ({"EINVAL"} if "affinity" in values else set())
            if not self.no_vf(values):
                why |= self.foreign(who, self.vfs[values["vf-id"]]["owner"])
                if self.vport_of(values["vf-id"]) is not None:
                    why.add("EBUSY")
        if not self.switch:
            return why
        mine = [one for number, one in self.vports.items() if one["pf"] and number]
        reserved = self.caps["max-vports"] - self.caps["max-vfs"] - 1
        if len(self.vports) >= self.caps["max-vports"] or \
           ("pf" in values and not self.has(SINGLE_POOL) and len(mine) >= reserved):
            why.add("ENOSPC")
        pairs = values.get("queue-pairs", 1)
        others = {one["queue-pairs"] for number, one in self.vports.items() if number}
        return why | self.no_pairs(pairs, others)

    def no_pairs(self, pairs, others, room=0):
        """For a nondefault VPort beside those that have others, and room of its own."""
        why = set()
        if not 1 <= pairs <= self.caps["max-queue-pairs-per-vport"] or \
           (not self.has(ASYMMETRIC) and others - {pairs}):
            why.add("EINVAL")
        if pairs + self.pairs() - room > self.caps["max-queue-pairs"]:
            why.add("ENOSPC")
        return why

    def no_vport_get(self, _who, values, dump):
        function = "vf-id" in values or "pf" in values
        why = {"ENOENT"} if values.get("switch-id") else set()
        if not dump:
            if "vport-id" not in values or function:
                why.add("EINVAL")
            return why | self.no_vport(values.get("vport-id"))
        if ("vf-id" in values and "pf" in values) or (function and "switch-id" in values) or \
           "vport-id" in values:
            why.add("EINVAL")
        return why | self.no_vf(values) if "vf-id" in values else why

    def no_vport_set(self, _who, values, _dump):
        why = self.no_vport(values["vport-id"]) | self.no_name(values, "vport-name") | \
            self.no_moderation(values) | self.no_affinity(values)
        if self.no_vport(values["vport-id"]):
            return why
        vport = self.vports[values["vport-id"]]
        if vport["vport-state"] == ACTIVATED and values.get("vport-state") == DEACTIVATED:
            why.add("EINVAL")
        if "affinity" in values and not vport["pf"]:
            why.add("EINVAL")
        if "queue-pairs" in values:
            others = {one["queue-pairs"] for number, one in self.vports.items()
                      if number and one is not vport}
            why |= self.no_pairs(values["queue-pairs"], others, vport["queue-pairs"])
            if not values["vport-id"] or not vport["pf"]:
                why.add("EINVAL")
            if not self.has(PF_RSS):
                why.add("EOPNOTSUPP")
        return why

    def no_vport_del(self, who, values, _dump):
        why = self.no_vport(values["vport-id"])
        if values["vport-id"] == 0:
            why.add("EINVAL")
        if not self.no_vport(values["vport-id"]):
            why |= self.foreign(who, self.vports[values["vport-id"]]["owner"])
            if self.on(values["vport-id"]):
                why.add("EBUSY")
        return why

    def no_filter_new(self, who, values, _dump):
        why = self.no_place(values)
        found = not why
        vid, mac = values.get("vlan-id"), values["mac"]
        mode = values.get("vlan-mode", NONE if vid is None else ID)
        if mac in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff") or (mode == ID) != (vid is not None):
            why.add("EINVAL")
        if mode == ID and not self.has(VLAN):
            why.add("EOPNOTSUPP")
        if vid is not None and not 1 <= vid <= 4094:
            why.add("EINVAL")
        unicast = [one for one in self.filters.values() if not is_group(one["mac"])]
        if len(self.filters) >= self.caps["max-filters"] or \
           (not is_group(mac) and len(unicast) >= self.caps["max-mac-addresses"]):
            why.add("ENOSPC")
        if found:
            place = place_of(values)
            why |= self.foreign(who, self.owner_of_place(place))
            if self.clash(place, mac, mode, vid):
                why.add("EEXIST")
        return why

    def no_filter_get(self, _who, values, dump):
        if dump:
            why = {"EINVAL"} if "filter-id" in values else set()
            return why | self.no_vport(values["vport-id"]) if "vport-id" in values else why
        if "filter-id" not in values:
            return {"EINVAL"}
        if values["filter-id"] not in self.filters:
            return {"ENOENT"}
        place = self.filters[values["filter-id"]]["vport-id"]
        return {"EINVAL"} if values.get("vport-id", place) != place else set()

    def owners_of_filter(self, one):
        return one["owner"], self.owner_of_place(one["vport-id"])

    def no_filter_move(self, who, values, _dump):
        why = self.no_vport(values["vport-id"])
        one = self.filters.get(values["filter-id"])
        if not one:
            return why | {"ENOENT"}
        if isinstance(one["vport-id"], tuple):
            return why | {"EOPNOTSUPP"}
        if one["vport-id"] != values["source-vport-id"]:
            why.add("EINVAL")
        why |= self.foreign(who, *self.owners_of_filter(one))
        if not self.no_vport(values["vport-id"]):
            why |= self.foreign(who, self.vports[values["vport-id"]]["owner"])
            if self.clash(values["vport-id"], one["mac"], one["vlan-mode"], one.get("vlan-id"),
                          one):
                why.add("EEXIST")
        return why

    def no_filter_del(self, who, values, _dump):
        one = self.filters.get(values["filter-id"])
        return self.foreign(who, *self.owners_of_filter(one)) if one else {"ENOENT"}

    def no_stats_get(self, _who, values, dump):
        return set() if dump else self.no_vport(values["vport-id"])

    # The backchannel

    def block(self, values):
        return self.vfs[values["vf-id"]]["blocks"].get(values["block-id"])

    def no_block_get(self, _who, values, dump):
        why = self.no_vf(values)
        if dump or why:
            return why
        if values["block-id"] in BUILTIN:
            length = BUILTIN[values["block-id"]]
        elif not self.block(values):
            return {"ENOENT"}
        else:
            length = len(self.block(values)[0])
        return {"EMSGSIZE"} if length > values.get("block-length", BLOCK) else set()

    def no_block_set(self, _who, values, _dump):
        why = self.no_vf(values)
        if values["block-id"] in BUILTIN:
            why.add("EINVAL")
        if not 1 <= len(values["block-data"]) <= BLOCK:
            why.add("EMSGSIZE")
        if not self.no_vf(values) and not self.block(values) and \
           len(self.vfs[values["vf-id"]]["blocks"]) >= BLOCKS:
            why.add("ENOSPC")
        return why

    def no_block_del(self, _who, values, _dump):
        why = self.no_vf(values)
        if values["block-id"] in BUILTIN:
            why.add("EINVAL")
        elif not why and not self.block(values):
            why.add("ENOENT")
        return why

    def no_block_invalidate(self, _who, values, _dump):
        return self.no_vf(values) | (set() if values["block-mask"] else {"EINVAL"})

    def no_block_write(self, _who, values, _dump):
        vf = next(number for number, index in self.ifindex.items() if index == values["ifindex"])
        if vf not in self.vfs:
            return {"ENOENT"}
        if values["block-id"] in BUILTIN:
            return {"EPERM", "EMSGSIZE"}
        found = self.vfs[vf]["blocks"].get(values["block-id"])
        if not found:
            return {"ENOENT"}
        why = set() if found[1] else {"EPERM"}
        return why if 1 <= len(values["block-data"]) <= BLOCK else why | {"EMSGSIZE"}

    def no_block_take(self, _who, values, _dump):
        vf = next(number for number, index in self.ifindex.items() if index == values["ifindex"])
        return set() if vf in self.vfs else {"ENOENT"}
