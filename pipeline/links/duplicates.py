"""Documents that may be of one work, by title and years, and that nothing states to be: a report for a person."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.index.lookup import batches

PAGE = 5000
"""Titles in one answer."""

MOST_OF_TITLE = 20
"""Documents of one title at most; a title that more have says nothing about them."""

TITLES = 200
"""Titles whose documents are looked at together."""

_FIELDS = (
    "harmony_id", "name", "catalogue", "work_id", "start_year", "end_year", "identity_keys", "part_of", "has_part",
)  # fmt: skip


class Pair(NamedTuple):
    """Two documents that may be of one work."""

    first: str
    second: str
    name: str
    years: tuple[str, str]
    """The period of each, empty where it is not known."""


def duplicates(client: Elasticsearch, catalogue: str | None = None) -> Iterator[Pair]:
    """Pairs of documents with a title in common whose years overlap, or are not known, and that are not joined.

    A part and its whole are no pair. With a catalogue, one of the two is of it. Memory is that of some titles.
    """
    for titles in batches(_shared_titles(client), TITLES):
        by_title: dict[str, list[dict[str, Any]]] = {title: [] for title in titles}
        for document in _documents(client, titles):
            for key in by_title.keys() & {*document["identity_keys"]}:
                by_title[key].append(document)
        for title, documents in by_title.items():
            for one, other in combinations(sorted(documents, key=lambda each: each["harmony_id"]), 2):
                if catalogue in {None, one["catalogue"], other["catalogue"]} and _is_pair(title, one, other):
                    yield Pair(one["harmony_id"], other["harmony_id"], one["name"], (_years(one), _years(other)))


def _shared_titles(client: Elasticsearch) -> Iterator[str]:
    """The keys of names that several documents have."""
    after = "name:"
    while True:
        source = {"key": {"terms": {"field": "identity_keys"}}}
        pages = {"composite": {"size": PAGE, "sources": [source], "after": {"key": after}}}
        answer = ask(
            lambda pages=pages: client.search(  # type: ignore[misc]
                index=ALIAS, size=0, track_total_hits=False, aggregations={"keys": pages}, ignore_unavailable=True
            )
        )
        buckets = answer.get("aggregations", {}).get("keys", {}).get("buckets", [])
        for bucket in buckets:
            after = bucket["key"]["key"]
            if not after.startswith("name:"):
                return
            if 1 < bucket["doc_count"] <= MOST_OF_TITLE:
                yield after
        if len(buckets) < PAGE:
            return


def _documents(client: Elasticsearch, titles: list[str]) -> list[dict[str, Any]]:
    query = {
        "bool": {
            "filter": [{"terms": {"identity_keys": titles}}],
            "must_not": [{"exists": {"field": "replaced_by"}}, {"term": {"resource_type": "variable"}}],
        }
    }
    answer = ask(lambda: client.search(index=ALIAS, query=query, size=TITLES * MOST_OF_TITLE, source_includes=_FIELDS))
    return [hit["_source"] for hit in answer["hits"]["hits"]]


def _is_pair(title: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
    keys = {*one["identity_keys"]} & {*other["identity_keys"]}
    return (
        one["work_id"] != other["work_id"]
        and title == min(key for key in keys if key.startswith("name:"))  # each pair once
        and not _is_part(one, other)
        and not _is_part(other, one)
        and _overlap(one, other)
    )


def _is_part(part: dict[str, Any], whole: dict[str, Any]) -> bool:
    return bool(
        {*part.get("part_of", ())} & {*whole["identity_keys"]}
        or {*whole.get("has_part", ())} & {*part["identity_keys"]}
    )


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether the years of both overlap, or those of one are not known. Where one end is missing, the other counts."""
    spans = []
    for document in (one, other):
        known = [document[name] for name in ("start_year", "end_year") if name in document]
        if not known:
            return True
        spans.append((min(known), max(known)))
    (first, last), (others_first, others_last) = spans
    return bool(first <= others_last and others_first <= last)


def _years(document: dict[str, Any]) -> str:
    start, end = (str(document.get(name, "")) for name in ("start_year", "end_year"))
    return f"{start}–{end}" if start or end else ""
