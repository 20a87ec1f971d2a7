# SPDX-License-Identifier: GPL-2.0-only
"""What is wrong with a request: attributes, their order, lengths and nesting, and the message."""

import struct

from grammar import ENDS
from netlink import attrs

NESTED, BYTEORDER = 0x8000, 0x4000
MAX_DELAY = 1   # milliseconds that a fault may keep a request waiting
FLAGS = (0x100, 0x200, 0x300, 0x400, 0x800, 0xf00, 0x8, 0x10, 0xffff)


def encode(fields):
    """Attributes as bytes; a field is [number, value], or [number, value, length that it claims]."""
    parts = []
    for number, value, *lie in fields:
        if isinstance(value, list):
            value, number = encode(value), number | NESTED
        value = value[:65531]
        size = lie[0] if lie else 4 + len(value)
        parts.append(struct.pack("=HH", size & 0xffff, number & 0xffff) + value +
                     bytes(-len(value) % 4))
    return b"".join(parts)


class Mutator:
    """Breaks requests, one way at a time."""

    def __init__(self, rng, numbers, commands):
        self.rng, self.numbers, self.commands = rng, numbers, commands
        self.ways = [self.drop, self.repeat, self.shuffle, self.resize, self.replace, self.replace,
                     self.replace, self.flip, self.flags, self.unknown, self.foreign, self.nest,
                     self.deep, self.lie, self.swap, self.many, self.unnest]

    def fields(self, fields):
        """Breaks attributes, in place."""
        for _ in range(self.rng.choice((1, 1, 1, 2, 4))):
            self.rng.choice(self.ways)(fields)

    def pick(self, fields):
        """A field, sometimes one of those inside."""
        if not fields:
            fields.append([self.rng.choice(self.numbers), self.data()])
        one = self.rng.choice(fields)
        if isinstance(one[1], list) and one[1] and self.rng.random() < 0.5:
            return self.pick(one[1])
        return one

    def data(self):
        rng = self.rng
        kind = rng.randrange(6)
        if kind == 0:
            return b""
        if kind == 1:
            return rng.randbytes(rng.randrange(40))
        if kind == 2:
            return struct.pack("=H", rng.choice(ENDS) & 0xffff)
        if kind == 3:
            return struct.pack("=Q", rng.choice(ENDS) << rng.choice((0, 32)))
        return struct.pack("=I", rng.choice(ENDS))

    def drop(self, fields):
        if fields:
            del fields[self.rng.randrange(len(fields))]

    def repeat(self, fields):
        one = self.pick(fields)
        value = one[1] if self.rng.random() < 0.5 else self.data()
        fields.insert(self.rng.randrange(len(fields) + 1), [one[0], value])

    def shuffle(self, fields):
        self.rng.shuffle(fields)

    def resize(self, fields):
        one = self.pick(fields)
        if isinstance(one[1], list):
            one[1] = encode(one[1])
        size = self.rng.choice((0, 1, 2, 3, 5, 7, 8, 9, len(one[1]) - 1, len(one[1]) + 1,
                                256, 257, 258, 4096))
        one[1] = (one[1] + bytes(max(size, 0)))[:max(size, 0)]

    def replace(self, fields):
        self.pick(fields)[1] = self.data()

    def flip(self, fields):
        """One bit of a value."""
        one = self.pick(fields)
        if one[1] and isinstance(one[1], bytes):
            at = self.rng.randrange(len(one[1]))
            one[1] = one[1][:at] + bytes((one[1][at] ^ 1 << self.rng.randrange(8),)) + \
                one[1][at + 1:]

    def flags(self, fields):
        self.pick(fields)[0] ^= self.rng.choice((NESTED, BYTEORDER, NESTED | BYTEORDER))

    def unknown(self, fields):
        fields.append([self.rng.choice((0, max(self.numbers) + 1, 200, 1000, 0x3fff)), self.data()])

    def foreign(self, fields):
        fields.append([self.rng.choice(self.numbers), self.data()])

    def nest(self, fields):
        one = self.pick(fields)
        one[1] = [[self.rng.choice(self.numbers), self.data()]
                  for _ in range(self.rng.randrange(4))]

    def deep(self, fields):
        one = self.pick(fields)
        value = self.data()
        for _ in range(self.rng.choice((1, 2, 10, 200))):
            value = encode([[one[0] | NESTED, value]])
        one[1] = value

    def unnest(self, fields):
        one = self.rng.choice(fields) if fields else None
        if one and isinstance(one[1], list):
            one[1] = encode(one[1])[self.rng.randrange(5):]

    def lie(self, fields):
        one = self.pick(fields)
        one[2:] = [self.rng.choice((0, 1, 3, 4, 5, 6, 7, 8, 12, 200, 0x7fff, 0xffff))]

    def swap(self, fields):
        if len(fields) > 1:
            one, other = self.rng.sample(fields, 2)
            one[1], other[1] = other[1], one[1]

    def many(self, fields):
        fields += [list(self.pick(fields)) for _ in range(self.rng.choice((3, 30, 300)))]

    def body(self, command, payload):
        """Breaks the message around the attributes; returns (command, its bytes)."""
        rng = self.rng
        version, reserved = 1, 0
        kind = rng.randrange(8)
        if kind == 0:
            payload = payload[:rng.randrange(len(payload) + 1)]
        elif kind == 1:
            payload += rng.randbytes(rng.randrange(1, 9))
        elif kind == 2:
            version = rng.choice((0, 2, 255))
        elif kind == 3:
            reserved = rng.choice((1, 0xffff))
        elif kind == 4:
            command = rng.choice(self.commands)
        elif kind == 5:
            command = rng.randrange(256)
        elif payload:
            at = rng.randrange(len(payload))
            payload = payload[:at] + bytes((rng.randrange(256),)) + payload[at + 1:]
        text = struct.pack("=BBH", command, version, reserved) + payload
        return command, text if rng.random() < 0.97 else text[:rng.randrange(5)]


def last_number(payload, wanted):
    """The attribute that counts, of those with this number; None if there is none."""
    found = None
    for number, value in attrs(payload):
        if number == wanted and len(value) == 4:
            found, = struct.unpack("=I", value)
    return found


def cap_delay(body, number):
    """The same message, with no fault that would keep the others waiting."""
    at = 4
    body = bytearray(body)
    while at + 4 <= len(body):
        size, kind = struct.unpack_from("=HH", body, at)
        if size < 4:
            break
        if kind & 0x3fff == number and size == 8 and at + 8 <= len(body):
            if struct.unpack_from("=I", body, at + 4)[0] > MAX_DELAY:
                struct.pack_into("=I", body, at + 4, MAX_DELAY)
        at += (size + 3) & ~3
    return bytes(body)
