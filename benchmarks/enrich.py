"""Measures the time and memory that enrichment takes.

    python -m benchmarks.enrich DATA [--rounds N] [--json]

DATA is a folder of real records as `benchmarks.real_files` reads it; those of `DATA/dataverse` are measured. They are
read first, so that only enrichment is timed. A round enriches each record once, as a run does, in a process of its own:
tables are loaded, but nothing is remembered of the records. The time of a record is its CPU time in the fastest of N
rounds (by default 5), because other work on the machine disturbs that least. Printed as Markdown, or as JSON, are

- milliseconds a record: mean, 50th and 99th percentile, and the longest;
- mean milliseconds a record and share for each module of `pipeline/enrich`; later modules profit from tokens, sentences
  and languages of texts that earlier ones have cached;
- CPU seconds to load the tables: the import of `pipeline.enrich` and the first enrichment of the longest record;
- peak memory of the process in MB, including the records that are measured.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.real_files import HARVESTED_AT, catalogue_of, files
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.model.raw import RejectedRaw
from pipeline.model.record import Conditions, ResourceType, StudyRecord
from pipeline.protocols.files.splitting import split

_STARTED = time.process_time()
from pipeline.enrich import enrich, finders  # noqa: E402 - what the import takes is measured

finders()
_IMPORTED = time.process_time() - _STARTED

from pipeline.enrich.people.words_for_people import lexicon  # noqa: E402
from pipeline.enrich.text.bounds import bounded  # noqa: E402
from pipeline.enrich.text.language_files import languages  # noqa: E402

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
    """Enrich each record once in each of the rounds."""
    start = time.process_time()
    _enrich(max(studies, key=lambda study: sum(len(statement.text) for statement in study.statements)))
    loading = _IMPORTED + time.process_time() - start
    _load_languages()
    times = sorted(map(min, zip(*_rounds(_times, studies, rounds), strict=True)))
    return Cost(
        records=len(studies),
        mean=sum(times) / len(times),
        p50=times[len(times) // 2],
        p99=times[len(times) * 99 // 100],
        longest=times[-1],
        modules={
            module: min(of_module) / len(studies)
            for module, *of_module in zip(finders(), *_rounds(_times_of_modules, studies, rounds), strict=True)
        },
        loading=loading,
        peak_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
    )


def _enrich(study: StudyRecord) -> object:
    return enrich(study, defaults={}, resource_type=OF_FORMAT, harvest_year=HARVEST_YEAR)


def _load_languages() -> None:
    """Load the tables of words of all languages, which enrichment loads when it meets the first text in each."""
    for language in languages():
        lexicon(language)


def _rounds(work: Callable[[list[StudyRecord]], list[float]], studies: list[StudyRecord], rounds: int) -> list[Any]:
    """What some work on all records gives in each round; each round is a process forked for it, with empty caches."""
    with get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        return pool.map(work, [studies] * rounds, chunksize=1)


def _times(studies: list[StudyRecord]) -> list[float]:
    """Milliseconds of each record."""
    return [_timed(_enrich, study) for study in studies]


def _times_of_modules(studies: list[StudyRecord]) -> list[float]:
    """Milliseconds of each module for all records, called one after the other as enrichment does."""
    total = dict.fromkeys(finders(), 0.0)
    for study in studies:
        read = bounded(study)
        for module, find in finders().items():
            total[module] += _timed(find, read, CONDITIONS)
    return list(total.values())


def _timed(work: Callable[..., object], *arguments: object) -> float:
    """Milliseconds of CPU time that a call takes."""
    start = time.process_time()
    work(*arguments)
    return (time.process_time() - start) * 1000


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
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds; each enriches all records once")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    arguments = parser.parse_args()
    cost = measure(records(arguments.data, "dataverse"), arguments.rounds)
    figures: dict[str, Any] = cost._asdict()
    print(orjson.dumps(figures).decode() if arguments.json else _as_markdown(cost))
    return 0


if __name__ == "__main__":
    sys.exit(main())
