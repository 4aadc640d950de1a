"""Where the time of a run goes: `python -m benchmarks.profile [--records N] [--ddi]`.

A first run of generated records, in one process, under Python's own profiler. Shown are the seconds of each stage, and
the seconds within the code of each module (`pipeline.…`, a library, or Python's own). The profiler itself makes
everything slower, functions that call many others most: look at shares, and measure a change with another benchmark.
Waiting for Elasticsearch is a row of its own; what the threads of the bulk writer do meanwhile is not in the table.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import sysconfig
import tempfile
from collections import defaultdict
from pathlib import Path
from unittest.mock import patch

from benchmarks.generated import write_ddi, write_ndjson
from benchmarks.machine import show
from benchmarks.nodes import own_node
from benchmarks.timed_run import Timed, timed

PROJECT = Path(__file__).resolve().parents[1]
STANDARD = Path(sysconfig.get_path("stdlib"))
WAITING = "waiting for Elasticsearch, or for a thread"
WAITS = ("'acquire' of '_thread", "'recv_into' of", "'__enter__' of '_thread", "'poll' of")


LIBRARIES = ("orjson", "lxml", "pydantic_core")
"""Libraries whose functions have no file."""

_Function = tuple[str, int, str]
"""File, line and name of a function."""
_Entry = tuple[int, int, float, float, dict[_Function, tuple[int, int, float, float]]]
"""Calls, calls, own seconds, seconds with what it calls; and the same for each of its callers."""


def profiled(catalogue: Path) -> tuple[Timed, dict[str, float]]:
    """A run in this process alone, and the seconds within each module."""
    profile = cProfile.Profile()
    with patch("pipeline.run.workers._cores", return_value=1):
        done = profile.runcall(timed, catalogue)
    profile.create_stats()
    return done, _by_module(pstats.Stats(profile).stats)  # type: ignore[attr-defined]


def _by_module(entries: dict[_Function, _Entry]) -> dict[str, float]:
    """Seconds by module; a function written in C counts for the module that calls it, unless it waits."""
    seconds: dict[str, float] = defaultdict(float)
    for function, (_, _, own, _, callers) in entries.items():
        name = _module(function)
        if name:
            seconds[name] += own
        for caller, (_, _, part, _) in callers.items() if not name else ():
            seconds[_module(caller) or "Python"] += part
    return seconds


def _module(of: _Function) -> str | None:
    """The module of a function, or its library; None where it is part of Python and written in C."""
    file, _, function = of
    path = Path(file)
    if any(sign in function for sign in WAITS):
        return WAITING
    if path.is_relative_to(PROJECT / "pipeline"):
        return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1]
    if not path.is_absolute():
        return next((name for name in LIBRARIES if name in function), None)
    known = path.relative_to(STANDARD) if path.is_relative_to(STANDARD) else Path(path.name)
    return f"Python: {'.'.join(known.with_suffix('').parts).removesuffix('.__init__')}"


def main() -> int:
    """Profile, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=3000, metavar="N")
    parser.add_argument("--ddi", action="store_true", help="DDI files instead of Dataverse records")
    parser.add_argument("--rows", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="study-index-") as folder, own_node() as url:
        os.environ |= {"STUDY_INDEX_HOME": f"{folder}/state", "ELASTICSEARCH_URL": url}
        made = Path(folder, "generated")
        count = arguments.records
        catalogue = write_ddi(count, made) if arguments.ddi else write_ndjson(count, made / "records.ndjson")
        done, seconds = profiled(catalogue)
    for stage, lasted in done.stages.items():
        print(f"{stage:10} {lasted:8.2f} s")
    print()
    whole = sum(seconds.values())
    most = sorted(seconds.items(), key=lambda item: -item[1])[: arguments.rows]
    rows = [(name, f"{own:.2f}", f"{own / whole:.1%}") for name, own in most]
    show(
        f"Seconds within each module, {count:,} {'DDI files' if arguments.ddi else 'Dataverse records'}",
        ("module", "seconds", "share"),
        rows,
        {"records": count, "stages": done.stages, "modules": dict(most)},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
