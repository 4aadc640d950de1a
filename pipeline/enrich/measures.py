"""`sample_size`, `num_variables`, `num_sweeps`, `instruments`, `genetic_data_collected`, from fields for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.enrich.code_list import code_list
from pipeline.enrich.rules import Example, Rule, each
from pipeline.enrich.text.language_files import terms
from pipeline.model.facets import MOST_COUNTED
from pipeline.model.numbers import whole_number
from pipeline.model.record import Conditions, Found, RecordByRole, Role, stated

_STRETCH = re.compile(r"\d+(?:[., \u00a0\u202f]\d+)*+")
"""Digits, and single marks or spaces between them: one number, or several."""
_IN_THOUSANDS = re.compile(r"\d{1,3}(?P<mark>[., \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*+")
_SEVERAL_OF_THREE_DIGITS = re.compile(r"\d{3}(?:[ \u00a0\u202f][1-9]\d\d)+")
"""`100 200 300` may be one number or three; in `100 000`, the last group is no number of its own."""
_SHARE = re.compile(r"(?<![\d.,])[\d.,]++\s?(?:%|percent\b)", re.IGNORECASE)
_NOT_PARTICIPANTS = re.compile(r"\b(?:files?|variables?|items?|questions?|waves?)\b", re.IGNORECASE)
_YES = frozenset(terms("answers", "affirmed"))
_NO = frozenset(terms("answers", "denied"))


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


def _count(facet: str, role: Role, of: str, example: Example, counter: Example) -> Rule[RecordByRole]:
    """The rule of a number that a field gives."""

    def find_in_field(record: RecordByRole) -> dict[str, Found]:
        for statement in record.having(role):
            number = _only_number(statement.text)
            if number and not (role is Role.SAMPLE_SIZE and _NOT_PARTICIPANTS.search(statement.text)):
                return {facet: Found(number, (stated(statement),))}
        return {}

    return Rule(
        name=f"number of {of}",
        facet=facet,
        reads=f"the field of the number of {of}",
        decides="the one number in it",
        example=example,
        counter=counter,
        find=find_in_field,
    )


def _instruments(record: RecordByRole) -> dict[str, Found]:
    instruments = {statement.text: stated(statement) for statement in record.having(Role.INSTRUMENT)}
    return {"instruments": code_list(instruments)} if instruments else {}


def _genetic_data(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.GENETIC_DATA):
        words = statement.text.strip().lower()
        if words in _YES | _NO:
            return {"genetic_data_collected": Found(words in _YES, (stated(statement),))}
    return {}


RULES = (
    _count(
        "sample_size", Role.SAMPLE_SIZE, "participants",
        Example({"sample_size": "1,200 adults"}, 1200), Example({"sample_size": "12 variables"}),
    ),
    _count(
        "num_variables", Role.NUM_VARIABLES, "variables",
        Example({"num_variables": "48"}, 48), Example({"num_variables": "12 or 48"}),
    ),
    _count(
        "num_sweeps", Role.NUM_SWEEPS, "sweeps",
        Example({"num_sweeps": "7"}, 7), Example({"num_sweeps": "several"}),
    ),
    Rule(
        name="names of instruments",
        facet="instruments",
        reads="a field for standard scales and questionnaires",
        decides="the names in it",
        example=Example({"instrument": "GHQ-12"}, ["GHQ-12"]),
        counter=Example({"description": "They filled in the GHQ-12."}),
        find=_instruments,
    ),
    Rule(
        name="genetic data",
        facet="genetic_data_collected",
        reads="a field for whether genetic data were collected",
        decides="yes or no",
        example=Example({"genetic_data": "Yes"}, gives=True),
        counter=Example({"genetic_data": "unknown"}),
        find=_genetic_data,
    ),
)  # fmt: skip


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """Numbers for the whole study, names of instruments (sorted), and whether genetic data were collected."""
    return each(RULES, record)
