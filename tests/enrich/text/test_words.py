"""How words are told apart, and phrases and alternatives found."""

from __future__ import annotations

import re

import pytest

from pipeline.enrich.text.words import Lexicon, grouped

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


def test_matches_tell_where_they_stand() -> None:
    text = "Élèves in New South Wales."
    assert [text[match.start : match.end] for match in PHRASES.find(text)] == ["New South Wales"]


LISTED = r"""
  at least|\bab(?: dem)?|a|>=|>|\w+ly|\bolder(?: than)?|over|old(?:er|est)
  été|[|(]|x\|y|über|Straße|ßen|A.D|xyz?
"""


@pytest.mark.parametrize("flags", [re.NOFLAG, re.IGNORECASE], ids=["cased", "ignoring case"])
def test_grouped_alternatives_match_as_they_are_listed(flags: re.RegexFlag) -> None:
    text = "At least AB dem a >= > oldly oldest older than OVER Été ( | x|y ÜBER straße ßen A.D. ad XY xyz cab"
    plain = "|".join(line.strip() for line in LISTED.strip().splitlines())
    expected = [found.span() for found in re.finditer(plain, text, flags)]
    assert expected
    pattern = grouped(LISTED, ignore_case=flags is re.IGNORECASE)
    assert [found.span() for found in re.finditer(pattern, text, flags)] == expected
