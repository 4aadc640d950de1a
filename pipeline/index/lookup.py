"""Reads live documents for comparison, as streams and in batches: never all of a catalogue at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.errors import DefectError, FailError
from pipeline.index.client import ask

PAGE = 2000
BATCH = 500
MOST = 10_000
"""Documents in one answer at most; Elasticsearch does not give more."""

COMPARED = [{"field": name} for name in ("uuid", "content_hash", "record_id")]


class Live(NamedTuple):
    """The fields of a live document that comparison needs."""

    uuid: str
    content_hash: str
    record_id: str


def all_documents(client: Elasticsearch, index: str, page: int = PAGE) -> Iterator[Live]:
    """All documents of an index in the order of their uuid, asked for a page at a time.

    The index does not change meanwhile (a generation that is live is closed for writing), so each page follows from the
    last uuid of the page before; there is nothing open that Elasticsearch could lose.
    """
    after: list[Any] | None = None
    while True:
        hits = _page(client, index, after, page)
        yield from map(_live, hits)
        if len(hits) < page:
            return
        after = hits[-1]["sort"]


def by_uuid(client: Elasticsearch, index: str, uuids: Iterable[str]) -> Iterator[Live]:
    """The documents with these ids, in no order; a missing one is left out."""
    yield from _by(client, index, "uuid", uuids)


def of_others(source: str, catalogue: str) -> dict[str, Any]:
    """The query for the documents of a source that other catalogues have."""
    return {"bool": {"filter": [{"term": {"source": source}}], "must_not": [{"term": {"catalogue": catalogue}}]}}


def any_match(client: Elasticsearch, alias: str, query: dict[str, Any]) -> bool:
    """Whether a live document matches a query."""
    return bool(ask(lambda: client.count(index=alias, query=query, ignore_unavailable=True))["count"])


def owners(client: Elasticsearch, alias: str, query: dict[str, Any], uuids: list[str]) -> dict[str, str]:
    """By uuid: the catalogue of each live document that matches a query and has one of these ids."""
    wanted = {"bool": {"filter": [query, {"terms": {"uuid": uuids}}]}}
    fields = [{"field": "uuid"}, {"field": "catalogue"}]
    hits = _hits(client, alias, wanted, fields, f"with one of {len(uuids)} ids")
    return {hit["fields"]["uuid"][0]: hit["fields"]["catalogue"][0] for hit in hits}


def by_record_id(client: Elasticsearch, index: str, record_ids: Iterable[str]) -> Iterator[Live]:
    """The documents with these record ids, in no order; a missing one is left out."""
    yield from _by(client, index, "record_id", record_ids)


def sources(client: Elasticsearch, index: str, uuids: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(uuid, complete document) of these ids."""
    for batch in batches(uuids, 100):
        for found in _documents(client, index, batch):
            if found.get("found"):
                yield found["_id"], found["_source"]


def batches(items: Iterable[str], size: int = BATCH) -> Iterator[list[str]]:
    """Lists of at most `size` items."""
    batch: list[str] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _page(client: Elasticsearch, index: str, after: list[Any] | None, size: int) -> list[dict[str, Any]]:
    return list(
        ask(
            lambda: client.search(
                index=index,
                size=size,
                sort=[{"uuid": "asc"}],
                search_after=after,
                source=False,
                docvalue_fields=COMPARED,
                track_total_hits=False,
            )
        )["hits"]["hits"]
    )


def _by(client: Elasticsearch, index: str, field: str, values: Iterable[str]) -> Iterator[Live]:
    for batch in batches(values):
        yield from _matching(client, index, field, batch)


def _matching(client: Elasticsearch, index: str, field: str, batch: list[str]) -> list[Live]:
    what = f"with one of {len(batch)} values of {field}"
    return [_live(hit) for hit in _hits(client, index, {"terms": {field: batch}}, COMPARED, what)]


def _hits(
    client: Elasticsearch, index: str, query: dict[str, Any], fields: list[dict[str, str]], what: str
) -> list[dict[str, Any]]:
    """All matches of a query in an index or alias."""
    answer = ask(
        lambda: client.search(
            index=index,
            query=query,
            size=MOST,
            source=False,
            docvalue_fields=fields,
            track_total_hits=False,
        )
    )
    hits: list[dict[str, Any]] = answer["hits"]["hits"]
    if len(hits) == MOST:
        raise DefectError(f"{index} has {MOST} documents or more {what}: ask for fewer")
    return hits


def _documents(client: Elasticsearch, index: str, batch: list[str]) -> list[dict[str, Any]]:
    return list(ask(lambda: client.mget(index=index, ids=batch))["docs"])


def _live(hit: dict[str, Any]) -> Live:
    """The fields of a hit.

    Raises:
        FailError: something else than the pipeline wrote the document: it lacks one of them, or has another id.
    """
    values = [*(hit.get("fields", {}).get(item["field"], [None])[0] for item in COMPARED)]
    if None in values or values[0] != hit["_id"]:
        raise FailError(
            f"{hit['_index']} has a document {hit['_id']} that study-index did not write: delete it there, with the "
            "setting index.blocks.write off, or go back with study-index rollback. What is live is untouched."
        )
    return Live(*values)
