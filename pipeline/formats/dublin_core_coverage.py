"""`coverage` of Dublin Core: a place, a period, or both in one text; the element does not distinguish them.

Besides words it may hold DCMI Period (`start=1929; end=1939; name=…`) and DCMI Point and Box (`east=…; name=…`),
https://www.dublincore.org/specifications/dublin-core/dcmi-period/ and the like.
"""

from __future__ import annotations

import re
from enum import Enum

from pipeline.formats.shapes import interval


class Coverage(Enum):
    """What a coverage is about."""

    PLACE = "place"
    PERIOD = "period"
    PLACE_WITH_YEARS = "place with years"
    """A place with years, which may be those of the data or of the place (`German Reich (1871-1945)`)."""


_PART = re.compile(r"(?:\A|;)\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)
_OF_PERIOD = frozenset({"start", "end"})
_OF_PLACE = frozenset(
    {"east", "north", "elevation", "projection", "units", "zunits"}
    | {"northlimit", "southlimit", "eastlimit", "westlimit", "uplimit", "downlimit"}
)
_YEAR = re.compile(r"(?<![\d.])(?:1[3-9]|20)\d\d(?![\d.]*\d)")
_WORD = re.compile(r"[^\W\d_]+")
_OF_DATES = re.compile(
    r"(?:jan|feb|mar|apr|ma[yijrä]|jun|jul|aug|sep|okt|oct|nov|dec|dez|mrt|janv|f[eé]vr|avr|mai|juin|juil|ao[uû]t|"
    r"d[eé]c)\w*|(?:to|and|until|till|from|since|between|onwards|present|ongoing|now|today|current|circa|ca|c|about|"
    r"before|after|early|late|mid|spring|summer|autumn|fall|winter|quarter|q|year|years|period|dates?|time|collection|collected|s|th|st|nd|rd|"
    r"ce|bce|ad|bc|tot|en|met|vanaf|heden|bis|und|von|seit|heute|jahr|jahre|à|au|de|du|et|depuis|aujourd|hui|till|och|"
    r"från|vuoteen|t|z|utc|century|centuries|eeuw|jahrhundert|siècle)",
    re.IGNORECASE,
)
_NAMED_PERIOD = re.compile(
    r"\b(?:\d{1,2}(?:th|st|nd|rd)|twentieth|nineteenth|eighteenth|\w+teenth|twenty-first) centur(?:y|ies)\b|"
    r"\b\d{1,2}(?:e|de|ste) eeuw\b|\b\d{1,2}\. jahrhundert\b|\b(?:stone|bronze|iron|middle) ages?\b|"
    r"\b(?:medieval|neolithic|palaeolithic|mesolithic|prehistor\w+)\b|\b\d+ (?:bce?|ce|ad)\b",
    re.IGNORECASE,
)
_COMPASS = re.compile(
    r"\b(?:north|south|east|west|(?:north|south|east|west)limit|lat\w*|long?\w*|elevation)\b", re.IGNORECASE
)
_PLACE = re.compile(r"[^\W\d_]{2}")
"""Two letters in a row: coordinates alone have none, except in the names of directions."""


def coverage(text: str) -> tuple[Coverage, str] | None:
    """What a coverage is about, and its words; None for coordinates and other texts without words."""
    parts = {name.casefold(): value.strip() for name, value in _PART.findall(text)}
    if parts.keys() & _OF_PERIOD:
        start, end = (parts.get(side, "").replace("/", "-") for side in ("start", "end"))
        return Coverage.PERIOD, interval(start, end)
    if parts.keys() & _OF_PLACE:
        return Coverage.PLACE, parts.get("name", "")
    has_years = bool(_YEAR.search(text))
    if has_years and all(_OF_DATES.fullmatch(word) for word in _WORD.findall(text)):
        return Coverage.PERIOD, text
    has_digits = any(map(str.isdigit, text))
    if not has_years and not _PLACE.search(_COMPASS.sub("", text) if has_digits else text):
        return None
    if _NAMED_PERIOD.search(text):
        return Coverage.PERIOD, text
    return (Coverage.PLACE_WITH_YEARS if has_years else Coverage.PLACE), text
