#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The recipes for a software switch beside the NIC switch: each script proves what it says."""

import pathlib
import subprocess

from checks import Failed, Skipped
from ktap import main
from system import be_quiet

RECIPES = pathlib.Path(__file__).resolve().parents[1] / "recipes"
SKIP = 77


def recipe(name):
    """Runs a recipe; what it shows is what went wrong, when something did."""
    be_quiet()
    done = subprocess.run([str(RECIPES / name)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          stdin=subprocess.DEVNULL, text=True, check=False)
    lines = done.stdout.strip().splitlines() or ["it said nothing"]
    if done.returncode == SKIP:
        raise Skipped(next(line for line in lines if line.startswith("SKIP"))[5:])
    if done.returncode:
        raise Failed("\n".join([f"{name}: status {done.returncode}", *lines]))


def test_external_switch_with_a_bridge():
    recipe("external-bridge")


def test_internal_switch_with_a_bridge():
    recipe("internal-bridge")


def test_private_switch_with_a_bridge():
    recipe("private-bridge")


def test_extensions_of_a_bridge_as_hooks_of_tc():
    recipe("extensions-bridge")


def test_lbfo_team_is_a_bond_as_uplink():
    recipe("lbfo-bond")


def test_switch_team_of_a_bridge():
    recipe("switch-team-bridge")


def test_external_switch_with_open_vswitch():
    recipe("external-ovs")


def test_internal_and_private_switch_with_open_vswitch():
    recipe("internal-ovs")


def test_extensions_of_open_vswitch():
    recipe("extensions-ovs")


def test_switch_team_of_open_vswitch():
    recipe("switch-team-ovs")


if __name__ == "__main__":
    main()
