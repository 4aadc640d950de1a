"""Ongoing studies cover every year up to now, whatever the calendar says and whenever they were harvested.

A document lists the years up to its harvest; `ongoing_from` is the year after these where its study goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.model import moments

ONGOING_FROM = "ongoing_from"


def this_year() -> int:
    """The year now, in UTC."""
    return moments.now().year


def goes_on_in(first: int | None, last: int | None) -> dict[str, Any] | None:
    """The query for documents that cover a year of the range after those that they list; None where none can."""
    now = this_year()
    if first is not None and first > now:
        return None
    return {"range": {ONGOING_FROM: {"lte": now if last is None else min(last, now)}}}


def with_years_since(values: Mapping[str, int], ongoing_from: Mapping[int, int]) -> dict[str, int]:
    """Documents by year, with those that go on since they were harvested.

    Args:
        values: documents by year that they list.
        ongoing_from: documents by the year after these, of those that go on.
    """
    counts = dict(values)
    now = this_year()
    for start, number in ongoing_from.items():
        for year in range(start, now + 1):
            counts[str(year)] = counts.get(str(year), 0) + number
    return counts
