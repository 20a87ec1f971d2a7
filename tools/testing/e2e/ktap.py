# SPDX-License-Identifier: GPL-2.0-only
"""Runs the tests of a script and prints KTAP.

A script is a list of functions test_*; its last line calls main().
"""

import inspect
import linecache
import os
import sys
import time
import traceback

from checks import QUICK, SLOW_GUEST, Failed, Skipped
from netlink import Refused
from state import load, scrub, state
from system import run, write


def where(error):
    """The line of the test that failed, and its text."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.name.startswith("test_"):
            name = os.path.basename(frame.filename)
            return f"{name}:{frame.lineno}: {linecache.getline(frame.filename, frame.lineno)}"
    return ""


def diagnose(text):
    for line in text.rstrip().splitlines():
        print(f"# {line}")


def run_once(test):
    """Returns the directive of the result line, or None for a failure."""
    try:
        test()
    except Skipped as skipped:
        return f" # SKIP {skipped}"
    except Exception as error:  # pylint: disable=broad-except
        diagnose(where(error))
        if isinstance(error, (Failed, Refused)):
            diagnose(f"{type(error).__name__}: {error}")
        else:
            diagnose("".join(traceback.format_exception(error)))
        diagnose(getattr(error, "state", "") or state())
        try:
            run("nicswitch reset", ok=False)
            scrub()
        except Exception as worse:  # pylint: disable=broad-except
            diagnose(f"cleaning up: {worse}")
        return None
    return ""


def run_test(test):
    """As run_once(), but what fails is tried once more, and called flaky if it passes then."""
    directive = run_once(test)
    if directive is None:
        diagnose("once more:")
        directive = " # FLAKY" if run_once(test) == "" else None
    return directive


def quick(test):
    """Marks a test that also runs with --quick."""
    test.quick = True
    return test


def hurry():
    """Emulated guests spend most of their time waiting for RCU."""
    path = "/sys/kernel/rcu_expedited"
    if SLOW_GUEST and os.path.exists(path):
        write(path, 1)


def main():
    """Runs the tests of the script that calls it."""
    caller = inspect.currentframe().f_back.f_globals
    wanted = [arg.replace("-", "_") for arg in sys.argv[1:]]
    tests = [test for name, test in caller.items() if name.startswith("test_")]
    if QUICK and not wanted:
        tests = [test for test in tests if hasattr(test, "quick")]
    if wanted:
        tests = [test for test in tests if any(word in test.__name__ for word in wanted)]
    hurry()
    if not os.path.isdir("/sys/module/nicswitch"):
        load()
    print(f"KTAP version 1\n1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        start = time.monotonic()
        directive = run_test(test)
        failed += directive is None
        print(f"{'not ' * (directive is None)}ok {number} {test.__name__[5:]}{directive or ''}",
              flush=True)
        if os.environ.get("NICSWITCH_E2E_TIMES"):
            diagnose(f"{time.monotonic() - start:.2f} s")
    sys.exit(bool(failed))
