"""Publish: the judged candidate goes live, or waits; the report is written either way.

The report is staged before anything goes live: where staging fails, nothing has changed. It states `going_live` then,
and is replaced after the swap. If the run ends in between, readers of the report find out what is live
(`staged_reports.resolved`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pipeline.errors import FailError, StudyIndexError
from pipeline.index import lookup
from pipeline.index.generations import ALIAS, Generation, delete, known_and_live, swap, write_meta
from pipeline.index.lifecycle import candidates, remove_suppressed
from pipeline.index.meta import HISTORY, PastRun, links_after
from pipeline.index.states import KEPT, replaced, state
from pipeline.model.moments import timestamp
from pipeline.protocols import NOT_RECEIVED
from pipeline.run import refetch_corrected, report
from pipeline.run.candidate import made_anew
from pipeline.run.compare import Change, uuids_of
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.fetched import FetchResult
from pipeline.run.handed_on import refuse_other_plan
from pipeline.run.results import GateResult, PlanResult, RunReport
from pipeline.run.staged_corrections import staged
from pipeline.run.totals import Totals, add_up

LOG = logging.getLogger(__name__)


@under_lease
def publish(context: Context) -> RunReport:
    """Let the candidate go live if the gate passed it, write the run report, and prune generations.

    Suppressed records are deleted from the generations that are not live too, so that no rollback or promote brings
    them back. What follows the swap makes no error of a run that is live: what could not be done is in the notes.

    Raises:
        FailError: what is live is not what the run was compared with, so that it would undo another run's changes;
            a person refused it; another catalogue of the source has a study live by now; or the counts of the run do
            not add up.
    """
    stopwatch = Stopwatch()
    staging, client = context.staging, context.client
    fetched, plan, gate = FetchResult.staged(staging), PlanResult.staged(staging), GateResult.staged(staging)
    refuse_other_plan(staging, gate.plan_id, plan)
    known, live = known_and_live(client, context.catalogue.name)
    candidate = next((item for item in known if item.number == plan.generation), None)
    if candidate is None or not candidate.live:
        _refuse_stale(context, plan, candidate, live)
        if candidate is not None and candidate.meta.state == "refused" and gate.verdict == "pass":
            raise FailError(
                f"{context.catalogue.name}: {plan.index} passed the gate, and was refused before it went live. What is "
                f"live is untouched; study-index promote {context.catalogue.name} lets it go live."
            )
    totals = add_up(staging)
    totals.check(staging, gate.live)
    watermark = _watermark(context, fetched, live.meta.watermark if live else None)
    summary = report.summarise(context, fetched, plan, gate, totals, watermark)
    corrections = staged(staging, fetched)
    summary.stage(staging)
    known_now = {
        "watermark": watermark,
        "report": {**report.for_meta(summary), "plan_id": plan.plan_id},
        "corrections": refetch_corrected.applied(
            live.meta.corrections if live else {}, corrections.digests(), all_applied=fetched.has_all_changes
        ),
        "unmatched": plan.unmatched,
        "rules": plan.rules,
        "catalogue_keys": live.meta.catalogue_keys
        if live is not None and not made_anew(live, fetched)
        else fetched.catalogue_keys,
        "not_received": _not_received(fetched, totals, live.meta.not_received if live else 0),
        "history": (*(live.meta.history if live else ()), _past(context, summary, fetched))[-HISTORY:],
    }
    if live is not None and (live == candidate or _knows(live, plan)):
        pass  # an earlier try of this stage came so far: what it wrote would be counted twice
    elif candidate is not None:
        links = links_after(live.meta if live else None)
        write_meta(client, candidate.index, candidate.meta.replaced(**known_now, links=links))
        if gate.verdict == "pass":
            _refuse_second(context, plan, candidate)
            swap(client, candidate, live)
    elif live is not None and gate.verdict == "pass":
        write_meta(client, live.index, live.meta.replaced(**known_now, checked_at=timestamp()))
    notes = _tidy_up(
        context, corrections.suppressed(), candidates_too=summary.outcome == "unchanged" and fetched.has_all_changes
    )
    done = summary.model_copy(
        update={
            "outcome": "live" if summary.outcome == "going_live" else summary.outcome,
            "notes": (*summary.notes, *notes),
            "seconds": {**summary.seconds, "publish": stopwatch.seconds},
        }
    )
    if problem := _problem_of(done.stage, staging):
        LOG.warning("%s: the report of run %s is as it was before the swap: %s", done.catalogue, done.run_id, problem)
    return done


def _knows(live: Generation, plan: PlanResult) -> bool:
    """Whether what is live states the report of this very plan already."""
    return (live.meta.report or {}).get("plan_id") == plan.plan_id


def _tidy_up(context: Context, suppressed: dict[str, str], *, candidates_too: bool) -> list[str]:
    """What follows the swap and changes nothing that readers see; returns a note on each thing that is left to do."""
    client = context.client
    try:
        known, live = known_and_live(client, context.catalogue.name)
    except (StudyIndexError, OSError) as error:
        return [_left("what earlier runs left is not deleted", error)]
    outdated = candidates(known, live) if candidates_too else []
    notes = []
    if problem := _problem_of(delete, client, outdated):
        notes.append(_left("a candidate that is out of date still waits", problem))
    else:
        known = [item for item in known if item not in outdated]
    if problem := _problem_of(delete, client, replaced(known, live)):
        notes.append(_left("generations that are no longer needed are not all deleted", problem))
    if problem := _problem_of(remove_suppressed, client, known, live, suppressed):
        notes.append(_left("suppressed documents are not all deleted from generations that are not live", problem))
    return notes


def _left(what: str, problem: object) -> str:
    return f"{what}; the next run tries again. {problem}"


def _problem_of(task: Callable[..., Any], *arguments: Any) -> str | None:
    """Do something after the swap; returns why it could not be done, or None."""
    try:
        task(*arguments)
    except (StudyIndexError, OSError) as error:
        return str(error)
    return None


def _refuse_stale(context: Context, plan: PlanResult, candidate: Generation | None, live: Generation | None) -> None:
    same = (live.index if live else None) == plan.live_index
    is_now = state(candidate, live) if candidate else None
    if same and is_now != "rolled_back" and (candidate is not None or plan.index is None):
        return
    if candidate is not None and is_now not in KEPT:
        delete(context.client, [candidate])
    if is_now == "rolled_back":
        raise FailError(
            f"{context.catalogue.name}: {plan.index} was rolled back after it had gone live. What is live stays; "
            f"study-index promote {context.catalogue.name} lets it go live again."
        )
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


def _refuse_second(context: Context, plan: PlanResult, candidate: Generation) -> None:
    """Refuse a run that would make a study live a second time, as a run of the same source was faster.

    The plan has seen what other catalogues of the source had live, and each has a lease of its own.
    """
    query = lookup.of_others(context.catalogue.id_source, context.catalogue.name)
    if not lookup.any_match(context.client, ALIAS, query):
        return
    for batch in lookup.batches(uuids_of(context.staging, plan, Change.CREATED)):
        if owner := lookup.owners(context.client, ALIAS, query, batch):
            delete(context.client, [candidate])
            raise FailError(
                f"{context.catalogue.name}: {owner[min(owner)]}, a catalogue of the same source, made a study live "
                "meanwhile that this run would add. Nothing of this run went live; run the catalogue again."
            )


def _past(context: Context, summary: RunReport, fetched: FetchResult) -> PastRun:
    """The run as the history of its catalogue has it, once it is live."""
    counts = summary.model_dump(include={"run_id", "mode", "created", "updated", "deleted", "rejected", "seconds"})
    # Rejects that are tried again are a part, too: their harvest is complete without having all changes.
    partial = context.options.is_partial or (fetched.complete and not fetched.has_all_changes)
    return PastRun(at=summary.started, live=summary.judged, harvested=fetched.harvested, partial=partial, **counts)


def _watermark(context: Context, fetched: FetchResult, before: str | None) -> str | None:
    """The harvest's watermark; the one before where the harvest is not all that was to be harvested."""
    if not fetched.complete or context.options.since is not None:
        return before
    return fetched.watermark or before or None


def _not_received(fetched: FetchResult, totals: Totals, before: int) -> int:
    """How many records the next run has to ask for again: only a run that asked for all that changed clears others."""
    own = totals.rejects.get(NOT_RECEIVED, 0)
    return own if fetched.has_all_changes else before + own
