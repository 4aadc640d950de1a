"""The requests for hits: first which documents they are, then what is shown of those that are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.index.client import once
from pipeline.model.document import VECTOR_FIELDS
from pipeline.search import highlighting
from pipeline.search.facet_counts import MANY_INDICES, Selection
from pipeline.search.paging import position
from pipeline.search.question import LIGHT, SORTS, Question
from pipeline.search.variables import Variable, by_study, of_studies

COUNTED_ONE_BY_ONE = 10_000
"""The number of works is exact for this many documents or fewer."""

EVERY_SHARD = 100_000
"""Shards up to which each is searched without being asked first whether anything may match there."""

SPARE_HITS = 5
"""Hits that are asked for beside those that are wanted, as some are of a work that is listed already."""

Body = dict[str, Any]
Hit = Mapping[str, Any]


def together(
    client: Elasticsearch, index: str, bodies: Sequence[Body], first: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The answers to several searches, made at the same time; `first` has options of the first one.

    Elasticsearch does not ask each shard first whether anything may match there: with many, that takes long.
    """
    headers = [{"index": index, **(first or {})}, *({"index": index} for _ in bodies[1:])]
    searches = [part for header, body in zip(headers, bodies, strict=True) for part in (header, body)]
    found: list[dict[str, Any]] = once(lambda: client.msearch(searches=searches, pre_filter_shard_size=EVERY_SHARD))[
        "responses"
    ]
    return found


def search_type(question: Question) -> dict[str, str]:
    """How the hits are searched.

    Words are as rare as they are in all catalogues together, so that scores compare: in its own index, each word of a
    small catalogue's is rare.
    """
    return {"search_type": "dfs_query_then_fetch"} if question.text and question.size else {}


def hits_request(question: Question, selection: Selection, indices: int) -> Body:
    """The body of the search for hits.

    Without a text all scores are the same. Of a large index, sorting by uuid alone leads to the first documents without
    a look at the others; of each of many small ones, the search for these takes longer than to look at all. Where hits
    are sorted by them, scores are among the sort values, and need not be computed again.
    """
    after = position(question.after, question.sort).after if question.after else []
    by_uuid = question.sort == "relevance" and not question.text and indices < MANY_INDICES
    by_uuid = len(after) == 1 if after else by_uuid  # as the page before was sorted
    return {
        "query": selection.query(),
        "sort": SORTS[question.sort][1:] if by_uuid else SORTS[question.sort],
        **({"search_after": after} if after else {}),
        "size": question.size + SPARE_HITS if question.size else 0,
        "track_scores": bool(question.text) and question.sort != "relevance",
        **LIGHT,
    }


def among(request: Body, documents: Body) -> Body:
    """The same, of the documents that a query matches: their scores alone are computed."""
    return request | {"query": {"bool": {"must": [request["query"]], "filter": [documents]}}}


def with_hits(counting: Body, request: Body, selection: Selection) -> Body:
    """The body of one search that counts and finds the hits: of many indices, each search takes its time."""
    query = {"bool": {**counting["query"]["bool"], "must": selection.text}}
    found = {"query": query, "size": request["size"], "post_filter": {"bool": {"filter": selection.filters_but(None)}}}
    return request | counting | found


def score_of(question: Question, hit: Hit) -> float:
    """How well a hit matches the text."""
    score: float = hit["sort"][0] if question.sort == "relevance" else hit["_score"]
    return score


class Details(NamedTuple):
    """What is shown of hits: by uuid documents, and fragments with the words; by harmony_id, variables that match.

    `works` is the number of works, where it was asked for.
    """

    documents: Mapping[str, dict[str, Any]]
    fragments: Mapping[str, Mapping[str, Sequence[str]]]
    variables: Mapping[str, Sequence[Variable]]
    works: int | None


class Shown(NamedTuple):
    """What to show of hits.

    `text` is the text as it is read, `names` what its acronyms stand for, `languages` those that there are texts in.
    `variables` is the query for variables, None where there are none; `works` the selection whose works are counted,
    None where these are too many.
    """

    text: str | None
    names: Sequence[str]
    languages: Sequence[str]
    variables: Body | None
    works: Selection | None


def details(client: Elasticsearch, index: str, question: Question, hits: Sequence[Hit], shown: Shown) -> Details:
    """What is shown of these hits. One request, or none where there is nothing to show."""
    bodies: dict[str, Body] = {}
    if hits:
        bodies["documents"] = _documents(question, hits, shown)
    if hits and shown.variables:
        bodies["variables"] = of_studies(shown.variables, [hit["fields"]["harmony_id"][0] for hit in hits])
    if shown.works:
        bodies["works"] = _works(shown.works)
    answers = dict(zip(bodies, together(client, index, [*bodies.values()]), strict=True)) if bodies else {}
    documents = answers["documents"]["hits"]["hits"] if hits else []
    return Details(
        {hit["_source"]["uuid"]: hit["_source"] for hit in documents},
        {hit["_source"]["uuid"]: hit.get("highlight", {}) for hit in documents},
        by_study(answers["variables"]) if "variables" in answers else {},
        int(answers["works"]["aggregations"]["count"]["count"]) if "works" in answers else None,
    )


def _documents(question: Question, hits: Sequence[Hit], shown: Shown) -> Body:
    """The body of the search for the documents of hits, and for the fragments in which the words stand."""
    heavy = {"evidence": question.evidence, "translations": question.translations}
    body: Body = {
        "query": {"bool": {"filter": [{"terms": {"uuid": [hit["fields"]["uuid"][0] for hit in hits]}}]}},
        "_source": {"excludes": [*VECTOR_FIELDS, *(name for name, wanted in heavy.items() if not wanted)]},
        "size": len(hits),
        "track_total_hits": False,
    }
    if shown.text:
        body["highlight"] = highlighting.fragments(shown.text, shown.names, shown.languages)
    return body


def _works(selection: Selection) -> Body:
    """The body of a search for the exact number of works of a few documents: `cardinality` is always an estimate."""
    works = {"terms": {"field": "work_id", "size": COUNTED_ONE_BY_ONE, "execution_hint": "map"}}
    count = {"stats_bucket": {"buckets_path": "works._count"}}
    aggregations = {"works": works, "count": count}
    return {"query": selection.matching(), "size": 0, "track_total_hits": False, "aggs": aggregations}
