# SPDX-License-Identifier: GPL-2.0-only
"""Operations on VFs as PCI functions and as offers, on faults, owners, RSS contexts, VM queues."""

import struct

from bigger import channels, table
from checks import wait_for
from netlink import UAPI, Nicswitch
from operations import SPARE, VF, Call, Operation, at_once, ethtool, genl, now, rtnl_now
from system import HOME

DROP = 4    # kind of a fault
ALLOC = 0xffffffff      # number of an RSS context that is to be made


def found(noun, **wanted):
    """The id of the only one there is of these, when it is needed."""
    def find():
        for one in now(f"{noun}-get", dump=True)():
            if all(one.get(name.replace("_", "-")) == value for name, value in wanted.items()):
                return one[f"{noun}-id"]
        raise LookupError(noun)
    return find


def functions():
    d0, d3 = UAPI["NSW_POWER_D0"], UAPI["NSW_POWER_D3"]
    awake, asleep = (now("vf-power", vf_id=0, power_state=state) for state in (d0, d3))
    yield Operation("vf power down", genl("vf-power", vf_id=0, power_state=d3), awake)
    yield Operation("vf power up", genl("vf-power", vf_id=0, power_state=d0), asleep, asleep,
                    awake)
    yield Operation("vf config read", genl("vf-config-read", vf_id=0, config_offset=0,
                                           config_length=256))
    yield Operation("vf config write", genl("vf-config-write", vf_id=0, config_offset=0x3c,
                                            config_data=b"\5"),
                    now("vf-config-write", vf_id=0, config_offset=0x3c, config_data=b"\0"))
    yield Operation("vf bar dump", genl("vf-bar-get", dump=True, vf_id=0))
    offer, revoke = now("vf-offer", vf_id=0), now("vf-revoke", vf_id=0)

    def revoked():
        offer()
        revoke()

    yield Operation("vf revoke", genl("vf-revoke", vf_id=0), offer, offer)
    yield Operation("vf offer", genl("vf-offer", vf_id=0), revoke, revoked, offer)


def faults():
    new = {"fault_kind": DROP, "vport_id": 1, "fault_every": 3}
    delete = now("fault-del", fault_id=found("fault"))
    yield Operation("fault add", genl("fault-new", **new), delete)
    create = now("fault-new", **new)
    yield Operation("fault delete", genl("fault-del", fault_id=found("fault")), create, create,
                    delete)
    yield Operation("fault get", genl("fault-get", fault_id=found("fault")), None, create, delete)
    yield Operation("fault dump", genl("fault-get", dump=True), None, create, delete)


def owners():
    def leave():
        owner = Nicswitch()
        number = owner.do("vport-new", pf=True, owned=True)["vport-id"]
        owner.do("filter-new", vport_id=number, mac=SPARE, owned=True)
        return Call(owner.close)

    yield Operation("owner that leaves", leave)


def tests():
    def carrier():
        HOME.rtnl.link(VF, set_flags=1)
        wait_for(lambda: HOME.rtnl.links()[VF][2][33] == b"\1", f"carrier of {VF}")

    down = rtnl_now("link", VF, clear_flags=1)
    for name, flags in (("online", 0), ("offline", 1)):
        yield Operation(f"ethtool -t {name}", ethtool(VF, struct.pack("=IIII40x", 0x1a, flags, 0,
                                                                      5)), None, carrier, down)


def contexts():
    forget = at_once(ethtool(VF, struct.pack("=IIIIB7x", 0x47, 1, 0, 0, 0)))
    create = ethtool(VF, table(4, context=ALLOC))

    def wide():
        at_once(ethtool(VF, channels(4)))()
        HOME.rtnl.link(VF, set_flags=1)

    def narrow():
        HOME.rtnl.link(VF, clear_flags=1)
        at_once(ethtool(VF, channels(1)))()

    def with_one():
        wide()
        at_once(create)()

    def without():
        forget()
        narrow()

    yield Operation("RSS context add", create, forget, wide, narrow)
    yield Operation("RSS context change", ethtool(VF, table(2, context=1)),
                    at_once(ethtool(VF, table(4, context=1))), with_one, without)
    yield Operation("RSS context delete", ethtool(VF, struct.pack("=IIIIB7x", 0x47, 1, 0, 0, 0)),
                    at_once(create), with_one, without)


def vm_queues():
    """Without a switch."""
    number = found("queue", queue_name="one")
    new = now("queue-new", queue_name="one", vm_name="vm")
    delete = now("queue-del", queue_id=number)
    yield Operation("queue allocate", genl("queue-new", queue_name="one", vm_name="vm"), delete)

    def again():
        delete()
        new()

    yield Operation("queue complete", genl("queue-complete", queue_ids=lambda: [number()]), again,
                    new, delete)
    yield Operation("queue set", genl("queue-set", queue_id=number, receive_buffers=512), again,
                    new, delete)
    yield Operation("queue free", genl("queue-del", queue_id=number), new, new, delete)
    yield Operation("queue get", genl("queue-get", queue_id=number), None, new, delete)
    yield Operation("queue dump", genl("queue-get", dump=True), None, new, delete)
    off = now("filter-del", filter_id=found("filter"))
    on = now("filter-new", queue_id=number, mac=SPARE)

    def with_filter():
        new()
        on()

    def without():
        off()
        delete()

    yield Operation("filter add to a queue", genl("filter-new", queue_id=number, mac=SPARE), off,
                    new, delete)
    yield Operation("filter delete of a queue", genl("filter-del", filter_id=found("filter")), on,
                    with_filter, without)
