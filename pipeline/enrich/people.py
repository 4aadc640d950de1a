"""Who a sentence speaks of: women, men, both, people in general, or no people at all.

A sentence is read as a phrase with a head: "women who visit patients" is of women, "patients and their mothers" of
people. Words of one sex that stand under a condition ("women of childbearing potential must …") restrict nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.enrich.words import Lexicon, Match, alternatives, language, sentences, table
from pipeline.record import Role, Statement


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


class Claim(NamedTuple):
    """What one sentence says of who was studied, and the words that say it."""

    who: Who
    statement: Statement
    words: str
    sentence: int
    """Number of the sentence in its statement, from 0."""
    start: int = 0
    """Where the words stand in the statement's text."""
    leads: bool = False
    """Whether the sentence begins with whom it speaks of; of a condition, whether it is somebody's."""
    of: Who | None = None
    """The sex, or both, for which a rule is told ("women must use contraception")."""


ADJACENT = 3
"""Words between one of a sex and what it describes: "male Wistar rats"."""
NEARBY = 100
"""Characters between people and the condition that they have."""
WITHOUT = 25
"""Characters after "without" in which nobody takes part."""
LEADING = 6
"""Words that may stand before whom a sentence speaks of, where it leads."""
NATURES = frozenset({Who.FEMALE_NATURE, Who.MALE_NATURE})
NOBODY = frozenset({Who.THINGS, Who.ANIMALS, Who.MATTER})
_ORDER = ("both", "female", "male", "implied", "neutral", "people", "things", "animals", "matter", "none")
_ENGLISH_TRAPS = frozenset({"men", "man", "male", "mens", "males", "subjects", "cases", "staff"})
"""English words that mean something else in texts of other languages (Dutch and Swedish "men")."""


def _any(name: str) -> str:
    return alternatives("people", name, ignore_case=True)


_TOGETHER = re.compile(rf"\b{_any('together')}\b|[/&,]", re.IGNORECASE)
_EXCLUDED = re.compile(rf"\b{_any('excluded')}\b|\A\W*(?:are )?(?:not?(?! pregnant (?:fe|wo))|never)\b", re.IGNORECASE)
_WITHOUT = re.compile(rf"\b{_any('without')}\b", re.IGNORECASE)
_CONDITION = re.compile(_any("condition"), re.IGNORECASE)
_OTHER_ORGANS = re.compile(rf"\b{_any('organs')}\b", re.IGNORECASE)
_ORGAN = re.compile(_any("sex_organs"), re.IGNORECASE)
_PARTNER_AFTER = re.compile(rf"\s+(?:sex(?:ual)?\s+)?{_any('partner')}\b", re.IGNORECASE)
_PARTNER_BEFORE = re.compile(rf"\b{_any('partner')}\s+of\s+(?:[\w-]+\s+){{0,4}}\Z", re.IGNORECASE)
_IF_ONE = re.compile(rf"\b{_any('if_one')}\s+\Z", re.IGNORECASE)
_IN_ASIDE = re.compile(rf"(?:\A|[,;(\u2013-]|\b{_any('together')},?)\s*{_any('in')}\s+\Z", re.IGNORECASE)
_OF_ANY_KIND = re.compile(_any("of_any_kind"), re.IGNORECASE)
_POSSESSED = re.compile(_any("spouse"), re.IGNORECASE)
_POSSESSIVE = re.compile(rf"\b{_any('possessive')}\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_GROUPS = re.compile(_any("groups"), re.IGNORECASE)
_THAN = re.compile(rf"\b{_any('than')}\b", re.IGNORECASE)
_BACKGROUND = re.compile(_any("background"), re.IGNORECASE)
_ATTRIBUTIVE = re.compile(rf"{_any('attributive')}\Z", re.IGNORECASE)
_SOME_OF = re.compile(rf"\b{_any('some_of')}\s+\Z", re.IGNORECASE)
_RELATION_BEFORE = re.compile(rf"\b{_any('whose')}\s+\Z", re.IGNORECASE)
_BORN_TO = re.compile(r"\bborn (?:to|from)\s+(?:[\w-]+\s+){0,2}\Z", re.IGNORECASE)
RELATION = re.compile(_any("relation"), re.IGNORECASE)
_TOPIC_BEFORE = re.compile(rf"\b{_any('topic_before')}\s+(?:\w+\s+){{0,2}}\Z", re.IGNORECASE)
_TOPIC_AFTER = re.compile(rf"['\u2019]?s?['\u2019]?\s*{_any('topic_after')}", re.IGNORECASE)
_SHARE = re.compile(rf"(?<![^\W\d]){_any('share')}\b[^.;/]{{0,30}}\Z", re.IGNORECASE)
_NOBODY = re.compile(rf"\b{_any('no')}\s+(?:[\w-]+\s+)?\Z", re.IGNORECASE)
_ABSENT = re.compile(_any("took_no_part"), re.IGNORECASE)
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
_KIN_PAIR = re.compile(rf"{_any('parent')}s?-\Z", re.IGNORECASE)
_CONJUNCTION = re.compile(rf"[,;:()]|\b{_any('conjunction')}\b", re.IGNORECASE)
_AND = re.compile(
    rf"\A[\s,]*(?:aged? [\w\s-]{{1,20}}|\([^)]{{0,30}}\)\s*)?(?<!\w){_any('with')}(?!\w)"
    rf"\s*(?:in\s+|of\s+|among\s+|for\s+)?(?:{_any('their')}\s+){{0,3}}\Z",
    re.IGNORECASE,
)
_IS = re.compile(
    rf"\A[\s,;:(]*(?:{_any('who')}\s+)*{_any('is')}?[\s,:(]*{_any('all')}?[\s(]*\Z",
    re.IGNORECASE,
)


@cache
def lexicon(spoken: str | None) -> Lexicon[Who]:
    """The words of one language and those of English that mean nothing else in it; of all languages for None."""
    by_language: dict[str, dict[str, list[str]]] = table("people")["languages"]
    if spoken in by_language:
        tables = [by_language[spoken], by_language["en"]]
    else:
        tables = [by_language["en"], *by_language.values()]
    terms: dict[str, Who] = {}
    for groups in tables:
        traps = _ENGLISH_TRAPS if groups is by_language["en"] and spoken not in {None, "en"} else frozenset()
        for group in _ORDER:
            for term in map(str.lower, groups.get(group, ())):
                if term not in traps:
                    terms.setdefault(term, Who(group))
    for nature in NATURES:
        for term in table("people")[nature.value]:
            terms.setdefault(term.lower(), nature)
    return Lexicon(terms.items())


@cache
def units() -> Lexicon[Who]:
    """Units of analysis: people, or things."""
    own = table("people")["units"]
    return Lexicon((term, Who(group)) for group, terms in own.items() for term in terms)


def claims(statement: Statement, *, topical: bool) -> Iterator[Claim]:
    """What each sentence of a statement says of whom it speaks, in order.

    `topical`: words of one sex also name topics here ("women's rights"), as in titles and descriptions.
    """
    text = statement.text
    spoken = language(text, statement.language)
    hits = [hit for hit in lexicon(spoken).find(text) if hit.value is not Who.NONE]
    at = 0
    for number, (start, end) in enumerate(sentences(text)):
        of_sentence: list[Match[Who]] = []
        while at < len(hits) and hits[at].start < end:
            if hits[at].start >= start:
                of_sentence.append(hits[at])
            at += 1
        if of_sentence:
            claim = _claim(statement, (start, end), of_sentence, number=number, spoken=spoken, topical=topical)
            if claim is not None:
                yield claim


def _claim(
    statement: Statement,
    span: tuple[int, int],
    hits: list[Match[Who]],
    *,
    number: int,
    spoken: str | None,
    topical: bool,
) -> Claim | None:
    start, end = span
    text = statement.text
    sentence = text[start:end]
    if (found := _EXCLUDED.search(sentence)) is not None:
        # "excluding women …" leaves out what follows, "women were excluded" what stands before it
        hits = [
            hit for hit in hits if hit.end <= start + found.start() and not found.group().lower().startswith("excluded")
        ]
    if (found := _WITHOUT.search(sentence)) is not None:
        hits = [hit for hit in hits if not found.end() <= hit.start - start <= found.end() + WITHOUT]
    if (found := _ABSENT.search(sentence)) is not None:
        clause = max(sentence.rfind(mark, 0, found.start()) for mark in ",;:")
        hits = [hit for hit in hits if not start + clause < hit.start < start + found.end()]
    counted = [
        hit
        for hit in hits
        if not _is_relation(text, hit) and not (topical and _is_topic(text, hit)) and not _is_other_word(text, hit)
        if not _is_nobody(text, hit)
        and not _is_aside(text, hit)
        and not _is_staff(text, hit)
        and (topical or not _is_some(text, hit))
    ]
    both = next((hit for hit in counted if hit.value is Who.BOTH), None)
    if both is not None:
        return Claim(Who.BOTH, statement, text[both.start : both.end], number)
    people = [hit for hit in counted if hit.value not in NATURES]
    if any(hit.value is not Who.MATTER for hit in people):
        people = [hit for hit in people if hit.value is not Who.MATTER]
    natural = _natural(sentence, start, [hit for hit in counted if hit.value in NATURES], people)
    if not people:
        return Claim(natural.value, statement, text[natural.start : natural.end], number) if natural else None
    sexed = [hit for hit in people if hit.value in ONE_SEX]
    if compared := _compared(text, sexed):
        people, sexed = [hit for hit in people if hit not in compared], [hit for hit in sexed if hit not in compared]
        if not people:
            return None
    conditional = bool(sexed) and not topical and _CONDITION.search(sentence) is not None
    if {hit.value for hit in sexed} == ONE_SEX:
        pair = _pair(text, sexed, near=conditional or topical)
        if pair is not None:
            return Claim(Who.BOTH, statement, pair, number, of=Who.BOTH if conditional else None)
    if (beasts := [hit for hit in people if hit.value is Who.ANIMALS]) and _are_animals(text, people):
        return Claim(Who.THINGS, statement, text[beasts[0].start : beasts[0].end], number, beasts[0].start)
    named = [
        hit._replace(value=Who.THINGS) if hit.value is Who.ANIMALS else hit
        for hit in people
        if hit.value is not Who.IMPLIED
    ] or people
    head = _head(text, named, spoken)
    if head.value is Who.THINGS and (asked := _BACKGROUND.search(sentence)):
        head = Match(Who.NEUTRAL, start + asked.start(), start + asked.end(), -1, -1)
    words = text[head.start : head.end]
    if head.value in ONE_SEX and conditional and head is named[0]:
        return Claim(Who.NEUTRAL, statement, words, number, of=head.value)
    leads = text[start : named[0].start].count(" ") < LEADING
    if natural is not None and head.value in {Who.NEUTRAL, Who.IMPLIED} and _has(statement, head, natural):
        return Claim(natural.value, statement, text[natural.start : natural.end], number, leads=True)
    return Claim(head.value, statement, words, number, head.start, leads=leads)


def _natural(sentence: str, start: int, natures: list[Match[Who]], people: list[Match[Who]]) -> Match[Who] | None:
    """The condition of one sex that a sentence tells of, the nearest to the people; None among other organs."""
    if len({hit.value for hit in natures}) != 1:
        return None
    if _OTHER_ORGANS.search(sentence):
        natures = [hit for hit in natures if not _ORGAN.match(sentence, hit.start - start)]
    return min(natures, key=lambda hit: abs(hit.start - people[0].end) if people else 0, default=None)


def _has(statement: Statement, head: Match[Who], natural: Match[Who]) -> bool:
    """Whether people are near enough to a condition for it to be theirs; in a title they are."""
    return head.value is Who.IMPLIED or statement.role is Role.TITLE or abs(natural.start - head.end) < NEARBY


def _compared(text: str, sexed: list[Match[Who]]) -> list[Match[Who]]:
    """Women and men who are named to compare all women with all men: "males are at higher risk than females"."""
    for one, other in pairwise(sexed):
        if one.value is not other.value and _THAN.search(text, one.end, other.start):
            return [one, other]
    return []


def _are_animals(text: str, people: list[Match[Who]]) -> bool:
    """Whether a sentence that names animals speaks of nobody else: "male" and "female" are theirs."""
    return all(
        hit.value in NOBODY | {Who.IMPLIED}
        or (hit.value in ONE_SEX and _OF_ANY_KIND.match(text, hit.start, hit.end) is not None)
        for hit in people
    )


def _pair(text: str, sexed: list[Match[Who]], *, near: bool) -> str | None:
    """The words that name women and men together; `near`: in one breath."""
    for one, other in pairwise(sexed):
        if one.value is not other.value and (
            not near
            or (other.start - one.end <= 40 and _TOGETHER.search(text, one.end, other.start))
            or _GROUPS.search(text, one.end, other.start)
        ):
            return text[one.start : other.end]
    return None


def _head(text: str, people: list[Match[Who]], spoken: str | None) -> Match[Who]:
    """The hit that the sentence is about; with the value that it has together with its neighbours."""
    first = people[0]
    for nearby in people[1:]:
        between = text[first.end : nearby.start]
        joined = _CONJUNCTION.search(between) is not None
        if first.value in ONE_SEX:
            together = between.strip() and (_AND.match(between) or _KIN_PAIR.search(text[first.start : nearby.start]))
            if nearby.value in GENERAL and together:
                return Match(Who.PEOPLE, first.start, nearby.end, first.first, nearby.last)
            if nearby.value in NOBODY and not joined and between.count(" ") <= ADJACENT:
                return nearby
            return first
        if nearby.value in ONE_SEX and first.value in GENERAL and (not between.strip(" ,(") or _IS.match(between)):
            first = nearby
            continue
        if nearby.value in ONE_SEX and _ATTRIBUTIVE.match(text[first.start : first.end]):
            first = nearby  # "adolescent and young adult women"
            continue
        if nearby.value in ONE_SEX and first.value is Who.NEUTRAL and spoken in {"fi", None} and not joined:
            return nearby  # Finnish names its head last: "Suomalaiset … miehet"
        if first.value in GENERAL and nearby.value is Who.THINGS and not between.strip():
            return nearby  # "newborn baboons", "patient organisations"
        if first.value is Who.THINGS and nearby.value is not Who.THINGS and between.strip() in {"", "'", "\u2019", "s"}:
            return nearby
        if first.value is Who.NEUTRAL and nearby.value is Who.PEOPLE and len(between) < 20:
            first = nearby
            continue
        if _ATTRIBUTIVE.match(text[first.start : first.end]) and len(between) < 20:
            continue
        break
    return first


def _is_other_word(text: str, hit: Match[Who]) -> bool:
    """Whether "man" stands for humans, an abbreviation reads like a word, or an ending is for all ("SchülerInnen")."""
    words = text[hit.start : hit.end]
    if words.lower() != "man":
        return (words == "MEN" and not text.isupper()) or words.endswith("Innen")
    before = text[max(0, hit.start - 8) : hit.start].lower()
    return before.endswith((" in ", "isle of ")) or text.startswith("-", hit.end)


def _is_relation(text: str, hit: Match[Who]) -> bool:
    """Whether somebody is named as another's relative: "women whose husbands …"."""
    if hit.value in ONE_SEX and _BORN_TO.search(text, max(0, hit.start - 40), hit.start):
        return True
    if hit.value in ONE_SEX and (
        _PARTNER_AFTER.match(text, hit.end) or _PARTNER_BEFORE.search(text, max(0, hit.start - 60), hit.start)
    ):
        return True
    if (
        hit.value in ONE_SEX
        and _POSSESSED.match(text, hit.start)
        and _POSSESSIVE.search(text, max(0, hit.start - 24), hit.start)
    ):
        return True
    return (
        hit.value in ONE_SEX
        and RELATION.match(text, hit.start) is not None
        and _RELATION_BEFORE.search(text, max(0, hit.start - 24), hit.start) is not None
    )


def _is_nobody(text: str, hit: Match[Who]) -> bool:
    """Whether people are named as those that there are none of: "holds no persons"."""
    return hit.value in GENERAL | ONE_SEX and _NOBODY.search(text, max(0, hit.start - 40), hit.start) is not None


def _is_aside(text: str, hit: Match[Who]) -> bool:
    """Whether words hold for one sex among others: "if the patient is female", "and, in men, the testes"."""
    if hit.value not in ONE_SEX:
        return False
    before = max(0, hit.start - 40)
    return _IF_ONE.search(text, before, hit.start) is not None or (
        text[hit.end : hit.end + 1] in {",", ")"} and _IN_ASIDE.search(text, before, hit.start) is not None
    )


def _is_some(text: str, hit: Match[Who]) -> bool:
    """Whether only a part of those studied is of this sex: "most female subjects"."""
    return hit.value in ONE_SEX and _SOME_OF.search(text, max(0, hit.start - 20), hit.start) is not None


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
    return hit.value in ONE_SEX and (
        _SHARE.search(text, max(0, hit.start - 60), hit.start) is not None
        or _TOPIC_BEFORE.search(text, max(0, hit.start - 40), hit.start) is not None
        or _TOPIC_AFTER.match(text, hit.end) is not None
    )
