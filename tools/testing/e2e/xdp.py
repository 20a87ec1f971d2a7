#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Native XDP on PF, VFs and VPorts of the PF."""

import errno
import socket
import threading

import bpf
from checks import check, check_equal, refused, wait_for
from frames import make_frame
from ktap import main, quick
from lab import Lab, Port
from netlink import UP, mac_bytes
from nic import stats
from system import HOME, Trace


def counted(port, name, before):
    return stats(port)[f"rx_queue_0_{name}"] - before[f"rx_queue_0_{name}"]


def wait_count(port, name, before, count):
    """A frame that nobody gets is through when it is counted; the queue may be polled late."""
    wait_for(lambda: counted(port, name, before) >= count, f"{port.name} counts {name}")
    check_equal(counted(port, name, before), count, name)


@quick
def test_pass_drop_and_abort_on_each_kind_of_interface():
    with Lab() as lab:
        number = lab.add_pf_vport()
        lab.filter(f"p{number}", f"p{number}")
        for name in ("v1", "pf", f"p{number}"):
            port, before = lab[name], stats(lab[name])
            with bpf.Program(port, bpf.verdict(bpf.PASS)):
                lab.sees("v0", name, dst=name)
                lab.sees("v0", name, dst=name, length=1500)
            with bpf.Program(port, bpf.verdict(bpf.DROP)):
                lab.sees("v0", "", dst=name)
                wait_count(port, "xdp_drop", before, 1)
            with Trace("xdp/xdp_exception") as trace:
                with bpf.Program(port, bpf.verdict(bpf.ABORTED)):
                    lab.sees("v0", "", dst=name)
                    wait_count(port, "xdp_drop", before, 2)
            check_equal(len(trace.lines("xdp_exception")), 1, "exceptions")
            lab.sees("v0", name, dst=name)


@quick
def test_transmitted_frames_are_checked_by_the_switch():
    with Lab() as lab:
        before = stats(lab["v1"])
        with bpf.Program(lab["v1"], bpf.swap_addresses_and_send()):
            lab.sees("v0", "v0", dst="v1")
            check_equal(stats(lab["v1"])["tx_packets"] - before["tx_packets"], 1, "sent")
        with bpf.Program(lab["v1"], bpf.verdict(bpf.TX)):
            lab.sees("v0", "", drop="v1:spoof", dst="v1")
            lab.vf(1, spoofchk=0)
            lab.sees("v0", "", drop="v1:hairpin", dst="v1")
        check_equal(counted(lab["v1"], "xdp_tx", before), 3, "transmitted")


def index(port):
    return port.netns.rtnl.links()[port.ifname][0]


def add_cable(lab):
    """A cable t-one to t-two, both ends here."""
    HOME.rtnl.add_veth("t-one", "t-two", HOME.descriptor)
    ports = []
    for name, mac in (("t-one", "02:00:00:00:dd:01"), ("t-two", "02:00:00:00:dd:02")):
        HOME.link(name, mac=mac)
        HOME.link(name, set_flags=UP)
        ports.append(lab.add_port(Port(name, HOME, name, mac)))
    return ports


@quick
def test_redirect_to_and_from_interfaces():
    with Lab(netns=False) as lab:
        one, two = add_cable(lab)
        lab.drops_before = lab.drops()
        before = stats(lab["v1"])
        # veth takes redirected frames only if its other end has a program
        with bpf.Program(two, bpf.verdict(bpf.PASS)):
            with bpf.Program(lab["v1"], bpf.redirect(bpf.index(one))):
                lab.sees("v0", "t-two", dst="v1")
            check_equal(counted(lab["v1"], "xdp_redirect", before), 1, "redirected")
        with bpf.Program(one, bpf.redirect(bpf.index(lab["v1"]))):
            lab.sees("t-two", "", drop="v1:spoof", dst="v0")
            lab.sees("t-two", "v0", dst="v0", src="v1")
            lab.vf(1, spoofchk=0)
            lab.sees("t-two", "v0", dst="v0")
        check_equal(stats(lab["v1"])["tx_packets"] - before["tx_packets"], 2, "sent")
        with bpf.Program(lab["v1"], bpf.redirect(10 ** 6)):
            lab.sees("v0", "", dst="v1")
            wait_count(lab["v1"], "xdp_error", before, 1)


def test_frames_in_several_buffers_are_not_redirected_here():
    """Interfaces do not say that they take those, so the kernel drops them."""
    with Lab(netns=False) as lab:
        one, _ = add_cable(lab)
        for name in ("t-one", "t-two"):
            lab[name].link(mtu=9000)
        lab["v0"].link(mtu=9000)
        before, refusals = stats(lab["v1"]), stats(one)
        with bpf.Program(one, bpf.redirect(bpf.index(lab["v1"])), several=True):
            with Trace("xdp/xdp_redirect_err") as trace:
                lab.sees("t-two", "", dst="v0", src="v1", length=8000)
                wait_for(lambda: counted(one, "drops", refusals), "the cable counts a drop")
            check("err=-95" in "".join(trace.lines("xdp_redirect_err")), f"trace: {trace.text}")
            lab.sees("t-two", "v0", dst="v0", src="v1", length=1000)
        check_equal(stats(lab["v1"])["tx_packets"] - before["tx_packets"], 1, "sent")
        # such a program may look at the frames of an interface, which never are
        with bpf.Program(lab["v1"], bpf.verdict(bpf.PASS), several=True):
            lab.sees("v0", "v1", dst="v1", length=1514)


def test_head_that_a_program_cuts():
    with Lab() as lab:
        before = stats(lab["v1"])
        with bpf.Program(lab["v1"], bpf.cut_head(14)):
            inner = mac_bytes(lab["v1"].mac) + mac_bytes(lab["v0"].mac)
            lab.serial += 1
            frame = make_frame(lab["v1"].mac, lab["v0"].mac, "", lab.serial)
            lab["v0"].raw(inner + b"\x88\xb6" + frame)
            seen = {}
            lab.settle(seen)
            check_equal(list(seen), [lab.serial], "what is left of the frame")
        check_equal(stats(lab["v1"])["rx_packets"] - before["rx_packets"], 1, "received")
        lab.drops_before = lab.drops()


def test_large_and_unfinished_frames_are_shown_complete():
    """TCP of this machine comes in large pieces without checksums: also through a program."""
    with Lab() as lab:
        for number in (0, 1):
            lab[f"v{number}"].address(f"10.8.0.{number + 1}")
        before = stats(lab["v1"])
        with bpf.Program(lab["v1"], bpf.verdict(bpf.PASS)):
            with lab["v1"].netns:
                server = socket.create_server(("10.8.0.2", 77))
            with lab["v0"].netns:
                client = socket.create_connection(("10.8.0.2", 77), 10)
            peer, _ = server.accept()
            data = bytes(range(256)) * 4000
            thread = threading.Thread(target=client.sendall, args=(data,))
            thread.start()
            got = b""
            while len(got) < len(data):
                part = peer.recv(1 << 20)
                check(part, "the connection ended")
                got += part
            thread.join()
            check(got == data, "the stream changed")
            for sock in (client, peer, server):
                sock.close()
        check_equal(counted(lab["v1"], "xdp_error", before), 0, "errors")
        lab.drops_before = lab.drops()


def test_program_needs_room_for_a_frame_in_a_page():
    with Lab() as lab:
        lab["v1"].link(mtu=9000)
        with refused(errno.EOPNOTSUPP):
            with bpf.Program(lab["v1"], bpf.verdict(bpf.PASS)):
                pass
        lab["v1"].link(mtu=3000)
        with bpf.Program(lab["v1"], bpf.verdict(bpf.PASS)):
            with refused(errno.EINVAL):
                lab["v1"].link(mtu=9000)
        lab["v1"].link(mtu=9000)


if __name__ == "__main__":
    main()
