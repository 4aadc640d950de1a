"""Periods in a text about time: dates joined into periods, open sides, and words for an ongoing period.

Understood are ISO 8601 intervals, two dates joined in any way, lists of dates, sides left open ("since 2004", "until
1990"), and words that state that a period is ongoing ("present", "heden").
"""

from __future__ import annotations

import re

from pipeline.enrich.period.date_types import Date, Period
from pipeline.enrich.period.dates import FUTURE, dates, is_possible
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import LOWER_CASE

LONGEST_JOIN = 45
"""Characters between the two dates of one period."""
LONGEST_GOING_ON = 70
"""Characters after a date that may state that what began then is ongoing."""


def _any(name: str) -> str:
    return alternatives("dates", name)


ONGOING = re.compile(rf"(?<!\w){_any('ongoing')}(?!\w)", re.IGNORECASE)
_ENDS_IN_ONGOING = re.compile(rf"/\s*{_any('ongoing')}\s*\Z", re.IGNORECASE)
"""An end that a record gives in a field of its own, after whatever it states of the start."""
_NOT_ONGOING = re.compile(r"\b(?:not|no longer|niet|nicht|ei)\s*(?:currently\s*)?\Z", re.IGNORECASE)
_LEADS_TO_ONGOING = re.compile(
    rf"\.?[\s\-\u2010-\u2015~〜～/,;:()（=]*(?:{_any('leads_to_ongoing')}[\s:=~〜～()（\u2010-\u2015-]*){{0,3}}(?:the\s*)?",
    re.IGNORECASE,
)
_DAY = r"(?:\d{1,2}\.?\s*)?"
_MONTH = r"[^\W\d]+\.?\s*"
"""A month, or another word beside a date."""
SINCE_OR_FROM = re.compile(rf"(?<!\w)(?:{_any('since')}|{_any('from_on')})(?!\w)", re.IGNORECASE)
_SINCE = re.compile(rf"(?<!\w){_any('since')}\s+(?:the\s)?{_DAY}(?:{_MONTH}){{0,2}}\Z", re.IGNORECASE)
_UNTIL = re.compile(rf"(?<!\w){_any('until')}\s+(?P<part>(?:the\s)?{_DAY}(?:{_MONTH}){{0,2}})\Z", re.IGNORECASE)
_ONLY_FROM = re.compile(rf"\W*{_any('from')}\s+{_DAY}(?:{_MONTH})?", re.IGNORECASE)
_BEGINNING = re.compile(rf"(?<!\w){_any('beginning')}[\s:]*{_DAY}(?:{_MONTH})?\Z", re.IGNORECASE)
"""What precedes a date at which something began: "beginning 2004", "Start: May 2004"."""
_FROM_ON = re.compile(rf"(?<!\w){_any('from_on')}\s+(?:the\s)?{_DAY}(?:{_MONTH}){{0,2}}\Z", re.IGNORECASE)
"""Likewise, by a word that tells of no end, nor that something goes on: "vanaf 2004", "od roku 2004"."""
_BEGAN_AFTER = re.compile(_any("beginning_after"), re.IGNORECASE)
_WORD = re.compile(r"\w")
_OPEN = re.compile(r"\s*(?:[-\u2010-\u2015]+>?\s*(?:\.\.+|…)?|\+)\s*")
"""What follows a year from which on a period goes on: "1989 –"."""
_NO_END = re.compile(r"\s*(?:/|(?:[-\u2010-\u2015/]\s*)?\?)\s*")
"""What follows a year whose period has an end that is not stated: "2001 /", "2001 - ?"."""
_FROM_DAY = re.compile(
    rf"(?:(?<!\w){_any('from')}\s+|\A\W*)(?:\d{{1,2}}(?:\.|er|st|nd|rd|th)?\s*(?:{_MONTH}|\d{{1,2}}\.\s*)?|{_MONTH})\Z",
    re.IGNORECASE,
)
"""A first date without a year: "from May" in "from May until September 2010"."""
_NO_START = re.compile(r"(?:^|\s)(?:\.\./?|/)\s*\Z")
"""What precedes a year whose period has a start that is not stated: ".. 2004"."""
_ONWARDS = re.compile(
    rf"\s*(?:/?\.\.|{_any('onwards')}|(?:年(?:\d{{1,2}}月)?|年代|年度)(?:以降|\s*[~〜～]\s*\Z))",
    re.IGNORECASE,
)
_BETWEEN_DATES = re.compile(
    rf"[\s\w.,;:()'’=]*?(?:[-\u2010-\u2015\u2212~*/+〜～]|から|より|(?<!\w){_any('to')}(?!\w))[\s\w.,;:()'’=]*\Z",
    re.IGNORECASE,
)
_AND_BETWEEN = re.compile(rf"[\s\w.,;:()'’=]*?(?<!\w){_any('and')}(?!\w)[\s\w.,;:()'’=]*\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(rf"[.!?]\s+[^\W\d_{LOWER_CASE}]\w*\s+[^\W\d]")
_PAIR_WORD = re.compile(rf"(?<!\w){_any('between')}\b(?:\s\d{{1,2}})?[^\d]{{0,30}}\Z", re.IGNORECASE)
ENDS_A_PERIOD = re.compile(
    rf"(?:\d{{4}}\s?(?:[-\u2013/]|{_any('to')}\s)|(?<!\w){_any('between')}\s[^\d]{{0,20}}\d{{4}}\s{_any('and')}\s)"
    rf"\s?{_DAY}(?:{_MONTH})?(?:\d{{1,2}},\s?)?\Z",
    re.IGNORECASE,
)
"""What precedes the second date of a period: "from May 2001 to June", "between 2001 and"."""
_CONTINUES = re.compile(
    rf"[\s,;.-]*(?:(?!{_any('and')}\s)[^\W\d]{{1,8}}[.,]*\s+){{0,2}}?(?P<and>{_any('and')}\s*)?"
    rf"(?P<what>(?:[^\W\d]+[\s,]+){{0,5}}?){_any('continues')}(?!\w)",
    re.IGNORECASE,
)
"""States that what began at a date is ongoing: "and is ongoing", "en loopt nog", "; recruitment continues"."""
_COLLECTION = re.compile(rf"\b{alternatives('years', 'collection')}\b", re.IGNORECASE)
_AND_NOW = re.compile(rf"\s*{_any('and')}\s*(?:\w{{1,3}}\s)?", re.IGNORECASE)
_LIST = re.compile(rf"\s*(?:[,;&|]|\n|(?:,\s*)?{_any('and')}(?!\w))\s*(?:{_MONTH}){{0,2}}\Z", re.IGNORECASE)
_ISO_INTERVAL = re.compile(
    r"\s*(?P<start>-?\d{4,6})?(?:-\d\d){0,2}(?:T\S*)?\s*/\s*(?P<end>-?\d{4,6})?(?:-\d\d){0,2}(?:T\S*)?\s*\Z"
)


def periods(text: str, harvest_year: int, *, prose: bool = False) -> list[Period]:
    """The periods that a text about time states, in order of place; empty where it states none.

    A period that ends before it starts is turned round: its years are meant, their order is a mistake.

    Args:
        text: the text.
        harvest_year: see `dates`.
        prose: see `dates`. In prose, ISO 8601 intervals and "ongoing" without a date are not read either.
    """
    interval = _ISO_INTERVAL.match(text)
    if interval and not prose:
        sides = [int(side) if side else None for side in (interval["start"], interval["end"])]
        sides = [side if side is not None and is_possible(side, harvest_year) else None for side in sides]
        return [_in_order(*sides)] if any(side is not None for side in sides) else []
    found = [_not_in_future(period, harvest_year) for period in _of_dates(text, harvest_year, prose=prose)]
    if not found and not prose and is_ongoing(text):
        return [Period(None, None, ongoing=True)]
    if found and not prose and _ENDS_IN_ONGOING.search(text):
        found[-1] = Period(found[-1].start, None, ongoing=True)
    return found


def _not_in_future(period: Period, harvest_year: int) -> Period:
    """The period; without its end where that is the end of a century that is not over: "20th-21st century"."""
    is_future = period.end is not None and period.end > harvest_year + FUTURE
    return period._replace(end=None) if is_future else period


def _of_dates(text: str, harvest_year: int, *, prose: bool) -> list[Period]:
    in_text = dates(text, harvest_year, prose=prose)
    found: list[Period] = []
    at = 0
    while at < len(in_text):
        first = in_text[at]
        following = in_text[at + 1] if at + 1 < len(in_text) else None
        if following is not None and _joined(text, first, following):
            found.append(_in_order(first.first, following.last))
            at += 2
            continue
        found.append(_alone(text, first, following))
        at += 1
    return found


def _in_order(start: int | None, end: int | None) -> Period:
    if start is not None and end is not None:
        start, end = sorted((start, end))
    return Period(start, end)


def _joined(text: str, first: Date, following: Date) -> bool:
    """Whether two dates are the two ends of one period."""
    between = text[first.end : following.start]
    if len(between) > LONGEST_JOIN or "\n" in between or ONGOING.search(between) or _SENTENCE_END.search(between):
        return False
    if _LIST.match(between) or (_AND_BETWEEN.match(between) and not _BETWEEN_DATES.match(between)):
        return _PAIR_WORD.search(text, max(0, first.start - 40), first.start) is not None
    return _BETWEEN_DATES.match(between) is not None


def _alone(text: str, date: Date, following: Date | None) -> Period:
    """The period of a date that is not joined to another: its own years, or one with an open side."""
    after = text[date.end : following.start if following else date.end + LONGEST_GOING_ON]
    before = text[max(0, date.start - LONGEST_JOIN) : date.start]
    if _goes_on(before, after):
        return Period(date.first, None, ongoing=True)
    if _FROM_ON.search(before):
        return Period(date.first, None)
    if _is_end(date, before):
        return Period(None, date.last)
    if date.first != date.last:
        return Period(date.first, date.last)
    if _OPEN.fullmatch(text, date.end):
        return Period(date.first, None, ongoing=True)
    return Period(date.first, None if _is_start(text, date, before, after) else date.last)


def _goes_on(before: str, after: str) -> bool:
    """Whether the words beside a date state that what began then is ongoing."""
    if ongoing := ONGOING.search(after):
        lead = after[: ongoing.start()]
        if _LEADS_TO_ONGOING.fullmatch(lead) or (_PAIR_WORD.search(before) and _AND_NOW.fullmatch(lead)):
            return True
    return bool(_continues(after) or _ONWARDS.match(after) or _SINCE.search(before))


def _continues(after: str) -> bool:
    """Whether the words after a date state that this continues, or the collection that began then."""
    found = _CONTINUES.match(after)
    if found is None:
        return False
    if not found["what"]:
        return found["and"] is not None
    return _COLLECTION.search(after, found.start("what"), found.end()) is not None


def _is_end(date: Date, before: str) -> bool:
    """Whether a date is the end of a period whose start is not stated."""
    until = _UNTIL.search(before)
    if until is None:
        return _NO_START.search(before) is not None
    has_day = bool(until["part"]) or date.end - date.start > len("2004")
    return not (has_day and _FROM_DAY.search(before[: until.start()]))


def _is_start(text: str, date: Date, before: str, after: str) -> bool:
    """Whether a year is the start of a period whose end is not stated."""
    if _NO_END.fullmatch(text, date.end) or _BEGAN_AFTER.match(after):
        return True
    if _BEGINNING.search(before):
        return True
    return _ONLY_FROM.fullmatch(text, 0, date.start) is not None and _WORD.search(text, date.end) is None


def is_ongoing(text: str) -> bool:
    """Whether a text about time has a word that states that something is ongoing."""
    found = ONGOING.search(text)
    return found is not None and not _NOT_ONGOING.search(text[: found.start()])
