"""Geometry of the pictures: flow, histogram, sparkline. Templates draw it as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

FLOW_HEIGHT = 190.0
"""Units of the picture's height that records take, without the gaps."""
_LEAST = 4.0
"""Height of a count that is small beside the others: it can be seen."""
_GAP = 22.0
"""Room between two nodes of a column: a line of text."""


class Node(NamedTuple):
    """A count in the flow: a bar with its label."""

    name: str
    label: str
    number: int
    x: float
    y: float
    height: float


class Link(NamedTuple):
    """A band between two bars."""

    name: str
    path: str


class Flow(NamedTuple):
    """The picture of fetched = read + rejected + deletions, read = created + updated + unchanged."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    height: float


def flow(counts: Mapping[str, int]) -> Flow:
    """Nodes and bands, by the names of the counts in a report. Each bar is as high as those that it splits into."""
    columns = {"created": 228.0, "updated": 228.0, "unchanged": 228.0, "rejected": 130.0, "deletions": 130.0}
    scale = FLOW_HEIGHT / max(counts["fetched"], 1)
    leaves = {name: max(_LEAST, counts[name] * scale) if counts[name] else 0.0 for name in columns}
    third = [name for name in ("created", "updated", "unchanged") if leaves[name]]
    read = sum(leaves[name] for name in third)
    second = [(name, height) for name, height in _second(leaves, read) if height]
    nodes = [Node("fetched", "fetched", counts["fetched"], 4, _GAP, sum(height for _, height in second))]
    links = []
    source, target = _GAP, _GAP
    for name, height in second:
        nodes.append(Node(name, name, counts[name], 130, target, height))
        links.append(Link(name, _band(16, source, 130, target, height)))
        source += height
        room = _GAP * max(len(third), 1) if name == "read" else _GAP
        target += height + room
    source = target = _GAP
    for name in third:
        nodes.append(Node(name, name, counts[name], 228, target, leaves[name]))
        links.append(Link(name, _band(142, source, 228, target, leaves[name])))
        source += leaves[name]
        target += leaves[name] + _GAP
    return Flow(tuple(nodes), tuple(links), max(node.y + node.height for node in nodes) + 6)


def _second(leaves: Mapping[str, float], read: float) -> list[tuple[str, float]]:
    return [("read", read), ("rejected", leaves["rejected"]), ("deletions", leaves["deletions"])]


def _band(x1: float, y1: float, x2: float, y2: float, height: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:g} {y1:.1f}C{middle:g} {y1:.1f} {middle:g} {y2:.1f} {x2:g} {y2:.1f}V{y2 + height:.1f}"
        f"C{middle:g} {y2 + height:.1f} {middle:g} {y1 + height:.1f} {x1:g} {y1 + height:.1f}Z"
    )


class Column(NamedTuple):
    """One step of the histogram. Heights are 0 to 100."""

    label: str
    before: int | None
    after: int | None
    x: float
    width: float
    before_height: float
    after_height: float


class Histogram(NamedTuple):
    """Documents by the calendar years that they cover."""

    columns: tuple[Column, ...]
    highest: int
    axis: tuple[str, ...]
    """Labels below the picture: of its first, middle and last step."""


_MOST_COLUMNS = 60
_EARLY = 0.01
"""Share of the documents' years that may be put together as early ones."""


def histogram(before: Mapping[int, int] | None, after: Mapping[int, int] | None) -> Histogram | None:
    """Steps of one, two, five … years; the few earliest years together, so that the others can be seen."""
    both = [years for years in (before, after) if years]
    if not both:
        return None
    known = sorted({year for years in both for year in years})
    first, last = _first(known, both), known[-1]
    step = next(size for size in _steps() if (last - first) // size < _MOST_COLUMNS)
    first -= first % step
    starts = list(range(first, last + 1, step))
    early = known[0] < first
    old, new = (_binned(years, starts, step, early=early) for years in (before, after))
    highest = max([*(old or ()), *(new or ()), 1])
    labels = [f"before {first}"] * early + [f"{s}" if step == 1 else f"{s}–{s + step - 1}" for s in starts]
    width = 1000 / len(labels)
    columns = tuple(
        Column(
            label,
            old[place] if old else None,
            new[place] if new else None,
            round(place * width, 2),
            round(width * 0.86, 2),
            round(100 * old[place] / highest, 2) if old else 0.0,
            round(100 * new[place] / highest, 2) if new else 0.0,
        )
        for place, label in enumerate(labels)
    )
    axis = (labels[0], labels[len(labels) // 2], labels[-1]) if len(labels) > 2 else tuple(labels)
    return Histogram(columns, highest, axis)


def _first(known: Sequence[int], both: Sequence[Mapping[int, int]]) -> int:
    """The year before which there is next to nothing."""
    total, seen = sum(sum(years.values()) for years in both), 0
    for year in known:
        seen += sum(years.get(year, 0) for years in both)
        if seen > _EARLY * total:
            return year
    return known[0]


def _steps() -> list[int]:
    return [base * 10**power for power in range(5) for base in (1, 2, 5)]


def _binned(years: Mapping[int, int] | None, starts: Sequence[int], step: int, *, early: bool) -> list[int] | None:
    """The largest count of a year in each step: a document covers many years, so that counts do not add up."""
    if years is None:
        return None
    found = [max((years.get(year, 0) for year in range(start, start + step)), default=0) for start in starts]
    if early:
        found.insert(0, max((count for year, count in years.items() if year < starts[0]), default=0))
    return found


class Sparkline(NamedTuple):
    """Live documents over the last runs, as the points of a line in a box of 100 by 24."""

    points: str
    values: tuple[int, ...]
    last_y: float


def sparkline(values: Sequence[int]) -> Sparkline | None:
    """None with fewer than two values. A change of few percent looks like one."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    room = max(high - low, high * 0.1, 1.0)
    middle = (high + low) / 2
    heights = [round(12 - (value - middle) / room * 18, 1) for value in values]
    points = " ".join(f"{place * 100 / (len(values) - 1):.1f},{y:g}" for place, y in enumerate(heights))
    return Sparkline(points, tuple(values), heights[-1])
