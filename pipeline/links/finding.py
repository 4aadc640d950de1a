"""Finds documents of all live catalogues by the keys that link them: a page at a time, by columns of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.index.lookup import NOTHING_STORED, batches, in_order
from pipeline.links.members import FIELDS, Member

PAGE = 1000
"""Documents in one answer."""

MOST_TERMS = 20_000
"""Values that one request looks up."""

MOST_OF_KEY = 200
"""Documents that one key identifies at most: a key that more have is a placeholder, and no identity."""


def all_members(client: Elasticsearch, index: str = ALIAS) -> Iterator[list[Member]]:
    """Pages of the documents of an index, by default of all live ones, in the order of their uuid."""
    yield from _pages(client, index, {"match_all": {}})


def having(client: Elasticsearch, field: str, values: Iterable[str], index: str = ALIAS) -> Iterator[list[Member]]:
    """Pages of the documents that have one of these values in a field; one may come several times."""
    for batch in batches(values, MOST_TERMS):
        yield from _pages(client, index, {"terms": {field: batch}})


def counted(client: Elasticsearch, field: str, values: Iterable[str]) -> dict[str, int]:
    """By value: how many live documents have it in a field; without values that none has."""
    found: dict[str, int] = {}
    for batch in batches(values, MOST_TERMS):
        aggregation = {"terms": {"field": field, "include": batch, "size": len(batch), "execution_hint": "map"}}
        answer = ask(
            lambda batch=batch, aggregation=aggregation: client.search(  # type: ignore[misc]
                index=ALIAS,
                query={"terms": {field: batch}},
                size=0,
                track_total_hits=False,
                aggregations={"counts": aggregation},
                ignore_unavailable=True,
            )
        )
        buckets = answer.get("aggregations", {}).get("counts", {}).get("buckets", [])
        found.update((bucket["key"], bucket["doc_count"]) for bucket in buckets)
    return found


def holders(client: Elasticsearch, field: str, keys: Collection[str]) -> Mapping[str, list[Member]]:
    """By key: the live documents that have it in a field; without keys that more have than a key identifies."""
    usable = [key for key, number in counted(client, field, keys).items() if number <= MOST_OF_KEY]
    found: dict[str, list[Member]] = {key: [] for key in usable}
    for page in having(client, field, usable):
        for member in page:
            for key in getattr(member, field):
                if key in found:
                    found[key].append(member)
    return found


def _pages(client: Elasticsearch, index: str, query: dict[str, Any]) -> Iterator[list[Member]]:
    for hits in in_order(client, index, PAGE, query, FIELDS, stored_fields=NOTHING_STORED):
        if found := [member for hit in hits if (member := Member.of_hit(hit))]:
            yield found
