"""Variables: documents of their own that have a parent. They are found by their own words, and lead to their study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.search.facet_counts import Clause, Selection

FEW = 5
"""Variables of a study that are named, at most."""
MOST_STUDIES = 100
"""Studies that variables lead to, at most: those of the variables that match best."""
LEAST_SCORE = 0.001
"""Score of the study that its variables alone lead to, at most: it is listed after all that match by their words."""

SHOWN = ["harmony_id", "name", "description"]
"""Fields of a variable that an answer has."""

Variable = dict[str, str]
_BEST = "best"


def of_studies(text: Clause, harmony_ids: Sequence[str]) -> dict[str, Any]:
    """The body of a search for the variables of these studies that match a text, the best first; at most a few each."""
    best = {"name": _BEST, "size": FEW, "_source": SHOWN}
    return {
        "query": _of_variables(text, [{"terms": {"parent": [*harmony_ids]}}]),
        "collapse": {"field": "parent", "inner_hits": best},
        "size": len(harmony_ids),
        "_source": ["parent"],
        "track_total_hits": False,
    }


def by_study(answer: Mapping[str, Any]) -> dict[str, list[Variable]]:
    """By harmony_id of a study, the variables of an answer to `of_studies`; a study of which none matches is absent.

    Each variable has its `harmony_id`, its `name`, and its `description` where it has one.
    """
    return {
        hit["_source"]["parent"]: [inner["_source"] for inner in hit["inner_hits"][_BEST]["hits"]["hits"]]
        for hit in answer["hits"]["hits"]
    }


def with_studies_of_variables(client: Elasticsearch, selection: Selection, text: Clause) -> Selection:
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
    either = [{"bool": {"filter": selection.text}}, {"terms": {"harmony_id": parents}}]
    unscored = {"bool": {"should": either, "minimum_should_match": 1}}
    return replace(selection, text=[joined], unscored=[unscored])


def _of_variables(text: Clause, filters: list[dict[str, Any]]) -> dict[str, Any]:
    filters = [{"term": {"resource_type": "variable"}}, *filters]
    return {"bool": {"must": [text], "filter": filters, "must_not": [{"exists": {"field": "replaced_by"}}]}}
