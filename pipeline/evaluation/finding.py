"""How well a search finds what is looked for: the figures and the misses of `study-index evaluate`.

All figures are of the first `size` hits, and count works, as hits do: of records of one work, the best grade counts,
and counts once.

- nDCG, of topics: the sum of 2^grade - 1 over the hits, each divided by log2(rank + 1), divided by that of the best
  possible order. A record that nobody judged has grade 0.
- recall, of topics: the share of works of grade 2 or 3 that are among the hits. More than `size` of them cannot be
  found, so the share is of at most so many.
- right first, of known things: the share of queries whose first hit is right.
- without hits: the share of queries that find nothing.
- judged, of topics: the share of hits that somebody judged. Where it is low, nDCG and recall are too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

from pipeline.evaluation.queries import RELEVANT, Query

Document = Mapping[str, Any]
Ask = Callable[[str, int], Sequence[Document]]
"""The hits of a text, at most so many, best first. Each has at least `harmony_id`, `work_id` and `name`."""


class Hit(NamedTuple):
    """One hit, and its grade: of a known query 1 or 0, for right or not; None where nobody judged it."""

    harmony_id: str
    name: str
    grade: int | None


class Result(NamedTuple):
    """What a query found. Of `ndcg`, `recall` and `right_first`, those that its kind does not have are None."""

    query: Query
    hits: tuple[Hit, ...]
    ndcg: float | None = None
    recall: float | None = None
    right_first: bool | None = None

    @property
    def worth(self) -> float:
        """From 0, the worst, to 1."""
        return float(self.right_first or 0) if self.ndcg is None else self.ndcg

    def as_json(self) -> dict[str, Any]:
        """The result as JSON-ready fields, without figures that its kind does not have."""
        figures = {"ndcg": self.ndcg, "recall": self.recall, "right_first": self.right_first}
        return {
            "id": self.query.id,
            "text": self.query.text,
            "language": self.query.language,
            "kind": self.query.kind,
            **{name: figure for name, figure in figures.items() if figure is not None},
            "hits": [hit._asdict() for hit in self.hits],
        }


class Figures(NamedTuple):
    """The means over some queries; None where none of them has the figure."""

    queries: int
    ndcg: float | None
    recall: float | None
    right_first: float | None
    without_hits: float | None
    judged: float | None


def evaluate(queries: Iterable[Query], ask: Ask, works: Mapping[str, str], size: int) -> list[Result]:
    """What each query finds.

    Args:
        queries: those that are judged.
        ask: the search.
        works: the work_id of judged records by harmony_id. Others are not in the index: they count as not found.
        size: number of hits that count.
    """
    return [_result(query, ask(query.text, size)[:size], works, size) for query in queries]


def _result(query: Query, found: Sequence[Document], works: Mapping[str, str], size: int) -> Result:
    if query.kind == "known":
        right = [query.is_right(document) for document in found]
        hits = tuple(_hit(document, int(is_right)) for document, is_right in zip(found, right, strict=True))
        return Result(query, hits, right_first=right[:1] == [True])
    wanted: dict[str, int] = {}
    for name, grade in query.judgements.items():
        work = works.get(name, name)
        wanted[work] = max(grade, wanted.get(work, 0))
    grades = [wanted.get(document["work_id"]) for document in found]
    counted = [grade or 0 for grade in grades]
    relevant = sum(grade >= RELEVANT for grade in wanted.values())
    return Result(
        query,
        tuple(_hit(document, grade) for document, grade in zip(found, grades, strict=True)),
        ndcg=discounted_gain(counted) / discounted_gain(sorted(wanted.values(), reverse=True)[:size]),
        recall=sum(grade >= RELEVANT for grade in counted) / min(relevant, size),
    )


def _hit(document: Document, grade: int | None) -> Hit:
    return Hit(document["harmony_id"], document["name"], grade)


def discounted_gain(grades: Sequence[int]) -> float:
    """The sum of 2^grade - 1 over a list of grades, each divided by log2(rank + 1).

    >>> discounted_gain([3, 0, 1])
    7.5
    """
    return math.fsum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def figures(results: Sequence[Result]) -> Figures:
    """The means over some results."""
    judged = [hit.grade is not None for result in results if result.ndcg is not None for hit in result.hits]
    return Figures(
        queries=len(results),
        ndcg=_mean(result.ndcg for result in results),
        recall=_mean(result.recall for result in results),
        right_first=_mean(result.right_first for result in results),
        without_hits=_mean(not result.hits for result in results),
        judged=_mean(judged),
    )


def by(name: str, results: Sequence[Result]) -> dict[str, Figures]:
    """The figures by a field of the query, such as its language; the values with most queries first."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(getattr(result.query, name), []).append(result)
    return {value: figures(groups[value]) for value in sorted(groups, key=lambda value: (-len(groups[value]), value))}


def misses(results: Iterable[Result]) -> list[Result]:
    """The results that are not perfect, the worst first."""
    return sorted((result for result in results if result.worth < 1), key=lambda result: result.worth)


def unjudged(results: Iterable[Result]) -> dict[str, list[str]]:
    """The hits of topics that nobody judged: values of harmony_id by the query's id."""
    found = {result.query.id: [hit.harmony_id for hit in result.hits if hit.grade is None] for result in results}
    return {query: names for query, names in found.items() if names}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
