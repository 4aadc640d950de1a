"""All that the page of a run shows, gathered from staging and `_meta`: of a run that ended, failed, or is at work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from pipeline import catalogue as catalogues
from pipeline.errors import StudyIndexError, UsageError
from pipeline.index.generations import Generation
from pipeline.index.states import state
from pipeline.model.moments import timestamp
from pipeline.model.raw import Reject
from pipeline.run.details import RunDetails
from pipeline.run.fetched import FetchResult
from pipeline.run.rejects import rejects_of
from pipeline.run.reported_runs import Reported, report_of
from pipeline.run.results import EmbedResult, GateResult, LoadResult, PlanResult, ProcessResult, RunFailure, RunReport
from pipeline.run.staged import PartResult, Staged
from pipeline.run.staged_reports import resolved
from pipeline.staging.staged_runs import passing_over_damage
from pipeline.staging.store import MissingError, Staging

Kind = TypeVar("Kind", bound=Staged)
Part = TypeVar("Part", bound=PartResult)

SHOWN_REJECTS = 20
"""Rejects of each code that the page lists."""
COMPARED_RUNS = 10
"""Earlier runs with which the seconds of a run are compared."""


@dataclass(frozen=True)
class RejectGroup:
    """The rejects of one code: how many there are, and the first of them."""

    code: str
    total: int
    first: tuple[Reject, ...]


@dataclass(frozen=True)
class StageDone:
    """How far a stage came: parts that are done, of all; `text` states what was done. `of` is None where unknown."""

    stage: str
    done: int
    of: int | None
    text: str

    @property
    def complete(self) -> bool:
        """Whether the stage has ended."""
        return self.of is not None and self.done >= self.of


@dataclass(frozen=True)
class RunShown:
    """See the head of this module. Without a report and a failure, the run is at work or was stopped from outside."""

    catalogue: str
    run_id: str
    title: str | None
    """Title of the catalogue; None where its file cannot be used."""
    report: RunReport | None
    """With what became of the run since."""
    details: RunDetails | None = None
    failure: RunFailure | None = None
    rejects: tuple[RejectGroup, ...] = ()
    rejects_fault: str | None = None
    """Why the rejects cannot be listed, although there are some."""
    medians: Mapping[str, float] = field(default_factory=dict)
    """Median of the seconds of each stage over earlier runs of the same mode, which harvested all that they could."""
    compared_runs: int = 0
    """Number of the runs behind `medians`."""
    stages: tuple[StageDone, ...] = ()
    """How far a run without a report came."""
    waits: bool = False
    """Whether the candidate of the run can still go live."""
    can_roll_back: bool = False
    """Whether what the run made is live and can be rolled back."""
    pinned: bool = False
    """Whether the catalogue is pinned at this moment."""
    shown_at: str = field(default_factory=timestamp)
    """ISO 8601 time."""


def shown_run(catalogue: str, run_id: str, known: Iterable[Generation] | None) -> RunShown:
    """What there is to show of a run. `known` are generations; those of other catalogues do not matter.

    Where they cannot be known (None), the report is shown as the run left it.

    Raises:
        UsageError: nothing is staged for such a run.
    """
    own = [item for item in known or () if item.catalogue == catalogue]
    live = next((item for item in own if item.live), None)
    staging = Staging(catalogue, run_id)
    report, failure = report_of(staging), _staged(RunFailure, staging)
    if report is None and failure is None and not staging.has_begun:
        raise UsageError(
            f"Nothing is staged for run {run_id} of {catalogue}: it has not begun, or it was pruned. Its counts are in "
            "the log of its task `report`."
        )
    report = resolved(report, own) if report and known is not None else report
    rejects, fault = _rejects(staging, report)
    seconds = _earlier_seconds(report, live) if report else []
    made = next((item for item in own if report and item.index == report.generation), None)
    return RunShown(
        catalogue=catalogue,
        run_id=run_id,
        title=title_of(catalogue),
        report=report,
        details=_staged(RunDetails, staging),
        failure=failure if report is None or _is_later(failure, report) else None,
        rejects=rejects,
        rejects_fault=fault,
        medians=medians(seconds),
        compared_runs=len(seconds),
        stages=() if report else stages_done(staging),
        waits=made is not None and made.meta.run_id == run_id and state(made, live) == "candidate",
        can_roll_back=made is not None and made.live and _can_roll_back(own, made),
        pinned=live is not None and live.meta.pinned is not None,
    )


def title_of(catalogue: str) -> str | None:
    """Title of a catalogue; None where its file is missing or cannot be used."""
    try:
        return catalogues.find(catalogue, variables_set=False).title
    except UsageError:
        return None


def medians(seconds: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The median of each stage over the runs that have it."""
    found: dict[str, list[float]] = {}
    for run in seconds:
        for stage, taken in run.items():
            found.setdefault(stage, []).append(taken)
    return {stage: median(taken) for stage, taken in found.items()}


def stages_done(staging: Staging) -> tuple[StageDone, ...]:
    """How far a run came, by what its stages left in staging; stages that have not begun are absent."""
    fetched = _staged(FetchResult, staging)
    if fetched is None:
        return (StageDone("fetch", 0, None, "records are being fetched"),)
    parts = len(fetched.parts)
    processed = _of_parts(ProcessResult, staging, fetched)
    rejected = sum(item.rejected for item in processed)
    found = [
        StageDone("fetch", 1, 1, f"{fetched.fetched:,} records"),
        StageDone("process", len(processed), parts, f"{sum(p.read for p in processed):,} read, {rejected:,} rejected"),
    ]
    if plan := _staged(PlanResult, staging):
        changes = f"{plan.created:,} to create, {plan.updated:,} to update, {plan.deleted:,} to delete"
        found.append(StageDone("plan", 1, 1, changes))
        loaded = [item for item in _of_parts(LoadResult, staging, fetched) if item.plan_id == plan.plan_id]
        if plan.index:
            found.append(StageDone("load", len(loaded), parts, f"{sum(p.written for p in loaded):,} documents written"))
    if plan and (embedded := _staged(EmbedResult, staging)) and embedded.plan_id == plan.plan_id:
        vectors = f"{embedded.made:,} new vectors, {embedded.reused:,} cached, {embedded.missing:,} missing"
        found.append(StageDone("embed", 1, 1, vectors))
    if plan and (gate := _staged(GateResult, staging)) and gate.plan_id == plan.plan_id:
        found.append(StageDone("gate", 1, 1, "passed" if gate.verdict == "pass" else "held"))
    return tuple(found)


def _of_parts(kind: type[Part], staging: Staging, fetched: FetchResult) -> list[Part]:
    found = []
    for part in fetched.parts:
        with passing_over_damage():
            try:
                found.append(kind.of_part(staging, part))
            except MissingError:
                continue
    return found


def _staged(kind: type[Kind], staging: Staging) -> Kind | None:
    """What was staged; None where it was not, or with a warning where it cannot be read."""
    with passing_over_damage():
        try:
            return kind.staged(staging)
        except MissingError:
            return None
    return None


def _is_later(failure: RunFailure | None, report: RunReport) -> bool:
    """Whether a run failed although it has a report: as it was going live."""
    return failure is not None and report.outcome in {"going_live", "not_live"}


def _rejects(staging: Staging, report: RunReport | None) -> tuple[tuple[RejectGroup, ...], str | None]:
    """The first rejects of each code, the most common code first; or why they cannot be listed."""
    if report is None or not report.rejects:
        return (), None
    try:
        run = Reported(staging, report, FetchResult.staged(staging), PlanResult.staged(staging))
        first: dict[str, list[Reject]] = {code: [] for code in report.rejects}
        wanted = {code: min(total, SHOWN_REJECTS) for code, total in report.rejects.items()}
        for reject in rejects_of(run):
            if len(listed := first.setdefault(reject.code, [])) < SHOWN_REJECTS:
                listed.append(reject)
            if all(len(first[code]) >= number for code, number in wanted.items()):
                break  # without reading the payloads of all others
    except StudyIndexError as error:
        return tuple(RejectGroup(code, total, ()) for code, total in report.rejects.items()), str(error)
    groups = (RejectGroup(code, report.rejects.get(code, len(some)), tuple(some)) for code, some in first.items())
    return tuple(sorted(groups, key=lambda group: -group.total)), None


def _earlier_seconds(report: RunReport, live: Generation | None) -> list[Mapping[str, float]]:
    """Seconds of the last runs of the same mode before this one, as `_meta` has them.

    Runs that read staged records, or a part of the catalogue, took less than any harvest.
    """
    history = live.meta.history if live else ()
    others = (run for run in history if run.run_id != report.run_id and run.at <= report.started)
    earlier = [run for run in others if run.mode == report.mode and run.harvested is None and not run.partial]
    return [run.seconds for run in earlier[-COMPARED_RUNS:]]


def _can_roll_back(own: list[Generation], live: Generation) -> bool:
    return live.meta.pinned is None and any(state(item, live) == "previous" for item in own)
