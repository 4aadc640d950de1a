"""Search: hits and facet counts.

A search makes few requests, as each takes its time; what does not depend on each other is asked for in one request of
several searches, which Elasticsearch works on at the same time:

1. what the acronyms in the text mean (`synonyms`), and the studies whose variables match (`variables`);
2. with vectors, the documents whose meaning is near, and those that are first by their words (`hybrid`);
3. the hits, and the counts of all facets (`facet_counts`, `facets_on_request`);
4. of the hits that are shown, where the words stand (`highlighting`) and which variables match; the number of works.

What is live is known from the search before (`live`). Where the third request finds nothing good, the text is read in
another way (`reading`), and all of them are made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline.errors import RetryError
from pipeline.index.client import ask, once, trying_once
from pipeline.index.generations import ALIAS
from pipeline.model.document import VECTOR_FIELDS
from pipeline.search import facet_counts, facets_on_request, highlighting, variables
from pipeline.search.facet_counts import MANY_INDICES, Counts, Selection
from pipeline.search.facets_on_request import ON_REQUEST
from pipeline.search.hybrid import Meaning, meaning_of
from pipeline.search.live import Live, searched
from pipeline.search.matching import match_of
from pipeline.search.paging import first_of_works, later_page, position, token_of
from pipeline.search.question import SORTS, Answer, Match, Question
from pipeline.search.reading import AS_IT_STANDS, Reading
from pipeline.search.selection import selection_of
from pipeline.search.spelling import corrections
from pipeline.search.synonyms import expansions, with_expansions
from pipeline.search.text import ALL_WORDS, BY_ID, text_clause

COUNTED_ONE_BY_ONE = 10_000
"""The number of works is exact for this many documents or fewer."""

EVERY_SHARD = 100_000
"""Shards up to which each is searched without being asked first whether anything may match there."""

GOOD = {BY_ID, ALL_WORDS}
"""Clauses of which a hit matches one where nothing better can be expected."""

SPARE_HITS = 5
"""Hits that are asked for beside those that are wanted, as some are of a work that is listed already."""

Body = dict[str, Any]
Hit = dict[str, Any]


class _Found(NamedTuple):
    """What was found: hits, by what request, and counts, where the text was read so and this was live."""

    live: Live
    reading: Reading
    text: str | None
    selection: Selection
    meaning: Meaning
    request: Body
    hits: list[Hit]
    counts: Counts


def search(client: Elasticsearch, question: Question) -> Answer:
    """The documents that a question asks for, and counts by facet.

    Documents that are variables count only where the type is asked for, superseded versions never. Hits collapse on
    work_id; total and facets count documents.

    Raises:
        UsageError: nothing is indexed yet.
    """
    if question.after:
        found = _found(client, question, position(question.after, question.sort).reading)
    else:
        found = _found(client, question, AS_IT_STANDS)
        found = _found_otherwise(client, question, found) or found
    hits, last = _hits(client, question, found)
    counts = found.counts
    matches, works = _details(client, found, hits)
    return Answer(
        total=counts.total,
        works=counts.about_works if works is None else works,
        works_exact=works is not None,
        hits=[hit["_source"] for hit in hits],
        facets=counts.facets,
        unknown=counts.unknown,
        matches=matches,
        next=token_of(question.sort, last, found.reading) if last else None,
        note=found.reading.note or found.meaning.note,
    )


def _found_otherwise(client: Elasticsearch, question: Question, found: _Found) -> _Found | None:
    """What is found with typing errors corrected, or else with any of the words; None where what was found is good.

    It is good where a hit has all words, or where documents are found and no word is wrong.
    """
    is_good = not question.size or any(GOOD & {*hit.get("matched_queries", ())} for hit in found.hits)
    if not question.text or (found.counts.total and is_good):
        return None
    right = corrections(client, question.text)
    if not right and found.counts.total:
        return None
    other = _found(client, question, Reading(right, any_word=not right))
    return other if other.counts.total else None


def _found(client: Elasticsearch, question: Question, reading: Reading) -> _Found:
    """Hits and counts of one state of what is live."""

    def attempt() -> _Found:
        with trying_once():
            return searched(client, ALIAS, partial(_found_in, client, question, reading))

    return ask(attempt)


def _found_in(
    client: Elasticsearch, question: Question, reading: Reading, live: Live
) -> tuple[_Found, tuple[str, ...]]:
    """Hits and counts, if this is live; and the generations that were.

    Raises:
        RetryError: they are not of the same documents.
    """
    text = reading.of(question.text) if question.text else None
    by_words = _by_words(client, question, text, reading, live)
    meaning = meaning_of(client, question, by_words, live, question.size + SPARE_HITS)
    selection = meaning.joined(by_words)
    indices = len(live.generations)
    request = _hits_request(question, selection, indices)
    counting = facet_counts.requests(selection, indices=indices)
    more = [name for name in ON_REQUEST if name in (question.facets or ())]
    counting_more = facets_on_request.requests(selection, more)
    if indices < MANY_INDICES or meaning.cosines:
        first = _among_first(request, meaning) if meaning.cosines and not question.after else request
        hits, *counted = _together(client, [first, *counting, *counting_more], _search_type(question))
    else:
        together = [_with_hits(counting[0], request, selection), *counting[1:], *counting_more]
        hits, *_ = counted = _together(client, together, _search_type(question))
    if not facet_counts.of_one_state(counted):
        raise RetryError("What is live changed while it was searched.")
    counts = facet_counts.read(selection, counted[: len(counting)], indices=indices)
    counts = facets_on_request.with_counts(counts, selection, more, counted[len(counting) :])
    found = _Found(live, reading, text, selection, meaning, request, hits["hits"]["hits"], counts)
    return found, facet_counts.generations_of(counted)[0]


def _by_words(client: Elasticsearch, question: Question, text: str | None, reading: Reading, live: Live) -> Selection:
    """What the question is about by its words, with the studies that variables lead to."""
    if not text:
        return selection_of(question)
    clause_of = partial(text_clause, languages=live.languages)
    clause = clause_of(text, enough=reading.enough)
    if "variable" in question.filters.get("resource_type", ()):
        return selection_of(question, clause)
    widened = with_expansions(clause, text, expansions(client, text), clause_of)
    selection = selection_of(question, widened)
    return variables.with_studies_of_variables(client, selection, clause) if live.variables else selection


def _hits_request(question: Question, selection: Selection, indices: int) -> Body:
    """The body of the search for hits.

    Without a text all scores are the same. Of a large index, sorting by uuid alone leads to the first documents without
    a look at the others; of each of many small ones, the search for these takes longer than to look at all.
    """
    after = position(question.after, question.sort).after if question.after else []
    by_uuid = question.sort == "relevance" and not question.text and indices < MANY_INDICES
    by_uuid = len(after) == 1 if after else by_uuid  # as the page before was sorted
    heavy = {"evidence": question.evidence, "translations": question.translations}
    return {
        "query": selection.query(),
        "_source": {"excludes": [*VECTOR_FIELDS, *(name for name, wanted in heavy.items() if not wanted)]},
        "sort": SORTS[question.sort][1:] if by_uuid else SORTS[question.sort],
        **({"search_after": after} if after else {}),
        "size": question.size + SPARE_HITS if question.size else 0,
        "track_total_hits": False,
        "track_scores": bool(question.text),
    }


def _among_first(request: Body, meaning: Meaning) -> Body:
    """The same, of the documents among which the first hits are: their scores alone are computed."""
    return request | {"query": {"bool": {"must": [request["query"]], "filter": [meaning.first()]}}}


def _with_hits(counting: Body, request: Body, selection: Selection) -> Body:
    """The body of one search that counts and finds the hits: of many indices, each search takes its time."""
    query = {"bool": {**counting["query"]["bool"], "must": selection.text}}
    found = {"query": query, "size": request["size"], "post_filter": {"bool": {"filter": selection.filters_but(None)}}}
    return request | counting | found


def _search_type(question: Question) -> dict[str, str]:
    """How the hits are searched.

    Words are as rare as they are in all catalogues together, so that scores compare: in its own index, each word of a
    small catalogue's is rare.
    """
    return {"search_type": "dfs_query_then_fetch"} if question.text and question.size else {}


def _together(
    client: Elasticsearch, bodies: Sequence[Body], first: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The answers to several searches, made at the same time; `first` has options of the first one.

    Elasticsearch does not ask each shard first whether anything may match there: with many, that takes long.
    """
    headers = [{"index": ALIAS, **(first or {})}, *({"index": ALIAS} for _ in bodies[1:])]
    searches = [part for header, body in zip(headers, bodies, strict=True) for part in (header, body)]
    found: list[dict[str, Any]] = once(lambda: client.msearch(searches=searches, pre_filter_shard_size=EVERY_SHARD))[
        "responses"
    ]
    return found


def _hits(client: Elasticsearch, question: Question, found: _Found) -> tuple[list[Hit], Hit | None]:
    """The first hit of each work, and the hit after which the next page begins, if there is one.

    To let Elasticsearch find these takes long, as it looks at every document. So it is done only where too few of the
    hits that were found are of different works.
    """

    def more(request: Body) -> list[Hit]:
        (answer,) = ask(lambda: _together(client, [request], _search_type(question)))
        hits: list[Hit] = answer["hits"]["hits"]
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


def _details(client: Elasticsearch, found: _Found, hits: Sequence[Hit]) -> tuple[list[Match], int | None]:
    """What is known of each hit beside its document, if there is a text; and the exact number of works of a few."""
    bodies: dict[str, Body] = {}
    text = found.text if hits else None
    if text:
        names = [each.name for each in expansions(client, text) if each.name]
        uuids = [hit["_source"]["uuid"] for hit in hits]
        bodies["fragments"] = highlighting.fragments(uuids, text, names, found.live.languages)
    if text and found.live.variables:
        clause = text_clause(text, languages=found.live.languages)
        bodies["variables"] = variables.of_studies(clause, [hit["_source"]["harmony_id"] for hit in hits])
    if found.counts.total <= COUNTED_ONE_BY_ONE:
        bodies["works"] = _works(found.selection)
    if not bodies:
        return [], None
    answers = dict(zip(bodies, ask(lambda: _together(client, [*bodies.values()])), strict=True))
    works = answers["works"]["aggregations"]["count"]["count"] if "works" in answers else None
    if not text:
        return [], works
    words = highlighting.by_document(answers["fragments"])
    of_studies = variables.by_study(answers["variables"]) if "variables" in answers else {}
    return [_match(found, hit, words, of_studies) for hit in hits], works


def _match(
    found: _Found,
    hit: Hit,
    words: Mapping[str, Mapping[str, Sequence[str]]],
    of_studies: Mapping[str, Sequence[variables.Variable]],
) -> Match:
    document = hit["_source"]
    match = match_of(hit, words.get(document["uuid"], {}), fuzzy=bool(found.reading.right))
    return replace(found.meaning.match(hit, match), variables=of_studies.get(document["harmony_id"], ()))


def _works(selection: Selection) -> Body:
    """The body of a search for the exact number of works of a few documents: `cardinality` is always an estimate."""
    works = {"terms": {"field": "work_id", "size": COUNTED_ONE_BY_ONE, "execution_hint": "map"}}
    count = {"stats_bucket": {"buckets_path": "works._count"}}
    return {
        "query": selection.matching(),
        "size": 0,
        "track_total_hits": False,
        "aggs": {"works": works, "count": count},
    }
