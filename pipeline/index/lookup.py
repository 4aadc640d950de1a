"""Reads live documents for comparison, as streams and in batches: never all of a catalogue at once.

Elasticsearch gives the fields of a hit from columns. The id of a hit is stored beside the document, which takes several
times as long to read, so it is not asked for: that each id is the uuid of its document is found by counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from elasticsearch import Elasticsearch

from pipeline.errors import DefectError, FailError
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.document import VECTOR_FIELDS

T = TypeVar("T")

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

NOTHING_STORED = "_none_"
"""Value of `stored_fields` with which hits have the asked fields alone, and no id."""

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
    for hits in in_order(client, index, page, stored_fields=NOTHING_STORED):
        found = [live for hit in hits if (live := _live(hit))]
        yield from found
        if len(found) < len(hits) or not _have_their_ids(client, index, found):
            _refuse_foreign(chain.from_iterable(in_order(client, index, page)))


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
    for hit in chain.from_iterable(in_order(client, index, page, query, ("start_year", "years"))):
        if "start_year" in hit["fields"] or len(hit["fields"]["years"]) == 1:
            yield str(hit["_id"])


def _of_other_model(model: str) -> dict[str, Any]:
    """The query for documents that have no vector of a model."""
    return {"bool": {"must_not": [{"term": {"vector_model": model}}]}}


def without_vector(client: Elasticsearch, index: str, model: str) -> int:
    """Number of documents that have no vector of a model, and need one."""
    return int(ask(lambda: client.count(index=index, query=_of_other_model(model)))["count"])


def to_embed(
    client: Elasticsearch, index: str, model: str, fields: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(uuid, these fields) of the documents that have no vector of a model, in the order of their uuid.

    They may get theirs meanwhile.
    """
    pages = in_order(client, index, BATCH, _of_other_model(model), ("uuid",), source=list(fields))
    for hit in chain.from_iterable(pages):
        yield hit["_id"], hit["_source"]


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
    """(uuid, document) of these ids, complete but for its vector, which `with_vectors` has as well."""
    for batch in batches(uuids, 100):
        for found in _documents(client, index, batch):
            if found.get("found"):
                yield found["_id"], found["_source"]


def with_vectors(client: Elasticsearch, index: str, uuids: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(uuid, document) of these ids, complete with its vector: for documents that are written anew as they are.

    All versions of Elasticsearch give the vector among the fields of a hit, only some in the document itself.
    """
    for batch in batches(uuids, 100):
        search = partial(
            client.search,
            index=index,
            query={"ids": {"values": batch}},
            size=len(batch),
            source={"excludes": ["vector"]},
            fields=[{"field": "vector"}],
            track_total_hits=False,
        )
        for hit in ask(search)["hits"]["hits"]:
            vector = {"vector": found} if (found := hit.get("fields", {}).get("vector")) else {}
            yield hit["_id"], hit["_source"] | vector


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of at most `size` items."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def in_order(  # noqa: PLR0917 - one argument for each part of the request
    client: Elasticsearch,
    index: str,
    page: int,
    query: dict[str, Any] | None = None,
    fields: tuple[str, ...] = COMPARED,
    stored_fields: str | None = None,
    source: list[str] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Pages of the hits of a query, by default all documents, in the order of their uuid, with these fields.

    `source` names fields of the documents themselves. Of an alias that nothing has, there are none.
    """
    after: list[Any] | None = None
    while True:
        search = partial(
            client.search,
            index=index,
            query=query,
            size=page,
            sort=[{"uuid": "asc"}],
            search_after=after,
            source={"includes": source} if source else False,
            stored_fields=stored_fields,
            docvalue_fields=_asked(fields),
            track_total_hits=False,
            ignore_unavailable=index == ALIAS,
        )
        hits: list[dict[str, Any]] = ask(search)["hits"]["hits"]
        yield hits
        if len(hits) < page:
            return
        after = hits[-1]["sort"]


def _by(client: Elasticsearch, index: str, field: str, values: Iterable[str]) -> Iterator[Live]:
    possible = (value for value in values if len(value) <= LONGEST or len(value.encode()) <= LONGEST_BYTES)
    for batch in batches(possible, MOST_VALUES):
        yield from _matching(client, index, field, batch)


def _matching(client: Elasticsearch, index: str, field: str, batch: list[str]) -> list[Live]:
    what = f"with one of {len(batch)} values of {field}"
    query = {"terms": {field: batch}}
    hits = _hits(client, index, query, _asked(COMPARED), what)
    found = [live for hit in hits if (live := _live(hit))]
    if len(found) < len(hits) or not _have_their_ids(client, index, found):
        _refuse_foreign(_hits(client, index, query, _asked(COMPARED), what, stored_fields=None))
    return found


def _hits(  # noqa: PLR0917 - one argument for each part of the request
    client: Elasticsearch,
    index: str,
    query: dict[str, Any],
    fields: list[dict[str, str]],
    what: str,
    stored_fields: str | None = NOTHING_STORED,
) -> list[dict[str, Any]]:
    """All matches of a query in an index or alias; without ids, unless `stored_fields` is None."""
    answer = ask(
        lambda: client.search(
            index=index,
            query=query,
            size=MOST,
            source=False,
            stored_fields=stored_fields,
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
    return list(ask(lambda: client.mget(index=index, ids=batch, source_excludes=VECTOR_FIELDS))["docs"])


def _live(hit: dict[str, Any]) -> Live | None:
    """The fields of a hit; None where it lacks one that each document has."""
    fields = hit.get("fields", {})
    try:
        digest = fields.get("raw_digest")
        return Live(fields["uuid"][0], fields["content_hash"][0], fields["record_id"][0], digest[0] if digest else None)
    except KeyError:
        return None


def _have_their_ids(client: Elasticsearch, index: str, found: Sequence[Live]) -> bool:
    """Whether as many documents have one of these uuids as their id: then each of them has its own."""
    if not found:
        return True
    ids = {"ids": {"values": [each.uuid for each in found]}}
    return bool(ask(lambda: client.count(index=index, query=ids))["count"] == len(found))


def _refuse_foreign(hits: Iterable[dict[str, Any]]) -> None:
    """Refuse a document that something else than the pipeline wrote: it lacks a field, or has another id than its uuid.

    Raises:
        FailError: there is one.
    """
    for hit in hits:
        live = _live(hit)
        if live is None or live.uuid != hit["_id"]:
            raise FailError(
                f"{hit['_index']} has a document {hit['_id']} that study-index did not write: delete it there, with "
                "the setting index.blocks.write off, or go back with study-index rollback. What is live is untouched."
            )
