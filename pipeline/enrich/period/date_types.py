"""Dates and periods, in calendar years."""

from __future__ import annotations

from typing import NamedTuple


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
