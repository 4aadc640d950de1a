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
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import orjson

from pipeline.catalogue import load
from pipeline.enrich import enrich
from pipeline.errors import RejectError
from pipeline.formats import FORMATS, format_of
from pipeline.formats.base import Format
from pipeline.record import Found, Role, StudyRecord

FACETS = ("sex", "country_codes", "start_year", "end_year", "ongoing", "age_lower", "age_upper")
HARVEST_YEAR = 2026


@lru_cache(maxsize=4)
def _lines(path: Path) -> list[bytes]:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).split(b"\n")


@cache
def _format(name: str, catalogue: Path | None) -> Format | None:
    """The format of a label, as its catalogue file declares it where there is one; None for one that is not there."""
    return FORMATS.get(name) if catalogue is None else format_of(load(catalogue))


def payload(data: Path, label: dict[str, Any]) -> bytes:
    """The raw record that a label is of."""
    path = data / str(label["file"])
    at: dict[str, Any] = label.get("at") or {}
    if "record" in at:
        return bytes(_lines(path)[at["record"]])
    if "key" in at:
        return orjson.dumps(orjson.loads(path.read_bytes())[at["key"]])
    return bytes(path.read_bytes())


def scored(gold: Path, data: Path, only: str) -> Iterator[tuple[dict[str, Any], StudyRecord, dict[str, Found], float]]:
    """Each labelled record of a known format with its facets, and the processor seconds that these took."""
    for line in gold.read_text(encoding="utf-8").splitlines():
        label = orjson.loads(line)
        fmt = _format(label["format"], data / label["catalogue"] if "catalogue" in label else None)
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


class Score:
    """Counts that the figures are made of."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.counted: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()
        self.seconds: list[float] = []

    def add(self, label: dict[str, Any], facets: dict[str, Found]) -> set[str]:
        """Counts one record; the facets that are wrong."""
        labels = {facet: label["labels"][facet] for facet in label.get("only", FACETS) if facet in label["labels"]}
        wrong: set[str] = set()
        for facet in labels.keys() - set(label.get("skip", ())):
            got, want = facets[facet].value if facet in facets else None, labels[facet]
            if facet == "country_codes":
                got, want = got or [], want or []
                self.codes.update(hit=len({*got} & {*want}), extra=len({*got} - {*want}), missed=len({*want} - {*got}))
            if facet == "ongoing":
                got, want = bool(got), bool(want)
            if got != want:
                wrong.add(facet)
            self.counted[facet] += 1
            self.right[facet] += facet not in wrong
        if {"start_year", "end_year"} <= labels.keys() - set(label.get("skip", ())):
            self.counted["both years"] += 1
            self.right["both years"] += not wrong & {"start_year", "end_year"}
        return wrong

    def show(self) -> None:
        """Prints the figures."""
        for facet in (*FACETS, "both years"):
            if self.counted[facet]:
                print(f"{facet:15} {self.right[facet] / self.counted[facet]:.3f} of {self.counted[facet]}")
        if self.codes["hit"]:
            hit, missed, extra = self.codes["hit"], self.codes["missed"], self.codes["extra"]
            print(f"countries F1    {2 * hit / (2 * hit + missed + extra):.3f} ({missed} missed, {extra} too many)")
        if self.seconds:
            mean = sum(self.seconds) / len(self.seconds)
            print(f"{1000 * mean:.2f} ms a record over {len(self.seconds)}, with loading")


def main() -> int:
    """Prints the figures, and the records that one facet is wrong for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", choices=FACETS)
    parser.add_argument("--only", default="", help="part of the file name")
    arguments = parser.parse_args()
    score = Score()
    for label, record, facets, seconds in scored(arguments.gold, arguments.data, arguments.only):
        score.seconds.append(seconds)
        if arguments.show in score.add(label, facets):
            _show(label, record, facets.get(arguments.show), label["labels"][arguments.show])
    score.show()
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
