"""Dates and periods, in calendar years."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_SPAN = 500
"""Years. Of a longer period, `years` has only the first and the last."""


class Date(NamedTuple):
    """The calendar years that one date names, the first to the last, and the offsets of its words in the text.

    A day has one year, a decade ten, a century a hundred. Years BCE are negative.
    """

    first: int
    last: int
    start: int
    end: int


class Period(NamedTuple):
    """First and last calendar year of a period; None where that side is open or not stated."""

    start: int | None
    end: int | None
    ongoing: bool = False


def years_covered(start: int | None, end: int | None) -> list[int]:
    """Every year from start to end; only the known ends where one is unknown, or they are over 500 years apart."""
    if start is not None and end is not None and 0 <= end - start <= LONGEST_SPAN:
        return list(range(start, end + 1))
    return sorted(year for year in (start, end) if year is not None)


def years_so_far(start: int | None, harvest_year: int) -> list[int]:
    """Every year of an ongoing period up to the harvest; its start alone where that is later."""
    return years_covered(start, harvest_year if start is None else max(start, harvest_year))
