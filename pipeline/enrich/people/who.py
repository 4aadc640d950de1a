"""The classes of words for people: what a word states of the sex of those it names."""

from __future__ import annotations

from enum import StrEnum


class Who(StrEnum):
    """Whom a word names."""

    FEMALE = "female"
    MALE = "male"
    BOTH = "both"
    """Women and men in one phrase ("mothers and fathers")."""
    PEOPLE = "people"
    """People in general ("adults")."""
    NEUTRAL = "neutral"
    """People, by a word that leaves their sex to the rest of the record ("patients")."""
    IMPLIED = "implied"
    """No people by name, but the words are used of people only ("18 years of age"). Any other word in the sentence
    outranks it."""
    THINGS = "things"
    """What is studied that is not people ("companies")."""
    ANIMALS = "animals"
    """Things that have a sex."""
    MATTER = "matter"
    """What bodies are made of ("cells"): no people, but it occurs in studies of people too."""
    NONE = "none"
    """Neither people nor things, though the words look so ("drivers of change")."""
    FEMALE_CONDITION = "female_condition"
    """A medical condition that only women can have ("ovarian cancer")."""
    MALE_CONDITION = "male_condition"
    """A medical condition that only men can have ("prostate cancer")."""


ONE_SEX = frozenset({Who.FEMALE, Who.MALE})
GENERAL = frozenset({Who.PEOPLE, Who.NEUTRAL, Who.IMPLIED})
CONDITIONS = frozenset({Who.FEMALE_CONDITION, Who.MALE_CONDITION})
NO_PEOPLE = frozenset({Who.THINGS, Who.ANIMALS, Who.MATTER})
OPPOSITE = {Who.FEMALE: Who.MALE, Who.MALE: Who.FEMALE}
