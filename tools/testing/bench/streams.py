# SPDX-License-Identifier: GPL-2.0-only
"""TCP between two namespaces."""

import contextlib
import json
import os
import select
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
                # it complains of wait(); what matters the client says as well
                subprocess.Popen(["iperf3", "-s", "-B", self.far], stdout=null, stderr=null)
        if not os.fork():
            self.echo(server)
        server.close()
        self.wait()

    @staticmethod
    def echo(server):
        """A server for any number of clients; it ends with the guest."""
        clients = {}
        poll = select.epoll()
        poll.register(server, select.EPOLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == server.fileno():
                    client, _ = server.accept()
                    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    clients[client.fileno()] = client
                    poll.register(client, select.EPOLLIN)
                elif data := clients[descriptor].recv(1):
                    clients[descriptor].send(data)
                else:
                    poll.unregister(descriptor)
                    clients.pop(descriptor).close()

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
    """Nanoseconds of a request of one byte and its response, on parallel connections in turn."""

    unit = "ns"

    def __init__(self, name, link, number=1):
        self.name, self.link, self.number = name, link, number

    def run(self):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(socket.create_connection((self.link.far, 7)))
                       for _ in range(self.number)]
            for client in clients:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start = time.perf_counter_ns()
            for _ in range(TRANSACTIONS // self.number):
                for client in clients:
                    client.send(b"x")
                for client in clients:
                    client.recv(1)
            return (time.perf_counter_ns() - start) / TRANSACTIONS


def streams(sink, name, here, there):
    link = Link(sink, here, there)
    return [Stream(f"tcp-{name}", link), Stream(f"tcp8-{name}", link, 8),
            RoundTrip(f"tcp-rr-{name}", link), RoundTrip(f"tcp-rr8-{name}", link, 8)]


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
