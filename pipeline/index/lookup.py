"""Reads live documents for comparison, as streams and in batches: never all of a catalogue at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.errors import DefectError, FailError
from pipeline.index.client import ask

PAGE = 2000
BATCH = 500
MOST = 10_000
"""Documents in one answer at most; Elasticsearch does not give more."""

MOST_VALUES = 2000
"""Values that are looked up in one request at most: several documents may have one, and `MOST` is a limit."""

LONGEST_BYTES = 32_766
"""UTF-8 bytes of a value that Lucene indexes at most; a document with a longer one is refused, so none is live."""
LONGEST = LONGEST_BYTES // 4
"""Characters that are no more than these bytes, whatever they are."""

COMPARED = ("uuid", "content_hash", "record_id", "raw_digest")
"""The fields of `Live`."""


class Live(NamedTuple):
    """The fields of a live document that comparison needs."""

    uuid: str
    content_hash: str
    record_id: str
    raw_digest: str | None = None


def all_documents(client: Elasticsearch, index: str, page: int = PAGE) -> Iterator[Live]:
    """All documents of an index in the order of their uuid, asked for a page at a time.

    The index does not change meanwhile (a generation that is live is closed for writing), so each page follows from the
    last uuid of the page before; there is nothing open that Elasticsearch could lose.
    """
    return map(_live, _in_order(client, index, page))


def by_uuid(client: Elasticsearch, index: str, uuids: Iterable[str]) -> Iterator[Live]:
    """The documents with these ids, in no order; a missing one is left out."""
    yield from _by(client, index, "uuid", uuids)


def ongoing_until_before(client: Elasticsearch, index: str, year: int, page: int = PAGE) -> Iterator[str]:
    """uuids, in their order, of the documents of ongoing studies whose covered years all lie before a year.

    Without a known start, those are meant whose only year is that of an earlier harvest.
    """
    query = {
        "bool": {
            "filter": [{"term": {"ongoing": True}}, {"exists": {"field": "years"}}],
            "must_not": [{"range": {"years": {"gte": year}}}],
        }
    }
    for hit in _in_order(client, index, page, query, ("start_year", "years")):
        if "start_year" in hit["fields"] or len(hit["fields"]["years"]) == 1:
            yield str(hit["_id"])


def of_others(source: str, catalogue: str) -> dict[str, Any]:
    """The query for the documents of a source that other catalogues have."""
    return {"bool": {"filter": [{"term": {"source": source}}], "must_not": [{"term": {"catalogue": catalogue}}]}}


def any_match(client: Elasticsearch, alias: str, query: dict[str, Any]) -> bool:
    """Whether a live document matches a query."""
    return bool(ask(lambda: client.count(index=alias, query=query, ignore_unavailable=True))["count"])


def owners(client: Elasticsearch, alias: str, query: dict[str, Any], uuids: list[str]) -> dict[str, str]:
    """By uuid: the catalogue of each live document that matches a query and has one of these ids."""
    wanted = {"bool": {"filter": [query, {"terms": {"uuid": uuids}}]}}
    hits = _hits(client, alias, wanted, _asked(("uuid", "catalogue")), f"with one of {len(uuids)} ids")
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


def _in_order(
    client: Elasticsearch,
    index: str,
    page: int,
    query: dict[str, Any] | None = None,
    fields: tuple[str, ...] = COMPARED,
) -> Iterator[dict[str, Any]]:
    """The hits of a query, by default all documents, in the order of their uuid, with these fields."""
    after: list[Any] | None = None
    while True:
        search = partial(
            client.search,
            index=index,
            query=query,
            size=page,
            sort=[{"uuid": "asc"}],
            search_after=after,
            source=False,
            docvalue_fields=_asked(fields),
            track_total_hits=False,
        )
        hits = ask(search)["hits"]["hits"]
        yield from hits
        if len(hits) < page:
            return
        after = hits[-1]["sort"]


def _by(client: Elasticsearch, index: str, field: str, values: Iterable[str]) -> Iterator[Live]:
    possible = (value for value in values if len(value) <= LONGEST or len(value.encode()) <= LONGEST_BYTES)
    for batch in batches(possible, MOST_VALUES):
        yield from _matching(client, index, field, batch)


def _matching(client: Elasticsearch, index: str, field: str, batch: list[str]) -> list[Live]:
    what = f"with one of {len(batch)} values of {field}"
    return [_live(hit) for hit in _hits(client, index, {"terms": {field: batch}}, _asked(COMPARED), what)]


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


def _asked(fields: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"field": name} for name in fields]


def _documents(client: Elasticsearch, index: str, batch: list[str]) -> list[dict[str, Any]]:
    return list(ask(lambda: client.mget(index=index, ids=batch))["docs"])


def _live(hit: dict[str, Any]) -> Live:
    """The fields of a hit.

    Raises:
        FailError: something else than the pipeline wrote the document: it lacks one of them, or has another id.
    """
    values = [*(hit.get("fields", {}).get(name, [None])[0] for name in COMPARED)]
    if None in values[:3] or values[0] != hit["_id"]:
        raise FailError(
            f"{hit['_index']} has a document {hit['_id']} that study-index did not write: delete it there, with the "
            "setting index.blocks.write off, or go back with study-index rollback. What is live is untouched."
        )
    return Live(*values)
