"""Years that the data are about.

A period covered outranks dates of collection, fields outrank prose. What a field's words mean is read by one grammar:
dates in any of the shapes catalogues use, two of them as a period, one side open, going on.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.record import Evidence, Found, Role, Statement, StudyRecord, stated

LONGEST_SPAN = 500
"""Years; of a longer period `years` holds the first and the last only."""

_ONGOING_WORDS = (
    r"ongoing|on-going|present|current(?:ly)?|continuing|continuous(?:ly)?|continues|live|now|today|to date|till date|onwards?|onward"
    r"|heden|vandaag|lopend|doorlopend|heute|gegenwart|laufend|fortlaufend|aujourd'hui|en cours|nykyhetki|nykypäivä|jatkuva|pågående|nutid|"
    r"nåtid|idag|løbende|pågår|løpende|actualidad|presente|en curso|in corso|oggi|現在|継続中"
)
_ONGOING = re.compile(rf"(?<!\w)(?:{_ONGOING_WORDS})(?!\w)", re.IGNORECASE)
_SINCE = re.compile(
    r"(?<!\w)(?:since|sinds|vanaf|seit|ab|depuis|sedan|siden|vuodesta|desde|dal|from)\s+(?:\w+\s+)?(?=\d{3,4})",
    re.IGNORECASE,
)
_MONTHS = (
    r"(?:jan(?:uar[yi])?|januari|febr?(?:uar[yi])?|februari|mar(?:ch)?|maart|mrt|apr(?:il)?|may|mei|mai|june?|juni|july?|juli|"
    r"aug(?:ust(?:us)?)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|spring|summer|autumn|winter|fall)"
)
_BCE = r"(?:B\.?\s?C\.?(?:\s?E\.?)?|v\.?\s?Chr\.?|a\.?C\.|av\.?\s?J\.?-?C\.?|eaa\.?|f\.?\s?Kr\.?)"
_YEAR = re.compile(
    rf"(?<![\w.])(?P<year>-?\d{{1,5}})\s?(?P<bce>{_BCE})(?!\w)"
    r"|(?<![\d.,])(?P<iso>-?\d{4,5})-(?P<month>[01]\d)(?:-(?P<day>[0-3]\d))?(?:T[\d:.]+Z?)?(?!\d)"
    r"|(?<![\d])(?P<dmy>[0-3]?\d[./-][0-3]?\d[./-](?P<dmyyear>\d{4}|\d{2}))(?!\d)"
    r"|(?<![\d])(?P<my>[01]?\d[-/.](?P<myyear>1[5-9]\d\d|20\d\d))(?!\d)"
    r"|(?<![\d.,€$£])(?P<season>(?P<from>1[0-9]\d\d|20\d\d)\s?[/\-\u2013]\s?(?P<to>\d{2}))(?![\d%])"
    r"|(?<![\d])(?P<compact>(?:1[5-9]|20)\d{6})(?!\d)"
    r"|(?<![\d])(?P<decade>[12]\d\d0)(?:s|'s|er|-?ies|-luvulla|-luvun|-talet|erne)(?!\w)"
    r"|(?<![\d.,€$£])(?P<plain>\d{4})(?![\d%]|,\d)"
)


class Span(NamedTuple):
    """Years of one stated period; None where the side is open."""

    start: int | None
    end: int | None
    ongoing: bool
    statement: Statement
    words: str


def find(record: StudyRecord, harvest_year: int) -> dict[str, Found]:
    """`start_year`, `end_year`, `ongoing`, `years` and `duration_years`, as far as stated."""
    for spans in (
        [span for statement in record.having(Role.PERIOD) for span in _in_field(statement, harvest_year)],
        [span for statement in record.having(Role.COLLECTION_DATES) for span in _in_field(statement, harvest_year)],
        [span for statement in record.having(Role.TITLE) for span in _in_title(statement, harvest_year)],
    ):
        if spans:
            return _facets(spans, harvest_year)
    return {}


def _facets(spans: list[Span], harvest_year: int) -> dict[str, Found]:
    evidence = tuple(dict.fromkeys(stated(span.statement, span.words) for span in spans))
    starts = [span.start for span in spans if span.start is not None]
    ends = [span.end for span in spans if span.end is not None]
    ongoing = any(span.ongoing for span in spans)
    facets: dict[str, Found] = {}
    if starts:
        facets["start_year"] = Found(min(starts), evidence)
    if ongoing:
        facets["ongoing"] = Found(True, evidence)
    elif ends:
        facets["end_year"] = Found(max(ends), evidence)
    years = sorted({year for span in spans for year in _covered(span, harvest_year)})
    if years:
        facets["years"] = Found(years, evidence)
    if "start_year" in facets and "end_year" in facets:
        length = facets["end_year"].value - facets["start_year"].value
        facets["duration_years"] = Found(length, (Evidence(kind="derived", field="start_year, end_year"),))
    return facets


def _covered(span: Span, harvest_year: int) -> list[int]:
    end = harvest_year if span.ongoing else span.end
    sides = [year for year in (span.start, end) if year is not None]
    if len(sides) == 2 and 0 <= sides[1] - sides[0] <= LONGEST_SPAN:
        return list(range(sides[0], sides[1] + 1))
    return sides


def _dates(text: str, harvest_year: int) -> list[tuple[int, int, int, int]]:
    """First year, last year, and place of each date in a text."""
    found: list[tuple[int, int, int, int]] = []
    for match in _YEAR.finditer(text):
        first = last = _year_of(match, harvest_year)
        if first is None or last is None:
            continue
        if match["decade"]:
            last = first + 9
        elif match["season"]:
            last = first // 100 * 100 + int(match["to"])
            if last < first:
                last += 100
            if last - first > 60:
                last = first
        found.append((first, last, match.start(), match.end()))
    return found


def _year_of(match: re.Match[str], harvest_year: int) -> int | None:
    if match["bce"]:
        return -abs(int(match["year"]))
    digits = (
        match["iso"]
        or match["myyear"]
        or match["from"]
        or match["decade"]
        or match["plain"]
        or (match["compact"] or "")[:4]
        or match["dmyyear"]
    )
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year <= harvest_year % 100 else 1900
    if digits.startswith("-"):
        return year
    return year if 1000 <= year <= harvest_year + 30 else None


def _in_field(statement: Statement, harvest_year: int) -> list[Span]:
    """The periods that a field about time states."""
    text = statement.text
    dates = _dates(text, harvest_year)
    ongoing = bool(_ONGOING.search(text)) or bool(re.search(r"\d{4}\s*\.\.\s*\Z", text))
    words = text[:200]
    if not dates:
        return [Span(None, None, True, statement, words)] if ongoing else []
    first, last = dates[0][0], max(date[1] for date in dates)
    if text.endswith("/") and len(dates) == 1:
        return [Span(first, None, False, statement, words)]
    if text.startswith("/") and len(dates) == 1:
        return [Span(None, last, False, statement, words)]
    if ongoing or (_SINCE.search(text) and len(dates) == 1):
        return [Span(first, None, True, statement, words)]
    return [Span(min(date[0] for date in dates), last, False, statement, words)]


def _in_title(statement: Statement, harvest_year: int) -> list[Span]:
    dates = [date for date in _dates(statement.text, harvest_year) if date[0] >= 1500]
    if not dates:
        return []
    words = statement.text[dates[0][2] : dates[-1][3]]
    return [Span(min(date[0] for date in dates), max(date[1] for date in dates), False, statement, words)]
