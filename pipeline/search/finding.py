"""Search: hits and facet counts.

A search makes few requests, as each takes its time. What does not depend on each other is asked for in one request of
several searches, which Elasticsearch works on at the same time:

1. what the acronyms in the text mean (`synonyms`), and the studies whose variables match (`variables`);
2. with vectors, the documents whose meaning is near, and those that are first by their words (`hybrid`);
3. which documents are hits, and the counts of all facets (`facet_counts`, `facets_on_request`);
4. of the hits that are shown, the documents, where the words stand and which variables match; the number of works
   (`hits`).

What is live is known from the search before (`live`). Where the third request finds nothing good, the text is read in
another way (`reading`), and all of them are made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from elasticsearch import Elasticsearch

from pipeline.errors import RetryError
from pipeline.index.client import ask, trying_once
from pipeline.index.generations import ALIAS
from pipeline.search import facet_counts, facets_on_request
from pipeline.search.facet_counts import MANY_INDICES, Counts, Selection
from pipeline.search.facets_on_request import ON_REQUEST
from pipeline.search.hits import (
    COUNTED_ONE_BY_ONE,
    SPARE_HITS,
    Body,
    Details,
    Hit,
    Shown,
    among,
    details,
    hits_request,
    score_of,
    search_type,
    together,
    with_hits,
)
from pipeline.search.hybrid import Meaning, meaning_of
from pipeline.search.live import Live, searched
from pipeline.search.matching import match_of
from pipeline.search.paging import first_of_works, later_page, position, token_of
from pipeline.search.question import Answer, Match, Question
from pipeline.search.reading import AS_IT_STANDS, Reading
from pipeline.search.selection import selection_of
from pipeline.search.spelling import corrections
from pipeline.search.synonyms import expansions, with_expansions
from pipeline.search.text import ALL_WORDS, BY_ID, text_clause
from pipeline.search.variables import with_studies_of_variables

GOOD = {BY_ID, ALL_WORDS}
"""Clauses of which a hit matches one where nothing better can be expected."""


class _Found(NamedTuple):
    """What was found: hits, by what request, and counts, where the text was read so and this was live."""

    live: Live
    reading: Reading
    text: str | None
    meant: Sequence[str]
    """Names that acronyms in the text stand for."""
    selection: Selection
    meaning: Meaning
    request: Body
    hits: Sequence[Hit]
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
    of_hits = _details(client, question, found, hits)
    shown = [hit for hit in hits if hit["fields"]["uuid"][0] in of_hits.documents]  # others went since they were found
    return Answer(
        total=found.counts.total,
        works=found.counts.about_works if of_hits.works is None else of_hits.works,
        works_exact=of_hits.works is not None,
        hits=[of_hits.documents[hit["fields"]["uuid"][0]] for hit in shown],
        facets=found.counts.facets,
        unknown=found.counts.unknown,
        matches=[_match(question, found, hit, of_hits) for hit in shown] if found.text else [],
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
    by_words, meant = _by_words(client, question, text, reading, live)
    meaning = meaning_of(client, question, by_words, live, question.size + SPARE_HITS)
    selection = meaning.joined(by_words)

    indices = len(live.generations)
    request = hits_request(question, selection, indices)
    finding = among(request, meaning.first()) if meaning.cosines and not question.after else request
    counting = facet_counts.requests(selection, indices=indices)
    more = [name for name in ON_REQUEST if name in (question.facets or ())]
    counting_more = facets_on_request.requests(selection, more)

    if indices < MANY_INDICES or meaning.cosines:
        bodies = [finding, *counting, *counting_more]
        found, *counted = together(client, ALIAS, bodies, search_type(question))
    else:
        bodies = [with_hits(counting[0], request, selection), *counting[1:], *counting_more]
        found, *_ = counted = together(client, ALIAS, bodies, search_type(question))
    if not facet_counts.of_one_state(counted):
        raise RetryError("What is live changed while it was searched.")

    counts = facet_counts.read(selection, counted[: len(counting)], indices=indices)
    counts = facets_on_request.with_counts(counts, selection, more, counted[len(counting) :])
    generations = facet_counts.generations_of(counted)[0]
    return _Found(live, reading, text, meant, selection, meaning, request, found["hits"]["hits"], counts), generations


def _by_words(
    client: Elasticsearch, question: Question, text: str | None, reading: Reading, live: Live
) -> tuple[Selection, list[str]]:
    """What the question is about by its words, with the studies that variables lead to; and what its acronyms mean."""
    if not text:
        return selection_of(question), []
    clause_of = partial(text_clause, languages=live.languages)
    clause = clause_of(text, enough=reading.enough)
    if "variable" in question.filters.get("resource_type", ()):
        return selection_of(question, clause), []
    found = expansions(client, text)
    selection = selection_of(question, with_expansions(clause, text, found, clause_of))
    if live.variables:
        selection = with_studies_of_variables(client, selection, clause)
    return selection, [each.name for each in found if each.name]


def _hits(client: Elasticsearch, question: Question, found: _Found) -> tuple[Sequence[Hit], Hit | None]:
    """The first hit of each work, and the hit after which the next page begins, if there is one.

    To let Elasticsearch find these takes long, as it looks at every document. So it is done only where too few of the
    hits that were found are of different works.
    """

    def more(request: Body) -> list[Hit]:
        (answer,) = ask(lambda: together(client, ALIAS, [request], search_type(question)))
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


def _details(client: Elasticsearch, question: Question, found: _Found, hits: Sequence[Hit]) -> Details:
    """What is shown of the hits, and the exact number of works of a few documents."""
    text, live = found.text, found.live
    shown = Shown(
        text,
        found.meant,
        live.languages,
        text_clause(text, languages=live.languages) if text and live.variables else None,
        found.selection if found.counts.total <= COUNTED_ONE_BY_ONE else None,
    )
    return ask(lambda: details(client, ALIAS, question, hits, shown))


def _match(question: Question, found: _Found, hit: Hit, of_hits: Details) -> Match:
    """What is known of a hit beside its document."""
    (uuid,), (harmony_id,) = hit["fields"]["uuid"], hit["fields"]["harmony_id"]
    is_fuzzy = bool(found.reading.right)
    match = match_of(hit, score_of(question, hit), of_hits.fragments[uuid], fuzzy=is_fuzzy)
    return replace(found.meaning.match(hit, match), variables=of_hits.variables.get(harmony_id, ()))
