"""`sample_size`, `num_variables`, `num_sweeps`, `instruments`, `genetic_data_collected`, from fields for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model.facets import MOST_COUNTED
from pipeline.model.numbers import whole_number
from pipeline.model.record import Conditions, Found, RecordByRole, Role, stated

_STRETCH = re.compile(r"\d+(?:[., \u00a0\u202f]\d+)*+")
"""Digits, and single marks or spaces between them: one number, or several."""
_IN_THOUSANDS = re.compile(r"\d{1,3}(?P<mark>[., \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*+")
_SEVERAL_OF_THREE_DIGITS = re.compile(r"\d{3}(?:[ \u00a0\u202f][1-9]\d\d)+")
"""`100 200 300` may be one number or three; in `100 000`, the last group is no number of its own."""
_COUNTS = {
    "sample_size": Role.SAMPLE_SIZE,
    "num_variables": Role.NUM_VARIABLES,
    "num_sweeps": Role.NUM_SWEEPS,
}
_SHARE = re.compile(r"(?<![\d.,])[\d.,]++\s?(?:%|percent\b)", re.IGNORECASE)
_NOT_PARTICIPANTS = re.compile(r"\b(?:files?|variables?|items?|questions?|waves?)\b", re.IGNORECASE)
_YES = frozenset({"true", "yes", "1", "ja", "y"})
_NO = frozenset({"false", "no", "0", "nein", "nee", "n"})


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """Numbers for the whole study, names of instruments (sorted), and whether genetic data were collected."""
    facets: dict[str, Found] = {}
    for facet, role in _COUNTS.items():
        for statement in record.having(role):
            number = _only_number(statement.text)
            if number and not (facet == "sample_size" and _NOT_PARTICIPANTS.search(statement.text)):
                facets[facet] = Found(number, (stated(statement),))
                break
    instruments = {statement.text: stated(statement) for statement in record.having(Role.INSTRUMENT)}
    if instruments:
        facets["instruments"] = Found(sorted(instruments), tuple(dict.fromkeys(instruments.values())))
    for statement in record.having(Role.GENETIC_DATA):
        words = statement.text.strip().lower()
        if words in _YES | _NO:
            facets["genetic_data_collected"] = Found(words in _YES, (stated(statement),))
            break
    return facets


def _only_number(text: str) -> int | None:
    """The number in a text, apart from shares ("12.5 %").

    None where there is none, or several, as it is not stated which of them is meant; and where it counts nothing real.
    """
    numbers = [digits for stretch in _STRETCH.findall(_SHARE.sub("", text)) for digits in _numbers(stretch)]
    number = whole_number(numbers[0]) if len(numbers) == 1 else None
    return number if number is not None and number <= MOST_COUNTED else None


def _numbers(stretch: str) -> Iterator[str]:
    """The digits of each whole number in a stretch of digits; decimal fractions are left out."""
    one = _IN_THOUSANDS.fullmatch(stretch) and not _SEVERAL_OF_THREE_DIGITS.fullmatch(stretch)
    for number in [stretch] if one else stretch.split():
        if number.isdecimal() or _IN_THOUSANDS.fullmatch(number):
            yield re.sub(r"\D", "", number)
