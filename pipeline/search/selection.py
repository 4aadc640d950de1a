"""Which documents a question is about: its text, its filters, and those that are never meant."""

from __future__ import annotations

from typing import Any

from pipeline.model.facets import Range
from pipeline.search.facet_counts import RANGES, Selection, searched_field
from pipeline.search.ongoing import goes_on_in
from pipeline.search.question import Question
from pipeline.search.text import text_clause


def selection_of(question: Question) -> Selection:
    """The text and the filters, without superseded versions, and without variables unless they are asked for."""
    never: list[dict[str, Any]] = [{"exists": {"field": "replaced_by"}}]
    if "variable" not in question.filters.get("resource_type", []):
        never.append({"term": {"resource_type": "variable"}})
    return Selection([text_clause(question.text)] if question.text else [], never, _clauses(question))


def _clauses(question: Question) -> dict[str, dict[str, Any]]:
    """One filter for each field that is asked for."""
    clauses: dict[str, dict[str, Any]] = {
        name: {"terms": {searched_field(name): values}} for name, values in question.filters.items()
    }
    for name, (first, last) in question.ranges.items():
        clauses[name] = _in_range(RANGES[name], first, last)
    for name in question.or_unknown:
        if name in clauses:
            fields = _fields(RANGES[name]) if name in RANGES else {name}
            missing = {"bool": {"must_not": [{"exists": {"field": each}} for each in fields]}}
            clauses[name] = {"bool": {"should": [clauses[name], missing], "minimum_should_match": 1}}
    return clauses


def _fields(option: Range) -> list[str]:
    return list(dict.fromkeys((option.lower, option.upper)))


def _in_range(option: Range, first: int | None, last: int | None) -> dict[str, Any]:
    """Documents one of whose values is in the range; of two fields, those whose `lower` to `upper` overlaps it.

    A document without one of the two fields is open on that side, and so overlaps everything there.
    """
    if option.lower == option.upper:
        bounds = {name: end for name, end in (("gte", first), ("lte", last)) if end is not None}
        within = {"range": {option.lower: bounds}}
        goes_on = goes_on_in(first, last) if option.lower == "years" else None
        return {"bool": {"should": [within, goes_on], "minimum_should_match": 1}} if goes_on else within
    clause: dict[str, Any] = {
        "bool": {
            "should": [{"exists": {"field": name}} for name in _fields(option)],
            "minimum_should_match": 1,
            "must_not": [],
        }
    }
    if last is not None:
        clause["bool"]["must_not"].append({"range": {option.lower: {"gt": last}}})
    if first is not None:
        clause["bool"]["must_not"].append({"range": {option.upper: {"lt": first}}})
    return clause
