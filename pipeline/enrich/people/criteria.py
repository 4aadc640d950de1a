"""Lists of rules for taking part: which part of a text says who cannot."""

from __future__ import annotations

import re

from pipeline.enrich.text.patterns import alternatives
from pipeline.model.record import Statement

LONGEST_UNIVERSE = 500
"""Characters of a population that is told in a sentence or two, rather than by rules."""

_BULLET = r"(?:^|\n)[\s\-*•\d.]{0,12}"
_EXCLUSION_HEAD = re.compile(
    rf"{_BULLET}(?:(?:key |main |major |general )?{alternatives('criteria', 'exclusion_head')}\b"
    r"[^\n]{0,60}(?=\n|[:：])"
    rf"|[\w ]{{1,40}} (?:will )?not be eligible [^\n]{{0,30}}\bif (?:you|they|s?he|he or she)\b)",
    re.IGNORECASE,
)
_INCLUSION_HEAD = re.compile(rf"{_BULLET}(?:key |main )?{alternatives('criteria', 'inclusion_head')}", re.IGNORECASE)
_BARRED = re.compile(
    rf"{_BULLET}(?:all )?{alternatives('criteria', 'one_sex')}"
    rf"(?: {alternatives('criteria', 'taking_part')})?\s*[.;,]?[^\S\n]*(?=\n|\Z)",
    re.IGNORECASE,
)


def lists_criteria(statement: Statement) -> bool:
    """Whether a population is told by a list of rules for taking part, where words of people decide nothing."""
    return len(statement.text) > LONGEST_UNIVERSE or "\n" in statement.text


def exclusions(text: str) -> list[tuple[int, int]]:
    """Start and end of each part of a text that lists who cannot take part."""
    spans = []
    for found in _EXCLUSION_HEAD.finditer(text):
        after = _INCLUSION_HEAD.search(text, found.end())
        spans.append((found.start(), after.start() if after else len(text)))
    return spans


def barred(text: str) -> str | None:
    """The sex that an exclusion is of as a whole, in the words of the item: "Male patients"; None where none is."""
    for start, end in exclusions(text):
        if (found := _BARRED.search(text, start, end)) is not None:
            return found.group().strip(" \n-*•.;,")
    return None
