"""How facets are counted and filtered by: the words in which the table of facets states it."""

from __future__ import annotations

from typing import NamedTuple


class AllValues:
    """`search` counts every value."""


class MostCommon(NamedTuple):
    """`search` counts the most common values, `size` of them, and the rest together as `other`."""

    size: int


class Bands(NamedTuple):
    """`search` counts the documents in ranges of numbers: each begins at one of `starts`, the last has no end.

    A document counts in a range where the option `Range` of the same row finds it with that range.
    """

    starts: tuple[int, ...]

    def ranges(self) -> dict[str, tuple[int, int | None]]:
        """First and last number of each range, by its name, which the option takes: `0..99`, `100..`."""
        lasts = [start - 1 for start in self.starts[1:]]
        closed = {f"{first}..{last}": (first, last) for first, last in zip(self.starts, lasts, strict=False)}
        return {**closed, f"{self.starts[-1]}..": (self.starts[-1], None)}


class Option(NamedTuple):
    """An option of `search` that filters by the values of a field; it may be given several times."""

    name: str
    metavar: str
    help: str


class Range(NamedTuple):
    """An option of `search` that takes a range A..B, with either end left open.

    It filters by a field that lists numbers, or by two: documents whose `lower` to `upper` overlaps the range.
    """

    name: str
    metavar: str
    help: str
    lower: str
    upper: str


class Switch(NamedTuple):
    """A pair of options of `search`, `--NAME` and `--OFF`: documents where a field is true, and where it is not.

    Where `ends` names a field of a last year, those are the documents that ended: their last year is no later than
    this year, and the field is not true. Else the field is false. `values` are the names of both in filters and counts.
    """

    name: str
    off: str
    help: str
    values: tuple[str, str]
    ends: str | None = None


class Since(NamedTuple):
    """An option of `search` that takes a date: documents whose date is that one or a later one."""

    name: str
    metavar: str
    help: str
