"""Facet counts: the searches that count, and what their answers mean.

A facet counts under all filters but its own. Facets that count under the same filters are counted by one search, so
that Elasticsearch looks at the documents that match, and at no others; it works on several searches at the same time.
Of many indices, one search counts everything: there, it takes longer to ask all of them again.

Where no filter and no text applies, nearly all documents match. Then values are counted in all documents, which
Elasticsearch reads off its lists of terms without looking at documents, and in the few that do not count (superseded
versions, variables); the counts are the differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, get_origin

from pipeline.errors import DefectError
from pipeline.index.generations import MOST_LIVE
from pipeline.index.mapping import template
from pipeline.model.document import Document
from pipeline.model.facet_kinds import AllValues, Range
from pipeline.model.facets import FACETS, OTHERS
from pipeline.search.ongoing import ONGOING_FROM, with_years_since

Clause = dict[str, Any]
_Found = tuple[int, Mapping[str, Any]]

COUNTED = {row.name: row.counted for row in (*FACETS, *OTHERS) if row.counted}
"""How values are counted, by field."""

COUNTED_IN = {row.name: row.counted_in for row in (*FACETS, *OTHERS) if row.counted_in}
"""Fields whose values are counted and filtered in another field."""

RANGES = {row.name: row.option for row in FACETS if isinstance(row.option, Range)}
"""The ranges that people filter by, by the field in whose row they are."""

FEW_VALUES = frozenset(row.name for row in (*FACETS, *OTHERS) if row.vocabulary or isinstance(row.counted, AllValues))
"""Fields whose values can be counted all at once; the others are names, of which there is no end."""

MOST_VALUES = 20_000
"""Values of a field that are counted all at once, at most: years, of which most can occur, are 19,999."""

ASKED_OF_EACH = 2000
"""Values that each index is asked for, so that a value that is common over all of them is not missed."""

MANY_INDICES = 20
"""Indices from which on one search counts everything."""

ABOUT_WORKS = {"works": {"cardinality": {"field": "work_number"}}}
"""Aggregation that estimates the number of works."""

ALL = "all"
KNOWN = "known"
"""Aggregation of the documents that have a value, by field."""
NO_VALUE = ""
"""Stands for the values of documents that have none."""
_GOING_ON = ("going on", {"terms": {"field": ONGOING_FROM, "size": MOST_VALUES}})
"""Aggregation of the studies that go on since they were harvested."""
GENERATIONS = "generations"
"""Aggregation of the indices that a search was about: those without a match, too."""


@dataclass(frozen=True)
class Selection:
    """Which documents a question is about: those that `text` and `filters` (by field) match, and `never` does not."""

    text: list[Clause]
    never: list[Clause]
    filters: Mapping[str, Clause]
    counted: Sequence[str] = tuple(COUNTED)
    """Facets that are counted."""
    unscored: list[Clause] | None = None
    """Clauses that match the same documents as `text`, and take less time as they do not say how well."""

    def query(self, but: str | None = None) -> Clause:
        """What documents match, where the filter on the field `but` does not apply."""
        return {"bool": {"must": self.text, "filter": self.filters_but(but), "must_not": self.never}}

    def matching(self, but: str | None = None) -> Clause:
        """The same documents, without scores."""
        return {"bool": {"filter": [*self.matching_text(), *self.filters_but(but)], "must_not": self.never}}

    def matching_text(self) -> list[Clause]:
        """What documents the text matches, without scores."""
        return self.text if self.unscored is None else self.unscored

    def is_everything(self, but: str | None = None) -> bool:
        """Whether all documents match but those that never do, where the filter on the field `but` does not apply."""
        return not self.text and not self.filters_but(but)

    def filters_but(self, but: str | None) -> list[Clause]:
        """The filters without that on the field `but`."""
        return [clause for name, clause in self.filters.items() if name != but]


class Counts(NamedTuple):
    """How many documents match all filters, and about how many works they are of.

    By facet, `facets` has the number of documents by value, `unknown` of those without a value.
    """

    total: int
    about_works: int
    facets: dict[str, dict[str, int]]
    unknown: dict[str, int]


class _OfField(NamedTuple):
    """Counts of one field: documents by value, those of values that are not listed, and those without a value."""

    values: dict[str, int]
    others: int
    unknown: int


def requests(selection: Selection, *, indices: int) -> list[dict[str, Any]]:
    """The bodies of the searches that count in so many indices. The first is about all documents of the selection."""
    if _is_one_search(selection, indices):
        return [_one_search(selection)]
    works = {"query": selection.matching(), "size": 0, "track_total_hits": False, "aggs": ABOUT_WORKS}
    scopes = _scopes(selection)
    asked = ASKED_OF_EACH if indices > 1 else 0  # of one index, the most common values are the most common of all
    return [works, *(body for but, names in scopes for body in _searches(selection, but, names, asked))]


def read(selection: Selection, answers: Sequence[Mapping[str, Any]], *, indices: int) -> Counts:
    """What the answers to `requests` mean.

    Raises:
        DefectError: a facet of which all values are to be counted has too many.
    """
    works, *others = answers
    if _is_one_search(selection, indices):
        found = works["aggregations"]
        counted = {
            but: _counted(names, found[but or ALL]["doc_count"], found[but or ALL]) for but, names in _scopes(selection)
        }
        works = found[ALL]["works"]
    else:
        remaining = iter(others)
        counted = {}
        for but, names in _scopes(selection):
            parts = [_whole(next(remaining)) for _ in _searches(selection, but, names, 0)]
            counted[but] = _differences(names, *parts) if selection.is_everything(but) else _counted(names, *parts[0])
        works = works["aggregations"]["works"]
    counts = {name: found for _, of_names in counted.values() for name, found in of_names.items()}
    return Counts(
        counted[None][0],
        works["value"],
        {name: _listed(name, counts[name]) for name in selection.counted},
        {name: counts[name].unknown for name in selection.counted},
    )


def of_one_state(answers: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the same generations were live for all of these searches."""
    return len({*generations_of(answers)}) <= 1


def generations_of(answers: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """The generations that were live, for each of these searches that tells it."""
    found = [one["aggregations"][GENERATIONS]["buckets"] for one in answers if GENERATIONS in one["aggregations"]]
    return [tuple(bucket["key"] for bucket in buckets) for buckets in found]


def _scopes(selection: Selection) -> Iterator[tuple[str | None, list[str]]]:
    """Fields that are counted under the same filters, and the field whose filter does not apply to them, if any."""
    yield None, [name for name in selection.counted if name not in selection.filters]
    for name in selection.counted:
        if name in selection.filters:
            yield name, [name]


def _is_one_search(selection: Selection, indices: int) -> bool:
    """Whether one search counts everything: not where a facet counts nearly all documents, which takes other ways."""
    return indices >= MANY_INDICES and not any(selection.is_everything(but) for but, _ in _scopes(selection))


def _searches(selection: Selection, but: str | None, names: list[str], asked: int) -> list[dict[str, Any]]:
    query = selection.matching(but)
    if not selection.is_everything(but):
        return [counting_search(query, _counting(names, asked))]
    few, many = _few_and_many(names)
    excluded = {"bool": {"should": selection.never, "minimum_should_match": 1}}
    known = {name: {"exists": {"field": field_of(name)}} for name in few if _is_list(name)}
    in_all = chain(
        (_values_of(name, MOST_VALUES) for name in few),
        [(KNOWN, {"filters": {"filters": known}})] if known else [],
        [_GOING_ON] if "years" in few else [],
    )
    searches = [
        counting_search({"match_all": {}}, in_all),
        counting_search(excluded, chain.from_iterable(map(_each_value, few))),
    ]
    return [*searches, *([counting_search(query, _counting(many, asked))] if many else [])]


def _one_search(selection: Selection) -> dict[str, Any]:
    """The body of a search that counts all fields: in the documents that any of them counts."""
    filters = list(selection.filters.values())
    scopes = {
        but or ALL: {
            "filter": {"bool": {"filter": selection.filters_but(but)}},
            "aggs": dict(_counting(names, ASKED_OF_EACH)) | ({} if but else ABOUT_WORKS),
        }
        for but, names in _scopes(selection)
    }
    all_but_one = {"bool": {"should": filters, "minimum_should_match": len(filters) - 1}} if len(filters) > 1 else None
    query = {"bool": {"must": selection.text, "filter": all_but_one or [], "must_not": selection.never}}
    return counting_search(query, scopes.items()) | {"track_total_hits": False}


def counting_search(query: Clause, aggregations: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The body of a search that counts in the documents of a query, and tells which generations were live."""
    live = {"terms": {"field": "_index", "size": MOST_LIVE, "min_doc_count": 0, "order": {"_key": "asc"}}}
    return {"query": query, "size": 0, "track_total_hits": True, "aggs": {**dict(aggregations), GENERATIONS: live}}


def _counting(names: Iterable[str], asked: int) -> Iterator[tuple[str, Any]]:
    """Aggregations that count fields in the documents of a query; each index gives at least as many as are asked."""
    for name in names:
        counted = COUNTED[name]
        if isinstance(counted, AllValues):
            yield from _each_value(name)
        else:
            yield _values_of(name, counted.size, shard_size=max(counted.size, asked))
            if _is_list(name):
                yield f"unknown {name}", {"missing": {"field": field_of(name)}}


def _each_value(name: str) -> Iterator[tuple[str, Any]]:
    """Aggregations of all values, in the order in which Elasticsearch has them; of none, too, where a list has none.

    Of what is no list, the documents without a value are those that no value counts.
    """
    yield _values_of(name, MOST_VALUES, order={"_key": "asc"}, **({"missing": NO_VALUE} if _is_list(name) else {}))
    if name == "years":
        yield _GOING_ON


def _values_of(name: str, size: int, **options: Any) -> tuple[str, Any]:
    return f"values {name}", {"terms": {"field": field_of(name), "size": size, "shard_size": size, **options}}


def _whole(answer: Mapping[str, Any]) -> _Found:
    """The number of documents of a search, and its aggregations."""
    return answer["hits"]["total"]["value"], answer["aggregations"]


def _counted(names: Iterable[str], total: int, found: Mapping[str, Any]) -> tuple[int, dict[str, _OfField]]:
    """The number of documents, and the counts of fields in them."""
    return total, {name: _of_field(name, total, found) for name in names}


def _of_field(name: str, total: int, found: Mapping[str, Any]) -> _OfField:
    buckets = found[f"values {name}"]
    others = buckets["sum_other_doc_count"]
    values = {str(bucket["key"]): bucket["doc_count"] for bucket in buckets["buckets"]}
    if name in (known := found.get(KNOWN, {"buckets": {}})["buckets"]):
        unknown = total - known[name]["doc_count"]
    elif missing := found.get(f"unknown {name}"):
        unknown = missing["doc_count"]
    elif _is_list(name):
        unknown = values.pop(NO_VALUE, 0)
    else:
        unknown = total - sum(values.values()) - others
    if name == "years":
        starts = found[_GOING_ON[0]]["buckets"]
        values = with_years_since(values, {bucket["key"]: bucket["doc_count"] for bucket in starts})
    return _OfField(values, others, unknown)


def _differences(
    names: Iterable[str], everything: _Found, excluded: _Found, *rest: _Found
) -> tuple[int, dict[str, _OfField]]:
    """The same, of all documents without the excluded ones. The rest is values that are counted without these."""
    few, many = _few_and_many(names)
    of_all, in_all = _counted(few, *everything)
    of_excluded, in_excluded = _counted(few, *excluded)
    counts = {name: _left(name, in_all[name], in_excluded[name]) for name in few}
    for one in rest:
        counts |= _counted(many, *one)[1]
    return of_all - of_excluded, counts


def _left(name: str, in_all: _OfField, in_excluded: _OfField) -> _OfField:
    """The same, of all documents without the excluded ones."""
    if in_all.others or in_excluded.others:
        raise _too_many(name)
    left = {value: number - in_excluded.values.get(value, 0) for value, number in in_all.values.items()}
    values = {value: number for value, number in left.items() if number}
    return _OfField(values, 0, in_all.unknown - in_excluded.unknown)


def _few_and_many(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The fields whose values are all counted at once, and those of which only the most common are."""
    named = list(names)
    return [name for name in named if name in FEW_VALUES], [name for name in named if name not in FEW_VALUES]


def _listed(name: str, counts: _OfField) -> dict[str, int]:
    """The values of a facet as an answer lists them: ranges in order, others the most common first."""
    counted = COUNTED[name]
    ordered = sorted(counts.values.items(), key=lambda item: (-item[1], item[0]))
    others = counts.others
    if isinstance(counted, AllValues):
        if others:
            raise _too_many(name)
    else:
        others += sum(number for _, number in ordered[counted.size :])
        ordered = ordered[: counted.size]
    listed = dict(sorted(ordered, key=lambda item: int(item[0])) if name in RANGES else ordered)
    if others:
        listed["other"] = listed.get("other", 0) + others
    return listed


def _too_many(name: str) -> DefectError:
    return DefectError(
        f"The facet {name} has more than {MOST_VALUES} values, so its counts are not exact: "
        "raise MOST_VALUES in pipeline.search.facet_counts"
    )


@cache
def field_of(name: str) -> str:
    """The field of the index in which values are counted: numbers have one of keywords for it."""
    properties = template()["template"]["mappings"]["properties"]
    name = COUNTED_IN.get(name, name)
    return f"{name}.counted" if "counted" in properties[name].get("fields", {}) else name


@cache
def _is_list(name: str) -> bool:
    return get_origin(Document.model_fields[name].annotation) is list
