"""Applies a correction to a document. An uncorrected value that contradicts a corrected one is removed."""

from __future__ import annotations

from typing import Any

from pipeline.catalogue.corrections import Correction
from pipeline.enrich.period.date_types import years_covered, years_so_far
from pipeline.model.document import Document
from pipeline.model.facets import BY_NAME
from pipeline.model.identity import slug_of

PERIOD = ("start_year", "end_year", "ongoing", "years")


def apply_correction(document: dict[str, Any], correction: Correction, harvest_year: int) -> dict[str, Any]:
    """The document with the curator's values, the values that follow from them, and evidence of kind `curator`.

    `document` is as `pipeline.model.document.build` makes it; it is not changed. An ongoing collection covers the
    years up to `harvest_year`.
    """
    changes = {name: _normal(name, value) for name, value in correction.changes.items()}
    fields = {**document, **changes}
    fields |= dict.fromkeys(_contradicted(fields, changes))
    fields |= _period(document, fields, changes, harvest_year)
    if "name" in changes and document.get("slug") == slug_of(document["name"]):
        fields["slug"] = slug_of(fields["name"])
    fields = {name: value for name, value in fields.items() if value is not None and name != "doubted"}
    fields["evidence"] = _evidence(document, fields, correction)
    fields |= _doubted(fields["evidence"])
    return {name: fields[name] for name in Document.model_fields if name in fields}


def _normal(name: str, value: Any) -> Any:
    """The value as documents have it: a list of a facet sorted, any list without duplicates."""
    if not isinstance(value, list):
        return value
    return sorted(set(value)) if name in BY_NAME else list(dict.fromkeys(value))


def _contradicted(fields: dict[str, Any], changes: dict[str, Any]) -> set[str]:
    """Fields whose uncorrected value cannot be true together with a corrected one."""
    contradicted = set()
    for lower, upper in (("start_year", "end_year"), ("age_lower", "age_upper")):
        first, last = fields.get(lower), fields.get(upper)
        if first is not None and last is not None and first > last:
            contradicted.add(lower if upper in changes else upper)
    if changes.get("ongoing"):
        contradicted.add("end_year")
    elif changes.get("end_year") is not None and fields.get("ongoing"):
        contradicted.add("ongoing")
    return contradicted


def _period(
    document: dict[str, Any], fields: dict[str, Any], changes: dict[str, Any], harvest_year: int
) -> dict[str, Any]:
    """`start_year`, `end_year`, `years` and `duration_years` that are consistent; None where one is unknown."""
    start, end, ongoing = (fields.get(name) for name in PERIOD[:3])
    years: list[int] = fields.get("years") or []
    if changes.get("years"):
        start = changes.get("start_year", years[0])
        end = None if ongoing else changes.get("end_year", years[-1])
    elif "years" in changes:
        years = []
    elif (start, end, ongoing) != tuple(document.get(name) for name in PERIOD[:3]):
        years = years_so_far(start, harvest_year) if ongoing else years_covered(start, end)
    length = end - start if start is not None and end is not None else None
    return {"start_year": start, "end_year": end, "years": years or None, "duration_years": length}


def _doubted(evidence: dict[str, list[dict[str, str]]]) -> dict[str, list[str]]:
    """`doubted`, where a facet that no curator corrected has a doubt."""
    doubted = [name for name, pieces in evidence.items() if any("doubt" in piece for piece in pieces)]
    return {"doubted": doubted} if doubted else {}


def _evidence(document: dict[str, Any], fields: dict[str, Any], correction: Correction) -> dict[str, Any]:
    """The evidence of each facet: the curator's reason, the facets it is derived from, or what it had before."""
    before = document.get("evidence", {})
    evidence: dict[str, Any] = {}
    for name in BY_NAME:
        if name not in fields:
            continue
        if name in correction.changes:
            evidence[name] = [{"kind": "curator", "reason": correction.reason}]
        elif fields[name] == document.get(name):
            evidence[name] = before[name]
        else:
            used = ", ".join(other for other in BY_NAME[name].rests_on if other in fields)
            evidence[name] = [{"kind": "derived", "field": used}]
    return evidence
