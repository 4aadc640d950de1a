"""Which of the words for people in a sentence is its head: the word for the people that the sentence is about.

"women who visit patients" is about women, "patients and their mothers" about people in general.
"""

from __future__ import annotations

import re

from pipeline.enrich.people.who import GENERAL, NO_PEOPLE, ONE_SEX, Who
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.patterns import alternatives

ADJACENT = 3
"""Most spaces between a word of one sex and the animals or things that it describes: "male Wistar rats"."""
NEAR = 20
"""Characters between two words for the same people."""


def _any(name: str) -> str:
    return alternatives("people", name, ignore_case=True)


_AND_UNSPACED = re.compile(_any("and_unspaced"))
_FEMININE_NOUN = re.compile(rf"{_any('feminine_noun')}\Z", re.IGNORECASE)
_OF_WOMEN = re.compile(rf"{_any('of_women')}\b", re.IGNORECASE)
_AGE_GROUP = re.compile(rf"{_any('age_group')}\Z", re.IGNORECASE)
_PARENT_AND = re.compile(rf"{_any('parent')}s?-\Z", re.IGNORECASE)
"""The first half of a compound for a pair: "mother-" in "mother-child pairs"."""
_CHILDREN = re.compile(rf"{_any('children')}\Z", re.IGNORECASE)
_HAVING = re.compile(
    rf"\A\s+{_any('having')}\s+(?:(?!(?:their|the|{_any('possessive')})\b)[\w-]+\s+){{0,3}}\Z", re.IGNORECASE
)
_CONJUNCTION = re.compile(rf"[,;:()]|\b{_any('conjunction')}\b", re.IGNORECASE)
_AND = re.compile(
    rf"\A[\s,]*(?:aged? [\w\s-]{{1,20}}|\([^)]{{0,30}}\)\s*)?(?<!\w){_any('with')}(?!\w)"
    rf"\s*(?:in\s+|of\s+|among\s+|for\s+)?(?:{_any('their')}\s+){{0,3}}\Z",
    re.IGNORECASE,
)
IS = re.compile(
    rf"\A[\s,;:(]*(?:{_any('who')}\s+)*{_any('is')}?[\s,:(]*{_any('all')}?[\s(]*(?:100\s?%\s*|\d[\d,. ]*)?\Z"
    rf"|\A\s+(?:[^\W\d]+\s+){{0,3}}{_any('were')}\s+(?:{_any('all')}\s+){{0,2}}(?:{_any('some')}\s+)?(?:\d[\d,. ]*)?\Z"
    rf"|\A\s+{_any('of_whom')}\s+\d[\d,. ]*\Z|\A{_any('were_unspaced')}\Z",
    re.IGNORECASE,
)
"""What joins a word for people to another for the same people: "(all", "who were only", "of whom 20"."""


def head_of(text: str, people: list[Match[Who]], language: str | None) -> Match[Who]:
    """The head among the words for people of a sentence; its value takes the words beside it into account.

    Args:
        text: the text of the statement.
        people: the words of one sentence, in order; at least one.
        language: of the text; None where it is not known.
    """
    head = people[0]
    for following in people[1:]:
        between = text[head.end : following.start]
        if head.value in ONE_SEX:
            return _with_following(text, head, following, between)
        if following.value is Who.FEMALE and _agrees_in_gender(text, people[0], following):
            continue
        age_group = _AGE_GROUP.match(text, head.start, head.end) is not None
        if _is_same_people(head, following, between) or (age_group and following.value in ONE_SEX):
            head = following  # "adolescent and young adult women"
            continue
        if _is_head_by_coming_last(head, following, between, language):
            return following
        if not (age_group and len(between) < NEAR):
            break
    return head


def _with_following(text: str, head: Match[Who], following: Match[Who], between: str) -> Match[Who]:
    """The head where a word of one sex comes first: "mothers and their babies" are people, "male rats" rats."""
    if following.value in GENERAL and between.strip() and not _tells_which_parents(text, following, between):
        joined = _AND.match(between) or _AND_UNSPACED.fullmatch(between)
        if joined or _PARENT_AND.search(text[head.start : following.start]):
            return Match(Who.PEOPLE, head.start, following.end, head.first, following.last)
    if following.value in NO_PEOPLE and between.count(" ") <= ADJACENT and not _CONJUNCTION.search(between):
        return following
    return head


def _tells_which_parents(text: str, following: Match[Who], between: str) -> bool:
    """Whether children are named only to state which mothers or fathers are meant: "mothers with children under 3"."""
    return _CHILDREN.match(text, following.start, following.end) is not None and _HAVING.match(between) is not None


def _is_same_people(head: Match[Who], following: Match[Who], between: str) -> bool:
    """Whether the later word is for the same people: "respondents (all women)", "patients, children"."""
    if following.value in ONE_SEX:
        return head.value in GENERAL and (not between.strip(" ,(") or IS.match(between) is not None)
    return head.value is Who.NEUTRAL and following.value is Who.PEOPLE and len(between) < NEAR


def _is_head_by_coming_last(head: Match[Who], following: Match[Who], between: str, language: str | None) -> bool:
    """Whether the later word is the head: "Suomalaiset … miehet", "newborn baboons", "company employees"."""
    if following.value in ONE_SEX and head.value is Who.NEUTRAL and language in {"fi", None}:
        return _CONJUNCTION.search(between) is None
    if head.value in GENERAL and following.value is Who.THINGS:
        return not between.strip()
    is_compound = between.strip() in {"", "'", "\u2019", "'s", "\u2019s"}
    return is_compound and head.value is Who.THINGS and following.value is not Who.THINGS


def _agrees_in_gender(text: str, noun: Match[Who], adjective: Match[Who]) -> bool:
    """Whether a feminine form only agrees with a feminine noun for people of either sex ("personas jubiladas")."""
    return (
        _FEMININE_NOUN.match(text, noun.start, noun.end) is not None
        and _OF_WOMEN.match(text, adjective.start, adjective.end) is None
    )
