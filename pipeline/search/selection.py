"""Which documents a question is about: its text, its filters, and those that are never meant."""

from __future__ import annotations

from typing import Any

from pipeline.errors import UsageError, nearest
from pipeline.model.facet_kinds import Range, Switch
from pipeline.model.facets import FACETS
from pipeline.search import ongoing
from pipeline.search.facet_counts import COUNTED, RANGES, Selection, field_of
from pipeline.search.question import Question
from pipeline.search.text import text_clause

SWITCHES = {row.name: row.option for row in FACETS if isinstance(row.option, Switch)}
"""The pairs of options that people filter by, by the field."""


def selection_of(question: Question, text: dict[str, Any] | None = None) -> Selection:
    """The text and the filters, without superseded versions, and without variables unless they are asked for.

    `text` is the query for the text, where it is not only for its words.
    """
    never: list[dict[str, Any]] = [{"exists": {"field": "replaced_by"}}]
    if "variable" not in question.filters.get("resource_type", []):
        never.append({"term": {"resource_type": "variable"}})
    counted = [name for name in COUNTED if question.facets is None or name in question.facets]
    if question.text and text is None:
        text = text_clause(question.text)
    return Selection([text] if text else [], never, _clauses(question), counted)


def _clauses(question: Question) -> dict[str, dict[str, Any]]:
    """One filter for each field that is asked for."""
    clauses: dict[str, dict[str, Any]] = {
        name: _any_of([switched(name, SWITCHES[name], value) for value in values])
        if name in SWITCHES
        else {"terms": {field_of(name): values}}
        for name, values in question.filters.items()
    }
    if question.changed_since:
        clauses["source_modified"] = {"range": {"source_modified": {"gte": question.changed_since}}}
    for name, (first, last) in question.ranges.items():
        clauses[name] = in_range(RANGES[name], first, last)
    for name in question.or_unknown:
        if name in clauses:
            missing = {"bool": {"must_not": [{"exists": {"field": each}} for each in _read_by_filter(name)]}}
            clauses[name] = _any_of([clauses[name], missing])
    return clauses


def _read_by_filter(name: str) -> list[str]:
    """The fields that decide whether a document passes the filter on a field."""
    if name in RANGES:
        return fields_of(RANGES[name])
    return [name, *([ends] if name in SWITCHES and (ends := SWITCHES[name].ends) else [])]


def _any_of(clauses: list[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def switched(name: str, switch: Switch, value: str) -> dict[str, Any]:
    """Documents whose field is true, for the first value of the switch or `true`; else those where it is not.

    Raises:
        UsageError: it has no such value.
    """
    known = [*switch.values, "true", "false"]
    if value not in known:
        raise UsageError(f"The filter {name} has no value {value!r}.{nearest(value, known)}")
    is_true = {"term": {name: True}}
    if value in {switch.values[0], "true"}:
        return is_true
    if switch.ends is None:
        return {"term": {name: False}}
    return {"bool": {"filter": [{"range": {switch.ends: {"lte": ongoing.this_year()}}}], "must_not": [is_true]}}


def fields_of(option: Range) -> list[str]:
    """The fields that decide whether a document is in a range."""
    return list(dict.fromkeys((option.lower, option.upper)))


def in_range(option: Range, first: int | None, last: int | None) -> dict[str, Any]:
    """Documents one of whose values is in the range; of two fields, those whose `lower` to `upper` overlaps it.

    A document without one of the two fields is open on that side, and so overlaps everything there.
    """
    if option.lower == option.upper:
        bounds = {name: end for name, end in (("gte", first), ("lte", last)) if end is not None}
        within = {"range": {option.lower: bounds}}
        goes_on = ongoing.goes_on_in(first, last) if option.lower == "years" else None
        return _any_of([within, goes_on]) if goes_on else within
    clause: dict[str, Any] = {
        "bool": {
            "should": [{"exists": {"field": name}} for name in fields_of(option)],
            "minimum_should_match": 1,
            "must_not": [],
        }
    }
    if last is not None:
        clause["bool"]["must_not"].append({"range": {option.lower: {"gt": last}}})
    if first is not None:
        clause["bool"]["must_not"].append({"range": {option.upper: {"lt": first}}})
    return clause
