"""The facets of records that have gold labels: each is looked up, read and enriched as `study-index read` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pipeline.catalogue import Catalogue, load
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.errors import FailError, UsageError
from pipeline.evaluation.labels import FIELDS, WHOLE_FILE, Label, Place, Scored, labels
from pipeline.evaluation.weights import Facets, Weights
from pipeline.formats import format_named, format_of
from pipeline.formats.base import Format
from pipeline.model.raw import Fetched, RawRecord, Reject
from pipeline.model.record import Conditions, Found
from pipeline.protocols.files.splitting import split
from pipeline.run.context import Progress, no_progress
from pipeline.run.outcome import Deletion, facets_of, outcome_of

AT_ONCE = 500
"""Labels that are looked up together: their files are read once for all of them, whatever their order."""


class Unread(NamedTuple):
    """Why a labelled record has no facets. `code` is its reject code; None where no record was rejected."""

    code: str | None
    field: str | None
    message: str


class Derived(NamedTuple):
    """The scored facets of a record, by field name."""

    facets: dict[str, Found]
    without: dict[str, Facets]
    """For each rule without which any of them is other, the facets then; empty where rules are not weighed."""


Reading = Derived | Unread
"""The facets of a record, or why there are none."""


class _Source(NamedTuple):
    """A file of records, and the format and catalogue that it is read with."""

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
        weights: what weighs the rules, if they are to be weighed.
        progress: called after each record that is read.
    """

    def __init__(
        self,
        gold: Path,
        data: Path,
        *,
        harvest_year: int,
        fields: frozenset[Scored] = frozenset(FIELDS),
        weights: Weights | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._gold = gold
        self._data = data
        self._harvest_year = harvest_year
        self._fields = fields
        self._weights = weights
        self._progress = progress
        self._done = 0
        self._total: int | None = None
        self._catalogues: dict[Path, Catalogue] = {}

    def check(self) -> int:
        """The number of labels that count, after a check that every label can be used.

        Raises:
            UsageError: a label cannot be used; names its line, and what is wrong.
            FailError: the gold file cannot be read.
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

    def __iter__(self) -> Iterator[tuple[Label, Reading]]:
        """Each label that counts, in the order of the file, with the facets of its record.

        Raises:
            UsageError: a label cannot be used.
            RetryError: the storage of a file did not answer.
        """
        self._done = 0
        counted = (label for _, label in labels(self._gold) if label.counted(self._fields))
        while block := list(islice(counted, AT_ONCE)):
            found: dict[int, Reading] = {}
            for source, wanted in self._by_source(block):
                for place, reading in self._readings(source, set(wanted)):
                    found |= dict.fromkeys(wanted[place], reading)
                    self._done += len(wanted[place])
                    self._progress("score", self._done, self._total)
            yield from ((label, found[number]) for number, label in enumerate(block))

    def _by_source(self, block: list[Label]) -> list[tuple[_Source, dict[Place, list[int]]]]:
        """The files that labels name; for each the places to read, with the numbers of the labels of that place."""
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
            raise UsageError(f"the label has format {label.format}, its catalogue file {catalogue.format}")
        return _Source(path, format_of(catalogue), catalogue)

    def _catalogue(self, name: str) -> Catalogue:
        beside = [self._data / name, self._data / "gold" / name]  # one place, where the name is an absolute path
        path = next((path for path in beside if path.is_file()), beside[0])
        if path not in self._catalogues:
            self._catalogues[path] = load(path)
        return self._catalogues[path]

    def _readings(self, source: _Source, places: set[Place]) -> Iterator[tuple[Place, Reading]]:
        """The readings of the records at these places; the file is read no further than the last of them."""
        left = set(places)
        why = "There is no such record in the file"
        try:
            if WHOLE_FILE in left:
                yield WHOLE_FILE, self._only_record(source)
                left.remove(WHOLE_FILE)
            with closing(split(str(source.path), source.format)) as fetched:
                while left and (raw := next(fetched, None)):
                    if (place := _place(raw)) in left:
                        yield place, self._reading(source, raw)
                        left.remove(place)
        except FailError as error:  # records before the fault have been read
            why = str(error)
        yield from ((place, Unread(None, None, why)) for place in left)

    def _only_record(self, source: _Source) -> Reading:
        """The reading of a file that contains one record."""
        with closing(split(str(source.path), source.format)) as fetched:
            records = list(islice(fetched, 2))
        if len(records) == 1:
            return self._reading(source, records[0])
        number = "several records, and the label does not state which" if records else "no record"
        return Unread(None, None, f"The file contains {number}")

    def _reading(self, source: _Source, raw: Fetched) -> Reading:
        if source.catalogue and (reason := reason_to_exclude(source.catalogue, raw)):
            return Unread(None, None, f"The catalogue file excludes the record: {reason}")
        outcome = outcome_of(raw, partial(self._derived, source))
        if isinstance(outcome, Deletion):
            return Unread(None, None, "The record is a deletion")
        if isinstance(outcome, Reject):
            return Unread(outcome.code, outcome.field, outcome.message)
        return outcome.value

    def _derived(self, source: _Source, raw: RawRecord) -> Derived:
        record = source.format.read(raw.payload or b"")
        facets = facets_of(record, source.format, source.catalogue, self._harvest_year)
        without: dict[str, Facets] = {}
        if self._weights is not None:
            conditions = Conditions({}, source.format.resource_type, self._harvest_year)
            without = self._weights.changes(record, conditions)
        return Derived({name: facets[name] for name in FIELDS if name in facets}, without)


def _place(raw: Fetched) -> Place:
    """The place of a record in its file; the only record of a file is the first."""
    at = raw.at or {"record": 0}
    return Place("key", at["key"]) if "key" in at else Place("record", at["record"])
