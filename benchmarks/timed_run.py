"""A run as `study-index run` does it, that notes when it came how far: `python -m benchmarks.timed_run CATALOGUE LOG`.

The Elasticsearch and the state folder are those of the environment. To LOG goes one JSON line, a `Timed`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from pipeline.catalogue import load
from pipeline.index.client import connect
from pipeline.run.runner import run

PROJECT = Path(__file__).resolve().parents[1]

BETWEEN_STEPS = 0.05
"""Seconds between two steps of a stage that are noted: a note for each record would be most of the memory of a run."""


class Step(NamedTuple):
    """So many records of a stage were done so many seconds after the start of the run."""

    stage: str
    done: int
    seconds: float


class Timed(NamedTuple):
    """A run: its report, its steps, its duration, and the CPU seconds of its processes without Elasticsearch."""

    report: dict[str, Any]
    steps: list[Step]
    seconds: float
    whole: float = 0.0
    """Seconds of the whole process, with its start."""

    @property
    def stages(self) -> dict[str, float]:
        """Wall seconds of each stage, in order; a stage lasts until the next begins."""
        begun: dict[str, float] = {}
        for step in self.steps:
            begun.setdefault(step.stage, step.seconds)
        ends = [*list(begun.values())[1:], self.seconds]
        lasted = {stage: end - start for (stage, start), end in zip(begun.items(), ends, strict=True)}
        return {"fetch": self.steps[0].seconds, **lasted} if "fetch" not in lasted else lasted

    def milliseconds(self, stage: str, start: float, end: float) -> float:
        """Wall milliseconds a record of a stage, between two shares of its records."""
        steps = [step for step in self.steps if step.stage == stage]
        last = max(step.done for step in steps)
        first = next(step for step in reversed(steps) if step.done <= start * last)
        until = next(step for step in steps if step.done >= end * last)
        records = until.done - first.done
        return 1000 * (until.seconds - first.seconds) / records if records else 0.0


def timed(catalogue: Path) -> Timed:
    """Run a catalogue in this process."""
    steps: list[Step] = []
    start = time.perf_counter()

    def progress(stage: str, done: int, total: int | None) -> None:
        now, last = time.perf_counter() - start, steps[-1]
        if stage != last.stage or now - last.seconds >= BETWEEN_STEPS or done == total:
            steps.append(Step(stage, done, now))

    with connect() as client:
        steps.append(Step("fetch", 0, 0.0))
        report = run(load(catalogue), client, progress=progress)
    return Timed(report.as_json(), steps, time.perf_counter() - start)


def environment(url: str, home: Path) -> dict[str, str]:
    """The environment of a run with this Elasticsearch and this state folder."""
    own = {"ELASTICSEARCH_URL": url, "STUDY_INDEX_HOME": str(home), "PYTHONPATH": str(PROJECT)}
    return {**os.environ, **own}


def start_run(catalogue: Path, log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a timed run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.timed_run", str(catalogue), str(log)]
    return subprocess.Popen(command, env=dict(environ), stdin=subprocess.DEVNULL)


def run_in_process(catalogue: Path, log: Path, environ: Mapping[str, str]) -> Timed:
    """A timed run in a process of its own, as a whole."""
    start = time.perf_counter()
    with start_run(catalogue, log, environ) as process:
        if code := process.wait():
            raise SystemExit(f"the run of {catalogue} ended with exit code {code}")
    return read(log)._replace(whole=time.perf_counter() - start)


def read(log: Path) -> Timed:
    """What a timed run wrote."""
    report, steps, seconds, whole = orjson.loads(log.read_bytes())
    return Timed(report, [Step(*step) for step in steps], seconds, whole)


def main() -> int:
    """Run the catalogue of the command line."""
    catalogue, log = map(Path, sys.argv[1:])
    done = timed(catalogue)
    log.write_bytes(orjson.dumps([*done._replace(steps=[tuple(step) for step in done.steps])]))  # type: ignore[misc]
    return 0


if __name__ == "__main__":
    sys.exit(main())
