"""What enrichment costs: `python -m benchmarks.enrich DATA [--rounds N] [--json]` prints it as Markdown, or as JSON.

DATA is a folder of real records as `benchmarks.real_files` reads it; those of `DATA/dataverse` are measured. They are
read first, so that only enrichment is timed, and each is enriched N times (by default 5): its time is the shortest of
them, which other work of the machine disturbs least. Printed are

- milliseconds a record: mean, 50th and 99th percentile, and the longest;
- mean milliseconds a record and share for each module of `pipeline/enrich`; a module that comes later finds the words
  of a text told apart already;
- seconds until the tables are loaded: the import of `pipeline.enrich` and the first enrichment of the longest record;
- peak memory of the process in MB, with the records that are held for measuring.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.real_files import HARVESTED_AT, catalogue_of, files
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.model.raw import RejectedRaw
from pipeline.model.record import Conditions, ResourceType, StudyRecord
from pipeline.protocols.files.splitting import split

_STARTED = time.perf_counter()
from pipeline.enrich import enrich, finders  # noqa: E402 - what the import takes is measured

_IMPORTED = time.perf_counter() - _STARTED

HARVEST_YEAR = int(HARVESTED_AT[:4])
OF_FORMAT: ResourceType = "dataset"
CONDITIONS = Conditions(defaults={}, resource_type=OF_FORMAT, harvest_year=HARVEST_YEAR)


class Cost(NamedTuple):
    """What enrichment costs; times in milliseconds a record, `loading` in seconds, memory in MB."""

    records: int
    mean: float
    p50: float
    p99: float
    longest: float
    modules: dict[str, float]
    loading: float
    peak_memory: float


def records(data: Path, below: str) -> list[StudyRecord]:
    """The records of the files in a folder of DATA; rejects and deletions are left out.

    Raises:
        FailError: there are none.
    """
    found: list[StudyRecord] = []
    for name in files(data):
        if not name.startswith(f"{below}/"):
            continue
        fmt = format_of(catalogue_of(name))
        for raw in split(str(data / name), fmt):
            if isinstance(raw, RejectedRaw) or raw.deleted:
                continue
            try:
                found.append(fmt.read(raw.payload or b""))
            except RejectError:
                continue
    if not found:
        raise FailError(f"{data / below}: no records")
    return found


def measured(studies: list[StudyRecord], rounds: int) -> Cost:
    """The cost of enriching each of the records so many times."""
    start = time.perf_counter()
    _enrich(max(studies, key=lambda study: sum(len(statement.text) for statement in study.statements)))
    loading = _IMPORTED + time.perf_counter() - start
    of_each = sorted(_shortest(_enrich, studies, rounds))
    return Cost(
        records=len(studies),
        mean=sum(of_each) / len(of_each),
        p50=of_each[len(of_each) // 2],
        p99=of_each[len(of_each) * 99 // 100],
        longest=of_each[-1],
        modules=_of_modules(studies, rounds),
        loading=loading,
        peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
    )


def _enrich(study: StudyRecord) -> object:
    return enrich(study, defaults={}, resource_type=OF_FORMAT, harvest_year=HARVEST_YEAR)


def _timed(work: Callable[[StudyRecord], object], study: StudyRecord) -> float:
    start = time.perf_counter()
    work(study)
    return (time.perf_counter() - start) * 1000


def _shortest(work: Callable[[StudyRecord], object], studies: list[StudyRecord], rounds: int) -> list[float]:
    """Milliseconds that each record takes, in the best of the rounds."""
    times = [[_timed(work, study) for study in studies] for _ in range(rounds)]
    return [min(of_one) for of_one in zip(*times, strict=True)]


def _finder(find: Callable[[StudyRecord, Conditions], object]) -> Callable[[StudyRecord], object]:
    return lambda study: find(study, CONDITIONS)


def _of_modules(studies: list[StudyRecord], rounds: int) -> dict[str, float]:
    """Mean milliseconds a record of each module, asked one after the other as enrichment does."""
    ways = {name: _finder(find) for name, find in finders().items()}
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        total = dict.fromkeys(ways, 0.0)
        for study in studies:
            for name, find in ways.items():
                total[name] += _timed(find, study)
        best = {name: min(best[name], total[name] / len(studies)) for name in ways}
    return best


def _printed(cost: Cost) -> str:
    modules = sorted(cost.modules.items(), key=lambda module: -module[1])
    together = sum(cost.modules.values())
    times = " | ".join(f"{each:.3f}" for each in (cost.mean, cost.p50, cost.p99, cost.longest))
    rows = [
        "| records | mean ms | p50 ms | p99 ms | max ms | loading s | peak memory MB |",
        "|--:|--:|--:|--:|--:|--:|--:|",
        f"| {cost.records:,} | {times} | {cost.loading:.2f} | {cost.peak_memory:.0f} |",
        "",
        "| module | mean ms | share |",
        "|---|--:|--:|",
        *(f"| {name} | {mean:.3f} | {mean / together:.0%} |" for name, mean in modules),
    ]
    return "\n".join(rows)


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="times that each record is enriched")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    arguments = parser.parse_args()
    cost = measured(records(arguments.data, "dataverse"), arguments.rounds)
    figures: dict[str, Any] = cost._asdict()
    print(orjson.dumps(figures).decode() if arguments.json else _printed(cost))
    return 0


if __name__ == "__main__":
    sys.exit(main())
