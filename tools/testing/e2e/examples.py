#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the documents show is what the reader sees: their examples, typed as printed."""

import contextlib
import pathlib
import re
import subprocess

from checks import PATIENCE, SLOW_GUEST, Failed, Skipped, check, check_equal
from ktap import main
from state import load, reset, scrub
from system import HOME, run

TOP = pathlib.Path(__file__).resolve().parents[3]
END = "end-of-the-command"
# Commands that only look, and may look too early on a busy machine.
LOOKS = re.compile(r"ping |ip netns exec \S+ ping |cat |nicswitch (-j )?(\w+ )?show|grep ")
# What is different each time, and what stands for it when texts are compared.
VARIES = (
    (r"([0-9a-f]{2}:){5}[0-9a-f]{2}", "MAC"),
    (r"\btime \d+ms", "time"),
    (r"\d+\.\d+/\d+\.\d+/\d+\.\d+/\d+\.\d+", "rtt"),
    (r"^ *\d+: ", "N: "),
    (r"ifindex \d+", "ifindex"),
    (r"\S+-\d+ +\[\d+\] \S+ +[\d.]+:", "task"),
    (r"\b(sw|skb)=[0-9a-f]+", r"\1"),
    (r"[ \t]+", " "),
)


class Shell:
    """One shell for all commands of a document, as its reader has it."""

    def __init__(self):
        self.process = subprocess.Popen(     # pylint: disable=consider-using-with
            ["bash", "--noprofile", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, cwd=TOP)

    def run(self, command):
        """Returns what the command prints, and its status."""
        self.process.stdin.write(f"{{ {command}\n}} </dev/null\necho {END} $?\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            head, found, status = line.partition(END)
            lines.append(head if found else line)
            if found:
                return "".join(lines), int(status)
        raise Failed(f"the shell ended with: {command}")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def comparable(command, text):
    for pattern, name in VARIES:
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    lines = [line.strip() for line in text.strip().splitlines()]
    # the numbers of traffic are never the same
    return lines[:1] if "stats show vport" in command and "-j" not in command else lines


def transcript(text, indent):
    """The commands of a transcript, each with what it prints."""
    steps, within = [], False
    for line in text.splitlines():
        if line.startswith(f"{indent}$ "):
            steps.append((line.removeprefix(f"{indent}$ "), []))
            within = True
        elif line.strip() and not line.startswith(indent):
            within = False
        elif within:
            steps[-1][1].append(line)
    return [(command, "\n".join(wanted)) for command, wanted in steps]


def look(shell, command, wanted):
    """Runs a command until it prints what it should, if it may be run twice."""
    tries = 20 * PATIENCE if LOOKS.match(command) else 1
    for _ in range(tries):
        printed, _ = shell.run(command)
        if comparable(command, printed) == comparable(command, wanted):
            return
        shell.run("sleep 0.05")
    check_equal(comparable(command, printed), comparable(command, wanted), f"$ {command}")


@contextlib.contextmanager
def fresh():
    """A shell and a module that was just loaded, and nothing left of them afterwards."""
    if SLOW_GUEST:
        raise Skipped("addresses on the bus and times are those of User Mode Linux")
    load()
    shell = Shell()
    try:
        yield shell
    finally:
        shell.close()
        for netns in ("vm0", "vm1", "outside"):
            run(f"ip netns del {netns}", ok=False)
        for name in ("eth1", "eth2", "bond0"):
            if name in HOME.rtnl.links():
                HOME.rtnl.delete(name)
        reset()
        scrub()


def page(name, least):
    text = (TOP / "Documentation" / name).read_text()
    steps = transcript(text, "   ")
    check(len(steps) >= least, f"only {len(steps)} commands found")
    with fresh() as shell:
        for command, wanted in steps:
            look(shell, command, wanted)


def test_the_user_guide():
    page("user-guide.rst", 80)


def test_the_backchannel():
    page("backchannel.rst", 10)


def test_the_transcripts_of_the_readme():
    blocks = re.findall(r"^```\n(\$ .*?)^```", (TOP / "README.md").read_text(), re.M | re.S)
    check(blocks, "no transcripts found")
    with fresh() as shell:
        for block in blocks:
            for command, wanted in transcript(block, ""):
                look(shell, command, wanted)


def test_the_linux_way_of_the_readme():
    section = (TOP / "README.md").read_text().partition("## The Linux way")[2].partition("\n## ")[0]
    commands = re.findall(r"^    (\S.*)", section, re.M)
    check(commands, "no commands found")
    with fresh() as shell:
        for command in commands:
            printed, status = shell.run(command)
            check(not status and not printed, f"$ {command}: {printed}")


def test_the_man_page():
    text = (TOP / "tools/nicswitch/nicswitch.8").read_text().partition(".Sh EXAMPLES")[2]
    blocks = re.findall(r"^\.Bd .*?\n(.*?)^\.Ed", text, re.M | re.S)
    check(blocks, "no examples found")
    with fresh() as shell:
        for block in blocks:
            printed, status = shell.run(block.replace("\\e", "\\").replace("\\&", ""))
            check(not status, f"$ {block}{printed}")


if __name__ == "__main__":
    main()
