"""What each sentence of a statement states of the people studied: women, men, both, people in general, or things.

The words for people in a sentence are found by a lexicon. Those that do not refer to the people studied are dropped
(`mentions`), and the head of the rest decides (`phrase_head`). Words of one sex in a rule for taking part ("women of
childbearing potential must …") restrict nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipeline.enrich.people.criteria import lists_criteria
from pipeline.enrich.people.mentions import NO_FRAGMENTS, RELATIVE, prefilters, refers_to_people_studied
from pipeline.enrich.people.phrase_head import IS, head_of
from pipeline.enrich.people.who import CONDITIONS, GENERAL, NO_PEOPLE, ONE_SEX, Who
from pipeline.enrich.people.words_for_people import lexicon
from pipeline.enrich.text.fragments import contains_any
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Role, Statement


class Finding(NamedTuple):
    """Whom one sentence states to have been studied, and the words that state it."""

    who: Who
    statement: Statement
    words: str
    sentence: int
    """Number of the sentence in its statement, from 0."""
    start: int
    """Offset of the words in the statement's text."""
    leads: bool = False
    """Whether the words are near the beginning of the sentence. Of a medical condition: whether the sentence names
    people who have it."""
    rule_for: Who | None = None
    """The sex, or both, that a rule for taking part is for ("women must use contraception")."""
    described: bool = False
    """Whether the sentence states of the participants that they are of this sex ("all participants were women")."""


NEARBY = 100
"""Characters between people and the medical condition that they have."""
AFTER_WITHOUT = 25
"""Characters after "without" within which people are named as missing."""
LEADING = 6
"""Spaces that may precede the people at the beginning of a sentence."""
SEXED = ONE_SEX | CONDITIONS | {Who.BOTH}


def _any(name: str) -> str:
    return alternatives("people", name, ignore_case=True)


_TOGETHER = re.compile(rf"\b{_any('together')}\b|[/&,]", re.IGNORECASE)
_EXCLUDED = re.compile(
    rf"\b{_any('excluded')}\b|\A\W*(?:are )?(?:not?(?! (?:pregnant (?:fe|wo)|all\b))|never)\b", re.IGNORECASE
)
_LEFT_OUT = re.compile(rf"\b{_any('left_out')}\b|(?P<unspaced>{_any('left_out_unspaced')})", re.IGNORECASE)
_WITHOUT = re.compile(rf"\b{_any('without')}\b", re.IGNORECASE)
_TOOK_NO_PART = re.compile(_any("took_no_part"), re.IGNORECASE)
_RULE = re.compile(_any("rule"), re.IGNORECASE)
_LACTATING = re.compile(r"(?:lactating|nursing|breast-?\s?feed)", re.IGNORECASE)
_OTHER_ORGANS = re.compile(rf"\b{_any('organs')}\b", re.IGNORECASE)
_SEX_ORGAN = re.compile(_any("sex_organs"), re.IGNORECASE)
_ADJECTIVE_OF_SEX = re.compile(_any("adjectives_of_sex"), re.IGNORECASE)
_GROUPS = re.compile(_any("groups"), re.IGNORECASE)
_OF_WHOM = re.compile(rf"\s+{_any('of_whom')}\s+(?:[\w-]+\s+){{0,2}}", re.IGNORECASE)
_IN_TITLE = re.compile(rf"(?:[:,;\u2013'\u2018]\s*|\b{_any('in_title')}\s+)(?:[\w-]+\s+){{0,2}}\Z", re.IGNORECASE)
_THAN = re.compile(rf"\b{_any('than')}\b", re.IGNORECASE)
_BACKGROUND = re.compile(_any("background"), re.IGNORECASE)
_IN_BRACKETS = re.compile(
    r"(?:(?<![\d.,])(?P<all>\d+)\D{1,40})?[(\[]\s*(?:n\s?=\s?)?(?P<part>\d+)\s*(?P<percent>%)?\s*\Z"
)


class _Sentence(NamedTuple):
    """A sentence, and what is known of it before its words are read."""

    statement: Statement
    number: int
    start: int
    text: str
    language: str | None
    topical: bool
    prefilters: Mapping[str, frozenset[str]]
    """Of the whole statement; see `mentions.prefilters`."""

    def finding(
        self, match: Match[Who], who: Who | None = None, *, leads: bool = False, rule_for: Who | None = None
    ) -> Finding:
        words = self.statement.text[match.start : match.end]
        return Finding(who or match.value, self.statement, words, self.number, match.start, leads, rule_for)


@lru_cache(maxsize=16)
def _matches(text: str, language: str | None) -> tuple[Match[Who], ...]:
    """The words for people and things in a text, in order."""
    return tuple(match for match in lexicon(language).find(text) if match.value is not Who.NONE)


def names_a_sex(statement: Statement) -> bool:
    """Whether any word of a statement is of one sex or of both. If not, its findings are of people in general."""
    language = detect_language(statement.text, statement.language)
    return any(match.value in SEXED for match in _matches(statement.text, language))


def people_beside(finding: Finding) -> Finding | None:
    """The people in general whom the sentence of a finding names too; None where it names none."""
    text = finding.statement.text
    start, end = sentences(text)[finding.sentence]
    for match in _matches(text, detect_language(text, finding.statement.language)):
        if start <= match.start < end and match.value in {Who.PEOPLE, Who.NEUTRAL}:
            return finding._replace(who=match.value, words=text[match.start : match.end], start=match.start)
    return None


def findings(statement: Statement, *, topical: bool) -> Iterator[Finding]:
    """At most one finding for each sentence of a statement, in order.

    `topical`: words of one sex may also name topics here ("women's rights"), as in titles and descriptions.
    """
    text = statement.text
    language = detect_language(text, statement.language)
    matches = _matches(text, language)
    if not matches:
        return
    fragments = prefilters(text)
    at = 0
    for number, (start, end) in enumerate(sentences(text)):
        of_sentence: list[Match[Who]] = []
        while at < len(matches) and matches[at].start < end:
            if matches[at].start >= start:
                of_sentence.append(matches[at])
            at += 1
        if of_sentence:
            sentence = _Sentence(statement, number, start, text[start:end], language, topical, fragments)
            finding = _of_sentence(sentence, of_sentence)
            if finding is not None:
                yield finding


def _of_sentence(sentence: _Sentence, matches: list[Match[Who]]) -> Finding | None:
    text, staff = sentence.statement.text, sentence.prefilters["staff"]
    studied = [
        match
        for match in _taking_part(sentence, matches)
        if refers_to_people_studied(text, match, topical=sentence.topical, staff=staff)
    ]
    both = next((match for match in studied if match.value is Who.BOTH), None)
    if both is not None:
        return sentence.finding(both)
    people = [match for match in studied if match.value not in CONDITIONS]
    if any(match.value is not Who.MATTER for match in people):
        people = [match for match in people if match.value is not Who.MATTER]
    condition = _condition_of_one_sex(sentence, [match for match in studied if match.value in CONDITIONS], people)
    if not people:
        return sentence.finding(condition) if condition else None
    if aside := [*_compared(text, people), *_shares(text, people)]:
        people = [match for match in people if match not in aside]
    return _of_people(sentence, people, condition) if people else None


def _of_people(sentence: _Sentence, people: list[Match[Who]], condition: Match[Who] | None) -> Finding:
    text = sentence.statement.text
    sexed = [match for match in people if match.value in ONE_SEX]
    rule = bool(sexed) and not sentence.topical and _is_rule(sentence)
    sexed = _without_relatives(text, sexed)
    if {match.value for match in sexed} == ONE_SEX:
        pair = _pair(text, sexed, near=rule or sentence.topical)
        if pair is not None:
            return sentence.finding(pair, rule_for=Who.BOTH if rule else None)
    if any(match.value is Who.ANIMALS for match in people):
        if _are_animals(text, people):
            return sentence.finding(next(match for match in people if match.value is Who.ANIMALS), Who.THINGS)
        people = [match._replace(value=Who.THINGS) if match.value is Who.ANIMALS else match for match in people]
    named = [match for match in people if match.value is not Who.IMPLIED] or people
    head = head_of(text, named, sentence.language)
    if head.value is Who.NEUTRAL and sentence.statement.role is Role.TITLE:
        head = next((match for match in sexed if _IN_TITLE.search(text, head.end, match.start)), head)
    if head.value is Who.THINGS and (asked := _BACKGROUND.search(sentence.text)):
        start, end = (sentence.start + offset for offset in asked.span())
        head = head._replace(value=Who.NEUTRAL, start=start, end=end)
    if head.value in ONE_SEX and rule and head is named[0]:
        return sentence.finding(head, Who.NEUTRAL, rule_for=head.value)
    if condition is not None and head.value in {Who.NEUTRAL, Who.IMPLIED} and _has(sentence, head, condition):
        return sentence.finding(condition, leads=True)
    finding = sentence.finding(head, leads=text[sentence.start : named[0].start].count(" ") < LEADING)
    return finding._replace(described=True) if _is_described(text, named, head) else finding


def _is_described(text: str, people: list[Match[Who]], head: Match[Who]) -> bool:
    """Whether the head is of one sex, and describes the people who are named before it."""
    if head.value not in ONE_SEX or head is people[0]:
        return False
    before = people[people.index(head) - 1]
    between = text[before.end : head.start]
    return before.value in GENERAL and bool(between.strip()) and IS.match(between) is not None


def _is_rule(sentence: _Sentence) -> bool:
    """Whether a sentence states a rule for taking part, rather than who takes part."""
    if _RULE.search(sentence.text) is not None:
        return True
    return lists_criteria(sentence.statement) and _LACTATING.search(sentence.text) is not None


def _taking_part(sentence: _Sentence, matches: list[Match[Who]]) -> list[Match[Who]]:
    """The words of a sentence without those that it states to have been excluded."""
    start, text = sentence.start, sentence.text
    fragments = sentence.prefilters
    if fragments is NO_FRAGMENTS:
        return matches
    if contains_any(text, fragments["excluded"]):
        if (found := _LEFT_OUT.search(text)) is not None:
            # "Adults; women were excluded" leaves out its clause
            clause = start + max(text[: found.start()].rfind(mark) for mark in ";:。")
            after = start + (found.end() if found["unspaced"] else len(text))
            matches = [match for match in matches if match.start < clause or match.start >= after]
        elif (found := _EXCLUDED.search(text)) is not None:
            # "excluding women …" leaves out the rest
            matches = [match for match in matches if match.end <= start + found.start()]
    if contains_any(text, fragments["without"]) and (found := _WITHOUT.search(text)) is not None:
        missing = range(found.end(), found.end() + AFTER_WITHOUT)
        matches = [match for match in matches if match.start - start not in missing]
    if contains_any(text, fragments["took_no_part"]) and (found := _TOOK_NO_PART.search(text)) is not None:
        clause = max(text[: found.start()].rfind(mark) for mark in ",;:")
        matches = [match for match in matches if not start + clause < match.start < start + found.end()]
    return matches


def _condition_of_one_sex(
    sentence: _Sentence, conditions: list[Match[Who]], people: list[Match[Who]]
) -> Match[Who] | None:
    """The medical condition of one sex in a sentence that is nearest to the people.

    None where there are conditions of both sexes. A condition that begins with an organ of one sex does not count where
    organs that both sexes have are named too.
    """
    if len({match.value for match in conditions}) != 1:
        return None
    if _OTHER_ORGANS.search(sentence.text):
        text = sentence.statement.text
        conditions = [match for match in conditions if not _SEX_ORGAN.match(text, match.start)]
    return min(conditions, key=lambda match: abs(match.start - people[0].end) if people else 0, default=None)


def _has(sentence: _Sentence, head: Match[Who], condition: Match[Who]) -> bool:
    """Whether people are near enough to a medical condition to have it; in a title they always are."""
    in_title = sentence.statement.role is Role.TITLE
    return head.value is Who.IMPLIED or in_title or abs(condition.start - head.end) < NEARBY


def _compared(text: str, people: list[Match[Who]]) -> list[Match[Who]]:
    """Women and men who are named to compare all women with all men: "males are at higher risk than females"."""
    for one, other in pairwise(match for match in people if match.value in ONE_SEX):
        if one.value is not other.value and _THAN.search(text, one.end, other.start):
            return [one, other]
    return []


def _shares(text: str, people: list[Match[Who]]) -> list[Match[Who]]:
    """Those of one sex whose number is in brackets after that of all: "48 participants (12 women)"."""
    first = next((match for match in people if match.value in GENERAL), None)
    if first is None:
        return []
    shares = []
    for match in people:
        if match.value in ONE_SEX and match.start > first.end:
            found = _IN_BRACKETS.search(text, max(0, first.start - 20), match.start)
            if found is not None and found["part"] != ("100" if found["percent"] else found["all"]):
                shares.append(match)
    return shares


def _without_relatives(text: str, sexed: list[Match[Who]]) -> list[Match[Who]]:
    """Words of one sex without those that only state whose relatives are meant: the boys of "mothers of boys"."""
    relatives = {
        other
        for one, other in pairwise(sexed)
        if RELATIVE.match(text, one.start) and _OF_WHOM.fullmatch(text, one.end, other.start)
    }
    return [match for match in sexed if match not in relatives] if relatives else sexed


def _are_animals(text: str, people: list[Match[Who]]) -> bool:
    """Whether a sentence that names animals names no people: its "male" and "female" describe the animals."""
    return all(
        match.value in NO_PEOPLE | {Who.IMPLIED}
        or (match.value in ONE_SEX and _ADJECTIVE_OF_SEX.match(text, match.start, match.end) is not None)
        for match in people
    )


def _pair(text: str, sexed: list[Match[Who]], *, near: bool) -> Match[Who] | None:
    """The words that name women and men together; `near`: only if they are beside each other."""
    for one, other in pairwise(sexed):
        if one.value is not other.value and (
            not near
            or (other.start - one.end <= 40 and _TOGETHER.search(text, one.end, other.start))
            or _GROUPS.search(text, one.end, other.start)
        ):
            return Match(Who.BOTH, one.start, other.end, one.first, other.last)
    return None
