# SPDX-License-Identifier: GPL-2.0-only
"""What to do about a kernel that does not come back."""

import contextlib
import glob
import threading
import time

from checks import PATIENCE, Failed
from system import write

SYSCTL = "/proc/sys/kernel/hung_task_"


def stacks():
    """Where tasks are that nothing can interrupt."""
    found = []
    for path in glob.glob("/proc/[0-9]*/task/[0-9]*"):
        with contextlib.suppress(OSError):
            with open(f"{path}/stat", encoding="utf-8", errors="replace") as file:
                name, _, rest = file.read().rpartition(")")
            if rest.split()[0] == "D":
                with open(f"{path}/stack", encoding="ascii") as file:
                    found.append(f"{name.partition('(')[2]} ({path}):\n{file.read().rstrip()}")
    return "\n".join(found)


def give_up(text):
    """Tells where the kernel is stuck, and has it panic: whatever comes next would hang too."""
    print("\n".join(f"# {line}" for line in f"{text}\n{stacks()}".splitlines()), flush=True)
    try:
        write(f"{SYSCTL}panic", 1)
        write(f"{SYSCTL}timeout_secs", 5)
    except OSError as error:
        raise Failed(text) from error
    # until the kernel has found out; it names the tasks again, and the locks
    time.sleep(6 * PATIENCE)
    raise Failed(text)


@contextlib.contextmanager
def not_stuck(text, patience=60 * PATIENCE):
    """Gives up if what is inside does not end."""
    timer = threading.Timer(patience, give_up, [f"{text}: no end after {patience} s"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
