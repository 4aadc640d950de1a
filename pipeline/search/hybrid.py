"""Hybrid search: what a text means counts beside its words.

The vector of the question finds the documents whose meaning is nearest. They join those that have the words. Of all
that are first by either, the score is that for words and that for nearness, on one scale: so hits, counts, works and
pages follow from one query, and Elasticsearch's own fusion of ranks, which takes a licence, is not needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import once
from pipeline.index.generations import ALIAS
from pipeline.meaning.embedding import embedder, model_name, query_vector
from pipeline.meaning.vectors import numbers_of
from pipeline.search.facet_counts import Clause, Selection
from pipeline.search.live import Live
from pipeline.search.question import LIGHT, Match, Question
from pipeline.search.text import ABOVE_ALL

NEIGHBOURS = 100
"""Documents that are found by meaning, at most."""
LOOKED_AT = 1000
"""Documents that all indices together look at for them, each as many."""
MOST_LOOKED_AT = 200
"""Documents that one of them looks at, at most; at least as many as are to be found."""
FIRST_BY_WORDS = 100
"""Documents that are first by their words, whose nearness counts, too."""
WEIGHT = 40.0
"""What a step of nearness counts: as much as the best score for words, but no more than this. A name counts for more,
so that what is asked for by name comes first."""
STEP = 0.025
"""A step of nearness, as a difference of cosines, at least. Where all documents are about as near, it tells little."""
STEP_SHARE = 0.5
"""The same, as a share of the difference between the nearest document and the last of those that are found."""
FAR = 0.08
"""A document is none that is meant if its cosine is so much smaller than that of the nearest one."""
FAR_SHARE = 0.6
"""The same, as a share of what that one lacks to 1, if it is more: cosines of some models are all near 1."""

Hit = Mapping[str, Any]

WORDS = "words"
"""Name of the query for the words, by which hits show that they have them."""


@dataclass(frozen=True)
class Meaning:
    """The documents whose meaning is near that of a question, and why there are none where the model is away.

    `cosines` has their similarity by uuid. `first_by_words` has the uuids of the documents that are first by their
    words, the best first. The clauses of `nearness` score all of these.
    """

    cosines: Mapping[str, float]
    first_by_words: Sequence[str] = ()
    nearness: Sequence[Clause] = ()
    note: str | None = None

    def joined(self, selection: Selection) -> Selection:
        """The documents of a selection, and those that are near."""
        if not self.nearness:
            return selection
        words: Clause = {"bool": {"must": selection.text, "_name": WORDS}}
        scored = {"bool": {"should": [words, *self.nearness], "minimum_should_match": 1}}
        either = [{"bool": {"filter": selection.matching_text()}}, {"terms": {"uuid": [*self.cosines]}}]
        unscored = {"bool": {"should": either, "minimum_should_match": 1}}
        return replace(selection, text=[scored], unscored=[unscored])

    def first(self) -> Clause:
        """Matches the documents among which the first hits are, as many as `first_by_words` has.

        Whatever else has the words has them no better than these. So the words are compared with all documents once.
        """
        return {"terms": {"uuid": _uuids(self.cosines, self.first_by_words)}}

    def match(self, hit: Hit, match: Match) -> Match:
        """What is known of a hit, its meaning with it."""
        cosine = self.cosines.get(hit["fields"]["uuid"][0])
        if cosine is None or match.match_type == "id":
            return match
        has_words = WORDS in hit.get("matched_queries", ())
        return replace(match, match_type="both" if has_words else "meaning", cosine=round(cosine, 4))


NONE = Meaning({})


def meaning_of(client: Elasticsearch, question: Question, selection: Selection, live: Live, size: int) -> Meaning:
    """The documents near the meaning of a question; none where no model is set, or hits are not sorted by relevance.

    Those that are near under all filters; and those that are near without any, as a facet counts what its own filter
    leaves out. `size` is the number of documents that are wanted of those that are first by their words.
    """
    if not question.text or question.sort != "relevance":
        return NONE
    try:
        model = embedder()
        if model is None:
            return NONE
        vector = bytes.fromhex(question.vector) if question.vector else query_vector(model, question.text)
    except (RetryError, FailError, UsageError) as error:
        return Meaning({}, note=f"Found by words alone, as nothing tells what they mean. {error}")
    comparing = Comparing(numbers_of(vector), live.with_vectors_of(model_name(model)))
    if not comparing.indices:
        return Meaning(
            {}, note="Found by words alone: no live document has a vector of this model yet; runs make them."
        )
    filters = [*selection.filters.values()]
    scopes = [filters, []] if filters else [[]]
    try:
        words, *near = comparing.asked(client, selection, size, scopes)
    except FailError as error:
        return Meaning({}, note=f"Found by words alone: the vectors of the index and of the question differ. {error}")
    return _meaning(comparing, words["hits"]["hits"], [_cosines(answer) for answer in near])


def _meaning(comparing: Comparing, first: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, float]]) -> Meaning:
    """The documents that were found near, under all filters and without them; `first` are so by their words.

    None where the text is an identifier: who asks for one means its document, and no other.
    """
    if first and first[0]["_score"] >= ABOVE_ALL:
        return NONE
    floor = _floor(found[0])
    cosines = {uuid: cosine for one in found for uuid, cosine in one.items() if cosine > floor}
    if not cosines:
        return NONE
    by_words = [hit["fields"]["uuid"][0] for hit in first]
    nearest, last = max(found[0].values(), default=1.0), min(found[0].values(), default=1.0)
    weight = min(WEIGHT, first[0]["_score"]) if first else WEIGHT
    weight /= max(STEP, STEP_SHARE * (nearest - last))
    return Meaning(cosines, by_words, comparing.scores(_uuids(cosines, by_words), weight, last))


@dataclass(frozen=True)
class Comparing:
    """Searches that compare a vector with those of documents, in the indices that have vectors of the same model."""

    vector: Sequence[int]
    indices: Sequence[str]

    def asked(
        self, client: Elasticsearch, selection: Selection, size: int, scopes: Sequence[Sequence[Clause]]
    ) -> list[dict[str, Any]]:
        """The documents that are first by their words; and for each of some filters, the nearest ones under it."""
        searches: list[dict[str, Any]] = [{"index": ALIAS, "search_type": "dfs_query_then_fetch"}]
        searches.append(_words(selection, size))
        looked_at = max(NEIGHBOURS, min(MOST_LOOKED_AT, LOOKED_AT // len(self.indices)))
        for filters in scopes:
            near = self.nearest({"filter": [*filters], "must_not": selection.never}, NEIGHBOURS, looked_at)
            searches += [{"index": ALIAS}, {"query": near, "size": NEIGHBOURS, **LIGHT}]
        found: list[dict[str, Any]] = once(lambda: client.msearch(searches=searches))["responses"]
        return found

    def scores(self, uuids: Sequence[str], weight: float, unknown: float) -> list[Clause]:
        """Scores these documents by 1 + cosine, times a weight; `unknown` is the cosine of those without a vector.

        Of so few, each is compared. Elasticsearch's own score is (1 + cosine) / 2.
        """
        these = {"terms": {"uuid": [*uuids]}}
        compared = self.nearest({"filter": [these]}, len(uuids), len(uuids), boost=2 * weight)
        has_vector = {"bool": {"filter": [self._of_model(), {"exists": {"field": "vector"}}]}}
        without = {"bool": {"filter": [these], "must_not": [has_vector]}}
        return [compared, {"constant_score": {"filter": without, "boost": weight * (1 + unknown)}}]

    def nearest(self, among: Mapping[str, Sequence[Clause]], wanted: int, looked_at: int, boost: float = 1.0) -> Clause:
        """Matches the nearest documents of each index, among those of a `bool` query.

        The clause about the index keeps Elasticsearch from comparing vectors of different lengths, which it refuses.
        Indices are not named otherwise, as who only reads has no right to any but by the alias.
        """
        knn = {
            "field": "vector",
            "query_vector": [*self.vector],
            "k": wanted,
            "num_candidates": looked_at,
            "filter": {"bool": {**among}},
            "boost": boost,
        }
        return {"bool": {"filter": [self._of_model()], "must": [{"knn": knn}]}}

    def _of_model(self) -> Clause:
        return {"terms": {"_index": [*self.indices]}}


def _uuids(*several: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(chain(*several))]


def _cosines(answer: Mapping[str, Any]) -> dict[str, float]:
    """The similarity of the documents that were found, by uuid: Elasticsearch's score is (1 + cosine) / 2."""
    return {hit["fields"]["uuid"][0]: 2 * hit["_score"] - 1 for hit in answer["hits"]["hits"]}


def _floor(cosines: Mapping[str, float]) -> float:
    """The cosine above which a document counts: that of the last of as many as are asked for, or of one that is far."""
    nearest = max(cosines.values(), default=1.0)
    far = nearest - max(FAR, FAR_SHARE * (1 - nearest))
    return max(far, min(cosines.values())) if len(cosines) >= NEIGHBOURS else far


def _words(selection: Selection, size: int) -> dict[str, Any]:
    """The body of the search for the documents that are first by their words, with their scores.

    Those of equal scores come in any order: to sort them takes long, and nobody sees it.
    """
    return {"query": selection.query(), "size": max(size, FIRST_BY_WORDS), **LIGHT}
