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
from pipeline.model.record import NonEmpty, Sex
from pipeline.protocols.files.streams import BrokenStreamError, chunks

Scored = Literal["sex", "country_codes", "start_year", "end_year", "ongoing", "age_lower", "age_upper"]
FIELDS: tuple[Scored, ...] = get_args(Scored)
"""The fields that a label can tell, as documents name them."""

MISSPELT = 0.75
"""Likeness from which on an unknown key is taken for a known one that is misspelt; any other is a note for people."""


class Place(NamedTuple):
    """Where a record stands in its file."""

    kind: Literal["record", "key", "whole"]
    value: int | str = 0


WHOLE = Place("whole")
"""The place of a record that is all of its file."""


class At(BaseModel):
    """Where a record stands in its file, as `study-index read` tells it: its number from 0, or its key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    record: Annotated[int, Field(ge=0)] | None = None
    key: str | None = None

    @model_validator(mode="after")
    def _is_one_place(self) -> At:
        if self.record is not None and self.key is not None:
            raise ValueError("give a record number or a key, not both")
        return self


class Labels(BaseModel):
    """The right value of each field; null, and no country at all, mean that absent is right."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sex: Sex | None = None
    country_codes: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] | None = None
    start_year: int | None = None
    end_year: int | None = None
    ongoing: bool | None = None
    age_lower: int | None = None
    age_upper: int | None = None


class Label(BaseModel):
    """What is right for one record. `only` and `skip` name the fields that count, and that do not."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    key: NonEmpty
    """How people name the record."""
    file: NonEmpty
    """Path below the folder of the records."""
    format: NonEmpty
    catalogue: NonEmpty | None = None
    """The catalogue file as which the record is read: below the folder of the records, or its `gold` folder."""
    at: At | None = None
    labels: Labels
    only: list[Scored] | None = None
    skip: list[Scored] = []

    @property
    def place(self) -> Place:
        """Where the record stands in its file."""
        if self.at is not None and self.at.record is not None:
            return Place("record", self.at.record)
        return WHOLE if self.at is None or self.at.key is None else Place("key", self.at.key)

    def counted(self, among: frozenset[Scored] = frozenset(FIELDS)) -> list[Scored]:
        """The fields that count for this record."""
        told = self.labels.model_fields_set - {*self.skip}
        return [name for name in FIELDS if name in told and name in among and (self.only is None or name in self.only)]

    def wanted(self, name: Scored) -> Any:
        """The right value of a field, in its `comparable` form."""
        return comparable(name, getattr(self.labels, name))


def comparable(name: Scored, value: Any) -> Any:
    """A value in the form in which equal is the same: codes sorted; None for absent, but False for `ongoing`."""
    if name == "country_codes":
        return sorted(set(value or ())) or None
    return bool(value) if name == "ongoing" else value


def labels(gold: Path) -> Iterator[tuple[int, Label]]:
    """The labels of a file with the number of their line, from 1; the file may be packed with gzip.

    Raises:
        UsageError: there is no such file, or a line is no label; says which and what is wrong with it.
        FailError: the file may not be read.
    """
    if not gold.is_file():
        raise UsageError(f"There is no gold file {gold}: give a file of labels, one JSON object a line")
    for number, line in enumerate(_lines(gold), start=1):
        if line.strip():
            yield number, _label(line, f"{gold}, line {number}")


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file; they end with a line feed and nothing else."""
    held = b""
    try:
        for piece in chunks(str(path)):
            *ended, held = (held + piece).split(b"\n")
            yield from ended
    except BrokenStreamError as error:
        raise UsageError(f"The gold file {path} is packed and damaged: {error}") from error
    yield held


def _label(line: bytes, where: str) -> Label:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{where} is no JSON: {error}. A gold file has one JSON object a line.") from error
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
