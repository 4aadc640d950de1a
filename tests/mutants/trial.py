"""Trying a mutant: a child of this process makes the change and runs tests until one fails."""

from __future__ import annotations

import os
import resource
import select
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import pytest

from tests.mutants import install

SURVIVED, KILLED, BROKEN = 0, 1, 3
BY = "killed by "
"""Before the name of the test that failed, in what a child prints."""
PATIENCE = 6
"""How many times as long as its processor time a child may take on the clock."""
MOST_EARLY = 20
"""Tests that are run first because they killed other mutants, at most."""
ARGUMENTS = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "--tb=short"]


killers: Counter[str] = Counter()
"""How many mutants each test killed."""


@dataclass(frozen=True)
class Outcome:
    """How a child ended."""

    code: int | None
    """Its exit code; None where it did not end in time."""
    seconds: float
    output: str

    @property
    def killed(self) -> bool:
        """Whether a test noticed the change."""
        return self.code != SURVIVED


def in_child(work: Callable[[], int], seconds: float) -> Outcome:
    """Do the work in a child of this process, which ends with all that it started, at the latest after so long.

    `seconds` are those of the processor; on the clock it may take `PATIENCE` times as long, as other processes may
    keep the processor busy.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        output = Path(folder) / "output"
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            _be_child(work, Path(folder), output, seconds)
        watched = os.pidfd_open(child)
        ended, _, _ = select.select([watched], [], [], seconds * PATIENCE)
        os.close(watched)
        with suppress(ProcessLookupError):  # all of it has ended
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status) if ended else None
        if code in {-signal.SIGXCPU, -signal.SIGKILL}:
            code = None
        return Outcome(code, time.monotonic() - start, output.read_text(encoding="utf-8", errors="replace"))


def _be_child(work: Callable[[], int], folder: Path, output: Path, seconds: float) -> None:
    code = BROKEN
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
        written = os.open(output, os.O_WRONLY | os.O_CREAT)
        for descriptor in (1, 2):
            os.dup2(written, descriptor)
        os.environ["TMPDIR"] = str(folder)
        tempfile.tempdir = str(folder)
        code = work()
    except BaseException:  # noqa: BLE001 - whatever it is, it is shown, and the child ends
        traceback.print_exc()
    finally:
        os._exit(code)


class Chosen:
    """A plugin of pytest that runs the chosen tests only, those of the fastest files first."""

    def __init__(self, tests: dict[str, float]) -> None:
        self._tests = tests

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not chosen."""
        items[:] = in_order([item for item in items if item.nodeid in self._tests], self._tests)


def in_order(items: Iterable[pytest.Item], seconds: dict[str, float]) -> list[pytest.Item]:
    """Tests by file, the file with the fastest tests first, so that shared fixtures are made once.

    Those that killed mutants before come first, as they are likely to kill more.
    """
    files: dict[str, list[pytest.Item]] = {}
    early = sorted((item for item in items if item.nodeid in killers), key=lambda item: -killers[item.nodeid])
    for item in items:
        if item.nodeid in killers:
            continue
        files.setdefault(item.nodeid.split("::")[0], []).append(item)
    mean = {name: sum(seconds[item.nodeid] for item in of) / len(of) for name, of in files.items()}
    return (
        early[:MOST_EARLY]
        + [item for name in sorted(files, key=mean.__getitem__) for item in files[name]]
        + early[MOST_EARLY:]
    )


def with_import(path: Path, code: CodeType, files: list[str], tests: dict[str, float]) -> int:
    """Import the changed module, and all that imports it; run the chosen tests."""
    install.at_import(path, code)
    ended = pytest.main([*ARGUMENTS, *files], plugins=[Chosen(tests)])
    return SURVIVED if ended in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} else KILLED


def in_place(session: pytest.Session, tests: dict[str, float]) -> int:
    """Run the chosen ones of the tests that were collected, until one fails."""
    items = in_order([item for item in session.items if item.nodeid in tests], tests)
    for number, item in enumerate(items):
        following = items[number + 1] if number + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            print(f"\n{BY}{item.nodeid}", flush=True)
            return KILLED
    return SURVIVED
