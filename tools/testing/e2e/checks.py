# SPDX-License-Identifier: GPL-2.0-only
"""What tests check, and how long they wait for it."""

import contextlib
import errno
import os
import re
import time

QUICK = bool(os.environ.get("NICSWITCH_E2E_QUICK"))
SLOW_GUEST = os.environ.get("NICSWITCH_GUEST") == "qemu"
PATIENCE = 40 if SLOW_GUEST else 20     # seconds; only failing tests wait that long
GRACE = 0.008 if SLOW_GUEST else 0.001  # seconds in which nothing more must come


class Failed(Exception):
    """A check that did not hold."""


class Skipped(Exception):
    """A test that cannot run here."""


def check(condition, text):
    if not condition:
        raise Failed(text)


def brief(value):
    text = repr(value)
    return text if len(text) < 400 else f"{text[:400]}... ({len(text)} characters)"


def check_equal(seen, wanted, what):
    check(seen == wanted, f"{what}: {brief(seen)}, not {brief(wanted)}")


@contextlib.contextmanager
def refused(err, text=""):
    """What is inside must be refused, for this reason."""
    try:
        yield
    except OSError as error:
        check_equal(errno.errorcode.get(error.errno), errno.errorcode[err], "errno")
        check(re.search(text, error.strerror or ""), f"the reason is {error.strerror!r}, "
                                                     f"without {text!r}")
    else:
        raise Failed(f"it was not refused with {errno.errorcode[err]}")


def wait_for(what, text, patience=PATIENCE):
    """Polls until what() is true, and returns its value."""
    end = time.monotonic() + patience
    while True:
        value = what()
        if value:
            return value
        check(time.monotonic() < end, f"waited in vain: {text}")
        time.sleep(0.002)
