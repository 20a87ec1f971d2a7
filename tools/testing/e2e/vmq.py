#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""VM queues: an adapter without a NIC switch, whose receive queues have interfaces of their own."""

import contextlib
import errno
import json
import os
import struct

import bpf
from checks import PATIENCE, check, check_equal, refused, wait_for
from ktap import main, quick
from lab import Lab, Port
from netlink import PROMISC, UAPI, UP, Nicswitch
from nic import stats as nic_stats
from nic import thread_cpus
from state import PF, VFS, ensure_switch, load, reset
from system import HOME, Netns, be_quiet, run, write

ALLOCATED, SET, PAUSED, RUNNING, DMA_STOPPED = (
    UAPI["NSW_QUEUE_STATE_" + name]
    for name in ("ALLOCATED", "SET", "PAUSED", "RUNNING", "DMA_STOPPED"))
ADD, CHANGE, DEL = (UAPI["NSW_EVENT_" + name] for name in ("ADD", "CHANGE", "DEL"))
INVALID_PARAMETER = 0xC000000D


def queue_mac(number):
    return f"02:00:00:00:02:{number:02x}"


class QueueLab(Lab):
    """Its ports are pf, wire, and q<id> for each VM queue."""

    def drops(self):
        """Who sees a frame is what these tests are about."""
        return {}

    def __init__(self):
        super().__init__(vfs=0)

    def build(self):
        reset()
        self.defer(reset)
        be_quiet()
        self.pf_mac = self.nl.do("adapter-get")["mac"]
        self.add_port(Port("pf", HOME, PF, self.pf_mac))
        self.defer(HOME.link, PF, clear_flags=PROMISC)
        self.plug()
        for port in self.ports.values():
            port.up()
        wait_for(lambda: all(port.carrier() for port in self.ports.values()), "carrier")

    def queue(self, complete=True, vlan="none", **values):
        """A VM queue with a filter for its interface; complete: it runs."""
        number = self.nl.do("queue-new", **values)["queue-id"]
        mac = queue_mac(number)
        HOME.link(f"{PF}q{number}", mac=mac)
        port = self.add_port(Port(f"q{number}", HOME, f"{PF}q{number}", mac))
        port.up()
        self.add(number, mac, vlan)
        if complete:
            self.complete(number)
            wait_for(port.carrier, f"carrier of {port.ifname}")
        return number

    def add(self, number, mac, vlan="none"):
        """Sets a filter on a queue, and returns its id."""
        mode = {"none": {}, "any": {"vlan_mode": 2}}.get(vlan)
        if mode is None:
            mode = {"vlan_id": int(vlan)}
        return self.nl.do("filter-new", queue_id=number, mac=mac, **mode)["filter-id"]

    def complete(self, *numbers):
        return self.nl.do("queue-complete", queue_ids=numbers)["queue-status"]

    def state(self, number):
        return self.nl.do("queue-get", queue_id=number)["queue-state"]

    def filters_of(self, number):
        return [found["filter-id"]
                for found in self.nl.do("filter-get", dump=True, queue_id=number)]

    def free(self, number):
        self.ports.pop(f"q{number}").sniffer.close()
        for found in self.filters_of(number):
            self.nl.do("filter-del", filter_id=found)
        self.nl.do("queue-del", queue_id=number)


@quick
def test_each_queue_gets_the_frames_of_its_filters():
    with QueueLab() as lab:
        one, two = lab.queue(), lab.queue(vlan=10)
        lab.sees("wire", dst=queue_mac(one), want=f"q{one}")
        lab.sees("wire", dst=queue_mac(one), tag="0", want=f"q{one}:0")
        lab.sees("wire", dst=queue_mac(one), tag="10")
        # trap 2: a filter with a VLAN takes nothing else; the tag travels out of band
        lab.sees("wire", dst=queue_mac(two), tag="10", want=f"q{two}:10")
        lab.sees("wire", dst=queue_mac(two))
        lab.sees("wire", dst="pf", want="pf")
        lab.sees("wire", dst="bcast", want=f"pf q{one}")
        lab.sees("wire", dst="bcast", tag="10", want=f"pf:10 q{two}:10")
        lab.sees(f"q{one}", dst="wire", want="wire")
        lab.sees(f"q{one}", dst="pf", want="pf")
        lab.sees("pf", dst=queue_mac(one), want=f"q{one}")
        lab.sees(f"q{two}", dst=queue_mac(one), want=f"q{one}")
        lab.sees(f"q{one}", dst="bcast", want="pf wire")


def test_the_default_queue_takes_what_no_other_filter_takes():
    with QueueLab() as lab:
        one = lab.queue()
        other = "02:00:00:00:02:f0"
        lab.sees("wire", dst=other)
        number = lab.add(0, other)
        lab.sees("wire", dst=other, want="pf")
        lab.nl.do("filter-del", filter_id=number)
        lab.sees("wire", dst=other)
        lab["pf"].promisc()
        lab.sees("wire", dst=other, want="pf")
        lab.sees("wire", dst=queue_mac(one), want=f"q{one}")


@quick
def test_frames_come_only_while_a_queue_runs():
    with QueueLab() as lab:
        lab["pf"].promisc()
        one = lab.queue(complete=False)
        mac = queue_mac(one)
        check_equal(lab.state(one), SET, "state")
        check(not lab[f"q{one}"].carrier(), "a queue that is not complete has carrier")
        lab.sees("wire", dst=mac, want="pf")
        check_equal(lab.complete(one), [0], "status")
        check_equal(lab.state(one), RUNNING, "state")
        lab.sees("wire", dst=mac, want=f"q{one}")
        lab.nl.do("filter-del", filter_id=lab.filters_of(one)[0])
        check_equal(lab.state(one), PAUSED, "state")
        # trap 8: silent again, in both directions
        lab.sees("wire", dst=mac, want="pf")
        lab.sees("wire", dst="bcast", want="pf")
        lab.sees(f"q{one}", dst="wire")
        lab.add(one, mac)
        check_equal(lab.state(one), RUNNING, "state")
        lab.sees("wire", dst=mac, want=f"q{one}")
        lab.free(one)
        lab.sees("wire", dst=mac, want="pf")
        check(f"{PF}q{one}" not in HOME.rtnl.links(), "the interface is left")


def test_completion_answers_for_each_queue():
    with QueueLab() as lab:
        one, two = lab.queue(complete=False), lab.queue(complete=False)
        check_equal(lab.complete(two, 0, 77, two, one), [0, *[INVALID_PARAMETER] * 3, 0], "status")
        check_equal([lab.state(one), lab.state(two)], [RUNNING, RUNNING], "states")
        check_equal(lab.complete(*[77] * 512), [INVALID_PARAMETER] * 512, "status")
        for ids in (b"", b"123", bytes(4 * 2049)):
            with refused(errno.EINVAL, "queue-ids are 1 to 2048"):
                raw_complete(lab.nl, ids)
        with refused(errno.EINVAL, "queue-ids are 1 to 2048"):
            lab.nl.do("queue-complete")


def raw_complete(nl, ids):
    """What encode() would not send."""
    payload = struct.pack("=BBH", UAPI["NSW_CMD_QUEUE_COMPLETE"], 1, 0)
    kind = UAPI["NSW_A_QUEUE_IDS"]
    nl.request(nl.family, payload + struct.pack("=HH", 4 + len(ids), kind) + ids +
               bytes(-len(ids) % 4))


@quick
def test_queues_and_a_switch_exclude_each_other():
    with QueueLab() as lab:
        check_equal(lab.nl.do("caps-get")["caps"]["num_queues"], 64, "NumQueues")
        one = lab.queue()
        with refused(errno.EBUSY, "has 1 VM queues"):
            lab.nl.do("switch-new", num_vfs=0)
        with refused(errno.EBUSY):
            write(f"/sys/class/net/{PF}/device/sriov_numvfs", 1)
        with refused(errno.EBUSY, "has 1 VM queues"):
            lab.nl.do("caps-set", caps={"max_vfs": 1})
        with refused(errno.EOPNOTSUPP, "only those of VPorts move"):
            lab.nl.do("filter-move", filter_id=lab.filters_of(one)[0], source_vport_id=one,
                      vport_id=0)
        with refused(errno.ENOENT, "has no NIC switch"):
            lab.nl.do("filter-new", vport_id=one, mac="02:00:00:00:02:f1")
        with refused(errno.EINVAL, "is on a VM queue"):
            lab.nl.do("filter-get", filter_id=lab.filters_of(one)[0], vport_id=one)
        with refused(errno.EINVAL, f"is on VM queue {one}, not on 0"):
            lab.nl.do("filter-get", filter_id=lab.filters_of(one)[0], queue_id=0)
        lab.nl.do("filter-get", filter_id=lab.filters_of(one)[0], queue_id=one)
        with refused(errno.EINVAL, "either on a VPort or on a VM queue"):
            lab.nl.do("filter-new", vport_id=0, queue_id=0, mac="02:00:00:00:02:f1")
        with refused(errno.EBUSY, "still has 1 receive filters"):
            lab.nl.do("queue-del", queue_id=one)
        with refused(errno.EINVAL, "neither allocated nor freed"):
            lab.nl.do("queue-del", queue_id=0)
        with refused(errno.ENOENT, "VM queue 9 does not exist"):
            lab.nl.do("queue-del", queue_id=9)
        lab.sees("wire", dst=queue_mac(one), want=f"q{one}")
        lab.free(one)
        number = lab.add(0, "02:00:00:00:02:f1")
        with refused(errno.EBUSY, "the default queue has 1 receive filters"):
            lab.nl.do("switch-new", num_vfs=0)
        lab.nl.do("filter-del", filter_id=number)
        lab.nl.do("switch-new", num_vfs=0)
        caps = lab.nl.do("caps-get")
        check_equal([caps["caps"][name] for name in ("num_queues", "queue_types", "filter_types")],
                    [0, 0, 1], "trap 18, with a switch")
        check_equal(caps["hardware-caps"]["num_queues"], 64, "NumQueues of the hardware")
        check_equal(lab.nl.do("queue-get", dump=True), [], "queues with a switch")
        with refused(errno.EBUSY, "has a NIC switch"):
            lab.nl.do("queue-new")
        with refused(errno.EBUSY, "has a NIC switch"):
            lab.nl.do("filter-new", queue_id=0, mac="02:00:00:00:02:f1")


def test_the_number_of_queues_is_that_of_the_capabilities():
    with QueueLab() as lab:
        lab.defer(lab.nl.do, "caps-set", caps={"num_queues": 64})
        lab.defer(reset)
        lab.nl.do("caps-set", caps={"num_queues": 2})
        one, two = lab.queue(), lab.queue()
        with refused(errno.ENOSPC, "all 2 VM queues are allocated"):
            lab.nl.do("queue-new")
        check_equal([found["queue-id"] for found in lab.nl.do("queue-get", dump=True)],
                    [0, one, two], "queues")
        lab.free(one)
        check_equal(lab.queue(), one, "id of the next queue")
        reset()
        lab.nl.do("caps-set", caps={"num_queues": 0})
        with refused(errno.EOPNOTSUPP, "not enabled"):
            lab.nl.do("queue-new")
        check_equal(lab.nl.do("queue-get", dump=True), [], "queues")


@quick
def test_the_affinity_is_kept_and_is_that_of_its_thread():
    with QueueLab() as lab:
        last = str(max(os.sched_getaffinity(0)))
        number = lab.queue(affinity=last, receive_buffers=128, queue_name="blue", vm_name="web")
        found = lab.nl.do("queue-get", queue_id=number)
        check_equal([found[name] for name in ("affinity", "receive-buffers", "queue-name",
                                              "vm-name")], [last, 128, "blue", "web"], "queue")
        ifname = found["ifname"]
        check_equal(thread_cpus(ifname), [last], "CPUs of the thread")
        lab.nl.do("queue-set", queue_id=number, affinity="0", receive_buffers=1, queue_name="red")
        found = lab.nl.do("queue-get", queue_id=number)
        check_equal([found[name] for name in ("affinity", "receive-buffers", "queue-name",
                                              "vm-name")], ["0", 1, "red", "web"], "queue")
        check_equal(thread_cpus(ifname), ["0"], "CPUs of the thread")
        lab[f"q{number}"].down()
        lab[f"q{number}"].up()
        check_equal(thread_cpus(ifname), ["0"], "CPUs of the thread after down and up")
        wait_for(lab[f"q{number}"].carrier, "carrier")
        lab.sees("wire", dst=queue_mac(number), want=f"q{number}")
        for cpus, text in (("", "at least one CPU"), ("x", "no list"), ("99999", "no list"),
                           ("1-", "no list")):
            with refused(errno.EINVAL, text):
                lab.nl.do("queue-set", queue_id=number, affinity=cpus)
            with refused(errno.EINVAL, text):
                lab.nl.do("queue-new", affinity=cpus)
        check_equal(lab.nl.do("queue-get", queue_id=number), found, "queue after refusals")
        with refused(errno.EINVAL, "neither allocated nor freed"):
            lab.nl.do("queue-set", queue_id=0, affinity="0")


def test_events_tell_the_states():
    with QueueLab() as lab:
        ear = Nicswitch()
        lab.defer(ear.close)
        ear.subscribe()
        number = lab.queue()
        lab.free(number)
        heard = [(event["event"], event["queue-state"]) for event in ear.heard()
                 if "queue-state" in event]
        check_equal(heard, [(ADD, ALLOCATED), (CHANGE, SET), (CHANGE, RUNNING), (CHANGE, PAUSED),
                            (CHANGE, DMA_STOPPED), (DEL, DMA_STOPPED)], "events")


def test_queues_go_with_the_socket_of_their_owner():
    with QueueLab() as lab:
        owner = Nicswitch()
        number = owner.do("queue-new", owned=True)["queue-id"]
        owner.do("filter-new", queue_id=number, mac=queue_mac(number), owned=True)
        for command, values in (("queue-del", {}), ("queue-set", {"queue_name": "x"}),
                                ("filter-new", {"mac": "02:00:00:00:02:f1"})):
            with refused(errno.EPERM, "belongs to another socket"):
                lab.nl.do(command, queue_id=number, **values)
        check_equal(lab.complete(number), [INVALID_PARAMETER], "status")
        check_equal(owner.do("queue-complete", queue_ids=[number])["queue-status"], [0], "status")
        check("owned" in lab.nl.do("queue-get", queue_id=number), "it is not owned")
        owner.close()
        wait_for(lambda: len(lab.nl.do("queue-get", dump=True)) == 1, "only the default queue", 60)
        check(f"{PF}q{number}" not in HOME.rtnl.links(), "the interface is left")
        check_equal(lab.nl.do("filter-get", dump=True), [], "filters")


def test_queues_go_with_the_driver_of_the_pf():
    with QueueLab() as lab:
        one, two = lab.queue(), lab.queue()
        lab.add(0, "02:00:00:00:02:f1")
        netns = Netns()
        lab.defer(netns.close)
        HOME.link(f"{PF}q{two}", netns=netns.descriptor)
        address = lab.nl.do("adapter-get")["pci-address"]
        write("/sys/bus/pci/drivers/nicswitch/unbind", address)
        try:
            check(f"{PF}q{one}" not in HOME.rtnl.links(), "an interface is left")
            check(f"{PF}q{two}" not in netns.rtnl.links(), "the interface elsewhere is left")
            check_equal(lab.nl.do("filter-get", dump=True), [], "filters")
            with refused(errno.ENODEV, "no driver"):
                lab.nl.do("queue-new")
            with refused(errno.ENODEV, "no driver"):
                lab.nl.do("filter-new", queue_id=0, mac="02:00:00:00:02:f1")
        finally:
            write("/sys/bus/pci/drivers/nicswitch/bind", address)
        check_equal(lab.nl.do("queue-new")["queue-id"], 1, "queue after binding")


def test_the_module_goes_with_queues_in_use():
    reset()
    nl = Nicswitch()
    for _ in range(3):
        number = nl.do("queue-new")["queue-id"]
        nl.do("filter-new", queue_id=number, mac=queue_mac(number))
        HOME.link(f"{PF}q{number}", set_flags=UP)
    nl.do("queue-complete", queue_ids=[1, 2])
    nl.close()
    load()
    nl = Nicswitch()
    check_equal(len(nl.do("queue-get", dump=True)), 1, "queues of a new adapter")
    nl.close()


@quick
def test_the_tool_speaks_of_queues():
    with QueueLab() as lab:
        number = int(run("nicswitch queue allocate affinity 0 buffers 99 name blue vm web").out)
        check_equal(number, 1, "id")
        run(f"nicswitch filter add queue 1 mac {queue_mac(1)} vlan 7")
        check_equal(run("nicswitch queue complete 1").out, "queue 1 status success\n", "text")
        failed = run("nicswitch -j queue complete 1,2", ok=False)
        check(failed.status == 1, "a completion that fails is no failure")
        check_equal(json.loads(failed.out), [{"queue": one, "status": "0xc000000d"}
                                             for one in (1, 2)], "JSON")
        found = json.loads(run("nicswitch -j queue show 1").out)[0]
        index = found.pop("ifindex")
        check(index, "no interface")
        check_equal(found, {"queue": 1, "name": "blue", "vm": "web", "ifname": f"{PF}q1",
                            "state": "running", "affinity": "0", "buffers": 99, "carrier": True,
                            "num_filters": 1, "owned": False}, "queue")
        check_equal([one["queue"] for one in json.loads(run("nicswitch -j filter show queue 1").out)],
                    [1], "filters")
        run("nicswitch queue set 1 name red")
        check("name red" in run("nicswitch queue show").out, "no new name")
        check(run("nicswitch queue free 1", ok=False).err.count("still has 1 receive filters"),
              "no reason")
        run("nicswitch reset")
        check_equal(len(lab.nl.do("queue-get", dump=True)), 1, "queues after a reset")
        ensure_switch(lab.nl, VFS)


@quick
def test_counters_of_queues():
    with QueueLab() as lab:
        one = lab.queue()
        lab.sees("wire", dst=queue_mac(one), want=f"q{one}")
        ports = lab.nl.do("stats-get", dump=True)
        check_equal([port.get("queue-id", "wire") for port in ports], [0, one, "wire"], "ports")
        found = {port.get("queue-id", "wire"): port["stats"] for port in ports}
        check(found[one]["rx_packets"] > 0, "nothing was counted")
        check_equal(lab.nl.do("stats-get", queue_id=one)["stats"]["rx_packets"],
                    found[one]["rx_packets"], "frames")
        shown = json.loads(run(f"nicswitch -j stats show queue {one}").out)
        check_equal(shown[0]["queue"], one, "the tool")
        check(f"queue {one} " in run("nicswitch stats show").out, "not in the text")
        with refused(errno.ENOENT, "VM queue 9 does not exist"):
            lab.nl.do("stats-get", queue_id=9)
        with refused(errno.EINVAL, "either those of a VPort or of a VM queue"):
            lab.nl.do("stats-get", queue_id=one, vport_id=0)
        with refused(errno.ENOENT, "has no NIC switch"):
            lab.nl.do("stats-get", vport_id=one)
        reset()
        lab.nl.do("switch-new", num_vfs=0)
        with refused(errno.ENOENT, "VM queue 0 does not exist"):
            lab.nl.do("stats-get", queue_id=0)


def test_who_asks_for_its_own_queues_gets_no_others():
    with QueueLab() as lab:
        other = Nicswitch()

        def own(nl):
            return [one["queue-id"] for one in nl.do("queue-get", dump=True, owned=True)]

        mine = lab.nl.do("queue-new", owned=True)["queue-id"]
        theirs = other.do("queue-new", owned=True)["queue-id"]
        nobodys = other.do("queue-new")["queue-id"]
        check_equal(own(lab.nl), [mine], "queues of one caller")
        check_equal(own(other), [theirs], "queues of the other")
        with contextlib.closing(Nicswitch()) as third:
            check_equal(own(third), [], "queues of a third")
            check_equal([one["queue-id"] for one in third.do("queue-get", dump=True)],
                        [0, mine, theirs, nobodys], "all queues")
            with refused(errno.EINVAL, "owned narrows a dump"):
                third.do("queue-get", queue_id=mine, owned=True)
            with refused(errno.EINVAL, "takes no queue-id"):
                third.do("queue-get", queue_id=mine, dump=True)
        other.close()
        lab.nl.do("queue-del", queue_id=mine)
        wait_for(lambda: len(lab.nl.do("queue-get", dump=True)) == 2, "the end of their queue")


def test_frames_in_circles_leave_others_time():
    """A program sends what it gets out of the PF, from where it comes back; this goes on."""
    with QueueLab() as lab:
        name = f"q{lab.queue()}"

        def redirected():
            return nic_stats(lab[name])["rx_queue_0_xdp_redirect"]

        with bpf.Program(lab[name], bpf.redirect(bpf.index(lab["pf"]))):
            lab.send("wire", name)
            wait_for(lambda: redirected() > 10000, "rounds", 6 * PATIENCE)
            # the frame is lost here
            lab[name].down()
        lab[name].up()
        wait_for(lab[name].carrier, "carrier")
        lab.settle({})
        lab.sees("wire", name, dst=name)


if __name__ == "__main__":
    main()
