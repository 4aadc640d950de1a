"""Facet accuracy against gold labels: `python -m benchmarks.score GOLD DATA [--show FACET] [--only PATH]`.

GOLD holds one JSON object a line: `file` (below DATA), `format`, `at` (record number or key), `labels`, `skip`.
A record counts for a facet unless that is in `skip`; absent is an answer. Countries are scored as F1 over all codes.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from pipeline.enrich import enrich
from pipeline.errors import RejectError
from pipeline.formats import FORMATS
from pipeline.record import Found, Role, StudyRecord

FACETS = ("sex", "country_codes", "start_year", "end_year", "ongoing", "age_lower", "age_upper")
HARVEST_YEAR = 2026


@lru_cache(maxsize=4)
def _lines(path: Path) -> list[bytes]:
    opened = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
    with opened as file:
        return file.read().split(b"\n")


def payload(data: Path, label: dict[str, Any]) -> bytes:
    """The raw record that a label is of."""
    path = data / label["file"]
    at = label.get("at") or {}
    if "record" in at:
        return _lines(path)[at["record"]]
    if "key" in at:
        return orjson.dumps({at["key"]: orjson.loads(path.read_bytes())[at["key"]]})
    return path.read_bytes()


def scored(gold: Path, data: Path, only: str) -> Iterator[tuple[dict[str, Any], StudyRecord, dict[str, Found], float]]:
    """Each labelled record of a known format with its facets, and the processor seconds that these took."""
    for line in gold.read_text(encoding="utf-8").splitlines():
        label = orjson.loads(line)
        fmt = FORMATS.get(label["format"])
        if fmt is None or only not in label["file"]:
            continue
        try:
            record = fmt.read(payload(data, label))
        except RejectError as reject:
            print(f"## {label['key']}: {reject.code}: {reject}")
            continue
        start = time.process_time()
        facets = enrich(record, defaults={}, resource_type=fmt.resource_type, harvest_year=HARVEST_YEAR)
        yield label, record, facets, time.process_time() - start


def main() -> int:
    """Prints the figures, and the records that one facet is wrong for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", choices=FACETS)
    parser.add_argument("--only", default="", help="part of the file name")
    arguments = parser.parse_args()
    right: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    hits = missed = extra = both_years = both_years_of = 0
    seconds: list[float] = []
    for label, record, facets, taken in scored(arguments.gold, arguments.data, arguments.only):
        seconds.append(taken)
        skip = set(label.get("skip", ()))
        correct: dict[str, bool] = {}
        for facet in FACETS:
            if facet in skip or facet not in label["labels"]:
                continue
            want = label["labels"][facet]
            found = facets.get(facet)
            got = found.value if found else ([] if facet == "country_codes" else (facet == "ongoing" and False) or None)
            if facet == "ongoing":
                got, want = bool(got), bool(want)
            if facet == "country_codes":
                hits += len(set(got) & set(want))
                extra += len(set(got) - set(want))
                missed += len(set(want) - set(got))
            correct[facet] = got == want
            counted[facet] += 1
            right[facet] += correct[facet]
            if not correct[facet] and facet == arguments.show:
                _show(label, record, found, want)
        if {"start_year", "end_year"} <= correct.keys():
            both_years_of += 1
            both_years += correct["start_year"] and correct["end_year"]
    for facet in FACETS:
        if counted[facet]:
            print(f"{facet:15} {right[facet] / counted[facet]:.3f} of {counted[facet]}")
    if hits:
        print(f"countries F1    {2 * hits / (2 * hits + missed + extra):.3f} ({missed} missed, {extra} too many)")
    if both_years_of:
        print(f"both years      {both_years / both_years_of:.3f}")
    if seconds:
        print(f"{1000 * sum(seconds) / len(seconds):.2f} ms a record over {len(seconds)}")
    return 0


def _show(label: dict[str, Any], record: StudyRecord, found: Found | None, want: object) -> None:
    print(f"## {label['key']}: want {want}, got {found.value if found else None}")
    if found:
        print("  ", [(evidence.field, evidence.words) for evidence in found.evidence][:4])
    for statement in record.having(*Role):
        if statement.role not in {Role.TOPIC, Role.KEYWORD, Role.ACCESS}:
            print(f"    {statement.role}: {statement.text[:300]!r}")


if __name__ == "__main__":
    sys.exit(main())
