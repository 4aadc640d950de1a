"""Sentences of a statement, and the words for people that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from pipeline.enrich.people.who import GENERAL, ONE_SEX, Who
from pipeline.enrich.people.words_for_people import lexicon
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.required import fragments
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Role, Statement

_FRAGMENTS = {
    "excluded": fragments("people", "excluded", "left_out", "left_out_unspaced"),
    "without": fragments("people", "without"),
    "took_no_part": fragments("people", "took_no_part"),
    "staff": fragments("people", "staff", "staff_unspaced", "done_by"),
}
_PREFILTERS = {rule: Prefilter(of_rule) for rule, of_rule in _FRAGMENTS.items()}
_ANY_PREFILTER = Prefilter(chain.from_iterable(_FRAGMENTS.values()))
_NO_FRAGMENTS: Mapping[str, frozenset[str]] = dict.fromkeys(_PREFILTERS, frozenset())


def words_of(key: str, section: str = "people") -> str:
    """The words under a key in all languages, as a group of a regular expression that ignores case."""
    return alternatives(section, key, ignore_case=True)


def compiled(pattern: str) -> re.Pattern[str]:
    """A regular expression that ignores case."""
    return re.compile(pattern, re.IGNORECASE)


class Sentence(NamedTuple):
    """A sentence, and its words for people and things."""

    statement: Statement
    number: int
    """Counted from 0."""
    start: int
    """Offset in the statement's text."""
    text: str
    language: str | None
    matches: tuple[Match[Who], ...]
    """In order; their offsets are those in the statement's text."""
    fragments: Mapping[str, frozenset[str]]
    """For each pattern that has a prefilter, those of its fragments that the statement contains; without any it cannot
    match. So most sentences need not be searched for it."""

    @property
    def whole(self) -> str:
        """The text of the statement."""
        return self.statement.text

    @property
    def topical(self) -> bool:
        """Whether words of one sex may also name topics here ("women's rights"), as in titles and descriptions."""
        return self.statement.role is not Role.POPULATION

    @property
    def in_title(self) -> bool:
        """Whether the statement is a title."""
        return self.statement.role is Role.TITLE


class Mention(NamedTuple):
    """A word for people or things in a sentence."""

    sentence: Sentence
    match: Match[Who]

    @property
    def who(self) -> Who:
        """Whom the word names."""
        return self.match.value

    @property
    def is_of_one_sex(self) -> bool:
        """Whether it names women or men."""
        return self.match.value in ONE_SEX

    @property
    def is_general(self) -> bool:
        """Whether it names people in general."""
        return self.match.value in GENERAL

    @property
    def words(self) -> str:
        """The word as it stands in the text."""
        return self.sentence.whole[self.match.start : self.match.end]

    def follows(self, pattern: re.Pattern[str], reach: int = 40) -> re.Match[str] | None:
        """What a pattern that ends with `\\Z` matches immediately before the word; `reach`: most characters before."""
        start = self.match.start
        return pattern.search(self.sentence.whole, max(0, start - reach), start)

    def precedes(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What a pattern matches immediately after the word."""
        return pattern.match(self.sentence.whole, self.match.end)


@lru_cache(maxsize=16)
def matches(text: str, language: str | None) -> tuple[Match[Who], ...]:
    """The words for people and things in a text, in order."""
    found = [match for match in lexicon(language).find(text) if match.value is not Who.NONE]
    return tuple(sorted(found, key=lambda match: match.start))


def matches_of(statement: Statement) -> tuple[Match[Who], ...]:
    """The words for people and things in a statement, in order."""
    return matches(statement.text, detect_language(statement.text, statement.language))


def sentences_naming_people(statement: Statement) -> Iterator[Sentence]:
    """The sentences of a statement that have words for people or things, in order."""
    text = statement.text
    language = detect_language(text, statement.language)
    found = matches(text, language)
    if not found:
        return
    in_text = _fragments_in(text)
    at = 0
    for number, (start, end) in enumerate(sentences(text)):
        first = at
        while at < len(found) and found[at].start < end:
            at += 1
        if at > first:
            yield Sentence(statement, number, start, text[start:end], language, found[first:at], in_text)


def _fragments_in(text: str) -> Mapping[str, frozenset[str]]:
    """The whole text is searched once, so that its sentences need only be searched for these few fragments."""
    if not _ANY_PREFILTER.passes(text):
        return _NO_FRAGMENTS
    return {rule: prefilter.found_in(text) for rule, prefilter in _PREFILTERS.items()}
