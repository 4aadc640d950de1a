"""The facets of a run, live beside candidate: coverage, and the values that a facet opens to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pipeline.model.facets import FACETS
from pipeline.operations.pages.labels import field_label, value_label
from pipeline.run.details import Distribution, RunDetails
from pipeline.run.distributions import VALUES
from pipeline.run.results import RunReport

SHOWN_VALUES = 25
"""Values of a facet that are listed."""


class Share(NamedTuple):
    """Documents on both sides, and their shares; None where there is no such side."""

    label: str
    before: int | None
    after: int | None
    before_share: float | None
    after_share: float | None

    @property
    def shift(self) -> float | None:
        """How far the share moved, 0 to 1."""
        if self.before_share is None or self.after_share is None:
            return None
        return self.after_share - self.before_share

    @property
    def change(self) -> int | None:
        """How many documents more."""
        return None if self.before is None or self.after is None else self.after - self.before


class FacetRow(NamedTuple):
    """One facet."""

    name: str
    of_all: Share
    values: tuple[Share, ...]
    more: int
    """Values that are not listed; at least so many, where not all values were counted."""
    all_counted: bool = True


def facet_rows(report: RunReport, details: RunDetails | None) -> list[FacetRow]:
    """The facets in their usual order, those that no document has left out."""
    before = details.before if details else None
    after = details.after if details else None
    sides = _Sides(before, after, report)
    names = {*sides.coverage(before), *sides.coverage(after)} if details else {*report.coverage}
    order = [facet.name for facet in FACETS if facet.name in names]
    return [_row(name, sides) for name in [*order, *sorted(names - {*order})]]


class _Sides(NamedTuple):
    before: Distribution | None
    after: Distribution | None
    report: RunReport

    @staticmethod
    def coverage(side: Distribution | None) -> Mapping[str, int]:
        return side.coverage if side else {}


def _row(name: str, sides: _Sides) -> FacetRow:
    before, after, report = sides
    if before is None and after is None:
        documents = report.coverage[name]
        return FacetRow(name, _share(field_label(name), (None, 0), (documents, report.judged)), (), 0)
    of_all = _share(field_label(name), _covered(before, name), _covered(after, name))
    old, new = (side.values.get(name, {}) if side else {} for side in (before, after))
    common = sorted({*old, *new}, key=lambda value: (-max(old.get(value, 0), new.get(value, 0)), value))
    values = tuple(
        _share(
            value_label(name, value),
            (_counted(before, name, value), before.documents if before else 0),
            (_counted(after, name, value), after.documents if after else 0),
        )
        for value in common[:SHOWN_VALUES]
    )
    all_counted = not any(_is_cut(side, name) for side in (before, after))
    return FacetRow(name, of_all, values, max(0, len(common) - SHOWN_VALUES), all_counted)


def _counted(side: Distribution | None, name: str, value: str) -> int | None:
    """Documents with a value; None where it is not among the most common ones, which alone were counted."""
    if side is None:
        return None
    return side.values.get(name, {}).get(value, None if _is_cut(side, name) else 0)


def _is_cut(side: Distribution | None, name: str) -> bool:
    """Whether a facet may have more values than were counted."""
    return side is not None and name in VALUES and len(side.values.get(name, ())) >= VALUES[name]


def _covered(side: Distribution | None, name: str) -> tuple[int | None, int]:
    return (side.coverage.get(name, 0), side.documents) if side else (None, 0)


def _share(label: str, before: tuple[int | None, int], after: tuple[int | None, int]) -> Share:
    return Share(label, before[0], after[0], _of(*before), _of(*after))


def _of(count: int | None, documents: int) -> float | None:
    return None if count is None else count / max(documents, 1)
