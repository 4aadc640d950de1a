"""A run: all stages of one catalogue, one after the other, in one process tree."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from itertools import pairwise

from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue
from pipeline.index.generations import live_generation
from pipeline.model.moments import now
from pipeline.run.candidate import make_early_candidate
from pipeline.run.context import Context, Options, Progress, no_progress
from pipeline.run.embed import embed
from pipeline.run.failures import noting_failure
from pipeline.run.fetch import fetch
from pipeline.run.fetched import FetchResult
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.publish import publish
from pipeline.run.results import EarlyCandidate, PlanResult, RunReport
from pipeline.run.rules import rules_digest
from pipeline.run.workers import process_parts, warm_up

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


def groups_to_load(context: Context, planned: PlanResult) -> list[list[int]]:
    """The parts that are to be loaded, in groups; one group where all of them were loaded as they were processed."""
    parts = FetchResult.staged(context.staging).parts if planned.index else []
    early = EarlyCandidate.staged(context.staging).index if EarlyCandidate.is_staged(context.staging) else None
    return groups(parts, 1 if planned.index == early else MAX_GROUPS)


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
        live = live_generation(client, catalogue.name)
        if live is None or live.meta.rules != rules_digest():
            warm_up()  # every record will be read
        return run_after_fetch(context, fetch(context))


def run_after_fetch(context: Context, fetched: FetchResult) -> RunReport:
    """All stages after `fetch`; returns the run report."""
    progress, done = context.progress, 0
    progress("process", done, fetched.fetched)
    make_early_candidate(context, fetched)
    with context.working_on("process"):
        for result in process_parts(context, fetched):
            done += result.records
            progress("process", done, fetched.fetched)
    progress("plan", 0, None)
    if plan(context).index:
        written = 0
        progress("load", written, None)
        for part in fetched.parts:
            written += load(context, part).written
            progress("load", written, None)
    embed(context)
    progress("gate", 0, None)
    gate(context)
    return publish(context)
