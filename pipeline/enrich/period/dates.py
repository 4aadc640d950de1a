"""Dates in a text, as catalogues write them, read into calendar years.

Understood are ISO 8601, day-month-year in any order, seasons (`2010/11`), decades (`1990s`, `jaren 90`, `1990-luku`),
centuries, years with an era, and dates in words (`spelled_out_dates`). A year that is not possible (0, 9999, 11998, far
in the future) is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from pipeline.enrich.period.date_types import Date
from pipeline.enrich.period.spelled_out_dates import spelled_out_dates
from pipeline.enrich.text.patterns import alternatives

EARLIEST_POSSIBLE = -9999
"""The earliest year that a document may have."""
EARLIEST = 1000
"""A bare number of four digits below this is no year. Earlier years have an era, or are in an ISO 8601 interval."""
FUTURE = 30
"""Years after the harvest that a plan may reach."""
DECADE = 9
"""Years from the first to the last of a decade."""
LAST_OF_CENTURY = 99
"""Years from the first to the last of a century."""
LONGEST_SEASON = 60
"""Most years from the first to the second of `2010/11`; a longer one is no season."""


def _any(name: str) -> str:
    return alternatives("dates", name)


_CENTURY = "(?:[1-9]|1\\d|20|21)"
_TH = r"(?:st|nd|rd|th|e|de|ste|\.)"
_TO = r"(?:to|and|en|tot|und|bis|[-–/])\s?"
_REST_OF_DATE = r"\.?\s*(?:de\s)?[^\W\d]{3,10}\.?,?\s*(?:de\s)?\d{4}|\s?[./-]\s?[01]?\d\s?[./-]"
"""What makes a number after a year a day, not the second year of a season: "1999 – 20 de mayo de 1999"."""
_DATE = re.compile(
    rf"(?=[\dA-]|{_any('decade_before')})(?:(?<![\w.])(?P<bce>\d{{1,5}})\s?{_any('bce')}(?!\w)"
    rf"|(?<![\w.])(?P<ce>\d{{1,4}})\s?{_any('ce')}(?!\w)|(?<!\w)A\.?D\.?\s?(?P<ad>\d{{1,4}})(?!\d)"
    r"|(?<![\d.,-])(?P<iso>-\d{4}|\d{4,5})-(?P<month>0\d|1[0-2])(?:-(?P<day>[0-3]\d))?"
    r"(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-])"
    r"|(?<!\d)(?<!\d[.-])[0-3]?\d(?:[./-][0-3]?\d[./-](?P<dmy>\d{4}|\d{2})|(?:\s?/\s?|\.\s)[0-3]?\d(?:\s?/\s?|\.\s)(?P<spaced>\d{4}))(?!\d)"
    r"|(?<!\d)(?P<ymd>(?:1[5-9]|20)\d\d)(?:[./][01]?\d[./]|\.\s[01]?\d\.\s)[0-3]?\d(?!\d)"
    r"|(?<![\d./-])[01]?\d(?:[-/.]|\.\s)(?P<my>1[5-9]\d\d|20\d\d)(?!\d)"
    rf"|(?<![\d.,€$£-])(?P<season>1\d\d\d|20\d\d)\s?[/\u2013-]\s?'?(?P<to>\d{{2}})(?![\d%-]|{_REST_OF_DATE})"
    r"|(?<![\d.,])(?P<in_field>(?:1[5-9]|20)\d\d)(?:\.(?:0[1-9]|1[0-2])|[.,]00?)(?![\d%]|[.,]\d)"
    r"|(?<!\d)(?P<compact>(?:1[5-9]|20)\d\d)(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?!\d)"
    rf"|(?<!\d)(?P<decade>1\d\d0|20\d0){_any('decade')}(?!\w)"
    rf"|(?<!\w){_any('decade_before')}\s(?P<decade_after>1\d\d0|20\d0)"
    rf"(?:\s{_any('and')}\s(?:{_any('decade_before')}\s)?(?P<decade_to>1\d\d0|20\d0))?(?!\d)"
    rf"|(?<!\w)(?P<century>{_CENTURY})(?:{_TH}?[\s-]?{_TO}(?:early |late |mid[- ])?(?P<century_to>{_CENTURY}))?"
    rf"{_TH}[\s-]?(?:century|centuries|eeuw|Jahrhunderts?|Jh)(?!\w)"
    r"|(?<!\d[.,])(?<![\d€$£#])(?P<plain>\d{4})(?![\d%]|[.,]\d))",
)

_YEAR_GROUPS = ("iso", "ymd", "my", "compact", "plain", "dmy", "spaced", "in_field")
"""The groups of a date that hold one year; `in_field` is one as only fields write it: `1998.0`, `1999.04`."""
_LONGEST_BEFORE_DIGIT = 20
"""Characters of a date before its first digit."""
_DIGIT = re.compile(r"\d")
_A_WORD_OR_TWO = re.compile(r"[.\s]*(?:[^\W\d]+\.?\s+){0,2}")
_BCE_AFTER = re.compile(rf"\.?\s?{_any('bce')}(?!\w)")


def dates(text: str, harvest_year: int, *, prose: bool) -> list[Date]:
    """Dates in a text, in order of place.

    Args:
        text: the text.
        harvest_year: the year of the harvest, by which two-digit and future years are judged.
        prose: whether the text is prose, in which a two-digit year is none, and `2009-10` a season, not a month.
    """
    found: list[Date] = []
    digit = _DIGIT.search(text)
    for match in _DATE.finditer(text, max(0, digit.start() - _LONGEST_BEFORE_DIGIT)) if digit else ():
        years = _years(match, harvest_year, prose=prose)
        if years is not None:
            found.append(Date(*years, match.start(), match.end()))
    of_all = [*found, *spelled_out_dates(text)]
    found = sorted((date for date in of_all if not _is_not_over(date, harvest_year)), key=lambda date: date.start)
    dated = list(_in_their_century([_in_era(date, text) for date in found], text))
    return [date for date, after in zip_longest(dated, dated[1:]) if not _is_explained_in_brackets(text, date, after)]


def _in_their_century(found: list[Date], text: str) -> Iterator[Date]:
    """The dates; a century beside decades only states which century these are of: "the fifties of the 19th century"."""
    for at, date in enumerate(found):
        if not _is_decade(date):
            if not (_is_century(date) and any(_beside(text, date, other) for other in found if _is_decade(other))):
                yield date
            continue
        century = _century_of(found, at, text)
        moved = 0 if century is None else century - date.first + date.first % (LAST_OF_CENTURY + 1) - 1
        yield date._replace(first=date.first + moved, last=date.last + moved)


def _century_of(found: list[Date], at: int, text: str) -> int | None:
    """First year of the century beside a decade, or beside the decade that follows and is joined to it."""
    for other in found:
        if _is_century(other) and _beside(text, found[at], other):
            return other.first
    following = found[at + 1] if at + 1 < len(found) else None
    if following is not None and _is_decade(following) and _beside(text, found[at], following):
        return _century_of(found, at + 1, text)
    return None


def _is_decade(date: Date) -> bool:
    return date.last - date.first >= DECADE and not _is_century(date) and date.first > 0


def _is_century(date: Date) -> bool:
    return date.last - date.first == LAST_OF_CENTURY and date.first > 0


def _beside(text: str, one: Date, other: Date) -> bool:
    """Whether at most a word or two, and no sign but a bracket, are between two dates."""
    first, second = sorted((one, other), key=lambda date: date.start)
    return first is not second and _A_WORD_OR_TWO.fullmatch(text, first.end, second.start) is not None


def _is_not_over(date: Date, harvest_year: int) -> bool:
    """Whether a date is the century of the harvest, which says when nothing was: "life in the 21st century"."""
    return date.last - date.first == LAST_OF_CENTURY and date.first <= harvest_year < date.last


def _in_era(date: Date, text: str) -> Date:
    """The date; a century or decade before Christ if that follows: "5th century BC" is 500 to 401 BCE."""
    era = _BCE_AFTER.match(text, date.end) if date.last > date.first else None
    if era is None:
        return date
    return Date(-date.last, -date.first, date.start, era.end())


def _is_explained_in_brackets(text: str, date: Date, following: Date | None) -> bool:
    """Whether brackets after a century or decade state which years of it are meant: "19th century (1860-1890)"."""
    if following is None or date.last - date.first < DECADE:
        return False
    return text[date.end : following.start].strip() in {"(", "["}


def _years(match: re.Match[str], harvest_year: int, *, prose: bool) -> tuple[int, int] | None:
    """First and last year of one date; None where it cannot be one."""
    if match["season"]:
        return _season(int(match["season"]), int(match["to"]), harvest_year)
    if match["iso"] and prose and int(match["month"]) == (int(match["iso"]) + 1) % 100 and not match["day"]:
        return _season(int(match["iso"]), int(match["month"]), harvest_year)
    if match["in_field"] and prose:
        return None
    digits = next(filter(None, match.group(*_YEAR_GROUPS)), None)
    if digits is None:
        return _era(match)
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year <= harvest_year % 100 else 1900
    plausible = is_possible(year, harvest_year) and (year >= EARLIEST or year < 0)
    return (year, year) if plausible and not (prose and len(digits) == 2) else None


def _era(match: re.Match[str]) -> tuple[int, int] | None:
    """Years of a date in words: an era, a century, a decade."""
    if match["bce"]:
        year = -int(match["bce"])
        return (year, year) if year >= EARLIEST_POSSIBLE else None
    if era := match["ce"] or match["ad"]:
        return (int(era), int(era)) if int(era) else None
    if match["century"]:
        first, last = sorted(int(number) for number in (match["century"], match["century_to"] or match["century"]))
        return first * 100 - LAST_OF_CENTURY, last * 100
    first = int(match["decade"] or match["decade_after"])
    last = int(match["decade_to"] or first)
    return first, last + (LAST_OF_CENTURY if match["decade"] and first % 100 == 0 and first < 1900 else DECADE)


def _season(first: int, to: int, harvest_year: int) -> tuple[int, int] | None:
    """Years of `2010/11`, `1998-03`; the first alone where the second is not possible or too far away."""
    last = first - first % 100 + to
    if last < first:
        last += 100
    if not is_possible(first, harvest_year):
        return None
    return (first, last) if last - first <= LONGEST_SEASON and is_possible(last, harvest_year) else (first, first)


def is_possible(year: int, harvest_year: int) -> bool:
    """Whether data can be about a year; 0 and 1 are placeholders."""
    return year not in {0, 1} and EARLIEST_POSSIBLE <= year <= harvest_year + FUTURE
