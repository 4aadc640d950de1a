"""`make mutants`: changes the code in small ways, and lists each change that no test notices."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.mutants.groups import GROUPS
from tests.mutants.running import GroupRun
from tests.mutants.survivors import Listed

ENOUGH = 0.85
"""Share of mutants that has to be killed in each group."""


def main() -> int:
    """Try the mutants of the groups; 0 if enough are killed in each."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--sample", type=int, metavar="N", help="mutants of a group that are tried; default: all")
    parser.add_argument("--seed", type=int, default=1, help="which ones these are")
    parser.add_argument("--again", action="store_true", help="only those that survived the last time")
    parser.add_argument(
        "--only", metavar="TEXT", help="only those whose name has this text; with output of their tests"
    )
    given = parser.parse_args()
    if unknown := {*given.groups} - GROUPS.keys():
        parser.error(f"there is no group {', '.join(sorted(unknown))}: take some of {', '.join(GROUPS)}")
    listed = Listed.read(Path(__file__).with_name("survivors.yaml"))
    enough = True
    for name in given.groups or GROUPS:
        run = GroupRun(name, GROUPS[name], listed)
        score = run.tried(sample=given.sample, seed=given.seed, again=given.again, text=given.only)
        enough &= score >= ENOUGH
    return 0 if enough else 1


sys.exit(main())
