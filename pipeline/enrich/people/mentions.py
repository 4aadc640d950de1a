"""Whom words speak of, and which of them tell of those who were studied.

Women and men are also named as relatives of those studied, as those who did the work, as topics, under a condition, or
to say that there were none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.patterns import alternatives


class Who(StrEnum):
    """Whom words speak of."""

    FEMALE = "female"
    MALE = "male"
    BOTH = "both"
    PEOPLE = "people"
    NEUTRAL = "neutral"
    """People, by a word that leaves it to the rest of the record which ("patients")."""
    IMPLIED = "implied"
    """People, as only they are spoken of so ("18 years of age"); any other word in the sentence outranks it."""
    THINGS = "things"
    ANIMALS = "animals"
    """Things that have a sex."""
    MATTER = "matter"
    """What bodies are made of ("cells"): no people, and said of people as well as of nobody."""
    NONE = "none"
    """Nobody, though the words look like people ("drivers of change")."""
    FEMALE_NATURE = "female_nature"
    """A condition that women alone have, and men below."""
    MALE_NATURE = "male_nature"


ONE_SEX = frozenset({Who.FEMALE, Who.MALE})
GENERAL = frozenset({Who.PEOPLE, Who.NEUTRAL, Who.IMPLIED})
OTHER = {Who.FEMALE: Who.MALE, Who.MALE: Who.FEMALE}
NATURES = frozenset({Who.FEMALE_NATURE, Who.MALE_NATURE})
NOBODY = frozenset({Who.THINGS, Who.ANIMALS, Who.MATTER})


def _any(name: str) -> str:
    return alternatives("people", name, ignore_case=True)


_PARTNER_AFTER = re.compile(rf"\s+(?:sex(?:ual)?\s+)?{_any('partner')}\b(?P<of>\s+(?:of|to|van|von)\b)?", re.IGNORECASE)
_PARTNER_BEFORE = re.compile(rf"\b{_any('partner')}\s+of\s+(?:[\w-]+\s+){{0,4}}\Z", re.IGNORECASE)
_IF_ONE = re.compile(rf"\b{_any('if_one')}\s+\Z", re.IGNORECASE)
_IN_ASIDE = re.compile(rf"(?:\A|[,;(\u2013-]|\b{_any('together')},?)\s*{_any('in')}\s+\Z", re.IGNORECASE)
_SPOUSE = re.compile(_any("spouse"), re.IGNORECASE)
_POSSESSIVE = re.compile(rf"\b{_any('possessive')}\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_SOME_OF = re.compile(rf"\b{_any('some_of')}\s+\Z", re.IGNORECASE)
_IN_A_PART = re.compile(rf"\b{_any('in_a_part')}[^.\n]{{0,40}}\Z", re.IGNORECASE)
_RELATION_BEFORE = re.compile(rf"\b{_any('whose')}\s+\Z", re.IGNORECASE)
_BORN_TO = re.compile(r"\bborn (?:to|from)\s+(?:[\w-]+\s+){0,2}\Z", re.IGNORECASE)
RELATION = re.compile(_any("relation"), re.IGNORECASE)
_TOPIC_BEFORE = re.compile(rf"\b{_any('topic_before')}\s+(?:[^\W\d]+\s+){{0,2}}\Z", re.IGNORECASE)
_TOPIC_AFTER = re.compile(rf"['\u2019]?s?['\u2019]?\s*{_any('topic_after')}", re.IGNORECASE)
_SHARE = re.compile(rf"(?<![^\W\d]){_any('share')}\b[^.;/\d]{{0,30}}\Z|{_any('share_unspaced')}\Z", re.IGNORECASE)
_NOBODY = re.compile(rf"\b{_any('no')}\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_STAFF_AFTER = re.compile(rf"\s+(?:[\w-]+\s+)?{_any('staff')}\b", re.IGNORECASE)
_STAFF_BEFORE = re.compile(
    rf"\b{_any('staff')}\s*(?:[,(]\s*|(?:{_any('who')}\s+)?{_any('staff_are')}\s+(?:[\w-]+\s+){{0,3}})"
    rf"(?:{_any('all')}\s+)?\Z|{_any('staff_unspaced')}\Z",
    re.IGNORECASE,
)
_DONE_BY = re.compile(
    rf"\b{_any('done_by')}\s+(?:(?:{_any('some')}\s+)?[\w-]+\s+[\w-]+\s+{_any('together')}\s+)?"
    rf"(?:{_any('some')}\s+)*\Z",
    re.IGNORECASE,
)
_AND_THEIR = re.compile(rf"\b{_any('together')}\s+(?:their|{_any('possessive')})\s+\Z", re.IGNORECASE)
_WITH_PARTNER = re.compile(rf"\b{_any('with_partner')}\s+(?:\w+\s+)?\Z", re.IGNORECASE)


_HINTS: dict[str, list[str]] = table("patterns/people")["hints"]
"""Parts of words without which a rule cannot hold; they are sought once a text, and spare its sentences the rule."""


def hints(text: str) -> dict[str, tuple[str, ...]]:
    """The parts of words in a text for which rules may hold in it: of `excluded`, `without`, `absent`, `staff`."""
    lowered = text.lower()
    return {rule: tuple([part for part in parts if part in lowered]) for rule, parts in _HINTS.items()}


def hinted(text: str, parts: Sequence[str]) -> bool:
    """Whether any of the parts of words that a whole text has stands in some of it."""
    if not parts:
        return False
    lowered = text.lower()
    return any(part in lowered for part in parts)


def names_those_studied(text: str, hit: Match[Who], *, topical: bool, staff: tuple[str, ...]) -> bool:
    """Whether words of people can be of those studied.

    `topical`: words of one sex also name topics here. `staff`: the parts of words in the text that may tell of
    those who did the work.
    """
    if _is_other_word(text, hit) or (
        staff and hinted(text[max(0, hit.start - 80) : hit.end + 80], staff) and _is_staff(text, hit)
    ):
        return False
    if hit.value not in ONE_SEX:
        return hit.value not in GENERAL or not _is_nobody(text, hit)
    return not (
        _is_nobody(text, hit)
        or _is_relation(text, hit)
        or _is_aside(text, hit)
        or (_is_topic(text, hit) if topical else _is_some(text, hit))
    )


def _is_other_word(text: str, hit: Match[Who]) -> bool:
    """Whether "man" stands for humans, an abbreviation reads like a word, or an ending is for all ("SchülerInnen")."""
    words = text[hit.start : hit.end]
    if words.lower() != "man":
        return (words == "MEN" and not text.isupper()) or words.endswith("Innen")
    before = text[max(0, hit.start - 8) : hit.start].lower()
    return before.endswith((" in ", "isle of ")) or text.startswith("-", hit.end)


def _is_relation(text: str, hit: Match[Who]) -> bool:
    """Whether somebody is named as another's relative or partner: "women whose husbands …"."""
    start = hit.start
    if _BORN_TO.search(text, max(0, start - 40), start) or _PARTNER_BEFORE.search(text, max(0, start - 60), start):
        return True
    before = max(0, start - 24)
    if (found := _PARTNER_AFTER.match(text, hit.end)) is not None:
        return not found["of"] or _WITH_PARTNER.search(text, before, start) is not None
    of_somebody = (
        _POSSESSIVE if _SPOUSE.match(text, start) else _RELATION_BEFORE if RELATION.match(text, start) else None
    )
    return (
        of_somebody is not None
        and of_somebody.search(text, before, start) is not None
        and _AND_THEIR.search(text, before, start) is None
    )


def _is_nobody(text: str, hit: Match[Who]) -> bool:
    """Whether people are named as those that there are none of: "holds no persons"."""
    return _NOBODY.search(text, max(0, hit.start - 40), hit.start) is not None


def _is_aside(text: str, hit: Match[Who]) -> bool:
    """Whether words hold for one sex among others: "if the patient is female", "and, in men, the testes"."""
    before = max(0, hit.start - 40)
    return _IF_ONE.search(text, before, hit.start) is not None or (
        text[hit.end : hit.end + 1] in {",", ")"} and _IN_ASIDE.search(text, before, hit.start) is not None
    )


def _is_some(text: str, hit: Match[Who]) -> bool:
    """Whether only a part of those studied is of this sex: "most female subjects", "for experiment 2, mothers"."""
    return (
        _SOME_OF.search(text, max(0, hit.start - 20), hit.start) is not None
        or _IN_A_PART.search(text, max(0, hit.start - 60), hit.start) is not None
    )


def _is_staff(text: str, hit: Match[Who]) -> bool:
    """Whether words tell of those who did the work: "the interviewers were women", "volunteer observers"."""
    before = max(0, hit.start - 80)
    return (
        _STAFF_AFTER.match(text, hit.end) is not None
        or _STAFF_BEFORE.search(text, before, hit.start) is not None
        or _DONE_BY.search(text, before, hit.start) is not None
    )


def _is_topic(text: str, hit: Match[Who]) -> bool:
    """Whether a word of one sex names what the study is about rather than whom it asked."""
    return (
        _SHARE.search(text, max(0, hit.start - 60), hit.start) is not None
        or _TOPIC_BEFORE.search(text, max(0, hit.start - 40), hit.start) is not None
        or _TOPIC_AFTER.match(text, hit.end) is not None
    )
