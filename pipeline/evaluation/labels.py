"""Gold labels: which facet values are right for a record, one JSON object a line (docs/commands.md has the keys)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.catalogue.messages import explain
from pipeline.errors import UsageError
from pipeline.model.facets import CountryCode
from pipeline.model.record import NonEmpty, Sex
from pipeline.protocols.files.streams import chunks
from pipeline.protocols.unpacking import BrokenStreamError

Scored = Literal["sex", "country_codes", "start_year", "end_year", "ongoing", "age_lower", "age_upper"]
FIELDS: tuple[Scored, ...] = get_args(Scored)
"""The fields that a label can give, by their names in documents."""

MISSPELT = 0.75
"""Likeness from which on an unknown key is taken for a known one that is misspelt; any other is ignored, as a note."""


class Place(NamedTuple):
    """Where a record is in its file."""

    kind: Literal["record", "key", "file"]
    value: int | str = 0


WHOLE_FILE = Place("file")
"""The place of a record that is the only one of its file."""


class At(BaseModel):
    """Where a record is in its file, as `study-index read` prints it: its number, counted from 0, or its key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    record: Annotated[int, Field(ge=0)] | None = None
    key: str | None = None

    @model_validator(mode="after")
    def _is_one_place(self) -> At:
        if self.record is not None and self.key is not None:
            raise ValueError("give a record number or a key, not both")
        return self


class Labels(BaseModel):
    """The correct value of each field; null, and an empty list of countries, mean that the field must be absent."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sex: Sex | None = None
    country_codes: list[CountryCode] | None = None
    start_year: int | None = None
    end_year: int | None = None
    ongoing: bool | None = None
    age_lower: int | None = None
    age_upper: int | None = None


class Label(BaseModel):
    """The correct values of one record. `only` names the fields that count, `skip` those that do not."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    key: NonEmpty
    """A name of the record, for people."""
    file: NonEmpty
    """Path below the folder of the records."""
    format: NonEmpty
    catalogue: NonEmpty | None = None
    """The catalogue file that the record is read with: below the folder of the records, or its `gold` folder."""
    at: At | None = None
    labels: Labels
    only: list[Scored] | None = None
    skip: list[Scored] = []

    @property
    def place(self) -> Place:
        """Where the record is in its file."""
        if self.at is not None and self.at.record is not None:
            return Place("record", self.at.record)
        return WHOLE_FILE if self.at is None or self.at.key is None else Place("key", self.at.key)

    def counted(self, among: frozenset[Scored] = frozenset(FIELDS)) -> list[Scored]:
        """The fields that count for this record."""
        given = self.labels.model_fields_set - {*self.skip}
        return [name for name in FIELDS if name in given and name in among and (self.only is None or name in self.only)]

    def wanted(self, name: Scored) -> Any:
        """The right value of a field, in its `comparable` form."""
        return comparable(name, getattr(self.labels, name))


def comparable(name: Scored, value: Any) -> Any:
    """A value in a form that can be compared: codes sorted; None where the field is absent, but False for `ongoing`."""
    if name == "country_codes":
        return sorted(set(value or ())) or None
    return bool(value) if name == "ongoing" else value


def labels(gold: Path) -> Iterator[tuple[int, Label]]:
    """The labels of a file with the number of their line, from 1; the file may be packed with gzip.

    Raises:
        UsageError: there is no such file, or a line is not a label; names the line and what is wrong with it.
        FailError: the file cannot be read.
    """
    if not gold.is_file():
        raise UsageError(f"There is no gold file {gold}: give a file of labels, one JSON object a line")
    for number, line in enumerate(_lines(gold), start=1):
        if line.strip():
            yield number, _label(line, f"{gold}, line {number}")


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file; only a line feed ends a line."""
    rest = b""
    try:
        for piece in chunks(str(path)):
            *ended, rest = (rest + piece).split(b"\n")
            yield from ended
    except BrokenStreamError as error:
        raise UsageError(f"The gold file {path} is packed and damaged: {error}") from error
    yield rest


def _label(line: bytes, where: str) -> Label:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{where} is not JSON: {error}. A gold file has one JSON object a line.") from error
    if not isinstance(value, dict):
        raise UsageError(f"{where} is a JSON {type(value).__name__}; a gold file has one JSON object a line")
    for name in value.keys() - Label.model_fields.keys():
        if meant := difflib.get_close_matches(name, Label.model_fields, n=1, cutoff=MISSPELT):
            raise UsageError(f"{where}: unknown key {name!r}. Did you mean {meant[0]!r}?")
    try:
        return Label.model_validate(value)
    except ValidationError as error:
        problems = "; ".join(problem.rstrip(".") for problem in explain(error, Label))
        raise UsageError(f"{where}: {problems}") from error
