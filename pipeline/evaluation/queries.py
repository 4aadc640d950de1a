"""Queries with judgements: what people look for, and which records answer it (docs/evaluation.md has the keys)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.catalogue.messages import explain
from pipeline.catalogue.yaml_keys import read_keys
from pipeline.errors import UsageError
from pipeline.model.record import NonEmpty

Kind = Literal["topic", "known"]
Grade = Annotated[int, Field(ge=0, le=3)]

EXACT: Grade = 3
RELEVANT: Grade = 2
"""The least grade of a record that answers a query."""


class Query(BaseModel):
    """A query of one kind.

    `topic`: what many records may answer, each to a degree, in `judgements`: 3 answers it exactly, 2 is relevant, 1
    shares a part of the topic, 0 does not answer it. `known`: a thing that has a name or an id, whose record is to
    come first: one of `right`, or one that has the words of `right_where` in that field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: NonEmpty
    text: NonEmpty
    """As people type it."""
    language: NonEmpty
    """Language of the text; `und` for ids, acronyms and names of people."""
    kind: Kind
    set: Literal["open", "aside"] = "open"
    """`aside`: nobody looks at its results while the search is tuned."""
    intent: str | None = None
    """What is looked for, in English, for those who judge."""
    judgements: dict[str, Grade] = {}
    """Grades by harmony_id."""
    right: list[str] = []
    """Values of harmony_id."""
    right_where: dict[str, str] = {}
    """Words by field of a document."""

    @model_validator(mode="after")
    def _says_what_is_right(self) -> Query:
        if self.kind == "known" and not (self.right or self.right_where):
            raise ValueError("a known query needs right or right_where")
        if self.kind == "topic" and (self.right or self.right_where):
            raise ValueError("a topic query has judgements, and neither right nor right_where")
        return self

    @property
    def is_judged(self) -> bool:
        """Whether its results can be measured: a topic needs a record that answers it."""
        return self.kind == "known" or any(grade >= RELEVANT for grade in self.judgements.values())

    def names(self) -> frozenset[str]:
        """The harmony_id of each record that counts."""
        return frozenset([*self.right, *(name for name, grade in self.judgements.items() if grade)])

    def is_right(self, document: Mapping[str, Any]) -> bool:
        """Whether the document is one that a known query looks for."""
        return document["harmony_id"] in self.right or any(
            words.casefold() in value.casefold()
            for field, words in self.right_where.items()
            for value in _texts(document.get(field))
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    queries: list[Query]


def load_queries(files: Iterable[Path]) -> list[Query]:
    """The queries of some files, in order.

    Raises:
        UsageError: a file cannot be read, or is not one of queries; two queries have the same id.
    """
    found: dict[str, Query] = {}
    for file in files:
        for query in _queries(file):
            if query.id in found:
                raise UsageError(f"{file}: there are two queries with the id {query.id!r}: give each its own")
            found[query.id] = query
    return list(found.values())


def _queries(file: Path) -> list[Query]:
    keys = read_keys(file, "file of queries")
    try:
        return _File.model_validate(keys).queries
    except ValidationError as error:
        raise UsageError(f"{file}: {'; '.join(explain(error, _File))}") from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
