"""Progress of work that takes longer than a second: bars on standard error, where that is a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from pipeline.cli.output import err

EVERY = 0.1
"""Seconds between two changes of a bar: work is not slowed down by showing it."""


class _Count(ProgressColumn):
    """Records so far, and of how many where that is known."""

    def render(self, task: Task) -> Text:
        """`1,200 of 5,000`, or `1,200 records`; nothing for a stage that counts none."""
        if task.total is not None:
            return Text(f"{task.completed:,.0f} of {task.total:,.0f}")
        return Text(f"{task.completed:,.0f} records" if task.completed else "")


class _Stages:
    """A bar for each stage of a run."""

    def __init__(self, bars: Progress, name: str) -> None:
        self._bars = bars
        self._name = name
        self._stage = ""
        self._task: TaskID | None = None
        self._done = 0
        self._total: int | None = None
        self._shown_at = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take the records so far of a stage, and all of them if known."""
        if stage != self._stage:
            self._show()
            if self._task is not None:
                self._bars.stop_task(self._task)
            self._task = self._bars.add_task(f"{self._name}: {stage}", completed=done, total=total)
            self._stage = stage
        self._done, self._total = done, total
        if time.monotonic() - self._shown_at >= EVERY:
            self._show()

    def _show(self) -> None:
        if self._task is not None:
            self._bars.update(self._task, completed=self._done, total=self._total)
            self._shown_at = time.monotonic()


@contextmanager
def progress_of(name: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for each stage of a run; call what it gives with the stage, records so far, and all of them if known."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), _Count(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        yield _Stages(bars, name)


@contextmanager
def waiting() -> Iterator[Callable[[str], None]]:
    """One line with the time for work that has steps but no count; call what it gives with the name of each step.

    Before the first step, nothing is shown.
    """
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    bars = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
    task = bars.add_task("", total=None)

    def show_step(step: str) -> None:
        bars.update(task, description=step)
        bars.start()

    try:
        yield show_step
    finally:
        bars.stop()
