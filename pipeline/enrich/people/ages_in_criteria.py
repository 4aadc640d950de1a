"""Ages in a list of criteria, by which each participant was chosen.

The bounds of a study are those of its first criterion about age; a later one gives the side that the first leaves open.
Ages of those participants to whom a criterion applies ("consent of a parent if under 18") are no bounds. Ages of people
who are excluded are bounds, seen from the other side.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.enrich.people.age_ranges import ages_in_prose
from pipeline.enrich.people.age_shapes import Ages
from pipeline.enrich.people.criteria import is_excluded
from pipeline.enrich.people.is_age import ends_with_people, follows_directly, names_short_unit
from pipeline.enrich.rules import Example, Guard, is_left_out
from pipeline.enrich.text.patterns import alternatives

LONGEST_CONDITION = 90
"""Characters between a word that restricts a criterion to some participants, and their ages."""


def _any(name: str) -> str:
    return alternatives("ages", name, ignore_case=True)


_OF_SOME = re.compile(rf"(?<!\w){_any('of_some')}(?!\w)[^.;,:\n]*\Z", re.IGNORECASE)
_OF_SOME_AFTER = re.compile(rf"[^.;\n]{{0,{LONGEST_CONDITION}}}?(?<!\w){_any('of_some')}(?!\w)", re.IGNORECASE)
_FOR = re.compile(
    rf"(?<!\w){_any('for_people')}[^\S\n]+(?:[\w-]+[^\S\n]+){{0,3}}[\w-]+[^\w\n]*\Z",
    re.IGNORECASE,
)
_TOWARDS_AGE = re.compile(rf"(?<!\w){_any('between_people_and_age')}\s+\Z", re.IGNORECASE)
_BRACKET = re.compile(r"\([^)\n]*\Z")
_AND = re.compile(rf"(?:[,/]|(?<!\w){_any('and')})\s+\Z", re.IGNORECASE)
_HAVING = re.compile(rf"(?<!\w){_any('having')}(?!\w)", re.IGNORECASE)
_ITEM_START = re.compile(r"(?:\A|\n)[\s\-*•\d.)]{0,8}\Z")
_BEFORE_IN_ITEM = re.compile(r"(?:(?:\A|\n)[\s\-*•\d.)]{0,8}|[.;]\s)(?P<words>[^.;\n]{0,60})\Z")
_ITEM_END = re.compile(rf"\s*(?:{_any('at_entry')}\s*)?(?:[.,;()，；、。]|\n|\Z|{_any('and')}\s)", re.IGNORECASE)
_AT_LEAST = re.compile(rf"[≥=≧]|\d\D*(?:{_any('older')}|\+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


class Bounds(NamedTuple):
    """The ages in whole years between which all participants are, None where a side is open; and what says so."""

    lower: int | None
    upper: int | None
    of: tuple[Ages, ...]


def ages_in_criteria(text: str) -> Bounds:
    """The bounds that the criteria set; of no ages where they set none."""
    included: list[Ages] = []
    excluded: list[Ages] = []
    for ages in ages_in_prose(text):
        if is_excluded(text, ages.start):
            excluded += _complement(text, ages)
        elif not is_left_out(OF_CRITERIA, text, ages):
            included += _without_single(text, ages)
    bounds = Bounds(None, None, ())
    for ages in _main(text, included):
        if bounds.of and follows_directly(text, bounds.of[-1].end, ages.start):
            bounds = _with(bounds, ages, whole=True)
        elif not bounds.of or _begins_item(text, ages):
            bounds = _with(bounds, ages, whole=is_whole_item(text, ages))
    for ages in excluded:
        bounds = _completed(bounds, ages)
    return bounds


def _with(bounds: Bounds, ages: Ages, *, whole: bool) -> Bounds:
    """The bounds with a later criterion, if it gives the side that is open, or ages of another group.

    Args:
        bounds: the bounds so far.
        ages: the ages of the later criterion.
        whole: whether the later criterion says nothing else.
    """
    lower, upper, of = bounds
    if not of or ages.lower is None or lower is None:
        return _completed(bounds, ages) if whole or not of else bounds
    of = (*of, ages)
    if ages.upper is None and upper is not None:
        return Bounds(lower, None, of) if ages.lower >= upper else bounds
    if upper is not None and ages.upper is not None and ages.upper > upper:
        return Bounds(min(lower, ages.lower), ages.upper, of)
    is_group = ages.lower < lower and (whole or ages.upper is not None)
    return Bounds(ages.lower, upper, of) if is_group else bounds


def _completed(bounds: Bounds, ages: Ages) -> Bounds:
    """The bounds with the side that is open so far, if the ages are open on the other side."""
    lower, upper, of = bounds
    if not of:
        return Bounds(ages.lower, ages.upper, (ages,))
    if upper is None and ages.upper is not None and ages.lower is None and (lower or 0) < ages.upper:
        return Bounds(lower, ages.upper, (*of, ages))
    if lower is None and ages.lower is not None and ages.upper is None and upper is not None and ages.lower < upper:
        return Bounds(ages.lower, upper, (*of, ages))
    return bounds


def _main(text: str, found: list[Ages]) -> list[Ages]:
    """The ages that are not a remark in brackets; if all are, those among them that have both bounds."""
    remarks = [ages for ages in found if _is_remark(text, ages)]
    if len(remarks) < len(found):
        return [ages for ages in found if ages not in remarks]
    return [ages for ages in remarks if ages.lower is not None and ages.upper is not None]


def _is_remark(text: str, ages: Ages) -> bool:
    bracket = _BRACKET.search(text, max(0, ages.start - 40), ages.start)
    return bracket is not None and not ends_with_people(text[max(0, bracket.start() - 40) : bracket.start()].rstrip())


def _is_of_some(text: str, ages: Ages) -> bool:
    """Whether ages are those of the participants to whom a criterion applies, and not of all."""
    start = max(0, ages.start - LONGEST_CONDITION)
    if _OF_SOME.search(text, start, ages.start) or (ages.lower is None and _OF_SOME_AFTER.match(text, ages.end)):
        return True
    if _FOR.search(text, start, ages.start) is None or _TOWARDS_AGE.search(text, start, ages.start):
        return False
    return ends_with_people(text[start : ages.start])


def _without_single(text: str, ages: Ages) -> list[Ages]:
    """The ages; a single age in the middle of a criterion is not that of all, and "age 18" may be the lowest."""
    if ages.lower is None or ages.lower != ages.upper or len(_NUMBER.findall(text, ages.start, ages.end)) > 1:
        return [ages]
    if _ITEM_START.search(text, max(0, ages.start - 12), ages.start):
        return [ages._replace(upper=None)]
    return [ages] if is_whole_item(text, ages) else []


def _complement(text: str, ages: Ages) -> list[Ages]:
    """The bound that is left where all people of some ages are excluded; none if only some of these are."""
    if not is_whole_item(text, ages) or (ages.lower is not None and ages.upper is not None):
        return []
    if ages.upper is not None:
        return [ages._replace(lower=ages.upper + (not names_short_unit(text, ages.start, ages.end)), upper=None)]
    if ages.lower is None:
        return []
    at_least = _AT_LEAST.search(text, ages.start, ages.end) is not None
    return [ages._replace(lower=None, upper=ages.lower - at_least)]


def _begins_item(text: str, ages: Ages) -> bool:
    """Whether a criterion, or a further group in it, begins with ages, or with people of these ages."""
    if _AND.search(text, max(0, ages.start - 10), ages.start):
        return True
    before = _BEFORE_IN_ITEM.search(text, max(0, ages.start - 80), ages.start)
    if before is None or _HAVING.search(before["words"]):
        return False
    return not before["words"].strip() or ends_with_people(before["words"])


def is_whole_item(text: str, ages: Ages) -> bool:
    """Whether a criterion says no more than ages, and whose."""
    return _begins_item(text, ages) and _ITEM_END.match(text, ages.end) is not None


OF_CRITERIA = (
    Guard(
        name="age of some participants",
        facet="age_lower",
        leaves_out="ages of those participants for whom alone a criterion holds, and of parents and donors",
        example=Example({"population": "Criteria:\n- Written consent\n- assent if over 12 years of age"}),
        counter=Example({"population": "Criteria:\n- Written consent\n- over 12 years of age"}, 12),
        holds=_is_of_some,
    ),
)
