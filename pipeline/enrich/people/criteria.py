"""Lists of eligibility criteria: which parts of a text state who cannot take part."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.enrich.text.patterns import alternatives
from pipeline.model.record import Statement

LONGEST_UNIVERSE = 500
"""Most characters of a population that is stated in a sentence or two, rather than by criteria."""

_BULLET = r"(?:^|\n)[\s\-*•\d.]{0,12}"
_EXCLUSION_HEADING = re.compile(
    rf"{_BULLET}(?:(?:key |main |major |general )?{alternatives('criteria', 'exclusion_heading')}"
    r"[^\n]{0,60}(?=\n|[:：])"
    rf"|[\w ]{{1,40}} (?:will )?not be eligible [^\n]{{0,30}}\bif (?:you|they|s?he|he or she)\b)",
    re.IGNORECASE,
)
_INCLUSION_HEADING = re.compile(
    rf"{_BULLET}(?:key |main )?{alternatives('criteria', 'inclusion_heading')}", re.IGNORECASE
)
_ONE_SEX_ITEM = re.compile(
    rf"{_BULLET}(?:all )?{alternatives('criteria', 'one_sex')}"
    rf"(?: {alternatives('criteria', 'participants')})?\s*[.;,]?[^\S\n]*(?=\n|\Z)",
    re.IGNORECASE,
)

_WHOLE_SEX = re.compile(
    rf"\W*(?:\w+\s*[:：]\s*)?(?:{alternatives('criteria', 'every')}\s+)?{alternatives('criteria', 'one_sex')}"
    rf"(?: {alternatives('criteria', 'participants')})?\W*",
    re.IGNORECASE,
)


def lists_criteria(statement: Statement) -> bool:
    """Whether a population is stated by a list of criteria. There, words for people alone decide nothing."""
    return len(statement.text) > LONGEST_UNIVERSE or "\n" in statement.text


@lru_cache(maxsize=16)
def exclusions(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end of each part of a text that lists who cannot take part."""
    parts = []
    for heading in _EXCLUSION_HEADING.finditer(text):
        after = _INCLUSION_HEADING.search(text, heading.end())
        parts.append((heading.start(), after.start() if after else len(text)))
    return tuple(parts)


def is_excluded(text: str, at: int) -> bool:
    """Whether a place in a text is in a part that lists who cannot take part."""
    return any(start <= at < end for start, end in exclusions(text))


def is_of_whole_sex(text: str) -> bool:
    """Whether a text names a whole sex and nothing more ("Men", "all male patients")."""
    return _WHOLE_SEX.fullmatch(text) is not None


def excluded_sex(text: str) -> str | None:
    """The words of an exclusion criterion that leaves out a whole sex ("Male patients"); None where there is none."""
    for start, end in exclusions(text):
        if (found := _ONE_SEX_ITEM.search(text, start, end)) is not None:
            return found.group().strip(" \n-*•.;,")
    return None
