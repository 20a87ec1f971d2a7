#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Puts results together: results.json, a table with targets, and a plot.

    report.py OUTPUT.json --rounds N [--svg FILE --note TEXT] PART.json...
"""

import argparse
import json
import sys

import plot

# What, the measurement, the one to divide it by (or None), what is wanted.
TARGETS = (
    ("VF to VF / veth pair", "vf-vf", "veth", ">= 1.0"),
    ("VF to VF / bound (receive)", "vf-vf", "bound-receive", ">= 0.85"),
    ("VF to VF, MAC+VLAN / bridge with VLANs", "vf-vf-vlan", "bridge-vlan", ">= 1.3"),
    ("VF to VF / Open vSwitch", "vf-vf", "ovs", ">= 1.3"),
    ("65,536 filters / 2 filters", "vf-vf-65536", "vf-vf", ">= 0.95"),
    ("65,536 filters in turn / one of them", "vf-vf-65536-turn", "vf-vf-65536-same", ""),
    ("1024 VPorts / 2 VPorts", "vf-vf-1024vports", "vf-vf", ">= 0.95"),
    ("TCP stream, VF to VF / veth", "tcp-vf-vf", "tcp-veth", ">= 1.0"),
    ("TCP, 8 streams, VF to VF / veth", "tcp8-vf-vf", "tcp8-veth", ""),
    ("TCP round trip, VF to VF / veth", "tcp-rr-vf-vf", "tcp-rr-veth", ""),
    ("TCP, 8 round trips, VF to VF / veth", "tcp-rr8-vf-vf", "tcp-rr8-veth", ""),
    ("XDP drop, VF / veth", "xdp-drop", "xdp-drop-veth", ""),
    ("two flows on two CPUs / one flow", "smp2-2flow", "smp2-1flow", ">= 1.8"),
    ("four flows on four CPUs / one flow", "smp4-4flow", "smp4-1flow", ""),
    ("instructions, VF to VF / veth", "insn-vf-vf", "insn-veth", "<= 1.0"),
    ("65,536 filters added, ms", "filters-add", 1e6, "<= 1000"),
    ("65,536 filters removed, ms", "filters-remove", 1e6, "<= 1000"),
    ("65,536 filters listed, ms", "filters-dump", 1e6, ""),
    ("memory of an idle VF, one queue pair, KiB", "vf-memory-1qp", 1024, "<= 64"),
    ("memory of an idle VF, one of eight, KiB", "vf-memory", 1024, ""),
    ("memory of a filter, bytes", "filter-memory", 1, "<= 128"),
    ("memory of a further queue pair, KiB", "queue-memory", 1024, ""),
    ("VFs made per second", None, "vf-create", ""),
)


def value(medians, over, under):
    """The number of a target, or None if it was not measured."""
    if over is None:
        return 1e9 / medians[under] if under in medians else None
    if over not in medians:
        return None
    if isinstance(under, str):
        return medians[over] / medians[under] if under in medians else None
    return medians[over] / under


def verdict(found, wanted):
    if not wanted:
        return ""
    sign, limit = wanted.split()
    met = found >= float(limit) if sign == ">=" else found <= float(limit)
    return "met" if met else "not met"


def short(number):
    for limit, suffix in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= limit:
            return f"{number / limit:.2f}{suffix}"
    return f"{number:.1f}  "


def show(results):
    """The tables, as simple tables of reStructuredText."""
    rule = f"{'=' * 24} {'=' * 11} {'=' * 11} {'=' * 11} {'=' * 5} {'=' * 7}"
    medians = {entry["name"]: entry["median"] for entry in results}
    lines = [rule, f"{'measurement':<24} {'median':>11} {'min':>11} {'max':>11} {'unit':<5} "
             f"{'/ veth':>7}", rule]
    for entry in results:
        ratio = ""
        if entry["unit"] == "pps" and "veth" in medians and not entry["name"].startswith("smp"):
            ratio = f"{entry['median'] / medians['veth']:.2f}"
        lines.append(f"{entry['name']:<24} {short(entry['median']):>11} "
                     f"{short(entry['min']):>11} {short(entry['max']):>11} "
                     f"{entry['unit']:<5} {ratio:>7}".rstrip())
    lines += [rule, ""]
    rule = f"{'=' * 42} {'=' * 8} {'=' * 9} {'=' * 8}"
    lines += [rule, f"{'what':<42} {'is':>8} {'target':<9} {'verdict':<8}", rule]
    for what, over, under, wanted in TARGETS:
        found = value(medians, over, under)
        if found is not None:
            number = f"{found:.0f}" if found >= 100 else f"{found:.2f}"
            lines.append(f"{what:<42} {number:>8} {wanted:<9} {verdict(found, wanted)}".rstrip())
    lines.append(rule)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--svg")
    parser.add_argument("--note", default="")
    parser.add_argument("parts", nargs="+")
    args = parser.parse_args()

    results = []
    for name in args.parts:
        try:
            with open(name, encoding="ascii") as file:
                results += json.load(file)
        except FileNotFoundError:
            print(f"no results in {name}", file=sys.stderr)
    with open(args.output, "w", encoding="ascii") as file:
        json.dump({"rounds": args.rounds, "results": results}, file, indent=1)
        file.write("\n")
    print(show(results))
    if args.svg:
        with open(args.svg, "w", encoding="utf-8") as file:
            file.write(plot.svg(results, args.note))


if __name__ == "__main__":
    main()
