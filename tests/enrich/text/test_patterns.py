"""Lists of alternatives match the same after they are grouped."""

from __future__ import annotations

import re

import pytest

from pipeline.enrich.text.patterns import grouped

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
