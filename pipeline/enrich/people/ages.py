"""`age_lower` and `age_upper`: ages, in whole years, that participants could have when they took part.

A field about age outranks the population that a record describes, this the title, the title the description.
"""

from __future__ import annotations

import re

from pipeline.enrich.people.age_ranges import AROUND, OLDEST, Ages, ages_in_field, ages_in_prose
from pipeline.enrich.people.criteria import exclusions, lists_criteria
from pipeline.enrich.people.interviewee import single_interview
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Conditions, Found, RecordByRole, Role, Statement, stated

EARLY = 600
"""Characters of a description within which it states whom it studied."""
FEWEST_SLASHES = 2
"""Slashes beside a space from which on a sentence is a list of variables."""


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


_NAMED_AGE = re.compile(
    r"(?P<low>[1-9](?<![\w.,-].)\d)(?:\+(?!\w)|\s+(?:and|&|en|und|plus)\s+(?:up|over|older|ouder|älter)\b)",
    re.IGNORECASE,
)
_ASKED_OF_A_PART = re.compile(rf"\b{_any('asked_of_a_part')}\s[^.;]{{0,60}}\Z", re.IGNORECASE)
_WHEN = re.compile(rf"(?<!\w){_any('when')}\s*\Z", re.IGNORECASE)
_AT_AN_AGE = re.compile("vuotiaana|vuotiaina", re.IGNORECASE)
"""The Finnish case for the age at which something happened; the age of people has another."""
_PLURAL = re.compile(_any("plural"), re.IGNORECASE)
_SLASH = re.compile(r"\s/|/\s")
_WAVE_BEFORE = re.compile(rf"\b{_any('wave')}\b[^.]*\Z", re.IGNORECASE)


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`age_lower` and `age_upper`, as far as stated."""
    for statement in record.having(Role.AGE):
        if found := ages_in_field(statement.text):
            return _facets(statement, found)
    for statement in record.having(Role.POPULATION):
        if statement.excludes:
            continue
        found = ages_in_prose(statement.text)
        if lists_criteria(statement):
            excluded = exclusions(statement.text)
            found = [ages for ages in found if not any(start <= ages.start < end for start, end in excluded)][:2]
        if found:
            return _facets(statement, found)
    for statement in record.having(Role.TITLE, Role.DESCRIPTION):
        found = ages_in_prose(statement.text)
        if statement.role is Role.TITLE:
            found = found or _in_name(statement.text)
        else:
            found = [ages for ages in found if _is_of_people_studied(ages, statement)]
            found = [] if found and single_interview(record) else found
        if found:
            return _facets(statement, _of_one_sentence(statement.text, found))
    return {}


def _in_name(text: str) -> list[Ages]:
    """The lowest age as a study's own name has it: "45 and Up Study"."""
    found = _NAMED_AGE.search(text)
    return [Ages(int(found["low"]), None, *found.span())] if found else []


def _of_one_sentence(text: str, found: list[Ages]) -> list[Ages]:
    """The first ages found, and the closed age groups that follow in the same sentence."""
    end = next((end for start, end in sentences(text) if start <= found[0].start < end), found[0].end)
    return [found[0], *(ages for ages in found[1:] if ages.start < end and None not in (ages.lower, ages.upper))]


def _is_of_people_studied(ages: Ages, statement: Statement) -> bool:
    """Whether ages in a description are those of the people studied.

    A single age is that of one person or event ("at the age of 16"), unless it is that of a wave or of a group ("16
    year olds"). Not counted either are an upper age alone late in the text, and ages in a list of variables ("reading
    / education at 10-12 years / income"), which are what was asked about.
    """
    if _is_in_list_of_variables(statement.text, ages) or _is_asked_about(statement.text, ages):
        return False
    if _WAVE_BEFORE.search(statement.text, max(0, ages.start - 40), ages.start):
        return True
    if ages.lower is None:
        return ages.start < EARLY
    return ages.lower != ages.upper or _PLURAL.search(statement.text, ages.start, ages.end) is not None


def _is_asked_about(text: str, ages: Ages) -> bool:
    """Whether something happened at these ages, or only people of these ages were asked some of the questions."""
    before = max(0, ages.start - AROUND)
    return (
        _AT_AN_AGE.search(text, ages.start, min(len(text), ages.end + 8)) is not None
        or _WHEN.search(text, before, ages.start) is not None
        or _ASKED_OF_A_PART.search(text, max(0, ages.start - 140), ages.start) is not None
    )


def _is_in_list_of_variables(text: str, ages: Ages) -> bool:
    """Whether ages occur in a sentence that slashes divide, as lists of variables are."""
    sentence = next(((start, end) for start, end in sentences(text) if start <= ages.start < end), (0, len(text)))
    return len(_SLASH.findall(text, *sentence)) >= FEWEST_SLASHES


def _facets(statement: Statement, found: list[Ages]) -> dict[str, Found]:
    """The lowest lower and the highest upper age; no upper age where a range is open-ended."""
    lowers = [ages.lower for ages in found if ages.lower is not None]
    uppers = [ages.upper for ages in found if ages.upper is not None]
    evidence = (stated(statement, statement.text[found[0].start : found[-1].end]),)
    facets: dict[str, Found] = {}
    if lowers and min(lowers) < OLDEST:
        facets["age_lower"] = Found(min(lowers), evidence)
    if uppers and max(uppers) < OLDEST and not _is_open_ended(found, max(uppers), statement):
        facets["age_upper"] = Found(max(uppers), evidence)
    return facets


def _is_open_ended(found: list[Ages], highest: int, statement: Statement) -> bool:
    """Whether a range without an upper age begins at the highest upper age of the others, or contains them all."""
    return any(
        ages.upper is None
        and ages.lower is not None
        and (ages.lower >= highest or _contains_others(ages.lower, found, statement))
        for ages in found
    )


def _contains_others(lower: int, found: list[Ages], statement: Statement) -> bool:
    """Whether an open range contains all others. Never in a list of criteria, where each of them must hold."""
    return not lists_criteria(statement) and all(ages.lower is not None and ages.lower >= lower for ages in found)
