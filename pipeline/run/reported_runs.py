"""Runs that ended with a report, as far as what they staged can be read: a fault of one run is none of the others."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from pipeline.run.fetched import FetchResult
from pipeline.run.results import PlanResult, RunReport
from pipeline.staging.staged_runs import passing_over_damage, runs
from pipeline.staging.store import MissingError, Staging, read_ahead


class Reported(NamedTuple):
    """A run that has a report."""

    staging: Staging
    report: RunReport
    fetched: FetchResult
    plan: PlanResult


def reported(catalogue: str) -> list[Reported]:
    """The runs that have a report, oldest first; those that cannot be read are left out with a warning."""
    found = []
    staged = [Staging(catalogue, run_id) for run_id in runs(catalogue)]
    read_ahead(staged, RunReport.NAME, FetchResult.NAME, PlanResult.NAME)
    for staging in staged:
        with passing_over_damage():
            if report := report_of(staging):
                found.append(Reported(staging, report, FetchResult.staged(staging), PlanResult.staged(staging)))
    return found


def report_of(staging: Staging) -> RunReport | None:
    """The report of a run; None where it has none, or with a warning where that cannot be read."""
    with passing_over_damage(), suppress(MissingError):
        return RunReport.staged(staging)
    return None
