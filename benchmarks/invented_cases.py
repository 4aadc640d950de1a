"""Invented records whose sex is known: those that the tests of `tests/enrich/people` derive a sex of."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.model.record import Role, Statement, StudyRecord

TESTS = Path(__file__).resolve().parents[1] / "tests" / "enrich" / "people"
ROLES = {
    "title": Role.TITLE,
    "description": Role.DESCRIPTION,
    "population": Role.POPULATION,
    "universe": Role.POPULATION,
    "rules": Role.POPULATION,
    "criteria": Role.POPULATION,
}
"""What a test's argument of such a name is about."""


def invented() -> Iterator[tuple[StudyRecord, str | None]]:
    """Records, each with its sex: of the tests whose arguments are texts and `sex`."""
    for path in sorted(TESTS.glob("test_*sex*.py")):
        module = import_module(f"tests.enrich.people.{path.stem}")
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "parametrize":
                    yield from _records(*mark.args[:2])


def _records(names: Any, values: Any) -> Iterator[tuple[StudyRecord, str | None]]:
    named = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    if "sex" not in named or not {*named} <= {"sex", *ROLES}:
        return
    for value in values:
        of = dict(zip(named, getattr(value, "values", value), strict=True))
        sex = of.pop("sex")
        if all(isinstance(text, str) and text for text in of.values()):
            statements = [Statement(ROLES[name], name, text) for name, text in of.items()]
            yield StudyRecord(format="invented", statements=statements), sex
