"""The run report, made from the results of the stages; and what follows from its verdict."""

from __future__ import annotations

from typing import Any

from pipeline.catalogue.corrections import path_of
from pipeline.errors import ExitCode
from pipeline.run.context import Context
from pipeline.run.fetched import FetchResult
from pipeline.run.results import EmbedResult, GateResult, GateSummary, PlanResult, RunReport, VectorSummary
from pipeline.run.totals import Totals

SHOWN_IDS = 5
"""Corrections without a record that a note names."""


def summarise(  # noqa: PLR0917 - one argument a stage
    context: Context,
    fetched: FetchResult,
    plan: PlanResult,
    gate: GateResult,
    totals: Totals,
    watermark: str | None,
) -> RunReport:
    """The report of a run, from the results of its stages, before it goes live."""
    held = gate.verdict == "hold"
    embedded = _embedded(context, plan)
    return RunReport(
        catalogue=context.catalogue.name,
        run_id=context.run_id,
        mode=fetched.mode,
        generation=plan.index,
        live=plan.live_before if held else gate.live,
        judged=gate.live,
        fetched=totals.fetched,
        repeated=totals.repeated,
        read=totals.read,
        rejected=totals.rejected,
        deletions=totals.deletions,
        created=totals.created,
        updated=totals.updated,
        unchanged=totals.unchanged,
        deleted=totals.deleted,
        kept=totals.kept,
        rejects=totals.rejects,
        coverage=gate.coverage,
        doubted=gate.doubted,
        vectors=embedded and VectorSummary(**embedded.model_dump(include={*VectorSummary.model_fields})),
        gate=GateSummary(verdict=gate.verdict, reasons=gate.reasons),
        outcome="held" if held else "going_live" if plan.index else "unchanged",
        seconds={
            "fetch": fetched.seconds,
            "process": totals.seconds["process"],
            "plan": plan.seconds,
            "load": totals.seconds["load"],
            **({"embed": embedded.seconds} if embedded else {}),
            "gate": gate.seconds,
        },
        started=fetched.started,
        watermark=watermark,
        complete=fetched.complete,
        notes=(*_notes(context, fetched, plan), *_note_of_vectors(embedded), *_note_of_doubts(context, gate)),
    )


def _notes(context: Context, fetched: FetchResult, plan: PlanResult) -> list[str]:
    """What a person should know beside the counts, a sentence each."""
    notes = []
    if fetched.rebuild_reasons:
        notes.append(f"this was a full run because {'; '.join(fetched.rebuild_reasons)}")
    if fetched.harvested:
        notes.append(
            f"the records are those in staging, last harvested at {fetched.harvested}: the catalogue was not asked"
        )
    notes += _notes_of_plan(context, plan)
    if fetched.refetched:
        notes.append(f"{fetched.refetched} records were read again from staging: their corrections changed")
    if fetched.repeated:
        notes.append(
            f"{fetched.repeated} of the records and deletions that were sent "
            f"{'is a repeat' if fetched.repeated == 1 else 'are repeats'}: "
            "of several versions of a record the newest counts"
        )
    if fetched.unchanged_upstream:
        notes.append(f"{fetched.unchanged_upstream} records are listed as unchanged and were not fetched")
    notes += fetched.losses
    if plan.start_empty and plan.live_index and not fetched.is_full_snapshot:
        notes.append("live documents that this run did not fetch were copied as they are")
    if not fetched.complete:
        notes.append("the harvest was not complete: nothing was deleted for being absent; the watermark did not move")
    return notes


def _embedded(context: Context, plan: PlanResult) -> EmbedResult | None:
    """What became of the vectors in this very plan; None where none were asked for."""
    if not EmbedResult.is_staged(context.staging):
        return None
    found = EmbedResult.staged(context.staging)
    return found if found.plan_id == plan.plan_id else None


def _note_of_vectors(embedded: EmbedResult | None) -> list[str]:
    if embedded is None or not embedded.missing:
        return []
    have = "document has" if embedded.missing == 1 else "documents have"
    what = f"{embedded.missing:,} {have} no vector yet, and are found by their words alone; the next run tries again"
    return [f"{what}. {embedded.problem}" if embedded.problem else what]


def _note_of_doubts(context: Context, gate: GateResult) -> list[str]:
    """How many documents a person should look at, if any."""
    if not gate.doubted:
        return []
    are = "document is" if gate.doubted == 1 else "documents are"
    return [f"{gate.doubted:,} {are} in doubt: study-index doubts {context.catalogue.name} lists what is live of them"]


def _notes_of_plan(context: Context, plan: PlanResult) -> list[str]:
    notes = []
    if plan.not_deleted:
        notes.append(
            f"{plan.not_deleted} live documents are not in the full snapshot and stay: some rejects name no record, "
            "so these documents may be theirs"
        )
    if plan.suppressed:
        notes.append(
            f"{plan.suppressed} live documents are deleted because corrections suppress them; no limit counts them"
        )
    if plan.ageing:
        notes.append(f"{plan.ageing} live documents of ongoing studies did not cover the present year, and do now")
    if plan.unmatched:
        ids = plan.unmatched
        some = ", ".join(ids[:SHOWN_IDS]) + (" …" if len(ids) > SHOWN_IDS else "")
        notes.append(
            f"{len(ids)} {'correction matches' if len(ids) == 1 else 'corrections match'} no record that was read: "
            f"{some}. Correct or remove the ids in {path_of(context.catalogue).name}"
        )
    return notes


def for_meta(report: RunReport) -> dict[str, Any]:
    """The summary that `_meta` keeps: all but what `_meta` has anyway, and what is known only afterwards."""
    return report.model_dump(mode="json", exclude={"seconds", "catalogue", "watermark", "outcome"})


def exit_code(report: RunReport) -> ExitCode:
    """How a command ends that made this run."""
    if report.held:
        return ExitCode.HELD
    return ExitCode.REJECTS if report.rejected else ExitCode.DONE
