"""What each stage of making a document costs: `python -m benchmarks.stages DATA [--generated N]`.

DATA is a folder of records as `benchmarks.real_files` reads it. Each record is seen once, so that nothing is remembered
of it that a run would not remember. Shown are CPU milliseconds a record for each format:

- `split`: finding the record in its file;
- `read`: the format's reading of it;
- `enrich`: its facets;
- `build`: the rest up to the line that is staged and sent: values are checked, the content hash is made.

Enrichment by module is measured by `benchmarks.enrich`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.generated import write_ddi, write_ndjson
from benchmarks.machine import show
from benchmarks.real_files import HARVESTED_AT, catalogue_of, files
from pipeline.catalogue import Catalogue, load
from pipeline.enrich import enrich
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.model.raw import RejectedRaw
from pipeline.protocols.files.splitting import split
from pipeline.run import outcome
from pipeline.run.outcome import document_of

STAGES = ("split", "read", "enrich", "build")


class Stages:
    """CPU seconds by stage of the records of one format."""

    def __init__(self) -> None:
        self.records = 0
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def add(self, file: Path, catalogue: Catalogue) -> None:
        """Make documents of a file's records."""
        fmt = format_of(catalogue)
        found = split(str(file), fmt)
        reading, enriching = self._timed("read", fmt.read), self._timed("enrich", enrich)
        with (
            patch.object(type(fmt), "read", lambda _, payload: reading(payload)),
            patch.object(outcome, "enrich", enriching),
        ):
            while True:
                start = time.process_time()
                try:
                    raw = next(found, None)
                except FailError:  # what follows in the file cannot be read
                    return
                finally:
                    self.seconds["split"] += time.process_time() - start
                if raw is None:
                    return
                if isinstance(raw, RejectedRaw) or raw.deleted:
                    continue
                self.records += 1
                self._document(catalogue, raw)

    def add_generated(self) -> None:
        """Make the document of one generated record."""
        with tempfile.TemporaryDirectory(prefix="study-index-") as folder:
            for file, catalogue in _generated(1, Path(folder)):
                self.add(file, catalogue)

    def _document(self, catalogue: Catalogue, raw: Any) -> None:
        before, start = self.seconds["read"] + self.seconds["enrich"], time.process_time()
        with suppress(RejectError):
            document_of(catalogue, raw, harvested_at=HARVESTED_AT)
        within = self.seconds["read"] + self.seconds["enrich"] - before
        self.seconds["build"] += time.process_time() - start - within

    def _timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **more: Any) -> Any:
            start = time.process_time()
            try:
                return work(*arguments, **more)
            finally:
                self.seconds[stage] += time.process_time() - start

        return timed

    @property
    def milliseconds(self) -> dict[str, float]:
        """Milliseconds a record of each stage."""
        return {stage: 1000 * self.seconds[stage] / max(self.records, 1) for stage in STAGES}


def _given(data: Path) -> Iterator[tuple[Path, Catalogue]]:
    return ((data / name, catalogue_of(name)) for name in files(data))


def _generated(count: int, folder: Path) -> Iterator[tuple[Path, Catalogue]]:
    ddi, dataverse = load(write_ddi(count, folder / "ddi")), load(write_ndjson(count, folder / "generated.ndjson"))
    yield from ((file, ddi) for file in sorted((folder / "ddi" / "records").iterdir()))
    yield folder / "generated.ndjson", dataverse


def measure(records: Iterator[tuple[Path, Catalogue]]) -> dict[str, Stages]:
    """The stages of each format; tables are loaded before."""
    Stages().add_generated()
    found: dict[str, Stages] = {}
    for file, catalogue in records:
        found.setdefault(catalogue.format, Stages()).add(file, catalogue)
    return found


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--generated", type=int, default=1000, metavar="N", help="generated records, without DATA")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="study-index-") as folder:
        given = _given(arguments.data) if arguments.data else _generated(arguments.generated, Path(folder))
        found = measure(given)
    rows = [
        (
            name,
            stages.records,
            *(f"{each:.3f}" for each in stages.milliseconds.values()),
            sum(stages.milliseconds.values()),
        )
        for name, stages in found.items()
    ]
    figures = {name: {"records": stages.records, "milliseconds": stages.milliseconds} for name, stages in found.items()}
    title = f"CPU milliseconds a record, {'real' if arguments.data else 'generated'} records"
    show(title, ("format", "records", *STAGES, "all"), rows, {"formats": figures})
    return 0


if __name__ == "__main__":
    sys.exit(main())
