#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's selftests/drivers/net, untouched, on a VF with another one as its peer.

    drivers.py SOURCE SCRIPT...

SOURCE is a kernel source, SCRIPT a path below selftests/drivers/net. Needs an adapter with
two VFs. Prints KTAP.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 900       # seconds for one script
TRIES = 5
QUEUES = 8          # of each interface: as many as a VPort can have
HERE = pathlib.Path(__file__).resolve().parent
NEEDED = ("tools/testing/selftests/drivers/net", "tools/testing/selftests/net/lib",
          "tools/net/ynl/lib", "tools/net/ynl/__init__.py", "tools/net/ynl/ethtool.py",
          "Documentation/netlink/specs", "Documentation/netlink/genetlink-legacy.yaml",
          "Documentation/netlink/genetlink.yaml", "Documentation/netlink/netlink-raw.yaml",
          "Documentation/netlink/genetlink-c.yaml", "tools/testing/selftests/kselftest.h")
CASE = re.compile(r"(not )?ok \d+ \w+\.(\w+)(?: # (SKIP|XFAIL) (.*))?$")

FEW = "a VPort has 8 queue pairs, and this needs 10"
STAYS = "checksums of frames that stay on this machine are left undone, as between veths"
# What cannot pass here and why.
KNOWN = {
    "csum.ipv4_tx_udp_csum_offload": STAYS,
    "csum.ipv4_tx_udp_zero_checksum": STAYS,
    "csum.ipv6_tx_udp_csum_offload": STAYS,
    "csum.ipv6_tx_udp_zero_checksum": STAYS,
    "rss_ctx.test_rss_context4": FEW,
    "rss_ctx.test_rss_context4_create_with_cfg": FEW,
    "rss_ctx.test_rss_context_out_of_order": FEW,
    "rss_ctx.test_rss_context32": "a VPort has 8 queue pairs, and this needs 66",
    "rss_ctx.test_hitless_key_update": "ethtool beside 16 streams on one processor takes its time",
}
# Each of 16 streams goes by its hash: now and then they are not spread as these want.
AGAIN = {"rss_ctx.test_rss_key_indir", "rss_ctx.test_rss_context_overlap",
         "rss_ctx.test_rss_context_overlap2"}

# csum.py of 6.12 reads an attribute that its library does not have; it came later
LAUNCH = """
import os, runpy, sys
del sys.argv[0]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
from lib.py import NetDrvEpEnv
NetDrvEpEnv.remote_ifname = os.environ["REMOTE_IFNAME"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run(command):
    return subprocess.run(command.split(), check=True, text=True, stdout=subprocess.PIPE).stdout


def copy(source, target):
    """What the scripts need of a kernel source, with the program that csum.py runs."""
    for name in NEEDED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__"))
        elif (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source / name, target / name)
    tests = target / "tools/testing/selftests"
    subprocess.run(["gcc", "-O2", "-w", f"-I{tests}", "-o", tests / "net/lib/csum",
                    tests / "net/lib/csum.c"], check=True)
    return tests / "drivers/net"


def prepare():
    """Two VFs with queues, one of them in a namespace; returns the environment of the scripts."""
    run(f"nicswitch switch create vfs 2 qps {QUEUES}")
    for vf in (0, 1):
        mac = f"02:00:00:00:00:{vf + 1:02x}"
        run(f"nicswitch vf allocate mac {mac}")
        run(f"nicswitch vport create vf {vf} qps {QUEUES}")
        run(f"nicswitch filter add vport {vf + 1} mac {mac}")
    local, remote = "nsw0v0", "nsw0v1"
    run("ip netns add remote")
    run(f"ip link set {remote} netns remote")
    for prefix, name, number in (("", local, 1), ("-n remote ", remote, 2)):
        run(f"ip {prefix}link set lo up")
        run(f"ip {prefix}link set {name} up")
        run(f"ip {prefix}addr add 192.0.2.{number}/24 dev {name}")
        run(f"ip {prefix}-6 addr add 2001:db8::{number}/64 dev {name} nodad")
    return os.environ | {
        "NETIF": local, "LOCAL_V4": "192.0.2.1", "LOCAL_V6": "2001:db8::1",
        "REMOTE_V4": "192.0.2.2", "REMOTE_V6": "2001:db8::2", "REMOTE_TYPE": "netns",
        "REMOTE_ARGS": "remote", "REMOTE_IFNAME": remote,
        "PATH": f"{HERE / 'bin'}:{os.environ['PATH']}"}


def execute(path, env):
    """Runs a script; returns its cases as name -> (passed, directive, reason), and its text."""
    argv = ["python3", "-c", LAUNCH, str(path)] if path.stem == "csum" else ["python3", str(path)]
    try:
        done = subprocess.run(argv, cwd=path.parent, env=env, text=True, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        text = done.stdout
    except subprocess.TimeoutExpired as late:
        text = (late.stdout or b"").decode(errors="replace") + f"\nno end after {TIMEOUT} s"
    cases = {}
    for line in text.splitlines():
        match = CASE.match(line)
        if match:
            cases[match[2]] = (not match[1], match[3], match[4])
    return cases, text


def attempt(path, env):
    """Runs a script until all that chance decides has passed once; returns cases and output."""
    best, texts = {}, []
    for _ in range(TRIES):
        cases, text = execute(path, env)
        texts.append(text)
        for name, result in cases.items():
            if not best.get(name, (False,))[0] and (name not in best or
                                                    f"{path.stem}.{name}" in AGAIN):
                best[name] = result
        if all(result[0] or f"{path.stem}.{name}" not in AGAIN for name, result in best.items()):
            break
    return best, texts


def report(path, env):
    """Prints a script's cases as a subtest; returns whether none failed."""
    cases, texts = attempt(path, env)
    print(f"    # Subtest: {path.name}\n    KTAP version 1\n    1..{max(1, len(cases))}")
    good = bool(cases)
    if not cases:
        print("    not ok 1 the whole script")
    for number, (name, (passed, directive, told)) in enumerate(cases.items(), 1):
        why = KNOWN.get(f"{path.stem}.{name}")
        if directive == "SKIP" or not passed and why:
            print(f"    ok {number} {name} # SKIP {why or told}")
        elif passed:
            print(f"    ok {number} {name}{f' # {directive} {told}' if directive else ''}")
        else:
            print(f"    not ok {number} {name}")
            good = False
    if not good or len(texts) > 1:
        for line in "\n".join(texts).splitlines():
            print(f"    # {line}")
    sys.stdout.flush()
    return good


def main():
    source, scripts = pathlib.Path(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        base = copy(source, pathlib.Path(folder))
        env = prepare()
        print(f"KTAP version 1\n1..{len(scripts)}", flush=True)
        failed = 0
        for number, script in enumerate(scripts, 1):
            good = report(base / script, env)
            failed += not good
            print(f"{'' if good else 'not '}ok {number} {script}", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
