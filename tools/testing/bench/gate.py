#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Fails when a frame takes more instructions than it may.

    gate.py RESULTS.json LIMITS

A line of LIMITS is "NAME OTHER INSTRUCTIONS": NAME may take that many more than OTHER, so
that what the kernel and the generator take does not count.
"""

import json
import sys


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        medians = {entry["name"]: entry["median"] for entry in json.load(file)}
    with open(sys.argv[2], encoding="ascii") as file:
        limits = [line.split() for line in file if line.strip() and not line.startswith("#")]
    failed = 0
    print(f"1..{len(limits)}")
    for number, (name, other, limit) in enumerate(limits, 1):
        more = medians[name] - medians[other]
        bad = more > float(limit)
        failed += bad
        print(f"# {name} {medians[name]:.0f}, {other} {medians[other]:.0f}: {more:.0f} more, "
              f"limit {limit}")
        print(f"{'not ok' if bad else 'ok'} {number} {name}_takes_no_more_instructions")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
