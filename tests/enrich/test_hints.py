"""Rules are tried only where some of their letters stand: no word of a rule is without such letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.enrich.text.data_files import table

RULES = [
    ("people", "excluded", table("patterns/people")["hints"]["excluded"]),
    ("people", "left_out", table("patterns/people")["hints"]["excluded"]),
    ("people", "left_out_unspaced", table("patterns/people")["hints"]["excluded"]),
    ("people", "without", table("patterns/people")["hints"]["without"]),
    ("people", "took_no_part", table("patterns/people")["hints"]["absent"]),
    ("people", "staff", table("patterns/people")["hints"]["staff"]),
    ("people", "staff_unspaced", table("patterns/people")["hints"]["staff"]),
    ("people", "done_by", table("patterns/people")["hints"]["staff"]),
    ("sex", "asked", table("patterns/sex")["hints"]["asked"]),
    ("sex", "asked_unspaced", table("patterns/sex")["hints"]["asked"]),
    ("sex", "of_things", table("patterns/sex")["hints"]["of_things"]),
    ("interviewee", "single", table("patterns/interviewee")["hints"]),
    ("ages", "all", table("patterns/ages")["all_hints"].splitlines()),
]


def terms(section: str, name: str) -> Iterator[str]:
    """The alternatives of a group, each by itself."""
    for line in table(f"patterns/{section}")[name].splitlines():
        depth, term = 0, ""
        for at, letter in enumerate(line):
            escaped = line[:at].endswith("\\")
            depth += 0 if escaped else (letter in "([") - (letter in ")]")
            if letter == "|" and not depth:
                yield term
                term = ""
            else:
                term += letter
        yield term


@pytest.mark.parametrize(("section", "name", "hints"), RULES, ids=lambda value: value if isinstance(value, str) else "")
def test_every_word_of_a_rule_has_a_hint(section: str, name: str, hints: list[str]) -> None:
    known = [term for term in map(str.strip, terms(section, name)) if term]

    @settings(max_examples=20 * len(known), suppress_health_check=list(HealthCheck), database=None)
    @given(st.sampled_from(known).flatmap(lambda term: st.tuples(st.just(term), st.from_regex(term))))
    def holds(told: tuple[str, Any]) -> None:
        term, text = told
        words = re.search(term, text)
        assert words is not None
        in_a_sentence = f" {words.group()} x".lower()
        assert any(hint in in_a_sentence for hint in hints), f"{words.group()!r} of {section}/{name}"

    holds()
