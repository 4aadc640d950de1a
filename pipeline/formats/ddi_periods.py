"""Dates of DDI as periods: `timePrd` and `collDate` give the start and the end of a period in elements of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.model.text import unique

_UNKNOWN_PART = re.compile(r"(?<=\d)-00(?=-|\Z)")
_TIME = re.compile(r"(?<=\d)T\d\d:\d\d.*\Z")


class EventDate(NamedTuple):
    """One date element: `event` is `start`, `end`, `single` or empty; `cycle` names one of several periods."""

    date: str
    event: str
    cycle: str
    language: str | None


def periods(dates: Iterable[EventDate]) -> list[str]:
    """The periods that dates state, without repeats: `start/end`, `start/`, `/end`, or a single date.

    ISO dates lose their time of day, and the `-00` of an unknown month or day; other dates stay unchanged. The dates of
    each cycle are paired separately. A start without an end is a single date where an empty `single` date is beside it:
    the CESSDA Data Catalogue writes single dates in this way.
    """
    by_cycle: dict[str, list[EventDate]] = {}
    for date in dates:
        by_cycle.setdefault(date.cycle, []).append(date._replace(date=_tidy(date.date)))
    return unique(period for group in by_cycle.values() for period in _paired(_in_one_language(group)))


def _in_one_language(dates: list[EventDate]) -> list[EventDate]:
    """The dates of one language where all languages give the same dates, else the dates as they are."""
    by_language: dict[str | None, list[EventDate]] = {}
    for date in dates:
        by_language.setdefault(date.language, []).append(date)
    different = {tuple((date.date, date.event) for date in group) for group in by_language.values()}
    return next(iter(by_language.values())) if len(different) == 1 else dates


def _paired(dates: Sequence[EventDate]) -> Iterator[str]:
    starts = [date.date for date in dates if date.event == "start" and date.date]
    ends = [date.date for date in dates if date.event == "end" and date.date]
    singles = [date.date for date in dates if date.event not in {"start", "end"}]
    if len(starts) == len(ends):
        yield from map(_interval, starts, ends)
    elif starts and not ends and singles and not any(singles):
        yield from starts
    else:
        yield from _paired_in_order(dates)
    yield from filter(None, singles)


def _paired_in_order(dates: Sequence[EventDate]) -> Iterator[str]:
    """Each start with the end that follows it; a date without a counterpart is open on the other side."""
    start = ""
    for date in dates:
        if not date.date or date.event not in {"start", "end"}:
            continue
        if date.event == "end":
            yield _interval(start, date.date)
            start = ""
        else:
            if start:
                yield _interval(start, "")
            start = date.date
    if start:
        yield _interval(start, "")


def _interval(start: str, end: str) -> str:
    """An ISO 8601 interval; slashes within dates become hyphens."""
    return f"{start.replace('/', '-')}/{end.replace('/', '-')}"


def _tidy(date: str) -> str:
    day = _TIME.sub("", date) if "T" in date else date
    return _UNKNOWN_PART.sub("", day) if "-00" in day else day
