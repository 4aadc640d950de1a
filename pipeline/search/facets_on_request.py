"""Counts of facets that are counted only where a question asks for them: ranges of numbers, switches, many names.

Each is counted under all filters but its own, by one search for those that count under the same filters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.model.facet_kinds import Bands, MostCommon, Range, Switch
from pipeline.model.facets import FACETS, OTHERS
from pipeline.search.facet_counts import ASKED_OF_EACH, Counts, Selection, counting_search, field_of
from pipeline.search.selection import fields_of, in_range, switched

_ROWS = {row.name: row for row in (*FACETS, *OTHERS) if row.on_request}
ON_REQUEST = tuple(_ROWS)
"""Names of the facets that are counted on request."""

_UNKNOWN = "unknown"


def requests(selection: Selection, names: Sequence[str]) -> list[dict[str, Any]]:
    """The bodies of the searches that count these facets."""
    return [
        counting_search(selection.matching(but), [(name, _aggregation(name)) for name in of_scope])
        for but, of_scope in _scopes(selection, names)
    ]


def with_counts(
    counts: Counts, selection: Selection, names: Sequence[str], answers: Sequence[Mapping[str, Any]]
) -> Counts:
    """The counts, with those of the answers to `requests`."""
    facets, unknown = dict(counts.facets), dict(counts.unknown)
    for (_, of_scope), answer in zip(_scopes(selection, names), answers, strict=True):
        for name in of_scope:
            facets[name], unknown[name] = _counted(name, answer["aggregations"][name])
    return counts._replace(facets=facets, unknown=unknown)


def _scopes(selection: Selection, names: Sequence[str]) -> Iterator[tuple[str | None, list[str]]]:
    """Facets that are counted under the same filters, and the field whose filter does not apply to them, if any."""
    if unfiltered := [name for name in names if name not in selection.filters]:
        yield None, unfiltered
    for name in names:
        if name in selection.filters:
            yield name, [name]


def _aggregation(name: str) -> dict[str, Any]:
    """Documents by value, and those without one."""
    counted = _ROWS[name].on_request
    if isinstance(counted, MostCommon):
        size = max(counted.size, ASKED_OF_EACH)
        values = {"terms": {"field": field_of(name), "size": counted.size, "shard_size": size}}
        return {
            "filter": {"match_all": {}},
            "aggs": {"values": values, _UNKNOWN: {"missing": {"field": field_of(name)}}},
        }
    queries = _queries(name)
    neither = {"bool": {"must_not": [{"exists": {"field": field}} for field in _fields(name)]}}
    return {"filters": {"filters": {**queries, _UNKNOWN: neither}}}


def _queries(name: str) -> dict[str, dict[str, Any]]:
    """By value, the query for the documents that have it: that of the filter by it."""
    row = _ROWS[name]
    if isinstance(row.on_request, Switch):
        return {value: switched(name, row.on_request, value) for value in row.on_request.values}
    assert isinstance(row.on_request, Bands)  # noqa: S101 - the other kinds are above
    assert isinstance(row.option, Range)  # noqa: S101 - ranges are counted where one filters by ranges
    return {words: in_range(row.option, *ends) for words, ends in row.on_request.ranges().items()}


def _fields(name: str) -> list[str]:
    option = _ROWS[name].option
    if isinstance(option, Range):
        return fields_of(option)
    return [name, *([option.ends] if isinstance(option, Switch) and option.ends else [])]


def _counted(name: str, found: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """Documents by value, and those without one."""
    if isinstance(_ROWS[name].on_request, MostCommon):
        listed = {str(bucket["key"]): bucket["doc_count"] for bucket in found["values"]["buckets"]}
        if others := found["values"]["sum_other_doc_count"]:
            listed["other"] = listed.get("other", 0) + others
        return listed, found[_UNKNOWN]["doc_count"]
    numbers = {value: bucket["doc_count"] for value, bucket in found["buckets"].items()}
    unknown = numbers.pop(_UNKNOWN)
    return {value: numbers[value] for value in _queries(name) if numbers[value]}, unknown
