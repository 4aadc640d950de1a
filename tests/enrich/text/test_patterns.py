"""Lists of alternatives match the same after they are grouped."""

from __future__ import annotations

import re

import pytest

from pipeline.enrich.text.patterns import grouped

LISTED = r"""
  at least|\bab(?: dem)?|a|>=|>|\w+ly|\bolder(?: than)?|over|old(?:er|est)
  été|[|(]|x\|y|über|Straße|ßen|A.D|xyz?
  \bquay|\bquill|ok1|Okx|okxy|pier(?!s)|mo(?:le|or)|[Jj]etty|(?:dry|wet) dock|(?:un)?loaded|zz|a\(b|z\)
"""


@pytest.mark.parametrize("flags", [re.NOFLAG, re.IGNORECASE], ids=["cased", "ignoring case"])
def test_grouped_alternatives_match_as_they_are_listed(flags: re.RegexFlag) -> None:
    text = "At least AB dem a >= > oldly oldest older than OVER Été ( | x|y ÜBER straße ßen A.D. ad XY xyz cab wxyz"
    text += (
        " Sen quay equay Quill QUILL okxy Okx ok1 piers pier moor mole jetty Jetty wet dock DRY dock unloaded a(b z) zz"
    )
    plain = "|".join(line.strip() for line in LISTED.strip().splitlines())
    expected = [found.span() for found in re.finditer(plain, text, flags)]
    assert expected
    pattern = grouped(LISTED, ignore_case=flags is re.IGNORECASE)
    assert [found.span() for found in re.finditer(pattern, text, flags)] == expected


@pytest.mark.parametrize("listed", ["ab|\\d|ax", "\\d|ab|ax", "ab"])
def test_where_the_order_does_not_matter_all_are_found(listed: str) -> None:
    text = "ab 1 ax Ab AX b"
    pattern = grouped(listed, ignore_case=True, any_order=True)
    expected = re.findall(listed, text, re.IGNORECASE)
    assert re.findall(pattern, text, re.IGNORECASE) == expected


def test_lines_and_blanks_between_alternatives_do_not_matter() -> None:
    assert re.findall(grouped("  tide \n\n  ebb|flood  "), "tide ebb flood x") == ["tide", "ebb", "flood"]
