# SPDX-License-Identifier: GPL-2.0-only
"""XDP programs, assembled by hand, so that no compiler is needed."""

import ctypes
import os
import struct

from system import libc

SYS_BPF = 321
MAP_CREATE, MAP_UPDATE, PROG_LOAD, LINK_CREATE = 0, 2, 5, 28
PROG_TYPE_XDP, ATTACH_XDP = 6, 37
MAP_DEVMAP, MAP_XSKMAP = 14, 17
ABORTED, DROP, PASS, TX, REDIRECT = range(5)
DRIVER_MODE = 1 << 2
XDP_HAS_FRAGS = 1 << 5


def bpf(command, attributes):
    data = ctypes.create_string_buffer(attributes, max(len(attributes), 128))
    result = libc.syscall(SYS_BPF, command, data, len(data))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def instruction(code, dst=0, src=0, offset=0, value=0):
    return struct.pack("=BBhi", code, src << 4 | dst, offset, value)


EXIT = instruction(0x95)


def move(register, value):
    return instruction(0xb7, register, value=value)


def verdict(value):
    return move(0, value) + EXIT


def swap_addresses_and_send():
    """XDP_TX with source and destination address exchanged."""
    code = instruction(0x61, 2, 1, 0)                   # r2 = data
    code += instruction(0x61, 3, 1, 4)                  # r3 = data_end
    code += instruction(0xbf, 4, 2) + instruction(0x07, 4, value=14)
    code += instruction(0x2d, 4, 3, 12)                 # r4 > r3: end
    for half in range(3):
        code += instruction(0x69, 5, 2, 2 * half)       # r5 = destination
        code += instruction(0x69, 6, 2, 6 + 2 * half)   # r6 = source
        code += instruction(0x6b, 2, 6, 2 * half)
        code += instruction(0x6b, 2, 5, 6 + 2 * half)
    return code + verdict(TX)


def cut_head(length):
    """XDP_PASS without the first bytes behind the addresses."""
    code = instruction(0xbf, 6, 1)
    code += move(2, length) + instruction(0x85, value=44)   # bpf_xdp_adjust_head()
    return code + verdict(PASS)


def redirect(ifindex):
    return move(1, ifindex) + move(2, 0) + instruction(0x85, value=23) + EXIT


def redirect_to_queue(descriptor):
    """To what the map has for the queue that received it; else XDP_PASS."""
    code = instruction(0x61, 2, 1, 16)                  # r2 = rx_queue_index
    code += instruction(0x18, 1, 1, value=descriptor) + instruction(0)      # r1 = map
    return code + move(3, PASS) + instruction(0x85, value=51) + EXIT


def make_map(kind, entries=4):
    return bpf(MAP_CREATE, struct.pack("=IIII", kind, 4, 4, entries))


def update_map(descriptor, key, value):
    key, value = (ctypes.c_uint32(number) for number in (key, value))
    bpf(MAP_UPDATE, struct.pack("=IIQQQ", descriptor, 0, ctypes.addressof(key),
                                ctypes.addressof(value), 0))


def load(code, several=False):
    """Returns a program's descriptor; with several, it knows that a frame may lie in several buffers."""
    text = ctypes.create_string_buffer(code, len(code))
    name = ctypes.create_string_buffer(b"GPL")
    log = ctypes.create_string_buffer(65536)
    attributes = struct.pack("=IIQQIIQII", PROG_TYPE_XDP, len(code) // 8, ctypes.addressof(text),
                             ctypes.addressof(name), 1, len(log), ctypes.addressof(log), 0,
                             XDP_HAS_FRAGS if several else 0)
    try:
        return bpf(PROG_LOAD, attributes)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}: {log.value.decode()}") from error


def index(port):
    return port.netns.rtnl.links()[port.ifname][0]


class Program:
    """A program on an interface, as long as it is entered."""

    def __init__(self, port, code, flags=DRIVER_MODE, several=False):
        self.port, self.code, self.flags, self.several = port, code, flags, several
        self.descriptors = []

    def __enter__(self):
        with self.port.netns:
            ifindex = index(self.port)
            self.descriptors.append(load(self.code, self.several))
            self.descriptors.append(bpf(LINK_CREATE, struct.pack(
                "=IIII", self.descriptors[0], ifindex, ATTACH_XDP, self.flags)))
        return self

    def __exit__(self, *exc):
        while self.descriptors:
            os.close(self.descriptors.pop())
