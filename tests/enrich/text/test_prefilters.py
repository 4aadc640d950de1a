"""A rule is tried only where a text contains a fragment of its prefilter, so each of its words contains one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.enrich.text.data_files import table

PEOPLE = table("patterns/people")["prefilters"]
SEX = table("patterns/sex")["prefilters"]
RULES = [
    ("people", "excluded", PEOPLE["excluded"]),
    ("people", "left_out", PEOPLE["excluded"]),
    ("people", "left_out_unspaced", PEOPLE["excluded"]),
    ("people", "without", PEOPLE["without"]),
    ("people", "took_no_part", PEOPLE["took_no_part"]),
    ("people", "staff", PEOPLE["staff"]),
    ("people", "staff_unspaced", PEOPLE["staff"]),
    ("people", "done_by", PEOPLE["staff"]),
    ("sex", "asked", SEX["asked"]),
    ("sex", "asked_unspaced", SEX["asked"]),
    ("sex", "of_things", SEX["of_things"]),
    ("interviewee", "single", table("patterns/interviewee")["prefilter"]),
    ("ages", "all_ages", table("patterns/ages")["all_ages_prefilter"].splitlines()),
    ("ages", "birth", table("patterns/ages")["birth_prefilter"].split()),
]


def alternatives_of(file: str, name: str) -> Iterator[str]:
    """The alternatives of a rule, one by one."""
    return split_at_bars(table(f"patterns/{file}")[name])


def split_at_bars(listed: str) -> Iterator[str]:
    for line in listed.splitlines():
        depth, alternative = 0, ""
        for at, letter in enumerate(line):
            escaped = line[:at].endswith("\\")
            depth += 0 if escaped else (letter in "([") - (letter in ")]")
            if letter == "|" and not depth:
                yield alternative
                alternative = ""
            else:
                alternative += letter
        yield alternative


@pytest.mark.parametrize(("file", "name", "fragments"), RULES, ids=[f"{file}/{name}" for file, name, _ in RULES])
def test_every_word_of_a_rule_contains_a_fragment(file: str, name: str, fragments: list[str]) -> None:
    known = [alternative for alternative in map(str.strip, alternatives_of(file, name)) if alternative]
    assert known
    for pattern in known:
        assert_contains_a_fragment(pattern, fragments)


def assert_contains_a_fragment(pattern: str, fragments: list[str]) -> None:
    """Assert it of invented texts that one alternative of a rule matches."""

    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(pattern))
    def holds(text: str) -> None:
        words = re.search(pattern, text)
        assert words is not None
        in_a_sentence = f" {words.group()} x".lower()
        assert any(fragment in in_a_sentence for fragment in fragments), f"{words.group()!r} of {pattern}"

    holds()
