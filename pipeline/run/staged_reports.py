"""Finding the reports of earlier runs in staging."""

from __future__ import annotations

from pipeline.errors import UsageError, nearest
from pipeline.index.generations import Generation
from pipeline.index.meta import Action, Decision
from pipeline.run.failures import failure_of
from pipeline.run.live_runs import live_runs
from pipeline.run.reported_runs import report_of
from pipeline.run.results import Outcome, PlanResult, RunReport
from pipeline.staging.staged_runs import runs, staged_catalogues
from pipeline.staging.store import Staging

DECISIVE: tuple[Action, ...] = ("promote", "refuse", "rollback")
"""Decisions about whether a run is to be live."""


def find_report(wanted: str) -> RunReport:
    """The report of a run, or of the last reported run of a catalogue.

    `wanted` is a run id, a catalogue's name, or `catalogue/run id` where catalogues have runs of one id.

    Raises:
        UsageError: there is none, or several; names the latest ones.
        DamagedError: it is damaged.
    """
    staged = staged_catalogues()
    if wanted in staged:
        if (last := last_report(wanted)) is not None:
            return last
        raise UsageError(f"There is no report of {wanted}: none of its runs ended with one, or they were pruned.")
    places = _places(wanted)
    found = [place for place in places if RunReport.is_staged(place)]
    if len(found) == 1:
        return RunReport.staged(found[0])
    if found:
        names = ", ".join(f"{place.catalogue}/{place.run_id}" for place in found)
        raise UsageError(f"Several catalogues have a run {wanted!r}: give one of {names}")
    for place in places:
        if failure := failure_of(place):
            raise UsageError(
                f"Run {place.run_id} of {place.catalogue} has no report: it ended with an error at {failure.at}, in "
                f"{failure.in_stage}: {failure.message}"
            )
    latest = [f"{report.catalogue}/{report.run_id}" for name in staged if (report := last_report(name))]
    raise UsageError(
        f"There is no report of {wanted!r}.{nearest(wanted, [*staged, *latest])} Give a run id, a catalogue's name, or "
        "catalogue/run id."
    )


def find_without_report(wanted: str) -> Staging | None:
    """What is staged of a run that has no report, as it failed or is at work; None where there is not one such run."""
    found = [place for place in _places(wanted) if not RunReport.is_staged(place)]
    return found[0] if len(found) == 1 else None


def _places(wanted: str) -> list[Staging]:
    """What is staged of the runs of that id."""
    owner, _, run_id = wanted.rpartition("/")
    return [Staging(name, run_id) for name in staged_catalogues() if owner in {"", name} and run_id in runs(name)]


def resolved(report: RunReport, known: list[Generation]) -> RunReport:
    """The report with what became of the run since: how one ended that was going live, and what a person decided.

    `known` are the generations of the catalogue. What is stated of the run alone stays as it was staged.
    """
    live = next((item for item in known if item.live), None)
    decision = _decision(report.run_id, known)
    in_live = report.run_id in live_runs(report.catalogue, live)
    if decision is not None and decision.action == "rollback":
        ended = _ended(report, "rolled_back", _live_before(report), decision)
        return ended.model_copy(update={"promotion": _decision(report.run_id, known, ("promote",))})
    went_live = in_live and report.generation is not None  # else it changes nothing, so nothing could go live
    if report.outcome == "held" and (went_live or (decision is not None and decision.action == "promote")):
        return _ended(report, "promoted", report.judged, decision)
    if report.outcome == "held" and decision is not None:
        return _ended(report, "refused", report.live, decision)
    if report.outcome != "going_live":
        return report if decision is None else report.model_copy(update={"decision": decision})
    if in_live:
        return _ended(report, "live", report.live, decision)
    return _ended(report, "not_live", _live_before(report), decision)


def _decision(run_id: str, known: list[Generation], actions: tuple[Action, ...] = DECISIVE) -> Decision | None:
    """The last decision about a run that is one of these actions: by default, any about whether it is to be live."""
    found = [each for item in known for each in item.meta.decisions if each.run_id == run_id]
    decisive = sorted((each for each in found if each.action in actions), key=lambda each: each.at)
    return decisive[-1] if decisive else None  # of several in a second the one that was written last


def _ended(report: RunReport, outcome: Outcome, live: int, decision: Decision | None) -> RunReport:
    return report.model_copy(update={"outcome": outcome, "live": live, "decision": decision})


def _live_before(report: RunReport) -> int:
    return PlanResult.staged(Staging(report.catalogue, report.run_id)).live_before


def last_report(catalogue: str) -> RunReport | None:
    """The newest report of a catalogue; None where no run has one, or it was pruned."""
    reports = (report_of(Staging(catalogue, run_id)) for run_id in reversed(runs(catalogue)))
    return next((report for report in reports if report is not None), None)
