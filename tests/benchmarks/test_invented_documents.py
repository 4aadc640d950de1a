"""Invented documents: such as the pipeline allows, and counted as a search has to count them."""

from __future__ import annotations

from collections import Counter

from benchmarks.invented_documents import catalogues, check, draw, kinds, true_counts
from pipeline.search.question import Question


def test_documents_are_such_as_the_pipeline_allows() -> None:
    check()


def test_each_document_is_in_one_catalogue_and_the_same_in_any() -> None:
    assert [number for numbers in catalogues(7, 1000).values() for number in numbers] == list(range(1000))
    assert all(draw(number, "one")._replace(catalogue="other") == draw(number, "other") for number in range(50))


def test_a_facet_counts_under_all_filters_but_its_own() -> None:
    drawn = Counter(draw(number, "one") for number in range(2000))
    question = Question(text="zyxomul", filters={"sex": ["all"], "access": ["open"]})
    total, facets, unknown = true_counts(drawn, question)
    found = [
        (kinds()[one.kind], number)
        for one, number in drawn.items()
        if not one.superseded and "zyxomul" in one.markers and kinds()[one.kind]["resource_type"] != "variable"
    ]
    open_to_all = [(kind, number) for kind, number in found if "open" in kind.get("access", [])]
    assert total == sum(number for kind, number in open_to_all if kind.get("sex") == "all")
    assert sum(facets["sex"].values()) + unknown["sex"] == sum(number for _, number in open_to_all)
    assert facets["catalogue"] == {"one": total}
