#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Count the test cases of a log with KTAP in it: ktap.py LOG

The first line says how many passed, failed and were skipped; below are the
failures, each with its diagnostics. A result that sums up subtests is not
counted, unless it fails where none of them did. Cases that were announced and
did not come are failures.
"""

import re
import sys

RESULT = re.compile(r"( *)(not )?ok \d+(?: -)? ?(.*?)(?: *(?<!\\)#\s*(skip|todo|xfail)\b.*)?$", re.IGNORECASE)
PLAN = re.compile(r"( *)1\.\.(\d+)")
VERSION = re.compile(r"( *)K?TAP version \d+$")
BAIL = re.compile(r" *Bail out!")


class Level:
    """The results of one indentation, one after another."""

    def __init__(self):
        self.planned = 0
        self.seen = 0
        self.failed = False


class Counter:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.levels = {}
        self.failures = []
        self.notes = []

    def fail(self, text):
        self.failed += 1
        self.failures += [*self.notes, text]

    def close(self, indent):
        """Ends the levels from this indentation on; whether there were any, and one failed."""
        below = [self.levels.pop(key) for key in sorted(self.levels) if key >= indent]
        for level in below:
            missing = max(0, level.planned - level.seen)
            if missing:
                level.failed = True
                self.failed += missing
                self.failures.append(f"not ok: {missing} of {level.planned} announced cases did not run")
        return bool(below), any(level.failed for level in below)

    def result(self, indent, bad, name, directive):
        parent, explained = self.close(indent + 1)
        level = self.levels.setdefault(indent, Level())
        level.seen += 1
        directive = (directive or "").lower()
        bad = bad and directive not in ("todo", "xfail")
        level.failed = level.failed or bad
        if bad:
            if not explained:
                self.fail(f"not ok {name}")
        elif directive == "skip" and not parent:
            self.skipped += 1
        elif not parent:
            self.passed += 1
        self.notes = []

    def line(self, line):
        if match := VERSION.match(line):
            self.close(len(match[1]))
        elif match := PLAN.match(line):
            level = self.levels.setdefault(len(match[1]), Level())
            level.planned += int(match[2])
        elif match := RESULT.match(line):
            self.result(len(match[1]), bool(match[2]), match[3], match[4])
        elif BAIL.match(line):
            self.fail(line)
        else:
            self.notes.append(line)


def main():
    counter = Counter()
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        for line in log:
            counter.line(line.rstrip().expandtabs())
    counter.close(0)
    print(counter.passed, counter.failed, counter.skipped)
    print("\n".join(counter.failures))


main()
