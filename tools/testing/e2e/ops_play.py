# SPDX-License-Identifier: GPL-2.0-only
"""What random_ops.py asks for: mostly what could be, often what is just beyond."""

from ops_state import COUNTS

MACS = [f"02:00:00:00:bb:{number:02x}" for number in range(1, 7)]
GROUPS = [f"01:00:5e:00:00:{number:02x}" for number in (0x71, 0x72)]
BAD_MACS = ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"]
VIDS = (1, 5, 5, 7, 100, 4094, 0, 4095)
NAMES = ("a", "x" * 256, "two words", "")
# phase: how often one creates, changes, deletes
PHASES = {"fill": (8, 3, 1), "full": (4, 4, 3), "drain": (1, 3, 6), "any": (3, 4, 3)}
CREATE = ("vf-new", "vport-new", "vport-new", "filter-new", "filter-new", "filter-new",
          "block-set")
CHANGE = ("vf-set", "vf-set", "vf-power", "vf-reset", "vport-set", "vport-set", "filter-move",
          "filter-move", "filter-move", "switch-set", "block-write", "block-take",
          "block-invalidate", "vf-config-write", "caps-set", "switch-new", "vf-get", "vport-get",
          "filter-get", "switch-get", "caps-get", "adapter-get", "stats-get", "block-get",
          "vf-config-read", "vf-bar-get")
DELETE = ("vf-del", "vport-del", "vport-del", "filter-del", "filter-del", "block-del")
DUMPS = ("vf-get", "vport-get", "filter-get", "switch-get", "stats-get", "block-get",
         "vf-bar-get", "adapter-get")


class Player:
    """Chooses requests."""

    def __init__(self, world, rng):
        self.world, self.rng = world, rng
        self.phase, self.left = "fill", 0

    def pick(self):
        """Name, attributes, and whether it is a dump."""
        rng, world = self.rng, self.world
        if not self.left:
            self.phase, self.left = rng.choice(sorted(PHASES)), 120
        self.left -= 1
        if not world.switch and rng.random() < 0.5:
            name = rng.choice(("switch-new", "switch-new", "caps-set"))
        elif world.switch and (rng.random() < 0.002 or
                               (len(world.vports) == 1 and not world.vfs and
                                not world.filters and rng.random() < 0.1)):
            name = "switch-del"
        else:
            group = rng.choices((CREATE, CHANGE, DELETE), PHASES[self.phase])[0]
            name = rng.choice(group)
        if name in ("block-write", "block-take") and not world.ifindex:
            name = "vf-get"
        values = getattr(self, "ask_" + name.replace("-", "_"), dict)()
        dump = name in DUMPS and rng.random() < 0.4
        if name == "adapter-get":
            dump = False
        return name, values, dump

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

    def mac(self):
        return self.rng.choice(MACS * 3 + GROUPS * 3 + BAD_MACS)

    def own(self, values):
        return dict(values, owned=True) if self.rng.random() < 0.2 else values

    def data(self):
        return bytes([self.rng.randrange(256)]) * self.rng.choice((1, 4, 127, 128, 129))

    # Requests

    def ask_caps_set(self):
        rng, hardware = self.rng, self.world.hardware
        if rng.random() < 0.3:      # all of it again
            return {"caps": {name: hardware[name] for name in COUNTS + ("flags",)}}
        caps = {}
        for name in rng.sample(COUNTS, rng.randrange(3)):
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
        return self.own(self.some(vf_name=self.rng.choice(NAMES), mac=self.mac()))

    def ask_vf_key(self):
        return {"vf-id": self.vf()}

    ask_vf_reset = ask_vf_del = ask_vf_key

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
        return self.own(values)

    def ask_vport_get(self):
        values = self.some(switch_id=self.rng.choice((0, 0, 1)), vf_id=self.vf(), pf=True)
        return dict(values, **{"vport-id": self.vport()}) if self.rng.random() < 0.5 else values

    def ask_vport_set(self):
        values = self.some(vport_name=self.rng.choice(NAMES), moderation=self.rng.randrange(1, 6),
                           vport_state=self.rng.choice((1, 1, 2)))
        return dict(values, **{"vport-id": self.vport()})

    def ask_vport_del(self):
        return {"vport-id": self.vport()}

    ask_stats_get = ask_vport_del

    def ask_filter_new(self):
        values = self.some(vlan_mode=self.rng.randrange(3))
        values.update(self.some(vlan_id=self.rng.choice(VIDS)))
        return self.own(dict(values, **{"vport-id": self.vport(), "mac": self.mac()}))

    def ask_filter_get(self):
        values = self.some(vport_id=self.vport())
        return dict(values, **{"filter-id": self.filter()}) if self.rng.random() < 0.7 else values

    def ask_filter_move(self):
        number = self.filter()
        source = self.world.filters.get(number, {}).get("vport-id", 0)
        if self.rng.random() < 0.1:
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
