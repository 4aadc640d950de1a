"""`start_year`, `end_year`, `ongoing`, `years`, `duration_years`: the years that the data are about.

A period covered outranks dates of collection, wherever it is stated. Fields outrank prose, a title outranks a
description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipeline.enrich.period.date_types import Period, years_covered, years_so_far
from pipeline.enrich.period.not_of_data import GUARDS as NOT_OF_DATA
from pipeline.enrich.period.periods import periods
from pipeline.enrich.period.years_in_prose import PeriodFinding, periods_in_description, periods_in_title
from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, Statement, stated

_RECRUITED = re.compile(rf"\b{alternatives('years', 'recruited')}", re.IGNORECASE)
_REGULAR = re.compile(alternatives("years", "regular"))


class _Dated(NamedTuple):
    """What the rules read."""

    record: RecordByRole
    harvest_year: int


def find(record: RecordByRole, conditions: Conditions) -> dict[str, Found]:
    """`start_year`, `end_year`, `ongoing`, `years` and `duration_years`, as far as stated."""
    return first(RULES, _Dated(record, conditions.harvest_year))


def _in_fields(of: _Dated, role: Role) -> list[PeriodFinding]:
    """The periods that the fields of a role state."""
    return [
        PeriodFinding(period, statement, statement.text[:200])
        for statement in of.record.having(role)
        for period in _periods(statement.text, str(of.harvest_year))
    ]


def _is_dated(finding: PeriodFinding) -> bool:
    return finding.period.start is not None or finding.period.end is not None


def _of_field(role: Role) -> Callable[[_Dated], dict[str, Found]]:
    """Finds the years of the fields of a role."""

    def find_in_fields(of: _Dated) -> dict[str, Found]:
        found = _in_fields(of, role)
        return _facets(found, of) if any(map(_is_dated, found)) else {}

    return find_in_fields


def _of_prose(
    role: Role, read: Callable[[Statement, int], Iterator[PeriodFinding]]
) -> Callable[[_Dated], dict[str, Found]]:
    """Finds the years of the first title or description that has any; a field may state that they go on."""

    def find_in_prose(of: _Dated) -> dict[str, Found]:
        for statement in of.record.having(role):
            if in_prose := list(read(statement, of.harvest_year)):
                return _facets([*in_prose, *_undated(of)], of)
        return {}

    return find_in_prose


def _undated(of: _Dated) -> list[PeriodFinding]:
    """Words for going on in fields that state no year."""
    found = [*_in_fields(of, Role.PERIOD), *_in_fields(of, Role.COLLECTION_DATES)]
    return [finding for finding in found if not _is_dated(finding)]


def _going_on(of: _Dated) -> dict[str, Found]:
    undated = _undated(of)
    return _facets(undated, of) if undated else {}


@remembered
def _periods(text: str, harvest_year: str) -> tuple[Period, ...]:
    return tuple(periods(text, int(harvest_year)))


def _with_end_in_prose(of: _Dated) -> dict[str, Found]:
    """Where fields state a start only: with the period in the description that has the same start.

    A period of recruitment is none.
    """
    for role in (Role.PERIOD, Role.COLLECTION_DATES):
        in_fields = _in_fields(of, role)
        dated = [finding for finding in in_fields if _is_dated(finding)]
        if not dated:
            continue
        if len(dated) > 1 or dated[0].period.end is not None or dated[0].period.ongoing:
            return {}
        told = _told(of, dated[0].period.start)
        return _facets([*in_fields, told], of) if told else {}
    return {}


def _told(of: _Dated, start: int | None) -> PeriodFinding | None:
    """The first period of several years in descriptions that has this start."""
    for statement in of.record.having(Role.DESCRIPTION):
        for finding in periods_in_description(statement, of.harvest_year):
            if finding.period.start == start != finding.period.end and not any(
                map(_RECRUITED.search, _sentences_of(finding))
            ):
                return finding
    return None


def _sentences_of(finding: PeriodFinding) -> Iterator[str]:
    """The sentences that contain the words of a finding."""
    text = finding.statement.text
    for start, end in sentences(text):
        if finding.words in text[start:end]:
            yield text[start:end]


def _regular_updates(of: _Dated) -> dict[str, Found]:
    """`ongoing` alone, where no year is stated but the data are updated regularly."""
    rhythms = _regular_rhythms(of.record)
    return {"ongoing": Found(True, rhythms)} if rhythms else {}


def _facets(found: list[PeriodFinding], of: _Dated) -> dict[str, Found]:
    evidence = tuple(dict.fromkeys(stated(finding.statement, finding.words) for finding in found))
    starts = [finding.period.start for finding in found if finding.period.start is not None]
    ends = [finding.period.end for finding in found if finding.period.end is not None]
    facets: dict[str, Found] = {}
    if starts:
        facets["start_year"] = Found(min(starts), evidence)
    ongoing = tuple(stated(finding.statement, finding.words) for finding in found if finding.period.ongoing)
    if not ongoing and starts and not ends:
        ongoing = _regular_rhythms(of.record)
    if ongoing:
        facets["ongoing"] = Found(True, ongoing)
    elif ends:
        facets["end_year"] = Found(max(ends), evidence)
    years = {year for finding in found for year in _covered(finding.period, of.harvest_year)}
    if ongoing and starts:
        years.update(_covered(Period(max(starts), None, ongoing=True), of.harvest_year))
    if years:
        facets["years"] = Found(sorted(years), evidence)
    if "start_year" in facets and "end_year" in facets:
        length = facets["end_year"].value - facets["start_year"].value
        facets["duration_years"] = Found(length, (Evidence(kind="derived", field="start_year, end_year"),))
    return facets


def _covered(period: Period, harvest_year: int) -> list[int]:
    return years_so_far(period.start, harvest_year) if period.ongoing else years_covered(period.start, period.end)


def _regular_rhythms(record: RecordByRole) -> tuple[Evidence, ...]:
    """The statements that data are updated regularly, so that collection is ongoing."""
    if not REGULAR_UPDATES.is_on:
        return ()
    return tuple(
        stated(rhythm)._replace(rule=REGULAR_UPDATES.name)
        for rhythm in record.having(Role.UPDATE_RHYTHM)
        if _is_regular(rhythm)
    )


def _is_regular(rhythm: Statement) -> bool:
    return any(_REGULAR.fullmatch(word) for word in re.findall(r"[a-z]+", rhythm.text.lower().replace("-", ""))[:3])


REGULAR_UPDATES = Rule(
    name="regular updates",
    facet="ongoing",
    reads="the field of how often data are added",
    decides="that collection goes on, where no end is stated",
    example=Example({"period": "2004/", "update_rhythm": "Monthly"}, True),
    counter=Example({"period": "2004/", "update_rhythm": "Irregular"}),
    find=_regular_updates,
)

RULES = (
    Rule(
        name="end of the period told in the description",
        facet="end_year",
        reads="the field of the period, where it has a start alone, and the description",
        decides="the period in the description that has the same start",
        example=Example({"period": "1989/", "description": "The study ran from 1989 to 2011."}, 2011),
        counter=Example({"period": "1989/", "description": "From 1989 to 1993 members were recruited."}),
        find=_with_end_in_prose,
    ),
    Rule(
        name="period covered",
        facet="start_year",
        reads="the field of the period that the data are about",
        decides="the first and the last year of the periods in it, and whether the last goes on",
        example=Example({"period": "1851 - 1911", "title": "Harbours 1900"}, 1851),
        counter=Example({"period": "the past", "title": "Harbours 1900"}, 1900),
        find=_of_field(Role.PERIOD),
    ),
    Rule(
        name="dates of collection",
        facet="start_year",
        reads="the field of when the data were collected",
        decides="the first and the last year in it",
        example=Example({"collection_dates": "May 2011", "title": "Harbours 1900"}, 2011),
        counter=Example({"collection_dates": "May 2011", "period": "1900"}, 1900),
        find=_of_field(Role.COLLECTION_DATES),
    ),
    Rule(
        name="years of the title",
        facet="start_year",
        reads="the title",
        decides="the years in it; those in brackets where there are no others",
        example=Example({"title": "Harbours of 1990 (2004)"}, 1990),
        counter=Example({"title": "The harbour act of 1990"}),
        find=_of_prose(Role.TITLE, periods_in_title),
    ),
    Rule(
        name="years of the description",
        facet="start_year",
        reads="the description",
        decides="the years in sentences about the collection of data, and the first period of several years in others",
        example=Example({"title": "Harbours", "description": "Interviews were held in 2004."}, 2004),
        counter=Example({"title": "Harbours", "description": "The mayor came in 2004."}),
        find=_of_prose(Role.DESCRIPTION, periods_in_description),
    ),
    Rule(
        name="words for going on",
        facet="ongoing",
        reads="the fields of periods and of collection, where they state no year",
        decides="that collection goes on",
        example=Example({"period": "Ongoing"}, True),
        counter=Example({"period": "Not ongoing"}),
        find=_going_on,
    ),
    REGULAR_UPDATES,
)
"""In the order in which they are tried."""

GUARDS = NOT_OF_DATA
