"""Publish: the judged candidate goes live, or waits; the report is written either way."""

from __future__ import annotations

from pipeline.errors import FailError
from pipeline.index.generations import Generation, delete, known_and_live, swap, write_meta
from pipeline.index.lifecycle import discard_candidates, prune, remove_suppressed, state
from pipeline.model.moments import timestamp
from pipeline.run import refetch_corrected, report
from pipeline.run.context import Context, Stopwatch
from pipeline.run.results import FetchResult, GateResult, PlanResult, RunReport
from pipeline.run.staged_corrections import staged
from pipeline.run.totals import add_up


def publish(context: Context) -> RunReport:
    """Let the candidate go live if the gate passed it, write the run report, and prune generations.

    Suppressed records are deleted from the generations that are not live too, so that no rollback or promote brings
    them back.

    Raises:
        FailError: what is live is not what the run was compared with, so that it would undo another run's changes.
    """
    stopwatch = Stopwatch()
    staging, client = context.staging, context.client
    fetched, plan, gate = FetchResult.staged(staging), PlanResult.staged(staging), GateResult.staged(staging)
    known, live = known_and_live(client, context.catalogue.name)
    candidate = next((item for item in known if item.number == plan.generation), None)
    if candidate is None or not candidate.live:
        _refuse_stale(context, plan, candidate, live)
    watermark = _watermark(context, fetched, live.meta.watermark if live else None)
    summary = report.summarise(context, fetched, plan, gate, add_up(staging), watermark)
    corrections = staged(staging)
    known_now = {
        "watermark": watermark,
        "report": report.for_meta(summary),
        "corrections": refetch_corrected.applied(
            live.meta.corrections if live else {}, corrections.digests(), all_applied=fetched.has_all_changes
        ),
        "unmatched": plan.unmatched,
    }
    if candidate is not None:
        write_meta(client, candidate.index, candidate.meta.replaced(**known_now))
        if gate.verdict == "pass" and not candidate.live:
            swap(client, candidate, live)
    elif live is not None and gate.verdict == "pass":
        write_meta(client, live.index, live.meta.replaced(**known_now, checked_at=timestamp()))
        if fetched.has_all_changes:
            discard_candidates(client, context.catalogue.name)
    summary = summary.model_copy(update={"seconds": {**summary.seconds, "publish": stopwatch.seconds}})
    summary.stage(staging)
    prune(client, context.catalogue.name)
    remove_suppressed(client, context.catalogue.name, corrections.suppressed())
    return summary


def _refuse_stale(context: Context, plan: PlanResult, candidate: Generation | None, live: Generation | None) -> None:
    same = (live.index if live else None) == plan.live_index
    if same and (candidate is not None or plan.index is None):
        return
    if candidate is not None and state(candidate, live) in {"candidate", "building"}:
        delete(context.client, [candidate])
    what = (
        f"{plan.index} was deleted"
        if same
        else f"{live.index if live else 'nothing'} is live now, and this run was compared with "
        f"{plan.live_index or 'nothing'}"
    )
    raise FailError(
        f"{context.catalogue.name}: {what}. Another run, a promote or a rollback took place meanwhile. Nothing of "
        "this run went live; run the catalogue again."
    )


def _watermark(context: Context, fetched: FetchResult, before: str | None) -> str | None:
    """The harvest's watermark; the one before where the harvest is not all that was to be harvested."""
    if not fetched.complete or context.options.since is not None:
        return before
    return fetched.watermark or before or None
