"""Decades, centuries and years of an era that are written in words: `jaren negentig`, `siglo XIX`, `90er Jahre`,
`平成21年`.

A decade without its century is one of the twentieth. A century has the years of its number: the 19th is 1801 to 1900.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.enrich.period.date_types import Date
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.language_files import numbers, of_each
from pipeline.enrich.text.patterns import alternatives, options
from pipeline.enrich.text.required import fragments, required
from pipeline.model.text import fold

_ROMAN = {"I": 1, "V": 5, "X": 10}
_LATEST_CENTURY = 21


def _any(name: str) -> str:
    return alternatives("spelled_out_dates", name)


@cache
def _decades() -> dict[str, int]:
    """Folded words for a decade (`negentig`, `sextio`), and its first year."""
    return {fold(word): 1900 + int(tens) for tens, words in _DECADES.items() for word in words}


@cache
def _eras() -> dict[str, int]:
    """Names of Japanese eras, and the year before their first."""
    return {name: first - 1 for eras in of_each("spelled_out_dates", "eras").values() for name, first in eras.items()}


@cache
def _ordinals() -> dict[str, int]:
    """Folded ordinals of centuries (`negentiende`), and the number of the century."""
    return {fold(word): int(century) for century, words in _ORDINALS.items() for word in words}


_DECADES = numbers("spelled_out_dates", "decade_words")
_ORDINALS = numbers("spelled_out_dates", "ordinals")
_NTH = "|".join(word for words in _ORDINALS.values() for word in words)
_DECADE_WORDS = [word for words in _DECADES.values() for word in words]
_WORD = "|".join(sorted(_DECADE_WORDS, key=len, reverse=True))
_TENS = rf"(?:'?[2-9]0|{_WORD})"
_PATTERN = re.compile(
    rf"(?<!\w)(?<!\d\s)(?:{_any('before_decade')}\s+(?P<decade>{_TENS})"
    rf"|{_any('before_decade_word')}\s+(?P<decade_word>{_WORD}))(?:\.?{_any('joins')}(?P<decade_to>{_TENS}))?(?!\w)"
    rf"|(?<![\w-])(?:(?P<first_from>{_TENS})(?:\.|-\w{{1,3}})?{_any('joins')})?"
    rf"(?:(?P<first>{_TENS}){_any('after_decade')}|(?P<first_word>{_WORD}){_any('after_decade_word')})"
    rf"|(?<!\w)(?:{_any('before_century')}\s+(?P<century>[XVI]{{1,6}})(?:{_any('joins')}(?P<century_to>[XVI]{{1,6}}))?"
    rf"|(?:(?P<century_from>(?-i:[XVI]{{1,6}}))(?:e|er|ème)?(?:{_any('joins')}))?"
    rf"(?P<century2>(?-i:[XVI]{{1,6}})|[XVI]{{2,6}}|1?\d|2[01]){_any('after_century')}"
    rf"|(?P<nth>{_NTH}){_any('after_ordinal')})(?!\w)"
    rf"|(?P<era>{'|'.join(_eras())})(?P<of_era>\d{{1,2}}|元)年(?!代)",
    re.IGNORECASE,
)
_LOWER_DECADE_WORDS = frozenset(map(str.lower, _DECADE_WORDS))
_WORDS_BEFORE_DECADE = frozenset(map(str.lower, options("spelled_out_dates", "before_decade")))
_LONGEST_ABBREVIATION = 2
"""Characters of an abbreviation of "century" that only follows a Roman numeral, as Polish `w.`."""
_PREFILTER = Prefilter(
    {
        *fragments("spelled_out_dates", "before_decade", "before_century", "after_century", "after_ordinal"),
        *required("0" + option for option in options("spelled_out_dates", "after_decade")),
        *_LOWER_DECADE_WORDS,
        *_eras(),
    }
)


def may_contain_spelled_out_dates(text: str) -> bool:
    """Whether a text contains a fragment of which at least one is in every date in words; cheap."""
    found = _PREFILTER.found_in(text)
    return bool(found) and any(_may_be_of_date(text.lower(), fragment) for fragment in found)


def _may_be_of_date(lowered: str, fragment: str) -> bool:
    """Whether a fragment stands where a date has it: "venti" is not in "intervention", nor "lat" in "later".

    It begins a word, or follows a Roman numeral; a word before a decade is a whole word.
    """
    after_numeral = len(fragment) <= _LONGEST_ABBREVIATION and fragment.endswith(".")
    at = lowered.find(fragment)
    while at >= 0:
        before = lowered[:at].rstrip()[-1:] if after_numeral else lowered[max(0, at - 1) : at]
        if before in "ivxх" if after_numeral else not (before.isalpha() and fragment[0].islower()):
            following = lowered[at + len(fragment) : at + len(fragment) + 1]
            if fragment not in _WORDS_BEFORE_DECADE or following.isspace():
                return True
        at = lowered.find(fragment, at + 1)
    return False


def spelled_out_dates(text: str) -> Iterator[Date]:
    """Dates in words, in order of place."""
    if not may_contain_spelled_out_dates(text):
        return
    for match in _PATTERN.finditer(text):
        years = _years(match)
        if years is not None:
            yield Date(*years, *match.span())


def _years(match: re.Match[str]) -> tuple[int, int] | None:
    """First and last year; None where the number is that of no century so far."""
    if match["era"]:
        year = _eras()[match["era"]] + (1 if match["of_era"] == "元" else int(match["of_era"]))
        return year, year
    if words := match["decade"] or match["decade_word"] or match["first"] or match["first_word"]:
        return _decade(match["first_from"] or words), _decade(match["decade_to"] or words) + 9
    if match["nth"]:
        last = first = _ordinals()[fold(match["nth"])]
    else:
        last = _century(match["century_to"] or match["century2"] or match["century"])
        first = _century(match["century"] or match["century_from"] or match["century2"])
    return (first * 100 - 99, last * 100) if 0 < first <= last <= _LATEST_CENTURY else None


def _decade(words: str) -> int:
    """First year of a decade, in digits or words."""
    digits = words.lstrip("'")
    return 1900 + int(digits) if digits.isdigit() else _decades()[fold(words)]


def _century(number: str) -> int:
    """Number of a century, in digits or Roman numerals."""
    if number.isdigit():
        return int(number)
    values = [_ROMAN[letter] for letter in fold(number).upper()]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))
