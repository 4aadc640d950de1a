"""A rule is tried only where a text contains a fragment of its prefilter, so each of its words contains one."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.enrich.text.patterns import options
from pipeline.enrich.text.required import fragments, required

RULES = [
    ("people", "excluded"),
    ("people", "left_out"),
    ("people", "left_out_unspaced"),
    ("people", "without"),
    ("people", "took_no_part"),
    ("people", "staff"),
    ("people", "staff_unspaced"),
    ("people", "done_by"),
    ("sex", "asked"),
    ("sex", "asked_unspaced"),
    ("sex", "label"),
    ("sex", "of_things"),
    ("interviewee", "single"),
    ("ages", "all_ages"),
    ("ages", "birth"),
    ("spelled_out_dates", "before_decade"),
    ("spelled_out_dates", "after_decade"),
    ("spelled_out_dates", "after_century"),
]


@pytest.mark.parametrize(("section", "key"), RULES, ids=[f"{section}/{key}" for section, key in RULES])
def test_every_word_of_a_rule_contains_a_fragment(section: str, key: str) -> None:
    assert options(section, key)
    for pattern in options(section, key):
        assert_contains_a_fragment(pattern, fragments(section, key))


def assert_contains_a_fragment(pattern: str, of_rule: frozenset[str]) -> None:
    """Assert it of invented texts that one alternative of a rule matches."""

    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(pattern))
    def holds(text: str) -> None:
        words = re.search(pattern, text)
        assert words is not None
        in_a_sentence = f" {words.group()} x".lower()
        assert any(fragment in in_a_sentence for fragment in of_rule), f"{words.group()!r} of {pattern}"

    holds()


@pytest.mark.parametrize(
    ("alternatives", "expected"),
    [
        (["Harbour"], {"harbour"}),
        (["harbours?", "quays?\\b"], {"harbour", "quay"}),
        (["at (?:the |a )?harbour"], {"harbour"}),
        (["(?:ferry|boat)s"], {"ferry", "boat"}),
        (["(?:ferry|boat|\\d+) lands"], {" lands"}),
        (["at (?:ferry|boat)"], {"ferry", "boat"}),
        (["\\w*harb\\w+r"], {"harb"}),
        (["tide{0,3}s", "eb+s"], {"tid", "eb"}),
        (["n\\.\\s?o\\. 12"], {"o. 12"}),
        (["(?<!the )(?=q)quay(?!s)"], {"quay"}),
        (["(?P<name>pier|[)]mole)"], {"pier", "mole"}),
        (["(?-i:Mole)"], {"mole"}),
        (["港(?:町)?"], {"港"}),
        (["a(?:b(?:cd|ce)|bxy)"], {"cd", "ce", "bxy"}),
    ],
)
def test_the_letters_that_every_match_has(alternatives: list[str], expected: set[str]) -> None:
    assert required(alternatives) == expected


@pytest.mark.parametrize("pattern", ["\\d+", "(?:a|\\d)", "a?", "(?:ab)*", "", "(?:ab|cd){0,2}", "[ab]"])
def test_a_pattern_without_a_sure_letter_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="matches without any letter"):
        required(["harbour", pattern])


def test_a_bracket_that_nothing_closes_is_refused() -> None:
    with pytest.raises(ValueError, match="a bracket that nothing closes"):
        required(["(?:harbour"])
