# SPDX-License-Identifier: GPL-2.0-only
"""VM queues as random_ops.py knows them. Filters on queue n are at the place ("queue", n)."""

import struct

ALLOCATED, SET, PAUSED, RUNNING = 1, 2, 3, 4
INVALID_PARAMETER = 0xc000000d


def place_of(values):
    """Where a filter is to be."""
    return ("queue", values["queue-id"]) if "queue-id" in values else values.get("vport-id")


class Queues:
    """What there is without a NIC switch, and what is refused."""

    def __init__(self):
        self.queues = {}

    def on_queue(self, number):
        return [one for one in self.filters.values() if one["vport-id"] == ("queue", number)]

    def state_of(self, number):
        filters = self.on_queue(number)
        if self.queues[number]["complete"]:
            return RUNNING if filters else PAUSED
        return SET if filters else ALLOCATED

    def dump_queues(self):
        if self.switch or not self.caps["num-queues"]:
            return []
        found = [{"queue-id": 0, "queue-state": RUNNING, "num-filters": len(self.on_queue(0))}]
        for number, queue in sorted(self.queues.items()):
            one = {key: value for key, value in queue.items() if key not in ("owner", "complete")}
            found.append(dict(one, **{"queue-id": number, "queue-state": self.state_of(number),
                                      "num-filters": len(self.on_queue(number)),
                                      "owned": queue["owner"] is not None or None}))
        return found

    def in_vmq_mode(self):
        """What stands against a NIC switch, and against other capabilities."""
        return not self.switch and (self.queues or self.filters)

    def no_vmq(self):
        if self.switch:
            return {"EBUSY"}
        return set() if self.caps["num-queues"] else {"EOPNOTSUPP"}

    def no_queue(self, number):
        """Requests of which the default queue knows nothing."""
        if number == 0:
            return {"EINVAL"}
        return set() if number in self.queues else {"ENOENT"}

    def no_affinity(self, values):
        return {"EINVAL"} if values.get("affinity", "0") != "0" else set()

    def no_queue_names(self, values):
        return self.no_name(values, "queue-name") | self.no_name(values, "vm-name") | \
            self.no_affinity(values)

    def no_queue_new(self, _who, values, _dump):
        why = self.no_vmq() | self.no_queue_names(values)
        if not self.switch and len(self.queues) >= self.caps["num-queues"]:
            why.add("ENOSPC")
        return why

    def no_queue_get(self, _who, values, dump):
        if dump:
            return {"EINVAL"} if "queue-id" in values else set()
        if "queue-id" not in values or "owned" in values:
            return {"EINVAL"}
        there = values["queue-id"] in self.queues or \
            (not values["queue-id"] and not self.switch and self.caps["num-queues"])
        return set() if there else {"ENOENT"}

    def no_queue_set(self, who, values, _dump):
        why = self.no_queue(values["queue-id"])
        if not why:
            why = self.foreign(who, self.queues[values["queue-id"]]["owner"])
        return why | self.no_queue_names(values)

    def no_queue_complete(self, _who, values, _dump):
        return set() if values["queue-ids"] else {"EINVAL"}

    def no_queue_del(self, who, values, _dump):
        why = self.no_queue(values["queue-id"])
        if not why:
            why = self.foreign(who, self.queues[values["queue-id"]]["owner"])
            if self.on_queue(values["queue-id"]):
                why.add("EBUSY")
        return why

    def no_place(self, values):
        """Of a filter."""
        if ("queue-id" in values) == ("vport-id" in values):
            return {"EINVAL"}
        if "vport-id" in values:
            return self.no_vport(values["vport-id"])
        why = self.no_vmq()
        if values["queue-id"] and values["queue-id"] not in self.queues:
            why.add("ENOENT")
        return why

    def owner_of_place(self, place):
        if isinstance(place, tuple):
            return self.queues[place[1]]["owner"] if place[1] else None
        return self.vports[place]["owner"]

    def do_queue_new(self, owner, values, reply):
        number = reply["queue-id"]
        lowest = min(set(range(1, 2048)) - set(self.queues))
        assert number == lowest, f"VM queue {number}, not {lowest}"
        self.queues[number] = {"owner": owner, "complete": False,
                               "queue-name": values.get("queue-name"),
                               "vm-name": values.get("vm-name"),
                               "receive-buffers": values.get("receive-buffers", 0)}

    def do_queue_set(self, _owner, values, _reply):
        for key in ("queue-name", "receive-buffers"):
            if key in values:
                self.queues[values["queue-id"]][key] = values[key]

    def do_queue_get(self, owner, _values, reply):
        if owner is not None and isinstance(reply, list):
            mine = [number for number, one in sorted(self.queues.items()) if one["owner"] == owner]
            assert [one["queue-id"] for one in reply] == mine, f"{reply}, not {mine}"

    def complete(self, who, values, reply):
        """Each queue has a status of its own."""
        count = len(values["queue-ids"]) // 4
        ids = struct.unpack(f"={count}I", values["queue-ids"])
        wanted = []
        for number in ids:
            bad = self.no_queue(number) or self.queues[number]["complete"]
            foreign = not bad and self.foreign(who, self.queues[number]["owner"])
            wanted.append(bool(bad or foreign))
            if not wanted[-1]:
                self.queues[number]["complete"] = True
        seen = struct.unpack(f"={count}I", reply["queue-status"])
        assert [bool(status) for status in seen] == wanted, f"{seen}, not {wanted} of {ids}"

    def do_queue_del(self, _owner, values, _reply):
        del self.queues[values["queue-id"]]
