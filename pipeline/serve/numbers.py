"""Smallest, largest and mean values of numbers among the documents that a question asks for, as sliders need them."""

from __future__ import annotations

from typing import Any

from elasticsearch import Elasticsearch

from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.search.question import Question
from pipeline.search.selection import selection_of

NUMBERS = (
    "sample_size", "age_lower", "age_upper", "start_year", "end_year", "duration_years", "num_variables", "num_sweeps",
)  # fmt: skip
"""Fields that Harmony's API describes by their smallest and largest values."""


def numbers(client: Elasticsearch, question: Question) -> dict[str, dict[str, float]]:
    """By field: `minimum`, `maximum`, `mean`, and `count`, the number of documents that have one; absent where none."""
    answer = ask(
        lambda: client.search(
            index=ALIAS,
            query=selection_of(question).query(),
            size=0,
            track_total_hits=False,
            aggs={name: {"stats": {"field": name}} for name in NUMBERS},
        )
    )
    return {name: _stats(found) for name, found in answer["aggregations"].items() if found["count"]}


def _stats(found: dict[str, Any]) -> dict[str, float]:
    return {
        "minimum": round(found["min"]),
        "maximum": round(found["max"]),
        "mean": round(found["avg"], 2),
        "count": found["count"],
    }
