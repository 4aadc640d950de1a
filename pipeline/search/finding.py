"""Search: hits and facet counts.

Counts and hits are asked for in one request of several searches, which Elasticsearch works on at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import ask, once
from pipeline.index.generations import ALIAS
from pipeline.model.document import VECTOR_FIELDS
from pipeline.search import facet_counts, facets_on_request, spelling
from pipeline.search.facet_counts import MANY_INDICES, Counts, Selection
from pipeline.search.facets_on_request import ON_REQUEST
from pipeline.search.hybrid import Meaning, meaning_of
from pipeline.search.matching import HIGHLIGHTS, match_of
from pipeline.search.paging import first_of_works, later_page, position, token_of
from pipeline.search.question import SORTS, Answer, Match, Question
from pipeline.search.selection import selection_of
from pipeline.search.synonyms import widened
from pipeline.search.text import ALL_WORDS, ANY, BY_ID, text_clause
from pipeline.search.variables import variables_matching, with_studies_of_variables

COUNTED_ONE_BY_ONE = 10_000
"""The number of works is exact for this many documents or fewer."""

EVERY_SHARD = 100_000
"""Shards up to which each is searched without being asked first whether anything may match there."""

GOOD = {BY_ID, ALL_WORDS}
"""Clauses of which a hit matches one where nothing better can be expected."""

SPARE_HITS = 5
"""Hits that are asked for beside those that are wanted, as some are of a work that is listed already."""


def search(client: Elasticsearch, question: Question) -> Answer:
    """The documents that a question asks for, and counts by facet.

    Documents that are variables count only where the type is asked for, superseded versions never. Hits collapse on
    work_id; total and facets count documents.

    Raises:
        UsageError: nothing is indexed yet.
    """
    by_words = _selection(client, question)
    meaning = ask(lambda: meaning_of(client, question, by_words))
    found = ask(lambda: _found(client, question, meaning.joined(by_words)))
    found = _otherwise(client, question, meaning, found) or found
    counts = found.counts
    exact = counts.total <= COUNTED_ONE_BY_ONE
    hits, last = _hits(client, question, found)
    return Answer(
        total=counts.total,
        works=_works(client, found.selection) if exact else counts.about_works,
        works_exact=exact,
        hits=[hit["_source"] for hit in hits],
        facets=counts.facets,
        unknown=counts.unknown,
        matches=_matches(client, question, meaning, hits, fuzzy=found.fuzzy) if question.text else [],
        next=token_of(question.sort, last) if last else None,
        note=found.note or meaning.note,
    )


class _Found(NamedTuple):
    """What Elasticsearch answered: hits, by what request, and counts; whether words were corrected, and why."""

    selection: Selection
    request: dict[str, Any]
    hits: list[dict[str, Any]]
    counts: Counts
    fuzzy: bool = False
    note: str | None = None


def _otherwise(client: Elasticsearch, question: Question, meaning: Meaning, found: _Found) -> _Found | None:
    """What is found with typing errors corrected, or else with any of the words; None where what was found is good.

    It is good where a hit has all words, or where documents are found and no word is wrong.
    """
    text = question.text
    is_good = not question.size or any(GOOD & {*hit.get("matched_queries", ())} for hit in found.hits)
    if not text or (found.counts.total and is_good):
        return None
    right = spelling.corrections(client, text)
    if right:
        corrected = replace(question, text=spelling.corrected(text, right))
        other = ask(lambda: _found(client, corrected, meaning.joined(selection_of(corrected))))
        note = f"No study has {_listed(right)}. Shown is what is found with {_listed(right.values())}."
        return other._replace(fuzzy=True, note=note) if other.counts.total else None
    if found.counts.total:
        return None
    selection = replace(selection_of(question), text=[text_clause(text, enough=ANY)])
    other = ask(lambda: _found(client, question, meaning.joined(selection)))
    note = "No study has most of these words. Shown is what has any of them."
    return other._replace(note=note) if other.counts.total else None


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _found(client: Elasticsearch, question: Question, selection: Selection) -> _Found:
    """Hits and counts, asked for one time.

    Raises:
        RetryError: they are not of the same documents.
    """
    indices = _indices(client)
    request = _hits_request(question, selection, indices)
    counting = facet_counts.requests(selection, indices=indices)
    more = [name for name in ON_REQUEST if name in (question.facets or ())]
    counting_more = facets_on_request.requests(selection, more)
    if indices < MANY_INDICES:
        hits, *counted = _together(client, [request, *counting, *counting_more], _search_type(question))
    else:
        together = [_with_hits(counting[0], request, selection), *counting[1:], *counting_more]
        hits, *_ = counted = _together(client, together, _search_type(question))
    if not facet_counts.of_one_state(counted):
        raise RetryError("What is live changed while it was searched.")
    counts = facet_counts.read(selection, counted[: len(counting)], indices=indices)
    counts = facets_on_request.with_counts(counts, selection, more, counted[len(counting) :])
    return _Found(selection, request, hits["hits"]["hits"], counts)


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


def _search_type(question: Question) -> dict[str, str]:
    """How the hits are searched.

    Words are as rare as they are in all catalogues together, so that scores compare: in its own index, each word of a
    small catalogue's is rare.
    """
    return {"search_type": "dfs_query_then_fetch"} if question.text and question.size else {}


def _together(client: Elasticsearch, bodies: Sequence[dict[str, Any]], first: dict[str, str]) -> list[dict[str, Any]]:
    """The answers to several searches, made at the same time; `first` has options of the first one.

    Elasticsearch does not ask each shard first whether anything may match there: with many, that takes long.
    """
    headers = [{"index": ALIAS} | first, *({"index": ALIAS} for _ in bodies[1:])]
    searches = [part for header, body in zip(headers, bodies, strict=True) for part in (header, body)]
    found: list[dict[str, Any]] = once(lambda: client.msearch(searches=searches, pre_filter_shard_size=EVERY_SHARD))[
        "responses"
    ]
    return found


def _hits_request(question: Question, selection: Selection, indices: int) -> dict[str, Any]:
    """The body of the search for hits.

    Without a text all scores are the same. Of a large index, sorting by uuid alone leads to the first documents without
    a look at the others; of each of many small ones, the search for these takes longer than to look at all.
    """
    after = position(question.after, question.sort) if question.after else []
    by_uuid = question.sort == "relevance" and not question.text and indices < MANY_INDICES
    by_uuid = len(after) == 1 if after else by_uuid  # as the page before was sorted
    heavy = {"evidence": question.evidence, "translations": question.translations}
    shown = {"highlight": HIGHLIGHTS} if question.text else {}
    return shown | {
        "query": selection.query(),
        "_source": {"excludes": [*VECTOR_FIELDS, *(name for name, wanted in heavy.items() if not wanted)]},
        "sort": SORTS[question.sort][1:] if by_uuid else SORTS[question.sort],
        **({"search_after": after} if after else {}),
        "size": question.size + SPARE_HITS if question.size else 0,
        "track_total_hits": False,
        "track_scores": bool(question.text),
    }


def _hits(
    client: Elasticsearch, question: Question, found: _Found
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """The first hit of each work, and the hit after which the next page begins, if there is one.

    To let Elasticsearch find these takes long, as it looks at every document. So it is done only where too few of the
    hits that were found are of different works.
    """

    def more(request: dict[str, Any]) -> list[dict[str, Any]]:
        (answer,) = ask(lambda: _together(client, [request], _search_type(question)))
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits

    if not question.size:
        return [], None
    if question.after:
        return later_page(found.request, found.hits, question.size, more)
    first, is_full = first_of_works(found.hits), len(found.hits) >= question.size + SPARE_HITS
    if len(first) < question.size and is_full:
        first = more(found.request | {"collapse": {"field": "work_id"}})
    page = first[: question.size]
    return page, page[-1] if len(first) > question.size or (is_full and len(page) == question.size) else None


def _selection(client: Elasticsearch, question: Question) -> Selection:
    """What the question is about, with the studies that variables lead to; those have to exist for that."""
    selection = selection_of(question)
    if not question.text or "variable" in question.filters.get("resource_type", ()) or not _indices(client):
        return selection
    selection = replace(selection, text=widened(client, question.text, selection.text, text_clause))
    return with_studies_of_variables(client, selection, question.text)


def _matches(
    client: Elasticsearch, question: Question, meaning: Meaning, hits: list[dict[str, Any]], *, fuzzy: bool
) -> list[Match]:
    """What is known of each hit beside its document: its variables that match, too."""
    of_studies = [hit["_source"]["harmony_id"] for hit in hits]
    variables = variables_matching(client, question.text or "", of_studies)
    return [
        replace(meaning.match(hit, match_of(hit, fuzzy=fuzzy)), variables=variables.get(identifier, ()))
        for hit, identifier in zip(hits, of_studies, strict=True)
    ]


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
