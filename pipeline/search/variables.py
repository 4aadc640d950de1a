"""Variables: documents of their own that have a parent. They are found by their own words, and lead to their study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask, once
from pipeline.index.generations import ALIAS
from pipeline.search.facet_counts import Selection
from pipeline.search.text import text_clause

FEW = 5
"""Variables of a study that are named, at most."""
MOST_STUDIES = 100
"""Studies that variables lead to, at most: those of the variables that match best."""
LEAST_SCORE = 0.001
"""Score of the study that its variables alone lead to, at most: it is listed after all that match by their words."""

SHOWN = ["harmony_id", "name", "description"]
"""Fields of a variable that an answer has."""

Variable = dict[str, str]


def variables_matching(client: Elasticsearch, text: str, harmony_ids: Sequence[str]) -> dict[str, list[Variable]]:
    """By harmony_id of a study, those of its variables that match a text, the best first; at most a few.

    Each variable has its `harmony_id`, its `name`, and its `description` where it has one. A study of which none
    matches is absent.
    """
    if not harmony_ids:
        return {}
    searches: list[dict[str, Any]] = []
    for identifier in harmony_ids:
        query = _of_variables(text, [{"term": {"parent": identifier}}])
        body = {"query": query, "size": FEW, "track_total_hits": False, "_source": SHOWN}
        searches += [{"index": ALIAS}, body]
    answers = ask(lambda: once(lambda: client.msearch(searches=searches)))["responses"]
    found = {
        identifier: [hit["_source"] for hit in answer["hits"]["hits"]]
        for identifier, answer in zip(harmony_ids, answers, strict=True)
    }
    return {identifier: variables for identifier, variables in found.items() if variables}


def with_studies_of_variables(client: Elasticsearch, selection: Selection, text: str) -> Selection:
    """The selection, and studies none of whose own words match but whose variables do, after all others.

    They count and are filtered as others are. Of many, only those whose variables match best are there.
    """
    exists = [{"exists": {"field": "parent"}}]
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query=_of_variables(text, exists),
            collapse={"field": "parent"},
            size=MOST_STUDIES,
            source={"includes": ["parent"]},
            track_total_hits=False,
            ignore_unavailable=True,
        )
    )
    parents = [hit["_source"]["parent"] for hit in answer["hits"]["hits"]]
    if not parents:
        return selection
    ranked = [
        {"constant_score": {"filter": {"term": {"harmony_id": parent}}, "boost": LEAST_SCORE / (1 + rank)}}
        for rank, parent in enumerate(parents)
    ]
    joined = {"dis_max": {"queries": [{"bool": {"must": selection.text}}, *ranked]}}
    return Selection([joined], selection.never, selection.filters, selection.counted)


def _of_variables(text: str, filters: list[dict[str, Any]]) -> dict[str, Any]:
    filters = [{"term": {"resource_type": "variable"}}, *filters]
    return {
        "bool": {"must": [text_clause(text)], "filter": filters, "must_not": [{"exists": {"field": "replaced_by"}}]}
    }
