"""The facets of records that have gold labels: each is looked up, read and enriched as `study-index read` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.catalogue import Catalogue, load
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.enrich import enrich
from pipeline.errors import FailError, RejectError, UsageError
from pipeline.evaluation.labels import FIELDS, WHOLE, Label, Place, Scored, labels
from pipeline.formats import format_named, format_of
from pipeline.formats.base import Format
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.model.record import Found
from pipeline.protocols.files.splitting import split
from pipeline.run.context import Progress, no_progress

AT_ONCE = 500
"""Labels that are looked up together: their files are read once for all of them, whatever their order."""


class Unread(NamedTuple):
    """Why a labelled record gives no facets. `code` is its reject code, None where there is no such record."""

    code: str | None
    field: str | None
    message: str


Outcome = dict[str, Found] | Unread
"""The scored facets of a record, by field name; or why there are none."""


class _Source(NamedTuple):
    """A file of records, and as what it is read."""

    path: Path
    format: Format
    catalogue: Catalogue | None


class LabelledRecords:
    """The records that a gold file labels.

    Args:
        gold: the labels.
        data: the folder below which labels name files.
        harvest_year: the year of the harvest.
        fields: the fields that count; a label for which none does is left out.
        progress: told of each record that is read.
    """

    def __init__(
        self,
        gold: Path,
        data: Path,
        *,
        harvest_year: int,
        fields: frozenset[Scored] = frozenset(FIELDS),
        progress: Progress = no_progress,
    ) -> None:
        self._gold = gold
        self._data = data
        self._harvest_year = harvest_year
        self._fields = fields
        self._progress = progress
        self._done = 0
        self._total: int | None = None
        self._catalogues: dict[Path, Catalogue] = {}

    def check(self) -> int:
        """How many labels count, once it is clear that all can be used.

        Raises:
            UsageError: one cannot; names its line, and what is wrong.
            FailError: the gold file may not be read.
        """
        if not self._data.is_dir():
            raise UsageError(f"There is no folder {self._data}: --data is the folder of the records that labels name")
        counted = 0
        known: set[tuple[str, str, str | None]] = set()
        for number, label in labels(self._gold):
            counted += bool(label.counted(self._fields))
            named = (label.file, label.format, label.catalogue)
            if named in known:
                continue
            try:
                self._source(label)
            except UsageError as error:
                raise UsageError(f"{self._gold}, line {number}: {error}") from error
            known.add(named)
        if not counted:
            raise UsageError(f"{self._gold} has no label that counts: there is nothing to score")
        self._total = counted
        return counted

    def __iter__(self) -> Iterator[tuple[Label, Outcome]]:
        """Each label that counts, in the order of the file, and what its record gives.

        Raises:
            UsageError: a label cannot be used.
            RetryError: the store of a file was away.
        """
        self._done = 0
        counted = (label for _, label in labels(self._gold) if label.counted(self._fields))
        while block := list(islice(counted, AT_ONCE)):
            found: dict[int, Outcome] = {}
            for source, wanted in self._by_source(block):
                for place, outcome in self._outcomes(source, set(wanted)):
                    found |= dict.fromkeys(wanted[place], outcome)
                    self._done += len(wanted[place])
                    self._progress("score", self._done, self._total)
            yield from ((label, found[number]) for number, label in enumerate(block))

    def _by_source(self, block: list[Label]) -> list[tuple[_Source, dict[Place, list[int]]]]:
        """The files of labels, with the places that are wanted of each, and the labels (by number) of each place."""
        places: dict[tuple[str, str, str | None], tuple[_Source, dict[Place, list[int]]]] = {}
        for number, label in enumerate(block):
            named = (label.file, label.format, label.catalogue)
            if named not in places:
                places[named] = (self._source(label), {})
            places[named][1].setdefault(label.place, []).append(number)
        return list(places.values())

    def _source(self, label: Label) -> _Source:
        path = self._data / label.file
        if not path.is_file():
            raise UsageError(f"there is no file {label.file!r} in {self._data}")
        if label.catalogue is None:
            return _Source(path, format_named(label.format), None)
        catalogue = self._catalogue(label.catalogue)
        if catalogue.format != label.format:
            raise UsageError(f"the label says format {label.format}, its catalogue file {catalogue.format}")
        return _Source(path, format_of(catalogue), catalogue)

    def _catalogue(self, name: str) -> Catalogue:
        beside = [self._data / name, self._data / "gold" / name]  # one place, where the name is an absolute path
        path = next((path for path in beside if path.is_file()), beside[0])
        if path not in self._catalogues:
            self._catalogues[path] = load(path)
        return self._catalogues[path]

    def _outcomes(self, source: _Source, places: set[Place]) -> Iterator[tuple[Place, Outcome]]:
        """What the records at these places give; the file is read as far as need be."""
        left = set(places)
        why = "There is no such record in the file"
        try:
            if WHOLE in left:
                yield WHOLE, self._whole(source)
                left.remove(WHOLE)
            with closing(split(str(source.path), source.format)) as fetched:
                while left and (raw := next(fetched, None)):
                    if (place := _place(raw)) in left:
                        yield place, self._outcome(source, raw)
                        left.remove(place)
        except FailError as error:  # what stood before the fault has been read
            why = str(error)
        yield from ((place, Unread(None, None, why)) for place in left)

    def _whole(self, source: _Source) -> Outcome:
        """What a file gives that is one record."""
        with closing(split(str(source.path), source.format)) as fetched:
            records = list(islice(fetched, 2))
        if len(records) == 1:
            return self._outcome(source, records[0])
        number = "several records, and the label does not say which" if records else "no record"
        return Unread(None, None, f"The file holds {number}")

    def _outcome(self, source: _Source, raw: Fetched) -> Outcome:
        if isinstance(raw, RejectedRaw):
            return Unread(raw.code, None, raw.message)
        if raw.payload is None:
            return Unread(None, None, "The record is the catalogue's word that it is gone")
        if source.catalogue and (reason := reason_to_exclude(source.catalogue, raw)):
            return Unread(None, None, f"The catalogue file leaves the record out: {reason}")
        try:
            record = source.format.read(raw.payload)
        except RejectError as error:
            return Unread(error.code, error.field, str(error))
        facets = enrich(
            record,
            defaults=source.catalogue.defaults.model_dump(exclude_none=True) if source.catalogue else {},
            resource_type=source.format.resource_type,
            harvest_year=self._harvest_year,
        )
        return {name: facets[name] for name in FIELDS if name in facets}


def _place(raw: Fetched) -> Place:
    """Where a record stands in its file; the only one of a file is the first."""
    at = raw.at or {"record": 0}
    return Place("key", at["key"]) if "key" in at else Place("record", at["record"])
