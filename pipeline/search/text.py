"""The text of a question: which documents it matches, and how well."""

from __future__ import annotations

from typing import Any

TEXT_FIELDS = [
    "name^4",
    "name.english^2",
    "keywords^2",
    "keywords.english",
    "description",
    "description.english",
    "translations.*.name^2",
    "translations.*.keywords",
    "translations.*.description",
    "population",
    "geographic_coverage",
]


def text_clause(text: str) -> dict[str, Any]:
    """The query for a text."""
    return {"simple_query_string": {"query": text, "fields": TEXT_FIELDS, "default_operator": "and", "lenient": True}}
