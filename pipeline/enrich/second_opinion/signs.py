"""Signs in a record's words that people of one sex alone were studied, or that others were too.

A sign is a short text. Signs are the same for women and for men: they rest on the classes of words for people
(`people/words_for_people.py`), seen from the sex in question, so that most hold for every language. There are two
groups: what the classes are in each part of the record, and its words, with the class in place of a word for people.

    title same                a word for people of that sex is in the title
    title same then people    … and the next word of a class names people in general
    before same: among        "among" precedes a word for people of that sex
    condition is: ovarian cancer
    words: role of SAME       these words are in the record, SAME being a word for people of that sex
    title words: PEOPLE       a word for people in general is in the title
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from pipeline.enrich.people.criteria import exclusions
from pipeline.enrich.people.who import Who
from pipeline.enrich.people.words_for_people import lexicon
from pipeline.enrich.text.language import detect_language
from pipeline.enrich.text.lexicon import Match
from pipeline.enrich.text.tokens import tokens
from pipeline.model.record import RecordByRole, Role, Statement

OneSex = Literal["female", "male"]

MOST_MATCHES = 60
"""Words of a class that are read of one text."""
MOST_TOKENS = 600
"""Tokens of one text whose words are signs."""

_PARTS = {
    Role.TITLE: "title",
    Role.SERIES: "title",
    Role.POPULATION: "population",
    Role.DESCRIPTION: "description",
    Role.KEYWORD: "keyword",
}
_EXCLUDED = "excluded"
"""The part of a list of criteria that states who cannot take part."""
OTHER: Mapping[str, OneSex] = {"female": "male", "male": "female"}
_CLASSES = {
    Who.BOTH: "both",
    Who.PEOPLE: "people",
    Who.NEUTRAL: "neutral",
    Who.IMPLIED: "implied",
    Who.THINGS: "things",
    Who.ANIMALS: "things",
    Who.MATTER: "matter",
}
_OF_A_SEX = frozenset({"same", "other", "both", "condition"})
_OF_ONE_SEX = frozenset({"same", "condition", "other condition"})
"""Classes of which the words themselves are signs."""


class Text(NamedTuple):
    """A statement, its folded tokens, and the words of a class in it, each with the part of the record."""

    part: str
    text: str
    tokens: Sequence[str]
    matches: Sequence[tuple[str, Match[Who]]]


def texts_of(record: RecordByRole) -> list[Text]:
    """The texts whose signs are read: titles, population, descriptions, keywords."""
    return [text_of(statement) for statement in record.having(*_PARTS) if not statement.excludes]


def text_of(statement: Statement) -> Text:
    """A statement as a text whose signs are read."""
    text, part = statement.text, _PARTS[statement.role]
    words = lexicon(detect_language(text, statement.language))
    excluded = exclusions(text) if part == "population" else []
    matches = [
        (_EXCLUDED if any(start <= match.start < end for start, end in excluded) else part, match)
        for match in islice(words.find(text), MOST_MATCHES)
    ]
    return Text(part, text, tokens(text), matches)


class Signs(NamedTuple):
    """The signs of a record, in two groups: each with the words of the record that are it, or "" where none are."""

    classes: dict[str, str]
    """Of the classes of words for people."""
    words: dict[str, str]
    """Of words, and pairs of words with one for people."""


def signs_of(texts: Sequence[Text], sex: OneSex) -> Signs:
    """The signs for or against `sex` alone."""
    signs = Signs({}, {})
    by_part: dict[str, list[str]] = {text.part: [] for text in texts}
    phrases: dict[tuple[str, str], str] = {}
    for text in texts:
        named = [(part, match, _class(match.value, sex)) for part, match in text.matches]
        for part, match, of in named:
            if of is None:
                continue
            by_part.setdefault(part, []).append(of)
            phrase = text.text[match.start : match.end]
            phrases.setdefault((part, of), phrase)
            if of in _OF_A_SEX:
                signs.classes.update(_beside(text, part, of, match, phrase))
            if of in _OF_ONE_SEX:
                signs.classes.setdefault(f"{of} is: {phrase.casefold()}", phrase)
        signs.words.update(
            _words(text, {match.first: (match.last, _word_of(part, of)) for part, match, of in named if of})
        )
    signs.classes.update(_of_classes(by_part, phrases))
    return signs


def _class(who: Who, sex: OneSex) -> str | None:
    """The class of a word, seen from a sex; None where it says nothing."""
    if who.value == sex:
        return "same"
    if who.value == OTHER[sex]:
        return "other"
    if who.value == f"{sex}_condition":
        return "condition"
    if who.value == f"{OTHER[sex]}_condition":
        return "other condition"
    return _CLASSES.get(who)


def _beside(text: Text, part: str, named: str, match: Match[Who], phrase: str) -> Iterator[tuple[str, str]]:
    """Signs of the words beside a word for people of one sex or both."""
    if match.first < 0:  # a script without spaces between words
        return
    before = [_number(token) for token in text.tokens[max(0, match.first - 2) : match.first]]
    after = [_number(token) for token in text.tokens[match.last : match.last + 2]]
    for number in range(len(before)):
        context = " ".join(before[number:])
        yield f"before {named}: {context}", f"{context} {phrase}"
    for number in range(len(after)):
        context = " ".join(after[: number + 1])
        yield f"after {named}: {context}", f"{phrase} {context}"
    if before:
        yield f"{part} before {named}: {before[-1]}", f"{before[-1]} {phrase}"
    if after:
        yield f"{part} after {named}: {after[0]}", f"{phrase} {after[0]}"
    if "%" in text.text[max(0, match.start - 12) : match.end + 8]:
        yield f"share of {named}", phrase
    sign = text.text[match.end : match.end + 1]
    if sign and sign in "/,();:.":
        yield f"sign after {named}: {sign}", phrase


def _words(text: Text, classes: Mapping[int, tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """Signs of the words of a text, and of pairs of them with one for people.

    Args:
        text: the text.
        classes: by the number of a token, that of the token after the phrase that begins there, and what stands for it.
    """
    before, before_words = "", ""
    number, end = 0, min(len(text.tokens), MOST_TOKENS)
    while number < end:
        last, of = classes.get(number, (number + 1, ""))
        words = " ".join(text.tokens[number:last])
        word = of or _number(words)
        yield f"words: {word}", words
        yield f"{text.part} words: {word}", words
        if before and (of or before.isupper()):
            yield f"words: {before} {word}", f"{before_words} {words}"
            if "SAME" in {before, word}:
                yield f"{text.part} words: {before} {word}", f"{before_words} {words}"
        before, before_words, number = word, words, max(last, number + 1)


def _word_of(part: str, of: str) -> str:
    """What stands for a phrase of a class among the words."""
    return (f"{part} {of}" if part == _EXCLUDED else of).upper().replace(" ", "-")


def _number(token: str) -> str:
    return "#" if token.isdigit() else token


def _of_classes(
    by_part: Mapping[str, Sequence[str]], words: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, str]]:
    """Signs of the classes that occur in each part of the record, how often, and in which order."""
    total: Counter[str] = Counter()
    for part, named in by_part.items():
        counts = Counter(named)
        total += counts
        for each, number in counts.items():
            yield f"{part} {each}", words[part, each]
            yield f"{part} {each} {_size(number)}", words[part, each]
        if named:
            yield f"{part} first {named[0]}", words[part, named[0]]
        first = next((each for each in named if each in _OF_A_SEX), None)
        if first is not None:
            yield f"{part} first sex {first}", words[part, first]
        for pair in pairwise(named):
            yield f"{part} {pair[0]} then {pair[1]}", words[part, pair[1]]
        if counts["same"] and not counts["other"] + counts["both"]:
            yield f"{part} only same", words[part, "same"]
        if counts["same"] > counts["people"]:
            yield f"{part} more same than people", words[part, "same"]
    yield from _of_whole(by_part, total)


def _of_whole(by_part: Mapping[str, Sequence[str]], total: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Signs of the classes in all parts together."""
    for each, number in total.items():
        yield f"any {each} {_size(number)}", ""
    of_a_sex = total["same"] + total["other"] + total["both"]
    if of_a_sex:
        yield f"share of sexes {4 * total['same'] // of_a_sex}/4", ""
    people = total["same"] + total["people"]
    if people:
        yield f"share of people {5 * total['same'] // people}/5", ""
    if not total["other"] + total["both"]:
        yield "any only same", ""
    if "population" not in by_part:
        yield "no population", ""
    having = {part for part, named in by_part.items() if "same" in named}
    for part in having:
        for other in by_part.keys() - having:
            yield f"same in {part}, not in {other}", ""


def _size(number: int) -> str:
    return str(number) if number < 3 else "3-5" if number < 6 else "6+"
