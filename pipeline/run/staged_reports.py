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
        DamagedError: it is damaged.
    """
    owner, _, run_id = wanted.rpartition("/")
    staged = staged_catalogues()
    if wanted in staged:
        if (last := last_report(wanted)) is not None:
            return last
        raise UsageError(f"There is no report of {wanted}: none of its runs ended with one, or they were pruned.")
    places = [Staging(name, run_id) for name in staged if owner in {"", name} and run_id in runs(name)]
    found = [place for place in places if RunReport.is_staged(place)]
    if len(found) == 1:
        return RunReport.staged(found[0])
    if found:
        names = ", ".join(f"{place.catalogue}/{place.run_id}" for place in found)
        raise UsageError(f"Several catalogues have a run {wanted!r}: give one of {names}")
    latest = [f"{report.catalogue}/{report.run_id}" for name in staged if (report := last_report(name))]
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
