"""Makes documents of files of records: `python -m benchmarks.real_files DATA` prints a table of counts and times.

DATA is a folder of records whose sub-folders are those of `CATALOGUES`. Each file is read as a run of a catalogue of
such files reads it: split into records, read, enriched, made a document. Times are CPU time of this process.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline.catalogue import Catalogue, load
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols.files.splitting import split
from pipeline.run.outcome import document_of

CATALOGUE_FILES = Path(__file__).resolve().parents[1] / "catalogues"
HARVESTED_AT = "2026-03-01T00:00:00Z"

CATALOGUES: tuple[tuple[str, dict[str, Any] | str], ...] = (
    ("xml/*/ddi_lifecycle*", {"name": "ddi-lifecycle", "format": "ddi-lifecycle"}),
    ("xml/*", {"name": "ddi-codebook", "format": "ddi-codebook"}),
    ("archive/*.xml", {"name": "archive", "format": "ddi-codebook"}),
    ("oai_pmh/*", {"name": "dublin-core", "format": "dublin-core"}),
    ("datacite/*", {"name": "datacite", "format": "datacite"}),
    ("dataverse/dans_ssh.*", {"name": "dans", "format": "dataverse"}),
    ("dataverse/*", {"name": "dataversenl", "format": "dataverse"}),
    ("harmony/*", {"name": "harmony", "format": "harmony"}),
    ("hdruk/*", {"name": "hdruk", "format": "hdruk"}),
    ("health/*", {"name": "health", "format": "hdruk"}),
    ("mhc/*", {"name": "mhc", "format": "mhc"}),
    ("schema_org/*", {"name": "schema-org", "format": "schema-org"}),
    ("ukllc/*", {"name": "ukllc", "format": "ukllc"}),
    ("ctgov/v2_originals.*", "clinicaltrials"),
    (
        "ctgov/trials.*",
        {
            "name": "trials",
            "format": "json",
            "fields": {
                "id": "nct_id",
                "name": "official_title || brief_title",
                "description": "brief_summary",
                "population": "eligibility_criteria",
            },
        },
    ),
    (
        "ihcc/*",
        {
            "name": "ihcc",
            "format": "json",
            "fields": {
                "id": "cohort_name",
                "name": "cohort_name",
                "keywords": "questionnaire_survey_data.*[]",
                "geographic_coverage": "countries",
                "temporal_coverage": "enrollment_period",
                "sample_size": "current_enrollment",
            },
        },
    ),
)
"""Patterns of paths, and the catalogue that reads such files: keys of its file, or the name of one in `catalogues/`.

The first pattern that matches a path is used. Files that no pattern matches are not read, because their format is not
known. The names are the first part of each harmony_id, and so of the judgements in `benchmarks/queries`: they stay.
"""


@dataclass
class Counts:
    """Counts of one file, or of several. `records` are without deletions."""

    records: int = 0
    documents: int = 0
    deletions: int = 0
    described: int = 0
    """Documents with text: a description or keywords."""
    rejects: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    """CPU time."""

    def add(self, other: Counts) -> None:
        """Add other counts to these."""
        self.records += other.records
        self.documents += other.documents
        self.deletions += other.deletions
        self.described += other.described
        self.rejects += other.rejects
        self.seconds += other.seconds


def files(data: Path) -> list[str]:
    """The files below a folder that match a pattern of `CATALOGUES`; empty where the folder does not exist."""
    names = sorted(path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file())
    return [name for name in names if _keys_of(name) is not None]


def catalogue_of(name: str) -> Catalogue:
    """The catalogue that reads a file.

    Raises:
        FailError: no pattern of `CATALOGUES` matches the file.
    """
    described = _keys_of(name)
    if described is None:
        raise FailError(f"{name}: its format is not known; add a pattern that matches it to CATALOGUES")
    if isinstance(described, str):
        return load(CATALOGUE_FILES / f"{described}.yaml")
    keys = {"title": "Real records", "protocol": {"type": "files", "path": "*"}, **described}
    return Catalogue.model_validate({**keys, "file": Path(f"{described['name']}.yaml")})


def _keys_of(name: str) -> dict[str, Any] | str | None:
    return next((described for pattern, described in CATALOGUES if fnmatch(name, pattern)), None)


def counted(path: Path, catalogue: Catalogue, every: int = 1) -> Counts:
    """Counts of a file; with `every` n, only each n-th record is read.

    A truncated file counts as one more record, a malformed one, as in `study-index read`.
    """
    counts = Counts()
    start = time.process_time()
    try:
        for number, raw in enumerate(split(str(path), format_of(catalogue))):
            if number % every == 0:
                _count(counts, raw, catalogue)
    except FailError:
        counts.records += 1
        counts.rejects["malformed"] += 1
    counts.seconds = time.process_time() - start
    return counts


def _count(counts: Counts, raw: Fetched, catalogue: Catalogue) -> None:
    if not isinstance(raw, RejectedRaw) and raw.deleted:
        counts.deletions += 1
        return
    counts.records += 1
    if isinstance(raw, RejectedRaw):
        counts.rejects[raw.code] += 1
        return
    try:
        document = document_of(catalogue, raw, harvested_at=HARVESTED_AT).fields
    except RejectError as error:
        counts.rejects[error.code] += 1
        return
    counts.documents += 1
    counts.described += "description" in document or "keywords" in document


def _row(name: str, kind: str, counts: Counts) -> str:
    rejects = ", ".join(f"{code} {number}" for code, number in sorted(counts.rejects.items()))
    numbers = (counts.records, counts.documents, counts.described, counts.deletions)
    each = f"{counts.seconds * 1000 / counts.records:.2f}" if counts.records else ""
    return f"| {name} | {kind} | {' | '.join(f'{number:,}' for number in numbers)} | {rejects} | {each} |"


def print_table(data: Path, every: int = 1) -> None:
    """Print the table: a row for each folder and format, and the total."""
    rows: dict[tuple[str, str], Counts] = {}
    total = Counts()
    print("| folder | format | records | documents | with text | deletions | rejects | ms a record |")
    print("|---|---|--:|--:|--:|--:|---|--:|")
    for name in files(data):
        catalogue = catalogue_of(name)
        counts = counted(data / name, catalogue, every)
        rows.setdefault((str(Path(name).parent), catalogue.format), Counts()).add(counts)
        total.add(counts)
    for (folder, kind), counts in rows.items():
        print(_row(folder, kind, counts))
    print(_row("all", "", total))


def main() -> int:
    """Print the table for the folder on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="read only every N-th record of a file")
    arguments = parser.parse_args()
    print_table(arguments.data, arguments.every)
    return 0


if __name__ == "__main__":
    sys.exit(main())
