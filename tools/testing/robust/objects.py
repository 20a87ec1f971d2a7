# SPDX-License-Identifier: GPL-2.0-only
"""Operations on VFs as PCI functions and as offers, on faults, owners, parameters, VM queues."""

from checks import wait_for
from netlink import UAPI, Nicswitch
from operations import SPARE, Call, Operation, genl, now
from state import PF
from system import HOME


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
    yield Operation("vf power down to wake", genl("vf-power", vf_id=0, power_state=d3, wake=b"\1"),
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
    drop, link, reset, aer = (UAPI["NSW_FAULT_KIND_" + name]
                              for name in ("DROP", "LINK", "RESET", "AER"))
    new = {"fault_kind": drop, "vport_id": 1, "fault_every": 3}
    delete = now("fault-del", fault_id=found("fault"))
    yield Operation("fault add", genl("fault-new", **new), delete)
    create = now("fault-new", **new)
    yield Operation("fault delete", genl("fault-del", fault_id=found("fault")), create, create,
                    delete)
    yield Operation("fault get", genl("fault-get", fault_id=found("fault")), None, create, delete)
    yield Operation("fault dump", genl("fault-get", dump=True), None, create, delete)
    cut = {"fault_kind": link, "vport_id": 1}
    yield Operation("fault of a link", genl("fault-new", **cut), delete,
                    lambda: HOME.rtnl.link(f"{PF}v0", set_flags=1),
                    lambda: HOME.rtnl.link(f"{PF}v0", clear_flags=1))
    for name, kind in (("reset", reset), ("error", aer)):
        yield Operation(f"{name} of a VF", genl("fault-new", fault_kind=kind, vf_id=0))
        yield Operation(f"{name} of the PF", genl("fault-new", fault_kind=kind))


def owners():
    def leave():
        owner = Nicswitch()
        number = owner.do("vport-new", pf=True, owned=True)["vport-id"]
        owner.do("filter-new", vport_id=number, mac=SPARE, owned=True)
        return Call(owner.close, gone)

    def gone():
        # by a work item
        wait_for(lambda: not any(one.get("owned") for noun in ("vport", "filter")
                                 for one in now(f"{noun}-get", dump=True)()),
                 "the objects of the owner to go")

    yield Operation("owner that leaves", leave)


def parameters():
    """Of a VPort of the PF whose interface is up."""
    number = found("vport", vport_name="spare")
    bare = now("vport-new", pf=True, vport_name="spare", queue_pairs=2)
    delete = now("vport-del", vport_id=number)

    def new():
        bare()
        now("vport-set", vport_id=number, vport_state=1)()
        HOME.rtnl.link(f"{PF}p{number()}", set_flags=1)

    def again():
        delete()
        new()

    def change(name, **values):
        return Operation(name, genl("vport-set", vport_id=number, **values), again, new, delete)

    yield Operation("vport create with an affinity",
                    genl("vport-new", pf=True, vport_name="spare", affinity="0"), delete)
    yield change("vport set affinity", affinity="0")
    yield change("vport set more queue pairs", queue_pairs=4)
    yield change("vport set fewer queue pairs", queue_pairs=1)
    yield change("vport set affinity and queue pairs", affinity="0", queue_pairs=3)
    yield change("vport set moderation", moderation=5)


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
    yield Operation("queue set affinity", genl("queue-set", queue_id=number, affinity="0",
                                               queue_name="two"),
                    lambda: (now("queue-del", queue_id=found("queue", queue_name="two"))(), new()),
                    new, delete)
    yield Operation("queue allocate with an affinity", genl(
        "queue-new", queue_name="one", vm_name="vm", affinity="0"), delete)
    yield Operation("queue free", genl("queue-del", queue_id=number), new, new, delete)
    yield Operation("queue get", genl("queue-get", queue_id=number), None, new, delete)
    yield Operation("queue dump", genl("queue-get", dump=True), None, new, delete)
    yield Operation("queue stats", genl("stats-get", queue_id=number), None, new, delete)
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
