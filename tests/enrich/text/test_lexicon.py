"""Phrases of a lexicon are found in texts, the longest first."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.lexicon import Lexicon

PHRASES = Lexicon([("New South Wales", "AU"), ("Wales", "GB"), ("New", "new"), ("suomalai*", "FI"), ("中国", "CN")])


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
    ],
)
def test_the_longest_phrase_at_a_place_is_found(text: str, values: list[str]) -> None:
    assert [match.value for match in PHRASES.find(text)] == values


def test_a_match_has_the_offsets_of_its_words() -> None:
    text = "Élèves in New South Wales."
    assert [text[match.start : match.end] for match in PHRASES.find(text)] == ["New South Wales"]
