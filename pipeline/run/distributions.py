"""How the documents of an index are spread over the facets, counted by Elasticsearch in one request."""

from __future__ import annotations

from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.model.facets import FACETS, NAMES
from pipeline.run.details import Distribution

YEARS = "years"
DOUBTED = "doubted"
"""The field of a document that names the facets of which a second opinion doubts the value."""

_WATCHED_VALUES = 1000
"""Values of a facet that the gate watches: more than its vocabulary has in use."""
_OTHER_VALUES = 50
"""Values of any other facet."""
_CALENDAR_YEARS = 5000
"""Calendar years that documents may cover."""

VALUES = {
    facet.name: _WATCHED_VALUES if facet.watched else _OTHER_VALUES
    for facet in FACETS
    if facet.watched or (facet.counted is not None and facet.name != YEARS)
}
"""Facets whose values are counted, and how many values of each."""


def distribution(client: Elasticsearch, index: str) -> Distribution:
    """Count the documents of an index by facet and by value."""
    aggregations: dict[str, Any] = {name: {"filter": {"exists": {"field": name}}} for name in (*NAMES, DOUBTED)}
    sizes = VALUES | {YEARS: _CALENDAR_YEARS}
    aggregations |= {f"values:{name}": {"terms": {"field": name, "size": size}} for name, size in sizes.items()}
    answer = ask(lambda: client.search(index=index, size=0, track_total_hits=True, aggs=aggregations))
    found = answer["aggregations"]

    def counts(name: str) -> dict[Any, int]:
        buckets = found[f"values:{name}"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    return Distribution(
        documents=answer["hits"]["total"]["value"],
        coverage={name: found[name]["doc_count"] for name in NAMES if found[name]["doc_count"]},
        values={name: counts(name) for name in VALUES},
        years=dict(sorted((int(year), number) for year, number in counts(YEARS).items())),
        doubted=found[DOUBTED]["doc_count"],
    )
