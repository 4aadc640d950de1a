"""Which tests run which lines of the modules of a group: a mutant is tried with the tests that run its lines."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import coverage
import pytest

from tests.mutants.install import module_name

IMPORT = ""
"""What is run while modules are imported and tests are collected, rather than by a test."""


class Recorder:
    """A plugin of pytest that notes which test, or which shared fixture, runs which lines, and how long tests take."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self._present = IMPORT
        self.seconds: dict[str, float] = {}
        self.users: dict[str, list[str]] = {}

    def _switch(self, context: str) -> str:
        before, self._present = self._present, context
        self._measured.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """What a test runs is noted for it."""
        self._switch(item.nodeid)
        start = time.monotonic()
        result = yield
        self.seconds[item.nodeid] = time.monotonic() - start
        self._switch(IMPORT)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """What a fixture runs that tests share is noted for all of them."""
        if fixturedef.scope == "function":
            return (yield)
        name = f"{fixturedef.baseid}@{fixturedef.argname}"
        self.users[name] = [
            item.nodeid
            for item in request.session.items
            if fixturedef.argname in getattr(item, "fixturenames", ()) and item.nodeid.startswith(fixturedef.baseid)
        ]
        before = self._switch(name)
        try:
            return (yield)
        finally:
            self._switch(before)


class Covered:
    """The tests of each line, and their seconds."""

    def __init__(self, lines: dict[str, dict[str, list[str]]], seconds: dict[str, float]) -> None:
        self._lines = lines
        self.seconds = seconds

    def tests(self, path: Path, lines: Iterable[int]) -> set[str]:
        """The tests that run any of these lines; IMPORT is among them where they are run without a test."""
        of_module = self._lines.get(str(path), {})
        return {test for line in lines for test in of_module.get(str(line), ())}

    def save(self, path: Path) -> None:
        """Write it to a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"lines": self._lines, "seconds": self.seconds}), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Covered:
        """Read it from the file."""
        read = json.loads(path.read_text(encoding="utf-8"))
        return cls(read["lines"], read["seconds"])


def measure(modules: list[Path], arguments: list[str], to: Path) -> int:
    """Run the tests, write what they cover to a file, and return pytest's exit code."""
    measured = coverage.Coverage(data_file=None, include=[str(path) for path in modules], config_file=False)
    recorder = Recorder(measured)
    measured.start()
    for path in modules:
        importlib.import_module(module_name(path))
    code = int(pytest.main(arguments, plugins=[recorder]))
    measured.stop()
    data = measured.get_data()
    lines: dict[str, dict[str, list[str]]] = {}
    for name in map(str, modules):
        lines[name] = {
            str(line): sorted({test for context in contexts for test in recorder.users.get(context, [context])})
            for line, contexts in data.contexts_by_lineno(name).items()
        }
    Covered(lines, recorder.seconds).save(to)
    return code
