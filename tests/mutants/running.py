"""The mutants of one group: which there are, trying them, and what is printed of them."""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import settings
from pipeline.index.client import connect
from pipeline.local.light_node import ephemeral_node
from tests.mutants import install, trial
from tests.mutants.coverage_of import IMPORT, Covered, measure
from tests.mutants.groups import PROJECT, Group
from tests.mutants.operators import Change, changes
from tests.mutants.survivors import Listed
from tests.nodes import GIVEN

BASELINE_SECONDS = 1800
FEW = 3
"""If so few tests run a line and none of them fails, all tests of the group are run, unless they need a node."""


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    path: Path
    number: int
    change: Change

    @property
    def module(self) -> str:
        """The module, as `survivors.yaml` names it."""
        return str(self.path.relative_to(PROJECT))

    @property
    def name(self) -> str:
        """Its name for people."""
        return f"{self.module}:{self.change.lines.start} {self.change.key}"

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.module, self.change.key


class GroupRun:
    """The trials of a group's mutants."""

    def __init__(self, name: str, group: Group, listed: Listed) -> None:
        self._name, self._group, self._listed = name, group, listed
        self._folder = settings.home() / "mutants"
        self._files = [str(path.relative_to(PROJECT)) for path in group.test_files]
        self._outcomes: dict[tuple[str, str], trial.Outcome] = {}

    def tried(self, *, sample: int | None, seed: int, again: bool, text: str | None) -> float:
        """Try mutants, print how they ended, and return the share of those that were killed."""
        found = self._mutants()
        chosen = found if sample is None or sample >= len(found) else random.Random(seed).sample(found, sample)
        last = self._folder / f"{self._name}.survivors.json"
        before = {tuple(key) for key in json.loads(last.read_text(encoding="utf-8"))} if again else set()
        attempted = [
            item for item in chosen if (not again or item.key in before) and (text is None or text in item.change.key)
        ]
        start = time.monotonic()
        with self._node():
            covered = self._covered()
            began = time.monotonic()
            self._try(attempted, covered, shown=text is not None)
        survivors = [item for item in attempted if not self._outcomes[item.key].killed]
        if text is None:
            last.write_text(json.dumps([item.key for item in survivors]), encoding="utf-8")
        killed = len(chosen) - len(survivors) if text is None else len(attempted) - len(survivors)
        total = len(chosen) if text is None else len(attempted)
        self._print(found, total, killed, survivors, attempted)
        spent = time.monotonic() - began
        print(f"  {spent / max(1, len(attempted)):.1f} seconds a mutant, {began - start:.0f} for their tests' coverage")
        return killed / max(1, total)

    def _mutants(self) -> list[Mutant]:
        return [
            Mutant(path, number, change)
            for path in self._group.module_files
            for number, change in enumerate(changes(ast.parse(path.read_text(encoding="utf-8"))))
            if not self._listed.is_excluded(str(path.relative_to(PROJECT)), change.name)
        ]

    @contextmanager
    def _node(self) -> Iterator[None]:
        """Within it there is an Elasticsearch that all trials use, if the group needs one."""
        if not self._group.node or GIVEN in os.environ:
            yield
            return
        with ephemeral_node() as url:
            os.environ[GIVEN] = url
            try:
                yield
            finally:
                del os.environ[GIVEN]

    def _covered(self) -> Covered:
        """What each test covers, measured anew when modules or tests changed."""
        digest = hashlib.sha256()
        for path in [*self._group.module_files, *self._group.test_files]:
            digest.update(path.read_bytes())
        known = self._folder / f"{self._name}.{digest.hexdigest()[:16]}.json"
        if not known.exists():
            for old in self._folder.glob(f"{self._name}.*.json"):
                if "survivors" not in old.name:
                    old.unlink()

            def work() -> int:
                install.forget()
                return measure(self._group.module_files, [*trial.ARGUMENTS, *self._files], known)

            outcome = trial.in_child(work, BASELINE_SECONDS)
            if outcome.code != 0:
                known.unlink(missing_ok=True)
                raise SystemExit(f"{outcome.output}\nThe tests of {self._name} fail without any mutant: see above.")
            self._clear()
        return Covered.load(known)

    def _try(self, mutants: list[Mutant], covered: Covered, *, shown: bool) -> None:
        importing: list[Mutant] = []
        placed: list[Mutant] = []
        for item in mutants:
            by_import = item.change.function is None or IMPORT in covered.tests(item.path, item.change.lines)
            (importing if by_import else placed).append(item)
        for path in self._group.module_files:
            importlib.import_module(install.module_name(path))
        if placed:
            # Tests are collected once; each child of this process has its functions changed and runs some of them.
            loop = _Loop(self, placed, covered, shown=shown)
            code = pytest.main([*trial.ARGUMENTS, "-s", *self._files], plugins=[loop])
            if code not in {0, 5}:
                raise SystemExit(f"pytest ended with {code}")
        importing += [item for item in placed if self._outcomes[item.key].code == trial.BROKEN]
        for item in importing:
            code_of = install.changed_code(item.path, item.number)
            tests = self._tests(item, covered)
            self._note(
                item,
                trial.in_child(
                    lambda path=item.path, code=code_of, tests=tests: trial.with_import(path, code, self._files, tests),  # type: ignore[misc]
                    self._limit(tests),
                ),
                shown=shown,
            )

    def _tests(self, item: Mutant, covered: Covered) -> dict[str, float]:
        """The tests that may notice a mutant, with their seconds."""
        found = covered.tests(item.path, item.change.lines)
        if item.change.cached or item.change.function is None or IMPORT in found:
            return covered.seconds
        return {test: covered.seconds[test] for test in found}

    @staticmethod
    def _limit(tests: dict[str, float]) -> float:
        return 15 + 3 * sum(tests.values())

    def try_in_place(
        self, item: Mutant, session: pytest.Session, covered: Covered, functions: install.Functions, *, shown: bool
    ) -> None:
        """Try a mutant with functions of this process changed in its child."""
        tests = self._tests(item, covered)
        function = item.change.function
        if (not tests and self._group.node) or function is None:
            self._note(item, trial.Outcome(trial.SURVIVED, 0, "no test runs it"), shown=shown)
            return

        def work() -> int:
            code = install.changed_code(item.path, item.number)
            if not functions.change(item.path, code, function):
                return trial.BROKEN
            return trial.in_place(session, tests)

        outcome = trial.in_child(work, self._limit(tests))
        if outcome.code == trial.SURVIVED and len(tests) <= FEW and not self._group.node:
            # What is cached is run by the first test that needs it, and may be noticed by another.
            tests = covered.seconds
            outcome = trial.in_child(work, self._limit(tests))
        self._note(item, outcome, shown=shown)

    def _note(self, item: Mutant, outcome: trial.Outcome, *, shown: bool) -> None:
        self._outcomes[item.key] = outcome
        if outcome.code == trial.BROKEN:
            return
        end = "survived" if not outcome.killed else "timeout" if outcome.code is None else f"killed {outcome.code}"
        print(f"{outcome.seconds:6.1f} {end:10} {item.name}", flush=True)
        if shown:
            print(outcome.output)
        if outcome.killed:
            trial.killers.update(re.findall(rf"^{trial.BY}(.+)$", outcome.output, re.MULTILINE)[-1:])
            self._clear()

    def _clear(self) -> None:
        """Remove what tests left that were broken off."""
        if self._group.node:
            with connect(os.environ[GIVEN]) as client:
                for name in client.indices.get(index="*", features="aliases", expand_wildcards="all"):
                    client.indices.delete(index=name)

    def _print(
        self, found: list[Mutant], total: int, killed: int, survivors: list[Mutant], attempted: list[Mutant]
    ) -> None:
        late = sum(outcome.code is None for outcome in self._outcomes.values())
        reasons = self._listed.survivors
        listed = [item for item in survivors if item.key in reasons]
        print(
            f"{self._name}: {len(found)} mutants, {total} tried, {killed} killed ({late} by taking too long), "
            f"{len(survivors)} survived, {len(listed)} of them listed: {killed / max(1, total):.1%}"
        )
        for item in survivors:
            if item.key not in reasons:
                print(f"  survived, not listed: {item.name}")
        for item in attempted:
            if item.key in reasons and item not in survivors:
                print(f"  listed, and killed: {item.name}")


class _Loop:
    """A plugin of pytest that, instead of running the collected tests, tries mutants with them."""

    def __init__(self, run: GroupRun, mutants: list[Mutant], covered: Covered, *, shown: bool) -> None:
        self._run, self._mutants, self._covered, self._shown = run, mutants, covered, shown

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try each mutant in a child."""
        functions = install.Functions({item.path for item in self._mutants})
        for item in self._mutants:
            self._run.try_in_place(item, session, self._covered, functions, shown=self._shown)
        return True
