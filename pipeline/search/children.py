"""What is below documents: the live documents of which they are the parents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS

MOST = 1000
"""Children in one answer, over all documents that are asked for."""

FIELDS = (
    "harmony_id",
    "uuid",
    "slug",
    "name",
    "resource_type",
    "catalogue",
    "source",
    "start_year",
    "end_year",
    "parent",
)
"""Fields of a child."""


def children_of(client: Elasticsearch, harmony_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """By harmony_id: the documents of which it is the parent, by name; without variables and superseded versions.

    There are `MOST` in all, at most.
    """
    parents = list(harmony_ids)
    query = {
        "bool": {
            "filter": [{"terms": {"parent": parents}}],
            "must_not": [{"exists": {"field": "replaced_by"}}, {"term": {"resource_type": "variable"}}],
        }
    }
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query=query,
            size=MOST,
            sort=[{"uuid": "asc"}],
            source_includes=FIELDS,
            track_total_hits=False,
            ignore_unavailable=True,
        )
    )
    found: dict[str, list[dict[str, Any]]] = {parent: [] for parent in parents}
    for child in sorted((hit["_source"] for hit in answer["hits"]["hits"]), key=lambda one: (one["name"], one["uuid"])):
        found[child.pop("parent")].append(child)
    return found
