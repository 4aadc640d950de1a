"""What a search knows of a hit beside its document: score, how it was found, and where its words stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model.text import unique
from pipeline.search.question import Match
from pipeline.search.text import BY_ID


def match_of(
    hit: Mapping[str, Any], score: float, highlights: Mapping[str, Sequence[str]], *, fuzzy: bool = False
) -> Match:
    """What Elasticsearch knows of a hit beside its document.

    Args:
        hit: what it answered.
        score: how well it matches.
        highlights: the fragments in which words stand, by field of the index.
        fuzzy: it was found with words corrected.
    """
    by_id = BY_ID in hit.get("matched_queries", ())
    fragments: dict[str, list[str]] = {}
    for path, found in highlights.items():
        parts = path.split(".")
        field = parts[2] if parts[0] == "translations" else parts[0]
        fragments[field] = unique([*fragments.get(field, ()), *found])
    return Match(score, "id" if by_id else "fuzzy" if fuzzy else "text", fragments)
