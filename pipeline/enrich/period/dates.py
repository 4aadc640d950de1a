"""Dates and periods as catalogues write them, read into calendar years.

`periods` reads a text that is about time; it knows ISO 8601, day-month-year in any order of size, seasons (`2010/11`),
decades (`1990s`, `jaren 90`, `1990-luku`), centuries, years BCE (negative), two dates joined in any way, lists of
dates, open sides, and words for going on. A year that cannot be (0, 9999, 11998, far in the future) is no date.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import NamedTuple

from pipeline.enrich.period.spelled_out_dates import spelled
from pipeline.enrich.text.patterns import alternatives

EARLIEST = 1000
"""A bare number of four digits below this is no year; earlier ones carry their era, or stand in an ISO interval."""
FUTURE = 30
"""Years after the harvest that a plan may reach."""
DECADE = 9
"""Years between the first and the last of a decade."""
LONGEST_SEASON = 60

LONGEST_JOIN = 45
"""Characters between the two dates of one period."""


def _any(name: str) -> str:
    return alternatives("dates", name)


ONGOING = re.compile(rf"(?<!\w){_any('ongoing')}(?!\w)", re.IGNORECASE)
_ENDS_IN_ONGOING = re.compile(rf"/\s*{_any('ongoing')}\s*\Z", re.IGNORECASE)
"""The end of a period that a record gives apart, after whatever it tells of the start."""
_NOT_ONGOING = re.compile(r"\b(?:not|no longer|niet|nicht|ei)\s+(?:currently\s+)?\Z", re.IGNORECASE)
_LEADS_TO_ONGOING = re.compile(
    rf"[\s\-\u2010-\u2015~〜～/,;:()=]*(?:{_any('leads_to_ongoing')}[\s:=~〜～\u2010-\u2015-]*){{0,3}}(?:the\s+)?",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"(?<!\w){_any('since')}\s+(?:\d{{1,2}}\.?\s+)?(?:[^\W\d]+\.?\s+){{0,2}}\Z", re.IGNORECASE)
_UNTIL = re.compile(rf"(?<!\w){_any('until')}\s+(?:\d{{1,2}}\.?\s+)?(?:[^\W\d]+\.?\s+){{0,2}}\Z", re.IGNORECASE)
_ONLY_FROM = re.compile(rf"\W*{_any('from')}\s+(?:\d{{1,2}}\.?\s+)?(?:[^\W\d]+\.?\s+)?", re.IGNORECASE)
_WORD = re.compile(r"\w")
_FROM_DAY = re.compile(
    rf"(?:(?<!\w){_any('from')}\s+|\A\W*)(?:\d{{1,2}}(?:\.|er|st|nd|rd|th)?\s+)?(?:(?<=\d\s)|[^\W\d]+\.?\s+)\Z",
    re.IGNORECASE,
)
"""A side without a year: "from May" in "from May to September 2010"."""
_ONWARDS = re.compile(
    rf"\s*(?:/?\.\.|{_any('onwards')}|(?:年(?:\d+月)?|年代|年度)(?:(?:から|より)(?!\s*\d)|以降|\s*[~〜～]\s*\Z))",
    re.IGNORECASE,
)
_BETWEEN_DATES = re.compile(
    rf"[\s\w.,;:()'’=]*?(?:[-\u2010-\u2015\u2212~*/+〜～]|から|より|(?<!\w){_any('to')}(?!\w))[\s\w.,;:()'’=]*\Z",
    re.IGNORECASE,
)
_AND_BETWEEN = re.compile(rf"[\s\w.,;:()'’=]*?(?<!\w){_any('and')}(?!\w)[\s\w.,;:()'’=]*\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s+[^\W\d_a-zà-ÿ]\w*\s+[^\W\d]")
_PAIR_WORD = re.compile(rf"(?<!\w){_any('between')}\b[^\d]{{0,30}}\Z", re.IGNORECASE)
_STILL = re.compile(rf"[\s,;]+{_any('and')}\s+{_any('still_going')}(?!\w)", re.IGNORECASE)
"""That what began at a date goes on: "and is ongoing", "en loopt nog"."""
_AND_NOW = re.compile(rf"\s+{_any('and')}\s+(?:\w{{1,3}}\s+)?", re.IGNORECASE)
_LIST = re.compile(rf"\s*(?:[,;&|]|\n|(?:,\s*)?{_any('and')}(?!\w))\s*(?:[^\W\d]+\.?\s*){{0,2}}\Z", re.IGNORECASE)
_CENTURY = "(?:[1-9]|1\\d|20|21)"
_TH = "(?:st|nd|rd|th|e|de|ste)"
_TO = r"(?:to|and|en|tot|[-–/])\s?"
_DATE = re.compile(
    rf"(?=[\dA-]|{_any('decade_before')})(?:(?<![\w.])(?P<bce>\d{{1,5}})\s?{_any('bce')}(?!\w)"
    rf"|(?<![\w.])(?P<ce>\d{{1,4}})\s?{_any('ce')}(?!\w)|(?<!\w)A\.?D\.?\s?(?P<ad>\d{{1,4}})(?!\d)"
    r"|(?<![\d.,-])(?P<iso>-\d{4}|\d{4,5})-(?P<month>0\d|1[0-2])(?:-(?P<day>[0-3]\d))?"
    r"(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-])"
    r"|(?<![\d.-])[0-3]?\d[./-][0-3]?\d[./-](?P<dmy>\d{4}|\d{2})(?![\d])"
    r"|(?<![\d])(?P<ymd>(?:1[5-9]|20)\d\d)[./][01]?\d[./][0-3]?\d(?!\d)"
    r"|(?<![\d./-])[01]?\d[-/.](?P<my>1[5-9]\d\d|20\d\d)(?!\d)"
    r"|(?<![\d.,€$£-])(?P<season>1\d\d\d|20\d\d)\s?[/\u2013-]\s?'?(?P<to>\d{2})(?![\d%-]|\.?\s+[^\W\d]{3,10}\.?\s+\d{4})"
    r"|(?<!\d)(?P<compact>(?:1[5-9]|20)\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)"
    rf"|(?<!\d)(?P<decade>1\d\d0|20\d0){_any('decade')}(?!\w)"
    rf"|(?<!\w){_any('decade_before')}\s['’]?(?P<jaren>1\d\d0|[1-9]0)(?!\d)"
    rf"|(?<!\w)(?P<century>{_CENTURY})(?:"
    rf"{_TH}?[\s-]?(?:{_TO}(?P<century_to>{_CENTURY}){_TH}\s)?(?:early |late |mid[- ])?centur(?:y|ies)"
    rf"|{_TH}?\s?(?:{_TO}(?P<eeuw_to>{_CENTURY}){_TH}?\s)?eeuw|\.\s?(?:Jahrhundert|Jh)|e\s?siècle)(?!\w)"
    r"|(?<!\d[.,])(?<![\d€$£#])(?P<plain>\d{4})(?![\d%]|[.,]\d))",
)
_ISO_INTERVAL = re.compile(
    r"\s*(?P<start>-?\d{4,6})?(?:-\d\d){0,2}(?:T\S*)?\s*/\s*(?P<end>-?\d{4,6})?(?:-\d\d){0,2}(?:T\S*)?\s*\Z"
)


class Period(NamedTuple):
    """First and last calendar year; None where that side is open or untold."""

    start: int | None
    end: int | None
    ongoing: bool = False


class Date(NamedTuple):
    """The calendar years that one date names, and where it stands in the text."""

    first: int
    last: int
    start: int
    end: int


def dates(text: str, harvest_year: int, *, prose: bool = False) -> list[Date]:
    """Dates in a text, in order. In `prose` a two-digit year is none, and `2009-10` is a season, not a month."""
    found: list[Date] = []
    for match in _DATE.finditer(text):
        years = _years(match, harvest_year, prose=prose)
        if years is not None:
            found.append(Date(*years, match.start(), match.end()))
    found = [date for date, after in zip_longest(found, found[1:]) if not _is_told_in_brackets(text, date, after)]
    in_words = [Date(*date) for date in spelled(text)]
    if not in_words:
        return found
    apart = [date for date in found if not any(other.start < date.end and date.start < other.end for other in in_words)]
    return sorted([*apart, *in_words], key=lambda date: date.start)


def _is_told_in_brackets(text: str, date: Date, following: Date | None) -> bool:
    """Whether brackets after a century or decade tell which years of it are meant: "19th century (1860-1890)"."""
    if following is None or date.last - date.first < DECADE:
        return False
    return text[date.end : following.start].strip() in {"(", "["}


def _years(match: re.Match[str], harvest_year: int, *, prose: bool) -> tuple[int, int] | None:
    """First and last year of one date; None where it cannot be one."""
    if match["season"]:
        return _season(int(match["season"]), int(match["to"]), harvest_year)
    if match["iso"] and prose and int(match["month"]) == (int(match["iso"]) + 1) % 100 and not match["day"]:
        return _season(int(match["iso"]), int(match["month"]), harvest_year)
    digits = match["iso"] or match["ymd"] or match["my"] or match["compact"] or match["plain"] or match["dmy"]
    if digits is None:
        return _era(match)
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year <= harvest_year % 100 else 1900
    plausible = _possible(year, harvest_year) and (year >= EARLIEST or year < 0)
    return (year, year) if plausible and not (prose and len(digits) == 2) else None


def _era(match: re.Match[str]) -> tuple[int, int] | None:
    """Years of a date in words: an era, a century, a decade."""
    if match["bce"]:
        return -int(match["bce"]), -int(match["bce"])
    if era := match["ce"] or match["ad"]:
        return (int(era), int(era)) if int(era) else None
    if match["century"]:
        last = match["century_to"] or match["eeuw_to"] or match["century"]
        return int(match["century"]) * 100 - 99, int(last) * 100
    first = int(match["decade"] or match["jaren"])
    first += 1900 if first < 100 else 0
    return first, first + (99 if match["decade"] and first % 100 == 0 and first < 1900 else 9)


def _season(first: int, to: int, harvest_year: int) -> tuple[int, int] | None:
    """`2010/11`, `1998-03`: the second year in two digits; the first alone where that makes no sense."""
    last = first - first % 100 + to
    if last < first:
        last += 100
    if not _possible(first, harvest_year):
        return None
    return (first, last) if last - first <= LONGEST_SEASON and _possible(last, harvest_year) else (first, first)


def _possible(year: int, harvest_year: int) -> bool:
    return year not in {0, 1} and year <= harvest_year + FUTURE


def periods(text: str, harvest_year: int, *, prose: bool = False) -> list[Period]:
    """The periods that a text about time tells; empty where it tells none.

    A period that ends before it starts is turned round where both sides are told: whoever wrote it meant the years.
    """
    interval = _ISO_INTERVAL.match(text)
    if interval and not prose:
        sides = [int(side) if side else None for side in (interval["start"], interval["end"])]
        sides = [side if side is not None and _possible(side, harvest_year) else None for side in sides]
        return [_period(*sides)] if any(side is not None for side in sides) else []
    found = dates(text, harvest_year, prose=prose)
    told: list[Period] = []
    at = 0
    while at < len(found):
        first = found[at]
        following = found[at + 1] if at + 1 < len(found) else None
        if following is not None and _joined(text, first, following):
            told.append(_period(first.first, following.last))
            at += 2
            continue
        told.append(_alone(text, first, following))
        at += 1
    if not told and not prose and is_ongoing(text):
        return [Period(None, None, ongoing=True)]
    if told and not prose and _ENDS_IN_ONGOING.search(text):
        told[-1] = Period(told[-1].start, None, ongoing=True)
    return told


def _period(start: int | None, end: int | None) -> Period:
    if start is not None and end is not None and end < start:
        start, end = end, start
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
    """A date without a partner: its own years, or an open side."""
    after = text[date.end : following.start if following else date.end + 40]
    before = text[max(0, date.start - LONGEST_JOIN) : date.start]
    if ongoing := ONGOING.search(after):
        near = ongoing.start() <= LONGEST_JOIN and not _NOT_ONGOING.search(after[: ongoing.start()])
        between = _PAIR_WORD.search(before) is not None and _AND_NOW.fullmatch(after[: ongoing.start()]) is not None
        if near and (between or _LEADS_TO_ONGOING.fullmatch(after[: ongoing.start()])):
            return Period(date.first, None, ongoing=True)
    if _STILL.match(after) or _ONWARDS.match(after) or _SINCE.search(before):
        return Period(date.first, None, ongoing=True)
    until = _UNTIL.search(before)
    if (until and not _FROM_DAY.search(before[: until.start()])) or re.search(r"(?:^|\s)(?:\.\./?|/)\s*\Z", before):
        return Period(None, date.last)
    open_end = re.fullmatch(r"\s*[/\-\u2013]\s*", text[date.end :])
    only_from = _ONLY_FROM.fullmatch(text, 0, date.start) and not _WORD.search(text, date.end)
    if (open_end or only_from) and date.first == date.last:
        return Period(date.first, None)
    return Period(date.first, date.last)


def is_ongoing(text: str) -> bool:
    """Whether a text about time has a word for going on."""
    found = ONGOING.search(text)
    return found is not None and not _NOT_ONGOING.search(text[: found.start()])
