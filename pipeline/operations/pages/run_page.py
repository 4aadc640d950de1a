"""The page of a run: verdict and why, what became of the records, facets, rejects, changes, seconds."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.errors import REJECT_CODES
from pipeline.operations.pages import charts
from pipeline.operations.pages.actions import Action, Actions, Notice
from pipeline.operations.pages.differences import FieldDifference, difference
from pipeline.operations.pages.facet_rows import facet_rows
from pipeline.operations.pages.labels import MODES, reason_label, reason_text, value_label
from pipeline.operations.pages.rendering import render
from pipeline.operations.pages.verdicts import verdict
from pipeline.operations.shown_run import RejectGroup, RunShown
from pipeline.run.details import DocumentChange, ExampleRecord, Reason
from pipeline.run.report_texts import link_rows, vector_rows
from pipeline.run.results import RunReport

SHOWN_PAYLOAD = 1500
"""Characters of a reject's payload that are shown."""

SLOW = 2.0
"""A stage that took this many times its median is pointed out, if that is more than `SLOW_BY` seconds."""
SLOW_BY = 5.0


class ReasonShown(NamedTuple):
    """A reason with its bars; `low` and `high` are between which shares the candidate's was allowed to be."""

    label: str
    text: str
    what: str
    live: float | None
    candidate: float | None
    low: float | None
    high: float | None
    limit: float | None
    examples: tuple[Example, ...]


class Example(NamedTuple):
    """A record in which a reason shows."""

    record: ExampleRecord
    before: str | None
    after: str | None


class RejectsShown(NamedTuple):
    """The rejects of one code."""

    group: RejectGroup
    meaning: str


class ChangeShown(NamedTuple):
    """A changed document, field by field."""

    document: DocumentChange
    fields: tuple[FieldDifference, ...]


class StageRow(NamedTuple):
    """Seconds of one stage. Widths are percent of the longest bar."""

    stage: str
    seconds: float
    median: float | None
    width: float
    median_width: float | None
    slow: bool


def run_page(run: RunShown, actions: Actions | None = None, *, notice: Notice | None = None) -> str:
    """The page as HTML. Without `actions` it has no forms; `notice` is what was just done."""
    report, details = run.report, run.details
    went_live = report is not None and report.outcome in {"live", "promoted", "rolled_back", "unchanged", "going_live"}
    return render(
        "run.html.j2",
        run=run,
        report=report,
        notice=notice,
        actions=actions,
        possible=_possible(run, actions),
        generation=_number(report.generation) if report and report.generation else None,
        verdict=verdict(run),
        mode=MODES[report.mode] if report else None,
        sides=("before", "after") if went_live else ("live", "candidate"),
        reasons=_reasons(run),
        live_before=_live_before(run),
        vectors_and_links=[*vector_rows(report), *link_rows(report)] if report else [],
        flow=charts.flow(report.model_dump()) if report else None,
        facets=facet_rows(report, details) if report else [],
        years=_years(run),
        rejects=[RejectsShown(group, REJECT_CODES.get(group.code, group.code)) for group in run.rejects],
        changes=[ChangeShown(item, tuple(map(difference, item.fields))) for item in details.changes] if details else [],
        changed=report.created + report.updated + report.deleted if report else 0,
        stages=_stages(report, run) if report else [],
        SHOWN_PAYLOAD=SHOWN_PAYLOAD,
    )


def _possible(run: RunShown, actions: Actions | None) -> tuple[Action, ...]:
    """What the user can do about the run."""
    if actions is None:
        return ()
    held = run.report is not None and run.report.outcome == "held"
    wanted: list[tuple[Action, bool]] = [
        ("review", run.waits and held),
        ("promote", run.waits and held),
        ("refuse", run.waits and held),
        ("rollback", run.can_roll_back),
        ("unpin", run.pinned),
    ]
    return tuple(action for action, possible in wanted if possible and actions.url_of(run.catalogue, action))


def _number(generation: str) -> int:
    """Number of a generation, from the name of its index."""
    return int(generation.rpartition(".")[2])


def _reasons(run: RunShown) -> list[ReasonShown]:
    if run.report is None:
        return []
    if run.details is None:
        none = (None, None, None, None, None, ())
        return [ReasonShown(reason_label(text), reason_text(text), "", *none) for text in run.report.gate.reasons]
    return [_reason(reason) for reason in run.details.reasons]


def _reason(reason: Reason) -> ReasonShown:
    low = high = None
    if reason.limit is not None and reason.candidate is not None:
        if reason.code == "max_rejects" or reason.live is None:
            low, high = 0.0, reason.limit
        else:
            low, high = max(0.0, reason.live - reason.limit), min(1.0, reason.live + reason.limit)
    examples = tuple(
        Example(item, _value(reason.facet, item.before), _value(reason.facet, item.after)) for item in reason.examples
    )
    return ReasonShown(
        reason_label(reason.text),
        reason_text(reason.text),
        reason.what,
        reason.live,
        reason.candidate,
        low,
        high,
        reason.limit,
        examples,
    )


def _value(facet: str | None, value: str | None) -> str | None:
    return value_label(facet, value) if facet and value else value


def _live_before(run: RunShown) -> int | None:
    """Documents that were live before the run; None where that is not known."""
    if run.report is None:
        return None
    if run.details is None:
        return run.report.live if run.report.outcome in {"held", "refused"} else None
    return run.details.before.documents if run.details.before else 0


def _years(run: RunShown) -> charts.Histogram | None:
    if run.details is None:
        return None
    before, after = run.details.before, run.details.after
    return charts.histogram(before.years if before else None, after.years if after else None)


def _stages(report: RunReport, run: RunShown) -> list[StageRow]:
    longest = max([*report.seconds.values(), *run.medians.values(), 0.1])
    return [
        StageRow(
            stage,
            taken,
            usual := run.medians.get(stage),
            round(100 * taken / longest, 2),
            None if usual is None else round(100 * usual / longest, 2),
            usual is not None and taken > SLOW * usual and taken - usual > SLOW_BY,
        )
        for stage, taken in report.seconds.items()
    ]
