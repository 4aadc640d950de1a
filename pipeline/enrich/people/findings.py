"""Who a sentence speaks of: women, men, both, people in general, or no people at all.

A sentence is read as a phrase with a head: "women who visit patients" is of women, "patients and their mothers" of
people. Words of one sex that stand under a condition ("women of childbearing potential must …") restrict nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.enrich.people.criteria import lists_criteria
from pipeline.enrich.people.mentions import (
    GENERAL,
    NATURES,
    NOBODY,
    ONE_SEX,
    RELATION,
    Who,
    hinted,
    hints,
    names_those_studied,
)
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.lexicon import Lexicon, Match
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Role, Statement


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
    described: bool = False
    """Whether the sentence says of those who took part that they are of this sex ("all participants were women")."""


ADJACENT = 3
"""Words between one of a sex and what it describes: "male Wistar rats"."""
NEARBY = 100
"""Characters between people and the condition that they have."""
WITHOUT = 25
"""Characters after "without" in which nobody takes part."""
NEAR = 20
"""Characters between two words of the same people."""
LEADING = 6
"""Words that may stand before whom a sentence speaks of, where it leads."""
SEXED = ONE_SEX | NATURES | {Who.BOTH}
_ORDER = ("both", "female", "male", "implied", "neutral", "people", "things", "animals", "matter", "none")
_KINDRED = (("sv", "no", "da"), ("es", "pt"), ("sl", "hr", "cs", "pl"))
"""Languages that short texts do not tell apart."""
_ENGLISH_TRAPS = frozenset({"men", "man", "male", "mens", "males", "subjects", "cases", "staff"})
"""English words that mean something else in texts of other languages (Dutch and Swedish "men")."""


_ONLY_KNOWN = frozenset({"nő", "apa", "žen", "fant", "mame", "mam"})
"""Words that read like others of other languages once folded ("no", "Zen"): heard where theirs is known."""


def _any(name: str) -> str:
    return alternatives("people", name, ignore_case=True)


_TOGETHER = re.compile(rf"\b{_any('together')}\b|[/&,]", re.IGNORECASE)
_EXCLUDED = re.compile(
    rf"\b{_any('excluded')}\b|\A\W*(?:are )?(?:not?(?! (?:pregnant (?:fe|wo)|all\b))|never)\b", re.IGNORECASE
)
_LEFT_OUT = re.compile(rf"\b{_any('left_out')}\b|(?P<unspaced>{_any('left_out_unspaced')})", re.IGNORECASE)
_WITHOUT = re.compile(rf"\b{_any('without')}\b", re.IGNORECASE)
_CONDITION = re.compile(_any("condition"), re.IGNORECASE)
_LACTATING = re.compile(r"\b(?:lactating|nursing|breast-?\s?feed)", re.IGNORECASE)
_OTHER_ORGANS = re.compile(rf"\b{_any('organs')}\b", re.IGNORECASE)
_ORGAN = re.compile(_any("sex_organs"), re.IGNORECASE)
_OF_ANY_KIND = re.compile(_any("of_any_kind"), re.IGNORECASE)
_AND_UNSPACED = re.compile(_any("and_unspaced"))
_FEMININE_NOUN = re.compile(rf"{_any('feminine_noun')}\Z", re.IGNORECASE)
_OF_WOMEN = re.compile(rf"{_any('of_women')}\b", re.IGNORECASE)
_GROUPS = re.compile(_any("groups"), re.IGNORECASE)
_OF_WHOM = re.compile(rf"\s+{_any('of_whom')}\s+(?:[\w-]+\s+){{0,2}}", re.IGNORECASE)
_IN_TITLE = re.compile(rf"(?:[:,;\u2013'\u2018]\s*|\b{_any('in_title')}\s+)(?:[\w-]+\s+){{0,2}}\Z", re.IGNORECASE)
_THAN = re.compile(rf"\b{_any('than')}\b", re.IGNORECASE)
_BACKGROUND = re.compile(_any("background"), re.IGNORECASE)
_ATTRIBUTIVE = re.compile(rf"{_any('attributive')}\Z", re.IGNORECASE)
_ABSENT = re.compile(_any("took_no_part"), re.IGNORECASE)
_KIN_PAIR = re.compile(rf"{_any('parent')}s?-\Z", re.IGNORECASE)
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
_IN_BRACKETS = re.compile(
    r"(?:(?<![\d.,])(?P<all>\d+)\D{1,40})?[(\[]\s*(?:n\s?=\s?)?(?P<part>\d+)\s*(?P<percent>%)?\s*\Z"
)
_IS = re.compile(
    rf"\A[\s,;:(]*(?:{_any('who')}\s+)*{_any('is')}?[\s,:(]*{_any('all')}?[\s(]*(?:\d[\d,. ]*)?\Z"
    rf"|\A\s+(?:[^\W\d]+\s+){{0,3}}{_any('were')}\s+(?:{_any('all')}\s+){{0,2}}(?:{_any('some')}\s+)?(?:\d[\d,. ]*)?\Z"
    rf"|\A\s+{_any('of_whom')}\s+\d[\d,. ]*\Z|\A{_any('were_unspaced')}\Z",
    re.IGNORECASE,
)


@cache
def lexicon(spoken: str | None) -> Lexicon[Who]:
    """The words of a language, its kindred, and those of English that mean nothing else in it; of all for None."""
    by_language: dict[str, dict[str, list[str]]] = table("people")["languages"]
    if spoken in by_language:
        kindred = next((group for group in _KINDRED if spoken in group), ())
        tables = [by_language[name] for name in (spoken, *kindred, "en")]
    else:
        tables = [by_language["en"], *by_language.values()]
    terms: dict[str, Who] = {}
    anyone = frozenset() if spoken in by_language else _of_anyone()
    unheard = frozenset() if spoken in by_language else _ONLY_KNOWN
    for groups in tables:
        traps = _ENGLISH_TRAPS if groups is by_language["en"] and spoken not in {None, "en"} else frozenset()
        for group in _ORDER:
            for term in map(str.lower, groups.get(group, ())):
                if term not in traps | unheard and not (term in anyone and group in ONE_SEX):
                    terms.setdefault(term, Who(group))
    for nature in NATURES:
        for term in table("people")[nature.value]:
            terms.setdefault(term.lower(), nature)
    return Lexicon(terms.items())


@cache
def _of_anyone() -> frozenset[str]:
    """Words of people in general in any language but English, whatever else they are in another ("participantes")."""
    others = [groups for name, groups in table("people")["languages"].items() if name != "en"]
    return frozenset(
        term.lower() for groups in others for group in ("neutral", "people") for term in groups.get(group, ())
    )


@cache
def units() -> Lexicon[Who]:
    """Units of analysis: people, or things."""
    own = table("people")["units"]
    return Lexicon((term, Who(group)) for group, terms in own.items() for term in terms)


class _Sentence(NamedTuple):
    """A sentence, and how it is read."""

    statement: Statement
    number: int
    start: int
    text: str
    spoken: str | None
    topical: bool
    possible: dict[str, tuple[str, ...]]
    """The parts of words in its statement for which rules may hold; see `hints`."""

    def claim(self, hit: Match[Who], who: Who | None = None, *, leads: bool = False, of: Who | None = None) -> Claim:
        words = self.statement.text[hit.start : hit.end]
        return Claim(who or hit.value, self.statement, words, self.number, hit.start, leads, of)


@lru_cache(maxsize=16)
def _hits(text: str, spoken: str | None) -> tuple[Match[Who], ...]:
    """The words of people and things in a text, in order."""
    return tuple(hit for hit in lexicon(spoken).find(text) if hit.value is not Who.NONE)


def names_a_sex(statement: Statement) -> bool:
    """Whether any word of a statement is of one sex or of both: if none is, its claims are of people in general."""
    spoken = detect_language(statement.text, statement.language)
    return any(hit.value in SEXED for hit in _hits(statement.text, spoken))


def people_beside(claim: Claim) -> Claim | None:
    """The people in general whom the sentence of a claim names too; None where it names none."""
    text = claim.statement.text
    start, end = sentences(text)[claim.sentence]
    for hit in _hits(text, detect_language(text, claim.statement.language)):
        if start <= hit.start < end and hit.value in {Who.PEOPLE, Who.NEUTRAL}:
            return claim._replace(who=hit.value, words=text[hit.start : hit.end], start=hit.start)
    return None


def claims(statement: Statement, *, topical: bool) -> Iterator[Claim]:
    """What each sentence of a statement says of whom it speaks, in order.

    `topical`: words of one sex also name topics here ("women's rights"), as in titles and descriptions.
    """
    text = statement.text
    spoken = detect_language(text, statement.language)
    hits = _hits(text, spoken)
    if not hits:
        return
    possible = hints(text)
    at = 0
    for number, (start, end) in enumerate(sentences(text)):
        of_sentence: list[Match[Who]] = []
        while at < len(hits) and hits[at].start < end:
            if hits[at].start >= start:
                of_sentence.append(hits[at])
            at += 1
        if of_sentence:
            claim = _claim(_Sentence(statement, number, start, text[start:end], spoken, topical, possible), of_sentence)
            if claim is not None:
                yield claim


def _claim(sentence: _Sentence, hits: list[Match[Who]]) -> Claim | None:
    text, staff = sentence.statement.text, sentence.possible["staff"]
    counted = [
        hit
        for hit in _taking_part(sentence, hits)
        if names_those_studied(text, hit, topical=sentence.topical, staff=staff)
    ]
    both = next((hit for hit in counted if hit.value is Who.BOTH), None)
    if both is not None:
        return sentence.claim(both)
    people = [hit for hit in counted if hit.value not in NATURES]
    if any(hit.value is not Who.MATTER for hit in people):
        people = [hit for hit in people if hit.value is not Who.MATTER]
    natural = _natural(sentence, [hit for hit in counted if hit.value in NATURES], people)
    if not people:
        return sentence.claim(natural) if natural else None
    if aside := [*_compared(text, people), *_shares(text, people)]:
        people = [hit for hit in people if hit not in aside]
    return _claim_of_people(sentence, people, natural) if people else None


def _claim_of_people(sentence: _Sentence, people: list[Match[Who]], natural: Match[Who] | None) -> Claim:
    text = sentence.statement.text
    sexed = [hit for hit in people if hit.value in ONE_SEX]
    conditional = bool(sexed) and not sentence.topical and _is_rule(sentence)
    sexed = _without_kin(text, sexed)
    if {hit.value for hit in sexed} == ONE_SEX:
        pair = _pair(text, sexed, near=conditional or sentence.topical)
        if pair is not None:
            return sentence.claim(pair, of=Who.BOTH if conditional else None)
    if any(hit.value is Who.ANIMALS for hit in people):
        if _are_animals(text, people):
            return sentence.claim(next(hit for hit in people if hit.value is Who.ANIMALS), Who.THINGS)
        people = [hit._replace(value=Who.THINGS) if hit.value is Who.ANIMALS else hit for hit in people]
    named = [hit for hit in people if hit.value is not Who.IMPLIED] or people
    head = _head(text, named, sentence.spoken)
    if head.value is Who.NEUTRAL and sentence.statement.role is Role.TITLE:
        head = next((hit for hit in sexed if _IN_TITLE.search(text, head.end, hit.start)), head)
    if head.value is Who.THINGS and (asked := _BACKGROUND.search(sentence.text)):
        head = Match(Who.NEUTRAL, sentence.start + asked.start(), sentence.start + asked.end(), -1, -1)
    if head.value in ONE_SEX and conditional and head is named[0]:
        return sentence.claim(head, Who.NEUTRAL, of=head.value)
    if natural is not None and head.value in {Who.NEUTRAL, Who.IMPLIED} and _has(sentence, head, natural):
        return sentence.claim(natural, leads=True)
    claim = sentence.claim(head, leads=text[sentence.start : named[0].start].count(" ") < LEADING)
    return claim._replace(described=True) if _is_described(text, named, head) else claim


def _is_described(text: str, people: list[Match[Who]], head: Match[Who]) -> bool:
    """Whether the head is of one sex, and said of those who are named before it."""
    if head.value not in ONE_SEX or head is people[0]:
        return False
    before = people[people.index(head) - 1]
    between = text[before.end : head.start]
    return before.value in GENERAL and bool(between.strip()) and _IS.match(between) is not None


def _is_rule(sentence: _Sentence) -> bool:
    """Whether a sentence tells under what condition people take part, rather than who does."""
    if _CONDITION.search(sentence.text) is not None:
        return True
    return lists_criteria(sentence.statement) and _LACTATING.search(sentence.text) is not None


def _taking_part(sentence: _Sentence, hits: list[Match[Who]]) -> list[Match[Who]]:
    """The words of a sentence without those of whom it says that they did not take part."""
    start, text = sentence.start, sentence.text
    possible = sentence.possible
    if hinted(text, possible["excluded"]):
        if (found := _LEFT_OUT.search(text)) is not None:
            # "Adults; women were excluded" leaves out its clause
            clause = start + max(text.rfind(mark, 0, found.start()) for mark in ";:。")
            after = start + (found.end() if found["unspaced"] else len(text))
            hits = [hit for hit in hits if hit.start < clause or hit.start >= after]
        elif (found := _EXCLUDED.search(text)) is not None:
            hits = [hit for hit in hits if hit.end <= start + found.start()]  # "excluding women …" leaves out the rest
    if hinted(text, possible["without"]) and (found := _WITHOUT.search(text)) is not None:
        hits = [hit for hit in hits if not found.end() <= hit.start - start <= found.end() + WITHOUT]
    if hinted(text, possible["absent"]) and (found := _ABSENT.search(text)) is not None:
        clause = max(text.rfind(mark, 0, found.start()) for mark in ",;:")
        hits = [hit for hit in hits if not start + clause < hit.start < start + found.end()]
    return hits


def _natural(sentence: _Sentence, natures: list[Match[Who]], people: list[Match[Who]]) -> Match[Who] | None:
    """The condition of one sex that a sentence tells of, the nearest to the people; None among other organs."""
    if len({hit.value for hit in natures}) != 1:
        return None
    if _OTHER_ORGANS.search(sentence.text):
        natures = [hit for hit in natures if not _ORGAN.match(sentence.statement.text, hit.start)]
    return min(natures, key=lambda hit: abs(hit.start - people[0].end) if people else 0, default=None)


def _has(sentence: _Sentence, head: Match[Who], natural: Match[Who]) -> bool:
    """Whether people are near enough to a condition for it to be theirs; in a title they are."""
    of_title = sentence.statement.role is Role.TITLE
    return head.value is Who.IMPLIED or of_title or abs(natural.start - head.end) < NEARBY


def _compared(text: str, people: list[Match[Who]]) -> list[Match[Who]]:
    """Women and men who are named to compare all women with all men: "males are at higher risk than females"."""
    for one, other in pairwise(hit for hit in people if hit.value in ONE_SEX):
        if one.value is not other.value and _THAN.search(text, one.end, other.start):
            return [one, other]
    return []


def _shares(text: str, people: list[Match[Who]]) -> list[Match[Who]]:
    """Those of one sex whose number stands in brackets behind more people: "48 participants (12 women)"."""
    first = next((hit for hit in people if hit.value in GENERAL), None)
    if first is None:
        return []
    shares = []
    for hit in people:
        if hit.value in ONE_SEX and hit.start > first.end:
            found = _IN_BRACKETS.search(text, max(0, first.start - 20), hit.start)
            if found is not None and found["part"] != ("100" if found["percent"] else found["all"]):
                shares.append(hit)
    return shares


def _without_kin(text: str, sexed: list[Match[Who]]) -> list[Match[Who]]:
    """Words of one sex without those by whom others are told: the boys of "mothers of boys"."""
    kin = {
        other
        for one, other in pairwise(sexed)
        if RELATION.match(text, one.start) and _OF_WHOM.fullmatch(text, one.end, other.start)
    }
    return [hit for hit in sexed if hit not in kin] if kin else sexed


def _are_animals(text: str, people: list[Match[Who]]) -> bool:
    """Whether a sentence that names animals speaks of nobody else: "male" and "female" are theirs."""
    return all(
        hit.value in NOBODY | {Who.IMPLIED}
        or (hit.value in ONE_SEX and _OF_ANY_KIND.match(text, hit.start, hit.end) is not None)
        for hit in people
    )


def _pair(text: str, sexed: list[Match[Who]], *, near: bool) -> Match[Who] | None:
    """The words that name women and men together; `near`: in one breath."""
    for one, other in pairwise(sexed):
        if one.value is not other.value and (
            not near
            or (other.start - one.end <= 40 and _TOGETHER.search(text, one.end, other.start))
            or _GROUPS.search(text, one.end, other.start)
        ):
            return Match(Who.BOTH, one.start, other.end, one.first, other.last)
    return None


def _head(text: str, people: list[Match[Who]], spoken: str | None) -> Match[Who]:
    """The hit that the sentence is about; with the value that it has together with its neighbours."""
    first = people[0]
    for nearby in people[1:]:
        between = text[first.end : nearby.start]
        if first.value in ONE_SEX:
            return _beside(text, first, nearby, between)
        if nearby.value is Who.FEMALE and _agrees(text, people[0], nearby):
            continue
        described = _ATTRIBUTIVE.match(text, first.start, first.end) is not None
        if _describes(first, nearby, between) or (described and nearby.value in ONE_SEX):
            first = nearby  # "adolescent and young adult women"
            continue
        if _is_last(first, nearby, between, spoken):
            return nearby
        if not (described and len(between) < NEAR):
            break
    return first


def _beside(text: str, first: Match[Who], nearby: Match[Who], between: str) -> Match[Who]:
    """The head where one sex is named first: "mothers and their babies", "male rats"."""
    if nearby.value in GENERAL and between.strip() and not _are_had(text, nearby, between):
        together = _AND.match(between) or _AND_UNSPACED.fullmatch(between)
        if together or _KIN_PAIR.search(text[first.start : nearby.start]):
            return Match(Who.PEOPLE, first.start, nearby.end, first.first, nearby.last)
    if nearby.value in NOBODY and between.count(" ") <= ADJACENT and not _CONJUNCTION.search(between):
        return nearby
    return first


def _are_had(text: str, nearby: Match[Who], between: str) -> bool:
    """Whether children only tell which mothers or fathers are meant ("mothers with children under 3")."""
    return _CHILDREN.match(text, nearby.start, nearby.end) is not None and _HAVING.match(between) is not None


def _describes(first: Match[Who], nearby: Match[Who], between: str) -> bool:
    """Whether the later word is of the same people as the first: "respondents (all women)", "patients, children"."""
    if nearby.value in ONE_SEX:
        return first.value in GENERAL and (not between.strip(" ,(") or _IS.match(between) is not None)
    return first.value is Who.NEUTRAL and nearby.value is Who.PEOPLE and len(between) < NEAR


def _is_last(first: Match[Who], nearby: Match[Who], between: str, spoken: str | None) -> bool:
    """Whether the later word is the head: "Suomalaiset … miehet", "newborn baboons", "company employees"."""
    if nearby.value in ONE_SEX and first.value is Who.NEUTRAL and spoken in {"fi", None}:
        return _CONJUNCTION.search(between) is None
    if first.value in GENERAL and nearby.value is Who.THINGS:
        return not between.strip()
    return first.value is Who.THINGS and nearby.value is not Who.THINGS and between.strip() in {"", "'", "\u2019", "s"}


def _agrees(text: str, noun: Match[Who], adjective: Match[Who]) -> bool:
    """Whether a feminine form agrees with a noun that stands for anyone ("personas jubiladas")."""
    return (
        _FEMININE_NOUN.match(text, noun.start, noun.end) is not None
        and _OF_WOMEN.match(text, adjective.start, adjective.end) is None
    )
