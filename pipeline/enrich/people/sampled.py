"""Whether people whom a description names are those who were studied: asked, recruited, counted, covered."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.enrich.people.findings import Claim
from pipeline.enrich.people.mentions import NATURES, ONE_SEX, RELATION
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences


def _any(name: str) -> str:
    return alternatives("sex", name, ignore_case=True)


_SAMPLE = re.compile(rf"\b{_any('sample')}\b", re.IGNORECASE)
_OF_THESE = rf"(?:(?!{_any('relating')}\b)[\w\u2013-]+\s+){{0,3}}"
"""Words that describe people, without any that says what those have to do with another noun."""
_SAMPLE_BEFORE = re.compile(
    rf"(?:\b(?:n\s?=\s?)?\d[\d,. ]*|\b{_any('sample_before')})\s+(?:[\w-]+\s+){{0,4}}\Z"
    rf"|\b{alternatives('sex', 'takers_part')}\s*\(\s*(?:all|only)?\s*\Z"
    rf"|(?:\b{_any('counted')}|{_any('counted_end')})\s+{_OF_THESE}\Z",
    re.IGNORECASE,
)
_ONE_SEX_ASKED = re.compile(_any("one_sex_asked"), re.IGNORECASE)
_COVERED = re.compile(
    rf"\b{_any('covers')}\s+(?:{_any('article')}\s+)?{_OF_THESE}\Z|{_any('covers_unspaced')}\Z", re.IGNORECASE
)
_SUBJECTS = re.compile(rf"\b{_any('subjects')}\b", re.IGNORECASE)
"""What a list of topics begins with: "questions included women in the army"."""
_IN = re.compile(rf"\b{_any('in_or_of')}\s+(?:[\w-]+\s+){{0,4}}\Z", re.IGNORECASE)
_TOPIC_LIST = re.compile(rf"\b{_any('topic_list')}\s*:", re.IGNORECASE)
"""The head of what was asked, to the end of a description."""
_SINGULAR = re.compile(_any("singular"), re.IGNORECASE)
"""One person, as a table has "the education of the wife"."""
TOPICS = 5
"""So many slashes, and a description is a list of what was asked, not of whom."""
_NUMBER_BEFORE = re.compile(r"\b\d[\d,. ]*\s+(?:[\w-]+\s+){0,3}\Z")
_SAMPLE_AFTER = re.compile(rf"\s*{_any('sample_after')}", re.IGNORECASE)
_APOSTROPHES = ("'", "\u2019")


def is_of_sample(claim: Claim) -> bool:
    """Whether a sentence of a description tells who was studied, rather than what about."""
    text = claim.statement.text
    if claim.who in ONE_SEX:
        if text.count(" / ") >= TOPICS or _TOPIC_LIST.search(text, 0, claim.start) is not None:
            return False
        return (
            claim.described
            or is_sampled(claim)
            or (
                RELATION.match(claim.words) is None
                and _SINGULAR.fullmatch(claim.words) is None
                and _IN.search(text, max(0, claim.start - 70), claim.start) is not None
            )
        )
    if claim.who in NATURES and not claim.leads:
        return False
    return _SAMPLE.search(_sentence(claim)) is not None


def is_covered(claim: Claim) -> bool:
    """Whether a sentence says that the study covers, or consists of, people of one sex."""
    text, end = claim.statement.text, claim.start + len(claim.words)
    return (
        claim.who in ONE_SEX
        and not claim.words.endswith(("'s", "\u2019s"))
        and text[end : end + 1] not in _APOSTROPHES
        and _COVERED.search(text, max(0, claim.start - 70), claim.start) is not None
        and _SUBJECTS.search(text, sentences(text)[claim.sentence][0], claim.start) is None
    )


def is_sampled(claim: Claim) -> bool:
    """Whether the words beside people say that these were asked, recruited or counted."""
    return _is_sampled_at(claim.statement.text, claim.start, claim.words)


@lru_cache(maxsize=64)
def _is_sampled_at(text: str, start: int, words: str) -> bool:
    end = start + len(words)
    return (
        _ONE_SEX_ASKED.fullmatch(words) is not None
        or _SAMPLE_BEFORE.search(text, max(0, start - 70), start) is not None
        or _SAMPLE_AFTER.match(text, end, end + 60) is not None
    )


def is_counted(claim: Claim) -> bool:
    """Whether a number of those people is told: "1,200 adults"."""
    return _NUMBER_BEFORE.search(claim.statement.text, max(0, claim.start - 50), claim.start) is not None


def _sentence(claim: Claim) -> str:
    start, end = sentences(claim.statement.text)[claim.sentence]
    return claim.statement.text[start:end]
