"""Ongoing studies when the calendar turns: their documents cover one year more, and no record is read for it."""

from __future__ import annotations

from typing import Any

from pipeline.enrich.period.date_types import LONGEST_SPAN
from pipeline.enrich.search_fields import search_fields
from pipeline.model.built import content_hash


def until(document: dict[str, Any], year: int) -> dict[str, Any]:
    """The document of an ongoing study whose `years` end earlier, covering all years to this one.

    It is what reading its record in that year would make of it, but for `harvested_at`.
    """
    extended = {**document, "years": _covered(document["years"], document.get("start_year"), year)}
    extended |= search_fields(extended, year)
    return {**extended, "content_hash": content_hash(extended)}


def _covered(years: list[int], start: int | None, year: int) -> list[int]:
    *before, last = years
    is_end_alone = last - 1 not in before and last != start
    if start is None or (is_end_alone and year - start > LONGEST_SPAN):  # of a long span, its ends alone are in `years`
        return [*before, year]
    return [*years, *range(last + 1, year + 1)]
