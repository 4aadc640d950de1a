"""Finding the reports of earlier runs in staging."""

from __future__ import annotations

from pipeline.errors import UsageError, nearest
from pipeline.index.generations import Generation
from pipeline.run.live_runs import live_runs
from pipeline.run.reported_runs import report_of
from pipeline.run.results import PlanResult, RunReport
from pipeline.staging.staged_runs import runs, staged_catalogues
from pipeline.staging.store import Staging


def find_report(wanted: str) -> RunReport:
    """The report of a run, or of the last reported run of a catalogue.

    `wanted` is a run id, a catalogue's name, or `catalogue/run id` where catalogues have runs of one id.

    Raises:
        UsageError: there is none, or several; names the latest ones.
    """
    owner, _, run_id = wanted.rpartition("/")
    found: list[RunReport] = []
    latest: list[str] = []
    staged = staged_catalogues()
    for catalogue in staged:
        known = runs(catalogue)
        if wanted == catalogue and (last := last_report(catalogue)):
            return last
        if run_id in known and owner in {"", catalogue}:
            found += [report for report in [report_of(Staging(catalogue, run_id))] if report]
        latest += [f"{catalogue}/{name}" for name in known[-1:]]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(f"{report.catalogue}/{report.run_id}" for report in found)
        raise UsageError(f"Several catalogues have a run {wanted!r}: give one of {names}")
    if wanted in staged:
        raise UsageError(f"There is no report of {wanted}: none of its runs ended with one, or they were pruned.")
    raise UsageError(
        f"There is no report of {wanted!r}.{nearest(wanted, [*staged, *latest])} Give a run id, a catalogue's name, or "
        "catalogue/run id."
    )


def resolved(report: RunReport, live: Generation | None) -> RunReport:
    """The report of a run that ended while it was going live, with what became of it; any other as it is."""
    if report.outcome != "going_live":
        return report
    if report.run_id in live_runs(report.catalogue, live):
        return report.model_copy(update={"outcome": "live"})
    before = PlanResult.staged(Staging(report.catalogue, report.run_id)).live_before
    return report.model_copy(update={"outcome": "not_live", "live": before})


def last_report(catalogue: str) -> RunReport | None:
    """The newest report of a catalogue; None where no run has one, or it was pruned."""
    reports = (report_of(Staging(catalogue, run_id)) for run_id in reversed(runs(catalogue)))
    return next((report for report in reports if report is not None), None)
