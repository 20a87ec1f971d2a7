#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""AF_XDP sockets in copy mode on PF, VFs and VPorts of the PF."""

import contextlib
import errno
import os

import bpf
import xsk
from checks import Skipped, check, check_equal, refused, wait_for
from frames import make_frame
from ktap import main, quick
from lab import Lab
from netlink import mac_bytes
from nic import ethtool, stats


@contextlib.contextmanager
def receiver(port, queues=1):
    """Sockets on the first queues of a port, and a program that gives them its frames."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(xsk.Socket(port, queue)) for queue in range(queues)]
        descriptor = bpf.make_map(bpf.MAP_XSKMAP, 64)
        stack.callback(os.close, descriptor)
        for queue, sock in enumerate(sockets):
            bpf.update_map(descriptor, queue, sock.sock.fileno())
        stack.enter_context(bpf.Program(port, bpf.redirect_to_queue(descriptor)))
        yield sockets


def next_frames(sock, number):
    """Waits for so many frames, and takes them."""
    frames = []
    wait_for(lambda: frames.extend(sock.receive()) or len(frames) >= number, f"{number} frames")
    check_equal(len(frames), number, "frames")
    return frames


@quick
def test_socket_receives_what_the_interface_would():
    with Lab() as lab:
        number = lab.add_pf_vport()
        lab.filter(f"p{number}", f"p{number}")
        for name in ("v1", "pf", f"p{number}"):
            port, before = lab[name], stats(lab[name])
            with receiver(port) as (sock,):
                for length in (60, 1514):
                    lab.sees("v0", "", dst=name, length=length)
                    frame, = next_frames(sock, 1)
                    check_equal(frame, make_frame(port.mac, lab["v0"].mac, "", lab.serial,
                                                  length), f"frame of {length} bytes at {name}")
                # the switch decides before
                lab.sees("v0", "wire", dst="02:00:00:00:aa:01")
                check_equal(sock.receive(), [], "frames for others")
            check_equal(stats(port)["rx_queue_0_xdp_redirect"] -
                        before["rx_queue_0_xdp_redirect"], 2, "redirected")
            lab.sees("v0", name, dst=name)


@quick
def test_socket_sends_as_the_interface_may():
    with Lab() as lab:
        with xsk.Socket(lab["v0"]) as sock:
            for name in ("v1", "pf", "wire"):
                sock.send(make_frame(lab[name].mac, lab["v0"].mac, "", 1000 + len(name), 100))
                seen = {}
                wait_for(lambda: lab.gather(seen, 0.01) or seen, "the frame")
                check_equal(seen, {1000 + len(name): {name: 1}}, "who received it")
            wait_for(lambda: sock.completed() or len(sock.to_send) == xsk.CHUNKS // 2, "completions")
            check_equal(lab.new_drops(), {}, "drops")
            # it is no way around the source check, nor around the port VLAN
            sock.send(make_frame(lab["v1"].mac, "02:00:00:00:aa:01", "", 7, 100))
            wait_for(lambda: lab.new_drops() == {"v0:spoof": 1}, "dropped")
            lab.vf(0, vlan=9)
            lab.drops_before = lab.drops()
            sock.send(make_frame(lab["v1"].mac, lab["v0"].mac, "10", 8, 100))
            wait_for(lambda: lab.new_drops() == {"v0:port_vlan": 1}, "dropped")
            lab.drops_before = lab.drops()
            sock.send(make_frame(lab["wire"].mac, lab["v0"].mac, "", 9, 100))
            seen = {}
            wait_for(lambda: lab.gather(seen, 0.01) or seen, "the frame")
            check_equal(seen, {9: {"wire:9": 1}}, "who received it")
        with xsk.Socket(lab["pf"]) as sock:
            sock.send(make_frame(lab["v1"].mac, lab["pf"].mac, "", 10, 100))
            seen = {}
            wait_for(lambda: lab.gather(seen, 0.01) or seen, "the frame")
            check_equal(seen, {10: {"v1": 1}}, "who received it")


def answer(frame):
    """The frame on its way back."""
    return frame[6:12] + frame[:6] + frame[12:]


def test_sockets_on_two_vfs_talk_to_each_other():
    """Both directions, many times more frames than there is memory."""
    with Lab() as lab:
        with receiver(lab["v0"]) as (one,), receiver(lab["v1"]) as (two,):
            for number in range(200):
                sent = [make_frame(lab["v1"].mac, lab["v0"].mac, "", 10 * number + part, 200)
                        for part in range(4)]
                one.send(*sent)
                check_equal(next_frames(two, 4), sent, "frames")
                two.send(*map(answer, sent))
                check_equal(next_frames(one, 4), [answer(frame) for frame in sent], "answers")
                one.completed()
                two.completed()
            for sock in (one, two):
                wait_for(lambda: sock.completed() * 0 or    # noqa: B023
                         len(sock.to_send) == xsk.CHUNKS // 2, "completions")   # noqa: B023
        check_equal(lab.new_drops(), {}, "drops")


def test_each_queue_has_a_socket_of_its_own():
    with Lab(qps=4) as lab:
        port = lab["v1"]
        lab.defer(ethtool, port, "-X {} default")
        with receiver(port, 4) as sockets:
            for queue, sock in enumerate(sockets):
                # what is not IP has hash 0
                ethtool(port, f"-X {{}} start {queue} equal 1")
                lab.sees("v0", "", dst="v1")
                frame, = next_frames(sock, 1)
                check_equal(frame[:6], mac_bytes(port.mac), "destination")
                check_equal([other.receive() for other in sockets], [[]] * 4, "others")


def test_what_nobody_listens_to_goes_to_the_stack():
    with Lab(qps=2) as lab:
        port = lab["v1"]
        lab.defer(ethtool, port, "-X {} default")
        with receiver(port) as (sock,):
            ethtool(port, "-X {} start 1 equal 1")
            lab.sees("v0", "v1", dst="v1")
            check_equal(sock.receive(), [], "frames of the other queue")


def test_a_socket_that_cannot_be_is_refused():
    with Lab(qps=2) as lab:
        with refused(errno.EOPNOTSUPP):
            with xsk.Socket(lab["v0"], mode=xsk.ZEROCOPY):
                pass
        with refused(errno.EINVAL):
            with xsk.Socket(lab["v0"], queue=2):
                pass
        with xsk.Socket(lab["v0"]):
            with refused(errno.EBUSY):
                with xsk.Socket(lab["v0"], patience=0):
                    pass


def socket_of_several(port):
    try:
        return xsk.Socket(port, mode=xsk.COPY | xsk.SEVERAL)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise Skipped("a frame lies in one chunk in this kernel") from error


def test_frames_in_several_chunks():
    """Sending, the kernel makes fragments of them; received, a page is cut up by the kernel."""
    with Lab() as lab:
        for name in ("v0", "v1"):
            lab[name].link(mtu=3000)
        with socket_of_several(lab["v0"]) as sender, socket_of_several(lab["v1"]) as sock:
            descriptor = bpf.make_map(bpf.MAP_XSKMAP, 64)
            lab.defer(os.close, descriptor)
            bpf.update_map(descriptor, 0, sock.sock.fileno())
            with bpf.Program(lab["v1"], bpf.redirect_to_queue(descriptor)):
                for number, cuts in enumerate(((14,), (1,), (60, 61), (1000, 2000), (1, 2, 3, 4),
                                               range(100, 1300, 100))):
                    for length in (100, 1500, 2900):
                        frame = make_frame(lab["v1"].mac, lab["v0"].mac, "", number, length)
                        frame = frame[:60] + bytes(at % 251 for at in range(60, length))
                        # a part fits into a chunk
                        ends = [0, *(cut for cut in sorted({*cuts, 1450}) if cut < length), length]
                        sender.completed()
                        sender.send_in_parts(*(frame[begin:end] for begin, end
                                               in zip(ends, ends[1:])))
                        got, = next_frames(sock, 1)
                        check(got == frame, f"{length} bytes in parts {ends} changed")
        check_equal(lab.new_drops(), {}, "drops")


def test_sockets_end_with_their_interface_and_their_queue():
    with Lab(qps=2) as lab:
        port = lab["v1"]
        with receiver(port, 2) as (one, two):
            lab.sees("v0", "", dst="v1")
            check(wait_for(lambda: one.receive() or two.receive(), "a frame"), "a frame")
            port.down()
            port.up()
            wait_for(port.carrier, "carrier")
            lab.sees("v0", "", dst="v1")
            check(wait_for(lambda: one.receive() or two.receive(), "a frame"), "a frame")


if __name__ == "__main__":
    main()
