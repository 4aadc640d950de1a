"""The figures of the search: nDCG, recall, right first, on results whose figures are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

import pytest

from pipeline.evaluation.finding import Document, Result, by, evaluate, figures, misses
from pipeline.evaluation.queries import Query


def topic(judgements: dict[str, int], **fields: str) -> Query:
    return Query.model_validate(
        {"id": "t", "text": "t", "language": "en", "kind": "topic", "judgements": judgements, **fields}
    )


def known(right: Sequence[str] = (), **fields: object) -> Query:
    return Query.model_validate(
        {"id": "k", "text": "k", "language": "en", "kind": "known", "right": [*right], **fields}
    )


def hit(identifier: str, work: str | None = None, **fields: object) -> Document:
    return {"harmony_id": identifier, "work_id": work or identifier, "name": f"Study {identifier}", **fields}


def found(query: Query, *hits: Document, works: Mapping[str, str] | None = None, size: int = 10) -> Result:
    """What the query finds where the search gives these hits, and every judged record is live."""
    live = {name: name for name in query.judgements} | {**(works or {})}
    (result,) = evaluate([query], lambda _text, _size: hits, live, size)
    return result


class TestTopics:
    def test_the_best_order_is_1(self) -> None:
        result = found(topic({"a": 3, "b": 2, "c": 0}), hit("a"), hit("b"), hit("c"))
        assert (result.ndcg, result.recall) == (1, 1)

    def test_a_worse_order_is_discounted_by_rank(self) -> None:
        result = found(topic({"a": 3, "b": 1}), hit("b"), hit("x"), hit("a"))
        assert result.ndcg == pytest.approx((1 + 7 / log2(4)) / (7 + 1 / log2(3)))

    def test_nothing_found_is_0(self) -> None:
        assert found(topic({"a": 3}))[2:4] == (0, 0)

    def test_a_marginal_record_is_no_part_of_recall(self) -> None:
        assert found(topic({"a": 3, "b": 2, "c": 1}), hit("a"), hit("c")).recall == 0.5

    def test_recall_is_of_no_more_than_can_be_shown(self) -> None:
        assert found(topic(dict.fromkeys("abcdef", 2)), hit("a"), hit("b"), hit("x"), size=2).recall == 1

    def test_only_the_first_hits_count(self) -> None:
        assert found(topic({"a": 3}), hit("x"), hit("y"), hit("a"), size=2)[2:4] == (0, 0)

    def test_records_of_one_work_count_once_with_the_best_grade(self) -> None:
        works = {"a": "w", "b": "w", "c": "c"}
        result = found(topic({"a": 2, "b": 3, "c": 2}), hit("a", "w"), hit("c"), works=works)
        assert (result.ndcg, result.recall) == (1, 1)

    def test_a_record_that_is_not_live_counts_as_not_found(self) -> None:
        (result,) = evaluate([topic({"a": 2, "gone": 2})], lambda _text, _size: [hit("a")], {"a": "a"}, 10)
        assert result.recall == 0.5

    def test_a_hit_that_nobody_judged_is_told_from_a_wrong_one(self) -> None:
        result = found(topic({"a": 2, "b": 0}), hit("x"), hit("b"))
        assert [each.grade for each in result.hits] == [None, 0]
        assert figures([result]).judged == 0.5


class TestKnown:
    def test_right_is_one_of_the_ids(self) -> None:
        assert found(known(["a", "b"]), hit("b"), hit("x")).right_first is True
        assert found(known(["a"]), hit("x"), hit("a")).right_first is False
        assert found(known(["a"])).right_first is False

    @pytest.mark.parametrize("series", ["Harbour Panel (HP)", ["Other", "harbour panel"]])
    def test_right_is_one_of_a_series(self, series: object) -> None:
        query = known(right_where={"series": "Harbour Panel"})
        assert found(query, hit("a", series=series)).right_first is True
        assert found(query, hit("a", name="Harbour Panel")).right_first is False


class TestGroups:
    def test_means_are_over_the_queries_that_have_the_figure(self) -> None:
        results = [found(topic({"a": 3}), hit("a")), found(topic({"a": 3})), found(known(["a"]), hit("a"))]
        of_all = figures(results)
        assert (of_all.queries, of_all.ndcg, of_all.right_first) == (3, 0.5, 1)
        assert of_all.without_hits == pytest.approx(1 / 3)

    def test_by_language_the_most_queries_come_first(self) -> None:
        results = [found(topic({"a": 3}, language=language), hit("a")) for language in ("fi", "en", "en")]
        assert [(name, of.queries) for name, of in by("language", results).items()] == [("en", 2), ("fi", 1)]

    def test_the_worst_miss_comes_first(self) -> None:
        half, none, all_ = topic({"a": 3, "b": 3}, id="half"), known(["a"], id="none"), topic({"a": 3}, id="all")
        results = [found(half, hit("a")), found(none, hit("x")), found(all_, hit("a"))]
        assert [miss.query.id for miss in misses(results)] == ["none", "half"]
