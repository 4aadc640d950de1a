"""Search: hits, facet counts, and single documents.

Counts and hits are asked for in one request of several searches, which Elasticsearch works on at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index import facet_counts
from pipeline.index.client import ask, once
from pipeline.index.facet_counts import COUNTED, MANY_INDICES, RANGES, Counts, Selection
from pipeline.index.generations import ALIAS
from pipeline.model.facets import Range
from pipeline.model.identity import bare_doi

__all__ = ["COUNTED", "RANGES", "SORTS", "TEXT_FIELDS", "Answer", "Question", "search", "selection_of", "show"]

COUNTED_ONE_BY_ONE = 10_000
"""The number of works is exact for this many documents or fewer."""

EVERY_SHARD = 100_000
"""Shards up to which each is searched without being asked first whether anything may match there."""

SPARE_HITS = 5
"""Hits that are asked for beside those that are wanted, as some are of a work that is listed already."""

TEXT_FIELDS = [
    "name^4",
    "name.english^2",
    "keywords^2",
    "keywords.english",
    "description",
    "description.english",
    "translations.*.name^2",
    "translations.*.keywords",
    "translations.*.description",
    "population",
    "geographic_coverage",
]

SORTS: dict[str, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, {"uuid": "asc"}],
    "name": [{"name.sort": "asc"}, {"uuid": "asc"}],
    # by the years covered, so that an ongoing study is among the newest
    "newest": [{"years": {"order": "desc", "mode": "max", "missing": "_last"}}, {"uuid": "asc"}],
    "oldest": [{"years": {"order": "asc", "mode": "min", "missing": "_last"}}, {"uuid": "asc"}],
}


Bounds = tuple[int | None, int | None]


@dataclass(frozen=True)
class Question:
    """What is searched for.

    By field, `filters` holds values of which a document has to have any, and `ranges` first and last value, both
    included, None where that end is open. `or_unknown` names fields whose filter also matches documents without
    them. A range of two fields (ages) goes by the field in whose row it is (`age_lower`).
    """

    text: str | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    or_unknown: tuple[str, ...] = ()
    sort: str = "relevance"
    size: int = 10


@dataclass(frozen=True)
class Answer:
    """What a search found.

    `total` and the counts are numbers of documents, `works` one of works; it is an estimate where not `works_exact`.
    `hits` are documents. By facet, `facets` has the number of documents by value, `unknown` of those without a value.
    """

    total: int
    works: int
    works_exact: bool
    hits: list[dict[str, Any]]
    facets: dict[str, dict[str, int]]
    unknown: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The answer with the keys of `search --json`."""
        return vars(self).copy()


def search(client: Elasticsearch, question: Question) -> Answer:
    """The documents that a question asks for, and counts by facet.

    Documents that are variables count only where the type is asked for, superseded versions never. Hits collapse on
    work_id; total and facets count documents.

    Raises:
        UsageError: nothing is indexed yet.
    """
    selection = selection_of(question)
    found = ask(lambda: _found(client, question, selection))
    counts = found.counts
    exact = counts.total <= COUNTED_ONE_BY_ONE
    return Answer(
        total=counts.total,
        works=_works(client, selection) if exact else counts.about_works,
        works_exact=exact,
        hits=_hits(client, question, found),
        facets=counts.facets,
        unknown=counts.unknown,
    )


class _Found(NamedTuple):
    """What Elasticsearch answered: hits, by what request, and counts."""

    request: dict[str, Any]
    hits: list[dict[str, Any]]
    counts: Counts


def _found(client: Elasticsearch, question: Question, selection: Selection) -> _Found:
    """Hits and counts, asked for one time.

    Raises:
        RetryError: they are not of the same documents.
    """
    indices = _indices(client)
    request = _hits_request(question, selection, indices)
    counting = facet_counts.requests(selection, indices=indices)
    if indices < MANY_INDICES:
        hits, *counted = _together(client, [request, *counting])
    else:
        hits, *_ = counted = _together(client, [_with_hits(counting[0], request, selection), *counting[1:]])
    if not facet_counts.of_one_state(counted):
        raise RetryError("What is live changed while it was searched.")
    counts = facet_counts.read(selection, counted, indices=indices)
    return _Found(request, hits["hits"]["hits"], counts)


def _with_hits(counting: dict[str, Any], request: dict[str, Any], selection: Selection) -> dict[str, Any]:
    """The body of one search that counts and finds the hits: of many indices, each search takes its time."""
    return (
        request | counting | {"size": request["size"], "post_filter": {"bool": {"filter": selection.filters_but(None)}}}
    )


def _indices(client: Elasticsearch) -> int:
    """How many indices are searched.

    Raises:
        UsageError: none.
    """
    try:
        answer = once(lambda: client.field_caps(index=ALIAS, fields="uuid", filter_path="indices"))
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise UsageError("Nothing is indexed yet: run a catalogue first (study-index run NAME)") from error
        raise
    return len(answer["indices"])


def _together(client: Elasticsearch, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to several searches, made at the same time.

    Elasticsearch does not ask each shard first whether anything may match there: with many, that takes long.
    """
    searches = [part for body in bodies for part in ({"index": ALIAS}, body)]
    found: list[dict[str, Any]] = once(lambda: client.msearch(searches=searches, pre_filter_shard_size=EVERY_SHARD))[
        "responses"
    ]
    return found


def _hits_request(question: Question, selection: Selection, indices: int) -> dict[str, Any]:
    """The body of the search for hits.

    Without a text all scores are the same. Of a large index, sorting by uuid alone leads to the first documents without
    a look at the others; of each of many small ones, the search for these takes longer than to look at all.
    """
    by_uuid = question.sort == "relevance" and not question.text and indices < MANY_INDICES
    return {
        "query": selection.query(),
        "sort": SORTS[question.sort][1:] if by_uuid else SORTS[question.sort],
        "size": question.size + SPARE_HITS if question.size else 0,
        "track_total_hits": False,
    }


def _hits(client: Elasticsearch, question: Question, found: _Found) -> list[dict[str, Any]]:
    """The first document of each work.

    To let Elasticsearch find these takes long, as it looks at every document. So it is done only where too few of the
    hits that were found are of different works.
    """
    first = list({hit["_source"]["work_id"]: hit["_source"] for hit in reversed(found.hits)}.values())[::-1]
    if len(first) < question.size and len(found.hits) >= question.size + SPARE_HITS:
        request = found.request | {"collapse": {"field": "work_id"}}
        (answer,) = ask(lambda: _together(client, [request]))
        first = [hit["_source"] for hit in answer["hits"]["hits"]]
    return first[: question.size]


def _works(client: Elasticsearch, selection: Selection) -> int:
    """The exact number of works of a few documents; Elasticsearch's `cardinality` is an estimate at any number."""
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query=selection.query(),
            size=0,
            track_total_hits=False,
            aggs={
                "works": {"terms": {"field": "work_id", "size": COUNTED_ONE_BY_ONE, "execution_hint": "map"}},
                "count": {"stats_bucket": {"buckets_path": "works._count"}},
            },
            filter_path="_shards,timed_out,terminated_early,aggregations.count.count",
        )
    )
    return int(answer["aggregations"]["count"]["count"])


ID_FIELDS = ("uuid", "harmony_id", "dois", "record_id", "slug", "same_as", "work_id")
"""Fields by which a document is found, the most specific first."""


def show(client: Elasticsearch, identifier: str) -> dict[str, Any]:
    """The live document with this uuid, harmony_id, DOI (in any spelling), record id, slug, same_as or work_id.

    Where several documents match, the one that matches by the most specific field; of those, one that is not
    superseded.

    Raises:
        UsageError: there is none.
    """
    words = identifier.strip()
    queries = [_named(name, words, rank) for rank, name in enumerate(reversed(ID_FIELDS), start=1)]
    if doi := bare_doi(unquote(words)):
        queries.append(_named("dois", doi, len(ID_FIELDS) - ID_FIELDS.index("dois")))
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={
                "boosting": {
                    "positive": {"dis_max": {"queries": queries}},
                    "negative": {"exists": {"field": "replaced_by"}},
                    "negative_boost": 0.9,
                }
            },
            size=1,
            sort=[{"_score": "desc"}, {"uuid": "asc"}],
            ignore_unavailable=True,
        )
    )
    hits = answer["hits"]["hits"]
    if not hits:
        raise UsageError(
            f"There is no document {identifier!r}: give its uuid, harmony_id (source/local id), DOI or slug; "
            "study-index search finds documents by words"
        )
    document: dict[str, Any] = hits[0]["_source"]
    return document


def _named(field_name: str, words: str, rank: int) -> dict[str, Any]:
    return {"constant_score": {"filter": {"term": {field_name: words}}, "boost": rank}}


def selection_of(question: Question) -> Selection:
    """The text and the filters, without superseded versions, and without variables unless they are asked for."""
    never: list[dict[str, Any]] = [{"exists": {"field": "replaced_by"}}]
    if "variable" not in question.filters.get("resource_type", []):
        never.append({"term": {"resource_type": "variable"}})
    return Selection([_text(question.text)] if question.text else [], never, _clauses(question))


def _text(text: str) -> dict[str, Any]:
    return {"simple_query_string": {"query": text, "fields": TEXT_FIELDS, "default_operator": "and", "lenient": True}}


def _clauses(question: Question) -> dict[str, dict[str, Any]]:
    """One filter for each field that is asked for."""
    clauses: dict[str, dict[str, Any]] = {name: {"terms": {name: values}} for name, values in question.filters.items()}
    for name, (first, last) in question.ranges.items():
        clauses[name] = _in_range(RANGES[name], first, last)
    for name in question.or_unknown:
        if name in clauses:
            fields = _fields(RANGES[name]) if name in RANGES else {name}
            missing = {"bool": {"must_not": [{"exists": {"field": each}} for each in fields]}}
            clauses[name] = {"bool": {"should": [clauses[name], missing], "minimum_should_match": 1}}
    return clauses


def _fields(option: Range) -> list[str]:
    return list(dict.fromkeys((option.lower, option.upper)))


def _in_range(option: Range, first: int | None, last: int | None) -> dict[str, Any]:
    """Documents one of whose values is in the range; of two fields, those whose `lower` to `upper` overlaps it.

    A document without one of the two fields is open on that side, and so overlaps everything there.
    """
    if option.lower == option.upper:
        bounds = {name: end for name, end in (("gte", first), ("lte", last)) if end is not None}
        return {"range": {option.lower: bounds}}
    clause: dict[str, Any] = {
        "bool": {
            "should": [{"exists": {"field": name}} for name in _fields(option)],
            "minimum_should_match": 1,
            "must_not": [],
        }
    }
    if last is not None:
        clause["bool"]["must_not"].append({"range": {option.lower: {"gt": last}}})
    if first is not None:
        clause["bool"]["must_not"].append({"range": {option.upper: {"lt": first}}})
    return clause
