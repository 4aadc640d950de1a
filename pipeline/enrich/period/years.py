"""Years that the data are about, and whether collection goes on.

A period covered outranks dates of collection wherever it stands; fields outrank prose, and a title a description. In
prose only what is told of data, of their collection or of the time covered counts: never publication, version, law,
grant, citation, birth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.enrich.period.dates import LONGEST_JOIN, ONGOING, Date, Period, dates, periods
from pipeline.enrich.period.spelled_out_dates import may_tell
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import LONGEST_FIELD, sentences
from pipeline.model.record import Conditions, Evidence, Found, Role, Statement, StudyRecord, stated

LONGEST_SPAN = 500
"""Years; of a longer period `years` holds the first and the last only."""

_NO_DATA = re.compile(
    rf"(?<!\w)(?:{alternatives('years', 'no_data')}|\b(?:Jan|Feb)\w*\.?\s\d{{1,2}},)[\s:]*\(?\[?\s*\Z", re.IGNORECASE
)
_CITED = re.compile(r"(?:[A-Z][\w'’-]+|\bet al\.?|\b[A-Z]\.)\s*,?\s*\(?\Z")
_AFTER_CITED = re.compile(r"[a-z]?\s*[);,]")
_PUBLISHED = re.compile(rf"\b{alternatives('years', 'published')}\b", re.IGNORECASE)
_PUBLISHED_AFTER = re.compile(rf"\s*(?:\w+\s+){{0,3}}{alternatives('years', 'published_after')}\b", re.IGNORECASE)
_NO_DATA_AFTER = re.compile(alternatives("years", "no_data_after"), re.IGNORECASE)
_COUNTED = re.compile(
    rf"\s+(?:(?!{alternatives('years', 'small_words')}\b)\w+\s+){{0,2}}{alternatives('years', 'counted')}\b",
    re.IGNORECASE,
)
"""What a number counts, right behind it: "2000 Dutch households", and not "2000 among households"."""
_CODE_BEFORE = re.compile(r"[A-Za-z]\Z|# ?\Z")
_HYPHENATED = re.compile(r"[A-Z]{2}-\Z")
EARLIEST_HYPHENATED = 1900
"""A lower number after capitals and a hyphen is no year: `STI-1558`, while `PISA-2018` has one."""
_CODE_AFTER = re.compile(r"[A-Za-z]")
_DIGITS = re.compile(r"\d{3}")
_NAMED_YEAR = re.compile(rf"\b{alternatives('years', 'year')}\s+(?:1[5-9]|20)\d\d(?!\d)", re.IGNORECASE)
_RECRUITED = re.compile(rf"\b{alternatives('years', 'recruited')}", re.IGNORECASE)
_STARTED = re.compile(rf"\b{alternatives('years', 'started')}\s+(?:[^\W\d]+\s+){{0,3}}\Z", re.IGNORECASE)
_STARTED_AFTER = re.compile(rf"\s+(?:[^\W\d]+\s+){{0,2}}?{alternatives('years', 'started')}\b", re.IGNORECASE)
_BIRTH_COHORT = re.compile(alternatives("years", "birth_cohort"), re.IGNORECASE)
_DATA = re.compile(rf"\b{alternatives('years', 'data')}\b", re.IGNORECASE)
_COLLECTION = re.compile(
    rf"\b{alternatives('years', 'collection')}\b|{alternatives('years', 'collection_unspaced')}", re.IGNORECASE
)
_REGULAR = re.compile(alternatives("years", "regular"))
_OTHER_STUDY = re.compile(
    rf"(?<!\w){alternatives('years', 'other_study')}\b(?:[^;:,]|(?<=\d),|,(?=\s\d)){{0,80}}\Z", re.IGNORECASE
)
"""That what a clause tells before a date is of another study, or of the making of a copy."""
_AGAIN = re.compile(alternatives("years", "again"), re.IGNORECASE)
_EVENT_AFTER = re.compile(alternatives("years", "event_after"))
_EVENT_BEFORE = re.compile(rf"(?<!\w){alternatives('years', 'event_before')}\s*\Z", re.IGNORECASE)
_GOES_ON_TO = re.compile(r"\s?(?:[-\u2013\u2014/]|to|tot|bis)\s?\d{2,4}")
EARLIEST_IN_PROSE = 1400
"""A bare number below this is no year in prose."""
EARLIEST_ERA = 100
"""A year below this is none in prose, whatever its era: `AD 32`."""
LONGEST_CLAUSE = 300
"""Characters before a date in which it may be said that something was published then."""
MOST_DATES = 50
"""Dates of one title or sentence that are read."""
_LEADING_SENTENCES = 12
"""Sentences of a description that are read for years."""


class Span(NamedTuple):
    """One stated period, and what states it."""

    period: Period
    statement: Statement
    words: str


def find(record: StudyRecord, conditions: Conditions) -> dict[str, Found]:
    """`start_year`, `end_year`, `ongoing`, `years` and `duration_years`, as far as stated."""
    harvest_year = conditions.harvest_year
    going_on: list[Span] = []
    for role in (Role.PERIOD, Role.COLLECTION_DATES):
        spans = [span for statement in record.having(role) for span in _in_field(statement, harvest_year)]
        told = [span for span in spans if span.period.start is not None or span.period.end is not None]
        going_on += spans
        if told:
            return _facets([*spans, *_ends_in_prose(told, record, harvest_year)], record, harvest_year)
    for role, read in ((Role.TITLE, _in_title), (Role.DESCRIPTION, _in_description)):
        for statement in record.having(role):
            spans = list(read(statement, harvest_year))
            if spans:
                return _facets([*spans, *going_on], record, harvest_year)
    return _facets(going_on, record, harvest_year) if going_on else _without_dates(record)


def _ends_in_prose(told: list[Span], record: StudyRecord, harvest_year: int) -> list[Span]:
    """The period in prose that starts as the fields say and that they leave without an end, if one is told."""
    if len(told) > 1 or told[0].period.end is not None or told[0].period.ongoing:
        return []
    for statement in record.having(Role.DESCRIPTION):
        for span in _in_description(statement, harvest_year):
            if (
                span.period.start == told[0].period.start
                and span.period.end != span.period.start
                and not any(map(_RECRUITED.search, _sentences_of(span)))
            ):
                return [span]
    return []


def _sentences_of(span: Span) -> Iterator[str]:
    """The sentences in which the words of a span stand."""
    text = span.statement.text
    for start, end in sentences(text):
        if span.words in text[start:end]:
            yield text[start:end]


def _without_dates(record: StudyRecord) -> dict[str, Found]:
    """`ongoing` alone, where no year is told but a regular update rhythm is."""
    rhythms = tuple(stated(rhythm) for rhythm in record.having(Role.UPDATE_RHYTHM) if _is_regular(rhythm))
    return {"ongoing": Found(True, rhythms)} if rhythms else {}


def _facets(spans: list[Span], record: StudyRecord, harvest_year: int) -> dict[str, Found]:
    evidence = tuple(dict.fromkeys(stated(span.statement, span.words) for span in spans))
    starts = [year for span in spans for year in (span.period.start,) if year is not None]
    ends = [year for span in spans for year in (span.period.end,) if year is not None]
    facets: dict[str, Found] = {}
    if starts:
        facets["start_year"] = Found(min(starts), evidence)
    going_on = tuple(stated(span.statement, span.words) for span in spans if span.period.ongoing)
    if not going_on and starts and not ends:
        going_on = tuple(stated(rhythm) for rhythm in record.having(Role.UPDATE_RHYTHM) if _is_regular(rhythm))
    if going_on:
        facets["ongoing"] = Found(True, going_on)
    elif ends:
        facets["end_year"] = Found(max(ends), evidence)
    years = {year for span in spans for year in _covered(span.period, harvest_year)}
    if going_on and starts:
        years.update(_covered(Period(max(starts), None, ongoing=True), harvest_year))
    if years:
        facets["years"] = Found(sorted(years), evidence)
    if "start_year" in facets and "end_year" in facets:
        length = facets["end_year"].value - facets["start_year"].value
        facets["duration_years"] = Found(length, (Evidence(kind="derived", field="start_year, end_year"),))
    return facets


def _covered(period: Period, harvest_year: int) -> list[int]:
    end = harvest_year if period.ongoing else period.end
    sides = [year for year in (period.start, end) if year is not None]
    if len(sides) == 2 and 0 <= sides[1] - sides[0] <= LONGEST_SPAN:
        return list(range(sides[0], sides[1] + 1))
    return sides


def _is_regular(rhythm: Statement) -> bool:
    """Whether an update rhythm tells of a collection that goes on."""
    return any(_REGULAR.fullmatch(word) for word in re.findall(r"[a-z]+", rhythm.text.lower().replace("-", ""))[:3])


def _in_field(statement: Statement, harvest_year: int) -> list[Span]:
    """The periods that a field about time states."""
    told = periods(statement.text[:LONGEST_FIELD], harvest_year)
    return [Span(period, statement, statement.text[:200]) for period in told]


def _in_title(statement: Statement, harvest_year: int) -> Iterator[Span]:
    text = statement.text[:LONGEST_FIELD]
    found = [date for date in dates(text, harvest_year, prose=True)[:MOST_DATES] if _is_of_data(text, date)]
    outside = [date for date in found if not _in_brackets(text, date)]
    yield from _spans(statement, outside or found, harvest_year)


def _in_description(statement: Statement, harvest_year: int) -> Iterator[Span]:
    """Periods in sentences that tell of data or their collection; single years only where that is plain."""
    text = statement.text
    strong: list[Span] = []
    weak: list[Span] = []
    events: list[Span] = []
    for start, end in sentences(text)[:_LEADING_SENTENCES]:
        sentence = text[start:end]
        if not (_DIGITS.search(sentence) or may_tell(sentence)):
            continue
        found = [
            Date(date.first, date.last, date.start + start, date.end + start)
            for date in dates(sentence, harvest_year, prose=True)[:MOST_DATES]
        ]
        of_data = [date for date in found if _is_of_data(text, date) and not _is_aside(text, date)]
        spans = list(_spans(statement, [date for date in of_data if not _is_event(text, date)], harvest_year))
        if _COLLECTION.search(sentence) or (_NAMED_YEAR.search(sentence) and _DATA.search(sentence)):
            strong += spans
            events += _spans(statement, [date for date in of_data if _is_event(text, date)], harvest_year)
        else:
            weak += [
                span
                for span in spans
                if span.period.ongoing or span.period.start != span.period.end
                if _DATA.search(sentence) or len(sentence) < 80
            ]
    yield from strong or events
    yield from weak[:1]


def _is_event(text: str, date: Date) -> bool:
    """Whether one year dates something that happened, which studies of another year may ask about."""
    if date.first != date.last or _GOES_ON_TO.match(text, date.end):
        return False
    if text[max(0, date.start - 4) : date.start].lower() == "the " and _EVENT_AFTER.match(text, date.end):
        return True
    return _EVENT_BEFORE.search(text, max(0, date.start - 40), date.start) is not None


def _is_aside(text: str, date: Date) -> bool:
    """Whether one year alone stands in brackets, and nothing before them tells of collection: "the crisis (1997)"."""
    alone = text[date.start - 1 : date.start] == "(" and text[date.end : date.end + 1] == ")"
    return alone and date.first == date.last and _COLLECTION.search(text, max(0, date.start - 25), date.start) is None


def _spans(statement: Statement, found: list[Date], harvest_year: int) -> Iterator[Span]:
    """The periods that dates in prose tell, each read with its surroundings."""
    text = statement.text
    at = 0
    while at < len(found):
        first = found[at]
        last = found[at + 1] if at + 1 < len(found) else None
        window_start = max(0, first.start - LONGEST_JOIN)
        both = periods(text[window_start : last.end], harvest_year, prose=True) if last else []
        if last is not None and len(both) == 1:
            yield Span(both[0], statement, text[first.start : last.end])
            at += 2
            continue
        stop = last.start if last else min(len(text), first.end + LONGEST_JOIN)
        newline = text.find("\n", first.end, stop)
        stop = newline if newline >= 0 else stop
        alone = periods(text[window_start:stop], harvest_year, prose=True)
        period = next((told for told in reversed(alone) if first.first in {told.start, told.end}), None)
        words = text[first.start : first.end]
        if period is not None and period.ongoing and (going_on := ONGOING.search(text, first.end, stop)):
            words = text[first.start : going_on.end()]
        if (
            period is not None
            and not period.ongoing
            and (_STARTED.search(text, window_start, first.start) or _STARTED_AFTER.match(text, first.end))
        ):
            period = Period(first.first, None)
        yield Span(period or Period(first.first, first.last), statement, words)
        at += 1


def _is_of_data(text: str, date: Date) -> bool:
    """Whether a year in prose may be one of the data, rather than of a publication, a law or a birth."""
    before, after = text[max(0, date.start - 40) : date.start], text[date.end : date.end + 80]
    if (
        _NO_DATA.search(before)
        or _NO_DATA_AFTER.match(after)
        or _COUNTED.match(after)
        or _BIRTH_COHORT.match(after)
        or _is_of_publication(text, date)
    ):
        return False
    if re.search(r"(?:https?://|www\.|doi|10\.\d{4})\S*\Z", before):
        return False
    if 0 <= date.first < EARLIEST_IN_PROSE and text[date.start : date.end].isdigit():
        return False
    if 0 < date.last < EARLIEST_ERA or _is_in_a_code(text, date):
        return False
    return not (before.rstrip().endswith(("(", ",", ".")) and _CITED.search(before) and _AFTER_CITED.match(after))


def _is_in_a_code(text: str, date: Date) -> bool:
    """Whether a number is a part of the name of a drug or a form: `YG1699`, `1592U89`, `STI-1558`."""
    if _CODE_BEFORE.search(text, max(0, date.start - 6), date.start):
        return True
    if date.first < EARLIEST_HYPHENATED and _HYPHENATED.search(text, max(0, date.start - 6), date.start):
        return True
    return text[date.end - 1].isdigit() and _CODE_AFTER.match(text, date.end) is not None


def _is_of_publication(text: str, date: Date) -> bool:
    """Whether the last told before a date is of a publication or another study ("in 2011 and in 2016")."""
    start = next((start for start, end in sentences(text) if start <= date.start < end), date.start)
    start = max(start, date.start - LONGEST_CLAUSE)
    for published in _PUBLISHED.finditer(text, start, date.start):
        if _COLLECTION.search(text, published.end(), date.start) is None:
            return True
    other = _OTHER_STUDY.search(text, start, date.start)
    if other is not None and _AGAIN.search(text, start, date.start) is None:
        return True
    return _PUBLISHED_AFTER.match(text, date.end) is not None


def _in_brackets(text: str, date: Date) -> bool:
    opened = text.rfind("(", 0, date.start)
    return opened > text.rfind(")", 0, date.start)
