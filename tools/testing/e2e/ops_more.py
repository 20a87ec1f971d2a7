# SPDX-License-Identifier: GPL-2.0-only
"""Faults, offers, invalidations and sockets that close, as random_ops.py knows them."""

import re

NUMVFS, MAILBOX, VPORT, DROP, CORRUPT, LINK = 1, 2, 3, 4, 5, 6
FRAMES = (DROP, CORRUPT)
OF_VPORT = (DROP, CORRUPT, LINK)
FAULTS, MINUTE = 64, 60000
OFFERED, REVOKED = 1, 2
BUILTIN_MASK = 3


class More:
    """What is asked of an adapter besides its objects."""

    def __init__(self):
        self.faults, self.pending = {}, {}

    # Faults

    def dump_faults(self):
        return [dict(one, **{"fault-id": number}) for number, one in sorted(self.faults.items())]

    def no_fault_new(self, _who, values, _dump):
        kind = values["fault-kind"]
        why = set()
        if (kind in OF_VPORT) != ("vport-id" in values) or \
           (kind in FRAMES) != bool(values.get("fault-every")) or \
           (kind in FRAMES and values.get("fault-delay")) or \
           (kind == LINK and values.get("fault-count")) or \
           (kind in OF_VPORT and "fault-errno" in values) or \
           values.get("fault-errno") == 4 or values.get("fault-delay", 0) > MINUTE:
            why.add("EINVAL")
        if values.get("fault-errno", 0) > 511:
            why.add("ERANGE")
        if len(self.faults) >= FAULTS:
            why.add("ENOSPC")
        if kind in OF_VPORT and "vport-id" in values:
            why |= self.no_vport(values["vport-id"])
            sort = FRAMES if kind in FRAMES else (LINK,)
            if any(one["fault-kind"] in sort and one["vport-id"] == values["vport-id"]
                   for one in self.faults.values()):
                why.add("EBUSY")
        return why

    def no_fault_get(self, _who, values, dump):
        return set() if dump or values["fault-id"] in self.faults else {"ENOENT"}

    def no_fault_del(self, _who, values, _dump):
        return set() if values["fault-id"] in self.faults else {"ENOENT"}

    def do_fault_new(self, _owner, values, reply):
        number, kind = reply["fault-id"], values["fault-kind"]
        assert number and number not in self.faults, f"fault {number} once more"
        self.faults[number] = {"fault-kind": kind, "vport-id": values.get("vport-id"),
                               "fault-count": values.get("fault-count",
                                                         int(kind not in OF_VPORT)),
                               "fault-hits": 0}

    def do_fault_del(self, _owner, values, _reply):
        del self.faults[values["fault-id"]]

    def forget_faults_of(self, vport):
        for number in [number for number, one in self.faults.items() if one["vport-id"] == vport]:
            del self.faults[number]

    def strikes(self, name):
        """The fault that a request meets, or None."""
        if name not in ("vport-new", "vport-set", "vport-del"):
            return None
        of_vports = [number for number, one in self.faults.items() if one["fault-kind"] == VPORT]
        return min(of_vports, default=None)

    def struck(self, name, text):
        """Whether it was that fault which refused the request."""
        found = re.fullmatch(r"fault (\d+) was asked for", text)
        if not found:
            return False
        number = self.strikes(name)
        assert number == int(found[1]), f"it was fault {number}"
        one = self.faults[number]
        one["fault-hits"] += 1
        if one["fault-hits"] == one["fault-count"]:
            del self.faults[number]
        return True

    # Offers. No interface of a VF is up here, so filters never stay with one.

    def no_offer(self, who, values):
        why = self.no_vf(values)
        if why:
            return why
        vf, vport = self.vfs[values["vf-id"]], self.vport_of(values["vf-id"])
        why |= self.foreign(who, vf["owner"])
        if not vf["mac"]:
            why.add("EINVAL")
        if vport is not None:
            why |= self.foreign(who, self.vports[vport]["owner"])
        for one in self.filters.values():
            if one["mac"] == vf["mac"] and one["vport-id"] in (0, vport):
                why |= self.foreign(who, one["owner"])
        return why

    def no_moving(self, values, offer):
        """What keeps filters of a VF from the default VPort."""
        vf, vport = self.vfs.get(values["vf-id"]), self.vport_of(values["vf-id"])
        if not vf or vport is None or vf["offer"] == offer:
            return set()
        clash = any(one["mac"] == vf["mac"] and one["vport-id"] == vport and
                    self.clash(0, one["mac"], one["vlan-mode"], one.get("vlan-id"), one)
                    for one in self.filters.values())
        return {"EEXIST"} if clash else set()

    def no_vf_offer(self, who, values, _dump):
        why = self.no_offer(who, values) | self.no_moving(values, OFFERED)
        if values["vf-id"] in self.vfs and self.vport_of(values["vf-id"]) is None:
            why.add("EINVAL")
        return why

    def no_vf_revoke(self, who, values, _dump):
        return self.no_offer(who, values) | self.no_moving(values, REVOKED)

    def do_vf_offer(self, _owner, values, _reply):
        self.vfs[values["vf-id"]]["offer"] = OFFERED

    def do_vf_revoke(self, _owner, values, _reply):
        self.vfs[values["vf-id"]]["offer"] = REVOKED

    def follow(self, seen):
        """Filters of a VF that is offered or revoked are on its VPort or on the default one."""
        for found in seen:
            one = self.filters.get(found["filter-id"])
            if not one or found.get("vport-id", one["vport-id"]) == one["vport-id"]:
                continue
            for number, vf in self.vfs.items():
                places = {0, self.vport_of(number)}
                if vf["offer"] and vf["mac"] == one["mac"] and \
                   {one["vport-id"], found["vport-id"]} == places:
                    one["vport-id"] = found["vport-id"]

    # What a VF has not been told of, the built-in blocks apart

    def do_block_invalidate(self, _owner, values, _reply):
        mask = self.pending.get(values["vf-id"], 0) | values["block-mask"]
        self.pending[values["vf-id"]] = mask & ~BUILTIN_MASK

    def do_block_take(self, _owner, _values, reply):
        mask = reply.get("block-mask", 0) & ~BUILTIN_MASK
        wanted = self.pending.pop(reply["vf-id"], 0)
        assert mask == wanted, f"blocks {mask:#x}, not {wanted:#x}"

    def do_vf_reset(self, _owner, values, _reply):
        self.pending.pop(values["vf-id"], None)

    # Sockets that close

    def close(self, who):
        """What belongs to one goes in order, and what others use is nobody's then."""
        for number in [key for key, one in self.filters.items() if one["owner"] == who]:
            del self.filters[number]
        for number, one in list(self.queues.items()):
            if one["owner"] == who:
                one["owner"] = None
                if not self.on_queue(number):
                    del self.queues[number]
        for number, one in list(self.vports.items()):
            if one["owner"] == who:
                one["owner"] = None
                if not self.on(number):
                    self.do_vport_del(None, {"vport-id": number}, None)
        for number, one in list(self.vfs.items()):
            if one["owner"] == who:
                one["owner"] = None
                if self.vport_of(number) is None:
                    self.do_vf_del(None, {"vf-id": number}, None)
        if self.switch and self.switch["owner"] == who:
            self.switch["owner"] = None
            if not self.filters and len(self.vports) == 1 and not self.vfs:
                self.do_switch_del(None, {}, None)
