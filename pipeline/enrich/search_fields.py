"""Fields of a document that follow from its other fields, so that searches find, count and sort by them.

They have no evidence of their own: they state nothing that the others do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.enrich.text.language_files import ENGLISH, section
from pipeline.model.text import fold

ALWAYS_NEW = 9999
"""The key for the order `newest` of a study that is ongoing: it covers this year, whichever that is."""

LONGEST_KEY = 100
"""Characters of the key by which names sort."""

_DIGITS = 9
"""Digits to which a number in a name is filled up, so that 2 sorts before 10."""

_LEADING = re.compile(r"\A[^\w]+")
_NUMBER = re.compile(r"[0-9]+")
_SIGNS = re.compile(r"[^\w]+")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ð": "d", "þ": "th"})


def search_fields(document: Mapping[str, Any], harvest_year: int) -> dict[str, Any]:
    """The fields that follow; absent where what they follow from is.

    - `topics_with_broader`: the topics and all broader ones.
    - `ongoing_from`: where the document is of an ongoing study that has a start and no end, the year after the last of
      its `years`. It covers this year and every later one up to now, whatever the calendar says.
    - `latest_year_sort`: the last year covered that is not after the harvest; 9999 for such an ongoing study.
    - `name_sort`: the name without case, accents, signs and leading article, with numbers in order; cut.
    """
    years = document.get("years", [])
    fields: dict[str, Any] = {}
    if topics := document.get("topics"):
        fields["topics_with_broader"] = with_broader(topics)
    goes_on = bool(years and document.get("ongoing")) and "start_year" in document and "end_year" not in document
    if goes_on:
        fields["ongoing_from"] = min(years[-1] + 1, ALWAYS_NEW)
    past = [year for year in years if year <= harvest_year]
    if past:
        fields["latest_year_sort"] = ALWAYS_NEW if goes_on else past[-1]
    if key := name_key(document["name"], document.get("name_language")):
        fields["name_sort"] = key
    return fields


def with_broader(topics: Iterable[str]) -> list[str]:
    """Codes and those of all broader topics: `Politics.Elections` is within `Politics`."""
    parts = [code.split(".") for code in topics]
    return sorted({".".join(of_one[:length]) for of_one in parts for length in range(1, len(of_one) + 1)})


def name_key(name: str, language: str | None) -> str:
    """The key by which a name sorts in reading order, where keys are compared byte by byte; may be empty.

    The language is that of the name; where it is not known, English articles are left out alone.

    >>> name_key("«L'École» 2", "fr")
    'ecole 000000002'
    """
    words = _LEADING.sub("", fold(name[: 5 * LONGEST_KEY]).translate(_LETTERS))
    for article in section(language or ENGLISH, "language").get("articles", ()):
        joined = article.endswith("'")
        rest = words.removeprefix(article).removeprefix(article.replace("'", "\u2019"))
        if rest != words and rest and (joined or rest[0].isspace()):
            words = rest
            break
    words = _NUMBER.sub(lambda number: number.group().zfill(_DIGITS), words)
    return _SIGNS.sub(" ", words).strip()[:LONGEST_KEY].rstrip()
