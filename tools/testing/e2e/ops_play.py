# SPDX-License-Identifier: GPL-2.0-only
"""What random_ops.py asks for: mostly what could be, often what is just beyond."""

import struct

from ops_state import COUNTS, is_group

MACS = [f"02:00:00:00:bb:{number:02x}" for number in range(1, 7)]
GROUPS = [f"01:00:5e:00:00:{number:02x}" for number in (0x71, 0x72)]
BAD_MACS = ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"]
VIDS = (1, 5, 5, 7, 100, 4094, 0, 4095)
AFFINITIES = ("0", "0", "0", "", "x")
NAMES = ("a", "x" * 256, "two words", "", "\033[31m")
# In turn: how long, and how many of each kind there is still room for; None: it drains
PHASES = (("full", 60, 0), ("nearly full", 30, 1), ("empty", 40, None), ("any", 40, 99))
CREATE = ("vf-new", "vport-new", "vport-new", "filter-new", "filter-new", "filter-new",
          "block-set", "fault-new", "queue-new")
CHANGE = ("vf-set",) * 6 + ("vport-set",) * 6 + ("filter-move",) * 6 + (
          "vf-power", "vf-reset", "switch-set", "block-write", "block-take",
          "block-invalidate", "vf-config-write", "caps-set", "switch-new", "vf-get", "vport-get",
          "filter-get", "switch-get", "caps-get", "adapter-get", "stats-get", "block-get",
          "vf-config-read", "vf-bar-get", "vf-offer", "vf-revoke", "fault-get", "queue-set",
          "queue-complete", "queue-get")
DELETE = ("vf-del", "vport-del", "vport-del", "filter-del", "filter-del", "block-del",
          "fault-del", "queue-del")
DUMPS = ("vf-get", "vport-get", "filter-get", "switch-get", "stats-get", "block-get",
         "vf-bar-get", "adapter-get", "fault-get", "queue-get")
# While there is no switch
QUEUES = ("queue-new", "queue-new", "queue-new", "filter-new", "filter-new", "filter-new",
          "queue-complete", "queue-complete", "queue-set", "queue-get", "queue-del", "filter-del",
          "filter-get", "filter-move", "switch-new", "caps-set")


class Player:
    """Chooses requests."""

    def __init__(self, world, rng):
        self.world, self.rng = world, rng
        self.turn, self.left, self.queues_left = -1, 0, 25

    @property
    def phase(self):
        return PHASES[self.turn][0]

    def pick(self, who):
        """Name, attributes, and whether it is a dump."""
        rng, world = self.rng, self.world
        if not self.left:
            self.turn = (self.turn + 1) % len(PHASES)
            self.left = PHASES[self.turn][1]
        self.left -= 1
        scripted = self.towards(who) if rng.random() < 0.6 else None
        if scripted:
            return *scripted, False
        if not world.switch and rng.random() < 0.8:
            name = rng.choice(QUEUES)
        elif world.switch and rng.random() < 0.002:
            name = "switch-del"
        else:
            name = rng.choice(rng.choices((CREATE, CHANGE, DELETE), (3, 4, 3))[0])
        if name in ("block-write", "block-take") and not world.ifindex:
            name = "vf-get"
        values = getattr(self, "ask_" + name.replace("-", "_"), dict)()
        dump = name in DUMPS and rng.random() < 0.4
        if name == "adapter-get":
            dump = False
        return name, values, dump

    # Towards full, nearly full and empty

    def towards(self, who):
        """A request that is allowed and gets there, if one is due."""
        room = PHASES[self.turn][2]
        if not self.world.switch:
            return self.without_switch(who)
        wishes = self.growth(room) if room is not None else self.shrinkage()
        for name, values in wishes:
            if not self.world.forbidden(who, name, values, False):
                return name, values
        return None

    def without_switch(self, who):
        """Some time of VM queues, and then a switch again."""
        if self.queues_left:
            self.queues_left -= 1
            return None
        for name, values in self.shrinkage():
            if not self.world.forbidden(who, name, values, False):
                return name, values
        if self.world.forbidden(who, "switch-new", {}, False):
            return None
        self.queues_left = 25
        return "switch-new", {}

    def growth(self, room):
        world = self.world
        if world.switch["num-vfs"] - len(world.vfs) > room:
            yield "vf-new", {}
        if world.caps["max-vports"] - len(world.vports) > room:
            pairs = [one["queue-pairs"] for key, one in world.vports.items() if key] or [1]
            for number in world.vfs:
                yield "vport-new", {"vf-id": number, "queue-pairs": pairs[0]}
            yield "vport-new", {"pf": True, "queue-pairs": pairs[0]}
        unicast = [one for one in world.filters.values() if not is_group(one["mac"])]
        number = len(world.used)
        where = {"vport-id": self.rng.choice(sorted(world.vports))}
        if world.caps["max-mac-addresses"] - len(unicast) > room:
            yield "filter-new", dict(where, mac=f"02:00:00:cc:{number >> 8:02x}:{number & 255:02x}")
        if world.caps["max-filters"] - len(world.filters) > room:
            yield "filter-new", dict(where, mac=f"01:00:5e:cc:{number >> 8:02x}:{number & 255:02x}")

    def shrinkage(self):
        world = self.world
        for number in world.filters:
            yield "filter-del", {"filter-id": number}
        for number in world.queues:
            yield "queue-del", {"queue-id": number}
        for number in world.vports:
            yield "vport-del", {"vport-id": number}
        for number in world.vfs:
            yield "vf-del", {"vf-id": number}
        if world.switch and self.rng.random() < 0.2:
            yield "switch-del", {}

    def state(self):
        """Full, nearly full, empty, or none of them."""
        world = self.world
        if not world.switch:
            room = world.caps["num-queues"] - len(world.queues)
            return "full" if not room and world.queues else \
                "empty" if not world.queues and not world.filters else ""
        if not world.vfs and len(world.vports) == 1 and not world.filters:
            return "empty"
        # in queue pairs rather than VPorts, if these are fewer
        rooms = (world.switch["num-vfs"] - len(world.vfs),
                 min(world.caps["max-vports"] - len(world.vports),
                     world.caps["max-queue-pairs"] - world.pairs()),
                 world.caps["max-filters"] - len(world.filters))
        return "full" if not any(rooms) else "nearly full" if max(rooms) <= 1 else ""

    # Values

    def some(self, **values):
        """A few of these."""
        return {key.replace("_", "-"): value for key, value in values.items()
                if self.rng.random() < 0.4}

    def one_of(self, found, beyond):
        found = sorted(found)
        return self.rng.choice(found) if found and self.rng.random() < 0.9 else \
            self.rng.choice(beyond)

    def vf(self):
        return self.one_of(self.world.vfs, (0, 1, 2, 3, 0xffff, 0xffffffff))

    def vport(self):
        return self.one_of(self.world.vports, (0, 1, 6, 7, 2048, 0xffffffff))

    def filter(self):
        return self.one_of(self.world.filters, (0, 1, 0xffffffff))

    def queue(self, default=False):
        found = set(self.world.queues) | ({0} if default else set())
        return self.one_of(found, (0, 1, 5, 2048, 0xffffffff))

    def mac(self):
        return self.rng.choice(MACS * 3 + GROUPS * 3 + BAD_MACS)

    def own(self, values):
        return dict(values, owned=True) if self.rng.random() < 0.2 else values

    def data(self):
        return bytes([self.rng.randrange(256)]) * self.rng.choice((1, 4, 127, 128, 129))

    # Requests

    def ask_caps_set(self):
        rng, hardware = self.rng, self.world.hardware
        if rng.random() < 0.3:      # all of it again, with few enough VM queues to be full
            return {"caps": dict({name: hardware[name] for name in COUNTS + ("flags",)},
                                 **{"num-queues": 4})}
        caps = {}
        for name in rng.sample(COUNTS, rng.randrange(3)):
            if name == "num-queues":
                caps[name] = rng.choice((0, 2, 4, 4, 65))
                continue
            caps[name] = rng.choice((hardware[name], hardware[name] - 1, hardware[name] + 1,
                                     hardware[name] // 2, 1, 2, 4))
        if rng.random() < 0.5:
            caps["flags"] = rng.randrange(64)
            if rng.random() < 0.5:
                caps["flags-mask"] = rng.choice((1, 2, 4, 8, 12, 15, 16, 32, 40, 63))
        elif rng.random() < 0.1:
            caps["flags-mask"] = 1
        return {"caps": caps}

    def ask_switch_new(self):
        values = self.some(switch_name=self.rng.choice(NAMES), num_vfs=self.rng.randrange(5),
                           default_queue_pairs=self.rng.choice((0, 1, 2, 3, 4, 8, 16)))
        return self.own(values)

    def ask_switch_get(self):
        return self.some(switch_id=self.rng.choice((0, 0, 0, 1)))

    def ask_switch_set(self):
        return dict(self.some(switch_name=self.rng.choice(NAMES)), **self.ask_switch_get())

    ask_switch_del = ask_switch_get

    def ask_vf_new(self):
        names = {key: self.rng.choice(NAMES) for key in ("vf_name", "vm_name", "nic_name")}
        return self.own(self.some(**names, mac=self.mac()))

    def ask_vf_key(self):
        return {"vf-id": self.vf()}

    ask_vf_reset = ask_vf_del = ask_vf_offer = ask_vf_revoke = ask_vf_key

    def ask_vf_get(self):
        return {"vf-id": self.vf()} if self.rng.random() < 0.5 else self.ask_switch_get()

    def ask_vf_set(self):
        rng = self.rng
        values = self.some(mac=self.mac(), link_policy=rng.randrange(3), spoofchk=rng.randrange(2),
                           trust=rng.randrange(2), rss_query=rng.randrange(2),
                           min_tx_rate=rng.choice((0, 10, 40000, 60000, 100000, 100001)),
                           max_tx_rate=rng.choice((0, 0, 5, 70000, 100000, 4294967295)))
        if rng.random() < 0.6:
            values["port-vlan"] = rng.choice((0, 0, 5, 5, 7, 100, 4094, 4095))
        values.update(self.some(port_vlan_qos=rng.choice((0, 3, 7, 8))))
        values.update(self.some(port_vlan_proto=rng.choice((0x8100, 0x88a8, 0x88a8, 0x1234))))
        if rng.random() < 0.3:      # all of it, so that one which is bad spoils many
            for key in ("link-policy", "spoofchk", "trust", "rss-query"):
                values[key] = rng.randrange(2)
            values["max-tx-rate"] = rng.choice((5, 70000, 100001))
        return dict(values, **self.ask_vf_key())

    def ask_vf_power(self):
        values = {"power-state": self.rng.choice((1, 1, 2, 3, 4))} \
            if self.rng.random() < 0.95 else {}
        return dict(values, **self.some(wake=self.rng.randrange(2)), **self.ask_vf_key())

    def ask_vf_config_read(self):
        rng = self.rng
        return dict(self.ask_vf_key(), **{
            "config-offset": rng.choice((0, 1, 64, 3840, 4000, 4095, 4096, 0xffffffff)),
            "config-length": rng.choice((0, 1, 4, 255, 256, 257, 0xffffffff))})

    def ask_vf_config_write(self):
        # identity is read-only: nothing but the rules is of interest
        offset = self.rng.choice((0, 1, 2, 4095, 4096))
        return dict(self.ask_vf_key(), **{"config-offset": offset, "config-data": b"\0\1"})

    def ask_vf_bar_get(self):
        values = self.ask_vf_key()
        # those of the hardware differ from machine to machine
        return dict(values, **{"bar-index": self.rng.choice((6, 7, 0xffffffff))})

    def ask_vport_new(self):
        rng = self.rng
        values = {"pf": True} if rng.random() < 0.5 else {"vf-id": self.vf()}
        if rng.random() < 0.05:
            values = {"pf": True, "vf-id": 0} if rng.random() < 0.5 else {}
        values.update(self.some(queue_pairs=rng.choice((0, 1, 1, 2, 2, 3, 4, 8, 9)),
                                moderation=rng.randrange(1, 6), vport_name=rng.choice(NAMES)))
        if rng.random() < 0.1:
            values["affinity"] = rng.choice(AFFINITIES)
        return self.own(values)

    def ask_vport_get(self):
        values = self.some(switch_id=self.rng.choice((0, 0, 1)), vf_id=self.vf(), pf=True)
        return dict(values, **{"vport-id": self.vport()}) if self.rng.random() < 0.5 else values

    def ask_vport_set(self):
        values = self.some(vport_name=self.rng.choice(NAMES), moderation=self.rng.randrange(1, 6),
                           vport_state=self.rng.choice((1, 1, 2)))
        if self.rng.random() < 0.5:     # all of it, so that one which is bad spoils the rest
            values = {"vport-name": self.rng.choice(("b", "")), "moderation":
                      self.rng.randrange(1, 6), "vport-state": self.rng.choice((1, 1, 2))}
        if self.rng.random() < 0.1:
            values["affinity"] = self.rng.choice(AFFINITIES)
        if self.rng.random() < 0.3:
            values["queue-pairs"] = self.rng.choice((0, 1, 2, 3, 4, 8, 9))
        return dict(values, **{"vport-id": self.vport()})

    def ask_vport_del(self):
        return {"vport-id": self.vport()}

    ask_stats_get = ask_vport_del

    def ask_filter_new(self):
        values = self.some(vlan_mode=self.rng.randrange(3))
        values.update(self.some(vlan_id=self.rng.choice(VIDS)))
        where = {"vport-id": self.vport()}
        if self.rng.random() < (0.05 if self.world.switch else 0.9):
            where = {"queue-id": self.queue(default=True)}
        if self.rng.random() < 0.02:
            where = {"vport-id": 0, "queue-id": 0} if self.rng.random() < 0.5 else {}
        return self.own(dict(values, **where, mac=self.mac()))

    def ask_filter_get(self):
        values = self.some(vport_id=self.vport())
        return dict(values, **{"filter-id": self.filter()}) if self.rng.random() < 0.7 else values

    def ask_filter_move(self):
        number = self.filter()
        source = self.world.filters.get(number, {}).get("vport-id", 0)
        if self.rng.random() < 0.1 or isinstance(source, tuple):
            source = self.vport()
        return {"filter-id": number, "source-vport-id": source, "vport-id": self.vport()}

    def ask_filter_del(self):
        return {"filter-id": self.filter()}

    def ask_block_key(self):
        return {"vf-id": self.vf(), "block-id": self.rng.choice((0, 1, 2, 3, 3, 63, 64,
                                                                 0xffffffff))}

    ask_block_del = ask_block_key

    def ask_block_get(self):
        return dict(self.ask_block_key(), **self.some(block_length=self.rng.choice((4, 127, 128))))

    def ask_block_set(self):
        return dict(self.ask_block_key(), **{"block-data": self.data()},
                    **self.some(block_writable=True))

    def ask_block_invalidate(self):
        return {"vf-id": self.vf(), "block-mask": self.rng.choice((0, 1, 8, 1 << 63))}

    def ask_block_take(self):
        return {"ifindex": self.rng.choice(sorted(self.world.ifindex.values()))}

    def ask_block_write(self):
        key = self.ask_block_key()
        del key["vf-id"]
        return dict(key, **{"block-data": self.data()}, **self.ask_block_take())

    def ask_queue_values(self):
        return self.some(queue_name=self.rng.choice(NAMES), receive_buffers=self.rng.choice((0, 99)),
                         affinity=self.rng.choice(AFFINITIES))

    def ask_queue_new(self):
        return self.own(dict(self.ask_queue_values(), **self.some(vm_name=self.rng.choice(NAMES))))

    def ask_queue_set(self):
        return dict(self.ask_queue_values(), **{"queue-id": self.queue()})

    def ask_queue_del(self):
        return {"queue-id": self.queue()}

    def ask_queue_get(self):
        values = self.some(owned=True)
        return dict(values, **{"queue-id": self.queue(default=True)}) \
            if self.rng.random() < 0.6 else values

    def ask_queue_complete(self):
        ids = [self.queue() for _ in range(self.rng.randrange(4))]
        return {"queue-ids": struct.pack(f"={len(ids)}I", *ids)}

    def ask_fault_new(self):
        """Resets and errors happen at once, with PCI functions: they are not asked for."""
        rng = self.rng
        kind = rng.choice((1, 2, 3, 4, 5, 6))
        values = {"fault-kind": kind}
        if (kind >= 4) == (rng.random() < 0.95):
            values["vport-id"] = self.vport()
        if (kind in (4, 5)) == (rng.random() < 0.95):
            values["fault-every"] = rng.choice((1, 100))
        if rng.random() < (0.5 if kind < 4 else 0.05):
            values["fault-errno"] = rng.choice((5, 12, 110, 4, 512))
        if rng.random() < (0.2 if kind < 4 else 0.05):
            values["fault-count"] = rng.choice((1, 2))
        if kind in (1, 2) and rng.random() < 0.2:
            values["fault-delay"] = rng.choice((60000, 60001))
        return values

    def ask_fault_del(self):
        return {"fault-id": self.one_of(self.world.faults, (0, 1, 0xffffffff))}

    ask_fault_get = ask_fault_del
