"""Search: hits, facet counts, and single documents.

Facet counts come from one request: each facet counts under all filters but its own. The table of
facets states of which fields all values are counted, and of which only the most common, with the rest as `other`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from elasticsearch import Elasticsearch

from pipeline.errors import DefectError, FailError, UsageError
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.facets import FACETS, OTHERS, AllValues, Range
from pipeline.model.identity import bare_doi

COUNTED = {row.name: row.counted for row in (*FACETS, *OTHERS) if row.counted}
"""How values are counted, by field."""

RANGES = {row.name: row.option for row in FACETS if isinstance(row.option, Range)}
"""The ranges that people filter by, by the field in whose row they are."""

ASKED_OF_EACH = 2000
"""Values that each index is asked for, so that a value that is common over all of them is not missed."""

COUNTED_ONE_BY_ONE = 10_000
"""The number of works is exact for this many documents or fewer."""

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
    clauses = _clauses(question)
    base = _base(question)
    body: dict[str, Any] = {
        "query": base,
        "post_filter": _all_but(clauses, None),
        "collapse": {"field": "work_id"},
        "sort": SORTS[question.sort],
        "size": question.size,
        "track_total_hits": True,
        "aggs": _aggregations(clauses),
    }
    try:
        answer = ask(lambda: client.search(index=ALIAS, **body))
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise UsageError("Nothing is indexed yet: run a catalogue first (study-index run NAME)") from error
        raise
    facets, unknown = _counts(answer["aggregations"])
    total = answer["hits"]["total"]["value"]
    exact = total <= COUNTED_ONE_BY_ONE
    return Answer(
        total=total,
        works=_works(client, base, clauses) if exact else answer["aggregations"]["works"]["count"]["value"],
        works_exact=exact,
        hits=[hit["_source"] for hit in answer["hits"]["hits"]],
        facets=facets,
        unknown=unknown,
    )


def _works(client: Elasticsearch, base: dict[str, Any], clauses: dict[str, dict[str, Any]]) -> int:
    """The exact number of works of a few documents; Elasticsearch's `cardinality` is an estimate at any number."""
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={"bool": {"must": base, "filter": _all_but(clauses, None)}},
            size=0,
            track_total_hits=False,
            aggs={
                "works": {"terms": {"field": "work_id", "size": COUNTED_ONE_BY_ONE}},
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


def _base(question: Question) -> dict[str, Any]:
    """The text, without superseded versions, and without variables unless they are asked for."""
    never: list[dict[str, Any]] = [{"exists": {"field": "replaced_by"}}]
    if "variable" not in question.filters.get("resource_type", []):
        never.append({"term": {"resource_type": "variable"}})
    query: dict[str, Any] = {"bool": {"must_not": never}}
    if question.text:
        query["bool"]["must"] = [
            {
                "simple_query_string": {
                    "query": question.text,
                    "fields": TEXT_FIELDS,
                    "default_operator": "and",
                    "lenient": True,
                }
            }
        ]
    return query


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


def _aggregations(clauses: dict[str, dict[str, Any]]) -> dict[str, Any]:
    aggregations: dict[str, Any] = {}
    for name, (size,) in COUNTED.items():
        aggregations[name] = {
            "filter": _all_but(clauses, name),
            "aggs": {
                "values": {"terms": {"field": name, "size": size, "shard_size": max(size, ASKED_OF_EACH)}},
                "unknown": {"missing": {"field": name}},
            },
        }
    aggregations["works"] = {
        "filter": _all_but(clauses, None),
        "aggs": {"count": {"cardinality": {"field": "work_id", "precision_threshold": 40_000}}},
    }
    return aggregations


def _all_but(clauses: dict[str, dict[str, Any]], name: str | None) -> dict[str, Any]:
    return {"bool": {"filter": [clause for field_name, clause in clauses.items() if field_name != name]}}


def _counts(found: dict[str, Any]) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    facets: dict[str, dict[str, int]] = {}
    unknown: dict[str, int] = {}
    for name, counted in COUNTED.items():
        values, others = found[name]["values"], found[name]["values"]["sum_other_doc_count"]
        counts = {str(bucket["key"]): bucket["doc_count"] for bucket in values["buckets"]}
        if others and isinstance(counted, AllValues):
            raise DefectError(
                f"The facet {name} has more values than its vocabulary ({counted.size}), so its counts are not "
                "exact: raise the size in its row of pipeline.model.facets"
            )
        if others:
            counts["other"] = counts.get("other", 0) + others
        if name in RANGES:
            counts = dict(sorted(counts.items(), key=lambda count: int(count[0])))
        facets[name] = counts
        unknown[name] = found[name]["unknown"]["doc_count"]
    return facets, unknown
