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


@contextmanager
def progress_of(name: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar for each stage of a run; call what it gives with the stage, records so far, and all of them if known."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), _Count(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}
        shown = 0.0

        def progress(stage: str, done: int, total: int | None) -> None:
            nonlocal shown
            now = time.monotonic()
            if stage not in tasks:
                for task in tasks.values():
                    bars.stop_task(task)
                tasks[stage] = bars.add_task(f"{name}: {stage}", total=total)
            elif now - shown < EVERY and done != total:
                return
            shown = now
            bars.update(tasks[stage], completed=done, total=total)

        yield progress


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
