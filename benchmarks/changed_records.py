"""Real records, changed so that the sex of those studied is known: by other words for the people in them.

Records of surveys and registers hardly ever have a field about sex, and few are of one sex. A record that speaks of
people, and of no sex, is made one of women, or of men, where its first word for people is replaced by a word for them;
where a later one alone is replaced, it tells of some of those studied, and where those in the title alone are, of a
topic. A population of one sex that is added to it makes it one of that sex, whatever else it says.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from pipeline.enrich.people.who import CONDITIONS, ONE_SEX, Who
from pipeline.enrich.second_opinion.signs import OTHER, OneSex, Text, text_of
from pipeline.model.record import Role, Statement

OFTEN = 0.35
"""Share of the later words for people that are replaced, where the first is."""
SOMETIMES = 0.06
"""Share of the records without a population to which one is added."""
PARTS = ("title", "population", "description")
"""The parts of a record whose words are replaced, in the order in which they are read."""
_GENERAL = frozenset({Who.PEOPLE, Who.NEUTRAL})

POPULATIONS = ("{}", "{} aged 18 and over", "A sample of 300 {}.", "All {} in the region.")
"""Populations that are added, around a word for people."""
WORDS: Mapping[str, Sequence[str]] = {
    "female": ("women", "girls", "mothers", "female pupils"),
    "male": ("men", "boys", "fathers", "male pupils"),
    "people": ("adults", "people", "pupils", "households"),
}

At = tuple[int, int]
"""The number of a text, and of one of its words of a class."""


class Changed(NamedTuple):
    """The texts of a changed record, and whether people of the sex alone were studied."""

    texts: list[Text]
    sex: OneSex
    is_right: bool


def changed(texts: Sequence[Text], seed: str) -> Iterator[Changed]:
    """The record with other words for people, if it speaks of people and of no sex; always the same for one seed."""
    if any(match.value in ONE_SEX | CONDITIONS | {Who.BOTH} for text in texts for _, match in text.matches):
        return
    places = {part: list(_places(texts, part)) for part in PARTS}
    later = [*places["population"], *places["description"]]
    if not (places["title"] or later):
        return
    choices = random.Random(zlib.crc32(seed.encode()))
    sex: OneSex = choices.choice(sorted(OTHER.values()))
    often = {at for at in later[1:] if choices.random() < OFTEN}
    yield Changed(_replaced(texts, {*places["title"], *later[:1], *often}, sex), sex, is_right=True)
    topical = _replaced(texts, {*places["title"]}, sex)
    if places["title"] and any(_is_general(texts, at) for at in later):
        yield Changed(topical, sex, is_right=False)
    if choices.random() < SOMETIMES and not any(text.part == "population" for text in texts):
        yield Changed([*texts, _population(sex, choices)], sex, is_right=True)
        if places["title"]:
            yield Changed([*topical, _population("people", choices)], sex, is_right=False)
    if later[1:]:
        yield Changed(_replaced(texts, {choices.choice(later[1:])}, sex), sex, is_right=False)


def _places(texts: Sequence[Text], part: str) -> Iterator[At]:
    for number, text in enumerate(texts):
        for at, (of, match) in enumerate(text.matches):
            if text.part == of == part and match.value in _GENERAL:
                yield number, at


def _population(of: str, choices: random.Random) -> Text:
    words = choices.choice(POPULATIONS).format(choices.choice(WORDS[of]))
    return text_of(Statement(Role.POPULATION, "population", words, language="en"))


def _is_general(texts: Sequence[Text], at: At) -> bool:
    """Whether it is a word for people in general, and not one that leaves their sex to the rest of the record."""
    number, of = at
    return texts[number].matches[of][1].value == Who.PEOPLE


def _replaced(texts: Sequence[Text], places: AbstractSet[At], sex: OneSex) -> list[Text]:
    return [
        text._replace(
            matches=[
                (part, match._replace(value=Who(sex)) if (number, at) in places else match)
                for at, (part, match) in enumerate(text.matches)
            ]
        )
        for number, text in enumerate(texts)
    ]
