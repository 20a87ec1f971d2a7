# SPDX-License-Identifier: GPL-2.0-only
"""A client of the family made from its YAML spec alone: numbers and types are the spec's."""

import struct

from checks import Skipped
from netlink import NLM_F_DUMP, ROOT, Nicswitch, attr, attrs, mac_bytes, mac_text

try:
    import yaml
except ImportError:
    yaml = None

FORMATS = {"u8": "=B", "u16": "=H", "u32": "=I", "u64": "=Q"}


class Spec:
    """What the spec says."""

    def __init__(self):
        if not yaml:
            raise Skipped("there is no python3-yaml")
        text = (ROOT / "Documentation/netlink/specs/nicswitch.yaml").read_text()
        spec = yaml.safe_load(text)
        self.sets = {one["name"]: self.number(one["attributes"], 0)
                     for one in spec["attribute-sets"]}
        self.operations = self.number(spec["operations"]["list"], 1)
        self.enums = {one["name"]: one for one in spec["definitions"]}

    @staticmethod
    def number(entries, value):
        """Name -> entry, with its number; each counts on from the one before."""
        found = {}
        for entry in entries:
            value = entry.get("value", value)
            found[entry["name"]] = dict(entry, value=value)
            value += 1
        return found

    def takes(self, operation, attribute):
        return attribute in self.operations[operation]["do"]["request"]["attributes"]

    def encode(self, values, name="main"):
        parts = []
        for key, value in values.items():
            entry = self.sets[name][key]
            kind = entry["type"]
            if kind == "nest":
                value = list(self.encode(value, entry["nested-attributes"]))
            elif key == "mac":
                value = mac_bytes(value)
            elif kind == "flag":
                value = b""
            elif kind in FORMATS:
                big = entry.get("byte-order") == "big-endian"
                value = struct.pack(FORMATS[kind].replace("=", ">" if big else "="), value)
            parts.append(attr(entry["value"], value))
        return parts

    def decode(self, data, name="main"):
        kinds = {entry["value"]: entry for entry in self.sets[name].values()}
        found = {}
        for number, value in attrs(data):
            entry = kinds[number]
            kind = entry["type"]
            if kind == "nest":
                value = self.decode(value, entry["nested-attributes"])
            elif entry["name"] == "mac":
                value = mac_text(value)
            elif kind == "flag":
                value = True
            elif kind == "string":
                value = value.rstrip(b"\0").decode(errors="replace")
            elif kind != "binary":
                big = entry.get("byte-order") == "big-endian"
                value = int.from_bytes(value, "big" if big else "little")
            found[entry["name"]] = value
        return found


class SpecClient(Nicswitch):
    """A socket that speaks what the spec says."""

    def __init__(self, spec):
        super().__init__()
        self.spec = spec

    def ask(self, command, values, dump=False):
        """Attributes of the reply; a list for dumps. Raises Refused."""
        payload = struct.pack("=BBH", self.spec.operations[command]["value"], 1, 0) + \
            b"".join(self.spec.encode(values))
        replies = [self.spec.decode(reply[4:])
                   for reply in self.request(self.family, payload, NLM_F_DUMP if dump else 0)]
        return replies if dump else replies[0] if replies else {}
