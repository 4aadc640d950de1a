"""Hybrid search: what a text means counts beside its words.

The vector of the question finds the documents whose meaning is nearest. They join those that have the words, and
their score says how near they are, on the scale of the scores for words: so hits, counts, works and pages follow from
one query, and Elasticsearch's own fusion of ranks, which takes a licence, is not needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import once
from pipeline.index.generations import ALIAS
from pipeline.meaning.embedding import embedder, model_name, query_vector
from pipeline.search.facet_counts import Clause, Selection
from pipeline.search.question import Match, Question

NEIGHBOURS = 100
"""Documents that are found by meaning, at most."""
LOOKED_AT = 200
"""Documents that each index looks at for them, at least."""
WEIGHT = 1.0
"""What the nearest meaning counts, where the best words count 1."""
FAR = 0.08
"""A document whose cosine is so much smaller than that of the nearest one is none that is meant."""

WORDS = "words"
"""Name of the query for the words, by which hits show that they have them."""


@dataclass(frozen=True)
class Meaning:
    """The documents whose meaning is near that of a question, and why there are none where the model is away.

    `cosines` has their similarity by uuid. `best_words` is the best score for words.
    """

    cosines: Mapping[str, float]
    best_words: float | None = None
    note: str | None = None

    def joined(self, selection: Selection) -> Selection:
        """The documents of a selection, and these."""
        if not self.cosines:
            return selection
        words: Clause = {"bool": {"must": selection.text, "_name": WORDS}}
        scale = WEIGHT * (self.best_words or 1.0)
        near = [_scored(uuid, scale * share) for uuid, share in self._shares().items()]
        return replace(selection, text=[{"bool": {"should": [words, *near], "minimum_should_match": 1}}])

    def match(self, hit: Mapping[str, Any], match: Match) -> Match:
        """What is known of a hit, its meaning with it."""
        cosine = self.cosines.get(hit["_source"]["uuid"])
        if cosine is None or match.match_type == "id":
            return match
        has_words = WORDS in hit.get("matched_queries", ())
        return replace(match, match_type="both" if has_words else "meaning", cosine=round(cosine, 4))

    def _shares(self) -> Mapping[str, float]:
        """By uuid: 1 for the nearest document, and less for others, down to nearly 0."""
        nearest = max(self.cosines.values())
        return {uuid: 1 - (nearest - cosine) / FAR for uuid, cosine in self.cosines.items()}


NONE = Meaning({})


def meaning_of(client: Elasticsearch, question: Question, selection: Selection) -> Meaning:
    """The documents near the meaning of a question; none where no model is set, or hits are not sorted by relevance.

    Those that are near under all filters, and under all but one, since a facet counts without its own.
    """
    if not question.text or question.sort != "relevance":
        return NONE
    try:
        model = embedder()
        if model is None:
            return NONE
        vector = question.vector or query_vector(model, question.text).hex()
    except (RetryError, FailError, UsageError) as error:
        return Meaning({}, note=f"Found by words alone, as nothing tells what they mean. {error}")
    scopes = [selection.filters_but(name) for name in (None, *selection.filters)]
    searches = [_words(selection), *(_near(vector, model_name(model), selection, filters) for filters in scopes)]
    try:
        words, *near = _asked(client, searches)
    except FailError as error:
        return Meaning({}, note=f"Found by words alone: the vectors of the index and of the question differ. {error}")
    cosines = {hit["fields"]["uuid"][0]: 2 * hit["_score"] - 1 for found in near for hit in found["hits"]["hits"]}
    far = max(cosines.values(), default=0.0) - FAR
    return Meaning({uuid: cosine for uuid, cosine in cosines.items() if cosine > far}, words["hits"]["max_score"])


def _scored(uuid: str, score: float) -> Clause:
    return {"constant_score": {"filter": {"term": {"uuid": uuid}}, "boost": score}}


def _words(selection: Selection) -> dict[str, Any]:
    """The body of the search for the best score for words."""
    return {"query": selection.query(), "size": 1, "_source": False, "track_total_hits": False}


def _near(vector: str, model: str, selection: Selection, filters: Sequence[Clause]) -> dict[str, Any]:
    """The body of the search for the nearest documents, under some filters."""
    chosen = {"bool": {"filter": [{"term": {"vector_model": model}}, *filters], "must_not": selection.never}}
    return {
        "knn": {
            "field": "vector",
            "query_vector": vector,
            "k": NEIGHBOURS,
            "num_candidates": LOOKED_AT,
            "filter": chosen,
        },
        "size": NEIGHBOURS,
        "_source": False,
        "docvalue_fields": ["uuid"],
        "track_total_hits": False,
    }


def _asked(client: Elasticsearch, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers to several searches; the first one scores words as the search for hits does."""
    first, *others = bodies
    searches = [{"index": ALIAS, "search_type": "dfs_query_then_fetch"}, first]
    searches += [part for body in others for part in ({"index": ALIAS}, body)]
    found: list[dict[str, Any]] = once(lambda: client.msearch(searches=searches))["responses"]
    return found
