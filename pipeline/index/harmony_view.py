"""A document in the shape of Harmony's item payload, for sites that read this shape."""

from __future__ import annotations

from typing import Any

from pipeline.index.schema_org_view import agent, temporal_coverage
from pipeline.model.facets import FACETS

_EXTRA = {
    **{name: name for name in ("harmony_id", "uuid", "slug", "name", "source", "urls", "dois", "data_access",
                               "geographic_coverage")},
    **{facet.name: facet.harmony for facet in FACETS if facet.harmony},
}  # fmt: skip
"""Fields of `extra_data`: Harmony's name by ours."""


def as_harmony(document: dict[str, Any]) -> dict[str, Any]:
    """`{"study": {dataset_schema, extra_data, distance, score, parent, ancestors}}`.

    A record that was read from Harmony gets its own values back, with nulls and the site's defaults. Only its DOIs
    are bare, as everywhere in the index, and facets that a curator corrected have the curator's value. Any other
    record is described in the same shape.
    """
    own = document.get("stated", {}).get("harmony")
    if own is not None:
        extra = dict(own["extra_data"])
        if "dois" in extra:
            extra["dois"] = document.get("dois", [])
        evidence: dict[str, list[dict[str, str]]] = document.get("evidence", {})
        curated = {name for name, reasons in evidence.items() if any(item["kind"] == "curator" for item in reasons)}
        extra |= {theirs: document[ours] for ours, theirs in _EXTRA.items() if ours in curated}
        rest = {name: value for name, value in own.items() if name != "extra_data"}
        return {"study": {"dataset_schema": document.get("dataset_schema", {}), "extra_data": extra, **rest}}
    return {
        "study": {
            "dataset_schema": document.get("dataset_schema") or _schema(document),
            "extra_data": {theirs: document[ours] for ours, theirs in _EXTRA.items() if ours in document},
            "distance": 0,
            "score": 0,
            "parent": {"harmony_id": document["parent"]} if "parent" in document else {},
            "ancestors": [{"harmony_id": identifier} for identifier in document.get("ancestors", [])],
        }
    }


def _schema(document: dict[str, Any]) -> dict[str, Any]:
    """A schema.org Dataset of the document's fields."""
    schema: dict[str, Any] = {"@context": "https://schema.org/", "@type": "Dataset", "name": document["name"]}
    pairs = {"description": "description", "urls": "url", "keywords": "keywords", "dois": "identifier"}
    schema |= {theirs: document[ours] for ours, theirs in pairs.items() if ours in document}
    if coverage := temporal_coverage(document):
        schema["temporalCoverage"] = coverage
    for ours, theirs in (("creators", "creator"), ("funders", "sponsor")):
        if ours in document:
            schema[theirs] = [agent(document, name) for name in document[ours]]
    return schema
