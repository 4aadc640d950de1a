"""The cost of patterns and of whole records, counted in steps: time would depend on the machine.

Formats and `pipeline.model` read texts of any length: twice the text may take little more than twice the steps.
Enrichment reads bounded texts (`pipeline/enrich/text/bounds.py`): there it may take four times the steps, not eight.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from pipeline.enrich.text.bounds import bounded
from pipeline.enrich.topics import find as topics
from pipeline.formats.xml_record import words
from pipeline.model.record import Conditions, Role
from pipeline.model.text import clean
from tests.enrich.records import record, statement
from tests.fuzz.driver import tries
from tests.fuzz.mutations import PIECES
from tests.fuzz.steps import Steps, TooManyStepsError

SHORT, LONG = 24, 96
"""Characters of the texts that each piece is tried with, and of those that the dearest pieces are tried with."""
DEAREST = 3
MOST_STEPS = 400_000
LINEAR, QUADRATIC = 2.6, 5.0
"""Most times the steps that twice the text may take."""
SOME = 12
"""Patterns of enrichment that `make test` looks at; `make fuzz` looks at all."""
ONE_PLACE = {
    "pipeline.formats.json_ld._OPENED",
    "pipeline.formats.nextjs_payload._ID",
    "pipeline.formats.nextjs_payload._LENGTH",
    "pipeline.formats.shapes._YEAR",
    "pipeline.formats.xml_record._INDENTED",
    "pipeline.enrich.acronyms._LEADING",
    "pipeline.enrich.acronyms._SHAPE",
    "pipeline.model.text._NUMBER_AHEAD",
}
"""Patterns that are matched at one place of a text, not looked for in all of it."""
SHORT_TEXT = {
    "pipeline.formats.json_ld._CLOSED",  # 100 bytes
    "pipeline.formats.ukllc._CITATION",  # 2,000 characters
    "pipeline.enrich.period.periods._BETWEEN_DATES",  # 45 characters
    "pipeline.enrich.places.places_in_prose._AFFILIATION_BEFORE",  # 120 characters
}
"""Patterns whose texts have so few characters that the square or cube of their number is small."""


def patterns(package: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The name of each pattern of a package's modules, and the pattern."""
    for found in walk_packages(import_module(package).__path__, f"{package}."):
        if not found.name.endswith("build_gazetteer"):
            yield from _of_module(import_module(found.name))


def _of_module(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        full_name = f"{module.__name__}.{name}"
        if isinstance(value, re.Pattern) and full_name not in ONE_PLACE | SHORT_TEXT:
            yield full_name, value


def growth(pattern: re.Pattern[Any], short: str, long: str) -> float:
    """How many times the steps the longer text takes; infinite where the bound is reached."""
    try:
        return Steps(pattern, long, MOST_STEPS).search() / Steps(pattern, short, MOST_STEPS).search()
    except TooManyStepsError:
        return float("inf")


def dear(pattern: re.Pattern[Any], most: float, *, cleaned: bool) -> list[tuple[str, float]]:
    """Pieces of which twice as many take more than `most` times the steps.

    `cleaned`: whether texts are cleaned first, as those are that enrichment reads.
    """

    def text(piece: str, length: int) -> str:
        repeated = piece * (length // len(piece) + 1)
        return clean(repeated) if cleaned else repeated

    cost = {piece: Steps(pattern, text(piece, SHORT), MOST_STEPS).search() for piece in PIECES}
    dearest = sorted(PIECES, key=lambda piece: -cost[piece])[:DEAREST]
    times = {piece: growth(pattern, text(piece, LONG), text(piece, 2 * LONG)) for piece in dearest}
    return [(piece, each) for piece, each in times.items() if each > most]


@pytest.mark.parametrize("package", ["pipeline.formats", "pipeline.model"])
def test_patterns_of_texts_of_any_length_take_steps_in_proportion(package: str) -> None:
    found = {name: dear(pattern, LINEAR, cleaned=False) for name, pattern in patterns(package)}
    assert {name: pieces for name, pieces in found.items() if pieces} == {}


def test_patterns_of_enrichment_take_no_more_than_quadratic_steps() -> None:
    known = sorted(patterns("pipeline.enrich"), key=lambda named: named[0])
    every = max(1, len(known) // tries(SOME))
    found = {name: dear(pattern, QUADRATIC, cleaned=True) for name, pattern in known[::every]}
    assert {name: pieces for name, pieces in found.items() if pieces} == {}


def calls(run: Callable[[], object]) -> int:
    """How many functions are called, of Python and of its libraries, while something runs."""
    count = 0

    def counted(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def nested(depth: int, pieces: int) -> etree._Element:
    return etree.fromstring(f"<a>{'<b>' * depth}{'<i>x</i>' * pieces}{'</b>' * depth}</a>")


def test_deep_elements_take_no_more_steps_than_flat_ones() -> None:
    deep, flat = nested(200, 1_000), nested(1, 1_000)
    assert words(deep) == words(flat)
    assert calls(lambda: words(deep)) < 1.5 * calls(lambda: words(flat))


def test_a_long_code_takes_no_more_steps_than_a_short_one() -> None:
    def found(code: str) -> object:
        stated = record(statement(Role.TOPIC, "x", code=code, vocabulary="NARCIS"))
        return topics(bounded(stated), Conditions({}, "dataset", 2025))

    found("D34300")
    assert calls(lambda: found("X" * 100_000)) == calls(lambda: found("X" * 10))
