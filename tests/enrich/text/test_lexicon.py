"""Phrases of a lexicon are found in texts, the longest first."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.lexicon import Lexicon

PHRASES = Lexicon(
    [
        ("New South Wales", "AU"),
        ("Wales", "GB"),
        ("New", "new"),
        ("suomalai*", "FI"),
        ("中国", "CN"),
        ("中国海", "sea"),
        ("ice*", "stem"),
        ("ice floe", "floe"),
        ("iceland", "IS"),
        ("fir*", "tree"),
    ]
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Miners of New South Wales", ["AU"]),
        ("New south of Wales", ["new", "GB"]),
        ("New. Some time after: South Wales", ["new", "GB"]),
        ("NEW-SOUTH WALES, wales", ["AU", "GB"]),
        ("Suomalaisten terveys", ["FI"]),
        ("newer whales", []),
        ("家族（中国）", ["CN"]),
        ("中国海", ["sea"]),
        ("Été in 中国 and Wales", ["GB", "CN"]),
        ("Ice floe, ices, Iceland, icy", ["floe", "stem", "IS"]),
        ("Ice, Firs, fi", ["stem", "tree"]),
        ("New", ["new"]),
        ("New South", ["new"]),
        ("New, South (Wales", ["AU"]),
        ("New  -  South Wales", ["new", "GB"]),
        ("New+South Wales", ["new", "GB"]),
        ("New-South Wales", ["AU"]),
        ("New’South.Wales", ["AU"]),
        ("Wales Wales New Wales", ["GB", "GB", "new", "GB"]),
        ("New South Wales New South Wales", ["AU", "AU"]),
        ("A tale of New South Wales", ["AU"]),
    ],
)
def test_the_longest_phrase_at_a_place_is_found(text: str, values: list[str]) -> None:
    assert [match.value for match in PHRASES.find(text)] == values


def test_a_match_has_the_offsets_of_its_words() -> None:
    text = "Élèves in New South Wales."
    assert [text[match.start : match.end] for match in PHRASES.find(text)] == ["New South Wales"]
    assert [(match.first, match.last) for match in PHRASES.find(text)] == [(2, 5)]
    text = "Wales 中国 and 中国海"
    assert [text[match.start : match.end] for match in PHRASES.find(text)] == ["Wales", "中国", "中国海"]
    assert [(match.first, match.last) for match in PHRASES.find(text)] == [(0, 1), (-1, -1), (-1, -1)]


@pytest.mark.parametrize(
    ("phrase", "value"),
    [
        ("new south wales", "AU"),
        ("Wales", "GB"),
        ("South Wales", None),
        ("New South", None),
        ("New South Wales and Wales", None),
        ("", None),
        ("中国", "CN"),
        (" 中国 ", "CN"),
        ("中国人", None),
    ],
)
def test_a_phrase_that_is_the_whole_text(phrase: str, value: str | None) -> None:
    assert PHRASES.get(phrase) == value


def test_of_a_term_that_is_given_twice_the_first_value_counts() -> None:
    twice = Lexicon([("Wales", 1), ("wales", 2), ("中国", 1), ("中国", 2)])
    assert (twice.get("Wales"), twice.get("中国")) == (1, 1)
    assert [match.value for match in Lexicon([("wal*", 1), ("wales*", 2)]).find("walesian walrus")] == [2, 1]
