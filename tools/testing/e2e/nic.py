# SPDX-License-Identifier: GPL-2.0-only
"""What ethtool tells of a port."""

import glob
import re

from checks import Failed
from system import read, run


def ethtool(port, words, ok=True):
    """Runs ethtool; {} stands for the interface."""
    return run(f"ethtool {words.format(port.ifname)}", netns=port.netns, ok=ok)


def denied(port, words, text=""):
    """ethtool must be refused, with this text."""
    result = ethtool(port, words, ok=False)
    # -N says so, and ends with 0 all the same
    if not result.status and "Cannot" not in result.err:
        raise Failed(f"ethtool {words}: not refused")
    if not re.search(text, result.err):
        raise Failed(f"ethtool {words}: {result.err.strip()!r}, without {text!r}")


def values(text):
    """"name: 12" lines as numbers."""
    return {name.strip(): int(value) for name, value in
            re.findall(r"^\s*([\w :-]+?):\s*(\d+)$", text, re.MULTILINE)}


def stats(port, words="-S {}"):
    return values(ethtool(port, words).out)


def queues(port, name="packets", direction="rx"):
    """A counter of each queue."""
    found = stats(port)
    names = sorted((int(match[1]), key) for key in found
                   if (match := re.fullmatch(rf"{direction}_queue_(\d+)_{name}", key)))
    return [found[key] for _, key in names]


def current(port, words):
    """The part of ethtool -l, -g under "Current hardware settings"."""
    return values(ethtool(port, words).out.partition("Current")[2])


def threads(ifname):
    """Where /proc has the NAPI threads of an interface."""
    found = []
    for path in glob.glob("/proc/[0-9]*"):
        try:
            if read(f"{path}/comm").strip().startswith(f"napi/{ifname}-"):
                found.append(path)
        except OSError:
            continue
    return found


def thread_cpus(ifname):
    """On which CPUs they may run."""
    found = []
    for path in threads(ifname):
        try:
            lines = read(f"{path}/status").splitlines()
        except OSError:
            continue
        found += [line.split()[1] for line in lines if line.startswith("Cpus_allowed_list")]
    return found
