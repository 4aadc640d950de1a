"""What a search knows of a hit beside its document: score, how it was found, and where its words stand."""

from __future__ import annotations

from typing import Any

from pipeline.model.text import unique
from pipeline.search.question import Match
from pipeline.search.text import BY_ID

_PART = {"number_of_fragments": 2, "fragment_size": 160}
_WHOLE = {"number_of_fragments": 0}

HIGHLIGHTS: dict[str, Any] = {
    "fields": {
        "translations.*.name": _WHOLE,
        "translations.*.description": _PART,
        "translations.*.keywords": _PART,
        "series.text": _WHOLE,
        "creators.text": _PART,
        "funders.text": _PART,
        "population": _PART,
    },
    "order": "score",
}
"""What to ask for the fragments. They are made for the hits that are shown, and for no other document."""


def match_of(hit: dict[str, Any], *, fuzzy: bool = False) -> Match:
    """What Elasticsearch knows of a hit beside its document; `fuzzy`: it was found with words corrected."""
    by_id = BY_ID in hit.get("matched_queries", ())
    fragments: dict[str, list[str]] = {}
    for path, found in hit.get("highlight", {}).items():
        parts = path.split(".")
        field = parts[2] if parts[0] == "translations" else parts[0]
        fragments[field] = unique([*fragments.get(field, ()), *found])
    return Match(hit["_score"], "id" if by_id else "fuzzy" if fuzzy else "text", fragments)
