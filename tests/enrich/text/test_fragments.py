"""Prefilters, which decide whether a rule is tried on a text."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.fragments import Prefilter, contains_any, start_of_any

HARBOURS = Prefilter(["harbour", "arbo", "ferry"])


@pytest.mark.parametrize("text", ["A HARBOUR at night", "haarbos, arbo's", "Ferry-boats"])
def test_a_text_with_any_fragment_passes(text: str) -> None:
    assert HARBOURS.passes(text)


def test_a_text_without_one_does_not_pass() -> None:
    assert not HARBOURS.passes("A port at night")
    assert not Prefilter([]).passes("A harbour")


def test_fragments_that_overlap_are_all_found() -> None:
    assert HARBOURS.found_in("The harbour") == {"harbour", "arbo"}


def test_fragments_that_are_added_later_are_found_too() -> None:
    text = "A lighthouse beside the ferry"
    assert HARBOURS.found_in(text) == {"ferry"}
    assert Prefilter(["lighthouse"]).passes(text)


def test_half_of_a_surrogate_pair_is_no_obstacle() -> None:
    assert HARBOURS.passes("A harbour \ud83d here")
    assert HARBOURS.found_in("\ud83d The harbour") == {"harbour", "arbo"}


def test_a_part_is_searched_for_the_fragments_of_the_whole() -> None:
    assert contains_any("By FERRY", frozenset({"ferry"}))
    assert not contains_any("By boat", frozenset({"ferry"}))
    assert not contains_any("By ferry", [])


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("By FERRY to a harbour", 3),
        ("Harbour", 0),
        ("By boat", 7),
        ("", 0),
        ("\u0130 by ferry", 0),  # in lower case it is longer
    ],
)
def test_where_the_first_fragment_begins(text: str, start: int) -> None:
    assert start_of_any(text, ["harbour", "ferry"]) == start
