#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's selftests/net/forwarding, untouched, between adapters with cables.

    forwarding.py FOLDER [SCRIPT...]

FOLDER is tools/testing/selftests of a kernel source. Adapters 0 and 1, and 2 and 3, have a
cable between their external ports. The scripts are about switch ports, which receive
everything, so the PF interfaces are made promiscuous. Prints KTAP.
"""

import os
import pathlib
import re
import subprocess
import sys

TIMEOUT = 300       # seconds for one script
CASE = re.compile(r"TEST: (.*?) +\[( OK |FAIL|SKIP|XFAIL|KFAIL)\]$")
SKIP = 4            # status of a script that cannot run

# What cannot pass here and why: a script, or cases of it.
KNOWN = (
    (r"ip6_forward_instats_vrf\.sh", "Ip6InDiscards", "the guest kernel has no XFRM"),
    (r"no_forwarding\.sh", "", "takes more than five minutes here, between veths too"),
    (r"sch_ets\.sh", "", "shares of a saturated link: too slow here, between veths too"),
    (r"tc_actions\.sh", "", "hangs without the ct action, between veths too"),
    (r"tc_flower_cfm\.sh", "", "iproute2 6.1 has no CFM match"),
    (r"tc_flower_l2_miss\.sh", "", "iproute2 6.1 has no l2_miss match"),
)


def cable(one, other):
    ends = f"c{one}", f"c{other}"
    commands = [f"link add {ends[0]} mtu 9216 type veth peer name {ends[1]} mtu 9216"]
    for end, adapter in zip(ends, (one, other)):
        commands += [f"link set {end} master nsw{adapter}", f"link set {end} up",
                     f"link set nsw{adapter} promisc on"]
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)


def scripts(folder, wanted):
    """Those that need two or four interfaces, and are no library."""
    found = []
    for path in sorted(folder.glob("*.sh")):
        text = path.read_text(encoding="utf-8")
        source = re.search(r"^(?:\. |source )(\./)?sch_\w+_core.sh", text, re.M)
        if re.search(r"^NUM_NETIFS=[24]$", text, re.M) and "setup_prepare" in text or source:
            if not path.name.endswith("_core.sh") and (not wanted or path.name in wanted):
                found.append(path)
    return found


def reason(script, case):
    for pattern, cases, why in KNOWN:
        if re.fullmatch(pattern, script) and (not cases or cases in case):
            return why
    return ""


def parse(text):
    """The cases of a script's output as (name, outcome, why)."""
    cases, lines = [], text.splitlines()
    for line, after in zip(lines, [*lines[1:], ""]):
        match = CASE.match(line)
        if match and match[1].startswith("SKIP: "):
            # some say in the name that they cannot run
            cases.append(("a case", "SKIP", match[1].removeprefix("SKIP: ")))
        elif match:
            told = after.strip() if after.startswith("\t") else ""
            cases.append((match[1], match[2].strip(), told))
    return cases


def run(path):
    """Runs one script, and returns its cases."""
    env = dict(os.environ, NETIF_CREATE="no", NETIF_FIND_DRIVER="nicswitch", WAIT_TIME="1",
               PING_COUNT="3", LANG="C")
    try:
        done = subprocess.run([f"./{path.name}"], cwd=path.parent, env=env, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT, check=False)
        status, text = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        status, text = f"no end after {TIMEOUT} s", (late.stdout or b"").decode(errors="replace")
    cases = parse(text)
    outcomes = [outcome for _, outcome, _ in cases]
    if status == SKIP and "SKIP" not in outcomes:
        said = [line for line in text.splitlines() if line.startswith("SKIP")]
        cases.append(("the rest", "SKIP", (said or ["SKIP"])[-1].removeprefix("SKIP: ")))
    elif status not in (0, SKIP) and "FAIL" not in outcomes or not cases:
        last = (text.splitlines() or ["nothing was printed"])[-1]
        cases.append(("the whole script", "FAIL", f"status {status}: {last}"))
    return cases


def report(path):
    """Prints a script's cases as a subtest; returns whether none failed."""
    good, planned = True, 0
    print(f"    # Subtest: {path.name}\n    KTAP version 1")
    whole = reason(path.name, "")
    cases = [("the whole script", "SKIP", whole)] if whole else run(path)
    for planned, (name, outcome, told) in enumerate(cases, 1):
        name = name.replace("#", "no.")
        why = told if outcome == "SKIP" else reason(path.name, name)
        if outcome == "SKIP" or outcome == "FAIL" and why:
            print(f"    ok {planned} {name} # SKIP {why}")
        elif outcome == "FAIL":
            print(f"    # {told}\n    not ok {planned} {name}")
            good = False
        else:
            print(f"    ok {planned} {name}")
    print(f"    1..{planned}", flush=True)
    return good


def main():
    folder = pathlib.Path(sys.argv[1]) / "net/forwarding"
    found = scripts(folder, sys.argv[2:])
    cable(0, 1)
    cable(2, 3)
    print(f"KTAP version 1\n1..{len(found)}")
    failed = 0
    for number, path in enumerate(found, 1):
        good = report(path)
        failed += not good
        print(f"{'' if good else 'not '}ok {number} {path.name}", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
