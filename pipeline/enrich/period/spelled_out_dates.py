"""Decades, centuries and years of an era as words spell them: `jaren negentig`, `siglo XIX`, `90er Jahre`, `平成21年`.

A decade without its century is one of the twentieth. A century has the years that its number says: the 19th has
1801 to 1900.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.patterns import alternatives
from pipeline.model.text import fold

_ROMAN = {"I": 1, "V": 5, "X": 10}
_LATEST_CENTURY = 21


class Spelled(NamedTuple):
    """First and last year of a date in words, and where it stands."""

    first: int
    last: int
    start: int
    end: int


def _any(name: str) -> str:
    return alternatives("spelled_out_dates", name)


@cache
def _decades() -> dict[str, int]:
    """Folded words for a decade (`negentig`, `sextio`), and its first year."""
    words = table("patterns/spelled_out_dates")["decade_words"]
    return {fold(word): 1900 + int(tens) for tens, told in words.items() for word in told.split()}


@cache
def _eras() -> dict[str, int]:
    """Names of Japanese eras, and the year before their first."""
    return {name: int(first) - 1 for name, first in table("patterns/spelled_out_dates")["eras"].items()}


@cache
def _ordinals() -> dict[str, int]:
    """Folded ordinals of centuries (`negentiende`), and the century."""
    words = table("patterns/spelled_out_dates")["ordinals"]
    return {fold(word): int(century) for century, told in words.items() for word in told.split()}


_NTH = "|".join(word for told in table("patterns/spelled_out_dates")["ordinals"].values() for word in told.split())
_SPELT = [word for told in table("patterns/spelled_out_dates")["decade_words"].values() for word in told.split()]
_WORD = "|".join(sorted(_SPELT, key=len, reverse=True))
_TENS = rf"(?:'?[2-9]0|{_WORD})"
_PATTERN = re.compile(
    rf"(?<!\w)(?<!\d\s){_any('before_decade')}\s+(?P<decade>{_TENS})(?:{_any('joins')}(?P<decade_to>{_TENS}))?(?!\w)"
    rf"|(?<![\w-])(?:(?P<first>{_TENS}){_any('after_decade')}|(?P<first_word>{_WORD}){_any('after_decade_word')})"
    rf"|(?<!\w)(?:{_any('before_century')}\s+(?P<century>[XVI]{{1,6}})(?:{_any('joins')}(?P<century_to>[XVI]{{1,6}}))?"
    rf"|(?:(?P<century_from>[XVI]{{1,6}})(?:e|er|ème)?(?:{_any('joins')}))?"
    rf"(?P<century2>[XVI]{{1,6}}|1?\d|2[01]){_any('after_century')}"
    rf"|(?P<nth>{_NTH}){_any('after_ordinal')})(?!\w)"
    rf"|(?P<era>{'|'.join(_eras())})(?P<of_era>\d{{1,2}}|元)年(?!代)",
    re.IGNORECASE,
)
_HINTS: tuple[str, ...] = tuple(table("patterns/spelled_out_dates")["hints"].split())


def may_tell(text: str) -> bool:
    """Whether a text has letters of which some stand in every date in words; cheap."""
    lowered = text.lower()
    return any(hint in lowered for hint in _HINTS)


def spelled(text: str) -> Iterator[Spelled]:
    """Dates in words, in order of place."""
    if not may_tell(text):
        return
    for match in _PATTERN.finditer(text):
        years = _years(match)
        if years is not None:
            yield Spelled(*years, *match.span())


def _years(match: re.Match[str]) -> tuple[int, int] | None:
    if match["era"]:
        year = _eras()[match["era"]] + (1 if match["of_era"] == "元" else int(match["of_era"]))
        return year, year
    if told := match["decade"] or match["first"] or match["first_word"]:
        return _decade(told), _decade(match["decade_to"] or told) + 9
    if match["nth"]:
        last = first = _ordinals()[fold(match["nth"])]
    else:
        last = _century(match["century_to"] or match["century2"] or match["century"])
        first = _century(match["century"] or match["century_from"] or match["century2"])
    return (first * 100 - 99, last * 100) if 0 < first <= last <= _LATEST_CENTURY else None


def _decade(words: str) -> int:
    digits = words.lstrip("'")
    return 1900 + int(digits) if digits.isdigit() else _decades()[fold(words)]


def _century(number: str) -> int:
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in number.upper()]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
