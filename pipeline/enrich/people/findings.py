"""What each sentence of a statement states of the people studied: women, men, both, people in general, or things.

The words for people in a sentence are found by a lexicon (`sentence`). Those that do not refer to the people studied
are left out (`guards`), and the head of the rest decides (`phrase_head`). Words of one sex in a rule for taking part
("women of childbearing potential must …") restrict nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.enrich.people import phrase_head
from pipeline.enrich.people.criteria import lists_criteria
from pipeline.enrich.people.guards import is_studied
from pipeline.enrich.people.sentence import Mention, Sentence, compiled, matches_of, sentences_naming_people, words_of
from pipeline.enrich.people.who import CONDITIONS, ONE_SEX, Who
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Statement

LEADING = 6
"""Spaces that may precede the people at the beginning of a sentence."""
SEXED = ONE_SEX | CONDITIONS | {Who.BOTH}
PEOPLE = frozenset({Who.FEMALE, Who.MALE, Who.BOTH, Who.PEOPLE, Who.NEUTRAL})
_OF_SEX = compiled(rf"{words_of('adjectives_of_sex')}(?:[\s/,&]+(?:\w+\s+)?{words_of('adjectives_of_sex')})?")
_OF_ANIMALS_TOO = compiled(rf"{words_of('of_animals_too')}|{words_of('adjectives_of_sex')}.*")
"""Words for people that are used of animals too."""
_RULE = compiled(words_of("rule"))
_WHO_ARE = compiled(rf"\b{words_of('relative_clause')}\s+{words_of('were')}\s+\Z")
_RULE_IN_PROSE = compiled(rf"\b{words_of('rule_in_prose')}")
_LACTATING = compiled(r"(?:lactating|nursing|breast-?\s?feed)")


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


def names_a_sex(statement: Statement) -> bool:
    """Whether any word of a statement is of one sex or of both. If not, its findings are of people in general."""
    return any(match.value in SEXED for match in matches_of(statement))


def names_animals(statement: Statement) -> bool:
    """Whether any word of a statement is for animals."""
    return any(match.value is Who.ANIMALS for match in matches_of(statement))


def is_of_animals_too(finding: Finding) -> bool:
    """Whether the words of a finding are used of animals too ("individuals", "males")."""
    return _OF_ANIMALS_TOO.fullmatch(finding.words) is not None


def without_sexes_of_animals(found: list[Finding], statements: Iterable[Statement]) -> list[Finding]:
    """Findings without those that only describe animals ("20 males and females of each line").

    `statements`: titles and descriptions of the record. Animals are meant if any is named there and no people are.
    """
    of_sex = [finding for finding in found if finding.who in SEXED and _OF_SEX.fullmatch(finding.words)]
    if not of_sex:
        return found
    named = [(match, statement) for statement in statements for match in matches_of(statement)]
    if all(match.value is not Who.ANIMALS for match, _ in named) or any(
        match.value in PEOPLE and not _OF_ANIMALS_TOO.fullmatch(statement.text, match.start, match.end)
        for match, statement in named
    ):
        return found
    return [finding for finding in found if finding not in of_sex]


def people_beside(finding: Finding) -> Finding | None:
    """The people in general whom the sentence of a finding names too; None where it names none."""
    text = finding.statement.text
    start, end = sentences(text)[finding.sentence]
    for match in matches_of(finding.statement):
        if start <= match.start < end and match.value in {Who.PEOPLE, Who.NEUTRAL}:
            return finding._replace(who=match.value, words=text[match.start : match.end], start=match.start)
    return None


def findings(statement: Statement) -> Iterator[Finding]:
    """At most one finding for each sentence of a statement, in order."""
    return filter(None, map(_of_sentence, sentences_naming_people(statement)))


def findings_of_criteria(statement: Statement, excluded: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """The findings of a list of criteria, without its excluded parts.

    Lists are long: a sentence without words for a sex is read only if it may name others than those already found,
    until people in general are found.
    """
    found: set[Who] = set()
    for sentence in sentences_naming_people(statement):
        if any(start <= sentence.start < end for start, end in excluded):
            continue
        named = {match.value for match in sentence.matches}
        if named.isdisjoint(SEXED) and (Who.PEOPLE in found or named <= found):
            continue
        finding = _of_sentence(sentence)
        if finding is not None:
            found.add(finding.who)
            yield finding


def _of_sentence(sentence: Sentence) -> Finding | None:
    studied = [match for match in sentence.matches if is_studied(Mention(sentence, match))]
    both = next((match for match in studied if match.value is Who.BOTH), None)
    if both is not None:
        return _finding(sentence, both)
    people = [match for match in studied if match.value not in CONDITIONS]
    if any(match.value is not Who.MATTER for match in people):
        people = [match for match in people if match.value is not Who.MATTER]
    conditions = [match for match in studied if match.value in CONDITIONS]
    condition = phrase_head.condition_in(sentence, conditions, people)
    if people:
        return _of_people(sentence, people, condition)
    return _finding(sentence, condition) if condition else None


def _of_people(sentence: Sentence, people: list[Match[Who]], condition: Match[Who] | None) -> Finding | None:
    shares = [match for match in people if phrase_head.is_share(sentence, match, people)]
    people = [match for match in people if match not in shares]
    if shares and phrase_head.are_of_those_studied(sentence, shares, people):
        return _finding(sentence, shares[0], Who.BOTH)
    if not people:
        return _finding(sentence, condition) if condition else None
    if phrase_head.are_animals(sentence, people):
        return _finding(sentence, next(match for match in people if match.value is Who.ANIMALS), Who.THINGS)
    rule = any(match.value in ONE_SEX for match in people) and _is_rule(sentence)
    beside = rule or sentence.topical
    pair = phrase_head.orientations_in(sentence, people) or phrase_head.pair_in(sentence, people, beside=beside)
    if pair is not None:
        return _finding(sentence, pair)._replace(rule_for=Who.BOTH if rule else None)
    return _of_head(sentence, people, condition, rule=rule)


def _of_head(sentence: Sentence, people: list[Match[Who]], condition: Match[Who] | None, *, rule: bool) -> Finding:
    people = [match._replace(value=Who.THINGS) if match.value is Who.ANIMALS else match for match in people]
    named = [match for match in people if match.value is not Who.IMPLIED] or people
    head = phrase_head.in_title(sentence, phrase_head.head_of(sentence, named), people)
    head = phrase_head.asked_of(sentence, head, people)
    if head.value in ONE_SEX and rule and (head is named[0] or Mention(sentence, head).follows(_WHO_ARE)):
        return _finding(sentence, head, Who.NEUTRAL)._replace(rule_for=head.value)
    if condition is not None and phrase_head.has(sentence, head, condition):
        return _finding(sentence, condition)._replace(leads=True)
    return _finding(sentence, head)._replace(
        leads=sentence.whole[sentence.start : named[0].start].count(" ") < LEADING,
        described=phrase_head.is_described(sentence, named, head),
    )


def _finding(sentence: Sentence, match: Match[Who], who: Who | None = None) -> Finding:
    words = sentence.whole[match.start : match.end]
    return Finding(who or match.value, sentence.statement, words, sentence.number, match.start)


def _is_rule(sentence: Sentence) -> bool:
    """Whether a sentence states a rule for taking part, rather than who takes part."""
    if sentence.topical:
        return not sentence.in_title and _RULE_IN_PROSE.search(sentence.text) is not None
    if _RULE.search(sentence.text) is not None:
        return True
    return lists_criteria(sentence.statement) and _LACTATING.search(sentence.text) is not None
