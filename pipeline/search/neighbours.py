"""Studies whose meaning is near that of another one, by the vectors that the index has: no model is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.model.document import VECTOR_FIELDS
from pipeline.search.hybrid import FAR, FAR_SHARE, Comparing
from pipeline.search.live import models_of_vectors

Hit = dict[str, Any]
Scope = Mapping[str, Sequence[dict[str, Any]]]
"""`filter` and `must_not` of a `bool` query."""

LOOKED_AT_FOR_EACH = 4
"""Documents that each index looks at for each that is wanted."""


def neighbours(client: Elasticsearch, uuid: str, scopes: Sequence[Scope], sizes: Sequence[int]) -> list[list[Hit]]:
    """For each scope, the nearest documents of it, as many as its size says at most; none where there is no vector.

    The `_score` of a hit is 1 for the nearest of all, and falls to 0 for those that are far.
    """
    vector, model = _vector(client, uuid)
    of_model = [index for index, other in models_of_vectors(client, ALIAS).items() if other == model]
    if not vector or not of_model:
        return [[] for _ in scopes]
    comparing = Comparing(vector, of_model)
    bodies = [_near(comparing, scope, size) for scope, size in zip(scopes, sizes, strict=True)]
    searches = [part for body in bodies for part in ({"index": ALIAS}, body)]
    answers = ask(lambda: client.msearch(searches=searches))["responses"]
    return _with_shares([answer["hits"]["hits"] for answer in answers])


def _vector(client: Elasticsearch, uuid: str) -> tuple[list[int], str]:
    """The vector of a document and the name of its model; empty where it has none."""
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query={"bool": {"filter": [{"term": {"uuid": uuid}}, {"exists": {"field": "vector"}}]}},
            size=1,
            source=False,
            fields=[{"field": "vector"}, {"field": "vector_model"}],
            track_total_hits=False,
        )
    )
    found = [hit["fields"] for hit in answer["hits"]["hits"]]
    return (found[0]["vector"], found[0]["vector_model"][0]) if found else ([], "")


def _near(comparing: Comparing, scope: Scope, size: int) -> dict[str, Any]:
    """The body of the search for the nearest documents of a scope."""
    return {
        "query": comparing.nearest(scope, size, size * LOOKED_AT_FOR_EACH),
        "size": size,
        "track_total_hits": False,
        "_source": {"excludes": [*VECTOR_FIELDS, "evidence", "dataset_schema", "stated"]},
    }


def _with_shares(found: Sequence[Sequence[Hit]]) -> list[list[Hit]]:
    """The hits that are not far, with their share as score. Elasticsearch's score is (1 + cosine) / 2."""
    nearest = max((2 * hit["_score"] - 1 for hits in found for hit in hits), default=1.0)
    spread = max(FAR, FAR_SHARE * (1 - nearest))
    shared = [[hit | {"_score": 1 - (nearest - (2 * hit["_score"] - 1)) / spread} for hit in hits] for hits in found]
    return [[hit for hit in hits if hit["_score"] > 0] for hits in shared]
