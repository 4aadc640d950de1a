"""What a search is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SORTS: dict[str, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, {"uuid": "asc"}],
    "name": [{"name.sort": "asc"}, {"uuid": "asc"}],
    # by the years covered, so that an ongoing study is among the newest
    "newest": [{"years": {"order": "desc", "mode": "max", "missing": "_last"}}, {"uuid": "asc"}],
    "oldest": [{"years": {"order": "asc", "mode": "min", "missing": "_last"}}, {"uuid": "asc"}],
}


Bounds = tuple[int | None, int | None]


@dataclass(frozen=True)
class Question:
    """What is searched for.

    By field, `filters` holds values of which a document has to have any, and `ranges` first and last value, both
    included, None where that end is open. `or_unknown` names fields whose filter also matches documents without
    them. A range of two fields (ages) goes by the field in whose row it is (`age_lower`).
    """

    text: str | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    or_unknown: tuple[str, ...] = ()
    sort: str = "relevance"
    size: int = 10


@dataclass(frozen=True)
class Answer:
    """What a search found.

    `total` and the counts are numbers of documents, `works` one of works; it is an estimate where not `works_exact`.
    `hits` are documents. By facet, `facets` has the number of documents by value, `unknown` of those without a value.
    """

    total: int
    works: int
    works_exact: bool
    hits: list[dict[str, Any]]
    facets: dict[str, dict[str, int]]
    unknown: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The answer with the keys of `search --json`."""
        return vars(self).copy()
