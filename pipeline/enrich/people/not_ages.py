"""Guards of ages: numbers in prose that look like ages of the people studied, and are none."""

from __future__ import annotations

import re

from pipeline.enrich.people.who import Who
from pipeline.enrich.people.words_for_people import lexicon
from pipeline.enrich.rules import Example, Guard, is_left_out
from pipeline.enrich.text.patterns import alternatives

_NOT_PEOPLE = frozenset({Who.THINGS, Who.ANIMALS})


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


_AVERAGE = re.compile(rf"\b{_any('average')}\b(?:(?!range)[^.]){{0,40}}\Z", re.IGNORECASE)
_OF_CHILDREN_OF_OTHERS = re.compile(
    rf"(?<!\w){_any('carers')}\W(?:\w+\W+){{0,2}}?{_any('having')}\s(?:[\w-]+\s+){{0,3}}\w+\W*"
    rf"(?:{_any('between_people_and_age')}\s+)*\Z",
    re.IGNORECASE,
)
_SAMPLE_SIZE = re.compile(r"(?<!\w)\d{2,}(?!\w)")
"""A number of children that only a sample has: they are studied, whoever tells of them."""
_AGE_OF_SOMETHING = re.compile(rf"(?<!\w){_any('age_of_something')}\s*(?:[^\W\d]+\s+){{0,2}}\Z", re.IGNORECASE)
_OF_NO_PEOPLE_BEFORE = re.compile(
    rf"(?<!\w){_any('not_people')}\s*\(?(?:{_any('between_people_and_age')}\s+)*\Z", re.IGNORECASE
)
_TOWARDS_AGE = re.compile(rf"[\s,(]*(?:(?<!\w){_any('between_people_and_age')}\s+)*\Z", re.IGNORECASE)
_OF_NO_PEOPLE_AFTER = re.compile(
    rf"(?:[^\W\d]{{1,2}}(?!\w))?[\s-]*(?:{_any('old')}\s+)?(?:{_any('not_people')})(?!\w)", re.IGNORECASE
)
_OLD = re.compile(rf"[\s-]*(?:{_any('old')}\s+)?", re.IGNORECASE)


def is_no_age(text: str, start: int, end: int) -> bool:
    """Whether a number in prose, with the words that make it an age, is none of the people studied."""
    return is_left_out(GUARDS, text, start, end)


def _is_average(text: str, start: int, _: int) -> bool:
    return _AVERAGE.search(text, max(0, start - 60), start) is not None


def _is_of_children_of_others(text: str, start: int, _: int) -> bool:
    found = _OF_CHILDREN_OF_OTHERS.search(text, max(0, start - 80), start)
    return found is not None and not _SAMPLE_SIZE.search(found.group())


def _is_of_something(text: str, start: int, _: int) -> bool:
    return _AGE_OF_SOMETHING.search(text, max(0, start - 80), start) is not None


def _is_of_no_people(text: str, start: int, end: int) -> bool:
    if _OF_NO_PEOPLE_AFTER.match(text, end) or _OF_NO_PEOPLE_BEFORE.search(text, max(0, start - 50), start):
        return True
    before = text[max(0, start - 40) : start]
    towards = _TOWARDS_AGE.search(before)
    *_, last = [None, *lexicon(None).find(before)]
    if last is not None and last.value in _NOT_PEOPLE and last.end == (towards.start() if towards else len(before)):
        return True
    old = _OLD.match(text, end)
    after = text[old.end() if old else end :][:30]
    following = next(iter(lexicon(None).find(after)), None)
    return following is not None and following.value in _NOT_PEOPLE and following.start == 0


GUARDS = (
    Guard(
        name="average age",
        facet="age_lower",
        leaves_out="an average, or a median",
        example=Example({"population": "Adults of a mean age of 40 to 50 years"}),
        counter=Example({"population": "Adults (mean age 45, range 40 to 50 years)"}, 40),
        holds=_is_average,
    ),
    Guard(
        name="age of children of those studied",
        facet="age_lower",
        leaves_out="ages of children whose parents or teachers were studied",
        example=Example({"population": "Teachers of pupils aged 6 to 12 years"}),
        counter=Example({"population": "Teachers and pupils aged 6 to 12 years"}, 6),
        holds=_is_of_children_of_others,
    ),
    Guard(
        name="age of retirement or the vote",
        facet="age_lower",
        leaves_out="an age that a law or a custom sets",
        example=Example({"population": "A pension age from 60 to 67 years"}),
        counter=Example({"population": "Pensioners of an age from 60 to 67 years"}, 60),
        holds=_is_of_something,
    ),
    Guard(
        name="age of animals, plants and things",
        facet="age_lower",
        leaves_out="an age of what is no person, by the word right before or after it",
        example=Example({"population": "Mice aged 8 to 12 weeks"}),
        counter=Example({"population": "Owners of mice aged 18 to 65 years; men aged 18 to 65 years"}, 18),
        holds=_is_of_no_people,
    ),
)
