"""`age_lower` and `age_upper`: ages, in whole years, that participants could have when they took part.

A field about age outranks the population that a record describes, this the title, the title the description.
"""

from __future__ import annotations

import re

from pipeline.enrich.people.age_ranges import AROUND, ages_in_field, ages_in_prose, ages_of_noun, everyone
from pipeline.enrich.people.age_shapes import OLDEST, Ages
from pipeline.enrich.people.ages_in_criteria import OF_CRITERIA, ages_in_criteria, is_whole_item
from pipeline.enrich.people.criteria import lists_criteria
from pipeline.enrich.people.interviewee import single_interview
from pipeline.enrich.people.labelled_ages import labelled_ages
from pipeline.enrich.people.not_ages import GUARDS as NOT_AGES
from pipeline.enrich.rules import Example, Guard, Rule, first, is_left_out
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, Statement, stated

FEWEST_SLASHES = 2
"""Slashes beside a space from which on a sentence is a list of variables."""

OLDEST_CHILD = 18
"""Years. An upper bound alone up to here is one of children."""


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
    return first(RULES, record)


def _of_field(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.AGE):
        if found := ages_in_field(statement.text):
            return _facets(statement, found)
    return {}


def _of_population(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.POPULATION):
        if statement.excludes:
            continue
        if lists_criteria(statement):
            facets = _of_criteria(statement)
        else:
            facets = _facets(statement, _of_groups(statement.text))
        if facets:
            return facets
    return {}


def _of_criteria(statement: Statement) -> dict[str, Found]:
    lower, upper, of = ages_in_criteria(statement.text)
    if all(is_whole_item(statement.text, ages) for ages in of):
        lower = _from_birth(lower, upper)
    return _between(lower, upper, tuple([stated(statement, statement.text[ages.start : ages.end]) for ages in of]))


def _of_groups(population: str) -> list[Ages]:
    """Ages of all groups of a population, also of those without a limit of age."""
    found = ages_in_prose(population)
    return sorted([*found, *everyone(population, found)], key=lambda ages: ages.start) if found else []


def _after_label(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.POPULATION):
        if not statement.excludes and lists_criteria(statement) and (found := labelled_ages(statement.text)):
            return _facets(statement, found)
    return {}


def _after_noun(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.POPULATION):
        if not statement.excludes and (found := ages_of_noun(statement.text)):
            return _facets(statement, found)
    return {}


def _of_title(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.TITLE):
        if found := ages_in_prose(statement.text):
            return _facets(statement, _of_one_sentence(statement.text, found))
    return {}


def _of_name(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.TITLE):
        if found := _in_name(statement.text):
            return _facets(statement, found)
    return {}


def _of_description(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.DESCRIPTION):
        found = [ages for ages in ages_in_prose(statement.text) if not is_left_out(OF_DESCRIPTION, statement, ages)]
        if found and not single_interview(record):
            return _facets(statement, _of_one_sentence(statement.text, found))
    return {}


def _in_name(text: str) -> list[Ages]:
    """The lowest age as a study's own name has it: "45 and Up Study"."""
    found = _NAMED_AGE.search(text)
    return [Ages(int(found["low"]), None, *found.span())] if found else []


def _of_one_sentence(text: str, found: list[Ages]) -> list[Ages]:
    """The first ages found, and the age groups with an upper bound that follow in the same sentence."""
    start, end = _sentence_of(text, found[0])
    groups = [found[0], *(ages for ages in found[1:] if ages.start < end and ages.upper is not None)]
    return sorted(
        [*groups, *_moved(everyone(text[start:end], _moved(groups, -start)), start)], key=lambda ages: ages.start
    )


def _sentence_of(text: str, ages: Ages) -> tuple[int, int]:
    """Start and end of the sentence in which ages begin; of the whole text where they begin between two."""
    return next(((start, end) for start, end in sentences(text) if start <= ages.start < end), (0, len(text)))


def _moved(found: list[Ages], by: int) -> list[Ages]:
    return [Ages(lower, upper, start + by, end + by) for lower, upper, start, end in found]


def _is_single(statement: Statement, ages: Ages) -> bool:
    if ages.lower is None or ages.lower != ages.upper or _is_of_wave(statement, ages):
        return False
    return _PLURAL.search(statement.text, ages.start, ages.end) is None


def _is_of_wave(statement: Statement, ages: Ages) -> bool:
    return _WAVE_BEFORE.search(statement.text, max(0, ages.start - 40), ages.start) is not None


def _is_asked_about(statement: Statement, ages: Ages) -> bool:
    text, before = statement.text, max(0, ages.start - AROUND)
    return (
        _AT_AN_AGE.search(text, ages.start, min(len(text), ages.end + 8)) is not None
        or _WHEN.search(text, before, ages.start) is not None
        or _ASKED_OF_A_PART.search(text, max(0, ages.start - 140), ages.start) is not None
    )


def _is_in_list_of_variables(statement: Statement, ages: Ages) -> bool:
    text = statement.text
    return len(_SLASH.findall(text, *_sentence_of(text, ages))) >= FEWEST_SLASHES


def _facets(statement: Statement, found: list[Ages]) -> dict[str, Found]:
    """The lowest lower and the highest upper age; no upper age where a range is open-ended."""
    if not found:
        return {}
    lowers = [ages.lower for ages in found if ages.lower is not None]
    if any(ages.lower is None and _is_group_of_its_own(ages, found) for ages in found):
        lowers.append(0)
    uppers = [ages.upper for ages in found if ages.upper is not None]
    upper = max(uppers, default=None)
    if upper is not None and _is_open_ended(found, upper):
        upper = None
    words = statement.text[found[0].start : found[-1].end]
    lower = min(lowers, default=None)
    if statement.role is not Role.DESCRIPTION:
        lower = _from_birth(lower, upper)
    return _between(lower, upper, (stated(statement, words),))


def _from_birth(lower: int | None, upper: int | None) -> int | None:
    """The lower bound, which is birth where there is an upper bound alone, of children ("children under 5")."""
    return 0 if lower is None and upper is not None and upper <= OLDEST_CHILD else lower


def _between(lower: int | None, upper: int | None, evidence: tuple[Evidence, ...]) -> dict[str, Found]:
    """The facets of two bounds, of which ages that nobody reaches are none."""
    bounds = {"age_lower": lower, "age_upper": upper}
    return {name: Found(age, evidence) for name, age in bounds.items() if age is not None and age < OLDEST}


def _is_open_ended(found: list[Ages], highest: int) -> bool:
    """Whether a range without an upper age begins at the highest upper age of the others, or contains them all."""
    return any(
        ages.upper is None
        and ages.lower is not None
        and (ages.lower >= highest or all((others.lower or 0) >= ages.lower for others in found))
        for ages in found
    )


def _is_group_of_its_own(young: Ages, found: list[Ages]) -> bool:
    """Whether ages without a lower bound are those of children beside older groups that are studied too."""
    closed = [ages.lower for ages in found if ages.lower is not None and ages.upper is not None]
    return bool(closed) and young.upper is not None and young.upper <= min(closed)


OF_DESCRIPTION = (
    Guard(
        name="age of one person or event",
        facet="age_lower",
        leaves_out="a single age in a description, unless it is of a wave or of a group",
        example=Example({"title": "An inquiry", "description": "She left school aged 16 and told of it."}),
        counter=Example({"title": "An inquiry", "description": "We asked 16-year-olds at school."}, 16),
        holds=_is_single,
    ),
    Guard(
        name="age that was asked about",
        facet="age_lower",
        leaves_out="ages at which something happened, or of those who were asked some of the questions",
        example=Example({"title": "An inquiry", "description": "A module was asked of those aged 18-75."}),
        counter=Example({"title": "An inquiry", "description": "We asked those aged 18-75."}, 18),
        holds=_is_asked_about,
    ),
    Guard(
        name="age in a list of variables",
        facet="age_lower",
        leaves_out="ages in a sentence that slashes divide",
        example=Example({"title": "An inquiry", "description": "Books / pupils aged 10-12 years / income / work"}),
        counter=Example({"title": "An inquiry", "description": "Pupils aged 10-12 years / their parents"}, 10),
        holds=_is_in_list_of_variables,
    ),
)

RULES = (
    Rule(
        name="field of ages",
        facet="age_lower",
        reads="the field of participants' ages",
        decides="the lowest and the highest age in its first paragraph that has one",
        example=Example({"age": "14 years", "population": "Pupils aged 8-10 years"}, 14),
        counter=Example({"age": "Adults", "population": "Pupils aged 8-10 years"}, 8),
        find=_of_field,
    ),
    Rule(
        name="label for ages",
        facet="age_lower",
        reads="the criteria of inclusion",
        decides="the ages after it, in the same line or the next",
        example=Example({"population": "Age:\n- 18 and over\nStage:\n- 3"}, 18),
        counter=Example({"population": "Stage:\n- 18 and over\nAge:\n- not specified"}),
        find=_after_label,
    ),
    Rule(
        name="ages of the population",
        facet="age_lower",
        reads="the population, or the criteria of inclusion",
        decides="the lowest and the highest age of the groups in it",
        example=Example({"population": "Women 15-49, and children under 5 years"}, 0),
        counter=Example({"population": "Children and adults"}),
        find=_of_population,
    ),
    Rule(
        name="ages after any noun",
        facet="age_lower",
        reads="the beginning of the population",
        decides="the range of years after a noun that is not known, or between commas; the lowest age of residents",
        example=Example({"population": "Lighthouse keepers of 18 to 65 years"}, 18),
        counter=Example({"population": "Contracts over 18 to 65 years of service"}),
        find=_after_noun,
    ),
    Rule(
        name="ages in the title",
        facet="age_lower",
        reads="the title",
        decides="the ages of the first group in it, and of others in the same sentence",
        example=Example({"title": "Pupils aged 10-12 years"}, 10),
        counter=Example({"title": "Pupils in grades 10-12"}),
        find=_of_title,
    ),
    Rule(
        name="age in the name of a study",
        facet="age_lower",
        reads="the title",
        decides="the lowest age, as in 45 and Up",
        example=Example({"title": "45 and Up Study"}, 45),
        counter=Example({"title": "The 45 and Upper Street Survey"}),
        find=_of_name,
    ),
    Rule(
        name="ages in the description",
        facet="age_lower",
        reads="the description",
        decides="the ages of the first group in it, and of others in the same sentence",
        example=Example({"title": "An inquiry", "description": "We asked pupils aged 10-12 years."}, 10),
        counter=Example({"title": "An inquiry", "description": "The inquiry took 10-12 years."}),
        find=_of_description,
    ),
)
"""In the order in which they are tried."""

GUARDS = (*NOT_AGES, *OF_CRITERIA, *OF_DESCRIPTION)
