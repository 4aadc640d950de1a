"""Documents by their identifiers: those that are looked up, parents and ancestors of hits, and variables of a study."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.identity import bare_doi
from pipeline.search.question import SORTS
from pipeline.search.text import text_clause

Document = dict[str, Any]

NEVER_SHOWN = ("vector", "vector_of", "vector_model", "raw_digest")
"""Fields that help the pipeline alone."""

HEAVY = (*NEVER_SHOWN, "evidence", "translations")
"""Fields that a document has no need of where it is only named beside another."""

MOST_RELATIVES = 200
"""Parents and ancestors of the hits of one answer."""


def lookup(client: Elasticsearch, field: str, values: Sequence[str]) -> list[Document]:
    """The live documents with these values of a field, in the order of the values, current ones before superseded."""
    wanted = [bare_doi(value) or value for value in values] if field == "dois" else list(values)
    found = _search(client, {"terms": {field: wanted}}, size=len(wanted) * 2, excluded=NEVER_SHOWN)
    found.sort(key=lambda document: "replaced_by" in document)
    of_value: dict[str, Document] = {}
    for document in found:
        for value in _as_list(document[field]):
            of_value.setdefault(value, document)
    return list({of_value[value]["uuid"]: of_value[value] for value in wanted if value in of_value}.values())


def relatives(client: Elasticsearch, documents: Iterable[Document]) -> dict[str, Document]:
    """Parents and ancestors that are live, by harmony_id."""
    named = dict.fromkeys(
        identifier
        for document in documents
        for identifier in (*_as_list(document.get("parent", [])), *document.get("ancestors", []))
    )
    if not named:
        return {}
    wanted = list(named)[:MOST_RELATIVES]
    found = _search(client, {"terms": {"harmony_id": wanted}}, size=MOST_RELATIVES, excluded=HEAVY)
    return {document["harmony_id"]: document for document in found}


def variables(
    client: Elasticsearch, of: str | None, text: str | None, *, size: int, offset: int
) -> tuple[int, list[Document]]:
    """How many variables belong to the study or dataset with this harmony_id, and some of them.

    With a text, only those that have its words, the best first; else they are sorted by name.
    """
    filters: list[dict[str, Any]] = [{"term": {"resource_type": "variable"}}]
    if of is not None:
        belongs = [{"term": {"parent": of}}, {"term": {"ancestors": of}}]
        filters.append({"bool": {"should": belongs, "minimum_should_match": 1}})
    order: list[Any] = [{"_score": "desc"}] if text else SORTS["name"][:1]
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={"bool": {"filter": filters, "must": [text_clause(text)] if text else []}},
            sort=[*order, {"uuid": "asc"}],
            size=size,
            from_=offset,
            track_total_hits=True,
            source_excludes=list(HEAVY),
        )
    )
    return answer["hits"]["total"]["value"], [hit["_source"] for hit in answer["hits"]["hits"]]


def _search(client: Elasticsearch, query: dict[str, Any], *, size: int, excluded: Sequence[str]) -> list[Document]:
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={"bool": {"filter": [query]}},
            size=size,
            sort=[{"uuid": "asc"}],
            track_total_hits=False,
            source_excludes=list(excluded),
            ignore_unavailable=True,
        )
    )
    return [hit["_source"] for hit in answer["hits"]["hits"]]


def _as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
