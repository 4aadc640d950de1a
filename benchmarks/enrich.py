"""Measures the time and memory that enrichment takes.

    python -m benchmarks.enrich DATA [--rounds N] [--json]

DATA is a folder of real records as `benchmarks.real_files` reads it; those of `DATA/dataverse` are measured. They are
read first, so that only enrichment is timed. Each record is enriched N times (by default 5); its time is the shortest
of them, because other work on the machine disturbs that least. Printed as Markdown, or as JSON, are

- milliseconds a record: mean, 50th and 99th percentile, and the longest;
- mean milliseconds a record and share for each module of `pipeline/enrich`; later modules profit from tokens, sentences
  and languages of texts that earlier ones have cached;
- seconds to load the tables: the import of `pipeline.enrich` and the first enrichment of the longest record;
- peak memory of the process in MB, including the records that are measured.
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
    """Times in milliseconds a record, `loading` in seconds, memory in MB."""

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
        FailError: there are no records.
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
        raise FailError(f"{data} has no records in its folder {below}: name a folder of real records")
    return found


def measure(studies: list[StudyRecord], rounds: int) -> Cost:
    """Enrich each of the records in each of the rounds."""
    start = time.perf_counter()
    _enrich(max(studies, key=lambda study: sum(len(statement.text) for statement in study.statements)))
    loading = _IMPORTED + time.perf_counter() - start
    times = sorted(_shortest(_enrich, studies, rounds))
    return Cost(
        records=len(studies),
        mean=sum(times) / len(times),
        p50=times[len(times) // 2],
        p99=times[len(times) * 99 // 100],
        longest=times[-1],
        modules=_by_module(studies, rounds),
        loading=loading,
        peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
    )


def _enrich(study: StudyRecord) -> object:
    return enrich(study, defaults={}, resource_type=OF_FORMAT, harvest_year=HARVEST_YEAR)


def _timed(work: Callable[..., object], *arguments: object) -> float:
    """Milliseconds that a call takes."""
    start = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - start) * 1000


def _shortest(work: Callable[[StudyRecord], object], studies: list[StudyRecord], rounds: int) -> list[float]:
    """Milliseconds that each record takes, in the fastest of the rounds."""
    times = [[_timed(work, study) for study in studies] for _ in range(rounds)]
    return [min(of_one) for of_one in zip(*times, strict=True)]


def _by_module(studies: list[StudyRecord], rounds: int) -> dict[str, float]:
    """Mean milliseconds a record of each module, called one after the other as enrichment does."""
    fastest = dict.fromkeys(finders(), float("inf"))
    for _ in range(rounds):
        total = dict.fromkeys(finders(), 0.0)
        for study in studies:
            for module, find in finders().items():
                total[module] += _timed(find, study, CONDITIONS)
        fastest = {module: min(fastest[module], total[module] / len(studies)) for module in fastest}
    return fastest


def _as_markdown(cost: Cost) -> str:
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
    cost = measure(records(arguments.data, "dataverse"), arguments.rounds)
    figures: dict[str, Any] = cost._asdict()
    print(orjson.dumps(figures).decode() if arguments.json else _as_markdown(cost))
    return 0


if __name__ == "__main__":
    sys.exit(main())
