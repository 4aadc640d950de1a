"""`start_year`, `end_year`, `ongoing`, `years`, `duration_years`: the years that the data are about.

A period covered outranks dates of collection, wherever it is stated. Fields outrank prose, a title outranks a
description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.enrich.period.date_types import Period, years_covered, years_so_far
from pipeline.enrich.period.periods import periods
from pipeline.enrich.period.years_in_prose import PeriodFinding, periods_in_description, periods_in_title
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.tokens import sentences
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, Statement, stated

_RECRUITED = re.compile(rf"\b{alternatives('years', 'recruited')}", re.IGNORECASE)
_REGULAR = re.compile(alternatives("years", "regular"))


def find(record: RecordByRole, conditions: Conditions) -> dict[str, Found]:
    """`start_year`, `end_year`, `ongoing`, `years` and `duration_years`, as far as stated."""
    harvest_year = conditions.harvest_year
    in_fields: list[PeriodFinding] = []
    for role in (Role.PERIOD, Role.COLLECTION_DATES):
        found = [finding for statement in record.having(role) for finding in _in_field(statement, harvest_year)]
        dated = [finding for finding in found if finding.period.start is not None or finding.period.end is not None]
        in_fields += found
        if dated:
            return _facets([*found, *_end_in_prose(dated, record, harvest_year)], record, harvest_year)
    for role, read in ((Role.TITLE, periods_in_title), (Role.DESCRIPTION, periods_in_description)):
        for statement in record.having(role):
            in_prose = list(read(statement, harvest_year))
            if in_prose:
                return _facets([*in_prose, *in_fields], record, harvest_year)
    return _facets(in_fields, record, harvest_year) if in_fields else _without_dates(record)


def _in_field(statement: Statement, harvest_year: int) -> list[PeriodFinding]:
    """The periods that a field about time states."""
    found = _periods(statement.text, str(harvest_year))
    return [PeriodFinding(period, statement, statement.text[:200]) for period in found]


@remembered
def _periods(text: str, harvest_year: str) -> tuple[Period, ...]:
    return tuple(periods(text, int(harvest_year)))


def _end_in_prose(dated: list[PeriodFinding], record: RecordByRole, harvest_year: int) -> list[PeriodFinding]:
    """Where fields state a start only: the period in the description that has the same start, if there is one.

    A period of recruitment is none.
    """
    if len(dated) > 1 or dated[0].period.end is not None or dated[0].period.ongoing:
        return []
    for statement in record.having(Role.DESCRIPTION):
        for finding in periods_in_description(statement, harvest_year):
            if (
                finding.period.start == dated[0].period.start
                and finding.period.end != finding.period.start
                and not any(map(_RECRUITED.search, _sentences_of(finding)))
            ):
                return [finding]
    return []


def _sentences_of(finding: PeriodFinding) -> Iterator[str]:
    """The sentences that contain the words of a finding."""
    text = finding.statement.text
    for start, end in sentences(text):
        if finding.words in text[start:end]:
            yield text[start:end]


def _without_dates(record: RecordByRole) -> dict[str, Found]:
    """`ongoing` alone, where no year is stated but the data are updated regularly."""
    rhythms = _regular_rhythms(record)
    return {"ongoing": Found(True, rhythms)} if rhythms else {}


def _facets(found: list[PeriodFinding], record: RecordByRole, harvest_year: int) -> dict[str, Found]:
    evidence = tuple(dict.fromkeys(stated(finding.statement, finding.words) for finding in found))
    starts = [finding.period.start for finding in found if finding.period.start is not None]
    ends = [finding.period.end for finding in found if finding.period.end is not None]
    facets: dict[str, Found] = {}
    if starts:
        facets["start_year"] = Found(min(starts), evidence)
    ongoing = tuple(stated(finding.statement, finding.words) for finding in found if finding.period.ongoing)
    if not ongoing and starts and not ends:
        ongoing = _regular_rhythms(record)
    if ongoing:
        facets["ongoing"] = Found(True, ongoing)
    elif ends:
        facets["end_year"] = Found(max(ends), evidence)
    years = {year for finding in found for year in _covered(finding.period, harvest_year)}
    if ongoing and starts:
        years.update(_covered(Period(max(starts), None, ongoing=True), harvest_year))
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
    return tuple(stated(rhythm) for rhythm in record.having(Role.UPDATE_RHYTHM) if _is_regular(rhythm))


def _is_regular(rhythm: Statement) -> bool:
    return any(_REGULAR.fullmatch(word) for word in re.findall(r"[a-z]+", rhythm.text.lower().replace("-", ""))[:3])
