"""A run: all stages of one catalogue, one after the other, in one process tree."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import pairwise, repeat
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError
from pipeline.model.moments import now
from pipeline.run.context import Context, Options, Progress, no_progress
from pipeline.run.failures import noting_failure
from pipeline.run.fetch import fetch
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.publish import publish
from pipeline.run.results import FetchResult, ProcessResult, RunReport
from pipeline.staging.store import Staging

DEFAULT = Options()

MAX_GROUPS = 1000
"""Mapped tasks of one stage at most; Airflow refuses more than 1,024."""


def new_run_id() -> str:
    """An id that sorts by time: `20250131T235959Z-1a2b`."""
    return f"{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def groups(parts: Sequence[int], at_most: int = MAX_GROUPS) -> list[list[int]]:
    """The parts in order, in at most `at_most` groups of nearly equal size.

    >>> groups([0, 1, 2], at_most=2)
    [[0, 1], [2]]
    """
    number = min(len(parts), at_most)
    size, longer = divmod(len(parts), number) if number else (0, 0)
    ends = [index * size + min(index, longer) for index in range(number + 1)]
    return [list(parts[start:end]) for start, end in pairwise(ends)]


def run(
    catalogue: Catalogue,
    client: Elasticsearch,
    options: Options = DEFAULT,
    *,
    run_id: str | None = None,
    progress: Progress = no_progress,
) -> RunReport:
    """Run all stages; returns the run report.

    Raises:
        UsageError, RetryError, FailError: nothing that readers see has changed then, except that a RetryError at the
            swap leaves open whether the run is live: `report` shows it.
    """
    context = Context(catalogue, run_id or new_run_id(), client, options, progress)
    with context.working_on("run"), noting_failure(context.staging, "run"):
        return run_after_fetch(context, fetch(context))


def run_after_fetch(context: Context, fetched: FetchResult) -> RunReport:
    """All stages after `fetch`; returns the run report."""
    catalogue, progress, parts = context.catalogue, context.progress, fetched.parts
    done = 0
    progress("process", done, fetched.fetched)
    with context.working_on("process"), _mapping(len(parts)) as mapped:
        for result in mapped(_process, repeat(catalogue), repeat(context.run_id), parts):
            done += result.records
            progress("process", done, fetched.fetched)
    progress("plan", 0, None)
    if plan(context).index:
        written = 0
        progress("load", written, None)
        for part in parts:
            written += load(context, part).written
            progress("load", written, None)
    progress("gate", 0, None)
    gate(context)
    return publish(context)


def _process(catalogue: Catalogue, run_id: str, part: int) -> ProcessResult:
    return process(catalogue, Staging(catalogue.name, run_id), part)


@contextmanager
def _mapping(tasks: int) -> Iterator[Any]:
    """`map` over processes where there is work for several, else in this one."""
    workers = min(tasks, os.cpu_count() or 1)
    if workers < 2:
        yield map
        return
    try:
        with ProcessPoolExecutor(workers, initializer=_end_with_the_run) as pool:
            yield pool.map
    except BrokenProcessPool as error:
        raise FailError(
            "A process that read records was ended from outside, most likely because memory ran out. Nothing in the "
            "index has changed. Give it more memory, then run the catalogue again."
        ) from error


def _end_with_the_run() -> None:
    """End this process when the run ends that it reads records for; else it would wait forever if that is killed."""

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
