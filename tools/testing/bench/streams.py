# SPDX-License-Identifier: GPL-2.0-only
"""TCP between two namespaces."""

import json
import os
import socket
import subprocess
import time

import ours
import peers
from system import HOME, run

SECONDS = 1
TRANSACTIONS = 2000
PATIENCE = 20       # seconds


class Link:
    """Two interfaces with addresses, and servers at the far end."""

    count = 0

    def __init__(self, sink, here, there):
        Link.count += 1
        self.far = f"198.51.{100 + Link.count}.2"
        peers.ip(f"addr add 198.51.{100 + Link.count}.1/24 dev {here}")
        peers.ip(f"addr add {self.far}/24 dev {there}", sink)
        with sink:
            server = socket.create_server((self.far, 7))
            with open(os.devnull, "w", encoding="ascii") as null:
                subprocess.Popen(["iperf3", "-s", "-B", self.far], stdout=null)
        if not os.fork():
            self.echo(server)
        server.close()
        self.wait()

    @staticmethod
    def echo(server):
        """A server for one client after the other; it ends with the guest."""
        while True:
            client, _ = server.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while data := client.recv(1):
                client.send(data)
            client.close()

    def wait(self):
        """Until iperf3 listens."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection((self.far, 5201)).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


class Stream:
    """Bits per second of parallel streams together."""

    unit = "bps"

    def __init__(self, name, link, number=1):
        self.name, self.link, self.number = name, link, number

    def run(self):
        result = run("iperf3", "-c", self.link.far, "-J", "-t", str(SECONDS), "-P",
                     str(self.number), netns=HOME)
        return json.loads(result.out)["end"]["sum_received"]["bits_per_second"]


class RoundTrip:
    """Nanoseconds of a request of one byte and its response."""

    unit = "ns"

    def __init__(self, name, link):
        self.name, self.link = name, link

    def run(self):
        with socket.create_connection((self.link.far, 7)) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start = time.perf_counter_ns()
            for _ in range(TRANSACTIONS):
                client.send(b"x")
                client.recv(1)
            return (time.perf_counter_ns() - start) / TRANSACTIONS


def streams(sink, name, here, there):
    link = Link(sink, here, there)
    return [Stream(f"tcp-{name}", link), Stream(f"tcp8-{name}", link, 8),
            RoundTrip(f"tcp-rr-{name}", link)]


def veth(sink):
    peers.ip("link add b-tcp type veth peer name b-tcpp")
    peers.to_sink(sink, "b-tcpp")
    peers.up(HOME, "b-tcp")
    peers.up(sink, "b-tcpp")
    return streams(sink, "veth", "b-tcp", "b-tcpp")


def vf_vf(sink):
    adapter = ours.Adapter(sink)
    adapter.add_filters()
    return streams(sink, "vf-vf", *adapter.names)


STREAM_GROUPS = {"tcp-veth": veth, "tcp-vf-vf": vf_vf}
