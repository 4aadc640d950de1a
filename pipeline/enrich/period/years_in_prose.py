"""Periods that titles and descriptions state.

Years that are not of data (`not_of_data`) do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.enrich.period.date_types import Date, Period
from pipeline.enrich.period.dates import dates
from pipeline.enrich.period.not_of_data import is_of_data
from pipeline.enrich.period.periods import LONGEST_GOING_ON, LONGEST_JOIN, ONGOING, SINCE_OR_FROM, periods
from pipeline.enrich.period.spelled_out_dates import may_contain_spelled_out_dates
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Statement

EARLIEST_IN_PROSE = 1400
"""A bare number below this is no year in prose."""
MOST_DATES = 50
"""Dates of one title or sentence that are read."""
SHORT_SENTENCE = 80
"""A sentence of fewer characters may state a period without a word about data."""
_FIRST_SENTENCES = 12
"""Sentences of a description that are read for years."""


def _any(name: str) -> str:
    return alternatives("years", name)


_A_WORD = r"[^\W\d]+\s+"
_DIGITS = re.compile(r"\d{3}")
_NAMED_YEAR = re.compile(rf"\b{_any('year')}\s*(?:1[5-9]|20)\d\d(?!\d)", re.IGNORECASE)
_STARTED = re.compile(rf"\b{_any('started')}\s+(?:{_A_WORD}){{0,3}}\Z", re.IGNORECASE)
_STARTED_AFTER = re.compile(rf"\s*(?:{_A_WORD}){{0,2}}?{_any('started')}\b", re.IGNORECASE)
_DATA = re.compile(rf"\b{_any('data')}\b", re.IGNORECASE)
_COLLECTION = re.compile(rf"\b{_any('collection')}\b|{_any('collection_unspaced')}", re.IGNORECASE)
_EVENT_AFTER = re.compile(_any("event_after"))
_EVENT_BEFORE = re.compile(rf"(?<!\w){_any('event_before')}\s*\Z", re.IGNORECASE)
_GOES_ON_TO = re.compile(r"\s?(?:[-\u2013\u2014/]|to|tot|bis)\s?\d{2,4}")


class PeriodFinding(NamedTuple):
    """A period that a statement states, and the words that state it."""

    period: Period
    statement: Statement
    words: str


class _Part(NamedTuple):
    """A title, or a sentence of a description: where it starts and ends in the statement, and all dates that it has.

    Of data or not, each date ends the words that are read with another. A low bare number is no date of its own, but
    may be the start of a period.
    """

    statement: Statement
    start: int
    end: int
    dates: list[Date]


def _part(statement: Statement, start: int, end: int, harvest_year: int) -> _Part:
    text = statement.text[start:end]
    found = dates(text, harvest_year, prose=True)[:MOST_DATES]
    moved = [
        Date(date.first, date.last, date.start + start, date.end + start)
        for date in found
        if date.first >= EARLIEST_IN_PROSE or not text[date.start : date.end].isdigit()
    ]
    return _Part(statement, start, end, moved)


def periods_in_title(statement: Statement, harvest_year: int) -> Iterator[PeriodFinding]:
    """Periods in a title; dates in brackets count only where there are no others."""
    text = statement.text
    title = _part(statement, 0, len(text), harvest_year)
    found = [date for date in title.dates if is_of_data(text, date)]
    outside = [date for date in found if not _is_in_brackets(text, date)]
    yield from _joined(title, outside or found, harvest_year)


def periods_in_description(statement: Statement, harvest_year: int) -> Iterator[PeriodFinding]:
    """Periods in sentences about the collection of data, and the first of more than one year in another sentence.

    The other sentence must be short or about data. Dates of events count only where sentences about collection state
    no other date.
    """
    text = statement.text
    of_collection: list[PeriodFinding] = []
    of_events: list[PeriodFinding] = []
    going_on: list[PeriodFinding] = []
    others: list[PeriodFinding] = []
    in_words = may_contain_spelled_out_dates(text)
    for start, end in sentences(text)[:_FIRST_SENTENCES]:
        words = text[start:end]
        if not (_DIGITS.search(words) or (in_words and may_contain_spelled_out_dates(words))):
            continue
        sentence = _part(statement, start, end, harvest_year)
        of_data = [date for date in sentence.dates if is_of_data(text, date) and not _is_aside(text, date)]
        if not of_data:
            continue
        events = [date for date in of_data if _is_event(text, date)]
        joined = list(_joined(sentence, [date for date in of_data if date not in events], harvest_year))
        if _COLLECTION.search(words) or (_NAMED_YEAR.search(words) and _DATA.search(words)):
            of_collection += joined
            of_events += _joined(sentence, events, harvest_year)
        elif told := [one for one in joined if one.period.ongoing and ONGOING.search(one.words)]:
            going_on += told
        elif _DATA.search(words) or (len(words) < SHORT_SENTENCE and not SINCE_OR_FROM.search(words)):
            others += [one for one in joined if one.period.ongoing or one.period.start != one.period.end]
    yield from of_collection or of_events or going_on
    yield from others[:1]


def _joined(part: _Part, found: list[Date], harvest_year: int) -> Iterator[PeriodFinding]:
    """The periods that dates in prose state: each date is joined with the next, or read with the words around it."""
    text = part.statement.text
    at = 0
    while at < len(found):
        first = found[at]
        before = (date.end for date in part.dates if date.end <= first.start)
        start = max([part.start, first.start - LONGEST_JOIN, *before])
        last = found[at + 1] if at + 1 < len(found) else None
        both = periods(text[start : last.end], harvest_year, prose=True) if last else []
        if last is not None and len(both) == 1:
            yield PeriodFinding(both[0], part.statement, text[first.start : last.end])
            at += 2
            continue
        after = (date.start for date in part.dates if date.start >= first.end)
        yield _alone(part.statement, first, start, min([part.end, first.end + LONGEST_GOING_ON, *after]), harvest_year)
        at += 1


def _alone(statement: Statement, date: Date, start: int, end: int, harvest_year: int) -> PeriodFinding:
    """The period of a date that is not joined to another: it is read with the words from `start` to `end`."""
    text = statement.text
    around = periods(text[start:end], harvest_year, prose=True)
    period = around[0] if around else Period(date.first, date.last)
    words = text[date.start : date.end]
    if period.ongoing and (ongoing := ONGOING.search(text, date.end, end)):
        words = text[date.start : ongoing.end()]
    elif not period.ongoing and (_STARTED.search(text, start, date.start) or _STARTED_AFTER.match(text, date.end)):
        period = Period(date.first, None)
    return PeriodFinding(period, statement, words)


def _is_event(text: str, date: Date) -> bool:
    """Whether one year is the date of an event, which a study of another year may ask about."""
    if date.first != date.last or _GOES_ON_TO.match(text, date.end):
        return False
    if text[max(0, date.start - 4) : date.start].lower() == "the " and _EVENT_AFTER.match(text, date.end):
        return True
    return _EVENT_BEFORE.search(text, max(0, date.start - 40), date.start) is not None


def _is_aside(text: str, date: Date) -> bool:
    """Whether one year is alone in brackets, and no word of collection precedes them: "the crisis (1997)"."""
    alone = text[date.start - 1 : date.start] == "(" and text[date.end : date.end + 1] == ")"
    return alone and date.first == date.last and _COLLECTION.search(text, max(0, date.start - 25), date.start) is None


def _is_in_brackets(text: str, date: Date) -> bool:
    return "(" in text[: date.start].rpartition(")")[2]
