"""The shape of answers: that of Harmony's API, with a few keys more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline.index.harmony_view import as_harmony
from pipeline.model.facet_kinds import Range, Since
from pipeline.model.facets import FACETS, OTHERS, Counted
from pipeline.model.identity import uuid_of
from pipeline.model.labels import label
from pipeline.search.facet_counts import COUNTED
from pipeline.search.facets_on_request import ON_REQUEST
from pipeline.search.question import Answer, Match
from pipeline.serve.documents import NEVER_SHOWN, Document
from pipeline.serve.parameters import ROWS, range_parameters

VARIABLE_FIELDS = ("name", "description", "uuid", "harmony_id", "source", "keywords", "parent")

OTHER = "other"
"""In counts of names, of which there is no end: those of all values that are not listed."""


class Result(BaseModel):
    """A study, dataset, source or variable."""

    model_config = ConfigDict(extra="allow")

    dataset_schema: dict[str, Any] = Field(description="schema.org's Dataset.")
    extra_data: dict[str, Any] = Field(description="Facets and identifiers, under Harmony's names.")
    score: float | None = Field(description="How well it matches; null where there was no text.")
    distance: float | None = Field(description="1 minus cosine_similarity; null where no vectors were compared.")
    cosine_similarity: float | None = Field(description="Of text and document; null where no vectors were compared.")
    match_type: list[str] = Field(description="What matched: `study`, `variable` or both.")
    parent: dict[str, Any] = Field(description="What it is a part of, in the same shape; empty where it is of none.")
    ancestors: list[dict[str, Any]] = Field(description="All that it is a part of, the topmost first.")
    child_datasets: list[dict[str, Any]] = Field(description="Its parts.")
    variables_which_matched: list[dict[str, Any]] = Field(description="Its variables that have words of the text.")
    match: dict[str, Any] | None = Field(None, description="How it matched: kind, and words in their context.")
    document: dict[str, Any] | None = Field(None, description="The document as the index has it, if asked for.")


class Results(BaseModel):
    """The answer to a search or a look-up."""

    model_config = ConfigDict(extra="allow")

    num_hits: int = Field(description="How many results there are: works, of which each is listed once.")
    results: list[Result]
    aggregations: dict[str, dict[str, Any]] = Field(description="Number of documents by value, by facet.")
    next: str | None = Field(None, description="What the request for the next page has as `after`.")


class Problem(BaseModel):
    """Why there is no answer."""

    detail: str


def result(document: Document, known: Mapping[str, Document] | None = None, *, whole: bool = False) -> dict[str, Any]:
    """A document as a result; `known` are documents of parents and ancestors by harmony_id.

    What was read from Harmony has its own values. With `whole`, the document itself goes with it.
    """
    item: dict[str, Any] = dict(as_harmony(document)["study"])
    item.setdefault("child_datasets", [])
    item["distance"] = item["score"] = item["cosine_similarity"] = None
    item["match_type"] = ["variable" if document["resource_type"] == "variable" else "study"]
    item["variables_which_matched"] = []
    if "parent" in document:
        item["parent"] = _named(document["parent"], known)
    if "ancestors" in document:
        # the index has the nearest first
        item["ancestors"] = [_named(identifier, known) for identifier in reversed(document["ancestors"])]
    if whole:
        item["document"] = {name: value for name, value in document.items() if name not in NEVER_SHOWN}
    return item


def found(
    document: Document, match: Match | None, known: Mapping[str, Document], *, whole: bool = False
) -> dict[str, Any]:
    """A hit: the document, and what the search knows of it where there was a text."""
    item = result(document, known, whole=whole)
    if match is None:
        return item
    item["score"] = match.score
    if match.cosine is not None:
        item |= {"cosine_similarity": match.cosine, "distance": 1 - match.cosine}
    if match.variables:
        item["variables_which_matched"] = [variable(each) for each in match.variables]
        item["match_type"] = list(dict.fromkeys([*item["match_type"], "variable"]))
    item["match"] = {"type": match.match_type, "highlights": match.highlights}
    return item


def looked_up(
    document: Document, known: Mapping[str, Document], parts: Iterable[Document], *, whole: bool
) -> dict[str, Any]:
    """A document that was asked for by name: no text was compared, so Harmony's zeros stand for its scores."""
    item = result(document, known, whole=whole) | {"distance": 0, "score": 0}
    below = [as_harmony(part)["study"] for part in parts]
    listed = [{key: part[key] for key in ("dataset_schema", "extra_data")} for part in below]
    return item | ({"child_datasets": listed} if listed else {})


def variable(document: Mapping[str, Any]) -> dict[str, Any]:
    """A variable as a study lists it."""
    known = {**document, "uuid": uuid_of(document["harmony_id"])}
    return {name: known[name] for name in VARIABLE_FIELDS if name in known}


def aggregations(answer: Answer) -> dict[str, dict[str, int]]:
    """Number of documents by value, by field."""
    return {
        name: {value: number for value, number in counts.items() if value != OTHER}
        for name, counts in answer.facets.items()
    }


def counted(answer: Answer) -> dict[str, Any]:
    """What stands beside the counts: of values that are not listed, of documents without one, and labels."""
    return {
        "others": {name: counts[OTHER] for name, counts in answer.facets.items() if counts.get(OTHER)},
        "unknown": answer.unknown,
        "labels": {name: _labels(name, counts) for name, counts in answer.facets.items() if name in VOCABULARIES},
    }


def fields() -> list[dict[str, Any]]:
    """The facets, in the order in which people look at them: name, label, and the parameters that filter by them."""
    return [_described(row) for row in (*FACETS, *OTHERS) if row.name in COUNTED or row.name in ROWS]


VOCABULARIES = frozenset(facet.name for facet in FACETS if facet.vocabulary)


def _described(row: Counted) -> dict[str, Any]:
    kind = "range" if isinstance(row.option, Range) else "since" if isinstance(row.option, Since) else "values"
    parameters = list(range_parameters(row)) if kind == "range" else [row.name] if row.name in ROWS else []
    return {
        "name": row.name,
        "label": row.option.name.replace("-", " ").capitalize() if isinstance(row.option, Range) else row.label,
        "kind": kind,
        "parameters": parameters,
        "counted": "always" if row.name in COUNTED else "on request" if row.name in ON_REQUEST else "never",
    }


def _labels(name: str, values: Iterable[str]) -> dict[str, str]:
    return {value: found for value in values if value != OTHER and (found := label(name, value))}


def _named(identifier: str, known: Mapping[str, Document] | None) -> dict[str, Any]:
    """A document that another is a part of; only its id where it is not live."""
    document = (known or {}).get(identifier)
    if document is None:
        return {"harmony_id": identifier, "dataset_schema": {}, "extra_data": {"harmony_id": identifier}}
    item = as_harmony(document)["study"]
    return {"harmony_id": identifier, "dataset_schema": item["dataset_schema"], "extra_data": item["extra_data"]}
